"""Reports of several returns as facts, read from the design: what is one fact, and whose value is used."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from typing import Any

from plain_identity import Place, Row, census, place, status_order

from childjourneys.merging.rules import LAC_REVIEW, PLACEMENT
from childjourneys.tables import REPORTED

TABLES = REPORTED | {"lac_review": LAC_REVIEW, "placement": PLACEMENT}


def fact_order(row: Row) -> tuple[Any, ...]:
    """Who wins for a fact: the census before Annex A, a later return before an earlier one."""
    return (not census(row), -row["as_at"].toordinal(), *place(row))


@dataclass
class Fact:
    """One thing that happened, and every row that reports it, the winning one first."""

    table: str
    child: tuple[str, str]
    number: int
    reports: list[Row]
    end_name: str = ""
    end: date | None = None
    end_rows: list[Row] = field(default_factory=list)
    end_unused: bool = False
    open: str = ""
    episode: str | None = None

    def __getitem__(self, column: str) -> Any:
        """The value used: of the first in order that gives one."""
        rows = self.reports
        if column in TABLES[self.table].names("status"):
            rows = sorted(rows, key=status_order)
        return next((row[column] for row in rows if row.get(column) is not None), None)

    def saying(self, column: str) -> list[Row]:
        """The rows that give the value used."""
        return [row for row in self.reports if row.get(column) is not None and row[column] == self[column]]


def facts_of(table: str, rows: list[Row], key: tuple[str, ...], end: str = "") -> list[Fact]:
    """Rows of different sheets with one key are one fact.

    Rows of one sheet with one key are as many facts; the n-th of one sheet, in order of content, is the
    n-th of another.
    """
    content = [name for name in TABLES[table].names("value", "end", "status") if name not in key]
    content += [] if "referral_date" in key else ["referral_date"]
    counted: dict[tuple[Any, ...], int] = {}
    found: dict[tuple[Any, ...], list[Row]] = {}
    for row in sorted(rows, key=lambda row: (*(_blank_last(row.get(name)) for name in content), row["row"])):
        same = (row["la"], row["child"], *(_blank_last(row[name]) for name in key))
        here = (row["file"], row["sheet"], *same)
        counted[here] = counted.get(here, 0) + 1
        found.setdefault((*same, counted[here]), []).append(row)
    facts = []
    for same, reports in sorted(found.items()):
        fact = Fact(table, (same[0], same[1]), same[-1], sorted(reports, key=fact_order), end)
        if end:
            fact.end, fact.end_rows = fact[end], fact.saying(end)
            fact.end_unused = fact.end is None and any(row["end_unused"] for row in fact.reports)
        facts.append(fact)
    return facts


def contradictions(facts: list[Fact], key: tuple[str, ...], findings: set[tuple[str, Place]]) -> None:
    """A warning at each Annex A row that says other than the census says of the same fact."""
    for fact in facts:
        for column in TABLES[fact.table].names("value", "end"):
            of_census = [row[column] for row in fact.reports if census(row) and row.get(column) is not None]
            if column in key or not of_census:
                continue
            for row in fact.reports:
                if not census(row) and row.get(column) not in (None, of_census[0]):
                    findings.add(("contradicts-census", place(row)))


def ends_taken_back(facts: list[Fact], findings: set[tuple[str, Place]]) -> None:
    """A warning at a row without an end where an earlier return gave one."""
    for fact in facts:
        for row in fact.reports:
            if row["table"] == "referral" or row[fact.end_name] is not None:
                continue
            if any(
                r[fact.end_name] and r["as_at"] < row["as_at"] for r in fact.reports if fact.end_name in r
            ):
                findings.add(("end-taken-back", place(row)))


def near_dates(facts: list[Fact], column: str, findings: set[tuple[str, Place]]) -> None:
    """A warning at the Annex A or later row of facts 1 to 3 days apart, each in one of two returns only."""
    alone = [fact for fact in facts if len({row["return"] for row in fact.reports}) == 1]
    for one in alone:
        for other in alone:
            here, there = one.reports[0], other.reports[0]
            apart = abs((one[column] - other[column]).days)
            loses = (not census(here), here["as_at"]) > (not census(there), there["as_at"])
            two_returns = one.child == other.child and here["return"] != there["return"]
            if two_returns and loses and 1 <= apart <= 3:
                findings.add(("near-date", place(here)))


def _blank_last(value: Any) -> tuple[bool, Any]:
    return (value is None, 0 if value is None else value)
