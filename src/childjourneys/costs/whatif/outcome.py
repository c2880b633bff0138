"""A scenario worked out, as reports show it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from fractions import Fraction

import polars as pl

from childjourneys.costs.model import Catalogue
from childjourneys.costs.scenario.definition import Number, Scenario
from childjourneys.costs.whatif.results import Row


@dataclass(frozen=True)
class Tried:
    """What the net would be with one number at its low and at its high value: pence."""

    number: Number
    low: Fraction
    high: Fraction
    net_low: int
    net_high: int


@dataclass(frozen=True)
class WhatIf:
    """A scenario worked out. Money in pence.

    Attributes:
        names: of the changes, in order, as results name them.
        rows: base and scenario by change, month and finance line.
        first, last: the period, both days included.
        base: what everything cost as it was, rounded once.
        implementation: by change and month.
        net: every month from the start to the end of the period: difference and implementation together.
        payback: a month; blank: not within the period.
        break_even_share: of the first shift; None where there is none. `break_even_words`: why, or how exact.
        break_even_children: None where nothing is saved, or nothing has to be spent first.
        moved: expected number of children of each change who move or take part.
        cut: expected number of children, by change, for whom there was no place.
        sampled: the difference of one seeded draw; None where none was asked for.
        ledger: what the ledger's lines come to; None where they are of another period or money.
        faults: slots without a price that the scenario brings about: step, process, kind, what, count.
    """

    scenario: Scenario
    catalogue: Catalogue
    first: date
    last: date
    price_year: str
    names: tuple[str, ...]
    rows: tuple[Row, ...]
    base: int
    implementation: tuple[tuple[str, str, int], ...]
    net: tuple[tuple[str, int], ...]
    payback: str
    break_even_share: float | None
    break_even_words: str
    break_even_children: int | None
    tornado: tuple[Tried, ...]
    concerned: tuple[int, ...]
    moved: tuple[Fraction, ...]
    cut: dict[str, Fraction]
    faults: pl.DataFrame
    sampled: int | None = None
    ledger: int | None = None

    @property
    def difference(self) -> int:
        return sum(row.difference for row in self.rows)

    @property
    def spent(self) -> int:
        """What it costs to bring about."""
        return sum(amount for _, _, amount in self.implementation)
