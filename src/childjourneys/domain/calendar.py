"""Working days in England: Monday to Friday, bank holidays aside."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import Any, Literal

import numpy as np
import numpy.typing as npt

Days = npt.NDArray[np.datetime64]

FIRST_YEAR, LAST_YEAR = 1990, 2035
_ONE_DAY = np.timedelta64(1, "D")


class OutsideCalendar(ValueError):
    """A date lies outside the years whose bank holidays are held. It is unknown, never "no holidays"."""


@dataclass(frozen=True, eq=False)
class WorkingDays:
    """A calendar with the range it can speak about, both ends included.

    Attributes:
        first, last: the range of dates it can answer for.
        version: where the holidays come from, for results that must say so.
    """

    first: date
    last: date
    version: str
    _calendar: np.busdaycalendar

    def __reduce__(self) -> tuple[Any, ...]:
        """Picklable, which NumPy's calendar is not: a kernel takes its calendar to other processes."""
        return _calendar_of, (self.first, self.last, self.version, self._calendar.holidays)

    def covers(self, *days: date) -> bool:
        return all(self.first <= day <= self.last for day in days)

    def count(self, start: date, end: date) -> int:
        """Working days in `(start, end]`; day 0 is the start, even on a weekend. Negative looking back.

        >>> england().count(date(2023, 3, 31), date(2023, 4, 11))
        5

        Raises:
            OutsideCalendar: one of the dates is not covered.
        """
        return int(self.count_many(_days(start), _days(end))[0])

    def count_many(self, starts: Days, ends: Days) -> npt.NDArray[np.int64]:
        """`count` for arrays of `datetime64[D]`, one of which may hold a single date.

        Raises:
            OutsideCalendar: any of the dates is not covered, or is missing (NaT).
        """
        self._check(starts)
        self._check(ends)
        return np.busday_count(starts + _ONE_DAY, ends + _ONE_DAY, busdaycal=self._calendar)

    def inside(self, days: npt.NDArray[np.int64]) -> npt.NDArray[np.bool_]:
        """Which days (counted from 1970) the calendar can answer for."""
        first, last = (np.datetime64(day, "D").astype(np.int64) for day in (self.first, self.last))
        return (days >= first) & (days <= last)

    def offset_many(self, days: npt.NDArray[np.int64], working_days: int) -> npt.NDArray[np.int64]:
        """The working day so many after (before) each day, counted from 1970; 0: the day or the one before.

        From a day off, one working day forward is the next working day, and 0 the one before. Days outside
        the calendar are worked out as if it held no holidays: ask `inside` about days and answers.
        """
        dates = days.astype("datetime64[D]")
        found = np.busday_offset(dates, working_days, roll="backward", busdaycal=self._calendar)
        return found.astype(np.int64)

    def bank_holidays(self) -> npt.NDArray[np.int64]:
        """The bank holidays from Monday to Friday, counted from 1970, in order."""
        return self._calendar.holidays.astype(np.int64)

    def near_bank_holiday(self, days: npt.NDArray[np.int64], within: int) -> npt.NDArray[np.bool_]:
        """Which days (counted from 1970) are a bank holiday, or at most so many working days from one.

        The day itself counts: the Friday before a holiday on a Monday is one working day away, the Tuesday
        after it one, the Saturday none. Ask `inside` about the days first.
        """
        holidays = self.bank_holidays()
        following = holidays[np.minimum(np.searchsorted(holidays, days), holidays.size - 1)]
        at = np.searchsorted(holidays, days, side="right") - 1
        previous = holidays[np.maximum(at, 0)]
        before, after = self._between(days, following), self._between(previous, days + 1)
        return ((before <= within) & (following >= days)) | ((after <= within) & (previous <= days))

    def _between(self, first: npt.NDArray[np.int64], end: npt.NDArray[np.int64]) -> npt.NDArray[np.int64]:
        starts, ends = first.astype("datetime64[D]"), end.astype("datetime64[D]")
        return np.busday_count(starts, ends, busdaycal=self._calendar)

    def add(self, start: date, working_days: int) -> date:
        """The first day with that count from `start`; the start itself for 0.

        Negative numbers go back to a working day: from a Friday, -1 is the Thursday.

        >>> england().add(date(2023, 3, 31), -45), england().add(date(2023, 3, 31), -15)
        (datetime.date(2023, 1, 27), datetime.date(2023, 3, 10))

        Raises:
            OutsideCalendar: the start or the answer is not covered.
        """
        self._check(_days(start))
        if working_days == 0:
            return start
        roll: Literal["backward", "forward"] = "backward" if working_days > 0 else "forward"
        answer = np.busday_offset(_days(start), working_days, roll=roll, busdaycal=self._calendar)
        self._check(answer)
        return answer[0].astype(object)

    def last_with(self, end: date, at_least: int) -> date:
        """The latest day from which `end` is `at_least` working days away (1 or more).

        That is the day before the working day that is counted last, so it may be a Sunday.

        >>> england().last_with(date(2023, 3, 31), 45)
        datetime.date(2023, 1, 29)

        Raises:
            OutsideCalendar: the end or the answer is not covered.
        """
        self._check(_days(end))
        nth = np.busday_offset(_days(end), 1 - at_least, roll="backward", busdaycal=self._calendar)
        answer = nth - _ONE_DAY
        self._check(answer)
        return answer[0].astype(object)

    def _check(self, days: Days) -> None:
        inside = (days >= np.datetime64(self.first, "D")) & (days <= np.datetime64(self.last, "D"))
        if not np.all(inside):
            raise OutsideCalendar(f"bank holidays are held from {self.first} to {self.last}")


def _calendar_of(first: date, last: date, version: str, holidays: Days) -> WorkingDays:
    return WorkingDays(first, last, version, np.busdaycalendar(holidays=holidays))


@cache
def england() -> WorkingDays:
    """The calendar of England. Holidays announced later than the package was made are not in it."""
    import holidays  # here, because it is slow to import and few commands need it

    days = holidays.country_holidays("GB", subdiv="ENG", years=range(FIRST_YEAR, LAST_YEAR + 1))
    return WorkingDays(
        first=date(FIRST_YEAR, 1, 1),
        last=date(LAST_YEAR, 12, 31),
        version=f"England, {FIRST_YEAR} to {LAST_YEAR}, from the package holidays {holidays.__version__}",
        _calendar=np.busdaycalendar(holidays=sorted(days)),
    )


def _days(day: date) -> Days:
    return np.array([day], dtype="datetime64[D]")
