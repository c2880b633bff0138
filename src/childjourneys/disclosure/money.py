"""Amounts of money: hidden where few children, or one child, make up most of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from childjourneys.disclosure.problem import Cell, Problem
from childjourneys.disclosure.tables import Table

PER_CENT = 10
_TOTAL, _GROUP = 10_000, 100


def dominated(contributions: Sequence[int], per_cent: int = PER_CENT) -> bool:
    """Whether the second largest contributor could work out the largest to within some per cent.

    All but the two largest together come to less than `per_cent` of the largest. One amount a child, from 0.

    Source: the p% rule (Hundepool et al., Statistical Disclosure Control, 2012, chapter 4). 10: our choice.

    >>> dominated([90_000, 4_000, 3_000, 2_000]), dominated([30_000, 30_000, 20_000])
    (True, False)
    """
    largest = sorted(contributions, reverse=True)
    return bool(largest) and largest[0] > 0 and sum(largest[2:]) * 100 < per_cent * largest[0]


def money_table(
    problem: Problem,
    dimension: str,
    groups: Mapping[str, Sequence[int]],
    hidden: Sequence[str] = (),
    per_cent: int = PER_CENT,
) -> Table:
    """Whole pounds by group, which add up to a total.

    A hidden amount has to remain possible from `per_cent` below to as much above itself; that of few
    children, at the least and the most children that the rule hides, at the same cost each.

    Args:
        groups: per group the amount of each child.
        hidden: groups whose counts are hidden; their amounts are hidden too.
    """
    places = []
    for group, amounts in groups.items():
        must = _must(problem, amounts, group in hidden, per_cent)
        cell = Cell(("pounds", dimension, group), sum(amounts), None, True, _GROUP, None, must, counted=False)
        places.append(problem.add(cell))
    everybody = [amount for amounts in groups.values() for amount in amounts]
    must = _must(problem, everybody, False, per_cent)
    total = Cell(("pounds", dimension), sum(everybody), None, True, _TOTAL, None, must, counted=False)
    problem.add_sum(places, problem.add(total))
    rows = [(group, (("pounds", dimension, group),)) for group in groups]
    return Table(f"{dimension}, pounds", "group", ("pounds",), (*rows, ("Total", (("pounds", dimension),))))


def _must(problem: Problem, amounts: Sequence[int], hidden: bool, per_cent: int) -> frozenset[int] | None:
    rule, amount, children = problem.preset, sum(amounts), len(amounts)
    if children and rule.small(children):
        return frozenset({amount * rule.least // children, -(-amount * rule.most // children)})
    if hidden or rule.small(children) or dominated(amounts, per_cent):
        by = max(1, -(-amount * per_cent // 100))
        return frozenset({max(0, amount - by), amount + by})
    return None
