"""Intervals against their definitions, and cumulative incidence against numbers worked out by hand."""

from __future__ import annotations

from math import exp, factorial, sqrt

import pytest

from childjourneys.indicators.incidence import Ends, cumulative_incidence
from childjourneys.indicators.intervals import mean, poisson, quantile


def _up_to(count: int, expected: float) -> float:
    return sum(exp(-expected) * expected**n / factorial(n) for n in range(count + 1))


@pytest.mark.parametrize("count", range(10))
def test_exact_limits_leave_two_and_a_half_per_cent_on_either_side(count: int) -> None:
    low, high, method = poisson(count)
    assert method == "exact Poisson"
    assert _up_to(count, high) == pytest.approx(0.025, abs=1e-6)
    assert low == 0 if count == 0 else 1 - _up_to(count - 1, low) == pytest.approx(0.025, abs=1e-6)


@pytest.mark.parametrize("count", [10, 25, 100])
def test_byar_comes_near_to_exact(count: int) -> None:
    low, high, method = poisson(count)
    assert method == "Byar"
    assert _up_to(count, high) == pytest.approx(0.025, abs=5e-4)
    assert 1 - _up_to(count - 1, low) == pytest.approx(0.025, abs=5e-4)


def test_quantiles_are_values_that_were_seen() -> None:
    days = [(3, 1), (5, 2), (9, 1)]
    assert quantile(days, 0.25)[0] == 3
    assert quantile(days, 0.5)[0] == 5
    assert quantile(days, 0.75)[0] == 5
    # Of 100 values 0 to 99: ranks 50 -+ 9.8, rounded up.
    assert quantile([(n, 1) for n in range(100)], 0.5) == (49, 40, 59)
    assert quantile([(7, 1)], 0.5) == (7, 7, 7)


def test_means() -> None:
    assert mean([(4, 1)]) == (4.0, None, None)
    middle, low, high = mean([(2, 2), (6, 2)])
    assert (middle, low) == (4.0, pytest.approx(4 - 1.959964 * sqrt(16 / 3 / 4)))
    assert high == pytest.approx(8 - low)


def test_incidence_where_others_leave() -> None:
    ends = {1: Ends(event=1), 2: Ends(competing=1), 3: Ends(censored=1), 4: Ends(event=1)}
    assert cumulative_incidence(ends, 0)[0] == 0
    assert cumulative_incidence(ends, 3)[0] == pytest.approx(1 / 4)
    assert cumulative_incidence(ends, 4)[0] == pytest.approx(1 / 4 + 2 / 4)


def test_on_one_day_events_come_first_and_censoring_last() -> None:
    # 4 at risk: 1 event; then 1 of 3 leaves; 2 are censored.
    assert cumulative_incidence({5: Ends(1, 1, 2)}, 5)[0] == pytest.approx(1 / 4)


def test_without_censoring_it_is_the_plain_share_with_its_error() -> None:
    ends = {day: Ends(event=3, competing=2) for day in range(1, 11)} | {400: Ends(censored=50)}
    value, low, high = cumulative_incidence(ends, 365)
    assert value == pytest.approx(0.3)
    assert low is not None and high is not None
    error = sqrt(0.3 * 0.7 / 100)
    assert high - low == pytest.approx(2 * 1.96 * error, rel=0.03)
    assert low < 0.3 < high


def test_incidence_of_nothing_has_no_interval() -> None:
    assert cumulative_incidence({9: Ends(censored=3)}, 9) == (0, None, None)
    assert cumulative_incidence({9: Ends(event=3)}, 9) == (1, None, None)
