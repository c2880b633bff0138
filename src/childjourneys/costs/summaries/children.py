"""Tables with a row per child or placement: for the team only."""

from __future__ import annotations

import polars as pl

from childjourneys.costs.summaries.cube import Cube
from childjourneys.costs.summaries.kinds import placement_label
from childjourneys.costs.summaries.parts import ADDED, part
from childjourneys.costs.summaries.table import (
    LA,
    MONEY_COLUMNS,
    PLACEMENT_COST,
    PRICE_YEAR,
    WHOSE,
    CostColumn,
    CostTable,
    select,
)

HIGH_WEEK = 10_000_00  # pence: the marker of the LGA's survey of 2023
COSTLIEST = 10
_CHILD = CostColumn("child_id", "text", "identifier of the child in its authority")
_NEED = CostColumn("need_group", "text", "the whole combination of needs, or none")
_PENCE = {f"{name}_pence": name for name in ("gross", "contributions", "grant", "net")}
_ITEM = (
    "la_code", "child_id", "price_year", "period_of_care", "placement_no", "placement_type", "process",
    "entry_id", "unit", "unit_cost", "uplift_factor", "agency", "price_basis",
)  # fmt: skip


def children_table(cube: Cube) -> CostTable:
    """One row per child and price year, as cost_children.csv; children without a price among them."""
    frame = cube.children.rename(_PENCE)
    columns = (
        LA,
        _CHILD,
        _NEED,
        PRICE_YEAR,
        CostColumn("nights", "count", "nights in placements, the same on each row of the child"),
        *MONEY_COLUMNS[:4],
        CostColumn("unpriced_nights", "count", "of these, nights without a price"),
    )
    title = "What was spent on each child"
    totals = frame.select(WHOSE).unique()
    return CostTable("Children", title, select(frame, columns, "child_id"), columns, totals)


def itemised(ledger: pl.DataFrame) -> pl.DataFrame:
    """What each placement and process of a child came to: how many (a) times what one costs (b).

    Lines of one entry at one unit cost are added up. In the order in which they began. Weeks are the nights
    of all lines / 7, so that the rounding of each month's quantity does not add up too.
    """
    keys = [pl.col(name).cast(pl.String) if name in _TEXTS else pl.col(name) for name in _ITEM]
    weeks = (pl.col("nights") * 2_000_000 + 7).floordiv(14)
    by_week = (pl.col("unit") == "week") & (pl.col("nights") > 0)
    return (
        ledger.group_by(keys)
        .agg(
            pl.col("date_from").min(),
            pl.col("date_to").max(),
            pl.when(pl.col("nights").is_not_null().any()).then(pl.col("nights").sum()),
            pl.col("millionths", "pence").sum(),
            rules=pl.col("rule").cast(pl.String).unique().sort().str.join(", "),
        )
        .with_columns(millionths=pl.when(by_week).then(weeks).otherwise("millionths"))
        .sort("la_code", "child_id", "date_from", "process", "entry_id", "unit_cost", "uplift_factor")
    )


_TEXTS = (
    "price_year", "placement_type", "process", "entry_id", "unit", "unit_cost", "agency", "price_basis",
)  # fmt: skip


def itemised_table(ledger: pl.DataFrame) -> CostTable:
    """Every child's items, added up to the penny."""
    frame = itemised(ledger).with_columns(
        amount=pl.col("pence"),
        quantity=pl.col("millionths").cast(pl.Decimal(20, 6)) / 1_000_000,
        placement_type=placement_label(),
    )
    columns = (
        LA,
        _CHILD,
        PRICE_YEAR,
        CostColumn("period_of_care", "count", "from 1; blank: not in care"),
        CostColumn("placement_no", "count", "from 1 within the period of care; blank: no placement"),
        CostColumn("placement_type", "text", "code of PLACE and what it means"),
        CostColumn("process", "text", "what was done or provided"),
        CostColumn("entry_id", "text", "the price that was used"),
        CostColumn("date_from", "day", "first night or day"),
        CostColumn("date_to", "day", "last night or day"),
        CostColumn("nights", "count", "nights; blank for events"),
        CostColumn("quantity", "decimal", "a: how many units"),
        CostColumn("unit", "text", "the unit"),
        CostColumn("unit_cost", "decimal", "b: pounds for one unit, in the price's own year"),
        CostColumn("uplift_factor", "decimal", "from the price's own year to the price year"),
        CostColumn("amount", "money", "a x b x the factor, rounded once for each span", adds=True),
        CostColumn("agency", "text", "who bears it"),
        CostColumn("price_basis", "text", "child, contract, authority or default"),
        CostColumn("rules", "text", "the rules that made it"),
    )
    order = ("child_id", "date_from", "process", "entry_id")
    title = "How each child's amount is made: quantity times unit cost"
    return CostTable("Itemised", title, select(frame, columns, *order), columns, frame.select(WHOSE).unique())


