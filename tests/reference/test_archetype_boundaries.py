"""Every boundary of the definition language with a vector worked out by hand, for both evaluations."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

import polars as pl
import pytest
from invented_archetypes import SCHEMAS, framed, written_definitions
from plain_archetypes import Plain, plain_available, plain_order, plain_outcomes

from childjourneys.archetypes.definition import (
    AnyOf,
    Archetype,
    Bound,
    Clause,
    Condition,
    Event,
    Node,
    ParentTest,
    Start,
    State,
    Term,
    Window,
)
from childjourneys.domain.vocabulary import EVENT, SPELL_KINDS

Run = Callable[..., list[Plain]]
BORN = "2010-01-01"
COVERED = ("2000-01-01", "2034-12-31")
EARLIEST = "2009-03-27"  # 280 days before BORN


def day(text: str | date) -> date:
    return text if isinstance(text, date) else date.fromisoformat(text)


@dataclass
class Case:
    """Children of one authority that carries everything, unless told otherwise."""

    rows: dict[str, list[dict[str, Any]]] = field(default_factory=lambda: {name: [] for name in SCHEMAS})
    la: str = "301"
    number: int = 1

    def __post_init__(self) -> None:
        for kind in (*EVENT, *SPELL_KINDS):
            self.cover(kind, COVERED)

    def cover(self, kind: str, *spans: tuple[str, str]) -> Case:
        """Coverage of a kind instead of the usual; no span at all: it is not carried."""
        others = [r for r in self.rows["coverage"] if (r["la_code"], r["kind"]) != (self.la, kind)]
        mine = [
            {"la_code": self.la, "kind": kind, "from": day(a), "to": day(b), "rule": "started_in",
             "source": "annex_a"}
            for a, b in spans
        ]  # fmt: skip
        self.rows["coverage"] = others + mine
        return self

    def until(self, last: str) -> Case:
        """Everything ends on that day."""
        for row in self.rows["coverage"]:
            row["to"] = day(last)
        return self

    def child(self, name: str = "A", born: str | None = BORN, expected: str | None = None,
              died: str | None = None, family: str | None = None) -> Case:  # fmt: skip
        self.rows["children"].append({
            "la_code": self.la, "child_id": name, "birth_date": born and day(born),
            "expected_birth_date": expected and day(expected), "death_date": died and day(died),
            "family_id": family,
        })  # fmt: skip
        return self

    def event(self, when: str | date, name: str, child: str = "A", episode: str | None = None,
              record: str | None = None, stay: str | None = None, **known: Any) -> Case:  # fmt: skip
        if name == "referral":
            known.setdefault("while_open", False)
        self.rows["events"].append({
            "la_code": self.la, "child_id": child, "date": day(when), "event": name, "episode_id": episode,
            "record": record, "attributes": json.dumps({k: v for k, v in known.items() if v is not None}),
            "placement_id": stay, **self._place(child),
        })  # fmt: skip
        return self

    def spell(self, kind: str, start: str, end: str | None = None, child: str = "A",
              is_open: str | None = None, record: str | None = None, stay: str | None = None,
              temporary: bool | None = None) -> Case:  # fmt: skip
        self.rows["spells"].append({
            "la_code": self.la, "child_id": child, "kind": kind, "start": day(start),
            "end": day(end) if end else None, "open": is_open or ("false" if end else "true"),
            "record": record, "placement_id": stay, "temporary": temporary, "under_a_day": start == end,
            **self._place(child),
        })  # fmt: skip
        return self

    def mark(self, event: str, code: str = "undated", start: str | None = None, child: str = "A") -> Case:
        self.rows["marks"].append({
            "la_code": self.la, "child_id": child, "event": event, "code": code,
            "start": start and day(start), **self._place(child),
        })  # fmt: skip
        return self

    def _place(self, child: str) -> dict[str, Any]:
        if not any(row["child_id"] == child for row in self.rows["children"]):
            self.child(child)
        self.number += 1
        return {"source": "annex_a", "file": "a.xlsx", "sheet": "List", "row": self.number}

    def frames(self) -> dict[str, pl.DataFrame]:
        return framed(self.rows)


@pytest.fixture(params=["plain", "fast"])
def run(request: pytest.FixtureRequest) -> Run:
    """Rows of one of the two evaluations."""
    if request.param == "plain":
        return lambda definition, case, **how: plain_outcomes(definition, **case.frames(), **how)
    return _fast


def _fast(definition: Archetype, case: Case, **how: Any) -> list[Plain]:
    from childjourneys.archetypes.evaluate import evaluate
    from childjourneys.archetypes.journeys import journeys_of

    columns = ("la_code", "child_id", "anchor_date", "event", "row", "file", "outcome", "cause")
    found = evaluate(definition, journeys_of(**case.frames()), **how).anchors.select(columns)
    return sorted((Plain(*row) for row in found.iter_rows()), key=plain_order)


# Short ways to write definitions


def bound(text: str) -> Bound:
    """`90 days`, or `under 15 months`."""
    *under, amount, unit = text.split(" ", 2) if text.startswith("under") else ["", *text.split(" ", 1)]
    unit = unit if unit.endswith("s") else f"{unit}s"
    return Bound(int(amount), unit, under == ["under"])  # type: ignore[arg-type]


def what(*names: str, **where: Any) -> Event:
    tests = tuple(Condition(key, "is", (value,)) for key, value in where.items())
    return Event(tuple(Term(name) for name in names), tests)


def _window(to: str | None, near: str, **more: Any) -> Window:
    return Window(bound(near), None if to is None else bound(to), **more)


def followed(event: Event | str, to: str = "30 days", near: str = "1 day", since: str | None = None,
             any_order: bool = False, count_from: str = "day0", **more: Any) -> Clause:  # fmt: skip
    asked = what(event) if isinstance(event, str) else event
    window = _window(to, near, since=since, same_day_any=any_order, count_from=count_from)
    return Clause("followed", window, asked, **more)


def preceded(event: Event | str | None, to: str | None = "30 days", near: str = "1 day",
             any_order: bool = False, count_from: str = "day0", **more: Any) -> Clause:  # fmt: skip
    asked = what(event) if isinstance(event, str) else event
    return Clause("preceded", _window(to, near, same_day_any=any_order, count_from=count_from), asked, **more)


def define(start: Start | Event | str, *then: Node, **more: Any) -> Archetype:
    if isinstance(start, str):
        start = what(start)
    if isinstance(start, Event):
        start = Start(start)
    return Archetype("one", start, then, **more)


def told(rows: list[Plain]) -> list[str]:
    """Outcomes, in order of child and date; with the cause where there is one."""
    return [f"{row.outcome}: {row.cause}" if row.cause else row.outcome for row in rows]


def answering(run: Run, clause: Clause, anchor: str, days: list[str], **about: Any) -> list[str]:
    """On which of some days a `contact` answers a clause about a section 47 enquiry on the anchor day."""
    case = Case()
    for one in days:
        case.event(anchor, "s47", child=one).event(one, "contact", child=one)
    rows = run(define("s47", clause, **about), case)
    assert {row.outcome for row in rows} <= {"match", "no_match"} and len(rows) == len(days)
    return [row.child_id for row in rows if row.outcome == "match"]


# Windows


@pytest.mark.parametrize(
    ("to", "anchor", "last"),
    [
        ("6 months", "2024-08-31", "2025-02-28"),
        ("12 months", "2024-02-29", "2025-02-28"),
        ("1 year", "2024-02-29", "2025-02-28"),
        ("1 month", "2024-01-31", "2024-02-29"),
        ("1 month", "2024-02-29", "2024-03-29"),
        ("2 weeks", "2024-02-20", "2024-03-05"),
        ("30 days", "2024-02-29", "2024-03-30"),
        ("under 15 months", "2023-01-31", "2024-04-29"),
        ("under 1 month", "2024-01-31", "2024-02-28"),
    ],
)
def test_looking_forward_ends_on_the_clipped_day(run: Run, to: str, anchor: str, last: str) -> None:
    after = str(day(last) + timedelta(days=1))
    first = str(day(anchor) + timedelta(days=1))
    found = answering(run, followed("contact", to), anchor, [anchor, first, last, after])
    assert found == [first, last]


@pytest.mark.parametrize(
    ("to", "anchor", "first"),
    [
        ("6 months", "2024-08-31", "2024-02-29"),
        ("6 months", "2025-02-28", "2024-08-28"),
        ("12 months", "2025-03-15", "2024-03-15"),
        ("1 year", "2024-02-29", "2023-02-28"),
        ("2 months", "2024-04-30", "2024-02-29"),
        ("13 weeks", "2024-06-03", "2024-03-04"),
        ("90 days", "2024-06-03", "2024-03-05"),
        ("under 12 months", "2025-03-15", "2024-03-16"),
        ("under 6 months", "2024-08-31", "2024-03-01"),
    ],
)
def test_looking_back_begins_on_the_clipped_day(run: Run, to: str, anchor: str, first: str) -> None:
    before = str(day(first) - timedelta(days=1))
    last = str(day(anchor) - timedelta(days=1))
    after = str(day(anchor) + timedelta(days=1))
    found = answering(run, preceded("contact", to), anchor, [before, first, last, after])
    assert found == [first, last]


@pytest.mark.parametrize(
    ("near", "to", "anchor", "first", "last"),
    [
        # Friday; Monday 29 May is a bank holiday.
        ("1 day", "15 working days", "2023-06-02", "2023-06-03", "2023-06-25"),
        ("5 working days", "15 working days", "2023-06-02", "2023-06-09", "2023-06-25"),
        ("1 working day", "1 working day", "2023-06-03", "2023-06-05", "2023-06-05"),  # from a Saturday
        ("1 working day", "2 days", "2023-06-03", "2023-06-05", "2023-06-05"),
        ("1 working day", "1 working day", "2023-05-26", "2023-05-30", "2023-05-30"),
        # Easter 2023: Friday 7 and Monday 10 April.
        ("1 day", "4 working days", "2023-03-31", "2023-04-01", "2023-04-10"),
        ("5 working days", "5 working days", "2023-03-31", "2023-04-11", "2023-04-11"),
    ],
)
def test_working_days_forward(run: Run, near: str, to: str, anchor: str, first: str, last: str) -> None:
    outside = [str(day(first) - timedelta(days=1)), str(day(last) + timedelta(days=1))]
    inside = sorted({first, last})
    days = sorted({*outside, *inside} - {anchor})
    assert answering(run, followed("contact", to, near), anchor, days) == inside


@pytest.mark.parametrize(
    ("near", "to", "counting", "first", "last"),
    [
        ("1 day", "45 working days", "day0", "2023-01-27", "2023-03-30"),
        ("1 day", "45 working days", "day1", "2023-01-30", "2023-03-30"),
        ("1 day", "15 working days", "day0", "2023-03-10", "2023-03-30"),
        ("1 day", "15 working days", "day1", "2023-03-13", "2023-03-30"),
        # 15 working days lie in (12 March, 31 March], 20 in (3 March, 31 March].
        ("15 working days", "20 working days", "day0", "2023-03-03", "2023-03-12"),
        ("15 working days", "30 days", "day1", "2023-03-01", "2023-03-13"),
    ],
)
def test_working_days_back(run: Run, near: str, to: str, counting: str, first: str, last: str) -> None:
    clause = preceded("contact", to, near, count_from=counting)
    outside = [str(day(first) - timedelta(days=1)), str(day(last) + timedelta(days=1))]
    days = sorted({*outside, first, last} - {"2023-03-31"})
    assert answering(run, clause, "2023-03-31", days) == [first, last]


def test_day1_is_one_working_day_shorter_and_never_below_none(run: Run) -> None:
    # From Friday 2 June 2023: 4 instead of 5 working days, to the Thursday; none instead of 1, to the Sunday.
    five = followed("contact", "5 working days", count_from="day1")
    assert answering(run, five, "2023-06-02", ["2023-06-08", "2023-06-09"]) == ["2023-06-08"]
    one = followed("contact", "1 working day", count_from="day1")
    assert answering(run, one, "2023-06-02", ["2023-06-04", "2023-06-05"]) == ["2023-06-04"]
    none = followed("contact", "0 working days", count_from="day1")
    assert answering(run, none, "2023-06-02", ["2023-06-04", "2023-06-05"]) == ["2023-06-04"]


def test_past_the_calendar_is_unusable(run: Run) -> None:
    case = Case()
    for kind in ("s47", "contact"):
        case.cover(kind, ("2000-01-01", "2040-12-31"))
    case.child("A", born="2030-01-01").event("2035-12-20", "s47")
    case.child("B", born="2030-01-01").event("2035-12-20", "s47", "B").event("2035-12-21", "contact", "B")
    assert (
        told(run(define("s47", followed("contact", "15 working days")), case)) == ["unusable: calendar"] * 2
    )
    either = AnyOf((followed("contact", "15 working days"), followed("contact", "15 days")))
    assert told(run(define("s47", either), case)) == ["unusable: calendar", "match_early"]


def test_past_the_calendar_from_a_window_that_reaches_back_for_ever(run: Run) -> None:
    """The full window ends 4,500 working days after the anchor at the latest, whatever stands before."""
    case = Case().event("2024-02-01", "s47")
    inner = followed("icpc", "4500 working days")
    assert told(run(define("s47", preceded("contact", None, then=(inner,))), case)) == ["unusable: calendar"]
    seen = ["no_match"]  # all the past is covered here, and no calendar is asked for it
    short = followed("icpc", "15 working days")
    assert told(run(define("s47", preceded("contact", None, then=(short,))), case)) == seen
    near = followed("icpc", "15 working days", "2 working days")
    assert told(run(define("s47", preceded("contact", None, then=(near,))), case)) == seen
    back = preceded("icpc", "15 working days", then=(near,))
    assert told(run(define("s47", preceded("contact", None, then=(back,))), case)) == seen


def test_ever_reaches_to_280_days_before_birth(run: Run) -> None:
    clause = preceded("contact", None)
    case = Case().cover("contact", (EARLIEST, "2034-12-31"))
    case.event("2024-01-01", "s47").event(EARLIEST, "contact")
    case.event("2024-01-01", "s47", "B")
    assert told(run(define("s47", clause), case)) == ["match", "no_match"]
    late = Case().cover("contact", ("2009-03-28", "2034-12-31")).event("2024-01-01", "s47")
    assert told(run(define("s47", clause), late)) == ["not_seen_before"]


def test_ever_without_a_birth_date_is_never_seen(run: Run) -> None:
    case = Case().child("A", born=None).event("2024-01-01", "s47")
    case.child("B", born=None).event("2024-01-01", "s47", "B").event("2023-01-01", "contact", "B")
    assert told(run(define("s47", preceded("contact", None)), case)) == ["not_seen_before", "match_early"]


def test_a_look_back_is_cut_before_birth(run: Run) -> None:
    # 280 days before 1 June 2024 is 26 August 2023: nothing is asked of the days before.
    case = Case().cover("contact", ("2023-08-26", "2034-12-31"))
    case.child("A", born="2024-06-01").event("2024-07-01", "s47")
    case.child("B", born=None, expected="2024-06-01").event("2024-05-01", "s47", "B")
    case.child("C", born="2024-05-31").event("2024-07-01", "s47", "C")
    assert told(run(define("s47", preceded("contact", "2 years")), case)) == [
        "no_match", "no_match", "not_seen_before",
    ]  # fmt: skip
    # A window wholly before asks nothing at all.
    whole = define("s47", preceded("contact", "10 years", near="5 years", negated=True))
    assert told(run(whole, case)) == ["match"] * 3


def test_nested_windows_count_from_the_parent_event(run: Run) -> None:
    # 31 August + 6 months = 28 February; a month on from there is 28 March.
    nested = followed("lac_start", "1 month")
    definition = define("s47", followed("contact", "6 months", then=(nested,)))
    case = Case()
    for child, last in (("A", "2025-03-28"), ("B", "2025-03-29")):
        case.event("2024-08-31", "s47", child).event("2025-02-28", "contact", child)
        case.event(last, "lac_start", child)
    assert told(run(definition, case)) == ["match", "no_match"]


def test_any_event_that_holds_nested_clauses_will_do(run: Run) -> None:
    """The first contact leads nowhere, the second does: no greedy choice."""
    definition = define(
        "s47", followed("contact", "60 days", then=(followed("lac_start", "5 days", "3 days"),))
    )
    case = Case().event("2024-01-01", "s47").event("2024-01-10", "contact").event("2024-01-12", "contact")
    assert told(run(definition, case.event("2024-01-17", "lac_start"))) == ["match"]


def test_nested_look_back_from_an_event_ahead(run: Run) -> None:
    nested = preceded("lac_end", "10 days")
    definition = define("s47", followed("contact", "30 days", then=(nested,)))
    case = Case().event("2024-03-10", "s47").event("2024-03-15", "contact").event("2024-03-05", "lac_end")
    assert told(run(definition, case)) == ["match"]
    other = Case().event("2024-03-10", "s47").event("2024-03-15", "contact").event("2024-03-04", "lac_end")
    assert told(run(definition, other)) == ["no_match"]


def test_full_windows_of_nested_clauses(run: Run) -> None:
    """Observed when 30 + 10 days are covered, whatever the parent event's own date."""
    definition = define("s47", followed("contact", "30 days", then=(followed("lac_start", "10 days"),)))
    for last, expected in (("2024-02-10", "match"), ("2024-02-09", "match_early")):
        case = Case().cover("lac_start", ("2000-01-01", last)).event("2024-01-01", "s47")
        case.event("2024-01-03", "contact").event("2024-01-04", "lac_start")
        assert told(run(definition, case)) == [expected]


