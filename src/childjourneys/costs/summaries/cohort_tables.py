"""What a cohort came to: one row per authority and price year, and the same divided by one thing at a time.

Cohorts may overlap, so their rows are never added. They are for the team only: the difference between two
cohorts that overlap can be one child.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

import polars as pl

from childjourneys.costs.summaries.cohorts import Cohort
from childjourneys.costs.summaries.cube import Cube
from childjourneys.costs.summaries.groups import by_group
from childjourneys.costs.summaries.kinds import NO_PLACEMENT, NOT_KNOWN, placement_label, provider_label
from childjourneys.costs.summaries.nights import PLACEMENT
from childjourneys.costs.summaries.parts import MONEY, of_placements, part, placement_costs, week
from childjourneys.costs.summaries.table import (
    AVERAGE_WEEK,
    LA,
    MONEY_COLUMNS,
    NIGHTS,
    PLACEMENT_COST,
    PRICE_YEAR,
    WHOSE,
    CostColumn,
    CostTable,
)
from childjourneys.costs.summaries.times import month_table
from childjourneys.costs.summaries.weeks import rounded
from childjourneys.costs.summaries.without_price import LEFT_OUT, UNPRICED_COLUMNS, parted, told_apart

# Key of the table, and name of the sheet.
COHORTS = "Cohorts"
_WHO = ("la_code", "child_id")
# What groups are of, in the order of the tables.
BY = ("Need group", "Placement type", "Provider type", "Provider", "Process", "Month")
_ONE = pl.lit(1, dtype=pl.Int64)

COLUMNS = (
    CostColumn("cohort", "text", "its name, or the filter where it was given none"),
    CostColumn("chosen", "text", "the filter: all of its pairs hold"),
    LA,
    PRICE_YEAR,
    CostColumn("children", "count", "children with a line of the cohort in money of that year, each once"),
    CostColumn("all_nights", "count", "nights in placements, priced or not, each once, whatever the money"),
    CostColumn("priced_nights", "count", "nights with a price in money of that year, each once"),
    *UNPRICED_COLUMNS,
    *(replace(column, adds=False) for column in MONEY_COLUMNS),
    CostColumn("share_of_gross", "percent", "gross, of all gross of the authority in that money"),
    replace(PLACEMENT_COST, adds=False),
    replace(LEFT_OUT, adds=False),
    AVERAGE_WEEK,
    CostColumn("median_week", "money", "the middle one of its children's average weeks, half-up to a penny"),
    CostColumn("fully_priced_children", "count", "of children, those of whose nights none lacks a price"),
    CostColumn("mean_per_child", "money", "gross of fully_priced_children / their number, over the period"),
    CostColumn(
        "paid_share", "percent", "of all_nights, those priced by what was paid for the child (--prices)"
    ),
)
GROUP_COLUMNS = (
    CostColumn("by", "text", "what the rows are divided by"),
    CostColumn("group", "text", "the group"),
    LA,
    PRICE_YEAR,
    CostColumn("children", "count", "children of the cohort with a line of the group, each once"),
    NIGHTS,
    *MONEY_COLUMNS,
    CostColumn("share_of_gross", "percent", "gross, of the cohort's gross in that money"),
    PLACEMENT_COST,
    AVERAGE_WEEK,
    *UNPRICED_COLUMNS,
    LEFT_OUT,
)
_COUNTS = ("children", "all_nights", "priced_nights", "unpriced_nights", "unpriced_children")


@dataclass(frozen=True)
class CohortFound:
    """A cohort and what it came to, in pence.

    Attributes:
        first, last: the period, both days included.
        summary: the columns COLUMNS, a row per authority and price year; where nothing was chosen one row
            without either, its counts 0 and its money blank. Nights without a price that stand beside no
            money have a row without a price year.
        groups: the columns GROUP_COLUMNS, in the order of BY; empty where nothing was chosen.
        told: sentences that have to be known.
    """

    cohort: Cohort
    first: date
    last: date
    summary: pl.DataFrame
    groups: pl.DataFrame
    told: tuple[str, ...] = ()

    @property
    def empty(self) -> bool:
        return self.groups.is_empty()


def cohort_found(
    cohort: Cohort,
    cube: Cube,
    kept: pl.DataFrame,
    whole: pl.DataFrame,
    providers: pl.DataFrame,
    first: date,
    last: date,
    why: Sequence[str] = (),
) -> CohortFound:
    """The tables of a cohort.

    Args:
        cube: of the cohort's lines and nights without a price.
        kept: as `month_costs`.
        whole: la_code, price_year, gross: all of the run.
        providers: as `weeks.placement_weeks`.
        why: as `nothing_like`.
    """
    summary, groups = _summary(cohort, cube, whole), _groups(cube, kept, providers)
    told = []
    if groups.is_empty():
        told.append(f"The cohort {cohort.title} has nobody in it.")
    told += why
    for (where, nights, slept, children), _ in summary.filter(pl.col("unpriced_nights") > 0).group_by(
        "la_code", "unpriced_nights", "all_nights", "unpriced_children", maintain_order=True
    ):
        of = f" of {where}" if summary["la_code"].n_unique() > 1 else ""
        told.append(
            f"{cohort.name}: in no amount{of} are {nights:,} of its {slept:,} nights, of {children:,}"
            f" {'child' if children == 1 else 'children'}, which have no price."
        )
    return CohortFound(cohort, first, last, summary, groups, tuple(told))


def _summary(cohort: Cohort, cube: Cube, whole: pl.DataFrame) -> pl.DataFrame:
    one = pl.lit("").alias("all")
    frame, _ = by_group(cube, one, "all")
    found = pl.concat([frame, _beside_no_money(cube, one, "all")], how="diagonal_relaxed")
    slept = pl.concat([cube.levels.select("la_code", "level", "nights"),
                       cube.unpriced.select("la_code", pl.lit("").alias("level"), "nights")])  # fmt: skip
    nights = slept.group_by("la_code").agg(
        all_nights=pl.col("nights").sum(), paid=pl.col("nights").filter(pl.col("level") == "child").sum()
    )
    keys = list(WHOSE)
    found = (
        found.join(whole.rename({"gross": "whole"}), on=keys, how="left")
        .join(_means(cube), on=keys, how="left")
        .join(_medians(cube), on=keys, how="left")
        .join(nights, on="la_code", how="left")
        .with_columns(pl.col("all_nights", "paid").fill_null(0), priced_nights=pl.col("nights"))
    )
    if found.is_empty():
        found = pl.concat([found, pl.DataFrame({name: [0] for name in _COUNTS})], how="diagonal_relaxed")
    priced = pl.col("price_year").is_not_null()
    return (
        found.with_columns(
            cohort=pl.lit(cohort.name),
            chosen=pl.lit(cohort.chosen),
            share_of_gross=_share("gross", "whole"),
            paid_share=_share("paid", "all_nights"),
            fully_priced_children=pl.when(priced).then(pl.col("fully_priced_children").fill_null(0)),
        )
        .with_columns(pl.col(*_COUNTS).fill_null(0).cast(pl.Int64))
        .sort(*keys, nulls_last=True)
        .select(column.name for column in COLUMNS)
    )


def _share(part: str, whole: str) -> pl.Expr:
    return pl.when(pl.col(whole) > 0).then((pl.col(part) / pl.col(whole)).round(6))


def _means(cube: Cube) -> pl.DataFrame:
    """Gross a child, of children none of whose nights lacks a price: half a price is not what they cost."""
    gross = pl.col("pence").filter(pl.col("part") == "gross").sum()
    whole = cube.lines.group_by(*_WHO, "price_year").agg(gross=gross)
    priced = whole.join(cube.unpriced.select(_WHO), on=_WHO, how="anti")
    spent, who = pl.col("gross").sum(), pl.len().cast(pl.Int64)
    mean = pl.when(spent != 0).then((2 * spent + who).floordiv(2 * who))
    return priced.group_by(WHOSE).agg(fully_priced_children=who, mean_per_child=mean)


def _medians(cube: Cube) -> pl.DataFrame:
    """The middle one of the children's average weeks; a child counts once, over all its placements."""
    keys = [*_WHO, "price_year"]
    spent = cube.lines.filter(of_placements()).group_by(keys).agg(placement_costs())
    slept = cube.nights.group_by(keys).agg(pl.col("nights").sum())
    weeks = spent.join(slept, on=keys).with_columns(week=week("placement_cost", "nights"))
    return (
        weeks.drop_nulls("week").group_by(WHOSE).agg(median_week=rounded(pl.col("week").median()))
    )  # fmt: skip


