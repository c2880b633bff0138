"""Quantities, uplift, rounding and sharing: the plain reading of R3, R8 and R9, in fractions."""

from __future__ import annotations

import calendar
import math
from datetime import date, timedelta
from fractions import Fraction

from childjourneys.costs.model import Entry

Indices = dict[str, dict[str, Fraction]]
DAY = timedelta(days=1)


def financial_year(day: date) -> str:
    first = day.year if (day.month, day.day) >= (4, 1) else day.year - 1
    return f"{first}/{(first + 1) % 100:02d}"


def days_in_year_of(day: date) -> int:
    first = int(financial_year(day)[:4])
    return (date(first + 1, 4, 1) - date(first, 4, 1)).days


def months_after(day: date, months: int) -> date:
    """The same day of a later month, or that month's last day."""
    number = day.month - 1 + months
    year, month = day.year + number // 12, number % 12 + 1
    return date(year, month, min(day.day, calendar.monthrange(year, month)[1]))


def quantity(unit: str, year_basis: str, start: date, end: date) -> Fraction:
    """Of the nights [start, end)."""
    nights = (end - start).days
    if unit == "night":
        return Fraction(nights)
    if unit == "week":
        return Fraction(nights, 7)
    if unit == "month":
        whole = 0
        while months_after(start, whole + 1) <= end:
            whole += 1
        begun, done = months_after(start, whole), months_after(start, whole + 1)
        return whole + Fraction((end - begun).days, (done - begun).days)
    assert unit == "year"
    if year_basis == "actual":
        return sum((Fraction(1, days_in_year_of(start + n * DAY)) for n in range(nights)), start=Fraction(0))
    return Fraction(nights, {"365": 365, "52_weeks": 364}[year_basis])


def half_up(pounds: Fraction) -> int:
    """Whole pence; a negative sum by its absolute value."""
    pence = math.floor(abs(pounds) * 100 + Fraction(1, 2))
    return pence if pounds >= 0 else -pence


def millionths(value: Fraction) -> int:
    return math.floor(value * 1_000_000 + Fraction(1, 2))


def share(pence: int, nights: list[int]) -> list[int]:
    """By largest remainder: pennies down, those left to the largest remainders, ties to the earlier."""
    sign = -1 if pence < 0 else 1
    whole, every = abs(pence), sum(nights)
    exact = [Fraction(whole * one, every) for one in nights]
    given = [math.floor(one) for one in exact]
    left = whole - sum(given)
    order = sorted(range(len(nights)), key=lambda i: (-(exact[i] - given[i]), i))
    for index in order[:left]:
        given[index] += 1
    return [sign * one for one in given]


def months_of(start: date, end: date) -> list[tuple[date, date]]:
    """The parts of [start, end) in each calendar month, half-open."""
    parts = []
    while start < end:
        until = min(end, months_after(start.replace(day=1), 1))
        parts.append((start, until))
        start = until
    return parts


def uplift(entry: Entry, day: date, target: str | None, indices: Indices) -> tuple[Fraction, str]:
    """The factor (of a sum of components: their mean, weighted by amount) and the amount's price year."""
    own = entry.price_year or financial_year(day)
    if entry.provider_id or entry.when.provider_id:
        return Fraction(1), financial_year(day)
    if target is None:
        return Fraction(1), own
    by_component = dict(entry.index)
    if not entry.components or set(by_component) == {""}:
        return _factor(next(iter(by_component.values())), own, target, indices), target
    after = sum(
        (amount * _factor(by_component[name], own, target, indices) for name, amount in entry.components),
        start=Fraction(0),
    )
    return after / sum((amount for _, amount in entry.components), start=Fraction(0)), target


def _factor(index: str, own: str, target: str, indices: Indices) -> Fraction:
    if index == "none":
        return Fraction(1)
    factor = Fraction(1)
    first, last = sorted((int(own[:4]), int(target[:4])))
    for year in range(first + 1, last + 1):
        factor *= 1 + indices[index][financial_year(date(year, 4, 1))] / 100
    return factor if int(own[:4]) <= int(target[:4]) else 1 / factor
