"""A pack of one definition that was worked out by itself, through disclosure control."""

from __future__ import annotations

from dataclasses import fields
from pathlib import Path
from typing import Any

import polars as pl

from childjourneys import __version__
from childjourneys.archetypes.days import as_date
from childjourneys.archetypes.evaluate import Evaluation
from childjourneys.archetypes.findings import Finding, findings
from childjourneys.archetypes.journeys import dated_coverage
from childjourneys.archetypes.measures import Measure, Range, coverage_of
from childjourneys.archetypes.people import PEOPLE, added_people, people
from childjourneys.archetypes.rates import outcome_table
from childjourneys.archetypes.timing import DAY_COUNTS, TIMES, day_counts, followed_days, times, waits
from childjourneys.archetypes.trend import trend_table
from childjourneys.comparison.bins import bins_table
from childjourneys.disclosure import DEFAULT, preset
from childjourneys.domain.calendar import england
from childjourneys.reports.files import write_text
from childjourneys.sharing.build import Material, Shared
from childjourneys.sharing.measures import Exact, share_measures
from childjourneys.sharing.packing import pack_of
from childjourneys.tables import DERIVED


def write_pack_of_one(evaluation: Evaluation, coverage: pl.DataFrame, path: Path) -> None:
    """Write a pack of one definition, through disclosure control with the preset that is the default.

    It has outcomes, months and how soon; no groups and no indicators.

    Args:
        coverage: of the journeys that it was worked out over.

    Raises:
        CannotWrite: the file can't be written.
    """
    ranges = _seen(evaluation, coverage)
    name, rule = evaluation.definition.measure, preset(DEFAULT)
    found = _numbers(evaluation)
    codes = tuple(sorted(evaluation.available))
    measure = Measure(name, evaluation.definition, (), codes, frozenset(codes))
    told = findings([measure], _table(evaluation), found["causes"], ranges)
    groups = DERIVED["context"].empty().with_columns(matching=pl.lit(0), others=pl.lit(0))
    # A pack needs no more of what a run finds; the rest of it is empty.
    blank: dict[str, Any] = {field.name: pl.DataFrame() for field in fields(Material)}
    material = Material(**{**blank, **found, "findings": told, "groups": groups, "coverage": coverage})
    exact = [Exact(one, groups, _of(found["people"], one), _of(found["trend"], one)) for one in told]
    shared = tuple(measure for one in exact for measure in share_measures([one], rule))
    whole = Shared(rule.name, {}, shared, (), (), DERIVED["indicators"].empty().cast(pl.String))
    made = pack_of(whole, material, ranges, rule, f"childjourneys {__version__}", england().version)
    write_text(path, made.to_json())


def _seen(evaluation: Evaluation, coverage: pl.DataFrame) -> dict[str, dict[str, list[Range]]]:
    """Coverage up to the last day that was seen."""
    found = coverage_of(dated_coverage(coverage))
    for code, decided in evaluation.decided.items():
        last = as_date(decided.case.authority.as_at)
        cut = {
            kind: [(first, min(end, last)) for first, end in ranges if first <= last]
            for kind, ranges in found[code].items()
        }
        found[code] = {kind: ranges for kind, ranges in cut.items() if ranges}
    return {code: found[code] for code in sorted(evaluation.available)}


def _numbers(evaluation: Evaluation) -> dict[str, pl.DataFrame]:
    """Exact numbers by what they tell: people, trend, causes, bins."""
    named = pl.lit(evaluation.definition.measure).alias("measure")
    behind = [pl.DataFrame(schema={"measure": pl.String, **PEOPLE})]
    days = [pl.DataFrame(schema={"measure": pl.String, **DAY_COUNTS})]
    soon = [pl.DataFrame(schema={"measure": pl.String, **TIMES})]
    followed = {}
    for code, decided in evaluation.decided.items():
        waited = waits(decided)
        behind.append(people(decided, waited).select(named, *PEOPLE))
        days.append(day_counts(decided).select(named, *DAY_COUNTS))
        if waited is not None:
            soon.append(times(decided, waited).select(named, *TIMES))
        followed[evaluation.definition.measure, code] = followed_days(decided.case)
    causes = evaluation.anchors.filter(pl.col("cause") != "").group_by("la_code", "cause")
    return {
        "people": added_people(pl.concat(behind)),
        "trend": trend_table(pl.concat(days), followed),
        "causes": causes.agg(anchors=pl.len().cast(pl.Int64)).sort("la_code", "cause").with_columns(named),
        "bins": bins_table(pl.concat(soon)),
    }


def _table(evaluation: Evaluation) -> pl.DataFrame:
    """As archetypes.csv, with `available`."""
    codes = sorted(evaluation.available)
    asked = pl.DataFrame({
        "archetype": [evaluation.definition.measure] * len(codes),
        "version": [evaluation.definition.version] * len(codes),
        "la_code": codes,
        "available": [evaluation.available[code] for code in codes],
    })  # fmt: skip
    counts = evaluation.anchors.group_by("la_code", "outcome").agg(n=pl.len().cast(pl.Int64))
    return outcome_table(asked, counts.with_columns(measure=pl.lit(evaluation.definition.measure)))


def _of(frame: pl.DataFrame, finding: Finding) -> pl.DataFrame:
    return frame.filter(measure=finding.measure, la_code=finding.la_code)
