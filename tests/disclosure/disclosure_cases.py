"""Made-up populations with their tables, and an attacker that shares no code with the one under test."""

from __future__ import annotations

import random
from collections.abc import Collection
from itertools import product

import numpy as np
from scipy.optimize import Bounds, LinearConstraint, milp
from scipy.sparse import csr_array

from childjourneys.disclosure import Problem, Row, Table, one_way, outcome_bar, preset, totals, trend, two_way

ENDLESS = 10**15
Sum = tuple[tuple[int, ...], int]
OTHER_OUTCOMES = ("match_early", "too_recent", "not_seen_before", "left", "unusable")


def known(problem: Problem, hidden: Collection[int]) -> list[tuple[int, float]]:
    """The least and the most of every cell, as a reader of what is printed knows it: from the page."""
    name = problem.preset.name
    printed = [
        cell.printed and cell.known is None and place not in hidden
        for place, cell in enumerate(problem.cells)
    ]
    limits: list[tuple[int, float]] = []
    for place, cell in enumerate(problem.cells):
        if cell.known is not None:
            low, high = cell.known
            limits.append((low, np.inf if high >= ENDLESS else high))
        elif not printed[place]:
            limits.append((0, np.inf))
        elif name == "opensafely" and cell.counted:
            near = 5 * round(cell.count / 5)
            limits.append((max(8, near - 2), near + 2))
        else:
            limits.append((cell.count, cell.count))
    if name == "dfe":
        for n, matches, other in problem.shares:
            if printed[matches] and problem.cells[matches].count > 0:
                limits[other] = (max(1, limits[other][0]), limits[other][1])
            if printed[other] and problem.cells[other].count == 0:
                limits[n] = limits[matches] = (0, 0)
    return limits


def guarded(problem: Problem) -> dict[int, set[int]]:
    """What must stay possible, again from the page."""
    small = {"dfe": range(1, 6), "opensafely": range(8), "strict10": range(10)}[problem.preset.name]
    found: dict[int, set[int]] = {}
    for place, cell in enumerate(problem.cells):
        if cell.must is not None:
            found[place] = set(cell.must)
        elif cell.known is None and cell.counted and (cell.count in small or cell.children in small):
            found[place] = set(small)
    if problem.preset.name == "dfe":
        for n, matches, other in problem.shares:
            whole = problem.cells[n].count
            if whole and problem.cells[matches].count == whole and problem.cells[n].known is None:
                found[other] = found.get(other, set()) | set(range(6))
                found[matches] = found.get(matches, set()) | {v for v in range(whole - 5, whole + 1) if v > 0}
    return {place: values for place, values in found.items() if values}


def found_out(
    problem: Problem, hidden: Collection[int], *, seed: int = 0, said: Collection[Sum] = (), most: int = 10**6
) -> list[tuple[str, int]]:
    """What a reader can rule out, of what must stay possible, by integer programming.

    Args:
        seed: of the values that are tried: the least, the most and one between.
        said: further sums that a reader knows.
        most: cells that are tried.
    """
    chance, programme, found = random.Random(seed), _Programme(problem, hidden, said), []
    cells = list(guarded(problem).items())
    for place, values in chance.sample(cells, min(most, len(cells))):
        for value in sorted({min(values), max(values), chance.choice(sorted(values))}):
            if not programme.possible(place, value):
                found.append((" / ".join(problem.cells[place].name), value))
    return found


class _Programme:
    def __init__(self, problem: Problem, hidden: Collection[int], said: Collection[Sum]) -> None:
        self.limits = known(problem, hidden)
        self.size = len(problem.cells)
        rows, columns, signs = [], [], []
        sums = [*problem.sums, *said]
        for number, (parts, total) in enumerate(sums):
            for place, sign in [*((part, 1) for part in parts), (total, -1)]:
                rows.append(number)
                columns.append(place)
                signs.append(sign)
        matrix = csr_array((signs, (rows, columns)), shape=(len(sums), self.size))
        self.sums = [LinearConstraint(matrix, 0, 0)] if sums else []

    def possible(self, place: int, value: int) -> bool:
        low, high = self.limits[place]
        if not low <= value <= high:
            return False
        limits = [*self.limits]
        limits[place] = (value, value)
        least, most = (np.array(side, dtype=float) for side in zip(*limits, strict=True))
        result = milp(
            np.zeros(self.size),
            constraints=self.sums,
            integrality=np.ones(self.size),
            bounds=Bounds(least, most),
        )
        assert result.status in (0, 2), result.message
        return bool(result.status == 0)


