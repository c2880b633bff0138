"""Counting spells with a day in a window."""

from __future__ import annotations

import numpy as np

from childjourneys.archetypes.case import Case, Points
from childjourneys.archetypes.days import DAY_BITS, LAST_DAY, Ints
from childjourneys.archetypes.definition import Clause
from childjourneys.archetypes.windows import Span


def spells_in(case: Case, clause: Clause, points: Points, span: Span) -> Ints:
    """Spells as reported with a day in the window; one that starts and ends on a day counts on that day.

    Parts of one record are one spell.
    """
    spells = case.authority.spells.get(clause.spells or "")
    if spells is None:
        return np.zeros(len(points), dtype=np.int64)
    keep = np.ones(spells.child.size, dtype=np.bool_)
    if "under_a_day" in clause.exclude:
        keep &= spells.start != spells.end
    if "temporary" in clause.exclude:
        keep &= ~np.isin(spells.record, _temporary(case)) | (spells.record < 0)
    record = np.where(spells.record < 0, -1 - np.arange(spells.record.size), spells.record)[keep]
    _, once = np.unique(record, return_index=True)
    last_in = np.where(spells.end == spells.start, spells.start, spells.end - 1)
    child, start, last = (part[keep][once] for part in (spells.child, spells.start, last_in))
    begun = np.sort(child << DAY_BITS | start)
    over = np.sort(child << DAY_BITS | np.minimum(last, LAST_DAY))
    group = points.child << DAY_BITS
    earlier = np.searchsorted(begun, group)
    started = np.searchsorted(begun, group | np.maximum(span.last, 0), side="right") - earlier
    ended = np.searchsorted(over, group | np.maximum(span.first, 0)) - np.searchsorted(over, group)
    return np.where(span.empty, 0, started - ended)


def _temporary(case: Case) -> Ints:
    """Records of placements that were temporary."""
    here = case.authority
    flags = (here.attribute("placement_start", "temporary") == "true").fill_null(False).to_numpy()
    return here.record[here.rows("placement_start")[flags]]
