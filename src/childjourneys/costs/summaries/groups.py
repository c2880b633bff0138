"""Tables of one row per group: kind of placement, placement type, provider type, need, process, area."""

from __future__ import annotations

import polars as pl

from childjourneys.costs.summaries.cube import Cube
from childjourneys.costs.summaries.kinds import (
    area,
    financial_years,
    kind_of_care,
    placement_label,
    provider_label,
)
from childjourneys.costs.summaries.parts import money, of_placements, placement_costs, week
from childjourneys.costs.summaries.table import (
    AVERAGE_WEEK,
    CHILDREN,
    LA,
    MONEY_COLUMNS,
    NIGHTS,
    PLACEMENT_COST,
    PRICE_YEAR,
    WHOSE,
    CostColumn,
    CostTable,
    select,
)
from childjourneys.costs.summaries.without_price import (
    LEFT_OUT,
    NOT_SUMS,
    PLACED_COLUMNS,
    UNPRICED_COLUMNS,
    whose_of,
    with_unpriced,
)

# Published: average cost relative to a looked-after child with no additional needs.
# Soper and Lam, The Cost Calculator for Children's Services (slides), slide 4.
PUBLISHED_INDEX = {
    "none": 100, "ebd": 152, "offending": 163, "uasc": 164, "cwd": 226, "cwd_ebd": 278, "ebd_offending": 291,
}  # fmt: skip
PUBLISHED_INDEX_SOURCE = (
    "Soper and Lam, The Cost Calculator for Children's Services, slide 4: average cost relative to a"
    " looked-after child with no additional needs. Groups of under 3% of children were left out there."
)


def by_group(cube: Cube, group: pl.Expr, name: str) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Children, nights and money by a group of ledger lines, and the totals of what does not add up.

    Args:
        group: worked out from the columns of `Cube.lines`; of nights too, where it has no process in it.
    """
    # Lazily, so that only the columns that are added up are held.
    lines = cube.lines.lazy().with_columns(group.alias(name))
    kept = lines.filter(of_placements())
    nights, without = (frame.with_columns(group.alias(name)) for frame in (cube.nights, cube.unpriced))
    whose = whose_of(cube)

    def summed(*keys: str) -> pl.DataFrame:
        money_of = lines.group_by(keys).agg(pl.col("child_id").n_unique().alias("children"), *money())
        placement = kept.group_by(keys).agg(placement_costs()).collect()
        slept = nights.group_by(keys).agg(pl.col("nights").sum())
        found = (
            money_of.collect()
            .join(placement, on=keys, how="left", nulls_equal=True)
            .join(slept, on=keys, how="left", nulls_equal=True)
            .with_columns(
                pl.col("placement_cost", "left_out", "nights").fill_null(0),
                pl.col("children").cast(pl.Int64),
            )
            .with_columns(average_week=week("placement_cost", "nights"))
        )
        return with_unpriced(found, without, whose, keys[len(WHOSE) :])

    return summed(*WHOSE, name), summed(*WHOSE).select(NOT_SUMS)


_USUAL = (CHILDREN, NIGHTS, *MONEY_COLUMNS, PLACEMENT_COST, AVERAGE_WEEK, *UNPRICED_COLUMNS, LEFT_OUT)


def _table(cube: Cube, key: str, title: str, column: CostColumn, group: pl.Expr) -> CostTable:
    frame, totals = by_group(cube, group, column.name)
    columns = (LA, PRICE_YEAR, column, *_USUAL)
    return CostTable(key, title, select(frame, columns, column.name), columns, totals)


def placement_table(cube: Cube) -> CostTable:
    """By code of PLACE; what is no placement's own (referrals, assessments) in a row of its own."""
    column = CostColumn("placement_type", "text", "code of PLACE and what it means")
    return _table(cube, "Placement type", "What was spent by type of placement", column, placement_label())


def provider_type_table(cube: Cube) -> CostTable:
    column = CostColumn("provider_type", "text", "code of PLACE_PROVIDER and what it means")
    title = "What was spent by type of provider"
    return _table(cube, "Provider type", title, column, provider_label())


def area_table(cube: Cube) -> CostTable:
    column = CostColumn("area", "text", "in or out of the authority's area")
    return _table(cube, "In and out of area", "What was spent in and out of area", column, area())


