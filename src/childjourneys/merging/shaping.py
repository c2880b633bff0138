"""Reported rows brought into the shape that a merge rule needs."""

from __future__ import annotations

import polars as pl

from childjourneys.merging import rules
from childjourneys.merging.facts import CHILD, MergeRule


def need_rows(episodes: pl.DataFrame, referrals: pl.DataFrame | None) -> pl.DataFrame:
    """Rows of lists 3 and 6 and of CINdetails in one frame, each saying what it is evidence of."""
    is_cin = pl.col("source") == "cin_census"
    day = pl.col("referral_date")
    stated = episodes.with_columns_seq(
        referral_event_date=pl.when(is_cin).then(day),
        list6_start_date=pl.when(~is_cin).then(day),
        episode_start_date=day,
        referral_team=pl.lit(None, dtype=pl.String),
        dated_plans=is_cin & (pl.col("as_at").dt.year() >= 2022),
        list6_closed=~is_cin & pl.col("closure_date").is_not_null(),
    ).drop("_marked", strict=False)
    if referrals is None:
        return stated
    listed = referrals.with_columns_seq(
        referral_event_date=day,
        referral_team=pl.col("team"),
        end_unused=pl.lit(False),
        dated_plans=pl.lit(False),
        list6_closed=pl.lit(False),
    )
    return pl.concat([shaped(stated, rules.NEED), shaped(listed, rules.NEED)])


def adopt_referral(rows: pl.DataFrame) -> pl.DataFrame:
    """Assessments of list 4 have no referral date: the n-th of a day takes that of the census's n-th."""
    known = rows.filter(pl.col("referral_date").is_not_null()).select_seq(
        *CHILD, "start_date", "referral_date"
    )
    unknown = rows.filter(pl.col("referral_date").is_null())
    if known.is_empty() or unknown.is_empty():
        return rows
    numbered = (
        known.unique()
        .sort(*CHILD, "start_date", "referral_date")
        .with_columns_seq(_n=pl.int_range(pl.len()).over(*CHILD, "start_date"))
    )
    content = list(rules.ASSESSMENT.table.names("value", "end", "status"))
    adopted = (
        unknown.sort(*CHILD, "start_date", "file", "sheet", *content, "row", nulls_last=True)
        .with_columns_seq(_n=pl.int_range(pl.len()).over("file", "sheet", *CHILD, "start_date"))
        .drop("referral_date")
        .join(numbered, on=[*CHILD, "start_date", "_n"], how="left", maintain_order="left")
        .select_seq(rows.columns)
    )
    return pl.concat([rows.filter(pl.col("referral_date").is_not_null()), adopted])


def shaped(rows: pl.DataFrame, rule: MergeRule) -> pl.DataFrame:
    """The columns that a rule needs; those the rows lack are null."""
    return rows.select_seq(
        pl.col(name) if name in rows.columns else pl.lit(None, dtype=kind).alias(name)
        for name, kind in row_schema(rule).items()
    )


def row_schema(rule: MergeRule) -> dict[str, pl.DataType | type[pl.DataType]]:
    schema = {name: kind for name, kind in rule.table.schema.items() if name != "child_id"}
    schema |= {"la_code": pl.String, "child_id": pl.String, "source": pl.String, "file": pl.String}
    schema |= {"return_no": pl.Int32, "as_at": pl.Date, "fact_rank": pl.Int32, "status_rank": pl.Int32}
    schema |= dict(rule.extra) | dict.fromkeys(rule.flags, pl.Boolean)
    return schema
