"""Coded values: codes of the year, codes that exclude or repeat each other; the form of the identifier."""

from __future__ import annotations

from datetime import date

import polars as pl

from childjourneys.domain.codes import code_set
from childjourneys.quality.presence import AFTER_ASSESSMENT
from childjourneys.quality.rule import CensusYear, Rule, blank, given

SOURCE_NEEDED_FROM = date(2013, 4, 1)


def rules(year: CensusYear) -> list[Rule]:
    return [*_codes_of_the_year(year), *_child(year), *_factors()]


def _codes_of_the_year(year: CensusYear) -> list[Rule]:
    # Values of no year at all are null here: the reader has reported them as not matched.
    source_needed = pl.col("referral_date") >= SOURCE_NEEDED_FROM
    return [
        Rule("8640", "need_episode", "ReasonForClosure",
             _other_year("closure_reason", "reason_for_closure", year),
             "The reason for closure is not a code of this collection year.", "A code listed for the year."),
        Rule("8866", "need_episode", "ReferralSource",
             source_needed
             & (blank("referral_source") | _other_year("referral_source", "referral_source", year)),
             "A referral from 1 April 2013 on has no source that is a code of this collection year.",
             "A referral source listed for the year."),
    ]  # fmt: skip


def _child(year: CensusYear) -> list[Rule]:
    unborn = given("expected_birth_date") & blank("birth_date")
    codes = pl.col("disability").str.split("|")
    return [
        Rule("1570", "child", "LAchildID", pl.col("child_id").str.len_chars() > 20,
             "The identifier of the child is longer than 20 characters.", "At most 20 characters."),
        Rule("1580", "child", "LAchildID", ~pl.col("child_id").str.contains(r"^[A-Za-z0-9]*$"),
             "The identifier of the child has characters other than letters and digits.",
             "Letters and digits only."),
        Rule("8750", "child", year.sex_element, unborn & (pl.col("sex") != "U"),
             "The child is not born yet, but a sex is given.",
             "U for an unborn child." if year.number >= 2025 else "0 for an unborn child."),
        Rule("8790", "child", "Disability", codes.list.contains("NONE") & (codes.list.n_unique() > 1),
             "No disability (NONE) is given together with a disability.", "NONE alone, or no NONE."),
        Rule("8794", "child", "Disability", _repeats(codes),
             "A disability code is given twice.", "Each code once."),
    ]  # fmt: skip


def _factors() -> list[Rule]:
    codes = pl.col("factors").str.split("|")
    alone = pl.col("episode").is_not_null() & (pl.len().over("episode") == 1)
    return [
        Rule("8869", "assessment", "AssessmentFactors",
             codes.list.contains("21") & (codes.list.n_unique() > 1),
             "No factors (21) is given together with a factor.", "21 alone, or no 21."),
        Rule("8873Q", "assessment", "AssessmentFactors",
             alone & (pl.col("factors") == "21") & is_closed_otherwise(),
             "The only assessment of the episode found no factors (21), but the episode did not close after "
             "assessment.",
             "Closure RC8 or RC9, or the factors found."),
        Rule("8898", "assessment", "AssessmentFactors", _repeats(codes),
             "A factor is given twice.", "Each factor once."),
        Rule("8945Q", "assessment", "AssessmentFactors", codes.list.contains("18A"),
             "Factor 18A is used.", "18B (child on child) or 18C (adult on child)."),
        Rule("8950Q", "assessment", "AssessmentFactors", codes.list.contains("19A"),
             "Factor 19A is used.", "19B (child on child) or 19C (adult on child)."),
    ]  # fmt: skip


def is_closed_otherwise() -> pl.Expr:
    return pl.col("closure_reason").is_not_null() & ~AFTER_ASSESSMENT


def _other_year(column: str, codes: str, year: CensusYear) -> pl.Expr:
    listed = [
        entry.code
        for entry in code_set(codes).codes
        if (entry.first_year or 0) <= year.number <= (entry.last_year or year.number)
    ]
    return ~pl.col(column).is_in(listed)


def _repeats(codes: pl.Expr) -> pl.Expr:
    return codes.list.n_unique() < codes.list.len()
