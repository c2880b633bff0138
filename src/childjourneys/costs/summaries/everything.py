"""All tables of a run, in the order in which workbook and report show them."""

from __future__ import annotations

from collections.abc import Sequence

import polars as pl

from childjourneys.costs.summaries.children import children_table, costliest_table, high_cost_table
from childjourneys.costs.summaries.cube import Cube
from childjourneys.costs.summaries.given import CostRun
from childjourneys.costs.summaries.groups import (
    area_table,
    average_week_table,
    finance_line_table,
    need_table,
    placement_table,
    process_table,
    provider_type_table,
)
from childjourneys.costs.summaries.homes import homes_table
from childjourneys.costs.summaries.providers import contract_table, provider_table
from childjourneys.costs.summaries.quality import (
    entries_table,
    levels_table,
    totals_table,
    unpriced,
    unpriced_table,
)
from childjourneys.costs.summaries.table import CostTable
from childjourneys.costs.summaries.times import month_table, quarter_table, year_table
from childjourneys.costs.summaries.weeks import placement_weeks, unpriced_placements
from childjourneys.costs.summaries.without_price import whose_of

CHILD_LEVEL = frozenset({"Children", "Itemised", "Costliest children", "10,000 a week", "Without a price"})


def cost_tables(cube: Cube, run: CostRun, providers: pl.DataFrame | None = None) -> list[CostTable]:
    """Every table but the itemised one, which needs the ledger itself.

    Args:
        providers: as `weeks.placement_weeks`.
    """
    research = run.research_ids()
    weeks, without = placement_weeks(cube, providers), unpriced_placements(cube, providers)
    whose = whose_of(cube)
    tables = [
        totals_table(cube, research),
        levels_table(cube),
        average_week_table(cube),
        placement_table(cube),
        provider_type_table(cube),
        provider_table(weeks, without, whose),
        *_optional(contract_table(weeks, without, whose)),
        need_table(cube),
        process_table(cube),
        month_table(cube),
        quarter_table(cube),
        year_table(cube),
        area_table(cube),
        finance_line_table(cube),
        entries_table(cube, research),
        *_optional(homes_table(cube, run.catalogue)),
        costliest_table(cube),
        high_cost_table(weeks),
        children_table(cube),
        unpriced_table(cube),
    ]
    beside = _beside(cube)
    return [table.with_notes(*beside) for table in tables]


def _optional(table: CostTable | None) -> list[CostTable]:
    return [] if table is None else [table]


def _beside(cube: Cube) -> Sequence[str]:
    """What no amount holds, for beside every total."""
    return unpriced_sentences(unpriced(cube))


def unpriced_sentences(without: pl.DataFrame) -> list[str]:
    """One sentence per authority that has nights without a price; else one that says there are none.

    Args:
        without: as `quality.unpriced`.
    """
    found = [
        f"Not in the amounts{f' of {code}' if len(without) > 1 else ''}: {nights:,} of {whole:,} nights in"
        f" placements, of {children:,} {'child' if children == 1 else 'children'}, have no price."
        for code, whole, nights, children in without.select(
            "la_code", "all_nights", "unpriced_nights", "unpriced_children"
        ).iter_rows()
        if nights
    ]
    return found or ["Every night in a placement has a price."]
