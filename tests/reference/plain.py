"""The slow, plain version of merging and journeys, written from the design, not from the fast code.

Lists and loops only. It knows nothing of identifiers quarantined by volume: no story here has 500 events.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import plain_events
from plain_facts import Fact, contradictions, ends_taken_back, facts_of, near_dates
from plain_identity import Place, Row, census, name_children, place, status_order
from plain_silence import close_absent
from story import Story

from childjourneys.tables import REPORTED

Facts = dict[str, list[Fact]]
ENDS = {
    "case_closed": ("need_episode", "referral_date"),
    "assessment_authorised": ("assessment", "start_date"),
    "early_help_assessment_end": ("early_help_assessment", "start_date"),
    "cin_end": ("cin_plan", "start_date"),
    "cpp_end": ("cp_plan", "start_date"),
    "lac_end": ("period_of_care", "start_date"),
}


@dataclass
class Told:
    """What a reader of the design says of a story."""

    facts: Facts
    children: dict[tuple[str, str], dict[str, Any]]
    events: list[dict[str, Any]]
    spells: list[dict[str, Any]]
    lines: dict[tuple[str, str], dict[str, Any]]
    marks: set[tuple[Any, ...]]
    findings: set[tuple[str, Place]]


def tell(story: Story) -> Told:
    findings: set[tuple[str, Place]] = set()
    rows = _rows(story)
    name_children([row for found in rows.values() for row in found], findings)
    children = _children(rows)
    facts = _facts(story, rows, findings)
    events = plain_events.events(facts, children)
    return Told(
        facts,
        children,
        events,
        plain_events.spells(facts),
        plain_events.lines(events),
        _marks(rows["mark"], facts),
        findings,
    )


def _rows(story: Story) -> dict[str, list[Row]]:
    """Every reported row with all its columns, its return, and whether its own end was marked as unused."""
    rows: dict[str, list[Row]] = {name: [] for name in REPORTED}
    for (number, table), records in story.rows.items():
        made = story.returns[number]
        about = {
            "return": number,
            "la": made.la,
            "source": made.source,
            "file": made.file,
            "as_at": made.as_at,
        }
        for record in records:
            blank = dict.fromkeys(REPORTED[table].schema)
            rows[table].append({**blank, **record, **about, "table": table, "end_unused": False})
    marked = [
        (place(mark), mark["child_id"], mark["start"], event)
        for mark in rows["mark"]
        for event in mark["event"].split("|")
    ]
    for event, (table, start) in ENDS.items():
        for row in rows[table]:
            row["end_unused"] = (place(row), row["child_id"], row[start], event) in marked
    return rows


def _children(rows: dict[str, list[Row]]) -> dict[tuple[str, str], dict[str, Any]]:
    children: dict[tuple[str, str], dict[str, Any]] = {
        (row["la"], row["child"]): {} for found in rows.values() for row in found
    }
    columns = [name for name in REPORTED["child"].names("status") if name != "unborn"]
    for child, known in children.items():
        mine = [row for row in rows["child"] if (row["la"], row["child"]) == child]
        mine.sort(key=status_order)
        for column in columns:
            known[column] = next((row[column] for row in mine if row[column] is not None), None)
        if known["birth_date"]:
            known["expected_birth_date"] = None
        if known["upn"]:
            known["upn_unknown"] = None
    return children


def _facts(story: Story, rows: dict[str, list[Row]], findings: set[tuple[str, Place]]) -> Facts:
    returns = story.loaded()
    facts: Facts = {}

    def merge(table: str, found: list[Row], key: tuple[str, ...], end: str = "") -> list[Fact]:
        facts[table] = facts_of(table, found, key, end)
        return facts[table]

    def plan(table: str, annex_list: int | None, found: list[Row]) -> None:
        merge(table, found, ("start_date",), "end_date")
        close_absent(facts[table], "start_date", returns, annex_list, findings, lambda _: True)

    need = merge("need_episode", rows["need_episode"] + rows["referral"], ("referral_date",), "closure_date")
    close_absent(need, "referral_date", returns, 6, findings, plain_events.is_case)
    for fact in need:
        number = f"#{fact.number}" if fact.number > 1 else ""
        fact.episode = fact["referral_date"].isoformat() + number
    merge("contact", rows["contact"], ("contact_date", "contact_source"))
    merge("early_help_assessment", rows["early_help_assessment"], ("start_date",), "end_date")
    with_referral = _adopted(rows["assessment"])
    merge("assessment", with_referral, ("start_date", "referral_date"), "authorised_date")
    merge("s47_enquiry", rows["s47_enquiry"], ("start_date",))
    merge("icpc", rows["icpc"], ("icpc_date",))
    plan("cin_plan", None, rows["cin_plan"])
    plan("cp_plan", 7, rows["cp_plan"])
    plan("period_of_care", 8, rows["period_of_care"])
    latest = [
        {**row, "review_date": row["latest_review_date"], "cpp_start_date": row["start_date"]}
        for row in rows["cp_plan"]
        if row["latest_review_date"]
    ]
    merge("cp_review", rows["cp_review"] + latest, ("review_date",))
    care = rows["period_of_care"]
    reviews = [{**row, "review_date": row["latest_review_date"]} for row in care if row["latest_review_date"]]
    merge("lac_review", reviews, ("review_date",))
    merge("adoption", rows["adoption"], ("decision_date",))

    for table, found in facts.items():
        if table not in ("cp_review", "lac_review"):
            contradictions(found, ("referral_date", "start_date"), findings)
        if facts[table] and facts[table][0].end_name:
            ends_taken_back(found, findings)
    for table, column in (("need_episode", "referral_date"), ("s47_enquiry", "start_date"),
                          ("cin_plan", "start_date"), ("cp_plan", "start_date"),
                          ("period_of_care", "start_date")):  # fmt: skip
        near_dates(facts[table], column, findings)

    placed = [
        {**row, "start_date": row["placement_start_date"]} for row in care if row["placement_start_date"]
    ]
    merge("placement", placed, ("start_date",), "end_date")
    close_absent(facts["placement"], "start_date", returns, 8, set(), lambda _: True)
    for table in ("assessment", "s47_enquiry", "icpc", "cin_plan", "cp_plan", "cp_review"):
        for fact in facts[table]:
            fact.episode = _nested_in(fact, need)
    plain_events.close_plans_with_case(facts["cin_plan"], need)
    return facts


def _adopted(assessments: list[Row]) -> list[Row]:
    """Assessments of list 4 know no referral: the n-th of a day in a sheet has that of the census's n-th."""
    adopted = []
    content = list(REPORTED["assessment"].names("value", "end", "status"))
    for row in assessments:
        if row["referral_date"] is None:
            same = [r for r in assessments if (r["la"], r["child"], r["start_date"])
                    == (row["la"], row["child"], row["start_date"])]  # fmt: skip
            known = sorted({r["referral_date"] for r in same if r["referral_date"]})
            beside = [r for r in same if r["referral_date"] is None
                      and (r["file"], r["sheet"]) == (row["file"], row["sheet"])]  # fmt: skip
            beside.sort(key=lambda r: (*((r[c] is None, r[c] or 0) for c in content), r["row"]))
            number = [id(r) for r in beside].index(id(row))
            row = {**row, "referral_date": known[number] if number < len(known) else None}
        adopted.append(row)
    return adopted


