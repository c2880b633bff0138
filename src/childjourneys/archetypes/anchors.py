"""Anchors: the events, or dates of the calendar, that a definition starts from."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date

import numpy as np

from childjourneys.archetypes.authority import TYPE
from childjourneys.archetypes.case import Case, Points, fitting_rows, points_of
from childjourneys.archetypes.days import LAST_RANK, Flags, Ints, as_date, day_number
from childjourneys.archetypes.definition import Bound, Event, Start, Window
from childjourneys.archetypes.faults import marks_per_child
from childjourneys.archetypes.keys import Ranges, covered
from childjourneys.archetypes.windows import span_from


@dataclass(frozen=True)
class Anchors:
    """Anchors before their state is tested.

    Attributes:
        marked: the code of an undated record that may be the first (or last) instead; else 0.
        first_seen: what came in the years before is not covered, so "first" means first seen.
    """

    points: Points
    marked: Ints
    first_seen: Flags

    def take(self, rows: Flags) -> Anchors:
        return Anchors(self.points.take(rows), self.marked[rows], self.first_seen[rows])


def find_anchors(case: Case) -> Anchors:
    """The anchors of a definition inside its period, coverage and the children's time."""
    start, here = case.definition.start, case.authority
    if start.event is None:
        points = _calendar_dates(case, start)
        none = np.zeros(len(points), dtype=np.int64)
        return Anchors(points, none, none.astype(np.bool_))
    rows = fitting_rows(case, start.event)
    rows = rows[here.day[rows] < case.exit[here.child[rows]]]
    if start.which != "every" and rows.size:
        change = here.child[rows][1:] != here.child[rows][:-1]
        rows = rows[np.r_[True, change] if start.which == "first" else np.r_[change, True]]
    points = points_of(case, rows)
    points = points.take(_covered(case, start.event, points) & _in_period(case, points.day))
    marked = np.zeros(len(points), dtype=np.int64)
    first_seen = np.zeros(len(points), dtype=np.bool_)
    if start.which != "every":
        marked = marks_per_child(case, start.event)[points.child]
    if start.which == "first":
        window = Window(Bound(0), start.lookback)
        known_from = here.known_from[points.child]
        since = span_from(points.day, points.day, window, "preceded", known_from, case.calendar).first
        first_seen = ~_covered(case, start.event, points, since)
    return Anchors(points, marked, first_seen)


def bases(case: Case, points: Points) -> Points:
    """What the windows of outer clauses count from: the anchors, or the referrals of their episodes."""
    if case.definition.clock != "referral":
        return points
    here = case.authority
    rows = here.rows("referral")
    rows = rows[here.episode[rows] >= 0]
    rows = rows[np.argsort(here.episode[rows], kind="stable")]
    at = np.searchsorted(here.episode[rows], points.episode)
    linked = (points.episode >= 0) & (at < rows.size)
    linked[linked] &= here.episode[rows[at[linked]]] == points.episode[linked]
    found = rows[at[linked]]
    base = replace(points, day=points.day.copy(), rank=points.rank.copy(), type=points.type.copy())
    base.day[linked], base.rank[linked], base.type[linked] = (
        here.day[found],
        here.rank[found],
        here.kind[found],
    )
    return replace(base, based=linked)


def _covered(case: Case, event: Event, points: Points, since: Ints | None = None) -> Flags:
    """Whether each anchor, and the days before it from `since`, lie in the coverage of its own type."""
    inside = np.zeros(len(points), dtype=np.bool_)
    first = points.day if since is None else since
    for name in filter(case.authority.carries, event.types):
        seen = covered(case.authority.coverage[name], first, points.day)
        inside |= (points.type == TYPE[name]) & seen
    return inside


def _in_period(case: Case, days: Ints) -> Flags:
    if case.period is None:
        return np.ones(days.size, dtype=np.bool_)
    return (days >= day_number(case.period[0])) & (days <= day_number(case.period[1]))


def _calendar_dates(case: Case, start: Start) -> Points:
    """Every such date that a child's time and one of the kinds' coverage hold, for every child."""
    here = case.authority
    kinds = [k for state in start.states if not state.negated for k in state.kinds if here.carries(k)]
    days = _yearly(start.calendar or (1, 1), [here.coverage[kind] for kind in kinds])
    days = days[_in_period(case, days)]
    children = here.known_from.size
    child = np.repeat(np.arange(children, dtype=np.int64), days.size)
    day = np.tile(days, children)
    alive = day < case.exit[child]
    child, day = child[alive], day[alive]
    none = np.full(child.size, -1, dtype=np.int64)
    last = np.full(child.size, LAST_RANK, dtype=np.int64)
    return Points(child, day, last, none, none, none, none, np.ones(child.size, dtype=np.bool_))


def _yearly(calendar: tuple[int, int], ranges: Sequence[Ranges]) -> Ints:
    if not ranges:
        return np.zeros(0, dtype=np.int64)
    first = as_date(min(int(starts[0]) for starts, _ in ranges)).year
    last = as_date(max(int(ends[-1]) for _, ends in ranges)).year
    found = []
    for year in range(first, last + 1):
        try:
            found.append(day_number(date(year, calendar[1], calendar[0])))
        except ValueError:  # 29 February of a common year
            continue
    days = np.array(found, dtype=np.int64)
    return days[np.logical_or.reduce([covered(one, days, days) for one in ranges])]
