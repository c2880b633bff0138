"""A scenario on some children, change by change: what is concerned, and what it cost before and after."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from fractions import Fraction

import numpy as np
import polars as pl

from childjourneys.costs.days import FAR, Flags, Ints, months
from childjourneys.costs.placement_names import placement_name
from childjourneys.costs.scenario.definition import Match
from childjourneys.costs.whatif.lengths import bought_otherwise, ended, lasting
from childjourneys.costs.whatif.meant import holds
from childjourneys.costs.whatif.moving import Movers, moved_on, movers
from childjourneys.costs.whatif.piece import Piece, period_of
from childjourneys.costs.whatif.plan import ByYear, Entrants, Last, Mix, Move, Plan, Reprice, Step
from childjourneys.costs.whatif.prices import Repricing
from childjourneys.costs.whatif.pricing import Rules, Told, event_amounts, support_amounts, unit_amounts
from childjourneys.costs.whatif.sums import Amounts, summed, together
from childjourneys.costs.whatif.units import Units, joined, period_keys

_ONE, _NONE = Fraction(1), Fraction(0)


@dataclass
class Outcome:
    """What a scenario comes to for some children.

    Attributes:
        parts: differences by step (from 1), as `sums.SCHEMA`.
        pence: about what each step's difference comes to.
        concerned: stays, periods of care, or lines, that each step means.
        moved: expected number of children of each step who move or take part.
        paid: what the part of each child who takes part costs, by step and month.
        told: what pricing of other courses than were has to say, by step.
    """

    exact: bool = True
    parts: list[pl.DataFrame] = field(default_factory=list)
    pence: dict[int, float] = field(default_factory=dict)
    concerned: dict[int, int] = field(default_factory=dict)
    moved: dict[int, Fraction] = field(default_factory=dict)
    paid: dict[tuple[int, int], Fraction] = field(default_factory=dict)
    told: dict[int, Told] = field(default_factory=dict)
    wanted: dict[int, pl.DataFrame] = field(default_factory=dict)

    def add(self, step: int, amounts: Amounts, sign: int) -> None:
        if self.exact:
            self.parts.append(summed(amounts, step, sign))
        else:
            self.pence[step] = self.pence.get(step, 0.0) + sign * float(amounts.by_unit(1).sum())

    def takes_part(self, step: int, day: Ints, part: list[Fraction], each: Fraction) -> None:
        """Children, each with a part, who move or take part on days."""
        for month, one in zip(months(day).tolist(), part, strict=True):
            if one:
                self.moved[step] = self.moved.get(step, _NONE) + one
                if each:
                    key = step, month
                    self.paid[key] = self.paid.get(key, _NONE) + one * each


class Working:
    """The children of a piece while the changes are made, one after the other."""

    def __init__(self, piece: Piece, plan: Plan, outcome: Outcome, rooms: dict[int, list[Fraction]]) -> None:
        self.piece, self.plan, self.outcome, self.rooms = piece, plan, outcome, rooms
        self.scene, self.window = piece.scene, piece.rules.window
        self.rules: Rules = replace(piece.rules, support=plan.support)
        self.units: Units = piece.units
        self.amounts: Amounts = piece.amounts
        self.of_events: list[Amounts] = list(piece.of_events)
        self.of_support: Amounts = piece.of_support
        self.periods: dict[int, Fraction] = {}
        self.told = Told()

    def work(self, upto: int | None = None) -> None:
        """All steps, or those before one, of which only those who would move are looked for."""
        for number, step in enumerate(self.plan.steps, 1):
            self.told = self.outcome.told.setdefault(number, Told())
            if isinstance(step, Move):
                self._move(number, step, only_look=number == upto)
            elif isinstance(step, Reprice):
                self._reprice(number, step.repricing)
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

    # Stays that move on, last longer or shorter, or are bought otherwise.

    def _move(self, number: int, step: Move, *, only_look: bool) -> None:
        who = movers(self.units, self.scene, step.moving, self.plan.start, self.window)
        self._concern(number, len(who))
        weight = [self.units.weight[at] for at in who.unit.tolist()]
        part = [one * step.share * ramp for one, ramp in zip(weight, self.plan.ramp.on(who.day), strict=True)]
        if only_look:
            self._look(number, step, who, part)
            return
        room = self.rooms.get(number)
        if room is not None:
            part = [one * left for one, left in zip(part, room, strict=True)]
        self.outcome.takes_part(number, who.day, part, step.per_child)
        if not len(who):
            return
        fifth, moving = self.piece.fifth, step.moving
        stays = moved_on(self.units, self.scene, moving, who, fifth, goes_back=False)
        back = (who.back < FAR).tolist()
        rate = step.breakdown
        new = [stays.weighing([p * (1 - rate) if b else p for p, b in zip(part, back, strict=True)])]
        if moving.breakdown and any(back):
            again = moved_on(self.units, self.scene, moving, who, fifth, goes_back=True)
            new.append(again.weighing([p * rate for p, b in zip(part, back, strict=True) if b]))
        left = list(self.units.weight)
        for at, one in zip(who.unit.tolist(), part, strict=True):
            left[at] -= one
        self._replace(number, left, joined(new))

    def _look(self, number: int, step: Move, who: Movers, part: list[Fraction]) -> None:
        ends = np.minimum(who.back, who.end)
        share = step.breakdown if step.moving.breakdown else _NONE
        self.outcome.wanted[number] = pl.DataFrame(
            {
                "day": who.day, "until": who.end, "back": ends, "part": [str(one) for one in part],
                "goes_back": [str(one * share) for one in part],
            },
            schema={"day": pl.Int64, "until": pl.Int64, "back": pl.Int64, "part": pl.String,
                    "goes_back": pl.String},
        )  # fmt: skip

    def _last(self, number: int, step: Last) -> None:
        which = ended(self.units, self.scene, step.match, step.weeks, self.plan.start, self.window)
        self._concern(number, len(which))
        if not len(which):
            return
        ramp = self.plan.ramp.on(which.day) if step.ramped else [_ONE] * len(which)
        weight = [self.units.weight[at] for at in which.unit.tolist()]
        part = [one * step.share * share for one, share in zip(weight, ramp, strict=True)]
        if step.ramped:
            self.outcome.takes_part(number, which.day, part, step.per_child)
        left = list(self.units.weight)
        for at, one in zip(which.unit.tolist(), part, strict=True):
            left[at] -= one
        self._replace(number, left, lasting(self.units, which).weighing(part))

    def _mix(self, number: int, step: Mix) -> None:
        which, new = bought_otherwise(
            self.units, self.scene, step.placement, step.shares, self.plan.start, self.window
        ) if len(self.units) else (np.zeros(0, dtype=np.int64), self.units)  # fmt: skip
        self._concern(number, len(which))
        if not len(which):
            return
        left = list(self.units.weight)
        for at in which.tolist():
            left[at] = _NONE
        self._replace(number, left, new)

    def _replace(self, number: int, left: list[Fraction], new: Units) -> None:
        """Units have so much weight left; others are there besides."""
        gone = [before - after for before, after in zip(self.units.weight, left, strict=True)]
        self.outcome.add(number, self.amounts.weighted(gone), -1)
        amounts = unit_amounts(new, self.scene, self.rules, self.told)
        self.outcome.add(number, amounts.weighted(new.weight), 1)
        size = len(self.units)
        self.units = joined([self.units.weighing(left), new])
        self.amounts = together([self.amounts, replace(amounts, unit=amounts.unit + size)])

    # Prices, and how often processes happen.

    def _reprice(self, number: int, change: Repricing) -> None:
        touched = self._touched(change)
        lines = int(touched.sum())
        items = {self.rules.terms.items[at].process for at in change.items}
        before = self.rules
        prices = replace(before.prices, changes=(*before.prices.changes, change))
        self.rules = replace(before, prices=prices)
        for at, events in enumerate(self.piece.events):
            if events.process in items:
                lines += self._new_events(number, at)
        if not change.items:
            self.rules = before
            self._concern(number, max(lines, 1))
            return
        self._new_support(number)
        lines += len(self.of_support)
        self._concern(number, lines)
        self._again(number, touched)

    def _touched(self, change: Repricing) -> Flags:
        """Units that the change may concern; those that it does not cost the same after it."""
        frame = self.units.frame
        there = (frame["end"] > change.start).to_numpy()
        places = {code for name in change.match.placement for code in placement_name(name).places}
        if places:
            there &= frame["place"].is_in(sorted(places)).fill_null(value=False).to_numpy()
        if change.match.provider:
            there &= frame["provider"].is_in(list(change.match.provider)).fill_null(value=False).to_numpy()
        found = np.zeros(len(self.units), dtype=bool)
        found[self.units.column("child_no")[there]] = True
        return found

    def _by_year(self, number: int, step: ByYear) -> None:
        rule = (step.process, step.times, self.plan.start)
        kept = tuple(one for one in self.rules.per_year if one[0] != step.process)
        self.rules = replace(self.rules, per_year=(*kept, rule))
        count = 0
        for at, events in enumerate(self.piece.events):
            if events.process == step.process:
                count += self._new_events(number, at)
        ends = self.units.ends() > self.plan.start
        self._new_support(number)
        self._concern(number, count + int(ends.sum()))
        self._again(number, ends)

    def _new_events(self, number: int, at: int) -> int:
        """Occurrences priced by the rules as they are now; how many there are."""
        events = self.piece.events[at]
        new = event_amounts(events, self.scene, self.rules, Told())
        weight = self._of_periods(period_of(events))
        self.outcome.add(number, self._weighted(self.of_events[at], weight), -1)
        self.outcome.add(number, self._weighted(new, weight), 1)
        self.of_events[at] = new
        return len(events.looks)

    def _new_support(self, number: int) -> None:
        new = support_amounts(self.piece.ongoing.cut(self.scene, self.rules), self.scene, self.rules, Told())
        self.outcome.add(number, self.of_support, -1)
        self.outcome.add(number, new, 1)
        self.of_support = new

    def _again(self, number: int, which: Flags) -> None:
        """Units priced by the rules as they are now."""
        rows = np.flatnonzero(which)
        part = self.units.take(which)
        old = which[self.amounts.unit]
        weight = self.units.weight
        self.outcome.add(number, self.amounts.take(np.flatnonzero(old)).weighted(weight), -1)
        new = unit_amounts(part, self.scene, self.rules, Told())
        self.outcome.add(number, new.weighted(part.weight), 1)
        kept = self.amounts.take(np.flatnonzero(~old))
        self.amounts = together([kept, replace(new, unit=rows[new.unit] if len(new) else new.unit)])

    # Periods of care that begin.

    def _entrants(self, number: int, step: Entrants) -> None:
        key, day = self._entered(step.match)
        self._concern(number, len(key))
        shares = self.plan.ramp.on(day) if step.ramped else [_ONE] * len(key)
        factor = {one: 1 + (step.factor - 1) * share for one, share in zip(key.tolist(), shares, strict=True)}
        if step.ramped:
            now = [self.periods.get(one, _ONE) for one in key.tolist()]
            part = [(1 - step.factor) * share * one for share, one in zip(shares, now, strict=True)]
            self.outcome.takes_part(number, day, part, step.per_child)
        more = [
            one * (factor[period] - 1) if period in factor else _NONE
            for one, period in zip(self.units.weight, self.units.period.tolist(), strict=True)
        ]
        self.outcome.add(number, self.amounts.weighted(more), 1)
        self.units = self.units.weighing(
            [one + extra for one, extra in zip(self.units.weight, more, strict=True)]
        )
        for at, events in enumerate(self.piece.events):
            period = period_of(events).tolist()
            gain = [
                self.periods.get(one, _ONE) * (factor[one] - 1) if one in factor else _NONE for one in period
            ]
            self.outcome.add(number, self.of_events[at].weighted(gain), 1)
        for one, times in factor.items():
            self.periods[one] = self.periods.get(one, _ONE) * times

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

    def _of_periods(self, period: Ints) -> list[Fraction] | None:
        if not self.periods:
            return None
        return [self.periods.get(one, _ONE) for one in period.tolist()]

    def _weighted(self, amounts: Amounts, weight: list[Fraction] | None) -> Amounts:
        return amounts if weight is None else amounts.weighted(weight)

    def _concern(self, number: int, count: int) -> None:
        self.outcome.concerned[number] = self.outcome.concerned.get(number, 0) + count


def base_parts(piece: Piece) -> pl.DataFrame:
    """What the children of a piece cost as they were, as `sums.SCHEMA`, step 0."""
    every = (piece.amounts, *piece.of_events, piece.of_support)
    return pl.concat([summed(one, 0) for one in every])


__all__ = ["Outcome", "Step", "Working", "base_parts"]
