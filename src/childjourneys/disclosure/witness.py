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


class Witness:
    """One change of the whole block that agrees with everything, and moves one cell by so much.

    Each limit is exact, so that whatever is chosen within the limits of one group, what is left can be made
    up by the others. Of all choices those are taken that prove other wanted values too.
    """

    def __init__(self, regions: Regions, wanted: Wanted) -> None:
        self.regions = regions
        self.wanted = wanted
        self.low = [(row[0], row[1], row[2]) for row in regions.low.tolist()]
        self.high = [(row[0], row[1], row[2]) for row in regions.high.tolist()]

    def change(self, cell: int, by: int) -> Change:
        map_, row = self.regions.map, self.regions.row
        first, column = map_.at[cell]
        low, high = list(self.low[row[first]]), list(self.high[row[first]])
        low[column] = high[column] = by
        chosen = {first: self._point(first, (low[0], low[1], low[2]), (high[0], high[1], high[2]))}
        edge = [(first, -1)]
        for node, come_by in edge:
            for number in map_.links_of[node]:
                if number == come_by:
                    continue
                edge += [(other, number) for other in self._share_out(number, node, chosen)]
        return {
            each: point[part]
            for node, point in chosen.items()
            for part, each in enumerate(map_.nodes[node])
            if point[part]
        }

    def _share_out(self, number: int, given: int, chosen: dict[int, _Three]) -> list[int]:
        """Choose for the other members of a link; those that move are returned."""
        link, row = self.regions.map.links[number], self.regions.row
        at = link.members.index(given)
        columns = (0, 1, N) if link.column is None else (link.column[at],)
        left = [-link.signs[at] * chosen[given][column] for column in columns]
        others = [
            (node, link.signs[i], columns if link.column is None else (link.column[i],))
            for i, node in enumerate(link.members)
            if i != at and node in row
        ]
        # What those that come later can make up, at the least and at the most.
        later = [([0] * len(columns), [0] * len(columns))]
        for node, sign, parts in reversed(others):
            ends = [_signed(self.low[row[node]][p], self.high[row[node]][p], sign) for p in parts]
            least, most = later[-1]
            later.append(
                (
                    [a + end[0] for a, end in zip(least, ends, strict=True)],
                    [a + end[1] for a, end in zip(most, ends, strict=True)],
                )
            )
        later.pop()
        moved = []
        for node, sign, parts in others:
            least, most = later.pop()
            low, high = list(self.low[row[node]]), list(self.high[row[node]])
            for place, part in enumerate(parts):
                end = _signed(left[place] - most[place], left[place] - least[place], sign)
                low[part], high[part] = max(low[part], end[0]), min(high[part], end[1])
            point = self._point(node, (low[0], low[1], low[2]), (high[0], high[1], high[2]))
            left = [rest - sign * point[part] for rest, part in zip(left, parts, strict=True)]
            chosen[node] = point
            if any(point):
                moved.append(node)
        return moved

    def _point(self, node: int, low: _Three, high: _Three) -> _Three:
        """A point within limits: with wanted values if it goes, else as near to no change as can be."""
        cells = self.regions.map.nodes[node]
        m0, m1 = max(low[0], low[2] - high[1]), min(high[0], high[2] - low[1])
        if len(cells) == 1:
            value = self._pick(cells[0], m0, m1)
            return value, 0, value
        m = self._pick(cells[0], m0, m1)
        o0, o1 = max(low[1], low[2] - m), min(high[1], high[2] - m)
        o = self._pick(cells[1], o0, o1, (cells[2], m))
        return m, o, m + o

    def _pick(self, cell: int, low: int, high: int, total: tuple[int, int] | None = None) -> int:
        if low == high:
            return low
        for value in self.wanted(cell):
            if low <= value <= high:
                return value
        if total is not None:
            for value in self.wanted(total[0]):
                if low <= value - total[1] <= high:
                    return value - total[1]
        return min(max(0, low), high)


def _signed(low: int, high: int, sign: int) -> tuple[int, int]:
    return (low, high) if sign > 0 else (-high, -low)
