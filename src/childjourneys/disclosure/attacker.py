"""The attack: what a reader can work out from everything that is published.

**What the attacker knows.** The rule and its preset; every printed number (a rounded one as its rounding
class); all sums between the cells, printed or not; that every number is a whole number of 0 or more; that a
cell the rule hides is never printed, so that a printed count is not small, and that where matches are printed
and not 0 not all of the group match. The attacker does not know which of the hidden cells the rule hides and
which were hidden in addition: a hidden cell may be of any size, also 0. It is not supposed that the attacker
knows the people in the tables, or argues from how the further cells were chosen.

**Safe** is: for every cell that the rule alone hides, each value that the rule allows it (1 to 5 with `dfe`)
is still possible, in whole numbers, in all tables at once.

**How it is decided.** Each value is *proved* possible (`proving.py`): by whole numbers for all cells that
agree with everything the attacker knows and have that value there. What is not proved counts as exposed, so
an error is always towards hiding more.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from types import MappingProxyType

from childjourneys.disclosure.problem import Bounds, Problem, Share

# By how much each cell differs from its true number; what is not named does not.
Change = dict[int, int]


class Attacker:
    """What is known while some cells are hidden.

    Attributes:
        hidden: the printed cells that are hidden; change it by `hide` and `show`.
        bounds: per cell the least and the most it may be by itself.
    """

    def __init__(self, problem: Problem, hidden: Collection[int]) -> None:
        self.problem = problem
        self.truth = [cell.count for cell in problem.cells]
        self.hidden = set(hidden)
        self.sums = [[(part, 1) for part in parts] + [(total, -1)] for parts, total in problem.sums]
        self.sums_of: list[list[tuple[int, int]]] = [[] for _ in self.truth]
        for number, terms in enumerate(self.sums):
            for place, sign in terms:
                self.sums_of[place].append((number, sign))
        self.shares_of: list[list[Share]] = [[] for _ in self.truth]
        for share in problem.shares:
            for place in share:
                self.shares_of[place].append(share)
        self.loss = [cell.loss if problem.can_hide(i) else 0 for i, cell in enumerate(problem.cells)]
        self.bounds: list[Bounds] = [self._bounds(place) for place in range(len(self.truth))]

    def hide(self, place: int) -> None:
        self.hidden.add(place)
        self._again(place)

    def show(self, place: int) -> None:
        self.hidden.discard(place)
        self._again(place)

    def near(self, place: int) -> set[int]:
        """The cell and those whose bounds depend on whether it is hidden."""
        return {place, *(other for share in self.shares_of[place] for other in share)}

    def _again(self, place: int) -> None:
        for each in self.near(place):
            self.bounds[each] = self._bounds(each)

    def _printed(self, place: int) -> bool:
        cell = self.problem.cells[place]
        return cell.printed and cell.known is None and place not in self.hidden

    def _bounds(self, place: int) -> Bounds:
        low, high = self.problem.seen(place, place in self.hidden)
        if self.problem.preset.hides_all:
            for n, matches, other in self.shares_of[place]:
                # Matches in print: not all of the group match.
                if place == other and self._printed(matches) and self.truth[matches]:
                    low = max(low, 1)
                # No others in print: that would be all of the group, so there is nobody in it.
                if place in (n, matches) and self._printed(other) and not self.truth[other]:
                    high = 0
        return low, high

    def fixed(self, place: int) -> bool:
        low, high = self.bounds[place]
        return low == high

    def holds(self, change: Mapping[int, int], start: Mapping[int, int] = MappingProxyType({})) -> bool:
        """The true numbers, so changed, agree with all that the attacker knows.

        Args:
            start: a change that is known to hold, to which this one is added.
        """
        balance: dict[int, int] = {}
        for place, by in change.items():
            low, high = self.bounds[place]
            if not low <= self.truth[place] + start.get(place, 0) + by <= high:
                return False
            for number, sign in self.sums_of[place]:
                balance[number] = balance.get(number, 0) + sign * by
        return not any(balance.values())

    def together(self, place: int) -> tuple[list[int], list[int]]:
        """The cells that are not fixed and share sums, one with the next, and these sums."""
        cells, numbers, edge = {place}, set(), [place]
        while edge:
            for number, _ in self.sums_of[edge.pop()]:
                if number not in numbers:
                    numbers.add(number)
                    new = [c for c, _ in self.sums[number] if c not in cells and not self.fixed(c)]
                    cells.update(new)
                    edge += new
        return sorted(cells), sorted(numbers)


def added(first: Mapping[int, int], then: Mapping[int, int]) -> Change:
    """Both changes, one after the other."""
    both = dict(first)
    for place, by in then.items():
        both[place] = both.get(place, 0) + by
        if not both[place]:
            del both[place]
    return both
