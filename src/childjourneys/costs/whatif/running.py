"""A scenario on all children of a run: piece by piece, with what else might be, and places that run out."""

from __future__ import annotations

import heapq
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction

import polars as pl

from childjourneys.costs.whatif.piece import Piece
from childjourneys.costs.whatif.plan import Move, Plan
from childjourneys.costs.whatif.pricing import Told
from childjourneys.costs.whatif.state import Memo
from childjourneys.costs.whatif.sums import SCHEMA, Cells, cells
from childjourneys.costs.whatif.working import Outcome, Working, base_parts

_NONE = Fraction(0)
Rooms = dict[int, list[list[Fraction]]]


@dataclass
class Found:
    """What came of a scenario, exact.

    Attributes:
        base: pence by month and finance line, as they were.
        differences: by step, from 1.
        concerned: how many stays, periods or lines each step means.
        moved: expected children of each step who move or take part.
        paid: what these cost, in pounds, by step and month.
        cut: expected children who could not move for want of places, by step.
        sampled: what one seeded draw costs more than the expected value, in about pence; 0 without one.
        others: the net of all steps, in about pence, of scenarios with another number.
        years: price years of all amounts.
        faults: slots of changed courses without a price: step, process, kind, what, nights.
        used: entries that price something, with the year of their money.
    """

    base: Cells
    differences: list[Cells]
    concerned: list[int]
    moved: list[Fraction]
    paid: dict[tuple[int, int], Fraction]
    cut: dict[int, Fraction]
    others: dict[str, float]
    sampled: float
    years: set[str]
    faults: pl.DataFrame
    used: pl.DataFrame


@dataclass
class _Sum:
    parts: list[pl.DataFrame] = field(default_factory=list)
    others: dict[str, float] = field(default_factory=dict)
    sampled: float = 0.0


def run_scenario(pieces: Iterable[Piece], plan: Plan, others: Mapping[str, Plan], told: Told) -> Found:
    """The scenario, and others that differ in one number, on all pieces.

    Args:
        pieces: gone through once; all are kept where places are limited.
        others: by name; only their net is worked out.
        told: where pricing of the pieces as they were says what it has to say.
    """
    limited = any(isinstance(step, Move) and step.capacity is not None for step in plan.steps)
    if limited:
        pieces = list(pieces)
    rooms, cut = _rooms(pieces, plan) if isinstance(pieces, list) else ({}, {})
    of_others = {
        name: _rooms(pieces, one)[0] if isinstance(pieces, list) else {} for name, one in others.items()
    }
    sums, whole = _Sum(others=dict.fromkeys(others, 0.0)), Outcome()
    for at, piece in enumerate(pieces):
        sums.parts.append(base_parts(piece))
        outcome = Outcome()
        memo: Memo = {}
        rooms_here = {step: many[at] for step, many in rooms.items()}
        working = Working(piece, plan, outcome, rooms_here, memo)
        working.work()
        if plan.seed is not None:
            sums.sampled += working.sample((plan.seed, at))
        _gather(whole, outcome)
        for name, one in others.items():
            about = Outcome(exact=False)
            rooms_here = {step: many[at] for step, many in of_others[name].items()}
            Working(piece, one, about, rooms_here, memo.copy()).work()
            paid = sum((amount for amount in about.paid.values()), _NONE)
            sums.others[name] += about.pence + float(paid * 100)
        # Whole numbers of equal denominators add up to short lists, however many pieces there are.
        sums.parts = [_shorter(sums.parts)]
        whole.parts = [_shorter(whole.parts)]
    by_step = cells(pl.concat([pl.DataFrame(schema=SCHEMA), *sums.parts, *whole.parts]))
    count = len(plan.steps)
    steps = range(1, count + 1)
    for name, one in others.items():
        sums.others[name] += float(sum(one.fixed, _NONE) * 100)
    return Found(
        by_step.get(0, {}), [by_step.get(step, {}) for step in steps],
        [whole.concerned.get(step, 0) for step in steps], [whole.moved.get(step, _NONE) for step in steps],
        whole.paid, cut, sums.others, sums.sampled,
        told.years.union(*(one.years for one in whole.told.values())),
        _faults(whole.told),
        _used([told, *whole.told.values()]),
    )  # fmt: skip


