"""What Annex A list 8 adds to care as SSDA903 tells it: an end after 31 March, an earlier start, a move.

SSDA903 wins, and the silence of list 8 closes nothing. Source: the design's section on SSDA903, "With
Annex A".
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import polars as pl

from childjourneys.issues import Issue
from childjourneys.merging.care_before import placed_before
from childjourneys.merging.care_words import warnings_at
from childjourneys.merging.facts import CHILD, PLACE, place_text
from childjourneys.merging.near import NEAR_DAYS

PLACED = ("placement_type", "placement_provider", "legal_status")


@dataclass(frozen=True)
class WithList8:
    """Care of both returns.

    `chain`: the episodes, ended and gone on as list 8 says. `matched`: per period of `chain` the fact of
    list 8 that is the same one (`fact`, `period`), with `gives_start`. `ends`: per `period` the end that
    list 8 fills in. `starts`: per `period` the start that list 8 fills in for its first placement.
    `periods`, `placements`: facts of list 8 that are not in the chain. `also`: per row of the chain that
    begins a placement also in list 8, where.
    """

    chain: pl.DataFrame
    matched: pl.DataFrame
    ends: pl.DataFrame
    starts: pl.DataFrame
    periods: pl.DataFrame
    placements: pl.DataFrame
    also: pl.DataFrame
    issues: list[Issue]


def with_list8(chain: pl.DataFrame, periods: pl.DataFrame, placements: pl.DataFrame) -> WithList8:
    """Join list 8 to the periods of care of the chain.

    Args:
        chain: episodes of kind care, as `chained` gives them.
        periods: facts of list 8 with `fact`, start_date, end_date, open, end_unused and places.
        placements: placements of list 8 with `care_start_date`, the start of the period they belong to, and
            `seen`, the last extract date that has them.
    """
    last = chain.unique("period", keep="last", maintain_order=True)
    known = (
        chain.group_by("period", maintain_order=True)
        .agg(pl.col("last_as_at").max())
        .join(
            last.select(
                *CHILD, "period", "nowhere", final="is_last",
                until="end", state=pl.when("nowhere").then(pl.lit("unknown")).otherwise("open"),
            ),
            on="period",
            maintain_order="left",
        )
        .join(
            chain.filter("starts_period").select("period", "start", "start_known"),
            on="period",
            maintain_order="left",
        )
    )  # fmt: skip
    matched = _matched(known, periods)
    pairs = matched.join(known, on="period", maintain_order="left").join(
        periods.select("fact", *_ended("")), on="fact", maintain_order="left"
    )
    fills = pairs.filter(_fills())
    contradicts = pairs.filter(~_fills() & (pl.col("until") != pl.col("_end_date")).fill_null(True)).filter(
        pl.col("_end_date").is_not_null(), pl.col("_open") == "false"
    )
    issues = _contradictions(contradicts, "end_date", "end of care")
    chain = _ended_by(chain, fills)
    others = periods.join(matched.select("fact"), on="fact", how="anti", maintain_order="left")
    inside, rest = _of_periods(pairs, periods, placements)
    inside, before, starts = placed_before(chain, inside)
    chain, also, more = _moved_since(chain, inside, fills)
    rest = pl.concat([rest, before.select(rest.columns)])
    issues += more + _overlaps(known, others)
    return WithList8(chain, matched, _stated_ends(fills), starts, others, rest, also, issues)


def _ended(prefix: str) -> list[pl.Expr]:
    names = ("open", "end_date", "reason_ceased", *(f"end_date_{part}" for part in (*PLACE, "also_in")))
    return [pl.col(prefix + name).alias(f"_{name}") for name in names]


def _fills() -> pl.Expr:
    """An end of list 8 that SSDA903 could not yet, or does not, give."""
    given = (pl.col("_open") == "false") & pl.col("_end_date").is_not_null()
    later = (pl.col("state") == "true") & (pl.col("_end_date") > pl.col("last_as_at"))
    unknown = (pl.col("state") == "unknown") & (pl.col("_end_date") >= pl.col("until"))
    return (given & pl.col("final") & (later | unknown)).fill_null(False)


def _matched(known: pl.DataFrame, periods: pl.DataFrame) -> pl.DataFrame:
    """`period`, `fact`, `gives_start`: equal starts, else for a start not known the latest one before it."""
    first = periods.unique([*CHILD, "start_date"], keep="first", maintain_order=True)
    equal = known.join(
        first.select(*CHILD, "fact", start="start_date"), on=[*CHILD, "start"], maintain_order="left"
    ).select("period", "fact", gives_start=~pl.col("start_known"), earlier=pl.lit(False))
    left = first.join(equal.select("fact"), on="fact", how="anti")
    before = (
        known.filter(~pl.col("start_known"))
        .join(equal.select("period"), on="period", how="anti", maintain_order="left")
        .join(left.select(*CHILD, "fact", "start_date", "end_date"), on=CHILD, maintain_order="left")
        .filter(
            pl.col("start_date") < pl.col("start"),
            (pl.col("end_date") > pl.col("start")).fill_null(True),
        )
        .sort("period", "start_date", maintain_order=True)
        .unique("period", keep="last", maintain_order=True)
        .select("period", "fact", gives_start=pl.lit(True), earlier=pl.lit(True))
    )
    return pl.concat([equal, before]).sort("period")


def _stated_ends(fills: pl.DataFrame) -> pl.DataFrame:
    return fills.select(
        "period",
        "_end_date",
        "_reason_ceased",
        **{f"_{part}": pl.col(f"_end_date_{part}") for part in (*PLACE, "also_in")},
    )


def _ended_by(chain: pl.DataFrame, fills: pl.DataFrame) -> pl.DataFrame:
    """The last episode of a period ends as list 8 says, if it has no end of its own."""
    wanted = _stated_ends(fills).with_columns(is_last=pl.lit(True), _fill=pl.lit(True))
    filled = chain.join(wanted, on=["period", "is_last"], how="left", maintain_order="left")
    fill = pl.col("_fill").is_not_null() & (pl.col("open") != "false")
    return filled.with_columns(
        end=pl.when(fill).then("_end_date").otherwise("end"),
        open=pl.when(fill).then(pl.lit("false")).otherwise("open"),
        reason_episode_ceased=pl.when(fill).then("_reason_ceased").otherwise("reason_episode_ceased"),
        **{
            f"end_{part}": pl.when(fill).then(f"_{part}").otherwise(f"end_{part}")
            for part in (*PLACE, "also_in")
        },
    ).select(chain.columns)


def _of_periods(
    pairs: pl.DataFrame, periods: pl.DataFrame, placements: pl.DataFrame
) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Placements of list 8 in periods of SSDA903, with what is known of these; and all others."""
    starts = periods.select("fact", *CHILD, care_start_date="start_date").unique(
        [*CHILD, "care_start_date"], keep="first", maintain_order=True
    )
    of_period = placements.join(
        starts.join(
            pairs.select(
                "fact", "period", "last_as_at", "state", "until", "final", "start_known", "_end_date"
            ),
            on="fact",
        ).drop("fact"),
        on=[*CHILD, "care_start_date"],
        how="left",
        maintain_order="left",
    )
    rest = of_period.filter(pl.col("period").is_null()).select(placements.columns)
    return of_period.filter(pl.col("period").is_not_null()), rest


