"""Unit costs as values: entries, what they apply to, settings, and the catalogue of them all."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from fractions import Fraction
from functools import cached_property

KINDS = (
    "process", "placement", "allowance", "fee", "grant", "worker_rate", "activity_time", "other_agency",
)  # fmt: skip
LAC = tuple(f"lac.{number}" for number in range(1, 9))
CIN = (
    "cin.contact_referral", "cin.assessment", "cin.ongoing_support", "cin.close_case", "cin.s47",
    "cin.cp_conference", "cin.review", "cin.public_law_outline",
)  # fmt: skip
# Early help is in no return: its entries are for scenarios and for reading.
EARLY_HELP = (
    "caf.intention", "caf.assessment", "caf.initial_tac", "caf.subsequent_tac", "caf.ongoing_support",
    "caf.close",
)  # fmt: skip
PROCESSES = (*LAC, *CIN, *EARLY_HELP)
# Kinds that belong to keeping a placement where no process is given.
OF_A_PLACEMENT = ("placement", "allowance", "fee", "grant")
UNITS = ("event", "hour", "night", "week", "month", "year", "session")
LA_TYPES = ("any", "london", "out_of_london")
AGENCIES = ("local_authority", "health", "education", "youth_justice", "courts")
ONCE_PER = ("period_of_care", "placement", "child")
COVERED = ("placement", "allowance", "fee")
CONTRACTS = ("framework", "spot", "block")
YEAR_BASES = ("actual", "365", "52_weeks")
STATUSES = ("published", "secondary", "derived")
NEEDS = ("cwd", "ebd", "offending", "uasc")
DEFAULT = "default"


@dataclass(frozen=True)
class Conditions:
    """What a night or event must be like. `given` names the keys that were written, each one condition.

    Attributes:
        need_group: whole combinations, such as `cwd_ebd` or `none`; any of them.
        needs: all of these are in the combination.
        placement: names or codes of PLACE; any of them.
        provider: codes of PLACE_PROVIDER; any of them.
        provider_id: of the placement (URN) or of its price row.
        framework: the contract of the placement's price row is `framework`.
        weeks_in_placement: from (included) to (excluded; None: no end) in whole weeks of the stay.
        outcome: `no_further_action`.
        strategy_meeting, abe_interview: no return carries these; they hold in local data and scenarios.
    """

    need_group: tuple[str, ...] = ()
    needs: tuple[str, ...] = ()
    ebd: bool | None = None
    other_factor: bool | None = None
    uasc: bool | None = None
    age_under: int | None = None
    age_from: int | None = None
    cp_plan: bool | None = None
    difficult_to_place: bool | None = None
    out_of_area: bool | None = None
    first: bool | None = None
    placement: tuple[str, ...] = ()
    provider: tuple[str, ...] = ()
    provider_id: tuple[str, ...] = ()
    framework: bool | None = None
    weeks_in_placement: tuple[int, int | None] | None = None
    outcome: str | None = None
    previously_known: bool | None = None
    cp_conference_review: bool | None = None
    strategy_meeting: bool | None = None
    abe_interview: bool | None = None
    given: tuple[str, ...] = ()


@dataclass(frozen=True)
class Source:
    """Where a figure is from."""

    publication: str = ""
    year: str = ""
    table_or_page: str = ""
    via: str = ""
    status: str = ""
    formula: str = ""
    confidence: str = ""
    licence: str = ""


@dataclass(frozen=True)
class Work:
    """One line of a recipe. `rate` is the amount of the entry `rate_id`, in its own price year."""

    role: str
    hours: Fraction
    rate_id: str
    rate: Fraction = Fraction(0)


@dataclass(frozen=True)
class Home:
    """A home of the authority's own: its cost over some days, and the nights children slept in it.

    Attributes:
        start, end: first and last day that the cost is of, both included.
    """

    cost: Fraction
    beds: int
    start: date
    end: date
    occupied_nights: int

    @property
    def days(self) -> int:
        return (self.end - self.start).days + 1

    @property
    def night(self) -> Fraction:
        """A night at actual occupancy: the only one that is charged."""
        return self.cost / self.occupied_nights

    @property
    def full_night(self) -> Fraction:
        """A night if every bed had been slept in."""
        return self.cost / (self.beds * self.days)

    @property
    def voids(self) -> Fraction:
        """What empty beds cost: part of what was charged, shown apart."""
        return (self.night - self.full_night) * self.occupied_nights


@dataclass(frozen=True)
class Entry:
    """One unit cost. Money in pounds, exact, in the money of `price_year`.

    Attributes:
        process: blank for kinds that no process asks for (rates, times, most of other agencies).
        amount: what one unit costs; of a recipe or a home, what comes of it. None where `london` and
            `out_of_london` are given instead (one of them may be missing: no price there).
        components: names with the parts of the amount; empty where it is one sum.
        basis: `recipe` or `amount`: which of the two is used; blank where only one is given.
        index: by component where there are several, else one with a blank name.
        price_year: blank where the price is in the money of the day it prices (`effective_from`).
        s251_line: line of the finance return by year.
        layer: 0 for the lowest file; a higher one goes first.
        file, line: where it stands.
        shipped: it is of the shipped `default`.
        source_title: title of the publication, where the file lists it under `sources`.
    """

    id: str
    kind: str
    name: str
    unit: str
    index: tuple[tuple[str, str], ...]
    process: str = ""
    amount: Fraction | None = None
    london: Fraction | None = None
    out_of_london: Fraction | None = None
    components: tuple[tuple[str, Fraction], ...] = ()
    recipe: tuple[Work, ...] = ()
    basis: str = ""
    additional: bool = False
    covers: tuple[str, ...] = ()
    once_per: str = ""
    when: Conditions = Conditions()
    la_type: str = "any"
    priority: int = 0
    agency: str = "local_authority"
    effective_from: date | None = None
    effective_to: date | None = None
    price_year: str = ""
    year_basis: str = "actual"
    s251_line: tuple[tuple[str, str], ...] = ()
    provider_id: str = ""
    contract: str = ""
    home: Home | None = None
    source: Source = Source()
    source_title: str = ""
    approved_by: str = ""
    approved_on: str = ""
    note: str = ""
    layer: int = 0
    file: str = ""
    line: int = 0
    shipped: bool = False

    def unit_cost(self, london: bool | None) -> Fraction | None:
        """The amount for an authority; None where the entry has none for it.

        Args:
            london: the authority lies in London; None while that is not known.
        """
        wanted = {True: "london", False: "out_of_london", None: ""}[london]
        if self.la_type not in ("any", wanted):
            return None
        if self.home is not None:
            return self.home.night
        if self.amount is not None:
            return self.amount
        return {"london": self.london, "out_of_london": self.out_of_london, "": None}[wanted]

    @property
    def conditions(self) -> int:
        """How many conditions it names: each key of `when` is one, a kind of authority is one."""
        return len(self.when.given) + (self.la_type != "any")

    @property
    def of_contract(self) -> bool:
        """A price agreed with one provider."""
        return bool(self.provider_id or self.when.provider_id)

    @property
    def price_basis(self) -> str:
        """How its money is spoken of in the ledger."""
        if self.of_contract:
            return "contract"
        return DEFAULT if self.shipped else "authority"

    def effective_on(self, day: date) -> bool:
        """Whether it may price that day."""
        return (self.effective_from is None or self.effective_from <= day) and (
            self.effective_to is None or day <= self.effective_to
        )


@dataclass(frozen=True)
class Settings:
    """Choices of a run that catalogues may set.

    Attributes:
        legal: `once` for each period of care with an order of court, or `weekly`.
        court_orders: codes of LS.
        p8_exclude: names of needs whose children have no process 8.
        sdq_cutoff: scores from here on mean emotional or behavioural difficulties.
        temporary: `main` prices temporary nights as the placement they belong to, `own` by their code.
        review_estimates: count reviews by the rule where no list of reviews was loaded.
        s251_map: line of the finance return by code of PLACE or by group, as the authority says.
    """

    legal: str = "once"
    court_orders: tuple[str, ...] = ("C1", "C2", "D1", "E1")
    p8_exclude: tuple[str, ...] = ()
    sdq_cutoff: int = 17
    temporary: str = "main"
    review_estimates: bool = True
    s251_map: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class CatalogueFile:
    """One file of a catalogue: a layer."""

    name: str
    sha256: str
    layer: int
    entries: int
    shipped: bool = False
    invented: bool = False


@dataclass(frozen=True)
class Catalogue:
    """Entries of all files, the lowest layer first; an id stands once, as the highest layer has it.

    Attributes:
        version: a short hash of all files in their order.
        notes: what deserves a second look, in sentences (an amount far out of the ordinary).
    """

    entries: tuple[Entry, ...]
    settings: Settings
    files: tuple[CatalogueFile, ...]
    version: str
    notes: tuple[str, ...] = ()

    @cached_property
    def _slots(self) -> dict[tuple[str, str], tuple[Entry, ...]]:
        found: dict[tuple[str, str], list[Entry]] = {}
        for entry in self.entries:
            if entry.process:
                found.setdefault((entry.process, entry.kind), []).append(entry)
        return {slot: tuple(entries) for slot, entries in found.items()}

    @cached_property
    def by_id(self) -> Mapping[str, Entry]:
        return {entry.id: entry for entry in self.entries}

    def slots(self) -> tuple[tuple[str, str], ...]:
        """Every process and kind that the catalogue has an entry for."""
        return tuple(sorted(self._slots))

    def entries_for(self, process: str, kind: str) -> tuple[Entry, ...]:
        """The entries of a slot, additional ones among them, the lowest layer first."""
        return self._slots.get((process, kind), ())
