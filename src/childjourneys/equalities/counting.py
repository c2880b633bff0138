"""Counting anchors by cluster and group, in whole arrays.

A cell is one cluster in one group. What identifies an anchor's cell stands in one number, so that a sort
brings the anchors of a cell together.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt

from childjourneys.archetypes.days import Flags, Ints
from childjourneys.equalities.coding import Coded

# n anchors of which m match; mm, mn and nn are the sums over clusters of m * m, m * n and n * n. `rest_` is
# what taking this group's anchors out of their clusters changes in those sums of all known anchors.
# `matching` and `others` are the children with an anchor that matches, and with one that does not.
COUNTS = ("n", "matches", "children", "matching", "others")
SQUARES = ("mm", "mn", "nn")
RESTS = ("rest_mm", "rest_mn", "rest_nn")


@dataclass(frozen=True)
class Sums:
    """Sums of one dimension: a row per group, and per family of a group.

    Attributes:
        group: the place among the dimension's names; after the last, every anchor whose group is known.
        family: the number of the family, -1 where clusters are done with.
    """

    group: Ints
    family: Ints
    values: dict[str, npt.NDArray[np.int32]]


@dataclass(frozen=True)
class _Cells:
    """Clusters of each group: in the order of units and groups, none of them empty."""

    unit: Ints
    group: Ints
    counts: dict[str, Ints]

    def take(self, rows: Flags) -> _Cells:
        counts = {name: values[rows] for name, values in self.counts.items()}
        return _Cells(self.unit[rows], self.group[rows], counts)

    def and_then(self, others: _Cells) -> _Cells:
        counts = {name: np.append(values, others.counts[name]) for name, values in self.counts.items()}
        return _Cells(np.append(self.unit, others.unit), np.append(self.group, others.group), counts)


class Anchors:
    """The anchors of one measure in one bucket, at least one.

    Attributes:
        unit: the cluster of each, numbered without gaps; families that are not complete come first.
        family: the family of each of these.
    """

    def __init__(self, child: Ints, match: Flags, unit: Ints, families: int, several: bool) -> None:
        """From the child and the cluster of each, of which so many are families that are not complete.

        Args:
            several: whether a cluster may hold several children.
        """
        present = np.flatnonzero(np.bincount(unit))
        number = np.zeros(present[-1] + 1, dtype=np.int64)
        number[present] = np.arange(present.size)
        self.unit = number[unit]
        self.units = int(present.size)
        self.family = present[: np.searchsorted(present, families)]
        # Where a cluster is one child, it need not be told which.
        self._bits = int(child.max()).bit_length() if several else 0
        self._low = child << 1 | match if self._bits else match.astype(np.int64)

    @cached_property
    def whole(self) -> _Cells:
        """The clusters of all anchors, as one group of number 0."""
        return self._cells(self.unit, self._low, 0)

    def known(self, which: Flags) -> _Cells:
        """The clusters of some anchors, as one group of number 0."""
        if which.all():
            return self.whole
        return self._cells(self.unit[which], self._low[which], 0)

    def cells(self, coded: Coded) -> _Cells:
        """The clusters of each group of a dimension."""
        bits = (len(coded.names) - 1).bit_length()
        unit, low = self.unit, self._low
        if coded.anchor is not None:
            unit, low = unit[coded.anchor], low[coded.anchor]
        return self._cells(unit << bits | coded.code, low, bits)

    def _cells(self, cell: Ints, low: Ints, bits: int) -> _Cells:
        """Cells of anchors, given the unit with the group in its last bits, and the child with the match."""
        key = np.sort(cell << (self._bits + 1) | low)
        own = key >> 1
        heads = _heads(own)
        n, m = np.diff(heads, append=own.size), _added(key & 1, heads)
        counts = {"n": n, "matches": m, "children": np.ones_like(n), "matching": m > 0, "others": n > m}
        own = own[heads] >> self._bits
        if self._bits:
            heads = _heads(own)
            counts = {name: _added(values.astype(np.int64), heads) for name, values in counts.items()}
            own = own[heads]
        return _Cells(own >> bits, own & ((1 << bits) - 1), counts)


def sums_of(anchors: Anchors, coded: Coded) -> Iterator[Sums]:
    """The sums of one dimension: of clusters that are done with, and of each family."""
    last = len(coded.names)
    is_known = coded.code < last - 1
    if coded.anchor is not None:
        of_rows, is_known = is_known, np.zeros(anchors.unit.size, dtype=np.bool_)
        is_known[coded.anchor[of_rows]] = True
    cells, known = anchors.cells(coded), anchors.known(is_known)
    whole = _Cells(known.unit, np.full(known.unit.size, last), known.counts)
    families = anchors.family.size
    every = cells.and_then(whole)
    if families < anchors.units:
        alone = every.take(every.unit >= families) if families else every
        yield _squared(alone, known, anchors.units, last + 1)
    if families:
        own = every.take(every.unit < families)
        zeros = np.zeros(own.unit.size, dtype=np.int32)
        counts = {name: values.astype(np.int32) for name, values in own.counts.items()}
        values = counts | dict.fromkeys((*SQUARES, *RESTS), zeros)
        yield Sums(own.group, anchors.family[own.unit], values)


def _squared(cells: _Cells, known: _Cells, units: int, groups: int) -> Sums:
    """Clusters that are complete, summed by group."""
    all_n, all_m = np.zeros(units), np.zeros(units)
    all_n[known.unit], all_m[known.unit] = known.counts["n"], known.counts["matches"]
    n, m = cells.counts["n"].astype(np.float64), cells.counts["matches"].astype(np.float64)
    of_n, of_m = all_n[cells.unit], all_m[cells.unit]

    def added(values: npt.NDArray[np.generic]) -> npt.NDArray[np.float64]:
        # Whole numbers far below 2^53, so nothing is rounded.
        return np.asarray(np.bincount(cells.group, values, groups), dtype=np.float64)

    sums = {name: added(values) for name, values in cells.counts.items()}
    sums |= {"mm": added(m * m), "mn": added(m * n), "nn": added(n * n)}
    # (all - own) * (all - own) - all * all, of each cluster.
    sums["rest_mm"] = sums["mm"] - 2 * added(of_m * m)
    sums["rest_mn"] = sums["mn"] - added(of_m * n + of_n * m)
    sums["rest_nn"] = sums["nn"] - 2 * added(of_n * n)
    some = np.flatnonzero(sums["n"])
    values = {name: found[some].astype(np.int32) for name, found in sums.items()}
    return Sums(some, np.full(some.size, -1), values)


def _heads(values: Ints) -> Ints:
    """Where a value differs from the one before."""
    return np.flatnonzero(np.r_[values.size > 0, values[1:] != values[:-1]][: values.size])


def _added(values: Ints, heads: Ints) -> Ints:
    """Sums from each head to the next."""
    return np.add.reduceat(values, heads) if heads.size else values[:0]
