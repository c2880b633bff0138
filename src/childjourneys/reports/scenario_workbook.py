"""scenario_ID.xlsx: every table of a scenario on a sheet of its own, for the team only."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path

from childjourneys.costs.summaries.table import CostTable
from childjourneys.costs.whatif.outcome import WhatIf
from childjourneys.reports.cost_sheets import MoneySheets
from childjourneys.reports.cost_words import invented_sentence
from childjourneys.reports.files import replacing
from childjourneys.reports.scenario_tables import (
    assumptions,
    by_change,
    by_line,
    by_month,
    every_row,
    tornado_table,
    without_price,
)
from childjourneys.reports.scenario_words import headline
from childjourneys.reports.sheets import EXCEL_ROWS, open_book


def write_scenario_workbook(path: Path, found: WhatIf) -> None:
    """Write the workbook, the same bytes for the same scenario and run. It has no row about a child.

    Raises:
        CannotWrite: the file is open in another program, or the folder may not be written to.
    """
    tables = [by_change(found), by_month(found), by_line(found), tornado_table(found), assumptions(found)]
    if not found.faults.is_empty():
        tables.append(without_price(found))
    tables.append(every_row(found))
    made_up = invented_sentence([file for file in found.catalogue.files if file.invented])
    with replacing(path) as temporary, open_book(temporary, EXCEL_ROWS, "the scenario file") as book:
        book.add_notes("Read me", _read_me(found, tables, made_up))
        sheets = MoneySheets(book)
        for table in tables:
            sheets.add(_with_total(table), made_up)


def _with_total(table: CostTable) -> CostTable:
    """With a last row where something adds up."""
    if not any(column.adds for column in table.columns):
        return table
    return replace(table, totals=table.frame.select(table.columns[0].name).clear())


def _read_me(found: WhatIf, tables: Sequence[CostTable], made_up: str) -> Iterator[tuple[str, str]]:
    if made_up:
        yield "Invented", made_up
    yield "Scenario", found.scenario.name
    for sentence in headline(found):
        yield "", sentence
    for table in tables:
        yield f"Sheet {table.key}", f"{table.title}."
        for column in table.columns:
            yield column.name, f"{column.meaning[0].upper()}{column.meaning[1:]}."
