"""A scenario on some children, change by change: what is concerned, and what it cost before and after."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from fractions import Fraction
from typing import Any

import numpy as np
import polars as pl

from childjourneys.costs.days import FAR, Ints, months
from childjourneys.costs.scenario.definition import Match
from childjourneys.costs.whatif.lengths import bought_otherwise, ended, lasting
from childjourneys.costs.whatif.meant import holds
from childjourneys.costs.whatif.moving import Movers, moved_on, movers
from childjourneys.costs.whatif.piece import Piece, period_of
from childjourneys.costs.whatif.plan import ByYear, Entrants, Last, Mix, Move, Plan, Reprice
from childjourneys.costs.whatif.prices import Prices
from childjourneys.costs.whatif.pricing import Told
from childjourneys.costs.whatif.state import (
    Exchange,
    Memo,
    Repriced,
    State,
    by_year,
    exchange,
    once,
    repriced,
    structure,
)
from childjourneys.costs.whatif.sums import Amounts, summed
from childjourneys.costs.whatif.units import joined, period_keys
from childjourneys.costs.whatif.weights import Weights, joined_weights

_ONE, _NONE = Fraction(1), Fraction(0)
WANTED: dict[str, pl.DataType | type[pl.DataType]] = {
    "day": pl.Int64, "until": pl.Int64, "back": pl.Int64, "part": pl.String, "goes_back": pl.String,
}  # fmt: skip


@dataclass
class Outcome:
    """What a scenario comes to for some children.

    Attributes:
        exact: amounts are kept as `parts`; else only what they come to, in about `pence`.
        parts: differences by step (from 1), as `sums.SCHEMA`.
        concerned: stays, periods of care, or lines, that each step means.
        moved: expected number of children of each step who move or take part.
        paid: what the part of each child who takes part costs, by step and month.
        told: what pricing of other courses than were has to say, by step.
        wanted: who would move, where places are limited (WANTED).
    """

    exact: bool = True
    parts: list[pl.DataFrame] = field(default_factory=list)
    pence: float = 0.0
    concerned: dict[int, int] = field(default_factory=dict)
    moved: dict[int, Fraction] = field(default_factory=dict)
    paid: dict[tuple[int, int], Fraction] = field(default_factory=dict)
    told: dict[int, Told] = field(default_factory=dict)
    wanted: dict[int, pl.DataFrame] = field(default_factory=dict)

    def takes_part(self, step: int, day: Ints, part: Weights, each: Fraction) -> None:
        """Children, each with a part, who move or take part on days."""
        size = max(len(part.values), 1)
        key, count = np.unique(months(day) * size + part.code, return_counts=True)
        for one, times in zip(key.tolist(), count.tolist(), strict=True):
            amount = part.values[one % size] * times
            self.moved[step] = self.moved.get(step, _NONE) + amount
            if amount and each:
                place = step, one // size
                self.paid[place] = self.paid.get(place, _NONE) + amount * each


class Working:
    """The children of a piece while the changes are made, one after the other."""

    def __init__(
        self, piece: Piece, plan: Plan, outcome: Outcome, rooms: dict[int, list[Fraction]], memo: Memo
    ) -> None:
        self.piece, self.plan, self.outcome, self.rooms, self.memo = piece, plan, outcome, rooms, memo
        self.scene, self.window = piece.scene, piece.rules.window
        self.state: State = once(memo, "start", lambda: State.of(piece, plan.support))
        self.weight = Weights.all_of(_ONE, len(piece.units))
        self.of_events = [Weights.all_of(_ONE, len(one.looks)) for one in piece.events]
        self.periods: dict[int, Fraction] = {}
        # The prices of this scenario; those of the state may be of another of the same shape.
        self.prices: Prices = piece.rules.prices
        self.key: tuple[Any, ...] = ()

    def work(self, upto: int | None = None) -> None:
        """All steps, or those before one, of which only those who would move are looked for."""
        for number, step in enumerate(self.plan.steps, 1):
            self.key = (*self.key, structure(step))
            if isinstance(step, Move):
                self._move(number, step, only_look=number == upto)
            elif isinstance(step, Reprice):
                self._reprice(number, step)
            elif isinstance(step, Entrants):
                self._entrants(number, step)
            elif isinstance(step, Last):
                self._last(number, step)
            elif isinstance(step, Mix):
                self._mix(number, step)
            else:
                self._by_year(number, step)
            if number == upto:
                return

    def sample(self, seed: Sequence[int]) -> float:
        """One draw in the place of shares: each stay takes one of its courses. What it costs more, in pence.

        Shares of periods of care that begin, of prices and the like stay shares.
        """
        units, weight = self.state.units, self.weight.floats()
        if not len(units):
            return 0.0
        amount = self.state.totals(self.prices)
        _, stay = np.unique(units.stay, return_inverse=True)
        stay = stay.ravel()
        order = np.lexsort((np.arange(len(stay)), stay))
        whole = np.bincount(stay, weights=weight)
        reached = np.cumsum(weight[order]) - np.concatenate([[0.0], np.cumsum(whole)[:-1]])[stay[order]]
        drawn = np.random.default_rng(list(seed)).random(len(whole)) * whole
        first = np.searchsorted(stay[order], np.arange(len(whole)))
        below = np.bincount(stay[order], weights=(reached <= drawn[stay[order]]).astype(float))
        size = np.bincount(stay)
        chosen = order[first + np.minimum(below.astype(np.int64), size - 1)]
        return float(whole @ amount[chosen] - weight @ amount)

    # Stays that move on, last longer or shorter, or are bought otherwise.

    def _move(self, number: int, step: Move, *, only_look: bool) -> None:
        moving, state = step.moving, self.state
        who: Movers = once(
            self.memo, ("who", self.key),
            lambda: movers(state.units, self.scene, moving, self.plan.start, self.window),
        )  # fmt: skip
        self._concern(number, len(who))
        part = (self.weight.at(who.unit) * self.plan.ramp.on(who.day)).scaled(step.share)
        if only_look:
            self._look(number, step, who, part)
            return
        if number in self.rooms:
            part = part * Weights.of(self.rooms[number])
        self.outcome.takes_part(number, who.day, part, step.per_child)
        if not len(who):
            return
        made: Exchange = once(self.memo, self.key, lambda: self._moved(step, who))
        back = who.back < FAR
        rate = step.breakdown
        stays = part * Weights(back.astype(np.int64), (_ONE, 1 - rate))
        new = [stays]
        if moving.breakdown and back.any():
            new.append(part.at(np.flatnonzero(back)).scaled(rate))
        self._exchanged(number, made, part, joined_weights(new))

    def _moved(self, step: Move, who: Movers) -> Exchange:
        units, fifth = self.state.units, self.piece.fifth
        new = [moved_on(units, self.scene, step.moving, who, fifth, goes_back=False)]
        if step.moving.breakdown and (who.back < FAR).any():
            new.append(moved_on(units, self.scene, step.moving, who, fifth, goes_back=True))
        return exchange(self.state, self.scene, who.unit, joined(new))

    def _look(self, number: int, step: Move, who: Movers, part: Weights) -> None:
        share = step.breakdown if step.moving.breakdown else _NONE
        each = part.each()
        self.outcome.wanted[number] = pl.DataFrame(
            {
                "day": who.day, "until": who.end, "back": np.minimum(who.back, who.end),
                "part": [str(one) for one in each], "goes_back": [str(one * share) for one in each],
            },
            schema=WANTED,
        )  # fmt: skip

    def _last(self, number: int, step: Last) -> None:
        state = self.state

        def make() -> Exchange:
            which = ended(state.units, self.scene, step.match, step.weeks, self.plan.start, self.window)
            return exchange(state, self.scene, which.unit, lasting(state.units, which), which.day)

        made: Exchange = once(self.memo, self.key, make)
        self._concern(number, len(made.gives))
        if not len(made.gives):
            return
        part = self.weight.at(made.gives).scaled(step.share)
        if step.ramped:
            part = part * self.plan.ramp.on(made.extra)
            self.outcome.takes_part(number, made.extra, part, step.per_child)
        self._exchanged(number, made, part, part)

    def _mix(self, number: int, step: Mix) -> None:
        state = self.state
        codes = tuple(code for code, _ in step.shares)

        def make() -> Exchange:
            which, new = bought_otherwise(
                state.units, self.scene, step.placement, codes, self.plan.start, self.window
            )
            return exchange(state, self.scene, which, new)

        made: Exchange = once(self.memo, self.key, make)
        self._concern(number, len(made.gives))
        if len(made.gives):
            part = self.weight.at(made.gives)
            self._exchanged(number, made, part, joined_weights([part.scaled(s) for _, s in step.shares]))

    def _exchanged(self, number: int, made: Exchange, part: Weights, new: Weights) -> None:
        """Units give a part of their weight; others are there besides."""
        before = made.before
        if self.outcome.exact:
            gone = Weights.all_of(_NONE, len(before.units)).put(made.gives, part)
            self._add(number, before.amounts.weighted(gone), -1)
            self._add(number, made.amounts.weighted(new), 1)
            self.outcome.told[number] = made.told
        else:
            self.outcome.pence += float(new.floats() @ made.totals(self.prices))
            self.outcome.pence -= float(part.floats() @ before.totals(self.prices)[made.gives])
        if number < len(self.plan.steps) or self.plan.seed is not None:
            left = self.weight.put(made.gives, self.weight.at(made.gives) - part)
            self.weight = joined_weights([left, new])
            self.state = made.after

    # Prices, and how often processes happen.

    def _reprice(self, number: int, step: Reprice) -> None:
        state = self.state
        made = once(self.memo, self.key, lambda: repriced(state, self.piece, step.repricing))
        earlier = self.prices
        if step.repricing.items:
            self.prices = replace(earlier, changes=(*earlier.changes, step.repricing))
        self._repriced(number, made, earlier)

    def _by_year(self, number: int, step: ByYear) -> None:
        state = self.state
        made = once(self.memo, self.key, lambda: by_year(state, self.piece, step, self.plan.start))
        self._repriced(number, made, self.prices)

    def _repriced(self, number: int, made: Repriced, earlier: Prices) -> None:
        before, after = made.before, made.after
        self._concern(number, made.lines)
        self.state = after
        if before is after:
            return
        if not self.outcome.exact:
            weight = self.weight.floats()
            for state, prices, sign in ((before, earlier, -1), (after, self.prices, 1)):
                self.outcome.pence += sign * float(weight @ state.totals(prices))
                self.outcome.pence += sign * state.of_support.under(prices).about()
                for at in made.events:
                    events = state.of_events[at].under(prices).weighted(self.of_events[at])
                    self.outcome.pence += sign * events.about()
            return
        self.outcome.told[number] = made.told
        for state, sign in ((before, -1), (after, 1)):
            changed = state.amounts.take(np.flatnonzero(made.units[state.amounts.unit]))
            self._add(number, changed.weighted(self.weight), sign)
            self._add(number, state.of_support, sign)
            for at in made.events:
                self._add(number, state.of_events[at].weighted(self.of_events[at]), sign)

    # Periods of care that begin.

    def _entrants(self, number: int, step: Entrants) -> None:
        key, day = self._entered(step.match)
        self._concern(number, len(key))
        share = self.plan.ramp.on(day) if step.ramped else Weights.all_of(_ONE, len(key))
        gain = share.scaled(step.factor - 1)
        if step.ramped:
            now = Weights.of([self.periods.get(one, _ONE) for one in key.tolist()])
            self.outcome.takes_part(number, day, (now * gain).scaled(Fraction(-1)), step.per_child)
        more = self.weight * _of_keys(gain, key, self.state.units.period)
        self._gain(number, self.state.amounts, more)
        self.weight = self.weight + more
        for at, events in enumerate(self.piece.events):
            extra = self.of_events[at] * _of_keys(gain, key, period_of(events))
            self._gain(number, self.state.of_events[at], extra)
            self.of_events[at] = self.of_events[at] + extra
        for one, times in zip(key.tolist(), gain.each(), strict=True):
            self.periods[one] = self.periods.get(one, _ONE) * (1 + times)

    def _gain(self, number: int, amounts: Amounts, more: Weights) -> None:
        if self.outcome.exact:
            self._add(number, amounts.weighted(more), 1)
        else:
            self.outcome.pence += amounts.under(self.prices).weighted(more).about()

    def _entered(self, match: Match) -> tuple[Ints, Ints]:
        """Periods of care that began (RNE S) from the scenario's start on and are meant then; the day."""
        periods = self.scene.course.periods()
        fresh = (periods["starts_with"] == "S").fill_null(value=False).to_numpy()
        child, day = periods["child_no"].to_numpy(), periods["start"].to_numpy()
        some = fresh & (day >= self.plan.start) & self.window.holds(day)
        child, day, period = child[some], day[some], periods["period_no"].to_numpy()[some]
        nights, rows = self.scene.course.nights()
        row = np.append(rows, -1)[nights.at(child, day)]
        meant = holds(match, self.scene, child, day, row, self.scene.prices.nights.at(child, day))
        return period_keys(child, period)[meant], day[meant]

    # Helpers.

    def _add(self, number: int, amounts: Amounts, sign: int) -> None:
        self.outcome.parts.append(summed(amounts, number, sign))

    def _concern(self, number: int, count: int) -> None:
        self.outcome.concerned[number] = self.outcome.concerned.get(number, 0) + count


def _of_keys(gain: Weights, key: Ints, periods: Ints) -> Weights:
    """The gain of each thing's period; 0 for those whose period is not among the keys."""
    if not len(key):
        return Weights.all_of(_NONE, len(periods))
    order = np.argsort(key)
    at = np.minimum(np.searchsorted(key[order], periods), len(key) - 1)
    found = key[order][at] == periods
    code = np.where(found, gain.code[order][at], len(gain.values))
    return Weights(code, (*gain.values, _NONE))


def base_parts(piece: Piece) -> pl.DataFrame:
    """What the children of a piece cost as they were, as `sums.SCHEMA`, step 0."""
    every = (piece.amounts, *piece.of_events, piece.of_support)
    return pl.concat([summed(one, 0) for one in every])
