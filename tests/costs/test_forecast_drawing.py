"""Draws of the months ahead agree with following every child, and with the expected numbers."""

from __future__ import annotations

import numpy as np
import pytest

from childjourneys.costs.forecast.drawing import BAND_OF_MONTH, drawn_nights, steps_of
from childjourneys.costs.forecast.projection import _expected
from childjourneys.costs.forecast.rates import ADULT_MONTHS, DAYS_A_MONTH, Rates
from childjourneys.costs.forecast.stays import BANDS, Floats
from childjourneys.costs.forecast.variation import Spread, Variation, factors

STATES, MONTHS = 3, 20
DAYS = [30] * MONTHS
# So many that the rates are as good as known: what varies is who comes, moves and leaves.
MANY = 1e9


def planted(seed: int) -> tuple[Floats, Rates]:
    """Children about to come into the next band, whose rates are far from theirs; some are about to be 18."""
    chance = np.random.default_rng(seed)
    start = np.zeros((ADULT_MONTHS, STATES))
    for age, number in (
        (0, 20),
        (8, 30),
        (50, 40),
        (59, 30),
        (119, 40),
        (130, 60),
        (190, 30),
        (200, 40),
        (214, 30),
    ):
        start[age] = chance.multinomial(number, [0.5, 0.3, 0.2])
    monthly = chance.uniform(0.02, 0.12, (len(BANDS), STATES, STATES + 1))
    monthly[1] *= 3
    monthly[2] *= 0.2
    monthly[4] *= 2
    monthly[:, np.arange(STATES), np.arange(STATES)] = 0
    entries = np.zeros((ADULT_MONTHS, STATES))
    entries[[3, 58, 190, 215]] = [[1.0, 0, 2.0], [0, 1.5, 0], [2.0, 0, 0], [0, 0, 1.0]]
    nights = np.full((len(BANDS), STATES), MANY * DAYS_A_MONTH)
    return start, Rates(nights, monthly * MANY, entries * MANY, MANY)


def followed(start: Floats, rates: Rates, draws: int, seed: int) -> Floats:
    """Nights by draw, month and state, every child with a life of its own."""
    chance = np.random.default_rng(seed)
    steps = steps_of(rates.moves, rates.nights).cumsum(axis=-1)
    monthly = rates.entries / rates.months
    nights = np.zeros((draws, MONTHS, STATES))
    for draw in range(draws):
        ages, states = (np.repeat(where, start[np.nonzero(start)].astype(int)) for where in np.nonzero(start))
        for month in range(MONTHS):
            before = np.bincount(states, minlength=STATES)
            early, late = (
                [np.repeat(where, number[np.nonzero(number)]) for where in np.nonzero(number)]
                for number in (chance.poisson(monthly / 2), chance.poisson(monthly / 2))
            )
            ages, states = np.r_[ages, early[0]], np.r_[states, early[1]]
            to = (chance.random(ages.size)[:, None] > steps[BAND_OF_MONTH[ages], states]).sum(axis=1)
            stay = (to < STATES) & (ages + 1 < ADULT_MONTHS)
            ages, states = np.r_[ages[stay] + 1, late[0]], np.r_[to[stay], late[1]]
            nights[draw, month] = (before + np.bincount(states, minlength=STATES)) / 2 * DAYS[month]
    return nights


@pytest.mark.parametrize("seed", [1, 2])
def test_draws_are_those_of_following_every_child(seed: int) -> None:
    """Means within 4.5 standard errors, spreads within a sixth.

    Chance of failing when all is right: 60 means and 60 spreads, below 1 in 1,000 together; seeds are fixed.
    """
    start, rates = planted(seed)
    fast = drawn_nights(start, rates, Variation(1), DAYS, 600, seed)
    slow = followed(start, rates, 600, seed)
    error = np.sqrt((fast.var(axis=0) + slow.var(axis=0)) / 600) + 1e-9
    assert (np.abs(fast.mean(axis=0) - slow.mean(axis=0)) < 4.5 * error).all()
    ratio = fast.std(axis=0) / slow.std(axis=0)
    assert ((ratio > 5 / 6) & (ratio < 6 / 5)).all()
    # A year's nights know how months hang together.
    whole = fast.sum(axis=1).std(axis=0) / slow.sum(axis=1).std(axis=0)
    assert ((whole > 5 / 6) & (whole < 6 / 5)).all()


def test_the_mean_of_the_draws_is_what_is_expected() -> None:
    start, rates = planted(3)
    drawn = drawn_nights(start, rates, Variation(1), DAYS, 2_000, 1)
    _, expected = _expected(start, rates.entries / rates.months, steps_of(rates.moves, rates.nights), DAYS)
    error = drawn.std(axis=0) / np.sqrt(2_000) + 1e-9
    assert (np.abs(drawn.mean(axis=0) - expected) < 4.5 * error).all()


def test_equal_seeds_give_equal_draws_and_others_do_not() -> None:
    start, rates = planted(1)
    spread = Variation(3, Spread(0.02, entered=0.05), Spread(0.01, left=0.02), Spread(0.03, 0.01, 0.02))
    one, two, other = (drawn_nights(start, rates, spread, DAYS, 40, seed) for seed in (1, 1, 2))
    assert (one == two).all()
    assert (one != other).any()


def test_a_state_with_hardly_a_night_has_chances_all_the_same() -> None:
    moves = np.zeros((1, 2, 3))
    moves[0, 0, 1], moves[0, 0, 2] = 40, 10
    steps = steps_of(moves, np.array([[1.0, 0.0]]))
    assert (steps >= 0).all()
    assert steps.sum(axis=-1) == pytest.approx(np.ones((1, 2)))
    # Whoever leaves the first never comes back; the second, where nobody was, keeps whom it has.
    assert steps[0, 0] == pytest.approx([0, 0.8, 0.2], abs=1e-9)
    assert steps[0, 1] == pytest.approx([0, 1, 0])


def test_factors_have_mean_one_and_the_spread_asked_for() -> None:
    chance = np.random.default_rng(5)
    same = factors(Variation(4), 3, 50, 2, chance)
    assert (same.entries == 1).all()
    assert (same.moves == 1).all()
    spread = 0.09
    drawn = factors(Variation(4, Spread(entered=spread), moves=Spread(left=spread)), 3, 20_000, 2, chance)
    # A year's own factor, and one for the mean of the four years known.
    wanted = (1 + spread) * (1 + spread / 4) - 1
    assert drawn.entries.mean() == pytest.approx(1, abs=0.01)
    assert drawn.entries.var(axis=0) == pytest.approx(np.full((2, 3), wanted), rel=0.08)
    assert np.cov(drawn.entries[:, 0, 0], drawn.entries[:, 1, 0])[0, 1] == pytest.approx(spread / 4, rel=0.25)
    assert abs(np.corrcoef(drawn.entries[:, 0, 0], drawn.entries[:, 0, 1])[0, 1]) < 0.03
    # Leaving care has a spread of its own, here none.
    assert (drawn.moves[..., -1] == 1).all()
    assert (drawn.moves[..., 0] == drawn.moves[..., 1]).all()
