"""Unit costs as a scenario changes them: by a share, to an amount, by inflation of an index, by hours.

Changes hold from a day on and are multiplied in their order. Nights under different changes are different
spans; where a change changes nothing (0 per cent) nothing is cut.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

import numpy as np

from childjourneys.costs.days import Flags, Ints, birthdays, financial_years, first_april
from childjourneys.costs.facts import NO_BIRTH
from childjourneys.costs.looks import Looks, Scene
from childjourneys.costs.scenario.definition import Match
from childjourneys.costs.terms import Money, Terms
from childjourneys.costs.whatif.meant import ages_of, holds

_HUNDRED = Fraction(100)


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

    def touched(self) -> Flags:
        """The items that any of them changes."""
        found = np.zeros(len(self.terms.items), dtype=bool)
        for change in self.changes:
            found[list(change.items)] = True
        return found

    def points(self, scene: Scene, child: Ints) -> list[tuple[Ints, Ints]]:
        return [point for change in self.changes for point in change.points(scene, child)]

    def states(self, scene: Scene, looks: Looks) -> Ints:
        """A number for each night or event that tells which changes hold."""
        found = np.zeros(len(looks), dtype=np.int64)
        for change in self.changes:
            found = found * change.levels + change.level(scene, looks)
        return found

    def of_items(self, states: Ints, item: Ints) -> Ints:
        """The state where it concerns the item, else 0: what tells spans of an item apart."""
        found = np.zeros(len(states), dtype=np.int64)
        left = states.copy()
        width = 1
        for change in reversed(self.changes):
            concerned = np.zeros(len(self.terms.items), dtype=bool)
            concerned[list(change.items)] = True
            level = np.where(concerned[item], left % change.levels, 0)
            found += level * width
            left //= change.levels
            width *= change.levels
        return found

    def rates(
        self, item: Ints, state: Ints, money: Ints, moneys: tuple[Money, ...]
    ) -> tuple[Ints, list[Fraction]]:
        """Pence for one of each row, below 0 for credits: places, and the distinct ones."""
        size = max(len(moneys), 1)
        width = int(state.max(initial=0)) + 1
        key = (item * width + state) * size + money
        distinct, back = np.unique(key, return_inverse=True)
        found = [
            self._rate(one // size // width, one // size % width, moneys[one % size])
            for one in distinct.tolist()
        ]
        return back.ravel(), found

    def _rate(self, item: int, state: int, money: Money) -> Fraction:
        pence = money.pence
        levels: list[int] = []
        for change in reversed(self.changes):
            state, level = divmod(state, change.levels)
            levels.append(level)
        for change, level in zip(self.changes, reversed(levels), strict=True):
            if not level:
                continue
            pence = dict(change.amounts).get(item, pence / _HUNDRED) * _HUNDRED
            pence *= dict(change.factors).get(item, Fraction(1))
            years = dict(change.by_year).get(item)
            if years:
                pence *= years[level - 1]
        return pence * self.terms.items[item].sign
