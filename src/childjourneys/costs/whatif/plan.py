"""A scenario made ready for a catalogue: entries, items, days and shares as numbers; or why it can't be.

What refers to nothing in the catalogue is refused here, with the change and its line.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

from childjourneys.archetypes.errors import DefinitionError
from childjourneys.costs.days import number
from childjourneys.costs.matching import EVENT, ONGOING, TIMES
from childjourneys.costs.model import Entry
from childjourneys.costs.scenario.definition import (
    Change,
    Duration,
    Inflation,
    Match,
    NewService,
    Price,
    Process,
    ProviderMix,
    Scenario,
    Shift,
    Volume,
)
from childjourneys.costs.terms import Terms
from childjourneys.costs.whatif.meant import items_meant
from childjourneys.costs.whatif.moving import Moving, Ramp
from childjourneys.costs.whatif.places import place_of
from childjourneys.costs.whatif.prices import Repricing

TYPES: dict[type, str] = {
    Shift: "shift", Price: "price", Volume: "volume", Duration: "duration", Process: "process",
    ProviderMix: "provider_mix", NewService: "new_service", Inflation: "inflation",
}  # fmt: skip
_ONE = Fraction(1)


@dataclass(frozen=True)
class Move:
    """A share of stays moves on."""

    moving: Moving
    share: Fraction
    breakdown: Fraction
    per_child: Fraction
    capacity: Fraction | None


@dataclass(frozen=True)
class Reprice:
    """Unit costs change."""

    repricing: Repricing


@dataclass(frozen=True)
class Entrants:
    """Periods of care that begin count so much more, or less; `ramped`: by the ramp on the day."""

    match: Match
    factor: Fraction
    per_child: Fraction = Fraction(0)
    ramped: bool = False


@dataclass(frozen=True)
class Last:
    """A share of stays that end lasts longer or shorter."""

    match: Match
    weeks: Fraction
    share: Fraction
    per_child: Fraction = Fraction(0)
    ramped: bool = False


@dataclass(frozen=True)
class ByYear:
    """A process happens so often a year."""

    process: str
    times: Fraction


@dataclass(frozen=True)
class Mix:
    """Nights of a placement are bought from several providers."""

    placement: str
    shares: tuple[tuple[str, Fraction], ...]


Step = Move | Reprice | Entrants | Last | ByYear | Mix


@dataclass(frozen=True)
class Plan:
    """The steps of a scenario in order.

    Attributes:
        start: first day on which anything changes.
        fixed: what each step costs once, in pounds.
        support: entries of enhanced support that moves name, by place in the catalogue.
        seed: of one sample beside the expected value; None: none is drawn.
    """

    steps: tuple[Step, ...]
    start: int
    ramp: Ramp
    fixed: tuple[Fraction, ...]
    support: tuple[int, ...]
    seed: int | None = None


def name_of(scenario: Scenario, place: int) -> str:
    """How a change is called in results, such as `1 shift`; places count from 0."""
    return f"{place + 1} {TYPES[type(scenario.changes[place])]}"


def refused(scenario: Scenario, place: int, problem: str) -> DefinitionError:
    """The error for a change, with its line."""
    line = scenario.lines.get(f"change {place + 1}")
    return DefinitionError(f"change {place + 1} ({name_of(scenario, place)[2:]}): {problem}", scenario.file,
                           line)  # fmt: skip


def plan_of(scenario: Scenario, terms: Terms) -> Plan:
    """The scenario for the catalogue of some terms.

    Raises:
        DefinitionError: a change refers to an entry, index or process that the catalogue has not.
    """
    support: list[int] = []
    steps = tuple(
        _Reader(scenario, terms, support, place).step(change) for place, change in enumerate(scenario.changes)
    )
    return Plan(
        steps,
        number(scenario.start),
        Ramp.of(tuple((day, share.value) for day, share in scenario.ramp)),
        tuple(_fixed(change) for change in scenario.changes),
        tuple(support),
        scenario.seed,
    )


def _fixed(change: Change) -> Fraction:
    if isinstance(change, NewService):
        return change.fixed.value
    return change.fixed.value if isinstance(change, Shift) and change.fixed else Fraction(0)


class _Reader:
    def __init__(self, scenario: Scenario, terms: Terms, support: list[int], place: int) -> None:
        self.scenario, self.terms, self.support, self.place = scenario, terms, support, place

    def refused(self, problem: str) -> DefinitionError:
        return refused(self.scenario, self.place, problem)

    def step(self, change: Change) -> Step:
        for match in matches(change):
            self.known(match)
            if (match.process or match.entry) and not isinstance(change, Price):
                raise self.refused("only a price change has `process` and `entry`: stays have neither.")
        if isinstance(change, Shift):
            return self.shift(change)
        if isinstance(change, Price):
            return self.price(change)
        if isinstance(change, Volume):
            return Entrants(change.match, 1 + change.entrants_pct.value / 100)
        if isinstance(change, Duration):
            return Last(change.match, change.weeks.value, _ONE)
        if isinstance(change, Process):
            return self.process(change)
        if isinstance(change, ProviderMix):
            return Mix(change.placement, tuple((code, share.value) for code, share in change.mix))
        if isinstance(change, NewService):
            return self.service(change)
        return self.inflation(change)

    def known(self, match: Match) -> None:
        known = self.terms.matcher.catalogue.by_id
        own = {item.entry_id for item in self.terms.items}
        for entry in match.entry:
            if entry not in known and entry not in own:
                raise self.refused(f"the catalogue has no entry `{entry}`.")

    def shift(self, change: Shift) -> Move:
        place = -1
        if change.enhanced_support is not None:
            place = self.enhanced(change.enhanced_support)
        rate, again = change.breakdown_rate, change.breakdown_after_weeks
        return Move(
            Moving(
                change.source, place_of(change.to), change.after.value, change.in_months,
                rate is not None, again.value if again else Fraction(0), place,
            ),
            change.share.value,
            rate.value if rate else Fraction(0),
            change.per_child.value if change.per_child else Fraction(0),
            change.capacity.value if change.capacity else None,
        )  # fmt: skip

    def enhanced(self, name: str) -> int:
        entries = self.terms.matcher.entries
        found = [at for at, entry in enumerate(entries) if entry.id == name]
        if not found:
            raise self.refused(f"the catalogue has no entry `{name}` for `enhanced_support`.")
        entry = entries[found[0]]
        if entry.unit not in (*TIMES, EVENT):
            raise self.refused(
                f"`enhanced_support` needs a price by time or event; `{name}` is by {entry.unit}."
            )
        if found[0] not in self.support:
            self.support.append(found[0])
        return self.support.index(found[0])

    def price(self, change: Price) -> Reprice:
        meant = items_meant(change.match, self.terms)
        if change.new_amount is not None and not change.match.entry:
            # An amount is that of a placement, not of the social work or allowance beside it.
            for at, item in enumerate(self.terms.items):
                entry = self.entry(at)
                covers = entry is not None and "placement" in entry.covers
                if not change.match.process or item.process == "lac.3":
                    meant[at] &= item.kind == "placement" or covers
        places = [at for at, yes in enumerate(meant.tolist()) if yes]
        if not places:
            raise self.refused("no price of the catalogue is meant by `match`.")
        start = number(change.start)
        if change.new_amount is not None:
            amounts = tuple((at, change.new_amount.value) for at in places)
            return Reprice(Repricing(start, change.match, amounts=amounts))
        assert change.change_pct is not None
        factor = 1 + change.change_pct.value / 100
        factors = tuple((at, factor) for at in places) if factor != 1 else ()
        return Reprice(Repricing(start, change.match, factors=factors))

    def entry(self, place: int) -> Entry | None:
        entries = self.terms.matcher.entries
        return entries[place] if place < len(entries) else None

    def process(self, change: Process) -> Step:
        entries = [
            (at, entry) for at, entry in enumerate(self.terms.matcher.entries)
            if entry.process == change.process and entry.kind == "process"
        ]  # fmt: skip
        if not entries:
            raise self.refused(f"no entry of the catalogue prices the process {change.process}.")
        if change.per_year is not None:
            if change.process in ("lac.3", ONGOING):
                raise self.refused(f"{change.process} is priced by time: it has no number `per_year`.")
            if not any(entry.unit == EVENT for _, entry in entries):
                raise self.refused(f"no entry of the catalogue prices an occurrence of {change.process}.")
            return ByYear(change.process, change.per_year.value)
        hours = {role: amount.value for role, amount in change.hours}
        by_recipe = [
            (at, entry) for at, entry in entries
            if entry.recipe and entry.basis != "amount" and any(work.role in hours for work in entry.recipe)
        ]  # fmt: skip
        if not by_recipe:
            raise self.refused(
                f"no entry of {change.process} is priced by a recipe with {', '.join(sorted(hours))}."
            )
        factors = []
        for at, entry in by_recipe:
            before = sum((work.hours * work.rate for work in entry.recipe), Fraction(0))
            if not before:
                raise self.refused(f"the recipe of `{entry.id}` comes to nothing.")
            after = sum((hours.get(work.role, work.hours) * work.rate for work in entry.recipe), Fraction(0))
            if after != before:
                factors.append((at, after / before))
        return Reprice(Repricing(number(self.scenario.start), Match(), factors=tuple(factors)))

    def service(self, change: NewService) -> Step:
        effect, cost = change.effect, change.per_child.value
        if effect.type == "avoid_entry":
            return Entrants(change.eligible, 1 - effect.rate.value, cost, ramped=True)
        if effect.type == "duration":
            assert effect.weeks is not None
            return Last(change.eligible, effect.weeks.value, effect.rate.value, cost, ramped=True)
        assert effect.to is not None and effect.after is not None
        moving = Moving(change.eligible, place_of(effect.to), effect.after.value)
        return Move(moving, effect.rate.value, Fraction(0), cost, None)

    def inflation(self, change: Inflation) -> Reprice:
        rises = {int(year[:4]): rise.value for year, rise in change.pct_by_year}
        first, last = min(rises), max(rises)
        factors, so_far = [], _ONE
        for year in range(first, last + 1):
            so_far *= 1 + rises.get(year, Fraction(0)) / 100
            factors.append(so_far)
        by_year = []
        for at, entry in enumerate(self.terms.matcher.entries):
            part = _part_of_index(entry, change.index)
            if part:
                by_year.append((at, tuple(1 + part * (one - 1) for one in factors)))
        if not by_year:
            raise self.refused(f"no entry of the catalogue has the index `{change.index}`.")
        if all(one == 1 for one in factors):
            by_year = []
        start = number(self.scenario.start)
        return Reprice(Repricing(start, Match(), first_year=first, by_year=tuple(by_year)))


def matches(change: Change) -> tuple[Match, ...]:
    """Who and what a change is about."""
    if isinstance(change, Shift):
        return (change.source,)
    if isinstance(change, Price | Volume | Duration):
        return (change.match,)
    return (change.eligible,) if isinstance(change, NewService) else ()


def _part_of_index(entry: Entry, index: str) -> Fraction:
    """What share of an entry's amount rises with an index."""
    if not any(name == index for _, name in entry.index):
        return Fraction(0)
    if not entry.components or len(entry.index) == 1:
        return _ONE
    total = sum((amount for _, amount in entry.components), Fraction(0))
    chosen = dict(entry.index)
    part = sum((amount for name, amount in entry.components if chosen.get(name) == index), Fraction(0))
    return part / total if total else _ONE
