"""The children of a piece between two changes: units, prices and amounts, without weights.

What a change makes of it goes by days, placements and prices, and not by shares: so a scenario that differs
in a share only finds what was made already.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any

import numpy as np

from childjourneys.costs.days import Flags, Ints
from childjourneys.costs.looks import Scene
from childjourneys.costs.placement_names import placement_name
from childjourneys.costs.whatif.piece import Piece
from childjourneys.costs.whatif.plan import ByYear, Entrants, Last, Mix, Move, Reprice, Step
from childjourneys.costs.whatif.prices import Prices, Repricing
from childjourneys.costs.whatif.pricing import Rules, Told, event_amounts, support_amounts, unit_amounts
from childjourneys.costs.whatif.sums import Amounts, together
from childjourneys.costs.whatif.units import Units, joined

Memo = dict[Any, Any]


@dataclass(frozen=True)
class State:
    """Units and other costs with what each comes to by the rules."""

    rules: Rules
    units: Units
    amounts: Amounts
    of_events: tuple[Amounts, ...]
    of_support: Amounts

    @classmethod
    def of(cls, piece: Piece, support: tuple[int, ...]) -> State:
        rules = replace(piece.rules, support=support)
        return cls(rules, piece.units, piece.amounts, piece.of_events, piece.of_support)

    @cached_property
    def own_totals(self) -> np.ndarray:
        return self.amounts.by_unit(len(self.units))

    def totals(self, prices: Prices) -> np.ndarray:
        """About what each unit comes to, in pence, at prices of the same shape."""
        if prices == self.rules.prices:
            return self.own_totals
        return self.amounts.under(prices).by_unit(len(self.units))


@dataclass
class Exchange:
    """Units that give weight to others.

    Attributes:
        gives: the units that give; `new`: those that take, with their `amounts`.
        extra: what the change has to remember of them.
    """

    before: State
    gives: Ints
    new: Units
    amounts: Amounts
    told: Told
    extra: Any = None

    @cached_property
    def own_totals(self) -> np.ndarray:
        return self.amounts.by_unit(len(self.new))

    def totals(self, prices: Prices) -> np.ndarray:
        """As of a state, of the new units."""
        if prices == self.before.rules.prices:
            return self.own_totals
        return self.amounts.under(prices).by_unit(len(self.new))

    @cached_property
    def after(self) -> State:
        size = len(self.before.units)
        moved = replace(self.amounts, unit=self.amounts.unit + size)
        return replace(
            self.before, units=joined([self.before.units, self.new]),
            amounts=together([self.before.amounts, moved]),
        )  # fmt: skip


@dataclass
class Repriced:
    """Units and events that cost something else: the same in number, in another state."""

    before: State
    after: State
    units: Flags
    events: tuple[int, ...]
    lines: int = 0  # stays and events, or amounts, that are concerned
    told: Told = field(default_factory=Told)


def structure(step: Step) -> Any:
    """What of a step decides on days, placements and prices."""
    if isinstance(step, Move):
        return step.moving
    if isinstance(step, Reprice):
        return step.repricing.shape
    if isinstance(step, ByYear):
        return step
    if isinstance(step, Last):
        return ("last", step.match, step.weeks)
    if isinstance(step, Mix):
        return ("mix", step.placement, tuple(code for code, _ in step.shares))
    assert isinstance(step, Entrants)
    return "entrants"


def once(memo: Memo, key: Any, make: Callable[[], Any]) -> Any:
    """What was made for the key already, else what is made now."""
    if key not in memo:
        memo[key] = make()
    return memo[key]


def exchange(state: State, scene: Scene, gives: Ints, new: Units, extra: Any = None) -> Exchange:
    """Units in the place of parts of others, priced by the rules of the state."""
    told = Told()
    return Exchange(state, gives, new, unit_amounts(new, scene, state.rules, told), told, extra)


def repriced(state: State, piece: Piece, change: Repricing) -> Repriced:
    """The state under one more change of unit costs."""
    touched = _touched(state.units, change)
    if not change.items:
        return Repriced(state, state, np.zeros(len(touched), dtype=bool), (), max(int(touched.sum()), 1))
    prices = state.rules.prices
    rules = replace(state.rules, prices=replace(prices, changes=(*prices.changes, change)))
    processes = {rules.terms.items[at].process for at in change.items}
    return _under(state, piece, rules, touched, processes)


def by_year(state: State, piece: Piece, step: ByYear, start: int) -> Repriced:
    """The state with a process that goes by the year from a day on."""
    kept = tuple(one for one in state.rules.per_year if one[0] != step.process)
    rules = replace(state.rules, per_year=(*kept, (step.process, step.times, start)))
    return _under(state, piece, rules, state.units.ends() > start, {step.process})


def _under(state: State, piece: Piece, rules: Rules, touched: Flags, processes: set[str]) -> Repriced:
    """The state by other rules, of which only some units and processes take notice."""
    scene, told = piece.scene, Told()
    events = tuple(at for at, one in enumerate(piece.events) if one.process in processes)
    of_events = list(state.of_events)
    for at in events:
        of_events[at] = event_amounts(piece.events[at], scene, rules, told)
    of_support = support_amounts(piece.ongoing.cut(scene, rules), scene, rules, told)
    rows = np.flatnonzero(touched)
    part = unit_amounts(state.units.take(touched), scene, rules, told)
    kept = state.amounts.take(np.flatnonzero(~touched[state.amounts.unit]))
    amounts = together([kept, replace(part, unit=rows[part.unit] if len(part) else part.unit)])
    after = State(rules, state.units, amounts, tuple(of_events), of_support)
    new = (part, of_support, *(of_events[at] for at in events))
    if rules.prices is state.rules.prices:
        lines = len(rows) + sum(len(piece.events[at].looks) for at in events)
    else:
        lines = sum(rules.prices.under_the_last(one.rate, one.sources) for one in new)
    # What has no price had none before: only what it is called, and its uplift, are new.
    return Repriced(state, after, touched, events, lines, Told(used=told.used, years=told.years))


def _touched(units: Units, change: Repricing) -> Flags:
    """Units that the change may concern; the others cost the same after it."""
    frame = units.frame
    there = (frame["end"] > change.start).to_numpy()
    places = {code for name in change.match.placement for code in placement_name(name).places}
    if places:
        there &= frame["place"].is_in(sorted(places)).fill_null(value=False).to_numpy()
    if change.match.provider:
        there &= frame["provider"].is_in(list(change.match.provider)).fill_null(value=False).to_numpy()
    found = np.zeros(len(units), dtype=bool)
    found[units.column("child_no")[there]] = True
    return found
