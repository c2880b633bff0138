"""Journeys to indicators: the counts of every bucket, added up, with intervals and published figures."""

from __future__ import annotations

import polars as pl

from childjourneys.engine.local import run_kernel
from childjourneys.indicators.catalogue import catalogue
from childjourneys.indicators.kernel import JOURNEYS, PARTIAL, IndicatorKernel
from childjourneys.indicators.periods import period_frame, plan_periods
from childjourneys.indicators.results import indicator_table
from childjourneys.indicators.settings import IndicatorSettings
from childjourneys.workspace.store import TableStore


def measure_indicators(
    store: TableStore,
    journeys: TableStore,
    population: pl.DataFrame | None = None,
    settings: IndicatorSettings | None = None,
) -> pl.DataFrame:
    """Every indicator for every authority and year: the rows of indicators.csv.

    Args:
        store: the canonical tables, as `ingest` leaves them.
        journeys: what `build_journeys` made of them, under the same buckets.
        population: la_code, year (of the mid-year estimate), age_from, age_to (both included), population;
            without it there is no rate per 10,000.
        settings: choices that the definitions leave open.
    """
    indicators = catalogue()
    periods = plan_periods(indicators.values(), journeys.table("coverage"))
    kernel = IndicatorKernel(period_frame(periods), settings or IndicatorSettings())
    found = run_kernel(
        kernel,
        lambda number: {
            **{name: store.bucket(name, number) for name in store.names()},
            **{name: journeys.bucket(name, number) for name in JOURNEYS},
        },
        store.buckets,
        journeys,
        (PARTIAL,),
    )
    return indicator_table(indicators, periods, found[PARTIAL], population)
