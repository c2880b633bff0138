"""Costs that may leave the team: one-way tables, each number through disclosure control.

Children and nights are counts under the preset. Amounts are hidden where few children stand behind them, or
where one or two make up most of them, and with them what would give them back. All tables of one authority
and price year are one problem. There is no lowest and no highest value; a median only of enough children, to
the nearest 10 pounds.
"""

from __future__ import annotations

from dataclasses import dataclass

from childjourneys.costs.summaries.cube import Cube
from childjourneys.costs.summaries.given import CostRun
from childjourneys.costs.summaries.quality import research_share
from childjourneys.disclosure import MARK, Preset, Solution
from childjourneys.reports.shared_table import SharedTable
from childjourneys.sharing.cost_groups import ways_to_divide
from childjourneys.sharing.cost_problem import CostProblem
from childjourneys.sharing.cost_tables import CostTables


@dataclass(frozen=True)
class SharedCosts:
    """What may leave the team of one authority and price year.

    Attributes:
        unpriced_nights: as printed.
        left_out: pounds spent on these, as printed: they are in gross and in no table of placements.
        research: per cent of gross that rests on figures of 2008 to 2013, to a whole one; the mark where it
            is hidden; blank: there is no gross.
        tables: `SharedTable`s by dimension; totals first.
    """

    la_code: str
    price_year: str
    unpriced_nights: str
    left_out: str
    research: str
    tables: tuple[SharedTable, ...]


def share_costs(cube: Cube, run: CostRun, preset: Preset) -> list[SharedCosts]:
    """Protect the costs of each authority and price year."""
    period = f"{run.first:%Y-%m} to {run.last:%Y-%m}"
    keys = cube.lines.select("la_code", "price_year").unique().sort("la_code", "price_year").iter_rows()
    several = cube.lines["la_code"].n_unique() > 1
    return [_shared(CostProblem(cube, preset, code, year), run, period, several) for code, year in keys]


def _shared(costs: CostProblem, run: CostRun, period: str, several: bool) -> SharedCosts:
    """Protect, and again until no amount or night is left beside a hidden count that it would give away:
    at a known price, pounds tell nights, and often children.

    `several`: there are other authorities, so titles name this one.
    """
    made = ways_to_divide()
    solution = costs.protected(made)
    while new := _beside_hidden(costs, solution) - costs.forced:
        costs.forced |= new
        solution = costs.protected(made)
    where = f", {costs.la_code}" if several else ""
    made_up = " (INVENTED PRICES)" if run.invented else ""
    tables = CostTables(costs, solution, period, f"prices of {costs.price_year}{where}{made_up}")
    return SharedCosts(
        costs.la_code,
        costs.price_year,
        solution.text(("nights", "unpriced")),
        solution.text(("pounds", "left_out")) if ("pounds", "left_out") in costs.problem else "0",
        _research(costs, run, solution),
        tuple(tables.in_order(made)),
    )


def _beside_hidden(costs: CostProblem, solution: Solution) -> set[tuple[str, str]]:
    """Groups whose children or nights are hidden, for whatever reason."""
    found = set()
    for key, groups in costs.amounts.items():
        for name in groups:
            counts = [(what, key, name) for what in ("children", "nights")]
            if any(one in costs.problem and solution.hides(one) for one in counts):
                found.add((key, name))
    return found


def _research(costs: CostProblem, run: CostRun, solution: Solution) -> str:
    found = research_share(costs.cube, run.research_ids())
    row = found.filter(la_code=costs.la_code, price_year=costs.price_year)
    shown = solution.number(("pounds", "gross")) is not None
    if not row.height or row["share"][0] is None:
        return ""
    return f"{100 * row['share'][0]:.0f}" if shown else MARK
