"""Which values of hidden cells can be proved possible; what can't counts as exposed."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass

from childjourneys.disclosure.attacker import Attacker, Change, added
from childjourneys.disclosure.blocks import Map
from childjourneys.disclosure.chains import chain
from childjourneys.disclosure.problem import Name, Problem
from childjourneys.disclosure.programme import Programme
from childjourneys.disclosure.regions import Regions
from childjourneys.disclosure.witness import Witness

# Before a programme a short look is enough.
_SHORT = 60
# Values between two that one chain is written down for.
_BETWEEN = 20
# Changes that move a whole block, before those that move as little of it as they can.
_WIDE = 20
# Cells of a change that is kept as something added to another.
_FEW = 40
_NONE: list[int] = []
# Amounts of money are not walked to in steps of one.
_FAR = 20


@dataclass(frozen=True)
class Exposure:
    """A value that the rule allows and a reader can rule out, or that could not be proved possible."""

    name: Name
    value: int


def attack(problem: Problem, hidden: Collection[int]) -> list[Exposure]:
    """What is exposed if these cells are hidden and all others printed; empty: safe."""
    return Proofs(Attacker(problem, hidden)).exposed()


class Proofs:
    """What is possible while some cells are hidden, and the proofs found so far.

    A proof says, for a cell and a value, how the true numbers would have to be changed. To hide one more cell
    spoils none of them; after one was shown again each is looked at anew.

    Attributes:
        required: per cell that the rule hides, the values that have to remain possible.
        hasty: what the quick ways don't prove counts as not proved.
    """

    def __init__(self, attacker: Attacker) -> None:
        self.attacker = attacker
        self.required = attacker.problem.required()
        self.hasty = False
        self.map = Map(attacker.problem)
        # Changes that agreed with everything when something was last shown again, and what they prove.
        # Each with the number of the one that it is added to, or None.
        self._changes: list[tuple[Change, int | None]] = []
        self._checked: dict[int, bool] = {}
        self._found: dict[tuple[int, int], int] = {}
        # Per cell the limits in its block, while nothing there changes; None: the block has circles.
        self._regions: dict[int, Regions | None] = {}
        self._witness: Witness | None = None
        self._wide = 0
        self._start: int | None = None
        # Per cell what has no proof yet, as changes, the far ones first.
        self._lacking: dict[int, list[int]] = {}
        for place, values in self.required.items():
            changes = (value - attacker.truth[place] for value in values)
            self._lacking[place] = sorted(filter(None, changes), key=lambda by: (-abs(by), by))
        self._programme: tuple[frozenset[int], Programme] | None = None

    def hide(self, cells: Iterable[int]) -> None:
        for cell in cells:
            self.attacker.hide(cell)
            self._forget(cell)

    def show(self, cell: int) -> None:
        self._forget(cell)
        self.attacker.show(cell)
        self._checked.clear()

    def needed(self, cell: int) -> bool:
        """To show a hidden cell would give away one next to it; if not so, it may still be needed."""
        regions = self._regions_of(cell)
        if regions is None:
            return False
        self.attacker.show(cell)
        try:
            return any(
                not low <= value <= high
                for near, low, high in regions.next_to(cell)
                for value in self.required.get(near, ())
            )
        finally:
            self.attacker.hide(cell)

    def around(self, cell: int) -> list[int]:
        """The required cells of the block of a cell."""
        block = self.map.block(self.attacker, cell)
        nodes = dict.fromkeys([*block.nodes, *self.map.told])
        return [each for node in nodes for each in self.map.nodes[node] if each in self.required]

    def ruled_out(self, place: int, *, stop: bool = False) -> list[int]:
        """The values of a cell that have to remain possible and are not: where possible by arithmetic alone.

        Args:
            stop: at the first of them, where they have to be looked at one by one.
        """
        regions = self._regions_of(place)
        if regions is None:
            return self.unproved(place, stop=stop)
        low, high = regions.within(place)
        return sorted(value for value in self.required[place] if not low <= value <= high)

    def unproved(self, place: int, *, stop: bool = False) -> list[int]:
        """The values that have to remain possible and can't be proved to be so."""
        truth, lacking = self.attacker.truth[place], []
        # The far ends first: a proof of these mostly holds for what lies between.
        for value in sorted(self.required[place], key=lambda each: (-abs(each - truth), each)):
            if not self._stands(place, value) and not self._search(place, value):
                lacking.append(value)
                if stop:
                    break
        return sorted(lacking)

    def exposed(self) -> list[Exposure]:
        """What no proof stands for. Each proof is checked against all that is published."""
        cells = self.attacker.problem.cells
        self._checked.clear()
        return [
            Exposure(cells[place].name, value) for place in self.required for value in self.unproved(place)
        ]

    def _stands(self, place: int, value: int) -> bool:
        by = value - self.attacker.truth[place]
        number = self._found.get((place, value))
        if number is None:
            return by == 0
        change, start = self._changes[number]
        before = 0 if start is None else self._changes[start][0].get(place, 0)
        return before + change.get(place, 0) == by and self._holds(number)

    def _holds(self, number: int) -> bool:
        """Nothing is added to what was itself added to another."""
        if number not in self._checked:
            change, start = self._changes[number]
            if start is None:
                self._checked[number] = self.attacker.holds(change)
            else:
                first = self._changes[start][0]
                self._checked[number] = self._holds(start) and self.attacker.holds(change, first)
        return self._checked[number]

    def _search(self, place: int, value: int) -> bool:
        low, high = self.attacker.bounds[place]
        if not low <= value <= high:
            return False
        size = value - self.attacker.truth[place]
        regions = self._regions_of(place)
        if regions is None:
            change = self._chained(place, size)
        else:
            low, high = regions.within(place)
            if low <= value <= high:
                self._written(regions, place, size)
                return self._stands(place, value)
            return False
        if change is None:
            return False
        self._keep(change)
        return self._stands(place, value)

    def _written(self, regions: Regions, place: int, size: int) -> None:
        """At first the whole block is moved each time: each change proves many values.

        Then as little as possible, from a change that is there already.
        """
        witness = self._witness
        if witness is None or witness.regions is not regions:
            self._witness = witness = Witness(regions, self._wanted)
            self._wide, self._start = _WIDE, None
        self._wide -= 1
        change = witness.change(place, size, wide=self._wide >= 0)
        if self._wide < 0 and len(change) <= _FEW:
            self._keep(change, self._start)
            return
        # It goes on from here: what has to move in all tables has now been moved.
        if self._start is not None:
            change = added(witness.start, change)
        self._keep(change)
        if self._wide < 0:
            witness.start, self._start = change, len(self._changes) - 1

    def _chained(self, place: int, size: int) -> Change | None:
        change = chain(self.attacker, {}, place, size, limit=_SHORT)
        if change is None and 1 < abs(size) <= _FAR:
            change = self._walked(place, size)
        if change is None:
            return None if self.hasty else self._solved(place, size)
        # A chain of equal steps holds for every smaller number of steps as well.
        if all(by % size == 0 for by in change.values()):
            for part in range(1, min(abs(size), _BETWEEN)):
                smaller = part if size > 0 else -part
                self._keep({each: by * smaller // size for each, by in change.items()})
        return change

    def _walked(self, place: int, size: int) -> Change | None:
        """In steps of one, each from the one before: the chains may then differ."""
        change: Change = {}
        step = 1 if size > 0 else -1
        for _ in range(abs(size)):
            further = chain(self.attacker, change, place, step, limit=_SHORT)
            if further is None:
                return None
            change = added(change, further)
            self._keep(change)
        return change

    def _solved(self, place: int, size: int) -> Change | None:
        attacker = self.attacker
        known = self._programme
        if known is None or known[0] != attacker.hidden or place not in known[1].at:
            self._programme = known = frozenset(attacker.hidden), Programme(attacker, place)
        return known[1].change(place, size)

    def _wanted(self, cell: int) -> list[int]:
        """Values that have no proof yet, as changes, the far ones first."""
        return self._lacking.get(cell, _NONE)

    def _keep(self, change: Change, start: int | None = None) -> None:
        """What proves one value possible proves those of all other cells in it too."""
        truth, new = self.attacker.truth, len(self._changes)
        before = {} if start is None else self._changes[start][0]
        self._changes.append((change, start))
        for place, added_by in change.items():
            by = before.get(place, 0) + added_by
            key = place, truth[place] + by
            if key[1] in self.required.get(place, ()):
                if key not in self._found and by:
                    self._lacking[place].remove(by)
                self._found[key] = new

    def _regions_of(self, place: int) -> Regions | None:
        if place not in self._regions:
            block = self.map.block(self.attacker, place)
            regions = Regions(self.attacker, self.map, block) if block.tree else None
            first = self.map.at[place][0]
            for node in [first] if first in self.map.told else block.nodes:
                for cell in self.map.nodes[node]:
                    self._regions[cell] = regions
        return self._regions[place]

    def _forget(self, cell: int) -> None:
        for node in self.map.told:
            for each in self.map.nodes[node]:
                self._regions.pop(each, None)
        for near in self.attacker.near(cell):
            for number, _ in self.attacker.sums_of[near]:
                for other, _ in self.attacker.sums[number]:
                    regions = self._regions.pop(other, None)
                    if regions is not None:
                        for node in regions.row:
                            for each in self.map.nodes[node]:
                                self._regions.pop(each, None)
