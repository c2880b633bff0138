"""Placements of Annex A list 8 from before the first episode that SSDA903 has of a period of care.

Where the first known episode has RNE L, its placement began earlier on a day not known: list 8 fills that
blank when the two are the same placement. One that list 8 last showed before that episode, and that is
another, is a placement of its own; SSDA903 says nothing of those days. Source: the design's section on
SSDA903, "Chain", "Placements" and "With Annex A".
"""

from __future__ import annotations

import polars as pl

from childjourneys.merging.care_years import RUN_OFF, SUPPORTED
from childjourneys.merging.facts import PLACE

_MOVES = ("P", "T", "B", "U", "S")


def placed_before(
    chain: pl.DataFrame, placements: pl.DataFrame
) -> tuple[pl.DataFrame, pl.DataFrame, pl.DataFrame]:
    """Tell those from before the first known episode from the others.

    Args:
        chain: episodes of kind care, as `chained` gives them.
        placements: those of list 8 in periods of the chain, with `period`, `start_known` (of the period by
            SSDA903) and `seen`, the last extract date that has them.

    Returns:
        The others; those that are placements of their own, ended no later than the next begins; and per
        `period` the start of its first placement as list 8 fills it in, with its place. One that began on
        the day of the first known episode gives a start too, and stays among the others.
    """
    first = chain.filter("starts_period").select(
        "period",
        _first="start",
        _by_law=pl.col("first_known") & (pl.col("reason_new_episode") == "L").fill_null(False),
        _first_type="placement_type",
    )
    moves = chain.filter(~pl.col("starts_period"), pl.col("reason_new_episode").is_in(list(_MOVES)))
    moved = moves.group_by("period").agg(_moved=pl.col("start").min())
    told = placements.with_row_index("_n").join(first, on="period", how="left", maintain_order="left")
    told = told.join(moved, on="period", how="left", maintain_order="left")
    early = ~pl.col("start_known") & (pl.col("start_date") >= pl.col("care_start_date"))
    old = told.filter(early, pl.col("start_date") <= pl.col("_first"))
    filler = (
        old.filter(_is_first())
        .sort("period", "start_date", maintain_order=True)
        .unique("period", keep="last", maintain_order=True)
    )
    old = old.filter(pl.col("start_date") < pl.col("_first")).join(
        filler.select("period", _filler="_n", _filled="start_date"),
        on="period",
        how="left",
        maintain_order="left",
    )
    limit = pl.when(pl.col("start_date") < pl.col("_filled")).then("_filled").otherwise("_first")
    fills = (pl.col("_n") == pl.col("_filler")).fill_null(False)
    ended = (pl.col("end_date") <= pl.col("_first")).fill_null(False)
    own = old.filter(~fills, (pl.col("seen") < pl.col("_first")) | ended).with_columns(_limit=limit)
    gone = [*own["_n"], *old.filter(fills)["_n"]]
    starts = filler.select("period", *(pl.col(name).alias(f"_{name}") for name in (*PLACE, "also_in")),
                           _start="start_date", _earlier=pl.col("start_date") < pl.col("_first"))  # fmt: skip
    others = told.filter(~pl.col("_n").is_in(gone)).select(placements.columns)
    return others, _ended(own), starts


def _is_first() -> pl.Expr:
    """Whether a placement of list 8 is the one in which the first known episode finds the child.

    An extract from after that episode shows the placement of its own day: it is, if the child has not moved
    since. An earlier one shows where the child was: it is, unless the kind of placement is another.
    """
    shown, now = pl.col("placement_type"), pl.col("_first_type")
    recoded = shown.is_in(list(RUN_OFF)) & (now == SUPPORTED)
    alike = (shown == now).fill_null(True) | recoded.fill_null(False)
    moved = (pl.col("_moved") <= pl.col("seen")).fill_null(False)
    return pl.col("_by_law") & pl.when(pl.col("seen") < pl.col("_first")).then(alike).otherwise(~moved)


def _ended(own: pl.DataFrame) -> pl.DataFrame:
    """Each ended no later than the next began, on a day not known unless list 8 gives an earlier one."""
    cut = (pl.col("end_date") > pl.col("_limit")).fill_null(True)
    places = [name for name in own.columns if name.startswith("end_date_")]
    return own.with_columns(
        end_date=pl.when(cut).then("_limit").otherwise("end_date"),
        open=pl.when(cut).then(pl.lit("unknown")).otherwise("open"),
        **{name: pl.when(~cut).then(name) for name in places},
    )
