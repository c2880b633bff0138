"""Coverage against the set of days that the design's table gives."""

from __future__ import annotations

from datetime import date, timedelta
from itertools import pairwise
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st
from story import Story

from childjourneys.domain.dates import add_months

# Type or kind: whether the census carries it, the first census that does, and the Annex A list.
CARRIED = {
    "contact": (None, 1), "early_help": (None, 2), "early_help_assessment_end": (None, 2),
    "referral": (2017, 3), "assessment_start": (2017, 4), "assessment_authorised": (2017, 4),
    "s47": (2017, 5), "icpc": (2017, 5), "case_closed": (2017, 6), "cpp_start": (2017, 7),
    "cpp_end": (2017, 7), "cp_plan": (2017, 7), "cp_review": (2017, None), "cin_start": (2022, None),
    "cin_end": (2022, None), "cin_plan": (2022, None), "lac_start": (None, 8), "lac_end": (None, 8),
    "looked_after": (None, 8),
}  # fmt: skip
ANNEXES = st.tuples(
    st.dates(date(2019, 1, 1), date(2024, 12, 31)), st.sets(st.integers(1, 11)).map(sorted).map(tuple)
)


@given(st.sets(st.integers(2018, 2025), max_size=4), st.lists(ANNEXES, max_size=3, unique_by=lambda a: a[0]))
@settings(max_examples=150, derandomize=True, deadline=None, database=None)
def test_coverage_is_the_union_of_the_days_each_return_tells_about(
    years: set[int], annexes: list[tuple[date, Any]]
) -> None:
    story = Story()
    for year in sorted(years):
        story.census(year)
    for as_at, lists in annexes:
        story.annex(as_at.isoformat(), lists=lists)
    covered = story.tell_coverage()
    for kind, (first_census, number) in CARRIED.items():
        expected: set[date] = set()
        for year in years:
            if first_census and year >= first_census:
                expected |= _days(date(year - 1, 4, 1), date(year, 3, 31))
        for as_at, lists in annexes:
            if number in lists:
                expected |= _days(add_months(as_at, -6), as_at)
        ranges = [(row["from"], row["to"]) for row in covered.iter_rows(named=True) if row["kind"] == kind]
        assert set().union(*(_days(*one) for one in ranges)) == expected, kind
        for before, after in pairwise(ranges):
            assert before[1] + timedelta(days=1) < after[0], "ranges that follow on are one"


def _days(first: date, last: date) -> set[date]:
    return {first + timedelta(days=n) for n in range((last - first).days + 1)}
