"""How soon, in steps of 30 days: what the curve of a pack is made of."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
import numpy.typing as npt
import polars as pl

Ints = npt.NDArray[np.int64]
STEP = 30
BINS = {
    "measure": pl.String,
    "la_code": pl.String,
    "from_day": pl.Int64,
    "to_day": pl.Int64,
    "at_risk": pl.Int64,
    "events": pl.Int64,
    "competing": pl.Int64,
    "censored": pl.Int64,
}
COUNTS = ("at_risk", "events", "competing", "censored")
_LEAVING = COUNTS[1:]
# Whether a bin may be published: its first and last day, and its numbers at risk, of events, competing ends
# and censored.
Passes = Callable[[tuple[int, int], Sequence[int]], bool]


def bins_table(times: pl.DataFrame) -> pl.DataFrame:
    """Bins of 30 days since the anchor, up to the last day that can bring the event; see `BINS`.

    They are days 0 to 30, 31 to 60 and so on, so that "within 30 days" is the first bin. The last bin ends
    with the window (later where an event is seen later, for months differ in length). Those who are followed
    beyond it count as censored in it, so that all who are at risk on day 0 leave.

    Args:
        times: measure, la_code, day, events, competing, censored, horizon; several rows of one day are
            added.
    """
    frames = [pl.DataFrame(schema=BINS)]
    for (measure, la_code), part in times.group_by("measure", "la_code", maintain_order=True):
        day = part["day"].to_numpy()
        counts = {name: part[name].to_numpy() for name in _LEAVING}
        seen = day[counts["events"] > 0]
        last = max(int(part["horizon"].to_numpy().min()), int(seen.max()) if seen.size else 0, 0)
        late = day > last
        counts["censored"] = counts["censored"] + np.where(late, counts["competing"], 0)
        counts["competing"] = np.where(late, 0, counts["competing"])
        at = _bin_of(np.minimum(day, last))
        number = int(_bin_of(np.array([last]))[0]) + 1
        sums = {
            name: np.bincount(at, weights=values, minlength=number).astype(np.int64)
            for name, values in counts.items()
        }
        leaving = sums["events"] + sums["competing"] + sums["censored"]
        ends = np.arange(1, number + 1) * STEP
        frames.append(
            pl.DataFrame(
                {
                    "measure": pl.repeat(str(measure), number, dtype=pl.String, eager=True),
                    "la_code": pl.repeat(str(la_code), number, dtype=pl.String, eager=True),
                    "from_day": np.where(ends == STEP, 0, ends - STEP + 1),
                    "to_day": np.minimum(ends, last),
                    "at_risk": leaving[::-1].cumsum()[::-1],
                    **sums,
                },
                schema=BINS,
            )
        )
    return pl.concat(frames)


def _bin_of(day: Ints) -> Ints:
    return np.maximum(day - 1, 0) // STEP


def merge_bins(bins: pl.DataFrame, passes: Passes) -> pl.DataFrame:
    """Bins put together until each may be published; the edges of the new ones stand in the table.

    From the left a bin takes in those after it until it passes; what is left at the end goes to the bin
    before. Where not even all of them together pass, a measure and authority has none.

    Args:
        bins: as `bins_table`, in order.
        passes: says of the days and numbers of a bin whether they may stand.
    """
    rows: list[tuple[object, ...]] = []
    for (measure, la_code), part in bins.group_by("measure", "la_code", maintain_order=True):
        numbers = [tuple(map(int, row)) for row in part.select("from_day", "to_day", *COUNTS).iter_rows()]
        rows += [(measure, la_code, *row) for row in _merged(numbers, passes)]
    return pl.DataFrame(rows, schema=BINS, orient="row")


def _merged(bins: Sequence[tuple[int, ...]], passes: Passes) -> list[tuple[int, ...]]:
    done: list[tuple[int, ...]] = []
    waiting: tuple[int, ...] | None = None
    for one in bins:
        waiting = one if waiting is None else _together(waiting, one)
        if passes((waiting[0], waiting[1]), waiting[2:]):
            done.append(waiting)
            waiting = None
    while waiting is not None and done:
        # Taking more in can make a number small that was 0 before.
        waiting = _together(done.pop(), waiting)
        if passes((waiting[0], waiting[1]), waiting[2:]):
            done.append(waiting)
            waiting = None
    return done


def _together(first: tuple[int, ...], then: tuple[int, ...]) -> tuple[int, ...]:
    """Two bins as one; at risk are those at its start."""
    return (first[0], then[1], first[2], *(a + b for a, b in zip(first[3:], then[3:], strict=True)))
