"""Which entry prices a night or an event: the plain reading of R5 and of the values of `when`."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from fractions import Fraction

from childjourneys.costs.model import Entry

NAMES: dict[str, tuple[str, str, str]] = {
    "kinship": ("U1 U2 U3", "", ""),
    "foster": ("U1 U2 U3 U4 U5 U6", "", ""),
    "foster_la": ("U4 U5 U6", "PR1", ""),
    "foster_agency": ("U4 U5 U6", "PR4 PR5", ""),
    "foster_agency_in_area": ("U4 U5 U6", "PR4 PR5", "in"),
    "foster_agency_out_of_area": ("U4 U5 U6", "PR4 PR5", "out"),
    "foster_other_public": ("U4 U5 U6", "PR2 PR3", ""),
    "placed_for_adoption": ("A3 A4 A5 A6", "", ""),
    "secure": ("K1", "", ""),
    "residential": ("K2 R1", "", ""),
    "residential_unit": ("K2 R1", "", ""),
    "residential_la": ("K2 R1", "PR1", ""),
    "residential_private_voluntary": ("K2 R1", "PR4 PR5", ""),
    "residential_independent": ("K2 R1", "PR4 PR5", ""),
    "residential_school": ("S1", "", ""),
    "independence": ("P2 H5 K3", "", ""),
    "placed_with_parents": ("P1", "", ""),
}
NEEDS = ("cwd", "ebd", "offending", "uasc")


@dataclass
class Facts:
    """What is known of a night or an event; None is unknown and fulfils no condition."""

    day: date
    needs: tuple[str, ...]
    age: int | None = None
    uasc: bool | None = None
    cp_plan: bool | None = None
    place: str | None = None
    provider: str | None = None
    in_out: str | None = None
    provider_ids: set[str] = field(default_factory=set)
    contract: str | None = None
    weeks: int | None = None
    difficult: bool | None = None
    first: bool | None = None
    nfa: bool | None = None
    known: bool | None = None
    cp_review: bool | None = None

    @property
    def group(self) -> str:
        return "_".join(self.needs) or "none"


@dataclass
class Matched:
    """The base entry, or why there is none, and the entries that come on top."""

    base: Entry | None
    ties: tuple[str, ...]
    additional: list[Entry]


def match(entries: list[Entry], facts: Facts, london: bool | None) -> Matched:
    passing = [entry for entry in entries if passes(entry, facts, london)]
    bases = [entry for entry in passing if not entry.additional]
    extra = [entry for entry in passing if entry.additional]
    if not bases:
        return Matched(None, (), extra)
    highest = max(entry.layer for entry in bases)
    bases = [entry for entry in bases if entry.layer == highest]
    if any(_contract(entry) for entry in bases):
        bases = [entry for entry in bases if _contract(entry)]
    top = max(entry.priority for entry in bases)
    bases = [entry for entry in bases if entry.priority == top]
    most = max(_conditions(entry) for entry in bases)
    bases = [entry for entry in bases if _conditions(entry) == most]
    if len(bases) > 1:
        return Matched(None, tuple(sorted(entry.id for entry in bases)), extra)
    return Matched(bases[0], (), extra)


def passes(entry: Entry, facts: Facts, london: bool | None) -> bool:
    if entry.effective_from is not None and facts.day < entry.effective_from:
        return False
    if entry.effective_to is not None and facts.day > entry.effective_to:
        return False
    if unit_cost(entry, london) is None:
        return False
    if entry.provider_id and entry.provider_id not in facts.provider_ids:
        return False
    return all(_holds(entry, key, facts) for key in entry.when.given)


def unit_cost(entry: Entry, london: bool | None) -> Fraction | None:
    """The amount for the kind of authority; None where the entry has none for it."""
    if entry.la_type == "london" and london is not True:
        return None
    if entry.la_type == "out_of_london" and london is not False:
        return None
    if entry.home is not None:
        return entry.home.cost / entry.home.occupied_nights
    if london is True and entry.london is not None:
        return entry.london
    if london is False and entry.out_of_london is not None:
        return entry.out_of_london
    return entry.amount


def _contract(entry: Entry) -> bool:
    return bool(entry.provider_id or entry.when.provider_id)


def _conditions(entry: Entry) -> int:
    return len(entry.when.given) + (1 if entry.la_type != "any" else 0)


def _holds(entry: Entry, key: str, facts: Facts) -> bool:
    when = entry.when
    if key == "need_group":
        return facts.group in when.need_group
    if key == "needs":
        return all(need in facts.needs for need in when.needs)
    if key == "age_under":
        assert when.age_under is not None
        return facts.age is not None and facts.age < when.age_under
    if key == "age_from":
        assert when.age_from is not None
        return facts.age is not None and facts.age >= when.age_from
    if key == "weeks_in_placement":
        assert when.weeks_in_placement is not None
        low, high = when.weeks_in_placement
        return facts.weeks is not None and low <= facts.weeks and (high is None or facts.weeks < high)
    if key == "placement":
        return any(is_placement(name, facts.place, facts.provider, facts.in_out) for name in when.placement)
    if key == "provider":
        return facts.provider is not None and facts.provider in when.provider
    if key == "provider_id":
        return any(one in facts.provider_ids for one in when.provider_id)
    if key == "outcome":
        return facts.nfa is True
    told: dict[str, bool | None] = {
        "ebd": "ebd" in facts.needs,
        "other_factor": any(need in facts.needs for need in ("cwd", "offending", "uasc")),
        "uasc": facts.uasc,
        "cp_plan": facts.cp_plan,
        "difficult_to_place": facts.difficult,
        "out_of_area": None if facts.in_out is None else facts.in_out == "out",
        "first": facts.first,
        "framework": None if facts.contract is None else facts.contract == "framework",
        "previously_known": facts.known,
        "cp_conference_review": facts.cp_review,
        "strategy_meeting": None,
        "abe_interview": None,
    }
    fact = told[key]
    return fact is not None and fact == getattr(when, key)


def is_placement(name: str, place: str | None, provider: str | None, in_out: str | None) -> bool:
    """Whether a code of PLACE, or a name of the table, is what the placement is."""
    if place is None:
        return False
    if name not in NAMES:
        return place == name
    places, providers, area = NAMES[name]
    if place not in places.split():
        return False
    if providers and (provider is None or provider not in providers.split()):
        return False
    return not area or in_out == area
