"""What a costing leaves for people: files of `in-team/` and `shareable/`, and its section of the reports."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

import polars as pl

from childjourneys.budgeting import budget_beside
from childjourneys.child_costing import cost_run, keep_for_children
from childjourneys.cohort_costs import PROVIDERS, cohorts_as_written, find_cohorts
from childjourneys.costing import Costs, cost, days_beyond_returns
from childjourneys.costs.budget import Budget
from childjourneys.costs.budget_file import BudgetFile, read_budget
from childjourneys.costs.forecast.forecast import Forecast
from childjourneys.costs.forecast.populations import read_populations
from childjourneys.costs.model import DEFAULT
from childjourneys.costs.section251 import (
    Reconciliation,
    as_written,
    looked_after_at,
    reconcile,
    unmatched_by_year,
)
from childjourneys.costs.section251_file import FinanceReturn, read_section251
from childjourneys.costs.section251_nights import line_nights
from childjourneys.costs.summaries.cohort_tables import CohortFound
from childjourneys.costs.summaries.cohorts import Cohort, read_cohorts
from childjourneys.costs.summaries.cube import Cube, add_up, together
from childjourneys.costs.summaries.given import CostRun
from childjourneys.costs.summaries.weeks import providers_of
from childjourneys.disclosure import DEFAULT as DEFAULT_PRESET
from childjourneys.disclosure import preset
from childjourneys.forecasting import forecasts_of
from childjourneys.kept_costs import Asked, keep
from childjourneys.kept_ledger import in_order, some_children
from childjourneys.reports.cost_budget import budget_as_written, budget_table
from childjourneys.reports.cost_data import cost_data
from childjourneys.reports.cost_forecast import forecast_as_written, forecast_tables
from childjourneys.reports.cost_page import write_cost_report
from childjourneys.reports.cost_section import cost_section
from childjourneys.reports.cost_words import beyond_sentence
from childjourneys.reports.cost_workbook import write_cost_workbook
from childjourneys.reports.csv_files import write_csv, write_csv_parts
from childjourneys.reports.inserting import insert_sections
from childjourneys.sharing.cost_page import write_shareable_costs
from childjourneys.tables.cost_reports import BUDGET, COST_COHORTS, COST_FORECAST, SECTION251
from childjourneys.tables.costs import (
    COST_CHILDREN,
    COST_ISSUES,
    COST_LEDGER,
    LEDGER_CHILDREN,
    children_as_written,
    ledger_as_written,
)
from childjourneys.workspace.runs import clear_later, open_run, publish, read_manifest
from childjourneys.workspace.store import TableStore

# Lines that the workbook shows; the file of the ledger has all of them.
LEDGER_ROWS = 250_000


@dataclass(frozen=True)
class Told:
    """What the command says of a costing: amounts in pence by price year, and errors in cost_issues.csv."""

    errors: int
    totals: pl.DataFrame
    unpriced: int
    nights: int
    forecasts: tuple[Forecast, ...]
    section251: Reconciliation | None
    prices: str = ""
    cohorts: tuple[CohortFound, ...] = ()
    budget: Budget | None = None
    notes: Sequence[str] = ()


def cost_and_write(
    out: Path,
    catalogue: Sequence[str] = (DEFAULT,),
    first: date | None = None,
    last: date | None = None,
    prices: Sequence[Path] = (),
    prices_layout: str | Sequence[str] = (),
    price_year: str = "",
    indices: Path | None = None,
    section251: Path | None = None,
    say: Callable[[str], None] = lambda _: None,
    *,
    workbook: bool = True,
    cohorts: Sequence[str] = (),
    populations: Path | None = None,
    budget: Path | None = None,
) -> Told:
    """Cost the run in force and write everything that a costing leaves; see `costing.cost`.

    Args:
        workbook: whether to write cost_tables.xlsx of `in-team/`, which takes longest.
        cohorts: filters such as `need=ebd; placement_type=K2`, a name and a colon before them or not.
        budget: file of a budget to put beside what was spent and what lies ahead.
        populations: a file with numbers of children to cost beside the forecast.

    Raises:
        ChildJourneysError: what was asked for can't be had, or a file can't be written; one sentence.
    """
    returned = read_section251(section251) if section251 else None
    chosen = read_cohorts(cohorts)
    planned = read_budget(budget, _authorities(out)) if budget else None
    typed = read_populations(populations, _authorities(out)) if populations else None
    say("Pricing")
    layouts = (prices_layout,) if isinstance(prices_layout, str) else tuple(prices_layout)
    found = cost(out, catalogue, first, last, prices, layouts, price_year, indices)
    asked = Asked(
        tuple(catalogue),
        found.first,
        found.last,
        tuple(str(path) for path in prices),
        layouts,
        price_year,
        str(indices or ""),
        found.catalogue.version,
    )
    return write_costs(
        out, found, asked, returned, say,
        workbook=workbook, cohorts=chosen, populations=typed, budget=planned,
    )  # fmt: skip


def write_costs(
    out: Path,
    costs: Costs,
    asked: Asked,
    section251: FinanceReturn | None = None,
    say: Callable[[str], None] = lambda _: None,
    *,
    workbook: bool = True,
    cohorts: Sequence[Cohort] = (),
    populations: pl.DataFrame | None = None,
    budget: BudgetFile | None = None,
) -> Told:
    """Write everything that a costing leaves, in the place of what an earlier one left.

    Raises:
        ChildJourneysError: a file can't be written.
    """
    run = open_run(out)
    # What a costing that failed left waiting would be published with this one.
    clear_later(run)
    team, shareable = run / "in-team", run / "shareable"
    for folder in (team, shareable):
        folder.mkdir(exist_ok=True)
    journeys = TableStore(run / "journeys", len(list((run / "journeys" / "events").iterdir())))
    tables = TableStore(run / "tables", journeys.buckets)
    say("Adding up")
    cube, line_nights = _added_up(costs, section251 is not None)
    chain = _chain(tables)
    described = _cost_run(costs, chain)
    found = (
        reconcile(
            cube,
            described,
            section251,
            unmatched_by_year(costs.prices.unmatched) if costs.prices else None,
            looked_after_at(chain, sorted({line.year for line in section251.lines})),
            line_nights,
        )
        if section251
        else None
    )
    issues = costs.issues if found is None else pl.concat([costs.issues, found.issues])
    forecasts = forecasts_of(chain, journeys, (costs.first, costs.last), cube, populations)
    providers = providers_of(chain, costs.prices.spans if costs.prices else None)
    costs.store.put_whole(PROVIDERS, providers)
    data = cost_data(cube, described, providers, found)
    chosen = find_cohorts(costs.store, run, cohorts, costs.first, costs.last)
    data = replace(data, tables=[*data.tables, *forecast_tables(forecasts)], cohorts=chosen)
    beside = budget_beside(budget, costs, chain, journeys, forecasts) if budget else None
    if beside is not None:
        data = replace(data, tables=[*data.tables, budget_table(beside)], budget=beside)
        issues = pl.concat([issues, beside.issues])
    say("Writing the ledger and tables")
    _write_ledger(team / "cost_ledger.csv", costs)
    write_csv(team / "cost_children.csv", children_as_written(costs.children), COST_CHILDREN.names())
    write_csv(team / "cost_issues.csv", issues, COST_ISSUES.names())
    write_csv(team / "cost_forecast.csv", forecast_as_written(forecasts), COST_FORECAST.names())
    if found is not None:
        write_csv(team / "section251.csv", as_written(found.table), SECTION251.names())
    if beside is not None:
        write_csv(team / "cost_budget.csv", budget_as_written(beside), BUDGET.names())
    if chosen:
        made_up = [file.name for file in described.invented]
        write_csv(team / "cost_cohorts.csv", cohorts_as_written(chosen, made_up), COST_COHORTS.names())
    if workbook:
        write_cost_workbook(team / "cost_tables.xlsx", _first_lines(costs), data, LEDGER_ROWS)
    write_cost_report(team, data)
    rule = preset(str(read_manifest(run)["settings"].get("disclosure", DEFAULT_PRESET)))
    shared = write_shareable_costs(shareable, cube, described, rule)
    insert_sections(out / "in-team" / "report.html", team / "report.html", "costs", [cost_section(data)])
    insert_sections(out / "shareable" / "report.html", shareable / "report.html", "costs", shared)
    clear_later(out)
    keep(run, asked)
    keep_for_children(costs)
    publish(run, out)
    amounts = [f"{name}_pence" for name in ("gross", "contributions", "grant", "net")]
    once = costs.children.unique(["la_code", "child_id"])
    return Told(
        issues.filter(pl.col("severity") == "error").height,
        costs.children.drop_nulls("price_year").group_by("price_year").agg(pl.col(amounts).sum())
        .sort("price_year"),
        int(once["unpriced_nights"].sum()),
        int(once["nights"].sum()),
        tuple(forecasts),
        found,
        costs.prices.sentence if costs.prices else "",
        cohorts=tuple(chosen),
        budget=beside,
        notes=described.notes,
    )  # fmt: skip


def _added_up(costs: Costs, with_lines: bool) -> tuple[Cube, pl.DataFrame | None]:
    """The ledger added up some children at a time; and, if wanted, nights by line of the finance return."""
    cubes: list[Cube] = []
    nights: list[pl.DataFrame] = []
    nobody = LEDGER_CHILDREN.empty()
    for number in range(costs.store.buckets):
        for ledger, without in some_children(costs.store, number):
            if ledger.height or without.height or not cubes:
                cubes.append(add_up(ledger, nobody, without))
                if with_lines:
                    nights.append(line_nights(ledger, without, costs.catalogue.settings.s251_map))
    cube = together(cubes)
    return replace(cube, children=costs.children), pl.concat(nights) if nights else None


def _authorities(out: Path) -> list[str]:
    """Codes of the authorities that the results tell of."""
    run = open_run(out)
    journeys = TableStore(run / "journeys", len(list((run / "journeys" / "events").iterdir())))
    return sorted(set(journeys.table("coverage")["la_code"]))


def _chain(tables: TableStore) -> pl.DataFrame:
    """All episodes of care, without the columns that only journeys need."""
    wanted = [
        "la_code", "child_id", "kind", "start", "end", "open", "period_no", "placement_no", "temporary",
        "placement_type", "placement_provider", "placement_urn",
    ]  # fmt: skip
    return pl.concat([tables.bucket("care_chain", n).select(wanted) for n in range(tables.buckets)])


def _cost_run(costs: Costs, chain: pl.DataFrame) -> CostRun:
    codes = sorted({*costs.children["la_code"], *chain["la_code"]})
    run = cost_run(
        costs.first, costs.last, costs.catalogue, costs.price_year, codes, costs.not_costed, costs.needs
    )
    beyond = days_beyond_returns(costs.issues)
    return replace(run, notes=(beyond_sentence(beyond),)) if beyond else run


def _write_ledger(path: Path, costs: Costs) -> None:
    write_csv_parts(path, COST_LEDGER, (ledger_as_written(part) for part in in_order(costs.store)))


def _first_lines(costs: Costs) -> pl.DataFrame:
    """As many whole children of the ledger as the workbook has room for, and one line more to say so."""
    kept: list[pl.DataFrame] = []
    for part in in_order(costs.store):
        kept.append(part)
        if sum(frame.height for frame in kept) > LEDGER_ROWS:
            break
    return pl.concat(kept) if kept else costs.ledger()
