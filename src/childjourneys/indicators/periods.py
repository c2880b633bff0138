"""For which periods an indicator can be told: years that are wholly covered, with the history they need."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

import polars as pl

from childjourneys.domain.dates import add_months, collection_year, year_end, year_start
from childjourneys.domain.vocabulary import EVENT, SPELL_LABELS
from childjourneys.indicators.catalogue import Indicator

ANNEX_A_MONTHS = 6


@dataclass(frozen=True)
class Range:
    """Days covered, both ends included, and the returns they come from."""

    first: date
    last: date
    sources: frozenset[str]


@dataclass(frozen=True)
class Period:
    """One indicator, authority and period; without dates where no period can be told of.

    Attributes:
        first, last: both included.
        seen_first, seen_last: the covered days around the period without a gap, for looking back and on.
        reason: why it can't be told; blank when it can.
    """

    indicator: str
    la_code: str
    first: date | None = None
    last: date | None = None
    seen_first: date | None = None
    seen_last: date | None = None
    reason: str = ""

    @property
    def is_year(self) -> bool:
        return bool(self.first and self.last and self.last == year_end(collection_year(self.first))
                    and self.first == year_start(collection_year(self.first)))  # fmt: skip


Modules = Mapping[str, Collection[tuple[str, int]]]
Extracts = Mapping[tuple[str, str], Collection[date]]


def plan_periods(
    indicators: Iterable[Indicator],
    coverage: pl.DataFrame,
    modules: Modules | None = None,
    extracts: Extracts | None = None,
) -> list[Period]:
    """Every indicator for every authority, by year 1 April to 31 March.

    A year counts when each day of it is covered for everything the indicator needs. Where only Annex A
    covers that, and no whole year, the period is the six months to the last covered day.

    Args:
        indicators: in the order of the result.
        coverage: la_code, kind, from, to, rule, source, as journeys have it.
        modules: by module of SSDA903 that no coverage tells of, the authorities and years whose return has
            it; None: taken as there where the return is.
        extracts: by authority and kind the extract dates of each Annex A that carries it; None: what Annex A
            alone tells is told of the last day that it alone covers.
    """
    ranges: dict[str, dict[str, list[Range]]] = {}
    for la_code, kind, first, last, source in coverage.select(
        "la_code", "kind", "from", "to", "source"
    ).iter_rows():
        found = Range(first, last, frozenset(source.split("; ")))
        ranges.setdefault(la_code, {}).setdefault(kind, []).append(found)
    authorities = sorted(ranges)
    return [
        one
        for what in indicators
        for la in authorities
        for one in _periods(what, la, ranges[la], modules, extracts)
    ]


def _periods(
    what: Indicator,
    la_code: str,
    covered: dict[str, list[Range]],
    modules: Modules | None,
    extracts: Extracts | None,
) -> list[Period]:
    if what.only_from:
        return [Period(what.id, la_code, reason=f"It needs {what.only_from}.")]
    if what.annex_a_only and extracts is not None:
        fitting = {kind: _to_extracts(covered.get(kind, ()), extracts.get((la_code, kind), ()))
                   for kind in what.needs}  # fmt: skip
    else:
        fitting = {kind: [one for one in covered.get(kind, ()) if _fits(what, one)] for kind in what.needs}
    missing = [kind for kind in what.needs if not fitting[kind]]
    if missing:
        reason = f"No return carries {_label(missing[0])}; {what.brings} would."
        if what.annex_a_only and missing[0] in covered:
            reason = f"It is told by {what.brings} alone, which is not among the returns."
        return [Period(what.id, la_code, reason=reason)]
    shared = _shared(list(fitting.values()))
    found = [one for days in shared for one in _in_range(what, la_code, days)]
    if not found:
        return [Period(what.id, la_code, reason="No year from 1 April to 31 March is wholly covered.")]
    return [_with_module(one, what.module, modules) for one in found]


def _with_module(period: Period, module: str, modules: Modules | None) -> Period:
    """The period, unless the return of its year lacks a module that it needs."""
    if not module or modules is None or period.reason or period.last is None:
        return period
    if (period.la_code, period.last.year) in modules.get(module, ()):
        return period
    return replace(period, reason=f"The SSDA903 return of {period.last.year} has no module {module}.")


def _to_extracts(ranges: Iterable[Range], days: Collection[date]) -> list[Range]:
    """Each range up to the last extract date in it, as what Annex A alone tells; none where there is none."""
    found = []
    for one in ranges:
        inside = [day for day in days if one.first <= day <= one.last]
        if inside:
            found.append(Range(one.first, max(inside), frozenset({"annex_a"})))
    return found


def _fits(what: Indicator, one: Range) -> bool:
    if what.census_only:
        return "cin_census" in one.sources
    if what.ssda903_only:
        return "ssda903" in one.sources
    return not what.annex_a_only or one.sources == {"annex_a"}


def _in_range(what: Indicator, la_code: str, days: Range) -> list[Period]:
    years = range(collection_year(days.first), collection_year(days.last) + 1)
    whole = [(year_start(y), year_end(y)) for y in years]
    spans = [(a, b) for a, b in whole if days.first <= a and b <= days.last]
    if what.latest_day_only or (not spans and days.sources == {"annex_a"}):
        spans = [(max(days.first, add_months(days.last, -ANNEX_A_MONTHS)), days.last)]
    return [
        Period(what.id, la_code, a, b, days.first, days.last, _short_history(what, a, days.first))
        for a, b in spans
    ]


def _short_history(what: Indicator, first: date, seen_first: date) -> str:
    needed = add_months(first, -what.look_back_months)
    if seen_first <= needed:
        return ""
    return f"It looks back to {needed}; the returns that carry {_label(what.needs[0])} begin on {seen_first}."


def _shared(kinds: Sequence[Sequence[Range]]) -> list[Range]:
    """The days that all kinds have, as unbroken ranges."""
    shared = list(kinds[0])
    for other in kinds[1:]:
        shared = [
            Range(max(a.first, b.first), min(a.last, b.last), a.sources | b.sources)
            for a in shared
            for b in other
            if max(a.first, b.first) <= min(a.last, b.last)
        ]
    return sorted(shared, key=lambda one: one.first)


def _label(kind: str) -> str:
    label = EVENT[kind].label if kind in EVENT else SPELL_LABELS[kind]
    return f"{kind} ({label.lower()})"


def period_frame(periods: Iterable[Period]) -> pl.DataFrame:
    """The periods that can be told of: indicator, la_code, from, to, seen_from, seen_to."""
    rows = [
        (one.indicator, one.la_code, one.first, one.last, one.seen_first, one.seen_last)
        for one in periods
        if not one.reason
    ]
    dates = dict.fromkeys(("from", "to", "seen_from", "seen_to"), pl.Date())
    schema: dict[str, pl.DataType] = {"indicator": pl.String(), "la_code": pl.String(), **dates}
    return pl.DataFrame(rows, schema=schema, orient="row")