def _nested_in(fact: Fact, need: list[Fact]) -> str | None:
    """The episode whose CINdetails record holds the record; the winning one that is nested decides.

    Where a file is written on one line, the child and the referral date tell its records apart.
    """
    for row in fact.reports:
        if row.get("parent_row") is not None:
            holding = [
                episode
                for episode in need
                if episode.child == fact.child
                and any(
                    census(details) and (details["file"], details["row"]) == (row["file"], row["parent_row"])
                    for details in episode.reports
                )
            ]
            holding.sort(key=lambda episode: episode["referral_date"] != row["referral_date"])
            return holding[0].episode if holding else None
    return None


def _marks(marks: list[Row], facts: Facts) -> set[tuple[Any, ...]]:
    """Facts without a usable date; an end that another return gives readably leaves none."""
    left = set()
    for mark in marks:
        made_up = any(
            fact.child == (mark["la"], mark["child"])
            and fact[ENDS[event][1]] == mark["start"]
            and fact.end is not None
            and fact.open != "unknown"
            for event in mark["event"].split("|")
            if event in ENDS and mark["start"]
            for fact in facts[ENDS[event][0]]
        )
        if not made_up:
            left.add((mark["la"], mark["child"], mark["event"], mark["code"], mark["start"], *place(mark)))
    return left
