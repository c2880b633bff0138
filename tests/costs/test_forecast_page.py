"""The page of costs tells of nights ahead by year, of what was typed in, and how far off the method was."""

from __future__ import annotations

from collections.abc import Sequence
from types import SimpleNamespace
from typing import cast

import polars as pl

from childjourneys.costs.forecast.forecast import MONTHS_SCHEMA, TEST_SCHEMA, Forecast
from childjourneys.costs.forecast.populations import SCHEMA
from childjourneys.reports.cost_data import CostData
from childjourneys.reports.cost_forecast import forecast_tables
from childjourneys.reports.cost_forecast_page import forecast_block
from childjourneys.reports.section import Block

_COSTS = {"price_year": pl.String, "night_pence": pl.Float64, "pence": pl.Float64, "pence_low": pl.Float64,
          "pence_high": pl.Float64}  # fmt: skip


def months(rows: Sequence[tuple[str, str, float]], *, typed: bool = False) -> pl.DataFrame:
    """month, placement, nights of authority 301; foster homes at 50 pounds, others without a price."""
    ends = (None, None) if typed else (0.0, 9e9)
    told = [
        ("301", month, placement, "own", nights / 30, nights, *ends,
         *(("2024/25", 5_000.0, nights * 5_000, None, None) if placement == "foster" else (None,) * 5))
        for month, placement, nights in rows
    ]  # fmt: skip
    return pl.DataFrame(told, schema=(SCHEMA if typed else MONTHS_SCHEMA) | _COSTS, orient="row")


def block(*forecasts: Forecast) -> Block | None:
    tables = {table.key: table for table in forecast_tables(forecasts)}
    run = SimpleNamespace(authorities={"301": "Somewhere"}, invented=())
    return forecast_block(cast(CostData, SimpleNamespace(run=run, table=tables.get)), "costs")


def texts(found: Block | None, part: int) -> list[list[str]]:
    assert found is not None
    return [[cell.text for cell in row] for row in found.parts[part].tables[0].rows]


AHEAD = months([("2026-03", "foster", 310), ("2026-04", "foster", 300), ("2026-05", "foster", 300),
                ("2026-04", "secure", 30)])  # fmt: skip
TEST = pl.DataFrame(
    [("301", "foster", "own", 3_000.0, 2_500.0, 3_500.0, 2_400.0, 600.0, 25.0, False),
     ("301", "all", "all", 3_000.0, 2_000.0, 3_500.0, 2_400.0, 600.0, 25.0, True)],
    schema=TEST_SCHEMA, orient="row",
)  # fmt: skip
RATES = pl.DataFrame(schema={"la_code": pl.String})


def test_years_are_sums_of_their_months_and_the_error_stands_beside_them() -> None:
    found = block(Forecast("301", months=AHEAD, test=TEST, rates=RATES))
    assert texts(found, 0) == [
        ["2025/26", "foster", "own", "2024/25", "1", "310", "15,500.00", "+25.0%", "no"],
        ["2026/27", "foster", "own", "2024/25", "2", "600", "30,000.00", "+25.0%", "no"],
        ["2026/27", "secure", "own", "no price", "1", "30", "", "", ""],
    ]
    assert found is not None
    (said,) = found.text
    assert "3,000 nights expected, 2,400 on record (+25.0%); of 1 kind " in said
    assert "0 lay in the range" in said


def test_what_was_typed_in_stands_beside_the_forecast_only_where_it_has_every_month() -> None:
    typed = months(
        [("2026-04", "foster", 330), ("2026-05", "foster", 330), ("2027-03", "secure", 31)], typed=True
    )
    found = block(Forecast("301", months=AHEAD, test=TEST, rates=RATES, typed=typed))
    head = ["2026/27", "foster", "own", "2024/25", "2", "660", "33,000.00"]
    secure = ["2026/27", "secure", "own", "no price", "1", "31", "", "", "", "", ""]
    assert texts(found, 1) == [[*head, "600", "60", "30,000.00", "3,000.00"], secure]
    longer = pl.concat([typed, months([("2027-01", "foster", 310)], typed=True)])
    found = block(Forecast("301", months=AHEAD, test=TEST, rates=RATES, typed=longer))
    assert texts(found, 1)[0][5:] == ["970", "48,500.00", "", "", "", ""]


def test_a_refusal_is_told_and_so_are_numbers_typed_in() -> None:
    typed = months([("2026-04", "foster", 330)], typed=True)
    found = block(Forecast("301", "There are two years only.", typed=typed))
    assert found is not None
    assert found.parts[0].tables == []
    assert found.parts[0].points[0] == "301: There are two years only."
    assert texts(found, 1)[0][5:] == ["330", "16,500.00", "", "", "", ""]
