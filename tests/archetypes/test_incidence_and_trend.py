"""Aalen-Johansen and rates by month against numbers worked out by hand."""

from __future__ import annotations

from datetime import date

import numpy as np
import polars as pl
import pytest

from childjourneys.archetypes.days import day_number
from childjourneys.archetypes.incidence import cumulative, incidence_table
from childjourneys.archetypes.trend import trend_table


def counts(*rows: tuple[int, int, int, int]) -> pl.DataFrame:
    return pl.DataFrame(rows, schema=["day", "events", "competing", "censored"], orient="row")


def test_four_children_by_hand() -> None:
    # Day 1 an event, day 2 someone leaves, day 3 one is no longer seen, day 4 an event.
    found = cumulative(counts((1, 1, 0, 0), (2, 0, 1, 0), (3, 0, 0, 1), (4, 1, 0, 0)), [0, 1, 2, 3, 4, 9])
    assert [row[1] for row in found] == [4, 4, 3, 2, 1, 0]
    assert [row[2] for row in found] == pytest.approx([0, 0.25, 0.25, 0.25, 0.75, 0.75])
    assert [row[5] for row in found] == pytest.approx([0, 0, 0.25, 0.25, 0.25, 0.25])


def test_one_minus_kaplan_meier_would_say_more() -> None:
    # Leaving counted as being lost: 1 - 3/4 x 0/1 = 1.
    found = cumulative(counts((1, 1, 0, 0), (2, 0, 1, 0), (3, 0, 0, 1), (4, 1, 0, 0)), [4])
    assert found[0][2] == pytest.approx(0.75)


def test_events_come_before_those_who_leave_and_these_before_the_end_of_data() -> None:
    found = cumulative(counts((5, 1, 1, 2)), [5])
    assert found[0][1] == 4
    assert (found[0][2], found[0][5]) == (pytest.approx(0.25), pytest.approx(0.25))


def test_without_loss_the_variance_is_that_of_a_proportion() -> None:
    rows = [(day, 2, 1, 0) for day in range(1, 101)] + [(500, 0, 0, 700)]
    (_, _, value, low, high, _) = cumulative(counts(*rows), [100])[0]
    assert value == pytest.approx(0.2)
    se = np.sqrt(0.2 * 0.8 / 1000)
    assert low is not None and high is not None
    assert (high - low) / 2 == pytest.approx(1.96 * se, rel=0.02)
    assert low < 0.2 < high


def test_planted_truth_with_competing_risks_and_loss() -> None:
    """Constant hazards 0.004 and 0.002 a day: the share at 180 days is 2/3 (1 - exp(-0.006 x 180)).

    20,000 children: the standard error is under 0.004, so five of them fail once in a million runs.
    """
    random = np.random.default_rng(5)
    event, leaves = random.exponential(250, 20_000), random.exponential(500, 20_000)
    lost = random.uniform(50, 600, 20_000)
    first = np.ceil(np.minimum(np.minimum(event, leaves), lost)).astype(int)
    kind = np.select([(event <= leaves) & (event <= lost), leaves <= lost], [0, 1], default=2)
    frame = pl.DataFrame({"day": first, "kind": kind}).group_by("day").agg(
        events=(pl.col("kind") == 0).sum(), competing=(pl.col("kind") == 1).sum(), censored=(pl.col("kind") == 2).sum()
    )  # fmt: skip
    (_, _, value, low, high, other) = cumulative(frame.sort("day"), [180])[0]
    truth = 2 / 3 * (1 - np.exp(-0.006 * 180))
    assert value == pytest.approx(truth, abs=0.02)
    assert other == pytest.approx(truth / 2, abs=0.02)
    assert low is not None and high is not None and low < truth < high


def test_only_days_inside_the_full_window_have_a_row() -> None:
    rows = counts((1, 1, 0, 0), (200, 0, 0, 9)).with_columns(
        measure=pl.lit("m"), la_code=pl.lit("301"), horizon=pl.lit(184)
    )
    found = incidence_table(rows)
    assert found["day"].to_list() == [30, 90, 180]
    assert found["at_risk"].to_list() == [9, 9, 9]


def test_nothing_yet_has_no_interval() -> None:
    found = cumulative(counts((200, 0, 0, 9)), [30])
    assert found[0][1:] == (9, 0.0, None, None, 0.0)


def days(first: date, last: date) -> np.ndarray:
    return np.arange(day_number(first), day_number(last) + 1)


def test_months_with_a_day_that_is_not_followed_are_marked_and_hold_the_others_only() -> None:
    covered = days(date(2024, 1, 1), date(2024, 3, 31))
    whole = covered <= day_number(date(2024, 2, 10))
    rows = [(date(2024, 1, 5), 4, 1), (date(2024, 2, 10), 2, 2), (date(2024, 2, 11), 5, 5)]
    frame = pl.DataFrame(rows, schema=["anchor_date", "n", "matches"], orient="row").with_columns(
        measure=pl.lit("m"), la_code=pl.lit("301")
    )
    found = trend_table(frame, {("m", "301"): (covered, whole)})
    assert found.select("month", "n", "matches", "complete").rows() == [
        ("2024-01", 4, 1, True), ("2024-02", 2, 2, False), ("2024-03", 0, 0, False),
    ]  # fmt: skip
    assert found["rate"].to_list() == [0.25, 1.0, None]


def test_a_month_that_coverage_cuts_is_not_complete() -> None:
    covered = days(date(2024, 1, 2), date(2024, 2, 29))
    frame = pl.DataFrame(schema={"measure": pl.String, "la_code": pl.String, "anchor_date": pl.Date,
                                 "n": pl.Int64, "matches": pl.Int64})  # fmt: skip
    found = trend_table(frame, {("m", "301"): (covered, np.ones(covered.size, dtype=bool))})
    assert found.select("month", "n", "complete").rows() == [("2024-01", 0, False), ("2024-02", 0, True)]
