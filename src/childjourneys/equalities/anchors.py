"""Every anchor of one definition with its groups, for results in Python."""

from __future__ import annotations

from collections.abc import Sequence
from functools import reduce

import polars as pl

from childjourneys.archetypes.evaluate import OUTCOMES, Decided, Evaluation
from childjourneys.archetypes.result import JourneyTables
from childjourneys.domain.calendar import england
from childjourneys.equalities.about import About, authority_days, with_deciles
from childjourneys.equalities.dimensions import DIMENSIONS, NOT_KNOWN
from childjourneys.equalities.groups import MATCH, InRate, groups_of
from childjourneys.equalities.workload import referral_days


def anchor_groups(evaluation: Evaluation, journeys: JourneyTables, dimensions: Sequence[str]) -> pl.DataFrame:
    """la_code, outcome and a column for each dimension: a row per anchor, or per group where these overlap.

    Rows are in the order of authorities and groups, `not known` last. A week is busy by all referrals that
    the journeys hold. What rests on a table that was not given, such as school holidays, is not known.

    Args:
        dimensions: names in `DIMENSIONS`, at least one.
    """
    children, coverage = journeys.children, journeys.coverage
    days = authority_days(
        coverage,
        referral_days(journeys.events, children),
        england(),
        getattr(journeys, "school_holidays", None),
    )
    deciles = with_deciles(children)
    frames = [
        _grouped(la_code, decided, About(days[la_code], children, la_code in deciles), dimensions)
        for la_code, decided in evaluation.decided.items()
    ]
    empty = pl.DataFrame(schema=dict.fromkeys(("la_code", "outcome", *dimensions), pl.String))
    found = pl.concat([empty, *frames])
    return found.sort("la_code", *(_place(found, name) for name in dimensions), maintain_order=True)


def _grouped(la_code: str, decided: Decided, about: About, dimensions: Sequence[str]) -> pl.DataFrame:
    here = decided.case.authority
    groups = groups_of(InRate(decided.points, decided.outcome == MATCH), here, about)
    names = pl.DataFrame({"outcome": pl.Series(OUTCOMES).gather(decided.outcome)})
    anchors = names.with_columns(
        pl.lit(la_code).alias("la_code"), pl.int_range(pl.len(), dtype=pl.Int64).alias("anchor")
    )

    def beside(rows: pl.DataFrame, name: str) -> pl.DataFrame:
        mine = groups.filter(pl.col("dimension") == name).select("anchor", pl.col("group").alias(name))
        mine = mine.with_columns(pl.col(name).cast(pl.String))
        joined = rows.join(mine, on="anchor", how="left", maintain_order="left")
        return joined.with_columns(pl.col(name).fill_null(NOT_KNOWN))

    return reduce(beside, dimensions, anchors).select("la_code", "outcome", *dimensions)


def _place(rows: pl.DataFrame, name: str) -> pl.Expr:
    """The place of a group in its dimension."""
    order = DIMENSIONS[name].in_order(rows[name].unique().to_list())
    return pl.col(name).replace_strict({group: at for at, group in enumerate(order)}, return_dtype=pl.Int64)
