"""The cases that break ways of computing: one child with everything, one day with everything, nothing at all.

Each is worked out a second way, by arithmetic or by the plain evaluation.
"""

from __future__ import annotations

import time

import numpy as np
import polars as pl
import pytest
from many_events import DAY_0, evaluated, many, number_of, outcomes
from plain_archetypes import plain_outcomes

from childjourneys.archetypes.measures import coverage_of, plan_measures
from childjourneys.archetypes.rates import outcome_table
from childjourneys.archetypes.reading import read_definitions

BACK = """\
archetype: back
start: {event: s47, which: every}
then: [{followed by: contact, within: 6 months}]
"""
AGAIN = """\
archetype: again
start: {event: referral, which: every}
then: [{preceded by: referral, within: {before: 1 day, to: 12 months}}]
"""
ON_A_PLAN = """\
archetype: on_a_plan
start: {event: contact, which: every, while in: [cin_plan]}
then: [{not followed by: s47, within: 30 days}]
"""
YEARS_25 = 9131
# Of processor time, on a busy machine; a tenth of it is usual.
SECONDS = 20


def test_one_child_with_a_hundred_thousand_events() -> None:
    """11 events on each of 9,091 days: every referral but those of the first day has one in the year before.

    Those of the first year (2000, of 366 days) are not seen in full.
    """
    days = np.arange(100_000) // 11
    began = time.process_time()
    found = outcomes(AGAIN, many({"referral": (np.zeros(100_000), days)}, (0, YEARS_25), born=None))
    assert time.process_time() - began < SECONDS
    assert found == {"not_seen_before": 11, "match_early": 365 * 11, "match": 100_000 - 366 * 11}


def test_all_events_on_one_day() -> None:
    """Another on a different date is asked for: there is none, however many there are."""
    child, day = np.arange(60_000) % 3, np.full(60_000, 4000)
    assert outcomes(AGAIN, many({"referral": (child, day)}, (0, 9000), born=DAY_0)) == {"no_match": 60_000}


def test_anchors_are_what_is_looked_for() -> None:
    """Two referrals, 100 days apart, each: of the second a match, of the first none."""
    child = np.arange(20_000)
    frames = many(
        {"referral": (np.r_[child, child], np.r_[np.full(20_000, 4000), np.full(20_000, 4100)])}, (0, 9000)
    )
    assert outcomes(AGAIN, frames) == {"match": 20_000, "no_match": 20_000}


def test_every_child_one_event() -> None:
    child = np.arange(40_000)
    day = 4000 + child % 1000
    assert outcomes(AGAIN, many({"referral": (child, day)}, (0, 9000))) == {"no_match": 40_000}
    # Of those with an enquiry only, the contacts being of others.
    half = child < 20_000
    frames = many({"s47": (child[half], day[half]), "contact": (child[~half], day[~half])}, (0, 9000))
    assert outcomes(BACK, frames) == {"no_match": 20_000}


def test_forty_thousand_children_with_the_same_dates() -> None:
    """Keys of neighbouring children must not reach into each other."""
    child = np.arange(40_000)
    contact = child[child % 2 == 0]
    frames = many({"s47": (child, child * 0 + 5000), "contact": (contact, contact * 0 + 5001)}, (0, 9000))
    found = evaluated(BACK, frames).anchors
    matched = number_of(found.filter(outcome="match")["child_id"])
    assert np.array_equal(np.sort(matched), contact)
    assert found.height == 40_000


def test_thirty_in_a_hundred_undated() -> None:
    """A child with an undated contact is in no rate, whether it has a dated one or not."""
    random = np.random.default_rng(4)
    child = np.arange(30_000)
    undated, has = random.random(child.size) < 0.3, random.random(child.size) < 0.5
    frames = many(
        {"s47": (child, child * 0 + 5000), "contact": (child[has], child[has] * 0 + 5050)}, (0, 9000),
        undated={"contact": child[undated]},
    )  # fmt: skip
    assert outcomes(BACK, frames) == {
        "match": int((has & ~undated).sum()), "no_match": int((~has & ~undated).sum()),
        "match_early": int((has & undated).sum()), "unusable": int((~has & undated).sum()),
    }  # fmt: skip


def test_twenty_five_years() -> None:
    """A contact a year for each of 4,000 children, and every second year an enquiry 50 or 250 days before."""
    child, year = np.repeat(np.arange(4000), 25), np.tile(np.arange(25), 4000)
    contact = year * 365 + 300 + child % 60
    second = year % 2 == 0
    late = child[second] % 4 == 0
    enquiry = contact[second] - np.where(late, 250, 50)
    frames = many(
        {"contact": (child, contact), "s47": (child[second], enquiry)}, (0, 25 * 365 + 200), born=None
    )
    assert outcomes(BACK, frames) == {"match": int((~late).sum()), "no_match": int(late.sum())}


