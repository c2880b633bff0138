"""When a pattern was complete agrees with whether it was, on invented journeys."""

from __future__ import annotations

import numpy as np
import polars as pl
import pytest
from invented_archetypes import invented_data, invented_definition, written_definitions

from childjourneys.archetypes.definition import Archetype, clauses_of
from childjourneys.archetypes.evaluate import OUTCOMES, evaluate
from childjourneys.archetypes.journeys import journeys_of
from childjourneys.archetypes.timing import _completed, day_counts, followed_days, has_incidence, times

NEVER = 1 << 39


def plain_only(definition: Archetype) -> bool:
    """Whether being complete is all there is to it: nothing that must not be, and no maximum."""
    return all(not c.negated and c.at_most is None for c in clauses_of(definition.then))


@pytest.mark.parametrize("block", range(8))
def test_a_pattern_is_there_exactly_when_there_is_a_day_on_which_it_was_complete(block: int) -> None:
    looked_at = 0
    for seed in range(block * 10, block * 10 + 10):
        frames = invented_data(seed)
        journeys = journeys_of(**frames)
        for number in range(6):
            definition = invented_definition(seed * 6 + number, frames)
            if not plain_only(definition):
                continue
            for decided in evaluate(definition, journeys).decided.values():
                days = [
                    _completed(decided.case, node, trace, decided.base)
                    for node, trace in zip(definition.then, decided.traces, strict=True)
                ]
                complete = np.max(days, axis=0) < NEVER
                seen = decided.reason < 0
                match = decided.outcome == OUTCOMES.index("match")
                assert np.array_equal(complete[seen], match[seen]), f"data {seed}, definition {number}"
                looked_at += int(seen.sum())
    assert looked_at > 5


@pytest.mark.parametrize("definition", written_definitions(), ids=lambda one: one.id)
def test_every_anchor_that_can_be_waited_for_is_counted_once(definition: Archetype) -> None:
    for seed in range(6):
        found = evaluate(definition, journeys_of(**invented_data(seed, children=30)))
        for decided in found.decided.values():
            if not has_incidence(definition.then):
                continue
            counts = times(decided)
            total = counts.select(pl.sum_horizontal("events", "competing", "censored").sum()).item()
            possible = (decided.fault == 0) & (decided.reason != OUTCOMES.index("not_seen_before"))
            assert total <= int(possible.sum())
            assert (counts["day"] >= -1).all()


@pytest.mark.parametrize("definition", written_definitions(), ids=lambda one: one.id)
def test_anchors_of_days_that_are_followed_in_full_are_observed_but_for_birth_exit_and_faults(
    definition: Archetype,
) -> None:
    for seed in range(8):
        found = evaluate(definition, journeys_of(**invented_data(seed, children=30)))
        for decided in found.decided.values():
            days, whole = followed_days(decided.case)
            good = days[whole]
            reason = decided.reason[np.isin(decided.points.day, good)]
            # Windows from the own start or from a referral begin earlier than a day alone can tell.
            if definition.clock == "anchor" and not any(c.window.since for c in clauses_of(definition.then)):
                allowed = {-1, OUTCOMES.index("left"), OUTCOMES.index("unusable")}
                assert set(reason.tolist()) <= allowed
            assert day_counts(decided)["n"].sum() == int((decided.outcome <= 1).sum())
