"""Canonical tables of care: the chain of episodes, periods of care, placements and short breaks."""

from __future__ import annotations

import polars as pl

from childjourneys.merging.care_with_list8 import WithList8
from childjourneys.merging.facts import CHILD, PLACE, place_text
from childjourneys.tables.care_chain import CARE_CHAIN

_END = (*PLACE, "also_in")
_BY_START = [*CHILD, "start_date", "period", "end_date", "source", "file", "sheet", "row"]


def periods_of(joined: WithList8, list8: pl.DataFrame, facts: pl.DataFrame) -> pl.DataFrame:
    """Periods of care of both returns, numbered by start, with `period` where they are in the chain.

    Args:
        joined: the chain with what list 8 adds.
        list8: all facts of list 8.
        facts: per `period` what other modules say of it: uasc, previous_permanence.
    """
    chain = joined.chain
    begun = chain.filter("starts_period").select(
        *CHILD, "period", "start_known", "legal_status", "category_of_need", *PLACE, "also_in",
        start_date="start",
    )  # fmt: skip
    ended = chain.unique("period", keep="last", maintain_order=True).select(
        "period",
        end_date="end",
        open=pl.when("nowhere").then(pl.lit("unknown")).otherwise("open"),
        reason_ceased="reason_episode_ceased",
        **{f"end_date_{part}": pl.when(pl.col("end").is_not_null()).then(f"end_{part}") for part in _END},
    )
    ended = _with_ends_of_list8(ended, joined.ends)
    own = begun.join(ended, on="period", how="left", maintain_order="left").join(
        facts, on="period", how="left", maintain_order="left"
    )
    own = _with_facts_of_list8(own, joined.matched, list8)
    rest = joined.periods.with_columns(
        period=pl.lit(None, dtype=pl.Int64),
        start_known=pl.lit(True),
        previous_permanence=pl.lit(None, dtype=pl.String),
    )
    whole = pl.concat([own, rest], how="diagonal_relaxed").sort(
        _BY_START, nulls_last=True, maintain_order=True
    )
    return whole.drop("fact").with_row_index("fact").with_columns(period_no=_counted(CHILD))


def _with_ends_of_list8(ended: pl.DataFrame, ends: pl.DataFrame) -> pl.DataFrame:
    """Care that went on after its last known placement ends as list 8 says."""
    filled = ended.join(ends, on="period", how="left", maintain_order="left")
    fill = pl.col("_end_date").is_not_null()
    stated = {"end_date": "_end_date", "reason_ceased": "_reason_ceased"}
    stated |= {f"end_date_{part}": f"_{part}" for part in _END}
    return filled.with_columns(
        open=pl.when(fill).then(pl.lit("false")).otherwise("open"),
        **{name: pl.when(fill).then(value).otherwise(name) for name, value in stated.items()},
    ).select(ended.columns)


def _with_facts_of_list8(own: pl.DataFrame, matched: pl.DataFrame, list8: pl.DataFrame) -> pl.DataFrame:
    """What list 8 says of the same periods: the start that SSDA903 does not know, and how things stand."""
    end_place = pl.concat_str(
        "end_date_file", "end_date_sheet", pl.col("end_date_row").cast(pl.String), separator="|"
    )
    of_list8 = matched.join(
        list8.with_columns(_place=_places(), _end_place=end_place).rename({"start_date": "_start"}),
        on="fact",
        how="left",
        maintain_order="left",
        suffix="_of_list8",
    ).drop("also_in", *CHILD)
    filled = own.join(of_list8, on="period", how="left", maintain_order="left", suffix="_of_list8")
    earlier = pl.col("earlier").fill_null(False)
    also = pl.concat_str(["also_in", "_place"], separator="; ", ignore_nulls=True)
    same_end = (pl.col("end_date") == pl.col("end_date_of_list8")) & (pl.col("end_date_source") != "annex_a")
    places = ("end_date_also_in", "_end_place", "end_date_also_in_of_list8")
    end_also = pl.concat_str(places, separator="; ", ignore_nulls=True)
    both = [name for name in own.columns if f"{name}_of_list8" in filled.columns]
    facts = {name: pl.coalesce(name, f"{name}_of_list8") for name in ("category_of_need", "uasc")}
    shown = filled.with_columns(
        start_known=pl.col("start_known") | pl.col("gives_start").fill_null(False),
        start_date=pl.when(earlier).then("_start").otherwise("start_date"),
        also_in=pl.when(earlier).then(None).otherwise(pl.when(also != "").then(also)),
        **{part: pl.when(earlier).then(f"{part}_of_list8").otherwise(part) for part in PLACE},
        end_date_also_in=pl.when(same_end).then(end_also).otherwise("end_date_also_in"),
        **facts,
    )
    extra = [name for name in list8.columns if name not in (*both, "fact", "start_date", *own.columns)]
    return shown.select(*own.columns, "fact", *extra)


