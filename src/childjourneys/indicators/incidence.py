"""Cumulative incidence with competing events, from numbers by day."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from math import exp, log, sqrt

from childjourneys.domain.proportions import Z95


@dataclass(frozen=True)
class Ends:
    """How many were followed to a day and how that ended."""

    event: int = 0
    competing: int = 0
    censored: int = 0

    @property
    def all(self) -> int:
        return self.event + self.competing + self.censored


def cumulative_incidence(ends: Mapping[int, Ends], until: int) -> tuple[float, float | None, float | None]:
    """The Aalen-Johansen estimate at the end of a day, with its 95% interval.

    On one day events come before competing ones, these before censoring. The interval is by the
    complementary log-log transformation; there is none where the estimate is 0 or 1.

    Args:
        ends: by day since the start; at least one.
        until: that day.

    Source: Aalen and Johansen 1978; variance of Aalen 1978 as in Pintilie 2006, section 4.2.
    """
    at_risk = sum(one.all for one in ends.values())
    surviving, incidence = 1.0, 0.0
    steps: list[tuple[int, int, int, float, float]] = []
    for day in sorted(day for day in ends if day <= until):
        one, before = ends[day], surviving
        for seen, failed in ((one.event, one.event), (0, one.competing)):
            if failed:
                incidence += before * seen / at_risk
                surviving = before * (1 - failed / at_risk)
                steps.append((at_risk, failed, seen, before, incidence))
                before, at_risk = surviving, at_risk - failed
        at_risk -= one.censored
    if not 0 < incidence < 1:
        return incidence, None, None
    error = sqrt(max(_variance(steps, incidence), 0.0))
    spread = Z95 * error / ((1 - incidence) * abs(log(1 - incidence)))
    low, high = (1 - exp(log(1 - incidence) * exp(sign * spread)) for sign in (-1, 1))
    return incidence, low, high


def _variance(steps: list[tuple[int, int, int, float, float]], incidence: float) -> float:
    total = 0.0
    for n, failed, seen, before, so_far in steps:
        if n < 2:
            continue
        rest = incidence - so_far
        if failed < n:
            total += rest**2 * failed / ((n - 1) * (n - failed))
            total -= 2 * rest * before * seen * (n - seen) / (n * (n - failed) * (n - 1))
        total += before**2 * seen * (n - seen) / (n**2 * (n - 1))
    return total
