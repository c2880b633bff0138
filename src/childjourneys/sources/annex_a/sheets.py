"""A sheet of a list, from rows of cells to columns, before the extract date is settled."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import zip_longest
from typing import Any

import numpy as np
import numpy.typing as npt

from childjourneys.sources.annex_a.cells import Cells, Flags, encode
from childjourneys.sources.annex_a.headings import Found, HeadingMatch, match_headings
from childjourneys.sources.annex_a.spec import ListSpec, normalise_heading
from childjourneys.sources.values import as_text, is_blank
from childjourneys.sources.workbooks import Sheet


@dataclass(frozen=True)
class ListSheet:
    """One sheet of a list. Empty rows are gone; `numbers` are the rows the spreadsheet shows.

    Attributes:
        heading_row: the row of the headings.
        match: what each heading was taken for.
        written: the heading as written, by canonical column.
        columns: the matched columns that are read (no staff names).
        one_cell: rows with a single filled cell.
        repeats_heading: rows that hold the headings again.
        name_said: the list that the sheet's name spoke of, where it is another.
    """

    name: str
    spec: ListSpec
    heading_row: int
    match: HeadingMatch
    written: Mapping[str, str]
    columns: Mapping[str, Cells]
    numbers: npt.NDArray[np.int64]
    one_cell: Flags
    repeats_heading: Flags
    name_said: int | None = None

    def heading(self, name: str) -> str:
        """The heading as written; the official one where the sheet has none."""
        return self.written.get(name) or self.spec.column(name).heading


def list_sheet(sheet: Sheet, name: str, found: Found, decided: Mapping[str, str] | None) -> ListSheet:
    """Take a recognised sheet apart into columns."""
    headings = sheet.rows[found.place]
    match = match_headings(found.spec, headings, decided)
    rows = sheet.rows[found.place + 1 :]
    columns_of = (
        zip(*rows, strict=True) if len(set(map(len, rows))) == 1 else zip_longest(*rows, fillvalue="")
    )
    cells = [encode(column) for column in columns_of]
    first = sheet.first_row + found.place + 1
    filled = np.zeros(len(rows), dtype=np.int32)
    for column in cells:
        filled += ~column.blank()
    real = filled > 0
    staff = {column.name for column in found.spec.columns if column.staff}
    # A heading right of every filled cell has a column all the same: an empty one.
    empty = encode([""] * len(rows))
    columns = {
        canonical: (cells[place] if place < len(cells) else empty).keep(real)
        for canonical, place in match.places.items()
        if canonical not in staff
    }
    return ListSheet(
        name=name,
        spec=found.spec,
        heading_row=sheet.first_row + found.place,
        match=match,
        written={canonical: as_text(headings[place]) for canonical, place in match.places.items()},
        columns=columns,
        numbers=np.flatnonzero(real).astype(np.int64) + first,
        one_cell=filled[real] == 1,
        repeats_heading=_repeats(cells, rows, headings, match)[real],
        name_said=found.name_said,
    )


def _repeats(
    cells: Sequence[Cells], rows: Sequence[Sequence[Any]], headings: Sequence[Any], match: HeadingMatch
) -> Flags:
    """Rows of which at least half of the filled cells are the headings above them."""
    repeated = np.zeros(len(rows), dtype=np.bool_)
    first = min(match.places.values(), default=len(cells))
    if first >= len(cells):
        return repeated
    wanted = as_text(headings[first])
    if wanted not in cells[first].values.texts:
        return repeated
    for number in np.flatnonzero(
        cells[first].flags(lambda value: type(value) is str and value.strip() == wanted)
    ).tolist():
        pairs = [(a, b) for a, b in zip(rows[number], headings, strict=False) if not is_blank(a)]
        same = sum(normalise_heading(as_text(a)) == normalise_heading(as_text(b)) for a, b in pairs)
        repeated[number] = 2 * same >= len(pairs)
    return repeated
