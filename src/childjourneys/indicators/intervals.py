"""95% intervals of counts, rates, quantiles and means; those of proportions are in `domain`."""

from __future__ import annotations

from collections.abc import Sequence
from math import ceil, sqrt

from childjourneys.domain.proportions import Z95

Limits = tuple[float, float]

# Exact limits of the mean of a Poisson variable when 0 to 9 were seen. Garwood 1936, Biometrika 28, 437-442.
_EXACT: tuple[Limits, ...] = (
    (0.0, 3.688879), (0.025318, 5.571643), (0.242209, 7.224688), (0.618672, 8.767273), (1.089865, 10.241589),
    (1.623486, 11.668332), (2.201894, 13.059474), (2.814363, 14.422675), (3.453832, 15.763189),
    (4.115373, 17.084803),
)  # fmt: skip


def poisson(count: int) -> tuple[float, float, str]:
    """Limits of a count and how they were found: exact below 10, else Byar's approximation.

    Source: Breslow and Day 1987; the switch at 10 as in the tools of public health observatories (APHO 2008).
    """
    if count < len(_EXACT):
        return (*_EXACT[count], "exact Poisson")
    above = count + 1
    low = count * (1 - 1 / (9 * count) - Z95 / (3 * sqrt(count))) ** 3
    high = above * (1 - 1 / (9 * above) + Z95 / (3 * sqrt(above))) ** 3
    return low, high, "Byar"


def quantile(days: Sequence[tuple[int, int]], share: float) -> tuple[int, int, int]:
    """The smallest value that a share of the values does not exceed, with its limits.

    Args:
        days: value and how often, in order of value; at least one.

    Source: limits by the ranks of order statistics, Conover 1999, section 3.2.
    """
    n = sum(often for _, often in days)
    spread = Z95 * sqrt(n * share * (1 - share))
    ranks = (ceil(n * share), ceil(n * share - spread), ceil(n * share + spread))
    value, low, high = (_ranked(days, min(max(rank, 1), n)) for rank in ranks)
    return value, low, high


def mean(days: Sequence[tuple[int, int]]) -> tuple[float, float | None, float | None]:
    """The mean and its limits by the normal distribution; no limits with fewer than two values."""
    n = sum(often for _, often in days)
    middle = sum(value * often for value, often in days) / n
    if n < 2:
        return middle, None, None
    variance = sum(often * (value - middle) ** 2 for value, often in days) / (n - 1)
    half = Z95 * sqrt(variance / n)
    return middle, middle - half, middle + half


def _ranked(days: Sequence[tuple[int, int]], rank: int) -> int:
    reached = 0
    for value, often in days:
        reached += often
        if reached >= rank:
            return value
    return days[-1][0]
