"""Child protection plans: how many, again, how long, reviewed, for what."""

from __future__ import annotations

import polars as pl

from childjourneys.indicators.cases import (
    counted,
    in_period,
    leave_out,
    once,
    open_at_end,
    proportion,
    shares,
)
from childjourneys.indicators.facts import Facts
from childjourneys.indicators.front_door import Counts
from childjourneys.indicators.settings import IndicatorSettings
from childjourneys.merging.facts import CHILD

TWO_YEARS = 729
CATEGORIES = {"neglect": "NEG", "physical": "PHY", "sexual": "SAB", "emotional": "EMO", "multiple": "MUL"}
# Until the first review, and from one to the next.
REVIEW_LIMITS = {"months": ("3mo", "6mo"), "days": ("91d", "183d")}


def open_plans(facts: Facts, periods: pl.DataFrame, settings: IndicatorSettings) -> Counts:
    """Plans open at the end of the period."""
    yield "", counted(open_at_end(facts.cp_plans, periods, settings.end_inclusive))


def starts(facts: Facts, periods: pl.DataFrame, settings: IndicatorSettings) -> Counts:
    """Plans that start in the period."""
    yield "", counted(once(in_period(facts.cp_plans, periods, "start"), "start"))


def repeat_ever(facts: Facts, periods: pl.DataFrame, settings: IndicatorSettings) -> Counts:
    """Plans with an earlier one by the number recorded, of those with a number."""
    yield "", proportion(repeat_ever_cases(facts, periods, settings))


def repeat_ever_cases(facts: Facts, periods: pl.DataFrame, settings: IndicatorSettings) -> pl.DataFrame:
    """Plans that start in each period; `counts` where the number recorded says that there was one before."""
    cases = once(in_period(facts.cp_plans, periods, "start"), "start")
    cases = leave_out(cases, pl.col("previous").is_null(), "number_not_recorded")
    return cases.with_columns(counts=pl.col("previous") >= 1)


def repeat_in_2_years(facts: Facts, periods: pl.DataFrame, settings: IndicatorSettings) -> Counts:
    """Plans that start 0 days to 24 months after an earlier one ended."""
    yield "", proportion(repeat_in_2_years_cases(facts, periods, settings))


def repeat_in_2_years_cases(facts: Facts, periods: pl.DataFrame, settings: IndicatorSettings) -> pl.DataFrame:
    """Plans that start in each period; `counts` where an earlier one ended in the 24 months before."""
    ended = facts.cp_plans.filter(pl.col("open") == "false", pl.col("end").is_not_null())
    # A plan of no days is no earlier plan of its own start.
    ended = (
        ended.filter(pl.col("end") > pl.col("start")).select(*CHILD, "end", ended="end").sort("end", *CHILD)
    )
    cases = once(in_period(facts.cp_plans, periods, "start"), "start").sort("start", *CHILD)
    cases = cases.drop("end").join_asof(
        ended, left_on="start", right_on="end", by=list(CHILD), strategy="backward", check_sortedness=False
    )
    return cases.with_columns(counts=pl.col("ended") >= pl.col("start").dt.offset_by("-24mo"))


def open_2_years(facts: Facts, periods: pl.DataFrame, settings: IndicatorSettings) -> Counts:
    """Open for more than 729 days, of those open at the end of the period."""
    cases = open_at_end(facts.cp_plans, periods, settings.end_inclusive)
    yield "", proportion(cases, (pl.col("to") - pl.col("start")).dt.total_days() > TWO_YEARS)


def ended_after_2_years(facts: Facts, periods: pl.DataFrame, settings: IndicatorSettings) -> Counts:
    """Ended more than 729 days after the start, of those that ended in the period."""
    cases = in_period(facts.cp_plans, periods, "end")
    cases = once(leave_out(cases, pl.col("open") != "false", "end_not_known"), "start")
    yield "", proportion(cases, (pl.col("end") - pl.col("start")).dt.total_days() > TWO_YEARS)


def reviewed_in_time(facts: Facts, periods: pl.DataFrame, settings: IndicatorSettings) -> Counts:
    """No gap between reviews over the limit, of plans open for three months at the end of the period."""
    first, later = REVIEW_LIMITS[settings.review_clock]
    plans = open_at_end(facts.cp_plans, periods, settings.end_inclusive).with_row_index("plan")
    plans = plans.filter(pl.col("start").dt.offset_by(first) <= pl.col("to"))
    plans = leave_out(plans, pl.col("start") < pl.col("seen_from"), "started_before_history")
    held = plans.join(facts.tables["cp_review"].select(*CHILD, "review_date"), on=CHILD, how="inner").filter(
        pl.col("review_date") > pl.col("start"), pl.col("review_date") <= pl.col("to")
    )
    steps = pl.concat(
        [
            plans.select("plan", "to", date="start", limit=pl.col("start").dt.offset_by(first)),
            held.select("plan", "to", date="review_date", limit=pl.col("review_date").dt.offset_by(later)),
        ]
    ).sort("plan", "date")
    following = pl.col("date").shift(-1).over("plan").fill_null(pl.col("to"))
    kept = (
        steps.with_columns(kept=following <= pl.col("limit"))
        .group_by("plan")
        .agg(counts=pl.col("kept").all())
    )
    yield "", proportion(plans.join(kept, on="plan", how="left", maintain_order="left"))


def categories(facts: Facts, periods: pl.DataFrame, settings: IndicatorSettings) -> Counts:
    """The category at the start of plans that start, and the latest of plans that are open."""
    started = once(in_period(facts.cp_plans, periods, "start"), "start")
    running = open_at_end(facts.cp_plans, periods, settings.end_inclusive)
    for row, cases, column in (("start_{}", started, "initial"), ("open_{}", running, "latest")):
        known = leave_out(cases, pl.col(column).is_null(), "not_recorded")
        yield from shares(known, {name: pl.col(column) == code for name, code in CATEGORIES.items()}, row)
