"""Which entry prices a night or an event: rule R5.

A night or event is looked at through its facts only; equal facts are matched once. A fact that is not
known fulfils no condition on it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property

from childjourneys.costs.findings import AMBIGUOUS, NO_MATCH
from childjourneys.costs.model import Catalogue, Entry
from childjourneys.costs.passing import NONE, Asked, Facts, Passing

# Units that a stretch of nights is priced in, and the only other one that a run knows.
TIMES = ("night", "week", "month", "year")
EVENT = "event"
ONGOING = "cin.ongoing_support"
KEEPING = ("process", "placement", "allowance", "fee")
# Kinds of which nothing may be due.
OPTIONAL = ("allowance", "fee", "grant", "other_agency")
SIDE = ("grant", "other_agency")


@dataclass(frozen=True)
class Fault:
    """A slot without a price: code, process, kind, sentence, ids of the entries concerned."""

    code: str
    process: str
    kind: str
    what: str
    entry_ids: str = ""


@dataclass(frozen=True)
class Match:
    """What a night or event comes to.

    Attributes:
        lines: positions of entries in the catalogue, each with the rule that charges it.
        faults: slots that are unpriced.
        unpriced: the night's keep is unpriced, or has no entries at all.
        found: kinds of LAC 3 with a base entry, or a price of the child's own.
        no_social_work: the child's own price took the place of an entry whose social work can't be parted.
    """

    lines: tuple[tuple[int, str], ...] = ()
    faults: tuple[Fault, ...] = ()
    unpriced: bool = False
    found: frozenset[str] = frozenset()
    no_social_work: bool = False


@dataclass(frozen=True)
class _Slot:
    """The entries of a process and kind: their positions."""

    base: tuple[int, ...] = ()
    additional: tuple[int, ...] = ()
    at_start: tuple[int, ...] = ()

    @property
    def exists(self) -> bool:
        return bool(self.base or self.additional or self.at_start)


@dataclass(frozen=True)
class Matcher:
    """The entries of a catalogue by slot, as settings and prices of the run have them.

    Attributes:
        prices_given: the run has prices of single children: every night then needs one, or an entry.
    """

    catalogue: Catalogue
    prices_given: bool = False
    _known: dict[tuple[str, Facts], Match] = field(default_factory=dict, repr=False, compare=False)
    _asked: dict[tuple[int, ...], Asked] = field(default_factory=dict, repr=False, compare=False)

    @cached_property
    def entries(self) -> tuple[Entry, ...]:
        return self.catalogue.entries

    @cached_property
    def _slots(self) -> dict[tuple[str, str], _Slot]:
        weekly = self.catalogue.settings.legal == "weekly"
        parts: dict[tuple[str, str], dict[str, list[int]]] = {}
        for place, entry in enumerate(self.entries):
            group = _group(entry, weekly)
            if group:
                slot = parts.setdefault((entry.process, entry.kind), {})
                slot.setdefault(group, []).append(place)
        return {
            key: _Slot(**{name: tuple(places) for name, places in slot.items()})
            for key, slot in parts.items()
        }

    def slot(self, process: str, kind: str) -> _Slot:
        return self._slots.get((process, kind), _Slot())

    def used(self, processes: Sequence[str]) -> list[Entry]:
        """The entries that nights or events of some processes may be priced by."""
        places = [
            place
            for (process, _), slot in self._slots.items()
            if process in processes
            for place in (*slot.base, *slot.additional, *slot.at_start)
        ]
        return [self.entries[place] for place in sorted(places)]

    def not_costed(self, processes: Sequence[str]) -> list[str]:
        """Processes that no entry prices."""
        priced = {process for (process, kind) in self._slots if kind not in SIDE}
        return [process for process in processes if process not in priced]

    def night(self, facts: Facts) -> Match:
        """What a night in care, or in a short break, comes to."""
        return self._once("night", facts)

    def ongoing(self, facts: Facts) -> Match:
        """What a night of support of a child in need comes to."""
        return self._once(ONGOING, facts)

    def event(self, process: str, facts: Facts) -> Match:
        """What one occurrence of a process comes to."""
        return self._once(process, facts)

    def stay(self, facts: Facts) -> Match:
        """What is added once, on the first day of a stay, of which these are the facts."""
        return self._once("stay", facts)

    def passing(self, places: tuple[int, ...], facts: Facts) -> Passing:
        """Those of some entries that may price a night or event with these facts."""
        asked = self._asked.get(places)
        if asked is None:
            asked = self._asked[places] = Asked(self.entries, places)
        return asked.passing(facts)

    def _once(self, what: str, facts: Facts) -> Match:
        key = (what, facts)
        if key not in self._known:
            if what == "night":
                found = self._night(facts)
            elif what == "stay":
                found = self._stay(facts)
            else:
                found = self._process(what, facts)
            self._known[key] = found
        return self._known[key]

    def _night(self, facts: Facts) -> Match:
        tally = _Tally(self, facts)
        social_work = self.slot("lac.3", "process")
        base = tally.pick("lac.3", "process", social_work)
        covers: tuple[str, ...] = ()
        replaced = False
        if base is not None:
            covers = self.entries[base].covers
            if facts.priced and "placement" in covers:
                replaced = True
            else:
                tally.add(base)
            tally.extras(social_work)
            tally.found.add("process")
        for kind in KEEPING[1:]:
            if facts.priced or kind not in covers:
                self._keep(kind, tally)
        if facts.temporary is not None:
            self._temporary(facts, tally)
        if not facts.short_break:
            if self.catalogue.settings.legal == "weekly":
                tally.whole("lac.7", "process")
            for kind in SIDE:
                if tally.whole("lac.3", kind):
                    tally.found.add(kind)
                tally.whole("", kind)
        failed = any(
            fault.process == "lac.3" and fault.kind in ("process", "placement") for fault in tally.faults
        )
        keeps = social_work.exists or self.slot("lac.3", "placement").exists or facts.priced
        return tally.match(unpriced=failed or not keeps, no_social_work=replaced)

    def _keep(self, kind: str, tally: _Tally) -> None:
        """Placement, allowance or fee of a night that no entry of LAC 3 covers."""
        slot = self.slot("lac.3", kind)
        if tally.facts.priced:
            tally.extras(slot)
            tally.found.add(kind)
            return
        base = tally.pick("lac.3", kind, slot, needed=kind == "placement" and self.prices_given)
        if base is not None:
            tally.add(base)
            tally.extras(slot)
            tally.found.add(kind)

    def _temporary(self, facts: Facts, tally: _Tally) -> None:
        """A fee besides, where one names the code of the temporary placement."""
        assert facts.temporary is not None
        code = facts.temporary[0]
        fees = self.slot("lac.3", "fee")
        named = {place for place in (*fees.base, *fees.additional)
                 if code in self.entries[place].when.placement}  # fmt: skip
        if not named:
            return
        own = _Tally(self, replace(facts, where=facts.temporary, ids=facts.temporary_ids))
        base = own.best("lac.3", "fee", tuple(place for place in fees.base if place in named))
        if base is not None:
            tally.add(base, "R6")
        # The fee of the placement itself is found, even where a process of LAC 3 has it in its price.
        found = "fee" in tally.found or facts.priced
        if base is not None or found or _Tally(self, facts).best("lac.3", "fee", fees.base) is not None:
            for place in own.passing(fees.additional).places:
                if place in named:
                    tally.add(place, "R6")
        tally.faults += own.faults

    def _stay(self, facts: Facts) -> Match:
        night = self.night(facts)
        tally = _Tally(self, facts)
        kinds = (*KEEPING, *SIDE) if not facts.short_break else KEEPING
        for kind in kinds:
            if kind in night.found:
                for place in tally.passing(self.slot("lac.3", kind).at_start).places:
                    tally.add(place, "R4")
        return tally.match()

    def _process(self, process: str, facts: Facts) -> Match:
        rule = "R3" if process == ONGOING else "R4"
        tally = _Tally(self, facts)
        for kind in ("process", *SIDE):
            tally.whole(process, kind, rule)
        return tally.match()


class _Tally:
    """Collects what one night or event comes to."""

    def __init__(self, matcher: Matcher, facts: Facts) -> None:
        self.matcher = matcher
        self.facts = facts
        self.lines: list[tuple[int, str]] = []
        self.faults: list[Fault] = []
        self.found: set[str] = set()

    def match(self, unpriced: bool = False, no_social_work: bool = False) -> Match:
        return Match(tuple(self.lines), tuple(self.faults), unpriced, frozenset(self.found), no_social_work)

    def whole(self, process: str, kind: str, rule: str = "") -> bool:
        """A slot with its base entry and what is added to it; whether there is a base entry."""
        slot = self.matcher.slot(process, kind)
        base = self.pick(process, kind, slot)
        if base is not None:
            self.add(base, rule)
            self.extras(slot, rule)
        return base is not None

    def pick(self, process: str, kind: str, slot: _Slot, needed: bool = False) -> int | None:
        """The base entry of a slot; where there is none although there should be, a fault."""
        before = len(self.faults)
        base = self.best(process, kind, slot.base)
        due = needed or (slot.exists and kind not in OPTIONAL)
        if base is None and due and len(self.faults) == before:
            self.faults.append(Fault(NO_MATCH, process, kind, self._why(slot)))
        return base

    def _why(self, slot: _Slot) -> str:
        entries = [self.matcher.entries[place] for place in slot.base]
        if entries and all(entry.unit_cost(self.facts.london) is None for entry in entries):
            where = {True: "in London", False: "outside London", None: "of an unknown region"}
            here = where[self.facts.london]
            return f"The catalogue has no price for an authority {here}: nothing was charged."
        return "No price of the catalogue fits: nothing was charged."

    def best(self, process: str, kind: str, places: tuple[int, ...]) -> int | None:
        """The one entry at the top; a fault where two are."""
        left = self.passing(places).top
        if not left:
            return None
        if len(left) == 1:
            return left[0]
        ids = "; ".join(sorted(self.matcher.entries[place].id for place in left))
        self.faults.append(
            Fault(AMBIGUOUS, process, kind, "Several prices fit equally well: nothing was charged.", ids)
        )
        return None

    def extras(self, slot: _Slot, rule: str = "") -> None:
        """What is added to a base entry, or to a price of the child's own."""
        for place in self.passing(slot.additional).places:
            self.add(place, rule)

    def add(self, place: int, rule: str = "") -> None:
        entry = self.matcher.entries[place]
        if entry.kind == "grant":
            rule = "R11"
        elif entry.home is not None:
            rule = "R10"
        self.lines.append((place, rule or "R3"))

    def passing(self, places: tuple[int, ...]) -> Passing:
        return self.matcher.passing(places, self.facts) if places else NONE


def _group(entry: Entry, weekly: bool) -> str:
    """How a slot uses an entry: as its base, added to it, or added when a stay starts; blank: not at all."""
    process, kind, unit = entry.process, entry.kind, entry.unit
    if kind in ("worker_rate", "activity_time") or (kind in KEEPING[1:] and process != "lac.3"):
        return ""
    by_time = process in ("lac.3", ONGOING) or (process == "" and kind in SIDE)
    if process == "lac.7":
        by_time = weekly
    if by_time and unit in TIMES:
        return "additional" if entry.additional else "base"
    if process == "lac.3" and unit == EVENT and entry.additional:
        return "at_start"
    if not by_time and process and unit == EVENT:
        return "additional" if entry.additional else "base"
    return ""
