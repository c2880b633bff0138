"""Dates in the year: what a census of one year should hold, weekends, and work left open too long."""

from __future__ import annotations

from datetime import timedelta

import polars as pl

from childjourneys.domain.dates import add_months
from childjourneys.quality.rule import CensusYear, Rule, blank, is_true

# A conference is still to come: none is dated, and the return does not say that none was needed.
CONFERENCE_AWAITED = blank("icpc_date") & ~is_true("icpc_not_required")
SATURDAY = 6


def rules(year: CensusYear) -> list[Rule]:
    return [*_outside_the_year(year), *_too_old(year), *_weekends(), *_working_days(year), *_ages(year)]


def _outside_the_year(year: CensusYear) -> list[Rule]:
    expected = "A date from 1 April to 31 March of the collection year."
    return [
        Rule("4013", "cin_plan", "CINPlanEndDate", year.excludes("end_date"),
             "The child in need plan ends outside the year.", expected),
        Rule("8545Q", "child", "PersonDeathDate", year.excludes("death_date"),
             "The date of death is outside the year.", expected),
        Rule("8620", "need_episode", "CINclosureDate", year.excludes("closure_date"),
             "The closure is outside the year.", expected),
        Rule("8696", "assessment", "AssessmentAuthorisationDate", year.excludes("authorised_date"),
             "The assessment was authorised outside the year.", expected),
        Rule("8715", "s47_enquiry", "DateOfInitialCPC", year.excludes("icpc_date"),
             "The initial child protection conference is outside the year.", expected),
        Rule("8930", "cp_plan", "CPPendDate", year.excludes("end_date"),
             "The child protection plan ends outside the year.", expected),
    ]  # fmt: skip


def _too_old(year: CensusYear) -> list[Rule]:
    started = pl.col("start_date") < year.start
    return [
        Rule("8736", "assessment", "AssessmentActualStartDate", blank("authorised_date") & started,
             "The assessment is unfinished and did not start in the year.",
             "A start in the year, or the date the assessment was authorised."),
        Rule("8740", "s47_enquiry", "S47ActualStartDate", CONFERENCE_AWAITED & started,
             "The section 47 enquiry awaits a conference and did not start in the year.",
             "A start in the year, the date of the conference, or that none was required."),
    ]  # fmt: skip


def _weekends() -> list[Rule]:
    expected = "A date from Monday to Friday."
    return [
        Rule("8870Q", "s47_enquiry", "InitialCPCtarget", pl.col("icpc_target_date").dt.weekday() >= SATURDAY,
             "The target date of the conference is a Saturday or Sunday.", expected),
        Rule("8875", "s47_enquiry", "DateOfInitialCPC", pl.col("icpc_date").dt.weekday() >= SATURDAY,
             "The date of the conference is a Saturday or Sunday.", expected),
    ]  # fmt: skip


def _working_days(year: CensusYear) -> list[Rule]:
    """None in a year whose bank holidays are not held, which `CensusRules` says in a note."""
    days = year.calendar
    if not year.has_working_days:
        return []
    return [
        Rule("8569Q", "need_episode", "CINreferralDate",
             is_true("nfa") & (pl.col("referral_date") <= days.last_with(year.start, 2)),
             "The referral led to no further action, and was made more than one working day before the year.",
             "Referrals without further action of this year only."),
        Rule("8670Q", "assessment", "AssessmentActualStartDate",
             blank("authorised_date") & (pl.col("start_date") <= days.last_with(year.end, 45)),
             "The assessment is unfinished 45 working days or more after it started, at the end of the year.",
             "The date the assessment was authorised."),
        Rule("8675Q", "s47_enquiry", "DateOfInitialCPC",
             CONFERENCE_AWAITED & (pl.col("start_date") <= days.last_with(year.end, 16)),
             "The enquiry started over 15 working days before the end of the year and awaits a conference.",
             "The date of the conference, or that none was required."),
    ]  # fmt: skip


def _ages(year: CensusYear) -> list[Rule]:
    due = pl.col("expected_birth_date")
    # On the day before, so that closing on the birthday itself is in time.
    last_day = pl.coalesce("closure_date", pl.lit(year.end)).dt.offset_by("-1d")
    unreadable = pl.col("closure_date").is_null() & pl.col("closure_date_raw").is_not_null()
    return [
        Rule("8520", "child", "PersonBirthDate", pl.col("birth_date") > year.end,
             "The date of birth is after the end of the year.",
             "A date of birth on or before the reference date; before birth, the expected date."),
        Rule("8530Q", "child", "ExpectedPersonBirthDate",
             (due < year.end - timedelta(days=30)) | (due > add_months(year.end, 9)),
             "The expected date of birth is not from 30 days before to 9 months after the reference date.",
             "An expected date near the reference date, or the date of birth."),
        Rule("8775Q", "need_episode", "CINclosureDate",
             (completed_years("birth_date", last_day) >= 25) & ~unreadable,
             "The episode was not closed by the 25th birthday.", "A closure on or before the 25th birthday."),
    ]  # fmt: skip


def completed_years(born: str, day: pl.Expr) -> pl.Expr:
    """Age on a day; someone born on 29 February ages on 1 March."""
    birth = pl.col(born)
    before_birthday = _month_and_day(day) < _month_and_day(birth)
    return day.dt.year() - birth.dt.year() - before_birthday.cast(pl.Int32)


def _month_and_day(day: pl.Expr) -> pl.Expr:
    return day.dt.month().cast(pl.Int32) * 100 + day.dt.day()
