"""Working days against plain counting, and the worked examples of the definitions."""

from datetime import date, timedelta

import numpy as np
import pytest

from childjourneys.domain.calendar import OutsideCalendar, england

FRIDAY = date(2023, 3, 31)
# The bank holidays of England that the plain counting below runs over, written down by hand.
BANK_HOLIDAYS = {
    date(2022, 4, 15), date(2022, 4, 18), date(2022, 5, 2), date(2022, 6, 2), date(2022, 6, 3),
    date(2022, 8, 29), date(2022, 9, 19), date(2022, 12, 26), date(2022, 12, 27), date(2023, 1, 2),
    date(2023, 4, 7), date(2023, 4, 10), date(2023, 5, 1), date(2023, 5, 8), date(2023, 5, 29),
}  # fmt: skip


def counted_plainly(start: date, end: date) -> int:
    days = (start + timedelta(n) for n in range(1, (end - start).days + 1))
    return sum(day.weekday() < 5 and day not in BANK_HOLIDAYS for day in days)


@pytest.mark.parametrize(("start", "days"), [(date(2023, 1, 27), 45), (date(2023, 3, 10), 15)])
def test_worked_examples(start: date, days: int) -> None:
    calendar = england()
    assert calendar.count(start, FRIDAY) == days
    assert calendar.add(FRIDAY, -days) == start
    assert calendar.add(start, days) == FRIDAY


def test_day_0_is_the_start_even_on_a_weekend() -> None:
    saturday, monday = date(2023, 3, 25), date(2023, 3, 27)
    assert england().count(saturday, saturday) == 0
    assert england().count(saturday, monday) == 1
    assert england().add(saturday, 0) == saturday
    assert england().add(saturday, 1) == monday


def test_looking_back_is_negative() -> None:
    assert england().count(FRIDAY, date(2023, 3, 10)) == -15


@pytest.mark.parametrize("start", [date(2022, 4, 1) + timedelta(n) for n in range(0, 400, 17)])
def test_agrees_with_counting_day_by_day(start: date) -> None:
    calendar = england()
    ends = [start + timedelta(n) for n in range(25)]
    assert [calendar.count(start, end) for end in ends] == [counted_plainly(start, end) for end in ends]
    for n in range(1, 10):
        first = next(day for k in range(60) if counted_plainly(start, day := start + timedelta(k)) >= n)
        assert calendar.add(start, n) == first
        last = next(day for k in range(60) if counted_plainly(day := start - timedelta(k), start) >= n)
        assert calendar.last_with(start, n) == last


def test_many_at_once_are_the_single_counts() -> None:
    starts = np.arange("2022-04-01", "2022-05-01", dtype="datetime64[D]")
    ends = np.array(["2022-06-06"], dtype="datetime64[D]")
    assert england().count_many(starts, ends).tolist() == [
        counted_plainly(day, date(2022, 6, 6)) for day in starts.astype(object)
    ]


def test_dates_outside_the_range_are_unknown() -> None:
    calendar = england()
    assert calendar.covers(calendar.first, calendar.last)
    assert not calendar.covers(calendar.last + timedelta(1))
    for outside in (calendar.first - timedelta(1), calendar.last + timedelta(1)):
        with pytest.raises(OutsideCalendar):
            calendar.count(outside, FRIDAY)
    with pytest.raises(OutsideCalendar):
        calendar.add(calendar.last, 1)
    with pytest.raises(OutsideCalendar):
        calendar.last_with(calendar.first, 1)
    with pytest.raises(OutsideCalendar):
        calendar.count_many(
            np.array(["NaT"], dtype="datetime64[D]"), np.array(["2023-03-31"], "datetime64[D]")
        )


def test_the_version_says_what_is_held() -> None:
    assert england().version.startswith("England, 1990 to 2035, from the package holidays ")