def running_cost(ledger: pl.DataFrame) -> pl.DataFrame:
    """Month by month what was spent on each child so far, from its first month on, a series per price year.

    Returns:
        la_code, child_id, price_year, month, gross, contributions, grant, net, other_agencies (pence), and
        running_gross, running_net.
    """
    keys = ("la_code", "child_id", "price_year", "month")
    lines = ledger.select(
        *(pl.col(name).cast(pl.String) for name in keys), "pence", part=part()
    )  # fmt: skip
    sums = [pl.col("pence").filter(pl.col("part") == name).sum().alias(name) for name in ADDED]
    frame = lines.group_by(keys).agg(sums).sort(keys)
    series = keys[:3]
    return frame.with_columns(net=pl.col("gross") + pl.col("contributions") + pl.col("grant")).with_columns(
        running_gross=pl.col("gross").cum_sum().over(series),
        running_net=pl.col("net").cum_sum().over(series),
    )


def costliest_table(cube: Cube) -> CostTable:
    """The ten children with the highest gross cost of each authority and price year."""
    whole = pl.col("gross").sum().over(WHOSE)
    spent = (
        cube.children.filter(pl.col("price_year").is_not_null() & (pl.col("gross_pence") > 0))
        .rename(_PENCE)
        .sort(*WHOSE, "gross", "child_id", descending=[False, False, True, False])
        .with_columns(
            share_of_gross=pl.when(whole > 0).then(pl.col("gross") / whole),
            rank=pl.int_range(1, pl.len() + 1, dtype=pl.Int64).over(WHOSE),
        )
        .filter(pl.col("rank") <= COSTLIEST)
    )
    columns = (
        LA,
        PRICE_YEAR,
        CostColumn("rank", "count", "1: the highest gross cost"),
        _CHILD,
        _NEED,
        CostColumn("nights", "count", "nights in placements"),
        *MONEY_COLUMNS[:4],
        CostColumn("share_of_gross", "percent", "of the gross cost of all children in that price year"),
        CostColumn("unpriced_nights", "count", "nights without a price"),
    )
    return CostTable(
        "Costliest children", "The ten costliest children", select(spent, columns, "rank"), columns
    )


def high_cost_table(weeks: pl.DataFrame) -> CostTable:
    """Placements with an average week of 10,000 pounds or more, in the money of each price year."""
    dear = weeks.filter(pl.col("week") >= HIGH_WEEK).with_columns(
        placement_type=placement_label(), average_week=pl.col("week")
    )
    columns = (
        LA,
        PRICE_YEAR,
        _CHILD,
        CostColumn("period_of_care", "count", "from 1"),
        CostColumn("placement_no", "count", "from 1 within the period of care"),
        CostColumn("placement_type", "text", "code of PLACE and what it means"),
        CostColumn("provider_id", "text", "the provider"),
        CostColumn("in_out_area", "text", "in or out"),
        _NEED,
        CostColumn("nights", "count", "nights that are priced", adds=True),
        PLACEMENT_COST,
        CostColumn("average_week", "money", "placement_cost / nights x 7"),
    )
    order = ("child_id", "period_of_care", "placement_no")
    title = "Placements at 10,000 pounds a week or more"
    totals = dear.select(WHOSE).unique()
    return CostTable("10,000 a week", title, select(dear, columns, *order), columns, totals)