def placements_of(
    placed: pl.DataFrame, joined: WithList8, periods: pl.DataFrame
) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Placements of both returns; and per `placement` of the chain its numbers and the id of its stay.

    `placement_id` is the number of the period and of the stay's first placement in it, such as `2.3`; a
    placement of list 8 outside any period has the day it began instead.
    """
    numbers = periods.filter(pl.col("period").is_not_null()).select("period", "period_no")
    own = placed.join(numbers, on="period", how="left", maintain_order="left").join(
        joined.also.unique(["period", "start"], keep="first", maintain_order=True),
        on=["period", "start"],
        how="left",
        maintain_order="left",
    )
    own = own.with_columns(
        also_in=pl.concat_str(["also_in", "_also"], separator="; ", ignore_nulls=True).replace("", None)
    ).rename({"start": "start_date", "end": "end_date"})
    own = _with_starts_of_list8(own, joined.starts)
    own = own.rename({f"end_{part}": f"end_date_{part}" for part in _END}).with_columns(
        pl.when(pl.col("end_date").is_not_null()).then(pl.col(f"end_date_{part}")) for part in _END
    )
    theirs = periods.sort(pl.col("period").is_not_null(), maintain_order=True).select(
        *CHILD, "period_no", care_start_date="start_date"
    )
    rest = joined.placements.join(
        theirs.unique([*CHILD, "care_start_date"], keep="first", maintain_order=True),
        on=[*CHILD, "care_start_date"],
        how="left",
        maintain_order="left",
    ).with_columns(
        start_known=pl.lit(True),
        under_a_day=(pl.col("start_date") == pl.col("end_date")) & (pl.col("open") == "false"),
        temporary=pl.col("placement_type").is_in(["T0", "T1", "T2", "T3", "T4"]),
    )
    whole = pl.concat([own, rest.drop("fact")], how="diagonal_relaxed").sort(
        *CHILD, "start_date", "placement", "end_date", "source", "file", "sheet", "row", nulls_last=True,
        maintain_order=True,
    )  # fmt: skip
    inside = pl.col("period_no").is_not_null()
    whole = whole.with_columns(placement_no=pl.when(inside).then(_counted([*CHILD, "period_no"])))
    firsts = whole.filter(pl.col("placement").is_not_null()).select(
        stay="placement", _first=pl.col("placement_no")
    )
    label = pl.concat_str(
        pl.col("period_no").cast(pl.String),
        pl.coalesce("_first", "placement_no").cast(pl.String),
        separator=".",
    )
    day = pl.concat_str(pl.col("start_date").dt.to_string("%Y-%m-%d"), _counted([*CHILD, "start_date"]),
                        separator="#")  # fmt: skip
    whole = whole.join(firsts, on="stay", how="left", maintain_order="left").with_columns(
        placement_id=pl.when(inside).then(label).otherwise(day)
    )
    ids = whole.filter(pl.col("placement").is_not_null()).select(
        "placement", "period_no", "placement_no", "placement_id", _reason="reason_place_change"
    )
    return whole.drop("_first").with_row_index("fact"), ids


def _with_starts_of_list8(placements: pl.DataFrame, starts: pl.DataFrame) -> pl.DataFrame:
    """The start of a period's first placement that SSDA903 does not know, as list 8 says."""
    if starts.is_empty():
        return placements
    filled = placements.join(starts, on="period", how="left", maintain_order="left")
    fill = pl.col("starts_period") & ~pl.col("start_known") & pl.col("_start").is_not_null()
    earlier = fill & pl.col("_earlier")
    return filled.with_columns(
        start_known=pl.col("start_known") | fill,
        start_date=pl.when(earlier).then("_start").otherwise("start_date"),
        under_a_day=pl.col("under_a_day") & ~earlier,
        **{part: pl.when(earlier).then(f"_{part}").otherwise(part) for part in (*PLACE, "also_in")},
    ).select(placements.columns)


