"""The rows of one module in a file, as columns, before the year is settled."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import zip_longest

import numpy as np
import numpy.typing as npt

from childjourneys.domain.dates import collection_year
from childjourneys.sources.annex_a.cells import Cells, Flags, blank_cells, encode
from childjourneys.sources.ssda903.layout import YEAR_DATES, Module, closest, module_of
from childjourneys.sources.values import Unreadable, is_blank, parse_date

# Blank lines and titles that may stand above the headings.
_HEADINGS_WITHIN = 20
# Dates outside these years are no dates of a return.
_YEARS = range(1990, 2100)


@dataclass(frozen=True)
class ModuleSheet:
    """Records of one module in one file. Empty rows are gone; `numbers` are the rows a spreadsheet shows.

    Attributes:
        name: what it is called in issues and accounts: the module, or the record element.
        written: the heading as written, by the return's name.
        columns: by the return's name.
        one_cell: rows with a single filled cell.
        repeats_heading: rows that hold the headings again.
        others: headings that are no column of the module.
        doubt: another module of which the file has more columns, though it lacks some that it must have.
    """

    module: Module
    name: str
    heading_row: int | None
    written: Mapping[str, str]
    columns: Mapping[str, Cells]
    numbers: npt.NDArray[np.int64]
    one_cell: Flags
    repeats_heading: Flags
    others: tuple[str, ...] = ()
    doubt: Module | None = None

    def heading(self, name: str) -> str:
        return self.written.get(name, name)

    def cells(self, name: str) -> Cells:
        """A column; blank cells where there is none."""
        found = self.columns.get(name)
        return blank_cells(len(self.numbers)) if found is None else found


@dataclass(frozen=True)
class Heading:
    """The heading row of a module: its place among the rows, and the place of each column."""

    module: Module
    place: int
    columns: Mapping[str, int]
    cells: Sequence[str]


def find_heading(rows: Sequence[Sequence[str]]) -> Heading | None:
    """The first of the uppermost rows that has the headings of a module."""
    for place, row in enumerate(rows[:_HEADINGS_WITHIN]):
        names: dict[str, int] = {}
        for at, cell in enumerate(row):
            names.setdefault(cell.strip().upper(), at)
        module = module_of(names)
        if module is not None:
            columns = {name: at for name, at in names.items() if name in module.fields}
            return Heading(module, place, columns, [cell.strip() for cell in row])
    return None


def sheet_of(rows: Sequence[Sequence[str]], heading: Heading) -> ModuleSheet:
    """Take the rows below a heading apart into columns."""
    below = rows[heading.place + 1 :]
    # Rows that reach further than the headings keep their cells for the count of filled ones.
    cells = [encode(column) for column in zip_longest(*below, fillvalue="")]
    filled = np.zeros(len(below), dtype=np.int32)
    for column in cells:
        filled += ~column.blank()
    real = filled > 0
    empty = encode([""] * len(below))
    taken = set(heading.columns.values())
    other = closest([cell.upper() for cell in heading.cells])
    more = len(set(other.fields) & {cell.upper() for cell in heading.cells}) > len(heading.columns)
    return ModuleSheet(
        module=heading.module,
        name=heading.module.name,
        heading_row=heading.place + 1,
        written={name: heading.cells[at] for name, at in heading.columns.items()},
        columns={
            name: (cells[at] if at < len(cells) else empty).keep(real) for name, at in heading.columns.items()
        },
        numbers=np.flatnonzero(real).astype(np.int64) + heading.place + 2,
        one_cell=filled[real] == 1,
        repeats_heading=_repeats(cells, below, heading)[real],
        others=tuple(cell for at, cell in enumerate(heading.cells) if cell and at not in taken),
        doubt=other if more else None,
    )


def years_of_rows(rows: Sequence[Sequence[str]], heading: Heading) -> dict[int, int]:
    """As `years_of`, of rows that are not taken apart yet."""
    at = heading.columns.get(YEAR_DATES.get(heading.module.name, ""))
    if at is None:
        return {}
    return _years_in(encode([row[at] if at < len(row) else "" for row in rows[heading.place + 1 :]]))


def years_of(sheet: ModuleSheet) -> dict[int, int]:
    """How many dates of the sheet that tell a return's year fall in each collection year."""
    cells = sheet.columns.get(YEAR_DATES.get(sheet.module.name, ""))
    return {} if cells is None else _years_in(cells)


def _years_in(cells: Cells) -> dict[int, int]:
    found: dict[int, int] = {}
    counts = np.bincount(cells.codes, minlength=len(cells.values))
    for text, count in zip(cells.values.texts, counts.tolist(), strict=True):
        try:
            day = parse_date(text) if text is not None and count else None
        except Unreadable:
            continue
        # 31 December 9999 is how some systems write that there is no end.
        if day is not None and day.year in _YEARS:
            year = collection_year(day)
            found[year] = found.get(year, 0) + count
    return found


def _repeats(cells: Sequence[Cells], rows: Sequence[Sequence[str]], heading: Heading) -> Flags:
    """Rows of which at least half of the filled cells are the headings above them."""
    repeated = np.zeros(len(rows), dtype=np.bool_)
    first = min(heading.columns.values(), default=len(cells))
    if first >= len(cells):
        return repeated
    wanted = heading.cells[first].upper()
    for number in np.flatnonzero(cells[first].flags(lambda value: value.strip().upper() == wanted)).tolist():
        pairs = [(a, b) for a, b in zip(rows[number], heading.cells, strict=False) if not is_blank(a)]
        same = sum(a.strip().upper() == b.upper() for a, b in pairs)
        repeated[number] = 2 * same >= len(pairs) > 1
    return repeated
