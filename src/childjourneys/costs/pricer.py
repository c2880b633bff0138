"""Prices nights and events of some children: those that were, and courses that might have been.

The ledger is made with it, and so is a what-if: `copies` gives a pricer for other courses of some of the
children, whose amounts are exact until they are rounded.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
import polars as pl

from childjourneys.costs.days import Ints
from childjourneys.costs.facts import Children
from childjourneys.costs.in_need import InNeed, looked_after, support, support_looks
from childjourneys.costs.intervals import Intervals, points
from childjourneys.costs.ledger import Lines, event_lines, ledger_frame, span_lines, together
from childjourneys.costs.looks import Looks, Scene, Thresholds, change_points, truth
from childjourneys.costs.matching import ONGOING, Match
from childjourneys.costs.nights import Course
from childjourneys.costs.occurrences import Occurrences, Window, on_days
from childjourneys.costs.passing import Facts
from childjourneys.costs.pricing import PricedEvents, PricedSpans, Stretches, price_events, price_nights
from childjourneys.costs.terms import Terms

# Processes of the entries that a night in care may be priced by.
NIGHT_PROCESSES = ("lac.3", "lac.7", "")
STAY = "stay"


@dataclass(frozen=True)
class Pricer:
    """Some children with their course, and the terms of the run.

    Attributes:
        window: the period; nothing outside it is priced.
    """

    scene: Scene
    terms: Terms
    window: Window

    def copies(self, who: Ints, course: Course) -> Pricer:
        """For other courses of children: copy n is of child `who[n]`, and is child n of the course."""
        return replace(self, scene=self.scene.copies(who, course))

    def nights(self) -> PricedSpans:
        """Nights of placements and short breaks in the period."""
        return price_nights(
            self._stretches(), self.scene, self.terms, self._of_nights, self.terms.matcher.night
        )

    def ongoing(self, need: InNeed, tables: dict[str, pl.DataFrame], children: Children) -> PricedSpans:
        """Nights of ongoing support in the period."""
        care = looked_after(tables, self.scene.course, children)
        nights, episode = support(need, care, self.window)
        wanted = self._thresholds(ONGOING)
        parts, row = nights.cut(*points(change_points(self.scene, wanted, nights.child)))
        stretches = support_looks(parts, episode[row], need, self.scene)
        return price_nights(stretches, self.scene, self.terms, wanted, self.terms.matcher.ongoing)

    def events(self, events: Occurrences) -> PricedEvents:
        """Occurrences of a process in the period; of the process `stay` what a stay's first day adds."""
        process, matcher = events.process, self.terms.matcher

        def match(facts: Facts) -> Match:
            return matcher.stay(facts) if process == STAY else matcher.event(process, facts)

        wanted = self._of_nights if process == STAY else self._thresholds(process)
        charged = self.window.holds(events.looks.day)
        return price_events(events.looks, self.scene, self.terms, wanted, match, events.units, charged)

    def events_on(self, process: str, child: Ints, day: Ints) -> PricedEvents:
        """Occurrences of a process of looked-after children on days of theirs."""
        return self.events(on_days(self.scene, self.window, process, child, day))

    def span_lines(self, priced: PricedSpans) -> Lines:
        return span_lines(priced, self.scene, self.terms)

    def event_lines(self, priced: PricedEvents, events: Occurrences) -> Lines:
        return event_lines(priced, events, self.terms)

    def ledger(self, lines: list[Lines]) -> pl.DataFrame:
        return ledger_frame(together(lines), self.scene, self.terms)

    @cached_property
    def _of_nights(self) -> Thresholds:
        return Thresholds.of(self.terms.matcher.used(NIGHT_PROCESSES))

    def _thresholds(self, process: str) -> Thresholds:
        return Thresholds.of(self.terms.matcher.used((process,)))

    def _stretches(self) -> Stretches:
        """The nights, cut where a fact that an entry asks for changes."""
        scene = self.scene
        nights, rows = scene.course.nights()
        inside, kept = nights.clipped(self.window.first, self.window.end)
        prices = scene.prices.nights
        cuts = change_points(scene, self._of_nights, inside.child)
        cuts += [(prices.child, prices.start), (prices.child, prices.end)]
        parts, of = inside.cut(*points(cuts))
        episode = rows[kept][of]
        return Stretches(night_looks(scene, parts, episode), parts, scene.course.column("placement")[episode])


def night_looks(scene: Scene, nights: Intervals, episode: Ints) -> Looks:
    """The facts of nights of some episodes, as their first night has them."""
    child, day = nights.child, nights.start
    zero = np.zeros(len(nights), dtype=np.int64)
    extra = {
        "priced": zero,
        "temporary": zero,
        "short_break": scene.course.column("short_break").astype(np.int64)[episode],
        "previously_known": truth(scene.first_referral[child] < day),
        "cp_plan": truth(scene.plans.at(child, day) >= 0),
    }
    return Looks(child, day, episode, scene.prices.nights.at(child, day), extra)