def _gather(whole: Outcome, part: Outcome) -> None:
    whole.parts += part.parts
    for step, count in part.concerned.items():
        whole.concerned[step] = whole.concerned.get(step, 0) + count
    for step, children in part.moved.items():
        whole.moved[step] = whole.moved.get(step, _NONE) + children
    for key, amount in part.paid.items():
        whole.paid[key] = whole.paid.get(key, _NONE) + amount
    for step, told in part.told.items():
        own = whole.told.setdefault(step, Told())
        own.years |= told.years
        own.faults += [_counted(told.faults)]
        own.used += told.used


def _shorter(parts: Sequence[pl.DataFrame]) -> pl.DataFrame:
    keys = [name for name in SCHEMA if name != "above"]
    whole = pl.concat([pl.DataFrame(schema=SCHEMA), *parts])
    return whole.group_by(keys).agg(pl.col("above").sum()).filter(pl.col("above") != 0).sort(keys)


def _counted(faults: Sequence[pl.DataFrame]) -> pl.DataFrame:
    """Without whose they are."""
    keys = ["code", "process", "kind", "what", "entry_ids"]
    empty = pl.DataFrame(schema={**dict.fromkeys(keys, pl.String), "count": pl.Int64})
    kept = [frame.select(*keys, "count") for frame in faults if not frame.is_empty()]
    return pl.concat([empty, *kept]).group_by(keys).agg(pl.col("count").sum()).sort(keys)


def _faults(told: Mapping[int, Told]) -> pl.DataFrame:
    frames = [
        _counted(one.faults).with_columns(step=pl.lit(step, dtype=pl.Int64))
        for step, one in sorted(told.items())
    ]
    return pl.concat([_counted([]).with_columns(step=pl.lit(0, dtype=pl.Int64)), *frames])


def _used(told: Sequence[Told]) -> pl.DataFrame:
    frames = [frame for one in told for frame in one.used]
    if not frames:
        return pl.DataFrame(schema={"entry_id": pl.String, "money_year": pl.String})
    return pl.concat(frames).unique().sort("entry_id", "money_year")


def _rooms(pieces: Sequence[Piece], plan: Plan) -> tuple[Rooms, dict[int, Fraction]]:
    """What part of those who would move there is room for, step by step; and how many there is not."""
    rooms: Rooms = {}
    cut: dict[int, Fraction] = {}
    for number, step in enumerate(plan.steps, 1):
        if not isinstance(step, Move) or step.capacity is None:
            continue
        wanted: list[pl.DataFrame] = []
        for at, piece in enumerate(pieces):
            outcome = Outcome(exact=False)
            Working(piece, plan, outcome, {one: many[at] for one, many in rooms.items()}, {}).work(number)
            wanted.append(outcome.wanted[number].with_columns(piece=pl.lit(at, dtype=pl.Int64)))
        rooms[number], cut[number] = _filled(pl.concat(wanted), step.capacity, len(pieces))
    return rooms, cut


def _filled(wanted: pl.DataFrame, places: Fraction, pieces: int) -> tuple[list[list[Fraction]], Fraction]:
    """In order of the day: all who fit move; of the first who do not, the part that does."""
    found: list[list[Fraction]] = [[] for _ in range(pieces)]
    order: list[tuple[int, int, int]] = []
    rows = list(wanted.iter_rows(named=True))
    for at, row in enumerate(rows):
        mine = found[row["piece"]]
        order.append((row["day"], at, len(mine)))
        mine.append(Fraction(0))
    there, lost = Fraction(0), Fraction(0)
    leaving: list[tuple[int, int, Fraction]] = []
    for day, at, slot in sorted(order):
        while leaving and leaving[0][0] <= day:
            there -= heapq.heappop(leaving)[2]
        row = rows[at]
        part, back = Fraction(row["part"]), Fraction(row["goes_back"])
        room = min(part, max(places - there, Fraction(0)))
        share = room / part if part else Fraction(1)
        found[row["piece"]][slot] = share
        lost += part - room
        there += room
        heapq.heappush(leaving, (row["until"], 2 * at, room - back * share))
        heapq.heappush(leaving, (row["back"], 2 * at + 1, back * share))
    return found, lost
