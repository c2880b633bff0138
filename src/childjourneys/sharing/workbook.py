"""tables.xlsx: every table of the shareable report on a sheet of its own, after a sheet that lists them."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path

from childjourneys.disclosure import MARK
from childjourneys.reports.files import replacing
from childjourneys.reports.shared_table import SharedTable
from childjourneys.reports.sheets import EXCEL_ROWS, SheetColumn, open_book
from childjourneys.sharing.tables import preset_rows

_HEADINGS = ("sheet", "title", "measure", "la_code", "dimension", "period", "preset")
_WIDTHS = (8, 80, 36, 10, 20, 22, 12)


def write_tables(path: Path, tables: Sequence[SharedTable], preset: str) -> None:
    """Write the workbook, the same bytes for the same tables.

    Raises:
        CannotWrite: the file is open in another program, or the folder may not be written to.
    """
    contents = preset_rows(tables, preset)
    columns = [SheetColumn(name, width) for name, width in zip(_HEADINGS, _WIDTHS, strict=True)]
    with replacing(path) as temporary, open_book(temporary, EXCEL_ROWS, path.name) as book:
        book.add_table("Contents", columns, contents, len(contents))
        for (sheet, *_), table in zip(contents, tables, strict=True):
            rows = [[_value(text, at) for at, text in enumerate(row)] for row in table.frame.iter_rows()]
            book.add_titled(sheet, table.title, table.frame.columns, rows)


def _value(text: str | None, at: int) -> str | int | float:
    """Numbers as numbers, but for the first column, which names the row."""
    if text is None:
        return ""
    if not at or text == MARK:
        return text
    if re.fullmatch(r"-?\d+", text):
        return int(text)
    return float(text) if re.fullmatch(r"-?\d+\.\d+", text) else text
