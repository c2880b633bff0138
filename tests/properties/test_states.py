"""Merged states against the plainest thing there is: the set of days."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from told import Told

from childjourneys.journeys.spells import merge_states

FIRST = date(2023, 1, 1)
LAST = date(2023, 3, 2)
SCHEMA = {"la_code": pl.String, "child_id": pl.String, "kind": pl.String, "start": pl.Date, "end": pl.Date}
Spells = list[tuple[str, str, str, date, date | None]]


def _day(number: int) -> date:
    return FIRST + timedelta(days=number)


@st.composite
def spells(draw: Any) -> Spells:
    made = []
    for _ in range(draw(st.integers(0, 12))):
        start = draw(st.integers(0, 40))
        length = draw(st.sampled_from((0, 0, 1, 2, 5, 15, None)))
        end = None if length is None else _day(start + length)
        child, kind = draw(st.sampled_from("AB")), draw(st.sampled_from(("cp_plan", "cin_plan")))
        made.append(("301", child, kind, _day(start), end))
    return made


@given(spells(), st.sampled_from((0, 0, 1, 4)))
@settings(max_examples=300, derandomize=True, deadline=None, database=None)
def test_states_are_the_union_of_days(made: Spells, gap: int) -> None:
    merged = merge_states(pl.DataFrame(made, schema=SCHEMA, orient="row"), gap)
    _assert_apart(merged, gap)
    for child in "AB":
        for kind in ("cp_plan", "cin_plan"):
            mine = [(start, end) for _, c, k, start, end in made if (c, k) == (child, kind)]
            theirs = merged.filter(pl.col("child_id") == child, pl.col("kind") == kind)
            if gap == 0:
                assert _days(theirs.select("start", "end").rows()) == _days(mine)
            else:
                assert _days(mine) <= _days(theirs.select("start", "end").rows())


@pytest.mark.parametrize("gap", [0, 30])
def test_states_of_the_example_are_the_union_of_days(told: Told, gap: int) -> None:
    merged = merge_states(told.spells, gap)
    _assert_apart(merged, gap)
    if gap == 0:
        for key, mine in told.spells.partition_by("la_code", "child_id", "kind", as_dict=True).items():
            la, child, kind = key
            theirs = merged.filter(
                pl.col("la_code") == la, pl.col("child_id") == child, pl.col("kind") == kind
            )
            horizon = date(2025, 8, 1)
            assert _days(theirs.select("start", "end").rows(), horizon) == _days(
                mine.select("start", "end").rows(), horizon
            )


def _assert_apart(merged: pl.DataFrame, gap: int) -> None:
    """Sorted, none of 0 days, and more than the gap between two of one kind."""
    before: tuple[Any, ...] | None = None
    for la, child, kind, start, end in merged.iter_rows():
        assert end is None or start < end
        if before and before[:3] == (la, child, kind):
            assert before[4] is not None and before[4] + timedelta(days=gap) < start
        before = (la, child, kind, start, end)


def _days(rows: Any, horizon: date = LAST) -> set[date]:
    return {
        start + timedelta(days=n)
        for start, end in rows
        for n in range(((horizon if end is None else min(end, horizon)) - start).days)
    }
