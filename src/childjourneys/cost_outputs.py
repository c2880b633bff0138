"""What a costing leaves for people: files of `in-team/` and `shareable/`, and its section of the reports."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

import polars as pl

from childjourneys import __version__
from childjourneys.costing import Costs, cost
from childjourneys.costs.forecast.forecast import Forecast, forecast, nights_by_state, with_costs
from childjourneys.costs.model import DEFAULT
from childjourneys.costs.section251 import (
    Reconciliation,
    as_written,
    looked_after_at,
    reconcile,
    unmatched_by_year,
)
from childjourneys.costs.section251_file import FinanceReturn, read_section251
from childjourneys.costs.summaries.cube import Cube, add_up, together
from childjourneys.costs.summaries.given import CostRun, need_sentences
from childjourneys.costs.summaries.nights import nights_of_lines, placement_lines
from childjourneys.costs.summaries.weeks import providers_of
from childjourneys.disclosure import DEFAULT as DEFAULT_PRESET
from childjourneys.disclosure import preset
from childjourneys.domain.codes import authority_name
from childjourneys.kept_costs import Asked, keep
from childjourneys.reports.cost_data import cost_data
from childjourneys.reports.cost_forecast import forecast_as_written, forecast_tables
from childjourneys.reports.cost_page import write_cost_report
from childjourneys.reports.cost_section import cost_section
from childjourneys.reports.cost_workbook import write_cost_workbook
from childjourneys.reports.csv_files import write_csv, write_csv_parts
from childjourneys.reports.inserting import insert_sections
from childjourneys.sharing.cost_page import write_shareable_costs
from childjourneys.tables.cost_reports import COST_FORECAST, SECTION251
from childjourneys.tables.costs import (
    COST_CHILDREN,
    COST_ISSUES,
    COST_LEDGER,
    children_as_written,
    ledger_as_written,
)
from childjourneys.workspace.runs import clear_later, open_run, publish, read_manifest
from childjourneys.workspace.store import TableStore

# Lines that the workbook shows; the file of the ledger has all of them.
LEDGER_ROWS = 250_000
# So many lines of the ledger are put in order and written at a time.
_LINES_AT_ONCE = 200_000


@dataclass(frozen=True)
class Told:
    """What the command says of a costing: amounts in pence by price year, and errors in cost_issues.csv."""

    errors: int
    totals: pl.DataFrame
    unpriced: int
    nights: int
    forecasts: tuple[Forecast, ...]
    section251: Reconciliation | None


def cost_and_write(
    out: Path,
    catalogue: Sequence[str] = (DEFAULT,),
    first: date | None = None,
    last: date | None = None,
    prices: Sequence[Path] = (),
    prices_layout: str = "",
    price_year: str = "",
    indices: Path | None = None,
    section251: Path | None = None,
    say: Callable[[str], None] = lambda _: None,
    *,
    workbook: bool = True,
) -> Told:
    """Cost the run in force and write everything that a costing leaves; see `costing.cost`.

    Args:
        workbook: whether to write cost_tables.xlsx of `in-team/`, which takes longest.

    Raises:
        ChildJourneysError: what was asked for can't be had, or a file can't be written; one sentence.
    """
    returned = read_section251(section251) if section251 else None
    say("Pricing")
    found = cost(out, catalogue, first, last, prices, prices_layout, price_year, indices)
    asked = Asked(
        tuple(catalogue),
        found.first,
        found.last,
        tuple(str(path) for path in prices),
        prices_layout,
        price_year,
        str(indices or ""),
        found.catalogue.version,
    )
    return write_costs(out, found, asked, returned, say, workbook=workbook)


def write_costs(
    out: Path,
    costs: Costs,
    asked: Asked,
    section251: FinanceReturn | None = None,
    say: Callable[[str], None] = lambda _: None,
    *,
    workbook: bool = True,
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
    forecasts = _forecasts(chain, journeys, costs, cube)
    data = cost_data(
        cube, described, providers_of(chain, costs.prices.spans if costs.prices else None), found
    )
    data = replace(data, tables=[*data.tables, *forecast_tables(forecasts)])
    say("Writing the ledger and tables")
    _write_ledger(team / "cost_ledger.csv", costs)
    write_csv(team / "cost_children.csv", children_as_written(costs.children), COST_CHILDREN.names())
    write_csv(team / "cost_issues.csv", issues, COST_ISSUES.names())
    write_csv(team / "cost_forecast.csv", forecast_as_written(forecasts), COST_FORECAST.names())
    if found is not None:
        write_csv(team / "section251.csv", as_written(found.table), SECTION251.names())
    if workbook:
        write_cost_workbook(team / "cost_tables.xlsx", _first_lines(costs), data, LEDGER_ROWS)
    write_cost_report(team, data)
    rule = preset(str(read_manifest(run)["settings"].get("disclosure", DEFAULT_PRESET)))
    shared = write_shareable_costs(shareable, cube, described, rule)
    insert_sections(out / "in-team" / "report.html", team / "report.html", "costs", [cost_section(data)])
    insert_sections(out / "shareable" / "report.html", shareable / "report.html", "costs", shared)
    clear_later(out)
    keep(run, asked)
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
    )  # fmt: skip


def _added_up(costs: Costs, with_lines: bool) -> tuple[Cube, pl.DataFrame | None]:
    """The ledger added up bucket by bucket; and, if wanted, nights by line of the finance return."""
    cubes, nights = [], []
    who = ["la_code", "child_id"]
    for number in range(costs.store.buckets):
        ledger = costs.store.bucket("cost_ledger", number)
        seen = ledger.select(who).unique()
        mine = costs.children.join(seen, on=who, how="semi", maintain_order="left")
        cubes.append(add_up(ledger, mine, costs.store.bucket("cost_unpriced", number)))
        if with_lines:
            nights.append(nights_of_lines(placement_lines(ledger), "s251_line"))
    cube = together(cubes)
    return replace(cube, children=costs.children), pl.concat(nights) if nights else None


def _chain(tables: TableStore) -> pl.DataFrame:
    """All episodes of care, without the columns that only journeys need."""
    wanted = [
        "la_code", "child_id", "kind", "start", "end", "open", "period_no", "placement_no", "temporary",
        "placement_type", "placement_provider", "placement_urn",
    ]  # fmt: skip
    return pl.concat([tables.bucket("care_chain", n).select(wanted) for n in range(tables.buckets)])


def _cost_run(costs: Costs, chain: pl.DataFrame) -> CostRun:
    codes = sorted({*costs.children["la_code"], *chain["la_code"]})
    return CostRun(
        first=costs.first,
        last=costs.last,
        catalogue=costs.catalogue,
        price_year=costs.price_year,
        made_with=f"childjourneys {__version__}",
        authorities={code: authority_name(code) for code in codes},
        london=costs.london,
        not_costed=costs.not_costed,
        need_rules=need_sentences(costs.needs),
    )


def _forecasts(chain: pl.DataFrame, journeys: TableStore, costs: Costs, cube: Cube) -> list[Forecast]:
    """One per authority with care on record, with what its nights would cost."""
    children = journeys.table("children").select("la_code", "child_id", "birth_date")
    coverage = journeys.table("coverage")
    found = []
    for code in sorted(set(chain["la_code"])):
        one = forecast(code, chain, children, coverage)
        if not one.refused:
            nights = nights_by_state(code, chain, children, costs.first, costs.last)
            one = replace(one, months=with_costs(one.months, _of_care(cube, code), nights))
        found.append(one)
    return found


def _of_care(cube: Cube, code: str) -> pl.DataFrame:
    """What keeps placements cost and the nights it is for, in the columns that a forecast needs."""
    keys = ["placement_no", "agency", "process", "placement_type", "provider", "price_year"]
    mine = pl.col("la_code") == code
    spent = cube.lines.filter(mine & ~pl.col("unpriced")).group_by(keys).agg(pl.col("pence").sum())
    nights = cube.nights.filter(mine).select(
        *(keys[:1] + keys[3:]),
        pl.lit("local_authority").alias("agency"),
        pl.lit("lac.3").alias("process"),
        pl.col("nights").cast(pl.Int64).alias("priced_nights"),
    )
    return pl.concat([spent, nights], how="diagonal").with_columns(
        pl.col("pence", "priced_nights").fill_null(0)
    )


def _in_order(costs: Costs) -> Iterator[pl.DataFrame]:
    """The lines of the ledger in the order of the file, some children at a time.

    In each part of the store children lie in order, so that those of a range are one slice of it.
    """
    who = ["la_code", "child_id"]
    parts = [path for path in costs.store.parts("cost_ledger") if _height(path)]
    lines = [
        pl.scan_parquet(path).select(who).collect().group_by(who, maintain_order=True).len() for path in parts
    ]
    if not lines:
        return
    everyone = pl.concat(lines).sort(who).with_columns(_turn=pl.col("len").cum_sum() // _LINES_AT_ONCE)
    turns = everyone.select(*who, "_turn")
    placed = [
        part.join(turns, on=who, how="left", maintain_order="left").group_by("_turn").agg(pl.col("len").sum())
        for part in lines
    ]
    taken = [0] * len(parts)
    for turn in everyone["_turn"].unique().sort().to_list():
        found = []
        for place, (path, counts) in enumerate(zip(parts, placed, strict=True)):
            here = int(counts.filter(pl.col("_turn") == turn)["len"].sum())
            if here:
                found.append(pl.scan_parquet(path).slice(taken[place], here).collect())
                taken[place] += here
        yield pl.concat(found).sort(who, maintain_order=True)


def _height(path: Path) -> int:
    return int(pl.scan_parquet(path).select(pl.len()).collect().item())


def _write_ledger(path: Path, costs: Costs) -> None:
    write_csv_parts(path, COST_LEDGER, (ledger_as_written(part) for part in _in_order(costs)))


def _first_lines(costs: Costs) -> pl.DataFrame:
    """As many whole children of the ledger as the workbook has room for, and one line more to say so."""
    kept: list[pl.DataFrame] = []
    for part in _in_order(costs):
        kept.append(part)
        if sum(frame.height for frame in kept) > LEDGER_ROWS:
            break
    return pl.concat(kept) if kept else costs.ledger()