# Days: same-day order


@pytest.mark.parametrize(
    ("start", "other", "after", "before"),
    [
        ("s47", "contact", False, True),
        ("s47", "icpc", True, False),
        ("cpp_end", "cin_start", True, False),
        ("cpp_start", "cpp_end", False, True),
        ("cpp_start", "cin_end", False, True),
        ("lac_start", "placement_start", True, False),
        ("cp_review", "lac_review", False, False),
        ("placement_start", "missing_start", False, False),
        ("care_leaver", "adopted", False, False),
        ("case_closed", "lac_start", False, True),
        ("contact", "contact", False, False),
    ],
)
def test_order_of_one_day(run: Run, start: str, other: str, after: bool, before: bool) -> None:
    case = Case().event("2024-05-01", start).event("2024-05-01", other)
    for clause, expected in (
        (followed(other, "0 days", "0 days"), after),
        (preceded(other, "0 days", "0 days"), before),
        (followed(other, "0 days", "0 days", any_order=True), start != other),
        (preceded(other, "0 days", "0 days", any_order=True), start != other),
        (followed(other, "5 days", "1 day", any_order=True), False),
    ):
        (first, *_) = told(run(define(start, clause, until_age=25), case)) or ["not an anchor"]
        if other == "adopted":
            assert first == "not an anchor"
        else:
            assert (first == "match") is expected and first in ("match", "no_match"), clause


def test_an_end_on_the_day_of_its_own_start_follows_it(run: Run) -> None:
    same = Case().event("2024-05-01", "cpp_start", record="p").event("2024-05-01", "cpp_end", record="p")
    ended = define("cpp_start", followed("cpp_end", "0 days", "0 days"))
    started = define("cpp_end", preceded("cpp_start", "0 days", "0 days"))
    assert told(run(ended, same)) == told(run(started, same)) == ["match"]
    for second in ("q", None):
        case = Case().event("2024-05-01", "cpp_start", record="p")
        case.event("2024-05-01", "cpp_end", record=second)
        assert told(run(ended, case)) == told(run(started, case)) == ["no_match"]


