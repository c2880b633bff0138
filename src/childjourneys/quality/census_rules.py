"""The DfE's validation rules of the CIN census, over the tables of a file as it is read.

Each rule is reported once. What the reader has to find out anyway, it reports, most of it under the DfE's
code; the value it could not use is then null in its table, with the text in `*_raw`. The rules here take
such a value as given (so nothing is called missing) and compare it with nothing (one fault, one finding).

| Rule | What the reader reports | What is reported here |
|---|---|---|
| 8500, 8510, 8590 | identifier missing, or on two children; no episode | |
| 8600, 4010, 8720, 8842Q | referral, plan start or review blank, or after the reference date | |
| 8608, 8615, 8630, 4011, 8925 | end before its start; an enquiry without a start | |
| 4180, 4220, 8568, 8905, 8910 | missing; not listed, as `not-matched` | |
| 8730 | missing or no number | |
| 8650 | not listed, as `not-matched` | |
| 8640, 8866 | not listed, as `not-matched` | a code of another year; a source that is missing |
| 4013, 8545Q, 8620, 8696, 8715, 8930 | after the reference date | before the year |
| 8606 | | by `journey_checks`, over the events of all returns |
| all others | | yes |

Choices, where the rule in words leaves one: intervals are half-open, so one that starts on the day another
ends does not overlap it; of records that overlap the later is named, of several open ones all. School age
(8770Q) is 5 to 15 completed years on the reference date. Records whose need episode was set aside take no
part in rules that compare them with it. 1530 knows no list of pseudo-authorities (see `upn`). To 2024, gender
9 can't be told from 0 (8750, 2886Q). An enquiry that needed no conference is taken to cover no day (8890).
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import Any

import polars as pl

from childjourneys.domain.codes import load_yaml
from childjourneys.domain.dates import year_end
from childjourneys.issues import Issue, IssueLog
from childjourneys.quality import coded_values, date_order, date_year, one_of_a_kind, presence, upn
from childjourneys.quality.related import WITH_ROWS, relate
from childjourneys.quality.rule import CensusYear, Rule, remedy, verdict
from childjourneys.quality.whole_file import WholeFile
from childjourneys.sources.contract import ReturnInfo

FAMILIES = (date_order, date_year, presence, coded_values, one_of_a_kind, upn)
WHOLE_FILE = frozenset({"1520", "2883", "2886Q", "2887Q", "2888Q"})
HEADER = "100"
FIRST_YEAR_HELD, LAST_YEAR_HELD = 2023, 2026

READER, HERE, BOTH, JOURNEYS = "reader", "census rules", "reader and census rules", "journey checks"
_REPORTED_BY = {
    READER: (
        "8500", "8510", "8590", "8600", "4010", "8720", "8842Q", "8608", "8615", "8630", "4011", "8925",
        "4180", "4220", "8568", "8905", "8910", "8730", "8650",
    ),
    BOTH: ("8640", "8866", "4013", "8545Q", "8620", "8696", "8715", "8930"),
    JOURNEYS: ("8606",),
}  # fmt: skip


# The DfE numbers the rules about child in need plans 4000 to 4017.
_CIN_PLAN_RULE = re.compile(r"40\d\dQ?$")


class CensusRules:
    """The rules of one census file: `check` each batch of it, then `finish`.

    Severity is `warning` throughout: the rows are loaded, and each finding says whether the DfE
    counts it as an error or a query.
    """

    def __init__(self, info: ReturnInfo, as_at: date) -> None:
        self._info = info
        self._year = CensusYear(info.year or as_at.year)
        applying = codes_of(self._year.number)
        self._rules = [rule for rule in rules_of(self._year) if rule.code in applying]
        self._header_and_whole = applying & (WHOLE_FILE | {HEADER})
        self._whole = WholeFile(self._year)

    def check(self, batch: dict[str, pl.DataFrame], log: IssueLog) -> None:
        """Report what is wrong in one batch of whole children, as the reader yields it."""
        frames = relate(batch, self._year)
        for table in WITH_ROWS:
            self._check_table(frames[table], [rule for rule in self._rules if rule.table == table], log)
        self._whole.add(frames)

    def finish(self, log: IssueLog) -> None:
        """Report what only the whole file shows, and a wrong reference date."""
        self._whole.report(self._info.file, self._header_and_whole & WHOLE_FILE, log)
        self._check_header(log)
        if not self._year.has_working_days:
            calendar = self._year.calendar
            log.add(
                Issue(
                    severity="note",
                    code="calendar",
                    file=self._info.file,
                    what="Rules on working days were not checked: the year's bank holidays are not held.",
                    expected=f"A collection year from {calendar.first.year + 2} to {calendar.last.year}.",
                    to_do="Check the reference date of the header.",
                )
            )

    def _check_table(self, frame: pl.DataFrame, rules: list[Rule], log: IssueLog) -> None:
        if frame.is_empty():
            return
        fired = frame.select(rule.when.fill_null(False).alias(str(n)) for n, rule in enumerate(rules))
        for n, rule in enumerate(rules):
            if fired[str(n)].any():
                places = frame.select("sheet", "row").filter(fired[str(n)])
                for (sheet,), rows in places.group_by("sheet", maintain_order=True):
                    log.add_rows(self._issue(rule, str(sheet)), rows["row"].to_list())

    def _issue(self, rule: Rule, sheet: str) -> Issue:
        return Issue(
            severity="warning",
            code=rule.code,
            file=self._info.file,
            what=verdict(rule.code, rule.what),
            expected=rule.expected,
            to_do=remedy(rule.code, rule.to_do),
            sheet=sheet,
            column=rule.column,
        )

    def _check_header(self, log: IssueLog) -> None:
        stated = self._info.as_at if self._info.as_at_how == "reference date" else None
        if stated is not None and stated == year_end(stated.year):
            return
        fault = "is missing or can't be read" if stated is None else "is not 31 March"
        log.add(
            Issue(
                severity="warning",
                code=HEADER,
                file=self._info.file,
                what=verdict(HEADER, f"The reference date of the header {fault}."),
                expected="31 March of the collection year, written year-month-day.",
                to_do="Set the reference date of the collection and export again.",
                sheet="Header",
                column="ReferenceDate",
            )
        )


def rules_of(year: CensusYear) -> list[Rule]:
    """All rules that fire at rows, as they read in a year, whether or not they apply in it."""
    return [rule for family in FAMILIES for rule in family.rules(year)]


def codes_of(year: int) -> frozenset[str]:
    """The DfE codes that apply to a collection year.

    The rules of 2023 are the earliest held: they stand in for earlier years (some are older, some may
    not be) as far as the elements existed, so those about child in need plans begin in 2022.
    """
    return frozenset(
        spec.code
        for spec in specifications()
        if spec.first_year <= max(year, FIRST_YEAR_HELD) and spec.elements_from <= year
    )


def rule_basis(year: int) -> str:
    """One sentence for the report: which year's rules a census was checked against."""
    if year < FIRST_YEAR_HELD:
        return (
            f"The census of {year} was checked against the DfE's rules of {FIRST_YEAR_HELD}, the earliest "
            f"held, as far as its elements existed in {year}; a rule may be younger than the file."
        )
    if year > LAST_YEAR_HELD:
        return (
            f"The census of {year} was checked against the DfE's rules of {LAST_YEAR_HELD}, the latest held."
        )
    return f"The census of {year} was checked against the DfE's rules of {year}."


