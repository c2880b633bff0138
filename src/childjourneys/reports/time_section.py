"""A pattern over time: its rate by month of the anchor, and how soon after it. Each picture has its table.

`time_parts` takes rows as in trend.csv and incidence.csv, of the team's own report or with hidden numbers.
"""

from __future__ import annotations

from collections.abc import Sequence

import polars as pl
from markupsafe import Markup

from childjourneys.reports import incidence_chart, trend_chart
from childjourneys.reports.figures import Figure
from childjourneys.reports.incidence_chart import incidence_svg, within_days
from childjourneys.reports.page_tables import Cell, PageTable
from childjourneys.reports.section import Part
from childjourneys.reports.shown_values import Row, between, is_true, percentage, whole
from childjourneys.reports.trend_chart import month_in_words, trend_svg

_FIXED = (
    "By month of the anchor. Only anchors that could be followed in full are counted (a fixed cohort), so"
    " that recent months do not look better than they are. An incomplete month holds those of its followed"
    " days."
)
_EVERY_ANCHOR = (
    "This takes every anchor for as long as it was followed, also recent ones (Aalen-Johansen), so it need"
    " not equal the rate."
)
_KEYS = (trend_chart.KEY, incidence_chart.KEY)
_RATE = ("Rate %", "95% interval")


def rows_of(frame: pl.DataFrame | None, measure: str, la_code: str) -> list[Row]:
    """The rows of one measure and authority."""
    if frame is None:
        return []
    mine = frame.filter(pl.col("measure") == measure, pl.col("la_code") == la_code)
    return list(mine.iter_rows(named=True))


def time_parts(
    key: str,
    title: str,
    trend: Sequence[Row],
    incidence: Sequence[Row],
    *,
    place: str = "",
    small: bool = False,
) -> list[Part]:
    """Both pictures with their tables; small ones share a part, and their tables are folded.

    Args:
        key: makes ids unique on a page.
        title: of the pattern.
        trend: rows of trend.csv, of one measure and authority.
        incidence: rows of incidence.csv, of the same.
        place: name of the authority, where a page has several.
    """
    parts = [
        part
        for part in (_trend(key, title, trend, place, small), _soon(key, title, incidence, place, small))
        if part
    ]
    if not small or not parts:
        return parts
    return [
        Part(
            f"{key}-time",
            _heading("Over time, and how soon", place),
            text=[sentence for part in reversed(parts) for sentence in part.text if sentence not in _KEYS]
            + [" ".join(key for key in _KEYS if any(key in part.text for part in parts))],
            figures=[figure for part in parts for figure in part.figures],
            tables=[table for part in parts for table in part.tables],
        )
    ]


def trend_table(key: str, caption: str, rows: Sequence[Row], *, folded: bool = False) -> PageTable:
    """The months as trend.csv has them."""
    cells = [
        [
            Cell(month_in_words(str(row["month"]))),
            Cell(whole(row["n"])),
            Cell(whole(row["matches"])),
            Cell(percentage(row["rate"])),
            Cell(between(row["low"], row["high"])),
            Cell("yes" if is_true(row["complete"]) else "incomplete"),
        ]
        for row in sorted(rows, key=lambda row: str(row["month"]))
    ]
    headings = ("month", "Followed in full", "Show the pattern", *_RATE, "Complete")
    return PageTable(key, caption, headings, cells, frozenset(range(1, 5)), folded=folded)


def incidence_table(key: str, caption: str, rows: Sequence[Row], *, folded: bool = False) -> PageTable:
    """The days as incidence.csv has them."""
    cells = [
        [
            Cell(str(row["day"])),
            Cell(whole(row["at_risk"])),
            Cell(percentage(row["incidence"])),
            Cell(between(row["low"], row["high"])),
            Cell(percentage(row["competing"])),
        ]
        for row in sorted(rows, key=lambda row: int(str(row["day"])))
    ]
    headings = (
        "Days since the anchor", "At risk", "Show the pattern by then %", "95% interval",
        "Left or ruled out %",
    )  # fmt: skip
    return PageTable(key, caption, headings, cells, frozenset(range(1, 5)), folded=folded)


def _trend(key: str, title: str, rows: Sequence[Row], place: str, small: bool) -> Part | None:
    if not rows:
        return None
    name, what = f"{key}-trend", _what(title, place)
    heading = f"{what}: rate by month"
    picture = trend_svg(f"picture-{name}", rows, heading, small=small)
    return Part(
        name,
        _heading("Over time", place),
        text=[trend_chart.KEY] if small else [_FIXED],
        figures=[Figure(heading, Markup(picture), name, half=small)],
        tables=[
            trend_table(
                name, f"{what}: by month of the anchor (as trend.csv)", rows, folded=small or len(rows) > 24
            )
        ],
    )


def _soon(key: str, title: str, rows: Sequence[Row], place: str, small: bool) -> Part | None:
    if not rows:
        return None
    name, what = f"{key}-soon", _what(title, place)
    heading = f"{what}: how soon after the anchor"
    picture = incidence_svg(f"picture-{name}", rows, heading, small=small)
    sentence = within_days(rows)
    return Part(
        name,
        _heading("How soon", place),
        text=[incidence_chart.KEY, sentence] if small else [f"{sentence} {_EVERY_ANCHOR}"],
        figures=[Figure(heading, Markup(picture), name, half=small)],
        tables=[
            incidence_table(name, f"{what}: by days since the anchor (as incidence.csv)", rows, folded=small)
        ],
    )


def _what(title: str, place: str) -> str:
    return f"{title}, {place}" if place else title


def _heading(words: str, place: str) -> str:
    return f"{place}: {words[0].lower()}{words[1:]}" if place else words