def test_an_end_of_one_day_comes_before_what_ranks_after_its_start(run: Run) -> None:
    """The start of a child protection plan ranks 91, its end then 91.5, starting to be looked after 92."""
    case = Case().event("2024-05-01", "cpp_start", record="p").event("2024-05-01", "cpp_end", record="p")
    case.event("2024-05-01", "lac_start").event("2024-05-01", "cin_start")
    assert told(run(define("cpp_end", followed("lac_start", "0 days", "0 days")), case)) == ["match"]
    assert told(run(define("cpp_end", followed("cin_start", "0 days", "0 days")), case)) == ["no_match"]
    assert told(run(define("cpp_end", preceded("cin_start", "0 days", "0 days")), case)) == ["match"]


def test_a_doubled_row_is_no_re_referral(run: Run) -> None:
    back = define("referral", preceded("referral", "12 months", "0 days", any_order=True))
    case = Case().event("2024-05-01", "referral").event("2024-05-01", "referral")
    assert told(run(back, case)) == ["no_match", "no_match"]
    assert told(run(back, case.event("2024-05-02", "referral"))) == ["no_match", "no_match", "match"]


def test_a_window_from_the_start_takes_whole_days(run: Run) -> None:
    clause = followed(what("plan_start", "contact", "assessment_authorised"), "30 days",
                      since="assessment_start")  # fmt: skip
    definition = define("assessment_authorised", clause)

    def of(*events: tuple[str, str]) -> str:
        case = Case().event("2024-05-10", "assessment_start", record="a")
        case.event("2024-06-10", "assessment_authorised", record="a")
        for when, name in events:
            case.event(when, name)
        return told(run(definition, case))[0]

    assert of() == "no_match"
    assert of(("2024-05-09", "contact")) == "no_match"
    assert of(("2024-05-10", "contact")) == "match"
    assert of(("2024-06-10", "contact")) == "match"
    assert of(("2024-06-10", "lac_start")) == "match"
    assert of(("2024-07-10", "lac_start")) == "match"
    assert of(("2024-07-11", "lac_start")) == "no_match"


def test_two_of_one_type_on_the_anchor_day_with_a_window_from_the_start(run: Run) -> None:
    clause = followed("assessment_authorised", "30 days", since="assessment_start")
    case = Case()
    for record in ("a", "b"):
        case.event("2024-05-10", "assessment_start", record=record)
        case.event("2024-06-10", "assessment_authorised", record=record)
    assert told(run(define("assessment_authorised", clause), case)) == ["no_match", "no_match"]
    case.event("2024-06-09", "assessment_authorised", record="c").event(
        "2024-06-01", "assessment_start", record="c"
    )
    assert told(run(define("assessment_authorised", clause), case)) == ["match", "match", "match"]


def test_a_window_from_the_start_without_a_record(run: Run) -> None:
    definition = define("assessment_authorised", followed("contact", since="assessment_start"))
    case = Case().event("2024-06-10", "assessment_authorised").event("2024-06-11", "contact")
    case.event("2024-06-01", "assessment_start", "B", record="x")
    case.event("2024-06-10", "assessment_authorised", "B", record="y").event("2024-06-11", "contact", "B")
    assert told(run(definition, case)) == ["unusable: no_link"] * 2


def test_a_record_is_one_childs_own(run: Run) -> None:
    """The same number under another child is another record."""
    definition = define(
        "assessment_start", followed("assessment_authorised", same="assessment", negated=True)
    )
    case = Case().event("2024-06-10", "assessment_start", record="7")
    case.event("2024-06-12", "assessment_authorised", "B", record="7")
    case.event("2024-06-01", "assessment_start", "B", record="7")
    assert told(run(definition, case)) == ["match", "no_match"]


# Anchors


def test_first_and_last_are_picked_before_the_period(run: Run) -> None:
    case = Case().event("2023-05-01", "s47").event("2024-05-01", "s47").event("2024-09-01", "s47")
    period = {"period": (date(2024, 1, 1), date(2024, 6, 30))}
    for which, expected in (("first", []), ("last", []), ("every", [date(2024, 5, 1)])):
        rows = run(define(Start(what("s47"), which=which), followed("contact")), case, **period)
        assert [row.date for row in rows] == expected


def test_both_ends_of_a_period_are_in_it(run: Run) -> None:
    case = Case()
    for when in ("2024-03-31", "2024-04-01", "2025-03-31", "2025-04-01"):
        case.event(when, "s47")
    rows = run(define("s47", followed("contact")), case, period=(date(2024, 4, 1), date(2025, 3, 31)))
    assert [row.date for row in rows] == [date(2024, 4, 1), date(2025, 3, 31)]


def test_where_is_applied_before_first(run: Run) -> None:
    case = Case().event("2024-01-01", "referral", nfa=False).event("2024-02-01", "referral", nfa=True)
    rows = run(define(Start(what("referral", nfa=True), which="first"), followed("contact")), case)
    assert [row.date for row in rows] == [date(2024, 2, 1)]


def test_a_second_does_not_stand_in_for_a_first_in_the_wrong_state(run: Run) -> None:
    start = Start(what("s47"), which="first", states=(State(("cp_plan",), negated=True),))
    case = Case().spell("cp_plan", "2024-01-01", "2024-02-01")
    case.event("2024-01-15", "s47").event("2024-03-01", "s47")
    assert run(define(start, followed("contact")), case) == []


def test_first_of_one_day_is_by_rank(run: Run) -> None:
    case = Case().event("2024-01-01", "lac_start").event("2024-01-01", "cin_start")
    for which, expected in (("first", "cin_start"), ("last", "lac_start")):
        rows = run(define(Start(what("plan_start"), which=which), followed("contact")), case)
        assert [row.event for row in rows] == [expected]


def test_events_outside_coverage_answer_and_are_no_anchors(run: Run) -> None:
    case = Case().cover("referral", ("2024-01-01", "2034-12-31"))
    case.event("2023-12-20", "referral").event("2024-01-10", "s47")
    assert told(run(define("s47", preceded("referral", "5 days")), case)) == ["no_match"]
    assert told(run(define("s47", preceded("referral", "30 days")), case)) == ["match_early"]
    assert run(define("referral", followed("s47")), case) == []


def test_as_at_cuts(run: Run) -> None:
    case = Case().event("2024-01-01", "s47").event("2024-01-20", "contact").event("2024-01-25", "s47")
    definition = define("s47", followed("contact"))
    assert told(run(definition, case, as_at=date(2024, 1, 31))) == ["match", "too_recent"]
    assert told(run(definition, case, as_at=date(2024, 1, 30))) == ["match_early", "too_recent"]
    assert told(run(definition, case, as_at=date(2024, 1, 19))) == ["too_recent"]


def test_spells_that_end_after_as_at_are_open(run: Run) -> None:
    start = Start(what("s47"), states=(State(("cp_plan",), at="day after"),))
    case = Case().spell("cp_plan", "2024-01-01", "2024-02-01").event("2024-01-31", "s47")
    assert run(define(start, preceded("contact")), case) == []
    assert told(run(define(start, preceded("contact")), case, as_at=date(2024, 1, 31))) == ["too_recent"]


def test_list_6_starts_are_no_events(run: Run) -> None:
    case = Case().event("2024-01-01", "s47").event("2024-01-05", "cin_start", basis="need_episode")
    assert told(run(define("s47", followed("plan_start")), case)) == ["no_match"]
    assert run(define("cin_start", followed("contact")), case) == []


# New referrals


def test_a_referral_is_a_new_one_unless_told_otherwise(run: Run) -> None:
    case = Case().event("2024-01-01", "s47", "A").event("2024-01-05", "referral", "A", while_open=True)
    case.event("2024-01-01", "s47", "B").event("2024-01-05", "referral", "B", while_open=False)
    case.child("C").event("2024-01-01", "s47", "C")
    case.rows["events"].append({**case.rows["events"][1], "child_id": "C", "attributes": "{}", "row": 99})
    for tests, expected in (
        ((), ["no_match", "match", "no_match"]),
        ((Condition("while_open", "is", (False,)),), ["no_match", "match", "no_match"]),
        ((Condition("while_open", "is", (True,)),), ["match", "no_match", "no_match"]),
        ((Condition("while_open", "is", ("any",)),), ["match", "match", "match"]),
        ((Condition("nfa", "missing"),), ["no_match", "match", "no_match"]),
    ):
        for event in (Event((Term("referral", tests),)), Event((Term("referral"),), tests)):
            assert told(run(define("s47", followed(event)), case)) == expected
    rows = run(define("referral", followed("contact")), case)
    assert [row.child_id for row in rows] == ["B"]


# Tests of attributes


@pytest.mark.parametrize(
    ("test", "expected"),
    [
        (Condition("factors", "is", ("3B",)), "AB"),
        (Condition("factors", "in", ("4B", "9")), "B"),
        (Condition("factors", "not", ("4B",)), "ACD"),
        (Condition("factors", "not in", ("3B", "4B")), "CD"),
        (Condition("factors", "missing"), "D"),
        (Condition("factors", "not missing"), "ABC"),
        (Condition("child_age", "between", (5, 7)), "AB"),
        (Condition("child_age", "between", (6, 6)), "B"),
        (Condition("child_age", "not", (5,)), "BCD"),
        (Condition("assessed_needs_support", "is", (False,)), "A"),
        (Condition("assessed_needs_support", "not", (False,)), "BCD"),
    ],
)
def test_conditions(run: Run, test: Condition, expected: str) -> None:
    case = Case()
    for child, known in (
        ("A", {"factors": ["3B"], "child_age": 5, "assessed_needs_support": False}),
        ("B", {"factors": ["3B", "4B"], "child_age": 6, "assessed_needs_support": True}),
        ("C", {"factors": ["1A"], "child_age": 8}),
        ("D", {}),
    ):
        case.event("2024-01-01", "assessment_authorised", child, **known)
    rows = run(define(Event((Term("assessment_authorised", (test,)),)), preceded("contact")), case)
    assert "".join(row.child_id for row in rows) == expected
    rows = run(define("assessment_authorised", ParentTest((test,))), case)
    assert "".join(row.child_id for row in rows if row.outcome == "match") == expected
    assert len(rows) == 4


