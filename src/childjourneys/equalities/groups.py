"""The groups of anchors: who the child is, what was assessed, when the referral came, which team."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import polars as pl

from childjourneys.archetypes.authority import Authority
from childjourneys.archetypes.case import Points
from childjourneys.archetypes.days import Flags
from childjourneys.archetypes.evaluate import OUTCOMES, Decided
from childjourneys.equalities.about import About
from childjourneys.equalities.coding import Coded, Coding

MATCH, NO_MATCH = OUTCOMES.index("match"), OUTCOMES.index("no_match")
GROUPED = {"anchor": pl.Int64(), "dimension": pl.Categorical(), "group": pl.Categorical()}


@dataclass(frozen=True)
class InRate:
    """The anchors of one authority that are in the rate, in their order.

    Attributes:
        match: which of them match.
    """

    points: Points
    match: Flags


def in_rate(decided: Decided) -> InRate:
    """The anchors that are observed in full."""
    kept = (decided.outcome == MATCH) | (decided.outcome == NO_MATCH)
    return InRate(decided.points.take(kept), decided.outcome[kept] == MATCH)


def dimension_groups(decided: Decided, about: About) -> pl.DataFrame:
    """The group of each anchor that is in the rate, in every dimension.

    Returns:
        `anchor` (place among those in the rate, from 0), `dimension`, `group`: a row per anchor and
        dimension; of factors, one per group that the anchor stands in.
    """
    return groups_of(in_rate(decided), decided.case.authority, about)


def groups_of(anchors: InRate, here: Authority, about: About) -> pl.DataFrame:
    """`dimension_groups` of anchors that were already picked."""
    if not len(anchors.points):
        return pl.DataFrame(schema=GROUPED)
    return pl.concat(_long(one) for one in Coding(here, about).groups(anchors.points))


def _long(coded: Coded) -> pl.DataFrame:
    anchor = np.arange(coded.code.size) if coded.anchor is None else coded.anchor
    names = pl.Series(coded.names, dtype=pl.Categorical)
    return pl.DataFrame({"anchor": anchor, "group": names.gather(coded.code)}).select(
        "anchor", pl.lit(coded.dimension, dtype=pl.Categorical()).alias("dimension"), "group"
    )
