"""Unit costs as a scenario changes them: by a share, to an amount, by inflation of an index, by hours.

Changes hold from a day on and are multiplied in their order. Nights under different changes are different
spans; where a change changes nothing (0 per cent) nothing is cut.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property

import numpy as np

from childjourneys.costs.days import Ints, birthdays, financial_years, first_april
from childjourneys.costs.facts import NO_BIRTH
from childjourneys.costs.grouping import grouped
from childjourneys.costs.looks import Looks, Scene
from childjourneys.costs.scenario.definition import Match
from childjourneys.costs.terms import Money, Terms
from childjourneys.costs.whatif.meant import ages_of, holds

_HUNDRED = Fraction(100)
# What a rate is made of: item, state, money, and how many times it is taken.
Source = tuple[int, int, Money, Fraction]


@dataclass(frozen=True)
class Repricing:
    """One change of unit costs.

    Attributes:
        start: first day on which it holds.
        match: nights and events concerned.
        factors: what an item's unit cost is multiplied by; for inflation one by financial year.
        amounts: new unit costs in pounds of the target's money, by item.
        first_year: the financial year of the first of `by_year`; the last goes on after it.
        by_year: by item the factor of each year.
    """

    start: int
    match: Match
    factors: tuple[tuple[int, Fraction], ...] = ()
    amounts: tuple[tuple[int, Fraction], ...] = ()
    first_year: int = 0
    by_year: tuple[tuple[int, tuple[Fraction, ...]], ...] = ()

    def applied(self, item: int, level: int, pence: Fraction) -> Fraction:
        """What pence for one of an item become in a state other than 0."""
        amount = self._amounts.get(item)
        if amount is not None:
            return amount * _HUNDRED
        years = self._years.get(item)
        return pence * (years[level - 1] if years else self._factors.get(item, Fraction(1)))

    @cached_property
    def _amounts(self) -> dict[int, Fraction]:
        return dict(self.amounts)

    @cached_property
    def _factors(self) -> dict[int, Fraction]:
        return dict(self.factors)

    @cached_property
    def _years(self) -> dict[int, tuple[Fraction, ...]]:
        return dict(self.by_year)

    @property
    def shape(self) -> tuple[object, ...]:
        """What of it decides on where nights are cut: not how much anything changes."""
        return (self.start, self.match, self.items, bool(self.amounts), self.first_year, self.levels)

    @property
    def items(self) -> tuple[int, ...]:
        return tuple(item for item, _ in (*self.factors, *self.amounts, *self.by_year))

    @property
    def levels(self) -> int:
        """How many states it has: not at all, and in one of its years."""
        return 1 + max((len(years) for _, years in self.by_year), default=1)

    def level(self, scene: Scene, looks: Looks) -> Ints:
        """The state of each night or event: 0 where it does not hold."""
        on = (looks.day >= self.start) & holds(
            self.match, scene, looks.child, looks.day, looks.episode, looks.price
        )
        if not self.by_year:
            return on.astype(np.int64)
        year = financial_years(looks.day) - self.first_year + 1
        return np.where(on, np.clip(year, 0, self.levels - 1), 0)

    def points(self, scene: Scene, child: Ints) -> list[tuple[Ints, Ints]]:
        """Days of children on which its state may change."""
        who = np.unique(child)
        found = [(who, np.full(len(who), self.start, dtype=np.int64))]
        born = scene.children.born[who]
        dated = born != NO_BIRTH
        found += [(who[dated], birthdays(born[dated], age)) for age in ages_of(self.match)]
        if self.by_year:
            years = np.arange(self.first_year, self.first_year + self.levels)
            found += [(who, np.full(len(who), day, dtype=np.int64)) for day in first_april(years).tolist()]
        return found


@dataclass(frozen=True)
class Prices:
    """All changes of unit costs so far, in order."""

    terms: Terms
    changes: tuple[Repricing, ...] = ()

    def points(self, scene: Scene, child: Ints) -> list[tuple[Ints, Ints]]:
        return [point for change in self.changes for point in change.points(scene, child)]

    def states(self, scene: Scene, looks: Looks) -> Ints:
        """A number for each night or event that tells which changes hold; a change more adds to it."""
        found, width = np.zeros(len(looks), dtype=np.int64), 1
        for change in self.changes:
            found += width * change.level(scene, looks)
            width *= change.levels
        return found

    def of_items(self, states: Ints, item: Ints) -> Ints:
        """The state as far as it concerns the item: what tells spans of an item apart."""
        found, left, width = np.zeros(len(states), dtype=np.int64), states, 1
        for change in self.changes:
            concerned = np.zeros(len(self.terms.items), dtype=bool)
            concerned[list(change.items)] = True
            found += np.where(concerned[item], left % change.levels, 0) * width
            left = left // change.levels
            width *= change.levels
        return found

    def sources(
        self, item: Ints, state: Ints, money: Ints, moneys: tuple[Money, ...], times: Fraction
    ) -> tuple[Ints, tuple[Source, ...]]:
        """What the rate of each row is made of: places, and the distinct ones."""
        size = max(len(moneys), 1)
        width = int(state.max(initial=0)) + 1
        key = (item * width + state) * size + money
        heads, back = grouped(key)
        return back, tuple(
            (int(item[at]), int(state[at]), moneys[int(money[at])], times) for at in heads.tolist()
        )

    def rates(self, sources: tuple[Source, ...]) -> tuple[Fraction, ...]:
        """Pence for one of each, below 0 for credits."""
        return tuple(self._rate(item, state, money) * times for item, state, money, times in sources)

    def under_the_last(self, rate: Ints, sources: tuple[Source, ...]) -> int:
        """How many amounts the last change holds for."""
        width = math.prod(change.levels for change in self.changes[:-1])
        held = np.array([state >= width for _, state, _, _ in sources], dtype=bool)
        return int(held[rate].sum()) if len(rate) else 0

    def _rate(self, item: int, state: int, money: Money) -> Fraction:
        pence = money.pence
        for change in self.changes:
            state, level = divmod(state, change.levels)
            if level:
                pence = change.applied(item, level, pence)
        return pence * self.terms.items[item].sign
