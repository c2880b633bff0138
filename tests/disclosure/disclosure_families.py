"""Small made-up problems of each kind: tables that hang together in one way each."""

from __future__ import annotations

import random
from collections.abc import Callable

from disclosure_cases import Sum, row_of, share_out

from childjourneys.disclosure import (
    Problem,
    Release,
    Row,
    counts_table,
    join_earlier,
    nest,
    one_way,
    outcome_bar,
    preset,
    protect,
    same,
    totals,
    trend,
    two_way,
    variant,
)

Made = tuple[Problem, list[Sum]]


def start(seed: int, name: str) -> tuple[random.Random, Problem, list[bool]]:
    chance = random.Random(seed)
    size = chance.choice([3, 9, 25, 60, 140])
    rate = chance.choice([0.0, 0.05, 0.2, 0.6, 0.95, 1.0])
    people = [chance.random() < rate for _ in range(size)]
    problem = Problem(preset(name))
    totals(problem, row_of(chance, people))
    return chance, problem, people


def flat(seed: int, name: str) -> Made:
    """Plain counts; at times of two tables with one total."""
    chance = random.Random(seed)
    problem = Problem(preset(name))
    counts = {f"g{g}": chance.choice([0, 0, 1, 3, 6, 8, 11, 30, 90]) for g in range(chance.randint(1, 8))}
    people = {group: count - count // 3 for group, count in counts.items() if chance.random() < 0.3}
    counts_table(problem, "kind", counts, people, total=sum(counts.values()) + chance.choice([0, 0, 2, 20]))
    if chance.random() < 0.5:
        whole = problem.cells[problem.place(("counts", "kind"))].count
        first = chance.randint(0, whole)
        counts_table(problem, "half", {"a": first, "b": whole - first}, total=("counts", "kind"))
    return problem, []


def one_table(seed: int, name: str) -> Made:
    """An outcome bar and tables of one population."""
    chance, problem, people = start(seed, name)
    rest = {o: chance.choice([0, 0, 2, 6, 40]) for o in ("match_early", "too_recent", "left")}
    outcome_bar(problem, {"match": sum(people), "no_match": len(people) - sum(people), **rest})
    for number in range(chance.randint(1, 2)):
        one_way(problem, f"d{number}", share_out(chance, people, chance.randint(2, 5)))
    return problem, []


def overlapping(seed: int, name: str) -> Made:
    chance, problem, people = start(seed, name)
    groups = {}
    for number in range(chance.randint(1, 4)):
        share = chance.choice([0.02, 0.3, 0.9, 1.0])
        groups[f"f{number}"] = row_of(chance, [match for match in people if chance.random() < share])
    one_way(problem, "factor", groups, overlap=True)
    one_way(problem, "sex", share_out(chance, people, 2))
    return problem, []


def months(seed: int, name: str) -> Made:
    """A trend that at times lacks some."""
    chance, problem, people = start(seed, name)
    trend(problem, share_out(chance, people[: len(people) - chance.choice([0, 1, 4])], chance.randint(2, 7)))
    return problem, []


def nested(seed: int, name: str) -> Made:
    """Groups of groups, at times with some missing."""
    chance, problem, people = start(seed, name)
    fine = [chance.choice("abcdefg") for _ in people]
    coarse = {"a": "x", "b": "x", "c": "x", "d": "y", "e": "y", "f": "z", "g": "z"}
    left_out = set(chance.sample("abcdefg", chance.choice([0, 0, 2])))

    def rows(labels: list[str], at: list[str]) -> dict[str, Row]:
        return {
            label: row_of(chance, [m for m, own in zip(people, at, strict=True) if own == label])
            for label in labels
        }

    shown = [label for label in "abcdefg" if label not in left_out]
    one_way(problem, "fine", rows(shown, fine), complete=not left_out)
    one_way(problem, "coarse", rows(["x", "y", "z"], [coarse[label] for label in fine]))
    nest(problem, "fine", "coarse", coarse)
    # What the two tables say together is said once only; a reader knows both.
    said = [
        (tuple(problem.place((kind, "fine", label)) for label in shown), problem.place((kind,)))
        for kind in ("n", "matches", "other")
    ]
    return problem, [] if left_out else said


def crossed(seed: int, name: str) -> Made:
    chance, problem, people = start(seed, name)
    down, across = [chance.choice("pppqr") for _ in people], [chance.choice("xxxy") for _ in people]
    cells = {
        (a, b): row_of(chance, [m for m, x, y in zip(people, down, across, strict=True) if (x, y) == (a, b)])
        for a in "pqr"
        for b in "xy"
    }
    two_way(problem, "down", "across", cells, matches=chance.random() < 0.5)
    return problem, []


def with_variant(seed: int, name: str) -> Made:
    """Two measures of the same anchors, of which one asks for more."""
    chance = random.Random(seed)
    size = chance.choice([3, 12, 40, 120])
    wide = [chance.random() < chance.choice([0.1, 0.5]) for _ in range(size)]
    narrow = [match and chance.random() < 0.8 for match in wide]
    at = [chance.randrange(3) for _ in range(size)]
    problem = Problem(preset(name))
    for prefix, matches in (("wide",), wide), (("narrow",), narrow):
        totals(problem, Row(size, sum(matches)), prefix=prefix)
        groups = {}
        for group in range(3):
            mine = [match for match, own in zip(matches, at, strict=True) if own == group]
            groups[f"g{group}"] = Row(len(mine), sum(mine))
        one_way(problem, "d", groups, prefix=prefix)
    variant(problem, ("narrow",), ("wide",))
    same(problem, ("narrow", "n"), ("wide", "n"))
    return problem, []


def released_again(seed: int, name: str) -> Made:
    """After an earlier release, of fewer or of more."""
    chance = random.Random(seed)
    size = chance.choice([30, 80, 200])
    people = [chance.random() < 0.4 for _ in range(size)]
    at = [chance.choice("aaabbc") for _ in range(size)]
    grew = chance.random() < 0.5
    part = size - chance.choice([1, 3, 12])

    def made(count: int) -> Problem:
        problem = Problem(preset(name))
        totals(problem, Row(count, sum(people[:count])))
        groups = {}
        for group in "abc":
            mine = [match for match, own in zip(people[:count], at[:count], strict=True) if own == group]
            groups[group] = Row(len(mine), sum(mine))
        one_way(problem, "d", groups)
        return problem

    before, now = made(part if grew else size), made(size if grew else part)
    join_earlier(now, Release.of(protect(before)), "before", grew=grew)
    return now, []


FAMILIES: dict[str, Callable[[int, str], Made]] = {
    "flat": flat,
    "one table": one_table,
    "overlapping": overlapping,
    "months": months,
    "nested": nested,
    "crossed": crossed,
    "with variant": with_variant,
    "released again": released_again,
}
