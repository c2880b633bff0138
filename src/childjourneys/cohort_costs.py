"""What cohorts cost, from the ledger that the last costing kept: nothing is priced anew.

The ledger is read some children at a time, once to know them and once for each cohort.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

import polars as pl

from childjourneys.costs.facts import CHILD
from childjourneys.costs.indices import load_indices
from childjourneys.costs.loading import load_catalogue
from childjourneys.costs.summaries.cohort_tables import (
    CohortFound,
    cohort_found,
    month_costs,
    nothing_like,
    pounds_of,
)
from childjourneys.costs.summaries.cohorts import OF_THE_RUN, Cohort, read_cohorts
from childjourneys.costs.summaries.cube import Cube, add_up, together
from childjourneys.costs.summaries.filters import people
from childjourneys.costs.summaries.parts import part
from childjourneys.costs.summaries.table import WHOSE
from childjourneys.costs.summaries.weeks import providers_of
from childjourneys.issues import UsageError
from childjourneys.kept_costs import kept
from childjourneys.kept_ledger import some_children
from childjourneys.reports.csv_files import write_csv
from childjourneys.tables.cost_reports import COST_COHORT_GROUPS, COST_COHORTS
from childjourneys.tables.costs import LEDGER_CHILDREN, POUNDS
from childjourneys.workspace.runs import open_run
from childjourneys.workspace.store import TableStore

# Kept beside the ledger: the provider of each placement as its prices name it.
PROVIDERS = "cost_providers"


@dataclass(frozen=True)
class CostCohort:
    """What a cohort cost, in pounds.

    Attributes:
        name: as given, else the filter. chosen: the filter in words.
        first, last: the period, both days included.
        invented: names of catalogues whose prices are made up.
        summary: rows of `cost_cohorts`, one per authority and price year; never to be added.
        groups: rows of `cost_cohort_groups`: the same, divided by one thing at a time.
        told: sentences to know: nights without a price, nobody in it.
    """

    name: str
    chosen: str
    first: date
    last: date
    invented: tuple[str, ...]
    summary: pl.DataFrame
    groups: pl.DataFrame
    told: tuple[str, ...]


def cost_cohorts(out: Path, texts: Sequence[str]) -> list[CostCohort]:
    """Cohorts of the costing in force, from its ledger.

    Raises:
        UsageError: there is no costing, or a cohort can't be; one sentence.
    """
    asked_for = read_cohorts(texts)
    asked = kept(out)
    run = open_run(out)
    store = _kept_ledger(out, run)
    indices = load_indices(Path(asked.indices) if asked.indices else None)
    files = load_catalogue(asked.catalogue, indices).files
    found = find_cohorts(store, run, asked_for, asked.first, asked.last)
    return [as_told(one, [file.name for file in files if file.invented]) for one in found]


def find_cohorts(
    store: TableStore, run: Path, cohorts: Sequence[Cohort], first: date, last: date
) -> list[CohortFound]:
    """The tables of each cohort.

    Args:
        store: as `costing.Costs.store`, with PROVIDERS kept in it.
        run: the folder of the run, with its tables and journeys.
        first, last: the period of the costing.
    """
    if not cohorts:
        return []
    facts, whole, seen = _children(store, run, first, last)
    providers = _providers(store, run)
    found = []
    for cohort in cohorts:
        parts = list(_parts(store, cohort, facts))
        cube = together([cube for cube, _ in parts])
        months = pl.concat([spent for _, spent in parts])
        kept = months.group_by(*WHOSE, "month").agg(pl.col("placement_cost", "left_out").sum())
        why = nothing_like(cohort, seen)
        found.append(cohort_found(cohort, cube, kept, whole, providers, first, last, why))
    return found


def _parts(store: TableStore, cohort: Cohort, facts: pl.DataFrame) -> Iterator[tuple[Cube, pl.DataFrame]]:
    """The cohort's lines, some children at a time, added up; and as `month_costs`. There is at least one."""
    yielded = False
    for number in range(store.buckets):
        for lines, nights in some_children(store, number):
            ledger = cohort.filter.cohort(lines, facts)
            unpriced = cohort.filter.unpriced(nights, facts)
            if ledger.height or unpriced.height or not yielded:
                cube = add_up(ledger, LEDGER_CHILDREN.empty(), unpriced)
                # Nothing of a cohort is told by price or by the highest of a month.
                small = replace(cube, entries=cube.entries.clear(), tops=cube.tops.clear())
                yield small, month_costs(ledger, unpriced)
                yielded = True


