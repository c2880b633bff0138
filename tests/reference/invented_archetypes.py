"""Small nasty journeys and random definitions, made from a seed."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from random import Random
from typing import Any

import polars as pl

from childjourneys.archetypes.definition import (
    RECORDS,
    START_OF,
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
from childjourneys.domain.dates import age_in_years
from childjourneys.domain.vocabulary import EVENT, EVENT_ORDER, EVENTS, SPELL_KINDS
from childjourneys.tables import DERIVED, REPORTED

Frames = dict[str, pl.DataFrame]
EVENT_SCHEMA = DERIVED["events"].schema | {
    "record": pl.String, "place_in_day": pl.Int64, "link": pl.String, "placement_id": pl.String,
}  # fmt: skip
SPELL_SCHEMA = DERIVED["spells"].schema | {
    "record": pl.String, "placement_id": pl.String, "temporary": pl.Boolean, "under_a_day": pl.Boolean,
}  # fmt: skip
MARK_SCHEMA = {"la_code": pl.String} | REPORTED["mark"].schema | {"source": pl.String, "file": pl.String}
SCHEMAS = {
    "events": EVENT_SCHEMA,
    "spells": SPELL_SCHEMA,
    "children": DERIVED["children"].schema,
    "coverage": DERIVED["coverage"].schema,
    "marks": MARK_SCHEMA,
}
LAS = ("301", "302", "303")
# First days of eras: around month ends, Easter, a leap day, and 18 and 25 years after a 29 February.
ERAS = (
    date(2021, 12, 29), date(2022, 1, 28), date(2023, 1, 30), date(2023, 3, 29), date(2023, 8, 29),
    date(2024, 1, 29), date(2024, 2, 27), date(2024, 8, 29), date(2025, 2, 26), date(2025, 3, 28),
)  # fmt: skip
APART = (0, 1, 2, 3, 4, 5, 7, 8, 10, 14, 21, 22, 28, 29, 30, 31, 32, 59, 60, 61, 90, 91, 181, 184, 365, 366)
CODES = ("undated", "future", "end_before_start")
VALUES: dict[str, tuple[Any, ...]] = {
    "referral_source": (None, "1A", "6"),
    "nfa": (None, False, True),
    "primary_need": (None, "N1", "N4"),
    "contact_source": (None, "1A", "6"),
    "factors": (None, ["3B"], ["4B", "3B"], ["1A"]),
    "assessed_needs_support": (None, False, True),
    "icpc_not_required": (None, False, True),
    "category_of_abuse": (None, "NEG", "EMO"),
    "number_of_previous_cpp": (None, 0, 1, 2),
    "closure_reason": (None, "RC7", "RC8"),
    "legal_status": (None, "C2", "V2"),
    "category_of_need": (None, "N1", "N8"),
    "uasc": (None, False, True),
    "reason_ceased": (None, "E4A", "E4B"),
    "placement_type": (None, "U6", "T1"),
    "temporary": (None, False, True, True),
    "same_carer": (None, False, True),
    "resumes": (None, False, True),
    "reason_place_change": (None, "CHILD", "LAREQ", "CARPL"),
    "missing_type": (None, "M", "A"),
    "participation": (None, "PN1"),
    "reversed_reason": (None, "RD1"),
    "contact_age": (None, 17, 18, 21),
    "in_touch": (None, "YES", "YES", "NO", "RHOM"),
    "team": (None, None, "North", 'South "B"'),
}
ATTRIBUTES_OF: dict[str, tuple[str, ...]] = {
    "contact": ("contact_source",),
    "referral": ("referral_source", "nfa", "primary_need"),
    "s47": ("icpc_not_required",),
    "assessment_authorised": ("factors", "assessed_needs_support"),
    "cpp_start": ("category_of_abuse", "number_of_previous_cpp"),
    "case_closed": ("closure_reason",),
    "lac_start": ("legal_status", "category_of_need", "uasc"),
    "lac_end": ("reason_ceased",),
    "placement_start": ("placement_type", "temporary", "same_carer", "resumes"),
    "placement_end": ("reason_place_change",),
    "missing_start": ("missing_type",),
    "lac_review": ("participation",),
    "adoption_reversed": ("reversed_reason",),
    "care_leaver": ("contact_age", "in_touch"),
}
SINGLE = (
    "contact", "cp_review", "lac_review", "adoption_decision", "adoption_reversed", "placed_for_adoption",
)  # fmt: skip


@dataclass
class _Writer:
    """What is being written, and what chance and days it draws from."""

    random: Random
    days: list[date]
    kinds: list[str]
    rows: dict[str, list[dict[str, Any]]] = field(default_factory=lambda: {name: [] for name in SCHEMAS})
    row: int = 1

    def chance(self, share: float) -> bool:
        return self.random.random() < share

    def day(self) -> date:
        return self.random.choice(self.days)

    def later(self, day: date) -> date:
        """The same day, a near one, or one of the days that others have too."""
        if self.chance(0.2):
            return day
        after = [other for other in self.days if other >= day]
        if self.chance(0.5) and after:
            return self.random.choice(after)
        return day + timedelta(days=self.random.choice(APART))

    def place(self) -> dict[str, Any]:
        self.row += 1
        return {"source": "annex_a", "file": f"f{self.row % 3}.xlsx", "sheet": "List", "row": self.row}


@dataclass
class _About:
    """The child being written."""

    la: str
    child: str
    birth: date | None
    episodes: list[str]
    records: int = 0
    stay: str | None = None


def invented_data(seed: int, children: int = 12, kinds: tuple[str, ...] = ()) -> Frames:
    """Frames of some children in three authorities: few days, so that everything collides.

    `kinds`: what they mostly have; else some at random.
    """
    random = Random(f"data {seed}")
    era = random.choice(ERAS)
    days = sorted(era + timedelta(days=apart) for apart in random.sample(APART, random.randint(4, 10)))
    if random.random() < 0.3:
        days.append(date(era.year + (era.month > 3), 3, 31))
    some = list(kinds) or random.sample([*RECORDS, "care_leaver"], random.randint(2, 5))
    of = _Writer(random, days, some)
    for number in range(children):
        _child(of, random.choice(LAS), f"{random.choice(('A', 'B', 'a', '0'))}{number:02}")
        if random.random() < 0.1:  # an identifier that another authority uses too
            other = of.rows["children"][-1]
            free = [la for la in LAS if la != other["la_code"]]
            _child(of, random.choice(free), other["child_id"])
    _coverage(of)
    return framed(of.rows)


def _child(of: _Writer, la: str, name: str) -> None:
    birth, expected = _birth(of)
    about = _About(la, name, birth, [])
    families = (None, "f1", "f1", "f2") if la != "303" else (None,)
    of.rows["children"].append({
        "la_code": la, "child_id": name, "birth_date": birth, "expected_birth_date": expected,
        "birth_precision": "day", "death_date": of.day() if of.chance(0.08) else None,
        "family_id": of.random.choice(families),
    })  # fmt: skip
    for _ in range(of.random.randint(0, 3)):
        _need_episode(of, about)
    writers = (_record, _record, _record, _record, _single, _single, _single, _mark)
    for _ in range(of.random.randint(1, 12)):
        of.random.choice(writers)(of, about)
    if of.chance(0.1):
        _event(of, about, "adopted", of.day(), None, {})


def _birth(of: _Writer) -> tuple[date | None, date | None]:
    day, kind = of.day(), of.random.random()
    if kind < 0.15:
        return None, None
    if kind < 0.25:
        return None, day + timedelta(days=of.random.choice((-30, 100, 279, 280, 281, 300)))
    if kind < 0.35:  # born while others come and go
        return day + timedelta(days=of.random.choice((0, 0, 30, 279, 280, 281))), None
    if kind < 0.55:  # of age on one of the days
        years = of.random.choice((18, 18, 25))
        if day.month == 2 or (day.month, day.day) == (3, 1):
            leap = day.year - years
            if leap % 4 == 0:
                return date(leap, 2, 29), None
        return date(day.year - years, day.month, min(day.day, 28)), None
    return date(of.random.randint(2010, 2019), of.random.randint(1, 12), of.random.randint(1, 28)), None


def _need_episode(of: _Writer, about: _About) -> None:
    start = of.day()
    name = f"e{len(about.episodes)}"
    about.episodes.append(name)
    record = _new_record(of, about, "need_episode")
    nfa = of.random.choice((None, None, False, False, True))
    known = {"nfa": nfa, "while_open": of.random.choice((None, False, False, False, False, True))}
    _event(of, about, "referral", start, record, known, name)
    end = of.later(start) if of.chance(0.6) else None
    state = "false" if end else "true"
    if end and of.chance(0.1):
        state = "unknown"
    if not nfa:
        _spell(of, about, "need_episode", start, end, state, record, name)
    if of.chance(0.2):
        _event(of, about, "cin_start", start, record, {"basis": "need_episode"}, name)
        if end:
            _event(of, about, "cin_end", end, record, {"basis": "need_episode"}, name)
    if end and state == "false":
        known = {}
        if of.chance(0.2):
            known = {"closure_reason": of.random.choice(("RC1", "RC2", "RC5", "RC5"))}
        _event(of, about, "case_closed", end, record, known, name)


def _record(of: _Writer, about: _About) -> None:
    """A start, perhaps an end, and a spell; sometimes a second one that touches, nests or reopens it."""
    kind = of.random.choice((*of.kinds, *of.kinds, *of.kinds, *RECORDS))
    start = of.day()
    end = of.later(start) if of.chance(0.7) else None
    _one_record(of, about, kind, start, end)
    if end and of.chance(0.25):
        again = of.random.choice((end, end + timedelta(days=1), start, max(start, end - timedelta(days=1))))
        _one_record(of, about, kind, again, of.later(again) if of.chance(0.6) else None)


def _one_record(of: _Writer, about: _About, kind: str, start: date, end: date | None) -> None:
    record = _new_record(of, about, kind)
    if kind == "care_leaver":
        _event(of, about, "care_leaver", start, record, {})
        _spell(of, about, kind, start, end, "false" if end else "true", record)
        return
    first, last = RECORDS[kind]
    if kind == "placement":  # some go on with the same carer, or come back
        about.stay = of.random.choice((None, "p1", "p1", "p2", "p3"))
    _event(of, about, first, start, record, {})
    if end is None and of.chance(0.15):  # an end that could not be used: a mark and no spell
        _add_mark(of, about, last, of.random.choice(CODES), start)
        return
    state = "false" if end else "true"
    if end and of.chance(0.12):
        state = "unknown"
    if kind == "s47_enquiry":
        _spell(of, about, kind, start, end or start, "false", record)
    elif of.chance(0.95):
        _spell(of, about, kind, start, end, state, record)
    if end and (state == "false" or kind == "s47_enquiry"):
        _event(of, about, last, end, record, {})


def _single(of: _Writer, about: _About) -> None:
    name = of.random.choice((*SINGLE, "contact", "contact", "cp_review"))
    _event(of, about, name, of.day(), None if of.chance(0.5) else _new_record(of, about, name), {})


def _mark(of: _Writer, about: _About) -> None:
    if of.chance(0.6):
        return
    name = of.random.choice([event.name for event in EVENTS])
    if of.chance(0.3):
        name += "|" + of.random.choice(("cin_start", "cin_end", "icpc", "assessment_authorised", "contact"))
    starts = [event["date"] for event in of.rows["events"][-4:] if event["child_id"] == about.child]
    start = of.random.choice([None, None, of.day(), *starts])
    _add_mark(of, about, name, of.random.choice(CODES), start)


def _add_mark(of: _Writer, about: _About, event: str, code: str, start: date | None) -> None:
    of.rows["marks"].append({
        "la_code": about.la, "child_id": about.child, "event": event, "code": code, "start": start,
        **of.place(),
    })  # fmt: skip


def _new_record(of: _Writer, about: _About, kind: str) -> str | None:
    about.records += 1
    return None if of.chance(0.07) else f"{kind}-{about.records}"


def _event(of: _Writer, about: _About, name: str, day: date, record: str | None,
           known: dict[str, Any], episode: str | None = None) -> None:  # fmt: skip
    for attribute in (*ATTRIBUTES_OF.get(name, ()), "team"):
        known.setdefault(attribute, of.random.choice(VALUES[attribute]))
    if about.birth and day >= about.birth:
        known["child_age"] = age_in_years(about.birth, day)
    if episode is None and about.episodes and of.chance(0.8):
        episode = of.random.choice(about.episodes)
    of.rows["events"].append({
        "la_code": about.la, "child_id": about.child, "date": day, "event": name, "episode_id": episode,
        "record": record, "link": None if episode is None else of.random.choice(("nested", "covering")),
        "attributes": json.dumps({key: value for key, value in known.items() if value is not None}),
        "placement_id": about.stay if name in RECORDS["placement"] else None, **of.place(),
    })  # fmt: skip


def _spell(of: _Writer, about: _About, kind: str, start: date, end: date | None, state: str,
           record: str | None, episode: str | None = None) -> None:  # fmt: skip
    of.rows["spells"].append({
        "la_code": about.la, "child_id": about.child, "kind": kind, "start": start, "end": end,
        "open": state, "episode_id": episode, "record": record, **of.place(),
        **_of_placement(of, about, kind, start, end),
    })  # fmt: skip


def _of_placement(of: _Writer, about: _About, kind: str, start: date, end: date | None) -> dict[str, Any]:
    if kind != "placement":
        return {}
    return {"placement_id": about.stay, "temporary": of.chance(0.3), "under_a_day": start == end}


def _coverage(of: _Writer) -> None:
    first, last = min(of.days), max(of.days)
    for la in LAS:
        carried = of.random.choice((1.0, 1.0, 0.95, 0.7))
        wide = of.random.choice((1.0, 0.9, 0.5))
        for kind in (*EVENT, *SPELL_KINDS):
            if not of.chance(carried):
                continue
            begin, end = first - timedelta(days=of.random.choice((1100, 8000))), last + timedelta(days=900)
            if not of.chance(wide):
                begin = of.random.choice((begin, of.day() + timedelta(days=of.random.randint(-40, 1))))
                end = of.random.choice((end, of.day() + timedelta(days=of.random.randint(-1, 60))))
            spans = [(begin, end)]
            if of.chance(0.15):
                gap = of.day() + timedelta(days=of.random.randint(-2, 2))
                until = gap + timedelta(days=of.random.choice((0, 1, 20)))
                spans = [(begin, gap - timedelta(days=1)), (until + timedelta(days=1), end)]
            of.rows["coverage"] += [
                {"la_code": la, "kind": kind, "from": a, "to": b, "rule": "started_in", "source": "annex_a"}
                for a, b in spans
                if a <= b
            ]


def framed(rows: dict[str, list[dict[str, Any]]]) -> Frames:
    """Rows as frames, events in the order of journeys and with their place in the day."""
    rows = {**rows, "events": _in_order(rows["events"])}
    frames = {}
    for name, schema in SCHEMAS.items():
        whole = [{column: row.get(column) for column in schema} for row in rows[name]]
        frames[name] = pl.DataFrame(whole, schema=schema)
    return frames


def _in_order(events: Iterable[dict[str, Any]]) -> list[dict[str, Any]]:
    """In the order of journeys, with `place_in_day`; an end on the day of its own start comes after it."""
    events = list(events)
    start_of = {last: first for first, last in RECORDS.values()}
    starts = {
        (event["la_code"], event["child_id"], event["record"], event["event"]): event["date"]
        for event in events
        if event["record"] is not None
    }

    def order(event: dict[str, Any]) -> tuple[Any, ...]:
        who = (event["la_code"], event["child_id"])
        start = start_of.get(event["event"], "")
        at_once = (
            80 <= EVENT[event["event"]].rank <= 83
            and event["record"] is not None
            and starts.get((*who, event["record"], start)) == event["date"]
        )
        first = start if at_once else event["event"]
        kept = event["record"] if at_once else (event["record"] or f"row {event['row']}")
        return (*who, event["date"], EVENT_ORDER[first], kept, at_once, event["row"])

    placed: dict[tuple[Any, ...], int] = {}
    ordered = []
    for event in sorted(events, key=order):
        day = (event["la_code"], event["child_id"], event["date"])
        placed[day] = placed.get(day, -1) + 1
        ordered.append({**event, "place_in_day": placed[day]})
    return ordered


# Definitions


def invented_definition(seed: int, data: Frames | None = None) -> Archetype:
    """One definition out of the whole language; not always sensible, always legal.

    With `data` it asks for what some of its children have.
    """
    made = _Definitions(Random(f"definition {seed}"), data["events"]["event"].to_list() if data else [])
    return replace(made.definition(), id=f"invented_{seed}")


@dataclass
class _Definitions:
    random: Random
    seen: list[str]

    def chance(self, share: float) -> bool:
        return self.random.random() < share

    def definition(self) -> Archetype:
        choice = self.random.choice
        family = self.chance(0.12)
        self.family = family
        # Few types, so that clauses ask about what others start from.
        common = ("referral", "contact", "s47", "assessment_start", "cpp_start", "cin_start", "case_closed")
        self.types = [choice(self.seen or list(EVENT)) for _ in range(5)] + self.random.sample(common, 2)
        start = self.start()
        self.anchor = start.event
        clock = "referral" if start.event and self.chance(0.12) else "anchor"
        self.clock = clock
        parents = start.event.types if start.event else ()
        then = tuple(self.node(0, parents) for _ in range(choice((1, 1, 1, 2, 2, 3))))
        needs: tuple[str, ...] = ()
        if self.chance(0.1):
            needs = (choice(("plan_start", "referral", "cp_plan", "missing_start", "looked_after")),)
        return Archetype(
            "invented",
            start,
            then,
            needs=needs,
            follow="family" if family else "child",
            until_age=choice((18, 18, 18, 25)),
            clock=clock,
        )

    def start(self) -> Start:
        choice = self.random.choice
        if self.chance(0.1):
            states = (State(self.kinds(), at=choice(("anchor", "day after", "day before"))),)
            if self.chance(0.4):
                states = (*states, self.state())
            return Start(
                calendar=choice(((31, 3), (31, 3), (29, 2), (1, 4), (31, 8), (30, 9))), states=states
            )
        states = tuple(self.state() for _ in range(choice((0, 0, 0, 0, 1, 1, 2))))
        which = choice(("every", "every", "every", "first", "last"))
        strict = which == "first" and self.chance(0.5)
        lookback = choice((Bound(2, "years"), Bound(30), Bound(6, "months"), Bound(3, "weeks")))
        terms = self.random.choice((1, 1, 1, 2))
        return Start(self.event(terms, 0.12), None, which, states, lookback, strict)

    def state(self) -> State:
        at = self.random.choice(("anchor", "anchor", "day after", "day before"))
        return State(self.kinds(), self.chance(0.5), at)

    def kinds(self) -> tuple[str, ...]:
        count = self.random.choice((1, 1, 2, 3))
        kinds = ("cin_plan", "cp_plan", "looked_after", "need_episode", "need_episode", *SPELL_KINDS)
        return tuple(dict.fromkeys(self.random.sample(kinds, count)))

    def event(self, count: int | None = None, tested: float = 0.25) -> Event:
        count = count or self.random.choice((1, 1, 2, 3))
        names = [self.random.choice((*self.types, "plan_start")) for _ in range(count)]
        terms = tuple(Term(name, self.tests((name,), tested)) for name in dict.fromkeys(names))
        where = self.tests(tuple(names), tested / 2)
        return Event(terms, where)

    def tests(self, names: tuple[str, ...], share: float) -> tuple[Condition, ...]:
        choice = self.random.choice
        found = []
        if "referral" in names and self.chance(0.4):
            found.append(Condition("while_open", "is", (choice(("any", "any", True, False)),)))
        if self.chance(share):
            known = [name for one in names for name in ATTRIBUTES_OF.get(one, ())]
            found.append(self.test(choice([*known, *known, "child_age", "team"])))
        return tuple(found)

    def test(self, attribute: str) -> Condition:
        choice = self.random.choice
        if attribute == "child_age":
            low = choice((0, 5, 12, 17))
            return choice((
                Condition(attribute, "between", (low, low + choice((0, 5, 12)))),
                Condition(attribute, "missing"),
                Condition(attribute, "not", (low,)),
            ))  # fmt: skip
        values = [value for value in VALUES[attribute] if value is not None]
        flat = sorted({one for value in values for one in (value if isinstance(value, list) else [value])})
        kind = choice(("is", "is", "in", "not", "not in", "missing", "not missing", "between"))
        if kind == "between" and not (isinstance(flat[0], int) and not isinstance(flat[0], bool)):
            kind = "is"
        if kind in ("missing", "not missing"):
            return Condition(attribute, kind)
        if kind in ("is", "not"):
            return Condition(attribute, kind, (choice(flat),))
        if kind == "between":
            return Condition(attribute, kind, tuple(sorted((choice(flat), choice(flat)))))
        return Condition(attribute, kind, tuple(self.random.sample(flat, min(2, len(flat)))))

    def node(self, depth: int, parents: tuple[str, ...], alone: bool = True) -> Node:
        if self.chance(0.1 if alone else 0.03):
            return AnyOf(tuple(self.node(depth, parents, False) for _ in range(self.random.choice((2, 3)))))
        if self.chance(0.08) and (depth or self.anchor):
            attribute = self.random.choice(("child_age", "nfa", "factors", "closure_reason", "team"))
            return ParentTest((self.test(attribute),))
        return self.clause(depth, parents)

    def clause(self, depth: int, parents: tuple[str, ...]) -> Clause:
        choice = self.random.choice
        direction = choice(("followed", "followed", "preceded"))
        least, most = self.counts()
        negated = self.chance(0.35)
        if self.chance(0.1):
            kind = choice(("placement", "placement", *SPELL_KINDS))
            exclude = choice((
                (), ("under_a_day",), ("temporary", "under_a_day"), ("temporary", "earlier_care"),
            ))  # fmt: skip
            if kind != "placement":
                exclude = tuple(name for name in exclude if name == "under_a_day")
            return Clause(direction, self.window(direction, depth, False), None, negated, kind, exclude,
                          least, most, by_record=self.chance(0.3))  # fmt: skip
        who = choice(("other child", "any child", "self")) if self.family and depth == 0 else "self"
        same = self.same(parents) if who == "self" and self.chance(0.3) else None
        event = self.event()
        if same in RECORDS and self.chance(0.7):
            event = Event((Term(choice(RECORDS[same])),))
        then: tuple[Node, ...] = ()
        if who == "self" and self.chance((0.4, 0.3, 0.0)[depth]):
            then = tuple(self.node(depth + 1, event.types) for _ in range(choice((1, 1, 2))))
        return Clause(direction, self.window(direction, depth, True), event, negated, None, (), least, most,
                      same, who, None, then)  # fmt: skip

    def same(self, parents: tuple[str, ...]) -> str:
        """Mostly what the parent has."""
        kinds = [kind for kind, both in RECORDS.items() if set(parents) & set(both)]
        if self.chance(0.05):
            kinds = list(RECORDS)
        return self.random.choice(["need_episode", *kinds, *kinds])

    def counts(self) -> tuple[int | None, int | None]:
        choice = self.random.choice
        if self.chance(0.65):
            return None, None
        least = choice((None, 1, 2, 2, 3))
        most = choice((None, 0, 1, 2))
        if least is not None and most is not None:
            most = max(most, least)
        return least, most

    def window(self, direction: str, depth: int, events: bool) -> Window:
        choice = self.random.choice
        if direction == "preceded" and self.anchor is None and self.chance(0.4):
            return Window(Bound(0), Bound(choice((1, 2, 12)), "months"))
        if direction == "preceded" and self.chance(0.12):
            return Window(Bound(choice((0, 1))), None, same_day_any=self.chance(0.3))
        far = choice((
            Bound(choice((0, 1, 5, 30, 90, 365))), Bound(choice((1, 2, 13)), "weeks"),
            Bound(choice((1, 2, 6, 12)), "months"), Bound(choice((1, 2)), "years"),
            Bound(choice((0, 1, 5, 15, 45)), "working days"),
        ))  # fmt: skip
        if self.chance(0.01):
            far = Bound(4500, "working days")  # past the end of the calendar
        far = replace(far, under=self.chance(0.15) and far.amount > 0 and self.anchor is not None)
        near = choice((
            Bound(0), Bound(0), Bound(1), Bound(1), Bound(2), Bound(1, "weeks"), Bound(1, "months"),
            Bound(choice((0, 1, 2)), "working days"),
        ))  # fmt: skip
        if depth:
            near = choice((Bound(0), Bound(1), near))
        since = None
        if depth == 0 and direction == "followed" and events and self.anchor:
            ends = self.anchor.types
            if len(ends) == 1 and ends[0] in START_OF.values() and self.chance(0.6):
                since = next(first for first, last in START_OF.items() if last == ends[0])
        return Window(near, far, since, self.chance(0.12), choice(("day0", "day0", "day0", "day1")))


def _any(*names: str) -> Event:
    return Event(tuple(Term(name) for name in names))


def written_definitions() -> list[Archetype]:
    """The examples of the design, as values."""
    zero, one = Bound(0), Bound(1)
    half_year = Bound(6, "months")
    on_plan = State(("cin_plan", "cp_plan", "looked_after"), negated=True)
    within_90 = Clause("followed", Window(zero, Bound(90)), _any("plan_start"), same="need_episode")
    aged = (Condition("child_age", "between", (0, 17)),)
    late = Archetype(
        "assessment_late",
        Start(_any("assessment_start")),
        (
            Clause("followed", Window(zero, Bound(45, "working days")), _any("assessment_authorised"),
                   negated=True, same="assessment"),
        ),
    )  # fmt: skip
    signal = Event((Term("contact"), Term("referral", (Condition("nfa", "is", (True,)),))))
    return [
        Archetype(
            "missed_risk_at_assessment",
            Start(Event((Term("assessment_authorised"),), aged), which="first", states=(on_plan,)),
            (
                Clause("followed", Window(far=Bound(30), since="assessment_start"), _any("plan_start"),
                       negated=True, same="need_episode"),
                Clause("followed", Window(one, half_year), _any("referral"), name="second_referral",
                       then=(within_90,)),
            ),
            needs=("referral", "assessment_authorised", "plan_start"),
        ),
        Archetype(
            "s47_no_icpc",
            Start(
                Event((Term("s47"),), (Condition("icpc_not_required", "not", (True,)),)),
                states=(State(("cp_plan",), negated=True),),
            ),
            (
                Clause("followed", Window(zero, Bound(15, "working days")), _any("icpc"), negated=True,
                       same="s47_enquiry"),
            ),
        ),
        late,
        replace(late, id="assessment_late_from_referral", clock="referral"),
        Archetype(
            "step_down_then_up_6m",
            Start(_any("cpp_end"), states=(State(("cin_plan", "need_episode"), at="day after"),)),
            (Clause("followed", Window(one, half_year), _any("cpp_start", "s47", "lac_start")),),
        ),
        Archetype(
            "contacts_before_referral",
            Start(Event((Term("referral"),), (Condition("while_open", "is", (False,)),))),
            (
                Clause("preceded", Window(one, Bound(90)), _any("contact"), at_least=3),
                Clause("preceded", Window(one, Bound(90)), _any("referral"), negated=True),
            ),
        ),
        Archetype(
            "placements_3_12m",
            Start(calendar=(31, 3), states=(State(("looked_after",)),)),
            (
                Clause("preceded", Window(zero, Bound(12, "months")), spells="placement",
                       exclude=("temporary", "under_a_day"), at_least=3),
            ),
        ),
        Archetype(
            "sibling_signal",
            Start(_any("plan_start")),
            (Clause("preceded", Window(one, half_year), signal, who="other child"),),
            follow="family",
        ),
    ]  # fmt: skip
