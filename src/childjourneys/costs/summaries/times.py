"""Tables of one row per month, quarter or financial year."""

from __future__ import annotations

import polars as pl

from childjourneys.costs.summaries.cube import Cube
from childjourneys.costs.summaries.kinds import financial_years, quarters
from childjourneys.costs.summaries.parts import money
from childjourneys.costs.summaries.table import (
    CHILDREN,
    LA,
    MONEY_COLUMNS,
    NIGHTS,
    PRICE_YEAR,
    WHOSE,
    CostColumn,
    CostTable,
    select,
)
from childjourneys.costs.summaries.without_price import UNPRICED_COLUMNS, beside, whose_of, with_unpriced


def month_table(cube: Cube) -> CostTable:
    """By calendar month of the night or day."""
    return _table(cube, "Month", "month", pl.col("month"), "calendar month, such as 2024-04", "month")


def quarter_table(cube: Cube) -> CostTable:
    return _table(
        cube,
        "Quarter",
        "quarter",
        quarters(pl.col("month")),
        "quarter of the financial year, Q1 from April",
        "quarter",
    )


def year_table(cube: Cube) -> CostTable:
    return _table(
        cube, "Financial year", "financial_year", financial_years(pl.col("month")), "April to March", "year"
    )


def _table(cube: Cube, key: str, name: str, group: pl.Expr, meaning: str, span: str) -> CostTable:
    keys = (*WHOSE, name)
    seen = cube.seen.filter(span=span).rename({"when": name}).drop("span")
    spent = cube.months.with_columns(group.alias(name)).group_by(keys).agg(money())
    slept = cube.month_nights.with_columns(group.alias(name)).group_by(keys).agg(pl.col("nights").sum())
    without = cube.unpriced_seen.filter(span=span).select(
        "la_code", pl.col("when").alias(name), unpriced_nights="nights", unpriced_children="children"
    )
    frame = spent.join(seen, on=keys, how="left", nulls_equal=True).join(
        slept, on=keys, how="left", nulls_equal=True
    )
    frame = beside(frame, without, whose_of(cube), [name])
    named = CostColumn(name, "text", meaning)
    columns = (LA, PRICE_YEAR, named, CHILDREN, NIGHTS, *MONEY_COLUMNS, *UNPRICED_COLUMNS)
    title = f"What was spent by {key.lower()}"
    whole = cube.seen.filter(span="all").select(*WHOSE, "children")
    totals = with_unpriced(whole, cube.unpriced, whose_of(cube))
    return CostTable(key, title, select(frame, columns, name), columns, totals)
