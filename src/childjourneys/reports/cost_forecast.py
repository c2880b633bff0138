"""Nights that lie ahead as tables of the workbook: months, the test on the year held back, the rates."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import polars as pl

from childjourneys.costs.forecast.forecast import TEST_SCHEMA, Forecast
from childjourneys.costs.summaries.table import CostColumn, CostTable
from childjourneys.tables.cost_reports import COST_FORECAST

FORECAST, TYPED = "forecast", "typed in"
# Key of the table, and name of its sheet.
TYPED_IN = "Populations typed in"
_MEANING = {column.name: column.meaning for column in COST_FORECAST.columns}
_METHOD = (
    "Children come, move and leave in the months ahead as they did: rates are moves over nights by age, kind"
    " of placement and provider. Nobody is followed or predicted: what is moved on is how many there are.",
    "The range holds 95% of draws from these counts, and of how much they differed between the years on"
    " record: few years tell little of that. It knows nothing of new policies, closures or prices: the sheet"
    " Forecast tested shows how far the same method was off in the last year on record.",
    "For other numbers of children, give a file with --populations: they are costed beside the forecast.",
)
_STATE = ["la_code", "month", "placement", "provider"]


def forecast_as_written(forecasts: Sequence[Forecast]) -> pl.DataFrame:
    """All months of all authorities, as in cost_forecast.csv: what was typed in follows the forecast."""
    frames = [_money(one.months, FORECAST) for one in forecasts if not one.refused]
    frames += [_money(one.typed, TYPED) for one in forecasts if not one.typed.is_empty()]
    return COST_FORECAST.conform(pl.concat(frames)) if frames else COST_FORECAST.empty()


def typed_sentences(one: Forecast) -> list[str]:
    """How many nights were typed in for an authority, and which of them have no price."""
    if one.typed.is_empty():
        return []
    nights = one.typed.unique(_STATE)
    without = nights.filter(pl.col("night_pence").is_null())
    said = [
        f"Populations typed in for {one.la_code}: {nights['nights'].sum():,.0f} nights, without a price"
        f" {without['nights'].sum():,.0f}."
    ]
    if not without.is_empty():
        names = without.select("placement", "provider").unique().sort("placement", "provider").iter_rows()
        states = "; ".join(f"{placement}, {provider}" for placement, provider in names)
        said.append(f"The ledger has no price of such nights, so that they have no cost: {states}.")
    return said


def forecast_tables(forecasts: Sequence[Forecast]) -> list[CostTable]:
    """Tables of the workbook; where there is no forecast, the reason stands beside an empty one."""
    refused = [f"{one.la_code}: {one.refused}" for one in forecasts if one.refused]
    made = [one for one in forecasts if not one.refused]
    notes = tuple(f"{one.la_code}: {note}" for one in made for note in one.notes)
    shown = forecast_as_written([replace(one, typed=one.typed.clear()) for one in forecasts]).drop("basis")
    typed = [_typed_table(forecasts)] if any(not one.typed.is_empty() for one in forecasts) else []
    months = CostTable(
        "Forecast",
        "Nights that lie ahead, and what they would cost",
        _in_pence(shown),
        tuple(CostColumn(name, _kind(name), _MEANING[name]) for name in shown.columns),
        notes=(*refused, *(_METHOD if made else ()), *notes),
    )
    if not made:
        return [months, *typed]
    test = pl.concat([one.test for one in made])
    rates = pl.concat([one.rates for one in made])
    return [
        months,
        *typed,
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


def _typed_table(forecasts: Sequence[Forecast]) -> CostTable:
    """What was typed in beside the forecast of the same months: blank where there is no such forecast."""
    typed = pl.concat([_money(one.typed, TYPED) for one in forecasts if not one.typed.is_empty()])
    ahead = [_money(one.months, FORECAST) for one in forecasts if not one.refused]
    beside = (pl.concat(ahead) if ahead else typed.clear()).select(
        *_STATE, "price_year", *(pl.col(name).alias(f"forecast_{name}") for name in _BESIDE)
    )
    frame = typed.join(
        beside, on=[*_STATE, "price_year"], how="left", nulls_equal=True, maintain_order="left"
    ).with_columns(
        nights_difference=(pl.col("nights") - pl.col("forecast_nights")).round(1),
        cost_difference=(pl.col("cost") - pl.col("forecast_cost")).round(2),
    )
    notes = [sentence for one in forecasts for sentence in typed_sentences(one)]
    return CostTable(
        TYPED_IN,
        "Populations typed in, beside the forecast of the same months",
        _in_pence(frame.select(list(_TYPED))),
        tuple(CostColumn(name, _kind(name), meaning) for name, meaning in _TYPED.items()),
        notes=(*notes, "nights = children x days of the month; cost = nights x the average night of the"
               " ledger. difference = typed in - forecast; nobody's forecast is changed."),
    )  # fmt: skip


def _in_pence(shown: pl.DataFrame) -> pl.DataFrame:
    money = [name for name in shown.columns if _kind(name) == "money"]
    return shown.with_columns((pl.col(name) * 100).round().cast(pl.Int64) for name in money)


def _money(months: pl.DataFrame, basis: str) -> pl.DataFrame:
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
        basis=pl.lit(basis),
    )


def _kind(name: str) -> str:
    if name == "night" or "cost" in name:
        return "money"
    return "decimal" if name == "children" or "nights" in name else "text"


_BESIDE = ("nights", "nights_low", "nights_high", "cost")
_TYPED = {
    **{name: _MEANING[name] for name in (*_STATE, "price_year")},
    "children": "on average in the month, as typed in",
    "nights": "children x days of the month",
    "forecast_nights": "expected by the forecast; blank where it has no such month or kind of placement",
    "forecast_nights_low": "lower end of its range",
    "forecast_nights_high": "upper end of its range",
    "nights_difference": "nights typed in - nights expected",
    "night": _MEANING["night"],
    "cost": "nights typed in at that price",
    "forecast_cost": "nights expected at that price",
    "cost_difference": "cost typed in - cost expected",
}
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
