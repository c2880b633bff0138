"""Facts that only two tables together can tell, worked out before events are made."""

from __future__ import annotations

import polars as pl

from childjourneys.journeys.adoptions import adoption_steps
from childjourneys.merging.facts import CHILD, PLACE, place_text

Tables = dict[str, pl.DataFrame]
NOT_IN_NEED = ("RC8", "RC9")
_RECORDS = (
    "contact", "early_help_assessment", "need_episode", "assessment", "s47_enquiry", "icpc", "cin_plan",
    "cp_plan", "cp_review", "period_of_care", "lac_review", "placement", "adoption", "care_leaver", "missing",
    "short_break", "placed_decision", "leaver_contact",
)  # fmt: skip


def prepare(tables: Tables) -> Tables:
    """The canonical tables with what events need: conferences, support, referrals while a case is open."""
    tables = _numbered(dict(tables))
    tables["need_episode"] = _while_open(tables["need_episode"])
    tables["cin_plan"] = _closed_with_case(tables["cin_plan"], tables["need_episode"])
    tables["assessment"] = _needs_support(tables)
    tables["conference"] = _conferences(tables["s47_enquiry"], tables["icpc"])
    return tables | adoption_steps(tables)


def _numbered(tables: Tables) -> Tables:
    """With `record`: a number that no other record of the children has, in this table or another."""
    first = 0
    for name in _RECORDS:
        tables[name] = tables[name].with_columns(record=pl.col("fact").cast(pl.Int64) + first)
        first += tables[name].height
    return tables


def _while_open(need: pl.DataFrame) -> pl.DataFrame:
    """Whether another need episode was open on the day of the referral: started before, not yet ended."""
    forever = pl.date(9999, 1, 1)
    cases = need.filter(_is_case()).select(
        *CHILD, date=pl.col("referral_date"), until=pl.col("closure_date").fill_null(forever)
    )
    by_day = (
        pl.concat(
            [cases, need.select(*CHILD, date=pl.col("referral_date"), until=pl.lit(None, dtype=pl.Date))]
        )
        .group_by(*CHILD, "date")
        .agg(pl.col("until").max())
        .sort(*CHILD, "date")
        .with_columns(_reach=pl.col("until").fill_null(pl.date(1, 1, 1)).cum_max().shift(1).over(CHILD))
        .select(*CHILD, referral_date="date", while_open=(pl.col("_reach") > pl.col("date")).fill_null(False))
    )
    return need.join(by_day, on=[*CHILD, "referral_date"], how="left", maintain_order="left")


def _is_case() -> pl.Expr:
    """A need episode that has a spell: from the census or list 6, not NFA, with a usable end."""
    return (
        pl.col("episode_start_date").is_not_null()
        & ~pl.col("nfa").fill_null(False)
        & ~pl.col("end_unused").fill_null(False)
    )


def _closed_with_case(plans: pl.DataFrame, need: pl.DataFrame) -> pl.DataFrame:
    """A census plan still open when Annex A list 6 closes its episode ends that day."""
    closed = need.filter(pl.col("list6_closed") & pl.col("dated_plans") & (pl.col("open") == "false")).select(
        *CHILD,
        "episode_id",
        _closed=pl.col("closure_date"),
        **{f"_{part}": pl.col(f"closure_date_{part}") for part in (*PLACE, "also_in")},
    )
    joined = plans.join(closed, on=[*CHILD, "episode_id"], how="left", maintain_order="left")
    ends = (
        (pl.col("open") == "true") & (pl.col("_closed") >= pl.col("start_date")) & ~pl.col("end_unused")
    ).fill_null(False)
    return joined.with_columns(
        end_date=pl.when(ends).then(pl.col("_closed")).otherwise(pl.col("end_date")),
        open=pl.when(ends).then(pl.lit("false")).otherwise(pl.col("open")),
        **{
            f"end_date_{part}": pl.when(ends).then(pl.col(f"_{part}")).otherwise(pl.col(f"end_date_{part}"))
            for part in (*PLACE, "also_in")
        },
    ).select(plans.columns)


def _needs_support(tables: Tables) -> pl.DataFrame:
    """Whether the assessment led to support: list 4's own answer, else what the census shows.

    In the census: `false` when the need episode closed RC8 or RC9, `true` when a plan of the episode
    starts on the day of authorisation or later, else blank.
    """
    assessments = tables["assessment"]
    reasons = tables["need_episode"].select(*CHILD, "episode_id", "closure_reason")
    plans = (
        pl.concat(
            [tables[name].select(*CHILD, "episode_id", "start_date") for name in ("cin_plan", "cp_plan")]
        )
        .drop_nulls("episode_id")
        .group_by(*CHILD, "episode_id")
        .agg(_last_plan=pl.col("start_date").max())
    )
    nested = pl.col("in_census") & pl.col("episode_id").is_not_null()
    shown = (
        pl.when(nested & pl.col("closure_reason").is_in(NOT_IN_NEED))
        .then(pl.lit(False))
        .when(nested & (pl.col("_last_plan") >= pl.col("authorised_date")))
        .then(pl.lit(True))
    )
    return (
        assessments.join(reasons, on=[*CHILD, "episode_id"], how="left", maintain_order="left")
        .join(plans, on=[*CHILD, "episode_id"], how="left", maintain_order="left")
        .with_columns(assessed_needs_support=pl.coalesce("assessed_needs_support", shown))
        .select(assessments.columns)
    )


def _conferences(enquiries: pl.DataFrame, standalone: pl.DataFrame) -> pl.DataFrame:
    """Every conference once: one given for the enquiry and again for the episode is one conference."""
    held = enquiries.filter(pl.col("icpc_date").is_not_null()).select(
        *CHILD,
        "icpc_date",
        "episode_id",
        "record",
        **{part: pl.col(f"icpc_date_{part}") for part in (*PLACE, "also_in")},
    )
    again = (
        standalone.with_columns(
            place=pl.concat_str([place_text(), pl.col("also_in")], separator="; ", ignore_nulls=True)
        )
        .group_by(*CHILD, "icpc_date", maintain_order=True)
        .agg(_again=pl.col("place").str.join("; "))
    )
    first = pl.int_range(pl.len()).over(*CHILD, "icpc_date") == 0
    held = held.join(again, on=[*CHILD, "icpc_date"], how="left", maintain_order="left").with_columns(
        also_in=pl.when(first & pl.col("_again").is_not_null())
        .then(pl.concat_str(["also_in", "_again"], separator="; ", ignore_nulls=True))
        .otherwise(pl.col("also_in"))
    )
    alone = standalone.join(held, on=[*CHILD, "icpc_date"], how="anti").select(
        *CHILD, "icpc_date", "episode_id", "record", *PLACE, "also_in"
    )
    return pl.concat([held.drop("_again"), alone])
