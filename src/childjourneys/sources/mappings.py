"""The analyst's own decisions: an edited `matching_report.xlsx`, read back.

The edited file is the authority: every line in it decides, also where it says what the program would have
said by itself.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

from python_calamine import CalamineError, CalamineWorkbook

from childjourneys.domain.codes import load_yaml
from childjourneys.issues import UsageError
from childjourneys.sources.coding import EXACT, Coder, coder, disability_flag_coder, sex_coder
from childjourneys.sources.ssda903.layout import coder_of, modules
from childjourneys.sources.values import as_text
from childjourneys.tables import REPORTED

_HEADINGS = ("file", "sheet", "heading", "taken_as")
_VALUES = ("list", "column", "raw", "taken_as")


@dataclass(frozen=True)
class Mappings:
    """Decisions on headings and values. An empty one decides nothing.

    `headings`: (file, sheet, heading) to a canonical column, or "" for "not taken".
    `values`: (list, column, raw) to a code, or "" for "not matched".
    """

    headings: Mapping[tuple[str, str, str], str] = field(default_factory=dict)
    values: Mapping[tuple[str, str, str], str] = field(default_factory=dict)

    def heading(self, file: str, sheet: str, heading: str) -> str | None:
        """The column a heading was decided to be; "" for none; None where nothing was decided."""
        return self.headings.get((file, sheet.strip(), heading.strip()))

    def value(self, list_name: str, column: str, raw: str) -> str | None:
        """The code a wording was decided to be; "" for not matched; None where nothing was decided.

        Args:
            list_name: `1` to `11`, `CIN`, or a module of SSDA903.
            column: canonical column name, as in the matching report.
            raw: the wording as found.
        """
        return self.values.get((list_name, column, raw.strip()))


def load_mappings(path: Path) -> Mappings:
    """Read an edited matching report.

    Raises:
        UsageError: the file can't be read, a sheet or column is missing, or `taken_as` names a column or a
            code that does not exist.
    """
    try:
        with CalamineWorkbook.from_path(path) as workbook:
            sheets = {
                name: workbook.get_sheet_by_name(name).to_python(skip_empty_area=False)
                for name in workbook.sheet_names
            }
    except (CalamineError, OSError, ValueError) as error:
        raise UsageError(f"The mappings file {path.name} can't be opened as a workbook.") from error
    columns = _annex_a_columns()
    headings: dict[tuple[str, str, str], str] = {}
    for row, (file, sheet, heading, taken_as) in _lines(path, sheets, "Headings", _HEADINGS):
        if taken_as and taken_as not in columns:
            raise UsageError(
                f'{path.name}, sheet "Headings", row {row}: taken_as names no column of Annex A; '
                "use a name that stands elsewhere in that column, or leave it blank."
            )
        headings[file, sheet, heading] = taken_as
    values: dict[tuple[str, str, str], str] = {}
    for row, (list_name, column, raw, taken_as) in _lines(path, sheets, "Values", _VALUES):
        values[list_name, column, raw] = _code(path, row, list_name, column, taken_as)
    return Mappings(headings, values)


@cache
def value_coder(list_name: str, column: str) -> Coder | None:
    """The coder of a coded column as the matching report names it; None for one that holds no codes.

    Args:
        list_name: `1` to `11`, `CIN`, or a module of SSDA903.
        column: canonical name in `annex_a.yaml` or `cin_census.yaml`, an element, or a reported column.
    """
    if list_name in modules():
        return coder_of(list_name, column)
    name = _census_codes().get(column) if list_name == "CIN" else _annex_a_columns().get(column)
    if column in ("gender", "sex", "GenderCurrent", "Sex"):
        return sex_coder()
    if not name:
        return None
    return disability_flag_coder() if column == "has_disability" else coder(name)


def _lines(
    path: Path, sheets: Mapping[str, list[list[Any]]], sheet: str, columns: tuple[str, ...]
) -> Iterator[tuple[int, tuple[str, ...]]]:
    """Row number and the named cells of every line that is not empty."""
    rows = sheets.get(sheet)
    if rows is None:
        raise UsageError(
            f'The mappings file {path.name} has no sheet "{sheet}"; start from matching_report.xlsx.'
        )
    names = [as_text(cell).lower() for cell in rows[0]] if rows else []
    missing = [name for name in columns if name not in names]
    if missing:
        raise UsageError(
            f'The mappings file {path.name}, sheet "{sheet}", has no column {", ".join(missing)} in row 1.'
        )
    places = [names.index(name) for name in columns]
    for number, row in enumerate(rows[1:], 2):
        cells = tuple(as_text(row[place]) for place in places)
        if any(cells):
            yield number, cells


def _code(path: Path, row: int, list_name: str, column: str, taken_as: str) -> str:
    found = value_coder(list_name, column)
    if found is None:
        raise UsageError(
            f'{path.name}, sheet "Values", row {row}: list and column name no coded column; '
            "use them as matching_report.xlsx has them."
        )
    if not taken_as:
        return ""
    match = found.match(taken_as)
    if match.how != EXACT or match.code is None:
        some = ", ".join(found.codes[:12]) + (" ..." if len(found.codes) > 12 else "")
        raise UsageError(
            f'{path.name}, sheet "Values", row {row}: taken_as is no code of the set "{found.name}"; '
            f"use one of {some}, or leave it blank."
        )
    return match.code


@cache
def _annex_a_columns() -> dict[str, str | None]:
    """Canonical columns of all lists, with the name of their code set."""
    lists = load_yaml("childjourneys.sources.specs", "annex_a.yaml")["lists"]
    return {column["canonical"]: column.get("codes") for entry in lists for column in entry["columns"]}


@cache
def _census_codes() -> dict[str, str]:
    """Coded columns of the census by canonical name and by element, and by reported column."""
    codes: dict[str, str] = {
        column.name: column.codes for table in REPORTED.values() for column in table.stated if column.codes
    }
    for group in load_yaml("childjourneys.sources.specs", "cin_census.yaml")["groups"]:
        for element in group["elements"]:
            if "codes" in element:
                codes |= {element["canonical"]: element["codes"], element["xml"]: element["codes"]}
    return codes
