"""Overlaps in one sorted pass agree with comparing every pair."""

from __future__ import annotations

import random
from datetime import date

import numpy as np
import polars as pl
import pytest

from childjourneys.quality import intervals

Interval = tuple[int | None, int | None, int, int]  # group, start, end, row


def random_intervals(rng: random.Random, count: int) -> list[Interval]:
    found: list[Interval] = []
    for row in range(count):
        start = rng.choice([None, *range(12)]) if rng.random() < 0.2 else rng.randrange(12)
        end = intervals.NEVER if rng.random() < 0.2 else (start or 0) + rng.randrange(6)
        found.append((rng.choice([None, 1, 2, 3]), start, end, row))
    return found


def packed(records: list[Interval]) -> tuple[intervals.Keys, intervals.Keys]:
    schema = {"group": pl.Int64, "start": pl.Int64, "end": pl.Int64}
    frame = pl.DataFrame([record[:3] for record in records], schema=schema, orient="row")
    return intervals.keys(frame, "group", "start"), intervals.keys(frame, "group", "end")


@pytest.mark.parametrize("seed", range(20))
def test_starts_inside_another(seed: int) -> None:
    records = random_intervals(random.Random(seed), 30)
    starts, ends = packed(records)
    expected = []
    for group, start, _, row in records:
        earlier = [
            other
            for other in records
            if group is not None and start is not None and other[0] == group and other[1] is not None
            and (other[1], other[3]) < (start, row)
        ]  # fmt: skip
        expected.append(any(start < other[2] for other in earlier if start is not None))
    rows = np.array([record[3] for record in records])
    assert intervals.starts_inside_another(starts, ends, rows).tolist() == expected


@pytest.mark.parametrize("seed", range(20))
def test_inside_any(seed: int) -> None:
    rng = random.Random(100 + seed)
    records, points = random_intervals(rng, 20), random_intervals(rng, 30)
    starts, ends = packed(records)
    expected = [
        group is not None
        and day is not None
        and any(
            other[0] == group and other[1] is not None and other[1] <= day < other[2] for other in records
        )
        for group, day, _, _ in points
    ]
    assert intervals.inside_any(packed(points)[0], starts, ends).tolist() == expected
    nothing = packed([])
    assert not intervals.inside_any(packed(points)[0], *nothing).any()


def test_days_of_all_years_stay_inside_their_group() -> None:
    frame = pl.DataFrame({"group": [1, 1, 2], "day": [date.min, date.max, date.min]})
    keys = intervals.keys(frame, "group", "day")
    assert list(keys) == sorted(keys) and keys[0] > intervals.MISSING
    never = intervals.keys(frame, "group", pl.lit(intervals.NEVER))
    assert keys[1] < never[1] < keys[2]
