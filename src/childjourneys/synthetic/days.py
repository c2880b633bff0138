"""Days as whole numbers (days since 1970-01-01), working days, and how busy a day at the front door is."""

from __future__ import annotations

from datetime import date, timedelta
from functools import cache

import holidays
import numpy as np

EPOCH = date(1970, 1, 1)
_FIRST, _LAST = date(2004, 1, 1), date(2049, 12, 31)

# No day-of-week table is published; weekends at about 5 in 100 referrals is an assumption.
WEEKDAY_WEIGHTS = (1.04, 1.04, 1.02, 1.0, 0.97, 0.15, 0.11)
BANK_HOLIDAY_WEIGHT = 0.12


def day_number(day: date) -> int:
    return (day - EPOCH).days


def as_date(number: int) -> date:
    return EPOCH + timedelta(days=number)


def weekday(number: int) -> int:
    """Monday is 0."""
    return (number + 3) % 7


def birthday(born: int, years: int) -> int:
    """The day someone completes so many years; 1 March for those born on 29 February."""
    day = as_date(born)
    if (day.month, day.day) == (2, 29) and (day.year + years) % 4:
        return day_number(date(day.year + years, 3, 1))
    return day_number(day.replace(year=day.year + years))


def age_on(born: int, number: int) -> int:
    """Completed years; -1 before birth."""
    if number < born:
        return -1
    birth, day = as_date(born), as_date(number)
    return day.year - birth.year - ((day.month, day.day) < (birth.month, birth.day))


class WorkingDays:
    """Working days of England: Monday to Friday less bank holidays, 2004 to 2049."""

    def __init__(self) -> None:
        self._start = day_number(_FIRST)
        size = day_number(_LAST) - self._start + 1
        names = holidays.country_holidays("GB", subdiv="ENG", years=range(_FIRST.year, _LAST.year + 1))
        self.bank_holidays = frozenset(day_number(day) for day in names)
        numbers = np.arange(self._start, self._start + size)
        working = (numbers + 3) % 7 < 5
        working[[day - self._start for day in self.bank_holidays]] = False
        self._before: list[int] = np.concatenate([[0], np.cumsum(working)]).tolist()
        self._days: list[int] = numbers[working].tolist()
        self._is: list[bool] = working.tolist()

    def is_working(self, number: int) -> bool:
        return self._is[number - self._start]

    def on_or_after(self, number: int) -> int:
        """The day itself if it is a working day, else the next one."""
        return self._days[self._before[number - self._start]]

    def add(self, number: int, working_days: int) -> int:
        """The day so many working days later; 0 is the day itself, whatever day it is."""
        if working_days == 0:
            return number
        return self._days[self._before[number - self._start + 1] + working_days - 1]

    def between(self, start: int, end: int) -> int:
        """Working days after `start`, up to and including `end`."""
        return self._before[end - self._start + 1] - self._before[start - self._start + 1]


@cache
def working_days() -> WorkingDays:
    return WorkingDays()


def front_door_weights(first: int, last: int, month_index: tuple[float, ...]) -> np.ndarray:
    """Relative numbers of referrals per day, `first` to `last`; `month_index` runs from January."""
    numbers = np.arange(first, last + 1)
    weights = np.asarray(WEEKDAY_WEIGHTS)[(numbers + 3) % 7]
    closed = np.isin(numbers, np.fromiter(working_days().bank_holidays, dtype=np.int64))
    weights = np.where(closed, BANK_HOLIDAY_WEIGHT, weights)
    months = numbers.astype("datetime64[D]").astype("datetime64[M]").astype(int) % 12
    return weights * np.asarray(month_index)[months]
