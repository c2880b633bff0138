"""How soon a pattern is there: the share by some days since the anchor, with what rules it out.

Given rows as in incidence.csv, in any order. A value that is hidden (`c`) or blank leaves a gap; no picture,
label or description then holds it.
"""

from __future__ import annotations

from collections.abc import Sequence

from childjourneys.reports import svg
from childjourneys.reports.chart_parts import Plot, dots, line, scale_of, squares, whiskers
from childjourneys.reports.palette import INK, PAPER, QUIET
from childjourneys.reports.shown_values import (
    HIDDEN,
    Row,
    as_number,
    between,
    is_hidden,
    percentage,
    whole,
)

KEY = "By days, circles: the pattern is there, with the 95% interval; squares: left, or ruled out."


def incidence_svg(key: str, rows: Sequence[Row], heading: str, *, small: bool = False) -> str:
    """Points at the days of the rows, joined by straight lines; below them how many were still followed.

    Args:
        key: makes the ids of this picture unique on a page.
        rows: of one measure and authority: day, at_risk, incidence, low, high, competing.
        heading: title of the picture; its description is made of the numbers.
        small: half as wide, with the lowest and highest line of the scale only, and no key.
    """
    ordered = sorted(rows, key=_day)
    width, height = (450.0, 150.0) if small else (940.0, 290.0)
    seen = [as_number(row["competing"]) for row in ordered]
    told = [row for row in ordered if as_number(row["incidence"]) is not None]
    seen += [as_number(row[name]) for row in told for name in ("incidence", "high")]
    highest, step = scale_of([value for value in seen if value is not None])
    size = 12.0 if small else 13.0
    plot = Plot(76, width - 62, 22, height - (44 if small else 72), highest, step, size)
    longest = max((_day(row) for row in ordered), default=1)

    def x(day: int) -> float:
        return plot.left + day / longest * (plot.right - plot.left)

    drawn = plot.scale(few=small)
    drawn.append(svg.text(plot.left - 6, plot.bottom + size + 5, "day", size, text_anchor="end"))
    drawn.append(svg.text(plot.left - 6, plot.bottom + 2 * size + 12, "at risk", size, text_anchor="end"))
    for row in ordered:
        at, day = x(_day(row)), _day(row)
        drawn.append(svg.tag("path", d=f"M{at:.1f} {plot.bottom:.0f}v5", stroke=INK))
        drawn.append(svg.text(at, plot.bottom + size + 5, str(day), size, text_anchor="middle"))
        drawn.append(
            svg.text(at, plot.bottom + 2 * size + 12, whole(row["at_risk"]), size, text_anchor="middle")
        )
    events, others = (
        [
            (row, (x(_day(row)), plot.y(value)))
            for row in ordered
            if (value := as_number(row[name])) is not None
        ]
        for name in ("incidence", "competing")
    )
    drawn += _lines(ordered, events, others, (plot.left, plot.bottom))
    limits = [(place[0], as_number(row["low"]), as_number(row["high"])) for row, place in events]
    drawn.append(
        whiskers(plot, [(at, low, high) for at, low, high in limits if low is not None and high is not None])
    )
    drawn.append(squares([place for _, place in others], 7 if small else 8))
    drawn.append(dots([place for _, place in events], 8 if small else 9))
    drawn += _labels(plot, events, others)
    for row in ordered:
        if is_hidden(row["incidence"]):
            drawn.append(svg.text(x(_day(row)), plot.bottom - 4, HIDDEN, 11, text_anchor="middle"))
    if not small:
        drawn += _key(plot)
    return svg.picture(key, width, height, heading, described(rows), "".join(drawn))


def described(rows: Sequence[Row]) -> str:
    """The picture in words; hidden days are said to be hidden and never described."""
    told = []
    for row in sorted(rows, key=_day):
        share, other = percentage(row["incidence"]), percentage(row["competing"])
        if HIDDEN in (share, other):
            told.append(f"by day {_day(row)} hidden (c)")
        elif share:
            limits = between(row["low"], row["high"])
            within = f" ({limits})" if limits else ""
            ended = f", {other}% left or ruled out" if other else ""
            told.append(f"by day {_day(row)} {share}%{within}{ended}")
    return f"Points: {'; '.join(told)}." if told else "No day can be told of."


def within_days(rows: Sequence[Row]) -> str:
    """One sentence on the longest time that can be told of.

    >>> within_days([{"day": 180, "at_risk": 50, "incidence": 0.143, "low": 0.124, "high": 0.164,
    ...               "competing": 0.05}])
    'Within 180 days of the anchor, 14.3% show the pattern (12.4 to 16.4); 5.0% left or were ruled out.'
    """
    known = [row for row in sorted(rows, key=_day) if as_number(row["incidence"]) is not None]
    if not known:
        return "How soon can't be told."
    row = known[-1]
    limits = between(row["low"], row["high"])
    sure = f" ({limits})" if limits and limits != HIDDEN else ""
    other = percentage(row["competing"])
    ended = f"; {other}% left or were ruled out" if other and other != HIDDEN else ""
    share = f"{percentage(row['incidence'])}% show the pattern"
    return f"Within {_day(row)} days of the anchor, {share}{sure}{ended}."


def _day(row: Row) -> int:
    return int(str(row["day"]))


_Places = Sequence[tuple[Row, tuple[float, float]]]


def _lines(ordered: Sequence[Row], events: _Places, others: _Places, start: tuple[float, float]) -> list[str]:
    """From nothing on day 0 through the points; broken where a day is missing."""
    drawn = []
    for places, dashed in ((others, True), (events, False)):
        by_day = {_day(row): place for row, place in places}
        run = [start]
        for day in [_day(row) for row in ordered]:
            if day in by_day:
                run.append(by_day[day])
            else:
                drawn.append(line(run, dashed=dashed, colour=QUIET))
                run = []
        drawn.append(line(run, dashed=dashed, colour=QUIET))
    return drawn


def _labels(plot: Plot, events: _Places, others: _Places) -> list[str]:
    """The share beside each point: above the upper one of a day, below the lower one where there is room."""
    drawn = []
    heights = [{_day(row): place[1] for row, place in places} for places in (others, events)]
    for name, places, beside in (("incidence", events, heights[0]), ("competing", others, heights[1])):
        for row, (x, y) in places:
            other = beside.get(_day(row))
            is_lower = other is not None and (y > other or (y == other and name == "competing"))
            is_low = y + plot.size + 8 > plot.bottom
            if is_lower and is_low and other is not None and y - other < 2 * plot.size + 10:
                continue
            at = y + plot.size + 6 if is_lower and not is_low else y - 9
            drawn.append(
                svg.text(x, at, f"{percentage(row[name])}%", plot.size, text_anchor="middle", stroke=PAPER,
                         stroke_width=3, paint_order="stroke")
            )  # fmt: skip
    return drawn


def _key(plot: Plot) -> list[str]:
    y = plot.bottom + 64
    one = Plot(0, 940, y - 9, y + 3, 1, 1)
    return [
        dots([(86, y - 4)], 9), svg.text(96, y, "the pattern is there", 13),
        whiskers(one, [(246, 0, 1)]), svg.text(254, y, "95% interval", 13),
        squares([(366, y - 4)], 8), svg.text(376, y, "left, or the pattern was ruled out", 13),
        svg.text(610, y, "lines lead the eye only", 13),
    ]  # fmt: skip
