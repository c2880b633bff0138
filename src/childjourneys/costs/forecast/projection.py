"""From the children looked after on a day and the rates to the months ahead: expected numbers and a range.

Children are never followed one by one: what is moved on is how many there are of each age and state.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from childjourneys.costs.forecast.rates import ADULT_MONTHS, DAYS_A_MONTH, Rates, age_in_months
from childjourneys.costs.forecast.stays import BANDS, Floats, Stays

DRAWS = 200
_HALVINGS = 8
_BAND_OF_MONTH = np.searchsorted(np.array(BANDS[1:]) * 12, np.arange(ADULT_MONTHS), side="right")


@dataclass(frozen=True)
class Projection:
    """Months ahead. `nights` by month and state; `low` and `high` hold 95% of the draws.

    `children` is by month and state, at the end of the month. `total_low`, `total_high`: of all nights.
    """

    children: Floats
    nights: Floats
    low: Floats
    high: Floats
    year_low: Floats
    year_high: Floats
    total_low: float
    total_high: float


def present(stays: Stays, day: int) -> Floats:
    """Children looked after in the night that begins on a day, by age in months and state."""
    here = (stays.start <= day) & (stays.end > day) & (stays.birthdays[:, -1] > day)
    found = np.zeros((ADULT_MONTHS, len(stays.states)))
    ages = age_in_months(stays, np.full(stays.start.size, day, dtype=np.int64))
    np.add.at(found, (ages[here], stays.state[here]), 1)
    return found


def project(stays: Stays, rates: Rates, day: int, days: list[int], seed: int) -> Projection:
    """The months ahead of `day`, given the days of each month.

    The draws vary the rates within what their counts allow, who comes, and who moves; they do not know of
    anything that has not happened before. Equal seeds give equal draws.
    """
    start = present(stays, day)
    monthly = rates.entries / rates.months
    children, nights = _expected(start, monthly, _steps(rates.moves, rates.nights), days)
    chance = np.random.default_rng(seed)
    drawn = np.stack([_draw(start, rates, days, chance) for _ in range(DRAWS)])
    low, high = np.quantile(drawn, (0.025, 0.975), axis=0)
    year = drawn.sum(axis=1)
    year_low, year_high = np.quantile(year, (0.025, 0.975), axis=0)
    total_low, total_high = np.quantile(year.sum(axis=1), (0.025, 0.975))
    return Projection(children, nights, low, high, year_low, year_high, float(total_low), float(total_high))


def _steps(moves: Floats, nights: Floats) -> Floats:
    """By band the chances of a month: from state to state, the last column leaving.

    A month is cut into 256 equal steps, in each of which at most one move is made.
    """
    bands, count = nights.shape
    slept = nights[:, :, None]
    rate = np.divide(moves, slept, out=np.zeros_like(moves), where=slept > 0) * (DAYS_A_MONTH / 2**_HALVINGS)
    step = np.zeros((bands, count + 1, count + 1))
    step[:, :count] = rate
    own = np.arange(count + 1)
    step[:, own, own] = 0.0
    step[:, own, own] = 1 - step.sum(axis=2)
    for _ in range(_HALVINGS):
        step = step @ step
    found = np.clip(step[:, :count], 0, None)
    return found / found.sum(axis=2, keepdims=True)


def _expected(start: Floats, monthly: Floats, steps: Floats, days: list[int]) -> tuple[Floats, Floats]:
    count = start.shape[1]
    here = start
    children, nights = np.zeros((len(days), count)), np.zeros((len(days), count))
    by_age = steps[_BAND_OF_MONTH][:, :, :count]
    for month, length in enumerate(days):
        # Those who come do so half way through the month, on average.
        moved = np.einsum("as,ast->at", here + monthly / 2, by_age)
        after = np.zeros_like(here)
        after[1:] = moved[:-1]
        after += monthly / 2
        nights[month] = (here.sum(axis=0) + after.sum(axis=0)) / 2 * length
        children[month] = after.sum(axis=0)
        here = after
    return children, nights


def _draw(start: Floats, rates: Rates, days: list[int], chance: np.random.Generator) -> Floats:
    """Nights by month and state of one draw."""
    moves = np.where(rates.moves > 0, chance.standard_gamma(np.maximum(rates.moves, 1e-9)), 0.0)
    steps = _steps(moves, rates.nights)[_BAND_OF_MONTH]
    total = rates.entries.sum()
    entry_age, entry_state = np.nonzero(rates.entries)
    monthly = rates.entries[entry_age, entry_state] / rates.months
    if total > 0:
        monthly = monthly * chance.standard_gamma(total) / total
    count = start.shape[1]
    here = start.astype(np.int64)
    nights = np.zeros((len(days), count))
    for month, length in enumerate(days):
        coming = chance.poisson(monthly)
        early = chance.binomial(coming, 0.5)
        before = here.sum(axis=0)
        here[entry_age, entry_state] += early
        ages, states = np.nonzero(here)
        after = np.zeros_like(here)
        if ages.size:
            # Staying comes first: most draws end with it.
            row = np.arange(ages.size)
            chances = steps[ages, states]
            chances[row, states], chances[:, 0] = chances[:, 0], chances[row, states]
            moved = chance.multinomial(here[ages, states], chances)
            moved[row, states], moved[:, 0] = moved[:, 0], moved[row, states]
            moved = moved[:, :count]
            # Children of one age lie together.
            heads = np.flatnonzero(np.r_[True, ages[1:] != ages[:-1]])
            older = ages[heads] + 1
            stayed = np.add.reduceat(moved, heads, axis=0)
            after[older[older < ADULT_MONTHS]] = stayed[older < ADULT_MONTHS]
        after[entry_age, entry_state] += coming - early
        nights[month] = (before + after.sum(axis=0)) / 2 * length
        here = after
    return nights
