"""How far the money can be relied on: levels of price, figures of 2008 to 2013, what has no price."""

from __future__ import annotations

from collections.abc import Sequence

import polars as pl

from childjourneys.costs.summaries.cube import Cube
from childjourneys.costs.summaries.nights import LEVELS
from childjourneys.costs.summaries.parts import money
from childjourneys.costs.summaries.table import (
    LA,
    MONEY_COLUMNS,
    PRICE_YEAR,
    WHOSE,
    CostColumn,
    CostTable,
    select,
)

UNPRICED = "no price"
PART_PRICED = "part of it without a price"


def levels_of_nights(cube: Cube) -> pl.DataFrame:
    """Nights in placements by the level of their price; those without one are told apart.

    A night is without a price where the placement or its social work has none, whatever else it has. The
    nights of all rows of an authority are its nights in placements.

    Returns:
        la_code, level, nights, share.
    """
    child = ["la_code", "child_id"]
    whole = cube.children.select(*child, "nights", "unpriced_nights").unique(child)
    kept = cube.levels.group_by("la_code", "level")
    without = whole.group_by("la_code").agg(level=pl.lit(UNPRICED), nights=pl.col("unpriced_nights").sum())
    found = pl.concat([kept.agg(pl.col("nights").sum()), without.select("la_code", "level", "nights")])
    total = pl.col("nights").sum().over("la_code")
    return found.with_columns(share=pl.when(total > 0).then(pl.col("nights") / total)).sort(
        "la_code", _rank()
    )


def _rank() -> pl.Expr:
    order = {name: at for at, name in enumerate((*LEVELS, "not said", UNPRICED))}
    return pl.col("level").replace_strict(order, return_dtype=pl.Int8)


def levels_table(cube: Cube) -> CostTable:
    frame = levels_of_nights(cube).with_columns(price_year=pl.lit(None, dtype=pl.String))
    columns = (
        LA,
        CostColumn(
            "level", "text",
            "child: its own price; contract: agreed with the provider; authority: entries of files named;"
            " default: the shipped figures; no price",
        ),
        CostColumn("nights", "count", "nights in placements", adds=True),
        CostColumn("share", "percent", "of the authority's nights in placements"),
    )  # fmt: skip
    title = "How nights in placements were priced"
    return CostTable(
        "Price levels",
        title,
        frame.select(one.name for one in columns),
        columns,
        frame.select(WHOSE).unique(),
    )


def research_share(cube: Cube, research: Sequence[str]) -> pl.DataFrame:
    """Of the gross money of each authority and price year, what rests on figures of 2008 to 2013.

    Args:
        research: ids of those entries, as `CostRun.research_ids`.

    Returns:
        la_code, price_year, gross, research, share.
    """
    on_research = pl.col("pence").filter(pl.col("entry_id").is_in(list(research))).sum()
    frame = (
        cube.entries.lazy()
        .filter(pl.col("part") == "gross")
        .group_by(WHOSE)
        .agg(gross=pl.col("pence").sum(), research=on_research)
        .collect()
    )
    share = pl.when(pl.col("gross") > 0).then(pl.col("research") / pl.col("gross"))
    return frame.with_columns(share=share).sort(WHOSE, nulls_last=True)


def entries_table(cube: Cube, research: Sequence[str]) -> CostTable:
    """By price used: what rests on which figure, and which figures are research of 2008 to 2013."""
    keys = (*WHOSE, "entry_id", "price_basis")
    known = pl.col("entry_id").is_in(list(research))
    frame = (
        cube.entries.group_by(keys)
        .agg(
            pl.col("child_id").n_unique().cast(pl.Int64).alias("children"),
            pl.col("n_lines").sum().alias("lines"),
            amount=pl.col("pence").sum(),
        )
        .with_columns(research=pl.when(known).then(pl.lit("yes")).otherwise(pl.lit("no")))
    )
    columns = (
        LA,
        PRICE_YEAR,
        CostColumn("entry_id", "text", "the price: an entry of a catalogue, or a child's own price"),
        CostColumn("price_basis", "text", "child, contract, authority or default"),
        CostColumn("research", "text", "yes: a published figure of 2008 to 2013"),
        CostColumn("children", "count", "children it prices something of"),
        CostColumn("lines", "count", "lines of the ledger", adds=True),
        CostColumn("amount", "money", "all of its lines, credits and other agencies among them", adds=True),
    )
    title = "Which prices the money rests on"
    totals = frame.select(WHOSE).unique()
    return CostTable("Prices used", title, select(frame, columns, "entry_id", "price_basis"), columns, totals)


