"""Funnel limits for rates of units of different size, with more spread than chance gives.

Source: Spiegelhalter 2005, Statistics in Medicine 24, 1185-1202 (funnel plots), and Quality and Safety in
Health Care 14, 347-351 (over-dispersion, additive random effects); z-scores are winsorised.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import asin, pi, sin, sqrt
from typing import Literal

import numpy as np

from childjourneys.domain.proportions import Z95

# Of the normal distribution: 99.8 per cent lie within.
Z998 = 3.090232306167813
# 90 per cent of the normal distribution lie below.
Z90 = 1.2815515655446004
# With fewer units the spread between them can't be estimated.
LEAST_UNITS = 12
WINSORISED = (10, 90)
Outside = Literal["none", "95", "99.8"]
Spread = Literal["estimated", "given", "none"]


@dataclass(frozen=True)
class Unit:
    """An authority or a team: anchors followed in full (1 or more), and how many of them match."""

    name: str
    n: int
    matches: int


@dataclass(frozen=True)
class Placed:
    """A unit in its funnel.

    Attributes:
        shrunk_rate: the rate drawn towards that of all, the more so the smaller the unit; None where the
            spread between units was not estimated.
        outside: the widest limit that the rate is beyond.
    """

    name: str
    n: int
    matches: int
    rate: float
    shrunk_rate: float | None
    low95: float
    high95: float
    low998: float
    high998: float
    outside: Outside


@dataclass(frozen=True)
class Funnel:
    """Units of one kind beside each other, in the order of their names.

    Attributes:
        rate: all matches over all anchors.
        between: variance between units beyond chance, on the scale of the angle (tau squared).
        dispersion: mean of the winsorised z squared; None below 12 units. Where chance is all it is about
            0.7 and not 1, because winsorising takes the ends off.
        spread: where `between` comes from.
    """

    rate: float
    between: float
    dispersion: float | None
    spread: Spread
    units: tuple[Placed, ...]

    def limits(self, n: float, z: float) -> tuple[float, float]:
        """Between which rates a unit with `n` anchors is expected, `z` standard deviations about the rate."""
        return _limits(_angle(self.rate), 1 / (4 * n) + self.between, z)


def funnel(units: Sequence[Unit], given: float | None = None) -> Funnel:
    """Place units in a funnel.

    With y = asin(sqrt(rate)) and s = 1 / (2 sqrt(n)) the limits are sin squared of y0 -+ k sqrt(s^2 + tau^2),
    the angle kept within 0 and a quarter turn, k = 1.96 or 3.09, about y0 of all units together. With 12
    units or more tau^2 is estimated from them; below that it is 0, or as given.

    Args:
        units: each with `n` of 1 or more; one at least.
        given: variance between units to use below 12 units; see `variance_between`.

    >>> placed = funnel([Unit("a", 400, 40), Unit("b", 100, 30)]).units[1]
    >>> placed.rate, placed.outside
    (0.3, '99.8')
    """
    ordered = sorted(units, key=lambda unit: unit.name)
    rate = sum(unit.matches for unit in ordered) / sum(unit.n for unit in ordered)
    between, dispersion = 0.0, None
    spread: Spread = "none"
    if len(ordered) >= LEAST_UNITS:
        between, dispersion = _estimated(ordered, _angle(rate))
        spread = "estimated"
    elif given is not None:
        between, spread = given, "given"
    placed = tuple(_placed(unit, rate, between, spread == "estimated") for unit in ordered)
    return Funnel(rate, between, dispersion, spread, placed)


def variance_between(p10: float, p90: float) -> float:
    """The variance between units, on the scale of the angle, whose 10th and 90th percentile are known.

    >>> round(variance_between(0.10, 0.30), 5)
    0.01012
    """
    return ((_angle(p90) - _angle(p10)) / (2 * Z90)) ** 2


def _placed(unit: Unit, rate: float, between: float, shrinks: bool) -> Placed:
    middle, angle, chance = _angle(rate), _angle(unit.matches / unit.n), 1 / (4 * unit.n)
    low95, high95 = _limits(middle, chance + between, Z95)
    low998, high998 = _limits(middle, chance + between, Z998)
    own = unit.matches / unit.n
    outside: Outside = "none"
    if own < low998 or own > high998:
        outside = "99.8"
    elif own < low95 or own > high95:
        outside = "95"
    weight = between / (between + chance)
    shrunk = sin(middle + weight * (angle - middle)) ** 2 if shrinks else None
    return Placed(unit.name, unit.n, unit.matches, own, shrunk, low95, high95, low998, high998, outside)


def _estimated(units: Sequence[Unit], middle: float) -> tuple[float, float]:
    """Variance between units and dispersion (phi), by moments."""
    weight = np.array([4.0 * unit.n for unit in units])
    angle = np.array([_angle(unit.matches / unit.n) for unit in units])
    z = (angle - middle) * np.sqrt(weight)
    z = np.clip(z, *np.percentile(z, WINSORISED))
    phi = float(np.mean(z**2))
    total = float(weight.sum())
    excess = len(units) * phi - (len(units) - 1)
    return max(0.0, excess / (total - float((weight**2).sum()) / total)), phi


def _limits(middle: float, variance: float, z: float) -> tuple[float, float]:
    half = z * sqrt(variance)
    return sin(max(middle - half, 0.0)) ** 2, sin(min(middle + half, pi / 2)) ** 2


def _angle(rate: float) -> float:
    return asin(sqrt(rate))
