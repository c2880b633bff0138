"""Cohorts as the page, the workbook and the command line show them: for the team only."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

import polars as pl

from childjourneys.costs.summaries.cohort_tables import COHORTS, CohortFound, cohorts_table, groups_table
from childjourneys.costs.summaries.table import WHOSE, CostTable
from childjourneys.reports.cost_data import CostData
from childjourneys.reports.cost_page_tables import page_table
from childjourneys.reports.cost_words import (
    INVENTED,
    PROCESS_NAMES,
    invented_sentence,
    per_cent,
    period,
    pounds,
    process_name,
)
from childjourneys.reports.section import Block, Part
from childjourneys.reports.wording import count, day, number

_MEANT = (
    "A pair that asks about children keeps all that such a child cost; a pair that asks about lines keeps"
    " these lines of all children. Cohorts may overlap: their rows are not to be added."
)
_TEAM = (
    "For the team only: the difference between two cohorts that overlap can be a single child, so no table of"
    " cohorts is among those that may be shared."
)
_WEEKS = (
    "The average week is over nights that have a price; the median week is the middle one of the children's"
    " own average weeks. The mean of a child is over children none of whose nights lacks a price."
)
_WEEK_TITLE = "What a week and a child of each cohort cost"
_SPENT = (
    "cohort", "children", "all_nights", "unpriced_nights", "unpriced_children", "gross", "contributions",
    "grant", "net", "share_of_gross",
)  # fmt: skip
_EACH = (
    "cohort", "priced_nights", "placement_cost", "average_week", "median_week", "fully_priced_children",
    "mean_per_child", "paid_share", "unpriced_nights", "unpriced_children",
)  # fmt: skip
_LINES = (
    ("children", "children"), ("all_nights", "nights in placements"),
    ("priced_nights", "nights with a price"), ("unpriced_nights", "nights without a price"),
    ("unpriced_children", "children with such nights"),
    ("gross", "gross £"), ("contributions", "contributions £"), ("grant", "grants £"), ("net", "net £"),
    ("share_of_gross", "of all gross"), ("mean_per_child", "mean of a child £"),
    ("average_week", "average week £"), ("median_week", "median week £"),
    ("paid_share", "nights at the price paid"),
)  # fmt: skip


def cohorts_block(data: CostData, key: str) -> Block:
    """The cohorts on the page; what they divide into is in the workbook."""
    table = _filled(cohorts_table(data.cohorts))
    said = [f"{_MEANT} The period is {period(data.run)}.", _TEAM]
    named = [one.cohort.title for one in data.cohorts if one.cohort.title != one.cohort.name]
    told = [sentence for one in data.cohorts for sentence in one.told]
    parts = [
        Part(f"{key}-cohorts-spent", tables=[page_table(data, table, f"{key}-cohorts", _SPENT)], points=told),
        Part(
            f"{key}-cohorts-each",
            _WEEK_TITLE,
            text=[_WEEKS],
            tables=[page_table(data, replace(table, title=_WEEK_TITLE), f"{key}-cohort-weeks", _EACH)],
        ),
    ]
    if named:
        parts.append(Part(f"{key}-cohorts-named", "What the names mean", points=named))
    return Block(f"{key}-chosen", "Cohorts that were asked for", said, parts=parts)


def _filled(table: CostTable) -> CostTable:
    """Rows of nobody stand beside the others: where those are of one authority or year, so are they."""
    frame = table.frame
    for name in WHOSE:
        held = frame[name].drop_nulls().unique()
        if len(held) == 1:
            frame = frame.with_columns(pl.col(name).fill_null(held[0]))
    return replace(table, frame=frame)


def cohort_sheets(data: CostData) -> list[CostTable]:
    """One sheet of all cohorts, and one for each that has somebody in it."""
    if not data.cohorts:
        return []
    labels = {process: process_name(process) for process in PROCESS_NAMES}
    divided = [groups_table(at, one, labels) for at, one in enumerate(data.cohorts, 1) if not one.empty]
    return [cohorts_table(data.cohorts), *divided]


def said_of(data: CostData) -> dict[str, str]:
    """What stands in the first row of each of these sheets, after its title."""
    about = [invented_sentence(data.run.invented), f"The period is {period(data.run)}.",
             "Money of different price years is not added."]  # fmt: skip
    found = {}
    for table in cohort_sheets(data):
        own = table.notes or ("None of its nights is without a price.",)
        team = "" if table.key == COHORTS else "For the team only."
        found[table.key] = " ".join(part for part in (*about, *own, team) if part)
    return found


def printed(summary: pl.DataFrame, first: date, last: date, invented: Sequence[str] = ()) -> list[str]:
    """A short table of one cohort, a column for each authority and price year; only its name if it is empty.

    Args:
        summary: as `tables.cost_reports.COST_COHORTS`.
    """
    rows = summary.filter(pl.col("la_code").is_not_null()).rows(named=True)
    head = ["", *(_head(row, summary["la_code"].n_unique() > 1) for row in rows)]
    cells = [[label, *(_shown(name, row[name]) for row in rows)] for name, label in _LINES]
    widths = [max(len(line[at]) for line in (head, *cells)) for at in range(len(head))]
    name, chosen = summary.select("cohort", "chosen").row(0)
    made_up = [f"{INVENTED}: {', '.join(invented)}"] if invented else []
    return [
        name if name == chosen else f"{name} ({chosen})",
        f"{day(first)} to {day(last)}",
        *made_up,
        *(_aligned(line, widths) for line in (head, *cells) if rows),
    ]


def _aligned(line: Sequence[str], widths: Sequence[int]) -> str:
    """The label to the left, its values to the right."""
    label, *values = line
    shown = [value.rjust(width) for value, width in zip(values, widths[1:], strict=True)]
    return "  ".join([label.ljust(widths[0]), *shown]).rstrip()


def _head(row: dict[str, Any], several: bool) -> str:
    whose = [row["la_code"] or ""] if several else []
    return " ".join([*whose, f"prices of {row['price_year']}" if row["price_year"] else "without a price"])


def _shown(name: str, value: Any) -> str:
    if value is None:
        return "-"
    if isinstance(value, Decimal):
        return f"{value:,.2f}"
    return per_cent(value) if name.endswith(("_share", "share_of_gross")) else number(value)


def sentences_of(found: CohortFound) -> list[str]:
    """What the command says of a cohort after a costing: one line for each authority and price year."""
    lines = []
    for row in found.summary.rows(named=True):
        if row["price_year"] is None:
            continue
        where = f", authority {row['la_code']}" if found.summary["la_code"].n_unique() > 1 else ""
        lines.append(
            f"{found.cohort.name}{where}, prices of {row['price_year']}: "
            f"{count(row['children'], 'child', 'children')}, gross {_pounds(row['gross'])}, "
            f"net {_pounds(row['net'])}."
        )
    return [*lines, *found.told]


def _pounds(pence: int) -> str:
    return f"{'-' if pence < 0 else ''}£{pounds(abs(pence))}"
