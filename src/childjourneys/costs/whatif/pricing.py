"""What units and events cost, exact, with the same functions as the ledger."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from fractions import Fraction
from functools import cached_property

import numpy as np
import polars as pl

from childjourneys.costs.days import Flags, Ints, financial_years, months, year_name
from childjourneys.costs.grouping import grouped
from childjourneys.costs.intervals import Intervals, points
from childjourneys.costs.ledger import finance_lines
from childjourneys.costs.looks import Looks, Scene, Thresholds, change_points, truth
from childjourneys.costs.matching import ONGOING, Match
from childjourneys.costs.occurrences import Occurrences, Window
from childjourneys.costs.passing import Facts
from childjourneys.costs.pricer import NIGHT_PROCESSES, night_looks
from childjourneys.costs.pricing import (
    RULES,
    PricedEvents,
    PricedSpans,
    Stretches,
    price_events,
    price_nights,
)
from childjourneys.costs.spans import months_of
from childjourneys.costs.terms import Terms
from childjourneys.costs.whatif.prices import Prices
from childjourneys.costs.whatif.sums import Amounts, together
from childjourneys.costs.whatif.units import Units, scene_of_units

MOVING = "lac.5"
_R6 = RULES.index("R6")


@dataclass(frozen=True)
class Rules:
    """What prices units: unit costs as changed so far, and processes that happen so often a year.

    Attributes:
        per_year: process, times a year, first day; in the place of its occurrences.
        support: entries that are added to moved nights, or once: their places.
    """

    prices: Prices
    window: Window
    per_year: tuple[tuple[str, Fraction, int], ...] = ()
    support: tuple[int, ...] = ()

    @property
    def terms(self) -> Terms:
        return self.prices.terms

    @cached_property
    def wanted(self) -> Thresholds:
        return Thresholds.of(self.terms.matcher.used(NIGHT_PROCESSES))

    @cached_property
    def counted(self) -> Flags:
        """Items that are the authority's own money: its gross, and the credits."""
        return np.array(
            [one.agency == "local_authority" or one.sign < 0 for one in self.terms.items], dtype=bool
        )

    def replaced(self, process: str) -> int | None:
        """The day from which a process goes by the year."""
        days = [day for name, _, day in self.per_year if name == process]
        return min(days) if days else None


@dataclass
class Told:
    """What pricing has to say: slots without a price, and the price years that amounts are in."""

    faults: list[pl.DataFrame] = field(default_factory=list)
    years: set[str] = field(default_factory=set)
    used: list[pl.DataFrame] = field(default_factory=list)


def unit_amounts(units: Units, scene: Scene, rules: Rules, told: Told) -> Amounts:
    """What each unit costs: its nights, the first days of its stays, and its moves."""
    if not len(units):
        return together([])
    own = scene_of_units(scene, units)
    stretches = _stretches(own, units, rules)
    matcher = rules.terms.matcher
    parts = [_nights(stretches, own, rules, rules.wanted, matcher.night, told)]
    parts.append(_first_days(units, own, rules, told))
    if units.moves.height:
        parts.append(_moves(units, own, rules, told))
        parts += _support(units, stretches, own, rules, told)
    care = own.course.frame["short_break"].to_numpy()
    for process, times, day in rules.per_year:
        if process.startswith("lac."):
            some = _some(stretches, (stretches.nights.start >= day) & ~care[stretches.looks.episode])
            parts.append(_by_year(process, times, some, own, rules, told))
    return together(parts)


def event_amounts(events: Occurrences, scene: Scene, rules: Rules, told: Told) -> Amounts:
    """What occurrences on record cost; the unit of each amount is the row of its event."""
    matcher, process = rules.terms.matcher, events.process
    wanted = Thresholds.of(matcher.used((process,)))
    day = events.looks.day
    charged = rules.window.holds(day)
    replaced = rules.replaced(process)
    priced = price_events(
        events.looks, scene, rules.terms, wanted, lambda facts: matcher.event(process, facts),
        events.units, charged,
    )  # fmt: skip
    amounts = _of_events(priced, events.looks, scene, rules, told)
    if replaced is None:
        return amounts
    return amounts.take(np.flatnonzero(day[amounts.unit] < replaced))


