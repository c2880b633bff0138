"""Intervals of children against sets of nights, written out one by one."""

from __future__ import annotations

import random

import numpy as np
import pytest

from childjourneys.costs.days import FAR
from childjourneys.costs.intervals import Intervals, union

Night = tuple[int, int]


def _random(rng: random.Random, count: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    child = np.array([rng.randrange(5) for _ in range(count)], dtype=np.int64)
    start = np.array([rng.randrange(-30, 60) for _ in range(count)], dtype=np.int64)
    return child, start, start + np.array([rng.randrange(0, 12) for _ in range(count)], dtype=np.int64)


def _nights(child: np.ndarray, start: np.ndarray, end: np.ndarray) -> set[Night]:
    return {(int(c), day) for c, a, b in zip(child, start, end, strict=True) for day in range(a, b)}


def _held(intervals: Intervals) -> set[Night]:
    return _nights(intervals.child, intervals.start, intervals.end)


@pytest.mark.parametrize("seed", range(20))
def test_union_cut_and_difference_have_the_right_nights(seed: int) -> None:
    rng = random.Random(seed)
    one, other = _random(rng, 12), _random(rng, 9)
    first, second = union(*one), union(*other)
    assert _held(first) == _nights(*one)
    assert len(_held(first)) == int((first.end - first.start).sum())
    parts, rows = first.cut(other[0], other[1])
    assert _held(parts) == _held(first)
    assert (parts.child == first.child[rows]).all()
    left, of = first.without(second)
    assert _held(left) == _nights(*one) - _nights(*other)
    assert (first.start[of] <= left.start).all() and (left.end <= first.end[of]).all()
    clipped, _ = first.clipped(0, 20)
    assert _held(clipped) == {(c, day) for c, day in _nights(*one) if 0 <= day < 20}


@pytest.mark.parametrize("seed", range(10))
def test_nights_are_found_and_counted(seed: int) -> None:
    rng = random.Random(100 + seed)
    held = union(*_random(rng, 15))
    nights = _held(held)
    asked = [(rng.randrange(6), rng.randrange(-40, 80)) for _ in range(60)]
    child, day = (np.array(column, dtype=np.int64) for column in zip(*asked, strict=True))
    assert [(int(c), int(d)) in nights for c, d in asked] == (held.at(child, day) >= 0).tolist()
    counted = [sum(1 for c, d in nights if c == who and d < upto) for who, upto in asked]
    assert held.nights_before(child, day).tolist() == counted


def test_what_goes_on_without_end_is_found_too() -> None:
    open_ = union(np.array([0, 1]), np.array([5, 7]), np.array([FAR, 9]))
    assert open_.at(np.array([0, 0, 1]), np.array([4, 60_000, 60_000])).tolist() == [-1, 0, -1]


def test_copies_have_the_intervals_of_whom_they_copy() -> None:
    held = Intervals(np.array([0, 0, 2]), np.array([1, 5, 3]), np.array([2, 6, 9]))
    copies = held.copied(np.array([2, 0, 1, 2]))
    assert copies.child.tolist() == [0, 1, 1, 3]
    assert copies.start.tolist() == [3, 1, 5, 3]
