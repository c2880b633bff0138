"""The report's part on indicators: the latest period of each, beside the published figure for England."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import polars as pl

from childjourneys.reports.page_tables import Cell, PageTable
from childjourneys.reports.section import Section
from childjourneys.reports.wording import number, short_day

_TEXT = (
    "The latest period that the returns cover wholly for what the indicator needs; every period is in"
    " indicators.csv, with how it was counted and what was left out. A share stands beside its numbers and"
    " its 95% interval. England is the published figure of the year given, which is another year's where ours"
    " has none yet; beside a count it is the number in all England."
)


def indicator_section(table: pl.DataFrame, authorities: Mapping[str, str]) -> Section | None:
    """None where there is no indicator at all.

    Args:
        table: as indicators.csv, with `name`.
    """
    if table.is_empty():
        return None
    latest = (
        table.filter("available")
        .sort("to")
        .unique(["indicator", "la_code"], keep="last", maintain_order=True)
    )
    order = pl.DataFrame({"indicator": table["indicator"].unique(maintain_order=True)}).with_row_index(
        "_place"
    )
    latest = latest.join(order, on="indicator", how="left").sort("_place", "la_code")
    tables = [_values(latest, authorities)]
    missing = table.filter(~pl.col("available")).unique(["name", "reason"], keep="first", maintain_order=True)
    missing = missing.join(latest, on=["indicator", "la_code"], how="anti", maintain_order="left")
    if missing.height:
        rows = [[Cell(row["name"]), Cell(row["reason"] or "")] for row in missing.iter_rows(named=True)]
        tables.append(
            PageTable(
                "indicators-missing", "Indicators that these returns can't tell", ("Indicator", "Why"), rows
            )
        )
    return Section("indicators", "Indicators beside England", [_TEXT], tables=tables)


def _values(latest: pl.DataFrame, authorities: Mapping[str, str]) -> PageTable:
    several = len(authorities) > 1
    headings = [
        "Indicator", *(["Authority"] if several else []), "Period", "Unit", "Numerator",
        "Denominator", "Value", "95% interval", "England", "Year",
    ]  # fmt: skip
    rows = []
    for row in latest.iter_rows(named=True):
        texts = [
            row["name"],
            *([authorities.get(row["la_code"], row["la_code"])] if several else []),
            f"{short_day(row['from'])} to {short_day(row['to'])}" if row["from"] else "",
            "%" if row["unit"] == "proportion" else row["unit"],
            _count(row["numerator"]),
            _count(row["denominator"]),
            _value(row, "value"),
            f"{_value(row, 'low')} to {_value(row, 'high')}" if row["low"] is not None else "",
            _value(row, "national_value"),
            str(row["national_year"] or ""),
        ]
        rows.append([Cell(text) for text in texts])
    first = headings.index("Numerator")
    return PageTable(
        "indicators-values",
        "Indicators, latest period",
        headings,
        rows,
        frozenset(range(first, len(headings))),
    )


def _count(value: int | None) -> str:
    return "" if value is None else number(value)


def _value(row: Mapping[str, Any], name: str) -> str:
    if row[name] is None:
        return ""
    if row["unit"] == "proportion":
        return number(100 * row[name], 1)
    return number(row[name], 0 if row["unit"] == "count" else 1)
