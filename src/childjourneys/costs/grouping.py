"""Equal whole numbers found without sorting, where they lie close together."""

from __future__ import annotations

import numpy as np

from childjourneys.costs.days import Ints

_ROOM = 1 << 22


def grouped(key: Ints) -> tuple[Ints, Ints]:
    """The first row of each distinct number, in order of the numbers; and which of them every row has."""
    if not len(key):
        return key, key
    least = int(key.min())
    width = int(key.max()) - least + 1
    if width > max(_ROOM, len(key)):
        _, heads, back = np.unique(key, return_index=True, return_inverse=True)
        return heads, back.ravel()
    place = key - least
    first = np.full(width, -1, dtype=np.int64)
    rows = np.arange(len(key))
    # Of several rows the one written last stays: the first.
    first[place[::-1]] = rows[::-1]
    seen = first >= 0
    return first[seen], (np.cumsum(seen) - 1)[place]
