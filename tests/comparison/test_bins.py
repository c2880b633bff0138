"""Steps of 30 days: they add up, and are merged until each may be published."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import polars as pl
import pytest

from childjourneys.archetypes.incidence import cumulative
from childjourneys.comparison.bins import bins_table, merge_bins

COUNTS = ("events", "competing", "censored")


def times(rows: Sequence[tuple[int, int, int, int]], horizon: int = 180, measure: str = "m") -> pl.DataFrame:
    """Rows of day, events, competing, censored."""
    frame = pl.DataFrame(rows, schema=["day", *COUNTS], orient="row")
    return frame.select(
        pl.lit(measure).alias("measure"), pl.lit("301").alias("la_code"), pl.all().cast(pl.Int64),
        pl.lit(horizon, dtype=pl.Int64).alias("horizon"),
    )  # fmt: skip


def not_small(days: tuple[int, int], counts: Sequence[int]) -> bool:
    return all(count == 0 or count > 5 for count in counts)


def numbers(frame: pl.DataFrame) -> list[tuple[int, ...]]:
    return frame.select("from_day", "to_day", "at_risk", *COUNTS).rows()


def test_a_day_belongs_to_the_step_it_ends() -> None:
    found = bins_table(times([(0, 1, 0, 0), (30, 2, 0, 0), (31, 4, 0, 0), (90, 0, 8, 0)], horizon=90))
    assert numbers(found) == [(0, 30, 15, 3, 0, 0), (31, 60, 12, 4, 0, 0), (61, 90, 8, 0, 8, 0)]


def test_what_comes_after_the_window_is_censored_in_the_last_step() -> None:
    found = bins_table(times([(10, 5, 0, 0), (40, 0, 0, 3), (400, 0, 2, 9)], horizon=45))
    assert numbers(found) == [(0, 30, 19, 5, 0, 0), (31, 45, 14, 0, 0, 14)]


def test_an_event_of_a_longer_month_is_kept() -> None:
    found = bins_table(times([(183, 4, 0, 0), (200, 0, 0, 6)], horizon=181))
    assert numbers(found)[-1] == (181, 183, 10, 4, 0, 6)


def test_rows_of_several_buckets_are_added_and_measures_kept_apart() -> None:
    rows = [times([(5, 1, 1, 1)]), times([(5, 2, 0, 0)]), times([(7, 9, 0, 0)], measure="n")]
    found = bins_table(pl.concat(rows))
    assert found.group_by("measure", maintain_order=True).agg(pl.col("events").sum()).rows() == [
        ("m", 3),
        ("n", 9),
    ]
    assert bins_table(times([])).is_empty()


def test_merged_from_the_left_and_the_rest_with_the_one_before() -> None:
    bins = bins_table(times([(10, 3, 0, 0), (40, 4, 0, 0), (70, 6, 0, 0), (100, 2, 0, 20)], horizon=120))
    found = merge_bins(bins, not_small)
    assert numbers(found) == [(0, 60, 35, 7, 0, 0), (61, 120, 28, 8, 0, 20)]


def test_a_rest_that_makes_a_number_small_takes_in_one_more() -> None:
    bins = bins_table(times([(10, 9, 0, 0), (40, 7, 0, 0), (70, 0, 3, 6)], horizon=90))
    found = merge_bins(bins, not_small)
    assert numbers(found) == [], "three competing ends are small however much is merged"
    bins = bins_table(times([(10, 9, 6, 0), (40, 7, 0, 0), (70, 0, 3, 6)], horizon=90))
    assert numbers(merge_bins(bins, not_small)) == [(0, 90, 31, 16, 9, 6)]


@pytest.mark.parametrize("seed", range(30))
def test_sums_agree_before_and_after_merging(seed: int) -> None:
    random = np.random.default_rng(seed)
    horizon = int(random.integers(1, 400))
    rows = [
        (int(day), int(random.poisson(2)), int(random.poisson(0.5)), int(random.poisson(1)))
        for day in random.choice(horizon + 100, 30 if horizon < 50 else 60, replace=False)
    ]
    given = times([(day, e if day <= horizon else 0, c, lost) for day, e, c, lost in rows], horizon)
    bins, merged = bins_table(given), merge_bins(bins_table(given), not_small)
    whole = sum(given[name].sum() for name in COUNTS)
    assert bins["at_risk"][0] == whole == sum(bins[name].sum() for name in COUNTS)
    assert bins["events"].sum() == given["events"].sum()
    for frame in (bins, merged):
        left = frame["at_risk"] - frame["events"] - frame["competing"] - frame["censored"]
        assert left.to_list()[:-1] == frame["at_risk"].to_list()[1:], (
            "who does not leave is at risk in the next"
        )
        assert frame["from_day"].to_list()[1:] == [day + 1 for day in frame["to_day"].to_list()[:-1]]
    if merged.height:
        assert all(not_small((row[0], row[1]), row[2:]) for row in numbers(merged))
        assert [merged[name].sum() for name in COUNTS] == [bins[name].sum() for name in COUNTS]
        assert (merged["from_day"][0], merged["to_day"][-1]) == (0, bins["to_day"][-1])


def test_without_censoring_the_curve_at_the_edges_is_that_of_days() -> None:
    random = np.random.default_rng(1)
    rows = [(day, int(random.poisson(3)), int(random.poisson(1)), 0) for day in range(181)]
    rows.append((200, 0, 0, 500))
    bins = bins_table(times(rows))
    daily = cumulative(times(rows).select("day", *COUNTS), [30, 90, 180])
    for day, _, incidence, _, _, _ in daily:
        upto = bins.filter(pl.col("to_day") <= day)
        assert upto["events"].sum() / bins["at_risk"][0] == pytest.approx(incidence)