def test_where_beside_a_clause_tests_the_parent(run: Run) -> None:
    nested = ParentTest((Condition("contact_source", "is", ("6",)),))
    definition = define("s47", followed("contact", then=(nested,)))
    case = Case().event("2024-01-01", "s47").event("2024-01-02", "contact", contact_source="1A")
    assert told(run(definition, case)) == ["no_match"]
    assert told(run(definition, case.event("2024-01-03", "contact", contact_source="6"))) == ["match"]


# Counts


def test_counts(run: Run) -> None:
    case = Case()
    for child, contacts in (("0", 0), ("1", 1), ("2", 2), ("3", 3)):
        case.event("2024-01-01", "s47", child)
        for _ in range(contacts):
            case.event("2024-01-05", "contact", child)
    for counts, expected in (
        ({}, "123"),
        ({"at_least": 2}, "23"),
        ({"at_most": 1}, "01"),
        ({"at_least": 1, "at_most": 2}, "12"),
        ({"at_most": 0}, "0"),
        ({"at_least": 2, "negated": True}, "01"),
        ({"at_least": 1, "at_most": 2, "negated": True}, "03"),
    ):
        rows = run(define("s47", followed("contact", **counts)), case)
        assert "".join(row.child_id for row in rows if row.outcome == "match") == expected, counts


def test_counts_while_data_end_inside_the_window(run: Run) -> None:
    case = Case()
    for child, contacts in (("0", 0), ("1", 1), ("2", 2), ("3", 3)):
        case.event("2024-01-01", "s47", child)
        for _ in range(contacts):
            case.event("2024-01-05", "contact", child)
    case.until("2024-01-20")
    for counts, expected in (
        ({}, "123"),
        ({"at_least": 2}, "23"),
        ({"at_most": 1}, ""),
        ({"at_least": 1, "at_most": 2, "negated": True}, "3"),
        ({"negated": True}, ""),
    ):
        rows = run(define("s47", followed("contact", **counts)), case)
        assert {row.outcome for row in rows} <= {"match_early", "too_recent"}
        assert "".join(row.child_id for row in rows if row.outcome == "match_early") == expected, counts


# Spells counted


def placements(*spans: tuple[str, str | None], temporary: tuple[int, ...] = ()) -> Case:
    case = Case().spell("looked_after", "2023-01-01").event("2023-01-01", "lac_start")
    for number, (start, end) in enumerate(spans):
        record = f"p{number}"
        case.event(start, "placement_start", record=record)
        case.spell("placement", start, end, record=record, temporary=number in temporary)
    return case


def counting(run: Run, case: Case, least: int, **more: Any) -> str:
    start = Start(calendar=(31, 3), states=(State(("looked_after",)),))
    clause = preceded(None, "12 months", "0 days", spells="placement", at_least=least, **more)
    period = (date(2024, 3, 31), date(2024, 3, 31))
    (one,) = told(run(define(start, clause), case, period=period))
    return one


def test_the_year_to_31_march_begins_on_1_april(run: Run) -> None:
    assert counting(run, placements(("2023-01-01", "2023-04-02")), 1) == "match"
    assert counting(run, placements(("2023-01-01", "2023-04-01")), 1) == "no_match"
    assert counting(run, placements(("2023-03-31", "2023-03-31")), 1) == "no_match"
    assert counting(run, placements(("2023-04-01", "2023-04-01")), 1) == "match"
    assert counting(run, placements(("2024-03-31", None)), 1) == "match"
    assert counting(run, placements(("2024-04-01", None)), 1) == "no_match"


def test_coverage_asked_by_the_year_to_31_march(run: Run) -> None:
    for first, expected in (("2023-04-01", "match"), ("2023-04-02", "match_early")):
        case = placements(("2023-01-01", None)).cover("placement", (first, "2034-12-31"))
        assert counting(run, case, 1) == expected


def test_what_counts_as_a_placement(run: Run) -> None:
    case = placements(
        ("2023-01-01", "2023-06-01"), ("2023-06-01", "2023-06-01"), ("2023-06-01", "2023-07-01"),
        ("2023-06-10", "2023-06-20"), temporary=(3,),
    )  # fmt: skip
    case.spell("placement", "2023-08-01", "2023-09-01", record="p0")  # back in the first
    assert counting(run, case, 4) == "match"
    assert counting(run, case, 5) == "no_match"
    assert counting(run, case, 3, exclude=("under_a_day",)) == "match"
    assert counting(run, case, 4, exclude=("under_a_day",)) == "no_match"
    assert counting(run, case, 2, exclude=("temporary", "under_a_day")) == "match"
    assert counting(run, case, 3, exclude=("temporary", "under_a_day")) == "no_match"


def test_spells_without_a_record_count_each(run: Run) -> None:
    case = placements().spell("placement", "2023-05-01", "2023-06-01")
    case.spell("placement", "2023-05-01", "2023-06-01")
    assert counting(run, case, 2) == "match"


def test_marks_touch_counted_spells(run: Run) -> None:
    case = placements(("2023-05-01", None)).mark("placement_end", "end_before_start", "2023-05-01")
    assert counting(run, case, 2) == "unusable: end_before_start"
    assert counting(run, case, 1) == "match_early"
    other = placements(("2023-05-01", None)).mark("missing_end", "end_before_start", "2023-05-01")
    assert counting(run, other, 2) == "no_match"


# Calendar anchors


def test_calendar_anchors_rank_after_their_day(run: Run) -> None:
    start = Start(calendar=(31, 3), states=(State(("looked_after",)),))
    case = Case().spell("looked_after", "2024-03-31", child="A").event("2024-03-31", "lac_start", "A")
    case.spell("looked_after", "2023-12-31", "2024-03-31", child="B").event("2024-03-31", "lac_end", "B")
    period = (date(2024, 1, 1), date(2024, 12, 31))
    before = define(start, preceded("lac_start", "0 days", "0 days"))
    assert [(row.child_id, *row[3:7]) for row in run(before, case, period=period)] == [
        ("A", "", None, None, "match")
    ]
    after = define(start, followed("lac_start", "0 days", "0 days"))
    assert told(run(after, case, period=period)) == ["no_match"]
    either = define(start, followed("lac_start", "0 days", "0 days", any_order=True))
    assert told(run(either, case, period=period)) == ["match"]


def test_calendar_anchors_each_year_before_exit(run: Run) -> None:
    start = Start(calendar=(31, 3), states=(State(("looked_after",)),))
    case = Case().child("A", born="2006-03-31").spell("looked_after", "2021-06-01")
    rows = run(define(start, preceded("contact")), case)
    assert [row.date.year for row in rows] == [2022, 2023]


def test_29_february_is_an_anchor_in_leap_years_only(run: Run) -> None:
    start = Start(calendar=(29, 2), states=(State(("looked_after",)),))
    case = Case().spell("looked_after", "2019-06-01", "2025-01-01")
    rows = run(define(start, preceded("contact")), case)
    assert [row.date for row in rows] == [date(2020, 2, 29), date(2024, 2, 29)]


def test_calendar_anchors_need_one_covered_kind(run: Run) -> None:
    start = Start(calendar=(31, 3), states=(State(("looked_after", "cp_plan")),))
    case = (
        Case()
        .cover("looked_after", ("2023-04-01", "2024-03-31"))
        .cover("cp_plan", ("2023-04-01", "2025-03-31"))
    )
    case.spell("cp_plan", "2023-01-01").event("2023-01-01", "cpp_start")
    rows = run(define(start, preceded("contact")), case)
    assert [(row.date.year, row.outcome) for row in rows] == [(2024, "no_match"), (2025, "not_seen_before")]


def test_calendar_anchors_of_children_whose_state_is_not_knowable(run: Run) -> None:
    """Nothing is known of child B, but looked-after spells are not covered on the day."""
    start = Start(calendar=(31, 3), states=(State(("looked_after", "cp_plan")),))
    case = Case().cover("looked_after", ("2025-01-01", "2034-12-31")).child("B")
    period = (date(2024, 3, 31), date(2024, 3, 31))
    assert told(run(define(start, preceded("contact")), case, period=period)) == ["not_seen_before"]


# States


@pytest.mark.parametrize(
    ("anchor", "at", "inside"),
    [
        ("2024-01-09", "anchor", False),
        ("2024-01-10", "day after", True),
        ("2024-01-09", "day after", True),
        ("2024-01-08", "day after", False),
        ("2024-01-11", "anchor", True),
        ("2024-01-19", "anchor", True),
        ("2024-01-20", "anchor", False),
        ("2024-01-20", "day before", True),
        ("2024-01-21", "day before", False),
        ("2024-01-11", "day before", True),
        ("2024-01-10", "day before", False),
        ("2024-01-19", "day after", False),
    ],
)
def test_a_state_lasts_from_its_start_to_the_day_before_its_end(
    run: Run, anchor: str, at: Any, inside: bool
) -> None:
    case = Case().spell("cp_plan", "2024-01-10", "2024-01-20").event(anchor, "s47")
    for negated in (False, True):
        start = Start(what("s47"), states=(State(("cp_plan",), negated, at),))
        rows = run(define(start, followed("contact")), case)
        assert told(rows) == (["no_match"] if inside is not negated else [])


