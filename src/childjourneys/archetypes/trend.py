"""Rates by month of the anchor; months that can't be followed in full are marked."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta

import polars as pl

from childjourneys.archetypes.days import SHIFT, Flags, Ints
from childjourneys.domain.proportions import proportion

TREND = {
    "measure": pl.String,
    "la_code": pl.String,
    "month": pl.String,
    "n": pl.Int64,
    "matches": pl.Int64,
    "rate": pl.Float64,
    "low": pl.Float64,
    "high": pl.Float64,
    "complete": pl.Boolean,
}


def trend_table(counts: pl.DataFrame, followed: Mapping[tuple[str, str], tuple[Ints, Flags]]) -> pl.DataFrame:
    """A row per measure, authority and month with a day in the anchors' coverage, also with `n` 0.

    Args:
        counts: measure, la_code, anchor_date, n, matches; several rows of one day are added.
        followed: per measure and authority, every covered day and whether an anchor on it would be
            followed in full. In a month that is not complete only anchors of such days count.
    """
    frames = [pl.DataFrame(schema={**TREND, "rate": pl.Float64})]
    for (measure, la_code), (days, whole) in followed.items():
        calendar = pl.DataFrame({"day": days - SHIFT, "whole": whole}).select(
            anchor_date=pl.col("day").cast(pl.Int32).cast(pl.Date), whole="whole"
        )
        mine = counts.filter(pl.col("measure") == measure, pl.col("la_code") == la_code)
        months = (
            calendar.join(
                mine.group_by("anchor_date").agg(pl.col("n", "matches").sum()), on="anchor_date", how="left"
            )
            .with_columns(pl.col("n", "matches").fill_null(0) * pl.col("whole"))
            .group_by(month=pl.col("anchor_date").dt.to_string("%Y-%m"))
            .agg(pl.col("n", "matches").sum().cast(pl.Int64), covered=pl.len(), whole=pl.col("whole").all())
            .sort("month")
            .with_columns(
                days=pl.col("month").map_elements(_days_in, return_dtype=pl.Int64),
                **proportion(pl.col("matches"), pl.col("n")),
            )
        )
        frames.append(
            months.select(
                measure=pl.lit(measure), la_code=pl.lit(la_code), month="month", n="n", matches="matches",
                rate="rate", low="low", high="high",
                complete=pl.col("whole") & (pl.col("covered") == pl.col("days")),
            )
        )  # fmt: skip
    return pl.concat(frames)


def _days_in(month: str) -> int:
    first = date.fromisoformat(f"{month}-01")
    later = (first + timedelta(days=31)).replace(day=1)
    return (later - first).days
