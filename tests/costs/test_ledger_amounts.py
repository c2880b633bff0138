"""Rounding, sharing and quantities against the plainest way to work them out."""

from __future__ import annotations

import random
from datetime import date, timedelta
from fractions import Fraction

import numpy as np

from childjourneys.costs.amounts import decimal_text, millionths, rounded, shared
from childjourneys.costs.days import as_date, financial_years, first_april, number
from childjourneys.costs.spans import UNITS, cut_on_1_april, months_of, quantities, spans_of
from childjourneys.domain.dates import add_months

_FIRST = number(date(2018, 1, 1))


def _half_up(value: Fraction) -> int:
    return int(value + Fraction(1, 2))  # both 0 or more


def test_long_and_short_fractions_round_as_exact_numbers_do() -> None:
    rng = random.Random(1)
    prices = [Fraction(rng.randrange(1, 10**6), 100) for _ in range(20)]
    # Brought over fifteen years: too long for whole numbers of 64 bits.
    prices += [one * Fraction(10_276, 10_000) ** 15 for one in prices[:10]]
    top = np.array([rng.randrange(0, 4000) for _ in range(3000)], dtype=np.int64)
    bottom = np.array([rng.choice([1, 7, 28, 29, 30, 31, 364, 365, 365 * 366]) for _ in top], dtype=np.int64)
    which = np.array([rng.randrange(len(prices)) for _ in top], dtype=np.int64)
    expected = [
        _half_up(prices[p] * Fraction(int(a), int(b))) for a, b, p in zip(top, bottom, which, strict=True)
    ]
    assert rounded(top, bottom, which, prices).tolist() == expected


def test_half_a_penny_is_rounded_up() -> None:
    one = np.array([1], dtype=np.int64)
    assert rounded(one, one * 2, one - 1, [Fraction(5)]).tolist() == [3]


def test_shares_add_up_and_the_largest_remainders_get_the_rest() -> None:
    # 100 over 3, 3 and 1 nights: 42.86, 42.86, 14.29; 98 given, the two left go to the .86s.
    parts = np.array([3, 3, 1], dtype=np.int64)
    of = np.zeros(3, dtype=np.int64)
    assert shared(np.array([100]), parts, of, np.array([7])).tolist() == [43, 43, 14]
    # Equal remainders: the earlier part goes first.
    assert shared(np.array([5]), np.array([1, 1]), np.zeros(2, dtype=np.int64), np.array([2])).tolist() == [
        3,
        2,
    ]


def test_shares_of_many_amounts_are_never_a_penny_off() -> None:
    rng = np.random.default_rng(2)
    count = rng.integers(1, 14, 500)
    of = np.repeat(np.arange(500), count)
    part = rng.integers(1, 32, len(of))
    total = np.bincount(of, weights=part).astype(np.int64)
    whole = rng.integers(0, 10_000_000, 500)
    shares = shared(whole, part, of, total)
    assert (np.bincount(of, weights=shares).astype(np.int64) == whole).all()
    assert (np.abs(shares * total[of] - whole[of] * part) < total[of]).all()


def test_millionths_are_rounded_half_up() -> None:
    top, bottom = np.array([1, 2, 3_000_000]), np.array([7, 3, 7])
    assert millionths(top, bottom).tolist() == [142_857, 666_667, 428_571_428_571]
    assert millionths(np.array([1]), np.array([2_000_000])).tolist() == [1]


def test_unit_costs_are_written_as_decimals() -> None:
    assert decimal_text(Fraction("3.5")) == "3.50"
    assert decimal_text(Fraction("12.3456")) == "12.3456"
    assert decimal_text(Fraction(2, 3)) == "0.666667"
    assert decimal_text(Fraction(1846)) == "1846.00"


def _plain_quantity(unit: str, start: date, end: date) -> Fraction:
    nights = [start + timedelta(days=at) for at in range((end - start).days)]
    if unit == "week":
        return Fraction(len(nights), 7)
    if unit == "year":
        total = Fraction(0)
        for night in nights:
            year = night.year if night >= date(night.year, 4, 1) else night.year - 1
            total += Fraction(1, (date(year + 1, 4, 1) - date(year, 4, 1)).days)
        return total
    assert unit == "month"
    whole = 0
    while add_months(start, whole + 1) <= end:
        whole += 1
    reached = add_months(start, whole)
    return whole + Fraction((end - reached).days, (add_months(start, whole + 1) - reached).days)


def test_quantities_of_any_span_are_the_plain_ones() -> None:
    rng = random.Random(3)
    for unit in ("week", "month", "year"):
        starts = [_FIRST + rng.randrange(0, 2500) for _ in range(300)]
        ends = [start + rng.randrange(1, 1200) for start in starts]
        one = np.ones(300, dtype=np.int64)
        top, bottom = quantities(np.array(starts), np.array(ends), one * UNITS.index(unit), one)
        for a, b, start, end in zip(top, bottom, starts, ends, strict=True):
            assert Fraction(int(a), int(b)) == _plain_quantity(unit, as_date(start), as_date(end))


def test_a_span_split_anywhere_has_the_same_quantity_in_nights_weeks_and_years() -> None:
    start, end = _FIRST, _FIRST + 1000
    one = np.ones(1, dtype=np.int64)
    for unit in ("night", "week", "year", "year_365", "year_52_weeks"):
        kind = one * UNITS.index(unit)

        def quantity(a: int, b: int, kind: np.ndarray = kind) -> Fraction:
            top, bottom = quantities(np.array([a]), np.array([b]), kind, one)
            return Fraction(int(top[0]), int(bottom[0]))

        for cut in (start + 1, start + 90, start + 456, end - 1):
            assert quantity(start, cut) + quantity(cut, end) == quantity(start, end)


def test_touching_stretches_of_one_item_are_one_span() -> None:
    day = np.array([0, 5, 9, 0, 12], dtype=np.int64)
    end = np.array([5, 9, 12, 12, 14], dtype=np.int64)
    item = np.array([1, 1, 2, 3, 1], dtype=np.int64)
    spans = spans_of(np.zeros(5, dtype=np.int64), item, day, end, np.arange(5))
    told = sorted(zip(spans.item.tolist(), spans.start.tolist(), spans.end.tolist(), strict=True))
    assert told == [(1, 0, 9), (1, 12, 14), (2, 9, 12), (3, 0, 12)]


def test_the_first_of_april_cuts_only_what_is_in_the_money_of_its_nights() -> None:
    start, end = number(date(2023, 1, 1)), number(date(2025, 6, 1))
    one = np.zeros(2, dtype=np.int64)
    spans = spans_of(np.array([0, 1]), one, np.array([start, start]), np.array([end, end]), np.arange(2))
    cut = cut_on_1_april(spans, np.array([True, False]))
    assert [str(as_date(day)) for day in cut.start] == [
        "2023-01-01", "2023-04-01", "2024-04-01", "2025-04-01", "2023-01-01",
    ]  # fmt: skip
    assert cut.nights.sum() == 2 * (end - start)
    assert (financial_years(cut.start[:4]) == financial_years(cut.end[:4] - 1)).all()
    assert first_april(np.array([2024])).tolist() == [number(date(2024, 4, 1))]


def test_months_of_a_span_are_its_nights_month_by_month() -> None:
    start, end = number(date(2023, 12, 31)), number(date(2024, 3, 1))
    months = months_of(np.array([start]), np.array([end]))
    assert (months.end - months.start).tolist() == [1, 31, 29]
    assert [str(as_date(day)) for day in months.start] == ["2023-12-31", "2024-01-01", "2024-02-01"]
