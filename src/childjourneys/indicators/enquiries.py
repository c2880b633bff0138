"""Section 47 enquiries and initial child protection conferences."""

from __future__ import annotations

import polars as pl

from childjourneys.indicators.cases import counted, in_period, leave_out, proportion, within
from childjourneys.indicators.facts import Facts
from childjourneys.indicators.front_door import Counts
from childjourneys.indicators.settings import IndicatorSettings
from childjourneys.merging.facts import CHILD

CONFERENCE_WORKING_DAYS = 15
CONFERENCE_DAYS = 60


def enquiries(facts: Facts, periods: pl.DataFrame, settings: IndicatorSettings) -> Counts:
    """Section 47 enquiries started in the period."""
    yield "", counted(in_period(facts.enquiries, periods))


def conferences_in_time(facts: Facts, periods: pl.DataFrame, settings: IndicatorSettings) -> Counts:
    """Conferences 0 to 15 working days after their enquiry, of all; and of those that have one."""
    cases = conference_in_time_cases(facts, periods, settings)
    yield "", proportion(cases)
    yield "without_transfer_in", proportion(_own(cases))


def conference_in_time_cases(
    facts: Facts, periods: pl.DataFrame, settings: IndicatorSettings
) -> pl.DataFrame:
    """Conferences of each period; `counts` where 0 to 15 working days after their enquiry."""
    cases = in_period(facts.conferences, periods)
    cases = cases.with_columns(within(facts.calendar, cases, "enquiry", "date").alias("days"))
    cases = leave_out(cases, pl.col("enquiry").is_not_null() & pl.col("days").is_null(), "outside_calendar")
    return cases.with_columns(counts=pl.col("days").is_between(0, CONFERENCE_WORKING_DAYS))


def leading_to_conference(facts: Facts, periods: pl.DataFrame, settings: IndicatorSettings) -> Counts:
    """Enquiries followed by a conference of the child, of those that were followed for long enough."""
    yield "", proportion(to_conference_cases(facts, periods, settings))
    cases = _with_conference(facts, periods)
    limit = pl.col("date") + pl.duration(days=CONFERENCE_DAYS)
    ever = leave_out(cases, limit > pl.col("seen_to"), "follow_up_not_seen")
    yield "60d", proportion(ever, pl.col("conference") <= limit)


def _with_conference(facts: Facts, periods: pl.DataFrame) -> pl.DataFrame:
    """Enquiries of each period with the next conference of the child, on the day or later."""
    cases = in_period(facts.enquiries, periods).sort("date", *CHILD)
    held = facts.conferences.select(*CHILD, "date", conference="date").sort("date", *CHILD)
    return cases.join_asof(held, on="date", by=list(CHILD), strategy="forward", check_sortedness=False)


def to_conference_cases(facts: Facts, periods: pl.DataFrame, settings: IndicatorSettings) -> pl.DataFrame:
    """Enquiries of each period; `counts` where a conference of the child came within 15 working days."""
    cases = _with_conference(facts, periods)
    cases = cases.with_columns(after=pl.col("seen_to") + pl.duration(days=1))
    calendar = facts.calendar
    cases = cases.with_columns(
        within(calendar, cases, "date", "conference").alias("days"),
        # Days off after the last working day still belong to it, so one more must have begun.
        within(calendar, cases, "date", "after").alias("followed"),
    )
    short = pl.col("followed") <= CONFERENCE_WORKING_DAYS
    cases = leave_out(cases, pl.col("followed").is_null(), "outside_calendar")
    cases = leave_out(cases, short, "follow_up_not_seen")
    return cases.with_columns(counts=pl.col("days") <= CONFERENCE_WORKING_DAYS)


def leading_to_plan(facts: Facts, periods: pl.DataFrame, settings: IndicatorSettings) -> Counts:
    """Conferences whose plan starts on the day; in a row of its own, those without an enquiry."""
    cases = _with_plan(facts, periods, settings)
    yield "", proportion(_own(cases))
    yield "transfer_in", proportion(cases.filter(pl.col("enquiry").is_null()))


def to_plan_cases(facts: Facts, periods: pl.DataFrame, settings: IndicatorSettings) -> pl.DataFrame:
    """Conferences of each period with an enquiry; `counts` where a plan starts on the day."""
    return _own(_with_plan(facts, periods, settings))


def _own(cases: pl.DataFrame) -> pl.DataFrame:
    return leave_out(cases, pl.col("enquiry").is_null(), "no_enquiry")


def _with_plan(facts: Facts, periods: pl.DataFrame, settings: IndicatorSettings) -> pl.DataFrame:
    started = facts.cp_plans.select(*CHILD, "start", plan="start").sort("start", *CHILD)
    cases = in_period(facts.conferences, periods).sort("date", *CHILD)
    cases = cases.join_asof(
        started, left_on="date", right_on="start", by=list(CHILD), strategy="forward", check_sortedness=False
    )
    limit = pl.col("date") + pl.duration(days=settings.icpc_tolerance_days)
    cases = leave_out(cases, limit > pl.col("seen_to"), "follow_up_not_seen")
    return cases.with_columns(counts=pl.col("plan") <= limit)
