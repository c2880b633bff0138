"""Links between tables: groups of one are sums of groups of another, a count is part of another."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from childjourneys.disclosure.problem import Cell, DisclosureError, Name, Problem, Share
from childjourneys.disclosure.tables import COUNTS, KINDS, Row, add_share


def nest(problem: Problem, fine: str, coarse: str, groups: Mapping[str, str], *, prefix: Name = ()) -> None:
    """Groups of a coarser table hold groups of a finer one, such as the weekend Saturday and Sunday.

    What the finer groups leave of a coarser one (they may be missing, or incomplete) can be worked out, and
    counts as a number of its own.

    Args:
        fine, coarse: two dimensions of tables that the problem has.
        groups: finer group -> coarser group. Groups that are in neither table are passed over.
    """
    finer, coarser = (_groups(problem, dimension, prefix) for dimension in (fine, coarse))
    inside: dict[str, list[str]] = {group: [] for group in coarser}
    for group in finer:
        if groups.get(group) in inside:
            inside[groups[group]].append(group)
    plain = (*prefix, COUNTS, fine, finer[0]) in problem if finer else False
    rest: list[Share] = []
    for group, parts in inside.items():
        kinds = (COUNTS,) if plain else KINDS
        if not parts:
            if not plain:
                rest.append(_share([problem.place((*prefix, kind, coarse, group)) for kind in kinds]))
            continue
        whole = [problem.place((*prefix, kind, coarse, group)) for kind in kinds]
        places = [[problem.place((*prefix, kind, fine, part)) for kind in kinds] for part in parts]
        left = [
            problem.cells[total].count - sum(problem.cells[part[k]].count for part in places)
            for k, total in enumerate(whole)
        ]
        if min(left) < 0:
            raise DisclosureError(f"The groups of {fine} hold more than those of {coarse}.")
        if any(left):
            labels = (fine, "rest of", coarse, group)
            if plain:
                places.append([problem.add(Cell((*prefix, COUNTS, *labels), left[0], printed=False))])
            else:
                row = Row(left[0], left[1])
                rest.append(add_share(problem, row, 0, labels, prefix, printed=False))
                places.append(list(rest[-1]))
        if plain:
            problem.add_sum([part[0] for part in places], whole[0])
        else:
            problem.add_split([_share(part) for part in places], _share(whole))
    if not plain and all(groups.get(group) in inside for group in finer):
        _drop_implied(problem, fine, coarse, prefix, rest)


def subset(problem: Problem, part: Name, whole: Name) -> None:
    """One count is part of another, such as the matches of a variant of a measure's; the rest can be worked
    out, and counts as a number of its own."""
    inner, outer = problem.place(part), problem.place(whole)
    rest = problem.cells[outer].count - problem.cells[inner].count
    if rest < 0:
        raise DisclosureError(f"{' / '.join(part)} is no part of {' / '.join(whole)}.")
    name = ("difference", *whole, "less", *part)
    problem.add_sum([inner, problem.add(Cell(name, rest, printed=False))], outer)


def same(problem: Problem, one: Name, other: Name) -> None:
    """Two names of one number, such as the n of a measure and of its variant."""
    problem.add_sum([problem.place(one)], problem.place(other))


def variant(problem: Problem, part: Name, whole: Name) -> None:
    """Of two measures with the same anchors the matches of one are among those of the other, in every group.

    Args:
        part, whole: the prefixes of the two measures.
    """
    size = len(part)
    for cell in list(problem.cells):
        if cell.name[:size] != part or cell.name[size : size + 1] not in (("n",), ("matches",)):
            continue
        other = (*whole, *cell.name[size:])
        if other == cell.name or other not in problem:
            continue
        if cell.name[size] == "n":
            same(problem, cell.name, other)
        else:
            subset(problem, cell.name, other)


def _groups(problem: Problem, dimension: str, prefix: Name) -> tuple[str, ...]:
    if (*prefix, dimension) not in problem.dimensions:
        raise DisclosureError(f"There is no table by {dimension} to link.")
    return problem.dimensions[*prefix, dimension]


def _share(places: Sequence[int]) -> Share:
    n, matches, other = places
    return n, matches, other


def _drop_implied(problem: Problem, fine: str, coarse: str, prefix: Name, rest: Sequence[Share]) -> None:
    """The finer groups add up to what the coarser ones add up to, which need not be said twice.

    What they leave of the whole is what they leave of the coarser groups, and what these leave.
    """

    def all_of(dimension: str) -> list[Share]:
        return [
            _share([problem.place((*prefix, kind, dimension, group)) for kind in KINDS])
            for group in _groups(problem, dimension, prefix)
        ]

    finer, coarser = all_of(fine), all_of(coarse)
    sides = [
        [
            (groups, whole, groups[len(shares) :])
            for groups, whole in problem.splits
            if list(groups[: len(shares)]) == shares
        ]
        for shares in (finer, coarser)
    ]
    for groups, whole, left in sides[0]:
        for _, same_whole, beyond in sides[1]:
            if whole != same_whole or len(left) > 1 or len(beyond) > 1:
                continue
            made_of = [*rest, *beyond]
            if left and made_of:
                problem.drop_split(groups, whole)
                problem.add_split(made_of, left[0])
            elif not left and not made_of:
                problem.drop_split(groups, whole)
