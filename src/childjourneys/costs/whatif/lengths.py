"""Stays that become shorter or longer, and nights that are bought from other providers."""

from __future__ import annotations

from dataclasses import dataclass, replace
from fractions import Fraction

import numpy as np
import polars as pl

from childjourneys.costs.days import FAR, Ints
from childjourneys.costs.intervals import keys
from childjourneys.costs.looks import Scene
from childjourneys.costs.occurrences import Window
from childjourneys.costs.scenario.definition import Match
from childjourneys.costs.whatif.meant import holds
from childjourneys.costs.whatif.units import Units, joined, scene_of_units

_AREAS = (None, "in", "out")


@dataclass(frozen=True)
class Ended:
    """Units whose last stay ends in the period and changes its length: old and new end."""

    unit: Ints
    end: Ints
    new_end: Ints

    def __len__(self) -> int:
        return len(self.unit)

    @property
    def day(self) -> Ints:
        """The first day that is different."""
        return np.minimum(self.end, self.new_end)


def ended(units: Units, scene: Scene, match: Match, weeks: Fraction, start: int, window: Window) -> Ended:
    """The units that a change of duration means, by the facts of their last night."""
    end = units.ends()
    some = (end >= max(start, window.first)) & (end < window.end) & ~units.short_breaks()
    chosen = units.take(some)
    own = scene_of_units(scene, chosen)
    end = end[some]
    row, who = chosen.at(end - 1), np.arange(len(chosen))
    moved = np.append(chosen.frame["moved"].to_numpy(), True)[row]
    price = np.where(moved, -1, own.prices.nights.at(who, end - 1))
    meant = (row >= 0) & holds(match, own, who, end - 1, row, price)
    begun = np.append(chosen.column("stay_start"), 0)[row]
    days = int(abs(weeks) * 7 + Fraction(1, 2))
    if weeks < 0:
        new = np.minimum(np.maximum(end - days, np.maximum(begun, start)), end)
    else:
        new = np.minimum(end + days, _next_start(scene, chosen.child, end))
    return Ended(np.flatnonzero(some)[meant], end[meant], new[meant])


def lasting(units: Units, which: Ended) -> Units:
    """Those units with their new ends."""
    flags = np.zeros(len(units), dtype=bool)
    flags[which.unit] = True
    part = units.take(flags)
    unit = part.column("child_no")
    frame = part.frame.with_columns(_old=pl.Series(which.end[unit]), _new=pl.Series(which.new_end[unit]))
    frame = frame.with_columns(
        end=pl.when(pl.col("end") == pl.col("_old")).then("_new").otherwise(pl.min_horizontal("end", "_new"))
    )
    frame = frame.filter(pl.col("end") > pl.col("start")).drop("_old", "_new")
    of = part.moves["unit"].to_numpy()
    moves = part.moves.with_columns(_old=pl.Series(which.end[of]), _new=pl.Series(which.new_end[of]))
    moves = moves.with_columns(
        until=pl.when(pl.col("until") == pl.col("_old"))
        .then("_new")
        .otherwise(pl.min_horizontal("until", "_new"))
    ).drop("_old", "_new")
    return replace(part, frame=frame, moves=moves)


def _next_start(scene: Scene, child: Ints, day: Ints) -> Ints:
    """The start of the child's next stay from a day on: nobody is in two places."""
    nights, _ = scene.course.nights()
    at = np.searchsorted(keys(nights.child, nights.start), keys(child, day))
    safe = np.minimum(at, max(len(nights) - 1, 0))
    same = (at < len(nights)) & (nights.child[safe] == child)
    return np.where(same, nights.start[safe], FAR)


def bought_otherwise(
    units: Units, scene: Scene, placement: str, providers: tuple[str, ...], start: int,
    window: Window,
) -> tuple[Ints, Units]:  # fmt: skip
    """Units with nights in a placement from a day on, and in their place one for each provider."""
    own = scene_of_units(scene, units)
    frame = units.frame
    unit = units.column("child_no")
    first = np.maximum(units.column("start"), max(start, window.first))
    inside = (units.column("end") > first) & (first < window.end) & ~frame["short_break"].to_numpy()
    rows = np.arange(frame.height)
    price = np.where(frame["moved"].to_numpy(), -1, own.prices.nights.at(unit, first))
    meant = inside & holds(Match(placement=(placement,)), own, unit, first, rows, price)
    which = np.unique(unit[meant])
    flags = np.zeros(len(units), dtype=bool)
    flags[which] = True
    area = pl.Series([_AREAS[code] for code in own.area_of(rows, price).tolist()], dtype=pl.String)
    part = replace(
        units,
        frame=frame.with_columns(pl.Series("_meant", meant), pl.Series("_from", first), _area=area),
    ).take(flags)
    found = []
    for code in providers:
        before = part.frame.filter(~pl.col("_meant") | (pl.col("start") < pl.col("_from"))).with_columns(
            end=pl.when("_meant").then("_from").otherwise("end")
        )
        after = part.frame.filter(pl.col("_meant")).with_columns(
            start=pl.col("_from"), provider=pl.lit(code), urn=pl.lit(None, dtype=pl.String),
            area=pl.col("_area"), moved=pl.lit(value=True),
        )  # fmt: skip
        both = pl.concat([before, after]).sort("child_no", "start", "end", maintain_order=True)
        found.append(replace(part, frame=both.drop("_meant", "_from", "_area")))
    return which, joined(found)
