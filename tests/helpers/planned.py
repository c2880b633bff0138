"""Scenarios for tests: a few invented children, a scenario as text, and the answer in pounds."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from both_costings import frames_of
from costed import Case
from plain_costs_given import Run

from childjourneys.costs.indices import Indices, Series
from childjourneys.costs.kernel import LedgerKernel
from childjourneys.costs.scenario.definition import Scenario
from childjourneys.costs.scenario.reading import scenario_of
from childjourneys.costs.whatif.piece import Piece, piece_of
from childjourneys.costs.whatif.plan import name_of, plan_of
from childjourneys.costs.whatif.prices import Prices
from childjourneys.costs.whatif.pricing import Rules, Told
from childjourneys.costs.whatif.results import Row, rows_of
from childjourneys.costs.whatif.running import Found, run_scenario
from childjourneys.domain.calendar import england


@dataclass
class Planned:
    """What came of a scenario, exact and in pennies."""

    scenario: Scenario
    found: Found
    rows: list[Row]

    def difference(self, change: int = 0) -> Fraction:
        """Of one change, from 1, or of all: pounds, exact."""
        wanted = self.found.differences if not change else self.found.differences[change - 1 : change]
        return sum((amount for cells in wanted for amount in cells.values()), Fraction(0)) / 100

    @property
    def base(self) -> Fraction:
        return sum(self.found.base.values(), Fraction(0)) / 100

    def by_month(self, change: int = 0) -> dict[str, Decimal]:
        """Rounded differences of one change or all; months without any are left out."""
        found: dict[str, Decimal] = {}
        for row in self.rows:
            if not change or row.change.startswith(f"{change} "):
                found[row.month] = found.get(row.month, Decimal(0)) + Decimal(row.difference).scaleb(-2)
        return {month: amount for month, amount in found.items() if amount}

    def by_line(self) -> dict[str, Decimal]:
        found: dict[str, Decimal] = {}
        for row in self.rows:
            found[row.line] = found.get(row.line, Decimal(0)) + Decimal(row.difference).scaleb(-2)
        return {line: amount for line, amount in found.items() if amount}


def kernel_of(run: Run) -> LedgerKernel:
    return LedgerKernel(
        catalogue=run.catalogue, first=run.start, last=run.end, calendar=england(),
        reviewed=frozenset(la for la, modules in run.modules.items() if "Reviews" in modules),
        price_year=run.price_year or "", prices_given=bool(run.prices),
        indices=Indices({name: Series(name, changes) for name, changes in run.indices.items()}),
    )  # fmt: skip


def pieces_of_runs(runs: Sequence[Run]) -> list[Piece]:
    """Each run as a piece by itself; all have the catalogue and period of the first."""
    kernel = kernel_of(runs[0])
    rules = Rules(Prices(kernel.terms()), kernel.window)
    return [piece_of(frames_of(run), kernel, rules, Told()) for run in runs]


def planned(scenario: str, *cases: Case, others: Sequence[str] = ()) -> Planned:
    """A scenario on some children, each told by itself; all have the catalogue and period of the first.

    Args:
        scenario: what stands below `scenario:`; an id is added.
        others: scenarios that differ in a number; of these only the net is told.
    """
    return planned_pieces(scenario, pieces_of_runs([case.run() for case in cases]), others)


def planned_pieces(scenario: str, pieces: list[Piece], others: Sequence[str] = ()) -> Planned:
    terms = pieces[0].rules.terms
    read, *rest = (
        scenario_of(f"scenario:\n  id: x\n{text}", "scenario.yaml") for text in (scenario, *others)
    )
    plans = {str(at): plan_of(one, terms) for at, one in enumerate(rest)}
    found = run_scenario(pieces, plan_of(read, terms), plans, Told())
    names = [name_of(read, at) for at in range(len(read.changes))]
    return Planned(read, found, rows_of(found.base, found.differences, names))
