"""A budget put beside a costing: what of the run it needs, and what is said of it."""

from __future__ import annotations

from collections.abc import Sequence

import polars as pl

from childjourneys.costing import Costs
from childjourneys.costs.budget import Budget, Known, beside_budget
from childjourneys.costs.budget_file import BudgetFile
from childjourneys.costs.budget_ledger import line_money
from childjourneys.costs.budget_total import sentence
from childjourneys.costs.forecast.forecast import Forecast
from childjourneys.kept_ledger import some_children
from childjourneys.workspace.store import TableStore


def budget_beside(
    file: BudgetFile, costs: Costs, chain: pl.DataFrame, journeys: TableStore, forecasts: Sequence[Forecast]
) -> Budget:
    """Put spend and forecast of a costing beside the budget.

    Args:
        chain: `care_chain` of all children.
    """
    store = costs.store
    spent = line_money(some for number in range(store.buckets) for some in some_children(store, number))
    known = Known(
        costs.first,
        costs.last,
        chain,
        journeys.table("children").select("la_code", "child_id", "birth_date"),
        journeys.table("coverage"),
        forecasts,
        costs.catalogue.settings.s251_map,
    )
    return beside_budget(file, spent, known)


def budget_sentences(budget: Budget) -> list[str]:
    """What the command says: a line per year, and rows of the file that could not be used."""
    several = len({total.la_code for total in budget.totals}) > 1
    told = [
        f"Budget {f'of {total.la_code} ' if several else ''}{total.year}: {sentence(total)}"
        for total in budget.totals
    ]
    return told + budget.issues["what"].to_list()
