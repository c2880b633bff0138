"""Dates as the field counts them: collection years, completed years of age, clipped months."""

from __future__ import annotations

from datetime import date, timedelta


def collection_year(day: date) -> int:
    """The collection year a day falls in: 1 April Y-1 to 31 March Y.

    >>> collection_year(date(2024, 3, 31)), collection_year(date(2024, 4, 1))
    (2024, 2025)
    """
    return day.year + (1 if (day.month, day.day) >= (4, 1) else 0)


def year_start(year: int) -> date:
    """First day of collection year `year`."""
    return date(year - 1, 4, 1)


def year_end(year: int) -> date:
    """Last day of collection year `year`, the reference date of its census."""
    return date(year, 3, 31)


def age_in_years(born: date, day: date) -> int:
    """Completed years of age on a day; -1 before birth. Someone born on 29 February ages on 1 March.

    >>> age_in_years(date(2012, 2, 29), date(2013, 2, 28)), age_in_years(date(2012, 2, 29), date(2013, 3, 1))
    (0, 1)
    """
    if day < born:
        return -1
    return day.year - born.year - ((day.month, day.day) < (born.month, born.day))


def add_months(day: date, months: int) -> date:
    """The same day `months` later (earlier when negative), clipped to the end of a shorter month.

    >>> add_months(date(2024, 8, 31), -6), add_months(date(2024, 1, 31), 1)
    (datetime.date(2024, 2, 29), datetime.date(2024, 2, 29))
    """
    index = day.year * 12 + day.month - 1 + months
    year, month = divmod(index, 12)
    month += 1
    last = (date(year + month // 12, month % 12 + 1, 1) - timedelta(days=1)).day
    return date(year, month, min(day.day, last))