@pytest.mark.parametrize(
    ("anchor", "kind", "inside"),
    [
        ("assessment_authorised", "cp_plan", False),
        ("cpp_start", "cp_plan", True),
        ("lac_start", "cp_plan", True),
        ("cin_start", "cp_plan", False),
        ("contact", "need_episode", False),
        ("referral", "need_episode", True),
        ("s47", "need_episode", True),
        ("contact", "early_help", False),
        ("early_help_assessment_end", "early_help", True),
        ("adopted", "care_leaver", None),
        ("case_closed", "care_leaver", False),
        ("placed_for_adoption", "care_leaver", True),
        ("placement_start", "missing", True),
        ("lac_start", "missing", False),
    ],
)
def test_a_spell_that_starts_on_the_anchor_day(run: Run, anchor: str, kind: str, inside: bool | None) -> None:
    case = Case().spell(kind, "2024-01-10", "2024-02-10").event("2024-01-10", anchor)
    rows = run(define(Start(what(anchor), states=(State((kind,)),)), preceded("contact")), case)
    assert told(rows) == (["no_match"] if inside else [])


def test_spells_that_touch_or_overlap_are_one(run: Run) -> None:
    """So the plan did not start on the anchor day, whatever the rank."""
    start = Start(what("contact"), states=(State(("cp_plan",)),))
    for end in ("2024-01-10", "2024-01-15"):
        case = Case().spell("cp_plan", "2024-01-01", end).spell("cp_plan", "2024-01-10", "2024-02-01")
        assert told(run(define(start, followed("s47")), case.event("2024-01-10", "contact"))) == ["no_match"]
    apart = Case().spell("cp_plan", "2024-01-01", "2024-01-09").spell("cp_plan", "2024-01-10", "2024-02-01")
    assert run(define(start, followed("s47")), apart.event("2024-01-10", "contact")) == []


def test_spells_of_no_days_are_no_state(run: Run) -> None:
    case = Case().spell("cp_plan", "2024-01-10", "2024-01-10").event("2024-01-10", "lac_start")
    start = Start(what("lac_start"), states=(State(("cp_plan",)),))
    assert run(define(start, followed("s47")), case) == []
    inside = case.spell("cp_plan", "2024-01-01", "2024-02-01")
    assert told(run(define(start, followed("s47")), inside)) == ["no_match"]


def test_an_unknown_end(run: Run) -> None:
    clear = Start(what("s47"), states=(State(("cp_plan",), negated=True),))
    on_plan = Start(what("s47"), states=(State(("cp_plan",)),))
    case = Case().spell("cp_plan", "2024-01-01", "2024-02-01", is_open="unknown")
    for anchor in ("2023-12-20", "2024-01-31", "2024-02-01", "2024-06-01"):
        case.event(anchor, "s47")
    assert told(run(define(clear, followed("contact")), case)) == [
        "no_match", "unusable: unknown_end", "unusable: unknown_end",
    ]  # fmt: skip
    assert told(run(define(on_plan, followed("contact")), case)) == [
        "no_match", "unusable: unknown_end", "unusable: unknown_end",
    ]  # fmt: skip
    # Known to be on another plan of the kind, it is known.
    case.spell("cp_plan", "2024-05-01", "2024-07-01")
    assert told(run(define(on_plan, followed("contact")), case))[-1] == "no_match"
    assert len(run(define(clear, followed("contact")), case)) == 2


def test_an_unknown_end_after_as_at_is_open(run: Run) -> None:
    start = Start(what("s47"), states=(State(("cp_plan",), at="day after"),))
    case = Case().spell("cp_plan", "2024-01-01", "2024-02-01", is_open="unknown").event("2024-01-31", "s47")
    definition = define(start, preceded("contact"))
    assert told(run(definition, case)) == ["unusable: unknown_end"]
    assert told(run(definition, case, as_at=date(2024, 1, 31))) == ["too_recent"]


@pytest.mark.parametrize(
    ("mark", "start", "outcomes"),
    [
        ("cpp_end", "2024-01-10", ["no_match", "unusable: future", "unusable: future"]),
        ("cpp_end", None, ["unusable: future"] * 3),
        ("cpp_start", None, ["unusable: future"] * 3),
        ("cpp_start", "2024-03-01", ["unusable: future"] * 3),
        ("contact|cpp_start", None, ["unusable: future"] * 3),
        ("cin_start", None, ["no_match"] * 3),
        ("cp_review", None, ["no_match"] * 3),
    ],
)
def test_marks_and_states(run: Run, mark: str, start: str | None, outcomes: list[str]) -> None:
    definition = define(Start(what("s47"), states=(State(("cp_plan",), negated=True),)), followed("icpc"))
    case = Case().mark(mark, "future", start)
    for anchor in ("2024-01-09", "2024-01-10", "2024-02-01"):
        case.event(anchor, "s47")
    assert told(run(definition, case)) == outcomes


@pytest.mark.parametrize("mark", ["referral", "case_closed"])
def test_marks_and_the_state_of_a_need_episode(run: Run, mark: str) -> None:
    definition = define(Start(what("s47"), states=(State(("need_episode",)),)), followed("icpc"))
    assert told(run(definition, Case().mark(mark).event("2024-01-09", "s47"))) == ["unusable: undated"]


def test_a_start_long_before_birth_leaves_the_state_unknown(run: Run) -> None:
    definition = define(Start(what("s47"), states=(State(("cp_plan",), negated=True),)), followed("contact"))
    case = Case().event("2009-01-01", "cpp_start").event("2024-01-01", "s47")
    assert told(run(definition, case)) == ["unusable: before_birth"]


def test_a_known_state_needs_coverage_too(run: Run) -> None:
    on_plan = Start(what("s47"), states=(State(("cp_plan", "cin_plan")),))
    true = define(on_plan, preceded("contact", negated=True))
    case = (
        Case().cover("cin_plan", ("2024-03-01", "2034-12-31")).cover("cp_plan", ("2000-01-01", "2024-06-30"))
    )
    case.spell("cp_plan", "2024-01-01").event("2024-02-01", "s47").event("2024-04-01", "s47")
    case.event("2024-07-01", "s47")
    assert told(run(true, case)) == ["match_early", "match", "match_early"]
    # Without the plan: not knowable, not an anchor, not knowable.
    off = (
        Case().cover("cin_plan", ("2024-03-01", "2034-12-31")).cover("cp_plan", ("2000-01-01", "2024-06-30"))
    )
    off.event("2024-02-01", "s47").event("2024-04-01", "s47").event("2024-07-01", "s47")
    assert told(run(true, off)) == ["not_seen_before", "not_seen_before"]


def test_the_day_after_may_be_too_recent(run: Run) -> None:
    start = Start(what("cpp_end"), states=(State(("cin_plan",), at="day after"),))
    case = Case().event("2024-01-31", "cpp_end").until("2024-01-31")
    assert told(run(define(start, preceded("contact")), case)) == ["too_recent"]


def test_a_referral_while_open_makes_no_new_state(run: Run) -> None:
    case = Case().spell("need_episode", "2024-01-01", "2024-06-01").event("2024-01-01", "referral")
    case.event("2024-03-01", "referral", while_open=True).event("2024-03-02", "s47")
    start = Start(what("s47"), states=(State(("need_episode",)),))
    assert told(run(define(start, preceded("referral")), case)) == ["no_match"]
    assert told(run(define(start, preceded(what("referral", while_open="any"))), case)) == ["match"]


# Links


def test_same_need_episode(run: Run) -> None:
    definition = define("s47", followed("lac_start", same="need_episode"))
    for anchor, other, expected in (
        ("e1", "e1", "match"),
        ("e1", "e2", "no_match"),
        ("e1", None, "no_match"),
        (None, "e1", "unusable: no_link"),
        (None, None, "unusable: no_link"),
    ):
        case = (
            Case().event("2024-01-01", "s47", episode=anchor).event("2024-01-09", "lac_start", episode=other)
        )
        assert told(run(definition, case)) == [expected]


def test_an_episode_is_one_childs_own(run: Run) -> None:
    definition = define("s47", followed("lac_start", same="need_episode"))
    case = Case().event("2024-01-01", "s47", "A", episode="1")
    case.event("2024-01-09", "lac_start", "B", episode="1")
    assert told(run(definition, case)) == ["no_match"]


def test_same_record(run: Run) -> None:
    definition = define("s47", followed("icpc", same="s47_enquiry"))
    for anchor, other, expected in (
        ("1", "1", "match"),
        ("1", "2", "no_match"),
        ("1", None, "no_match"),
        (None, "1", "unusable: no_link"),
    ):
        case = Case().event("2024-01-01", "s47", record=anchor).event("2024-01-09", "icpc", record=other)
        assert told(run(definition, case)) == [expected]


def test_a_parent_event_without_a_link(run: Run) -> None:
    nested = followed("lac_start", same="need_episode")
    definition = define("s47", followed("contact", then=(nested,)))
    case = Case().event("2024-01-01", "s47").event("2024-01-05", "contact")
    assert told(run(definition, case)) == ["unusable: no_link"]
    case.event("2024-01-06", "contact", episode="e1").event("2024-01-09", "lac_start", episode="e1")
    assert told(run(definition, case)) == ["match_early"]
    outside = Case().event("2024-01-01", "s47").event("2024-02-05", "contact")
    assert told(run(definition, outside)) == ["no_match"]


def test_any_of_with_a_link_that_is_missing(run: Run) -> None:
    linked, loose = followed("lac_start", same="need_episode"), followed("contact")
    case = Case().event("2024-01-01", "s47").event("2024-01-05", "contact")
    assert told(run(define("s47", AnyOf((linked, loose))), case)) == ["match_early"]
    assert told(run(define("s47", linked, loose), case)) == ["unusable: no_link"]


def test_calendar_anchors_have_no_link(run: Run) -> None:
    start = Start(calendar=(31, 3), states=(State(("looked_after",)),))
    case = Case().spell("looked_after", "2023-06-01", "2024-06-01").event("2024-04-02", "s47", episode="e1")
    rows = run(define(start, followed("s47", same="need_episode")), case)
    assert told(rows) == ["unusable: no_link"]


# The clock of the referral


