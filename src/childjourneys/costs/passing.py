"""Which entries may price a night or event with given facts: the first half of rule R5."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass
from datetime import date
from operator import attrgetter

from childjourneys.costs.model import Entry
from childjourneys.costs.placement_names import placement_matches

Where = tuple[str | None, str | None, str | None]
NOWHERE: Where = (None, None, None)
# The fact that a condition asks for, where it does not bear the fact's name.
_FACT_OF = {
    "needs": "need_group", "ebd": "need_group", "other_factor": "need_group", "age_under": "age",
    "age_from": "age", "weeks_in_placement": "weeks", "placement": "where", "provider": "where",
    "out_of_area": "where", "provider_id": "ids", "strategy_meeting": "day", "abe_interview": "day",
}  # fmt: skip


@dataclass(frozen=True)
class Facts:
    """What is known of a night or event. None: not known.

    Attributes:
        day: any day on which the same entries are effective.
        london: whether the authority lies in London.
        where: PLACE, PLACE_PROVIDER, and `in` or `out`.
        ids: numbers of the provider: URN, and what the price row says.
        age: completed years (or any age that no condition tells from it).
        weeks: whole weeks of the stay (likewise).
        priced: the night has a price of the child's own.
        temporary: the temporary placement, where the night is priced as the placement it belongs to.
        short_break: a night of a short break, which has LAC 3 only.
    """

    day: date
    london: bool | None
    where: Where = NOWHERE
    ids: tuple[str, ...] = ()
    need_group: str = "none"
    age: int | None = None
    weeks: int | None = None
    uasc: bool | None = None
    cp_plan: bool | None = None
    difficult_to_place: bool | None = None
    first: bool | None = None
    previously_known: bool | None = None
    cp_conference_review: bool | None = None
    outcome: str | None = None
    framework: bool | None = None
    priced: bool = False
    temporary: Where | None = None
    temporary_ids: tuple[str, ...] = ()
    short_break: bool = False


@dataclass(frozen=True)
class Passing:
    """Entries by position: all that may price, and those of them that no other comes before."""

    places: tuple[int, ...] = ()
    top: tuple[int, ...] = ()


NONE = Passing()


class Asked:
    """Some entries, and which of them pass.

    Nights that differ in nothing that one of these entries asks for are looked at once.
    """

    def __init__(self, entries: Sequence[Entry], places: tuple[int, ...]) -> None:
        self._entries = {place: entries[place] for place in places}
        names = {_FACT_OF.get(key, key) for one in self._entries.values() for key in one.when.given}
        names |= {"ids"} if any(one.provider_id for one in self._entries.values()) else set()
        self._of: Callable[[Facts], Hashable] = attrgetter("day", "london", *sorted(names - {"day"}))
        self._known: dict[Hashable, Passing] = {}

    def passing(self, facts: Facts) -> Passing:
        key = self._of(facts)
        found = self._known.get(key)
        if found is None:
            found = self._known[key] = self._look(facts)
        return found

    def _look(self, facts: Facts) -> Passing:
        places = tuple(place for place, entry in self._entries.items() if applies(entry, facts))
        if not places:
            return NONE
        ranks = {place: _rank(self._entries[place]) for place in places}
        highest = max(ranks.values())
        return Passing(places, tuple(place for place, rank in ranks.items() if rank == highest))


def applies(entry: Entry, facts: Facts) -> bool:
    """Whether an entry may price a night or event with these facts."""
    return (
        entry.effective_on(facts.day)
        and entry.unit_cost(facts.london) is not None
        and (not entry.provider_id or entry.provider_id in facts.ids)
        and all(_holds(key, entry, facts) for key in entry.when.given)
    )


def _holds(key: str, entry: Entry, facts: Facts) -> bool:
    """One condition; False while the fact is not known."""
    when = entry.when
    wanted = getattr(when, key)
    group = facts.need_group.split("_")
    if key == "need_group":
        return facts.need_group in wanted
    if key == "needs":
        return all(need in group for need in wanted)
    if key == "ebd":
        return ("ebd" in group) == wanted
    if key == "other_factor":
        return bool({"cwd", "offending", "uasc"} & set(group)) == wanted
    if key == "age_under":
        return facts.age is not None and facts.age < wanted
    if key == "age_from":
        return facts.age is not None and facts.age >= wanted
    if key == "weeks_in_placement":
        first, last = wanted
        return facts.weeks is not None and first <= facts.weeks and (last is None or facts.weeks < last)
    if key == "placement":
        return any(placement_matches(name, *facts.where) for name in wanted)
    if key == "provider":
        return facts.where[1] in wanted
    if key == "out_of_area":
        area = facts.where[2]
        return area is not None and (area == "out") == wanted
    if key == "provider_id":
        return any(one in facts.ids for one in wanted)
    if key in ("strategy_meeting", "abe_interview"):
        return False
    known = getattr(facts, key)
    return known is not None and bool(known == wanted)


def _rank(entry: Entry) -> tuple[int, bool, int, int]:
    return entry.layer, entry.of_contract, entry.priority, entry.conditions
