"""Courses of stays: each is priced as if it were a child by itself, and counts with an exact weight.

A unit is the nights of one stay, as they were or as a scenario has them. Every stay begins as one unit of
weight 1; a scenario takes weight away from units and gives it to others. Weights are kept apart from units.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import polars as pl

from childjourneys.costs.days import FAR, Flags, Ints
from childjourneys.costs.facts import Children
from childjourneys.costs.intervals import Intervals
from childjourneys.costs.looks import Scene
from childjourneys.costs.nights import CODES, Course
from childjourneys.costs.occurrences import Window
from childjourneys.costs.price_spans import PriceSpans

# Columns of a course that nights are priced by; `child_no` is the unit's number, `moved` is ours.
_COLUMNS = (
    "child_no", "start", "end", "short_break", "period_no", "placement_no", "placement", "stay", "stay_start",
    *CODES, *(f"temporary_{name}" for name in CODES),
)  # fmt: skip
_ARRAYS = ("child", "stay", "period", "free", "first_in_period", "first_of_child", "fresh")


@dataclass(frozen=True)
class Units:
    """Courses of stays.

    Attributes:
        frame: a row per episode, in order of unit and start, as in `Course.frame`; `moved`: the nights have
            no price of the child's own.
        child: number of the child in the scene they come from.
        stay: number of the stay that each unit was made of.
        period: number of the period of care; -1: of none (short breaks).
        free: may still be moved.
        first_in_period, first_of_child: its first stay is the first one on record there.
        fresh: its period of care began (RNE S) in the run's period.
        moves: when a unit moved on, and back (MOVES).
    """

    frame: pl.DataFrame
    child: Ints
    stay: Ints
    period: Ints
    free: Flags
    first_in_period: Flags
    first_of_child: Flags
    fresh: Flags
    moves: pl.DataFrame

    def __len__(self) -> int:
        return len(self.child)

    def column(self, name: str) -> Ints:
        return self.frame[name].to_numpy()

    def ends(self) -> Ints:
        """The first day after the last night of each."""
        found = np.full(len(self), -FAR, dtype=np.int64)
        np.maximum.at(found, self.column("child_no"), self.column("end"))
        return found

    def begins(self) -> Ints:
        found = np.full(len(self), FAR, dtype=np.int64)
        np.minimum.at(found, self.column("child_no"), self.column("start"))
        return found

    def short_breaks(self) -> Flags:
        found = np.zeros(len(self), dtype=bool)
        found[self.column("child_no")[self.frame["short_break"].to_numpy()]] = True
        return found

    def take(self, some: Flags) -> Units:
        """Some units, renumbered."""
        number = np.cumsum(some) - 1
        frames = []
        for frame, name in ((self.frame, "child_no"), (self.moves, "unit")):
            unit = frame[name].to_numpy()
            rows = some[unit]
            frames.append(frame.filter(pl.Series(rows)).with_columns(pl.Series(name, number[unit[rows]])))
        rows_of = np.flatnonzero(some)
        return Units(
            frames[0], self.child[rows_of], self.stay[rows_of], self.period[rows_of], self.free[rows_of],
            self.first_in_period[rows_of],
            self.first_of_child[rows_of], self.fresh[rows_of], frames[1],
        )  # fmt: skip

    def nights(self) -> tuple[Intervals, Ints]:
        return Course(self.frame).nights()

    def at(self, day: Ints) -> Ints:
        """The row of the night that begins on a day, for each unit; -1 where there is none."""
        nights, rows = self.nights()
        return np.append(rows, -1)[nights.at(np.arange(len(self)), day)]


# Moves of units: the night from which, and up to which, it lives elsewhere. `difficult`: to place;
# `earlier_in_period`, `earlier_of_child`: it moved before, on record or in the scenario; `support`: place of
# the entry of enhanced support in `Rules.support`, -1 where there is none.
MOVES: dict[str, pl.DataType | type[pl.DataType]] = {
    "unit": pl.Int64,
    "day": pl.Int64,
    "until": pl.Int64,
    "difficult": pl.Boolean,
    "earlier_in_period": pl.Boolean,
    "earlier_of_child": pl.Boolean,
    "support": pl.Int64,
}


def all_units(scene: Scene, window: Window) -> Units:
    """Every stay with a night in the period, as it was."""
    frame = scene.course.frame
    order = frame.group_by("stay", maintain_order=True).agg(
        pl.col("child_no").first(), pl.col("period_no").first(), pl.col("start").min(), pl.col("end").max(),
        short_break=pl.col("short_break").first(),
    )  # fmt: skip
    child, start, end = (order[name].to_numpy() for name in ("child_no", "start", "end"))
    period = period_keys(child, order["period_no"].to_numpy())
    real = end > start
    first_in_period = _first(period, real)
    first_of_child = _first(child, real)
    inside = real & (start < window.end) & (end > window.first)
    number = np.cumsum(inside) - 1
    # Stays are numbered from 1, in order.
    unit = frame["stay"].to_numpy() - 1
    rows = inside[unit] if len(unit) else np.zeros(0, dtype=bool)
    own = frame.filter(pl.Series(rows)).select(_COLUMNS)
    own = own.with_columns(pl.Series("child_no", number[unit[rows]]), moved=pl.lit(value=False))
    short = order["short_break"].to_numpy()
    periods = scene.course.periods()
    begun = (periods["starts_with"] == "S").fill_null(value=False).to_numpy() & window.holds(
        periods["start"].to_numpy()
    )
    fresh = period_keys(periods["child_no"].to_numpy(), periods["period_no"].to_numpy())[begun]
    kept = np.flatnonzero(inside)
    return Units(
        own, child[kept], kept, np.where(short, -1, period)[kept], ~short[kept],
        first_in_period[kept], first_of_child[kept],
        np.isin(period[kept], fresh), pl.DataFrame(schema=MOVES),
    )  # fmt: skip


def period_keys(child: Ints, period: Ints) -> Ints:
    return child * 10_000 + period + 1


def joined(parts: Sequence[Units]) -> Units:
    """Several lists of units as one, the later numbered after the earlier."""
    frames, moves, before = [], [], 0
    for part in parts:
        frames.append(part.frame.with_columns(pl.col("child_no") + before))
        moves.append(part.moves.with_columns(pl.col("unit") + before))
        before += len(part)
    whole = {name: np.concatenate([getattr(part, name) for part in parts]) for name in _ARRAYS}
    return Units(pl.concat(frames), moves=pl.concat(moves), **whole)


def scene_of_units(scene: Scene, units: Units) -> Scene:
    """A scene in which every unit is a child by itself, so that courses of one child may overlap."""
    of = units.child
    old = scene.children
    # What a child is called is of no use from here on, and must not get out.
    children = Children(
        old.frame.drop("la_code", "child_id")[of], old.born[of], old.london[of], old.uasc_until[of]
    )
    nights, rows = _repeated(scene.prices.nights, of)
    prices = PriceSpans(
        nights, scene.prices.frame[rows], scene.prices.money, scene.prices.by_period, scene.prices.row_nights
    )
    plans, _ = _repeated(scene.plans, of)
    # Placements and stays get numbers of their own in each unit.
    numbered = units.frame.with_columns(
        pl.struct("child_no", name).rank("dense").cast(pl.Int64).alias(name) for name in ("placement", "stay")
    )
    return Scene(children, Course(numbered), prices, plans, scene.first_referral[of])


def _repeated(parts: Intervals, of: Ints) -> tuple[Intervals, Ints]:
    """The intervals of some children, once for each unit of theirs; and their rows."""
    first = np.searchsorted(parts.child, of, side="left")
    count = np.searchsorted(parts.child, of, side="right") - first
    unit = np.repeat(np.arange(len(of)), count)
    step = np.arange(len(unit)) - np.repeat(np.cumsum(count) - count, count)
    rows = first[unit] + step if len(unit) else unit
    return Intervals(unit, parts.start[rows], parts.end[rows]), rows


def _first(key: Ints, real: Flags) -> Flags:
    """Which are the first of their key, among those with a night."""
    found = np.zeros(len(key), dtype=bool)
    rows = np.flatnonzero(real)
    found[rows[np.unique(key[rows], return_index=True)[1]]] = True
    return found
