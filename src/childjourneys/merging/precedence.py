"""Which return wins. Facts: census and SSDA903 before Annex A, later before earlier. Status: the later."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import polars as pl


@dataclass(frozen=True)
class LoadedReturn:
    """One return that was loaded: a census or SSDA903 of one authority and year, or one Annex A.

    Attributes:
        number: our number for it.
        source: `cin_census`, `ssda903` or `annex_a`.
        la_code: authority.
        as_at: its reference or extract date.
        lists: Annex A lists present in any of its files.
        modules: SSDA903 modules present in any of its files, by their names in the guide, sorted.
    """

    number: int
    source: str
    la_code: str
    as_at: date
    lists: tuple[int, ...] = ()
    modules: tuple[str, ...] = ()


_ORDER = {"cin_census": 0, "ssda903": 1, "annex_a": 2}
RETURN_SCHEMA = {
    "return_no": pl.Int32,
    "as_at": pl.Date,
    "fact_rank": pl.Int32,
    "status_rank": pl.Int32,
}


def ranks(returns: Sequence[LoadedReturn]) -> pl.DataFrame:
    """One row per return: its number, date, and its rank for facts and for status (0 wins)."""
    by_fact = sorted(
        returns, key=lambda r: (r.source == "annex_a", -r.as_at.toordinal(), _ORDER[r.source], r.number)
    )
    by_status = sorted(returns, key=lambda r: (-r.as_at.toordinal(), _ORDER[r.source], r.number))
    fact = {r.number: rank for rank, r in enumerate(by_fact)}
    status = {r.number: rank for rank, r in enumerate(by_status)}
    rows = [
        {
            "return_no": r.number,
            "as_at": r.as_at,
            "fact_rank": fact[r.number],
            "status_rank": status[r.number],
        }
        for r in returns
    ]
    return pl.DataFrame(rows, schema=RETURN_SCHEMA)
