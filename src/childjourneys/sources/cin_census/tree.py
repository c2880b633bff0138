"""From the elements of a chunk to its records: which record each field belongs to.

A field belongs to the nearest record element around it, whatever wrappers stand between and wherever in the
record it is. What stands where the census has no place for it is left out and named.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cache

import numpy as np
from numpy.typing import NDArray

from childjourneys.sources.cin_census.layout import (
    CHARACTERISTICS,
    KIND_NUMBER,
    KINDS,
    REVIEWS,
    SKIPPED,
    wrappers,
)
from childjourneys.sources.cin_census.tokens import UNKNOWN, Ints, Mask, NameTable, Tokens

# Instead of a record around an element: there is none; it is inside something that is left out.
_OUTSIDE, _LEFT_OUT = -1, -2
_PLAN = KIND_NUMBER["ChildProtectionPlans"]


@dataclass(frozen=True)
class Cells:
    """The texts of one field in a chunk, in order: `row` is the record's number within its kind."""

    data: bytes
    row: Ints
    start: Ints
    end: Ints


@dataclass(frozen=True)
class Records:
    """The records of one kind in a chunk.

    Attributes:
        at: position where each starts.
        parent: number of the record around it, within that kind; -1 for a `Child`.
        cells: by element.
    """

    at: Ints
    parent: Ints
    cells: dict[str, Cells] = field(default_factory=dict)

    def __len__(self) -> int:
        return len(self.at)


@dataclass(frozen=True)
class Tree:
    """What a chunk holds.

    Attributes:
        records: by kind, in the order of `KINDS`.
        with_characteristics: children that have a group of characteristics, by number.
        undated_reviews: plans with a group of reviews that has no date, by number.
        left_out: position and name of elements that were not read, outermost only.
        skipped: how many groups that are known and not kept.
    """

    records: tuple[Records, ...]
    with_characteristics: Ints
    undated_reviews: Ints
    left_out: tuple[tuple[int, str], ...]
    skipped: int


@dataclass(frozen=True)
class _Vocabulary:
    """Element names by number, and what each may be. Index -1 stands for an unknown name."""

    names: tuple[str, ...]
    kind: NDArray[np.int32]
    wrapper: Mask
    skipped: Mask
    field_of: NDArray[np.bool_]


@cache
def vocabulary() -> _Vocabulary:
    names = tuple(
        dict.fromkeys(
            [kind.name for kind in KINDS]
            + sorted(wrappers())
            + [SKIPPED]
            + [f.element for kind in KINDS for f in kind.fields]
        )
    )
    number = {name: place for place, name in enumerate(names)}
    field_of = np.zeros((len(names) + 1, len(KINDS)), bool)
    for place, kind in enumerate(KINDS):
        for entry in kind.fields:
            field_of[number[entry.element], place] = True
    return _Vocabulary(
        names,
        np.array([KIND_NUMBER.get(name, -1) for name in names] + [-1], np.int32),
        np.array([name in wrappers() for name in names] + [False]),
        np.array([name == SKIPPED for name in names] + [False]),
        field_of,
    )


def name_table() -> NameTable:
    return NameTable(vocabulary().names)


def tree_of(tokens: Tokens, names: NameTable) -> Tree:
    """Sort the elements of a chunk into records and fields."""
    words = vocabulary()
    kind = words.kind[tokens.name]
    around = _records_around(tokens, kind)
    inside = around >= 0
    kind_around = np.where(inside, kind[around], -1)
    is_record = (kind >= 0) & (_PARENT_KIND[kind] == kind_around) & (around != _LEFT_OUT)
    is_field = tokens.leaf & inside & words.field_of[tokens.name, kind_around] & ~is_record
    records = tuple(
        _records(tokens, kind, around, is_record, is_field, number) for number in range(len(KINDS))
    )
    skipped = words.skipped[tokens.name] & (kind_around == KIND_NUMBER["CINdetails"])
    characteristics = ~tokens.leaf & inside & (tokens.name == words.names.index(CHARACTERISTICS))
    reviews = inside & (kind_around == _PLAN) & (tokens.name == words.names.index(REVIEWS))
    reviews &= tokens.leaf | ~np.r_[is_record[1:], False]
    read = is_record | is_field | words.wrapper[tokens.name] | skipped
    # Outside children only what belongs to a child is worth a word: the header is read elsewhere.
    belongs = inside | ((around == _OUTSIDE) & (tokens.name != UNKNOWN))
    left_out = np.flatnonzero(~read & belongs & (around != _LEFT_OUT))
    return Tree(
        records,
        np.searchsorted(records[0].at, tokens.at[around[characteristics]]),
        np.searchsorted(records[_PLAN].at, tokens.at[around[reviews]]),
        tuple(_named(tokens, names, left_out)),
        int(skipped.sum()),
    )


