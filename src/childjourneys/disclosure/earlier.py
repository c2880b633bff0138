"""Earlier releases: what was printed stays known, and the difference of two populations can be worked out."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from childjourneys.disclosure.attacker import Attacker
from childjourneys.disclosure.presets import MARK
from childjourneys.disclosure.problem import Cell, DisclosureError, Name, Problem
from childjourneys.disclosure.suppression import Solution


@dataclass(frozen=True)
class Release:
    """Tables that were published before.

    Attributes:
        problem: their true numbers, which the team keeps, and their preset.
        hidden: the cells that were hidden.
    """

    problem: Problem
    hidden: frozenset[int]

    @classmethod
    def of(cls, solution: Solution) -> Release:
        return cls(solution.problem, solution.hidden)

    @classmethod
    def read(cls, problem: Problem, printed: Mapping[Name, str]) -> Release:
        """From the numbers as they were printed, by name; what is not among them counts as hidden.

        Raises:
            DisclosureError: a printed number is not the one that these true numbers give.
        """
        hidden = set()
        for place, cell in enumerate(problem.cells):
            text = printed.get(cell.name, MARK)
            if not cell.printed or text == MARK:
                hidden.add(place)
            elif text != str(problem.preset.rounded(cell.count) if cell.counted else cell.count):
                raise DisclosureError(f"{' / '.join(cell.name)} was published with another number.")
        return cls(problem, frozenset(place for place in hidden if problem.cells[place].printed))


def join_earlier(
    problem: Problem,
    release: Release,
    label: str,
    nested: Iterable[tuple[Name, Name]] | None = None,
    *,
    grew: bool = True,
) -> None:
    """Put what was published before into a new problem, before it is protected.

    Its printed numbers can't be hidden any more, what it hid stays protected, and the difference of two
    numbers of which one holds the other is a number that can be worked out: those added (or gone) may be few.

    Args:
        label: tells this release from others, such as its date.
        nested: pairs (name then, name now), one part of the other; all names that both have, if not given.
        grew: the population then is part of that now; if not, the other way round.

    Raises:
        DisclosureError: one of a pair is no part of the other.
    """
    then = release.problem
    required, bounds = then.required(), Attacker(then, release.hidden).bounds
    new: list[int] = []
    for place, cell in enumerate(then.cells):
        known = bounds[place]
        must = required.get(place, frozenset())
        new.append(
            problem.add(
                Cell(
                    (label, *cell.name),
                    cell.count,
                    printed=False,
                    known=known,
                    must=must,
                    counted=cell.counted,
                )
            )
        )
    for parts, total in then.sums:
        problem.add_sum([new[part] for part in parts], new[total])
    if nested is None:
        nested = [(cell.name, cell.name) for cell in then.cells if cell.name in problem]
    differences: dict[int, int] = {}
    for before, now in nested:
        old, here = new[then.place(before)], problem.place(now)
        part, whole = (old, here) if grew else (here, old)
        by = problem.cells[whole].count - problem.cells[part].count
        if by < 0:
            raise DisclosureError(f"{' / '.join(now)}: neither population is part of the other ({label}).")
        cell = replace(problem.cells[here], name=(label, "difference", *now), count=by, children=None)
        differences[here] = problem.add(replace(cell, printed=False, must=None, known=None))
        problem.add_sum([part, differences[here]], whole)
    for n, matches, other in list(problem.shares):
        if n in differences and matches in differences and other in differences:
            problem.add_share(differences[n], differences[matches], differences[other])
