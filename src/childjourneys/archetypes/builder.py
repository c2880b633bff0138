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

from childjourneys.archetypes.builder_clauses import (
    Having,
    any_of,
    clause_of,
    earlier,
    has,
    later,
    no,
)
from childjourneys.archetypes.builder_events import (
    Attribute,
    Events,
    Spells,
    Where,
    attribute,
    child,
    event,
    event_of,
    plan_start,
    spells,
)
from childjourneys.archetypes.builder_windows import (
    After,
    Ever,
    Since,
    after,
    before,
    days,
    ever,
    months,
    since,
    to,
    under,
    weeks,
    working_days,
    years,
)
from childjourneys.archetypes.checking import check
from childjourneys.archetypes.definition import (
    AnyOf,
    Archetype,
    At,
    Bound,
    Condition,
    Node,
    ParentTest,
    Start,
    State,
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

__all__ = [
    "After",
    "Attribute",
    "Draft",
    "Ever",
    "Since",
    "Spells",
    "after",
    "any_of",
    "archetype",
    "attribute",
    "before",
    "child",
    "days",
    "earlier",
    "event",
    "ever",
    "has",
    "later",
    "months",
    "no",
    "plan_start",
    "since",
    "spells",
    "to",
    "under",
    "weeks",
    "working_days",
    "years",
]


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
            event=None if found is None else event_of(found, where),
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
            clause_of("followed", found, window, where, same, name, having, at_least, at_most, who)
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
            no(clause_of("followed", found, window, where, same, name, having, at_least, at_most, who))
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
            clause_of("preceded", found, window, where, same, name, having, at_least, at_most, who)
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
            no(clause_of("preceded", found, window, where, same, name, having, at_least, at_most, who))
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


def _calendar(text: str) -> tuple[int, int]:
    try:
        return parse_calendar(text)
    except ValueError as error:
        raise DefinitionError(str(error), key="calendar") from None


def _day(day: date | str) -> date:
    return date.fromisoformat(day) if isinstance(day, str) else day
