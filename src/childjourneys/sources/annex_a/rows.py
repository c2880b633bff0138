"""What becomes of the rows of one sheet: loaded, duplicate or set aside, and why."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, cast

import numpy as np
import numpy.typing as npt
import polars as pl

from childjourneys.domain.identifiers import clean_identifier, is_placeholder
from childjourneys.sources.annex_a.cells import Cells, Dates, Flags, blank_cells, read_dates
from childjourneys.sources.annex_a.messages import issue
from childjourneys.sources.annex_a.sheets import ListSheet
from childjourneys.sources.annex_a.spec import CHILD_COLUMNS, TEAM_COLUMN, Plan
from childjourneys.sources.contract import ReadContext, SheetAccount
from childjourneys.sources.mappings import value_coder
from childjourneys.sources.values import Unreadable, as_text, parse_date, parse_integer

# Codes of set-aside rows whose key date is at fault, and what a mark of them is called.
_MARK_CODES = {"key-date-blank": "undated", "key-date-unreadable": "undated", "key-date-future": "future"}
_MOST_NUMBERS = 2**62
_REASONS = {
    "key-date-blank": "key date blank",
    "key-date-unreadable": "key date unreadable",
    "key-date-future": "key date after the extract date",
}


@dataclass
class Rows:
    """The rows of a sheet while it is settled what becomes of each.

    Attributes:
        alive: not set aside, so far.
        undated: rows set aside for their key date, by issue code.
    """

    sheet: ListSheet
    plan: Plan
    file: str
    context: ReadContext
    date_1904: bool
    account: SheetAccount
    alive: Flags
    undated: dict[str, Flags]

    @property
    def list_name(self) -> str:
        return str(self.sheet.spec.number)

    @property
    def as_at_text(self) -> str:
        day = self.context.as_at
        return f"{day.day} {day:%B} {day.year}"

    def cells(self, name: str) -> Cells:
        """A column by canonical name; blank cells where the sheet has none."""
        found = self.sheet.columns.get(name)
        return blank_cells(len(self.sheet.numbers)) if found is None else found

    def dates(self, name: str) -> Dates:
        """A date column, read once."""
        if name not in self._dates:
            self._dates[name] = read_dates(self.cells(name), self.date_1904, self.context.as_at)
        return self._dates[name]

    @cached_property
    def _dates(self) -> dict[str, Dates]:
        return {}

    @cached_property
    def keys(self) -> dict[str, npt.NDArray[np.int64]]:
        """What `_keys` gave, by column."""
        return {}

    @cached_property
    def identifiers(self) -> list[str]:
        """Per distinct cell of the identifier column, the cleaned identifier; "" for a placeholder."""
        return [
            text if text and text.isdecimal() and text[0] != "0" else _identifier(text)
            for text in self.cells("child_id").values.texts
        ]

    @cached_property
    def conference_only(self) -> Flags:
        """Rows of list 5 with a conference and no enquiry."""
        if self.sheet.spec.number != 5:
            return np.zeros(len(self.sheet.numbers), dtype=np.bool_)
        return self.dates("s47_start_date").blank & self.dates("icpc_date").usable

    def set_aside(self, rows: Flags, reason: str) -> Flags:
        """Take rows out; gives those that were not out before."""
        gone = rows & self.alive
        self.account.leave_out(reason, int(gone.sum()))
        self.alive &= ~gone
        return gone

    def report(self, code: str, rows: Flags, column: str = "") -> None:
        """One issue of a code at each of the rows."""
        if rows.any():
            template = issue(code, self.file, self.sheet.name, column=column, as_at=self.as_at_text)
            self.context.log.add_rows(template, self.sheet.numbers[rows].tolist())


def settle_rows(
    sheet: ListSheet, plan: Plan, file: str, context: ReadContext, date_1904: bool, account: SheetAccount
) -> Rows:
    """Set aside and count what is no usable record; what is left in `alive` is loaded."""
    every = np.ones(len(sheet.numbers), dtype=np.bool_)
    rows = Rows(sheet, plan, file, context, date_1904, account, every, {})
    rows.report("row-is-a-note", rows.set_aside(sheet.one_cell, "note, no record"))
    rows.report("heading-repeated", rows.set_aside(sheet.repeats_heading, "headings repeated"))
    missing = _missing_key(rows)
    if missing:
        official = sheet.spec.column(missing).heading
        rows.set_aside(rows.alive.copy(), "the sheet lacks a column it needs")
        context.log.add(
            issue("list-without-key-column", file, sheet.name, sheet.heading_row, official, official=official)
        )
        return rows
    unnamed = rows.cells("child_id").spread([not identifier for identifier in rows.identifiers])
    rows.report(
        "placeholder-identifier",
        rows.set_aside(unnamed, "identifier is a placeholder"),
        sheet.heading("child_id"),
    )
    for code, column, faulty in _key_date_faults(rows):
        gone = rows.set_aside(faulty, _REASONS[code])
        rows.report(code, gone, sheet.heading(column))
        rows.undated[code] = rows.undated.get(code, np.zeros_like(gone)) | gone
    _report_repeats(rows)
    account.loaded = int(rows.alive.sum())
    return rows


def undated_marks(rows: Rows) -> list[tuple[int, str, str]]:
    """Per row set aside for its key date: its place, the event types it would have given, the mark's code."""
    filled = {
        name: ~rows.cells(name).blank()
        for name in (rows.plan.start, rows.plan.end, *rows.plan.other_events)
        if name is not None
    }
    marks: list[tuple[int, str, str]] = []
    for code, gone in rows.undated.items():
        for place in np.flatnonzero(gone):
            events = _events_given(rows.plan, {name for name, has in filled.items() if has[place]})
            if events:
                marks.append((int(place), "|".join(events), _MARK_CODES[code]))
    return sorted(marks)


