"""What becomes of the rows of one module: loaded, duplicate or set aside, and why."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt
import polars as pl

from childjourneys.issues import Issue
from childjourneys.sources.annex_a.cells import Dates, Flags, read_dates
from childjourneys.sources.contract import ReadContext, SheetAccount
from childjourneys.sources.ssda903.layout import CHILD, Module
from childjourneys.sources.ssda903.messages import issue
from childjourneys.sources.ssda903.readings import Reading, read_field
from childjourneys.sources.ssda903.sheets import ModuleSheet

Ints = npt.NDArray[np.int64]
_REASONS = {
    "key-date-blank": "key date blank",
    "key-date-unreadable": "key date unreadable",
    "key-date-future": "key date after the reference date",
}


@dataclass
class Rows:
    """The rows of a sheet while it is settled what becomes of each.

    Attributes:
        alive: not set aside and no duplicate, so far.
        undated: rows set aside for their key date, by issue code.
    """

    sheet: ModuleSheet
    file: str
    context: ReadContext
    account: SheetAccount
    alive: Flags
    undated: dict[str, Flags] = field(default_factory=dict)
    _readings: dict[str, Reading] = field(default_factory=dict)
    _dates: dict[str, Dates] = field(default_factory=dict)

    @property
    def module(self) -> Module:
        return self.sheet.module

    def reading(self, name: str) -> Reading:
        """A column that is no date, read once."""
        if name not in self._readings:
            self._readings[name] = read_field(
                self.sheet.cells(name), self.module.name, self.module.fields[name], self.context.mappings
            )
        return self._readings[name]

    def dates(self, name: str) -> Dates:
        """A date column, read once."""
        if name not in self._dates:
            self._dates[name] = read_dates(self.sheet.cells(name), False, self.context.as_at)
        return self._dates[name]

    def set_aside(self, rows: Flags, reason: str) -> Flags:
        """Take rows out; gives those that were not out before."""
        gone = rows & self.alive
        self.account.leave_out(reason, int(gone.sum()))
        self.alive &= ~gone
        return gone

    def report(self, code: str, rows: Flags, name: str = "", **words: str) -> None:
        """One issue of a code at each of the rows."""
        if rows.any():
            self.context.log.add_rows(
                self._issue(code, name, None, 1, **words), self.sheet.numbers[rows].tolist()
            )

    def report_once(self, code: str, rows: Flags, name: str, **words: str) -> None:
        """One issue for all the rows, at the first of them."""
        if rows.any():
            first, count = int(self.sheet.numbers[rows][0]), int(rows.sum())
            self.context.log.add(self._issue(code, name, first, count, **words))

    def _issue(self, code: str, name: str, row: int | None, count: int, **words: str) -> Issue:
        day = self.context.as_at
        column = self.sheet.heading(name) if name else ""
        as_at = f"{day.day} {day:%B} {day.year}"
        return issue(code, self.file, self.sheet.name, row, column, count, as_at=as_at, **words)


def settle_rows(sheet: ModuleSheet, file: str, context: ReadContext) -> Rows:
    """Set aside and count what is no usable record; what is left in `alive` is loaded."""
    account = SheetAccount(file, sheet.name, rows_in=len(sheet.numbers))
    context.accounts.append(account)
    rows = Rows(sheet, file, context, account, np.ones(len(sheet.numbers), dtype=np.bool_))
    _report_headings(rows)
    rows.report("row-is-a-note", rows.set_aside(sheet.one_cell, "note, no record"))
    rows.report("heading-repeated", rows.set_aside(sheet.repeats_heading, "headings repeated"))
    child = rows.reading(CHILD)
    unnamed = child.cells.spread([value is None for value in child.values])
    rows.report("placeholder-identifier", rows.set_aside(unnamed, "identifier is a placeholder"), CHILD)
    if sheet.module.key_date:
        key = rows.dates(sheet.module.key_date)
        for code, faulty in (
            ("key-date-blank", key.blank),
            ("key-date-unreadable", key.unreadable),
            ("key-date-future", key.future),
        ):
            rows.undated[code] = rows.set_aside(faulty, _REASONS[code])
            rows.report(code, rows.undated[code], sheet.module.key_date)
    _drop_repeats(rows)
    account.loaded = int(rows.alive.sum())
    return rows


def _report_headings(rows: Rows) -> None:
    sheet = rows.sheet
    add = rows.context.log.add
    for heading in dict.fromkeys(sheet.others):
        add(issue("heading-not-taken", rows.file, sheet.name, sheet.heading_row, heading))
    if sheet.doubt is not None:
        missing = ", ".join(sorted(sheet.doubt.required - set(sheet.columns)))
        add(
            issue(
                "module-doubtful", rows.file, sheet.name, sheet.heading_row,
                module=sheet.module.name, other=sheet.doubt.name, missing=missing,
            )
        )  # fmt: skip
    if sheet.heading_row is None:
        # XML leaves out the elements that have no value.
        return
    needed = (sheet.module.end, "REC" if sheet.module.name == "Episodes" else None)
    for name in needed:
        if name and name not in sheet.columns:
            add(issue("column-missing", rows.file, sheet.name, sheet.heading_row, name, official=name))


def _drop_repeats(rows: Rows) -> None:
    """Drop rows equal to an earlier one but for what they restate of the child; name those of one key."""
    key = [name for name in rows.module.key if name in rows.sheet.columns]
    numbers = {name: _numbers(rows, name) for name in key}
    places = np.flatnonzero(rows.alive)
    shared = _asked(numbers, key, places).select(pl.struct(pl.all()).is_duplicated()).to_series().to_numpy()
    places = places[shared]
    if not len(places):
        return
    compared = [name for name in rows.sheet.columns if name not in rows.module.restated]
    numbers |= {name: _numbers(rows, name) for name in compared if name not in numbers}
    first = _first(_asked(numbers, compared, places))
    again = places[~first]
    if len(again):
        rows.alive[again] = False
        rows.account.duplicate = len(again)
        rows.account.reasons["repeats an earlier row"] += len(again)
        gone = np.zeros_like(rows.alive)
        gone[again] = True
        rows.report_once("duplicate-rows", gone, "")
    places = places[first]
    later = np.zeros_like(rows.alive)
    later[places[~_first(_asked(numbers, key, places))]] = True
    if rows.module.key_date:
        rows.report("same-key", later, rows.module.key_date, about="child and date", first="")
    else:
        rows.report("same-key", later, CHILD, about="child", first=" Until then the first one counts.")


def _asked(numbers: dict[str, Ints], names: list[str], places: Ints) -> pl.DataFrame:
    return pl.DataFrame({name: numbers[name][places] for name in names})


def _first(frame: pl.DataFrame) -> Flags:
    first: Flags = frame.select(pl.struct(pl.all()).is_first_distinct()).to_series().to_numpy()
    return first


def _numbers(rows: Rows, name: str) -> Ints:
    """Per row a number that is equal where the typed values of the column are."""
    if rows.module.fields[name].kind == "date":
        dates = rows.dates(name)
        cells, values = dates.cells, list(dates.values)
    else:
        reading = rows.reading(name)
        cells, values = reading.cells, list(reading.values)
    known: dict[object, int] = {}
    texts = (text.lower() if text is not None else None for text in cells.values.texts)
    typed = [text if value is None else (value,) for value, text in zip(values, texts, strict=True)]
    per_value = [known.setdefault(value, len(known)) for value in typed]
    found: Ints = np.asarray(per_value, dtype=np.int64)[cells.codes]
    return found
