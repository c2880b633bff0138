"""The report's part on groups: to whom and when the first pattern happens, and what stands out elsewhere."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import polars as pl

from childjourneys.archetypes.library import library
from childjourneys.domain.codes import code_set
from childjourneys.indicators.catalogue import catalogue
from childjourneys.reports.page_tables import Cell, PageTable
from childjourneys.reports.section import Block, Part, Section
from childjourneys.reports.wording import count, number

_TEXT = (
    "Each group beside its reference, not adjusted for anything: a difference says that the pattern is found"
    " more or less often, not why. Every group of a pattern counts as one family of tests"
    " (Benjamini-Hochberg), and children with several anchors, or of one family, do not count as so many.",
    "Cannot tell: the numbers are too small to find a ratio of 1.25. It does not say that nothing differs.",
    "Patterns are counted over all years loaded, indicators in the latest whole year.",
)
_LABELS = {"ethnic_group": "ethnicity", "assessment_factor": "assessment_factors", "primary_need": "need",
           "referral_source": "referral_source"}  # fmt: skip
_OF_DAYS = ("weekday", "weekend")
_HEADINGS = ("Group", "Followed in full", "Show the pattern", "%", "95% interval", "Beside", "Ratio",
             "95% interval of the ratio", "Verdict")  # fmt: skip


def context_section(
    context: pl.DataFrame, heaped: Mapping[str, Sequence[str]], authorities: Mapping[str, str]
) -> Section | None:
    """None where no pattern has an anchor that was followed in full."""
    if context.is_empty():
        return None
    first = str(context["measure"][0])
    mine = context.filter(pl.col("measure") == first)
    blocks = []
    for la_code in mine["la_code"].unique().sort().to_list():
        rows = mine.filter(pl.col("la_code") == la_code)
        name = authorities.get(la_code, la_code)
        heading = _named(first) + (f", {name}" if len(authorities) > 1 else "")
        parts = [_part(la_code, str(dimension), rows, heaped.get(la_code, ())) for dimension in
                 rows["dimension"].unique(maintain_order=True)]  # fmt: skip
        blocks.append(Block(f"context-{la_code}", heading, parts=parts))
    return Section(
        "context", "To whom and when", _TEXT, tables=[_standing_out(context, authorities)], blocks=blocks
    )


def _standing_out(context: pl.DataFrame, authorities: Mapping[str, str]) -> PageTable:
    """Every group of any pattern that differs from its reference."""
    sure = context.filter(pl.col("verdict").is_in(["higher", "lower"]))
    several = len(authorities) > 1
    rows = [
        [
            _named(row["measure"]),
            *([authorities.get(row["la_code"], row["la_code"])] if several else []),
            f"{row['dimension'].replace('_', ' ')}: {group_in_words(row)}",
            *_numbers(row),
        ]
        for row in sure.iter_rows(named=True)
    ]
    headings = ["Pattern", *(["Authority"] if several else []), *_HEADINGS]
    caption = f"{count(len(rows), 'group differs', 'groups differ')} from the reference by more than chance"
    start = 3 if several else 2
    return _table("context-differs", caption, headings, rows, start)


def _part(la_code: str, dimension: str, rows: pl.DataFrame, heaped: Sequence[str]) -> Part:
    mine = rows.filter(pl.col("dimension") == dimension)
    key = f"context-{la_code}-{dimension}"
    lines = [[group_in_words(row), *_numbers(row)] for row in mine.iter_rows(named=True)]
    words = dimension.replace("_", " ")
    points = heaped if dimension.removeprefix("anchor_") in _OF_DAYS else ()
    return Part(key, tables=[_table(f"{key}-table", f"By {words}", _HEADINGS, lines, 1)], points=points)


def _numbers(row: Mapping[str, Any]) -> list[str]:
    return [
        number(row["n"]),
        number(row["matches"]),
        _percent(row["rate"]),
        _between(_percent(row["low"]), _percent(row["high"])),
        row["reference_group"] or "",
        _times(row["ratio"]),
        _between(_times(row["ratio_low"]), _times(row["ratio_high"])),
        row["verdict"] or "reference",
    ]


def group_in_words(row: Mapping[str, Any]) -> str:
    """The group of a row of context.csv, codes with their label."""
    group, codes = str(row["group"]), _LABELS.get(row["dimension"])
    label = code_set(codes).labels().get(group) if codes else None
    return f"{group} {label}" if label else group


def _named(measure: str) -> str:
    name = measure.split(":")[0]
    if name in catalogue():
        return catalogue()[name].name
    return library()[name].title if name in library() else name


def _percent(value: float | None) -> str:
    return "" if value is None else number(100 * value, 1)


def _times(value: float | None) -> str:
    return "" if value is None else number(value, 2)


def _between(low: str, high: str) -> str:
    return f"{low} to {high}" if low and high else ""


def _table(
    key: str, caption: str, headings: Sequence[str], rows: Sequence[Sequence[str]], start: int
) -> PageTable:
    cells = [[Cell(text) for text in row] for row in rows]
    # All but what stands beside, and the verdict, are numbers.
    numeric = frozenset(range(start, start + 4)) | {start + 5, start + 6}
    return PageTable(key, caption, headings, cells, numeric)
