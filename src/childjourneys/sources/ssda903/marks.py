"""Event types that a row would have given, had its date been usable."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from childjourneys.sources.annex_a.cells import Flags
from childjourneys.sources.marks import Mark
from childjourneys.sources.ssda903.readings import Reading
from childjourneys.sources.ssda903.rows import Rows

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