def test_a_window_longer_than_coverage_gives_no_rate_and_not_none_of_none() -> None:
    """All are too recent or early; the row says how many, and the rate is blank."""
    child = np.arange(200)
    frames = many(
        {"s47": (child, child * 0 + 5000), "contact": (child[:50], child[:50] * 0 + 5010)}, (4990, 5100)
    )
    found = outcomes(BACK, frames)
    assert found == {"match_early": 50, "too_recent": 150}
    definitions = read_definitions(BACK, "test")
    measures = plan_measures(definitions, coverage_of(frames["coverage"]))
    asked = pl.DataFrame({"archetype": [m.name for m in measures], "version": 1, "la_code": "301",
                          "headline": True, "available": True})  # fmt: skip
    counts = pl.DataFrame(
        {"measure": "back", "la_code": "301", "outcome": list(found), "n": list(found.values())}
    )
    row = outcome_table(asked, counts).row(0, named=True)
    assert (row["anchors"], row["match"], row["no_match"], row["too_recent"]) == (200, 0, 0, 150)
    assert (row["rate"], row["low"], row["high"]) == (None, None, None)


def test_spells_that_nest_overlap_and_never_end() -> None:
    """A child is on a plan on each day that some spell holds, as a count of days says."""
    random = np.random.default_rng(8)
    spells: list[tuple[int, str, int, int | None]] = []
    on_plan = np.zeros((60, 1000), dtype=bool)
    for child in range(60):
        for start in random.integers(200, 800, random.integers(0, 9)).tolist():
            end = None if random.random() < 0.1 else start + int(random.choice([0, 1, 5, 60, 300]))
            spells.append((child, "cin_plan", start, end))
            on_plan[child, start:end] = True
    # A contact ranks before the start of a plan on the same day; spells that touch are one.
    on_plan[:, 1:] &= on_plan[:, :-1]
    children, days = np.divmod(np.arange(60 * 600), 600)
    frames = many(
        {"contact": (children, days + 210)}, (0, 990), spells=spells, kinds=("s47",), children=60, born=None
    )
    found = evaluated(ON_A_PLAN, frames).anchors
    anchors = np.zeros_like(on_plan)
    anchors[number_of(found["child_id"]), (found["anchor_date"] - DAY_0).dt.total_days().to_numpy()] = True
    on_plan[:, :210] = on_plan[:, 810:] = False
    assert np.array_equal(anchors, on_plan)
    assert on_plan.sum() > 5000
    assert found["outcome"].unique().to_list() == ["match"]


@pytest.mark.parametrize("definition", [BACK, AGAIN, ON_A_PLAN])
def test_types_without_a_row(definition: str) -> None:
    """Carried by the returns, and nobody has one."""
    empty = (np.zeros(0), np.zeros(0))
    nothing = many(
        {"s47": empty, "contact": empty, "referral": empty}, (0, 9000), children=3, kinds=("cin_plan",)
    )
    evaluation = evaluated(definition, nothing)
    assert evaluation.anchors.is_empty()
    assert evaluation.available == {"301": True}
    child = np.arange(10)
    some = many(
        {"s47": (child, child + 5000), "contact": empty, "referral": (child, child + 5000)}, (0, 9000),
        kinds=("cin_plan",),
    )  # fmt: skip
    assert set(outcomes(definition, some)) <= {"no_match"}


def test_the_plain_evaluation_agrees_on_a_small_crowd() -> None:
    """A thousand events of one child beside usual ones, on few days, on which much falls together."""
    random = np.random.default_rng(6)
    child = np.r_[np.zeros(1000, int), random.integers(1, 60, 400)]
    events = {
        name: (random.permutation(child)[: 300 + 100 * place], random.integers(0, 500, 300 + 100 * place))
        for place, name in enumerate(("s47", "contact", "referral"))
    }
    spells = [(int(c), "cin_plan", int(s), int(s) + 90) for c, s in random.integers(0, 60, (80, 2)) * (1, 8)]
    frames = many(events, (0, 500), spells=spells, undated={"contact": [0, 3]}, born=DAY_0)
    for text in (BACK, AGAIN, ON_A_PLAN):
        definition = read_definitions(text, "test")[0]
        columns = ["child_id", "anchor_date", "row", "outcome"]
        fast = sorted(evaluated(text, frames).anchors.select(columns).rows())
        plain = sorted(
            (row.child_id, row.date, row.row, row.outcome)
            for row in plain_outcomes(definition, **frames)  # type: ignore[arg-type]
        )
        assert fast == plain, text