def _moved_since(
    chain: pl.DataFrame, mine: pl.DataFrame, fills: pl.DataFrame
) -> tuple[pl.DataFrame, pl.DataFrame, list[Issue]]:
    """Placements of list 8 in periods of SSDA903: the same one, a later one, or one that contradicts."""
    begun = chain.select("period", start_date="start", _there=pl.lit(True)).unique()
    mine = mine.join(begun, on=["period", "start_date"], how="left", maintain_order="left")
    there = pl.col("_there").is_not_null()
    also = mine.filter(there).select(
        "period",
        start="start_date",
        _also=pl.concat_str([place_text(), pl.col("also_in")], separator="; ", ignore_nulls=True),
    )
    later = (
        pl.col("final")
        & pl.col("state").is_in(["true", "unknown"])
        & (pl.col("start_date") > pl.col("last_as_at"))
        & ((pl.col("until") <= pl.col("start_date")) | (pl.col("state") == "true")).fill_null(True)
    )
    # A period that list 8 ended before its placement began is at fault itself.
    later &= (pl.col("_end_date") >= pl.col("start_date")).fill_null(True)
    new = mine.filter(~there & later).unique(["period", "start_date"], keep="first", maintain_order=True)
    issues = _contradictions(
        mine.filter(~there & ~later).select(
            *(pl.col(part).alias(f"_end_date_{part}") for part in ("file", "sheet", "row"))
        ),
        "placement_start_date",
        "placement",
    )
    return _appended(chain, new, fills), also, issues


