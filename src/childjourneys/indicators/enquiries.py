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
    cases = in_period(facts.conferences, periods)
    cases = cases.with_columns(within(facts.calendar, cases, "enquiry", "date").alias("days"))
    cases = leave_out(cases, pl.col("enquiry").is_not_null() & pl.col("days").is_null(), "outside_calendar")
    counts = pl.col("days").is_between(0, CONFERENCE_WORKING_DAYS)
    yield "", proportion(cases, counts)
    own = leave_out(cases, pl.col("enquiry").is_null(), "no_enquiry")
    yield "without_transfer_in", proportion(own, counts)


def leading_to_conference(facts: Facts, periods: pl.DataFrame, settings: IndicatorSettings) -> Counts:
    """Enquiries followed by a conference of the child, of those that were followed for long enough."""
    cases = in_period(facts.enquiries, periods).sort("date", *CHILD)
    held = facts.conferences.select(*CHILD, "date", conference="date").sort("date", *CHILD)
    cases = cases.join_asof(
        held, on="date", by=list(CHILD), strategy="forward", check_sortedness=False
    ).with_columns(after=pl.col("seen_to") + pl.duration(days=1))
    calendar = facts.calendar
    cases = cases.with_columns(
        within(calendar, cases, "date", "conference").alias("days"),
        # Days off after the last working day still belong to it, so one more must have begun.
        within(calendar, cases, "date", "after").alias("followed"),
    )
    short = pl.col("followed") <= CONFERENCE_WORKING_DAYS
    in_time = leave_out(
        leave_out(cases, pl.col("followed").is_null(), "outside_calendar"), short, "follow_up_not_seen"
    )
    yield "", proportion(in_time, pl.col("days") <= CONFERENCE_WORKING_DAYS)
    limit = pl.col("date") + pl.duration(days=CONFERENCE_DAYS)
    ever = leave_out(cases, limit > pl.col("seen_to"), "follow_up_not_seen")
    yield "60d", proportion(ever, pl.col("conference") <= limit)


def leading_to_plan(facts: Facts, periods: pl.DataFrame, settings: IndicatorSettings) -> Counts:
    """Conferences whose plan starts on the day; in a row of its own, those without an enquiry."""
    started = facts.cp_plans.select(*CHILD, "start", plan="start").sort("start", *CHILD)
    cases = in_period(facts.conferences, periods).sort("date", *CHILD)
    cases = cases.join_asof(
        started, left_on="date", right_on="start", by=list(CHILD), strategy="forward", check_sortedness=False
    )
    limit = pl.col("date") + pl.duration(days=settings.icpc_tolerance_days)
    cases = leave_out(cases, limit > pl.col("seen_to"), "follow_up_not_seen")
    counts = pl.col("plan") <= limit
    yield "", proportion(leave_out(cases, pl.col("enquiry").is_null(), "no_enquiry"), counts)
    yield "transfer_in", proportion(cases.filter(pl.col("enquiry").is_null()), counts)
