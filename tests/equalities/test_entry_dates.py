"""Whether referral dates look like the days of entry."""

from __future__ import annotations

from datetime import date, timedelta

import polars as pl
import pytest
from context_story import LA

from childjourneys.domain.calendar import england
from childjourneys.equalities.entry_dates import Heaped, heaped_entry_dates, heaping_caveats

# Four weeks in June 2023 without a bank holiday, from Monday the 5th.
MONDAY = date(2023, 6, 5)
COVERAGE = pl.DataFrame(
    {"la_code": [LA], "kind": ["referral"], "from": [date(2023, 1, 1)], "to": [date(2023, 12, 31)]}
)


def heaped(*weeks: tuple[date, tuple[int, ...]]) -> list[Heaped]:
    """Of weeks from Monday with so many new referrals a day."""
    rows = [
        (LA, monday + timedelta(days=number), count)
        for monday, counts in weeks
        for number, count in enumerate(counts)
        if count
    ]
    frame = pl.DataFrame(rows, schema=["la_code", "date", "referrals"], orient="row")
    return heaped_entry_dates(frame, COVERAGE, england())


def test_mondays_with_23_per_cent() -> None:
    (found,) = heaped((MONDAY, (46, 39, 38, 38, 39, 0, 1)))
    assert (found.la_code, found.weekday, found.referrals, found.of) == (LA, "Monday", 46, 200)
    issue = found.issue
    assert (issue.severity, issue.code, issue.count) == ("warning", "entry_date_heaping", 46)
    assert (issue.file, issue.sheet, issue.row, issue.column) == ("", "", None, "")
    assert "301" in issue.what and "Monday" in issue.what
    assert "23%" in found.caveat
    assert heaping_caveats([found]) == {LA: [found.caveat]}


def test_fridays_too_and_both() -> None:
    assert [one.weekday for one in heaped((MONDAY, (39, 39, 38, 38, 46)))] == ["Friday"]
    assert [one.weekday for one in heaped((MONDAY, (60, 30, 30, 30, 60)))] == ["Monday", "Friday"]
    assert heaped((MONDAY, (30, 30, 80, 30, 30))) == []


@pytest.mark.parametrize(
    "counts",
    [
        (45, 39, 38, 38, 40),  # 22.5%
        (46, 39, 38, 38, 38),  # 199 from Monday to Friday
        (46, 39, 38, 38, 39, 1, 2),  # 3 of 203 at the weekend: 1% or more
    ],
)
def test_not_below_the_limits(counts: tuple[int, ...]) -> None:
    assert heaped((MONDAY, counts)) == []


def test_weeks_with_a_bank_holiday_do_not_count() -> None:
    """29 May 2023 was one: everything of that week is left out, be it a Tuesday."""
    week = date(2023, 5, 29)
    assert heaped((week, (0, 90, 40, 40, 40))) == []
    assert heaped((MONDAY, (40, 40, 40, 40, 40)), (week, (0, 0, 0, 0, 400))) == []
    (found,) = heaped((MONDAY, (60, 40, 40, 40, 40)), (week, (0, 400, 0, 0, 0)))
    assert (found.referrals, found.of) == (60, 220)


def test_nor_do_days_outside_coverage() -> None:
    assert heaped((date(2024, 6, 3), (100, 50, 50, 50, 50))) == []
    no_coverage = COVERAGE.with_columns(kind=pl.lit("contact"))
    rows = pl.DataFrame({"la_code": [LA], "date": [MONDAY], "referrals": [500]})
    assert heaped_entry_dates(rows, no_coverage, england()) == []
