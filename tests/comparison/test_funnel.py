"""Funnel limits: worked by hand, against a plain version, and against what chance alone gives."""

from __future__ import annotations

from dataclasses import asdict
from math import asin, pi, sin, sqrt

import numpy as np
import pytest
from plain_funnel import plain_funnel

from childjourneys.comparison.funnel import Unit, funnel, variance_between

K95, K998 = 1.959964, 3.090232


def test_limits_about_a_half_by_hand() -> None:
    # sin squared of (a quarter of pi + d) is (1 + sin 2d) / 2, and s of 100 is 0.05.
    one, two = funnel([Unit("b", 100, 60), Unit("a", 100, 40)]).units
    assert (one.name, two.name) == ("a", "b"), "in the order of names, never of rates"
    for unit in (one, two):
        assert unit.high95 == pytest.approx(0.5 + sin(2 * K95 * 0.05) / 2)
        assert unit.low95 == pytest.approx(0.5 - sin(2 * K95 * 0.05) / 2)
        assert unit.high998 == pytest.approx(0.5 + sin(2 * K998 * 0.05) / 2)
        assert unit.low998 == pytest.approx(0.5 - sin(2 * K998 * 0.05) / 2)
        assert unit.outside == "95", "0.5974 is below 0.6, and 0.6521 is not"
        assert unit.shrunk_rate is None


def test_twelve_units_by_hand() -> None:
    units = [Unit(f"{number:02}", 100, 60 if number % 2 else 40) for number in range(12)]
    found = funnel(units)
    away = asin(0.2) / 2
    phi = (away / 0.05) ** 2
    between = (12 * phi - 11) / (4800 - 400)
    assert found.dispersion == pytest.approx(phi)
    assert found.between == pytest.approx(between)
    assert found.spread == "estimated"
    share = between / (between + 0.0025)
    assert found.units[1].shrunk_rate == pytest.approx(sin(pi / 4 + share * away) ** 2)
    assert {unit.outside for unit in found.units} == {"none"}, "what differs everywhere stands out nowhere"


def test_eleven_units_have_plain_limits_or_a_spread_that_is_given() -> None:
    units = [Unit(f"{number:02}", 100, 60 if number % 2 else 40) for number in range(11)]
    plain = funnel(units)
    assert (plain.between, plain.dispersion, plain.spread) == (0, None, "none")
    assert {unit.outside for unit in plain.units} == {"95", "none"}, "60 of 100 is beyond, beside 49.1%"
    wide = funnel(units, given=variance_between(0.3, 0.7))
    assert wide.spread == "given"
    assert wide.dispersion is None
    assert {unit.shrunk_rate for unit in wide.units} == {None}
    assert {unit.outside for unit in wide.units} == {"none"}
    assert funnel([*units, Unit("12", 100, 50)], given=9.0).spread == "estimated"


def test_a_spread_by_hand() -> None:
    # sin squared of 30 and 60 degrees are a quarter and three quarters.
    assert variance_between(0.25, 0.75) == pytest.approx((pi / 6 / 2.563103) ** 2)


def test_rates_of_none_and_all() -> None:
    none = funnel([Unit("a", 10, 0), Unit("b", 30, 0)]).units
    assert [(unit.rate, unit.low998, unit.outside) for unit in none] == [(0, 0, "none")] * 2
    assert none[0].high95 == pytest.approx(sin(K95 / (2 * sqrt(10))) ** 2)
    every = funnel([Unit("a", 10, 10), Unit("b", 30, 30)]).units
    assert [(unit.rate, unit.high998, unit.outside) for unit in every] == [(1, 1, "none")] * 2
    alone = funnel([Unit("a", 1, 1), Unit("b", 1, 0)]).units
    assert [(unit.low998, unit.high998) for unit in alone] == [(0, 1)] * 2


@pytest.mark.parametrize("seed", range(40))
def test_agrees_with_the_plain_version(seed: int) -> None:
    random = np.random.default_rng(seed)
    size = int(random.integers(2, 40))
    n = random.integers(1, 2000, size)
    matches = random.binomial(n, np.clip(random.normal(random.uniform(0, 1), 0.1, size), 0, 1))
    units = [(f"{random.integers(10**9)}", int(a), int(b)) for a, b in zip(n, matches, strict=True)]
    found = funnel([Unit(*unit) for unit in units])
    wanted = plain_funnel(units)
    for unit, row in zip(found.units, wanted, strict=True):
        assert unit.name == row.pop("unit")
        assert found.dispersion == (None if row["dispersion"] is None else pytest.approx(row["dispersion"]))
        row.pop("dispersion")
        mine = asdict(unit)
        assert mine.pop("outside") == row.pop("outside")
        for name, value in row.items():
            assert mine[name] == (None if value is None else pytest.approx(value, abs=1e-6)), name


def test_units_that_differ_by_chance_alone_are_hardly_flagged() -> None:
    # 60,000 units; 5% and 0.2% are expected at most. Four standard errors are 0.4% and 0.08%: a chance of
    # about 1 in 10,000 to fail when all is right.
    random = np.random.default_rng(5)
    flagged = {"none": 0, "95": 0, "99.8": 0}
    for _ in range(2000):
        n = random.integers(100, 2000, 30)
        matches = random.binomial(n, 0.25)
        units = [Unit(f"{k:02}", int(a), int(b)) for k, (a, b) in enumerate(zip(n, matches, strict=True))]
        for unit in funnel(units).units:
            flagged[unit.outside] += 1
    assert 0.03 < (flagged["95"] + flagged["99.8"]) / 60_000 < 0.054
    assert flagged["99.8"] / 60_000 < 0.0028


def test_a_planted_outlier_is_found_among_ordinary_spread() -> None:
    # 40 authorities spread by 0.04 on the angle about 20%, and one at 45%: its place is 7 standard
    # deviations off. Of the others 1.1% are beyond 99.8%, for winsorising makes the spread smaller:
    # of 4,000 more than 80 have a chance below 1 in 100,000.
    random = np.random.default_rng(11)
    found, others = 0, 0
    for _ in range(100):
        angle = asin(sqrt(0.2)) + random.normal(0, 0.04, 40)
        n = random.integers(300, 3000, 41)
        matches = random.binomial(n, [*np.sin(angle) ** 2, 0.45])
        units = [Unit(f"{k:02}", int(a), int(b)) for k, (a, b) in enumerate(zip(n, matches, strict=True))]
        *rest, last = funnel(units).units
        found += last.outside == "99.8"
        others += sum(unit.outside == "99.8" for unit in rest)
    assert found == 100
    assert others <= 80


def test_the_spread_between_units_is_recovered_but_for_what_winsorising_takes() -> None:
    # Winsorised at 10% and 90% a normal's mean square is 0.8 - 2 x 1.2816 x 0.1755 + 0.2 x 1.2816^2 = 0.679;
    # with units this large chance adds next to nothing. 200 means of 150: one standard error is 0.6%.
    random = np.random.default_rng(3)
    estimates = []
    for _ in range(200):
        n = np.full(150, 100_000)
        matches = random.binomial(n, np.sin(0.6 + random.normal(0, 0.05, 150)) ** 2)
        units = [Unit(f"{k:03}", int(a), int(b)) for k, (a, b) in enumerate(zip(n, matches, strict=True))]
        estimates.append(funnel(units).between)
    assert np.mean(estimates) / 0.05**2 == pytest.approx(0.679, rel=0.03)
