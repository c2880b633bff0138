"""Children looked after: how many, starting, ceasing; and how long it took to be adopted."""

from __future__ import annotations

import polars as pl

from childjourneys.indicators.care_facts import columns, placements
from childjourneys.indicators.cases import (
    PERSON,
    counted,
    each_child,
    in_period,
    leave_out,
    lengths,
    open_at_end,
    proportion,
)
from childjourneys.indicators.facts import Facts
from childjourneys.indicators.front_door import Counts
from childjourneys.indicators.settings import IndicatorSettings
from childjourneys.merging.facts import CHILD

MANY_PLACEMENTS = 3
# Placed for adoption with the foster carer of before.
WITH_CARER = ("A3", "A5")
_PERIOD = {"start_date": pl.Date, "start_known": pl.Boolean}


def looked_after(facts: Facts, periods: pl.DataFrame, settings: IndicatorSettings) -> Counts:
    """Children looked after at the end of the period."""
    yield "", counted(each_child(open_at_end(facts.care, periods, settings.end_inclusive)))


def starts(facts: Facts, periods: pl.DataFrame, settings: IndicatorSettings) -> Counts:
    """Children who start in the period; the first start counts."""
    yield "", counted(each_child(in_period(facts.care_events("lac_start"), periods)))


def ends(facts: Facts, periods: pl.DataFrame, settings: IndicatorSettings) -> Counts:
    """Children who cease in the period; the last end counts."""
    yield "", counted(each_child(in_period(facts.care_events("lac_end"), periods)))


def placements_as_written(facts: Facts, periods: pl.DataFrame, settings: IndicatorSettings) -> Counts:
    """Children with three or more placements in 12 months by the number that list 8 gives."""
    cases = open_at_end(facts.care, periods, settings.end_inclusive)
    cases = each_child(leave_out(cases, pl.col("placements").is_null(), "not_recorded"))
    yield "", proportion(cases, pl.col("placements") >= MANY_PLACEMENTS)


def adoption(facts: Facts, periods: pl.DataFrame, settings: IndicatorSettings) -> Counts:
    """Days from entering care to moving in with the adopters, of children adopted in the period."""
    told = in_period(_adopted_from_care(facts), periods)
    listed = in_period(_adopted_by_list_10(facts), periods).join(told, on=PERSON, how="anti")
    cases = pl.concat([told, listed.select(told.columns)])
    cases = cases.sort(*PERSON, "date", "placed_date", nulls_last=True)
    again = pl.int_range(pl.len()).over(PERSON) > 0
    cases = leave_out(cases, again, "duplicate")
    cases = leave_out(cases, pl.col("care_start_date").is_null(), "care_start_not_known")
    for row, moved in (("", "placed_date"), ("foster_carer:", "with_carer_date")):
        mine = leave_out(cases, pl.col(moved).is_null(), "placed_not_known")
        mine = leave_out(mine, pl.col(moved) < pl.col("care_start_date"), "placed_before_care")
        mine = mine.with_columns(days=(pl.col(moved) - pl.col("care_start_date")).dt.total_days())
        for part in ("mean", "median"):
            yield row + part, lengths(mine, "days")


def _adopted_by_list_10(facts: Facts) -> pl.DataFrame:
    """child, date, care_start_date, placed_date, with_carer_date, left_out of the rows of list 10."""
    rows = facts.tables["adoption"].drop_nulls("order_date")
    return rows.select(
        *CHILD, "care_start_date", "placed_date", with_carer_date="placed_date", date="order_date",
        left_out=pl.lit(None, pl.String),
    )  # fmt: skip


def _adopted_from_care(facts: Facts) -> pl.DataFrame:
    """The same of the adoptions that SSDA903 tells.

    Moved in: the last placement for adoption in that period of care. With the carer's own foster child it
    may be counted from the start of the foster placement: `with_carer_date`.
    """
    care = columns(facts, "period_of_care", _PERIOD).drop_nulls("start_date")
    care = care.select(
        *CHILD,
        began="start_date",
        care_start_date=pl.when(pl.col("start_known").fill_null(True)).then("start_date"),
    ).sort("began", *CHILD)
    placed = facts.events.filter(pl.col("event") == "placed_for_adoption")
    placed = placed.select(*CHILD, placed_date="date").sort("placed_date", *CHILD)
    stays = placements(facts).with_columns(stay_since=pl.col("since").min().over(*CHILD, "stay"))
    homes = stays.filter(pl.col("placement_type").is_in(WITH_CARER)).select(
        *CHILD, "stay_since", placed_date="since"
    )
    homes = homes.unique([*CHILD, "placed_date"], keep="first", maintain_order=True)
    rows = facts.events.filter(pl.col("event") == "adopted", pl.col("source") == "ssda903")
    rows = rows.select(*CHILD, "date", left_out=pl.lit(None, pl.String)).sort("date", *CHILD)
    for other, day in ((care, "began"), (placed, "placed_date")):
        rows = rows.join_asof(
            other, left_on="date", right_on=day, by=list(CHILD), strategy="backward",
            check_sortedness=False, coalesce=False,
        )  # fmt: skip
    # A placement of earlier care is none of this one.
    placed_now = pl.when(pl.col("placed_date") >= pl.col("began")).then("placed_date")
    rows = rows.with_columns(placed_date=placed_now)
    rows = rows.join(homes, on=[*CHILD, "placed_date"], how="left", maintain_order="left")
    return rows.select(
        *CHILD, "care_start_date", "placed_date", "date", "left_out",
        with_carer_date=pl.coalesce("stay_since", "placed_date"),
    )  # fmt: skip
