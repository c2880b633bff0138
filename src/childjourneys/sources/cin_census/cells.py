"""Texts of a field to dates, codes and text, by distinct value."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

import numpy as np
import polars as pl
from numpy.typing import NDArray

from childjourneys.sources.cin_census.text import LINE_ONLY
from childjourneys.sources.cin_census.tokens import Ints, Mask, gather
from childjourneys.sources.cin_census.tree import Cells
from childjourneys.sources.values import Unreadable, is_blank, parse_date

NO_DAY = np.iinfo(np.int64).min
_EPOCH = date(1970, 1, 1).toordinal()
_LONGEST_PACKED = 64
_FIRST_YEAR, _LAST_YEAR = 1900, 2099

_ENTITY = re.compile(r"&(#x[0-9A-Fa-f]+|#[0-9]+|amp|lt|gt|quot|apos);")
_NAMED = {"amp": "&", "lt": "<", "gt": ">", "quot": '"', "apos": "'"}


def value_of(text: bytes) -> str:
    """The text of an element as a reader of XML sees it, without outer space; blank when it says nothing."""
    value = text.replace(LINE_ONLY, b"").decode("utf-8")
    if "&" in value:
        value = _ENTITY.sub(_character, value)
    value = value.strip()
    return "" if is_blank(value) else value


def first_of_each(cells: Cells) -> tuple[Cells, Ints]:
    """One cell a record, the first with text; and the records that had several."""
    if len(cells.row) < 2 or (cells.row[1:] > cells.row[:-1]).all():
        return cells, np.array([], np.int64)
    keep: dict[int, int] = {}
    several = set()
    for place, row in enumerate(cells.row.tolist()):
        if row in keep:
            several.add(row)
            kept = keep[row]
            if value_of(cells.data[cells.start[kept] : cells.end[kept]]):
                continue
        keep[row] = place
    places = np.array([keep[row] for row in sorted(keep)], np.int64)
    one = Cells(cells.data, cells.row[places], cells.start[places], cells.end[places])
    return one, np.array(sorted(several), np.int64)


def distinct(cells: Cells) -> tuple[list[str], Ints]:
    """The distinct values, and for each cell the place of its value among them."""
    lengths = cells.end - cells.start
    if len(lengths) and lengths.max() <= 8:
        words = gather(cells.data, cells.start, lengths, 8)[:, 0]
        found, inverse = np.unique(words, return_inverse=True)
        return [value_of(word.tobytes().rstrip(b"\0")) for word in found], inverse.astype(np.int64)
    places: dict[bytes, int] = {}
    data = cells.data
    inverse = np.fromiter(
        (
            places.setdefault(data[start:end], len(places))
            for start, end in zip(cells.start.tolist(), cells.end.tolist(), strict=True)
        ),
        np.int64,
        len(lengths),
    )
    return [value_of(text) for text in places], inverse


def texts(cells: Cells, rows: int, clean: Callable[[str], str], clean_already: str) -> pl.Series:
    """A text for each record, null where it says nothing.

    Args:
        clean: makes a value what it should be.
        clean_already: pattern of values that `clean` leaves as they are and that are not blank.
    """
    lengths = cells.end - cells.start
    width = 8 * max(1, -(-int(lengths.max(initial=1)) // 8))
    if width <= _LONGEST_PACKED:
        packed = gather(cells.data, cells.start, lengths, width)
        found = pl.Series(packed.view(f"S{width}").reshape(-1)).cast(pl.String)
    else:
        found = pl.Series(
            [
                cells.data[s:e].decode("utf-8")
                for s, e in zip(cells.start.tolist(), cells.end.tolist(), strict=True)
            ],
            dtype=pl.String,
        )
    odd = (~found.str.contains(clean_already)).arg_true()
    if len(odd):
        cleaned = [clean(value_of(found[place].encode("utf-8"))) or None for place in odd.to_list()]
        found = found.scatter(odd, pl.Series(cleaned, dtype=pl.String))
    if len(found) == rows:
        return found
    places = np.full(rows, len(found), np.int64)
    places[cells.row] = np.arange(len(found))
    return pl.concat([found, pl.Series([None], dtype=pl.String)]).gather(places)


@dataclass
class Dates:
    """One date for each record: `day` counts from 1970, `NO_DAY` where there is none that can be used.

    `raw` holds, by record, the text of those that are there and can't be used.
    """

    day: Ints
    raw: dict[int, str]
    unreadable: Mask
    _cells: Cells | None = None

    @property
    def blank(self) -> Mask:
        blank = self.day == NO_DAY
        if self.raw:
            blank[list(self.raw)] = False
        return blank

    def leave_out(self, rows: Mask) -> None:
        """Do not use these dates; their text is kept."""
        places = np.flatnonzero(rows)
        if len(places) and self._cells is not None:
            cells = self._cells
            where = np.searchsorted(cells.row, places)
            for row, place in zip(places.tolist(), where.tolist(), strict=True):
                self.raw[row] = value_of(cells.data[cells.start[place] : cells.end[place]])
            self.day[places] = NO_DAY


def dates(cells: Cells | None, rows: int) -> Dates:
    """The date of each record. `cells` hold at most one for each."""
    days = Dates(np.full(rows, NO_DAY, np.int64), {}, np.zeros(rows, bool), cells)
    if cells is None or not len(cells.row):
        return days
    read, plainly = _iso_days(cells)
    days.day[cells.row[plainly]] = read[plainly]
    if not plainly.all():
        odd = np.flatnonzero(~plainly)
        rest = Cells(cells.data, cells.row[odd], cells.start[odd], cells.end[odd])
        values, which = distinct(rest)
        found = [_day(value) for value in values]
        days.day[rest.row] = np.array([NO_DAY if day is None else day for day, _ in found], np.int64)[which]
        bad = np.array([not good for _, good in found])[which]
        days.unreadable[rest.row[bad]] = True
        for row, value in zip(rest.row[bad].tolist(), which[bad].tolist(), strict=True):
            days.raw[row] = values[value]
    return days


def day_number(day: date) -> int:
    return day.toordinal() - _EPOCH


def _day(value: str) -> tuple[int | None, bool]:
    try:
        found = parse_date(value)
    except Unreadable:
        return None, False
    return (None if found is None else day_number(found)), True


def _iso_days(cells: Cells) -> tuple[Ints, Mask]:
    """Days since 1970 of plain ISO dates of this century and the last, and which cells are such."""
    plain = (cells.end - cells.start) == 10
    letters = gather(cells.data, cells.start, np.full(len(plain), 10, np.int64), 16).view(np.uint8)
    digits = letters.reshape(len(plain), 16)[:, [0, 1, 2, 3, 5, 6, 8, 9]] - np.uint8(48)
    plain &= (digits <= 9).all(axis=1)
    plain &= (letters.reshape(len(plain), 16)[:, [4, 7]] == 45).all(axis=1)
    number = digits.astype(np.int64) @ _PLACES
    year, month, day = number // 10000, number // 100 % 100, number % 100
    plain &= (year >= _FIRST_YEAR) & (year <= _LAST_YEAR) & (month >= 1) & (month <= 12)
    month_index = np.where(plain, (year - _FIRST_YEAR) * 12 + month - 1, 0)
    plain &= (day >= 1) & (day <= _MONTH_LENGTH[month_index])
    return _MONTH_START[month_index] + day - 1, plain


def _character(found: re.Match[str]) -> str:
    name = found[1]
    if name.startswith("#x"):
        return chr(int(name[2:], 16))
    if name.startswith("#"):
        return chr(int(name[1:]))
    return _NAMED[name]


_PLACES = np.array([10**7, 10**6, 10**5, 10**4, 10**3, 10**2, 10, 1], np.int64)
_MONTH_EDGES: NDArray[np.int64] = np.arange(
    f"{_FIRST_YEAR}-01", f"{_LAST_YEAR + 1}-02", dtype="datetime64[M]"
).astype("datetime64[D]").astype(np.int64)  # fmt: skip
_MONTH_START, _MONTH_LENGTH = _MONTH_EDGES[:-1], np.diff(_MONTH_EDGES)
