"""Whether a child is in a state on a day: a plan, care, an open case."""

from __future__ import annotations

import numpy as np

from childjourneys.archetypes.authority import START_EVENT
from childjourneys.archetypes.case import Answer, Case, Points
from childjourneys.archetypes.days import DAY_BITS, Flags, Ints
from childjourneys.archetypes.definition import State
from childjourneys.archetypes.faults import state_faults
from childjourneys.archetypes.keys import covered, first_code
from childjourneys.domain.vocabulary import EVENT

_DAYS = {"anchor": 0, "day after": 1, "day before": -1}


def answer_state(case: Case, state: State, points: Points) -> tuple[Answer, Ints]:
    """Whether the state holds of each point, and the day it is asked of.

    `code` is set only where the answer is not known for a fault in the data.
    """
    day = points.day + _DAYS[state.at]
    inside = np.zeros(len(points), dtype=np.bool_)
    unknown = np.zeros(len(points), dtype=np.bool_)
    faults = [np.zeros(len(points), dtype=np.int64)]
    for kind in filter(case.authority.carries, state.kinds):
        found = _in_kind(case, kind, state, points, day)
        fault = np.where(found, 0, state_faults(case, kind, points, day))
        unseen = ~covered(case.authority.coverage[kind], day, day)
        unknown |= ~found & ((fault > 0) | unseen)
        inside |= found
        faults.append(fault)
    outside = ~inside & ~unknown
    code = np.where(inside, 0, first_code(faults))
    return (Answer(outside, inside, code) if state.negated else Answer(inside, outside, code)), day


def _in_kind(case: Case, kind: str, state: State, points: Points, day: Ints) -> Flags:
    spells = case.authority.states.get(kind)
    found = np.zeros(len(points), dtype=np.bool_)
    if spells is None:
        return found
    child, start, end = spells
    latest = day.copy()
    if state.at == "anchor":
        # A spell whose start comes after the anchor on its day has not begun.
        latest -= 2 * EVENT[START_EVENT[kind]].rank > points.rank
    at = (
        np.searchsorted(child << DAY_BITS | start, points.child << DAY_BITS | np.maximum(latest, 0), "right")
        - 1
    )
    some = (at >= 0) & (latest >= 0)
    found[some] = (child[at[some]] == points.child[some]) & (end[at[some]] > day[some])
    return found
