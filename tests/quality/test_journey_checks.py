"""Events long before birth."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import polars as pl

from childjourneys.issues import Issue
from childjourneys.quality.journey_checks import before_birth

BORN = date(2024, 1, 10)
CHILDREN = {
    "la_code": ["301", "301", "301", "302"],
    "child_id": ["BORN", "UNBORN", "NEITHER", "BORN"],
    "birth_date": [BORN, None, None, date(2010, 1, 1)],
    "expected_birth_date": [None, BORN, None, None],
}
SCHEMA = {"la_code": pl.String, "child_id": pl.String, "birth_date": pl.Date, "expected_birth_date": pl.Date}


def issues(*events: dict[str, Any]) -> list[Issue]:
    usual = {"la_code": "301", "child_id": "BORN", "event": "referral", "source": "cin_census",
             "file": "a/cin.xml", "sheet": "CINdetails", "row": 7}  # fmt: skip
    return before_birth(
        pl.DataFrame([usual | event for event in events]), pl.DataFrame(CHILDREN, schema=SCHEMA)
    )


def test_280_days_before_birth_is_still_good() -> None:
    assert issues({"date": BORN - timedelta(days=280)}) == []
    found = issues({"date": BORN - timedelta(days=281)})
    assert [(i.severity, i.code, i.file, i.sheet, i.row, i.column) for i in found] == [
        ("warning", "8606", "a/cin.xml", "CINdetails", 7, "CINreferralDate")
    ]


def test_an_unborn_child_counts_from_the_expected_date_and_one_without_either_is_left() -> None:
    early = BORN - timedelta(days=300)
    found = issues({"date": early, "child_id": "UNBORN"}, {"date": early, "child_id": "NEITHER", "row": 8})
    assert [i.row for i in found] == [7]


def test_only_a_referral_of_the_census_is_a_rule_of_the_dfe() -> None:
    early = BORN - timedelta(days=300)
    annex_a = {"source": "annex_a", "file": "a/annex.xlsx", "sheet": "List 3"}
    found = issues({"date": early} | annex_a, {"date": early, "event": "s47", "row": 9})
    assert [(i.code, i.sheet, i.row, i.column) for i in found] == [
        ("before-birth", "List 3", 7, ""),
        ("before-birth", "CINdetails", 9, ""),
    ]
    assert found[1].what.startswith("Section 47 enquiry starts more than 280 days before")


def test_children_of_two_authorities_are_told_apart() -> None:
    assert issues({"date": BORN - timedelta(days=300), "la_code": "302"}) == []


def test_no_value_of_a_child_is_in_the_text() -> None:
    found = issues({"date": date(2021, 2, 3)})
    assert "BORN" not in repr(found) and "2021" not in repr(found)
