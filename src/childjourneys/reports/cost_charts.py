"""Pictures of money: bars by group, a column a month, and one child's cost as it grows.

Given numbers that are ready; what is not given is not drawn, and nothing is worked out here.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from childjourneys.reports import svg
from childjourneys.reports.chart_parts import LETTER
from childjourneys.reports.palette import COLOURS, INK, LINE, LINK, PAPER, QUIET, SHADE
from childjourneys.reports.wording import MONTHS, days_in_words

_WIDTH = 940.0
_LABELS = 350.0
_ROW = 28.0
_STEPS = (1, 2, 5)
_SERIES = (LINK, COLOURS["cp_plan"], COLOURS["early_help"], COLOURS["assessment"])
_DASHES = (None, "7 4", "2 4", "10 3 2 3")


@dataclass(frozen=True)
class Bar:
    """`words` stand behind the bar: its number, and what else has to be known of it."""

    label: str
    amount: float
    words: str


def bars_svg(key: str, bars: Sequence[Bar], heading: str, description: str) -> str:
    """A bar a group, each with its number beside it; below 0 is drawn from 0 and hatched."""
    longest = max((len(bar.words) for bar in bars), default=0) * 13 * LETTER
    room = _WIDTH - _LABELS - longest - 20
    most = max((abs(bar.amount) for bar in bars), default=0) or 1
    parts = [svg.tag("defs", svg.hatch(f"{key}-less", LINK))] if any(bar.amount < 0 for bar in bars) else []
    for at, bar in enumerate(bars):
        y = 6 + _ROW * at
        long = max(abs(bar.amount) / most * room, 1.0)
        fill, edge = (LINK, None) if bar.amount >= 0 else (f"url(#{key}-less)", LINK)
        drawn = svg.tag("rect", x=_LABELS, y=y, width=long, height=_ROW - 8, fill=fill, stroke=edge)
        parts.append(svg.text(_LABELS - 10, y + 15, _fitted(bar.label), 13, text_anchor="end"))
        parts.append(svg.tag("g", svg.title(f"{bar.label}: {bar.words}") + drawn))
        parts.append(svg.text(_LABELS + long + 8, y + 15, bar.words, 13))
    bottom = 6 + _ROW * len(bars)
    parts.append(svg.tag("path", d=f"M{_LABELS:.0f} 2V{bottom:.0f}", stroke=QUIET))
    return svg.picture(key, _WIDTH, bottom + 6, heading, description, "".join(parts))


def months_svg(key: str, months: Sequence[tuple[str, float | None]], heading: str, description: str) -> str:
    """A column a month (`2024-04`), in pounds; a month whose amount is None is left out, with a mark."""
    left, right, top, bottom = 84.0, _WIDTH - 10, 12.0, 210.0
    amounts = [amount for _, amount in months if amount is not None]
    step, highest = _scale(max(amounts, default=0))
    wide = (right - left) / max(len(months), 1)
    parts = _grid(left, right, top, bottom, step, highest)
    for at, (_, amount) in enumerate(months):
        x = left + wide * at
        if amount is None:
            parts.append(svg.text(x + wide / 2, bottom - 4, "c", 11, text_anchor="middle", fill=QUIET))
        elif amount > 0:
            high = amount / highest * (bottom - top)
            bar = svg.tag("rect", x=x + wide * 0.1, y=bottom - high, width=wide * 0.8, height=high, fill=LINK)
            parts.append(bar)
    parts += _month_labels([month for month, _ in months], left, wide, bottom)
    return svg.picture(key, _WIDTH, bottom + 30, heading, description, "".join(parts))


@dataclass(frozen=True)
class Stretch:
    """A placement of the child: first night, first day out of it, and what it is."""

    start: date
    end: date
    label: str


@dataclass(frozen=True)
class Running:
    """One series: the price year, and by month (`2024-04`) what was spent up to its end, in pounds."""

    price_year: str
    points: Sequence[tuple[str, float]]


def running_svg(
    key: str,
    stretches: Sequence[Stretch],
    series: Sequence[Running],
    span: tuple[date, date],
    heading: str,
    description: str,
) -> str:
    """Placements as bars on a time axis, and below them what was spent so far, a line a price year."""
    first, last = span
    left, right = 84.0, _WIDTH - 110
    days = max((last - first).days + 1, 1)

    def x(day: date) -> float:
        return left + min(max((day - first).days, 0), days) / days * (right - left)

    parts, lane = [svg.text(left - 8, 24, "placements", 12, text_anchor="end", fill=QUIET)], 10.0
    for at, one in enumerate(stretches):
        start, end = x(one.start), x(one.end)
        words = f"{one.label}: {days_in_words(one.start, one.end)}"
        bar = svg.tag("rect", x=start, y=lane, width=max(end - start, 2), height=20, fill=COLOURS["care"],
                      stroke=PAPER)  # fmt: skip
        parts.append(svg.tag("g", svg.title(words) + bar))
        short = one.label.split(" ")[0]
        if end - start > len(short) * 12 * LETTER + 8:
            parts.append(svg.text(start + 5, lane + 14, short, 12, fill=PAPER))
        elif at % 2 == 0:
            parts.append(svg.text(start, lane + 33, short, 11, fill=QUIET))
    top, bottom = 56.0, 270.0
    step, highest = _scale(max((value for one in series for _, value in one.points), default=0))
    parts += _grid(left, right, top, bottom, step, highest)
    for at, one_series in enumerate(series):
        places, before = [], bottom
        for month, value in one_series.points:
            places.append((x(_begins(month)), before))  # level over months without a line
            before = bottom - max(value, 0) / highest * (bottom - top)
            places.append((x(_ends(month)), before))
        colour = _SERIES[at % len(_SERIES)]
        path = "M" + "L".join(f"{across:.1f} {down:.1f}" for across, down in places)
        parts.append(svg.tag("path", d=path, stroke=colour, stroke_width=2.5, fill="none",
                             stroke_dasharray=_DASHES[at % len(_DASHES)]))  # fmt: skip
        across, down = places[-1]
        parts.append(svg.text(across + 6, down + 4, one_series.price_year, 12, fill=INK))
    labels = _months_between(first, last)
    wide = (right - left) / max(len(labels), 1)
    parts += _month_labels(labels, left, wide, bottom)
    return svg.picture(key, _WIDTH, bottom + 30, heading, description, "".join(parts))


def _begins(month: str) -> date:
    return date(int(month[:4]), int(month[5:]), 1)


def _ends(month: str) -> date:
    """The first day after a month."""
    year, number = int(month[:4]), int(month[5:])
    return date(year + number // 12, number % 12 + 1, 1)


def _months_between(first: date, last: date) -> list[str]:
    found, day = [], date(first.year, first.month, 1)
    while day <= last:
        found.append(f"{day:%Y-%m}")
        day = _ends(found[-1])
    return found


def _scale(most: float) -> tuple[float, float]:
    """Step and top of a scale in pounds with at most six lines."""
    power = 1.0
    while True:
        for times in _STEPS:
            step = times * power
            if most <= 5 * step:
                return step, max(step, -(-most // step) * step)
        power *= 10


def _grid(left: float, right: float, top: float, bottom: float, step: float, highest: float) -> list[str]:
    parts = [svg.tag("rect", x=left, y=top, width=right - left, height=bottom - top, fill=SHADE)]
    for number in range(round(highest / step) + 1):
        y = bottom - number * step / highest * (bottom - top)
        line = svg.tag("path", d=f"M{left:.0f} {y:.1f}H{right:.0f}", stroke=LINE, stroke_width=0.7)
        parts += [
            line,
            svg.text(left - 6, y + 4, f"£{number * step:,.0f}", 12, text_anchor="end", fill=QUIET),
        ]
    return parts


def _month_labels(months: Sequence[str], left: float, wide: float, bottom: float) -> list[str]:
    """As many months as there is room for, upright."""
    every = max(1, round(62 / wide)) if wide else 1
    return [
        svg.text(
            left + wide * at, bottom + 18, f"{MONTHS[int(month[5:]) - 1][:3]} {month[:4]}", 12, fill=QUIET
        )
        for at, month in enumerate(months)
        if at % every == 0 and left + wide * at + 56 < _WIDTH
    ]


def _fitted(label: str) -> str:
    """A label that would not fit is cut; the table has it whole."""
    most = int(_LABELS / (13 * LETTER)) - 1
    return label if len(label) <= most else f"{label[: most - 1]}…"
