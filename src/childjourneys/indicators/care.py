"""Children looked after, as far as Annex A list 8 carries them, and adoption from list 10."""

from __future__ import annotations

import polars as pl

from childjourneys.indicators.cases import (
    PERSON,
    counted,
    in_period,
    leave_out,
    lengths,
    open_at_end,
    proportion,
)
from childjourneys.indicators.facts import Facts
from childjourneys.indicators.front_door import Counts
from childjourneys.indicators.settings import IndicatorSettings
from childjourneys.merging.facts import CHILD

MANY_PLACEMENTS = 3


def looked_after(facts: Facts, periods: pl.DataFrame, settings: IndicatorSettings) -> Counts:
    """Children looked after at the end of the period."""
    yield "", counted(_children(open_at_end(facts.care, periods, settings.end_inclusive)))


def starts(facts: Facts, periods: pl.DataFrame, settings: IndicatorSettings) -> Counts:
    """Children who start in the period; the first start counts."""
    yield "", counted(_children(in_period(facts.care_events("lac_start"), periods)))


def ends(facts: Facts, periods: pl.DataFrame, settings: IndicatorSettings) -> Counts:
    """Children who cease in the period; the last end counts."""
    yield "", counted(_children(in_period(facts.care_events("lac_end"), periods)))


def placements_as_written(facts: Facts, periods: pl.DataFrame, settings: IndicatorSettings) -> Counts:
    """Children with three or more placements in 12 months by the number that list 8 gives."""
    cases = _children(open_at_end(facts.care, periods, settings.end_inclusive))
    cases = leave_out(cases, pl.col("placements").is_null(), "not_recorded")
    yield "", proportion(cases, pl.col("placements") >= MANY_PLACEMENTS)


def adoption(facts: Facts, periods: pl.DataFrame, settings: IndicatorSettings) -> Counts:
    """Days from entering care to being placed, of children adopted in the period."""
    rows = facts.tables["adoption"].select(
        *CHILD, "care_start_date", "placed_date", date="order_date", left_out=pl.lit(None, pl.String)
    )
    cases = in_period(rows.drop_nulls("date").sort(*CHILD, "date", "placed_date", nulls_last=True), periods)
    again = pl.int_range(pl.len()).over(PERSON) > 0
    cases = leave_out(cases, again, "duplicate")
    cases = leave_out(cases, pl.col("care_start_date").is_null(), "care_start_not_known")
    cases = leave_out(cases, pl.col("placed_date").is_null(), "placed_not_known")
    cases = leave_out(cases, pl.col("placed_date") < pl.col("care_start_date"), "placed_before_care")
    cases = cases.with_columns(days=(pl.col("placed_date") - pl.col("care_start_date")).dt.total_days())
    for row in ("mean", "median"):
        yield row, lengths(cases, "days")


def _children(cases: pl.DataFrame) -> pl.DataFrame:
    """One case for each child and period: one that counts, if there is any."""
    ordered = cases.sort("left_out", nulls_last=False, maintain_order=True)
    return ordered.unique(PERSON, keep="first", maintain_order=True)
