"""What a CIN census holds: record elements, their fields, and the table each of them goes to.

Element names, types, code sets and what is required come from `specs/cin_census.yaml`; here stands only
which of them are records, what their columns are called in the reported tables, and the DfE rule that a
finding about them is.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import Any

from childjourneys.domain.codes import load_yaml


@dataclass(frozen=True)
class Field:
    """One element of a record.

    Attributes:
        column: its name in the reported table.
        first_year: the collection year that brought it; None where it was there before.
    """

    element: str
    column: str
    type: str
    codes: str | None
    repeatable: bool
    required: bool
    first_year: int | None


@dataclass(frozen=True)
class Kind:
    """One record element, which is also the sheet of its rows.

    Attributes:
        parent: record element it is nested in.
        key: element of its key date; blank for `Child`.
        end: element of the date that ends it (for an enquiry its conference).
        rules: code of a finding, by `key-date-blank`, `key-date-future`, `end-before-start`, or by the
            element that is missing.
        after_year: the DfE rule that a date after the reference date breaks, by element.
        starts, ends: event types that its key date and its end give.
        other_events: element to the event type that its date gives.
    """

    name: str
    table: str
    parent: str = ""
    key: str = ""
    end: str = ""
    starts: str = ""
    ends: str = ""
    rules: Mapping[str, str] = field(default_factory=dict)
    other_events: Mapping[str, str] = field(default_factory=dict)
    after_year: Mapping[str, str] = field(default_factory=dict)

    @property
    def fields(self) -> tuple[Field, ...]:
        return _fields()[self.name]


CHILD = Kind(
    "Child",
    "child",
    rules={"Sex": "4180", "GenderCurrent": "4180", "Ethnicity": "4220", "CINdetails": "8590"},
    after_year={"PersonDeathDate": "8545Q"},
)
EPISODE = Kind(
    "CINdetails", "need_episode", "Child", "CINreferralDate", "CINclosureDate", "referral", "case_closed",
    rules={
        "key-date-blank": "8600", "key-date-future": "8600", "end-before-start": "8630",
        "ReferralNFA": "8568",
    },
    other_events={"DateOfInitialCPC": "icpc"},
    after_year={"CINclosureDate": "8620"},
)  # fmt: skip
ASSESSMENT = Kind(
    "Assessments", "assessment", "CINdetails", "AssessmentActualStartDate", "AssessmentAuthorisationDate",
    "assessment_start", "assessment_authorised", rules={"end-before-start": "8608"},
    after_year={"AssessmentAuthorisationDate": "8696"},
)  # fmt: skip
CIN_PLAN = Kind(
    "CINPlanDates", "cin_plan", "CINdetails", "CINPlanStartDate", "CINPlanEndDate", "cin_start", "cin_end",
    rules={"key-date-blank": "4010", "key-date-future": "4010", "end-before-start": "4011"},
    after_year={"CINPlanEndDate": "4013"},
)  # fmt: skip
ENQUIRY = Kind(
    "Section47", "s47_enquiry", "CINdetails", "S47ActualStartDate", "DateOfInitialCPC", "s47", "icpc",
    rules={"key-date-blank": "8615", "end-before-start": "8615"},
    after_year={"DateOfInitialCPC": "8715"},
)  # fmt: skip
CP_PLAN = Kind(
    "ChildProtectionPlans", "cp_plan", "CINdetails", "CPPstartDate", "CPPendDate", "cpp_start", "cpp_end",
    rules={
        "key-date-blank": "8720", "key-date-future": "8720", "end-before-start": "8925",
        "InitialCategoryOfAbuse": "8905", "LatestCategoryOfAbuse": "8910", "NumberOfPreviousCPP": "8730",
        "CPPreviewDate": "8842Q",
    },
    after_year={"CPPendDate": "8930"},
)  # fmt: skip
REVIEW = Kind(
    "CPPreviewDate", "cp_review", "ChildProtectionPlans", "CPPreviewDate", starts="cp_review",
    rules={"key-date-blank": "8842Q"},
)  # fmt: skip

KINDS = (CHILD, EPISODE, ASSESSMENT, CIN_PLAN, ENQUIRY, CP_PLAN, REVIEW)
KIND_NUMBER = {kind.name: number for number, kind in enumerate(KINDS)}
SKIPPED = "PreProceedingsandFGDM"
CHARACTERISTICS = "ChildCharacteristics"
REVIEWS = "Reviews"

# Groups that are no records of their own: their fields belong to the record around them.
_GROUP_OF_RECORD = {"ChildIdentifiers": "Child", CHARACTERISTICS: "Child", REVIEWS: "CPPreviewDate"}

_COLUMNS = {
    "la_child_id": "child_id", "gender": "sex", "referral_nfa": "nfa",
    "assessment_start_date": "start_date", "assessment_end_date": "authorised_date",
    "assessment_internal_review_date": "internal_review_date", "assessment_factors": "factors",
    "cin_plan_start_date": "start_date", "cin_plan_end_date": "end_date", "s47_start_date": "start_date",
    "cpp_start_date": "start_date", "cpp_end_date": "end_date", "cpp_review_date": "review_date",
}  # fmt: skip


@cache
def wrappers() -> frozenset[str]:
    """Elements that only hold others together."""
    names = set(_GROUP_OF_RECORD)
    for group in _groups():
        if group["xml"] != "Header":
            for element in group["elements"]:
                names |= set(element.get("path", "").split("/")[:-1])
    return frozenset(names)


@cache
def _fields() -> dict[str, tuple[Field, ...]]:
    found: dict[str, list[Field]] = {kind.name: [] for kind in KINDS}
    for group in _groups():
        record = _GROUP_OF_RECORD.get(group["xml"], group["xml"])
        for element in group["elements"] if record in found else ():
            canonical = element["canonical"]
            found[record].append(
                Field(
                    element["xml"],
                    _COLUMNS.get(canonical, canonical),
                    element["type"],
                    element.get("codes"),
                    element.get("repeatable", False) and record != REVIEW.name,
                    element.get("required") == "always",
                    element.get("from"),
                )
            )
    return {name: tuple(fields) for name, fields in found.items()}


def _groups() -> list[dict[str, Any]]:
    groups: list[dict[str, Any]] = load_yaml("childjourneys.sources.specs", "cin_census.yaml")["groups"]
    return groups
