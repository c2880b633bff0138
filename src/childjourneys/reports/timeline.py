"""The 18-month timeline of one child as a picture: lanes, marks for events, bars for spells."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from typing import Any

import polars as pl

from childjourneys.domain.dates import add_months
from childjourneys.domain.vocabulary import EVENT, EVENT_ORDER, LANES
from childjourneys.reports import svg
from childjourneys.reports.journey_text import ChildJourney, JourneyText, journey_text
from childjourneys.reports.palette import INK, LINE, PAPER, QUIET, spell_colour
from childjourneys.reports.timeline_layout import (
    LEFT,
    MONTHS_AFTER,
    RIGHT,
    WIDTH,
    Bar,
    Mark,
    Window,
    place_bars,
    place_marks,
    uncovered,
    window,
)  # fmt: skip
from childjourneys.reports.timeline_marks import legend, mark
from childjourneys.reports.wording import short_day

__all__ = ["ChildJourney", "JourneyText", "default_anchor", "journey_text", "timeline_svg"]

_TOP, _MARK_ROW, _BAR_ROW, _PAD = 88.0, 22.0, 20.0, 7.0


def default_anchor(journey: ChildJourney) -> date | None:
    """12 months before the last event, so that the last 18 months are seen; without events, the last spell's
    start takes its place. None when nothing has a date."""
    last = journey.events["date"].max() if journey.events.height else journey.spells["start"].max()
    return add_months(last, -MONTHS_AFTER) if isinstance(last, date) else None


def timeline_svg(journey: ChildJourney, anchor: date | None = None) -> str:
    """The timeline around `anchor` (see `default_anchor`), a picture that needs nothing else.

    Days on which no return tells about a lane are hatched; open spells end in an arrow; what ended on a day
    not known has a dashed end. The description holds the same events and spells in words.
    """
    day = anchor or default_anchor(journey)
    heading = f"Journey of child {journey.child_id}"
    if day is None:
        empty = svg.text(10, 24, "No event of this child has a date.", 15)
        return svg.picture("timeline", WIDTH, 40, heading, "No event of this child has a date.", empty)
    shown = window(day)
    marks, bars = place_marks(journey.events, shown), place_bars(journey, shown)
    parts = [svg.tag("defs", svg.hatch("none", "#8a9095") + svg.hatch("some", "#c9ced1", gap=9, width=1))]
    heights = {lane: _lane_height(marks[lane], bars[lane]) for lane in LANES}
    y = _TOP
    for lane, label in LANES.items():
        parts.extend(_lane(lane, label, y, heights[lane], journey.coverage, shown))
        y += heights[lane]
    # Names of months lie over the line of day 0, which may run through one.
    parts.append(_anchor_line(journey, shown, y, anchor is not None))
    parts.extend(_axis(shown, y))
    at = _TOP
    for lane in LANES:
        held = "".join(_contents(at, marks[lane], bars[lane]))
        if held:
            parts.append(svg.tag("g", held, role="group", aria_label=LANES[lane]))
        at += heights[lane]
    if not any(marks.values()) and not any(bars.values()):
        parts.append(svg.text(LEFT + 20, _TOP + 22, "Nothing happened or was open in these 18 months.", 14))
    drawn, bottom = legend(y + 16, WIDTH, [m.event for lane in marks.values() for m in lane])
    title = f"{heading}, {short_day(shown.first)} to {short_day(shown.last)}"
    parts = [svg.text(8, 22, title, 17, font_weight="bold"), *parts, drawn]
    return svg.picture(
        "timeline", WIDTH, bottom, title, _description(marks, bars, shown), "".join(parts), "group"
    )


def _lane_height(marks: Sequence[Mark], bars: Sequence[Bar]) -> float:
    mark_rows = max((m.row for m in marks), default=-1) + 1
    bar_rows = max((b.row for b in bars), default=-1) + 1
    return max(38.0, mark_rows * _MARK_ROW + bar_rows * _BAR_ROW + 2 * _PAD)


def _lane(
    lane: str,
    label: str,
    y: float,
    height: float,
    coverage: pl.DataFrame,
    shown: Window,
) -> Iterator[str]:
    yield svg.text(LEFT - 12, y + height / 2 + 4, label, 13, text_anchor="end", font_weight="bold")
    nothing, some = uncovered(lane, coverage, shown)
    for ranges, pattern, words in (
        (nothing, "none", "No return tells about this lane"),
        (some, "some", "Returns tell about a part of this lane only"),
    ):
        for first, last in ranges:
            left = LEFT if first == shown.first else shown.at(first)
            right = WIDTH - RIGHT if last == shown.last else shown.at(last + timedelta(days=1))
            box = svg.tag(
                "rect", x=left, y=y + 1, width=right - left, height=height - 2, fill=f"url(#{pattern})"
            )
            yield svg.tag("g", svg.title(f"{words}: {short_day(first)} to {short_day(last)}") + box)
    yield svg.tag("line", x1=8, x2=WIDTH - RIGHT, y1=y + height, y2=y + height, stroke=LINE)


def _contents(y: float, marks: Sequence[Mark], bars: Sequence[Bar]) -> Iterator[str]:
    mark_rows = max((m.row for m in marks), default=-1) + 1
    for item in marks:
        yield mark(item.event, item.x, y + _PAD + item.row * _MARK_ROW + 11, item.label_left, item.words)
    for bar in bars:
        yield _draw_bar(bar, y + _PAD + mark_rows * _MARK_ROW + bar.row * _BAR_ROW + 2)


def _draw_bar(bar: Bar, y: float) -> str:
    colour, height = spell_colour(bar.kind), 15.0
    width = bar.right - bar.left
    middle = y + height / 2
    parts = [svg.tag("rect", x=bar.left, y=y, width=width, height=height, fill=colour)]
    if bar.cut_left:
        parts.append(svg.tag("path", d=f"M{bar.left + 8:.1f} {y + 3:.1f} L{bar.left + 2:.1f} {middle:.1f}"
                     f" L{bar.left + 8:.1f} {y + height - 3:.1f} Z", fill=PAPER))  # fmt: skip
    if bar.open in ("true", "cut"):
        parts.append(svg.tag("path", d=f"M{bar.right:.1f} {y - 2:.1f} L{bar.right + 9:.1f} {middle:.1f}"
                     f" L{bar.right:.1f} {y + height + 2:.1f} Z", fill=colour))  # fmt: skip
    if bar.open == "unknown":
        tail = min(16.0, width)
        dashes: dict[str, Any] = {"stroke": colour, "stroke_width": 1.5, "stroke_dasharray": "3 2"}
        parts.append(svg.tag("rect", x=bar.right - tail, y=y + 0.75, width=tail, height=height - 1.5,
                             fill=PAPER, **dashes))  # fmt: skip
    if bar.place == "right":
        x = bar.right + (13 if bar.open in ("true", "cut") else 5)
        parts.append(_haloed(x, middle + 4, bar.label, colour, "start"))
    elif bar.place == "left":
        parts.append(_haloed(bar.left - 5, middle + 4, bar.label, colour, "end"))
    else:
        parts.append(svg.text(bar.left + (12 if bar.cut_left else 6), middle + 4, bar.label, 12, fill=PAPER))
    words = svg.title(bar.words)
    return svg.tag("g", words + "".join(parts), tabindex=0, role="img", aria_label=bar.words)


def _haloed(x: float, y: float, words: str, colour: str, anchor: str) -> str:
    return svg.text(
        x, y, words, 12, fill=colour, stroke=PAPER, stroke_width=3, paint_order="stroke", text_anchor=anchor
    )


def _axis(shown: Window, bottom: float) -> Iterator[str]:
    """A tick and a name for the first day of each month, the year under January and the first."""
    yield svg.tag("line", x1=LEFT, x2=WIDTH - RIGHT, y1=_TOP, y2=_TOP, stroke=QUIET)
    yield svg.tag("line", x1=LEFT, x2=LEFT, y1=_TOP, y2=bottom, stroke=QUIET)
    month = date(shown.first.year, shown.first.month, 1)
    named = False
    while month <= shown.last:
        if month >= shown.first:
            x = shown.at(month)
            yield svg.tag("line", x1=x, x2=x, y1=_TOP - 5, y2=bottom, stroke=LINE, stroke_width=0.75)
            words = short_day(month).split(" ")
            if x < WIDTH - RIGHT - 20:
                yield _haloed(x + 3, _TOP - 6, words[1], QUIET, "start")
            if (not named or month.month == 1) and x < WIDTH - RIGHT - 30:
                yield svg.text(x + 3, _TOP - 20, words[2], 12, fill=INK, font_weight="bold")
                named = True
        month = add_months(month, 1)


def _anchor_line(journey: ChildJourney, shown: Window, bottom: float, given: bool) -> str:
    x = shown.at(shown.anchor)
    words = f"Day 0: {short_day(shown.anchor)}"
    if not given:
        words += ", 12 months before the last event"
    elif (same := journey.events.filter(pl.col("date") == shown.anchor)).height:
        words += f", {EVENT[same['event'][0]].label}"
    line = svg.tag(
        "line", x1=x, x2=x, y1=_TOP - 34, y2=bottom, stroke=INK, stroke_width=2, stroke_dasharray="7 4"
    )
    return svg.tag("g", svg.title(words) + line + svg.text(x + 6, _TOP - 35, words, 12.5, font_weight="bold"))


def _description(marks: dict[str, list[Mark]], bars: dict[str, list[Bar]], shown: Window) -> str:
    """The same events and spells in words, events in their order; then lane and days since day 0 of each."""
    in_order = sorted(
        ((m, lane) for lane, held in marks.items() for m in held),
        key=lambda one: (one[0].day, EVENT_ORDER[one[0].event]),
    )
    happened = "; ".join(m.words for m, _ in in_order) or "none"
    spells = "; ".join(bar.words for lane in bars.values() for bar in lane) or "none"
    placed = "; ".join(
        f"{EVENT[m.event].label}, day {(m.day - shown.anchor).days}, in {LANES[lane]}" for m, lane in in_order
    )
    return (
        f"Timeline from {short_day(shown.first)} to {short_day(shown.last)},"
        f" day 0 is {short_day(shown.anchor)}. Events: {happened}. Spells: {spells}."
        + (f" Days since day 0, and the lane of each event: {placed}." if placed else "")
    )
