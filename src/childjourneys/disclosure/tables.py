"""From tables to cells and sums. Tables of one population go into one problem, the totals first."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from childjourneys.disclosure.problem import Cell, DisclosureError, Name, Problem, Share

KINDS = ("n", "matches", "other")
COUNTS = "counts"

# What is lost: a total is in the heading of every table, an inner cell of a two-way table in one.
TOTAL, OUTCOME, GROUP, INNER = 10_000, 2_000, 100, 60


@dataclass(frozen=True)
class Row:
    """A group of anchors, and the distinct children behind its three counts (None: not known).

    Without `matching` and `others` they are known only as far as `children` says: of few there are few.
    """

    n: int
    matches: int
    children: int | None = None
    matching: int | None = None
    others: int | None = None

    @property
    def counts(self) -> tuple[int, int, int]:
        return self.n, self.matches, self.n - self.matches

    def people(self) -> tuple[int | None, int | None, int | None]:
        """Distinct children in n, matches and other, as far as they are known."""
        of_all, given = self.children, (self.matching, self.others)
        known = []
        for people, count in zip(given, self.counts[1:], strict=True):
            # Children of matches are among those of n; with more anchors than these nothing else is known.
            known.append(of_all if people is None and of_all is not None and of_all < count else people)
        return of_all, known[0], known[1]


@dataclass(frozen=True)
class Table:
    """What is printed: per row its label and the names of its numbers.

    Attributes:
        heading: of the first column.
        columns: headings of the numbers.
        rates: percentages of matches among n stand behind the numbers.
    """

    title: str
    heading: str
    columns: tuple[str, ...]
    rows: tuple[tuple[str, tuple[Name, ...]], ...]
    rates: bool = False

    @property
    def names(self) -> tuple[Name, ...]:
        return tuple(dict.fromkeys(name for _, names in self.rows for name in names))


def totals(problem: Problem, row: Row, *, prefix: Name = ()) -> None:
    """`n`, `matches` and `other` of a whole population; n is match + no_match of its outcome bar.

    Args:
        prefix: before all names, where a problem has several measures.
    """
    places = add_share(problem, row, TOTAL, (), prefix)
    problem.populations.setdefault(places[0], []).extend(places)


def one_way(
    problem: Problem,
    dimension: str,
    groups: Mapping[str, Row],
    *,
    overlap: bool = False,
    complete: bool = True,
    heading: str = "group",
    prefix: Name = (),
) -> Table:
    """Counts and rates by the groups of one dimension.

    Args:
        overlap: an anchor may stand in several groups or in none. They don't add up, but for each of them
            the number of all others can be worked out from the total.
        complete: the groups hold the whole population. If not, what they leave out can be worked out too.
        heading: of the first column.
    """
    whole = whole_of(problem, prefix)
    shares = {g: add_share(problem, row, GROUP, (dimension, g), prefix) for g, row in groups.items()}
    problem.dimensions[*prefix, dimension] = tuple(groups)
    problem.populations[whole[0]] += [place for share in shares.values() for place in share]
    if overlap:
        for group, share in shares.items():
            problem.add_split([share, _rest(problem, [share], (dimension, "all but", group), prefix)], whole)
    elif shares:
        parts = list(shares.values())
        # Where nobody is left out, anybody may know that.
        if not complete and _count_left(problem, parts, whole) != (0, 0, 0):
            parts.append(_rest(problem, parts, (dimension, "elsewhere"), prefix))
        problem.add_split(parts, whole)
    rows: list[tuple[str, tuple[Name, ...]]] = [
        (group, tuple((*prefix, kind, dimension, group) for kind in KINDS)) for group in groups
    ]
    rows.append(("All anchors" if overlap else "Total", tuple((*prefix, kind) for kind in KINDS)))
    return Table(dimension, heading, KINDS, tuple(rows), rates=True)


def trend(
    problem: Problem, months: Mapping[str, Row], dimension: str = "trend", *, prefix: Name = ()
) -> Table:
    """Counts and rates by month. Months may be left out or hold part of their anchors only."""
    table = one_way(problem, dimension, months, complete=False, heading="month", prefix=prefix)
    # A trend has no last row; its total is in other tables.
    return Table(dimension, "month", KINDS, table.rows[:-1], rates=True)


def outcome_bar(
    problem: Problem,
    outcomes: Mapping[str, int],
    children: Mapping[str, int] | None = None,
    *,
    prefix: Name = (),
) -> Table:
    """All anchors by outcome. `match` and `no_match` are the matches and the others of the totals.

    Args:
        children: distinct children per outcome, as far as known, and of all as `Total`.
    """
    whole_of(problem, prefix)
    people = children or {}
    names: dict[str, Name] = {"match": (*prefix, "matches"), "no_match": (*prefix, "other")}
    if missing := names.keys() - outcomes.keys():
        raise DisclosureError(f"The outcomes lack {', '.join(sorted(missing))}.")
    names = {outcome: names.get(outcome, (*prefix, "anchors", outcome)) for outcome in outcomes}
    parts = [
        problem.add(Cell(names[outcome], count, people.get(outcome), weight=OUTCOME))
        for outcome, count in outcomes.items()
    ]
    name = (*prefix, "anchors")
    total = problem.add(Cell(name, sum(outcomes.values()), people.get("Total"), weight=TOTAL))
    problem.add_sum(parts, total)
    rows = [(outcome, (names[outcome],)) for outcome in outcomes]
    return Table("outcomes", "outcome", ("anchors",), (*rows, ("Total", (name,))))


def counts_table(
    problem: Problem,
    dimension: str,
    groups: Mapping[str, int],
    children: Mapping[str, int] | None = None,
    *,
    total: int | Name | None = None,
    heading: str = "group",
    prefix: Name = (),
) -> Table:
    """Plain counts without matches, such as events by type, with their total printed.

    Args:
        children: distinct children per group, as far as known, and of all as `Total`.
        total: of the whole, where the groups don't hold all of it; or the name of a number of another table
            of this problem that is the total. None: the groups added up.
    """
    people = children or {}
    names = {group: (*prefix, COUNTS, dimension, group) for group in groups}
    parts = [
        problem.add(Cell(names[group], count, people.get(group), weight=GROUP))
        for group, count in groups.items()
    ]
    problem.dimensions[*prefix, dimension] = tuple(groups)
    if isinstance(total, tuple):
        name = total
        whole = problem.place(name)
    else:
        name = (*prefix, COUNTS, dimension)
        count = sum(groups.values()) if total is None else total
        whole = problem.add(Cell(name, count, people.get("Total"), weight=TOTAL))
    problem.populations.setdefault(whole, [whole]).extend(parts)
    if left := problem.cells[whole].count - sum(groups.values()):
        if left < 0:
            raise DisclosureError(f"The groups of {dimension} hold more than there is in total.")
        parts.append(problem.add(Cell((*prefix, COUNTS, dimension, "elsewhere"), left, printed=False)))
    problem.add_sum(parts, whole)
    rows = [(group, (names[group],)) for group in groups]
    return Table(dimension, heading, ("count",), (*rows, ("Total", (name,))))


def add_share(
    problem: Problem, row: Row, weight: int, labels: Name, prefix: Name = (), *, printed: bool = True
) -> Share:
    """The three numbers of one group."""
    n, matches, other = (
        problem.add(Cell((*prefix, kind, *labels), count, people, printed, weight))
        for kind, count, people in zip(KINDS, row.counts, row.people(), strict=True)
    )
    problem.add_share(n, matches, other)
    return n, matches, other


def whole_of(problem: Problem, prefix: Name) -> Share:
    """The totals of a population."""
    if (*prefix, "n") not in problem:
        raise DisclosureError("The totals of the population have to be given before its tables.")
    n, matches, other = (problem.place((*prefix, kind)) for kind in KINDS)
    return n, matches, other


def _count_left(problem: Problem, shares: Sequence[Share], whole: Share) -> tuple[int, ...]:
    cells = problem.cells
    return tuple(
        cells[whole[part]].count - sum(cells[share[part]].count for share in shares) for part in range(3)
    )


def _rest(problem: Problem, shares: Sequence[Share], labels: Name, prefix: Name) -> Share:
    """What the groups leave of the population: nobody prints it, and anybody can work it out."""
    left = _count_left(problem, shares, whole_of(problem, prefix))
    if min(left) < 0:
        raise DisclosureError(f"The groups of {labels[0]} hold more than there is in total.")
    return add_share(problem, Row(left[0], left[1]), 0, labels, prefix, printed=False)
