"""Stays that move on: which do, when, and the courses that come of it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from fractions import Fraction

import numpy as np
import polars as pl

from childjourneys.costs.days import FAR, Flags, Ints, add_months, number
from childjourneys.costs.facts import Children
from childjourneys.costs.intervals import keys
from childjourneys.costs.looks import Scene
from childjourneys.costs.nights import CODES
from childjourneys.costs.occurrences import Occurrences, Window
from childjourneys.costs.scenario.definition import Match
from childjourneys.costs.whatif.meant import holds
from childjourneys.costs.whatif.places import Place
from childjourneys.costs.whatif.units import MOVES, Units, scene_of_units
from childjourneys.costs.whatif.weights import Weights

_MANY_STAYS = 3
_AREAS = (None, "in", "out")


@dataclass(frozen=True)
class Moving:
    """A shift as numbers.

    Attributes:
        after: weeks, or months where `in_months`; parts of a week are rounded to days.
        breakdown: share of the moved that go back; `back_after`: weeks after the move.
        support: place of the entry of enhanced support among those of the rules; -1: none.
    """

    source: Match
    to: Place
    after: Fraction
    in_months: bool = False
    breakdown: bool = False
    back_after: Fraction = Fraction(0)
    support: int = -1


@dataclass(frozen=True)
class Ramp:
    """Shares by day, as a step: before the first 0; without any 1."""

    days: tuple[int, ...] = ()
    shares: tuple[Fraction, ...] = ()

    @classmethod
    def of(cls, steps: tuple[tuple[date, Fraction], ...]) -> Ramp:
        return cls(tuple(number(day) for day, _ in steps), tuple(share for _, share in steps))

    def on(self, days: Ints) -> Weights:
        if not self.days:
            return Weights.all_of(Fraction(1), len(days))
        step = np.searchsorted(np.array(self.days), days, side="right")
        return Weights(step, (Fraction(0), *self.shares))


@dataclass(frozen=True)
class Movers:
    """Units that move on, or a part of which does.

    Attributes:
        unit: number of each, in order.
        day: when it moves; `back`: when it goes back if it does (FAR: it never gets there).
        end: the first day after its last night.
        row: row of its night on that day.
    """

    unit: Ints
    day: Ints
    back: Ints
    end: Ints
    row: Ints
    area: Ints

    def __len__(self) -> int:
        return len(self.unit)


def movers(units: Units, scene: Scene, moving: Moving, start: int, window: Window) -> Movers:
    """The units that a shift means, with the facts of the day on which they would move on."""
    begun = np.full(len(units), FAR, dtype=np.int64)
    np.minimum.at(begun, units.column("child_no"), units.column("stay_start"))
    day = np.maximum(_later(begun, moving.after, in_months=moving.in_months), start)
    end = units.ends()
    some = units.free & (day < end) & (day < window.end) & (day >= window.first)
    chosen = units.take(some)
    own = scene_of_units(scene, chosen)
    unit, day = np.flatnonzero(some), day[some]
    row = chosen.at(day)
    who = np.arange(len(chosen))
    moved = np.append(chosen.frame["moved"].to_numpy(), True)[row]
    price = np.where(moved, -1, own.prices.nights.at(who, day))
    meant = (row >= 0) & holds(moving.source, own, who, day, row, price)
    area = own.area_of(row, price)
    # The rows of the chosen among those of all.
    rows = np.flatnonzero(some[units.column("child_no")]) if len(units) else row
    row = np.append(rows, -1)[row]
    back = np.full(len(day), FAR, dtype=np.int64)
    if moving.breakdown:
        back = _later(day, moving.back_after)
    back = np.where(back < end[unit], back, FAR)
    return Movers(unit[meant], day[meant], back[meant], end[unit][meant], row[meant], area[meant])


def moved_on(
    units: Units, scene: Scene, moving: Moving, who: Movers, fifth: Occurrences, *, goes_back: bool
) -> Units:
    """The courses of those who move: the nights before as they were, then a new stay, and maybe back again.

    Args:
        fifth: occurrences of process 5 on record, to tell what was the first.
        goes_back: of those who go back in time; the others are not in it.
    """
    if goes_back:
        some = who.back < FAR
        who = Movers(*(column[some] for column in vars(who).values()))
    part = units.take(_flags(who.unit, len(units)))
    number_ = part.column("child_no")
    day = pl.Series(who.day[number_])
    before = part.frame.with_columns(_day=day).filter(pl.col("start") < pl.col("_day"))
    before = before.with_columns(end=pl.min_horizontal("end", "_day")).drop("_day")
    until = np.where(who.back < who.end, who.back, who.end) if goes_back else who.end
    there = _elsewhere(units, moving.to, who, until)
    pieces = [before, there]
    moves = [_moves(part, scene, who, until, fifth, moving.support)]
    if goes_back:
        back = pl.Series(who.back[number_])
        again = part.frame.with_columns(_back=back).filter(pl.col("end") > pl.col("_back"))
        pieces.append(
            again.with_columns(
                start=pl.max_horizontal("start", "_back"), stay_start=pl.col("_back"),
                stay=pl.lit(-2, dtype=pl.Int64), placement=-10 - pl.col("placement"),
            ).drop("_back")
        )  # fmt: skip
        moves.append(_moves_back(part, scene, who))
    frame = pl.concat(pieces).sort("child_no", "start", "end", maintain_order=True)
    size = len(part)
    return Units(
        frame, part.child, part.stay, part.period, np.zeros(size, dtype=bool),
        part.first_in_period, part.first_of_child, part.fresh,
        pl.concat([part.moves, *moves]).sort("unit", "day", maintain_order=True),
    )  # fmt: skip


def _later(day: Ints, after: Fraction, *, in_months: bool = False) -> Ints:
    if in_months:
        return add_months(day, int(after + Fraction(1, 2)))
    return day + int(after * 7 + Fraction(1, 2))


def _flags(rows: Ints, size: int) -> Flags:
    found = np.zeros(size, dtype=bool)
    found[rows] = True
    return found


def _elsewhere(units: Units, to: Place, who: Movers, until: Ints) -> pl.DataFrame:
    """One row each: the new stay. What the destination does not give stays as it was on the day."""
    frame = units.frame[who.row]
    area = pl.Series([_AREAS[code] for code in who.area.tolist()], dtype=pl.String)
    blank = {f"temporary_{name}": pl.lit(None, dtype=pl.String) for name in CODES}
    return frame.with_columns(
        pl.Series("child_no", np.arange(len(who))), pl.Series("start", who.day), pl.Series("end", until),
        pl.Series("stay_start", who.day),
        place=pl.col("place") if to.place is None else pl.lit(to.place),
        provider=pl.col("provider") if to.provider is None else pl.lit(to.provider),
        urn=pl.lit(to.provider_id, dtype=pl.String),
        area=area if to.area is None else pl.lit(to.area),
        stay=pl.lit(-1, dtype=pl.Int64), placement=pl.lit(-1, dtype=pl.Int64), moved=pl.lit(value=True),
        **blank,
    )  # fmt: skip


def _moves(
    part: Units, scene: Scene, who: Movers, until: Ints, fifth: Occurrences, support: int
) -> pl.DataFrame:
    child, period = part.child, part.period
    stays = _stays_before(scene, child, who.day)
    earlier = [
        _any_until(np.sort(keys(of, fifth.looks.day)), own, who.day)
        for of, own in ((fifth.units["period_of_care"], period), (fifth.looks.child, child))
    ]
    return pl.DataFrame(
        {
            "unit": np.arange(len(who)), "day": who.day, "until": until,
            "difficult": _difficult(scene.children, child, stays),
            "earlier_in_period": earlier[0], "earlier_of_child": earlier[1],
            "support": np.full(len(who), support, dtype=np.int64),
        },
        schema=MOVES,
    )  # fmt: skip


def _moves_back(part: Units, scene: Scene, who: Movers) -> pl.DataFrame:
    child, size = part.child, len(who)
    begun = part.begins()
    year_before = add_months(who.back, -12)
    # The stay as it was is in the count; as it is now it may have ended before the 12 months.
    stays = _stays_before(scene, child, who.back) - 1
    stays = stays + ((begun < who.day) & (who.day > year_before)) + (who.day < who.back)
    yes = np.ones(size, dtype=bool)
    return pl.DataFrame(
        {
            "unit": np.arange(size), "day": who.back, "until": who.back,
            "difficult": _difficult(scene.children, child, stays),
            "earlier_in_period": yes, "earlier_of_child": yes,
            "support": np.full(size, -1, dtype=np.int64),
        },
        schema=MOVES,
    )  # fmt: skip


def _stays_before(scene: Scene, child: Ints, day: Ints) -> Ints:
    """How many stays share a night with the 12 months before a day."""
    care = scene.course.frame.filter(~pl.col("short_break"))
    stays = care.group_by("child_no", "stay", maintain_order=True).agg(
        pl.col("start").min(), pl.col("end").max()
    )
    stays = stays.filter(pl.col("end") > pl.col("start"))
    who, begun, over = (stays[name].to_numpy() for name in ("child_no", "start", "end"))
    return np.searchsorted(keys(who, begun), keys(child, day)) - np.searchsorted(
        keys(who, over), keys(child, add_months(day, -12)), side="right"
    )


def _difficult(children: Children, child: Ints, stays: Ints) -> Flags:
    return children.flags("ebd")[child] & (children.flags("cwd")[child] | (stays >= _MANY_STAYS))


def _any_until(known: Ints, of: Ints, day: Ints) -> Flags:
    """Whether there is one of that number on the day or before."""
    first = np.searchsorted(known, keys(of, np.full(len(of), -FAR)))
    return np.searchsorted(known, keys(of, day), side="right") > first
