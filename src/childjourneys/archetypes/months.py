"""How many months of returns a definition needs."""

from __future__ import annotations

from math import ceil

from childjourneys.archetypes.definition import AnyOf, Archetype, Bound, Clause, Node

# Looking back to 280 days before birth: ten months more than the oldest age.
_BEFORE_BIRTH = 10
_MONTH = 30.4375
_IN_MONTHS = {
    "days": 1 / _MONTH, "weeks": 7 / _MONTH, "months": 1.0, "years": 12.0,
    "working days": 7 / 5 / _MONTH,
}  # fmt: skip


def months_needed(definition: Archetype) -> int:
    """Months of coverage that the full windows of one anchor need, back and forward together, rounded up.

    A month has 30.4 days and five working days are a week. `from:` counts from the anchor. Where the first
    event must be known to be the first (`strict_first`), its look back counts.
    """
    back, forward = _reach(definition.then, 0.0, 0.0, definition.until_age)
    start = definition.start
    if start.which == "first" and start.strict_first:
        back = max(back, _months(start.lookback))
    return ceil(back + forward - 1e-9)


def _reach(nodes: tuple[Node, ...], back: float, forward: float, until_age: int) -> tuple[float, float]:
    """How far before and after the anchor some clauses look, when their parent lies that far at most."""
    furthest = max(back, 0.0), max(forward, 0.0)
    for node in nodes:
        if isinstance(node, AnyOf):
            found = _reach(node.clauses, back, forward, until_age)
        elif isinstance(node, Clause):
            found = _clause_reach(node, back, forward, until_age)
        else:
            continue
        furthest = max(furthest[0], found[0]), max(furthest[1], found[1])
    return furthest


def _clause_reach(clause: Clause, back: float, forward: float, until_age: int) -> tuple[float, float]:
    window = clause.window
    near = 0.0 if window.since else _months(window.near)
    far = _months(window.far) if window.far else until_age * 12.0 + _BEFORE_BIRTH
    if clause.direction == "preceded":
        here = back + far, forward - near
    else:
        here = back - near, forward + far
    return _reach(clause.then, *here, until_age)


def _months(bound: Bound) -> float:
    days = 1 / _MONTH if bound.under else 0.0
    return bound.amount * _IN_MONTHS[bound.unit] - days
