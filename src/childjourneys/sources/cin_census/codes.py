"""Codes of one element over a whole file: every distinct wording is matched once and counted."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
import polars as pl
from numpy.typing import NDArray

from childjourneys.domain.codes import code_set
from childjourneys.sources.cin_census.cells import distinct
from childjourneys.sources.cin_census.layout import Field
from childjourneys.sources.cin_census.tokens import Ints, Mask
from childjourneys.sources.cin_census.tree import Cells
from childjourneys.sources.coding import MAPPING, NOT_MATCHED, Coder, Match, coder, sex_coder
from childjourneys.sources.contract import Matching
from childjourneys.sources.mappings import Mappings

CIN = "CIN"
NO_WORDING = -1
_USUAL_REPEATS = 32


class CodedElement:
    """Numbers the wordings of one element and knows the code of each.

    A wording's number holds for the whole file; `NO_WORDING` is for a record that has none.
    """

    def __init__(self, entry: Field, mappings: Mappings | None) -> None:
        self.entry = entry
        self.boolean = entry.type == "bool"
        self._coder = _coder_of(entry)
        self._mappings = mappings
        self._numbers: dict[str, int] = {"": NO_WORDING}
        self._lists: dict[tuple[int, ...], int] = {}
        self.wordings: list[str] = []
        self.matches: list[Match] = []
        self.counts: NDArray[np.int64] = np.zeros(0, np.int64)
        self.lists: list[tuple[int, ...]] = []

    def of_records(self, cells: Cells | None, rows: int) -> Ints:
        """The wording of each record."""
        found = np.full(rows, NO_WORDING, np.int64)
        if cells is not None and len(cells.row):
            found[cells.row] = self._wordings_of(cells)
        return found

    def lists_of_records(self, cells: Cells | None, rows: int) -> Ints:
        """For each record the number of its list of wordings, in the order written."""
        state = np.full(rows, self._list(()), np.int64)
        if cells is None or not len(cells.row):
            return state
        wording = self._wordings_of(cells)
        there = wording != NO_WORDING
        row, wording = cells.row[there], wording[there]
        if not len(row):
            return state
        starts = np.flatnonzero(np.r_[True, row[1:] != row[:-1]])
        counts = np.diff(np.r_[starts, len(row)])
        for step in range(min(int(counts.max()), _USUAL_REPEATS)):
            more = starts[(counts > step) & (counts <= _USUAL_REPEATS)] + step
            pair = np.stack([state[row[more]], wording[more]], axis=1)
            pairs, which = np.unique(pair, axis=0, return_inverse=True)
            grown = [self._list((*self.lists[before], added)) for before, added in pairs.tolist()]
            state[row[more]] = np.array(grown, np.int64)[which.reshape(-1)]
        for start, count in zip(
            starts[counts > _USUAL_REPEATS].tolist(), counts[counts > _USUAL_REPEATS].tolist(), strict=True
        ):
            state[row[start]] = self._list(tuple(wording[start : start + count].tolist()))
        return state

    def count(self, wordings: Ints) -> None:
        """Count wordings of records that were loaded."""
        found = wordings[wordings != NO_WORDING]
        if len(self.counts) < len(self.wordings):
            self.counts = np.r_[self.counts, np.zeros(len(self.wordings) - len(self.counts), np.int64)]
        self.counts += np.bincount(found, minlength=len(self.counts))

    def in_lists(self, lists: Ints) -> tuple[Ints, Ints]:
        """Place in `lists` and wording, for every wording in them."""
        distinct_lists, which = np.unique(lists, return_inverse=True)
        lengths = np.array([len(self.lists[number]) for number in distinct_lists.tolist()], np.int64)
        places = np.repeat(np.arange(len(lists)), lengths[which])
        flat = [self.lists[number] for number in distinct_lists.tolist()]
        starts = np.cumsum(lengths) - lengths
        joined = np.array([wording for entry in flat for wording in entry], np.int64)
        inside = np.arange(len(places)) - np.repeat(
            np.cumsum(lengths[which]) - lengths[which], lengths[which]
        )
        return places, joined[np.repeat(starts[which], lengths[which]) + inside]

    def matched(self, wordings: Ints) -> Mask:
        """Which wordings stand for a code."""
        good = np.array([match.code is not None for match in self.matches] + [False])
        return good[wordings]

    def letter_differs(self, wordings: Ints) -> Mask:
        differs = np.array([match.letter_differs for match in self.matches] + [False])
        return differs[wordings]

    def values(self, wordings: Ints) -> pl.Series:
        """The code of each record, or its truth for an element that says yes or no."""
        codes = [match.code for match in self.matches]
        if self.boolean:
            truths = [None if code is None else code == "1" for code in codes]
            return pl.Series([*truths, None], dtype=pl.Boolean).gather(self._places(wordings))
        return pl.Series([*codes, None], dtype=pl.String).gather(self._places(wordings))

    def raw(self, wordings: Ints) -> pl.Series:
        """The wordings that could not be used."""
        pairs = zip(self.wordings, self.matches, strict=True)
        kept = [text if match.code is None else None for text, match in pairs]
        return pl.Series([*kept, None], dtype=pl.String).gather(self._places(wordings))

    def joined(self, lists: Ints) -> tuple[pl.Series, pl.Series]:
        """The codes of each record's list joined by `|`, and likewise what could not be used."""
        numbers, which = np.unique(lists, return_inverse=True)
        entries = [self.lists[number] for number in numbers.tolist()]
        codes = [self._join(self.matches[w].code for w in entry) for entry in entries]
        raws = [
            self._join(self.wordings[w] for w in entry if self.matches[w].code is None) for entry in entries
        ]
        return pl.Series(codes, dtype=pl.String).gather(which), pl.Series(raws, dtype=pl.String).gather(which)

    def report(self, matching: Matching) -> None:
        """Add the wordings of loaded records to the matching report."""
        labels = code_set(self._coder.name).labels()
        for wording, match, count in zip(self.wordings, self.matches, self.counts.tolist(), strict=False):
            if count:
                key = (CIN, self.entry.element, wording)
                before = matching.values.get(key)
                total = count + (int(before[3]) if before else 0)
                code = match.code or ""
                matching.values[key] = [code, labels.get(code, ""), match.how, total]

    def _wordings_of(self, cells: Cells) -> Ints:
        values, which = distinct(cells)
        numbers = np.array([self._number(value) for value in values], np.int64)
        return numbers[which]

    def _number(self, value: str) -> int:
        number = self._numbers.get(value)
        if number is None:
            number = self._numbers[value] = len(self.wordings)
            self.wordings.append(value)
            self.matches.append(self._match(value))
        return number

    def _match(self, value: str) -> Match:
        if self._mappings:
            decided = self._mappings.value(CIN, self.entry.element, value)
            if decided is not None:
                return Match(decided or None, MAPPING if decided else NOT_MATCHED)
        return self._coder.match(value)

    def _list(self, entry: tuple[int, ...]) -> int:
        number = self._lists.get(entry)
        if number is None:
            number = self._lists[entry] = len(self.lists)
            self.lists.append(entry)
        return number

    def _places(self, wordings: Ints) -> Ints:
        return np.where(wordings == NO_WORDING, len(self.wordings), wordings)

    @staticmethod
    def _join(texts: Iterable[str | None]) -> str | None:
        return "|".join(text for text in texts if text) or None


def _coder_of(entry: Field) -> Coder:
    if entry.column == "sex":
        return sex_coder()
    return coder(entry.codes or "yes_no")
