"""Intervals of days of many children at once: cut, found by day, taken away from each other.

A child is a number from 0; intervals of one child do not overlap and are in order of child and start.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from childjourneys.costs.days import FAR, Flags, Ints

_SPREAD = 4 * FAR  # more days than any two are apart: keys of two children never meet


def keys(child: Ints, day: Ints) -> Ints:
    """Child and day as one number, in that order."""
    return child * _SPREAD + np.clip(day, -FAR, FAR)


@dataclass(frozen=True)
class Intervals:
    """Days `[start, end)` of children, sorted by child and start, none overlapping. None is empty."""

    child: Ints
    start: Ints
    end: Ints

    def __len__(self) -> int:
        return len(self.child)

    def take(self, rows: Ints | Flags) -> Intervals:
        return Intervals(self.child[rows], self.start[rows], self.end[rows])

    def at(self, child: Ints, day: Ints) -> Ints:
        """The interval that each child's night beginning on a day lies in; -1 where there is none."""
        if not len(self):
            return np.full(len(child), -1, dtype=np.int64)
        found = np.searchsorted(keys(self.child, self.start), keys(child, day), side="right") - 1
        safe = np.maximum(found, 0)
        inside = (found >= 0) & (self.child[safe] == child) & (day < self.end[safe])
        return np.where(inside, safe, -1)

    def cut(self, child: Ints, day: Ints) -> tuple[Intervals, Ints]:
        """Cut at days of children: the parts, and the row of the interval that each is of."""
        row = np.arange(len(self))
        if not len(child) or not len(self):
            return self, row
        at = self.at(child, day)
        inside = at >= 0
        at, day = at[inside], day[inside]
        real = day > self.start[at]
        rows = np.concatenate([row, at[real]])
        starts = np.concatenate([self.start, day[real]])
        order = np.lexsort((starts, rows))
        rows, starts = rows[order], starts[order]
        fresh = np.ones(len(rows), dtype=bool)
        fresh[1:] = (rows[1:] != rows[:-1]) | (starts[1:] != starts[:-1])
        rows, starts = rows[fresh], starts[fresh]
        ends = self.end[rows].copy()
        same = rows[1:] == rows[:-1]
        ends[:-1][same] = starts[1:][same]
        return Intervals(self.child[rows], starts, ends), rows

    def clipped(self, first: int, end: int) -> tuple[Intervals, Ints]:
        """What lies in `[first, end)`, with the rows that it is of."""
        start, stop = np.maximum(self.start, first), np.minimum(self.end, end)
        rows = np.flatnonzero(start < stop)
        return Intervals(self.child[rows], start[rows], stop[rows]), rows

    def without(self, other: Intervals) -> tuple[Intervals, Ints]:
        """What no interval of the other covers, with the rows that it is of."""
        parts, rows = self.cut(
            np.concatenate([other.child, other.child]), np.concatenate([other.start, other.end])
        )
        free = other.at(parts.child, parts.start) < 0
        return parts.take(free), rows[free]

    def copied(self, who: Ints) -> Intervals:
        """The intervals of some children, those of the first named as child 0, and so on."""
        first = np.searchsorted(self.child, who, side="left")
        count = np.searchsorted(self.child, who, side="right") - first
        child = np.repeat(np.arange(len(who)), count)
        step = np.arange(len(child)) - np.repeat(np.cumsum(count) - count, count)
        rows = first[child] + step
        return Intervals(child, self.start[rows], self.end[rows])

    def nights_before(self, child: Ints, day: Ints) -> Ints:
        """How many nights of the child's intervals begin before a day."""
        if not len(self):
            return np.zeros(len(child), dtype=np.int64)
        total = np.concatenate([[0], np.cumsum(self.end - self.start)])
        key = keys(self.child, self.start)
        upto = np.searchsorted(key, keys(child, day), side="left")
        base = np.searchsorted(key, keys(child, np.full(len(child), -FAR)), side="left")
        last = np.maximum(upto - 1, 0)
        running = (upto > base) & (self.end[last] > day)
        return total[upto] - total[base] - np.where(running, self.end[last] - day, 0)


def union(child: Ints, start: Ints, end: Ints) -> Intervals:
    """The days that any of these intervals covers, which may overlap, touch, or be empty."""
    real = end > start
    child, start, end = child[real], start[real], end[real]
    if not len(child):
        return Intervals(child, start, end)
    order = np.lexsort((start, child))
    child, start, end = child[order], start[order], end[order]
    reach = np.maximum.accumulate(keys(child, end))
    fresh = np.ones(len(child), dtype=bool)
    fresh[1:] = keys(child[1:], start[1:]) > reach[:-1]
    heads = np.flatnonzero(fresh)
    return Intervals(child[heads], start[heads], np.maximum.reduceat(end, heads))


def points(parts: Sequence[tuple[Ints, Ints]]) -> tuple[Ints, Ints]:
    """Days of children out of several lists."""
    nothing = np.zeros(0, dtype=np.int64)
    return (
        np.concatenate([nothing, *(child for child, _ in parts)]),
        np.concatenate([nothing, *(day for _, day in parts)]),
    )