def _identifier(text: str | None) -> str:
    cleaned = clean_identifier(text or "")
    return "" if is_placeholder(cleaned) else cleaned


def _missing_key(rows: Rows) -> str | None:
    """The column without which the sheet can't be read, if it is missing."""
    present = rows.sheet.columns
    if "child_id" not in present:
        return "child_id"
    needed = rows.plan.key_dates
    return needed[0] if needed and not any(name in present for name in needed) else None


def _key_date_faults(rows: Rows) -> list[tuple[str, str, Flags]]:
    """Issue code, column and rows of each way in which a row has no usable key date."""
    if rows.sheet.spec.number == 5:
        start, conference = rows.dates("s47_start_date"), rows.dates("icpc_date")
        return [
            ("key-date-blank", "s47_start_date", start.blank & conference.blank),
            ("key-date-unreadable", "s47_start_date", start.unreadable),
            ("key-date-future", "s47_start_date", start.future),
            ("key-date-unreadable", "icpc_date", start.blank & conference.unreadable),
            ("key-date-future", "icpc_date", start.blank & conference.future),
        ]
    if not rows.plan.key_dates:
        return []
    columns = [rows.dates(name) for name in rows.plan.key_dates]
    none = ~np.logical_or.reduce([column.usable for column in columns])
    unreadable = np.logical_or.reduce([column.unreadable for column in columns])
    future = np.logical_or.reduce([column.future for column in columns])
    first = rows.plan.key_dates[0]
    faults: list[tuple[str, str, Flags]] = [("key-date-blank", first, none & ~unreadable & ~future)]
    for name, column in zip(rows.plan.key_dates, columns, strict=True):
        # Of several dates at fault in a row the first one names the place.
        faults.append(("key-date-unreadable", name, none & column.unreadable))
    for name, column in zip(rows.plan.key_dates, columns, strict=True):
        faults.append(("key-date-future", name, none & column.future))
    return faults


def _report_repeats(rows: Rows) -> None:
    """Drop rows equal to an earlier one in every column but team and the child's restated ones; name the
    others that share the key of an earlier one.
    """
    shared = _shared(_natural_keys(rows), rows.alive)
    if not shared.any():
        return
    apart = {TEAM_COLUMN, *CHILD_COLUMNS}
    again = _again([_keys(rows, name) for name in rows.sheet.columns if name not in apart], shared)
    count = int(again.sum())
    if count:
        rows.alive &= ~again
        rows.account.duplicate = count
        rows.account.reasons["repeats an earlier row"] += count
        first = int(rows.sheet.numbers[again][0])
        rows.context.log.add(issue("duplicate-rows", rows.file, rows.sheet.name, first, count=count))
    names = _KEYS[rows.sheet.spec.number]
    column = rows.sheet.heading(names[min(1, len(names) - 1)])
    rows.report("same-key", _again(_natural_keys(rows), shared & rows.alive), column)


