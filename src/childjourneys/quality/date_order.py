"""Dates in order: none before the referral, after death or after closure; conference and plan on one day."""

from __future__ import annotations

import polars as pl

from childjourneys.quality.rule import CensusYear, Rule

REFERRAL = pl.col("referral_date")
DEATH = pl.col("death_date")
START = pl.col("start_date")
END = pl.col("end_date")


def rules(year: CensusYear) -> list[Rule]:
    return [*_before_referral(), *_after_death(), *_after_closure(), *_plans(year)]


def _before_referral() -> list[Rule]:
    expected = "A date on or after the referral date of its need episode."
    return [
        Rule("1103", "assessment", "AssessmentActualStartDate", START < REFERRAL,
             "The assessment starts before its referral.", expected),
        Rule("1104", "s47_enquiry", "DateOfInitialCPC", pl.col("icpc_date") < REFERRAL,
             "The initial child protection conference is dated before the referral.", expected),
        Rule("1105", "cp_plan", "CPPstartDate", START < REFERRAL,
             "The child protection plan starts before the referral.", expected),
        Rule("2889", "s47_enquiry", "S47ActualStartDate", START < REFERRAL,
             "The section 47 enquiry starts before the referral.", expected),
        Rule("4015", "cin_plan", "CINPlanStartDate", START < REFERRAL,
             "The child in need plan starts before the referral.", expected),
    ]  # fmt: skip


def _after_death() -> list[Rule]:
    expected = "A date on or before the child's date of death."
    return [
        Rule("4008", "cin_plan", "CINPlanStartDate", START > DEATH,
             "The child in need plan starts after the child's death.", expected),
        Rule("4009Q", "cin_plan", "CINPlanEndDate", END > DEATH,
             "The child in need plan ends after the child's death.", expected),
        Rule("8535Q", "child", "PersonDeathDate", pl.col("birth_date") > DEATH,
             "The date of death is before the date of birth.", "A date on or after the date of birth."),
        Rule("8555Q", "need_episode", "CINreferralDate", REFERRAL > DEATH,
             "The referral is after the child's death.", expected),
        Rule("8915", "cp_plan", "CPPstartDate", START > DEATH,
             "The child protection plan starts after the child's death.", expected),
        Rule("8920", "cp_plan", "CPPendDate", END > DEATH,
             "The child protection plan ends after the child's death.", expected),
    ]  # fmt: skip


def _after_closure() -> list[Rule]:
    places = {
        "assessment": (("AssessmentActualStartDate", "start_date"),
                       ("AssessmentAuthorisationDate", "authorised_date")),
        "s47_enquiry": (("S47ActualStartDate", "start_date"), ("DateOfInitialCPC", "icpc_date")),
        "need_episode": (("DateOfInitialCPC", "transfer_in_icpc_date"),),
        "cp_plan": (("CPPendDate", "end_date"),),
        "cin_plan": (("CINPlanStartDate", "start_date"), ("CINPlanEndDate", "end_date")),
    }  # fmt: skip
    return [
        Rule("8565", table, element, pl.col(column) > pl.col("closure_date"),
             "The date is later than the closure of its need episode.",
             "A date on or before the closure date of the episode.")
        for table, columns in places.items()
        for element, column in columns
    ]  # fmt: skip


def _plans(year: CensusYear) -> list[Rule]:
    return [
        Rule("2884", "need_episode", "DateOfInitialCPC", pl.col("repeats_s47"),
             "The conference of the need episode is also given at a section 47 enquiry of the child.",
             "A conference at the enquiry only; at the episode only when there was no enquiry.",
             "Remove it from the episode and export again."),
        Rule("2885", "cp_plan", "CPPstartDate", year.holds("start_date") & ~pl.col("on_conference"),
             "The child protection plan starts on a day on which the child has no initial conference.",
             "The start of the plan on the date of the conference that decided it.",
             "Correct the start of the plan, or add or correct the conference, and export again."),
        Rule("4012Q", "cin_plan", "CINPlanEndDate", START == END,
             "The child in need plan starts and ends on the same day.", "An end after the start."),
        Rule("8840", "cp_plan", "CPPendDate", START == END,
             "The child protection plan starts and ends on the same day.", "An end after the start."),
        Rule("8841", "cp_review", "CPPreviewDate", pl.col("review_date") <= pl.col("cpp_start_date"),
             "The review is on or before the start of its child protection plan.",
             "A date after the start of the plan."),
    ]  # fmt: skip
