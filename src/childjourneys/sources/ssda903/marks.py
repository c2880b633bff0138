"""Event types that a row would have given, had its date been usable."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
import polars as pl

from childjourneys.sources.annex_a.cells import Flags
from childjourneys.sources.ssda903.readings import Reading
from childjourneys.sources.ssda903.rows import Rows
from childjourneys.tables import REPORTED

SHORT_BREAKS = ("V3", "V4")
ADOPTED = ("E11", "E12")
CONTINUES = "X1"
PLACED_FOR_ADOPTION = ("A3", "A4", "A5", "A6")
# Issue codes of rows without a usable key date, and what a mark of them is called.
_CODES = {"key-date-blank": "undated", "key-date-unreadable": "undated", "key-date-future": "future"}
# Of modules other than Episodes: what the key date gives, and what the end.
_EVENTS = {
    "Reviews": ("lac_review", None),
    "Missing": ("missing_start", "missing_end"),
    "PlacedAdoption": ("adoption_decision", "adoption_reversed"),
}
Mark = tuple[int, str, str, int | None]
Events = Callable[[int], tuple[str, ...]]


def undated_marks(rows: Rows) -> list[Mark]:
    """A mark for each row that was set aside for its key date, if it would have given an event."""
    if not any(gone.any() for gone in rows.undated.values()):
        return []
    starts, ends = _events_of(rows)
    end = rows.module.end
    filled = ~rows.sheet.cells(end).blank() if end else np.zeros_like(rows.alive)
    marks: list[Mark] = []
    for code, gone in rows.undated.items():
        for place in np.flatnonzero(gone).tolist():
            events = starts(place) + (ends(place) if filled[place] else ())
            if events:
                marks.append((place, "|".join(events), _CODES[code], None))
    return marks


def end_marks(rows: Rows, unreadable: Flags, before: Flags) -> list[Mark]:
    """A mark for each end that can't be used, with the start that it belongs to."""
    marks: list[Mark] = []
    if rows.module.key_date is None or not (unreadable | before).any():
        return marks
    _, ends = _events_of(rows)
    days = rows.dates(rows.module.key_date).days
    for code, faulty in (("undated", unreadable), ("end_before_start", before)):
        for place in np.flatnonzero(faulty).tolist():
            events = ends(place)
            if events:
                marks.append((place, "|".join(events), code, int(days[place])))
    return marks


def mark_frame(rows: Rows, identifiers: pl.Series, marks: Sequence[Mark]) -> pl.DataFrame:
    """The marks as a reported table, in the order of the rows."""
    marks = sorted(marks, key=lambda mark: (mark[0], mark[1], mark[2]))
    places = np.asarray([mark[0] for mark in marks], dtype=np.int64)
    return REPORTED["mark"].conform(
        pl.DataFrame(
            {
                "child_id": identifiers.gather(places),
                "event": pl.Series([mark[1] for mark in marks], dtype=pl.String),
                "code": pl.Series([mark[2] for mark in marks], dtype=pl.String),
                "start": pl.Series([mark[3] for mark in marks], dtype=pl.Int32).cast(pl.Date),
                "sheet": pl.repeat(rows.sheet.name, len(marks), dtype=pl.String, eager=True),
                "row": pl.Series(rows.sheet.numbers[places], dtype=pl.Int64),
            }
        )
    )


def _events_of(rows: Rows) -> tuple[Events, Events]:
    """What a row's start, and its end, would have given."""
    if rows.module.name == "Episodes":
        return _episode_events(rows)
    start, end = _EVENTS.get(rows.module.name, (None, None))
    starts = (start,) if start else ()
    ends = (end,) if end else ()
    return lambda _: starts, lambda _: ends


def _episode_events(rows: Rows) -> tuple[Events, Events]:
    status, new, place, ceased = (rows.reading(name) for name in ("LS", "RNE", "PLACE", "REC"))

    def code(reading: Reading, row: int) -> str | None:
        found: str | None = reading.values[reading.cells.codes[row]]
        return found

    def starts(row: int) -> tuple[str, ...]:
        if code(status, row) in SHORT_BREAKS:
            return ("short_break_start",)
        reason = code(new, row)
        if reason == "L":
            return ()
        events = ("lac_start", "placement_start") if reason == "S" else ("placement_start",)
        return (*events, "placed_for_adoption") if code(place, row) in PLACED_FOR_ADOPTION else events

    def ends(row: int) -> tuple[str, ...]:
        if code(status, row) in SHORT_BREAKS:
            return ("short_break_end",)
        reason = code(ceased, row)
        if reason == CONTINUES:
            return ("placement_end",)
        return ("placement_end", "lac_end", *(("adopted",) if reason in ADOPTED else ()))

    return starts, ends
