"""An invented run: the frames that a run hands to its reports, with a marked identifier on every child."""

from __future__ import annotations

import json
import random
from datetime import date, timedelta

import polars as pl

from childjourneys.domain.dates import add_months
from childjourneys.domain.vocabulary import EVENT, EVENT_ORDER
from childjourneys.tables import DERIVED

CANARY = "ZZCANARY"


def invented_frames(children: int = 400, seed: int = 1, years: int = 4) -> dict[str, pl.DataFrame]:
    """Frames by their name in DERIVED: `years` census years to 31 March 2025, and an Annex A of that day."""
    rng = random.Random(seed)
    first, last = date(2025 - years, 4, 1), date(2025, 3, 31)
    days = (last - first).days
    events: list[dict[str, object]] = []
    spells: list[dict[str, object]] = []
    people: list[dict[str, object]] = []
    for number in range(children):
        child = f"{CANARY}{number:05d}"
        people.append(_person(rng, child, first))
        for _ in range(1 + (rng.random() < 0.3) + (rng.random() < 0.15)):
            _one_episode(rng, child, first + timedelta(days=rng.randrange(days)), last, events, spells)
    event_frame = _conform("events", events)
    event_frame = event_frame.sort(
        "child_id", "date", pl.col("event").replace_strict(EVENT_ORDER, return_dtype=pl.Int64)
    )
    return {
        "events": event_frame,
        "spells": _conform("spells", spells),
        "lines": invented_lines(event_frame),
        "children": _conform("children", people),
        "coverage": invented_coverage(years),
        "returns": _returns(years),
        "attrition": _attrition(years),
        "issues": _issues(),
    }


def invented_lines(events: pl.DataFrame) -> pl.DataFrame:
    shown = events.filter(pl.col("event").is_in([e.name for e in EVENT.values() if e.in_lines]))
    codes = {name: event.code for name, event in EVENT.items()}
    lines = shown.group_by("la_code", "child_id", maintain_order=True).agg(
        pl.concat_str(pl.lit("["), "date", pl.lit("/"), "event", pl.lit("]"))
        .str.join(" -> ")
        .alias("journey"),
        pl.col("event").replace_strict(codes).str.join(" -> ").alias("journey_reduced"),
        pl.col("date").min().alias("first_date"),
        pl.col("date").max().alias("last_date"),
        pl.len().cast(pl.Int64).alias("n_events"),
    )
    return DERIVED["lines"].conform(lines)


def invented_coverage(years: int = 4) -> pl.DataFrame:
    last = date(2025, 3, 31)
    census = (
        "referral",
        "assessment_start",
        "assessment_authorised",
        "assessment",
        "s47",
        "icpc",
        "s47_enquiry",
        "cpp_start",
        "cpp_end",
        "cp_plan",
        "cp_review",
        "case_closed",
        "need_episode",
        "cin_start",
        "cin_end",
        "cin_plan",
    )
    annex = (
        "contact",
        "early_help_assessment_start",
        "early_help_assessment_end",
        "early_help",
        "lac_start",
        "lac_end",
        "looked_after",
        "adopted",
        "placed_for_adoption",
    )
    rows: list[dict[str, object]] = []
    for kind in census:
        start = date(2025 - years, 4, 1)
        if kind.startswith("cin") and start < date(2021, 4, 1):
            start = date(2021, 4, 1)
        rows.append(_covered(kind, start, last, "cin_census; annex_a"))
    for kind in annex:
        rows.append(_covered(kind, add_months(date(2024, 3, 31), -6), date(2024, 3, 31), "annex_a"))
        rows.append(_covered(kind, add_months(last, -6), last, "annex_a"))
    return _conform("coverage", rows)


def _covered(kind: str, start: date, end: date, source: str) -> dict[str, object]:
    rule = "started_in" if kind in EVENT else "open_in"
    return {"la_code": "301", "kind": kind, "from": start, "to": end, "rule": rule, "source": source}


def _person(rng: random.Random, child: str, first: date) -> dict[str, object]:
    born = first - timedelta(days=rng.randrange(-300, 16 * 365))
    unborn = rng.random() < 0.03
    return {
        "la_code": "301",
        "child_id": child,
        "birth_date": None if unborn or rng.random() < 0.01 else born,
        "expected_birth_date": date(2025, 6, 1) if unborn else None,
        "sex": "U" if unborn else rng.choice("FM"),
        "upn": f"UPN{CANARY}",
        "family_id": f"FAM{CANARY}",
    }


