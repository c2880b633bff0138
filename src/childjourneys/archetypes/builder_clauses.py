"""Clauses of definitions in Python."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from childjourneys.archetypes.builder_events import Events, Spells, Where, event_of
from childjourneys.archetypes.builder_windows import Ever
from childjourneys.archetypes.definition import (
    AnyOf,
    Clause,
    Condition,
    Direction,
    Node,
    ParentTest,
    Who,
    Window,
)
from childjourneys.archetypes.errors import DefinitionError

Having = Node | Sequence[Node]


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
    return clause_of("followed", found, window, where, same, name, having, at_least, at_most, who)


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
    return clause_of("preceded", found, window, where, same, name, having, at_least, at_most, who)


def no(clause: Clause) -> Clause:
    """The opposite of a clause."""
    return replace(clause, negated=not clause.negated)


def any_of(*nodes: Node) -> AnyOf:
    """One of some clauses is enough."""
    return AnyOf(nodes)


def has(*where: Condition) -> ParentTest:
    """Tests of the anchor (inside `having`: of that event) that leave it in the denominator."""
    return ParentTest(where)


def clause_of(
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
    """A clause that looks in one direction.

    Raises:
        DefinitionError: spells are given tests.
    """
    if isinstance(found, Spells) and where:
        raise DefinitionError("spells have no attributes to test; see `exclude`.", key="where")
    return Clause(
        direction,
        Window(far=None) if isinstance(window, Ever) else window,
        event=None if isinstance(found, Spells) else event_of(found, where),
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