def _children(
    store: TableStore, run: Path, first: date, last: date
) -> tuple[pl.DataFrame, pl.DataFrame, dict[str, list[str]]]:
    """What filters ask of the children; gross of authorities and price years; the values that occur."""
    journeys, tables = _of_run(run)
    pieces = store.buckets // journeys.buckets
    facts, spent = [], []
    lines: set[str] = set()
    gross = pl.col("pence").filter(part() == "gross").sum()
    for number in range(store.buckets):
        needs, began = [], []
        for ledger, unpriced in some_children(store, number):
            needs += [frame.select(*CHILD, "need_group").unique(CHILD) for frame in (ledger, unpriced)]
            began.append(ledger.group_by(CHILD).agg(pl.col("date_from").min()))
            spent.append(ledger.group_by(WHOSE).agg(gross=gross))
            lines.update(ledger["s251_line"].drop_nulls().unique())
        known = pl.concat(needs).unique(CHILD)
        children, chain = (
            frame.join(known, on=CHILD, how="semi")
            for frame in (
                journeys.bucket("children", number // pieces),
                tables.bucket("care_chain", number // pieces),
            )
        )
        facts.append(people(children, known, pl.concat(began), chain, first, last))
    whole = pl.concat(spent).group_by(WHOSE).agg(pl.col("gross").sum())
    everyone = pl.concat(facts)
    values = (sorted(set(everyone["la_code"])), sorted(set(whole["price_year"])), sorted(lines))
    return everyone, whole, dict(zip(OF_THE_RUN, values, strict=True))


def _providers(store: TableStore, run: Path) -> pl.DataFrame:
    if store.has(PROVIDERS):
        return store.table(PROVIDERS)
    _, tables = _of_run(run)
    return pl.concat([providers_of(tables.bucket("care_chain", n)) for n in range(tables.buckets)])


def _of_run(run: Path) -> tuple[TableStore, TableStore]:
    """Its journeys and its tables."""
    journeys = TableStore(run / "journeys", len(list((run / "journeys" / "events").iterdir())))
    return journeys, TableStore(run / "tables", journeys.buckets)


def _kept_ledger(out: Path, run: Path) -> TableStore:
    """The ledger of the costing whose tables lie in in-team/.

    Raises:
        UsageError: a costing after it did not get to its end.
    """
    folder = run / "costs" / "cost_ledger"
    again = f"The last costing of {out} did not get to its end; cost again with: childjourneys costs {out}"
    if not folder.is_dir():
        raise UsageError(again)
    store = TableStore(run / "costs", len(list(folder.iterdir())))
    written = out / "in-team" / "cost_children.csv"
    if written.is_file():
        told = pl.read_csv(written, columns=["net"], schema_overrides={"net": POUNDS})["net"].sum() or 0
        credits = ("gross", "contributions", "grant")
        pence = pl.col("pence").filter(part().is_in(credits)).sum()
        parts = store.parts("cost_ledger")
        held = sum(int(pl.scan_parquet(path).select(pence).collect().item()) for path in parts)
        if int(told * 100) != held:
            raise UsageError(again)
    return store


def cohorts_as_written(found: Sequence[CohortFound], invented: Sequence[str] = ()) -> pl.DataFrame:
    """Rows of cost_cohorts.csv."""
    frames = [
        pounds_of(one.summary, POUNDS).with_columns(
            date_from=pl.lit(one.first), date_to=pl.lit(one.last), invented=_named(invented)
        )
        for one in found
    ]
    return COST_COHORTS.conform(pl.concat(frames, how="vertical_relaxed"))


def as_told(found: CohortFound, invented: Sequence[str] = ()) -> CostCohort:
    """A cohort in pounds.

    Args:
        invented: names of catalogues whose prices are made up.
    """
    groups = pounds_of(found.groups, POUNDS).with_columns(
        cohort=pl.lit(found.cohort.name), invented=_named(invented)
    )
    return CostCohort(
        found.cohort.name, found.cohort.chosen, found.first, found.last, tuple(invented),
        cohorts_as_written([found], invented), COST_COHORT_GROUPS.conform(groups), found.told,
    )  # fmt: skip


def save_cohorts(out: Path, found: Sequence[CostCohort], save: Path | None, groups: Path | None) -> None:
    """Write the rows of `cost_cohorts` and of `cost_cohort_groups` to files.

    Raises:
        UsageError: a file would lie in the shareable folder, or the two are one.
        CannotWrite: a file can't be written.
    """
    for path in (save, groups):
        if path is not None and (out / "shareable").resolve() in path.resolve().parents:
            raise UsageError(
                f"{path}: cohorts are for the team only, since the difference between two that overlap can "
                "be a single child; name a file outside the shareable folder."
            )
    if save is not None and groups is not None and save.resolve() == groups.resolve():
        raise UsageError(f"{save} is named twice; --save and --groups need a file each.")
    if save is not None:
        write_csv(save, pl.concat([one.summary for one in found]), COST_COHORTS.names())
    if groups is not None:
        write_csv(groups, pl.concat([one.groups for one in found]), COST_COHORT_GROUPS.names())


def _named(invented: Sequence[str]) -> pl.Expr:
    return pl.lit("; ".join(invented) or None, dtype=pl.String)
