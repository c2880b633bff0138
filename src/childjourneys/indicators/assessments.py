"""Assessments: in time, how long, overdue, and what they found."""

from __future__ import annotations

import polars as pl

from childjourneys.domain.codes import code_set
from childjourneys.indicators.cases import (
    PERSON,
    in_period,
    leave_out,
    lengths,
    open_at_end,
    proportion,
    shares,
    within,
)
from childjourneys.indicators.facts import Facts
from childjourneys.indicators.front_door import Counts
from childjourneys.indicators.settings import IndicatorSettings

WORKING_DAYS = 45
# Working days, the last of each band included.
BANDS = {
    "same_day": 0,
    "1-10": 10,
    "11-20": 20,
    "21-30": 30,
    "31-40": 40,
    "41-45": 45,
    "46-50": 50,
    "51-60": 60,
}
LAST_BAND = "61+"
QUANTILES = ("p25", "median", "p75")
NO_FACTORS = "21"
_IN_TIME = pl.col("days") <= WORKING_DAYS


def in_time(facts: Facts, periods: pl.DataFrame, settings: IndicatorSettings) -> Counts:
    """Authorised within 45 working days of the start; in a row of its own, of the referral."""
    yield "", proportion(in_time_cases(facts, periods, settings))
    yield "clock_referral", proportion(_completed(facts, periods, "referral_date"), _IN_TIME)


def in_time_cases(facts: Facts, periods: pl.DataFrame, settings: IndicatorSettings) -> pl.DataFrame:
    """Assessments authorised in each period; `counts` where within 45 working days of the start."""
    return _completed(facts, periods, "start").with_columns(counts=_IN_TIME)


def duration(facts: Facts, periods: pl.DataFrame, settings: IndicatorSettings) -> Counts:
    """By band of working days from the start, and the quartiles."""
    cases = _completed(facts, periods, "start")
    days, below = pl.col("days"), -1
    bands: dict[str, pl.Expr] = {}
    for name, last in BANDS.items():
        bands[name] = days.is_between(below + 1, last)
        below = last
    bands[LAST_BAND] = days > below
    yield from shares(cases, bands, "{}")
    for name in QUANTILES:
        yield name, lengths(cases, "days")


def _completed(facts: Facts, periods: pl.DataFrame, clock: str) -> pl.DataFrame:
    """Assessments authorised in each period with `days`, the working days since the clock started."""
    done = in_period(facts.assessments, periods, "end")
    # An end that can't be used has no date of its own: the start says in which period it is left out.
    unused = in_period(facts.assessments.filter("end_unused"), periods, "start")
    cases = pl.concat([done, leave_out(unused, pl.col("end_unused"), "end_not_usable")])
    cases = cases.with_columns(within(facts.calendar, cases, clock, "end").alias("days"))
    cases = leave_out(cases, pl.col(clock).is_null(), "no_need_episode")
    cases = leave_out(cases, pl.col("days") < 0, "ended_before_referral")
    return leave_out(cases, pl.col("days").is_null(), "outside_calendar")


def overdue(facts: Facts, periods: pl.DataFrame, settings: IndicatorSettings) -> Counts:
    """Open for more than 45 working days, of those open at the end of the period."""
    cases = open_at_end(facts.assessments, periods, settings.end_inclusive)
    cases = leave_out(cases, pl.col("episode_closed") <= pl.col("to"), "episode_closed")
    cases = cases.with_columns(within(facts.calendar, cases, "start", "to").alias("days"))
    cases = leave_out(cases, pl.col("days").is_null(), "outside_calendar")
    yield "", proportion(cases, pl.col("days") > WORKING_DAYS)


def factors(facts: Facts, periods: pl.DataFrame, settings: IndicatorSettings) -> Counts:
    """Need episodes by the factors found at assessments authorised in the period."""
    done = in_period(facts.assessments.filter(pl.col("left_out").is_null()), periods, "end")
    episode = pl.coalesce("episode_id", pl.concat_str(pl.lit("record "), pl.col("record").cast(pl.String)))
    found = pl.col("factors").str.split("|").explode().drop_nulls()
    cases = done.group_by(*PERSON, episode=episode).agg(factors=found)
    # One list for each case, without what says that nothing was found.
    cases = cases.with_columns(
        some=pl.col("factors").list.len() > 0,
        factors=pl.col("factors").list.set_difference(pl.lit([NO_FACTORS])),
        left_out=pl.lit(None, pl.String),
    )
    cases = leave_out(cases, ~pl.col("some"), "not_recorded")
    cases = leave_out(cases, pl.col("factors").list.len() == 0, "no_factors_identified")
    yield from shares(cases, _factor_groups(), "{}")


def _factor_groups() -> dict[str, pl.Expr]:
    codes: dict[str, list[str]] = {}
    for one in code_set("assessment_factors").codes:
        if one.code != NO_FACTORS:
            # Private fostering is published as one.
            codes.setdefault("8" if one.code[:-1] == "8" else one.code, []).append(one.code)
    return {
        name: pl.any_horizontal(pl.col("factors").list.contains(code) for code in held)
        for name, held in codes.items()
    }
