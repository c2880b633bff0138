"""Referrals: how many, how many come again, what became of them, who made them."""

from __future__ import annotations

from collections.abc import Iterator

import polars as pl

from childjourneys.domain.codes import code_set
from childjourneys.indicators.cases import PERSON, counted, endings, in_period, leave_out, proportion, shares
from childjourneys.indicators.facts import Facts
from childjourneys.indicators.settings import IndicatorSettings
from childjourneys.journeys.prepare import NOT_IN_NEED
from childjourneys.merging.facts import CHILD

Counts = Iterator[tuple[str, pl.DataFrame]]
HORIZONS = ("6m", "12m", "24m", "36m")
DECIDED = "6mo"


def referrals(facts: Facts, periods: pl.DataFrame, settings: IndicatorSettings) -> Counts:
    """New referrals received in the period."""
    yield "", counted(in_period(facts.referrals, periods))


def re_referrals(facts: Facts, periods: pl.DataFrame, settings: IndicatorSettings) -> Counts:
    """New referrals with another one of the child 1 day to 12 months before."""
    yield "", proportion(re_referral_cases(facts, periods, settings))


def children_re_referred(facts: Facts, periods: pl.DataFrame, settings: IndicatorSettings) -> Counts:
    """Children with such a referral, of those with any new one."""
    cases = re_referral_cases(facts, periods, settings).filter(pl.col("left_out").is_null())
    children = cases.group_by(PERSON).agg(pl.col("counts").any(), left_out=pl.lit(None, pl.String))
    yield "", proportion(children)


def re_referral_cases(facts: Facts, periods: pl.DataFrame, settings: IndicatorSettings) -> pl.DataFrame:
    """Referrals of each period; `counts` where another one of the child came in the 12 months before."""
    earlier = facts.new_referrals
    if not settings.count_nfa_previous:
        earlier = earlier.filter(~pl.col("nfa").fill_null(False))
    cases = in_period(facts.referrals, periods).sort("date", *CHILD)
    found = cases.join_asof(
        earlier.select(*CHILD, "date", earlier="date"),
        on="date",
        by=list(CHILD),
        strategy="backward",
        allow_exact_matches=False,
        check_sortedness=False,
    )
    return found.with_columns(
        counts=(pl.col("earlier") >= pl.col("date").dt.offset_by("-12mo")).fill_null(False)
    )


def no_further_action(facts: Facts, periods: pl.DataFrame, settings: IndicatorSettings) -> Counts:
    """New referrals flagged as no further action, of those with the flag filled in."""
    yield "", proportion(no_further_action_cases(facts, periods, settings))


def no_further_action_cases(facts: Facts, periods: pl.DataFrame, settings: IndicatorSettings) -> pl.DataFrame:
    """Referrals of each period; `counts` where they are flagged."""
    cases = in_period(facts.referrals, periods)
    return leave_out(cases, pl.col("nfa").is_null(), "not_recorded").with_columns(counts=pl.col("nfa"))


def assessed_not_in_need(facts: Facts, periods: pl.DataFrame, settings: IndicatorSettings) -> Counts:
    """Assessed, no plan, and closed as not in need by the end of the period; and within 6 months."""
    cases = not_in_need_cases(facts, periods, settings)
    yield "", proportion(cases)
    limit = pl.col("date").dt.offset_by(DECIDED)
    followed = leave_out(cases, limit > pl.col("seen_to"), "follow_up_not_seen")
    yield "within_6m", proportion(followed, pl.col("fits") & (pl.col("closure_date") <= limit))


def not_in_need_cases(facts: Facts, periods: pl.DataFrame, settings: IndicatorSettings) -> pl.DataFrame:
    """Referrals of each period; `counts` where closed as not in need by its end (`fits`: ever)."""
    key = [*CHILD, "episode_id"]
    assessed = facts.assessments.select(key).drop_nulls().unique().with_columns(assessed=pl.lit(True))
    planned = facts.planned_episodes.with_columns(planned=pl.lit(True))
    cases = in_period(facts.referrals, periods)
    for marks in (assessed, planned):
        cases = cases.join(marks, on=key, how="left", maintain_order="left")
    fits = pl.col("closure_reason").is_in(NOT_IN_NEED) & pl.col("assessed") & pl.col("planned").is_null()
    fits = fits & ~pl.col("nfa").fill_null(False)
    return cases.with_columns(fits=fits, counts=fits & (pl.col("closure_date") <= pl.col("to")))


def sources(facts: Facts, periods: pl.DataFrame, settings: IndicatorSettings) -> Counts:
    """New referrals by the group of their source."""
    cases = in_period(facts.referrals, periods)
    cases = leave_out(cases, pl.col("referral_source").is_null(), "not_recorded")
    codes: dict[str, list[str]] = {}
    for one in code_set("referral_source").codes:
        codes.setdefault(str(one.group).lower().replace(" ", "_"), []).append(one.code)
    groups = {group: pl.col("referral_source").is_in(held) for group, held in codes.items()}
    yield from shares(cases, groups, "{}")


def time_to_re_referral(facts: Facts, periods: pl.DataFrame, settings: IndicatorSettings) -> Counts:
    """How closures end: a new referral on a later day, an exit, or the last covered day."""
    cases = in_period(facts.closures, periods).sort("date", *CHILD)
    cases = cases.join_asof(
        facts.new_referrals.select(*CHILD, "date", back="date"),
        on="date",
        by=list(CHILD),
        strategy="forward",
        allow_exact_matches=False,
        check_sortedness=False,
    ).join(facts.exits, on=CHILD, how="left", maintain_order="left")
    cases = leave_out(cases, pl.col("exit") <= pl.col("date"), "left")
    last = pl.min_horizontal("back", "exit", "seen_to")
    cases = cases.with_columns(
        ending=pl.when(pl.col("back") == last)
        .then(pl.lit("event"))
        .when(pl.col("exit") == last)
        .then(pl.lit("competing"))
        .otherwise(pl.lit("censored")),
        day=(last - pl.col("date")).dt.total_days(),
    )
    for row in HORIZONS:
        yield row, endings(cases)
