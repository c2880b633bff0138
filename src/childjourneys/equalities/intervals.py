"""How far chance moves rates, ratios and differences. Counts need not be whole: they may be effective ones.

All take and give arrays, a place for each comparison; what is not defined is not a number.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import polars as pl

from childjourneys.domain.proportions import Z95, proportion

Floats = npt.NDArray[np.float64]
Interval = tuple[Floats, Floats]
# Below this many in one of the four cells the logarithm of the ratio is far from normal.
SMALL_CELL = 10
# Where the search for a bound begins, as a logarithm, and how often it halves what is left.
_FARTHEST, _HALVINGS = 60.0, 100


def design_effect(n: Floats, matches: Floats, mm: Floats, mn: Floats, nn: Floats) -> Floats:
    """How many times the variance of a rate is what it would be if anchors had nothing to do with each other.

    Args:
        mm, mn, nn: sums over clusters of their matches squared, matches times anchors, and anchors squared.

    Source: Rao and Scott 1992, for clusters; never below 1: our choice.
    """
    with np.errstate(invalid="ignore", divide="ignore"):
        rate = matches / n
        spread = mm - 2 * rate * mn + rate**2 * nn
        effect = spread / (n * rate * (1 - rate))
    return np.where((matches > 0) & (matches < n), np.maximum(effect, 1.0), 1.0)


def wilson(matches: Floats, n: Floats) -> Interval:
    """A proportion's 95% interval."""
    found = pl.DataFrame({"m": matches, "n": n}).select(**proportion(pl.col("m"), pl.col("n")))
    low, high = (found[name].fill_null(np.nan).to_numpy() for name in ("low", "high"))
    return low, high


def newcombe(a: Floats, n1: Floats, c: Floats, n2: Floats) -> Interval:
    """95% interval of the difference a/n1 - c/n2.

    Source: Newcombe 1998, Statistics in Medicine 17, 873-890, method 10 (hybrid score, no correction).
    """
    p1, p2 = a / n1, c / n2
    (low1, high1), (low2, high2) = wilson(a, n1), wilson(c, n2)
    difference = p1 - p2
    low = difference - np.sqrt((p1 - low1) ** 2 + (high2 - p2) ** 2)
    high = difference + np.sqrt((high1 - p1) ** 2 + (p2 - low2) ** 2)
    return low, high


def ratio_interval(a: Floats, n1: Floats, c: Floats, n2: Floats) -> Interval:
    """95% interval of the ratio of a/n1 to c/n2; not a number where c is 0.

    Katz's by logarithms; Koopman's where one of the four cells is below 10.
    """
    low, high = (np.full(a.size, np.nan) for _ in range(2))
    smallest = np.minimum.reduce([a, n1 - a, c, n2 - c])
    for chosen, method in (((smallest >= SMALL_CELL), katz), ((smallest < SMALL_CELL), koopman)):
        rows = chosen & (c > 0)
        if rows.any():
            low[rows], high[rows] = method(a[rows], n1[rows], c[rows], n2[rows])
    return low, high


def katz(a: Floats, n1: Floats, c: Floats, n2: Floats) -> Interval:
    """95% interval of a ratio by its logarithm; every count above 0.

    Source: Katz, Baptista, Azen and Pike 1978, method C.
    """
    ratio = (a / n1) / (c / n2)
    half = Z95 * np.sqrt(1 / a - 1 / n1 + 1 / c - 1 / n2)
    return ratio * np.exp(-half), ratio * np.exp(half)


def koopman(a: Floats, n1: Floats, c: Floats, n2: Floats) -> Interval:
    """95% score interval of a ratio; c above 0.

    The bounds are the ratios at which the score statistic is 1.96 squared, found by halving.

    Source: Koopman 1984; Miettinen and Nurminen 1985, without their factor N/(N - 1).
    """
    ratio = (a / n1) / (c / n2)
    found = np.log(np.where(a > 0, ratio, np.exp(-_FARTHEST)))
    low = _edge(a, n1, c, n2, found, found - _FARTHEST)
    high = _edge(a, n1, c, n2, found, found + 2 * _FARTHEST)
    return np.where(a > 0, np.exp(low), 0.0), np.exp(high)


def _edge(a: Floats, n1: Floats, c: Floats, n2: Floats, inside: Floats, outside: Floats) -> Floats:
    """The logarithm of the ratio at which the statistic passes the limit, between two logarithms."""
    inside, outside = inside.copy(), outside.copy()
    for _ in range(_HALVINGS):
        half = (inside + outside) / 2
        beyond = _score(a, n1, c, n2, np.exp(half)) > Z95**2
        outside, inside = np.where(beyond, half, outside), np.where(beyond, inside, half)
    return (inside + outside) / 2


def _score(a: Floats, n1: Floats, c: Floats, n2: Floats, ratio: Floats) -> Floats:
    """The score statistic (chi-squared, one degree of freedom) of the hypothesis that this is the ratio."""
    # The likeliest rates with that ratio: the smaller root of a quadratic.
    square = (n1 + n2) * ratio
    linear = -(ratio * (n1 + c) + a + n2)
    root = np.sqrt(np.maximum(linear**2 - 4 * square * (a + c), 0))
    p2 = 2 * (a + c) / (root - linear)
    p1 = np.minimum(p2 * ratio, 1)
    with np.errstate(divide="ignore", invalid="ignore"):
        variance = p1 * (1 - p1) / n1 + ratio**2 * p2 * (1 - p2) / n2
        found = (a / n1 - ratio * c / n2) ** 2 / variance
    return np.where(variance > 0, found, np.inf)