def month_costs(ledger: pl.DataFrame, unpriced: pl.DataFrame) -> pl.DataFrame:
    """What keeps placements by month: la_code, price_year, month, placement_cost, left_out.

    Args:
        ledger, unpriced: of a cohort, as `tables.costs.LEDGER` and `COST_UNPRICED`.
    """
    mine = ledger.with_columns(part=part()).filter(of_placements()).with_columns(n_lines=_ONE)
    others, touched = told_apart(mine, unpriced)
    frames = [others.with_columns(unpriced=pl.lit(False))]
    if len(touched):
        frames.append(parted(touched, unpriced)[0].select(frames[0].columns))
    return pl.concat(frames).group_by(*WHOSE, "month").agg(placement_costs())


def _groups(cube: Cube, by_month: pl.DataFrame, providers: pl.DataFrame) -> pl.DataFrame:
    of_placement = providers.select(*PLACEMENT, "provider_id").unique(PLACEMENT, keep="last")

    def named(frame: pl.DataFrame) -> pl.DataFrame:
        return frame.join(of_placement, on=PLACEMENT, how="left", nulls_equal=True)

    kept = pl.lit("lac.3").alias("process")
    known = replace(
        cube,
        lines=named(cube.lines),
        nights=named(cube.nights).with_columns(kept),
        unpriced=named(cube.unpriced).with_columns(kept),
    )
    provider = (
        pl.when(pl.col("placement_type").is_null())
        .then(pl.lit(NO_PLACEMENT))
        .otherwise(pl.col("provider_id").fill_null(NOT_KNOWN))
    )
    groups = (pl.col("need_group"), placement_label(), provider_label(), provider, pl.col("process"))
    found = [_divided(by, known, group) for by, group in zip(BY, groups, strict=False)]
    found.append(_by_month(known, by_month))
    whole = pl.col("gross").sum().over("by", *WHOSE)
    told = [frame.select(pl.lit(by).alias("by"), pl.all()) for by, frame in zip(BY, found, strict=True)]
    return (
        pl.concat(told, how="diagonal_relaxed")
        .with_columns(
            share_of_gross=pl.when(whole > 0).then((pl.col("gross") / whole).round(6)),
            order=pl.col("by").replace_strict({by: at for at, by in enumerate(BY)}),
        )
        .sort("order", *WHOSE, "group", nulls_last=True)
        .select(column.name for column in GROUP_COLUMNS)
    )


