"""A budget as a file: year, line, label, budget, and what else the authority knows of a line."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from childjourneys.costs.files import read_rows
from childjourneys.costs.section251_file import (
    FinanceLine,
    as_cost_issues,
    financial_year,
    natural,
    pence_of,
)
from childjourneys.issues import Issue, UsageError

NEEDED = ("year", "line", "budget")
OPTIONAL = ("la_code", "label", "other", "last_forecast", "price_year")


@dataclass(frozen=True)
class BudgetLine:
    """One line of one year; money in pence.

    Attributes:
        la_code: blank in a file for one authority, until the run says which.
        budget: net.
        other: cost that no child causes; None: not known.
        last_forecast: the outturn that was forecast before; None: not given.
        price_year: whose money the budget is in; the year itself unless the file says otherwise.
        row: of the file.
    """

    la_code: str
    year: str
    line: str
    label: str
    budget: int
    other: int | None
    last_forecast: int | None
    price_year: str
    row: int

    @property
    def as_finance_line(self) -> FinanceLine:
        """For finding the line that a name of the ledger means."""
        return FinanceLine(self.year, self.line, self.label, None, None, self.budget, row=self.row)


@dataclass(frozen=True)
class BudgetFile:
    """All usable rows, and what was found in the file.

    Attributes:
        rows_in: rows of the file; each is in `lines` or has an issue of severity error.
        moves: whether the file has a column of an earlier forecast.
        set_aside: (la_code, year) of rows that can't be used, as far as it can be told; blanks where not.
    """

    lines: tuple[BudgetLine, ...]
    issues: tuple[Issue, ...]
    rows_in: int
    moves: bool
    set_aside: frozenset[tuple[str, str]]


def read_budget(path: Path, authorities: Collection[str]) -> BudgetFile:
    """Read the file; columns that are not known are passed over.

    Args:
        authorities: codes of the run. With several, each row names its own.

    Raises:
        UsageError: the file can't be read, a column is missing or stands twice, or no row can be used.
    """
    rows = read_rows(path)
    heads = [head.strip().lower() for head in rows[0]] if rows else []
    needed = ("la_code", *NEEDED) if len(authorities) > 1 else NEEDED
    if missing := [name for name in needed if name not in heads]:
        several = "; la_code because the run has several authorities" if "la_code" in missing else ""
        raise UsageError(
            f"{path.name} has no column {', '.join(missing)}: a budget needs {', '.join(needed)}{several}."
        )
    if twice := [name for name in (*NEEDED, *OPTIONAL) if heads.count(name) > 1]:
        raise UsageError(f"{path.name} has the column {', '.join(twice)} twice; keep one of them.")
    found: dict[tuple[str, str, str], BudgetLine] = {}
    issues: list[Issue] = []
    aside: set[tuple[str, str]] = set()
    rows_in = 0
    for number, cells in enumerate(rows[1:], start=2):
        if not any(cell.strip() for cell in cells):
            continue
        rows_in += 1
        values = dict(zip(heads, (cell.strip() for cell in cells), strict=False))
        read = _line(values, number, path.name, authorities)
        if isinstance(read, BudgetLine):
            key = read.la_code, read.year, read.line.casefold()
            if key not in found:
                found[key] = read
                continue
            read = _fault(path.name, number, "line", "A line stands twice for one year.",
                          "one row per year and line", "Keep one of them.")  # fmt: skip
        issues.append(read)
        aside.add((values.get("la_code", ""), financial_year(values.get("year", "")) or ""))
    if not rows_in:
        raise UsageError(f"{path.name} has headings and no row: a budget needs a row per year and line.")
    if not found:
        (_, _, what), *_ = as_cost_issues(issues)
        raise UsageError(f"No row of the budget can be used. {what}")
    ordered = sorted(found.values(), key=lambda one: (one.la_code, one.year, natural(one.line)))
    return BudgetFile(tuple(ordered), tuple(issues), rows_in, "last_forecast" in heads, frozenset(aside))


def _line(
    values: Mapping[str, str], row: int, file: str, authorities: Collection[str]
) -> BudgetLine | Issue:  # fmt: skip
    year = financial_year(values.get("year", ""))
    if year is None:
        return _fault(file, row, "year", "The financial year can't be told.",
                      "a year such as 2024/25 or 2024-25", "Write both years.")  # fmt: skip
    la_code = values.get("la_code", "") or (next(iter(authorities)) if len(authorities) == 1 else "")
    if not la_code:
        return _fault(file, row, "la_code", "The authority is blank, and the run has several.",
                      "the code of an authority of the run", "Fill it in.")  # fmt: skip
    if la_code not in authorities:
        return _fault(file, row, "la_code", "The run has no authority of this code.",
                      f"one of {', '.join(sorted(authorities))}",
                      "Correct it; the row was set aside.")  # fmt: skip
    if not values.get("line"):
        return _fault(file, row, "line", "The line is blank.", "the number of the line", "Fill it in.")
    money: dict[str, int | None] = {}
    for name in ("budget", "other", "last_forecast"):
        try:
            money[name] = pence_of(values.get(name, ""))
        except ValueError:
            return _fault(file, row, name, "The amount is not a number of pounds.",
                          "pounds, such as 1021000.00", "Correct it; the row was set aside.")  # fmt: skip
    budget = money["budget"]
    if budget is None:
        return _fault(file, row, "budget", "The budget is blank.", "net pounds; 0 where there is none",
                      "Fill it in.")  # fmt: skip
    price_year = financial_year(values.get("price_year") or year)
    if price_year is None:
        return _fault(file, row, "price_year", "The price year can't be told.",
                          "a year such as 2024/25, or blank: the money of the year itself",
                          "Write both years.")  # fmt: skip
    return BudgetLine(
        la_code, year, values["line"], values.get("label", ""), budget, money["other"],
        money["last_forecast"], price_year, row,
    )  # fmt: skip


def _fault(file: str, row: int, column: str, what: str, expected: str, to_do: str) -> Issue:
    return Issue("error", "cost-data", file, what, expected, to_do, row=row, column=column)


def set_aside_in(file: BudgetFile, la_code: str, year: str) -> bool:
    """Whether rows that can't be used may be of this authority and year."""
    return any(code in ("", la_code) and when in ("", year) for code, when in file.set_aside)


def lines_of(file: BudgetFile, la_code: str, year: str) -> Sequence[BudgetLine]:
    return [one for one in file.lines if (one.la_code, one.year) == (la_code, year)]
