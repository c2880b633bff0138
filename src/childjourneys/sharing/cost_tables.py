"""Tables of costs as they leave the team: of each number what the solution of the problem lets through."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import polars as pl

from childjourneys.disclosure import MARK, Solution, dominated
from childjourneys.disclosure.problem import Name
from childjourneys.reports.shared_table import SharedTable
from childjourneys.sharing.cost_groups import Dimension
from childjourneys.sharing.cost_problem import CREDITS, CostProblem


@dataclass(frozen=True)
class CostTables:
    """The tables of one authority and price year.

    Attributes:
        period: in words, for each table.
        whose: end of each title: price year, authority, whether prices are invented.
    """

    costs: CostProblem
    solution: Solution
    period: str
    whose: str

    def in_order(self, made: Sequence[Dimension]) -> list[SharedTable]:
        """Credits, processes, months, then placements by each way to divide them; totals first."""
        solution, amounts = self.solution, self.costs.amounts
        credits = self._credit_rows()
        tables = [self._table("Gross cost: net, and what others gave towards it", "credits",
                              _frame(("group", "pounds"), credits))]  # fmt: skip
        for key, words in (("process", "process"), ("month", "month")):
            if not amounts[key]:
                continue
            rows = [
                (name, solution.text(("children", key, name)), solution.text(("pounds", key, name)))
                for name in amounts[key]
            ]
            rows.append(("Total", solution.text(("children",)), solution.text(("pounds", key))))
            frame = _frame(("month" if key == "month" else "group", "children", "pounds"), rows)
            tables.append(self._table(f"Gross cost by {words}", key, frame))
        for one in made:
            if not amounts[one.key]:
                continue
            rows_of = [self._week_row(one.key, name) for name in amounts[one.key]]
            headings = ("group", "children", "nights", "pounds", "average week", "median week")
            frame = _frame(headings, [*rows_of, self._week_row(one.key, "Total")])
            tables.append(self._table(f"Cost of placements by {one.words}", one.key, frame))
        return tables

    def _credit_rows(self) -> list[tuple[str, str]]:
        """Net, contributions, grant, and gross as their total; all worked out from what is printed."""
        solution, problem = self.solution, self.costs.problem
        gross = solution.text(("pounds", "gross"))
        if self.costs.net_is_rest:
            names = ("net", *CREDITS)
            told = {name: ("pounds", "credits", name) for name in names}
            return [
                *((name, solution.text(cell) if cell in problem else "0") for name, cell in told.items()),
                ("Total", gross),
            ]
        cells: dict[str, Name] = {name: ("pounds", name) for name in CREDITS}
        given = {name: solution.number(cell) if cell in problem else 0 for name, cell in cells.items()}
        known = [solution.number(("pounds", "gross")), *(None if n is None else -n for n in given.values())]
        net = MARK if None in known else str(sum(number or 0 for number in known))
        return [
            ("net", net),
            *((name, MARK if number is None else str(number)) for name, number in given.items()),
            ("Total", gross),
        ]

    def _week_row(self, key: str, name: str) -> tuple[str | None, ...]:
        solution, whole = self.solution, name == "Total"
        children = solution.text(("children", "placed") if whole else ("children", key, name))
        nights = solution.number(("nights",) if whole else ("nights", key, name))
        pounds = solution.number(("pounds", key) if whole else ("pounds", key, name))
        amounts = self.costs.amounts[key].get(name, [])
        average: str | None
        middle: str | None
        if nights is None or pounds is None:
            average = middle = MARK
        else:
            average = str((14 * pounds + nights) // (2 * nights)) if nights else None
            hidden = children == MARK or (not whole and dominated(amounts))
            value = self.costs.weeks[key].get(name)
            middle = MARK if hidden or value is None else str(value)
        if nights == 0:
            average = middle = None
        return (
            name, children, MARK if nights is None else str(nights), MARK if pounds is None else str(pounds),
            average, middle,
        )  # fmt: skip

    def _table(self, title: str, key: str, frame: pl.DataFrame) -> SharedTable:
        return SharedTable(f"{title}, {self.whose}", "costs", self.costs.la_code, key, self.period, frame)


def _frame(headings: Sequence[str], rows: Sequence[tuple[str | None, ...]]) -> pl.DataFrame:
    return pl.DataFrame(list(rows), schema=dict.fromkeys(headings, pl.String), orient="row")
