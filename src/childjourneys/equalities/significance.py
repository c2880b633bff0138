"""Whether groups differ: tests, many of them at once, and how many anchors it takes to tell."""

from __future__ import annotations

from math import ceil, erfc, lgamma, log, sqrt

import numpy as np

from childjourneys.equalities.intervals import Floats

# Below this many expected in one of the four cells chi-squared is not to be trusted.
SMALL_EXPECTED = 5
# The ratio that the number of anchors needed is for, and what 80% power at 0.05/20 takes: z of 1 - 0.0025/2
# and of 0.8 together.
RATIO_TO_FIND = 1.25
POWER_Z = 3.865
# Counts as likely as the one found, but for rounding.
_AS_LIKELY = 1e-7


def p_value(a: float, n1: float, c: float, n2: float) -> float:
    """Two-sided p of a of n1 against c of n2, both numbers of anchors above 0.

    Pearson's chi-squared without correction; Fisher's exact test of the counts rounded to whole numbers where
    fewer than 5 are expected in one of the four cells.
    """
    share = (a + c) / (n1 + n2)
    if min(n1, n2) * min(share, 1 - share) < SMALL_EXPECTED:
        return fisher(*(_whole(cell) for cell in (a, n1 - a, c, n2 - c)))
    return pearson(a, n1, c, n2)


def pearson(a: float, n1: float, c: float, n2: float) -> float:
    """Two-sided p by Pearson's chi-squared without correction."""
    pooled = (a + c) / (n1 + n2)
    variance = pooled * (1 - pooled) * (1 / n1 + 1 / n2)
    return erfc(abs(a / n1 - c / n2) / sqrt(2 * variance))


def fisher(a: int, b: int, c: int, d: int) -> float:
    """Two-sided p of a table with rows (a, b) and (c, d): all tables no likelier than this one.

    >>> round(fisher(3, 1, 1, 3), 4)
    0.4857
    """
    row, column, total = a + b, a + c, a + b + c + d
    least, most = max(0, row + column - total), min(row, column)
    if most == least:
        return 1.0
    k = np.arange(least, most)
    steps = np.log(row - k) + np.log(column - k) - np.log(k + 1) - np.log(total - row - column + k + 1)
    first = _choose(column, least) + _choose(total - column, row - least) - _choose(total, row)
    chance = np.exp(first + np.concatenate([[0.0], np.cumsum(steps)]))
    return min(1.0, float(chance[chance <= chance[a - least] * (1 + _AS_LIKELY)].sum()))


def benjamini_hochberg(p: Floats) -> Floats:
    """q: the lowest false discovery rate at which each would be called a discovery.

    Source: Benjamini and Hochberg 1995.
    """
    order = np.argsort(p, kind="stable")
    ranked = p[order] * p.size / np.arange(1, p.size + 1)
    q = np.empty(p.size)
    q[order] = np.minimum.accumulate(ranked[::-1])[::-1]
    return np.minimum(q, 1.0)


def n_needed(effect: float, rate: float, reference_n: float, reference_effect: float) -> int | None:
    """Anchors that a group needs for 80% power to find a ratio of 1.25; None where no number is enough.

    Args:
        effect: the group's design effect.
        rate, reference_n, reference_effect: of the reference.
    """
    raised = RATIO_TO_FIND * rate
    if rate <= 0 or rate > 0.75 or reference_n <= 0:
        return None
    left = (log(RATIO_TO_FIND) / POWER_Z) ** 2 - reference_effect * (1 - rate) / (rate * reference_n)
    if left <= 0:
        return None
    return ceil(effect * (1 - raised) / raised / left)


def verdict(tested: bool, q: float | None, difference: float | None, n: int, needed: int | None) -> str:
    """What may be said of a group beside its reference."""
    if not tested:
        return "cannot tell"
    if q is not None and difference and q <= 0.05:
        return "higher" if difference > 0 else "lower"
    return "no difference shown" if needed is not None and n >= needed else "cannot tell"


def _whole(count: float) -> int:
    return int(count + 0.5)


def _choose(n: int, k: int) -> float:
    return lgamma(n + 1) - lgamma(k + 1) - lgamma(n - k + 1)
