"""Counting spells with a day in a window."""

from __future__ import annotations

import numpy as np

from childjourneys.archetypes.authority import Spells
from childjourneys.archetypes.case import Case, Points
from childjourneys.archetypes.days import DAY_BITS, LAST_DAY, Flags, Ints
from childjourneys.archetypes.definition import Clause
from childjourneys.archetypes.windows import Span


def spells_in(case: Case, clause: Clause, points: Points, span: Span) -> Ints:
    """Spells as reported with a day in the window; one that starts and ends on a day counts on that day.

    Parts of one record are one spell, and so are the placements of one `placement_id`, unless the clause
    counts records.
    """
    spells = case.authority.spells.get(clause.spells or "")
    if spells is None:
        return np.zeros(len(points), dtype=np.int64)
    first = np.maximum(span.first, 0)
    if "earlier_care" in clause.exclude:
        first = np.maximum(first, _care_began(case, points.day, points.child))
    last = np.maximum(span.last, 0)
    child, start, end, group = _unbroken(spells, clause)
    begun, over = np.sort(child << DAY_BITS | start), np.sort(child << DAY_BITS | end)
    of_point = points.child << DAY_BITS
    started = np.searchsorted(begun, of_point | last, side="right") - np.searchsorted(begun, of_point)
    ended = np.searchsorted(over, of_point | first) - np.searchsorted(over, of_point)
    counts = started - ended
    more = np.flatnonzero(group[1:] == group[:-1])
    if more.size:
        counts -= _with_both(child[more], end[more], start[more + 1], of_point, first, last)
    return np.where(first > span.last, 0, counts)


def which_in(case: Case, clause: Clause, child: int, day: int, first: int, last: int) -> tuple[Ints, Ints]:
    """Which spells of a child `spells_in` counts for one window, the first of each stay, as places in
    `Spells`, and when the stay ended; in order of their start.

    Args:
        day: of the point that the window is about.
    """
    spells = case.authority.spells.get(clause.spells or "")
    if spells is None:
        return np.zeros(0, dtype=np.int64), np.zeros(0, dtype=np.int64)
    if "earlier_care" in clause.exclude:
        one = np.array([day]), np.array([child])
        first = max(first, int(_care_began(case, *one)[0]))
    final = np.where(spells.end == spells.start, spells.start, spells.end - 1)
    inside = (spells.child == child) & _kept(spells, clause) & (spells.start <= last) & (final >= first)
    found = np.flatnonzero(inside)
    _, once, group = np.unique(_groups(spells, clause)[found], return_index=True, return_inverse=True)
    ended = np.zeros(once.size, dtype=np.int64)
    np.maximum.at(ended, group, spells.end[found])
    order = np.argsort(once)
    return found[once[order]], ended[order]


def _kept(spells: Spells, clause: Clause) -> Flags:
    keep = np.ones(spells.child.size, dtype=np.bool_)
    if "under_a_day" in clause.exclude:
        keep &= spells.start != spells.end
    if "temporary" in clause.exclude:
        keep &= ~spells.temporary
    return keep


def _groups(spells: Spells, clause: Clause) -> Ints:
    """One number for what counts as one."""
    group = spells.record if clause.by_record else spells.stay
    return np.where(group < 0, -1 - np.arange(group.size), group)


def _unbroken(spells: Spells, clause: Clause) -> tuple[Ints, Ints, Ints, Ints]:
    """Child, first and last day, and group of the spells that count: in order of group and day, without
    a day in between two of one group that is in neither, or else apart."""
    keep = _kept(spells, clause)
    group = _groups(spells, clause)[keep]
    order = np.lexsort((spells.start[keep], group))
    group = group[order]
    child, start, end = (part[keep][order] for part in (spells.child, spells.start, spells.end))
    last = np.minimum(np.where(end == start, start, end - 1), LAST_DAY)
    if not group.size:
        return child, start, last, group
    new = np.r_[True, group[1:] != group[:-1]]
    lift = np.cumsum(new) << (DAY_BITS + 1)
    reach = np.maximum.accumulate(last + lift) - lift
    apart = new.copy()
    apart[1:] |= start[1:] > reach[:-1] + 1
    heads = np.flatnonzero(apart)
    return child[heads], start[heads], np.maximum.reduceat(last, heads), group[heads]


def _with_both(child: Ints, end: Ints, start: Ints, of_point: Ints, first: Ints, last: Ints) -> Ints:
    """How many gaps have a day of the window on both sides, by the last day before and the first after it.

    All gaps of the child, but for those that begin before the window's first day does, and those that end
    after its last; the window lies within those that are both.
    """
    early, late = child << DAY_BITS | end, child << DAY_BITS | start
    order = np.argsort(early, kind="stable")
    early, after = early[order], start[order]
    late = np.sort(late)
    none = np.searchsorted(early, of_point)
    all_gaps = np.searchsorted(early, of_point + (1 << DAY_BITS)) - none
    before = np.searchsorted(early, of_point | first)
    later = np.searchsorted(late, of_point + (1 << DAY_BITS)) - np.searchsorted(
        late, of_point | last, side="right"
    )
    return all_gaps - (before - none) - later + _above(after, none, before, last)


def _above(values: Ints, low: Ints, high: Ints, bound: Ints) -> Ints:
    """How many of values[low:high] are above a bound, for many stretches at once.

    Bit by bit from the highest, the values parted by that bit, each part in its order (a wavelet matrix):
    so the time does not depend on how long the stretches are.
    """
    distinct = np.unique(values)
    limit = np.searchsorted(distinct, bound, side="right")
    rank = np.searchsorted(distinct, values)
    found = np.zeros(low.size, dtype=np.int64)
    for bit in reversed(range(int(distinct.size).bit_length())):
        ones = (rank >> bit) & 1
        before = np.concatenate([[0], np.cumsum(ones)])
        zeros = rank.size - int(before[-1])
        wanted = ((limit >> bit) & 1) == 1
        found += np.where(wanted, 0, before[high] - before[low])
        low = np.where(wanted, zeros + before[low], low - before[low])
        high = np.where(wanted, zeros + before[high], high - before[high])
        rank = rank[np.argsort(ones, kind="stable")]
    return found + high - low


def _care_began(case: Case, day: Ints, of_child: Ints) -> Ints:
    """The day on which the period of care of each child and day began; 0 where the child was in none."""
    found = np.zeros(day.size, dtype=np.int64)
    care = case.authority.spells.get("looked_after")
    if care is None:
        return found
    lasting = care.end > care.start
    child, start, end = (part[lasting] for part in (care.child, care.start, care.end))
    at = np.searchsorted(child << DAY_BITS | start, of_child << DAY_BITS | day, "right") - 1
    asked = np.arange(day.size)
    # Mostly the last to begin is the one; periods that overlap are gone through from the last.
    while asked.size:
        mine = at[asked] >= 0
        mine[mine] = child[at[asked[mine]]] == of_child[asked[mine]]
        asked = asked[mine]
        inside = end[at[asked]] > day[asked]
        found[asked[inside]] = start[at[asked[inside]]]
        asked = asked[~inside]
        at[asked] -= 1
    return found
