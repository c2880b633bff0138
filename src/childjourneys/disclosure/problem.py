"""All counts of one population as one problem: cells, and the sums that bind them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from childjourneys.disclosure.presets import Preset
from childjourneys.issues import UsageError

Name = tuple[str, ...]
Bounds = tuple[int, int]
# Of one group: the places of n, matches and other.
Share = tuple[int, int, int]
# No upper limit: far above any count or amount of money, and still a whole number.
ENDLESS = 10**15

_ZERO = 60


class DisclosureError(UsageError):
    """Tables that can't be put together, or that would not be safe to publish."""


@dataclass(frozen=True)
class Cell:
    """One number.

    Attributes:
        name: what it counts, such as `("n", "sex", "F")`; tables that share a name share the cell.
        count: the true number, 0 or more.
        children: distinct children in it; None where not known apart from the count.
        printed: it stands in a table. What is not printed can still be worked out, such as a complement.
        weight: what is lost when it is hidden.
        known: what earlier releases say it is at least and at most; nothing can hide it any more.
        must: values that have to remain possible; None: as the preset says.
        counted: False for amounts of money: they are not small by themselves, and not rounded.
    """

    name: Name
    count: int
    children: int | None = None
    printed: bool = True
    weight: int = 100
    known: Bounds | None = None
    must: frozenset[int] | None = None
    counted: bool = True

    @property
    def loss(self) -> int:
        # Of two, the smaller is given up; but not a zero, which protects only upwards.
        return self.weight + (self.count**4).bit_length() + (0 if self.count else _ZERO)


class Problem:
    """Cells, sums and groups. Cells are numbered in the order in which they were added.

    Attributes:
        sums: (parts, total): the parts add up to the total.
        shares: (n, matches, other) of each group, so also a sum.
        splits: (groups, whole): groups whose n, matches and other each add up to those of the whole.
        dimensions: per kind of count and dimension, the groups that its table has.
        populations: per place of the n of a population, the places of what its tables print.
    """

    def __init__(self, preset: Preset) -> None:
        self.preset = preset
        self.cells: list[Cell] = []
        self.sums: list[tuple[tuple[int, ...], int]] = []
        self.shares: list[Share] = []
        self.splits: list[tuple[tuple[Share, ...], Share]] = []
        self.dimensions: dict[Name, tuple[str, ...]] = {}
        self.populations: dict[int, list[int]] = {}
        self._places: dict[Name, int] = {}
        self._bound: set[tuple[tuple[int, ...], int]] = set()
        self._shared: set[Share] = set()

    def __contains__(self, name: Name) -> bool:
        return name in self._places

    def place(self, name: Name) -> int:
        if name not in self._places:
            raise DisclosureError(f"No table of this problem has the number {' / '.join(name)}.")
        return self._places[name]

    def add(self, cell: Cell) -> int:
        """The number of the cell; one of that name that is there already must have the same count."""
        if cell.name in self._places:
            place = self._places[cell.name]
            if self.cells[place].count != cell.count:
                raise DisclosureError(
                    f"Two tables disagree on {' / '.join(cell.name)}: are they of one population?"
                )
            return place
        children = cell.children
        if cell.count < 0 or (children is not None and not 0 <= children <= cell.count):
            raise DisclosureError(f"{' / '.join(cell.name)} has an impossible number of children.")
        self._places[cell.name] = len(self.cells)
        self.cells.append(cell)
        return len(self.cells) - 1

    def add_sum(self, parts: Iterable[int], total: int) -> None:
        sum_ = (tuple(parts), total)
        if sum_ in self._bound:
            return
        if sum(self.cells[place].count for place in sum_[0]) != self.cells[total].count:
            raise DisclosureError(f"The parts do not add up to {' / '.join(self.cells[total].name)}.")
        self._bound.add(sum_)
        self.sums.append(sum_)

    def add_share(self, n: int, matches: int, other: int) -> None:
        share = (n, matches, other)
        if share not in self._shared:
            self.add_sum((matches, other), n)
            self._shared.add(share)
            self.shares.append(share)

    def add_split(self, groups: Sequence[Share], whole: Share) -> None:
        split = (tuple(groups), whole)
        if split not in self.splits:
            for part in range(3):
                self.add_sum([share[part] for share in groups], whole[part])
            self.splits.append(split)

    def drop_split(self, groups: Sequence[Share], whole: Share) -> None:
        """Take back what other sums say as well: the search is quicker where nothing is said twice."""
        self.splits.remove((tuple(groups), whole))
        for part in range(3):
            sum_ = (tuple(share[part] for share in groups), whole[part])
            self.sums.remove(sum_)
            self._bound.remove(sum_)

    def required(self) -> dict[int, frozenset[int]]:
        """Per cell that the rule alone hides, the values that have to remain possible.

        A small cell: every small value. Where all of a group match: the complement may be 0 or small, and the
        matches are short of `n` by 0 or a small number.
        """
        rule, found = self.preset, {}
        small = frozenset(rule.hidden_values)
        for place, cell in enumerate(self.cells):
            if cell.must is not None:
                found[place] = cell.must
            elif cell.known is None and cell.counted and rule.small(cell.count, cell.children):
                found[place] = small
        if rule.hides_all:
            for n, matches, other in self.shares:
                if self.cells[n].count == self.cells[matches].count > 0:
                    all_of_it = self.cells[matches].count
                    near = range(max(rule.least, all_of_it - rule.most), all_of_it + 1)
                    for place, values in ((matches, near), (other, range(rule.most + 1))):
                        if self.cells[place].known is None:
                            found[place] = found.get(place, frozenset()) | frozenset(values)
        return {place: values for place, values in sorted(found.items()) if values}

    def nobody_left(self) -> frozenset[int]:
        """Every number of the tables of a population that is small itself."""
        rule, found = self.preset, set[int]()
        for whole, places in self.populations.items():
            cell = self.cells[whole]
            if cell.known is None and rule.small(cell.count, cell.children) and cell.count:
                found.update(place for place in places if self.can_hide(place))
        return frozenset(found)

    def can_hide(self, place: int) -> bool:
        return self.cells[place].printed and self.cells[place].known is None

    def seen(self, place: int, hidden: bool) -> Bounds:
        """What one cell may be, by itself, to a reader."""
        cell = self.cells[place]
        if cell.known is not None:
            return cell.known
        if hidden or not cell.printed:
            return 0, ENDLESS
        return self.preset.possible(cell.count) if cell.counted else (cell.count, cell.count)