def chain_of(care: pl.DataFrame, breaks: pl.DataFrame, ids: pl.DataFrame, rest: pl.DataFrame) -> pl.DataFrame:
    """The canonical chain: episodes of care, short breaks, and placements that only list 8 knows."""
    known = care.join(ids, on="placement", how="left", maintain_order="left").with_columns(
        pl.col("temporary", "resumes", "same_carer").fill_null(False), reason_place_change="_reason"
    )
    short = breaks.with_columns(
        starts_period=pl.lit(False), starts_placement=pl.lit(False), temporary=pl.lit(False),
        same_carer=pl.lit(False), resumes=pl.lit(False),
    )  # fmt: skip
    listed = rest.filter(~pl.col("end_unused").fill_null(False)).select(
        *CHILD, "open", "period_no", "placement_no", "placement_id", "legal_status", "placement_type",
        "placement_provider", *PLACE, "also_in", pl.col("temporary").fill_null(False), start="start_date",
        end="end_date", kind=pl.lit("care"), starts_period=pl.col("placement_no") == 1,
        starts_placement=pl.lit(True), same_carer=pl.lit(False), resumes=pl.lit(False),
        reason_episode_ceased=pl.lit(None, dtype=pl.String),
    ).with_columns(pl.col("starts_period").fill_null(False))  # fmt: skip
    whole = pl.concat([_in_chain(frame) for frame in (known, short, listed)])
    whole = whole.sort(
        *CHILD, "start", "_turn", "source", "file", "row", maintain_order=True, nulls_last=True,
        descending=[False, False, False, True, True, False, False],
    ).drop("_turn")  # fmt: skip
    if listed.is_empty():
        return whole
    # What list 8 tells from before the first known episode begins the period.
    first = pl.col("period_no").is_first_distinct().over(CHILD)
    return whole.with_columns(starts_period=pl.col("starts_period") & first)


def _in_chain(frame: pl.DataFrame) -> pl.DataFrame:
    kept = CARE_CHAIN.conform(frame.select(name for name in frame.columns if name in CARE_CHAIN.schema))
    turn = frame["turn"] if "turn" in frame.columns else pl.Series([0] * frame.height, dtype=pl.UInt32)
    return kept.with_columns(_turn=turn)


def short_breaks_of(breaks: pl.DataFrame) -> pl.DataFrame:
    """One row per episode of legal status V3 or V4."""
    return breaks.select(
        *CHILD, "open", "legal_status", *PLACE, "also_in", start_date="start", end_date="end",
        **{f"end_date_{part}": pl.when(pl.col("end").is_not_null()).then(f"end_{part}") for part in _END},
    ).with_row_index("fact")  # fmt: skip


def _counted(within: tuple[str, ...] | list[str]) -> pl.Expr:
    return pl.int_range(1, pl.len() + 1).over(within).cast(pl.Int64)


def _places() -> pl.Expr:
    return pl.concat_str([place_text(), pl.col("also_in")], separator="; ", ignore_nulls=True)
