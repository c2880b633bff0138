"""Nights without a price, told apart: neither they nor what was spent on them is in an average.

A night whose placement has no price may still have lines, of its social work say. They are in every sum, and
leave every average: half a price is not what a night costs.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import polars as pl

from childjourneys.costs.summaries.parts import of_placements
from childjourneys.costs.summaries.table import (
    AVERAGE_WEEK,
    CHILDREN,
    NIGHTS,
    PLACEMENT_COST,
    WHOSE,
    CostColumn,
)
from childjourneys.tables.costs import COST_UNPRICED

if TYPE_CHECKING:
    from childjourneys.costs.summaries.cube import Cube

UNPRICED_COLUMNS = (
    CostColumn("unpriced_nights", "count", "nights without a price, the same whatever money a row is in"),
    CostColumn("unpriced_children", "count", "children with such nights"),
)
LEFT_OUT = CostColumn(
    "left_out", "money", "lines of lac.3 of nights without a price: in gross, in no average", adds=True
)
# What a table of placements alone shows of each group.
PLACED_COLUMNS = (CHILDREN, NIGHTS, PLACEMENT_COST, AVERAGE_WEEK, *UNPRICED_COLUMNS, LEFT_OUT)
# What is no sum of the rows above it, and has to be counted again for the last row.
NOT_SUMS = (*WHOSE, "children", "average_week", "unpriced_nights", "unpriced_children")
_WHO = ["la_code", "child_id"]
_DAY = pl.Int64


def told_apart(ledger: pl.DataFrame, unpriced: pl.DataFrame) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Lines of LAC 3 that may hold nights without a price, apart from all others.

    Args:
        unpriced: as `tables.costs.COST_UNPRICED`.

    Returns:
        The others, and these.
    """
    if unpriced.is_empty():
        return ledger, ledger.clear()
    rows = ledger.select(*_WHO, "month", "process").with_row_index("row")
    months = unpriced.select(*_WHO, "month").unique()
    mine = (
        rows.filter(pl.col("process").cast(pl.String) == "lac.3")
        .join(months, on=[*_WHO, "month"], how="semi")
        .select("row")
        .to_series()
    )
    if mine.is_empty():
        return ledger, ledger.clear()
    here = pl.Series([False]).new_from_index(0, len(ledger)).scatter(mine, True)
    return ledger.filter(~here), ledger.filter(here)


def parted(lines: pl.DataFrame, unpriced: pl.DataFrame) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Lines cut where nights without a price begin and end.

    Args:
        lines: as `told_apart` gives them; each lies in one month.

    Returns:
        The lines twice at most, with the money of nights with a price and, `unpriced`, of those without;
        `n_lines` is 1 in one of the two. And lines of nights, with the dates of what has a price only.
    """
    numbered = lines.with_row_index("row")
    lacking = unpriced.select(*_WHO, "month", gap="date_from", gap_to="date_to")
    met = (
        numbered.select("row", *_WHO, "month", "date_from", "date_to")
        .join(lacking, on=[*_WHO, "month"])
        .filter((pl.col("gap") <= pl.col("date_to")) & (pl.col("gap_to") >= pl.col("date_from")))
        .sort("row", "gap")
    )
    begin, end = pl.max_horizontal("gap", "date_from"), pl.min_horizontal("gap_to", "date_to")
    lost = met.group_by("row").agg(lost=_nights(begin, end).sum())
    counted = numbered.join(lost, on="row", how="left").with_columns(
        pl.col("lost").fill_null(0), length=_nights(pl.col("date_from"), pl.col("date_to"))
    )
    pence, taken, length = pl.col("pence"), pl.col("lost"), pl.col("length")
    without = (2 * pence * taken + length).floordiv(2 * length)
    one = pl.lit(1, dtype=pl.Int64)
    money = pl.concat(
        [
            counted.filter(taken < length).with_columns(
                pence=pence - without, n_lines=one, unpriced=pl.lit(False)
            ),
            counted.filter(taken > 0).with_columns(
                pence=without, n_lines=(taken == length).cast(pl.Int64), unpriced=pl.lit(True)
            ),
        ]
    )
    return money.drop("row", "lost", "length"), _pieces(numbered, met)


def _pieces(numbered: pl.DataFrame, met: pl.DataFrame) -> pl.DataFrame:
    """What of lines lies before, between and after the nights without a price."""
    day = pl.duration(days=1)
    after = pl.col("gap_to").shift(1).over("row") + day
    before = met.select(
        "row", pl.coalesce(after, "date_from").alias("date_from"), date_to=pl.col("gap") - day
    )
    last = met.group_by("row").agg(pl.col("gap_to").max() + day, pl.col("date_to").first())
    tails = last.select("row", pl.col("gap_to").alias("date_from"), "date_to")
    cut = pl.concat([before, tails]).filter(pl.col("date_from") <= pl.col("date_to"))
    of_nights = numbered.filter(pl.col("nights").is_not_null())
    whole = of_nights.join(met.select("row"), on="row", how="anti")
    parts = of_nights.drop("date_from", "date_to").join(cut, on="row").select(whole.columns)
    return pl.concat([whole, parts]).drop("row")


def _nights(first: pl.Expr, last: pl.Expr) -> pl.Expr:
    return (last - first).dt.total_days().cast(_DAY) + 1


def nobody() -> pl.DataFrame:
    """No night without a price."""
    return COST_UNPRICED.empty()


def whose_of(cube: Cube) -> pl.DataFrame:
    """Authorities and price years beside which nights without a price stand: those whose money keeps
    placements; where there is none, all of the authority."""
    kept, whole = (frame.select(WHOSE).unique() for frame in (cube.lines.filter(of_placements()), cube.lines))
    return pl.concat([kept, whole.join(kept, on="la_code", how="anti")])


def with_unpriced(
    frame: pl.DataFrame, unpriced: pl.DataFrame, whose: pl.DataFrame, keys: Sequence[str] = ()
) -> pl.DataFrame:
    """A table with `unpriced_nights` and `unpriced_children` of each group.

    Args:
        unpriced: la_code, child_id, nights, and the keys.
        whose, keys: as `beside`.
    """
    found = unpriced.group_by("la_code", *keys).agg(
        unpriced_nights=pl.col("nights").sum(),
        unpriced_children=pl.col("child_id").n_unique().cast(pl.Int64),
    )
    return beside(frame, found, whose, keys)


def beside(
    frame: pl.DataFrame, found: pl.DataFrame, whose: pl.DataFrame, keys: Sequence[str] = ()
) -> pl.DataFrame:
    """Counts of nights without a price beside the money of each group.

    Such a night is in no money: it stands beside that of each price year. Groups that have nothing else get
    rows beside the money that keeps placements.

    Args:
        found: la_code, the keys, unpriced_nights, unpriced_children.
        whose: as `whose_of`.
        keys: the groups.
    """
    groups = ["la_code", *keys]
    names = ["unpriced_nights", "unpriced_children"]
    known = frame.join(found, on=groups, how="left", nulls_equal=True)
    if keys:
        more = found.join(whose, on="la_code").join(frame, on=[*WHOSE, *keys], how="anti", nulls_equal=True)
        known = pl.concat([known, more], how="diagonal")
    sums = [name for name in known.columns if name in _ADDED]
    return known.with_columns(pl.col(*names, *sums).fill_null(0))


_ADDED = (
    "children", "nights", "gross", "contributions", "grant", "net", "other_agencies", "placement_cost",
    "left_out", "placements",
)  # fmt: skip
