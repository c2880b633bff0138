"""Proofs in a block without circles: whole numbers for all of it, written down one group after the other."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from childjourneys.disclosure.attacker import Change
from childjourneys.disclosure.blocks import N
from childjourneys.disclosure.regions import Regions

# Limits of (matches, other, n), or a point of them.
_Three = tuple[int, int, int]
# Cell -> values of it that still want a proof, as changes.
Wanted = Callable[[int], Iterable[int]]
# A member of a link: node, its row, sign, and which of its three numbers are meant.
_Member = tuple[int, int, int, tuple[int, ...]]


class Witness:
    """One change of a block that agrees with everything, and moves one cell by so much.

    Each limit is exact, so that whatever is chosen within the limits of one group, what is left can be made
    up by the others. Of all choices those are taken that prove other wanted values too.
    """

    def __init__(self, regions: Regions, wanted: Wanted) -> None:
        self.regions = regions
        self.wanted = wanted
        self.low = [(row[0], row[1], row[2]) for row in regions.low.tolist()]
        self.high = [(row[0], row[1], row[2]) for row in regions.high.tolist()]
        # Where the next change begins.
        self.start: Change = {}
        self._links = {number for number, _ in regions.block.order}
        self._known: dict[int, tuple[list[_Member], list[int], list[int]]] = {}

    def change(self, cell: int, by: int, *, wide: bool = True) -> Change:
        """What moves with a cell, from the start on.

        Args:
            by: how much the cell is changed in all.
            wide: all groups of the block may move, for as many wanted values as can be had; else no more of
                them than are needed to balance the sums.
        """
        map_, row = self.regions.map, self.regions.row
        first, column = map_.at[cell]
        low, high = self._ends(first, row[first])
        low[column] = high[column] = by - self.start.get(cell, 0)
        chosen = {first: self._point(first, low, high)}
        edge = [(first, -1)]
        for node, come_by in edge:
            for number in map_.links_of[node]:
                if number == come_by or number not in self._links:
                    continue
                edge += [(other, number) for other in self._share_out(number, node, chosen, wide)]
        moved = {
            each: point[part]
            for node, point in chosen.items()
            for part, each in enumerate(map_.nodes[node])
            if point[part]
        }
        return map_.completed(moved)

    def _share_out(self, number: int, given: int, chosen: dict[int, _Three], wide: bool) -> list[int]:
        """Choose for the other members of a link; those that move are returned."""
        link, row = self.regions.map.links[number], self.regions.row
        at = link.members.index(given)
        columns = (0, 1, N) if link.column is None else (link.column[at],)
        left = [-link.signs[at] * chosen[given][column] for column in columns]
        if not wide and not any(left):
            return []
        members, least, most = self._members(number)
        # What those that come later can make up, at the least and at the most.
        least, most = least.copy(), most.copy()
        self._take(least, most, (given, row[given], link.signs[at], columns))
        moved = []
        for member in members if wide else reversed(members):
            node, at_row, sign, parts = member
            if node == given:
                continue
            self._take(least, most, member)
            low, high = self._ends(node, at_row)
            for place, part in enumerate(parts):
                end = _signed(left[place] - most[place], left[place] - least[place], sign)
                low[part], high[part] = max(low[part], end[0]), min(high[part], end[1])
            point = self._point(node, low, high, None if wide else _aim(parts, [sign * by for by in left]))
            left = [rest - sign * point[part] for rest, part in zip(left, parts, strict=True)]
            chosen[node] = point
            if any(point):
                moved.append(node)
            if not wide and not any(left):
                break
        return moved

    def _members(self, number: int) -> tuple[list[_Member], list[int], list[int]]:
        """Those members of a link that can move, with what they can do together.

        The last are those that move no other links, and of them those that can give most.
        """
        known = self._known.get(number)
        if known is None:
            link, row = self.regions.map.links[number], self.regions.row
            members: list[_Member] = [
                (node, row[node], link.signs[i], (0, 1, N) if link.column is None else (link.column[i],))
                for i, node in enumerate(link.members)
                if node in row
            ]
            least, most = ([0] * (3 if link.column is None else 1) for _ in range(2))
            for member in members:
                self._take(least, most, member, -1)
            links_of = self.regions.map.links_of
            members.sort(
                key=lambda each: (-len(links_of[each[0]]), -sum(self.low[each[1]][part] for part in each[3]))
            )
            self._known[number] = known = members, least, most
        return known

    def _ends(self, node: int, row: int) -> tuple[list[int], list[int]]:
        """The limits of a group, as changes from the start."""
        low, high = list(self.low[row]), list(self.high[row])
        if self.start:
            for part, cell in enumerate(self.regions.map.nodes[node]):
                by = self.start.get(cell, 0)
                low[part] -= by
                high[part] -= by
            if len(self.regions.map.nodes[node]) == 1:
                low[N], high[N] = low[0], high[0]
        return low, high

    def _take(self, least: list[int], most: list[int], member: _Member, times: int = 1) -> None:
        """Take the limits of one member from those of several."""
        node, row, sign, parts = member
        low, high = self._ends(node, row)
        for place, part in enumerate(parts):
            end = _signed(low[part], high[part], sign)
            least[place] -= times * end[0]
            most[place] -= times * end[1]

    def _point(
        self, node: int, low: list[int], high: list[int], aim: tuple[int, int | None] | None = None
    ) -> _Three:
        """A point within limits: with wanted values if it goes, else as near to no change as can be.

        Args:
            aim: matches and other that it should come near to; None for other: what n is short of matches.
        """
        cells = self.regions.map.nodes[node]
        m0, m1 = max(low[0], low[2] - high[1]), min(high[0], high[2] - low[1])
        m = self._pick(cells[0], m0, m1, None if aim is None else aim[0])
        if len(cells) == 1:
            return m, 0, m
        o0, o1 = max(low[1], low[2] - m), min(high[1], high[2] - m)
        if aim is None:
            o = self._pick(cells[1], o0, o1, None, (cells[2], m))
        else:
            o = self._pick(cells[1], o0, o1, aim[0] - m if aim[1] is None else aim[1])
        return m, o, m + o

    def _pick(
        self, cell: int, low: int, high: int, aim: int | None, total: tuple[int, int] | None = None
    ) -> int:
        if low == high:
            return low
        now = self.start.get(cell, 0)
        if aim is not None:
            # On the way to it a wanted value is as good.
            for value in self.wanted(cell) if aim else ():
                if low <= value - now <= high and min(aim, 0) <= value - now <= max(aim, 0):
                    return value - now
            return min(max(aim, low), high)
        for value in self.wanted(cell):
            if low <= value - now <= high:
                return value - now
        if total is not None:
            other = total[1] + self.start.get(total[0], 0)
            for value in self.wanted(total[0]):
                if low <= value - other <= high:
                    return value - other
        return min(max(0, low), high)


def _signed(low: int, high: int, sign: int) -> tuple[int, int]:
    return (low, high) if sign > 0 else (-high, -low)


def _aim(parts: tuple[int, ...], left: list[int]) -> tuple[int, int | None]:
    """What matches and other should come near to, for these parts to make up what is left."""
    if len(parts) > 1:
        return left[0], left[1]
    return {0: (left[0], 0), 1: (0, left[0]), N: (left[0], None)}[parts[0]]