def support_amounts(stretches: Stretches, scene: Scene, rules: Rules, told: Told) -> Amounts:
    """Nights of ongoing support of children in need; the unit of each is the row of its stretch."""
    matcher = rules.terms.matcher
    wanted = Thresholds.of(matcher.used((ONGOING,)))
    parts = [_nights(stretches, scene, rules, wanted, matcher.ongoing, told)]
    for process, times, day in rules.per_year:
        if process.startswith("cin."):
            some = _some(stretches, stretches.nights.start >= day)
            parts.append(_by_year(process, times, some, scene, rules, told))
    return together(parts)


def _stretches(own: Scene, units: Units, rules: Rules) -> Stretches:
    nights, rows = own.course.nights()
    inside, kept = nights.clipped(rules.window.first, rules.window.end)
    cuts = change_points(own, rules.wanted, inside.child)
    prices = own.prices.nights
    cuts += [(prices.child, prices.start), (prices.child, prices.end)]
    cuts += rules.prices.points(own, inside.child)
    for _, _, day in rules.per_year:
        who = np.arange(len(units))
        cuts.append((who, np.full(len(who), day, dtype=np.int64)))
    if units.moves.height:
        for name in ("day", "until"):
            cuts.append((units.moves["unit"].to_numpy(), units.moves[name].to_numpy()))
    parts, of = inside.cut(*points(cuts))
    episode = rows[kept][of]
    looks = night_looks(own, parts, episode)
    moved = units.frame["moved"].to_numpy()
    looks = replace(looks, price=np.where(moved[episode], -1, looks.price))
    return Stretches(looks, parts, own.course.column("placement")[episode])


def _some(stretches: Stretches, rows: Flags) -> Stretches:
    looks = stretches.looks
    return Stretches(
        Looks(looks.child[rows], looks.day[rows], looks.episode[rows], looks.price[rows],
              {name: values[rows] for name, values in looks.extra.items()}),
        stretches.nights.take(rows), stretches.placement[rows],
    )  # fmt: skip


def _nights(
    stretches: Stretches,
    scene: Scene,
    rules: Rules,
    wanted: Thresholds,
    match: Callable[[Facts], Match],
    told: Told,
    times: Fraction = Fraction(1),
) -> Amounts:
    prices, looks = rules.prices, stretches.looks
    states = prices.states(scene, looks)
    apart = (lambda row, item: prices.of_items(states[row], item)) if prices.changes else None
    priced = price_nights(stretches, scene, rules.terms, wanted, match, apart)
    told.faults.append(priced.faults)
    told.used.append(_used(priced.item, priced.year, rules.terms))
    spans = priced.spans
    state = prices.of_items(states[spans.first], priced.item)
    rate, sources = prices.sources(priced.item, state, priced.money, priced.moneys, times)
    keep = np.flatnonzero(rules.counted[priced.item])
    _note_years(told, priced, keep)
    parts = months_of(spans.start[keep], spans.end[keep])
    of = keep[parts.span]
    nights = parts.end - parts.start
    stretch = spans.first[of]
    begins = stretches.nights.start
    several = np.flatnonzero((spans.parts[of] > 1) & (parts.start > begins[stretch]))
    if len(several):
        stretch[several] = stretches.nights.at(priced.child[of[several]], parts.start[several])
    line, lines = _lines(
        priced.item[of], looks.episode[stretch], priced.rule[of] == _R6, looks.price[stretch], parts.start,
        scene, rules.terms,
    )  # fmt: skip
    return Amounts(
        priced.child[of], parts.month, line, priced.top[of] * nights, priced.bottom[of] * spans.nights[of],
        rate[of], prices.rates(sources), lines, sources,
    )  # fmt: skip


def _of_events(
    priced: PricedEvents, looks: Looks, scene: Scene, rules: Rules, told: Told, limit: Flags | None = None
) -> Amounts:
    prices = rules.prices
    keep = rules.counted[priced.item]
    if limit is not None:
        keep &= limit
    row, item, money = priced.event[keep], priced.item[keep], priced.money[keep]
    told.faults.append(priced.faults)
    told.used.append(_used(priced.item, priced.year, rules.terms))
    told.years |= {priced.moneys[at].year for at in np.unique(money).tolist()}
    state = prices.of_items(prices.states(scene, looks)[row], item)
    rate, sources = prices.sources(item, state, money, priced.moneys, Fraction(1))
    day = looks.day[row]
    line, lines = _lines(
        item, looks.episode[row], np.zeros(len(row), dtype=bool), looks.price[row], day, scene, rules.terms
    )
    one = np.ones(len(row), dtype=np.int64)
    return Amounts(row, months(day), line, one, one, rate, prices.rates(sources), lines, sources)