def _divided(by: str, cube: Cube, group: pl.Expr) -> pl.DataFrame:
    frame, _ = by_group(cube, group, "group")
    return pl.concat([frame, _beside_no_money(cube, group, "group")], how="diagonal_relaxed")


def _by_month(cube: Cube, spent: pl.DataFrame) -> pl.DataFrame:
    frame = (
        month_table(cube)
        .frame.join(spent, on=[*WHOSE, "month"], how="left")
        .with_columns(pl.col("placement_cost", "left_out").fill_null(0))
        .with_columns(average_week=week("placement_cost", "nights"))
        .rename({"month": "group"})
    )
    without = cube.unpriced_seen.filter(span="month").join(cube.lines, on="la_code", how="anti")
    more = without.select(
        "la_code", pl.col("when").alias("group"), unpriced_nights="nights", unpriced_children="children"
    )
    return pl.concat([frame, more], how="diagonal_relaxed")


def _beside_no_money(cube: Cube, group: pl.Expr, name: str) -> pl.DataFrame:
    """Nights without a price of authorities of which the cohort has no line."""
    without = cube.unpriced.with_columns(group.alias(name)).join(cube.lines, on="la_code", how="anti")
    return without.group_by("la_code", name).agg(
        unpriced_nights=pl.col("nights").sum(),
        unpriced_children=pl.col("child_id").n_unique().cast(pl.Int64),
    )


def nothing_like(cohort: Cohort, seen: dict[str, list[str]]) -> list[str]:
    """A sentence for each value of a filter that the run does not hold at all.

    Args:
        seen: of each column of `cohorts.OF_THE_RUN` the values that occur.
    """
    return [
        f"{cohort.name}: nothing in this costing has {column}={value}; it has"
        f" {', '.join(seen[column]) or 'none at all'}."
        for column, values in cohort.filter.pairs
        if column in seen
        for value in values
        if value and value not in seen[column]
    ]


def cohorts_table(found: Sequence[CohortFound]) -> CostTable:
    """All cohorts, a row each for an authority and price year; no totals, since cohorts may overlap."""
    frame = pl.concat([one.summary for one in found], how="vertical_relaxed")
    notes = (
        "Cohorts may overlap, and so may the money of their rows: rows are not to be added.",
        "For the team only: the difference between cohorts that overlap can be a single child.",
        *(sentence for one in found for sentence in one.told),
    )
    return CostTable(COHORTS, "What was spent on each cohort that was asked for", frame, COLUMNS, notes=notes)


def groups_table(number: int, found: CohortFound, labels: Mapping[str, str] | None = None) -> CostTable:
    """One cohort divided by one thing at a time, each with its total.

    Args:
        number: 1 for the first cohort.
        labels: what to call a process.
    """
    keys = ["by", *WHOSE]
    named = found.groups.with_columns(
        group=pl.when(pl.col("by") == "Process")
        .then(pl.col("group").replace(labels or {}))
        .otherwise("group")
    )
    whole = found.summary.select(*WHOSE, "children", "average_week", "unpriced_nights", "unpriced_children")
    totals = named.select(keys).unique().join(whole, on=WHOSE, how="left", nulls_equal=True)
    title = f"Cohort {found.cohort.title}, divided by one thing at a time"
    return CostTable(f"Cohort {number}", title, named, GROUP_COLUMNS, totals, found.told, tuple(keys))


def pounds_of(frame: pl.DataFrame, kind: pl.DataType) -> pl.DataFrame:
    """Money columns of pence as pounds."""
    names = {*MONEY, "placement_cost", "left_out", "average_week", "median_week", "mean_per_child"}
    return frame.with_columns(
        pl.col(name).cast(kind) / 100 for name in frame.columns if name in names
    ).with_columns(pl.col(name).cast(kind) for name in frame.columns if name in names)
