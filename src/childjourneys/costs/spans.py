"""Spans of nights, what they come to in a unit, and their months: rules R3 and R9.

A span is a longest run of touching nights in one placement that one entry prices, at one unit cost and
factor. Its quantity is a fraction; a month's part of it goes by nights.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from childjourneys.costs.days import (
    Flags,
    Ints,
    financial_years,
    first_april,
    first_days,
    leap_nights,
    months,
    whole_months,
)

UNITS = ("night", "week", "month", "year", "year_365", "year_52_weeks", "period")


@dataclass(frozen=True)
class Spans:
    """One row per span.

    Attributes:
        placement: number of the placement (or need episode) of the span.
        item: number of what prices it.
        start, end: half-open.
        first: row of the stretch of nights that it begins with.
        parts: how many stretches it is made of.
    """

    placement: Ints
    item: Ints
    start: Ints
    end: Ints
    first: Ints
    parts: Ints

    def __len__(self) -> int:
        return len(self.start)

    @property
    def nights(self) -> Ints:
        return self.end - self.start


def spans_of(placement: Ints, item: Ints, start: Ints, end: Ints, stretch: Ints) -> Spans:
    """Stretches of nights that touch, in one placement and priced by one item, as spans.

    Args:
        placement, item, start, end: of each stretch and item; in order of start within a placement.
        stretch: row of the stretch, for `first`.
    """
    order = np.lexsort((start, item, placement))
    placement, item, start, end, stretch = (a[order] for a in (placement, item, start, end, stretch))
    fresh = np.ones(len(start), dtype=bool)
    fresh[1:] = (
        (placement[1:] != placement[:-1]) | (item[1:] != item[:-1]) | (start[1:] != end[:-1])
    )  # fmt: skip
    heads = np.flatnonzero(fresh)
    tails = np.append(heads[1:], len(start)) - 1 if len(heads) else heads
    return Spans(placement[heads], item[heads], start[heads], end[tails], stretch[heads], tails - heads + 1)


def cut_on_1_april(spans: Spans, own_year: Flags) -> Spans:
    """Spans in the money of their own nights, cut where a financial year begins."""
    first = financial_years(spans.start)
    count = np.where(own_year, financial_years(spans.end - 1) - first + 1, 1)
    if (count == 1).all():
        return spans
    row = np.repeat(np.arange(len(spans)), count)
    step = np.arange(len(row)) - np.repeat(np.cumsum(count) - count, count)
    year = first[row] + step
    cut = own_year[row]
    start = np.where(cut, np.maximum(spans.start[row], first_april(year)), spans.start[row])
    end = np.where(cut, np.minimum(spans.end[row], first_april(year + 1)), spans.end[row])
    return Spans(
        spans.placement[row], spans.item[row], start, end, spans.first[row],
        np.where(count[row] > 1, np.maximum(spans.parts[row], 2), spans.parts[row]),
    )  # fmt: skip


def quantities(start: Ints, end: Ints, unit: Ints, of_period: Ints) -> tuple[Ints, Ints]:
    """How many units each span is, as numerators and denominators.

    Args:
        unit: place in UNITS.
        of_period: nights that a price for a period is spread over; 1 where the unit is another.
    """
    nights = end - start
    top, bottom = nights.copy(), np.ones(len(nights), dtype=np.int64)
    for place, below in ((1, 7), (4, 365), (5, 364)):
        bottom[unit == place] = below
    bottom = np.where(unit == 6, of_period, bottom)
    by_month = np.flatnonzero(unit == 2)
    if len(by_month):
        whole, left, length = whole_months(start[by_month], end[by_month])
        top[by_month], bottom[by_month] = whole * length + left, length
    by_year = np.flatnonzero(unit == 3)
    if len(by_year):
        leap = leap_nights(start[by_year], end[by_year])
        top[by_year] = (nights[by_year] - leap) * 366 + leap * 365
        bottom[by_year] = 365 * 366
    return top, bottom


@dataclass(frozen=True)
class Months:
    """The calendar months of spans, in order: row of the span, month from 1970, first and last night."""

    span: Ints
    month: Ints
    start: Ints
    end: Ints


def months_of(start: Ints, end: Ints) -> Months:
    first = months(start)
    count = months(end - 1) - first + 1
    span = np.repeat(np.arange(len(start)), count)
    step = np.arange(len(span)) - np.repeat(np.cumsum(count) - count, count)
    month = first[span] + step
    return Months(
        span,
        month,
        np.maximum(start[span], first_days(month)),
        np.minimum(end[span], first_days(month + 1)),
    )
