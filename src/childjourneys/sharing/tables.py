"""Every table of the shareable report, in the order in which page and workbook show them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import polars as pl

from childjourneys.disclosure import MARK, percentages
from childjourneys.domain.codes import code_set
from childjourneys.reports.archetype_tables import title_of
from childjourneys.reports.archetype_words import way_of_counting
from childjourneys.reports.shared_table import SharedTable
from childjourneys.sharing.build import Shared
from childjourneys.sharing.measures import SharedMeasure

# With more authorities only the first pattern has tables of its own; all are in the summary and in the pack.
AUTHORITIES_TOLD = 3
FIRST = "missed_risk_at_assessment"
_CODES = {
    "ethnic_group": "ethnicity", "assessment_factor": "assessment_factors", "primary_need": "need",
    "referral_source": "referral_source",
}  # fmt: skip
_WORDS = {"month": "month of the year", "anchor_month": "month of the year of the anchor"}
_OUTSIDE = ("match_early", "too_recent", "not_seen_before", "left", "unusable")
_INDICATOR = (
    "indicator", "numerator", "denominator", "value", "unit", "low", "high", "excluded", "national_value",
    "national_year",
)  # fmt: skip


def all_tables(shared: Shared) -> list[SharedTable]:
    """In order: activity, pathways, indicators, the summary of patterns, outcomes and months, groups."""
    tables = [*shared.activity, *shared.pathways, *indicator_tables(shared)]
    if shared.measures:
        tables.append(summary(shared))
    for measure in told(shared):
        tables += [outcome_table(measure, shared), *months_table(measure, shared)]
    for measure in with_groups(shared):
        tables += group_tables(measure, shared)
    return tables


def told(shared: Shared) -> list[SharedMeasure]:
    """Measures with a part of their own, the first pattern first."""
    known = [one for one in shared.measures if one.finding.headline and one.available]
    if len(shared.periods) > AUTHORITIES_TOLD:
        known = [one for one in known if one.finding.definition.id == FIRST]
    return sorted(known, key=lambda one: one.finding.definition.id != FIRST)


def with_groups(shared: Shared) -> list[SharedMeasure]:
    """Measures whose groups are shown: the first pattern, or where it can't be had the first that can."""
    known = [one for one in told(shared) if one.groups]
    first = known[0].finding.definition.id if known else ""
    return [one for one in known if one.finding.definition.id == first]


def name_of(measure: SharedMeasure) -> str:
    way = way_of_counting(measure.finding.measure)
    return title_of(measure.finding) + (f", counted {way}" if way else "")


def summary(shared: Shared) -> SharedTable:
    """One row per measure and authority; what is not available has blanks."""
    rows = [_summed(one) for one in shared.measures]
    headings = ("pattern", "measure", "la_code", "anchors", "n", "matches", *_OUTSIDE)
    frame = pl.DataFrame(rows, schema=dict.fromkeys(headings, pl.String), orient="row")
    n, matches = ([_number(one, of) for one in shared.measures] for of in ("n", "matches"))
    rates = percentages(n, matches)
    codes = ", ".join(shared.periods)
    period = next(iter(shared.periods.values()), "")
    title = "Patterns: how many were followed in full (n), and how many of these show the pattern (matches)"
    return SharedTable(title, "", codes, "pattern", period, frame.hstack(rates))


def _number(measure: SharedMeasure, of: str) -> int | None:
    # Nothing, where the measure is not available: then there is no percentage.
    if not measure.available:
        return 0
    return measure.n if of == "n" else measure.matches


def _summed(measure: SharedMeasure) -> tuple[str | None, ...]:
    about = (name_of(measure), measure.finding.measure, measure.finding.la_code)
    if not measure.available:
        return (*about, *(None,) * (3 + len(_OUTSIDE)))
    numbers = (measure.anchors, measure.n, measure.matches, *(measure.outcomes[name] for name in _OUTSIDE))
    return (*about, *(MARK if number is None else str(number) for number in numbers))


def outcome_table(measure: SharedMeasure, shared: Shared) -> SharedTable:
    assert measure.bar is not None
    return _table(f"{name_of(measure)}: anchors by outcome", measure, shared, "outcome", measure.bar)


def months_table(measure: SharedMeasure, shared: Shared) -> list[SharedTable]:
    """By month of the anchor; none where no month is covered."""
    if measure.months is None:
        return []
    complete = pl.Series("complete", ["yes" if one[3] else "no" for one in measure.trend])
    return [
        _table(
            f"{name_of(measure)}: by month", measure, shared, "month", measure.months.with_columns(complete)
        )
    ]


def group_tables(measure: SharedMeasure, shared: Shared) -> list[SharedTable]:
    found = []
    for dimension, frame in measure.groups.items():
        labels = code_set(_CODES[dimension]).labels() if dimension in _CODES else {}
        named = frame.with_columns(
            pl.Series(frame.columns[0], [_labelled(group, labels) for group in frame[frame.columns[0]]])
        )
        title = f"{name_of(measure)}: by {_WORDS.get(dimension, dimension.replace('_', ' '))}"
        found.append(_table(title, measure, shared, dimension, named))
    return found


def indicator_tables(shared: Shared) -> list[SharedTable]:
    """One per authority and year, of the indicators that can be told."""
    known = shared.indicators.filter(pl.col("available") == "true")
    made = []
    for (code, first, last), rows in known.group_by("la_code", "from", "to", maintain_order=True):
        period = f"{str(first)[:7]} to {str(last)[:7]}"
        frame = rows.select(name for name in _INDICATOR if name in rows.columns)
        title = f"Indicators, {period}" + (f", {code}" if len(shared.periods) > 1 else "")
        made.append(SharedTable(title, "indicators", str(code), "indicator", period, frame))
    return made


def _table(
    title: str, measure: SharedMeasure, shared: Shared, dimension: str, frame: pl.DataFrame
) -> SharedTable:
    code = measure.finding.la_code
    if len(shared.periods) > 1:
        title = f"{title}, {code}"
    return SharedTable(title, measure.finding.measure, code, dimension, shared.periods.get(code, ""), frame)


def _labelled(group: str, labels: dict[str, str]) -> str:
    return f"{group} {labels[group]}" if group in labels else group


def preset_rows(tables: Iterable[SharedTable], preset: str) -> Sequence[tuple[str, ...]]:
    """The sheet Contents: one row per table."""
    return [
        (f"T{number}", one.title, one.measure, one.la_code, one.dimension, one.period, preset)
        for number, one in enumerate(tables, start=1)
    ]
