"""Authorities and teams side by side, from published numbers alone; who has a hidden one is only listed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import polars as pl

from childjourneys.archetypes.months import months_needed
from childjourneys.comparison.funnel import Placed, Unit, funnel
from childjourneys.comparison.of_a_run import NOT_KNOWN, TEAM, MeasureFunnel
from childjourneys.disclosure import MARK
from childjourneys.reports.shared_table import SharedTable
from childjourneys.sharing.build import Shared
from childjourneys.sharing.measures import SharedMeasure
from childjourneys.sharing.tables import name_of, told

_HEADINGS = (
    "unit",
    "n",
    "matches",
    "rate %",
    "low 95 %",
    "high 95 %",
    "low 99.8 %",
    "high 99.8 %",
    "outside",
)
# A picture needs two units of this size.
_LEAST_SIZE = 10


@dataclass(frozen=True)
class Beside:
    """One funnel. `drawn`: it has enough units to make a picture of."""

    title: str
    funnel: MeasureFunnel
    table: SharedTable
    drawn: bool


def beside(shared: Shared) -> list[Beside]:
    """The teams of each authority, and the authorities where there are several; patterns told on the page."""
    found = []
    for one in told(shared):
        teams = [
            (group, n, matches)
            for dimension, group, n, matches in one.strata
            if dimension == TEAM and group != NOT_KNOWN and n != 0
        ]
        found += _placed(one, one.finding.la_code, teams, shared)
    by_measure: dict[str, list[SharedMeasure]] = {}
    for one in shared.measures:
        if one.available and one.n != 0:
            by_measure.setdefault(one.finding.measure, []).append(one)
    for some in by_measure.values():
        if len(some) > 1 and any(one.finding.headline for one in some):
            found += _placed(
                some[0], "", [(one.finding.la_code, one.n, one.matches) for one in some], shared, some
            )
    return found


def _placed(
    measure: SharedMeasure,
    of_teams_in: str,
    units: Sequence[tuple[str, int | None, int | None]],
    shared: Shared,
    authorities: Sequence[SharedMeasure] = (),
) -> list[Beside]:
    known = [Unit(name, n, matches) for name, n, matches in units if n is not None and matches is not None]
    if len(known) < 2:
        return []
    placed = funnel(known)
    needed = months_needed(measure.finding.definition)
    short = {one.finding.la_code for one in authorities if one.finding.months < needed}
    rows = {unit.name: _row(unit) for unit in placed.units}
    hidden = {
        name: (name, _text(n), _text(matches), *(MARK,) * 6) for name, n, matches in units if name not in rows
    }
    lines = [{**rows, **hidden}[name] for name in sorted({*rows, *hidden})]
    frame = pl.DataFrame(lines, schema=dict.fromkeys(_HEADINGS, pl.String), orient="row")
    who = "teams" if of_teams_in else "authorities"
    title = f"{name_of(measure)}: {who} side by side"
    if of_teams_in and len(shared.periods) > 1:
        title = f"{title}, {of_teams_in}"
    table = SharedTable(
        title,
        measure.finding.measure,
        of_teams_in,
        "team" if of_teams_in else "la",
        shared.periods.get(of_teams_in, ""),
        frame,
    )
    large = sum(unit.n >= _LEAST_SIZE for unit in known) > 1
    one = MeasureFunnel(measure.finding.measure, of_teams_in, placed, frozenset(short))
    return [Beside(title, one, table, large)]


def _row(unit: Placed) -> tuple[str, ...]:
    shares = (unit.rate, unit.low95, unit.high95, unit.low998, unit.high998)
    return (
        unit.name,
        str(unit.n),
        str(unit.matches),
        *(f"{100 * share:.1f}" for share in shares),
        unit.outside,
    )


def _text(number: int | None) -> str:
    return MARK if number is None else str(number)
