"""What happened in a year to children looked after: health, offending, going missing."""

from __future__ import annotations

import polars as pl

from childjourneys.indicators.care_facts import (
    aged,
    at_end,
    columns,
    of_person,
    told_of,
    with_a_day,
    without_a_break,
)
from childjourneys.indicators.cases import PERSON, each_child, leave_out, proportion
from childjourneys.indicators.facts import Facts
from childjourneys.indicators.front_door import Counts
from childjourneys.indicators.settings import IndicatorSettings
from childjourneys.merging.facts import CHILD

CHECKS = {
    "health_assessment": "health_assessment",
    "dental": "dental_check",
    "immunisations": "immunisations_up_to_date",
}
# Scores of the strengths and difficulties questionnaire, both ends included.
SCORES = {"sdq_normal": (0, 13), "sdq_borderline": (14, 16), "sdq_concern": (17, 40)}
_OC2 = {
    "as_at": pl.Date, "sdq_score": pl.Int64, "health_assessment": pl.Boolean, "dental_check": pl.Boolean,
    "immunisations_up_to_date": pl.Boolean, "health_check_up_to_date": pl.Boolean, "convicted": pl.Boolean,
    "substance_misuse": pl.Boolean,
}  # fmt: skip
_MISSING = {"missing_type": pl.String, "start_date": pl.Date, "end_date": pl.Date}


def health(facts: Facts, periods: pl.DataFrame, settings: IndicatorSettings) -> Counts:
    """Checks done, and scores, of children looked after for 12 months."""
    cases = _with_oc2(facts, periods, settings)
    for row, column in CHECKS.items():
        yield row, proportion(_answered(cases, column), pl.col(column))
    yield "substance_misuse", proportion(_answered(cases, "substance_misuse"), pl.col("substance_misuse"))
    young = aged(facts, cases, 0, 4)
    yield (
        "development_check",
        proportion(_answered(young, "health_check_up_to_date"), pl.col("health_check_up_to_date")),
    )
    asked = aged(facts, cases, 5, 16)
    yield "sdq_returned", proportion(asked, pl.col("sdq_score").is_not_null())
    scored = leave_out(asked, pl.col("sdq_score").is_null(), "no_score")
    for row, (low, high) in SCORES.items():
        yield row, proportion(scored, pl.col("sdq_score").is_between(low, high))


def convictions(facts: Facts, periods: pl.DataFrame, settings: IndicatorSettings) -> Counts:
    """Convicted or cautioned in the year, of children aged 10 to 17 looked after for 12 months."""
    cases = aged(facts, _with_oc2(facts, periods, settings), 10, 17)
    yield "", proportion(_answered(cases, "convicted"), pl.col("convicted"))


def missing(facts: Facts, periods: pl.DataFrame, settings: IndicatorSettings) -> Counts:
    """Children with an incident with a day in the period, of those looked after on any day of it."""
    cases = facts.care.join(periods.drop("indicator"), on="la_code", how="inner", maintain_order="left")
    cases = each_child(cases.filter(with_a_day(pl.col("from"), since="start", until="end")))
    incidents = columns(facts, "missing", _MISSING).drop_nulls("start_date")
    rows = of_person(cases, incidents.select(*CHILD, "missing_type", since="start_date", until="end_date"))
    kind = pl.col("missing_type")
    found = (
        rows.filter(with_a_day(pl.col("from")))
        .group_by(PERSON)
        .agg(missing=(kind == "M").any(), away=kind.is_in(["M", "A"]).any())
    )
    cases = told_of(cases, found, {"missing": False, "away": False})
    yield "", proportion(cases, pl.col("missing"))
    yield "with_absences", proportion(cases, pl.col("away"))


def _with_oc2(facts: Facts, periods: pl.DataFrame, settings: IndicatorSettings) -> pl.DataFrame:
    """Children looked after for 12 months at the end of the period, with the OC2 row of its return."""
    cases = without_a_break(at_end(facts, periods, settings), 12)
    rows = columns(facts, "oc2", _OC2).rename({"as_at": "to"})
    rows = rows.with_columns(oc2=pl.lit(True)).unique([*CHILD, "to"], keep="first", maintain_order=True)
    cases = cases.join(rows, on=[*CHILD, "to"], how="left", maintain_order="left")
    return leave_out(cases, pl.col("oc2").is_null(), "no_oc2_row")


def _answered(cases: pl.DataFrame, column: str) -> pl.DataFrame:
    return leave_out(cases, pl.col(column).is_null(), "not_recorded")
