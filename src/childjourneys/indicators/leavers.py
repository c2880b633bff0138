"""Care leavers at their 19th to 21st birthdays: where they live, what they do."""

from __future__ import annotations

import polars as pl

from childjourneys.indicators.care_facts import columns
from childjourneys.indicators.cases import PERSON, in_period, leave_out, proportion
from childjourneys.indicators.facts import Facts
from childjourneys.indicators.front_door import Counts
from childjourneys.indicators.settings import IndicatorSettings
from childjourneys.merging.facts import CHILD

AGES = (19, 21)
OUT_OF_TOUCH = ("NO", "REFU", "NREQ")
GONE_ABROAD = ("G", "H")
NOT_KNOWN = "R"
HIGHER = ("F1", "P1")
_LEAVERS = {
    "contact_date": pl.Date, "contact_age": pl.Int64, "in_touch": pl.String, "activity": pl.String,
    "accommodation": pl.String, "suitability": pl.String,
}  # fmt: skip


def accommodation(facts: Facts, periods: pl.DataFrame, settings: IndicatorSettings) -> Counts:
    """In suitable accommodation."""
    yield "", proportion(accommodation_cases(facts, periods, settings))


def accommodation_cases(facts: Facts, periods: pl.DataFrame, settings: IndicatorSettings) -> pl.DataFrame:
    """Contact points of each period; `counts` where the accommodation is suitable."""
    where = pl.col("accommodation")
    cases = _contacts(facts, periods)
    cases = leave_out(cases, where.is_in(GONE_ABROAD), "abroad_or_deported")
    cases = leave_out(cases, where == NOT_KNOWN, "residence_not_known")
    told = where.is_not_null() & (pl.col("suitability").is_not_null() | (where == "0"))
    cases = leave_out(cases, ~told & ~_out_of_touch(), "not_recorded")
    return cases.with_columns(counts=(pl.col("suitability") == "1").fill_null(False))


def activity(facts: Facts, periods: pl.DataFrame, settings: IndicatorSettings) -> Counts:
    """In education, employment or training; in none of them; in higher education."""
    cases = activity_cases(facts, periods, settings)
    yield "", proportion(cases)
    yield "neet", proportion(cases, pl.col("activity").str.starts_with("G"))
    yield "higher_education", proportion(cases, pl.col("activity").is_in(HIGHER))


def activity_cases(facts: Facts, periods: pl.DataFrame, settings: IndicatorSettings) -> pl.DataFrame:
    """Contact points of each period; `counts` where there is education, employment or training."""
    cases = _contacts(facts, periods)
    cases = leave_out(cases, pl.col("activity").is_null() & ~_out_of_touch(), "not_recorded")
    return cases.with_columns(counts=pl.col("activity").str.contains("^[FP]").fill_null(False))


def _contacts(facts: Facts, periods: pl.DataFrame) -> pl.DataFrame:
    """Contact points at the ages asked about, once each; who died or went home for good is left out."""
    rows = columns(facts, "leaver_contact", _LEAVERS).rename({"contact_date": "date"})
    rows = rows.filter(pl.col("contact_age").is_between(*AGES)).drop_nulls("date")
    rows = rows.sort(*CHILD, "date", *_LEAVERS.keys() - {"contact_date"}, nulls_last=True)
    cases = in_period(rows.with_columns(left_out=pl.lit(None, pl.String)), periods)
    again = pl.int_range(pl.len()).over(*PERSON, "date") > 0
    cases = leave_out(cases, again, "duplicate")
    cases = leave_out(cases, pl.col("in_touch") == "DIED", "died")
    return leave_out(cases, pl.col("in_touch") == "RHOM", "home_6_months")


def _out_of_touch() -> pl.Expr:
    return pl.col("in_touch").is_in(OUT_OF_TOUCH).fill_null(False)
