"""Our own small diagrams: coverage on a time axis, and how far contacts went."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from html import escape

from childjourneys.domain.dates import add_months
from childjourneys.reports import svg
from childjourneys.reports.palette import INK, LINE, PAPER, QUIET, SHADE
from childjourneys.reports.wording import days_in_words, number, short_day

_WIDTH = 940.0
_LABELS = 250.0
_ROW = 30.0
_TEXT = 6.6  # width of a letter at size 12


@dataclass(frozen=True)
class CoverageRow:
    """What one bar row shows: first and last covered days of each unbroken range."""

    label: str
    colour: str
    ranges: tuple[tuple[date, date], ...]


def coverage_svg(
    key: str, rows: Sequence[CoverageRow], span: tuple[date, date], heading: str, description: str
) -> str:
    """A row per kind, a bar per covered range; what is between bars is a gap. Ranges are cut at `span`."""
    first, last = span
    days = max((last - first).days + 1, 1)

    def at(day: date) -> float:
        return _LABELS + (day - first).days / days * (_WIDTH - _LABELS - 16)

    bottom = 34 + _ROW * len(rows)
    parts = [svg.tag("rect", x=_LABELS, y=26, width=at(last) - _LABELS, height=bottom - 26, fill=SHADE)]
    for tick in _ticks(first, last):
        parts.append(svg.tag("line", x1=at(tick), x2=at(tick), y1=26, y2=bottom, stroke=LINE))
        if at(tick) + 9 * _TEXT < _WIDTH:
            parts.append(svg.text(at(tick) + 3, 18, _tick_label(tick), 12, fill=QUIET))
    for index, row in enumerate(rows):
        y = 32 + _ROW * index
        parts.append(svg.text(_LABELS - 10, y + 15, row.label, 13, text_anchor="end"))
        free = _LABELS
        for start, end in row.ranges:
            left, right = at(max(start, first)), at(end)
            words = days_in_words(start, end)
            bar = svg.tag("rect", x=left, y=y, width=max(right - left, 2), height=_ROW - 9, fill=row.colour)
            parts.append(svg.tag("g", svg.title(f"{row.label}: {words}") + bar))
            room = len(words) * _TEXT + 8
            if right - left > room:
                parts.append(svg.text(left + 6, y + 15, words, 12, fill=PAPER))
            elif left - free > room:
                parts.append(
                    svg.text(
                        left - 6,
                        y + 15,
                        words,
                        12,
                        text_anchor="end",
                        stroke=SHADE,
                        stroke_width=4,
                        paint_order="stroke",
                    )
                )
            free = right
    return svg.picture(key, _WIDTH, bottom + 6, heading, description, "".join(parts))


@dataclass(frozen=True)
class StageBar:
    """One stage: how many reached it, were seen not to, or can't be told; `share` in words, or blank."""

    label: str
    reached: int
    not_reached: int
    unknown: int
    share: str


def stages_svg(
    key: str, bars: Sequence[StageBar], total: int, months: int, heading: str, description: str
) -> str:
    """A stacked bar a stage: solid reached, white not, hatched not to be told. Widths are of `total`."""
    full = _WIDTH - 20
    step = 58.0
    parts = [svg.tag("defs", svg.hatch(f"{key}-hatch", QUIET, ground=PAPER))]
    for index, bar in enumerate(bars):
        y = 6 + step * index
        words = svg.tag("tspan", escape(bar.label) + ":", font_weight="bold") + svg.tag(
            "tspan", f" {escape(bar.share)}"
        )
        parts.append(svg.tag("text", words, x=1, y=y + 14, font_size=15, fill=INK))
        left = 1.0
        for size, fill, ink in (
            (bar.reached, "#1d70b8", PAPER),
            (bar.not_reached, PAPER, INK),
            (bar.unknown, f"url(#{key}-hatch)", INK),
        ):
            if not size:
                continue
            width = size / max(total, 1) * full
            parts.append(svg.tag("rect", x=left, y=y + 21, width=max(width, 1.5), height=24, fill=fill,
                                 stroke=INK, stroke_width=1))  # fmt: skip
            label = number(size)
            room = len(label) * 8 + 12
            if width > room:
                if fill.startswith("url"):
                    parts.append(svg.tag("rect", x=left + 4, y=y + 24, width=room - 4, height=18, fill=PAPER))
                parts.append(svg.text(left + 7, y + 38, label, 14, fill=ink))
            left += width
    y = 6 + step * len(bars)
    for x, fill, label in (
        (1.0, "#1d70b8", "reached"),
        (130.0, PAPER, f"followed for {months} months, not reached"),
        (430.0, f"url(#{key}-hatch)", "cannot tell: too recent, or months without a return"),
    ):
        parts.append(svg.tag("rect", x=x, y=y, width=18, height=14, fill=fill, stroke=INK))
        parts.append(svg.text(x + 24, y + 12, label, 13))
    return svg.picture(key, _WIDTH, y + 22, heading, description, "".join(parts))


def _ticks(first: date, last: date) -> list[date]:
    """First days of Aprils; of quarters when the span is short."""
    months = (last.year - first.year) * 12 + last.month - first.month
    step = 12 if months > 30 else 3
    tick = date(first.year, 4 if step == 12 else 1, 1)
    ticks = []
    while tick <= last:
        if tick >= first:
            ticks.append(tick)
        tick = add_months(tick, step)
    return ticks[:: 1 + len(ticks) // 12]


def _tick_label(tick: date) -> str:
    return short_day(tick)[2:]
