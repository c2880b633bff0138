"""From the children looked after on a day and the rates to the months ahead: expected numbers and a range.

Children are never followed one by one: what is moved on is how many there are of each age and state.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from childjourneys.costs.forecast.drawing import BAND_OF_MONTH, drawn_nights, steps_of
from childjourneys.costs.forecast.rates import ADULT_MONTHS, Rates, age_in_months
from childjourneys.costs.forecast.stays import Floats, Stays
from childjourneys.costs.forecast.variation import Variation

DRAWS = 200


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


def project(
    stays: Stays, rates: Rates, variation: Variation, day: int, days: list[int], seed: int
) -> Projection:
    """The months ahead of `day`, given the days of each month.

    The draws vary the rates within what their counts allow and as they varied between years, who comes, and
    who moves; they do not know of anything that has not happened before. Equal seeds give equal draws.
    """
    start = present(stays, day)
    monthly = rates.entries / rates.months
    children, nights = _expected(start, monthly, steps_of(rates.moves, rates.nights), days)
    drawn = drawn_nights(start, rates, variation, days, DRAWS, seed)
    low, high = np.quantile(drawn, (0.025, 0.975), axis=0)
    year = drawn.sum(axis=1)
    year_low, year_high = np.quantile(year, (0.025, 0.975), axis=0)
    total_low, total_high = np.quantile(year.sum(axis=1), (0.025, 0.975))
    return Projection(children, nights, low, high, year_low, year_high, float(total_low), float(total_high))


def _expected(start: Floats, monthly: Floats, steps: Floats, days: list[int]) -> tuple[Floats, Floats]:
    count = start.shape[1]
    here = start
    children, nights = np.zeros((len(days), count)), np.zeros((len(days), count))
    by_age = steps[BAND_OF_MONTH][:, :, :count]
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
