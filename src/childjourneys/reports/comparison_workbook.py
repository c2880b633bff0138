"""The workbook of a comparison of packs."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

import polars as pl

from childjourneys.reports.comparison_page import NOTICE, ComparisonData, named, pack_rows, titled
from childjourneys.reports.comparison_section import HELP
from childjourneys.reports.files import replacing
from childjourneys.reports.sheets import EXCEL_ROWS, SheetColumn, open_book
from childjourneys.tables import DERIVED

_WIDTHS = {"measure": 36, "unit": 14}
_COLUMNS = tuple(SheetColumn(name, _WIDTHS.get(name, 12)) for name in DERIVED["comparison"].names())
_WITHOUT = (
    SheetColumn("measure", 36),
    SheetColumn("title", 50),
    SheetColumn("authority", 34),
    SheetColumn("why", 90, wrap=True),
)
_PACKS = (
    SheetColumn("authority", 34),
    SheetColumn("data up to", 12),
    SheetColumn("hidden by", 12),
    SheetColumn("made with", 24),
    SheetColumn("calendar", 60),
    SheetColumn("order inside a day", 60),
)


def write_comparison_workbook(
    path: Path, table: pl.DataFrame, data: ComparisonData, row_limit: int = EXCEL_ROWS
) -> None:
    """Sheets `Comparison` (as comparison.csv), `Not beside the others`, `Packs` and `Read me`.

    Raises:
        CannotWrite: the file is open in another program, or the folder may not be written to.
    """
    without = [
        (one.measure, titled(one), named(code, data.names), why)
        for one in data.measures
        for code, why in one.not_placed
    ]
    packs = pack_rows(data)
    with replacing(path) as temporary, open_book(temporary, row_limit, "comparison.html") as book:
        book.add_table(
            "Comparison", _COLUMNS, table.select(DERIVED["comparison"].names()).iter_rows(), len(table)
        )
        book.add_table("Not beside the others", _WITHOUT, without, len(without))
        book.add_table("Packs", _PACKS, packs, len(packs))
        book.add_notes("Read me", _read_me())


def _read_me() -> Iterable[tuple[str, str]]:
    yield "Comparison", "One row per pattern and authority, as in comparison.csv. Nothing is ranked."
    for column in DERIVED["comparison"].columns:
        yield column.name, f"{column.meaning[0].upper()}{column.meaning[1:]}."
    yield "c", "Hidden, because it is small or would give a small number away."
    yield "Not beside the others", "Authorities that are not in the limits of a pattern, and why."
    for sentence in (NOTICE[1], *HELP):
        yield "", sentence
