"""Definitions in Python: the same as in YAML, made by chaining.

>>> back = (
...     archetype("re_referral_12m_back")
...     .start(event("referral"))
...     .earlier(event("referral"), window=before(days(1)).to(months(12)))
... )
>>> print(back.to_yaml(), end="")
archetype: re_referral_12m_back
version: 1
start:
  event: referral
  which: every
then:
  - preceded by: referral
    within: {before: 1 day, to: 12 months}
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Literal

from childjourneys.archetypes.checking import check
from childjourneys.archetypes.definition import (
    PLAN_START,
    AnyOf,
    Archetype,
    At,
    Bound,
    Clause,
    Condition,
    Direction,
    Event,
    Node,
    ParentTest,
    Start,
    State,
    Term,
    Value,
    Variant,
    Which,
    Who,
    Window,
)
from childjourneys.archetypes.errors import DefinitionError
from childjourneys.archetypes.evaluate import evaluate
from childjourneys.archetypes.journeys import journeys_of
from childjourneys.archetypes.phrases import parse_calendar
from childjourneys.archetypes.result import JourneyTables, Result
from childjourneys.archetypes.writing import definition_hash, to_yaml

Where = Condition | Sequence[Condition]
Having = Node | Sequence[Node]
Events = str | Term | Event | Sequence[str | Term]


# Lengths of time and windows.


def days(amount: int) -> Bound:
    return Bound(amount, "days")


def weeks(amount: int) -> Bound:
    return Bound(amount, "weeks")


def months(amount: int) -> Bound:
    """Calendar months: 31 August and 6 months is 28 February."""
    return Bound(amount, "months")


def years(amount: int) -> Bound:
    return Bound(amount, "years")


def working_days(amount: int) -> Bound:
    """Monday to Friday without bank holidays, the day itself not counted."""
    return Bound(amount, "working days")


def under(bound: Bound) -> Bound:
    """The same distance without its last day."""
    return replace(bound, under=True)


@dataclass(frozen=True)
class Ever:
    """As far back as 280 days before birth: `window=ever` or `before(days(0)).to(ever)`."""


ever = Ever()


@dataclass(frozen=True)
class After:
    """The near end of a window; `to` gives the whole."""

    near: Bound

    def to(self, far: Bound | Ever, *, same_day_any: bool = False, count_from_day1: bool = False) -> Window:
        return Window(
            self.near,
            None if isinstance(far, Ever) else far,
            same_day_any=same_day_any,
            count_from="day1" if count_from_day1 else "day0",
        )


@dataclass(frozen=True)
class Since:
    """The start of the anchor's own spell; `until` says how long after the anchor."""

    start: str

    def until(self, far: Bound, *, same_day_any: bool = False, count_from_day1: bool = False) -> Window:
        return Window(
            far=far,
            since=self.start,
            same_day_any=same_day_any,
            count_from="day1" if count_from_day1 else "day0",
        )


def after(near: Bound) -> After:
    """A window that looks forward and begins there: `after(days(1)).to(months(6))`."""
    return After(near)


def before(near: Bound) -> After:
    """A window that looks back and begins there: `before(days(1)).to(months(12))`."""
    return After(near)


def to(far: Bound | Ever) -> Window:
    """A window from the day itself: events of that day count as far as their rank allows."""
    return After(days(0)).to(far)


def since(start: str) -> Since:
    """A window from the start of the anchor's own spell: `since("assessment_start").until(days(30))`."""
    return Since(start)


# Events and tests.


@dataclass(frozen=True)
class Attribute:
    """An attribute of an event, to be tested."""

    name: str

    def is_(self, value: Value) -> Condition:
        """Equal; of an attribute with several values, one of them."""
        return Condition(self.name, "is", (value,))

    def is_not(self, value: Value) -> Condition:
        """Not equal, or blank."""
        return Condition(self.name, "not", (value,))

    def in_(self, *values: Value) -> Condition:
        return Condition(self.name, "in", values)

    def not_in(self, *values: Value) -> Condition:
        """None of these, or blank."""
        return Condition(self.name, "not in", values)

    def between(self, low: Value, high: Value) -> Condition:
        """Both ends included."""
        return Condition(self.name, "between", (low, high))

    def missing(self) -> Condition:
        return Condition(self.name, "missing")

    def not_missing(self) -> Condition:
        return Condition(self.name, "not missing")


def attribute(name: str) -> Attribute:
    return Attribute(name)


class child:
    """What is known of the child on the day."""

    age = Attribute("child_age")


@dataclass(frozen=True)
class Spells:
    """Spells of one kind, to be counted."""

    kind: str
    exclude: tuple[str, ...] = ()
    by_record: bool = False


def event(name: str, *where: Condition) -> Term:
    """A type of event with tests of its own."""
    return Term(name, where)


def spells(kind: str, *, exclude: Sequence[str] = (), by_record: bool = False) -> Spells:
    """Spells of a kind with a day in the window, in place of an event.

    `by_record`: each counts, also placements of one stay.
    """
    return Spells(kind, tuple(exclude), by_record)


