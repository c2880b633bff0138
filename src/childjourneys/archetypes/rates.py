"""Counts of outcomes and the rate they give."""

from __future__ import annotations

import polars as pl

from childjourneys.archetypes.evaluate import OUTCOMES

# Of the normal distribution: 95 per cent lie within.
Z95 = 1.959963984540054


def wilson(matches: pl.Expr, n: pl.Expr) -> dict[str, pl.Expr]:
    """`rate`, `low` and `high`: a proportion with its 95% interval; null where nothing was observed.

    Source: Wilson 1927; Newcombe 1998, method 3.
    """
    some = pl.when(n > 0)
    p, z2 = matches / n, Z95**2
    middle = (matches + z2 / 2) / (n + z2)
    half = Z95 / (n + z2) * ((n * p * (1 - p)) + z2 / 4).sqrt()
    return {
        "rate": some.then(p),
        # Rounding must not push a bound past the edge that it reaches exactly.
        "low": some.then(pl.when(matches == 0).then(0.0).otherwise(middle - half)),
        "high": some.then(pl.when(matches == n).then(1.0).otherwise(middle + half)),
    }


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
        .with_columns(**wilson(pl.col("match"), pl.col("match") + pl.col("no_match")))
        .select(*asked.columns, *names, "rate", "low", "high")
    )
