"""The funnels of one run: its authorities beside each other, and the teams of each authority."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass

import polars as pl

from childjourneys.archetypes.definition import kinds_of
from childjourneys.archetypes.measures import Coverage, Measure, months_there_are
from childjourneys.archetypes.months import months_needed
from childjourneys.comparison.funnel import Funnel, Unit, funnel
from childjourneys.tables import DERIVED

TEAM = "team"
NOT_KNOWN = "not known"
# How the value of an indicator is found that is a numerator over a denominator.
_SHARE = "Wilson"


@dataclass(frozen=True)
class MeasureFunnel:
    """One measure over authorities that count it alike, or over the teams of one authority.

    Attributes:
        of_teams_in: authority whose teams these are; blank where the units are authorities.
        short: units whose returns cover fewer months than one anchor needs, so that only some anchors, often
            of the youngest children, could be followed.
    """

    measure: str
    of_teams_in: str
    funnel: Funnel
    short: frozenset[str] = frozenset()


def run_funnels(
    measures: Sequence[Measure],
    table: pl.DataFrame,
    context: pl.DataFrame,
    coverage: Mapping[str, Coverage],
) -> tuple[MeasureFunnel, ...]:
    """A funnel over authorities and one over the teams of each, for measures that are shown first somewhere.

    Authorities stand in one funnel where the measure is worked out, some anchor was followed in full, and
    the returns carry the same of the kinds it asks about; among them is one for which it is the measure to
    show first. Teams that are not known are left out. One unit alone is no funnel.

    Args:
        table: as archetypes.csv, in the order of `measures` and their authorities.
        context: as context.csv.
        coverage: ranges by authority and kind.
    """
    counts = {
        (name, code): (matched + other, matched)
        for name, code, matched, other in table.select(
            "archetype", "la_code", "match", "no_match"
        ).iter_rows()
        if matched is not None
    }
    teams = _teams(context)
    found = []
    for one in measures:
        for codes in _alike(one, counts, coverage):
            units = [Unit(code, *counts[one.name, code]) for code in codes]
            needed = months_needed(one.definition)
            short = {c for c in codes if months_there_are(one.definition, coverage[c], one.without) < needed}
            found.append(MeasureFunnel(one.name, "", funnel(units), frozenset(short)))
        for code in sorted(one.headline):
            if len(units := teams.get((one.name, code), [])) > 1:
                found.append(MeasureFunnel(one.name, code, funnel(units)))
    return tuple(found)


def indicator_funnels(
    indicators: pl.DataFrame, context: pl.DataFrame, taken: Collection[str]
) -> tuple[MeasureFunnel, ...]:
    """The same for the indicators that context.csv has: the latest period of each authority.

    Authorities stand in one funnel where that period is the same.

    Args:
        indicators: as indicators.csv.
        context: as context.csv.
        taken: names of other measures; an indicator with such a name is left out.
    """
    names = [name for name in context["measure"].unique(maintain_order=True) if name not in taken]
    latest = (
        indicators.filter("available", unit="proportion", method=_SHARE)
        .filter(pl.col("denominator") > 0, pl.col("indicator").is_in(names))
        .sort("to", "from")
        .unique(["indicator", "la_code"], keep="last", maintain_order=True)
        .sort("la_code")
    )
    teams = _teams(context)
    found = []
    for name in (one for one in indicators["indicator"].unique(maintain_order=True) if one in names):
        periods = latest.filter(indicator=name).partition_by("from", "to", maintain_order=True)
        for rows in periods:
            units = [Unit(*row) for row in rows.select("la_code", "denominator", "numerator").iter_rows()]
            if len(units) > 1:
                found.append(MeasureFunnel(name, "", funnel(units)))
        for measure, code in sorted(teams):
            if measure == name and len(units := teams[measure, code]) > 1:
                found.append(MeasureFunnel(name, code, funnel(units)))
    return tuple(found)


def comparison_table(funnels: Iterable[MeasureFunnel]) -> pl.DataFrame:
    """The table comparison.csv: measures in the order in which they come, units in that of their names."""
    place: dict[str, int] = {}
    rows = []
    for one in funnels:
        number = place.setdefault(one.measure, len(place))
        for unit in one.funnel.units:
            name = f"{one.of_teams_in}/{unit.name}" if one.of_teams_in else unit.name
            rows.append(
                (number, one.measure, name, unit.n, unit.matches, unit.rate, unit.shrunk_rate, unit.low95,
                 unit.high95, unit.low998, unit.high998, one.funnel.dispersion, unit.outside)
            )  # fmt: skip
    schema = {"place": pl.Int64, **DERIVED["comparison"].schema}
    frame = pl.DataFrame(rows, schema=schema, orient="row").sort("place", "unit")
    return DERIVED["comparison"].conform(frame.drop("place"))


def _alike(
    one: Measure, counts: Mapping[tuple[str, str], tuple[int, int]], coverage: Mapping[str, Coverage]
) -> list[list[str]]:
    """Authorities by what their returns carry of the kinds asked about, two or more together."""
    groups: dict[tuple[str, ...], list[str]] = {}
    for code in sorted(one.authorities):
        if counts.get((one.name, code), (0, 0))[0]:
            carried = tuple(kind for kind in kinds_of(one.definition) if kind in coverage[code])
            groups.setdefault(carried, []).append(code)
    return [codes for codes in groups.values() if len(codes) > 1 and one.headline.intersection(codes)]


def _teams(context: pl.DataFrame) -> dict[tuple[str, str], list[Unit]]:
    """Teams by measure and authority."""
    found: dict[tuple[str, str], list[Unit]] = {}
    known = context.filter(pl.col("dimension") == TEAM, pl.col("group") != NOT_KNOWN, pl.col("n") > 0)
    for name, code, team, n, matches in known.select(
        "measure", "la_code", "group", "n", "matches"
    ).iter_rows():
        found.setdefault((name, code), []).append(Unit(team, n, matches))
    return found