def process_table(cube: Cube) -> CostTable:
    """By process: the eight of care, those of children in need, and credits. `lines` counts lines."""
    lines = cube.lines
    keys = (*WHOSE, "process")
    who = pl.col("child_id").n_unique().cast(pl.Int64).alias("children")
    frame = lines.group_by(keys).agg(who, pl.col("n_lines").sum().alias("lines"), *money())
    totals = lines.group_by(WHOSE).agg(who)
    columns = (
        LA,
        PRICE_YEAR,
        CostColumn("process", "text", "lac.1 to lac.8, cin.*; contribution, grant and other_agency"),
        CHILDREN,
        CostColumn("lines", "count", "lines of the ledger", adds=True),
        *MONEY_COLUMNS,
    )
    title = "What was spent by process"
    return CostTable("Process", title, select(frame, columns, "process"), columns, totals)


def need_table(cube: Cube) -> CostTable:
    """By combination of needs, never by the main need only, with each group's cost beside that of `none`.

    The index compares gross cost a child, that of children of no additional need being 100, in one money.
    """
    frame, totals = by_group(cube, pl.col("need_group"), "need_group")
    of_one = (pl.col("gross") * 2 + pl.col("children")).floordiv(2 * pl.col("children"))
    each = frame.with_columns(per_child=pl.when(pl.col("children") > 0).then(of_one))
    none = each.filter(pl.col("need_group") == "none").select(
        *WHOSE, none_gross="gross", none_children="children"
    )
    share = 100 * pl.col("gross") * pl.col("none_children") / (pl.col("children") * pl.col("none_gross"))
    found = each.join(none, on=WHOSE, how="left", nulls_equal=True).with_columns(
        index=pl.when((pl.col("none_gross") > 0) & (pl.col("children") > 0)).then(share.round(0)),
        published_index=pl.col("need_group").replace_strict(
            PUBLISHED_INDEX, default=None, return_dtype=pl.Int64
        ),
    )
    columns = (
        LA,
        PRICE_YEAR,
        CostColumn("need_group", "text", "the whole combination of needs, or none"),
        *_USUAL,
        CostColumn("per_child", "money", "gross / children, over the period"),
        CostColumn("index", "index", "per_child with that of `none` as 100"),
        CostColumn("published_index", "index", "the published index of that group, where there is one"),
    )
    note = f"Published index: {PUBLISHED_INDEX_SOURCE} It describes; no amount here was multiplied by it."
    title = "What was spent by need group"
    return CostTable("Need group", title, select(found, columns, "need_group"), columns, totals, (note,))


def average_week_table(cube: Cube) -> CostTable:
    """The average week as commissioners are asked for it: kind of care, in and out of area."""
    keys = ("kind_of_care", "area")
    kinds = [kind_of_care().alias("kind_of_care"), area().alias("area")]
    lines = cube.lines.filter(of_placements()).with_columns(kinds)
    nights, without = (frame.with_columns(kinds) for frame in (cube.nights, cube.unpriced))
    whose = whose_of(cube)
    who = pl.col("child_id").n_unique().cast(pl.Int64).alias("children")

    def summed(*of: str) -> pl.DataFrame:
        spent = lines.group_by(of).agg(who, *placement_costs())
        slept = nights.group_by(of).agg(pl.col("nights").sum())
        found = spent.join(slept, on=of, how="left", nulls_equal=True)
        found = found.with_columns(pl.col("nights").fill_null(0))
        averaged = found.with_columns(average_week=week("placement_cost", "nights"))
        return with_unpriced(averaged, without, whose, of[len(WHOSE) :])

    frame = summed(*WHOSE, *keys)
    columns = (
        LA,
        PRICE_YEAR,
        CostColumn("kind_of_care", "text", "in-house or agency fostering, homes, supported, secure ..."),
        CostColumn("area", "text", "in or out of the authority's area"),
        *PLACED_COLUMNS,
    )
    totals = summed(*WHOSE).select(NOT_SUMS)
    title = "What a week of a placement costs, by kind of care"
    return CostTable("Average week", title, select(frame, columns, *keys), columns, totals)


def finance_line_table(cube: Cube) -> CostTable:
    """By financial year and line of the finance return."""
    months = cube.months.with_columns(
        pl.col("s251_line").fill_null("no line"), financial_year=financial_years(pl.col("month"))
    )
    keys = (*WHOSE, "financial_year", "s251_line")
    frame = months.group_by(keys).agg(money())
    columns = (
        LA,
        PRICE_YEAR,
        CostColumn("financial_year", "text", "April to March, of the night or day"),
        CostColumn("s251_line", "text", "line of the finance return; `no line`: the authority has not said"),
        *MONEY_COLUMNS,
    )
    order = ("financial_year", "s251_line")
    title = "What was spent by line of the finance return"
    return CostTable(
        "Finance line", title, select(frame, columns, *order), columns, frame.select(WHOSE).unique()
    )
