"""Chains of changes: one number moved, and others with it until all sums balance again."""

from __future__ import annotations

import heapq
from collections.abc import Mapping
from itertools import count

from childjourneys.disclosure.attacker import Attacker, Change, added

# Sums repaired in one search; a chain through tables of 20 groups takes some tens.
LIMIT = 400

# Each sum out of balance counts as a cell or so that will have to be hidden.
_OPEN_SUM = 100


def chain(
    attacker: Attacker,
    start: Mapping[int, int],
    place: int,
    size: int,
    *,
    price: bool = False,
    limit: int = LIMIT,
) -> Change | None:
    """A balanced change that moves one cell by `size`, cheap ones first; None: none was found.

    Args:
        start: a change that holds, to begin from.
        price: cells in print may be moved as if hidden, at their loss.
        limit: of the sums that are repaired.
    """
    truth, bounds = attacker.truth, attacker.bounds

    def cost_of(cell: int, to: int) -> int | None:
        low, high = bounds[cell]
        if low <= to <= high:
            return 0
        free = price and to >= 0 and cell not in attacker.hidden and attacker.problem.can_hide(cell)
        return attacker.loss[cell] if free else None

    first = cost_of(place, truth[place] + start.get(place, 0) + size)
    if first is None:
        return None
    # Of equal ones the last: a table is finished before the next is begun.
    turn = count(0, -1)
    # Cost with a guess of what is to come, turn, cost so far; where the chain stands; what it moves next.
    queue: list[tuple[int, int, int, tuple[Change, Change], int, int]] = [
        (0, next(turn), first, ({}, {}), place, size)
    ]
    seen: set[frozenset[tuple[int, int]]] = set()
    for _ in range(limit):
        if not queue:
            return None
        _, _, cost, (change, off), moved, by = heapq.heappop(queue)
        change, off = added(change, {moved: by}), _balance(attacker, off, moved, by)
        if not off:
            return change
        key = frozenset(off.items())
        if key in seen:
            continue
        seen.add(key)
        number = min(off)
        for other, sign in attacker.sums[number]:
            needed = -off[number] * sign
            dearer = cost_of(other, truth[other] + start.get(other, 0) + change.get(other, 0) + needed)
            if other == place or dearer is None:
                continue
            guess = cost + dearer + _OPEN_SUM * _left(attacker, off, other, needed)
            heapq.heappush(queue, (guess, next(turn), cost + dearer, (change, off), other, needed))
    return None


def _balance(attacker: Attacker, off: Mapping[int, int], place: int, by: int) -> Change:
    """By how much each sum is out after a cell is moved."""
    now = dict(off)
    for number, sign in attacker.sums_of[place]:
        now[number] = now.get(number, 0) + sign * by
        if not now[number]:
            del now[number]
    return now


def _left(attacker: Attacker, off: Mapping[int, int], place: int, by: int) -> int:
    """How many sums will be out of balance."""
    left = len(off)
    for number, sign in attacker.sums_of[place]:
        if number not in off:
            left += 1
        elif off[number] + sign * by == 0:
            left -= 1
    return left
