"""The records of one kind in one batch, typed, with what became of each."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

import numpy as np
import polars as pl
from numpy.typing import NDArray

from childjourneys.sources.cin_census.cells import Dates, dates, distinct, first_of_each, texts
from childjourneys.sources.cin_census.codes import CodedElement
from childjourneys.sources.cin_census.layout import Field, Kind
from childjourneys.sources.cin_census.tokens import Ints, Mask
from childjourneys.sources.cin_census.tree import Cells, Records
from childjourneys.sources.values import Unreadable, parse_integer

LOADED, DUPLICATE, SET_ASIDE = 0, 1, 2
NO_NUMBER = np.iinfo(np.int64).min
ID = "LAchildID"
_CLEAN_TEXT = r"^[A-Z0-9]{5,}$"


@dataclass
class Sheet:
    """Records of one kind.

    Attributes:
        line: where each starts.
        parent: number of the record around it; of a record equal to an earlier one, that earlier one.
        child: number of its child in the batch.
        status: `LOADED`, `DUPLICATE`, `SET_ASIDE`.
        same_as: number of the first record equal to it, or its own.
        reasons: why records were set aside: a code, and which.
        unreadable_numbers, repeated: by element, the records concerned.
    """

    kind: Kind
    line: Ints
    parent: Ints
    child: Ints
    status: NDArray[np.int8]
    same_as: Ints
    dates: dict[str, Dates] = field(default_factory=dict)
    wordings: dict[str, Ints] = field(default_factory=dict)
    lists: dict[str, Ints] = field(default_factory=dict)
    numbers: dict[str, Ints] = field(default_factory=dict)
    texts: dict[str, pl.Series] = field(default_factory=dict)
    unreadable_numbers: dict[str, Mask] = field(default_factory=dict)
    repeated: dict[str, Ints] = field(default_factory=dict)
    reasons: list[tuple[str, Mask]] = field(default_factory=list)

    def __len__(self) -> int:
        return len(self.line)

    @property
    def loaded(self) -> Mask:
        return self.status == LOADED

    @property
    def key_day(self) -> Ints:
        """Key date of each record; `NO_DAY` for none."""
        return self.dates[self.kind.key].day

    def set_aside(self, rows: Mask, reason: str) -> None:
        self.status[rows] = SET_ASIDE
        self.reasons.append((reason, rows))

    def missing(self, entry: Field) -> Mask:
        """Records that do not have an element, or have it empty."""
        if entry.element in self.wordings:
            return self.wordings[entry.element] < 0
        if entry.element in self.lists:
            return self.lists[entry.element] == 0
        if entry.element in self.numbers:
            blank = self.numbers[entry.element] == NO_NUMBER
            return blank & ~self.unreadable_numbers.get(entry.element, np.zeros(len(self), bool))
        if entry.element in self.dates:
            return self.dates[entry.element].blank
        return self.texts[entry.element].is_null().to_numpy()

    def signature(self, row: int, elements: Mapping[str, CodedElement]) -> tuple[object, ...]:
        """All typed values of a record, and the text of what could not be typed."""
        return tuple(self._signature(row, elements))

    def _signature(self, row: int, elements: Mapping[str, CodedElement]) -> Iterator[object]:
        for days in self.dates.values():
            yield int(days.day[row])
            yield days.raw.get(row)
        for element, wordings in self.wordings.items():
            yield _code(elements[element], int(wordings[row]))
        for element, lists in self.lists.items():
            coded = elements[element]
            yield tuple(_code(coded, number) for number in coded.lists[int(lists[row])])
        for numbers in self.numbers.values():
            yield int(numbers[row])
        for series in self.texts.values():
            yield series[row]


def typed_sheet(
    kind: Kind, records: Records, line: Ints, child: Ints, elements: Mapping[str, CodedElement]
) -> Sheet:
    """Type the records of one kind."""
    rows = len(records)
    sheet = Sheet(kind, line, records.parent, child, np.zeros(rows, np.int8), np.arange(rows))
    for entry in kind.fields:
        cells = records.cells.get(entry.element)
        if cells is not None and not entry.repeatable:
            cells, several = first_of_each(cells)
            if len(several):
                sheet.repeated[entry.element] = several
        if entry.type == "date":
            sheet.dates[entry.element] = dates(cells, rows)
        elif entry.element in elements:
            coded = elements[entry.element]
            if entry.repeatable:
                sheet.lists[entry.element] = coded.lists_of_records(cells, rows)
            else:
                sheet.wordings[entry.element] = coded.of_records(cells, rows)
        elif entry.type == "int":
            sheet.numbers[entry.element], sheet.unreadable_numbers[entry.element] = _numbers(cells, rows)
        elif entry.element != ID:
            sheet.texts[entry.element] = (
                pl.Series([None], dtype=pl.String).new_from_index(0, rows)
                if cells is None
                else texts(cells, rows, str.upper, _CLEAN_TEXT)
            )
    return sheet


def day_series(days: Ints) -> pl.Series:
    """Days as dates, `NO_DAY` as null."""
    # NumPy's own missing date is the same number.
    return pl.Series(days.view("datetime64[D]"))


def _numbers(cells: Cells | None, rows: int) -> tuple[Ints, Mask]:
    numbers = np.full(rows, NO_NUMBER, np.int64)
    unreadable = np.zeros(rows, bool)
    if cells is not None and len(cells.row):
        values, which = distinct(cells)
        read = [_number(value) for value in values]
        numbers[cells.row] = np.array([NO_NUMBER if n is None else n for n, _ in read], np.int64)[which]
        unreadable[cells.row] = np.array([not good for _, good in read])[which]
    return numbers, unreadable


def _number(value: str) -> tuple[int | None, bool]:
    try:
        return parse_integer(value), True
    except Unreadable:
        return None, False


def _code(coded: CodedElement, wording: int) -> object:
    if wording < 0:
        return None
    return coded.matches[wording].code or (coded.wordings[wording],)