plan_start = Term(PLAN_START)


# Clauses.


def later(
    found: Events | Spells,
    *,
    window: Window | Ever,
    where: Where = (),
    same: str | None = None,
    name: str | None = None,
    having: Having = (),
    at_least: int | None = None,
    at_most: int | None = None,
    who: Who = "self",
) -> Clause:
    """Followed by an event. `having`: clauses about that event."""
    return _clause("followed", found, window, where, same, name, having, at_least, at_most, who)


def earlier(
    found: Events | Spells,
    *,
    window: Window | Ever,
    where: Where = (),
    same: str | None = None,
    name: str | None = None,
    having: Having = (),
    at_least: int | None = None,
    at_most: int | None = None,
    who: Who = "self",
) -> Clause:
    """Preceded by an event. `having`: clauses about that event."""
    return _clause("preceded", found, window, where, same, name, having, at_least, at_most, who)


def no(clause: Clause) -> Clause:
    """The opposite of a clause."""
    return replace(clause, negated=not clause.negated)


def any_of(*nodes: Node) -> AnyOf:
    """One of some clauses is enough."""
    return AnyOf(nodes)


def has(*where: Condition) -> ParentTest:
    """Tests of the anchor (inside `having`: of that event) that leave it in the denominator."""
    return ParentTest(where)


def archetype(
    id: str,
    *,
    version: int = 1,
    title: str = "",
    why: str = "",
    definition: str = "",
    source: str = "",
    not_a_judgement: str = "",
    caveats: Sequence[str] = (),
    needs: Sequence[str] = (),
    uses: Sequence[str] = (),
    follow: Literal["child", "family"] = "child",
    until_age: int = 18,
    clock: Literal["anchor", "referral"] = "anchor",
    sensitivity: Mapping[str, Iterable[Bound]] | None = None,
    report_by: Sequence[str] = (),
    list_for_audit: Literal["match", "all"] = "match",
) -> Draft:
    """Begin a definition; `start` comes next."""
    return Draft(
        Archetype(
            id,
            Start(),
            (),
            version,
            title,
            why,
            not_a_judgement,
            definition,
            source,
            tuple(caveats),
            tuple(needs),
            tuple(uses),
            follow,
            until_age,
            clock,
            tuple((name, tuple(bounds)) for name, bounds in (sensitivity or {}).items()),
            report_by=tuple(report_by),
            list_for_audit=list_for_audit,
        )
    )


