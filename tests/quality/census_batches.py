"""Small made-up batches: one child with one record of every kind, clean in 2024, and changes to it."""

from __future__ import annotations

from datetime import date
from typing import Any

import polars as pl

from childjourneys.issues import Issue, IssueLog
from childjourneys.quality.census_rules import CensusRules
from childjourneys.sources.contract import ReturnInfo
from childjourneys.tables import REPORTED

Rows = list[dict[str, Any]]
Changes = dict[str, Rows]

REFERRAL = date(2023, 6, 1)
PLAN = date(2023, 8, 1)

CLEAN: dict[str, dict[str, Any]] = {
    "child": {"sheet": "Child", "row": 10, "birth_date": date(2012, 5, 1), "sex": "M", "ethnicity": "WBRI",
              "disability": "NONE", "upn": "B801200005001"},
    "need_episode": {"sheet": "CINdetails", "row": 20, "referral_date": REFERRAL, "referral_source": "1A",
                     "primary_need": "N1", "nfa": False},
    "assessment": {"sheet": "Assessments", "row": 30, "start_date": date(2023, 6, 5),
                   "authorised_date": date(2023, 7, 10), "factors": "3A|4B"},
    "s47_enquiry": {"sheet": "Section47", "row": 40, "start_date": date(2023, 7, 12), "icpc_date": PLAN,
                    "icpc_target_date": date(2023, 8, 2), "icpc_not_required": False},
    "cp_plan": {"sheet": "ChildProtectionPlans", "row": 50, "start_date": PLAN,
                "end_date": date(2024, 1, 15)},
    "cp_review": {"sheet": "CPPreviewDate", "row": 60, "cpp_start_date": PLAN,
                  "review_date": date(2023, 10, 20)},
    "cin_plan": {"sheet": "CINPlanDates", "row": 70, "start_date": date(2024, 1, 15)},
}  # fmt: skip
_NESTED = ("assessment", "s47_enquiry", "cp_plan", "cp_review", "cin_plan")


def batch(changes: Changes) -> dict[str, pl.DataFrame]:
    """The clean child; a table named in `changes` has those rows instead, each over the clean row."""
    frames = {}
    for name, clean in CLEAN.items():
        link = {"parent_row": 20, "referral_date": REFERRAL} if name in _NESTED else {}
        rows = [{"child_id": "C1"} | link | clean | row for row in changes.get(name, [{}])]
        frames[name] = table(name, rows)
    for name in changes.keys() - CLEAN.keys():
        frames[name] = table(name, changes[name])
    return frames


def table(name: str, rows: Rows) -> pl.DataFrame:
    schema = REPORTED[name].schema
    unknown = {key for row in rows for key in row} - schema.keys()
    assert not unknown, f"{name} has no {unknown}"
    return pl.DataFrame([{column: row.get(column) for column in schema} for row in rows], schema=schema)


def info(year: int = 2024, **changes: Any) -> ReturnInfo:
    stated: dict[str, Any] = {"as_at": date(year, 3, 31), "as_at_how": "reference date"}
    return ReturnInfo(file="cin.xml", kind="cin_census", sha256="0", la_code="301", **(stated | changes))


def found(*batches: dict[str, pl.DataFrame], year: int = 2024, finish: bool = False) -> list[Issue]:
    rules, log = CensusRules(info(year), date(year, 3, 31)), IssueLog()
    for frames in batches:
        rules.check(frames, log)
    if finish:
        rules.finish(log)
    return log.issues()
