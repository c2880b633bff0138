"""Events, spells, and tests of attributes of definitions in Python."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from childjourneys.archetypes.definition import PLAN_START, Condition, Event, Term, Value

Where = Condition | Sequence[Condition]
Events = str | Term | Event | Sequence[str | Term]


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


def event_of(found: Events, where: Where) -> Event:
    """One type: its own tests and those beside it are one. Several: each keeps its own."""
    beside = (where,) if isinstance(where, Condition) else tuple(where)
    if isinstance(found, Event):
        return replace(found, where=found.where + beside)
    if isinstance(found, str):
        found = Term(found)
    if isinstance(found, Term):
        return Event((Term(found.event),), found.where + beside)
    return Event(tuple(Term(term) if isinstance(term, str) else term for term in found), beside)
