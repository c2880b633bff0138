"""Draws of the months ahead: who comes, who moves and who leaves, at rates that are themselves drawn.

Nobody is followed: what is moved on is how many children there are of each age and state.
"""

from __future__ import annotations

import numpy as np

from childjourneys.costs.forecast.rates import ADULT_MONTHS, DAYS_A_MONTH, Rates
from childjourneys.costs.forecast.stays import BANDS, Floats, Ints
from childjourneys.costs.forecast.variation import Factors, Variation, factors

BAND_OF_MONTH = np.searchsorted(np.array(BANDS[1:]) * 12, np.arange(ADULT_MONTHS), side="right")
_FIRST = np.array(BANDS) * 12
_AFTER = np.append(_FIRST[1:], ADULT_MONTHS)
_HALVINGS = 8
# So many draws are made at a time, which keeps memory small and the numbers close to the processor.
_AT_ONCE = 20


def steps_of(moves: Floats, nights: Floats) -> Floats:
    """By band the chances of a month: from state to state, the last column leaving.

    A month is cut into 256 equal steps, in each of which at most one move is made.

    Args:
        moves: by band, state left and state entered; more axes may stand before these.
        nights: by band and state.
    """
    count = nights.shape[-1]
    slept = np.broadcast_to(nights[..., None], moves.shape)
    rate = np.divide(moves, slept, out=np.zeros(moves.shape), where=slept > 0)
    rate *= DAYS_A_MONTH / 2**_HALVINGS
    # Of a state with a night or two the rate may be beyond all sense: then half leave in a step.
    rate /= np.maximum(2 * rate.sum(axis=-1, keepdims=True), 1.0)
    step = np.zeros((*moves.shape[:-2], count + 1, count + 1))
    step[..., :count, :] = rate
    own = np.arange(count + 1)
    step[..., own, own] = 0.0
    step[..., own, own] = 1 - step.sum(axis=-1)
    for _ in range(_HALVINGS):
        step = step @ step
    found = np.clip(step[..., :count, :], 0, None)
    return found / found.sum(axis=-1, keepdims=True)


def drawn_nights(
    start: Floats, rates: Rates, variation: Variation, days: list[int], draws: int, seed: int
) -> Floats:
    """Nights by draw, month and state. Equal seeds give equal draws.

    Args:
        start: children by age in months and state.
        days: of each month ahead.
    """
    chance = np.random.default_rng(seed)
    parts = [min(_AT_ONCE, draws - done) for done in range(0, draws, _AT_ONCE)]
    return np.concatenate([_some(start, rates, variation, days, number, chance) for number in parts])


