"""The marks of a timeline, and the legend that explains them."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from childjourneys.domain.vocabulary import EVENT, EVENT_ORDER
from childjourneys.reports import svg
from childjourneys.reports.palette import INK, PAPER, QUIET, event_colour, event_shape

_COLUMN = 276.0
_ROW = 22.0
_STAR = "M0 -8 L2.2 -2.6 L8 -2.4 L3.5 1.3 L5 7 L0 3.8 L-5 7 L-3.5 1.3 L-8 -2.4 L-2.2 -2.6 Z"


def mark(event: str, x: float, y: float, label_left: bool, words: str) -> str:
    """An event: its shape, its code beside it, and what it is for a pointer, the keyboard and a reader."""
    colour = event_colour(event)
    beside = svg.text(
        x - 13 if label_left else x + 10,
        y + 4,
        EVENT[event].code,
        12,
        fill=colour,
        font_weight="bold",
        text_anchor="end" if label_left else "start",
        stroke=PAPER,
        stroke_width=3,
        paint_order="stroke",
    )
    content = svg.title(words) + shape(event, x, y) + beside
    return svg.tag("g", content, tabindex=0, role="img", aria_label=words)


def shape(event: str, x: float, y: float) -> str:
    """The shape of an event in its colour, about 14 wide, on (x, y)."""
    style: dict[str, Any] = {"fill": event_colour(event), "stroke": PAPER, "stroke_width": 1}
    match event_shape(event):
        case "circle":
            return svg.tag("circle", cx=x, cy=y, r=6.5, **style)
        case "diamond":
            return _path(x, y, "M0 -8 L8 0 L0 8 L-8 0 Z", style)
        case "square":
            return svg.tag("rect", x=x - 6, y=y - 6, width=12, height=12, **style)
        case "cross":
            return _path(x, y, "M-2 -7 H2 V-2 H7 V2 H2 V7 H-2 V2 H-7 V-2 H-2 Z", style)
        case "start":
            return _path(x, y, "M-5 -7.5 L8 0 L-5 7.5 Z", style)
        case "end":
            return _path(x, y, "M-9 -1.5 H-1 V-7 H3 V7 H-1 V1.5 H-9 Z", style)
        case _:
            return _path(
                x,
                y,
                "M0 -8 L2.2 -2.6 L8 -2.4 L3.5 1.3 L5 7 L0 3.8 L-5 7 L-3.5 1.3 L-8 -2.4 L-2.2 -2.6 Z",
                style,
            )


def legend(y: float, width: float, events: Iterable[str]) -> tuple[str, float]:
    """What the marks, the bars' ends and the hatching mean, and where the legend ends."""
    entries = [
        (shape(event, 0, 0), f"{EVENT[event].code}  {EVENT[event].label}")
        for event in sorted(set(events), key=EVENT_ORDER.__getitem__)
    ]
    bar = svg.tag("rect", x=-9, y=-6, width=14, height=12, fill=QUIET)
    arrow = svg.tag("path", d="M5 -8 L12 0 L5 8 Z", fill=QUIET)
    short_bar = svg.tag("rect", x=-9, y=-6, width=8, height=12, fill=QUIET)
    dashed = svg.tag(
        "rect", x=-1, y=-5.5, width=11, height=11, fill=PAPER, stroke=QUIET, stroke_dasharray="3 2"
    )
    entries += [
        (
            bar + arrow,
            "Bar with an arrow: still open, or goes on",
        ),
        (short_bar + dashed, "Dashed end: ended on a day not known"),
        (_box("none"), "No return tells about these days"),
        (_box("some"), "Returns tell about a part of the lane"),
    ]
    columns = max(1, int((width - 20) // _COLUMN))
    rows = -(-len(entries) // columns)
    parts = [svg.text(8, y + 14, "Legend", 13, font_weight="bold")]
    for at, (picture, words) in enumerate(entries):
        x, down = 20 + at // rows * _COLUMN, y + 36 + at % rows * _ROW
        parts.append(svg.tag("g", picture, transform=f"translate({x:.0f} {down:.0f})"))
        parts.append(svg.text(x + 18, down + 4, words, 12))
    return "".join(parts), y + 36 + rows * _ROW + 4


def _path(x: float, y: float, outline: str, style: dict[str, Any]) -> str:
    return svg.tag("path", d=outline, transform=f"translate({x:.1f} {y:.1f})", **style)


def _box(pattern: str) -> str:
    return svg.tag(
        "rect", x=-9, y=-8, width=20, height=16, fill=f"url(#{pattern})", stroke=INK, stroke_width=0.75
    )
