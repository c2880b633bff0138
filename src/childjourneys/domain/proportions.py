"""Proportions, and how far chance moves them."""

from __future__ import annotations

from collections.abc import Sequence
from math import lgamma

import numpy as np
import polars as pl

# Of the normal distribution: 95 per cent lie within.
Z95 = 1.959963984540054


def proportion(matches: pl.Expr, n: pl.Expr) -> dict[str, pl.Expr]:
    """`rate`, `low` and `high`: a proportion with its 95% interval; null where n is 0 or null.

    Source: Wilson 1927; Newcombe 1998, method 3.
    """
    some = pl.when(n > 0)
    p, z2 = matches / n, Z95**2
    middle = (matches + z2 / 2) / (n + z2)
    half = Z95 / (n + z2) * ((n * p * (1 - p)) + z2 / 4).sqrt()
    return {
        "rate": some.then(p),
        # Rounding must not push a bound past the edge that it reaches exactly.
        "low": some.then(pl.when(matches == 0).then(0.0).otherwise(middle - half)),
        "high": some.then(pl.when(matches == n).then(1.0).otherwise(middle + half)),
    }


def prediction_limits(
    matches: int, n: int, size: int, shares: Sequence[float] = (0.95, 0.998)
) -> list[tuple[float, float]]:
    """Between which proportions of the next `size` lie by chance, after `matches` of `n` so far.

    For each share the widest limits such that at most half of the rest lies beyond either. They are exact for
    small numbers and allow for the history being short: a source of which nothing was refused so far may see
    one refusal. mean -+ 1.96 sqrt(mean (1 - mean) / size), the textbook's p-chart, is far too
    narrow above a mean near 0, as with most partners in a month.

    Source: the beta-binomial prediction from Jeffreys's prior (Brown, Cai and DasGupta 2001).

    >>> prediction_limits(60, 1000, 20, shares=(0.95,))
    [(0.0, 0.2)]
    """
    a, b, k = matches + 0.5, n - matches + 0.5, np.arange(size)
    steps = np.log(size - k) - np.log(k + 1) + np.log(k + a) - np.log(size - k - 1 + b)
    none = lgamma(size + b) + lgamma(a + b) - lgamma(b) - lgamma(size + a + b)
    chance = np.exp(none + np.concatenate([[0.0], np.cumsum(steps)]))
    up_to, from_here = np.cumsum(chance), np.cumsum(chance[::-1])[::-1]
    limits = []
    for share in shares:
        beyond = (1 - share) / 2
        inside = np.flatnonzero((up_to > beyond) & (from_here > beyond))
        limits.append((float(inside[0] / size), float(inside[-1] / size)))
    return limits
