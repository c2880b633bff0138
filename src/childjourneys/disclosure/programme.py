"""The exact decision where the quick ways find nothing: integer programming."""

from __future__ import annotations

from typing import Any

import numpy as np

from childjourneys.disclosure.attacker import Attacker, Change
from childjourneys.disclosure.problem import ENDLESS

# Where the solver gives up. The nodes come first, so that every machine gives up on the same.
_NODES = 5000
_SECONDS = 60.0


class Programme:
    """The cells that can move together with one, and the sums that bind them."""

    def __init__(self, attacker: Attacker, place: int) -> None:
        # Slow to load, and seldom needed.
        from scipy.optimize import LinearConstraint
        from scipy.sparse import csr_array

        self.attacker = attacker
        self.cells, numbers = attacker.together(place)
        at = {cell: column for column, cell in enumerate(self.cells)}
        self.at = at
        terms = [
            (row, at[cell], sign)
            for row, number in enumerate(numbers)
            for cell, sign in attacker.sums[number]
            if cell in at
        ]
        rows, columns, signs = zip(*terms, strict=True) if terms else ((), (), ())
        matrix = csr_array((signs, (rows, columns)), shape=(len(numbers), len(self.cells)), dtype=np.float64)
        self.sums: Any = LinearConstraint(matrix, 0, 0)
        truth = np.array([attacker.truth[cell] for cell in self.cells], dtype=np.float64)
        limits = np.array([attacker.bounds[cell] for cell in self.cells], dtype=np.float64)
        limits[limits >= ENDLESS] = np.inf
        self.low, self.high = limits[:, 0] - truth, limits[:, 1] - truth

    def change(self, place: int, size: int) -> Change | None:
        """Whole changes, balanced in each sum, that move one cell by `size`; None: there are none, or the
        solver gave up."""
        from scipy.optimize import Bounds, milp

        column = self.at[place]
        if not self.low[column] <= size <= self.high[column]:
            return None
        low, high = self.low.copy(), self.high.copy()
        low[column] = high[column] = size
        result = milp(
            np.zeros(len(self.cells)),
            constraints=self.sums,
            integrality=np.ones(len(self.cells)),
            bounds=Bounds(low, high),
            options={"node_limit": _NODES, "time_limit": _SECONDS},
        )
        if result.x is None:
            return None
        moved = np.rint(result.x).astype(np.int64)
        change = {cell: int(by) for cell, by in zip(self.cells, moved, strict=True) if by}
        # Worked out with fractions: only whole numbers that agree with everything are a proof.
        return change if self.attacker.holds(change) else None
