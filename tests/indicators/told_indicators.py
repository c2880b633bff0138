"""Indicators of hand-written returns, and rows of them by name."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import date
from typing import Any

import polars as pl
from story import LA, Return, Story

from childjourneys.domain.calendar import england
from childjourneys.indicators.catalogue import catalogue
from childjourneys.indicators.kernel import PARTIAL, IndicatorKernel
from childjourneys.indicators.periods import period_frame, plan_periods
from childjourneys.indicators.results import indicator_table
from childjourneys.indicators.settings import IndicatorSettings
from childjourneys.journeys.kernel import JourneyKernel


@dataclass
class Rows:
    """The rows of indicators.csv of one story."""

    table: pl.DataFrame

    def one(self, indicator: str, year: int | None = None, la: str = LA) -> dict[str, Any]:
        """The row of an indicator; of a collection year, or the only one."""
        found = self.table.filter(pl.col("indicator") == indicator, pl.col("la_code") == la)
        if year is not None:
            found = found.filter(pl.col("to") == date(year, 3, 31))
        return found.row(0, named=True) if found.height == 1 else {}

    def of(self, indicator: str, year: int | None = None, la: str = LA) -> tuple[Any, Any]:
        """Numerator and denominator."""
        row = self.one(indicator, year, la)
        return row["numerator"], row["denominator"]

    def left_out(self, indicator: str, year: int | None = None, la: str = LA) -> dict[str, int]:
        found: dict[str, int] = json.loads(self.one(indicator, year, la)["excluded"])
        return found


def kernel_of(coverage: pl.DataFrame, settings: IndicatorSettings | None = None) -> IndicatorKernel:
    periods = plan_periods(catalogue().values(), coverage)
    return IndicatorKernel(period_frame(periods), settings or IndicatorSettings())


def journeys_of(tables: dict[str, pl.DataFrame]) -> dict[str, pl.DataFrame]:
    """Canonical tables with the journeys made of them."""
    made = JourneyKernel(england())(tables)
    return {**tables, **{name: made[name] for name in ("events", "spells", "children")}}


def table_of(
    coverage: pl.DataFrame, partials: pl.DataFrame, population: pl.DataFrame | None = None
) -> pl.DataFrame:
    return indicator_table(catalogue(), plan_periods(catalogue().values(), coverage), partials, population)


def tell(
    story: Story, settings: IndicatorSettings | None = None, population: pl.DataFrame | None = None
) -> Rows:
    coverage = story.tell_coverage()
    partials = kernel_of(coverage, settings)(journeys_of(story.tell().tables))[PARTIAL]
    return Rows(table_of(coverage, partials, population))


def case(census: Return, child: str, referral: str, **values: Any) -> dict[str, Any]:
    """A CINdetails record; what it gives back nests further records in it."""
    row = census.add("need_episode", child, "CINdetails", referral_date=referral, **{"nfa": False, **values})
    return {"referral_date": referral, "parent_row": row}


def people(*rows: tuple[str, int, int, int, int]) -> pl.DataFrame:
    names = ("la_code", "year", "age_from", "age_to", "population")
    return pl.DataFrame(rows, schema=names, orient="row")