def rule_table() -> list[dict[str, Any]]:
    """One row per rule of the DfE for the documentation: what it is and which part reports it."""
    own = {rule.code for rule in rules_of(CensusYear(LAST_YEAR_HELD))} | WHOLE_FILE | {HEADER}
    return [
        {
            "code": spec.code,
            "type": spec.type,
            "condition": spec.condition,
            "from": spec.first_year,
            "implemented": spec.code in own or _reported_by(spec.code) in (READER, JOURNEYS),
            "reported_by": _reported_by(spec.code),
        }
        for spec in specifications()
    ]


@dataclass(frozen=True)
class Specification:
    """A rule as `cin_rules.yaml` states it. `elements_from`: the first year of its elements, 0 for always."""

    code: str
    type: str
    condition: str
    first_year: int
    elements_from: int


@cache
def specifications() -> tuple[Specification, ...]:
    groups = load_yaml("childjourneys.sources", "specs/cin_census.yaml")["groups"]
    plans_from = next(group["from"] for group in groups if group["xml"] == "CINPlanDates")
    return tuple(
        Specification(
            code=str(item["code"]),
            type=item["type"],
            condition=item["condition"],
            first_year=item["from"],
            elements_from=plans_from if _CIN_PLAN_RULE.match(str(item["code"])) else 0,
        )
        for item in load_yaml("childjourneys.sources", "specs/cin_rules.yaml")["rules"]
    )


def _reported_by(code: str) -> str:
    return next((who for who, codes in _REPORTED_BY.items() if code in codes), HERE)
