"""From the results of a run to everything that may leave the team."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import polars as pl

from childjourneys.archetypes.findings import Finding
from childjourneys.disclosure.presets import Preset
from childjourneys.journeys.summaries import SEXES
from childjourneys.reports.shared_table import SharedTable
from childjourneys.sharing.activity import age_tables, event_tables, journey_table, pathway_tables
from childjourneys.sharing.indicators import shared_indicators
from childjourneys.sharing.measures import Exact, SharedMeasure, share_measures
from childjourneys.sharing.variants import together

_KEY = ("measure", "la_code")
_PATHWAYS = (
    ("referral_outcomes", "Referrals", 1, "NFA"),
    ("s47_pathways", "Section 47 enquiries", 1, "no ICPC nor CPP"),
    ("s47_pathways", "Section 47 enquiries with a conference", 2, "no CPP"),
)


@dataclass(frozen=True)
class Material:
    """What a run found, with exact numbers; for the team only.

    Attributes:
        findings: every measure and authority.
        groups, people, trend, causes, bins: of all measures, see `Measured`.
        events: la_code, event, n, children.
        children_by_month: la_code, event, month (its first day), children: distinct, of each type of event.
        summaries: those of `journeys.summaries`.
        pathways: those of `pathways.summaries`.
        indicators: as indicators.csv.
        coverage: la_code, kind, from, to.
    """

    findings: Sequence[Finding]
    groups: pl.DataFrame
    people: pl.DataFrame
    trend: pl.DataFrame
    causes: pl.DataFrame
    bins: pl.DataFrame
    events: pl.DataFrame
    children_by_month: pl.DataFrame
    summaries: Mapping[str, pl.DataFrame]
    pathways: Mapping[str, pl.DataFrame]
    indicators: pl.DataFrame
    coverage: pl.DataFrame


@dataclass(frozen=True)
class Shared:
    """What may leave the team.

    Attributes:
        preset: name of the preset in force.
        periods: by authority, the months that its returns cover: `2020-04 to 2025-03`.
        measures: every measure and authority, in the order of the findings.
        activity: tables of events, journeys and ages.
        pathways: tables of what came of referrals and enquiries.
        indicators: as indicators.csv, texts.
    """

    preset: str
    periods: Mapping[str, str]
    measures: tuple[SharedMeasure, ...]
    activity: tuple[SharedTable, ...]
    pathways: tuple[SharedTable, ...]
    indicators: pl.DataFrame


def share(material: Material, preset: Preset) -> Shared:
    """Protect all that a run found."""
    periods = periods_of(material.coverage)
    groups, people, trend = (
        frame.partition_by(_KEY, as_dict=True) for frame in (material.groups, material.people, material.trend)
    )
    exact = [
        Exact(
            finding,
            groups.get(key, material.groups.clear()),
            people.get(key, material.people.clear()),
            trend.get(key, material.trend.clear()),
        )
        for finding in material.findings
        for key in ((finding.measure, finding.la_code),)
    ]
    by_archetype: dict[tuple[str, str], list[Exact]] = {}
    for one in exact:
        by_archetype.setdefault((one.finding.definition.id, one.finding.la_code), []).append(one)
    found = {
        (measure.finding.measure, measure.finding.la_code): measure
        for some in by_archetype.values()
        for places in together([one.finding for one in some])
        for measure in share_measures([some[place] for place in places], preset)
    }
    measures = tuple(found[finding.measure, finding.la_code] for finding in material.findings)
    return Shared(
        preset.name,
        periods,
        measures,
        _named(_activity(material, periods, preset), periods),
        _named(_pathways(material, periods, preset), periods),
        shared_indicators(material.indicators, preset),
    )


def periods_of(coverage: pl.DataFrame) -> dict[str, str]:
    """First and last month that an authority's returns cover, of any kind."""
    months = coverage.group_by("la_code").agg(
        pl.col("from").min().dt.to_string("%Y-%m"), pl.col("to").max().dt.to_string("%Y-%m")
    )
    return {code: f"{first} to {last}" for code, first, last in months.sort("la_code").iter_rows()}


def _named(tables: Sequence[SharedTable], periods: Mapping[str, str]) -> tuple[SharedTable, ...]:
    """With the authority in the title, where there are several."""
    if len(periods) < 2:
        return tuple(tables)
    return tuple(replace(one, title=f"{one.title}, {one.la_code}") if one.la_code else one for one in tables)


def _activity(material: Material, periods: Mapping[str, str], preset: Preset) -> list[SharedTable]:
    made: list[SharedTable] = []
    whole = (
        material.summaries["volumes"]
        .filter("complete")
        .join(material.children_by_month, on=["la_code", "event", "month"], how="left")
        .with_columns(pl.col("children").fill_null(0))
    )
    for code, period in periods.items():
        mine = pl.col("la_code") == code
        made += event_tables(material.events.filter(mine), whole.filter(mine), code, period, preset)
    # Journeys and ages are summed up for all authorities together.
    code = next(iter(periods)) if len(periods) == 1 else ""
    period = next(iter(periods.values()), "")
    if material.summaries["journey_totals"]["lines"].item():
        made.append(journey_table(material.summaries["common_journeys"], code, period, preset))
    if int(material.summaries["ages"]["n"].sum()):
        made += age_tables(material.summaries["ages"], SEXES, code, period, preset)
    return made


def _pathways(material: Material, periods: Mapping[str, str], preset: Preset) -> list[SharedTable]:
    return [
        table
        for code, period in periods.items()
        for name, what, step, match in _PATHWAYS
        for table in pathway_tables(
            material.pathways[name].filter(pl.col("la_code") == code), what, step, match, code, period, preset
        )
    ]
