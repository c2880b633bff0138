"""Nights that lie ahead on the page of costs: by financial year, with how far off the year before was."""

from __future__ import annotations

from collections.abc import Sequence

import polars as pl

from childjourneys.costs.summaries.table import CostTable
from childjourneys.reports.cost_data import CostData
from childjourneys.reports.cost_forecast import TYPED_IN
from childjourneys.reports.cost_words import INVENTED, pounds
from childjourneys.reports.page_tables import Cell, PageTable
from childjourneys.reports.section import Block, Part
from childjourneys.reports.wording import count, number

_WHOSE = ["la_code", "year", "placement", "provider", "price_year"]
_STATE = ["la_code", "placement", "provider"]


def forecast_block(data: CostData, key: str) -> Block | None:
    """The forecast and what was typed in, or why there is none; nothing where the tables have neither."""
    months, typed = data.table("Forecast"), data.table(TYPED_IN)
    if months is None:
        return None
    tables = [] if months.frame.is_empty() else [_ahead(data, months, f"{key}-ahead")]
    parts = [Part(f"{key}-forecast", tables=tables, points=months.notes)]
    if typed is not None:
        parts.append(
            Part(f"{key}-typed", TYPED_IN, tables=[_typed(data, typed, f"{key}-typed")], points=typed.notes)
        )
    return Block(f"{key}-nights-ahead", "Nights ahead", _tested(data), parts=parts)


def _tested(data: CostData) -> list[str]:
    """How far off the method was in the year held back, in all."""
    tested = data.table("Forecast tested")
    said = []
    for code, rows in tested.frame.group_by("la_code", maintain_order=True) if tested is not None else ():
        whole = rows.row(by_predicate=pl.col("placement") == "all", named=True)
        states = rows.filter(pl.col("placement") != "all")
        inside = int((states["inside"] == "yes").sum())
        where = (
            f"{data.run.authorities.get(str(code[0]), code[0])}: t" if len(data.run.authorities) > 1 else "T"
        )
        said.append(
            f"{where}he last year on record, forecast from the years before it: {number(whole['forecast'])}"
            f" nights expected, {number(whole['actual'])} on record ({_percent(whole['error_per_cent'])}); of"
            f" {count(len(states), 'kind')} of placement and provider {inside} lay in the range."
        )
    return said


def _ahead(data: CostData, months: CostTable, key: str) -> PageTable:
    """By year; months with their ranges are in the workbook, since ranges of months don't add up."""
    shown = _by_year(months.frame, ["nights", "cost"])
    tested = data.table("Forecast tested")
    assert tested is not None
    off = tested.frame.select(*_STATE, "error_per_cent", "inside")
    shown = shown.join(off, on=_STATE, how="left", maintain_order="left")
    rows = [
        [*_names(data, row), str(row["months"]), number(row["nights"]), pounds(_whole(row["cost"])),
         _percent(row["error_per_cent"]), row["inside"] or ""]
        for row in shown.iter_rows(named=True)
    ]  # fmt: skip
    headings = ("Authority", "Financial year", "Placement", "Provider", "Prices of", "Months", "Nights",
                "Cost £", "Off in the year held back", "In its range")  # fmt: skip
    return _table(data, key, "Nights expected, by financial year", headings, rows, {5, 6, 7, 8})


def _typed(data: CostData, typed: CostTable, key: str) -> PageTable:
    sums = ["nights", "cost", "forecast_nights", "nights_difference", "forecast_cost", "cost_difference"]
    rows = [
        [*_names(data, row), str(row["months"]),
         *(number(row[name]) if "nights" in name else pounds(_whole(row[name])) for name in sums)]
        for row in _by_year(typed.frame, sums).iter_rows(named=True)
    ]  # fmt: skip
    headings = ("Authority", "Financial year", "Placement", "Provider", "Prices of", "Months",
                "Nights typed in", "Cost £", "Nights of the forecast", "Difference, nights",
                "Cost of the forecast £", "Difference £")  # fmt: skip
    said = "Populations typed in, beside the forecast of the same months"
    return _table(data, key, said, headings, rows, set(range(5, len(headings))))


def _by_year(frame: pl.DataFrame, sums: Sequence[str]) -> pl.DataFrame:
    """Sums of a year; where a month of it has no number there is none, since it would be of fewer months."""
    first = pl.col("month").str.slice(0, 4).cast(pl.Int64) - (
        pl.col("month").str.slice(5).cast(pl.Int64) < 4
    ).cast(pl.Int64)
    year = pl.format("{}/{}", first, ((first + 1) % 100).cast(pl.String).str.zfill(2))
    return (
        frame.with_columns(year.alias("year"))
        .group_by(_WHOSE, maintain_order=True)
        .agg(
            pl.len().alias("months"),
            *(pl.when(pl.col(n).null_count() == 0).then(pl.col(n).sum()).alias(n) for n in sums),
        )
        .sort(_WHOSE, nulls_last=True)
    )


def _names(data: CostData, row: dict[str, object]) -> list[str]:
    code = str(row["la_code"])
    texts = (str(row[name] or "") for name in ("year", "placement", "provider"))
    return [data.run.authorities.get(code, code), *texts, str(row["price_year"] or "no price")]


def _table(
    data: CostData, key: str, said: str, headings: Sequence[str], rows: Sequence[Sequence[str]],
    numeric: set[int],
) -> PageTable:  # fmt: skip
    caption = f"{said} ({INVENTED})" if data.run.invented else said
    # Where there is one authority, the page has named it.
    skip = 0 if len(data.run.authorities) > 1 else 1
    cells = [[Cell(text) for text in row[skip:]] for row in rows]
    return PageTable(key, caption, headings[skip:], cells, frozenset(at - skip for at in numeric))


def _whole(pence: float | None) -> int | None:
    return None if pence is None else round(pence)


def _percent(value: float | None) -> str:
    return "" if value is None else f"{value:+.1f}%"
