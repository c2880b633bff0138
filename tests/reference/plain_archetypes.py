"""Archetypes decided slowly, child by child and clause by clause, from the words of the design."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import cache
from typing import Any, NamedTuple

import polars as pl

from childjourneys.archetypes.definition import (
    PLAN_START,
    PLAN_STARTS,
    RECORDS,
    AnyOf,
    Archetype,
    Bound,
    Clause,
    Condition,
    Event,
    Node,
    ParentTest,
    State,
    Window,
)
from childjourneys.domain.calendar import WorkingDays, england
from childjourneys.domain.dates import add_months
from childjourneys.domain.vocabulary import EVENT

DAY = timedelta(days=1)
BEFORE_BIRTH = timedelta(days=280)
ALWAYS = date.min  # the beginning of a past without bounds
NOTHING = (date(2, 1, 2), date(2, 1, 1))  # a window without a day
CAUSES = ("no_link", "calendar", "undated", "future", "end_before_start", "before_birth", "unknown_end")
# First event and last event of a spell kind; a kind without a record of its own has them too.
STARTS = {kind: both[0] for kind, both in RECORDS.items()} | {
    "need_episode": "referral",
    "care_leaver": "care_leaver",
}
ENDS = {kind: both[1] for kind, both in RECORDS.items()} | {"need_episode": "case_closed"}
Record = dict[str, Any]
Span = tuple[date, date]
Kleene = bool | None


class Plain(NamedTuple):
    """One anchor and what became of it."""

    la_code: str
    child_id: str
    date: date
    event: str
    row: int | None
    file: str | None
    outcome: str
    cause: str


class Unusable(Exception):
    """A window that cannot be worked out: `no_link` or `calendar`."""


@dataclass(eq=False)
class Child:
    """One child of one authority, as seen."""

    id: str
    birth: date | None
    birth0: date | None
    death: date | None
    family: str | None
    events: list[Record] = field(default_factory=list)
    spells: list[Record] = field(default_factory=list)
    marks: list[Record] = field(default_factory=list)
    exit: date | None = None

    @property
    def first_day(self) -> date | None:
        return self.birth0 - BEFORE_BIRTH if self.birth0 else None


@dataclass(frozen=True, eq=False)
class Point:
    """What windows and links are relative to: an event, or a calendar day (no event)."""

    child: Child
    date: date
    event: Record | None

    @property
    def type(self) -> str:
        return self.event["event"] if self.event else ""

    @property
    def rank(self) -> float:
        return self.event["rank"] if self.event else 1000.0

    def link(self, same: str) -> str | None:
        if not self.event:
            return None
        if same == "need_episode":
            return self.event["episode_id"]
        return _stay(self.event) if same == "placement" else self.event["record"]


def _stay(row: Record) -> Any:
    """The placement that a start, an end or a spell belongs to: those of one `placement_id` are one."""
    stay = row.get("placement_id")
    return row["record"] if stay is None else ("stay", stay)


def plain_outcomes(
    definition: Archetype,
    *,
    events: pl.DataFrame,
    spells: pl.DataFrame,
    children: pl.DataFrame,
    coverage: pl.DataFrame,
    marks: pl.DataFrame,
    period: Span | None = None,
    as_at: date | None = None,
    calendar: WorkingDays | None = None,
) -> list[Plain]:
    frames = {"events": events, "spells": spells, "children": children, "coverage": coverage, "marks": marks}
    found: list[Plain] = []
    for la in _authorities(frames):
        seen = _Authority(definition, la, frames, as_at, calendar or england())
        if seen.available():
            found += seen.outcomes(period)
    return sorted(found, key=plain_order)


def plain_available(
    definition: Archetype,
    *,
    events: pl.DataFrame,
    spells: pl.DataFrame,
    children: pl.DataFrame,
    coverage: pl.DataFrame,
    marks: pl.DataFrame,
    as_at: date | None = None,
) -> dict[str, bool]:
    frames = {"events": events, "spells": spells, "children": children, "coverage": coverage, "marks": marks}
    return {
        la: _Authority(definition, la, frames, as_at, england()).available() for la in _authorities(frames)
    }


def plain_order(row: Plain) -> tuple[Any, ...]:
    return (*row[:4], -1 if row.row is None else row.row, row.file or "", *row[6:])


def fits(event: Event, name: str, attributes: Record) -> bool:
    """Whether an event of a type and with attributes is what is asked for (D3: new referrals by default)."""
    for term in event.terms:
        if name not in (PLAN_STARTS if term.event == PLAN_START else (term.event,)):
            continue
        tests = [*term.where, *event.where]
        if name == "referral" and not any(test.attribute == "while_open" for test in tests):
            tests.append(Condition("while_open", "is", (False,)))
        if all(holds(test, attributes) for test in tests):
            return True
    return False


def holds(test: Condition, attributes: Record) -> bool:
    value = attributes.get(test.attribute)
    if test.attribute == "while_open" and test.values == ("any",):
        return True
    if test.test == "missing":
        return value is None
    if test.test == "not missing":
        return value is not None
    if test.test in ("not", "not in"):
        return value is None or not _one_of(value, test.values)
    if value is None:
        return False
    if test.test == "between":
        return bool(test.values[0] <= value <= test.values[1])
    return _one_of(value, test.values)


def _one_of(value: Any, wanted: Sequence[Any]) -> bool:
    return any(one in wanted for one in value) if isinstance(value, list) else value in wanted


def _authorities(frames: dict[str, pl.DataFrame]) -> list[str]:
    return sorted({la for frame in frames.values() for la in frame["la_code"].to_list()})


def _both(values: list[Kleene]) -> Kleene:
    return False if False in values else None if None in values else True


def _either(values: list[Kleene]) -> Kleene:
    return True if True in values else None if None in values else False


def _swap(value: Kleene) -> Kleene:
    return None if value is None else not value


def birthday(born: date, age: int) -> date:
    try:
        return born.replace(year=born.year + age)
    except ValueError:
        return date(born.year + age, 3, 1)


class _Authority:
    """One authority's data as seen on a day, and one definition."""

    def __init__(
        self,
        definition: Archetype,
        la: str,
        frames: dict[str, pl.DataFrame],
        as_at: date | None,
        calendar: WorkingDays,
    ) -> None:
        self.definition = definition
        self.la = la
        self.calendar = calendar
        rows = {
            name: [row for row in frame.iter_rows(named=True) if row["la_code"] == la]
            for name, frame in frames.items()
        }
        self.as_at = as_at or max((row["to"] for row in rows["coverage"]), default=date.min)
        self.coverage: dict[str, list[Span]] = {}
        for row in rows["coverage"]:
            if row["from"] <= self.as_at:
                span = (row["from"], min(row["to"], self.as_at))
                self.coverage.setdefault(row["kind"], []).append(span)
        self.children: dict[str, Child] = {}
        for row in rows["children"]:
            birth0 = row["birth_date"] or row["expected_birth_date"]
            self.children[row["child_id"]] = Child(
                row["child_id"], row["birth_date"], birth0, row["death_date"], row["family_id"]
            )
        for row in rows["marks"]:
            mark = {**row, "types": row["event"].split("|"), "attributes": None}
            self._child(row["child_id"]).marks.append(mark)
        for row in rows["events"]:
            self._see_event(row)
        for row in rows["spells"]:
            self._see_spell(row)
        for child in self.children.values():
            child.events.sort(key=lambda event: (event["date"], event["place_in_day"]))
            for event in child.events:
                event["rank"] = self._rank(child, event)
            child.exit = self._exit(child)

    # What is seen

    def _child(self, name: str) -> Child:
        return self.children.setdefault(name, Child(name, None, None, None, None))

    def _see_event(self, row: Record) -> None:
        child = self._child(row["child_id"])
        event = {**row, "attributes": json.loads(row["attributes"])}
        if event["date"] > self.as_at:
            return
        if event["event"] in ("cin_start", "cin_end") and event["attributes"].get("basis") == "need_episode":
            return
        if child.first_day and event["date"] < child.first_day:
            child.marks.append({**event, "types": [event["event"]], "code": "before_birth", "start": None})
            return
        child.events.append(event)

    def _see_spell(self, row: Record) -> None:
        if row["start"] > self.as_at:
            return
        spell = dict(row)
        if spell["end"] is None or spell["end"] > self.as_at:
            spell |= {"end": None, "open": "true"}
        self._child(row["child_id"]).spells.append(spell)

    def _rank(self, child: Child, event: Record) -> float:
        own = EVENT[event["event"]].rank
        if 80 <= own <= 83 and event["record"] is not None:
            start = next(both[0] for both in RECORDS.values() if both[1] == event["event"])
            for other in child.events:
                same_day = other["date"] == event["date"] and other["event"] == start
                if same_day and other["record"] == event["record"]:
                    return EVENT[start].rank + 0.5
        return own

    def _exit(self, child: Child) -> date | None:
        days: list[date] = []
        if child.birth:
            days.append(birthday(child.birth, self.definition.until_age))
        if child.death and child.death <= self.as_at:
            days.append(child.death)
        for event in child.events:
            reason = event["attributes"].get("closure_reason") if event["event"] == "case_closed" else None
            last = not any(later["date"] > event["date"] for later in child.events)
            if event["event"] == "adopted" or reason in ("RC1", "RC2") or (reason == "RC5" and last):
                days.append(event["date"])
        return min(days, default=None)

    # What is carried and covered

    def _carried(self, names: Sequence[str]) -> list[str]:
        return [name for name in names if name in self.coverage]

    def available(self) -> bool:
        definition = self.definition
        for need in definition.needs:
            if not self._carried(PLAN_STARTS if need == PLAN_START else (need,)):
                return False
        start = definition.start
        if start.event and not self._carried(start.event.types):
            return False
        if start.calendar and not self._carried(self._calendar_kinds()):
            return False
        if not all(self._carried(state.kinds) for state in start.states):
            return False
        for clause in definition.clauses():
            if not self._asked(clause):
                return False
        families = any(child.family is not None for child in self.children.values())
        return definition.follow != "family" or families

    def _calendar_kinds(self) -> list[str]:
        return [kind for state in self.definition.start.states if not state.negated for kind in state.kinds]

    def _asked(self, clause: Clause) -> list[str]:
        """The carried types, or the kind of spell, that a clause asks for."""
        if clause.spells:
            return self._carried([clause.spells])
        assert clause.event
        return self._carried(clause.event.types)

    def _first_gap(self, kind: str, window: Span) -> date | None:
        """The first day of a window that is not covered."""
        day, last = window
        while day <= last:
            ends = [end for begin, end in self.coverage[kind] if begin <= day <= end]
            if not ends:
                return day
            day = max(ends) + DAY
        return None

    # Anchors

    def outcomes(self, period: Span | None) -> Iterator[Plain]:
        for child in self.children.values():
            for anchor in self._anchors(child, period):
                values = [self._state(state, anchor)[0] for state in self.definition.start.states]
                if False in values:
                    continue
                outcome, cause = self._decide(anchor)
                event = anchor.event or {"row": None, "file": None}
                yield Plain(
                    self.la, child.id, anchor.date, anchor.type, event["row"], event["file"], outcome, cause
                )

    def _anchors(self, child: Child, period: Span | None) -> list[Point]:
        start = self.definition.start
        if start.calendar:
            points = self._calendar_days(child)
        else:
            assert start.event
            points = [
                Point(child, event["date"], event)
                for event in child.events
                if event["event"] in self.coverage
                and fits(start.event, event["event"], event["attributes"])
                and (child.exit is None or event["date"] < child.exit)
            ]
            if start.which == "first":
                points = points[:1]
            elif start.which == "last":
                points = points[-1:]
            points = [p for p in points if self._first_gap(p.type, (p.date, p.date)) is None]
        return [p for p in points if period is None or period[0] <= p.date <= period[1]]

    def _calendar_days(self, child: Child) -> list[Point]:
        assert self.definition.start.calendar
        day_of_month, month = self.definition.start.calendar
        kinds = self._carried(self._calendar_kinds())
        years = {d.year for kind in kinds for span in self.coverage[kind] for d in span}
        found = []
        for year in range(min(years), max(years) + 1):
            try:
                day = date(year, month, day_of_month)
            except ValueError:
                continue
            covered = any(self._first_gap(kind, (day, day)) is None for kind in kinds)
            if covered and (child.exit is None or day < child.exit):
                found.append(Point(child, day, None))
        return found

    # Windows

    def _window(self, clause: Clause, bases: Span, anchor: Point, outer: bool) -> Span:
        """The window from one day, or from the earliest to the latest of some days.

        Raises:
            Unusable: it cannot be worked out.
        """
        window, forward = clause.window, clause.direction == "followed"
        if bases[0] > bases[1]:
            return NOTHING
        if forward:
            assert window.far
            if window.since:
                first = self._since(anchor, window.since)
            else:
                first = self._shift(bases[0], window.near, window, True, False)
            last = self._shift(bases[1], window.far, window, True, True)
            return first, last - DAY if window.far.under else last
        last = self._shift(bases[1], window.near, window, False, False)
        if window.far is None:
            first = ALWAYS
        else:
            first = self._shift(bases[0], window.far, window, False, True)
            year_to_the_day = (
                outer
                and anchor.event is None
                and window.near.amount == 0
                and window.far.unit in ("months", "years")
            )
            if first != ALWAYS:
                first += DAY * (window.far.under + year_to_the_day)
        if anchor.child.first_day:
            first = max(first, anchor.child.first_day)
        return first, last

    def _since(self, anchor: Point, start: str) -> date:
        record = anchor.link("record")
        if record is not None:
            for event in anchor.child.events:
                if event["event"] == start and event["record"] == record:
                    return event["date"]
        raise Unusable("no_link")

    def _shift(self, base: date, bound: Bound, window: Window, forward: bool, far: bool) -> date:
        if base == ALWAYS:
            return ALWAYS
        sign = 1 if forward else -1
        if bound.unit == "days":
            return base + sign * timedelta(days=bound.amount)
        if bound.unit == "weeks":
            return base + sign * timedelta(weeks=bound.amount)
        if bound.unit == "months":
            return add_months(base, sign * bound.amount)
        if bound.unit == "years":
            return add_months(base, sign * bound.amount * 12)
        wanted = max(bound.amount - 1, 0) if window.count_from == "day1" else bound.amount
        return self._working_days(base, wanted, forward, far)

    def _working_days(self, base: date, wanted: int, forward: bool, far: bool) -> date:
        """One day at a time: how many working days lie in `(base, day]`, or looking back in `(day, base]`."""
        day, count = base, 0
        step = DAY if forward else -DAY
        self._check(day)
        while far or count < wanted:
            passed = day + DAY if forward else day
            self._check(day + step)
            more = count + _works(self.calendar, passed)
            if far and more > wanted:
                return day
            day, count = day + step, more
        return day

    def _check(self, day: date) -> None:
        if not self.calendar.covers(day):
            raise Unusable("calendar")

    # What could answer a clause

    def _base(self, anchor: Point) -> Point:
        """Where the windows of outer clauses count from."""
        if self.definition.clock == "anchor":
            return anchor
        episode = anchor.link("need_episode")
        for event in anchor.child.events:
            if episode is not None and event["event"] == "referral" and event["episode_id"] == episode:
                return Point(anchor.child, event["date"], event)
        raise Unusable("no_link")

    def _read(self, clause: Clause, child: Child) -> list[Child]:
        others = [
            other
            for other in self.children.values()
            if other is not child and child.family is not None and other.family == child.family
        ]
        return {"self": [child], "other child": others, "any child": [child, *others]}[clause.who]

    def _candidates(
        self, clause: Clause, parent: Point, base: Point, window: Span, anchor: Point
    ) -> list[Point]:
        """Events that fulfil type, where, same, window and the rules of one day."""
        assert clause.event
        asked = self._asked(clause)
        found = []
        for child in self._read(clause, anchor.child):
            for event in child.events:
                point = Point(child, event["date"], event)
                if (
                    event is not parent.event
                    and event["event"] in asked
                    and fits(clause.event, event["event"], event["attributes"])
                    and (
                        clause.same is None or parent.link(clause.same) == point.link(clause.same) is not None
                    )
                    and window[0] <= event["date"] <= window[1]
                    and (anchor.child.exit is None or event["date"] <= anchor.child.exit)
                    and (event["date"] != base.date or self._may_answer_same_day(clause, point, base))
                ):
                    found.append(point)
        return found

    def _may_answer_same_day(self, clause: Clause, point: Point, base: Point) -> bool:
        if point.type == base.type:
            return False
        if clause.window.same_day_any or clause.window.since:
            return True
        return point.rank > base.rank if clause.direction == "followed" else point.rank < base.rank

    def _touching(self, clause: Clause, parent: Point | None, anchor: Point) -> set[str]:
        """Codes of the marks that could answer a clause; `parent` is None for nested ones."""
        asked = set(self._asked(clause))
        if clause.spells:  # here as for states the kind is what is carried, not the types of its events
            asked = {STARTS[clause.spells], ENDS.get(clause.spells, "")}
        codes = set()
        for child in self._read(clause, anchor.child):
            for mark in child.marks:
                types = asked & set(mark["types"])
                if clause.event and mark["attributes"] is not None:
                    types = {name for name in types if fits(clause.event, name, mark["attributes"])}
                if types and (
                    parent is None or not clause.same or self._same_possible(clause.same, mark, parent)
                ):
                    codes.add(mark["code"])
        return codes

    def _same_possible(self, same: str, mark: Record, parent: Point) -> bool:
        link = parent.link(same)
        ordinary = mark["attributes"] is None
        if same == "need_episode":
            return ordinary or link is None or mark["episode_id"] is None or mark["episode_id"] == link
        if link is None:
            return False
        if not ordinary:
            return Point(parent.child, mark["date"], mark).link(same) == link
        return mark["start"] is not None and any(
            event["event"] == RECORDS[same][0]
            and event["date"] == mark["start"]
            and Point(parent.child, event["date"], event).link(same) == link
            for event in parent.child.events
        )

    def _spells_counted(self, clause: Clause, child: Child, window: Span, day: date) -> int:
        counted: set[Any] = set()
        if "earlier_care" in clause.exclude:
            window = (max(window[0], self._care_began(child, day)), window[1])
        for number, spell in enumerate(child.spells):
            if spell["kind"] != clause.spells:
                continue
            start, end, (first, last) = spell["start"], spell["end"], window
            inside = end is None or end > first or (start == end and first <= start)
            if child.exit is not None:
                last = min(last, child.exit)  # what comes later is ignored
            if start > last or first > last or not inside:
                continue
            if "under_a_day" in clause.exclude and start == end:
                continue
            if "temporary" in clause.exclude and spell["temporary"]:
                continue
            stay = spell["record"] if clause.by_record else _stay(spell)
            counted.add(number if stay is None else stay)
        return len(counted)

    def _care_began(self, child: Child, day: date) -> date:
        """When the latest period of care with that day in it began."""
        return max(
            (
                spell["start"]
                for spell in child.spells
                if spell["kind"] == "looked_after" and spell["start"] <= day < (spell["end"] or date.max)
            ),
            default=date.min,
        )

    # Values: yes, no, unknown

    def _node(self, node: Node, parent: Point, anchor: Point) -> Kleene:
        if isinstance(node, ParentTest):
            known = parent.event["attributes"] if parent.event else {}
            return all(holds(test, known) for test in node.where)
        if isinstance(node, AnyOf):
            return _either([self._node(one, parent, anchor) for one in node.clauses])
        value = self._clause(node, parent, anchor)
        return _swap(value) if node.negated else value

    def _clause(self, clause: Clause, parent: Point, anchor: Point) -> Kleene:
        outer = parent is anchor
        try:
            base = self._base(anchor) if outer else parent
            window = self._window(clause, (base.date, base.date), anchor, outer)
        except Unusable:
            return None
        if clause.same and parent.link(clause.same) is None:
            return None
        if clause.spells:
            yes = most = self._spells_counted(clause, anchor.child, window, base.date)
        else:
            values = [
                _both([self._node(node, point, anchor) for node in clause.then])
                for point in self._candidates(clause, parent, base, window, anchor)
            ]
            yes, most = values.count(True), len(values) - values.count(False)
        if self._problem_of_window(clause, window, anchor.child) or self._touching(
            clause, parent if outer else None, anchor
        ):
            most = 10**9
        least, at_most = clause.least, clause.at_most
        if yes >= least and (at_most is None or most <= at_most):
            return True
        if most < least or (at_most is not None and yes > at_most):
            return False
        return None

    def _problem_of_window(self, clause: Clause, window: Span, child: Child) -> bool:
        """Whether a window runs past what is covered, or to the exit."""
        if window[0] > window[1]:
            return False
        uncovered = any(self._first_gap(kind, window) is not None for kind in self._asked(clause))
        return uncovered or (child.exit is not None and window[1] >= child.exit)

    def _state(self, state: State, anchor: Point) -> tuple[Kleene, set[str]]:
        """The value of a state, and the codes of what keeps it from being known."""
        day = self._state_day(state, anchor)
        values, codes = [], set()
        for kind in self._carried(state.kinds):
            if self._inside(kind, day, anchor, state.at == "anchor"):
                values.append(True)
                continue
            problems = self._state_problems(kind, day, anchor.child)
            codes |= problems
            unknown = problems or self._first_gap(kind, (day, day)) is not None
            values.append(None if unknown else False)
        value = _either(values)
        if value is not None:
            codes = set()
        return (_swap(value) if state.negated else value), codes

    def _state_day(self, state: State, anchor: Point) -> date:
        return anchor.date + {"anchor": 0 * DAY, "day after": DAY, "day before": -DAY}[state.at]

    def _inside(self, kind: str, day: date, anchor: Point, on_anchor_day: bool) -> bool:
        merged: list[list[date]] = []
        for start, end in sorted(
            (spell["start"], spell["end"] or date.max)
            for spell in anchor.child.spells
            if spell["kind"] == kind and spell["start"] != spell["end"]
        ):
            if merged and start <= merged[-1][1]:
                merged[-1][1] = max(merged[-1][1], end)
            else:
                merged.append([start, end])
        for start, end in merged:
            if start <= day < end and not (
                on_anchor_day and start == day and EVENT[STARTS[kind]].rank > anchor.rank
            ):
                return True
        return False

    def _state_problems(self, kind: str, day: date, child: Child) -> set[str]:
        codes = set()
        for spell in child.spells:
            if spell["kind"] == kind and spell["open"] == "unknown" and spell["end"] <= day:
                codes.add("unknown_end")
        for mark in child.marks:
            types = mark["types"]
            ended = ENDS.get(kind) in types and (mark["start"] is None or mark["start"] <= day)
            if ended or STARTS[kind] in types:
                codes.add(mark["code"])
        return codes

    # Outcomes

    def _decide(self, anchor: Point) -> tuple[str, str]:
        definition, child = self.definition, anchor.child
        values = [self._node(node, anchor, anchor) for node in definition.then]
        causes: set[str] = set()
        asked: list[tuple[Span, list[str]]] = []
        for state in definition.start.states:
            value, codes = self._state(state, anchor)
            values.append(value)
            causes |= codes
            day = self._state_day(state, anchor)
            asked.append(((day, day), self._carried(state.kinds)))
        self._full_windows(definition.then, anchor, None, asked, causes)
        start = definition.start
        if start.event and start.which != "every":
            causes |= self._may_be_the_one(start.event, child)
        true = _both(values)
        gaps = [gap for window, kinds in asked for kind in kinds if (gap := self._first_gap(kind, window))]
        at_exit = [
            max(end for kind in kinds for _, end in self.coverage[kind])
            for window, kinds in asked
            if window[0] <= window[1] and child.exit is not None and window[1] >= child.exit
        ]
        late = self._history_starts_late(anchor)
        if not causes and not gaps and not at_exit and not late:
            assert true is not None, "an anchor that is observed is true or false"
            return ("match" if true else "no_match"), ""
        if true and not late:
            return "match_early", ""
        if causes:
            return "unusable", min(causes, key=CAUSES.index)
        if late or any(gap <= anchor.date for gap in gaps):
            return "not_seen_before", ""
        if any(child.exit is not None and child.exit <= last for last in at_exit):
            return "left", ""
        return "too_recent", ""

    def _full_windows(
        self,
        nodes: Sequence[Node],
        anchor: Point,
        parents: Span | None,
        asked: list[tuple[Span, list[str]]],
        causes: set[str],
    ) -> None:
        """Full windows of clauses, what else asks for a link, and the marks that touch; `parents` is the
        full window of the parent clause, None for outer clauses."""
        outer = parents is None
        for node in nodes:
            if isinstance(node, AnyOf):
                self._full_windows(node.clauses, anchor, parents, asked, causes)
            if not isinstance(node, Clause):
                continue
            causes |= self._touching(node, anchor if outer else None, anchor)
            if outer and node.same and anchor.link(node.same) is None:
                causes.add("no_link")
            try:
                if outer:
                    base = self._base(anchor)
                    bases = (base.date, base.date)
                    for point in self._candidates_or_none(node, anchor, base, anchor):
                        causes |= self._missing_links(node.then, point, anchor)
                else:
                    bases = parents
                window = self._window(node, bases, anchor, outer)
            except Unusable as problem:
                causes.add(str(problem))
                window = NOTHING
            asked.append((window, self._asked(node)))
            self._full_windows(node.then, anchor, window, asked, causes)

    def _candidates_or_none(self, clause: Clause, parent: Point, base: Point, anchor: Point) -> list[Point]:
        if clause.spells or (clause.same and parent.link(clause.same) is None):
            return []
        try:
            window = self._window(clause, (base.date, base.date), anchor, parent is anchor)
        except Unusable:
            return []
        return self._candidates(clause, parent, base, window, anchor)

    def _missing_links(self, nodes: Sequence[Node], parent: Point, anchor: Point) -> set[str]:
        """`no_link` where a nested clause asks an event for a link that it has not."""
        causes: set[str] = set()
        for node in nodes:
            if isinstance(node, AnyOf):
                causes |= self._missing_links(node.clauses, parent, anchor)
            elif isinstance(node, Clause):
                if node.same and parent.link(node.same) is None:
                    causes.add("no_link")
                for point in self._candidates_or_none(node, parent, parent, anchor):
                    causes |= self._missing_links(node.then, point, anchor)
        return causes

    def _may_be_the_one(self, event: Event, child: Child) -> set[str]:
        """Codes of marks that may have been the first, or the last."""
        codes = set()
        for mark in child.marks:
            for name in self._carried(mark["types"]):
                known = mark["attributes"]
                if name in event.types and (known is None or fits(event, name, known)):
                    codes.add(mark["code"])
        return codes

    def _history_starts_late(self, anchor: Point) -> bool:
        start = self.definition.start
        if start.which != "first" or not start.strict_first or not anchor.event:
            return False
        back_to = self._shift(anchor.date, start.lookback, Window(), False, True)
        if anchor.child.first_day:
            back_to = max(back_to, anchor.child.first_day)
        return self._first_gap(anchor.type, (back_to, anchor.date)) is not None


@cache
def _works(calendar: WorkingDays, day: date) -> int:
    return calendar.count(day - DAY, day)