def test_windows_from_the_referral(run: Run) -> None:
    definition = define("assessment_start", followed("contact", "10 days", "0 days"), clock="referral")

    def of(*events: tuple[str, str]) -> str:
        case = Case().event("2024-01-01", "referral", episode="e1", while_open=True)
        case.event("2024-01-04", "referral", episode="e1")
        case.event("2024-01-08", "assessment_start", episode="e1")
        for when, name in events:
            case.event(when, name)
        (row,) = run(definition, case)
        assert row.date == date(2024, 1, 8)
        return row.outcome

    assert of(("2024-01-11", "contact")) == "match"
    assert of(("2024-01-12", "contact")) == "no_match"
    assert of(("2024-01-02", "contact")) == "match"
    assert of(("2024-01-01", "contact")) == "no_match"  # ranks before the referral


def test_no_referral_no_clock(run: Run) -> None:
    definition = define("assessment_start", followed("contact"), clock="referral")
    case = (
        Case().event("2024-01-08", "assessment_start", "A", episode="e1").event("2024-01-09", "contact", "A")
    )
    case.event("2024-01-08", "assessment_start", "B").event("2024-01-01", "referral", "B", episode="e1")
    assert told(run(definition, case)) == ["unusable: no_link"] * 2


def test_the_anchor_never_answers_its_own_clause(run: Run) -> None:
    definition = define("assessment_start", followed("assessment_start", "20 days"), clock="referral")
    case = Case().event("2024-01-01", "referral", episode="e1")
    case.event("2024-01-08", "assessment_start", episode="e1")
    assert told(run(definition, case)) == ["no_match"]
    case.event("2024-01-08", "assessment_start", episode="e2")
    assert [row.outcome for row in run(definition, case)] == ["match", "unusable"]


def test_nested_clauses_keep_to_their_parent_with_the_clock_of_the_referral(run: Run) -> None:
    nested = followed("lac_start", "5 days")
    definition = define("assessment_start", followed("contact", "10 days", then=(nested,)), clock="referral")
    case = Case().event("2024-01-01", "referral", episode="e1")
    case.event("2024-01-08", "assessment_start", episode="e1").event("2024-01-11", "contact")
    assert told(run(definition, case.event("2024-01-16", "lac_start"))) == ["match"]


# Marks


@pytest.mark.parametrize("code", ["undated", "future", "end_before_start"])
def test_marks_that_could_answer(run: Run, code: str) -> None:
    definition = define("s47", followed("contact"))
    case = Case()
    for child in "ABC":
        case.event("2024-01-01", "s47", child)
    case.mark("contact", code, child="A").mark("contact", code, child="B").event("2024-01-03", "contact", "B")
    assert told(run(definition, case)) == [f"unusable: {code}", "match_early", "no_match"]
    never = define("s47", followed("contact", negated=True))
    assert told(run(never, case)) == [f"unusable: {code}", f"unusable: {code}", "match"]


def test_a_mark_of_several_types(run: Run) -> None:
    case = Case().event("2024-01-01", "s47").mark("case_closed|cin_end")
    assert told(run(define("s47", followed("cin_end")), case)) == ["unusable: undated"]
    assert told(run(define("s47", followed("case_closed")), case)) == ["unusable: undated"]
    assert told(run(define("s47", followed("cpp_end")), case)) == ["no_match"]


def test_a_mark_of_a_type_not_carried_touches_nothing(run: Run) -> None:
    case = Case().event("2024-01-01", "s47").mark("cin_start").cover("cin_start")
    assert told(run(define("s47", followed("plan_start")), case)) == ["no_match"]


def test_marks_of_records_fit_by_the_start_of_the_record(run: Run) -> None:
    definition = define("s47", followed("icpc", same="s47_enquiry"))
    for start, expected in (
        ("2024-01-01", "unusable: end_before_start"),
        ("2024-01-02", "no_match"),
        (None, "no_match"),
    ):
        case = Case().event("2024-01-01", "s47", record="1").mark("icpc", "end_before_start", start)
        assert told(run(definition, case)) == [expected]


def test_marks_of_episodes_always_fit(run: Run) -> None:
    definition = define("s47", followed("lac_start", same="need_episode"))
    case = Case().event("2024-01-01", "s47", episode="e1").mark("lac_start", start="2030-01-01")
    assert told(run(definition, case)) == ["unusable: undated"]


def test_nested_marks_always_fit(run: Run) -> None:
    nested = followed("icpc", same="s47_enquiry")
    definition = define("contact", followed("s47", then=(nested,)))
    case = Case().event("2024-01-01", "contact").mark("icpc", start="2020-01-01")
    assert told(run(definition, case)) == ["unusable: undated"]
    case.event("2024-01-02", "s47", record="1").event("2024-01-03", "icpc", record="1")
    assert told(run(definition, case)) == ["match_early"]


def test_280_days_before_birth(run: Run) -> None:
    definition = define("s47", preceded("contact", None))
    case = Case().event("2024-01-01", "s47", "A").event(EARLIEST, "contact", "A")
    case.event("2024-01-01", "s47", "B").event("2009-03-26", "contact", "B")
    case.child("C", born=None, expected=BORN).event("2024-01-01", "s47", "C").event(
        "2009-03-26", "contact", "C"
    )
    case.child("D", born=None).event("2024-01-01", "s47", "D").event("1999-03-26", "contact", "D")
    assert told(run(definition, case)) == [
        "match", "unusable: before_birth", "unusable: before_birth", "match_early",
    ]  # fmt: skip


def test_before_birth_is_no_anchor(run: Run) -> None:
    assert run(define("s47", followed("contact")), Case().event("2009-03-26", "s47")) == []


def test_before_birth_is_tested_as_far_as_known(run: Run) -> None:
    case = Case().event("2024-01-01", "s47", episode="e1", record="1")
    case.event("2009-01-01", "referral", episode="e2", record="2", nfa=False)
    for event, same, expected in (
        (what("referral", nfa=False), None, "unusable: before_birth"),
        (what("referral"), None, "unusable: before_birth"),
        (what("referral", nfa=True), None, "no_match"),
        (what("referral", while_open=True), None, "no_match"),
        (what("referral"), "need_episode", "no_match"),
        (what("referral"), "s47_enquiry", "no_match"),
    ):
        assert told(run(define("s47", followed(event, same=same)), case)) == [expected], (event, same)
    unlinked = Case().event("2024-01-01", "s47", episode="e1").event("2009-01-01", "lac_start")
    assert told(run(define("s47", followed("lac_start", same="need_episode")), unlinked)) == [
        "unusable: before_birth"
    ]
    own = Case().event("2024-01-01", "icpc", record="1").event("2009-01-01", "s47", record="1")
    assert told(run(define("icpc", preceded("s47", same="s47_enquiry")), own)) == ["unusable: before_birth"]


@pytest.mark.parametrize("which", ["first", "last"])
def test_a_mark_that_may_have_been_the_first(run: Run, which: Any) -> None:
    start = Start(what("referral", nfa=True), which=which)
    case = Case()
    for child in "ABCD":
        case.event("2024-01-01", "referral", child, nfa=True)
    case.event("2024-01-05", "contact", "B").mark("referral", child="A").mark("referral", child="B")
    case.event("2009-01-01", "referral", "C", nfa=False).event("2009-01-01", "referral", "D", nfa=True)
    assert told(run(define(start, followed("contact")), case)) == [
        "unusable: undated", "match_early", "no_match", "unusable: before_birth",
    ]  # fmt: skip
    every = define(what("referral", nfa=True), followed("contact"))
    assert told(run(every, case)) == ["no_match", "match", "no_match", "no_match"]


# Exit


def followed_up(run: Run, case: Case, anchor: str = "2024-01-01", **about: Any) -> list[str]:
    """Enquiries on the anchor day, and contacts within 30 days of them."""
    for row in list(case.rows["children"]):
        case.event(anchor, "s47", row["child_id"])
    return told(run(define("s47", followed("contact"), **about), case))


def test_a_spell_answers_by_a_day_up_to_the_exit(run: Run) -> None:
    """The 18th birthday is 26 March: a window from 27 March on has no day that can answer."""
    for near, expected in (("26 days", "left"), ("25 days", "match_early")):
        case = Case().child("A", born="2006-03-26").event("2024-03-01", "s47")
        case.spell("need_episode", "2024-03-01", "2025-03-02")
        clause = Clause("followed", _window("200 days", near), spells="need_episode", at_least=1)
        assert told(run(define("s47", clause), case)) == [expected], near


def test_exits(run: Run) -> None:
    """The last day of the window, 31 January, must be before the exit."""
    case = Case().child("a", born="2006-02-01").child("b", born="2006-01-31")
    case.child("c", died="2024-02-01").child("d", died="2024-01-31")
    for child, when in (("e", "2024-02-01"), ("f", "2024-01-31")):
        case.event(when, "adopted", child)
    for reason, (later, sooner) in (("RC1", "gh"), ("RC2", "ij"), ("RC5", "kl"), ("RC7", "mn")):
        case.event("2024-02-01", "case_closed", later, closure_reason=reason)
        case.event("2024-01-31", "case_closed", sooner, closure_reason=reason)
    assert followed_up(run, case) == ["no_match", "left"] * 6 + ["no_match"] * 2


def test_no_anchor_on_or_after_exit(run: Run) -> None:
    case = Case().child("a", died="2024-01-01").child("b", born="2006-01-01").child("c", died="2023-12-31")
    case.child("d", died="2024-01-02")
    assert followed_up(run, case) == ["left"]


def test_an_event_on_the_day_of_exit_answers_a_later_one_does_not(run: Run) -> None:
    case = Case().child("a", died="2024-01-10").event("2024-01-10", "contact", "a")
    case.child("b", died="2024-01-10").event("2024-01-11", "contact", "b")
    assert followed_up(run, case) == ["match_early", "left"]


