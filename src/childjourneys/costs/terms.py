"""What an entry, or a price of a child's own, is in the ledger: its names, its unit, its money (rule R8)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from functools import cached_property

import numpy as np
import polars as pl

from childjourneys.costs.days import Ints, year_name
from childjourneys.costs.indices import Indices
from childjourneys.costs.matching import Matcher
from childjourneys.costs.model import Entry
from childjourneys.costs.price_spans import PARTS, PriceSpans
from childjourneys.costs.spans import UNITS
from childjourneys.costs.uplift import factor
from childjourneys.issues import UsageError

_LONDON = {-1: None, 0: False, 1: True}
_YEAR_UNITS = {"actual": "year", "365": "year_365", "52_weeks": "year_52_weeks"}
# Entries that a run used, with the year whose money they are in: what their uplift needs.
USED_SCHEMA = {"entry_id": pl.String, "money_year": pl.String}


@dataclass(frozen=True)
class Item:
    """What can price a night or event, as the ledger names it.

    Attributes:
        unit: as the ledger shows it; `counted_in` is its place in UNITS, -1 for an event.
        own_year: in the money of the financial year of each night: it is cut on 1 April.
        sign: -1 for credits.
    """

    process: str
    entry_id: str
    kind: str
    unit: str
    counted_in: int
    agency: str
    basis: str
    own_year: bool
    sign: int
    once_per: str = ""


@dataclass(frozen=True)
class Money:
    """One unit cost and the factor on it.

    Attributes:
        factor: what the unit cost is multiplied by.
        year: the price year of the amount.
    """

    unit_cost: Fraction
    factor: Fraction
    year: str

    @property
    def pence(self) -> Fraction:
        return self.unit_cost * self.factor * 100


@dataclass(frozen=True)
class Terms:
    """How matched entries become money: price year and indices of the run.

    Items are numbered: first the entries of the catalogue in their order, then what a price row may bring
    (PARTS), each in a week's and in a period's money.
    """

    matcher: Matcher
    price_year: str = ""
    indices: Indices = field(default_factory=lambda: Indices({}))

    @cached_property
    def items(self) -> tuple[Item, ...]:
        own = []
        for column, entry_id in PARTS:
            contribution = column.startswith("contribution")
            for unit in ("week", "period"):
                own.append(
                    Item(
                        "contribution" if contribution else "lac.3", entry_id,
                        "contribution" if contribution else "fee" if "package" in column else "placement",
                        unit, UNITS.index(unit), "local_authority", "child", True,
                        -1 if contribution else 1,
                    )
                )  # fmt: skip
        return (*map(_item, self.matcher.entries), *own)

    def price_items(self, part: int, by_period: Ints) -> Ints:
        """The items of one part of price rows."""
        return len(self.matcher.entries) + 2 * part + by_period

    def column(self, name: str) -> np.ndarray:
        """An attribute of all items as an array."""
        return np.array([getattr(item, name) for item in self.items])

    def money(self, item: int, london: int, year: int) -> Money:
        """A unit of an entry for an authority, in a financial year (0 where the entry has its own)."""
        entry = self.matcher.entries[item]
        cost = entry.unit_cost(_LONDON[london])
        assert cost is not None
        if entry.of_contract:
            return Money(cost, Fraction(1), year_name(year))
        base = entry.price_year or year_name(year)
        if not self.price_year:
            return Money(cost, Fraction(1), base)
        try:
            return Money(cost, factor(entry, base, self.price_year, self.indices), self.price_year)
        except UsageError:
            # All that is missing is told together, once every child has been priced.
            return Money(cost, Fraction(1), self.price_year)

    def moneys(self, item: Ints, london: Ints, year: Ints) -> tuple[list[Money], Ints]:
        """The distinct moneys of rows of entries, and which of them each row has."""
        own = np.append(self.column("own_year"), False).astype(bool)[item]
        key = (item * 3 + london + 1) * 4000 + np.where(own, year, 0)
        distinct, back = np.unique(key, return_inverse=True)
        found = [self.money(one // 12000, one // 4000 % 3 - 1, one % 4000) for one in distinct.tolist()]
        return found, back.ravel()

    def used(self, item: Ints, year: Ints) -> pl.DataFrame:
        """The entries among some items, with the year whose money each is in."""
        entries = self.matcher.entries
        of_entry = item < len(entries)
        pairs = np.unique(np.stack([item[of_entry], year[of_entry]], axis=1), axis=0).tolist()
        rows = {
            (entries[place].id, entries[place].price_year or year_name(first))
            for place, first in pairs
            if not entries[place].of_contract
        }
        return pl.DataFrame(sorted(rows), schema=USED_SCHEMA, orient="row")


def price_moneys(prices: PriceSpans, part: int) -> Sequence[Money]:
    """The money of one part of each price row; its price year is that of the night."""
    return [Money(amount, Fraction(1), "") for amount in prices.money[part]]


def _item(entry: Entry) -> Item:
    counted = _YEAR_UNITS[entry.year_basis] if entry.unit == "year" else entry.unit
    credit = entry.kind == "grant"
    return Item(
        entry.kind if entry.kind in ("grant", "other_agency") else entry.process,
        entry.id, entry.kind, entry.unit,
        UNITS.index(counted) if counted in UNITS else -1,
        entry.agency, entry.price_basis, not entry.price_year or entry.of_contract,
        -1 if credit else 1, entry.once_per,
    )  # fmt: skip
