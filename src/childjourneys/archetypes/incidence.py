"""How soon: Aalen-Johansen cumulative incidence from counts per day since the anchor."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import polars as pl

from childjourneys.domain.proportions import Z95

DAYS = (30, 90, 180, 365)
INCIDENCE = {
    "measure": pl.String,
    "la_code": pl.String,
    "day": pl.Int64,
    "at_risk": pl.Int64,
    "incidence": pl.Float64,
    "low": pl.Float64,
    "high": pl.Float64,
    "competing": pl.Float64,
}


def incidence_table(times: pl.DataFrame, days: Sequence[int] = DAYS) -> pl.DataFrame:
    """A row per measure, authority and day that lies inside the full window; see `INCIDENCE`.

    Args:
        times: measure, la_code, day, events, competing, censored, horizon; several rows of one day are
            added. `at_risk` is just before the events of the day; `incidence` and `competing` are
            cumulative to its end. On one day events come before competing ends, these before censoring.

    Source: Aalen and Johansen 1978; the interval is that of the complementary log-log transformation with
    Aalen's variance (blank where nothing has happened).
    """
    rows = []
    groups = times.group_by("measure", "la_code", maintain_order=True)
    for (measure, la_code), part in groups:
        counts = part.group_by("day").agg(pl.col("events", "competing", "censored").sum()).sort("day")
        horizon = int(part["horizon"].min())  # type: ignore[arg-type]
        rows += [
            (measure, la_code, *row) for row in cumulative(counts, [day for day in days if day <= horizon])
        ]
    return pl.DataFrame(rows, schema=INCIDENCE, orient="row")


def cumulative(
    counts: pl.DataFrame, days: Sequence[int]
) -> list[tuple[int, int, float, float | None, float | None, float]]:
    """Day, at risk, incidence, its interval, and the incidence of competing ends."""
    day = counts["day"].to_numpy()
    first, second, lost = (counts[n].to_numpy().astype(float) for n in ("events", "competing", "censored"))
    leaving = first + second + lost
    at_risk = leaving[::-1].cumsum()[::-1]
    # Of those at risk, events come first; a competing end on the same day is among those left.
    hazard = np.divide(first + second, at_risk, out=np.zeros_like(at_risk), where=at_risk > 0)
    before = np.r_[1.0, np.cumprod(1 - hazard)[:-1]]
    events = np.cumsum(before * np.divide(first, at_risk, out=np.zeros_like(first), where=at_risk > 0))
    others = np.cumsum(before * np.divide(second, at_risk, out=np.zeros_like(first), where=at_risk > 0))
    found = []
    for wanted in days:
        upto = int(np.searchsorted(day, wanted, side="right"))
        value = float(events[upto - 1]) if upto else 0.0
        other = float(others[upto - 1]) if upto else 0.0
        here = int(np.searchsorted(day, wanted))
        risk = int(at_risk[here]) if here < at_risk.size else 0
        variance = _variance(value, events[:upto], before[:upto], first[:upto], second[:upto], at_risk[:upto])
        found.append((wanted, risk, value, *_interval(value, variance), other))
    return found


def _variance(
    value: float,
    events: np.ndarray[tuple[int], np.dtype[np.float64]],
    before: np.ndarray[tuple[int], np.dtype[np.float64]],
    first: np.ndarray[tuple[int], np.dtype[np.float64]],
    second: np.ndarray[tuple[int], np.dtype[np.float64]],
    at_risk: np.ndarray[tuple[int], np.dtype[np.float64]],
) -> float:
    """Aalen's variance of a cumulative incidence; days on which the last one leaves add nothing."""
    d = first + second
    use = (at_risk > 1) & (at_risk > d) & (d > 0)
    y, d, d1, s, gap = at_risk[use], d[use], first[use], before[use], value - events[use]
    return float(
        np.sum(gap**2 * d / ((y - 1) * (y - d)))
        + np.sum(s**2 * d1 * (y - d1) / (y**2 * (y - 1)))
        - 2 * np.sum(gap * s * d1 * (y - d1) / (y * (y - d) * (y - 1)))
    )


def _interval(value: float, variance: float) -> tuple[float | None, float | None]:
    if not 0 < value < 1 or variance <= 0:
        return None, None
    log = np.log(1 - value)
    half = Z95 * np.sqrt(variance) / ((1 - value) * abs(log))
    middle = np.log(-log)
    return tuple(float(1 - np.exp(-np.exp(middle + sign * half))) for sign in (-1, 1))  # type: ignore[return-value]