def every_table(problem: Problem, hidden: Collection[int]) -> dict[int, set[int]]:
    """Per cell each value it has in any table at all that agrees with what is printed: by trying them all.

    Only for tables with a total that is printed: no cell is then larger than it.
    """
    limits = known(problem, hidden)
    largest = max(cell.count for cell in problem.cells) + (2 if problem.preset.base > 1 else 0)
    ranges = [range(low, int(min(high, largest)) + 1) for low, high in limits]
    found: dict[int, set[int]] = {place: set() for place in range(len(ranges))}
    # Cells that a sum gives are worked out, the others tried.
    given: dict[int, tuple[int, ...]] = {}
    for parts, total in problem.sums:
        if total not in given and not any(part in given and total in given[part] for part in parts):
            given[total] = parts
    tried = [place for place in range(len(ranges)) if place not in given]
    for values in product(*(ranges[place] for place in tried)):
        table: dict[int, int] = dict(zip(tried, values, strict=True))
        while len(table) < len(ranges):
            for total, parts in given.items():
                if total not in table and all(part in table for part in parts):
                    table[total] = sum(table[part] for part in parts)
        if all(table[place] in ranges[place] for place in given) and all(
            sum(table[part] for part in parts) == table[total] for parts, total in problem.sums
        ):
            for place, value in table.items():
                found[place].add(value)
    return found


def share_out(chance: random.Random, people: list[bool], parts: int) -> dict[str, Row]:
    """Each anchor (matching or not) in one of some groups; children are fewer than anchors."""
    weights = [chance.random() ** 3 + 0.001 for _ in range(parts)]
    groups = chance.choices(range(parts), weights, k=len(people))
    rows = {}
    for part in range(parts):
        mine = [match for match, group in zip(people, groups, strict=True) if group == part]
        rows[f"g{part}"] = row_of(chance, mine)
    return rows


def row_of(chance: random.Random, mine: list[bool]) -> Row:
    n, matches = len(mine), sum(mine)
    if chance.random() < 0.6:
        return Row(n, matches)
    matching = (matches + 1) // 2 if chance.random() < 0.3 else matches
    others = n - matches
    return Row(n, matches, max(matching, others, (n + 1) // 2), matching, others)


def population(
    seed: int, name: str = "dfe", most: int = 400, tables: int = 4, groups: int = 9
) -> tuple[Problem, list[Table]]:
    """A population with an outcome bar and tables, at times a trend, overlapping groups, a two-way table."""
    chance = random.Random(seed)
    problem = Problem(preset(name))
    size = chance.choice([3, 12, 40, 120, most])
    rate = chance.choice([0.0, 0.02, 0.1, 0.3, 0.9, 1.0])
    people = [chance.random() < rate for _ in range(size)]
    matches = sum(people)
    totals(problem, Row(size, matches))
    rest = {outcome: chance.choice([0, 0, 2, 4, 9, 30]) for outcome in OTHER_OUTCOMES}
    made = [outcome_bar(problem, {"match": matches, "no_match": size - matches, **rest})]
    for number in range(chance.randint(1, tables)):
        rows = share_out(chance, people, chance.randint(2, groups))
        made.append(one_way(problem, f"d{number}", rows))
    if chance.random() < 0.5:
        months = share_out(chance, people[: size - chance.choice([0, 0, 2, 8])], 6)
        made.append(trend(problem, months))
    if chance.random() < 0.5:
        factors = {}
        for number in range(4):
            share = chance.choice([0.01, 0.2, 0.98, 1.0])
            factors[f"f{number}"] = row_of(chance, [match for match in people if chance.random() < share])
        made.append(one_way(problem, "factor", factors, overlap=True))
    if chance.random() < 0.4:
        across = chance.choices(["x", "y", "z"], [6, 3, 1], k=size)
        down = chance.choices(["p", "q", "r", "s"], [8, 4, 2, 1], k=size)
        cells = {
            (a, b): row_of(
                chance,
                [m for m, x, y in zip(people, down, across, strict=True) if (x, y) == (a, b)],
            )
            for a in "pqrs"
            for b in "xyz"
        }
        made += two_way(problem, "down", "across", cells, matches=chance.random() < 0.5)
    return problem, made