def _records_around(tokens: Tokens, kind: NDArray[np.int32]) -> Ints:
    """For each element the place of the record around it, `_OUTSIDE`, or `_LEFT_OUT`.

    Level by level: the element around one at depth d is the last before it at depth d-1.
    """
    words = vocabulary()
    around = np.full(len(tokens.at), _OUTSIDE, np.int64)
    if not len(around):
        return around
    holders = np.flatnonzero(~tokens.leaf)
    holder_depth = tokens.depth[holders]
    leaves = np.flatnonzero(tokens.leaf)
    leaf_depth = tokens.depth[leaves]
    # What an element is to those inside it: filled in as its level is reached.
    gives = np.full(len(tokens.at), _OUTSIDE, np.int64)
    above = np.array([], np.int64)
    for depth in range(int(tokens.depth.min()), int(tokens.depth.max()) + 1):
        level = holders[holder_depth == depth]
        for places in (level, leaves[leaf_depth == depth]):
            if len(above) and len(places):
                parent = np.searchsorted(above, places) - 1
                around[places] = np.where(parent >= 0, gives[above[np.maximum(parent, 0)]], _OUTSIDE)
        outer = around[level]
        own = kind[level]
        outer_kind = np.where(outer >= 0, kind[np.maximum(outer, 0)], -1)
        record = (own >= 0) & (_PARENT_KIND[own] == outer_kind) & (outer != _LEFT_OUT)
        passes = words.wrapper[tokens.name[level]] | ((outer == _OUTSIDE) & (own < 0))
        gives[level] = np.where(record, level, np.where(passes, outer, _LEFT_OUT))
        above = level
    return around


def _records(
    tokens: Tokens,
    kind: NDArray[np.int32],
    around: Ints,
    is_record: Mask,
    is_field: Mask,
    number: int,
) -> Records:
    mine = np.flatnonzero(is_record & (kind == number))
    parent = np.full(len(mine), -1, np.int64)
    parent_kind = _PARENT_KIND[number]
    if parent_kind >= 0:
        others = np.flatnonzero(is_record & (kind == parent_kind))
        parent = np.searchsorted(others, around[mine])
    records = Records(tokens.at[mine], parent)
    if KINDS[number].key == KINDS[number].name:
        # The record is its own field.
        text = tokens.leaf[mine]
        end = np.where(text, tokens.end[mine], tokens.start[mine])
        records.cells[KINDS[number].key] = Cells(tokens.data, np.arange(len(mine)), tokens.start[mine], end)
        return records
    fields = np.flatnonzero(is_field)
    fields = fields[kind[around[fields]] == number]
    names = tokens.name[fields]
    for entry in KINDS[number].fields:
        places = fields[names == vocabulary().names.index(entry.element)]
        if len(places):
            row = np.searchsorted(mine, around[places])
            records.cells[entry.element] = Cells(tokens.data, row, tokens.start[places], tokens.end[places])
    return records


def _named(tokens: Tokens, names: NameTable, places: Ints) -> Iterator[tuple[int, str]]:
    for place in places.tolist():
        at = int(tokens.at[place])
        spelling = tokens.data[at + 1 : tokens.data.index(b">", at)]
        yield at, names.local_name(spelling).decode("utf-8", "replace")


# By number of a kind, the number of the kind around it; index -1 is for elements that are no record.
_PARENT_KIND = np.array([KIND_NUMBER.get(kind.parent, -1) for kind in KINDS] + [-3], np.int32)