def _first_days(units: Units, own: Scene, rules: Rules, told: Told) -> Amounts:
    """What is added once, on the first day of each stay in the units."""
    heads = (
        own.course.frame.with_row_index("row")
        .filter(pl.col("end") > pl.col("start"))
        .unique("stay", keep="first", maintain_order=True)
    )
    row = heads["row"].cast(pl.Int64).to_numpy()
    unit, day = heads["child_no"].to_numpy(), heads["stay_start"].to_numpy()
    first = np.zeros(len(row), dtype=bool)
    first[np.unique(unit, return_index=True)[1]] = True
    moved = heads["moved"].to_numpy()
    price = np.where(moved, -1, own.prices.nights.at(unit, day))
    nothing = np.zeros(len(row), dtype=np.int64)
    extra = {
        "first": _first_codes(units, unit, first & units.first_in_period[unit]),
        "previously_known": truth(own.first_referral[unit] < day),
        "cp_plan": truth(own.plans.at(unit, day) >= 0),
        "priced": nothing,
        "short_break": heads["short_break"].cast(pl.Int64).to_numpy(),
    }
    looks = Looks(unit, day, row, price, extra)
    matcher = rules.terms.matcher
    priced = price_events(looks, own, rules.terms, rules.wanted, matcher.stay, {}, rules.window.holds(day))
    only = {
        "period_of_care": first & units.first_in_period[unit],
        "child": first & units.first_of_child[unit],
    }
    amounts = _of_events(priced, looks, own, rules, told, _due(priced, only, rules.terms))
    return replace(amounts, unit=unit[amounts.unit])


def _first_codes(units: Units, unit: Ints, first: Flags) -> Ints:
    """Whether an occurrence is the first of its period of care, and that began in the run's period."""
    return np.where(units.period[unit] < 0, 0, truth(first & units.fresh[unit]))


def _due(priced: PricedEvents, only: dict[str, Flags], terms: Terms) -> Flags:
    """Lines of entries that are charged once in some unit, left out where it is not the first there."""
    keep = np.ones(len(priced.event), dtype=bool)
    for once_per, first in only.items():
        limited = np.array([one.once_per == once_per for one in terms.items], dtype=bool)[priced.item]
        keep &= ~limited | first[priced.event]
    return keep


def _moves(units: Units, own: Scene, rules: Rules, told: Told) -> Amounts:
    """Process 5 on the day of each move, with the facts of the new placement."""
    matcher, moves = rules.terms.matcher, units.moves
    unit, day = moves["unit"].to_numpy(), moves["day"].to_numpy()
    row = _row_at(own, unit, day)
    moved = np.append(units.frame["moved"].to_numpy(), True)[row]
    price = np.where(moved, -1, own.prices.nights.at(unit, day))
    in_period, of_child = (~moves[f"earlier_{name}"].to_numpy() for name in ("in_period", "of_child"))
    extra = {
        "first": _first_codes(units, unit, in_period),
        "previously_known": truth(own.first_referral[unit] < day),
        "cp_plan": truth(own.plans.at(unit, day) >= 0),
        "difficult_to_place": truth(moves["difficult"].to_numpy()),
    }
    looks = Looks(unit, day, row, price, extra)
    wanted = Thresholds.of(matcher.used((MOVING,)))
    charged = rules.window.holds(day)
    replaced = rules.replaced(MOVING)
    if replaced is not None:
        charged &= day < replaced
    priced = price_events(
        looks, own, rules.terms, wanted, lambda facts: matcher.event(MOVING, facts), {}, charged
    )
    only = {"period_of_care": in_period, "child": of_child}
    amounts = _of_events(priced, looks, own, rules, told, _due(priced, only, rules.terms))
    return replace(amounts, unit=unit[amounts.unit])


def _row_at(own: Scene, unit: Ints, day: Ints) -> Ints:
    nights, rows = own.course.nights()
    return np.append(rows, -1)[nights.at(unit, day)]


