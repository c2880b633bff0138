"""One measure of one authority through disclosure control: its outcomes, groups and months as one problem."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import polars as pl

from childjourneys.archetypes.findings import Finding
from childjourneys.archetypes.people import ALL, FOLLOWED
from childjourneys.disclosure import (
    Preset,
    Problem,
    Row,
    Solution,
    Table,
    nest,
    one_way,
    outcome_bar,
    protect,
    published,
    totals,
    trend,
)
from childjourneys.disclosure.problem import Name
from childjourneys.equalities.dimensions import ANCHOR, DIMENSIONS, NOT_KNOWN, ethnic_group_5
from childjourneys.sharing.variants import link_variants, nearly_alike

# Groups of the one are made of groups of the other: all of them can be worked out from each other.
_WEEKEND = {"Saturday": "weekend", "Sunday": "weekend"}
_MONTHS = "trend"
# Of fewer anchors followed in full, where a total is hidden too, hardly a number of groups is left.
_FEW = 60


@dataclass(frozen=True)
class SharedMeasure:
    """What may be told of one measure in one authority; a number that is None is hidden.

    Attributes:
        finding: the exact one. For what it says about the definition and the months only.
        outcomes: the seven; empty where the measure is not available.
        bar: the table of outcomes; None where not available.
        groups: per dimension the table of its groups.
        months: the table of months; None without any.
        strata: dimension, group, n, matches.
        trend: month, n, matches, complete.
    """

    finding: Finding
    anchors: int | None
    outcomes: Mapping[str, int | None]
    n: int | None
    matches: int | None
    bar: pl.DataFrame | None
    groups: Mapping[str, pl.DataFrame]
    months: pl.DataFrame | None
    strata: tuple[tuple[str, str, int | None, int | None], ...]
    trend: tuple[tuple[str, int | None, int | None, bool], ...]

    @property
    def available(self) -> bool:
        return self.bar is not None

    @property
    def whole(self) -> bool:
        """No outcome is hidden."""
        return self.available and all(number is not None for number in self.outcomes.values())


@dataclass(frozen=True)
class _Drawn:
    """A measure in a problem: the names of its numbers, as its tables have them.

    `hidden`: of groups and months nothing is told; it hides them all. `untold`: the outcomes as well.
    """

    prefix: Name
    bar: Table
    groups: Mapping[str, Table]
    months: Table
    complete: Mapping[str, bool]
    hidden: Solution | None = None
    untold: bool = False


@dataclass(frozen=True)
class Exact:
    """The exact numbers of one measure in one authority.

    Attributes:
        groups: dimension, group, n, matches, children, matching, others.
        people: of, key, children, matching, others: distinct children by outcome and by month.
        months: month, n, matches, complete.
    """

    finding: Finding
    groups: pl.DataFrame
    people: pl.DataFrame
    months: pl.DataFrame


def share_measures(measures: Sequence[Exact], preset: Preset) -> list[SharedMeasure]:
    """Protect all tables of a measure together, and of those variants whose anchors are among its own."""
    problem = Problem(preset)
    findings = [one.finding for one in measures]
    alike = nearly_alike(findings, _FEW)
    drawn = [
        _draw(problem, one, untold=place in alike) if one.finding.outcomes else None
        for place, one in enumerate(measures)
    ]
    link_variants(problem, [one for place, one in enumerate(findings) if place not in alike])
    solution = protect(problem) if any(drawn) else None
    return [
        _told(one.finding, names, solution) if names and solution else _not_available(one.finding)
        for one, names in zip(measures, drawn, strict=True)
    ]


def _not_available(finding: Finding) -> SharedMeasure:
    return SharedMeasure(finding, None, {}, None, None, None, {}, None, (), ())


def _draw(problem: Problem, one: Exact, *, untold: bool) -> _Drawn:
    """The numbers of a measure as cells; `untold`: all of them are hidden, for they stand for another's."""
    finding, prefix = one.finding, (one.finding.measure,)
    n, matches = finding.n or 0, finding.matches or 0
    behind = {(of, key): tuple(rest) for of, key, *rest in one.people.select(_PEOPLE).iter_rows()}
    if untold:
        problem = Problem(problem.preset)
    totals(problem, _row(n, matches, behind.get(("outcome", FOLLOWED))), prefix=prefix)
    children = {name: behind[of, name][0] for of, name in behind if of == "outcome" and name != FOLLOWED}
    bar = outcome_bar(problem, finding.outcomes, children | {"Total": children.get(ALL, 0)}, prefix=prefix)
    few = n < _FEW and any(problem.preset.small(total) for total in (n, matches, n - matches))
    if few and not untold:
        problem = Problem(problem.preset)
        totals(problem, Row(n, matches), prefix=prefix)
    tables = {
        str(name): _groups(problem, str(name), rows, n, prefix)
        for (name,), rows in one.groups.group_by("dimension", maintain_order=True)
    }
    months = _months(problem, one.months, behind, prefix)
    complete = dict(one.months.select("month", "complete").iter_rows())
    if few or untold:
        every = frozenset(range(len(problem.cells)))
        hidden = Solution(problem, every, frozenset(), ())
        return _Drawn(prefix, bar, tables, months, complete, hidden, untold)
    labels = {name: [label for label, _ in table.rows[:-1]] for name, table in tables.items()}
    _nest(problem, labels, months, prefix)
    return _Drawn(prefix, bar, tables, months, complete)


