"""Spend and forecast outturn beside the budget, by line of the finance return.

    outturn = actual + ahead + other;   variance = outturn - budget

Actual is net money of the ledger in months of the year, ahead what the forecast adds, other what no child
causes. Money of another price year is never compared: such an amount is blank, with the reason beside it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

import polars as pl

from childjourneys.costs.budget_ahead import (
    Ahead,
    NightPrices,
    ahead,
    night_prices,
    other_prices,
    slept_by,
)
from childjourneys.costs.budget_file import BudgetFile, BudgetLine, lines_of, set_aside_in
from childjourneys.costs.budget_ledger import ELSEWHERE, IN_NEED, LineMoney
from childjourneys.costs.budget_total import YearTotal, pounds, total_of
from childjourneys.costs.finance_lines import finance_line
from childjourneys.costs.forecast.forecast import Forecast
from childjourneys.costs.forecast.stays import PLACEMENTS, PROVIDERS, stays_of
from childjourneys.costs.section251 import line_of
from childjourneys.costs.section251_file import as_cost_issues, natural
from childjourneys.costs.summaries.kinds import financial_years
from childjourneys.tables.costs import COST_ISSUES

AMOUNTS = (
    "actual", "ahead", "ahead_low", "ahead_high", "other", "outturn", "outturn_low", "outturn_high", "budget",
    "variance",
)  # fmt: skip
MOVED = ("last_forecast", "movement")
SCHEMA: dict[str, Any] = {
    **dict.fromkeys(("la_code", "year", "line", "label", "actual_to"), pl.String),
    **dict.fromkeys(AMOUNTS, pl.Int64),
    "variance_per_cent": pl.Float64,
    **dict.fromkeys((*MOVED, "unpriced_nights"), pl.Int64),
    "note": pl.String,
}


@dataclass(frozen=True)
class Known:
    """What is known of the run besides the ledger.

    Attributes:
        first, last: of the ledger, both included.
        chain, children, coverage: as for `forecast.forecast`.
        forecasts: one per authority, with their months.
        s251_map: the authority's own map of lines.
    """

    first: date
    last: date
    chain: pl.DataFrame
    children: pl.DataFrame
    coverage: pl.DataFrame
    forecasts: Sequence[Forecast]
    s251_map: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Budget:
    """What came of it.

    Attributes:
        table: SCHEMA, money in pence; every line of the budget, and what the ledger has on others.
        totals: by authority and year.
        notes: what has to be known to read the table.
        issues: as cost_issues.csv.
        moves: whether an earlier forecast was given.
    """

    table: pl.DataFrame
    totals: tuple[YearTotal, ...]
    notes: tuple[str, ...]
    issues: pl.DataFrame
    moves: bool


def beside_budget(file: BudgetFile, spent: LineMoney, known: Known) -> Budget:
    """Put ledger and forecast beside the budget, for every authority and year that the file names."""
    rows: list[dict[str, Any]] = []
    totals: list[YearTotal] = []
    notes: list[str] = []
    for la_code, year in sorted({(one.la_code, one.year) for one in file.lines}):
        mine = _Year(la_code, year, lines_of(file, la_code, year), spent, known)
        found = mine.rows()
        rows += found
        part = set_aside_in(file, la_code, year)
        later = round(sum(mine.without.values()))
        totals.append(total_of(la_code, year, found, (mine.why, mine.said), part, later))
        notes += [f"{la_code}, {year}: {note}" for note in mine.notes]
    faults = pl.DataFrame(
        [(*one[:2], None, None, None, None, None, 1, one[2], None) for one in as_cost_issues(file.issues)],
        schema=COST_ISSUES.schema,
        orient="row",
    )
    table = pl.DataFrame(rows, schema=SCHEMA, orient="row")
    return Budget(table, tuple(totals), tuple(notes), faults, file.moves)


def as_written(table: pl.DataFrame) -> pl.DataFrame:
    """As cost_budget.csv: pounds with two decimals; per cent with one."""
    return table.with_columns(
        *(
            (pl.col(name).cast(pl.Decimal(20, 2)) / 100).cast(pl.Decimal(20, 2))
            for name in (*AMOUNTS, *MOVED)
        ),
        pl.col("variance_per_cent").round(1),
    )


class _Year:
    """One authority and financial year.

    Attributes:
        notes: what concerns more than one line.
        why: by line the reasons why it has no outturn.
        said: what else is said of lines.
        without: nights ahead without a price, by line as far as it is known.
    """

    def __init__(
        self, la_code: str, year: str, lines: Sequence[BudgetLine], spent: LineMoney, known: Known
    ) -> None:
        self.la_code, self.year, self.known = la_code, year, known
        self.start, self.end = date(int(year[:4]), 4, 1), date(int(year[:4]) + 1, 3, 31)
        self.given = {one.line: one for one in lines}
        self.notes: list[str] = []
        self.why: dict[str, list[str]] = {}
        self.said: dict[str, list[str]] = {}
        self._finance = [one.as_finance_line for one in lines]
        money = spent.money.filter(pl.col("la_code") == la_code).with_columns(
            year=financial_years(pl.col("month"))
        )
        here = money.filter(pl.col("year") == year)
        names = sorted(set(money["s251_line"].drop_nulls()))
        # What a name means is said of names that the year itself has.
        said = set(here["s251_line"].drop_nulls())
        self._where = {
            name: line_of(year, name, self._finance, self.notes if name in said else [], "budget")
            for name in names
        }
        self.notes = [note.removeprefix(f"{year}: ") for note in self.notes]
        self._money = self._by_line(here, "price_year")
        self._kinds = self._by_line(here, "what")
        # In whatever year: what such a line may hold in this one.
        self._ever = self._by_line(money, "what")
        self._ahead = self._lies_ahead(spent)
        self._after = self._on_lines(self._ahead)
        self._unpriced = self._lacking(spent)
        self.without = self._lacking_ahead()

    @property
    def complete(self) -> bool:
        return self.known.last >= self.end

    @property
    def begun(self) -> bool:
        """Whether days of the year are in the ledger."""
        return self.known.first <= self.end and self.known.last >= self.start

    def rows(self) -> list[dict[str, Any]]:
        keys = {*self.given, *self._money, *self._after, *self._unpriced, *self.without}
        ordered = sorted(keys, key=lambda line: (not line, line not in self.given, natural(line)))
        return [self._row(line) for line in ordered]

    def _row(self, line: str) -> dict[str, Any]:
        given = self.given.get(line)
        row: dict[str, Any] = dict.fromkeys(SCHEMA)
        row |= {
            "la_code": self.la_code, "year": self.year, "line": line, "label": given.label if given else "",
            "actual_to": f"{min(self.known.last, self.end):%Y-%m}" if self.begun else None,
            "unpriced_nights": self._unpriced.get(line, 0),
        }  # fmt: skip
        if given:
            row |= {"budget": given.budget, "other": given.other, "last_forecast": given.last_forecast}
        if given and _is_total(given) and line not in self._money and line not in self._after:
            return row | {"note": "A sum of other lines: it is added to nothing.", "unpriced_nights": None}
        if not line and line not in self._money and line not in self._after:
            self._to_come(line, row)
            return self._noted(row | {"actual": 0}, [], given)
        why = list(dict.fromkeys(self._actual(line, row) + self._to_come(line, row)))
        other = row["other"]
        if not why and other is None and line not in self._money and line not in self._after:
            why.append("The ledger has no money on the line, and what no child causes (other) is blank.")
        if why:
            self.why[line] = why
        else:
            self._in_all(row, given)
        return self._noted(row, why, given)

    def _in_all(self, row: dict[str, Any], given: BudgetLine | None) -> None:
        """Fills in the outturn and how it stands."""
        for name in ("", "_low", "_high"):
            row[f"outturn{name}"] = row["actual"] + row[f"ahead{name}"] + (row["other"] or 0)
        if given and given.last_forecast is not None:
            row["movement"] = row["outturn"] - given.last_forecast
        if given and given.price_year == self.year:
            row["variance"] = row["outturn"] - given.budget
            if given.budget:
                row["variance_per_cent"] = 100 * row["variance"] / abs(given.budget)

    def _noted(self, row: dict[str, Any], why: list[str], given: BudgetLine | None) -> dict[str, Any]:
        said = self._said(row["line"], given, row)
        for one in said:
            self.said.setdefault(one, []).append(row["line"])
        if self._foreign(row["line"]):
            told = (
                f"{pounds(pence)} in prices of {name}" for name, pence in self._money[row["line"]].items()
            )
            said.append(f"The ledger has {', '.join(told)}.")
        return row | {"note": " ".join([*why, *said])}

    def _actual(self, line: str, row: dict[str, Any]) -> list[str]:
        """Fills in what was spent; the reasons why it, or an outturn that rests on it, can't be told."""
        known, money = self.known, self._money.get(line, {})
        if known.first > self.end:
            return [f"The ledger begins on {known.first}, after the year."]
        if self._foreign(line):
            return [other_prices(self.year)]
        row["actual"] = money.get(self.year, 0)
        if known.first > self.start:
            return [
                f"The ledger begins on {known.first}: what was spent in the year before that is not in it."
            ]
        return self._not_covered(line) if self.begun else []

    def _foreign(self, line: str) -> bool:
        """Whether the year has money of another price year on the line."""
        return any(pence for name, pence in self._money.get(line, {}).items() if name != self.year)

    def _not_covered(self, line: str) -> list[str]:
        """What the returns can't tell of the days that the ledger has."""
        until = min(self.known.last, self.end)
        kinds = self._kinds.get(line, {})
        asked = []
        if set(kinds) - {IN_NEED}:
            asked.append(("looked_after", "care"))
        if IN_NEED in kinds:
            asked.append(("referral", "children in need"))
        ranges = self.known.coverage.filter(pl.col("la_code") == self.la_code)
        return [
            f"The returns do not tell of {what} on every day from {self.start} to {until}."
            for kind, what in asked
            if not any(
                first <= self.start and last >= until
                for first, last in ranges.filter(pl.col("kind") == kind).select("from", "to").iter_rows()
            )
        ]

    def _to_come(self, line: str, row: dict[str, Any]) -> list[str]:
        """Fills in what the forecast adds; the reasons why there is no telling."""
        names = ("ahead", "ahead_low", "ahead_high")
        if self.known.first > self.end:
            return []
        if self.complete:
            row |= dict.fromkeys(names, 0)
            return []
        in_need = IN_NEED in self._ever.get(line, {})
        if in_need and set(self._ever[line]) == {IN_NEED}:
            return [_IN_NEED]
        if self._ahead.why:
            return [self._ahead.why]
        if any((self._where[name] if name else "") == line for name in self._ahead.lacking):
            return [other_prices(self.year)]
        row |= dict(zip(names, self._after.get(line, (0, 0, 0)), strict=True))
        return [f"{_IN_NEED} What is ahead is of children looked after alone."] if in_need else []

    def _said(self, line: str, given: BudgetLine | None, row: dict[str, Any]) -> list[str]:
        """What else has to be known of a row."""
        said = []
        if not line:
            said.append("The ledger knows no line for this: s251_map says.")
        elif given is None:
            said.append("The budget has no such line.")
        elif given.price_year != self.year:
            said.append(f"The budget is in prices of {given.price_year}: there is no variance.")
        if row["outturn"] is not None and line not in self._money and line not in self._after:
            said.append("The ledger has no money on this line: the outturn is what no child causes.")
        pence = self._kinds.get(line, {}).get(ELSEWHERE)
        if pence and row["ahead"] is not None and row["actual"] is not None and not self.complete:
            said.append(
                f"Short breaks and what follows care ({pounds(pence)} so far) have no forecast: ahead is"
                " without them."
            )
        if given and given.other is None and row["outturn"] is not None:
            said.append("What no child causes (other) is not known, and not in the outturn.")
        if nights := self._unpriced.get(line, 0):
            said.append(f"{nights:,} nights have no price and are in no amount.")
        if later := round(self.without.get(line, 0.0)):
            said.append(f"{later:,} nights ahead have no price and are in no amount.")
        return said

    def _lies_ahead(self, spent: LineMoney) -> Ahead:
        if self.complete:
            return Ahead()
        known = self.known
        of_care = (pl.col("la_code") == self.la_code) & (pl.col("kind") == "placement")
        covered = known.coverage.filter(of_care)["to"].max()
        until = date.fromordinal(covered.toordinal() + 1) if isinstance(covered, date) else None
        forecast = next((one for one in known.forecasts if one.la_code == self.la_code), None)
        first = max(self.start, date.fromordinal(known.last.toordinal() + 1))
        return ahead(self.year, (first, self.end), forecast, until, self._night_prices(spent))

    def _night_prices(self, spent: LineMoney) -> NightPrices:
        mine = pl.col("la_code") == self.la_code
        stays = stays_of(self.known.chain.filter(mine), self.known.children.filter(mine))
        period = self.known.first, self.known.last
        return night_prices(spent, self.la_code, self.year, period, slept_by(stays))

    def _on_lines(self, found: Ahead) -> dict[str, tuple[int, ...]]:
        """What lies ahead by line of the budget, in whole pence."""
        sums: dict[str, list[float]] = {}
        for name, amounts in found.lines.items():
            line = self._where[name] if name else ""
            before = sums.get(line, [0.0, 0.0, 0.0])
            sums[line] = [one + more for one, more in zip(before, amounts, strict=True)]
        whole = {line: tuple(round(one) for one in amounts) for line, amounts in sums.items()}
        return {line: amounts for line, amounts in whole.items() if any(amounts)}

    def _by_line(self, money: pl.DataFrame, by: str) -> dict[str, dict[str, int]]:
        """Pence by line of the budget and something else."""
        found: dict[str, dict[str, int]] = {}
        summed = money.group_by("s251_line", by).agg(pl.col("pence").sum()).sort("s251_line", by)
        for name, of, pence in summed.iter_rows():
            held = found.setdefault(self._where[name] if name else "", {})
            held[of] = held.get(of, 0) + pence
        return found

    def _lacking(self, spent: LineMoney) -> dict[str, int]:
        """Nights without a price by line, as far as the map knows it: the rest has none."""
        here = spent.without.filter(
            (pl.col("la_code") == self.la_code) & (financial_years(pl.col("month")) == self.year)
        )
        found: dict[str, int] = {}
        for _, _, place, provider, area, nights in here.iter_rows():
            line = self._line_of_placement(place, provider, area)
            found[line] = found.get(line, 0) + nights
        return found

    def _lacking_ahead(self) -> dict[str, float]:
        """The same of nights ahead."""
        found: dict[str, float] = {}
        codes = {name: code for code, name in reversed(PROVIDERS.items())}
        for (placement, provider), nights in self._ahead.without.items():
            (place, *_) = PLACEMENTS.get(placement, ("",))
            line = self._line_of_placement(place, codes.get(provider), None)
            found[line] = found.get(line, 0.0) + nights
        return {line: nights for line, nights in found.items() if round(nights)}

    def _line_of_placement(self, place: str | None, provider: str | None, area: str | None) -> str:
        """The line that the map gives a placement; blank where the table has none such."""
        name = finance_line(
            None, "lac.3", "placement", (place, provider, area), self.start.year, self.known.s251_map
        )
        line = line_of(self.year, name, self._finance, []) if name else ""
        return line if line in self.given or line in self._money else ""


_IN_NEED = "Children in need have no forecast, and the year is not over in the ledger."


def _is_total(line: BudgetLine) -> bool:
    return line.as_finance_line.is_total
