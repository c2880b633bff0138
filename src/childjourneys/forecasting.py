"""Nights that lie ahead of a costing, and what they would cost."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import polars as pl

from childjourneys.costs.forecast.forecast import Forecast, forecast, nights_by_state, with_costs
from childjourneys.costs.forecast.stays import Stays, stays_of
from childjourneys.costs.summaries.cube import Cube
from childjourneys.costs.summaries.kinds import financial_years
from childjourneys.workspace.store import TableStore

_KEYS = ("placement_no", "agency", "process", "placement_type", "provider", "price_year")


def forecasts_of(
    chain: pl.DataFrame,
    journeys: TableStore,
    period: tuple[date, date],
    cube: Cube,
    typed: pl.DataFrame | None = None,
) -> list[Forecast]:
    """One per authority with care on record or typed in, with what its nights would cost.

    Args:
        chain: as CARE_CHAIN. period: first and last day that were costed.
        typed: as `populations.read_populations`.
    """
    children = journeys.table("children").select("la_code", "child_id", "birth_date")
    coverage = journeys.table("coverage")
    found = []
    for code in sorted({*chain["la_code"].unique(), *(typed["la_code"] if typed is not None else ())}):
        mine = pl.col("la_code") == code
        stays = stays_of(chain.filter(mine), children.filter(mine))
        one = forecast(code, stays, coverage)
        if typed is not None:
            one = replace(one, typed=typed.filter(mine))
        nights = _nights_of_money(cube.months.filter(mine), stays, period)
        spent = _of_care(cube, code)
        found.append(
            replace(
                one,
                months=with_costs(one.months, spent, nights),
                typed=with_costs(one.typed, spent, nights),
            )
        )
    return found


def _nights_of_money(months: pl.DataFrame, stays: Stays, period: tuple[date, date]) -> pl.DataFrame:
    """placement, provider, price_year, nights that money of each price year is spread over.

    Money that is in the prices of the very year that it was spent in stands beside the nights of that year,
    all other beside those of the whole period.
    """
    first, last = period
    spent = months.filter(pl.col("pence") != 0).group_by("price_year").agg(
        own=(financial_years(pl.col("month")) == pl.col("price_year")).all()
    )  # fmt: skip
    frames = [
        nights_by_state(stays, first, last).with_columns(price_year=pl.lit(None, dtype=pl.String)).clear()
    ]
    for year, own in spent.sort("price_year").iter_rows():
        begin, end = first, last
        if own:
            april = date(int(year[:4]), 4, 1)
            begin, end = max(first, april), min(last, april.replace(year=april.year + 1) - timedelta(days=1))
        frames.append(nights_by_state(stays, begin, end).with_columns(price_year=pl.lit(year)))
    return pl.concat(frames)


def _of_care(cube: Cube, code: str) -> pl.DataFrame:
    """What keeps placements cost and the nights it is for, in the columns that a forecast needs."""
    mine = pl.col("la_code") == code
    spent = cube.lines.filter(mine & ~pl.col("unpriced")).group_by(_KEYS).agg(pl.col("pence").sum())
    nights = cube.nights.filter(mine).select(
        *(_KEYS[:1] + _KEYS[3:]),
        pl.lit("local_authority").alias("agency"),
        pl.lit("lac.3").alias("process"),
        pl.col("nights").cast(pl.Int64).alias("priced_nights"),
    )
    return pl.concat([spent, nights], how="diagonal").with_columns(
        pl.col("pence", "priced_nights").fill_null(0)
    )
