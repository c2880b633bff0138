"""Tables of costs as sheets: numbers as numbers, totals as sums that also hold what they come to."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from childjourneys.costs.summaries.table import CostColumn, CostTable
from childjourneys.reports.cost_words import process_name
from childjourneys.reports.sheets import EXCEL_ROWS, Book

_FORMATS = {
    "money": "#,##0.00;[Red]-#,##0.00", "count": "#,##0", "percent": "0.0%", "index": "0",
    "decimal": "General", "day": "yyyy-mm-dd",
}  # fmt: skip
_WIDTHS = {"text": 16, "money": 16, "count": 12, "percent": 10, "index": 10, "decimal": 14, "day": 12}
_WIDE = {"kind_of_care": 38, "placement_type": 44, "need_mix": 44, "process": 46, "provider_type": 40,
         "kind_of_placement": 32, "entry_id": 30, "level": 12, "need_group": 22, "cohort": 36, "chosen": 44,
         "group": 44}  # fmt: skip
_DAY_ZERO = date(1899, 12, 30).toordinal()
TITLE_ROWS = 2


class MoneySheets:
    """Adds tables of costs to a workbook."""

    def __init__(self, book: Book, row_limit: int = EXCEL_ROWS) -> None:
        self._workbook: Any = book._workbook
        self._row_limit = row_limit
        self.cut: dict[str, int] = {}
        add = self._workbook.add_format
        self._title = add({"bold": True, "valign": "top", "font_size": 12})
        self._heading = add({"bold": True, "bg_color": "#1d70b8", "font_color": "#ffffff", "valign": "top",
                             "border": 1, "text_wrap": True})  # fmt: skip
        self._text = add({"valign": "top", "quote_prefix": True})
        self._bold = add({"valign": "top", "bold": True, "top": 1, "quote_prefix": True})
        self._plain = {kind: add({"valign": "top", "num_format": form}) for kind, form in _FORMATS.items()}
        self._total = {
            kind: add({"valign": "top", "bold": True, "top": 1, "num_format": form})
            for kind, form in _FORMATS.items()
        }

    def add(self, table: CostTable, said: str = "") -> None:
        """A sheet: the title in its first row, headings in its second, then rows, a total after each
        authority and price year. Where rows don't fit the rest is left out, and `cut` says how many."""
        sheet = self._workbook.add_worksheet(table.key)
        columns = table.columns
        for at, column in enumerate(columns):
            sheet.set_column(at, at, _WIDE.get(column.name, _WIDTHS[column.kind]))
        sheet.freeze_panes(TITLE_ROWS, 1)
        sheet.write_string(0, 0, " ".join(part for part in (f"{table.title}.", said) if part), self._title)
        for at, column in enumerate(columns):
            sheet.write_string(1, at, column.name, self._heading)
        room = self._row_limit - TITLE_ROWS
        whole = table.frame.height + (0 if table.totals is None else table.totals.height) <= room
        if not whole:
            self.cut[table.key] = table.frame.height - room
        self._rows(sheet, table, room, whole)

    def _rows(self, sheet: Any, table: CostTable, room: int, whole: bool) -> None:
        totals = _totals_of(table) if whole and table.totals is not None else None
        names = [column.name for column in table.columns]
        key = [names.index(name) for name in table.blocks if name in names]
        at = first = TITLE_ROWS
        before: tuple[Any, ...] | None = None
        sums = dict.fromkeys((c.name for c in table.columns if c.adds), 0)
        # Totals of a block of rows, if the rows stand in blocks; children are not sorted by price year.
        blocks = totals is not None and _in_blocks(table, key)
        for row in table.frame.iter_rows():
            if at - TITLE_ROWS >= room:
                break
            whose = tuple(row[place] for place in key)
            if blocks and totals is not None and before is not None and whose != before:
                self._write_total(sheet, at, first, table, before, totals, sums)
                at, sums = at + 1, dict.fromkeys(sums, 0)
                first = at
            for place, (column, value) in enumerate(zip(table.columns, row, strict=True)):
                self._write(sheet, at, place, column, value)
                if column.adds and value is not None:
                    sums[column.name] += value
            before, at = whose, at + 1
        if blocks and totals is not None and before is not None:
            self._write_total(sheet, at, first, table, before, totals, sums)

    def _write(self, sheet: Any, at: int, place: int, column: CostColumn, value: Any) -> None:
        if value is None or value == "":
            return
        if column.kind == "text":
            text = process_name(value) if column.name == "process" else str(value)
            sheet.write_string(at, place, text, self._text)
        else:
            sheet.write_number(at, place, as_cell(column.kind, value), self._plain[column.kind])

    def _write_total(
        self, sheet: Any, at: int, first: int, table: CostTable, whose: tuple[Any, ...],
        totals: dict[tuple[Any, ...], dict[str, Any]], sums: dict[str, int],
    ) -> None:  # fmt: skip
        given = totals.get(whose, {})
        named = False
        for place, column in enumerate(table.columns):
            if column.adds:
                letter = column_letter(place)
                sheet.write_formula(
                    at, place, f"=SUM({letter}{first + 1}:{letter}{at})", self._total[column.kind],
                    as_cell(column.kind, sums[column.name]),
                )  # fmt: skip
            elif column.name in table.blocks:
                if given.get(column.name) is not None:
                    sheet.write_string(at, place, given[column.name], self._bold)
            elif not named:
                sheet.write_string(at, place, "Total", self._bold)
                named = True
            elif given.get(column.name) is not None:
                value = as_cell(column.kind, given[column.name])
                sheet.write_number(at, place, value, self._total[column.kind])


def as_cell(kind: str, value: Any) -> float | int:
    """As a workbook holds it: pounds of pence, a number of a decimal, the serial number of a day."""
    if kind == "money":
        return int(value) / 100
    if kind == "day":
        return int(value.toordinal()) - _DAY_ZERO
    return float(value) if kind in ("decimal", "percent", "index") else int(value)


def column_letter(place: int) -> str:
    """A of 0, AA of 26."""
    letters = ""
    place += 1
    while place:
        place, rest = divmod(place - 1, 26)
        letters = chr(65 + rest) + letters
    return letters


def _totals_of(table: CostTable) -> dict[tuple[Any, ...], dict[str, Any]]:
    assert table.totals is not None
    names: Sequence[str] = [column.name for column in table.columns]
    key = [name for name in table.blocks if name in names]
    return {tuple(row[name] for name in key): row for row in table.totals.iter_rows(named=True)}


def _in_blocks(table: CostTable, key: Sequence[int]) -> bool:
    """Whether the rows of each authority and price year stand together."""
    seen: set[tuple[Any, ...]] = set()
    before: tuple[Any, ...] | None = None
    for row in table.frame.select([table.columns[place].name for place in key]).iter_rows():
        if row != before and row in seen:
            return False
        seen.add(row)
        before = row
    return True
