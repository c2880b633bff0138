"""One of a kind: more than one open record of a child or an episode, and records that overlap."""

from __future__ import annotations

import polars as pl

from childjourneys.quality.date_year import CONFERENCE_AWAITED
from childjourneys.quality.rule import CensusYear, Rule, blank, is_false


def rules(year: CensusYear) -> list[Rule]:
    return [*_more_than_one_open(), *_overlapping(), *_plans_together()]


def _more_than_one_open() -> list[Rule]:
    """Every open record is named: which of them should have ended, only the authority knows."""
    open_further = is_false("nfa") & blank("closure_date")
    return [
        Rule("4004", "cin_plan", "CINPlanEndDate", _several(blank("end_date"), "child_no"),
             "The child has more than one child in need plan without an end.", "At most one open plan."),
        Rule("8815", "need_episode", "CINclosureDate", _several(open_further, "child_no"),
             "The child has more than one open episode that went further.", "At most one open episode."),
        Rule("8816", "need_episode", "CINclosureDate",
             open_further & (pl.col("referral_date") < pl.col("referral_date").max().over("child_no")),
             "The episode is open, but the child has a later one.",
             "The latest episode as the only open one, or the closure date of this one."),
        Rule("8839", "s47_enquiry", "DateOfInitialCPC", _several(CONFERENCE_AWAITED, "episode"),
             "The episode holds more than one section 47 enquiry that awaits its conference.",
             "At most one open enquiry."),
        Rule("8896", "assessment", "AssessmentAuthorisationDate",
             _several(blank("authorised_date"), "episode"),
             "The episode holds more than one unfinished assessment.", "At most one unfinished assessment."),
        Rule("8935", "cp_plan", "CPPendDate", _several(blank("end_date"), "child_no"),
             "The child has more than one child protection plan without an end.", "At most one open plan."),
    ]  # fmt: skip


def _overlapping() -> list[Rule]:
    """The later record is named. One that starts on the day the other ends does not overlap it."""
    expected = "A start on or after the end of the earlier one."
    return [
        Rule("4014", "cin_plan", "CINPlanStartDate", pl.col("overlaps"),
             "The child in need plan starts while another of the child is running.", expected),
        Rule("8820", "need_episode", "CINreferralDate", pl.col("overlaps"),
             "The episode starts while another of the child is open.", expected),
        Rule("8863Q", "assessment", "AssessmentActualStartDate", pl.col("overlaps"),
             "The assessment starts while another of the episode is running.", expected),
        Rule("8890", "s47_enquiry", "S47ActualStartDate", pl.col("overlaps"),
             "The section 47 enquiry starts while another of the episode is running.", expected),
        Rule("8940", "cp_plan", "CPPstartDate", pl.col("overlaps"),
             "The child protection plan starts while another of the child is running.", expected),
    ]  # fmt: skip


def _plans_together() -> list[Rule]:
    return [
        Rule("4001", "cin_plan", "CINPlanEndDate", blank("end_date") & pl.col("open_cp_plan"),
             "The child in need plan and a child protection plan of the episode are both open.",
             "One open plan of either kind."),
        Rule("4003", "cp_review", "CPPreviewDate", pl.col("in_cin_plan") & ~pl.col("ends_cp_plan"),
             "The review of the child protection plan falls inside a child in need plan.",
             "Reviews while the child is on a child protection plan only."),
        Rule("4016", "cin_plan", "CINPlanStartDate", pl.col("in_cp_plan"),
             "The child in need plan starts while a child protection plan is running.",
             "A start on or after the end of the child protection plan."),
        Rule("4017", "cp_plan", "CPPstartDate", pl.col("in_cin_plan"),
             "The child protection plan starts while a child in need plan is running.",
             "A start on or after the end of the child in need plan."),
    ]  # fmt: skip


def _several(is_open: pl.Expr, group: str) -> pl.Expr:
    return is_open & pl.col(group).is_not_null() & (is_open.cast(pl.Int32).sum().over(group) > 1)
