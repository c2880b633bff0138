"""Episodes of care as an SSDA903 return counts them: a new one at every change of placement or status."""

from __future__ import annotations

import polars as pl

from childjourneys.synthetic.identifiers import home_postcode
from childjourneys.synthetic.truth import World

_ONE_PERIOD = "care_id"


def care_episodes(world: World) -> pl.DataFrame:
    """Every episode that the truth holds, whole: columns as of the module, dates as dates, and `care_id`.

    Short breaks (no `care_id`) are one episode each, with a start and an end of their own.
    """
    rows = pl.concat([_in_care(world), _short_breaks(world)])
    return rows.sort("CHILD", "DECOM")


def _in_care(world: World) -> pl.DataFrame:
    placements = world.placements.select(
        "care_id", "start_date", "placement_type", "provider", "postcode", "urn", "same_carer",
        "placement_id", "reason_change", placement_end="end_date",
    ).sort("start_date")  # fmt: skip
    statuses = _statuses(world).sort("start_date")
    days = pl.concat([placements.select("care_id", "start_date"), statuses.select("care_id", "start_date")])
    rows = days.unique().sort("start_date", "care_id")
    rows = rows.join_asof(placements, on="start_date", by="care_id", check_sortedness=False)
    rows = rows.join_asof(statuses, on="start_date", by="care_id", check_sortedness=False)
    periods = world.care_periods.select(
        "care_id", "child_id", "category_of_need", "uasc", "reason_ceased", care_end="end_date"
    )
    rows = rows.join(periods, on="care_id").sort("care_id", "start_date")
    moved = (pl.col("placement_id") != pl.col("placement_id").shift(1)).over(_ONE_PERIOD)
    changed = (pl.col("status_no") != pl.col("status_no").shift(1)).over(_ONE_PERIOD)
    rows = rows.with_columns(
        moved=moved, changed=changed, next_day=pl.col("start_date").shift(-1).over(_ONE_PERIOD)
    )
    end = pl.coalesce("next_day", "care_end")
    new = (
        pl.when(pl.col("moved").is_null()).then(pl.lit("S"))
        .when(pl.col("moved") & pl.col("changed"))
        .then(pl.when("same_carer").then(pl.lit("U")).otherwise(pl.lit("B")))
        .when("moved").then(pl.when("same_carer").then(pl.lit("T")).otherwise(pl.lit("P")))
        .otherwise(pl.lit("L"))
    )  # fmt: skip
    why = pl.when(pl.col("placement_end") == pl.col("next_day")).then("reason_change")
    return rows.join(_homes(world), on="child_id").select(
        CHILD="child_id", DECOM="start_date", RNE=new, LS="legal_status", CIN="category_of_need",
        PLACE="placement_type", PLACE_PROVIDER="provider", DEC=end,
        REC=pl.when(pl.col("next_day").is_not_null()).then(pl.lit("X1")).otherwise("reason_ceased"),
        REASON_PLACE_CHANGE=why, HOME_POST=pl.when(~pl.col("uasc")).then("home"), PL_POST="postcode",
        URN="urn", care_id="care_id",
    )  # fmt: skip


def _statuses(world: World) -> pl.DataFrame:
    """Legal statuses; one that only repeats the one before is none of its own."""
    rows = world.legal_statuses.sort("care_id", "start_date").select("care_id", "start_date", "legal_status")
    repeated = pl.col("legal_status") == pl.col("legal_status").shift(1)
    rows = rows.filter(~repeated.over(_ONE_PERIOD).fill_null(False))
    return rows.with_row_index("status_no")


def _short_breaks(world: World) -> pl.DataFrame:
    ended = pl.when(pl.col("end_date").is_not_null()).then(pl.lit("E4A"))
    none = pl.lit(None, dtype=pl.String)
    return world.short_breaks.select(
        CHILD="child_id", DECOM="start_date", RNE=pl.lit("S"), LS="legal_status", CIN=pl.lit("N2"),
        PLACE="placement_type", PLACE_PROVIDER="provider", DEC="end_date", REC=ended,
        REASON_PLACE_CHANGE=none, HOME_POST=none, PL_POST=none, URN=none,
        care_id=pl.lit(None, dtype=pl.Int64),
    )  # fmt: skip


def _homes(world: World) -> pl.DataFrame:
    children = world.children.select("child_id", "family_id")
    numbers = children["family_id"].str.slice(1).cast(pl.Int64).to_list()
    return children.select(
        "child_id", home=pl.Series([home_postcode(one) for one in numbers], dtype=pl.String)
    )
