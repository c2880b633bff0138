"""The slow, plain costing of children, written from the design of costs and not from the fast code.

Child by child, night by night and slot by slot: the facts of the night, the entry by R5, the runs of R3,
the pennies of R9. Fractions and loops only.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from typing import Any

from plain_costs_care import DAY, Codes, Episode, Row, care_of, is_temporary
from plain_costs_events import (
    Child,
    Event,
    events_of,
    first_days,
    needs_of,
    once_only,
    support_nights,
    weeks_of,
)
from plain_costs_given import Run
from plain_costs_lines import Charge, Line, lines_of
from plain_costs_match import Facts, Matched, match, unit_cost
from plain_costs_money import financial_year, uplift

from childjourneys.costs.model import Entry

KINDS_OF_LAC3 = ("placement", "allowance", "fee")


@dataclass
class Told:
    """The ledger, the rows per child and price year, and what could not be priced."""

    lines: list[Line]
    children: list[dict[str, Any]]
    issues: dict[tuple[str, str, str, str, str], dict[str, Any]]


def cost(run: Run) -> Told:
    told = Told([], [], {})
    for la_code, child_id in sorted({(r["la_code"], r["child_id"]) for t in run.tables.values() for r in t}):
        _Costing(run, la_code, child_id, told).tell()
    told.lines.sort(key=lambda line: line.order())
    return told


class _Costing:
    """One child's costing."""

    def __init__(self, run: Run, la_code: str, child_id: str, told: Told) -> None:
        self.run, self.told = run, told
        self.settings = run.catalogue.settings
        self.london = run.london[la_code]
        tables = {
            name: [r for r in rows if (r["la_code"], r["child_id"]) == (la_code, child_id)]
            for name, rows in run.tables.items()
        }
        births = [row["birth_date"] for row in tables.get("child", []) if row["birth_date"] is not None]
        self.child = Child(
            la_code, child_id, tables, care_of(tables.get("care_chain", []), run.end),
            needs_of(tables, self.settings), births[0] if births else None,
        )  # fmt: skip
        self.prices = [p for p in run.prices if (p.la_code, p.child_id) == (la_code, child_id)]
        self.lines: list[Line] = []
        self.charges: list[Charge] = []
        self.priced_nights = self.nights = 0
        self.factors: dict[tuple[str, str], tuple[Fraction, str]] = {}
        self.slots: dict[tuple[str, str, bool], list[Entry]] = {}

    def tell(self) -> None:
        for day in _days(self.run.start, self.run.end):
            for held, short_break in ((self.child.care.nights, False), (self.child.care.break_nights, True)):
                if day in held:
                    self._night(day, held[day], short_break)
        for day, need in support_nights(self.child, self.run.end).items():
            if day >= self.run.start:
                self._support(day, need)
        self._first_days()
        self._events()
        self.lines += lines_of(self.charges, self.child, self.settings.s251_map)
        self.told.lines += self.lines
        self._per_child()

    # -- nights -------------------------------------------------------------------------------------------

    def _night(self, day: date, episode: Episode, short_break: bool) -> None:
        self.nights += 1
        facts = self._facts(day, episode.codes(self.settings.temporary), episode)
        paid = self._child_price(day, episode, facts)
        unpriced = False
        process = self._slot("lac.3", "process", nightly=True)
        covered: tuple[str, ...] = ()
        if self._costed("lac.3", "process"):
            found = match(process, facts, self.london)
            if found.base is None:
                unpriced = True
                self._missing("lac.3", "process", day, found)
            else:
                if not (paid and "placement" in found.base.covers):
                    covered = found.base.covers
                    self._charge(day, episode, facts, found.base)
                self._charge_all(day, episode, facts, found.additional)
        for kind in KINDS_OF_LAC3:
            if kind in covered and not paid:
                continue
            entries = self._slot("lac.3", kind, nightly=True)
            found = match(entries, facts, self.london)
            if paid:
                self._charge_all(day, episode, facts, found.additional)
            elif found.base is not None:
                self._charge(day, episode, facts, found.base)
                self._charge_all(day, episode, facts, found.additional)
            elif found.ties or (kind == "placement" and (self._costed("lac.3", kind) or self.run.prices)):
                unpriced = unpriced or kind == "placement"
                self._missing("lac.3", kind, day, found)
        if not any(self._costed("lac.3", kind) for kind in ("process", "placement")):
            unpriced = unpriced or not paid
        self.priced_nights += not unpriced
        self._temporary_fee(day, episode, facts, paid)
        if short_break:
            return
        for kind in ("grant", "other_agency"):
            self._further(day, episode, facts, "lac.3", kind)
        if self.settings.legal == "weekly":
            self._further(day, episode, facts, "lac.7", "process")

    def _further(self, day: date, episode: Episode, facts: Facts, process: str, kind: str) -> None:
        entries = self._slot(process, kind, nightly=True)
        if not entries:
            return
        found = match(entries, facts, self.london)
        if found.base is not None:
            self._charge(day, episode, facts, found.base)
            self._charge_all(day, episode, facts, found.additional)
        elif found.ties or kind == "process":
            self._missing(process, kind, day, found)

    def _temporary_fee(self, day: date, episode: Episode, facts: Facts, paid: bool) -> None:
        """T nights that belong to another placement: besides its price, a fee that names their code."""
        if not episode.belongs or self.settings.temporary != "main" or is_temporary(episode.main):
            return
        named = [
            entry
            for entry in self._slot("lac.3", "fee", nightly=True)
            if episode.own.place in entry.when.placement
        ]
        own = self._facts(day, episode.own, episode)
        found = match(named, own, self.london)
        based = (
            found.base is not None
            or paid
            or match(self._slot("lac.3", "fee", nightly=True), facts, self.london).base is not None
        )
        for entry in ([found.base] if found.base else []) + (found.additional if based else []):
            self._charge(day, episode, own, entry, place=(*self._place(episode), "besides"))
        if found.ties:
            self._missing("lac.3", "fee", day, found)

    def _support(self, day: date, need: Row) -> None:
        entries = self._slot("cin.ongoing_support", "process", nightly=True)
        if not entries:
            return
        facts = self._facts(day, None, None)
        facts.known = any(
            row["referral_date"] < need["referral_date"] for row in self.child.rows("need_episode")
        )
        found = match(entries, facts, self.london)
        if found.base is None:
            self._missing("cin.ongoing_support", "process", day, found)
            return
        for entry in (found.base, *found.additional):
            self._charge(day, None, facts, entry, place=("need", need["episode_id"]))

    def _child_price(self, day: date, episode: Episode, facts: Facts) -> bool:
        paid = False
        for price in self.prices:
            if price.start <= day < price.end:
                paid = paid or price.entry_id == "child_price"
                self.charges.append(Charge.of_price(day, self._place(episode), facts, price))
        return paid

    # -- events -------------------------------------------------------------------------------------------

    def _first_days(self) -> None:
        """The `event` entries of process lac.3, which come on top on the first day of each stay."""
        stays = sorted(first_days(self.child.care), key=lambda one: one.stay_start)
        for number, episode in enumerate(stays):
            day = episode.stay_start
            if not self.run.start <= day <= self.run.end:
                continue
            facts = self._facts(day, episode.codes(self.settings.temporary), episode)
            paid = any(p.entry_id == "child_price" and p.start <= day < p.end for p in self.prices)
            process = match(self._slot("lac.3", "process", nightly=True), facts, self.london)
            covered = process.base.covers if process.base else ()
            for kind in ("process", *KINDS_OF_LAC3):
                base = match(self._slot("lac.3", kind, nightly=True), facts, self.london).base
                if kind != "process" and not paid and (kind in covered or base is None):
                    continue
                if kind == "process" and base is None:
                    continue
                for entry in match(self._slot("lac.3", kind, nightly=False), facts, self.london).additional:
                    once = {
                        "": True,
                        "placement": True,
                        "child": number == 0,
                        "period_of_care": self._first_stay(episode),
                    }[entry.once_per]
                    if once:
                        self._line(entry, facts, episode.codes(self.settings.temporary), episode, "")

    def _first_stay(self, episode: Episode) -> bool:
        stays = [e for e in first_days(self.child.care) if e.period == episode.period]
        return stays[0] is episode

    def _events(self) -> None:
        run = self.run
        reviews = "Reviews" in run.modules.get(self.child.la_code, set())
        events = events_of(self.child, self.settings, run.start, run.end, reviews)
        first = once_only(self.child, events)
        for number, event in enumerate(events):
            if not run.start <= event.day <= run.end:
                continue
            if event.process == "lac.7" and self.settings.legal == "weekly":
                continue
            entries = self._slot(event.process, "process", nightly=False)
            if not entries:
                continue
            facts = self._event_facts(event)
            found = match(entries, facts, self.london)
            if found.base is None:
                self._missing(event.process, "process", event.day, found)
                continue
            for entry in (found.base, *found.additional):
                if not entry.once_per or first[number, entry.once_per]:
                    codes = event.codes(self.settings.temporary)
                    self._line(entry, facts, codes, event.at, " estimated" * event.estimated, event)

    def _event_facts(self, event: Event) -> Facts:
        facts = self._facts(event.day, event.codes(self.settings.temporary), event.at)
        facts.difficult, facts.first = event.difficult, event.first
        facts.known, facts.nfa, facts.cp_review = event.known, event.nfa, event.cp_review
        return facts

    # -- facts and lines ----------------------------------------------------------------------------------

    def _facts(self, day: date, codes: Codes | None, episode: Episode | None) -> Facts:
        child = self.child
        facts = Facts(day, child.needs, age=child.age(day), uasc=child.uasc(day), cp_plan=child.cp_plan(day))
        if codes is None or episode is None:
            return facts
        facts.place, facts.provider, facts.in_out = codes.place, codes.provider, codes.location
        facts.provider_ids = {codes.urn} if codes.urn else set()
        facts.weeks = weeks_of(day, episode)
        slept = day - DAY if self._holds(episode, day - DAY) and not self._holds(episode, day) else day
        for price in self.prices:
            if price.start <= slept < price.end:
                facts.provider_ids |= {price.provider_id} if price.provider_id else set()
                facts.contract = price.contract or facts.contract
                facts.in_out = facts.in_out or price.in_out
        return facts

    def _holds(self, episode: Episode, day: date) -> bool:
        """The night that begins on the day is in the placement of the episode."""
        at = self.child.care.break_nights if episode.short_break else self.child.care.nights
        return day in at and self._place(at[day]) == self._place(episode)

    def _slot(self, process: str, kind: str, *, nightly: bool) -> list[Entry]:
        key = (process, kind, nightly)
        if key not in self.slots:
            self.slots[key] = [
                entry
                for entry in self.run.catalogue.entries
                if entry.process == process
                and entry.kind == kind
                and (entry.unit in ("night", "week", "month", "year")) == nightly
                and (nightly or entry.unit == "event")
            ]
        return self.slots[key]

    def _costed(self, process: str, kind: str) -> bool:
        """The slot has entries in the catalogue: for nights, or extras for the first day of a stay."""
        return any(self._slot(process, kind, nightly=nightly) for nightly in (True, False))

    def _uplift(self, entry: Entry, day: date) -> tuple[Fraction, str]:
        key = (entry.id, financial_year(day))
        if key not in self.factors:
            self.factors[key] = uplift(entry, day, self.run.price_year, self.run.indices)
        return self.factors[key]

    def _place(self, episode: Episode) -> tuple[Any, ...]:
        if episode.short_break:
            return ("break", None, None, episode.stay)
        return ("care", episode.period, episode.placement)

    def _charge(
        self, day: date, episode: Episode | None, facts: Facts, entry: Entry, place: tuple[Any, ...] = (),
    ) -> None:  # fmt: skip
        money = unit_cost(entry, self.london)
        assert money is not None
        factor, price_year = self._uplift(entry, day)
        where = place or self._place(episode) if episode else place
        self.charges.append(Charge.of_entry(day, where, facts, entry, money, factor, price_year))

    def _charge_all(self, day: date, episode: Episode, facts: Facts, entries: list[Entry]) -> None:
        for entry in entries:
            self._charge(day, episode, facts, entry)

    def _line(
        self, entry: Entry, facts: Facts, codes: Codes | None, at: Episode | None, note: str,
        event: Event | None = None,
    ) -> None:  # fmt: skip
        money = unit_cost(entry, self.london)
        assert money is not None
        factor, price_year = self._uplift(entry, facts.day)
        period = event.period if event else at.period if at else None
        placement = at.placement if at and at.period == period else None
        self.lines.append(
            Line.of_event(
                self.child,
                entry,
                facts,
                period,
                placement,
                money,
                factor,
                price_year,
                note,
                self.settings.s251_map,
            )
        )

    def _missing(self, process: str, kind: str, day: date, found: Matched) -> None:
        code = "cost-ambiguous" if found.ties else "cost-no-match"
        key = (self.child.la_code, self.child.child_id, process, kind, code)
        told = self.told.issues.setdefault(key, {"date": day, "count": 0, "entry_ids": set()})
        told["date"] = min(told["date"], day)
        told["count"] += 1
        told["entry_ids"] |= set(found.ties)

    def _per_child(self) -> None:
        if not self.lines and not self.nights:
            return
        for year in sorted({line.price_year for line in self.lines}) or [""]:
            held = [line for line in self.lines if line.price_year == year]
            own = [line.pence for line in held if line.agency == "local_authority"]
            money = {
                "gross": sum(pence for pence in own if pence > 0),
                "contributions": sum(line.pence for line in held if line.process == "contribution"),
                "grant": sum(line.pence for line in held if line.process == "grant"),
            }
            self.told.children.append({
                "la_code": self.child.la_code, "child_id": self.child.child_id,
                "need_group": "_".join(self.child.needs) or "none", "price_year": year or None,
                "nights": self.nights, **money, "net": sum(money.values()),
                "unpriced_nights": self.nights - self.priced_nights,
            })  # fmt: skip


def _days(start: date, end: date) -> Iterator[date]:
    while start <= end:
        yield start
        start += DAY
