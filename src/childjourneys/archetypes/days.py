"""Days as numbers from 1 January 1800, so that a look back never reaches another child's keys."""

from __future__ import annotations

from datetime import date

import numpy as np
import numpy.typing as npt

Ints = npt.NDArray[np.int64]
Flags = npt.NDArray[np.bool_]

EPOCH = date(1800, 1, 1)
# The day number of 1 January 1970.
SHIFT = (date(1970, 1, 1) - EPOCH).days
DAY_BITS, RANK_BITS = 20, 8
LAST_DAY = (1 << DAY_BITS) - 1
LAST_RANK = (1 << RANK_BITS) - 1
# No birth, no exit, never ends.
NEVER = np.int64(1) << 40


def birthdays(birth: Ints, age: int) -> Ints:
    """The day on which someone turns that age; born on 29 February, on 1 March of a common year."""
    months, day_of_month = _parts(birth)
    return _first_day(months + 12 * age) + day_of_month


def add_months(days: Ints, months: int) -> Ints:
    """Calendar months later (earlier if negative), clipped to the last day of the month."""
    month, day_of_month = _parts(days)
    first = _first_day(month + months)
    return np.minimum(first + day_of_month, _first_day(month + months + 1) - 1)


def to_dates(days: Ints) -> Ints:
    """Days since 1970."""
    return days - SHIFT


def as_date(day: int) -> date:
    return date.fromordinal(int(day) + EPOCH.toordinal())


def day_number(day: date) -> int:
    return (day - EPOCH).days


def _parts(days: Ints) -> tuple[Ints, Ints]:
    dates = (days - SHIFT).astype("datetime64[D]")
    months = dates.astype("datetime64[M]")
    return months.astype(np.int64), (dates - months.astype("datetime64[D]")).astype(np.int64)


def _first_day(months: Ints) -> Ints:
    return months.astype("datetime64[M]").astype("datetime64[D]").astype(np.int64) + SHIFT