def _told(finding: Finding, names: _Drawn, solution: Solution) -> SharedMeasure:
    outcomes, inside = dict(names.bar.rows), names.hidden or solution
    if names.untold and names.hidden is not None:
        solution = names.hidden
    return SharedMeasure(
        finding,
        solution.number((*names.prefix, "anchors")),
        {outcome: solution.number(outcomes[outcome][0]) for outcome in finding.outcomes},
        solution.number((*names.prefix, "n")),
        solution.number((*names.prefix, "matches")),
        published(solution, names.bar),
        {name: published(inside, table) for name, table in names.groups.items()},
        published(inside, names.months) if names.months.rows else None,
        tuple(
            (name, label, *_two(inside, numbers))
            for name, table in names.groups.items()
            for label, numbers in table.rows[:-1]
        ),
        tuple((label, *_two(inside, numbers), names.complete[label]) for label, numbers in names.months.rows),
    )


_PEOPLE = ("of", "key", "children", "matching", "others")


def _two(solution: Solution, names: tuple[Name, ...]) -> tuple[int | None, int | None]:
    return solution.number(names[0]), solution.number(names[1])


def _row(n: int, matches: int, people: tuple[int, ...] | None) -> Row:
    if people is None:
        return Row(n, matches)
    children, matching, others = people
    return Row(n, matches, min(n, children), min(matches, matching), min(n - matches, others))


def _groups(problem: Problem, name: str, rows: pl.DataFrame, n: int, prefix: Name) -> Table:
    found = {
        group: _row(count, matches, tuple(rest))
        for group, count, matches, *rest in rows.select(
            "group", "n", "matches", "children", "matching", "others"
        ).iter_rows()
    }
    overlap = DIMENSIONS[name].overlapping
    if problem.preset.least == 0 and DIMENSIONS[name].groups:
        # A group that has no row has no anchor: where 0 is hidden, that would tell it.
        # The day of an anchor is always known.
        order = (*DIMENSIONS[name].groups, *(() if name.startswith(ANCHOR) else (NOT_KNOWN,)))
        others = {group: row for group, row in found.items() if group not in order}
        found = {group: found.get(group, Row(0, 0, 0, 0, 0)) for group in order} | others
    whole = not overlap and int(rows["n"].sum()) == n
    return one_way(problem, name, found, overlap=overlap, complete=whole, prefix=prefix)


def _months(
    problem: Problem, months: pl.DataFrame, behind: Mapping[tuple[str, str], tuple[int, ...]], prefix: Name
) -> Table:
    rows = {
        month: _row(n, matches, behind.get(("month", month)) if n else None)
        for month, n, matches in months.select("month", "n", "matches").iter_rows()
    }
    return trend(problem, rows, _MONTHS, prefix=prefix)


def _nest(problem: Problem, groups: Mapping[str, list[str]], months: Table, prefix: Name) -> None:
    """Tables whose groups are made of another's: days of weekends, months of trends, groups of groups."""
    for before in ("", "anchor_"):
        days, weekend = groups.get(f"{before}weekday"), groups.get(f"{before}weekend")
        if days and weekend:
            coarse = {day: _WEEKEND.get(day, "Monday to Friday") for day in days if day != NOT_KNOWN}
            known = {NOT_KNOWN: NOT_KNOWN} if NOT_KNOWN in days and NOT_KNOWN in weekend else {}
            nest(problem, f"{before}weekday", f"{before}weekend", coarse | known, prefix=prefix)
    if groups.get("ethnic_group") and groups.get("ethnic_group_5"):
        five = ethnic_group_5() | {NOT_KNOWN: NOT_KNOWN}
        coarse = {one: five[one] for one in groups["ethnic_group"]}
        nest(problem, "ethnic_group", "ethnic_group_5", coarse, prefix=prefix)
    if groups.get("anchor_month") and months.rows:
        of_year = {label: label[-2:] for label, _ in months.rows}
        nest(problem, _MONTHS, "anchor_month", of_year, prefix=prefix)
