"""What providers cost, beside what the same needs cost elsewhere: dear ones may take the hardest to place."""

from __future__ import annotations

import polars as pl

from childjourneys.costs.summaries.kinds import NOT_KNOWN, family
from childjourneys.costs.summaries.parts import week
from childjourneys.costs.summaries.table import (
    AVERAGE_WEEK,
    CHILDREN,
    LA,
    NIGHTS,
    PLACEMENT_COST,
    PRICE_YEAR,
    WHOSE,
    CostColumn,
    CostTable,
    select,
)
from childjourneys.costs.summaries.weeks import quartiles, rounded
from childjourneys.costs.summaries.without_price import (
    LEFT_OUT,
    NOT_SUMS,
    PLACED_COLUMNS,
    UNPRICED_COLUMNS,
    with_unpriced,
)

QUARTILES = (
    CostColumn("lower_quartile", "money", "a quarter of its children have an average week of no more"),
    CostColumn("median", "money", "half of its children have an average week of no more"),
    CostColumn("upper_quartile", "money", "three quarters have an average week of no more"),
)
_CHILD = ("la_code", "child_id")
_WHO = pl.struct(*_CHILD).n_unique().cast(pl.Int64).alias("children")
_ONE = (*WHOSE, "provider_id", "kind_of_placement")
_CELL = (*WHOSE, "kind_of_placement", "need_group")


def provider_table(weeks: pl.DataFrame, without: pl.DataFrame, whose: pl.DataFrame) -> CostTable:
    """By provider and kind of placement, with the week of other providers for the same needs.

    Args:
        weeks: as `weeks.placement_weeks`.
        without: as `weeks.unpriced_placements`.
        whose: as `without_price.whose_of`.
    """
    placed, lacking = (one.with_columns(family().alias("kind_of_placement")) for one in (weeks, without))
    spent = placed.group_by(_ONE).agg(
        _WHO,
        pl.struct(*_CHILD, "period_of_care", "placement_no").n_unique().cast(pl.Int64).alias("placements"),
        pl.col("nights", "placement_cost", "left_out").sum(),
    )
    of_children = (
        placed.group_by(*_ONE, "child_id")
        .agg(pl.col("placement_cost", "nights").sum())
        .with_columns(week=week("placement_cost", "nights"))
        .group_by(_ONE)
        .agg(quartiles())
    )
    frame = (
        spent.with_columns(average_week=week("placement_cost", "nights"))
        .join(of_children, on=_ONE, how="left", nulls_equal=True)
        .join(_need_mix(placed), on=_ONE, how="left", nulls_equal=True)
        .join(_similar_needs(placed), on=_ONE, how="left", nulls_equal=True)
    )
    frame = with_unpriced(frame, lacking, whose, _ONE[2:])
    columns = (
        LA,
        PRICE_YEAR,
        CostColumn("provider_id", "text", "Ofsted's number (URN) or the name in the prices; not known"),
        CostColumn("kind_of_placement", "text", "fostering, residential and so on, whoever provides it"),
        CHILDREN,
        CostColumn("placements", "count", "placements with it", adds=True),
        NIGHTS,
        PLACEMENT_COST,
        AVERAGE_WEEK,
        *QUARTILES,
        *UNPRICED_COLUMNS,
        LEFT_OUT,
        CostColumn("need_mix", "text", "share of its nights by need group"),
        CostColumn("compared_nights", "count", "its nights of need groups that others have too", adds=True),
        CostColumn("compared_week", "money", "its average week over those nights"),
        CostColumn(
            "similar_needs_week", "money",
            "average week of other providers for the same need groups and kind of placement, in its own mix",
        ),
        CostColumn("difference", "money", "compared_week less similar_needs_week"),
    )  # fmt: skip
    totals = _totals(placed, lacking, whose)
    notes = (
        "A dear provider may take the children who are hardest to place: look at similar_needs_week before"
        " you compare. Needs are recorded combinations; they do not say how severe a need is.",
    )
    return CostTable(
        "Provider", "What providers cost", select(frame, columns, *_ONE[2:]), columns, totals, notes
    )


