"""Counts of outcomes and the rate they give."""

from __future__ import annotations

import polars as pl

from childjourneys.archetypes.evaluate import OUTCOMES
from childjourneys.domain.proportions import proportion


def outcome_table(asked: pl.DataFrame, counts: pl.DataFrame) -> pl.DataFrame:
    """One row per measure and authority asked, with its seven outcomes and rate.

    Args:
        asked: archetype, version, la_code, available; counts of what is not available are null, not 0.
        counts: measure, la_code, outcome and n; several rows of one outcome are added.
    """
    n = pl.col("n")
    summed = counts.group_by(archetype="measure", la_code="la_code").agg(
        n.sum().alias("anchors"),
        *(n.filter(pl.col("outcome") == name).sum().alias(name) for name in OUTCOMES),
    )
    names = ("anchors", *OUTCOMES)
    joined = asked.join(summed, on=["archetype", "la_code"], how="left", maintain_order="left")
    known = pl.when(pl.col("available"))
    return (
        joined.with_columns(known.then(pl.col(name).fill_null(0)).alias(name) for name in names)
        .with_columns(**proportion(pl.col("match"), pl.col("match") + pl.col("no_match")))
        .select(*asked.columns, *names, "rate", "low", "high")
    )
