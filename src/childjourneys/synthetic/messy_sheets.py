"""Sheets as grids of cells that can be bent out of shape while rows keep their numbers."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path
from typing import Any

import polars as pl
import xlsxwriter

from childjourneys.synthetic.annex_a_xlsx import list_specs

Cell = str | int | float | bool | date | None
_CREATED = datetime(2020, 1, 1)  # noqa: DTZ001 - fixed, so that the same plan gives the same bytes
_1904 = 1462


@dataclass
class Grid:
    """One sheet. `names` are canonical column names, beside their headings."""

    sheet: str
    number: int
    title: str | None
    names: list[str]
    headings: list[str]
    rows: list[list[Cell]]
    notes: list[str] = field(default_factory=list)

    def at(self, row: int) -> int:
        """The number the spreadsheet shows for a row of `rows`."""
        return row + (3 if self.title is not None else 2)

    def heading(self, name: str) -> str:
        return self.headings[self.names.index(name)]

    def get(self, row: int, name: str) -> Cell:
        return self.rows[row][self.names.index(name)]

    def put(self, row: int, name: str, value: Cell) -> None:
        self.rows[row][self.names.index(name)] = value

    def change(self, name: str, how: Callable[[Any], Cell]) -> None:
        """Change every filled cell of a column."""
        place = self.names.index(name)
        for row in self.rows:
            if row[place] is not None:
                row[place] = how(row[place])

    def drop(self, name: str) -> None:
        place = self.names.index(name)
        self.order([one for one in range(len(self.names)) if one != place])

    def insert(self, place: int, heading: str, value: Cell) -> None:
        self.names.insert(place, "")
        self.headings.insert(place, heading)
        for row in self.rows:
            row.insert(place, value)

    def order(self, places: list[int]) -> None:
        """Put the columns in another order."""
        self.names = [self.names[place] for place in places]
        self.headings = [self.headings[place] for place in places]
        self.rows = [[row[place] for place in places] for row in self.rows]

    def dates(self) -> list[str]:
        """Names of the columns that hold dates."""
        return [
            name
            for place, name in enumerate(self.names)
            if any(isinstance(row[place], date) for row in self.rows)
        ]


def grids(lists: dict[int, pl.DataFrame]) -> dict[int, Grid]:
    """The lists as official sheets."""
    found = {}
    for spec in list_specs():
        number, names = spec["list"], [column["canonical"] for column in spec["columns"]]
        rows = [list(row) for row in lists[number].select(names).rows()]
        headings = [column["heading"] for column in spec["columns"]]
        found[number] = Grid(
            f"List_{number}", number, f"List {number}: {spec['title']}", names, headings, rows
        )
    return found


def write_grids(path: Path, front: list[list[Cell]], sheets: list[Grid], date_1904: bool = False) -> None:
    """A workbook of a front sheet and these sheets, in either date system."""
    with xlsxwriter.Workbook(path, {"date_1904": date_1904}) as workbook:
        workbook.set_properties({"created": _CREATED})
        dates = workbook.add_format({"num_format": "dd/mm/yyyy"})
        shift = 25569 - (_1904 if date_1904 else 0)
        everything = [("Front_Sheet", front), *((grid.sheet, _lines(grid)) for grid in sheets)]
        for name, lines in everything:
            sheet = workbook.add_worksheet(name)
            for row, cells in enumerate(lines):
                for column, value in enumerate(cells):
                    if isinstance(value, date):
                        sheet.write_number(row, column, (value - date(1970, 1, 1)).days + shift, dates)
                    elif isinstance(value, str):
                        sheet.write_string(row, column, value)
                    elif value is not None:
                        sheet.write(row, column, value)


def _lines(grid: Grid) -> list[list[Cell]]:
    title: list[list[Cell]] = [[grid.title]] if grid.title is not None else []
    notes: list[list[Cell]] = [[note] for note in grid.notes]
    return [*title, list(grid.headings), *grid.rows, *notes]
