"""Uniform draws, one named stream per part of the story, so that a change in one leaves the others alone."""

from __future__ import annotations

import math
import zlib
from bisect import bisect_right
from collections.abc import Mapping, Sequence

import numpy as np

_BLOCK = 4096


class Chance:
    """Draws from one stream. Scalar draws come out of blocks: numpy is slow one number at a time."""

    def __init__(self, seed: int, stream: str) -> None:
        self.generator = np.random.Generator(np.random.PCG64([seed, zlib.crc32(stream.encode("ascii"))]))
        self._block: list[float] = []

    def u(self) -> float:
        if not self._block:
            self._block = self.generator.random(_BLOCK).tolist()
        return self._block.pop()

    def yes(self, probability: float) -> bool:
        return self.u() < probability

    def whole(self, low: int, high: int) -> int:
        """A whole number from `low` to `high`, both included."""
        return low + int(self.u() * (high - low + 1))

    def wait(self, mean: float) -> float:
        """Exponential waiting time."""
        return -mean * math.log(1.0 - self.u())

    def spread(self, median: float, factor: float) -> float:
        """Log-logistic time: half lie below `median`; `factor` 1 is a wide spread, 0.3 a narrow one."""
        u = min(max(self.u(), 1e-6), 1 - 1e-6)
        return median * math.exp(factor * math.log(u / (1 - u)))


class Replay(Chance):
    """The draws of one child that a sibling follows: the same numbers in the same order, then fresh ones."""

    def __init__(self, chance: Chance) -> None:
        self._chance = chance
        self._drawn: list[float] = []
        self._next = 0

    def u(self) -> float:
        if self._next == len(self._drawn):
            self._drawn.append(self._chance.u())
        self._next += 1
        return self._drawn[self._next - 1]

    def again(self) -> None:
        """Start over, for the next sibling."""
        self._next = 0


class Choice:
    """A weighted choice among values; the weights need not add up to one."""

    def __init__(self, weights: Mapping[str, float]) -> None:
        self._values: Sequence[str] = list(weights)
        sums = np.cumsum(list(weights.values()))
        self._cuts: list[float] = (sums / sums[-1])[:-1].tolist()

    def draw(self, chance: Chance) -> str:
        return self.at(chance.u())

    def at(self, draw: float) -> str:
        """The value that a draw stands for; the first values have the lowest draws."""
        return self._values[bisect_right(self._cuts, draw)]