def _one_episode(
    rng: random.Random,
    child: str,
    day: date,
    last: date,
    events: list[dict[str, object]],
    spells: list[dict[str, object]],
) -> None:
    here = {"la_code": "301", "child_id": child}

    def place() -> dict[str, object]:
        return {
            "source": "cin_census",
            "file": "cin/CIN_2024.xml",
            "sheet": "CINdetails",
            "row": rng.randrange(2, 90000),
        }

    def add(event: str, when: date, **attributes: object) -> bool:
        if when > last:
            return False
        events.append(
            here
            | place()
            | {"date": when, "event": event, "episode_id": f"{child}-1", "attributes": json.dumps(attributes)}
        )
        return True

    def spell(kind: str, start: date, end: date) -> None:
        if start <= last:
            ended = end <= last
            spells.append(
                here
                | place()
                | {
                    "kind": kind,
                    "start": start,
                    "end": end if ended else None,
                    "open": "false" if ended else "true",
                    "episode_id": f"{child}-1",
                }
            )

    for _ in range(rng.choice((1, 1, 1, 2, 3))):
        add("contact", day - timedelta(days=rng.randrange(0, 40)), contact_source="2A")
    if rng.random() < 0.3:
        return
    closes = day + timedelta(days=20)
    add("referral", day, referral_source="6", nfa=False)
    if rng.random() < 0.8:
        start, end = day + timedelta(days=2), day + timedelta(days=rng.randrange(15, 70))
        add("assessment_start", start)
        add("assessment_authorised", end, factors=["3A", "4B"], assessed_needs_support=True)
        spell("assessment", start, end)
        closes = end + timedelta(days=5)
    if rng.random() < 0.3:
        start, end = day + timedelta(days=3), day + timedelta(days=rng.randrange(10, 30))
        add("s47", start)
        add("icpc", end)
        spell("s47_enquiry", start, end)
        if rng.random() < 0.6:
            plan_end = end + timedelta(days=rng.randrange(60, 500))
            add("cpp_start", end, category_of_abuse="NEG")
            add("cp_review", end + timedelta(days=90))
            add("cpp_end", plan_end)
            spell("cp_plan", end, plan_end)
            closes = plan_end + timedelta(days=10)
    elif rng.random() < 0.4:
        start, end = closes, closes + timedelta(days=rng.randrange(40, 300))
        add("cin_start", start)
        add("cin_end", end)
        spell("cin_plan", start, end)
        closes = end + timedelta(days=3)
    if rng.random() < 0.08:
        start, end = closes, closes + timedelta(days=rng.randrange(30, 700))
        add("lac_start", start, legal_status="C2")
        add("lac_end", end)
        spell("looked_after", start, end)
        closes = end + timedelta(days=3)
    add("case_closed", closes, closure_reason="RC1")
    spell("need_episode", day, closes)


def _returns(years: int) -> pl.DataFrame:
    rows: list[dict[str, object]] = [
        {
            "file": f"cin/CIN_{year}.xml",
            "kind": "cin_census",
            "la_code": "301",
            "as_at": date(year, 3, 31),
            "as_at_how": "reference date",
            "year": year,
            "status": "read",
            "sha256": f"{year}" * 16,
            "rows_in": 41230 + year,
            "rows_loaded": 41200,
        }
        for year in range(2026 - years, 2026)
    ]
    rows.append(
        {
            "file": "annex_a/Annex A March 2025.xlsx",
            "kind": "annex_a",
            "la_code": "301",
            "as_at": date(2025, 3, 31),
            "as_at_how": "front sheet",
            "lists": "1 2 3 4 5 6 7 8 9 10 11",
            "status": "read",
            "sha256": "ab" * 32,
            "rows_in": 8123,
            "rows_loaded": 8001,
        }
    )
    rows.append(
        {
            "file": "annex_a/Annex A March 2025 (copy).xlsx",
            "kind": "annex_a",
            "la_code": "301",
            "as_at": date(2025, 3, 31),
            "status": "duplicate",
            "sha256": "ab" * 32,
            "rows_in": 8123,
            "rows_loaded": 0,
        }
    )
    return _conform("returns", rows)


def _attrition(years: int) -> pl.DataFrame:
    rows: list[dict[str, object]] = []
    for year in range(2026 - years, 2026):
        for sheet, rows_in in (
            ("Child", 4100),
            ("CINdetails", 4900),
            ("Assessments", 5300),
            ("Section47", 2100),
        ):
            rows.append(
                {
                    "step": "read",
                    "file": f"cin/CIN_{year}.xml",
                    "sheet": sheet,
                    "rows_in": rows_in,
                    "rows_out": rows_in - 5,
                    "duplicate": 2,
                    "set_aside": 3,
                    "reason": "no-key-date: 3",
                }
            )
    for number in range(1, 11):
        rows.append(
            {
                "step": "read",
                "file": "annex_a/Annex A March 2025.xlsx",
                "sheet": f"List {number}",
                "rows_in": 800,
                "rows_out": 790,
                "duplicate": 4,
                "set_aside": 6,
                "reason": "placeholder-id: 6",
            }
        )
    rows.append(
        {
            "step": "merge",
            "rows_in": 66000,
            "rows_out": 61000,
            "reason": "the same fact in two returns: 5,000",
        }
    )
    return _conform("attrition", rows)


def _issues() -> pl.DataFrame:
    rows: list[dict[str, object]] = [
        {
            "severity": "error",
            "code": "date-after-extract",
            "file": "annex_a/Annex A March 2025.xlsx",
            "sheet": "List 6",
            "row": 57,
            "column": "CIN Start Date",
            "what": "The date is after the extract date.",
            "expected": "A date on or before 31 March 2025.",
            "to_do": "Correct it in the case system and export again.",
            "count": 1,
        },
        {
            "severity": "warning",
            "code": "not-matched",
            "file": "annex_a/Annex A March 2025.xlsx",
            "sheet": "List 1",
            "row": 12,
            "column": "Contact Source",
            "what": "Values that are in no code set.",
            "to_do": "Write the code in taken_as of the matching report and run again with --mappings.",
            "count": 212,
        },
        {
            "severity": "warning",
            "code": "8555Q",
            "file": "cin/CIN_2024.xml",
            "sheet": "Assessments",
            "row": 20177,
            "column": "",
            "what": "An assessment is recorded as starting after the case closed.",
            "to_do": "Check it.",
            "count": 14,
        },
        {
            "severity": "note",
            "code": "same-file-twice",
            "file": "annex_a/Annex A March 2025 (copy).xlsx",
            "what": "The same file was given twice.",
            "to_do": "Nothing: it is counted once.",
            "count": 1,
        },
    ]
    return _conform("issues", rows)


def _conform(name: str, rows: list[dict[str, object]]) -> pl.DataFrame:
    table = DERIVED[name]
    given = {key for row in rows for key in row}
    schema = {key: kind for key, kind in table.schema.items() if key in given}
    return table.conform(pl.DataFrame(rows, schema=schema))
