"""Some children as they were costed: their stays as units, their other costs, and what each comes to."""

from __future__ import annotations

from dataclasses import dataclass, replace
from fractions import Fraction

import numpy as np
import polars as pl

from childjourneys.costs.days import Ints
from childjourneys.costs.facts import children_of
from childjourneys.costs.in_need import looked_after, need_occurrences, support, support_looks
from childjourneys.costs.intervals import Intervals, points
from childjourneys.costs.kernel import LedgerKernel, scene_of
from childjourneys.costs.looks import Scene, Thresholds, change_points
from childjourneys.costs.matching import ONGOING
from childjourneys.costs.occurrences import Occurrences, care_occurrences
from childjourneys.costs.pricing import Stretches
from childjourneys.costs.whatif.pricing import Rules, Told, event_amounts, support_amounts, unit_amounts
from childjourneys.costs.whatif.sums import Amounts
from childjourneys.costs.whatif.units import Units, all_units

Tables = dict[str, pl.DataFrame]


@dataclass(frozen=True)
class Ongoing:
    """Nights of support of children in need: the intervals and the need episode of each."""

    nights: Intervals
    stretches: Stretches

    def cut(self, scene: Scene, rules: Rules) -> Stretches:
        """Cut where a change of prices may begin to hold."""
        cuts = rules.prices.points(scene, self.nights.child)
        cuts += [
            (who := np.unique(self.nights.child), np.full(len(who), day, dtype=np.int64))
            for _, _, day in rules.per_year
        ]
        parts, row = self.stretches.nights.cut(*points(cuts))
        looks = self.stretches.looks
        looks = replace(
            looks, child=parts.child, day=parts.start, episode=looks.episode[row], price=looks.price[row],
            extra={name: values[row] for name, values in looks.extra.items()},
        )  # fmt: skip
        return Stretches(looks, parts, self.stretches.placement[row])


@dataclass(frozen=True)
class Piece:
    """Children with what a scenario may change, and their costs as they are.

    Attributes:
        events: occurrences on record of all processes but the first days of stays.
        amounts: of each unit; `of_events`: of each occurrence; `of_support`: of nights of support.
    """

    scene: Scene
    rules: Rules
    units: Units
    events: tuple[Occurrences, ...]
    ongoing: Ongoing
    amounts: Amounts
    of_events: tuple[Amounts, ...]
    of_support: Amounts

    @property
    def fifth(self) -> Occurrences:
        return next(one for one in self.events if one.process == "lac.5")


def piece_of(tables: Tables, kernel: LedgerKernel, rules: Rules, told: Told) -> Piece:
    """The children of some tables, costed as the ledger costs them, but exact."""
    settings, window = kernel.catalogue.settings, kernel.window
    children = children_of(tables, settings)
    scene, need, _ = scene_of(tables, children, settings.temporary)
    care, _ = care_occurrences(scene, window, settings, tables, kernel.reviewed, kernel.calendar)
    events = (*care, *need_occurrences(need, scene))
    nights, episode = support(need, looked_after(tables, scene.course, children), window)
    wanted = Thresholds.of(rules.terms.matcher.used((ONGOING,)))
    parts, row = nights.cut(*points(change_points(scene, wanted, nights.child)))
    ongoing = Ongoing(nights, support_looks(parts, episode[row], need, scene))
    units = all_units(scene, window)
    return Piece(
        scene, rules, units, events, ongoing,
        unit_amounts(units, scene, rules, told),
        tuple(event_amounts(one, scene, rules, told) for one in events),
        support_amounts(ongoing.cut(scene, rules), scene, rules, told),
    )  # fmt: skip


def period_of(events: Occurrences) -> Ints:
    """Number of the period of care of each occurrence; -1 where it is in none."""
    return np.where(events.period < 0, -1, events.units["period_of_care"])


ONE = Fraction(1)