def _natural_keys(rows: Rows) -> list[npt.NDArray[np.int64]]:
    if rows.sheet.spec.number != 5:
        return [_keys(rows, name) for name in _KEYS[rows.sheet.spec.number]]
    start, conference = _keys(rows, "s47_start_date"), _keys(rows, "icpc_date")
    alone = rows.conference_only
    return [_keys(rows, "child_id"), np.where(alone, conference, start), alone.astype(np.int64)]


# The parts of the reported tables' natural keys, by list.
_KEYS: Mapping[int, tuple[str, ...]] = {
    1: ("child_id", "contact_date", "contact_source"),
    2: ("child_id", "early_help_start_date"),
    3: ("child_id", "referral_date"),
    4: ("child_id", "assessment_start_date"),
    5: ("child_id", "s47_start_date"),
    6: ("child_id", "cin_start_date"),
    7: ("child_id", "cpp_start_date"),
    8: ("child_id", "care_start_date"),
    9: ("child_id",),
    10: ("child_id", "adoption_decision_date"),
}


def _again(keys: Sequence[npt.NDArray[np.int64]], among: Flags) -> Flags:
    """Rows, among those given, whose keys an earlier one of them has."""
    again = np.zeros(len(among), dtype=np.bool_)
    again[among] = ~_of(keys, among, lambda key: key.is_first_distinct())
    return again


def _shared(keys: Sequence[npt.NDArray[np.int64]], among: Flags) -> Flags:
    """Rows, among those given, whose keys another one of them has."""
    shared = np.zeros(len(among), dtype=np.bool_)
    shared[among] = _of(keys, among, lambda key: key.is_duplicated())
    return shared


def _of(keys: Sequence[npt.NDArray[np.int64]], among: Flags, ask: Callable[[pl.Series], pl.Series]) -> Flags:
    """What is asked of the rows given, each a number that is equal where all keys are."""
    together = np.zeros(int(among.sum()), dtype=np.int64)
    size = 1
    for key in keys:
        span = int(key.max(initial=0)) + 1
        if size * span >= _MOST_NUMBERS:
            together, size = np.unique(together, return_inverse=True)[1], len(together)
        together = together * span + key[among]
        size *= span
    return cast(Flags, ask(pl.Series(together)).to_numpy())


def _keys(rows: Rows, name: str) -> npt.NDArray[np.int64]:
    """Per row a number that is equal where the typed values of the column are."""
    if name not in rows.keys:
        cells = rows.cells(name)
        if name == "child_id" and len(set(rows.identifiers)) == len(rows.identifiers):
            rows.keys[name] = cells.codes.astype(np.int64)
            return rows.keys[name]
        numbers: dict[object, int] = {}
        per_value = [numbers.setdefault(typed, len(numbers)) for typed in _typed(rows, name, cells)]
        rows.keys[name] = np.asarray(per_value, dtype=np.int64)[cells.codes]
    return rows.keys[name]


def _typed(rows: Rows, name: str, cells: Cells) -> list[object]:
    if name == "child_id":
        return list(rows.identifiers)
    column = rows.sheet.spec.column(name)
    coder = value_coder(rows.list_name, name) if column.type in ("code", "bool", "bool3") else None
    typed: list[object] = []
    for value, text in zip(cells.values, cells.values.texts, strict=True):
        if text is None:
            typed.append(None)
        elif coder is not None:
            code = coder.match(text).code
            typed.append(("code", code) if code is not None else text.lower())
        elif column.type == "date":
            typed.append(_or_text(parse_date, value, rows.date_1904))
        elif column.type == "int":
            typed.append(_or_text(parse_integer, value))
        else:
            typed.append(text)
    return typed


def _or_text(parse: Any, value: Any, *options: Any) -> object:
    try:
        return parse(value, *options)
    except Unreadable:
        return as_text(value)


def _events_given(plan: Plan, filled: set[str]) -> tuple[str, ...]:
    """Event types that a row with these dates filled would have given."""
    others = tuple(event for name, event in plan.other_events.items() if name in filled)
    if plan.start is None:
        # List 10 is of children with a decision; one without any date had that at least.
        return others or tuple(plan.other_events.values())[:1]
    if plan.start not in filled and "s47" in plan.start_events and plan.end in filled:
        return plan.end_events
    ends = plan.end_events if plan.end in filled else ()
    return plan.start_events + ends + others