def _some(
    start: Floats, rates: Rates, variation: Variation, days: list[int], draws: int,
    chance: np.random.Generator,
) -> Floats:  # fmt: skip
    count, months = start.shape[1], len(days)
    drawn = factors(variation, count, draws, -(-months // 12), chance)
    leaving = _Leaving(rates, drawn, draws, chance)
    coming = _Coming(rates, drawn, draws, chance)
    first = np.zeros((ADULT_MONTHS + 1, count), np.int64)
    np.add.at(first, _counted_as(months), start.astype(np.int64))
    here = np.repeat(first[None], draws, axis=0)
    nights = np.zeros((draws, months, count))
    for month, length in enumerate(days):
        year, ahead = month // 12, months - month
        before = here.sum(axis=1)
        # Those who come do so half way through the month, on average: half of them may still move.
        coming.add_to(here, year, ahead)
        here = leaving.moved(here, year, ahead)
        coming.add_to(here, year, ahead - 1)
        nights[:, month] = (before + here.sum(axis=1)) / 2 * length
    return nights


def _counted_as(ahead: int) -> Ints:
    """The age that each age is counted as, given how many months lie ahead.

    Ages of a band share their chances: those that do not reach the next one in time are counted as one.
    """
    return np.maximum(np.arange(ADULT_MONTHS), (_AFTER - ahead - 1)[BAND_OF_MONTH])


class _Coming:
    """Entries of some draws: how many, where to and at what age."""

    def __init__(self, rates: Rates, drawn: Factors, draws: int, chance: np.random.Generator) -> None:
        self.chance = chance
        by_state = rates.entries.sum(axis=0)
        rate = chance.standard_gamma(np.maximum(by_state, 1e-9), (draws, by_state.size))
        rate = np.where(by_state > 0, rate, 0.0)
        self.monthly = rate[:, None, :] * drawn.entries / rates.months
        # Shares of the ages of a state, added up; those of state n lie between n and n + 1.
        shares = np.divide(rates.entries, by_state, out=np.zeros_like(rates.entries), where=by_state > 0)
        self.ages = (shares.cumsum(axis=0) + np.arange(by_state.size)).T.ravel()

    def add_to(self, here: Ints, year: int, ahead: int) -> None:
        """Add half a month's entries to children by draw, age and state."""
        number = self.chance.poisson(self.monthly[:, year] / 2)
        draw, state = (np.repeat(where, number[number > 0]) for where in np.nonzero(number))
        found = np.searchsorted(self.ages, state + self.chance.random(state.size), side="right")
        age = np.clip(found - state * ADULT_MONTHS, 0, ADULT_MONTHS - 1)
        np.add.at(here, (draw, _counted_as(ahead)[age], state), 1)


class _Leaving:
    """Moves and leavings of some draws."""

    def __init__(self, rates: Rates, drawn: Factors, draws: int, chance: np.random.Generator) -> None:
        self.chance = chance
        shape = np.broadcast_to(np.maximum(rates.moves, 1e-9), (draws, *rates.moves.shape))
        rate = np.where(rates.moves > 0, chance.standard_gamma(shape), 0.0)
        own = np.arange(rates.nights.shape[1])
        self.leave, self.to = [], []
        for year in range(drawn.moves.shape[1]):
            step = steps_of(rate * drawn.moves[:, year, None], rates.nights)
            step[..., own, own] = 0.0
            added = step.cumsum(axis=-1)
            leave = added[..., -1].copy()
            self.leave.append(np.minimum(leave, 1.0))
            # Shares of where they go, added up; those of draw, band and state number n lie from n to n + 1.
            added /= np.where(leave > 0, leave, 1.0)[..., None]
            self.to.append((added.reshape(-1, added.shape[-1]) + np.arange(leave.size)[:, None]).ravel())

    def moved(self, here: Ints, year: int, ahead: int) -> Ints:
        """The children a month later and a month older, by draw, age and state."""
        draws, count = here.shape[0], here.shape[2]
        ages = np.unique(_counted_as(ahead))
        bands = BAND_OF_MONTH[ages]
        there = here[:, ages]
        leavers = self.chance.binomial(there, self.leave[year][:, bands])
        after = np.zeros_like(here)
        after[:, ages + 1] = there - leavers
        of = (np.arange(draws)[:, None] * len(BANDS) + bands)[..., None] * count + np.arange(count)
        who = np.flatnonzero(leavers)
        # One for each who leaves: where they stand among draws, ages and states, and from where.
        place = np.repeat(who, leavers.ravel()[who])
        row = of.ravel()[place]
        found = np.searchsorted(self.to[year], row + self.chance.random(row.size), side="right")
        to = np.minimum(found - row * (count + 1), count)
        inside = to < count
        draw, age = np.divmod(place[inside] // count, ages.size)
        np.add.at(after, (draw, ages[age] + 1, to[inside]), 1)
        # Who has just come into a band is counted as the rest of it are.
        for first, age_there in zip(_FIRST, _counted_as(ahead - 1)[_FIRST], strict=True):
            if age_there > first:
                after[:, age_there] += after[:, first]
                after[:, first] = 0
        after[:, ADULT_MONTHS] = 0
        return after
