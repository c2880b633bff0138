"""Columns of cells, each distinct value held and read once."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Any, cast

import numpy as np
import numpy.typing as npt
import polars as pl

from childjourneys.sources.coding import MAPPING, Coder, Match
from childjourneys.sources.mappings import Mappings
from childjourneys.sources.values import Unreadable, as_text, blanks_of, parse_date, parse_integer

Flags = npt.NDArray[np.bool_]


class Distinct(tuple[Any, ...]):
    """The distinct values of a column, and what is asked of them more than once."""

    @cached_property
    def blanks(self) -> tuple[bool, ...]:
        return tuple(blanks_of(self))

    @cached_property
    def texts(self) -> tuple[str | None, ...]:
        """The values as text; None where blank."""
        return tuple(
            None if blank else value.strip() if type(value) is str else as_text(value)
            for value, blank in zip(self, self.blanks, strict=True)
        )


@dataclass(frozen=True)
class Cells:
    """One column: `values[codes[i]]` is the cell of row i."""

    codes: npt.NDArray[np.int32]
    values: Distinct

    def keep(self, rows: Flags) -> Cells:
        return Cells(self.codes[rows], self.values)

    def flags(self, test: Callable[[Any], bool]) -> Flags:
        """Per row, whether its value passes."""
        return self.spread([test(value) for value in self.values])

    def spread(self, per_value: Sequence[bool]) -> Flags:
        """Per row, what is known per distinct value."""
        return cast(Flags, np.asarray(per_value, dtype=np.bool_)[self.codes])

    def series(
        self,
        per_value: Sequence[Any],
        dtype: pl.DataType | type[pl.DataType],
        where: Flags | None = None,
    ) -> pl.Series:
        """Per row, what is known per distinct value, as a Polars series; null where not `where`."""
        if where is None:
            return pl.Series(per_value, dtype=dtype, strict=True)[self.codes]
        nothing = len(per_value)
        codes = np.where(where, self.codes, nothing)
        return pl.Series([*per_value, None], dtype=dtype, strict=True)[codes]

    def blank(self) -> Flags:
        return self.spread(self.values.blanks)


@dataclass(frozen=True)
class Dates:
    """A column of dates. Of a row's flags at most one of `blank`, `unreadable` and `future` is set.

    `values`: per distinct cell its date, also a future one, or None. `days`: per row the same as days since
    1 January 1970, or 0.
    """

    cells: Cells
    values: tuple[date | None, ...]
    days: npt.NDArray[np.int32]
    blank: Flags
    unreadable: Flags
    future: Flags

    @property
    def usable(self) -> Flags:
        return ~(self.blank | self.unreadable | self.future)

    def series(self, used: Flags | None = None) -> pl.Series:
        """The dates of the rows given, which must be readable (or else of all usable ones), else null."""
        return self.cells.series(self.values, pl.Date, self.usable if used is None else used)


class _Numbering(dict[Any, int]):
    """Gives every new value the next number."""

    def __missing__(self, value: Any) -> int:
        number = self[value] = len(self)
        return number


def encode(column: Sequence[Hashable]) -> Cells:
    """Cells of a column."""
    numbers = _Numbering()
    codes = np.fromiter(map(numbers.__getitem__, column), np.int32, len(column))
    return Cells(codes, Distinct(numbers))


def blank_cells(rows: int) -> Cells:
    """A column that the sheet does not have."""
    return Cells(np.zeros(rows, np.int32), Distinct([""]))


def read_dates(cells: Cells, date_1904: bool, as_at: date) -> Dates:
    epoch = date(1970, 1, 1).toordinal()
    dates: list[date | None] = []
    days: list[int] = []
    blank: list[bool] = []
    unreadable: list[bool] = []
    future: list[bool] = []
    for value in cells.values:
        try:
            day = parse_date(value, date_1904)
            bad = False
        except Unreadable:
            day, bad = None, True
        dates.append(day)
        days.append(day.toordinal() - epoch if day else 0)
        blank.append(day is None and not bad)
        unreadable.append(bad)
        future.append(day is not None and day > as_at)
    return Dates(
        cells,
        tuple(dates),
        np.asarray(days, dtype=np.int32)[cells.codes],
        cells.spread(blank),
        cells.spread(unreadable),
        cells.spread(future),
    )


def latest_date(cells: Cells, date_1904: bool) -> date | None:
    """The latest readable date of a column."""
    latest: date | None = None
    for value in cells.values:
        try:
            day = parse_date(value, date_1904)
        except Unreadable:
            continue
        if day and (latest is None or day > latest):
            latest = day
    return latest


def text_series(cells: Cells, where: Flags) -> pl.Series:
    """The cells as found in the rows given, else null."""
    if not where.any():
        return pl.Series([None], dtype=pl.String).new_from_index(0, len(where))
    return cells.series(cells.values.texts, pl.String, where)


def read_integers(cells: Cells) -> tuple[pl.Series, Flags]:
    """Whole numbers, and the rows whose number can't be read."""
    numbers: list[int | None] = []
    unreadable: list[bool] = []
    for value in cells.values:
        try:
            numbers.append(parse_integer(value))
            unreadable.append(False)
        except Unreadable:
            numbers.append(None)
            unreadable.append(True)
    return cells.series(numbers, pl.Int64), cells.spread(unreadable)


def match_values(
    cells: Cells, coder: Coder, list_name: str, column: str, mappings: Mappings | None
) -> list[Match | None]:
    """Per distinct value what it was taken for; None where blank. The analyst's decisions come first."""
    found: list[Match | None] = []
    for text in cells.values.texts:
        if text is None:
            found.append(None)
            continue
        match = coder.match(text)
        decided = mappings.value(list_name, column, text) if mappings else None
        if decided is not None and (decided or None) != match.code:
            match = Match(decided or None, MAPPING)
        found.append(match)
    return found
