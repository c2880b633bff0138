"""The budget beside spend and forecast: rows of the file, a sheet of the workbook, and a part of the page."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import polars as pl

from childjourneys.costs.budget import AMOUNTS, MOVED, Budget, as_written
from childjourneys.costs.budget_total import YearTotal, listed_lines, sentence
from childjourneys.costs.summaries.table import CostColumn, CostTable
from childjourneys.reports.cost_words import pounds, whole_pounds
from childjourneys.reports.page_tables import Cell, PageTable
from childjourneys.reports.section import Block, Part
from childjourneys.reports.wording import listed, number
from childjourneys.tables.cost_reports import BUDGET

_MEANING = {column.name: column.meaning for column in BUDGET.columns}
_LARGEST = 3
_RULE = (
    "Actual + ahead + other = outturn; variance = outturn - budget. Actual is the net money of the ledger in"
    " months of the year. Ahead is what the forecast adds: its nights at the average night that the ledger"
    " has in money of the year, with social work of care and less credits, on the lines where that money lay."
    " Other is what no child causes."
)
_RANGE = (
    "The range of an outturn adds up the low and the high ends of all states and months: it is wider than"
    " 95%. It knows nothing of new policies, closures or prices."
)
_HEADINGS = {
    "la_code": "Authority", "line": "Line", "label": "What it is", "actual": "Actual £", "ahead": "Ahead £",
    "other": "Other £", "outturn": "Outturn £", "range": "Range £", "budget": "Budget £",
    "variance": "Variance £", "variance_per_cent": "Variance %", "last_forecast": "Last forecast £",
    "movement": "Movement £", "unpriced_nights": "Nights without a price",
}  # fmt: skip


def budget_as_written(budget: Budget) -> pl.DataFrame:
    """As cost_budget.csv."""
    return BUDGET.conform(as_written(budget.table))


def budget_table(budget: Budget) -> CostTable:
    """The sheet Budget: the rows of the file, and after each year all of them together."""
    money = {*AMOUNTS, *MOVED}
    columns = tuple(
        CostColumn(name, "money" if name in money else _KINDS.get(name, "text"), _MEANING[name])
        for name in _shown(budget)
    )
    rows = []
    for total, lines in _years(budget):
        rows += lines
        rows.append(_in_all(total, lines) | {"note": _first(sentence(total))})
    frame = pl.DataFrame(rows, schema=budget.table.schema, orient="row")
    return CostTable(
        "Budget",
        "Spend and forecast outturn beside the budget",
        frame.select(column.name for column in columns).with_columns(pl.col("variance_per_cent").round(1)),
        columns,
        notes=(_RULE, _RANGE, *budget.notes),
    )


_KINDS = {"variance_per_cent": "decimal", "unpriced_nights": "count"}


def budget_block(budget: Budget, key: str, several: bool, made_up: str = "") -> Block:
    """The part of the page: a table per authority and year, what stands out, and why amounts are blank.

    Args:
        several: whether the run has several authorities.
        made_up: stands after the captions where prices are invented.
    """
    parts = []
    for at, (total, lines) in enumerate(_years(budget)):
        who = f"{total.la_code}, " if several else ""
        to = next((row["actual_to"] for row in lines if row["actual_to"]), None)
        spent = f"actual to {to}" if to else "nothing of it in the ledger"
        table = _page_table(
            budget, total, lines, f"{key}-budget-{at}", f"{who}{total.year}, {spent}{made_up}"
        )
        said = sentence(total)
        parts.append(
            Part(
                f"{key}-budget-{at}",
                f"{who}{total.year}",
                [_first(said), *_largest(lines)],
                tables=[table],
                points=_why(total),
            )
        )
    notes = Part(f"{key}-budget-notes", points=budget.notes)
    return Block(
        f"{key}-budget",
        "Beside the budget",
        [_RULE, _RANGE],
        parts=[*parts, notes] if budget.notes else parts,
    )


def _years(budget: Budget) -> list[tuple[YearTotal, list[dict[str, Any]]]]:
    rows = budget.table.to_dicts()
    return [
        (total, [row for row in rows if (row["la_code"], row["year"]) == (total.la_code, total.year)])
        for total in budget.totals
    ]


def _shown(budget: Budget) -> list[str]:
    return [name for name in budget.table.columns if budget.moves or name not in MOVED]


def _in_all(total: YearTotal, lines: Sequence[dict[str, Any]]) -> dict[str, Any]:
    """A row of the sums; what one line lacks, the sum has not."""
    row: dict[str, Any] = dict.fromkeys(lines[0])
    row |= {"la_code": total.la_code, "year": total.year, "line": "In all", "outturn": total.outturn,
            "outturn_low": total.low, "outturn_high": total.high, "budget": total.budget,
            "unpriced_nights": total.unpriced}  # fmt: skip
    counted = [one for one in lines if one["unpriced_nights"] is not None]
    for name in ("actual", "ahead", "ahead_low", "ahead_high"):
        known = [one[name] for one in counted]
        row[name] = None if None in known else sum(known)
    if total.outturn is not None and total.budget is not None:
        row["variance"] = total.outturn - total.budget
        if total.budget:
            row["variance_per_cent"] = 100 * row["variance"] / abs(total.budget)
    return row


def _page_table(
    budget: Budget, total: YearTotal, lines: Sequence[dict[str, Any]], key: str, caption: str
) -> PageTable:
    names = ["line", "label", "actual", "ahead", "other", "outturn", "range", "budget", "variance",
             "variance_per_cent", *(MOVED if budget.moves else ()), "unpriced_nights"]  # fmt: skip
    if not any(row["label"] for row in lines):
        names.remove("label")
    if not any(row["unpriced_nights"] for row in lines):
        names.remove("unpriced_nights")
    if not any(row["outturn_low"] != row["outturn_high"] for row in lines):
        names.remove("range")
    rows = [[Cell(_words(name, row)) for name in names] for row in [*lines, _in_all(total, lines)]]
    numeric = frozenset(at for at, name in enumerate(names) if name not in ("line", "label"))
    return PageTable(
        key,
        f"Spend and outturn beside the budget, {caption}",
        [_HEADINGS[name] for name in names],
        rows,
        numeric,
    )


def _words(name: str, row: dict[str, Any]) -> str:
    if name == "range":
        low, high = row["outturn_low"], row["outturn_high"]
        return "" if low is None else f"{_whole(low)} to {_whole(high)}"
    value = row[name]
    if name == "line":
        return value or "no line"
    if value is None or name == "label":
        return value or ""
    if name == "variance_per_cent":
        return f"{value:.1f}%"
    return number(value) if name == "unpriced_nights" else pounds(value)


def _whole(pence: int) -> str:
    return whole_pounds(pence).replace("£", "")


def _largest(lines: Sequence[dict[str, Any]]) -> list[str]:
    """The lines that are furthest from their budget, either way."""
    told = [row for row in lines if row["variance"]]
    told.sort(key=lambda row: (-abs(row["variance"]), row["line"]))
    if len(told) < 2:
        return []
    named = [
        f"{' '.join(part for part in (row['line'], row['label']) if part)}"
        f" {whole_pounds(abs(row['variance']))} {'over' if row['variance'] > 0 else 'under'}"
        for row in told[:_LARGEST]
    ]
    return [f"Furthest from their budget: {listed(named)}."]


def _why(total: YearTotal) -> list[str]:
    """Why lines have no outturn, and what else is to be known of them."""
    told = (*total.why.items(), *total.said.items())
    return [f"{_first(listed_lines(names))}: {note}" for note, names in told]


def _first(said: str) -> str:
    """With a capital at its head; lines may have small letters in their names."""
    return f"{said[0].upper()}{said[1:]}"
