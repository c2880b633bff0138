"""From published numbers to pack.json, which other authorities can be compared from."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence

import polars as pl

from childjourneys.archetypes.measures import Coverage
from childjourneys.archetypes.people import ENDS, STEP
from childjourneys.comparison.bins import merge_bins
from childjourneys.comparison.of_a_run import TEAM
from childjourneys.comparison.pack import (
    HIDDEN,
    Bin,
    Count,
    IndicatorRow,
    MeasurePart,
    Number,
    Pack,
    Stratum,
    TrendMonth,
    authority_part,
    measure_part,
    tie_rule,
)
from childjourneys.disclosure import MARK, Preset, percentages
from childjourneys.sharing.build import Material, Shared
from childjourneys.sharing.measures import SharedMeasure

_INTEGERS = ("numerator", "denominator", "national_year")
_NUMBERS = ("value", "low", "high", "national_value")
_INDICATOR = (
    "indicator", "la_code", "from", "to", "numerator", "denominator", "value", "unit", "low", "high",
    "method", "excluded", "available", "reason", "national_value", "national_year",
)  # fmt: skip


def pack_of(
    shared: Shared,
    material: Material,
    coverage: Mapping[str, Coverage],
    preset: Preset,
    made_with: str,
    calendar: str,
) -> Pack:
    """The pack of a run.

    Args:
        coverage: ranges by authority and kind.
    """
    causes = material.causes.partition_by("measure", "la_code", as_dict=True)
    bins = material.bins.partition_by("measure", "la_code", as_dict=True)
    people = material.people.partition_by("measure", "la_code", as_dict=True)
    parts: dict[str, list[MeasurePart]] = {}
    for one in shared.measures:
        key = (one.finding.measure, one.finding.la_code)
        found = parts.setdefault(one.finding.la_code, [])
        soon = _bins(one, bins.get(key), people.get(key, material.people.clear()), preset)
        found.append(_part(one, causes.get(key), soon, preset))
    authorities = tuple(
        authority_part(code, ranges, parts.get(code, ()), _indicators(shared.indicators, code))
        for code, ranges in sorted(coverage.items())
    )
    return Pack(made_with, preset.name, calendar, tie_rule(), authorities)


def _part(
    one: SharedMeasure, causes: pl.DataFrame | None, bins: Sequence[Bin], preset: Preset
) -> MeasurePart:
    finding = one.finding
    if not one.available:
        return measure_part(
            finding.measure, finding.definition, finding.months,
            outcomes={}, n=None, matches=None, rate=None, low=None, high=None, caveats={},
        )  # fmt: skip
    outcomes: dict[str, Count] = {"anchors": _count(one.anchors)}
    outcomes |= {name: _count(number) for name, number in one.outcomes.items()}
    # Names of teams are free text, which may be somebody's name; and teams are not compared between packs.
    groups = [stratum for stratum in one.strata if stratum[0] != TEAM]
    shares = _rates([(one.n, one.matches), *((n, m) for *_, n, m in groups), *_months(one)])
    strata = [
        Stratum(dimension, group, _count(n), _count(matches), rate)
        for (dimension, group, n, matches), (rate, _, _) in zip(groups, shares[1:], strict=False)
    ]
    trend = [
        TrendMonth(month, _count(n), _count(matches), rate, complete)
        for (month, n, matches, complete), (rate, _, _) in zip(
            one.trend, shares[1 + len(groups) :], strict=True
        )
    ]
    rate, low, high = shares[0]
    return measure_part(
        finding.measure, finding.definition, finding.months,
        outcomes=outcomes, n=_count(one.n), matches=_count(one.matches), rate=rate, low=low, high=high,
        caveats=_caveats(one, causes, preset), strata=strata, trend=trend, bins=bins,
    )  # fmt: skip


def _months(one: SharedMeasure) -> list[tuple[int | None, int | None]]:
    return [(n, matches) for _, n, matches, _ in one.trend]


def _count(number: int | None) -> Count:
    return HIDDEN if number is None else number


def _rates(counts: Sequence[tuple[int | None, int | None]]) -> list[tuple[Number, Number, Number]]:
    """Proportions of published counts, to one decimal of a per cent."""
    texts = percentages([n for n, _ in counts], [matches for _, matches in counts])
    return [(_rate(a), _rate(b), _rate(c)) for a, b, c in texts.iter_rows()]


def _rate(text: str | None) -> Number:
    if text is None:
        return None
    return HIDDEN if text == MARK else int(text.replace(".", "")) / 1000


def _caveats(one: SharedMeasure, causes: pl.DataFrame | None, preset: Preset) -> dict[str, Count]:
    """Why anchors can't be decided. The causes add up to what is unusable: with one hidden, all are."""
    if causes is None:
        return {}
    found = dict(causes.select("cause", "anchors").iter_rows())
    hidden = one.outcomes["unusable"] is None or any(preset.small(n) for n in found.values())
    return {cause: HIDDEN if hidden else preset.rounded(n) for cause, n in found.items()}


def _bins(one: SharedMeasure, bins: pl.DataFrame | None, people: pl.DataFrame, preset: Preset) -> list[Bin]:
    """How soon, where no outcome is hidden and who is not at risk are none or not few.

    Otherwise what is at risk, or how those left, would tell of the hidden ones.
    """
    if bins is None or not one.whole:
        return []
    outside = sum(one.finding.outcomes.values()) - int(bins["at_risk"][0])
    if outside and preset.small(outside):
        return []
    children = {(of, int(key)): n for of, key, n in _steps(people)}

    def passes(edges: tuple[int, int], counts: Sequence[int]) -> bool:
        first, last = (max(day - 1, 0) // STEP for day in edges)
        behind = [
            max((children.get((of, step), 0) for step in range(first, last + 1)), default=0) for of in ENDS
        ]
        at_risk = max((n for (_, step), n in children.items() if step >= first), default=0)
        return not any(preset.small(n, few) for n, few in zip(counts, (at_risk, *behind), strict=True))

    merged = merge_bins(bins, passes)
    return [
        Bin(first, last, *(preset.rounded(n) for n in counts))
        for first, last, *counts in merged.drop("measure", "la_code").iter_rows()
    ]


def _steps(people: pl.DataFrame) -> list[tuple[str, str, int]]:
    return list(people.filter(pl.col("of").is_in(ENDS)).select("of", "key", "children").iter_rows())


def _indicators(indicators: pl.DataFrame, la_code: str) -> list[IndicatorRow]:
    mine = indicators.filter(pl.col("la_code") == la_code).select(_INDICATOR)
    return [{name: _value(name, text) for name, text in row.items()} for row in mine.iter_rows(named=True)]


def _value(name: str, text: str | None) -> str | int | float | bool | Mapping[str, Count] | None:
    if text is None or text == MARK:
        return text
    if name in ("from", "to"):
        return text[:7]
    if name in _INTEGERS:
        return int(text)
    if name in _NUMBERS:
        return float(text)
    if name == "available":
        return text == "true"
    return dict(json.loads(text)) if name == "excluded" else text