def _support(units: Units, stretches: Stretches, own: Scene, rules: Rules, told: Told) -> list[Amounts]:
    """Enhanced support: on moved nights, or once on the day of the move."""
    found = []
    for number, place in enumerate(rules.support):
        moves = units.moves.filter(pl.col("support") == number)
        if moves.is_empty():
            continue
        unit, day, until = (moves[name].to_numpy() for name in ("unit", "day", "until"))
        item = rules.terms.items[place]
        if item.counted_in < 0:
            row = _row_at(own, unit, day)
            nowhere = np.full(len(unit), -1, dtype=np.int64)
            looks = Looks(unit, day, row, nowhere, {})
            priced = price_events(
                looks, own, rules.terms, rules.wanted, _always(place, "R4"), {}, rules.window.holds(day)
            )
            amounts = _of_events(priced, looks, own, rules, told)
            found.append(replace(amounts, unit=unit[amounts.unit]))
            continue
        order = np.lexsort((day, unit))
        moved = Intervals(unit[order], day[order], until[order])
        inside = moved.at(stretches.nights.child, stretches.nights.start) >= 0
        some = _some(stretches, inside)
        found.append(_nights(_unpriced(some), own, rules, rules.wanted, _always(place, "R3"), told))
    return found


def _always(place: int, rule: str) -> Callable[[Facts], Match]:
    match = Match(((place, rule),))

    def always(_: Facts) -> Match:
        return match

    return always


def _unpriced(stretches: Stretches) -> Stretches:
    """Without prices of the children's own."""
    looks = stretches.looks
    extra = {name: values for name, values in looks.extra.items() if name != "priced"}
    return Stretches(
        replace(looks, price=np.full(len(looks), -1, dtype=np.int64), extra=extra),
        stretches.nights, stretches.placement,
    )  # fmt: skip


def _by_year(
    process: str, times: Fraction, stretches: Stretches, own: Scene, rules: Rules, told: Told
) -> Amounts:
    """A process that happens so often a year: its price, times so often, times nights / 365.

    A review of a child in need is one of the protection plan while there is one.
    """
    matcher = rules.terms.matcher
    wanted = Thresholds.of(matcher.used((process,)))
    if "cp_conference_review" in wanted.uses:
        wanted = replace(wanted, uses=wanted.uses | {"cp_plan"})
    cuts = change_points(own, wanted, stretches.nights.child)
    parts, of = stretches.nights.cut(*points(cuts))
    child, day, looks = parts.child, parts.start, stretches.looks
    on_plan = truth(own.plans.at(child, day) >= 0)
    extra = {"previously_known": truth(own.first_referral[child] < day), "cp_plan": on_plan}
    if process == "cin.review":
        extra["cp_conference_review"] = on_plan
    cut = Stretches(
        Looks(child, day, looks.episode[of], looks.price[of], extra), parts, stretches.placement[of]
    )
    return _nights(cut, own, rules, wanted, lambda facts: matcher.event(process, facts), told, times / 365)


def _lines(
    item: Ints, episode: Ints, besides: Flags, price: Ints, day: Ints, scene: Scene, terms: Terms
) -> tuple[Ints, tuple[str, ...]]:
    """Finance lines as places in a list of their names; blank where nobody has said which."""
    area = np.where(besides, np.append(scene.areas[1], 0)[episode], scene.area_of(episode, price))
    named = finance_lines(item, episode, besides, area, financial_years(day), scene, terms).fill_null("")
    names = named.unique().sort()
    places = pl.int_range(len(names), eager=True)
    if named.is_empty():
        return np.zeros(0, dtype=np.int64), ()
    code = named.replace_strict(names, places, return_dtype=pl.Int64).to_numpy()
    return code.astype(np.int64), tuple(names)


def _used(item: Ints, year: Ints, terms: Terms) -> pl.DataFrame:
    heads, _ = grouped(item * 4000 + year)
    return terms.used(item[heads], year[heads])


def _note_years(told: Told, priced: PricedSpans, keep: Ints) -> None:
    moneys = priced.moneys
    told.years |= {moneys[at].year for at in np.unique(priced.money[keep]).tolist()} - {""}
    own = np.array([not one.year for one in moneys], dtype=bool)
    if own.any():
        told.years |= {year_name(year) for year in np.unique(priced.year[keep][own[priced.money[keep]]])}
