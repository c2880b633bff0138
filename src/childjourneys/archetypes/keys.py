"""Searching sorted keys: how many of some events lie on some days of a child, episode, record or family."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from childjourneys.archetypes.authority import CODES
from childjourneys.archetypes.days import DAY_BITS, LAST_RANK, RANK_BITS, Flags, Ints

Ranges = tuple[Ints, Ints]


def covered(ranges: tuple[Ints, Ints], first: Ints, last: Ints) -> Flags:
    """Whether all days from first to last, both included, lie in one range; nothing is always covered."""
    starts, ends = ranges
    at = np.searchsorted(starts, first, side="right") - 1
    inside = (at >= 0) & (last <= ends[np.maximum(at, 0)])
    return inside | (first > last)


def key(group: Ints, day: Ints, rank: Ints | int) -> Ints:
    found: Ints = (group << (DAY_BITS + RANK_BITS)) | (day << RANK_BITS) | rank
    return found


def between(keys: Ints, group: Ints, first: Ints, last: Ints) -> Ints:
    """How many keys of a group lie on the days from first to last."""
    some = (first <= last) & (group >= 0)
    low = np.searchsorted(keys, key(np.maximum(group, 0), np.maximum(first, 0), 0))
    high = np.searchsorted(keys, key(np.maximum(group, 0), np.maximum(last, 0), LAST_RANK), side="right")
    return np.where(some, high - low, 0)


def on_day(keys: Ints, group: Ints, day: Ints, lowest: Ints, highest: Ints) -> Ints:
    """How many keys of a group lie on a day, in some places of it."""
    some = (lowest <= highest) & (group >= 0)
    low = np.searchsorted(keys, key(np.maximum(group, 0), day, np.clip(lowest, 0, LAST_RANK)))
    high = np.searchsorted(keys, key(np.maximum(group, 0), day, np.clip(highest, 0, LAST_RANK)), side="right")
    return np.where(some, high - low, 0)


def first_code(codes: Sequence[Ints]) -> Ints:
    """The first code in the order of `CODES` that applies; 0 where none does."""
    found = np.where(codes[0] > 0, codes[0], len(CODES))
    for code in codes[1:]:
        found = np.minimum(found, np.where(code > 0, code, len(CODES)))
    return np.where(found == len(CODES), 0, found)
