"""Nights that lie ahead as tables of the workbook: months, the test on the year held back, the rates."""

from __future__ import annotations

from collections.abc import Sequence

import polars as pl

from childjourneys.costs.forecast.forecast import TEST_SCHEMA, Forecast
from childjourneys.costs.summaries.table import CostColumn, CostTable
from childjourneys.tables.cost_reports import COST_FORECAST

_MEANING = {column.name: column.meaning for column in COST_FORECAST.columns}
_METHOD = (
    "Children come, move and leave in the months ahead as they did: rates are moves over nights by age, kind"
    " of placement and provider. Nobody is followed or predicted: what is moved on is how many there are.",
    "The range holds 95% of draws from these counts. It knows nothing of new policies, closures or prices:"
    " the sheet Forecast tested shows how far the same method was off in the last year on record.",
    "For other numbers of children, multiply their nights by the average night.",
)


def forecast_as_written(forecasts: Sequence[Forecast]) -> pl.DataFrame:
    """All months of all authorities, as in cost_forecast.csv."""
    frames = [_money(one.months) for one in forecasts if not one.refused]
    return COST_FORECAST.conform(pl.concat(frames)) if frames else COST_FORECAST.empty()


def forecast_tables(forecasts: Sequence[Forecast]) -> list[CostTable]:
    """Tables of the workbook; where there is no forecast, the reason stands beside an empty one."""
    refused = [f"{one.la_code}: {one.refused}" for one in forecasts if one.refused]
    made = [one for one in forecasts if not one.refused]
    notes = tuple(f"{one.la_code}: {note}" for one in made for note in one.notes)
    shown = forecast_as_written(forecasts)
    months = CostTable(
        "Forecast",
        "Nights that lie ahead, and what they would cost",
        shown.with_columns(
            (pl.col(name) * 100).round().cast(pl.Int64) for name in ("night", "cost", "cost_low", "cost_high")
        ),
        tuple(CostColumn(name, _kind(name), _MEANING[name]) for name in shown.columns),
        notes=(*refused, *(_METHOD if made else ()), *notes),
    )
    if not made:
        return [months]
    test = pl.concat([one.test for one in made])
    rates = pl.concat([one.rates for one in made])
    return [
        months,
        CostTable(
            "Forecast tested",
            "The last year on record, forecast from the years before it",
            test.with_columns(pl.col("inside").replace_strict({True: "yes", False: "no"}, default=None)),
            tuple(CostColumn(name, _TEST[name][0], _TEST[name][1]) for name in TEST_SCHEMA),
            notes=("Nights of the year. error = forecast - actual.",),
        ),
        CostTable(
            "Forecast rates",
            "How children moved: counts over nights",
            rates,
            tuple(CostColumn(name, _RATES[name][0], _RATES[name][1]) for name in rates.columns),
            notes=("Per 1,000 nights, with exact Poisson 95% intervals.",),
        ),
    ]


def _money(months: pl.DataFrame) -> pl.DataFrame:
    return months.select(
        "la_code",
        "month",
        "placement",
        "provider",
        pl.col("children").round(2),
        *(pl.col(name).round(1) for name in ("nights", "nights_low", "nights_high")),
        "price_year",
        night=(pl.col("night_pence") / 100).round(2),
        cost=(pl.col("pence") / 100).round(2),
        cost_low=(pl.col("pence_low") / 100).round(2),
        cost_high=(pl.col("pence_high") / 100).round(2),
    )


def _kind(name: str) -> str:
    if name in ("night", "cost", "cost_low", "cost_high"):
        return "money"
    return "decimal" if name.startswith(("children", "nights")) else "text"


_TEST = {
    "la_code": ("text", "code of the authority"),
    "placement": ("text", "kind of placement; `all` is all of them"),
    "provider": ("text", "kind of provider"),
    "forecast": ("decimal", "nights expected"),
    "low": ("decimal", "lower end of the range"),
    "high": ("decimal", "upper end of the range"),
    "actual": ("decimal", "nights on record"),
    "error": ("decimal", "forecast - actual"),
    "error_per_cent": ("decimal", "of the actual nights"),
    "inside": ("text", "whether the actual nights lie in the range"),
}
_RATES = {
    "la_code": ("text", "code of the authority"),
    "age_band": ("text", "completed years"),
    "placement": ("text", "kind of placement"),
    "provider": ("text", "kind of provider"),
    "to_placement": ("text", "where they moved to; `left care` before 18"),
    "to_provider": ("text", "kind of provider there"),
    "moves": ("count", "moves seen"),
    "nights": ("count", "nights in the state at that age"),
    "per_1000_nights": ("decimal", "moves per 1,000 nights"),
    "low": ("decimal", "lower end of the interval"),
    "high": ("decimal", "upper end of the interval"),
}
