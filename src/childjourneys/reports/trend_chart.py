"""A rate by month: what is followed in full is filled, what is not is hollow and marked as incomplete.

Given rows as in trend.csv, in any order. A value that is hidden (`c`) or blank leaves a gap in the line; no
picture, label or description then holds it, nor a scale that was stretched by it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby

from childjourneys.reports import svg
from childjourneys.reports.chart_parts import LETTER, Plot, dots, line, scale_of, whiskers
from childjourneys.reports.palette import INK, LINE
from childjourneys.reports.shown_values import Row, as_number, between, is_hidden, is_true, percentage
from childjourneys.reports.wording import MONTHS, count

_LABEL_ROOM = 70.0
_STEPS = (1, 3, 6, 12, 24, 60, 120)
_INCOMPLETE = "incomplete"
KEY = "By month, filled: followed in full, with the 95% interval; hollow or hatched: incomplete."


@dataclass(frozen=True)
class _Month:
    """One month: `at` is its number from year 0; rate, low and high are None where nothing may be drawn."""

    at: int
    complete: bool
    hidden: bool
    rate: float | None
    low: float | None
    high: float | None


def trend_svg(key: str, rows: Sequence[Row], heading: str, *, small: bool = False) -> str:
    """A point a month with its interval, a line through months that are followed in full.

    Args:
        key: makes the ids of this picture unique on a page.
        rows: of one measure and authority: month (YYYY-MM), rate, low, high, complete.
        heading: title of the picture; its description is made of the numbers.
        small: half as wide, with the lowest and highest line of the scale only, and no key.
    """
    months = sorted((_month(row) for row in rows), key=lambda one: one.at)
    width, height = (450.0, 150.0) if small else (940.0, 270.0)
    highest, step = scale_of(
        [m.high if m.complete and m.high is not None else m.rate for m in months if m.rate is not None]
    )
    bottom = height - 24 if small else height - 52
    plot = Plot(46, width - 8, 22, bottom, highest, step, 12 if small else 13)
    axis = _Axis(plot, months)
    drawn = [svg.tag("defs", svg.hatch(f"{key}-hatch", LINE))]
    drawn += [*_not_complete(key, axis, months), *plot.scale(few=small), *axis.labels()]
    shown = [(m, axis.x(m.at), plot.y(m.rate)) for m in months if m.rate is not None]
    drawn.append(
        whiskers(plot, [(x, m.low, m.high) for m, x, _ in shown if m.low is not None and m.high is not None])
    )
    for _, run in groupby(enumerate(_followed(shown)), lambda one: one[1][0] - one[0]):
        drawn.append(line([place for _, (_, place) in run]))
    size = min(8.0, max(3.0, axis.pitch * 0.6))
    drawn.append(dots([(x, y) for m, x, y in shown if m.complete], size))
    drawn.append(dots([(x, y) for m, x, y in shown if not m.complete], max(size, 6.0), hollow=True))
    drawn += _marks_of_hidden(axis, months)
    if not small:
        drawn += _key(key, plot, any(m.hidden for m in months))
    return svg.picture(key, width, height, heading, described(rows), "".join(drawn))


def described(rows: Sequence[Row]) -> str:
    """The picture in words; hidden months are counted and never described."""
    ordered = sorted(rows, key=lambda row: str(row["month"]))
    if not ordered:
        return "No month is covered."
    whole = [row for row in ordered if is_true(row["complete"])]
    known = [row for row in whole if as_number(row["rate"]) is not None]
    hidden = sum(is_hidden(row["rate"]) for row in ordered)
    first, last = (month_in_words(str(ordered[at]["month"])) for at in (0, -1))
    told = [
        f"A point for each month from {first} to {last}; {count(len(whole), 'month')} of"
        f" {len(ordered)} can be followed in full."
    ]
    if known:
        low, high = (choose(known, key=lambda row: as_number(row["rate"]) or 0.0) for choose in (min, max))
        told.append(f"In these the rate lies between {_told(low)} and {_told(high)}.")
        told.append(f"The last of them: {_told(known[-1], interval=True)}.")
    if hidden:
        told.append(f"{count(hidden, 'month is', 'months are')} hidden (c).")
    return " ".join(told)


def month_in_words(month: str) -> str:
    """Mar 2025 for 2025-03."""
    year, number = month.split("-")
    return f"{MONTHS[int(number) - 1][:3]} {year}"


def _told(row: Row, *, interval: bool = False) -> str:
    limits = f", {between(row['low'], row['high'])}" if interval else ""
    return f"{percentage(row['rate'])}% ({month_in_words(str(row['month']))}{limits})"


def _month(row: Row) -> _Month:
    year, number = str(row["month"]).split("-")
    values = [as_number(row[name]) for name in ("rate", "low", "high")]
    return _Month(
        12 * int(year) + int(number) - 1, is_true(row["complete"]), is_hidden(row["rate"]), *values
    )  # fmt: skip


def _followed(shown: Sequence[tuple[_Month, float, float]]) -> list[tuple[int, tuple[float, float]]]:
    return [(m.at, (x, y)) for m, x, y in shown if m.complete]


class _Axis:
    """Months from left to right, each as wide as the others."""

    def __init__(self, plot: Plot, months: Sequence[_Month]) -> None:
        self.plot = plot
        self.first = months[0].at if months else 0
        self.months = months[-1].at - self.first + 1 if months else 1
        self.pitch = (plot.right - plot.left) / self.months

    def edge(self, at: int) -> float:
        """Where a month begins."""
        return self.plot.left + (at - self.first) * self.pitch

    def x(self, at: int) -> float:
        return self.edge(at) + self.pitch / 2

    def labels(self) -> list[str]:
        """Names of some months, as many as there is room for."""
        room = _LABEL_ROOM * self.plot.size / 13
        step = next((one for one in _STEPS if one * self.pitch >= room), _STEPS[-1])
        every = range(self.first, self.first + self.months)
        named = [at for at in every if at % step == 0] or [self.first]
        half, y = 8 * self.plot.size * LETTER / 2, self.plot.bottom
        parts = []
        for at in named:
            x = min(max(self.x(at), self.plot.left + half - 20), self.plot.right - half + 8)
            words = f"{MONTHS[at % 12][:3]} {at // 12}"
            parts.append(svg.text(x, y + self.plot.size + 5, words, self.plot.size, text_anchor="middle"))
        ticks = "".join(f"M{self.x(at):.1f} {y:.0f}v5" for at in named)
        return [*parts, svg.tag("path", d=ticks, stroke=INK)]


def _not_complete(key: str, axis: _Axis, months: Sequence[_Month]) -> list[str]:
    """Hatched ground with dashed edges where months can't be followed in full, and the word above it."""
    plot, parts, taken = axis.plot, [], 0.0
    room = len(_INCOMPLETE) * plot.size * LETTER
    for complete, together in groupby(months, lambda one: one.complete):
        if complete:
            continue
        run = list(together)
        left, right = axis.edge(run[0].at), axis.edge(run[-1].at + 1)
        parts.append(
            svg.tag("rect", x=left, y=plot.top, width=right - left, height=plot.bottom - plot.top,
                    fill=f"url(#{key}-hatch)")
        )  # fmt: skip
        edges = "".join(f"M{x:.1f} {plot.top - 4:.0f}V{plot.bottom:.0f}" for x in (left, right))
        parts.append(svg.tag("path", d=edges, stroke=INK, stroke_width=1, stroke_dasharray="4 3"))
        start = min(max((left + right - room) / 2, plot.left), plot.right - room)
        if start >= taken:
            parts.append(svg.text(start, plot.top - 8, _INCOMPLETE, plot.size))
            taken = start + room + 6
    return parts


def _marks_of_hidden(axis: _Axis, months: Sequence[_Month]) -> list[str]:
    apart = -(-10 // axis.pitch)
    marked, last = [], -apart
    for month in months:
        if month.hidden and month.at - last >= apart:
            marked.append(svg.text(axis.x(month.at), axis.plot.bottom - 4, "c", 11, text_anchor="middle"))
            last = month.at
    return marked


def _key(key: str, plot: Plot, hidden: bool) -> list[str]:
    y = plot.bottom + 42
    one = Plot(0, 940, y - 9, y + 3, 1, 1)
    parts = [
        dots([(56, y - 4)], 8), svg.text(66, y, "followed in full", 13),
        whiskers(one, [(186, 0, 1)]), svg.text(194, y, "95% interval", 13),
        dots([(296, y - 4)], 8, hollow=True),
        svg.text(306, y, "incomplete month: its followed days only", 13),
        svg.tag("rect", x=566, y=y - 11, width=22, height=14, fill=f"url(#{key}-hatch)", stroke=INK,
                stroke_width=1, stroke_dasharray="4 3"),
        svg.text(595, y, "can't be followed in full", 13),
    ]  # fmt: skip
    if hidden:
        parts.append(svg.text(760, y, "c: hidden", 13))
    return parts
