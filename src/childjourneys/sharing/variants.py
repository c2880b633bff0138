"""Variants that look at a part of a definition's anchors: what they leave can be worked out from the two."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from childjourneys.archetypes.definition import Archetype, Condition
from childjourneys.archetypes.findings import Finding
from childjourneys.disclosure import Cell, Problem
from childjourneys.disclosure.problem import Name

_RATE = {"match": ("matches",), "no_match": ("other",)}


def together(findings: Sequence[Finding]) -> list[list[int]]:
    """Which findings have to be protected together: those whose anchors are among another's; places in order.

    Args:
        findings: of one archetype and authority.
    """
    groups: list[list[int]] = []
    for place, one in enumerate(findings):
        mine = [
            group
            for group in groups
            if any(_within(one, findings[other]) or _within(findings[other], one) for other in group)
        ]
        joined = sorted([place, *(other for group in mine for other in group)])
        groups = [group for group in groups if group not in mine] + [joined]
    return groups


def nearly_alike(findings: Sequence[Finding], few: int) -> set[int]:
    """Variants whose anchors are those of another one but for fewer than `few`; places.

    Their groups, beside those of the other, would tell of these few.

    Args:
        findings: of one archetype and authority.
    """
    return {
        place
        for place, one in enumerate(findings)
        if one.definition.variant
        for other in findings
        if (_within(one, other) or _within(other, one))
        and abs(sum(one.outcomes.values()) - sum(other.outcomes.values())) < few
    }


def link_variants(problem: Problem, findings: Sequence[Finding]) -> None:
    """Say that the anchors of such variants are among those of their definition.

    Variants that tell one attribute apart, such as care by its legal status, are taken together too.

    Args:
        findings: of one archetype and authority.
    """
    for whole in findings:
        parts = [one for one in findings if _within(one, whole)]
        if not parts:
            continue
        for one in parts:
            _link(problem, [one], whole)
        by_attribute: dict[tuple[str, ...], list[Finding]] = {}
        for one in parts:
            extra = set(_where(one.definition)) - set(_where(whole.definition))
            by_attribute.setdefault(tuple(sorted(test.attribute for test in extra)), []).append(one)
        for some in by_attribute.values():
            if len(some) > 1:
                _link(problem, some, whole)


def _within(part: Finding, whole: Finding) -> bool:
    """The same definition, but for further conditions on the anchor; and its numbers agree with that."""
    a, b = part.definition, whole.definition
    if (
        not part.outcomes
        or not whole.outcomes
        or a.then != b.then
        or a.clock != b.clock
        or not a.start.event
        or not b.start.event
    ):
        return False
    if (
        "without_" in part.measure
        or "without_" in whole.measure
        or a.start.event.types != b.start.event.types
    ):
        return False
    every = a.start.which == b.start.which == "every"
    rest_alike = every and replace(a.start, event=b.start.event) == b.start
    more = set(_where(a)) > set(_where(b))
    return rest_alike and more and all(part.outcomes[name] <= n for name, n in whole.outcomes.items())


def _where(definition: Archetype) -> tuple[Condition, ...]:
    event = definition.start.event
    return () if event is None else (*event.where, *(test for term in event.terms for test in term.where))


def _link(problem: Problem, parts: Sequence[Finding], whole: Finding) -> None:
    for outcome, total in (*whole.outcomes.items(), ("", sum(whole.outcomes.values()))):
        counts = [one.outcomes[outcome] if outcome else sum(one.outcomes.values()) for one in parts]
        left = total - sum(counts)
        if left < 0:
            continue
        places = [problem.place(_name(one, outcome)) for one in parts]
        name = ("rest of", whole.measure, outcome, *(one.measure for one in parts))
        rest = problem.add(Cell(name, left, printed=False))
        problem.add_sum([*places, rest], problem.place(_name(whole, outcome)))


def _name(finding: Finding, outcome: str) -> Name:
    end = _RATE.get(outcome, ("anchors", outcome)) if outcome else ("anchors",)
    return (finding.measure, *end)
