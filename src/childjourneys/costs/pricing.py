"""Nights and events to priced spans and occurrences: what the ledger, and a what-if, are made of.

`price_nights` and `price_events` take any course of nights or list of events with their facts. Their
amounts are exact until `PricedSpans.pence` and `PricedEvents.pence` round them.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from fractions import Fraction

import numpy as np
import polars as pl

from childjourneys.costs.amounts import rounded
from childjourneys.costs.days import Ints, financial_years
from childjourneys.costs.findings import SCHEMA, no_findings
from childjourneys.costs.intervals import Intervals
from childjourneys.costs.looks import Looks, Scene, Thresholds, distinct
from childjourneys.costs.matching import Match
from childjourneys.costs.passing import Facts
from childjourneys.costs.price_spans import PARTS
from childjourneys.costs.spans import Spans, cut_on_1_april, quantities, spans_of
from childjourneys.costs.terms import Money, Terms, price_moneys

RULES = ("R3", "R4", "R6", "R10", "R11")


@dataclass(frozen=True)
class Stretches:
    """Nights of equal facts, in order of child and start.

    Attributes:
        looks: facts of the first night of each, which hold for all its nights.
        nights: the intervals.
        placement: number of the placement or need episode that each belongs to.
    """

    looks: Looks
    nights: Intervals
    placement: Ints


@dataclass(frozen=True)
class PricedSpans:
    """Spans with their exact amounts: quantity (top / bottom) times `moneys[money].pence`.

    Attributes:
        child: number of each span's child.
        item: number of its item (see `Terms.items`).
        rule: place in RULES.
        year: financial year of the span's first night.
        faults: findings of slots without a price.
        unpriced: nights without a price of each stretch.
    """

    stretches: Stretches
    spans: Spans
    child: Ints
    item: Ints
    rule: Ints
    year: Ints
    top: Ints
    bottom: Ints
    moneys: tuple[Money, ...]
    money: Ints
    faults: pl.DataFrame
    unpriced: Ints
    no_social_work: Ints

    def pence(self) -> Ints:
        """Each span's amount, rounded once."""
        return rounded(self.top, self.bottom, self.money, [one.pence for one in self.moneys])

    def exact(self, row: int) -> Fraction:
        """A span's amount in pence before it is rounded."""
        return Fraction(int(self.top[row]), int(self.bottom[row])) * self.moneys[int(self.money[row])].pence


@dataclass(frozen=True)
class PricedEvents:
    """Occurrences with what each costs: one row per event and entry.

    Attributes:
        event: row of the event.
        item, rule, year, money, moneys: as in PricedSpans.
        faults: findings of slots without a price.
    """

    event: Ints
    item: Ints
    rule: Ints
    year: Ints
    moneys: tuple[Money, ...]
    money: Ints
    faults: pl.DataFrame

    def pence(self) -> Ints:
        one = np.ones(len(self.event), dtype=np.int64)
        return rounded(one, one, self.money, [money.pence for money in self.moneys])


