"""Prices on placements: the fast matching and the plain one give each night to the same row."""

from __future__ import annotations

from datetime import date, timedelta
from random import Random
from typing import Any

import polars as pl
import pytest
from plain_prices import nights_of_rows, row_nights

from childjourneys.costs.price_rows import PRICE_ROWS
from childjourneys.costs.prices import match_prices

FIRST = date(2024, 1, 1)
HORIZON = date(2025, 1, 1)
DAY = timedelta(days=1)


@pytest.mark.parametrize("block", range(3))
def test_each_night_goes_to_the_same_row(block: int) -> None:
    priced = 0
    for seed in range(block, 600, 3):
        rows, placements = _invented(Random(seed))
        slow = nights_of_rows(rows, placements, HORIZON)
        fast, spread = _fast(rows, placements)
        assert fast == slow, f"seed {seed}"
        whole = row_nights(rows, placements, HORIZON)
        assert spread == {number: whole[number] for number in spread}, f"seed {seed}"
        priced += len(slow)
    assert priced > 5000


def _fast(rows: list[dict[str, Any]], placements: list[dict[str, Any]]) -> tuple[Any, dict[int, int]]:
    named = [{"la_code": "330", "child_id": "A", **one} for one in placements]
    schema = {
        "la_code": pl.String, "child_id": pl.String, "period_no": pl.Int64, "placement_no": pl.Int64,
        "start": pl.Date, "end": pl.Date, "urn": pl.String,
    }  # fmt: skip
    spans = match_prices(
        pl.DataFrame([_whole(row) for row in rows], schema=PRICE_ROWS),
        pl.DataFrame([{"period_no": 1, "urn": None, **one} for one in named], schema=schema),
    ).spans
    found: dict[tuple[int, date], int] = {}
    spread: dict[int, int] = {}
    for span in spans.iter_rows(named=True):
        day = span["date_from"]
        until = min(span["date_to"] or HORIZON + DAY, HORIZON + DAY)
        while day < until:
            key = (span["placement_no"], day)
            assert key not in found
            found[key] = span["price_row"]
            day += DAY
        if span["row_nights"] is not None:
            spread[span["price_row"]] = span["row_nights"]
    return found, spread


def _whole(row: dict[str, Any]) -> dict[str, Any]:
    basis = "week" if row["period_from"] is None else "period"
    given = {"la_code": "330", "child_id": "A", "basis": basis, "price": "700", "file": "p.csv", "sheet": ""}
    return dict.fromkeys(PRICE_ROWS) | given | {"row": row["price_row"]} | row


def _invented(rng: Random) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    """Placements one after the other, some with gaps, the last perhaps open; rows about them or beside."""
    placements: list[dict[str, Any]] = []
    day = FIRST
    for number in range(1, rng.randint(2, 5)):
        day += timedelta(days=rng.choice((0, 0, 3, 20)))
        end = day + timedelta(days=rng.choice((0, 1, 7, 14, 14, 60)))
        placements.append({"placement_no": number, "start": day, "end": end})
        day = end
    if rng.random() < 0.4:
        placements[-1]["end"] = None
    rows = []
    for number in range(1, rng.randint(2, 6)):
        start = FIRST + timedelta(days=rng.randrange(-10, 120))
        until = None if rng.random() < 0.3 else start + timedelta(days=rng.choice((1, 7, 20, 60)))
        total = rng.random() < 0.4
        period = start + timedelta(days=rng.randrange(-5, 20))
        rows.append({
            "price_row": number, "start": start, "end": until, "period_from": period if total else None,
            "period_to": period + timedelta(days=rng.randrange(0, 60)) if total else None,
        })  # fmt: skip
    return rows, placements
