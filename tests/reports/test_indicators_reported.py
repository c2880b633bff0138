"""The report's part on indicators: the latest period, in the unit of the row, beside England."""

from __future__ import annotations

from datetime import date
from typing import Any

import polars as pl

from childjourneys.reports.indicator_section import indicator_section
from childjourneys.tables import DERIVED

NAMES = {"301": "Barking and Dagenham"}


def frame(*rows: dict[str, Any]) -> pl.DataFrame:
    whole = [
        {"la_code": "301", "unit": "proportion", "available": True, "excluded": "{}", **row} for row in rows
    ]
    schema = DERIVED["indicators"].schema
    kinds = {name: kind for name, kind in schema.items() if any(name in row for row in whole)}
    table = DERIVED["indicators"].conform(pl.DataFrame(whole, schema_overrides=kinds))
    return table.with_columns(name=pl.col("indicator").str.to_titlecase())


def year(number: int) -> dict[str, date]:
    return {"from": date(number - 1, 4, 1), "to": date(number, 3, 31)}


def texts(table: pl.DataFrame, number: int = 0) -> list[list[str]]:
    section = indicator_section(table, NAMES)
    assert section is not None
    return [[cell.text for cell in row] for row in section.tables[number].rows]


def test_shares_are_per_cent_and_only_the_latest_period_is_shown() -> None:
    shown = texts(
        frame(
            {"indicator": "nfa", **year(2024), "numerator": 6, "denominator": 100, "value": 0.06,
             "low": 0.028, "high": 0.125, "national_value": 0.063, "national_year": 2024},
            {"indicator": "nfa", **year(2023), "numerator": 5, "denominator": 100, "value": 0.05},
        )
    )  # fmt: skip
    assert shown == [
        ["Nfa", "1 Apr 2023 to 31 Mar 2024", "%", "6", "100", "6.0", "2.8 to 12.5", "6.3", "2024"]
    ]


def test_counts_and_days_are_not_per_cent() -> None:
    shown = texts(
        frame(
            {"indicator": "a", **year(2024), "unit": "count", "numerator": 1200, "value": 1200.0},
            {"indicator": "b", **year(2024), "unit": "days", "value": 31.5},
        )
    )
    assert [row[5] for row in shown] == ["1,200", "31.5"]


def test_what_can_t_be_told_is_listed_with_the_reason_and_has_no_value() -> None:
    table = frame({"indicator": "visits", "available": False, "reason": "needs SSDA903"})
    assert texts(table) == []
    assert texts(table, 1) == [["Visits", "needs SSDA903"]]


def test_order_is_that_of_the_list_and_nothing_gives_no_part() -> None:
    table = frame(
        {"indicator": "z", **year(2024), "value": 0.1}, {"indicator": "a", **year(2024), "value": 0.2}
    )
    assert [row[0] for row in texts(table)] == ["Z", "A"]
    assert indicator_section(table.clear(), NAMES) is None
