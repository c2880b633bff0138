"""Where the marks and bars of a timeline lie, and which days no return tells about."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any

import polars as pl

from childjourneys.domain.dates import add_months
from childjourneys.domain.vocabulary import EVENT, LANES, SPELL_LABELS, SPELL_LANES
from childjourneys.reports.journey_text import (
    ChildJourney,
    attributes_in_words,
    code_in_words,
    spell_end_in_words,
    spells_told,
)
from childjourneys.reports.wording import short_day

MONTHS_BEFORE, MONTHS_AFTER = 6, 12
WIDTH, LEFT, RIGHT = 1130.0, 190.0, 22.0
_LETTER = 7.4  # width of a letter at size 12, generously

# What a lane must know to be covered: for each, either the event type or the spell kind will do.
_LANE_KINDS: dict[str, tuple[tuple[str, ...], ...]] = {
    "front_door": (("contact",), ("referral", "need_episode")),
    "early_help": (("early_help_assessment_start", "early_help"),),
    "assessment": (("assessment_start", "assessment"),),
    "enquiry": (("s47", "s47_enquiry"), ("icpc",)),
    "plan": (("cin_start", "cin_plan"), ("cpp_start", "cp_plan")),
    "care": (("lac_start", "looked_after"), ("placement_start", "placement"), ("missing_start", "missing")),
}

Range = tuple[date, date]  # both days included


@dataclass(frozen=True)
class Window:
    """The days shown, both ends included, and where each lies across the picture."""

    anchor: date
    first: date
    last: date

    def at(self, day: date) -> float:
        days = (self.last - self.first).days + 1
        return LEFT + 8 + (day - self.first).days / days * (WIDTH - LEFT - RIGHT - 16)

    def holds(self, day: date) -> bool:
        return self.first <= day <= self.last


@dataclass(frozen=True)
class Bar:
    """A spell as it is drawn. `open`: true, false, unknown, or cut where it goes on past the window."""

    kind: str
    left: float
    right: float
    cut_left: bool
    open: str
    label: str
    place: str  # of the label: inside, right or left of the bar
    words: str
    row: int = 0


@dataclass(frozen=True)
class Mark:
    """An event as it is drawn, its code to the right of it or, at the edge, to the left."""

    event: str
    x: float
    label_left: bool
    words: str
    day: date
    row: int = 0


def window(anchor: date) -> Window:
    """6 months before the anchor to 12 months after it."""
    return Window(anchor, add_months(anchor, -MONTHS_BEFORE), add_months(anchor, MONTHS_AFTER))


def place_marks(events: pl.DataFrame, shown: Window) -> dict[str, list[Mark]]:
    """Marks by lane, each in the first row where it and its code meet no other."""
    lanes: dict[str, list[Mark]] = {lane: [] for lane in LANES}
    taken: dict[str, list[float]] = {lane: [] for lane in LANES}
    for row in events.sort("date", maintain_order=True).iter_rows(named=True):
        if not shown.holds(row["date"]):
            continue
        event = EVENT[row["event"]]
        x = shown.at(row["date"])
        room = len(event.code) * _LETTER + 6
        to_left = x + 10 + room > WIDTH - RIGHT
        words = f"{short_day(row['date'])}: {event.label}"
        known = attributes_in_words(row["attributes"])
        start, end = (x - 13 - room, x + 9) if to_left else (x - 9, x + 10 + room)
        place = _first_free(taken[event.lane], start, end)
        words = f"{words} ({known})" if known else words
        lanes[event.lane].append(Mark(event.name, x, to_left, words, row["date"], place))
    return lanes


def place_bars(journey: ChildJourney, shown: Window) -> dict[str, list[Bar]]:
    """Bars by lane, below the marks, each with its label in it or beside it."""
    lanes: dict[str, list[Bar]] = {lane: [] for lane in LANES}
    taken: dict[str, list[float]] = {lane: [] for lane in LANES}
    for row, code in spells_told(journey):
        end = _bar_end(row, journey.coverage, shown)
        if row["start"] > shown.last or end < shown.first:
            continue
        lane = SPELL_LANES[row["kind"]]
        bar = _bar(row, code, end, shown)
        room = len(bar.label) * _LETTER + 22 if bar.place != "inside" else 8
        left = bar.left - room if bar.place == "left" else bar.left
        right = bar.right + (room if bar.place == "right" else 8)
        lanes[lane].append(replace(bar, row=_first_free(taken[lane], left, right)))
    return lanes


def _bar(row: dict[str, Any], code: str, end: date, shown: Window) -> Bar:
    left = shown.at(max(row["start"], shown.first))
    right = max(shown.at(min(end, shown.last)), left + 3)
    name = SPELL_LABELS[row["kind"]].split(" (")[0]
    label = f"{name} {code}".strip()
    meaning = code_in_words(row["kind"], code)
    room = len(label) * _LETTER + 20
    place = "inside" if right - left >= room else "right" if right + room < WIDTH else "left"
    return Bar(
        row["kind"],
        left,
        right,
        row["start"] < shown.first,
        row["open"] if end <= shown.last else "cut",
        label,
        place,
        f"{label}{f' ({meaning})' if meaning else ''} from {short_day(row['start'])}, {_until(row)}",
    )


def _until(row: dict[str, Any]) -> str:
    words = spell_end_in_words(row["end"], row["open"])
    return words if row["open"] != "false" else f"to {words}"


def _bar_end(row: dict[str, Any], coverage: pl.DataFrame, shown: Window) -> date:
    """Open spells are known to run to the last day that a return tells about them."""
    if row["end"] is not None:
        end: date = row["end"]
        return end
    if row["open"] == "unknown":
        begun: date = row["start"]
        return begun
    last = coverage.filter(pl.col("kind") == row["kind"])["to"].max()
    return max(last, row["start"]) if isinstance(last, date) else shown.last


def _first_free(rows: list[float], start: float, end: float) -> int:
    """The first row whose last thing ends before `start`; `rows` keeps where each row ends."""
    for index, taken in enumerate(rows):
        if taken <= start:
            rows[index] = end
            return index
    rows.append(end)
    return len(rows) - 1


def uncovered(lane: str, coverage: pl.DataFrame, shown: Window) -> tuple[list[Range], list[Range]]:
    """Ranges of the window on which no return, and on which only some, tell about the lane's kinds."""
    wanted = _LANE_KINDS[lane]
    days = (shown.last - shown.first).days + 1
    known = [0] * days
    for kinds in wanted:
        seen = bytearray(days)
        for start, end in coverage.filter(pl.col("kind").is_in(kinds)).select("from", "to").iter_rows():
            first = max((start - shown.first).days, 0)
            last = min((end - shown.first).days, days - 1)
            for at in range(first, last + 1):
                seen[at] = 1
        known = [count + one for count, one in zip(known, seen, strict=True)]
    nothing = _runs([count == 0 for count in known], shown.first)
    return nothing, _runs([0 < count < len(wanted) for count in known], shown.first)


def _runs(flags: Sequence[bool], first: date) -> list[Range]:
    """Unbroken runs of true days."""
    runs: list[Range] = []
    for offset, flag in enumerate(flags):
        day = first + timedelta(days=offset)
        if flag and runs and runs[-1][1] == day - timedelta(days=1):
            runs[-1] = (runs[-1][0], day)
        elif flag:
            runs.append((day, day))
    return runs