@dataclass(frozen=True)
class Draft:
    """A definition being made. Every method gives a new one; `definition` checks it."""

    unchecked: Archetype

    @property
    def definition(self) -> Archetype:
        """The definition as a value.

        Raises:
            DefinitionError: it is not legal.
        """
        check(self.unchecked)
        return self.unchecked

    @property
    def hash(self) -> str:
        """What tells two definitions apart."""
        return definition_hash(self.definition)

    def to_yaml(self) -> str:
        """The definition as YAML, in the form of the shipped files."""
        return to_yaml(self.definition)

    def run(
        self,
        journeys: JourneyTables,
        period: tuple[date | str, date | str] | None = None,
        as_at: date | str | None = None,
    ) -> Result:
        """Work it out over some journeys.

        Args:
            journeys: as `childjourneys.api.journeys` gives them.
            period: first and last day of anchors, both included; ISO texts will do.
            as_at: the last day that is seen; the last covered day by default.
        """
        tables = journeys_of(
            events=journeys.events, spells=journeys.spells, children=journeys.children,
            coverage=journeys.coverage, marks=journeys.marks,
        )  # fmt: skip
        days = (_day(period[0]), _day(period[1])) if period else None
        return Result(evaluate(self.definition, tables, days, _day(as_at) if as_at else None), journeys)

    def start(
        self,
        found: Events | None = None,
        *,
        which: Which = "every",
        where: Where = (),
        calendar: str | None = None,
        lookback: Bound | None = None,
        strict_first: bool = False,
    ) -> Draft:
        """What makes an anchor: an event, or a date of every year (`calendar="31 March"`)."""
        begin = Start(
            event=None if found is None else _event(found, where),
            calendar=_calendar(calendar) if calendar is not None else None,
            which=which,
            states=self.unchecked.start.states,
            lookback=lookback or Start().lookback,
            strict_first=strict_first,
        )
        return self._with(start=begin)

    def while_in(self, *kinds: str, at: At = "anchor") -> Draft:
        """Only where the child is in one of the kinds on the day."""
        return self._state(State(kinds, at=at))

    def not_while_in(self, *kinds: str, at: At = "anchor") -> Draft:
        """Only where the child is in none of the kinds on the day."""
        return self._state(State(kinds, negated=True, at=at))

    def later(
        self,
        found: Events | Spells,
        *,
        window: Window | Ever,
        where: Where = (),
        same: str | None = None,
        name: str | None = None,
        having: Having = (),
        at_least: int | None = None,
        at_most: int | None = None,
        who: Who = "self",
    ) -> Draft:
        """Followed by an event."""
        return self.clause(
            _clause("followed", found, window, where, same, name, having, at_least, at_most, who)
        )

    def never(
        self,
        found: Events | Spells,
        *,
        window: Window | Ever,
        where: Where = (),
        same: str | None = None,
        name: str | None = None,
        having: Having = (),
        at_least: int | None = None,
        at_most: int | None = None,
        who: Who = "self",
    ) -> Draft:
        """Not followed by an event."""
        return self.clause(
            no(_clause("followed", found, window, where, same, name, having, at_least, at_most, who))
        )

    def earlier(
        self,
        found: Events | Spells,
        *,
        window: Window | Ever,
        where: Where = (),
        same: str | None = None,
        name: str | None = None,
        having: Having = (),
        at_least: int | None = None,
        at_most: int | None = None,
        who: Who = "self",
    ) -> Draft:
        """Preceded by an event."""
        return self.clause(
            _clause("preceded", found, window, where, same, name, having, at_least, at_most, who)
        )

    def never_earlier(
        self,
        found: Events | Spells,
        *,
        window: Window | Ever,
        where: Where = (),
        same: str | None = None,
        name: str | None = None,
        having: Having = (),
        at_least: int | None = None,
        at_most: int | None = None,
        who: Who = "self",
    ) -> Draft:
        """Not preceded by an event."""
        return self.clause(
            no(_clause("preceded", found, window, where, same, name, having, at_least, at_most, who))
        )

    def any_of(self, *nodes: Node) -> Draft:
        """One of some clauses is enough."""
        return self.clause(AnyOf(nodes))

    def has(self, *where: Condition) -> Draft:
        """Tests of the anchor that leave it in the denominator."""
        return self.clause(ParentTest(where))

    def clause(self, node: Node) -> Draft:
        """Any clause, as `later`, `earlier`, `no`, `any_of` and `has` make them."""
        return self._with(then=(*self.unchecked.then, node))

    def variant(
        self,
        name: str,
        told: Draft | None = None,
        *,
        clock: Literal["anchor", "referral"] | None = None,
        needs: Sequence[str] | None = None,
        instead_without: Sequence[str] = (),
    ) -> Draft:
        """The same told another way.

        Args:
            name: its name.
            told: a draft whose start and clauses are taken where they differ from this one's.
            clock, needs: what differs of these.
            instead_without: it is the headline where one of these is not carried.
        """
        start = then = None
        if told is not None:
            other, here = told.unchecked, self.unchecked
            start = other.start if other.start not in (here.start, Start()) else None
            then = other.then if other.then and other.then != here.then else None
        made = Variant(
            name, start, then, clock, None if needs is None else tuple(needs), tuple(instead_without)
        )
        return self._with(variants=(*self.unchecked.variants, made))

    def _state(self, state: State) -> Draft:
        start = self.unchecked.start
        return self._with(start=replace(start, states=(*start.states, state)))

    def _with(
        self,
        *,
        start: Start | None = None,
        then: tuple[Node, ...] | None = None,
        variants: tuple[Variant, ...] | None = None,
    ) -> Draft:
        old = self.unchecked
        return replace(
            self,
            unchecked=replace(
                old,
                start=old.start if start is None else start,
                then=old.then if then is None else then,
                variants=old.variants if variants is None else variants,
            ),
        )


def _clause(
    direction: Direction,
    found: Events | Spells,
    window: Window | Ever,
    where: Where,
    same: str | None,
    name: str | None,
    having: Having,
    at_least: int | None,
    at_most: int | None,
    who: Who,
) -> Clause:
    if isinstance(found, Spells) and where:
        raise DefinitionError("spells have no attributes to test; see `exclude`.", key="where")
    return Clause(
        direction,
        Window(far=None) if isinstance(window, Ever) else window,
        event=None if isinstance(found, Spells) else _event(found, where),
        spells=found.kind if isinstance(found, Spells) else None,
        exclude=found.exclude if isinstance(found, Spells) else (),
        by_record=isinstance(found, Spells) and found.by_record,
        at_least=at_least,
        at_most=at_most,
        same=same,
        who=who,
        name=name,
        then=(having,) if isinstance(having, Clause | ParentTest | AnyOf) else tuple(having),
    )


def _event(found: Events, where: Where) -> Event:
    """One type: its own tests and those beside it are one. Several: each keeps its own."""
    beside = (where,) if isinstance(where, Condition) else tuple(where)
    if isinstance(found, Event):
        return replace(found, where=found.where + beside)
    if isinstance(found, str):
        found = Term(found)
    if isinstance(found, Term):
        return Event((Term(found.event),), found.where + beside)
    return Event(tuple(Term(term) if isinstance(term, str) else term for term in found), beside)


def _calendar(text: str) -> tuple[int, int]:
    try:
        return parse_calendar(text)
    except ValueError as error:
        raise DefinitionError(str(error), key="calendar") from None


def _day(day: date | str) -> date:
    return date.fromisoformat(day) if isinstance(day, str) else day