def test_an_exit_before_the_window_begins(run: Run) -> None:
    definition = define("s47", followed("contact", "60 days", "30 days", negated=True))
    case = Case().child("a", died="2024-01-10").event("2024-01-01", "s47", "a")
    assert told(run(definition, case)) == ["left"]


def test_someone_born_on_29_february_is_18_on_1_march(run: Run) -> None:
    case = Case().child("a", born="2004-02-29").child("b", born="2004-02-28")
    assert followed_up(run, case, "2022-01-29") == ["no_match", "left"]
    assert followed_up(run, Case().child("a", born="2004-02-29"), "2022-01-30") == ["left"]


def test_until_age_25(run: Run) -> None:
    case = Case().child("a", born="2006-01-15").child("b", born="1999-01-15").child("c", born="2000-02-29")
    assert followed_up(run, case, until_age=25) == ["no_match", "left", "no_match"]


def test_no_birth_date_no_birthday(run: Run) -> None:
    assert followed_up(run, Case().child("a", born=None)) == ["no_match"]
    assert followed_up(run, Case().child("a", born=None, expected="2006-01-15")) == ["no_match"]


def test_left_the_area_unless_seen_again(run: Run) -> None:
    case = Case().event("2024-01-10", "case_closed", "a", closure_reason="RC5")
    case.event("2024-01-10", "lac_review", "a")  # the same day is not later
    case.event("2024-01-10", "case_closed", "b", closure_reason="RC5").event("2025-01-11", "lac_review", "b")
    case.event("2024-01-10", "case_closed", "c", closure_reason="RC5")
    case.event("2024-05-10", "cin_start", "c", basis="need_episode")  # no event
    assert followed_up(run, case) == ["left", "no_match", "left"]


def test_seen_again_only_after_as_at(run: Run) -> None:
    case = Case().event("2024-01-10", "case_closed", "b", closure_reason="RC5")
    case.event("2024-01-01", "s47", "b").event("2025-01-11", "lac_review", "b")
    definition = define("s47", followed("contact"))
    assert told(run(definition, case, as_at=date(2025, 1, 10))) == ["left"]
    assert told(run(definition, case, as_at=date(2025, 1, 11))) == ["no_match"]


def test_a_death_after_as_at_is_not_known(run: Run) -> None:
    case = Case().child("a", died="2024-01-31").event("2024-01-01", "s47", "a")
    assert told(run(define("s47", followed("contact")), case, as_at=date(2024, 1, 30))) == ["too_recent"]
    assert told(run(define("s47", followed("contact")), case, as_at=date(2024, 1, 31))) == ["left"]


def test_exits_count_events_of_types_not_carried(run: Run) -> None:
    case = Case().cover("adopted").event("2024-01-10", "adopted", "a")
    assert followed_up(run, case) == ["left"]


# Family


def test_family(run: Run) -> None:
    case = Case().child("A", family="1").child("B", family="1").child("C", family="2").child("D")
    for child in "ABCD":
        case.event("2024-05-01", "s47", child)
    case.event("2024-04-20", "contact", "A").event("2024-04-20", "contact", "D")
    for who, expected in (
        ("self", ["match", "no_match", "no_match", "match"]),
        ("other child", ["no_match", "match", "no_match", "no_match"]),
        ("any child", ["match", "match", "no_match", "match"]),
    ):
        definition = define("s47", preceded("contact", who=who), follow="family")
        assert told(run(definition, case)) == expected


def test_families_are_of_one_authority(run: Run) -> None:
    case = Case().child("A", family="1").event("2024-05-01", "s47", "A").event("2024-04-20", "contact", "A")
    other = Case(la="302", number=50).child("B", family="1").event("2024-05-01", "s47", "B")
    both = Case()
    both.rows = {name: case.rows[name] + other.rows[name] for name in case.rows}
    definition = define("s47", preceded("contact", who="other child"), follow="family")
    assert told(run(definition, both)) == ["no_match", "no_match"]


def test_of_one_day_in_a_family(run: Run) -> None:
    case = Case().child("A", family="1").child("B", family="1")
    case.event("2024-05-01", "s47", "A").event("2024-05-01", "contact", "B").event("2024-05-01", "s47", "B")
    case.event("2024-05-01", "icpc", "B")

    def of(event: str, direction: Callable[..., Clause]) -> list[str]:
        clause = direction(event, "0 days", "0 days", who="other child")
        return told(run(define("s47", clause, follow="family"), case))

    assert of("contact", preceded) == ["match", "no_match"]
    assert of("icpc", followed) == ["match", "no_match"]
    assert of("s47", followed) == of("s47", preceded) == ["no_match", "no_match"]


def test_marks_of_the_family(run: Run) -> None:
    case = Case().child("A", family="1").child("B", family="1").mark("contact", child="B")
    case.event("2024-05-01", "s47", "A").event("2024-05-01", "s47", "B")
    for who, expected in (
        ("self", ["no_match", "unusable: undated"]),
        ("other child", ["unusable: undated", "no_match"]),
        ("any child", ["unusable: undated"] * 2),
    ):
        assert told(run(define("s47", preceded("contact", who=who), follow="family"), case)) == expected


def test_exit_and_windows_in_a_family_are_the_anchor_childs(run: Run) -> None:
    definition = define("s47", followed("contact", who="other child"), follow="family")
    case = Case().child("A", family="1").child("B", family="1", died="2024-05-03")
    case.event("2024-05-01", "s47", "A").event("2024-05-05", "contact", "B")
    case.event("2024-05-01", "s47", "B").event("2024-05-05", "contact", "A")
    assert told(run(definition, case)) == ["match", "left"]


# First ever


@pytest.mark.parametrize(
    ("covered_from", "born", "expected"),
    [
        ("2022-05-01", BORN, "no_match"),
        ("2022-05-02", BORN, "not_seen_before"),
        ("2023-06-28", "2024-04-03", "no_match"),  # 280 days before birth is 28 June 2023
        ("2023-06-29", "2024-04-03", "not_seen_before"),
    ],
)
def test_strict_first(run: Run, covered_from: str, born: str, expected: str) -> None:
    case = Case().cover("s47", (covered_from, "2034-12-31")).child("A", born=born).event("2024-05-01", "s47")
    start = Start(what("s47"), which="first", strict_first=True)
    assert told(run(define(start, followed("contact")), case)) == [expected]
    loose = Start(what("s47"), which="first")
    assert told(run(define(loose, followed("contact")), case)) == ["no_match"]


def test_strict_first_that_is_not_the_first_for_sure_is_not_seen_before_whatever_the_answer(run: Run) -> None:
    case = Case().cover("s47", ("2024-01-01", "2034-12-31"))
    case.event("2024-05-01", "s47").event("2024-05-05", "contact")
    start = Start(what("s47"), which="first", strict_first=True)
    assert told(run(define(start, followed("contact")), case)) == ["not_seen_before"]


def test_strict_first_with_a_gap_and_a_lookback_of_its_own(run: Run) -> None:
    case = Case().cover("s47", ("2000-01-01", "2024-01-31"), ("2024-02-02", "2034-12-31"))
    case.event("2024-05-01", "s47")
    for lookback, expected in ((bound("3 months"), "not_seen_before"), (bound("89 days"), "no_match")):
        start = Start(what("s47"), which="first", lookback=lookback, strict_first=True)
        assert told(run(define(start, followed("contact")), case)) == [expected]


# Outcomes


def test_seven_outcomes(run: Run) -> None:
    definition = define("s47", followed("contact"), preceded("referral", negated=True))
    case = (
        Case().cover("referral", ("2024-01-01", "2034-12-31")).cover("contact", ("2000-01-01", "2024-06-30"))
    )
    case.event("2024-03-01", "s47", "a").event("2024-03-05", "contact", "a")
    case.event("2024-03-01", "s47", "b")
    case.event("2024-05-31", "s47", "c").event("2024-06-05", "contact", "c")
    case.event("2024-06-01", "s47", "d").event("2024-06-05", "contact", "d")
    case.event("2024-06-01", "s47", "e")
    case.event("2024-01-30", "s47", "f").event("2024-02-05", "contact", "f")
    case.child("g", died="2024-03-09").event("2024-03-01", "s47", "g")
    case.event("2024-03-01", "s47", "h").mark("contact", child="h")
    assert told(run(definition, case)) == [
        "match", "no_match", "match", "match_early", "too_recent", "not_seen_before", "left",
        "unusable: undated",
    ]  # fmt: skip


def test_which_cause_comes_first(run: Run) -> None:
    definition = define("s47", followed("contact", "60 days"), preceded("referral", "60 days"))
    case = (
        Case().cover("referral", ("2024-01-01", "2034-12-31")).cover("contact", ("2000-01-01", "2024-06-30"))
    )
    # Unusable, not seen before, left and too recent all at once.
    case.child("a", died="2024-02-10").event("2024-02-01", "s47", "a").mark("contact", child="a")
    case.child("b", died="2024-02-10").event("2024-02-01", "s47", "b")
    # Left: the exit is not after the last covered day of contacts; else too recent.
    case.child("c", died="2024-06-30").event("2024-06-01", "s47", "c")
    case.child("d", died="2024-07-01").event("2024-06-01", "s47", "d")
    assert told(run(definition, case)) == ["unusable: undated", "not_seen_before", "left", "too_recent"]


def test_codes_in_their_order(run: Run) -> None:
    codes = ["end_before_start", "future", "undated"]
    case = Case().event("2024-01-01", "s47").event("2009-01-01", "contact")
    case.spell("cp_plan", "2023-01-01", "2023-06-01", is_open="unknown")
    start = Start(what("s47"), states=(State(("cp_plan",), negated=True),))
    definition = define(start, followed("contact"))
    assert told(run(define(start, followed("icpc")), case)) == ["unusable: unknown_end"]
    assert told(run(definition, case)) == ["unusable: before_birth"]
    for code in codes:
        case.mark("contact", code)
        assert told(run(definition, case)) == [f"unusable: {code}"]
    linked = define(start, followed("contact", same="need_episode"))
    assert told(run(linked, case)) == ["unusable: no_link"]