def contract_table(weeks: pl.DataFrame, without: pl.DataFrame, whose: pl.DataFrame) -> CostTable | None:
    """Framework, spot and block beside each other; None where no price says which. As `provider_table`."""
    if not weeks["contract"].is_not_null().any():
        return None
    keys = (*WHOSE, "contract", "kind_of_placement")
    named = (family().alias("kind_of_placement"), pl.col("contract").fill_null(NOT_KNOWN))
    placed, lacking = (one.with_columns(named) for one in (weeks, without))
    frame = (
        placed.group_by(keys)
        .agg(_WHO, pl.col("nights", "placement_cost", "left_out").sum())
        .with_columns(average_week=week("placement_cost", "nights"))
    )
    frame = with_unpriced(frame, lacking, whose, keys[2:])
    columns = (
        LA,
        PRICE_YEAR,
        CostColumn("contract", "text", "framework, spot or block, as the prices say"),
        CostColumn("kind_of_placement", "text", "fostering, residential and so on, whoever provides it"),
        *PLACED_COLUMNS,
    )
    title = "What placements cost by how they were bought"
    totals = _totals(placed, lacking, whose)
    return CostTable("Contract", title, select(frame, columns, *keys[2:]), columns, totals)


def _totals(placed: pl.DataFrame, lacking: pl.DataFrame, whose: pl.DataFrame) -> pl.DataFrame:
    whole = placed.group_by(WHOSE).agg(_WHO, pl.col("placement_cost", "nights").sum())
    averaged = whole.with_columns(average_week=week("placement_cost", "nights"))
    return with_unpriced(averaged, lacking, whose).select(NOT_SUMS)


def _need_mix(placed: pl.DataFrame) -> pl.DataFrame:
    """`none 60%, ebd 40%`: whole per cent of nights, the largest first."""
    slept = placed.group_by(*_ONE, "need_group").agg(pl.col("nights").sum())
    share = rounded(100 * pl.col("nights") / pl.col("nights").sum().over(_ONE))
    told = pl.concat_str(pl.col("need_group"), pl.lit(" "), share.cast(pl.String), pl.lit("%"))
    kept = slept.filter(pl.col("nights").sum().over(_ONE) > 0).with_columns(told=told)
    return (
        kept.sort(*_ONE, "nights", "need_group", descending=[False] * 4 + [True, False], nulls_last=True)
        .group_by(_ONE, maintain_order=True)
        .agg(need_mix=pl.col("told").str.join(", "))
    )


def _similar_needs(placed: pl.DataFrame) -> pl.DataFrame:
    """Others' average week per need group, weighted by the provider's own nights; providers not known are
    nobody's comparison."""
    known = placed.filter(pl.col("provider_id") != NOT_KNOWN)
    own = known.group_by(*_CELL, "provider_id").agg(pl.col("nights", "placement_cost").sum())
    others = own.with_columns(
        other_nights=pl.col("nights").sum().over(_CELL) - pl.col("nights"),
        other_cost=pl.col("placement_cost").sum().over(_CELL) - pl.col("placement_cost"),
    ).filter((pl.col("other_nights") > 0) & (pl.col("nights") > 0))
    elsewhere = pl.col("nights") * pl.col("other_cost") / pl.col("other_nights")
    summed = others.group_by(_ONE).agg(
        compared_nights=pl.col("nights").sum(), own=pl.col("placement_cost").sum(), elsewhere=elsewhere.sum()
    )
    return summed.with_columns(
        compared_week=week("own", "compared_nights"),
        similar_needs_week=rounded(7 * pl.col("elsewhere") / pl.col("compared_nights")),
    ).select(
        *_ONE,
        "compared_nights",
        "compared_week",
        "similar_needs_week",
        difference=pl.col("compared_week") - pl.col("similar_needs_week"),
    )