def totals_table(cube: Cube, research: Sequence[str]) -> CostTable:
    """One row per authority and price year: the whole of the money, and what is not in it."""
    who = pl.col("child_id").n_unique().cast(pl.Int64).alias("children")
    spent = cube.lines.lazy().group_by(WHOSE).agg(who, *money()).collect()
    slept = cube.nights.group_by(WHOSE).agg(priced_nights=pl.col("nights").sum())
    rests = research_share(cube, research).select(*WHOSE, research_default="research", share="share")
    frame = (
        spent.join(slept, on=WHOSE, how="left", nulls_equal=True)
        .join(rests, on=WHOSE, how="left", nulls_equal=True)
        .join(unpriced(cube), on="la_code", how="left")
        .with_columns(pl.col("priced_nights", "research_default").fill_null(0))
    )
    columns = (
        LA,
        PRICE_YEAR,
        CostColumn("children", "count", "children with a line in money of that year"),
        CostColumn("priced_nights", "count", "nights with a price in money of that year"),
        *(CostColumn(one.name, one.kind, one.meaning) for one in MONEY_COLUMNS),
        CostColumn("research_default", "money", "the part of gross that rests on figures of 2008 to 2013"),
        CostColumn("share", "percent", "research_default / gross"),
        CostColumn("all_nights", "count", "nights in placements of the authority, priced or not"),
        CostColumn("unpriced_nights", "count", "of these, nights without a price"),
        CostColumn("unpriced_children", "count", "children with such nights"),
    )
    title = "What was spent in all, a row for the money of each price year; rows are not to be added"
    return CostTable("Totals", title, select(frame, columns), columns)


def unpriced(cube: Cube) -> pl.DataFrame:
    """Per authority: all_nights, unpriced_nights, and unpriced_children with such nights."""
    whole = cube.children.unique(["la_code", "child_id"])
    return (
        whole.group_by("la_code")
        .agg(
            all_nights=pl.col("nights").sum(),
            unpriced_nights=pl.col("unpriced_nights").sum(),
            unpriced_children=(pl.col("unpriced_nights") > 0).sum().cast(pl.Int64),
        )
        .sort("la_code")
    )


def in_two_moneys(cube: Cube) -> bool:
    """Whether a night has prices in money of two price years: what was paid, say, and a catalogue's."""
    return bool(cube.nights["nights"].sum() > cube.levels["nights"].sum())


def unpriced_table(cube: Cube) -> CostTable:
    """Children with nights that have no price, for the team only."""
    frame = (
        cube.children.unique(["la_code", "child_id"])
        .filter(pl.col("unpriced_nights") > 0)
        .with_columns(price_year=pl.lit(None, dtype=pl.String))
    )
    columns = (
        LA,
        CostColumn("child_id", "text", "identifier of the child in its authority"),
        CostColumn("need_group", "text", "the whole combination of needs, or none"),
        CostColumn("nights", "count", "nights in placements", adds=True),
        CostColumn("unpriced_nights", "count", "of these, nights without a price", adds=True),
    )
    title = "Children with nights that have no price; cost_issues.csv says why"
    shown = frame.sort("la_code", "child_id").select(one.name for one in columns)
    return CostTable("Without a price", title, shown, columns, frame.select(WHOSE).unique())