def _appended(chain: pl.DataFrame, new: pl.DataFrame, fills: pl.DataFrame) -> pl.DataFrame:
    """The chain with later placements; the one before ended no later than the next began."""
    if new.is_empty():
        return chain
    rows = new.select(
        *CHILD, "period", *PLACED, *PLACE, "also_in", "last_as_at", start="start_date", kind=pl.lit("care"),
        starts_period=pl.lit(False), start_known=pl.lit(True), after_gap=pl.lit(False),
        first_known=pl.lit(False), is_last=pl.lit(False), nowhere=pl.lit(False), turn=pl.lit(0, pl.UInt32),
    )  # fmt: skip
    whole = pl.concat([chain, rows.select(name for name in chain.columns if name in rows.columns)],
                      how="diagonal").sort(*CHILD, "start", "turn", descending=[False, False, False, True],
                                           maintain_order=True)  # fmt: skip
    added = pl.col("source") == "annex_a"
    last = pl.col("period").is_last_distinct()
    following = pl.col("start").shift(-1)
    followed = added.shift(-1).fill_null(False) & ~last
    closes = followed & ((pl.col("end") > following).fill_null(True) | added)
    # The last one ends with care, if list 8 says when that was.
    whole = whole.join(_stated_ends(fills), on="period", how="left", maintain_order="left")
    takes = added & last
    ends = takes & pl.col("_end_date").is_not_null()
    carried = {"end": "_end_date", "reason_episode_ceased": "_reason_ceased"}
    carried |= {f"end_{part}": f"_{part}" for part in (*PLACE, "also_in")}
    return whole.with_columns(
        open=pl.when(closes)
        .then(pl.lit("unknown"))
        .when(takes)
        .then(pl.when(ends).then(pl.lit("false")).otherwise(pl.lit("true")))
        .otherwise("open"),
        **{
            name: pl.when(closes)
            .then(following if name == "end" else None)
            .when(ends)
            .then(stated)
            .otherwise(name)
            for name, stated in carried.items()
        },
    ).select(chain.columns)


def _overlaps(known: pl.DataFrame, others: pl.DataFrame) -> list[Issue]:
    """A warning at care of list 8 on days of a period of SSDA903 that is not the same one.

    Starts of up to three days apart have a warning of their own.
    """
    own = known.select(*CHILD, "start_known", _until="until", _from="start").sort("_from")
    # Periods of SSDA903 do not overlap, so the last one that began before the end is the one that could.
    never = pl.lit(date.max)
    found = others.with_columns(_by=pl.col("end_date").fill_null(never)).sort("_by").join_asof(
        own, left_on="_by", right_on="_from", by=list(CHILD), strategy="backward", allow_exact_matches=False,
        check_sortedness=False,
    )  # fmt: skip
    meets = pl.col("_from").is_not_null() & (pl.col("start_date") < pl.col("_until").fill_null(never))
    near = own.filter("start_known").select(*CHILD, _near="_from")
    found = found.filter(meets).sort("start_date").join_asof(
        near, left_on="start_date", right_on="_near", by=list(CHILD), strategy="nearest",
        tolerance=f"{NEAR_DAYS}d", check_sortedness=False,
    )  # fmt: skip
    return warnings_at(
        found.filter(pl.col("_near").is_null()),
        "care-overlaps",
        "SSDA903 has the child looked after on days of this period of care, under another start; they were "
        "kept as two.",
        "The same start of care in both returns.",
        "Find out which start is right and correct the case system.",
        "start_date",
    )


def _contradictions(rows: pl.DataFrame, column: str, what: str) -> list[Issue]:
    """A warning at the row of list 8."""
    return [
        Issue(
            "warning",
            "contradicts-care-return",
            file=str(row["_end_date_file"]),
            sheet=str(row["_end_date_sheet"]),
            row=row["_end_date_row"],
            column=column,
            what=f"SSDA903 tells this {what} otherwise; what it says was used.",
            expected="The same in both returns.",
            to_do="Find out which is right and correct the case system.",
        )
        for row in rows.sort("_end_date_file", "_end_date_sheet", "_end_date_row").iter_rows(named=True)
    ]
