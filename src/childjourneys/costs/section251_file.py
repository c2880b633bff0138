"""The authority's finance return as a file: year, line, label, gross, income, net."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from pathlib import Path

from childjourneys.costs.files import read_rows
from childjourneys.issues import Issue, UsageError

NEEDED = ("year", "line", "label", "gross", "income", "net")
# What the authority may state besides, by line: cost that is no child's own, and cost of other months.
STATED = ("not_child_level", "timing")
_SPLIT = ("own_provision", "private", "other_public", "voluntary")
TOLERANCE = 100  # pence: published returns are in whole pounds
# Years that a return can be of, and pounds that a line can come to: what lies beyond is a slip of the pen.
_YEARS = range(1990, 2100)
_MOST = Decimal(10) ** 11
# Lines that add up to another one, by year: checked on the return of 2013-14.
_SUMS = {"2013/14": (("6", "7", "8", "9", "10", "11", "12", "13", "14", "15"), "16")}


@dataclass(frozen=True)
class FinanceLine:
    """One line of one year; money in pence, None where the return leaves it blank."""

    year: str
    line: str
    label: str
    gross: int | None
    income: int | None
    net: int | None
    not_child_level: int = 0
    timing: int = 0
    row: int = 0

    @property
    def is_total(self) -> bool:
        """A sum of other lines: it is no line that money is charged to."""
        return self.label.casefold().startswith("total")


@dataclass(frozen=True)
class FinanceReturn:
    """All usable rows, and what was found in the file.

    Attributes:
        rows_in: rows of the file; each is in `lines` or has an issue of severity error.
    """

    lines: tuple[FinanceLine, ...]
    issues: tuple[Issue, ...]
    rows_in: int


def read_section251(path: Path) -> FinanceReturn:
    """Read the file. Columns beyond the needed ones: `not_child_level`, `timing` (pounds, stated by the
    authority), and the provider split of the return; others are passed over.

    Raises:
        UsageError: the file can't be read, or a needed column is missing.
    """
    rows = read_rows(path)
    heads = [head.strip().lower() for head in rows[0]] if rows else []
    if missing := [name for name in NEEDED if name not in heads]:
        raise UsageError(
            f"{path.name} has no column {', '.join(missing)}: a finance return needs {', '.join(NEEDED)}."
        )
    found: dict[tuple[str, str], FinanceLine] = {}
    issues: list[Issue] = []
    rows_in = 0
    for number, cells in enumerate(rows[1:], start=2):
        if not any(cell.strip() for cell in cells):
            continue
        rows_in += 1
        values = dict(zip(heads, (cell.strip() for cell in cells), strict=False))
        read = _line(values, number, path.name)
        if isinstance(read, Issue):
            issues.append(read)
        elif (read.year, read.line) in found:
            issues.append(_fault(path.name, number, "line", "A line stands twice for one year.",
                                 "one row per year and line", "Keep one of them."))  # fmt: skip
        else:
            found[read.year, read.line] = read
            issues += _identities(values, read, path.name)
    issues += _sums(found, path.name)
    ordered = sorted(found.values(), key=lambda one: (one.year, natural(one.line)))
    return FinanceReturn(tuple(ordered), tuple(issues), rows_in)


def financial_year(text: str) -> str | None:
    """`2024/25` of 2024/25, 2024-25, 2024-2025 or 202425; None of anything else, and of years far away.

    >>> financial_year("2013-14"), financial_year("202425"), financial_year("1999-2000")
    ('2013/14', '2024/25', '1999/00')
    >>> financial_year("2024") is None, financial_year("2024/26") is None
    (True, True)
    """
    match = re.fullmatch(r"(\d{4})\s*[-/_ ]?\s*(?:\d\d)?(\d\d)", text.strip())
    if match is None or not re.fullmatch(r"\d{4}\D+(\d{4}|\d{2})|\d{6}|\d{8}", text.strip()):
        return None
    first, after = int(match.group(1)), int(match.group(2))
    return f"{first}/{after:02}" if (first + 1) % 100 == after and first in _YEARS else None


def natural(line: str) -> tuple[tuple[int, int, str], ...]:
    """For sorting: 9 before 10, 3.1.2 before 3.1.2a."""
    parts = re.findall(r"\d+|[^\d.]+", line)
    return tuple((0, int(part), "") if part.isdecimal() else (1, 0, part) for part in parts)


def _line(values: dict[str, str], row: int, file: str) -> FinanceLine | Issue:
    year = financial_year(values.get("year", ""))
    if year is None:
        return _fault(file, row, "year", "The financial year can't be told.",
                      "a year such as 2024/25 or 2024-25", "Write both years.")  # fmt: skip
    if not values.get("line"):
        return _fault(file, row, "line", "The line is blank.", "the number of the line", "Fill it in.")
    money: dict[str, int | None] = {}
    for name in ("gross", "income", "net", *STATED):
        try:
            money[name] = pence_of(values.get(name, ""))
        except ValueError:
            return _fault(file, row, name, "The amount is not a number.", "pounds, such as 1021000.00",
                          "Correct it; the row was set aside.")  # fmt: skip
    return FinanceLine(
        year, values["line"], values.get("label", ""), money["gross"], money["income"], money["net"],
        money["not_child_level"] or 0, money["timing"] or 0, row,
    )  # fmt: skip


def pence_of(text: str) -> int | None:
    """Pounds with or without commas and sign; brackets are a minus, as finance writes it. None of a blank.

    Raises:
        ValueError: it is no number, or a hundred thousand million or more.
    """
    plain = text.replace(",", "").replace("£", "").strip()
    if not plain:
        return None
    if plain.startswith("(") and plain.endswith(")"):
        plain = f"-{plain[1:-1]}"
    try:
        pounds = Decimal(plain)
    except InvalidOperation as error:
        raise ValueError("no number") from error
    if not pounds.is_finite() or pounds.copy_abs() >= _MOST:
        raise ValueError("no number")
    return int((pounds * 100).to_integral_value(rounding="ROUND_HALF_UP"))


def _identities(values: dict[str, str], line: FinanceLine, file: str) -> list[Issue]:
    found = []
    if line.net is None:
        found.append(_doubt(file, line.row, "net", "The line has no net current expenditure.",
                            "gross less income; memorandum lines carry none",
                            "It is shown without outturn, gap and coverage."))  # fmt: skip
    elif None not in (line.gross, line.income):
        assert line.gross is not None and line.income is not None
        if abs(line.gross - line.income - line.net) > TOLERANCE:
            found.append(_doubt(file, line.row, "net", "Net is not gross less income.", "gross - income",
                                "Check the row; net was used as it stands."))  # fmt: skip
    try:
        split = [pence_of(values.get(name, "")) for name in _SPLIT]
    except ValueError:
        split = []
    parts = [part for part in split if part is not None]
    if parts and line.gross is not None and abs(sum(parts) - line.gross) > TOLERANCE:
        found.append(_doubt(file, line.row, "gross", "Gross is not the sum of the kinds of provider.",
                            "own provision + private + other public + voluntary",
                            "Check the row; gross is not used further."))  # fmt: skip
    return found


def _sums(found: dict[tuple[str, str], FinanceLine], file: str) -> list[Issue]:
    issues = []
    for year, (parts, whole) in _SUMS.items():
        total = found.get((year, whole))
        lines = [found.get((year, part)) for part in parts]
        if total is None or total.net is None or any(one is None or one.net is None for one in lines):
            continue
        summed = sum(one.net for one in lines if one is not None and one.net is not None)
        if abs(summed - total.net) > TOLERANCE * len(parts):
            issues.append(_doubt(file, total.row, "net", "The total is not the sum of its lines.",
                                 f"lines {parts[0]} to {parts[-1]} add up to line {whole}",
                                 "Check the rows."))  # fmt: skip
    return issues


def _fault(file: str, row: int, column: str, what: str, expected: str, to_do: str) -> Issue:
    return Issue("error", "cost-data", file, what, expected, to_do, row=row, column=column)


def _doubt(file: str, row: int, column: str, what: str, expected: str, to_do: str) -> Issue:
    return Issue("warning", "cost-data", file, what, expected, to_do, row=row, column=column)


def as_cost_issues(issues: Sequence[Issue]) -> list[tuple[str, str, str]]:
    """(severity, code, what) as cost_issues.csv has them: the place stands in the sentence."""
    return [
        (one.severity, one.code, f"{one.file}, row {one.row}, column {one.column}: {one.what}"
         f" Expected: {one.expected}. {one.to_do}")
        for one in issues
    ]  # fmt: skip
