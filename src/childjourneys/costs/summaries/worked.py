"""A child's ledger as amounts that a person can work out: how many, times what one costs, times the uplift.

The ledger shares the amount of a stretch of nights out to months. Here the months are put together again, and
the quantity is an exact sum of fractions, so that a x b x uplift, rounded once, is the amount to the penny.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from fractions import Fraction
from typing import Any

import numpy as np
import polars as pl

from childjourneys.costs.amounts import MILLION, half_up
from childjourneys.costs.days import financial_years, leap_nights, number, whole_months
from childjourneys.costs.facts import in_london
from childjourneys.costs.spans import UNITS
from childjourneys.costs.terms import Money, Terms

Parts = tuple[tuple[int, int], ...]
Line = Mapping[str, Any]
_DAY = timedelta(days=1)
# Lines of these facts whose nights touch are one stretch.
_SAME = (
    "period_of_care", "placement_no", "process", "entry_id", "unit", "unit_cost", "uplift_factor",
    "price_year", "agency", "price_basis", "rule",
)  # fmt: skip


@dataclass(frozen=True)
class Worked:
    """One amount, and what it is made of.

    Attributes:
        line: the first line of the ledger that is of it.
        first, last: first and last night, or the day of an event.
        nights: None for an event.
        parts: the quantity as a sum of fractions (top, bottom), `((5, 1), (14, 31))` being 5 + 14/31.
        unit_cost, factor: exact.
        pence: the amount, as the ledger has it; credits are negative.
        told: False where only the six decimals of the ledger tell the quantity.
    """

    line: Line
    first: date
    last: date
    nights: int | None
    parts: Parts
    unit_cost: Fraction
    factor: Fraction
    pence: int
    told: bool = True

    @property
    def quantity(self) -> Fraction:
        return sum((Fraction(top, bottom) for top, bottom in self.parts), Fraction(0))

    @property
    def exact(self) -> Fraction:
        """The amount in pence before it is rounded, without its sign."""
        return self.quantity * self.unit_cost * self.factor * 100

    @property
    def agrees(self) -> bool:
        exact = self.exact
        return half_up(exact.numerator, exact.denominator) == abs(self.pence)


def worked_out(ledger: pl.DataFrame, terms: Terms) -> list[Worked]:
    """The amounts of a child in the order in which they begin.

    Args:
        ledger: as LEDGER, of one child, in its order.
        terms: those that it was priced with.
    """
    items = {one.entry_id: place for place, one in enumerate(terms.items)}
    found = []
    for lines in _stretches(ledger):
        money = _money(lines[0], items, terms)
        found += _cut(lines, money, _counted_in(lines[0], items, terms))
    return sorted(found, key=lambda one: (one.first, one.line["process"], one.line["entry_id"], one.last))


def _stretches(ledger: pl.DataFrame) -> Iterator[list[Line]]:
    """Lines that may be of one stretch; events one by one."""
    texts = ledger.with_columns(pl.col(pl.Categorical, pl.Enum).cast(pl.String))
    rows = texts.sort(*_SAME, "date_from", nulls_last=True, maintain_order=True).iter_rows(named=True)
    held: list[Line] = []
    for row in rows:
        touches = held and row["nights"] is not None and row["date_from"] == held[-1]["date_to"] + _DAY
        if not (touches and all(row[name] == held[-1][name] for name in _SAME)):
            if held:
                yield held
            held = []
        held.append(row)
    if held:
        yield held


def _money(line: Line, items: Mapping[str, int], terms: Terms) -> Money:
    """Unit cost and factor as they were used; as the ledger writes them where it is the child's own price."""
    place = items.get(line["entry_id"], len(items))
    written = Money(
        Fraction(line["unit_cost"]), Fraction(str(line["uplift_factor"])), str(line["price_year"])
    )
    if place >= len(terms.matcher.entries):
        return written
    london = {True: 1, False: 0, None: -1}[in_london(line["la_code"])]
    if terms.matcher.entries[place].unit_cost({1: True, 0: False, -1: None}[london]) is None:
        return written
    year = int(financial_years(np.array([number(line["date_from"])], dtype=np.int64))[0])
    return terms.money(place, london, year)


def _counted_in(line: Line, items: Mapping[str, int], terms: Terms) -> str:
    """The unit that quantities are counted in: a place in UNITS, or event."""
    place = items.get(line["entry_id"], len(items))
    if place < len(terms.matcher.entries):
        at = terms.items[place].counted_in
        return UNITS[at] if at >= 0 else "event"
    return str(line["unit"])


def _cut(lines: Sequence[Line], money: Money, unit: str) -> list[Worked]:
    """Touching lines as one stretch; as few as agree with their amounts where that is several.

    Several happen where prices of a child's own follow one another at the same money.
    """
    whole = _worked(lines, money, unit)
    if len(lines) == 1 or (whole.told and whole.agrees):
        return [whole]
    best: list[list[Worked] | None] = [[]]
    for end in range(1, len(lines) + 1):
        ways = []
        for start in range(end):
            before = best[start]
            one = _worked(lines[start:end], money, unit)
            if before is not None and one.agrees:
                ways.append([*before, one])
        best.append(min(ways, key=lambda way: (len(way), not all(one.told for one in way)), default=None))
    return best[-1] or [whole]


def _worked(lines: Sequence[Line], money: Money, unit: str) -> Worked:
    first, last = lines[0]["date_from"], lines[-1]["date_to"]
    pence = sum(line["pence"] for line in lines)
    nights = None if lines[0]["nights"] is None else sum(line["nights"] for line in lines)
    as_written = ((sum(line["millionths"] for line in lines), MILLION),)
    one = Worked(lines[0], first, last, nights, as_written, money.unit_cost, money.factor, pence, False)
    if nights is None:
        events = lines[0]["millionths"] // MILLION
        return replace(one, parts=((events, 1),), told=True)
    if unit == "period":
        fits = [number for number in _of_period(lines)
                if replace(one, parts=((nights, number),)).agrees]  # fmt: skip
        return replace(one, parts=((nights, fits[0]),), told=True) if len(fits) == 1 else one
    parts = _parts(number(first), number(last) + 1, unit)
    return replace(one, parts=parts, told=True) if parts else one


def _parts(start: int, end: int, unit: str) -> Parts:
    """The nights of `[start, end)` in a unit; nothing where it is not known."""
    nights = end - start
    first, after = (np.array([day], dtype=np.int64) for day in (start, end))
    match unit:
        case "night":
            return ((nights, 1),)
        case "week":
            return ((nights, 7),)
        case "month":
            whole, left, length = (int(one[0]) for one in whole_months(first, after))
            return tuple(part for part in ((whole, 1), (left, length)) if part[0]) or ((0, 1),)
        case "year":
            leap = int(leap_nights(first, after)[0])
            return tuple(part for part in ((nights - leap, 365), (leap, 366)) if part[0])
        case "year_365":
            return ((nights, 365),)
        case "year_52_weeks":
            return ((nights, 364),)
    return ()


def _of_period(lines: Sequence[Line]) -> range:
    """Over how many nights a price for a period may be spread, so that each line has its quantity."""
    low, high = 1, 10**6
    for line in lines:
        nights, millionths = line["nights"], line["millionths"]
        # nights / n rounds to so many millionths: n lies between these.
        low = max(low, -(-2 * MILLION * nights // (2 * millionths + 1)))
        high = min(high, 2 * MILLION * nights // max(2 * millionths - 1, 1))
    return range(low, high + 1)
