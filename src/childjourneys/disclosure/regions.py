"""What is possible in a block without circles, by arithmetic.

By how much the matches, the others and the n of a group may change together is a region: a lower and an upper
limit for each of the three, where n is matches plus others. Regions of this shape stay of this shape, with
whole numbers for corners, when groups are added up and when two of them overlap. (They are generalised
polymatroids of two dimensions: Frank and Tardos 1988.) So where groups, their totals and the totals of these
form a tree, the exact limits of every number follow from adding limits up the tree and taking them away again
down the tree. Every whole number between the limits is possible.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from childjourneys.disclosure.attacker import Attacker
from childjourneys.disclosure.blocks import Block, Map, N
from childjourneys.disclosure.problem import ENDLESS

Ints = NDArray[np.int64]


class Regions:
    """The exact limits in one block, as changes from the true numbers.

    Attributes:
        row: node -> its row in `low` and `high`, whose columns are matches, other and n.
    """

    def __init__(self, attacker: Attacker, map_: Map, block: Block) -> None:
        self.attacker, self.map, self.block = attacker, map_, block
        self.row = {node: number for number, node in enumerate(block.nodes)}
        self.low = np.zeros((len(self.row), 3), dtype=np.int64)
        self.high = np.zeros((len(self.row), 3), dtype=np.int64)
        for node in self.row:
            self._own(node, self.low, self.high)
        tightened(self.low, self.high)
        steps = [self._step(number, towards) for number, towards in block.order]
        for members, signs, columns in reversed(steps):
            self._tell(members, signs, columns, slice(-1, None))
        for members, signs, columns in steps:
            self._tell(members, signs, columns, slice(0, -1))

    def within(self, cell: int) -> tuple[int, int]:
        """The least and the most that a cell can be, all sums considered."""
        node, column = self.map.at[cell]
        row, true = self.row[node], self.attacker.truth[cell]
        return true + int(self.low[row, column]), true + int(self.high[row, column])

    def next_to(self, cell: int) -> Iterator[tuple[int, int, int]]:
        """The cells next to one, with limits that they can't pass if its own limits have become narrower.

        They are worked out from the sums that the cell is in alone: with the others they may be narrower yet.
        """
        node = self.map.at[cell][0]
        own_low, own_high = np.zeros_like(self.low[:1]), np.zeros_like(self.high[:1])
        self._own(node, own_low, own_high, 0)
        at = self.row[node]
        for number, towards in self.block.order:
            if node not in self.map.links[number].members:
                continue
            members, signs, columns = self._step(number, towards)
            low, high = self.low[members], self.high[members]
            here = members == at
            low[here], high[here] = np.maximum(low[here], own_low), np.minimum(high[here], own_high)
            tightened(low, high)
            if columns is None:
                least, most = passed_on(low, high, signs, slice(None))
                low, high = np.maximum(low, least), np.minimum(high, most)
            else:
                each = np.arange(len(members)), columns
                least, most = passed_on(low[each], high[each], signs, slice(None))
                low[each], high[each] = np.maximum(low[each], least), np.minimum(high[each], most)
            tightened(low, high)
            for row, lows, highs in zip(members.tolist(), low.tolist(), high.tolist(), strict=True):
                for column, near in enumerate(self.map.nodes[self.block.nodes[row]]):
                    true = self.attacker.truth[near]
                    yield near, true + lows[column], true + highs[column]

    def _own(self, node: int, low: Ints, high: Ints, number: int | None = None) -> None:
        """What the cells of a node may be by themselves."""
        row, cells = self.row[node] if number is None else number, self.map.nodes[node]
        for column, cell in enumerate(cells):
            least, most = self.attacker.bounds[cell]
            low[row, column] = least - self.attacker.truth[cell]
            high[row, column] = most - self.attacker.truth[cell]
        if len(cells) == 1:
            low[row, N], high[row, N] = low[row, 0], high[row, 0]

    def _step(self, number: int, towards: int) -> tuple[Ints, Ints, Ints | None]:
        """The members of a link that can move, the one nearest to the root last."""
        link = self.map.links[number]
        kept = [i for i, node in enumerate(link.members) if node in self.row and node != towards]
        kept.append(link.members.index(towards))
        members = np.array([self.row[link.members[i]] for i in kept])
        signs = np.array([link.signs[i] for i in kept])
        return members, signs, None if link.column is None else np.array([link.column[i] for i in kept])

    def _tell(self, members: Ints, signs: Ints, columns: Ints | None, to: slice) -> None:
        low, high, told = self.low, self.high, members[to]
        if not len(told):
            return
        if columns is None:
            least, most = passed_on(low[members], high[members], signs, to)
            new_low, new_high = np.maximum(low[told], least), np.minimum(high[told], most)
        else:
            least, most = passed_on(low[members, columns], high[members, columns], signs, to)
            new_low, new_high = low[told], high[told]
            here = np.arange(len(told)), columns[to]
            new_low[here] = np.maximum(new_low[here], least)
            new_high[here] = np.minimum(new_high[here], most)
        tightened(new_low, new_high)
        low[told], high[told] = np.maximum(new_low, -ENDLESS), np.minimum(new_high, ENDLESS)


def tightened(low: Ints, high: Ints) -> None:
    """Make the limits of (matches, other, n) as narrow as the other two make them; in place, last axis 3."""
    m0, o0, n0 = low[..., 0].copy(), low[..., 1].copy(), low[..., 2].copy()
    m1, o1, n1 = high[..., 0].copy(), high[..., 1].copy(), high[..., 2].copy()
    low[..., 0] = np.maximum(m0, n0 - o1)
    low[..., 1] = np.maximum(o0, n0 - m1)
    low[..., 2] = np.maximum(n0, m0 + o0)
    high[..., 0] = np.minimum(m1, n1 - o0)
    high[..., 1] = np.minimum(o1, n1 - m0)
    high[..., 2] = np.minimum(n1, m1 + o1)


def passed_on(low: Ints, high: Ints, signs: Ints, to: slice) -> tuple[Ints, Ints]:
    """What members of a sum that comes to 0 leave to some of them, to each by itself.

    Args:
        low, high: limits, one row per member.
        signs: 1 or -1 per member.
        to: the rows of those that are told.
    """
    plus = (signs > 0).reshape(-1, *[1] * (low.ndim - 1))
    least, most = np.where(plus, low, -high), np.where(plus, high, -low)
    others_least = least.sum(axis=0) - least[to]
    others_most = most.sum(axis=0) - most[to]
    return np.where(plus[to], -others_most, others_least), np.where(plus[to], -others_least, others_most)
