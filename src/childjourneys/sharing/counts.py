"""Cells and sums of tables that are no measure: counts of events, outcomes of referrals, indicators."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import polars as pl

from childjourneys.disclosure.presets import MARK, Preset
from childjourneys.disclosure.problem import Cell, Name, Problem
from childjourneys.disclosure.publish import percentages
from childjourneys.disclosure.suppression import Solution, protect

# What is lost when a number is hidden: of a group, of a whole.
GROUP, WHOLE = 100, 10_000
_RATES = ("rate %", "low %", "high %")


@dataclass(frozen=True)
class Line:
    """One row of a table: its label, the names of its counts, and for a share those of n and of matches."""

    label: str
    counts: tuple[Name, ...]
    share: tuple[Name, Name] | None = None


@dataclass
class Counts:
    """Counts of one population that are protected together, and the tables that they stand in."""

    preset: Preset
    problem: Problem = field(init=False)

    def __post_init__(self) -> None:
        self.problem = Problem(self.preset)

    def count(
        self, name: Name, n: int, children: int | None = None, *, weight: int = GROUP, printed: bool = True
    ) -> Name:
        """Add a count, if it is not there already."""
        if name not in self.problem:
            people = None if children is None else min(n, children)
            self.problem.add(Cell(name, n, people, printed, weight))
        return name

    def add_up(self, parts: Sequence[Name], total: Name) -> None:
        """The parts, and what they leave of the total, add up to it."""
        places = [self.problem.place(name) for name in parts]
        whole = self.problem.place(total)
        left = self.problem.cells[whole].count - sum(self.problem.cells[place].count for place in places)
        if left < 0:
            return
        if left:
            rest = self.count((*total, "left by", *parts[0]), left, printed=False)
            places.append(self.problem.place(rest))
        self.problem.add_sum(places, whole)

    def share(self, n: Name, matches: Name) -> None:
        """Matches are part of n: the others can be worked out."""
        every, some = self.problem.place(n), self.problem.place(matches)
        cells = self.problem.cells
        others = self.count((*matches, "others"), cells[every].count - cells[some].count, printed=False)
        self.problem.add_share(every, some, self.problem.place(others))

    def protect(self) -> Solution:
        return protect(self.problem)


def printed(solution: Solution, headings: Sequence[str], lines: Sequence[Line]) -> pl.DataFrame:
    """Rows as text; with percentages where any row has a share.

    Args:
        headings: of the label and of the counts.
    """
    rows = [(line.label, *(solution.text(name) for name in line.counts)) for line in lines]
    frame = pl.DataFrame(rows, schema=dict.fromkeys(headings, pl.String), orient="row")
    if not any(line.share for line in lines):
        return frame
    n = [solution.number(line.share[0]) if line.share else 0 for line in lines]
    matches = [solution.number(line.share[1]) if line.share else 0 for line in lines]
    return frame.hstack(percentages(n, matches))


def marked(text: str) -> bool:
    return text == MARK


def flat(
    preset: Preset,
    counts: Mapping[str, int],
    headings: tuple[str, str],
    children: Mapping[str, int] | None = None,
) -> pl.DataFrame:
    """One table of counts that add up to its total, by itself."""
    table, people = Counts(preset), children or {}
    names = [table.count((group,), n, people.get(group)) for group, n in counts.items()]
    total = table.count(("Total", "of all"), sum(counts.values()), people.get("Total"), weight=WHOLE)
    table.add_up(names, total)
    lines = [Line(group, (name,)) for group, name in zip(counts, names, strict=True)]
    return printed(table.protect(), headings, [*lines, Line("Total", (total,))])
