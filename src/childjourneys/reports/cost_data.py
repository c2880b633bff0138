"""What the workbook, the page and the section of costs are made of."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import polars as pl

from childjourneys.costs.budget import Budget
from childjourneys.costs.section251 import Reconciliation
from childjourneys.costs.summaries.cohort_tables import CohortFound
from childjourneys.costs.summaries.cube import Cube
from childjourneys.costs.summaries.everything import cost_tables
from childjourneys.costs.summaries.given import CostRun
from childjourneys.costs.summaries.table import CostTable


@dataclass(frozen=True)
class CostData:
    """Everything that is told of costs, with exact numbers; for the team only.

    Attributes:
        tables: as `costs.summaries.everything.cost_tables`, by key in `table`.
        section251: only where the finance return was given.
        cohort: the filter in words, where the tables are of some children or lines only.
        cohorts: those that were asked for beside the whole.
        budget: only where a budget was given.
    """

    run: CostRun
    cube: Cube
    tables: Sequence[CostTable]
    section251: Reconciliation | None = None
    cohort: str = ""
    cohorts: Sequence[CohortFound] = ()
    budget: Budget | None = None

    def table(self, key: str) -> CostTable | None:
        return next((one for one in self.tables if one.key == key), None)


def cost_data(
    cube: Cube,
    run: CostRun,
    providers: pl.DataFrame | None = None,
    section251: Reconciliation | None = None,
    cohort: str = "",
) -> CostData:
    """Make the tables of a cube.

    Args:
        providers: as `costs.summaries.weeks.placement_weeks`.
    """
    return CostData(run, cube, cost_tables(cube, run, providers), section251, cohort)
