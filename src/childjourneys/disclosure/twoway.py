"""Tables by two dimensions at once."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import product

from childjourneys.disclosure.problem import Cell, Name, Problem
from childjourneys.disclosure.tables import GROUP, INNER, KINDS, Row, Table, whole_of


def two_way(
    problem: Problem,
    down: str,
    across: str,
    cells: Mapping[tuple[str, str], Row],
    *,
    matches: bool = False,
    prefix: Name = (),
) -> tuple[Table, ...]:
    """Counts by two dimensions at once; a pair that is not given is 0. With `matches`, a table of these too.

    The totals of rows and columns are those of the one-way tables of the two dimensions, where the problem
    has them. Both dimensions must hold every anchor once.
    """
    whole = whole_of(problem, prefix)
    rows = list(dict.fromkeys(row for row, _ in cells))
    columns = list(dict.fromkeys(column for _, column in cells))
    pair, nobody = f"{down} x {across}", Row(0, 0, 0)
    kinds = KINDS if matches else KINDS[:1]
    inner = {
        at: _group(problem, cells.get(at, nobody), INNER, (pair, *at), kinds, prefix)
        for at in product(rows, columns)
    }
    printed = problem.populations[whole[0]]
    printed += [place for places in inner.values() for place in places]
    for dimension, groups, lines in (
        (down, rows, [[inner[row, column] for column in columns] for row in rows]),
        (across, columns, [[inner[row, column] for row in rows] for column in columns]),
    ):
        margin = [
            _margin(problem, (dimension, group), line, kinds, prefix)
            for group, line in zip(groups, lines, strict=True)
        ]
        printed += [place for places in margin for place in places]
        # Groups of a one-way table that have no row here are empty: their sum is there already.
        new = (*prefix, dimension) not in problem.dimensions
        problem.dimensions.setdefault((*prefix, dimension), tuple(groups))
        for part, kind in enumerate(kinds):
            for line, total in zip(lines, margin, strict=True):
                problem.add_sum([places[part] for places in line], total[part])
            if new:
                problem.add_sum([total[part] for total in margin], problem.place((*prefix, kind)))
    return tuple(_grid((pair, kind), (down, across), rows, columns, prefix) for kind in kinds[:2])


def _grid(
    title: tuple[str, str], by: tuple[str, str], rows: Sequence[str], columns: Sequence[str], prefix: Name
) -> Table:
    (pair, kind), (down, across) = title, by
    lines: list[tuple[str, tuple[Name, ...]]] = [
        (
            row,
            (*((*prefix, kind, pair, row, column) for column in columns), (*prefix, kind, down, row)),
        )
        for row in rows
    ]
    bottom = (*((*prefix, kind, across, column) for column in columns), (*prefix, kind))
    return Table(f"{pair}, {kind}", down, (*columns, "Total"), (*lines, ("Total", bottom)))


def _margin(
    problem: Problem, labels: Name, line: Sequence[Sequence[int]], kinds: Sequence[str], prefix: Name
) -> tuple[int, ...]:
    names = [(*prefix, kind, *labels) for kind in kinds]
    if all(name in problem for name in names):
        return tuple(problem.place(name) for name in names)
    counts = [sum(problem.cells[places[part]].count for places in line) for part in range(len(kinds))]
    row = Row(counts[0], counts[1] if len(counts) > 1 else 0)
    return _group(problem, row, GROUP, labels, kinds, prefix)


def _group(
    problem: Problem, row: Row, weight: int, labels: Name, kinds: Sequence[str], prefix: Name
) -> tuple[int, ...]:
    places = tuple(
        problem.add(Cell((*prefix, kind, *labels), count, people, weight=weight))
        for kind, count, people in zip(KINDS, row.counts, row.people(), strict=True)
        if kind in kinds
    )
    if len(places) == len(KINDS):
        problem.add_share(places[0], places[1], places[2])
    return places
