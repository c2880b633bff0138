"""Exact weights of many things at once: few distinct fractions, and which of them each thing has."""

from __future__ import annotations

import operator
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from fractions import Fraction

import numpy as np

from childjourneys.costs.days import Ints

_Op = Callable[[Fraction, Fraction], Fraction]


@dataclass(frozen=True)
class Weights:
    """A weight for each thing: `values[code]`."""

    code: Ints
    values: tuple[Fraction, ...]

    @classmethod
    def all_of(cls, value: Fraction, count: int) -> Weights:
        return cls(np.zeros(count, dtype=np.int64), (value,))

    @classmethod
    def of(cls, each: Sequence[Fraction]) -> Weights:
        place = {one: at for at, one in enumerate(dict.fromkeys(each))}
        return cls(np.array([place[one] for one in each], dtype=np.int64), tuple(place))

    def __len__(self) -> int:
        return len(self.code)

    def at(self, rows: np.ndarray) -> Weights:
        return Weights(self.code[rows], self.values)

    def __mul__(self, other: Weights) -> Weights:
        return self._with(other, operator.mul)

    def __sub__(self, other: Weights) -> Weights:
        return self._with(other, operator.sub)

    def __add__(self, other: Weights) -> Weights:
        return self._with(other, operator.add)

    def scaled(self, factor: Fraction) -> Weights:
        return Weights(self.code, tuple(one * factor for one in self.values))

    def put(self, rows: Ints, other: Weights) -> Weights:
        """With the weights of some things replaced."""
        code = self.code.copy()
        code[rows] = other.code + len(self.values)
        return Weights(code, (*self.values, *other.values))._tidy()

    def floats(self) -> np.ndarray:
        return np.array([float(one) for one in self.values], dtype=float)[self.code]

    def total(self) -> Fraction:
        counts = np.bincount(self.code, minlength=len(self.values)).tolist()
        return sum((one * count for one, count in zip(self.values, counts, strict=True)), Fraction(0))

    def each(self) -> list[Fraction]:
        return [self.values[one] for one in self.code.tolist()]

    def _with(self, other: Weights, op: _Op) -> Weights:
        size = max(len(other.values), 1)
        pair, back = np.unique(self.code * size + other.code, return_inverse=True)
        values = tuple(op(self.values[one // size], other.values[one % size]) for one in pair.tolist())
        return Weights(back.ravel(), values)._tidy()

    def _tidy(self) -> Weights:
        """Each value once."""
        place = {one: at for at, one in enumerate(dict.fromkeys(self.values))}
        if len(place) == len(self.values):
            return self
        new = np.array([place[one] for one in self.values], dtype=np.int64)
        return Weights(new[self.code], tuple(place))


def joined_weights(parts: Sequence[Weights]) -> Weights:
    """Several lists as one."""
    codes = [np.zeros(0, dtype=np.int64)]
    values: list[Fraction] = []
    for part in parts:
        codes.append(part.code + len(values))
        values += part.values
    return Weights(np.concatenate(codes), tuple(values))._tidy()
