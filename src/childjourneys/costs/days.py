"""Days as whole numbers from 1970, months and financial years of many days at once.

Every interval is half-open: `[start, end)`, so the night that begins on `end` is not in it.
"""

from __future__ import annotations

from datetime import date, timedelta

import numpy as np
import numpy.typing as npt
import polars as pl

Ints = npt.NDArray[np.int64]
Flags = npt.NDArray[np.bool_]

_EPOCH = date(1970, 1, 1)
# Later and earlier than any day of care.
FAR = 100_000
LONG_AGO = -100_000


def number(day: date) -> int:
    """A day as a number.

    >>> number(date(1970, 1, 2))
    1
    """
    return (day - _EPOCH).days


def as_date(day: int) -> date:
    return _EPOCH + timedelta(days=int(day))


def numbers(column: pl.Series, missing: int) -> Ints:
    """A column of dates as numbers; `missing` where it is blank."""
    return column.cast(pl.Date).to_physical().cast(pl.Int64).fill_null(missing).to_numpy()


def dates(days: Ints) -> pl.Series:
    """Numbers as dates."""
    return pl.Series(days.astype(np.int32)).cast(pl.Date)


def months(days: Ints) -> Ints:
    """The calendar month of each day, counted from January 1970."""
    return days.astype("datetime64[D]").astype("datetime64[M]").astype(np.int64)


def first_days(month: Ints) -> Ints:
    """The first day of each month."""
    return month.astype("datetime64[M]").astype("datetime64[D]").astype(np.int64)


def add_months(days: Ints, count: Ints | int) -> Ints:
    """So many months later, the last day of the month where it is shorter.

    >>> [str(as_date(day)) for day in add_months(np.array([number(date(2024, 1, 31))]), 1)]
    ['2024-02-29']
    """
    month = months(days)
    into = days - first_days(month)
    first = first_days(month + count)
    return np.minimum(first + into, first_days(month + count + 1) - 1)


def birthdays(born: Ints, age: int) -> Ints:
    """The day on which someone turns that age; born on 29 February: 1 March of a common year."""
    month = months(born)
    return first_days(month + 12 * age) + (born - first_days(month))


def whole_months(starts: Ints, ends: Ints) -> tuple[Ints, Ints, Ints]:
    """`[start, end)` as k whole months, days left, and the days of the month that these are of.

    start + k months is the same day of its month or, where that is shorter, its last day.
    """
    count = months(ends) - months(starts)
    count = count - (add_months(starts, count) > ends)
    reached = add_months(starts, count)
    return count, ends - reached, add_months(starts, count + 1) - reached


def financial_years(days: Ints) -> Ints:
    """The calendar year in which the financial year of each day begins on 1 April."""
    return (months(days) - 3) // 12 + 1970


def first_april(year: Ints) -> Ints:
    return first_days((year - 1970) * 12 + 3)


def leap_nights(starts: Ints, ends: Ints) -> Ints:
    """How many nights of `[start, end)` lie in financial years of 366 days."""
    return _leap_before(ends) - _leap_before(starts)


def year_name(year: int) -> str:
    """The financial year that begins on 1 April of a year.

    >>> year_name(2024), year_name(1999)
    ('2024/25', '1999/00')
    """
    return f"{year}/{(year + 1) % 100:02d}"


def financial_year(day: date) -> str:
    return year_name(day.year if (day.month, day.day) >= (4, 1) else day.year - 1)


def _leap_before(days: Ints) -> Ints:
    """Nights before each day, from some fixed day, that lie in financial years of 366 days."""
    year = financial_years(days)
    begins = first_april(year)
    # The financial year from April y holds 29 February of y + 1: count the leap years up to y.
    leaps = year // 4 - year // 100 + year // 400
    is_leap = first_april(year + 1) - begins == 366
    return leaps * 366 + np.where(is_leap, days - begins, 0)
