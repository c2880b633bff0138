"""Tables of costs as a page shows them: one authority and one price year are named in the caption."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any

from childjourneys.costs.summaries.table import CostColumn, CostTable
from childjourneys.reports.cost_data import CostData
from childjourneys.reports.cost_words import per_cent, pounds, process_name
from childjourneys.reports.page_tables import Cell, PageTable
from childjourneys.reports.wording import day, number

HEADINGS = {
    "la_code": "Authority", "price_year": "Prices of", "placement_type": "Placement",
    "provider_type": "Provider", "provider_id": "Provider", "kind_of_placement": "Kind of placement",
    "kind_of_care": "Kind of care", "area": "Area", "need_group": "Needs", "process": "Process",
    "month": "Month", "quarter": "Quarter", "financial_year": "Financial year", "s251_line": "Line",
    "children": "Children", "nights": "Nights", "placements": "Placements", "lines": "Lines",
    "gross": "Gross £", "contributions": "Contributions £", "grant": "Grant £", "net": "Net £",
    "other_agencies": "Other agencies £", "placement_cost": "Cost of placements £",
    "average_week": "Average week £", "lower_quartile": "Lower quartile £", "median": "Median week £",
    "upper_quartile": "Upper quartile £", "need_mix": "Needs, by nights",
    "similar_needs_week": "Similar needs elsewhere £", "compared_week": "Its week, compared needs £",
    "difference": "Difference £", "compared_nights": "Nights compared", "per_child": "A child £",
    "index": "Index (none = 100)", "published_index": "Published index", "level": "Priced by",
    "share": "Share", "contract": "Contract", "priced_nights": "Nights with a price",
    "research_default": "On figures of 2008 to 2013 £", "all_nights": "Nights in all",
    "unpriced_nights": "Nights without a price", "unpriced_children": "Children with such nights",
    "left_out": "Spent on nights without a price £",
    "entry_id": "Price", "price_basis": "Level", "research": "Of 2008 to 2013", "amount": "Amount £",
    "year": "Year", "line": "Line", "label": "What it is", "modelled": "Modelled £",
    "not_child_level": "Not child level £", "timing": "Timing £", "unmatched": "Unmatched £",
    "outturn": "Outturn £", "gap": "Gap £", "coverage": "Coverage", "check": "Check",
    "beds": "Beds", "occupied_nights": "Nights slept in", "cost": "Cost £", "night": "A night £",
    "full_night": "A night if full £", "voids": "Empty beds £",
    "cohort": "Cohort", "median_week": "Median week of a child £", "mean_per_child": "Mean of a child £",
    "fully_priced_children": "Children, every night priced", "share_of_gross": "Of all gross",
    "paid_share": "Nights at the price paid",
    "outturn_side": "Return £", "modelled_side": "Ledger £",
}  # fmt: skip
_WHOSE = ("la_code", "price_year")


def page_table(
    data: CostData, table: CostTable, key: str, columns: Sequence[str], *, folded: bool = False, bar: str = ""
) -> PageTable:
    """A table of costs for a page.

    Args:
        columns: what to show, the groups first; `bar` names one that has a bar before its number.
    """
    known = {column.name: column for column in table.columns}
    frame = table.frame
    several = [name for name in _WHOSE if name in known and name != columns[0] and frame[name].n_unique() > 1]
    names = [columns[0], *several, *(name for name in columns[1:] if name not in several)]
    shown = [known[name] for name in names]
    most = max((abs(value) for value in frame[bar] if value), default=0) if bar else 0
    totals = {tuple(row[n] for n in _WHOSE): row for row in table.totals.iter_rows(named=True)} if (
        table.totals is not None and set(_WHOSE) <= set(known)
    ) else {}  # fmt: skip
    rows: list[list[Cell]] = []
    block: list[dict[str, Any]] = []
    before: tuple[Any, ...] | None = None
    for row in frame.iter_rows(named=True):
        whose = tuple(row.get(name) for name in _WHOSE)
        if before is not None and whose != before and totals:
            rows.append(_total(shown, block, totals.get(before, {}), before, data))
            block = []
        rows.append(
            [_cell(column, row[column.name], data, most if column.name == bar else 0) for column in shown]
        )
        block.append(row)
        before = whose
    if before is not None and totals:
        rows.append(_total(shown, block, totals.get(before, {}), before, data))
    numeric = frozenset(at for at, column in enumerate(shown) if column.kind not in ("text", "day"))
    said = caption(data, table, [columns[0], *several])
    headings = [_heading(name, known) for name in names]
    return PageTable(key, said, headings, rows, numeric, folded=folded)


def _heading(name: str, known: Collection[str]) -> str:
    """Where nights without a price stand in a column of their own, the others are those with one."""
    beside = name == "nights" and "unpriced_nights" in known
    return HEADINGS["priced_nights" if beside else name]


def caption(data: CostData, table: CostTable, several: Sequence[str] = ()) -> str:
    """The title, whose prices where there is one price year, and the word invented where prices are."""
    said = table.title
    if "price_year" in table.frame.columns and "price_year" not in several and table.frame.height:
        said += f", prices of {table.frame['price_year'][0]}"
    return f"{said} (INVENTED PRICES)" if data.run.invented else said


def _total(
    shown: Sequence[CostColumn], block: Sequence[dict[str, Any]], given: dict[str, Any],
    whose: tuple[Any, ...], data: CostData,
) -> list[Cell]:  # fmt: skip
    cells = [Cell("Total")]
    for column in shown[1:]:
        if column.adds:
            cells.append(_cell(column, sum(row[column.name] or 0 for row in block), data, 0))
        elif column.name in _WHOSE:
            cells.append(_cell(column, whose[_WHOSE.index(column.name)], data, 0))
        else:
            cells.append(_cell(column, given.get(column.name), data, 0))
    return cells


def _cell(column: CostColumn, value: Any, data: CostData, most: int) -> Cell:
    bar = round(100 * abs(value) / most, 1) if most and value else None
    return Cell(_words(column, value, data), bar=bar)


def _words(column: CostColumn, value: Any, data: CostData) -> str:
    if value is None:
        return ""
    if column.kind == "money":
        return pounds(value)
    if column.kind == "percent":
        return per_cent(value)
    if column.kind == "day":
        return day(value)
    if column.kind in ("count", "index"):
        return number(round(value))
    if column.name == "process":
        return process_name(value)
    return data.run.authorities.get(value, value) if column.name == "la_code" else str(value)
