"""The optional tables beside the returns: their columns, and how one row of each is read."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date

import polars as pl

from childjourneys.domain.identifiers import clean_identifier, is_placeholder
from childjourneys.sources.values import Unreadable, is_blank, parse_boolean, parse_date, parse_integer

OLDEST_CHILD = 17
DECILES = (1, 10)
# A summer holiday has about 45 days; a longer row is a typing error that would colour a whole year.
LONGEST_HOLIDAY = 100
_YEARS = (1990, 2100)
_OLDEST = 130
_THOUSANDS = re.compile(r"[0-9]{1,3}(,[0-9]{3})+")
NEED_COLUMNS = ("cwd", "ebd", "offending", "uasc")
Value = str | int | date | None
Cells = Mapping[str, str]


class Unusable(ValueError):
    """A row that can't be used. The text names no value.

    Attributes:
        column: where the fault is.
        expected: what would have been right.
        code, severity: of the issue.
        reason: for the account of rows, in a few words.
    """

    def __init__(
        self,
        column: str,
        what: str,
        expected: str,
        *,
        code: str = "context-value",
        severity: str = "error",
        reason: str = "value can't be used",
    ) -> None:
        super().__init__(what)
        self.column, self.what, self.expected = column, what, expected
        self.code, self.severity, self.reason = code, severity, reason


@dataclass(frozen=True)
class ContextTable:
    """One kind of optional table.

    Attributes:
        kind: its name among the files of a run, and as a sheet in the account.
        columns: those by which it is recognised.
        schema: of its rows, in the order in which `read` gives the values.
        read: one row; raises `Unusable`.
        of_children: rows are about single children.
    """

    kind: str
    columns: tuple[str, ...]
    schema: dict[str, type[pl.DataType]]
    read: Callable[[Cells], tuple[Value, ...]]
    of_children: bool = False

    def fits(self, heading: set[str]) -> bool:
        """Whether the columns are there. A table of areas or dates has no column for a child."""
        return set(self.columns) <= heading and (self.of_children or "child_id" not in heading)


def _population(cells: Cells) -> tuple[Value, ...]:
    year = _whole(cells, "year", *_YEARS, "The year of the mid-year estimate, such as 2023.")
    first = _whole(cells, "age_from", 0, _OLDEST, "An age in whole years.")
    last = _whole(cells, "age_to", 0, _OLDEST, "An age in whole years.")
    if last < first:
        raise Unusable("age_to", "The last age is below the first.", "age_to at or above age_from.")
    people = _whole(cells, "population", 0, 10**9, "A number of people, 0 or more.")
    return _authority(cells), year, first, last, people


def _school_holiday(cells: Cells) -> tuple[Value, ...]:
    start, end = _day(cells, "start"), _day(cells, "end")
    if end < start:
        raise Unusable("end", "The holiday ends before it starts.", "The last day, on or after the first.")
    if (end - start).days >= LONGEST_HOLIDAY:
        raise Unusable(
            "end",
            f"The holiday has more than {LONGEST_HOLIDAY} days.",
            "The first and last day of a holiday.",
        )
    return _authority(cells), start, end


def _child_decile(cells: Cells) -> tuple[Value, ...]:
    return _authority(cells), _identifier(cells, "child_id"), _decile(cells)


def _area_decile(cells: Cells) -> tuple[Value, ...]:
    return _authority(cells), _identifier(cells, "area"), _decile(cells)


def _person(cells: Cells) -> tuple[Value, ...]:
    return _authority(cells), _identifier(cells, "child_id"), _identifier(cells, "person_id")


def _needs(cells: Cells) -> tuple[Value, ...]:
    found = [_truth(cells, column) for column in NEED_COLUMNS]
    if all(value is None for value in found):
        raise Unusable(
            "cwd", "No need is stated in this row; it decides nothing.", "true or false for a need.",
            code="context-blank", severity="note", reason="no need stated",
        )  # fmt: skip
    return _authority(cells), _identifier(cells, "child_id"), *found


def _leaving_care(cells: Cells) -> tuple[Value, ...]:
    return _authority(cells), _identifier(cells, "child_id"), _day(cells, "joined")


def _truth(cells: Cells, column: str) -> bool | None:
    try:
        return parse_boolean(cells[column])
    except Unreadable:
        what = "It is neither true nor false; the row was set aside."
        raise Unusable(column, what, "true, false or blank.") from None


def _decile(cells: Cells) -> int:
    expected = "A whole number from 1 (most deprived) to 10."
    if is_blank(cells["decile"]):
        raise Unusable(
            "decile", "There is no decile in this row; it is taken as not known.", expected,
            code="context-blank", severity="note", reason="no decile",
        )  # fmt: skip
    return _whole(cells, "decile", *DECILES, expected)


def _authority(cells: Cells) -> str:
    return clean_identifier(cells["la_code"])


def _identifier(cells: Cells, column: str) -> str:
    found = clean_identifier(cells[column])
    if is_placeholder(found):
        raise Unusable(
            column, "It is blank or a placeholder; the row was set aside.", f"{column} in every row.",
            code="placeholder-identifier", reason="identifier is a placeholder",
        )  # fmt: skip
    return found


def _whole(cells: Cells, column: str, least: int, most: int, expected: str) -> int:
    text = cells[column].strip()
    try:
        number = parse_integer(text.replace(",", "") if _THOUSANDS.fullmatch(text) else text)
    except Unreadable:
        number = None
    if number is None or not least <= number <= most:
        what = "It is blank, no whole number, or out of range; the row was set aside."
        raise Unusable(column, what, expected)
    return number


def _day(cells: Cells, column: str) -> date:
    try:
        found = parse_date(cells[column])
    except Unreadable:
        found = None
    if found is None:
        what = "It is blank or can't be read as a date; the row was set aside."
        raise Unusable(column, what, "A date, such as 2025-02-17 or 17/02/2025.")
    return found


POPULATION = ContextTable(
    "population",
    ("la_code", "year", "age_from", "age_to", "population"),
    {
        "la_code": pl.String, "year": pl.Int64, "age_from": pl.Int64, "age_to": pl.Int64,
        "population": pl.Int64,
    },
    _population,
)  # fmt: skip
SCHOOL_HOLIDAYS = ContextTable(
    "school_holidays",
    ("la_code", "start", "end"),
    {"la_code": pl.String, "start": pl.Date, "end": pl.Date},
    _school_holiday,
)
DEPRIVATION = ContextTable(
    "deprivation",
    ("la_code", "child_id", "decile"),
    {"la_code": pl.String, "child_id": pl.String, "decile": pl.Int64},
    _child_decile,
    of_children=True,
)
DEPRIVATION_AREAS = ContextTable(
    "deprivation_areas",
    ("la_code", "area", "decile"),
    {"la_code": pl.String, "area": pl.String, "decile": pl.Int64},
    _area_decile,
)
PERSON_LINK = ContextTable(
    "person_link",
    ("la_code", "child_id", "person_id"),
    {"la_code": pl.String, "child_id": pl.String, "person_id": pl.String},
    _person,
    of_children=True,
)
NEEDS = ContextTable(
    "needs",
    ("la_code", "child_id", *NEED_COLUMNS),
    {"la_code": pl.String, "child_id": pl.String, **dict.fromkeys(NEED_COLUMNS, pl.Boolean)},
    _needs,
    of_children=True,
)
LEAVING_CARE = ContextTable(
    "leaving_care",
    ("la_code", "child_id", "joined"),
    {"la_code": pl.String, "child_id": pl.String, "joined": pl.Date},
    _leaving_care,
    of_children=True,
)
# In the order in which a file is tried; it is one table only.
CONTEXT_TABLES = (
    POPULATION, SCHOOL_HOLIDAYS, DEPRIVATION, DEPRIVATION_AREAS, PERSON_LINK, NEEDS, LEAVING_CARE,
)  # fmt: skip