def test_a_clear_no_in_a_cut_window_stays_out_of_the_rate(run: Run) -> None:
    definition = define("s47", followed("contact", negated=True))
    case = Case().event("2024-01-01", "s47").event("2024-01-02", "contact").until("2024-01-15")
    assert told(run(definition, case)) == ["too_recent"]


def test_a_gap_in_coverage(run: Run) -> None:
    case = Case().cover("contact", ("2000-01-01", "2024-01-09"), ("2024-01-11", "2034-12-31"))
    case.event("2024-01-10", "s47", "a")
    case.event("2024-01-01", "s47", "b")
    case.event("2024-01-12", "s47", "c")
    assert told(run(define("s47", followed("contact")), case)) == ["no_match", "too_recent", "no_match"]
    assert told(run(define("s47", preceded("contact")), case)) == ["no_match", "no_match", "not_seen_before"]


def test_every_alternative_is_asked(run: Run) -> None:
    either = AnyOf((followed("contact", "10 days"), followed("icpc", "60 days")))
    case = Case().event("2024-01-01", "s47").event("2024-01-02", "contact").until("2024-02-01")
    assert told(run(define("s47", either), case)) == ["match_early"]


def test_windows_of_different_types(run: Run) -> None:
    """Each carried type of an `any of` must be covered."""
    event = what("contact", "icpc")
    case = Case().cover("icpc", ("2000-01-01", "2024-01-15")).event("2024-01-01", "s47")
    assert told(run(define("s47", followed(event)), case)) == ["too_recent"]
    assert told(run(define("s47", followed(event)), case.cover("icpc"))) == ["no_match"]


# What is not carried


@pytest.mark.parametrize(
    ("missing", "definition", "available"),
    [
        (("contact",), define("s47", followed("contact")), False),
        (("contact",), define("s47", followed(what("contact", "icpc"))), True),
        (("contact",), define("s47", AnyOf((followed("contact"), followed("icpc")))), False),
        (("contact",), define("s47", followed("icpc", then=(followed("contact"),))), False),
        (("s47",), define("s47", followed("contact")), False),
        (("s47",), define(what("s47", "icpc"), followed("contact")), True),
        (("cin_start",), define("s47", followed("contact"), needs=("plan_start",)), True),
        (("cin_start", "cpp_start", "lac_start"), define("s47", followed("contact"), needs=("plan_start",)),
         False),
        (("cin_start", "cpp_start", "lac_start"), define("s47", followed("plan_start")), False),
        (("cp_plan",), define("s47", followed("contact"), needs=("cp_plan",)), False),
        (("cp_plan",), define(Start(what("s47"), states=(State(("cp_plan",), True),)), followed("contact")),
         False),
        (("cp_plan",), define(Start(what("s47"), states=(State(("cp_plan", "cin_plan"), True),)),
                              followed("contact")), True),
        (("placement",), define("s47", preceded(None, spells="placement")), False),
        (("looked_after",), define(Start(calendar=(31, 3), states=(State(("looked_after",)),)),
                                   followed("contact")), False),
        ((), define("s47", followed("contact", who="other child"), follow="family"), False),
    ],
)  # fmt: skip
def test_availability(run: Run, missing: tuple[str, ...], definition: Archetype, available: bool) -> None:
    case = Case().event("2024-01-01", "s47").event("2024-01-01", "icpc").spell("looked_after", "2023-01-01")
    for kind in missing:
        case.cover(kind)
    assert plain_available(definition, **case.frames()) == {"301": available}
    assert bool(run(definition, case)) is available


def test_what_is_carried_only_after_as_at(run: Run) -> None:
    case = Case().cover("contact", ("2025-01-01", "2034-12-31")).event("2024-01-01", "s47")
    definition = define("s47", followed("contact"))
    assert told(run(definition, case)) == ["too_recent"]
    assert run(definition, case, as_at=date(2024, 12, 31)) == []


def test_authorities_are_apart(run: Run) -> None:
    one = Case().event("2024-01-01", "s47", "A").until("2024-06-30")
    two = Case(la="302").event("2024-01-01", "s47", "A").event("2024-01-05", "contact", "A").cover("icpc")
    both = Case()
    both.rows = {name: one.rows[name] + two.rows[name] for name in one.rows}
    rows = run(define("s47", followed("contact")), both)
    assert [(row.la_code, row.outcome) for row in rows] == [("301", "no_match"), ("302", "match")]
    rows = run(define("s47", followed("icpc")), both)
    assert [(row.la_code, row.outcome) for row in rows] == [("301", "no_match")]


# Whole archetypes


def test_a_missed_risk(run: Run) -> None:
    """The example of the explanation: assessed 3 May, referred 19 August, on a plan 11 September 2023."""
    missed = written_definitions()[0]

    def of(plan: str, episode: str = "e2", before: str = "2023-06-03") -> list[str]:
        case = Case().event("2023-04-01", "referral", episode="e1")
        case.event("2023-04-10", "assessment_start", episode="e1", record="a", child_age=13)
        case.event("2023-05-03", "assessment_authorised", episode="e1", record="a", child_age=13)
        case.event(before, "cin_start", episode="e1")
        case.event("2023-08-19", "referral", episode="e2").event(plan, "cpp_start", episode=episode)
        return told(run(missed, case))

    assert of("2023-09-11") == ["match"]
    assert of("2023-11-17") == ["match"]  # 90 days after 19 August
    assert of("2023-11-18") == ["no_match"]
    assert of("2023-09-11", "e3") == ["no_match"]
    assert of("2023-09-11", before="2023-06-02") == ["no_match"]  # within 30 days of 3 May
    assert of("2023-09-11", before="2023-04-10") == ["no_match"]


def test_an_assessment_that_is_late_though_it_has_no_end(run: Run) -> None:
    """45 working days from Monday 8 January 2024 end on Monday 11 March."""
    late = written_definitions()[2]
    assert late.id == "assessment_late"
    for end, expected in (("2024-03-11", "no_match"), ("2024-03-12", "match"), (None, "match")):
        case = Case().event("2024-01-08", "assessment_start", record="a")
        if end:
            case.event(end, "assessment_authorised", record="a")
        assert told(run(late, case)) == [expected]
    for last, expected in (("2024-03-11", "match"), ("2024-03-10", "too_recent")):
        case = Case().event("2024-01-08", "assessment_start", record="a").until(last)
        assert told(run(late, case)) == [expected]


# Unknowns


def test_a_no_of_a_nested_clause_outweighs_an_unknown(run: Run) -> None:
    """The contact has no link, but no conference follows it either: it is known not to count."""
    nested = (followed("icpc"), followed("lac_start", same="need_episode"))
    case = Case().event("2024-01-01", "s47").event("2024-01-05", "contact")
    assert told(run(define("s47", followed("contact", negated=True, then=nested)), case)) == ["match_early"]
    assert told(run(define("s47", followed("contact", then=nested)), case)) == ["unusable: no_link"]
    unknown = define("s47", followed("contact", negated=True, then=nested[1:]))
    assert told(run(unknown, case)) == ["unusable: no_link"]


def test_a_yes_of_one_alternative_outweighs_an_unknown(run: Run) -> None:
    nested = AnyOf((followed("icpc"), followed("lac_start", same="need_episode")))
    case = Case().event("2024-01-01", "s47").event("2024-01-05", "contact").event("2024-01-06", "icpc")
    assert told(run(define("s47", followed("contact", then=(nested,))), case)) == ["match_early"]


def test_a_test_of_the_anchor_stands_without_a_clock(run: Run) -> None:
    """No referral, so the clause is unknown; the other alternative holds."""
    either = AnyOf((followed("contact"), ParentTest((Condition("team", "missing"),))))
    case = Case().event("2024-01-08", "s47")
    assert told(run(define("s47", either, clock="referral"), case)) == ["match_early"]


def test_more_than_the_most_is_known_in_a_cut_window(run: Run) -> None:
    case = Case().event("2024-01-01", "s47").event("2024-01-02", "contact").mark("contact")
    assert told(run(define("s47", followed("contact", at_most=0, negated=True)), case)) == ["match_early"]
    assert told(run(define("s47", followed("contact", at_most=1)), case)) == ["unusable: undated"]


def test_working_days_before_a_past_without_bounds_were_never_seen(run: Run) -> None:
    nested = preceded("icpc", "5 working days")
    case = Case().child("A", born=None).event("2024-01-01", "s47")
    assert told(run(define("s47", preceded("contact", None, then=(nested,))), case)) == ["not_seen_before"]


def test_a_start_long_before_birth_begins_no_window(run: Run) -> None:
    definition = define("assessment_authorised", followed("contact", since="assessment_start"))
    case = Case().event("2009-01-01", "assessment_start", record="a")
    case.event("2009-12-01", "assessment_authorised", record="a")
    assert told(run(definition, case)) == ["unusable: no_link"]


def test_spells_that_start_after_exit_do_not_count(run: Run) -> None:
    clause = Clause("followed", Window(Bound(1), Bound(30)), spells="placement")
    for start, expected in (("2024-01-10", "match_early"), ("2024-01-11", "left")):
        case = Case().child("A", died="2024-01-10").event("2024-01-01", "s47")
        assert told(run(define("s47", clause), case.spell("placement", start))) == [expected]


def test_marks_count_for_a_kind_whose_events_are_not_carried(run: Run) -> None:
    case = Case().cover("placement_end").event("2024-01-01", "s47")
    case.mark("placement_end", "future", "2023-12-01")
    counted = Clause("followed", Window(Bound(1), Bound(30)), spells="placement", negated=True)
    assert told(run(define("s47", counted), case)) == ["unusable: future"]
    start = Start(what("s47"), states=(State(("placement",), negated=True),))
    assert told(run(define(start, followed("contact")), case)) == ["unusable: future"]
