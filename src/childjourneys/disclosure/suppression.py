"""Which further cells are hidden, so that what the rule hides can't be got back."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from childjourneys.disclosure.attacker import Attacker, Change, added
from childjourneys.disclosure.chains import chain
from childjourneys.disclosure.presets import MARK
from childjourneys.disclosure.problem import DisclosureError, Name, Problem
from childjourneys.disclosure.proving import Exposure, Proofs

# Cells of a problem where showing again is tried without integer programming, to save time.
_MANY = 1000
# Steps of one that are tried; for amounts of money they would never end.
_STEPS = 200


@dataclass(frozen=True)
class Solution:
    """What is hidden.

    Attributes:
        hidden: numbers of the printed cells that are hidden, for whatever reason.
        by_rule: those of them that the rule hides by itself.
        exposed: what hiding can't protect any more, because of what was published earlier; nothing may then
            be published.
    """

    problem: Problem
    hidden: frozenset[int]
    by_rule: frozenset[int]
    exposed: tuple[Exposure, ...]

    @property
    def safe(self) -> bool:
        return not self.exposed

    def hides(self, name: Name) -> bool:
        return self.problem.place(name) in self.hidden

    def number(self, name: Name) -> int | None:
        """As published, rounded where the preset rounds; None: hidden.

        Raises:
            DisclosureError: nothing of this problem may be published, or the number is not of its tables.
        """
        if self.exposed:
            raise DisclosureError(
                "Together with what was published earlier these tables give away "
                f"{len({each.name for each in self.exposed})} hidden numbers. They can't be published."
            )
        place = self.problem.place(name)
        cell = self.problem.cells[place]
        if not cell.printed or cell.known is not None:
            raise DisclosureError(f"{' / '.join(name)} is not a number of these tables.")
        if place in self.hidden:
            return None
        return self.problem.preset.rounded(cell.count) if cell.counted else cell.count

    def text(self, name: Name) -> str:
        """As published; the mark where it is hidden."""
        number = self.number(name)
        return MARK if number is None else str(number)


def protect(problem: Problem) -> Solution:
    """Hide what the rule hides, then as little more as needed until the attack finds nothing.

    Every cell that the rule hides is taken in turn; for a value that is not possible, the cells in print on
    the cheapest chain that makes it possible are hidden. Then what turned out not to be needed is shown
    again, dearest first. In the end the whole attack is made, by proofs. The same problem always gives the
    same answer.
    """
    work = _Work(Proofs(Attacker(problem, ())))
    required = work.proofs.required
    by_rule = frozenset(place for place in required if problem.cells[place].printed)
    kept = by_rule | problem.nobody_left()
    work.proofs.hide(sorted(kept))
    for place in required:
        work.secure(place)
    work.proofs.hasty = len(problem.cells) > _MANY
    work.show_again(kept)
    work.proofs.hasty = False
    for place in required:
        work.secure(place, proof=True)
    return Solution(problem, frozenset(work.attacker.hidden), by_rule, tuple(work.proofs.exposed()))


class _Work:
    """Cells hidden so far, and what is possible with them."""

    def __init__(self, proofs: Proofs) -> None:
        self.proofs = proofs
        self.attacker = proofs.attacker

    def secure(self, place: int, *, proof: bool = False) -> None:
        """Hide more until every value of a cell is possible."""
        truth = self.attacker.truth[place]
        while missing := self.proofs.unproved(place) if proof else self.proofs.ruled_out(place):
            far = max(missing, key=lambda value: (abs(value - truth), -value))
            if not self._open(place, far - truth) and not self._widen(place):
                return

    def _open(self, place: int, size: int) -> bool:
        """Hide the cells in print on the cheapest chain that moves a cell so far."""
        return self._on_the_way(chain(self.attacker, {}, place, size, price=True)) or self._walk(place, size)

    def _walk(self, place: int, size: int) -> bool:
        """In steps of one, as far as no new cell is needed; then hide what the next step needs."""
        change: Change = {}
        step = 1 if size > 0 else -1
        for _ in range(min(abs(size), _STEPS)):
            further = chain(self.attacker, change, place, step, price=True)
            if further is None:
                return False
            change = added(change, further)
            if self._on_the_way(change):
                return True
        return False

    def _on_the_way(self, change: Change | None) -> bool:
        attacker = self.attacker
        new = [
            each
            for each, moved in sorted((change or {}).items())
            if not attacker.bounds[each][0] <= attacker.truth[each] + moved <= attacker.bounds[each][1]
        ]
        self.proofs.hide(new)
        return bool(new)

    def _widen(self, place: int) -> bool:
        """No chain was found: hide the cheapest cell in the sums next to it, then in those beyond."""
        attacker, seen, edge = self.attacker, {place}, [place]
        while edge:
            around = {
                other
                for each in edge
                for number, _ in attacker.sums_of[each]
                for other, _ in attacker.sums[number]
            } - seen
            new = [o for o in around if o not in attacker.hidden and attacker.problem.can_hide(o)]
            if new:
                self.proofs.hide([min(new, key=lambda other: (attacker.loss[other], other))])
                return True
            seen |= around
            edge = sorted(around)
        return False

    def show_again(self, kept: Collection[int]) -> None:
        attacker = self.attacker
        for place in sorted(attacker.hidden.difference(kept), key=lambda each: (-attacker.loss[each], each)):
            if self.proofs.needed(place):
                continue
            around = self.proofs.around(place)
            self.proofs.show(place)
            if any(self.proofs.ruled_out(cell, stop=True) for cell in around):
                self.proofs.hide([place])
