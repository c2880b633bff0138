"""Presence: what must be there, what must not be there together, and what an episode should hold."""

from __future__ import annotations

import polars as pl

from childjourneys.quality.date_year import CONFERENCE_AWAITED, completed_years
from childjourneys.quality.rule import CensusYear, Rule, blank, given, is_false, is_true

# Closed after assessment: no further action, or referred to early help.
AFTER_ASSESSMENT = pl.col("closure_reason").is_in(["RC8", "RC9"])
DIED = pl.col("closure_reason") == "RC2"
SCHOOL_AGES = (5, 15)


def rules(year: CensusYear) -> list[Rule]:
    return [*_children(year), *_closures(), *_no_further_action(), *_work(), *_closed_with_open_work()]


def _children(year: CensusYear) -> list[Rule]:
    unknown = blank("upn_unknown")
    if year.number >= 2025:
        unknown = unknown | (pl.col("upn_unknown") == "UN1")
    school_age = completed_years("birth_date", pl.lit(year.end)).is_between(*SCHOOL_AGES)
    return [
        Rule("8525Q", "child", "PersonBirthDate", given("birth_date") == given("expected_birth_date"),
             "Both or neither of the date of birth and the expected date of birth are there.",
             "A date of birth, or before birth an expected date, but not both."),
        Rule("8540", "child", "Disability",
             given("birth_date") & pl.col("further_action") & blank("disability"),
             "A born child with a referral that went further has no disability code.",
             "A disability code, or NONE."),
        Rule("8770Q", "child", "UPN",
             school_age & pl.col("further_action") & pl.col("upn").is_null() & unknown,
             "A child of school age (5 to 15) with a referral that went further has neither a UPN nor a "
             "reason that can stand for it.",
             "A UPN, or the reason there is none" + (" (not UN1)." if year.number >= 2025 else ".")),
        Rule("8772", "child", "UPNunknown", (pl.col("upn_unknown") == "UN7") & pl.col("further_action"),
             "There is no UPN because of no further action (UN7), but a referral went further.",
             "A UPN, or another reason."),
    ]  # fmt: skip


def _closures() -> list[Rule]:
    return [
        Rule("2990", "need_episode", "ReasonForClosure",
             AFTER_ASSESSMENT & ((pl.col("s47_enquiries") > 0) | (pl.col("cp_plans") > 0)
                                 | (pl.col("cin_plans") > 0) | given("transfer_in_icpc_date")),
             "The episode closed after assessment (RC8 or RC9) but holds an enquiry, a conference or a plan.",
             "Another reason for closure, or no enquiry, conference or plan."),
        Rule("8585Q", "need_episode", "ReasonForClosure", DIED & ~is_true("death_given"),
             "The episode closed because the child died, but there is no date of death.", "A date of death."),
        Rule("8805", "need_episode", "ReasonForClosure", given("closure_date") & blank("closure_reason"),
             "There is a closure date but no reason for closure.", "A reason for closure, RC1 to RC9."),
        Rule("8810", "need_episode", "CINclosureDate", given("closure_reason") & blank("closure_date"),
             "There is a reason for closure but no closure date.", "The date the episode was closed."),
        Rule("8825Q", "need_episode", "ReasonForClosure", AFTER_ASSESSMENT & (pl.col("assessments") == 0),
             "The episode closed after assessment (RC8 or RC9) but holds no assessment.",
             "An assessment, or another reason for closure."),
    ]  # fmt: skip


def _no_further_action() -> list[Rule]:
    return [
        Rule("4000", "cin_plan", "CINPlanStartDate", is_true("nfa"),
             "The child in need plan belongs to a referral that led to no further action.",
             "No plan, or a referral that went further."),
        Rule("8610", "need_episode", "PrimaryNeedCode", is_false("nfa") & blank("primary_need"),
             "The referral went further but has no primary need.", "A primary need code, N0 to N9."),
        Rule("8831", "need_episode", "ReferralNFA",
             is_true("nfa") & ((pl.col("assessments") > 0) | (pl.col("s47_enquiries") > 0)
                               | given("transfer_in_icpc_date")),
             "The referral led to no further action, but the episode holds an assessment, a section 47 "
             "enquiry or a conference.",
             "No such records, or a referral that went further."),
        Rule("8832", "cp_plan", "CPPstartDate", is_true("nfa"),
             "The child protection plan belongs to a referral that led to no further action.",
             "No plan, or a referral that went further."),
    ]  # fmt: skip


def _work() -> list[Rule]:
    return [
        Rule("2991Q", "need_episode", "AssessmentActualStartDate",
             (pl.col("s47_enquiries") > 0) & (pl.col("assessments") == 0),
             "The episode holds a section 47 enquiry but no assessment.", "An assessment."),
        Rule("8614", "assessment", "AssessmentFactors", blank("authorised_date") & given("factors"),
             "The assessment is unfinished but factors are given.",
             "Factors on finished assessments only, or the date the assessment was authorised."),
        Rule("8897Q", "assessment", "AssessmentFactors",
             pl.col("authorised_date").is_not_null() & blank("factors"),
             "The assessment is finished but no factors are given.", "At least one factor; 21 for none."),
    ]  # fmt: skip


def _closed_with_open_work() -> list[Rule]:
    closed = is_true("closure_given")
    return [
        Rule("8867", "assessment", "AssessmentAuthorisationDate", closed & blank("authorised_date"),
             "The episode is closed but the assessment is unfinished.",
             "The date the assessment was authorised."),
        Rule("8868", "s47_enquiry", "ICPCnotRequired", closed & CONFERENCE_AWAITED,
             "The episode is closed but the enquiry has neither a conference nor the mark that none was "
             "required.",
             "The date of the conference, or true."),
    ]  # fmt: skip
