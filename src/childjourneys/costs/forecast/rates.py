"""How children of each age came, moved and left: counts over nights, with their intervals."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import polars as pl
from scipy.stats import chi2

from childjourneys.costs.forecast.stays import BAND_NAMES, BANDS, Floats, Ints, Stays

DAYS_A_MONTH = 365.25 / 12
ADULT_MONTHS = 18 * 12


@dataclass(frozen=True)
class Rates:
    """Counts of a window, from which the future is drawn.

    Attributes:
        nights: by band and state.
        moves: by band, state and next state; the last next state is leaving care before 18.
        entries: by age in completed months and state: entries over the whole window.
        months: length of the window.
    """

    nights: Floats
    moves: Floats
    entries: Floats
    months: float


def rates_of(stays: Stays, first: int, until: int) -> Rates:
    """Rates of the days [first, until); what happens on a day counts in the band of that day.

    An end on or after the 18th birthday is no event: everyone leaves then.
    """
    count, bands = len(stays.states), len(BANDS)
    stays = stays.only((stays.start < until) & (stays.end > first))
    nights = np.zeros((bands, count))
    begin = np.maximum(stays.start, first)
    end = np.minimum(np.minimum(stays.end, until), stays.birthdays[:, -1])
    for band in range(bands):
        low, high = stays.birthdays[:, band], stays.birthdays[:, band + 1]
        inside = np.maximum(np.minimum(end, high) - np.maximum(begin, low if band else begin), 0)
        nights[band] = np.bincount(stays.state, inside, count)
    moves = np.zeros((bands, count, count + 1))
    ends = (stays.end > first) & (stays.end < until) & (stays.end < stays.birthdays[:, -1])
    where = np.where(stays.following >= 0, stays.following, count)
    np.add.at(moves, (_band(stays, stays.end)[ends], stays.state[ends], where[ends]), 1)
    entries = np.zeros((ADULT_MONTHS, count))
    enters = stays.entry & (stays.start >= first) & (stays.start < until)
    enters &= stays.start < stays.birthdays[:, -1]
    np.add.at(entries, (age_in_months(stays, stays.start)[enters], stays.state[enters]), 1)
    return Rates(nights, moves, entries, (until - first) / DAYS_A_MONTH)


def age_in_months(stays: Stays, day: Ints) -> Ints:
    """Completed months of age, as months of equal length; never beyond the month before the 18th birthday."""
    months = np.floor((day - stays.birthdays[:, 0]) / DAYS_A_MONTH).astype(np.int64)
    return np.clip(months, 0, ADULT_MONTHS - 1)


def rate_table(stays: Stays, rates: Rates) -> pl.DataFrame:
    """age_band, placement, provider, to_placement, to_provider, moves, nights, per_1000_nights, low, high.

    `to_placement` is `left care` for leaving before 18. Intervals: exact Poisson, 95%. A state nobody was in
    has no row.
    """
    band, state, to = np.nonzero(rates.moves * (rates.nights > 0)[:, :, None])
    moves, nights = rates.moves[band, state, to], rates.nights[band, state]
    per_1000 = (
        1000 * number / nights
        for number in (moves, chi2.ppf(0.025, 2 * moves) / 2, chi2.ppf(0.975, 2 * moves + 2) / 2)
    )
    names = [*stays.states, ("left care", "")]
    rows = [
        (BAND_NAMES[b], *names[s], *names[t], *numbers)
        for b, s, t, *numbers in zip(
            *(column.tolist() for column in (band, state, to)),
            *(column.tolist() for column in (moves.astype(np.int64), nights.astype(np.int64), *per_1000)),
            strict=True,
        )
    ]
    schema: dict[str, pl.DataType | type[pl.DataType]] = dict.fromkeys(
        ("age_band", "placement", "provider", "to_placement", "to_provider"), pl.String
    )
    schema |= dict.fromkeys(("moves", "nights"), pl.Int64)
    schema |= dict.fromkeys(("per_1000_nights", "low", "high"), pl.Float64)
    return pl.DataFrame(rows, schema=schema, orient="row")


def _band(stays: Stays, day: Ints) -> Ints:
    found = (day[:, None] >= stays.birthdays[:, 1:-1]).sum(axis=1)
    return found.astype(np.int64)