def price_nights(
    stretches: Stretches,
    scene: Scene,
    terms: Terms,
    wanted: Thresholds,
    match: Callable[[Facts], Match],
    apart: Callable[[Ints, Ints], Ints] | None = None,
) -> PricedSpans:
    """Price nights: match them, join them to spans, and give each its quantity and price.

    Args:
        wanted: thresholds of the entries that may price them; the stretches are cut at these.
        match: of the matcher: `night` or `ongoing`.
        apart: from rows of stretches and their items to a number each: nights of different numbers are
            never one span (a scenario changes what an item costs on a day).
    """
    looks, nights = stretches.looks, stretches.nights
    facts, back = distinct(looks, scene, wanted)
    matches = [match(one) for one in facts]
    row, entry, rule = _lines(matches, back)
    # A fee of a temporary placement may be that of its placement too: the rule tells them apart.
    item, key = [entry], [entry * len(RULES) + rule]
    rows, rules = [row], [rule]
    size = len(terms.items) * len(RULES)
    if "priced" in looks.extra:
        for part in range(len(PARTS)):
            some, of = _price_lines(stretches, scene, part)
            rows.append(some)
            item.append(terms.price_items(part, scene.prices.by_period[of]))
            key.append(size + len(PARTS) * of + part)
            rules.append(np.full(len(some), RULES.index("R11" if part > 1 else "R3"), dtype=np.int64))
    row, rule_of, item_of, key_of = (np.concatenate(one) for one in (rows, rules, item, key))
    numbers = np.arange(len(row))
    placement = stretches.placement[row]
    if apart is not None:
        number = apart(row, item_of)
        placement = placement * (int(number.max(initial=0)) + 1) + number
    spans = spans_of(placement, key_of, nights.start[row], nights.end[row], numbers)
    own = np.array([one.own_year for one in terms.items], dtype=bool)
    spans = cut_on_1_april(spans, own[item_of[spans.first]])
    line = spans.first
    items, rules_, first = item_of[line], rule_of[line], row[line]
    spans = Spans(spans.placement, spans.item, spans.start, spans.end, first, spans.parts)
    child = nights.child[first]
    year = financial_years(spans.start)
    price_row = np.where(items >= len(terms.matcher.entries), (spans.item - size) // len(PARTS), -1)
    money, moneys = _moneys(items, scene.children.london[child], year, price_row, scene, terms)
    unit = np.array([one.counted_in for one in terms.items], dtype=np.int64)[items]
    of_period = np.append(scene.prices.row_nights, 1)[price_row]
    top, bottom = quantities(spans.start, spans.end, unit, of_period)
    length = nights.end - nights.start
    return PricedSpans(
        stretches, spans, child, items, rules_, year, top, bottom, tuple(moneys), money,
        _faults(matches, back, nights.child, nights.start, length),
        np.where(np.array([one.unpriced for one in matches], dtype=bool)[back], length, 0)
        if matches else length[:0],
        np.where(np.array([one.no_social_work for one in matches], dtype=bool)[back], length, 0)
        if matches else length[:0],
    )  # fmt: skip


def price_events(
    events: Looks,
    scene: Scene,
    terms: Terms,
    wanted: Thresholds,
    match: Callable[[Facts], Match],
    unit_of: dict[str, Ints],
    charged: np.ndarray,
) -> PricedEvents:
    """Price events of one process, in order of child and day.

    Args:
        match: from facts to entries.
        unit_of: for `period_of_care`, `placement` and `child` the unit that each event lies in.
        charged: which events lie in the period. The others count for `once_per`.
    """
    facts, back = distinct(events, scene, wanted)
    matches = [match(one) for one in facts]
    row, item, rule = _lines(matches, back)
    keep = _first_occurrences(row, item, terms, unit_of) & charged[row]
    row, item, rule = row[keep], item[keep], rule[keep]
    year = financial_years(events.day[row])
    nothing = np.full(len(row), -1, dtype=np.int64)
    money, moneys = _moneys(item, scene.children.london[events.child[row]], year, nothing, scene, terms)
    due = np.flatnonzero(charged)
    faults = _faults(
        matches, back[due], events.child[due], events.day[due], np.ones(len(due), dtype=np.int64)
    )
    return PricedEvents(row, item, rule, year, tuple(moneys), money, faults)


def _first_occurrences(row: Ints, item: Ints, terms: Terms, unit_of: dict[str, Ints]) -> np.ndarray:
    """An entry that is charged once in some unit prices the first occurrence on record there, or none."""
    keep = np.ones(len(row), dtype=bool)
    for once_per, unit in unit_of.items():
        limited = np.array([one.once_per == once_per for one in terms.items], dtype=bool)[item]
        if limited.any():
            first = np.zeros(len(unit), dtype=bool)
            first[np.unique(unit, return_index=True)[1]] = True
            keep &= ~limited | first[row]
    return keep


def _lines(matches: Sequence[Match], back: Ints) -> tuple[Ints, Ints, Ints]:
    """Row, entry and rule of every line that the rows' matches come to."""
    count = np.array([len(one.lines) for one in matches], dtype=np.int64)
    entry = np.array([place for one in matches for place, _ in one.lines], dtype=np.int64)
    rule = np.array([RULES.index(name) for one in matches for _, name in one.lines], dtype=np.int64)
    row, at = _spread(count, back)
    return row, entry[at], rule[at]


def _spread(count: Ints, back: Ints) -> tuple[Ints, Ints]:
    """Rows repeated as often as their combination has parts, and the place of each part."""
    if not len(back):
        return back, back
    begins = np.cumsum(count) - count
    times = count[back]
    row = np.repeat(np.arange(len(back)), times)
    step = np.arange(len(row)) - np.repeat(np.cumsum(times) - times, times)
    return row, begins[back][row] + step


def _faults(matches: Sequence[Match], back: Ints, child: Ints, day: Ints, count: Ints) -> pl.DataFrame:
    faults = [fault for one in matches for fault in one.faults]
    if not faults:
        return no_findings()
    row, at = _spread(np.array([len(one.faults) for one in matches], dtype=np.int64), back)
    texts = pl.DataFrame(
        {
            "severity": ["error"] * len(faults),
            "code": [fault.code for fault in faults],
            "process": [fault.process or None for fault in faults],
            "kind": [fault.kind for fault in faults],
            "what": [fault.what for fault in faults],
            "entry_ids": [fault.entry_ids or None for fault in faults],
        },
        schema=dict.fromkeys(("severity", "code", "process", "kind", "what", "entry_ids"), pl.String),
    )
    return (
        texts[at]
        .with_columns(child_no=pl.Series(child[row]), day=pl.Series(day[row]), count=pl.Series(count[row]))
        .select(*SCHEMA)
    )


def _price_lines(stretches: Stretches, scene: Scene, part: int) -> tuple[Ints, Ints]:
    """Stretches that a part of their price row charges, and the row."""
    price = stretches.looks.price
    of = np.append(scene.prices.frame["row"].to_numpy(), -1)[price]
    amounts = np.array([amount > 0 for amount in scene.prices.money[part]] + [False], dtype=bool)
    some = np.flatnonzero((price >= 0) & amounts[of])
    return some, of[some]


def _moneys(
    item: Ints, london: Ints, year: Ints, price_row: Ints, scene: Scene, terms: Terms
) -> tuple[Ints, list[Money]]:
    """Which money each row has: of an entry, or of a price row."""
    entries = len(terms.matcher.entries)
    of_entry = item < entries
    money = np.zeros(len(item), dtype=np.int64)
    moneys, money[of_entry] = terms.moneys(item[of_entry], london[of_entry], year[of_entry])
    for part in range(len(PARTS)):
        some = np.flatnonzero((item - entries) // 2 == part)
        if len(some):
            rows, back = np.unique(price_row[some], return_inverse=True)
            known = price_moneys(scene.prices, part)
            money[some] = len(moneys) + back.ravel()
            moneys += [known[row] for row in rows.tolist()]
    return money, moneys
