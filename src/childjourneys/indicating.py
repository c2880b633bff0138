"""Journeys to indicators: the counts of every bucket, added up, with intervals and published figures."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

import polars as pl

from childjourneys.archetypes.journeys import dated_coverage, journeys_of
from childjourneys.engine.local import run_kernel
from childjourneys.equalities.cases import case_sums
from childjourneys.equalities.context import context_table
from childjourneys.equalities.kernel import GroupSums
from childjourneys.equalities.sums import SUMS
from childjourneys.indicators.catalogue import catalogue
from childjourneys.indicators.in_context import GROUPED, latest_years
from childjourneys.indicators.kernel import GROUPS, JOURNEYS, PARTIAL, IndicatorKernel
from childjourneys.indicators.periods import period_frame, plan_periods
from childjourneys.indicators.results import indicator_table
from childjourneys.indicators.settings import IndicatorSettings
from childjourneys.journeys.coverage import carried
from childjourneys.merging.precedence import LoadedReturn
from childjourneys.tables import DERIVED, REPORTED
from childjourneys.workspace.store import TableStore


@dataclass(frozen=True)
class Indicated:
    """What indicators came to.

    Attributes:
        table: the rows of indicators.csv.
        context: the rows of context.csv about indicators; none unless groups were asked for.
    """

    table: pl.DataFrame
    context: pl.DataFrame


def _modules(returns: Iterable[LoadedReturn]) -> dict[str, set[tuple[str, int]]]:
    """By module of SSDA903 the authorities and collection years whose return has it."""
    found: dict[str, set[tuple[str, int]]] = {}
    for one in returns:
        for module in one.modules:
            found.setdefault(module, set()).add((one.la_code, one.as_at.year))
    return found


def _extracts(returns: Iterable[LoadedReturn]) -> dict[tuple[str, str], set[date]]:
    """By authority and kind the extract dates of each Annex A that carries it."""
    found: dict[tuple[str, str], set[date]] = {}
    for one in returns:
        if one.source == "annex_a":
            for kind, *_ in carried(one):
                found.setdefault((one.la_code, kind), set()).add(one.as_at)
    return found


@dataclass(frozen=True)
class CaseGroups:
    """Adds up the groups of indicators' cases in one bucket. Picklable.

    Attributes:
        sums: what groups are made with.
        coverage: what the returns can tell about.
    """

    sums: GroupSums
    coverage: pl.DataFrame

    def __call__(self, cases: Mapping[str, pl.DataFrame], tables: Mapping[str, pl.DataFrame]) -> pl.DataFrame:
        """The sums of all authorities: see `equalities.sums.SUMS`."""
        events = tables["events"]
        spells = DERIVED["spells"].empty().with_columns(record=pl.lit(None, dtype=events.schema["record"]))
        journeys = journeys_of(
            events=events, spells=spells, children=tables["children"], coverage=self.coverage,
            marks=REPORTED["mark"].empty().with_columns(la_code=pl.lit("")),
        )  # fmt: skip
        found = [pl.DataFrame(schema=SUMS)]
        for la_code in sorted({code for frame in cases.values() for code in frame["la_code"].unique()}):
            if la_code in self.sums.days:
                mine = {name: frame.filter(pl.col("la_code") == la_code) for name, frame in cases.items()}
                about = self.sums.about(la_code, tables["children"])
                found.append(case_sums(mine, journeys.authority(la_code), about))
        return pl.concat(found)


def measure_indicators(
    store: TableStore,
    journeys: TableStore,
    population: pl.DataFrame | None = None,
    settings: IndicatorSettings | None = None,
) -> pl.DataFrame:
    """Every indicator for every authority and year: the rows of indicators.csv.

    Args:
        store: the canonical tables, as `ingest` leaves them.
        journeys: what `build_journeys` made of them, under the same buckets.
        population: la_code, year (of the mid-year estimate), age_from, age_to (both included), population;
            without it there is no rate per 10,000.
        settings: choices that the definitions leave open.
    """
    return indicate(store, journeys, population, settings).table


def indicate(
    store: TableStore,
    journeys: TableStore,
    population: pl.DataFrame | None = None,
    settings: IndicatorSettings | None = None,
    groups: GroupSums | None = None,
    returns: Iterable[LoadedReturn] | None = None,
) -> Indicated:
    """`measure_indicators`, and groups in context of the latest whole year of each authority.

    Args:
        groups: what groups are made with; without it there are none.
        returns: those that were loaded, which tell what modules of SSDA903 each year has, and for which
            days Annex A was drawn; without them every module is taken to be there.
    """
    indicators = catalogue()
    coverage = journeys.table("coverage")
    loaded = None if returns is None else list(returns)
    modules = None if loaded is None else _modules(loaded)
    extracts = None if loaded is None else _extracts(loaded)
    periods = plan_periods(indicators.values(), coverage, modules, extracts)
    kernel = IndicatorKernel(
        period_frame(periods),
        settings or IndicatorSettings(),
        period_frame(latest_years(periods)),
        CaseGroups(groups, dated_coverage(coverage)) if groups else None,
    )
    found = run_kernel(
        kernel,
        lambda number: {
            **{name: store.bucket(name, number) for name in store.names()},
            **{name: journeys.bucket(name, number) for name in JOURNEYS},
        },
        store.buckets,
        journeys,
        (PARTIAL, GROUPS),
    )
    sums = found.get(GROUPS, pl.DataFrame(schema=SUMS))
    return Indicated(
        indicator_table(indicators, periods, found[PARTIAL], population), context_table(sums, list(GROUPED))
    )
