"""Which nights a row of actual prices stands for, night by night: the plain reading of section 5.2."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

Row = dict[str, Any]
DAY = timedelta(days=1)


def nights_of_rows(rows: list[Row], placements: list[Row], horizon: date) -> dict[tuple[int, date], int]:
    """The nights up to the horizon that each row prices, with the nights its total is spread over.

    Args:
        rows: of one child: price_row, start, end, period_from, period_to.
        placements: of that child, in order, not overlapping: placement_no, start, end.

    Returns:
        By number of the placement and night: the price row; and under -row the row's shared nights.
    """
    shared: dict[int, list[date]] = {}
    where: dict[int, int] = {}
    for row in rows:
        chosen = _placement(row, placements, horizon)
        if chosen is None:
            continue
        where[row["price_row"]] = chosen["placement_no"]
        shared[row["price_row"]] = [
            day
            for day in _nights(chosen, horizon)
            if row["start"] <= day
            and (row["end"] is None or day < row["end"])
            and (row["period_from"] is None or row["period_from"] <= day)
            and (row["period_to"] is None or day <= row["period_to"])
        ]
    by_number = {row["price_row"]: row for row in rows}
    won: dict[tuple[int, date], int] = {}
    for number, nights in shared.items():
        for day in nights:
            key = (where[number], day)
            other = won.get(key)
            if other is None or _order(by_number[number]) > _order(by_number[other]):
                won[key] = number
    return won


def row_nights(rows: list[Row], placements: list[Row], horizon: date) -> dict[int, int]:
    """All nights that each row shares with its placement, whatever another row takes of them."""
    found = {}
    for row in rows:
        alone = nights_of_rows([row], placements, horizon)
        found[row["price_row"]] = len(alone)
    return found


def _placement(row: Row, placements: list[Row], horizon: date) -> Row | None:
    """Most nights shared, of equal ones the earlier; without an end that of the first night or the next."""
    if row["end"] is None:
        ending_later = [
            one for one in placements if any(day >= row["start"] for day in _nights(one, horizon))
        ]
        return min(ending_later, key=lambda one: one["start"], default=None)
    best, most = None, 0
    for one in sorted(placements, key=lambda one: one["start"]):
        held = sum(1 for day in _nights(one, horizon) if row["start"] <= day < row["end"])
        if held > most:
            best, most = one, held
    return best


def _order(row: Row) -> tuple[date, int]:
    return row["start"], row["price_row"]


def _nights(placement: Row, horizon: date) -> list[date]:
    last = horizon if placement["end"] is None else min(horizon, placement["end"] - DAY)
    return [placement["start"] + n * DAY for n in range((last - placement["start"]).days + 1)]
