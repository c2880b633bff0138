"""Numbers of children that somebody typed in: another future than the forecast, costed in the same way."""

from __future__ import annotations

import re
from calendar import monthrange
from collections.abc import Iterator, Sequence
from pathlib import Path

import polars as pl

from childjourneys.costs.files import read_rows
from childjourneys.costs.forecast.stays import PLACEMENT_NAMES, PROVIDER_NAMES
from childjourneys.costs.section251_file import financial_year
from childjourneys.issues import UsageError

COLUMNS = ("la_code", "month", "year", "placement", "provider", "children")
_NEEDED = ("placement", "provider", "children")
# More children than are looked after in the whole of England.
MOST_CHILDREN = 100_000
_YEARS = range(2000, 2101)
_MONTHS_OF_A_YEAR = (4, 5, 6, 7, 8, 9, 10, 11, 12, 1, 2, 3)
# As the months of a `Forecast`, so that costs are put to both in one way.
SCHEMA = {
    "la_code": pl.String, "month": pl.String, "placement": pl.String, "provider": pl.String,
    "children": pl.Float64, "nights": pl.Float64, "nights_low": pl.Float64, "nights_high": pl.Float64,
}  # fmt: skip


def read_populations(path: Path, authorities: Sequence[str]) -> pl.DataFrame:
    """Children looked after, on average in a month, and their nights: children x days of the month.

    A financial year stands for its twelve months. A file that is not right is refused as a whole: the first
    fault is told with its row.

    Args:
        path: CSV with month (2026-04) or year (2026/27), placement, provider, children, and la_code.
        authorities: those of the results; where there is one, la_code may be left out.

    Returns:
        Rows of `SCHEMA`, in order, without a range.

    Raises:
        UsageError: the file can't be read, or is not right; one sentence.
    """
    rows = _rows(path)
    heads = _heads(path.name, rows[0][1])
    found: dict[tuple[str, str, str, str], float] = {}
    for number, cells in rows[1:]:
        where = f"{path.name}, row {number}"
        if any(cell.strip() for cell in cells[len(heads) :]):
            raise UsageError(f"{where}: there are more cells than columns.")
        values = dict.fromkeys(COLUMNS, "") | dict(zip(heads, (cell.strip() for cell in cells), strict=False))
        code = _authority(where, values["la_code"], authorities)
        state = (
            _name(where, "placement", values["placement"], PLACEMENT_NAMES),
            _name(where, "provider", values["provider"], PROVIDER_NAMES),
        )
        children = _children(where, values["children"])
        for month in _months(where, values["month"], values["year"]):
            if (code, month, *state) in found:
                raise UsageError(f"{where}: {month} stands twice for {state[0]} with provider {state[1]}.")
            found[(code, month, *state)] = children
    if not found:
        raise UsageError(f"{path.name} holds no population: there is no row below its headings.")
    return pl.DataFrame(
        [
            (*key, children, children * monthrange(int(key[1][:4]), int(key[1][5:]))[1], None, None)
            for key, children in sorted(found.items())
        ],
        schema=SCHEMA,
        orient="row",
    )


def _rows(path: Path) -> list[tuple[int, list[str]]]:
    """Rows that are not empty, with their numbers, headings first."""
    found = [
        (number, cells)
        for number, cells in enumerate(read_rows(path), start=1)
        if any(cell.strip() for cell in cells)
    ]
    if not found:
        raise UsageError(f"{path.name} is empty: it needs the columns {', '.join(COLUMNS[1:])}.")
    return found


def _heads(file: str, cells: Sequence[str]) -> list[str]:
    heads = [cell.strip().casefold() for cell in cells]
    while heads and not heads[-1]:
        heads.pop()
    known = ", ".join(COLUMNS)
    if not any(head in COLUMNS for head in heads):
        # What stands there may be anything, an identifier too: it is not repeated.
        raise UsageError(f"{file}, row 1: there are no headings; known are {known}.")
    for at, head in enumerate(heads, start=1):
        if head not in COLUMNS:
            raise UsageError(f"{file}, row 1: column {at} ({_said(head)}) is not known; known are {known}.")
        if head in heads[: at - 1]:
            raise UsageError(f"{file}, row 1: the column {head} stands twice.")
    missing = [name for name in _NEEDED if name not in heads]
    if "month" not in heads and "year" not in heads:
        missing.insert(0, "month or year")
    if missing:
        raise UsageError(f"{file}, row 1: there is no column {', '.join(missing)}.")
    return heads


def _authority(where: str, code: str, authorities: Sequence[str]) -> str:
    if code in authorities:
        return code
    if code:
        raise UsageError(f"{where}: la_code ({_said(code)}) is none of the results; "
                         f"they have {', '.join(authorities)}.")  # fmt: skip
    if len(authorities) != 1:
        raise UsageError(f"{where}: la_code is blank, and the results have several authorities: "
                         f"{', '.join(authorities)}.")  # fmt: skip
    return authorities[0]


def _name(where: str, column: str, given: str, known: Sequence[str]) -> str:
    name = " ".join(given.casefold().split())
    if name not in known:
        said = f"({_said(given)}) is not known" if given else "is blank"
        raise UsageError(f"{where}: {column} {said}; known are {', '.join(known)}.")
    return name


def _children(where: str, given: str) -> float:
    if re.fullmatch(r"-[0-9.]+", given):
        raise UsageError(f"{where}: children is below 0.")
    if not re.fullmatch(r"[0-9]{1,30}(\.[0-9]{1,30})?", given):
        raise UsageError(f"{where}: children ({_said(given)}) is not a number such as 12 or 12.5.")
    number = float(given)
    if number > MOST_CHILDREN:
        raise UsageError(f"{where}: children is above {MOST_CHILDREN:,}, more than England looks after.")
    return number


def _months(where: str, month: str, year: str) -> Iterator[str]:
    if bool(month) == bool(year):
        raise UsageError(f"{where}: a row needs either a month such as 2026-04 or a year such as 2026/27.")
    if month:
        told = re.fullmatch(r"([0-9]{4})-(0[1-9]|1[0-2])", month)
        if told is None or int(told.group(1)) not in _YEARS:
            raise UsageError(f"{where}: month ({_said(month)}) is not a month such as 2026-04.")
        yield month
        return
    whole = financial_year(year) if year.isascii() else None
    if whole is None or int(whole[:4]) not in _YEARS:
        raise UsageError(f"{where}: year ({_said(year)}) is not a financial year such as 2026/27.")
    first = int(whole[:4])
    for number in _MONTHS_OF_A_YEAR:
        yield f"{first + (number < 4)}-{number:02}"


def _said(text: str) -> str:
    """What was typed, short and on one line."""
    plain = "".join(letter if letter.isprintable() else " " for letter in text)
    return f"{plain[:40]}..." if len(plain) > 40 else plain or "blank"
