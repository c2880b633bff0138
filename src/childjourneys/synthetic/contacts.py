"""Contacts, most of them without a further step, and early help assessments.

No national figure for contacts is published: about three per referral is an assumption.
"""

from __future__ import annotations

from bisect import bisect_right

import numpy as np

from childjourneys.synthetic import rates
from childjourneys.synthetic.chance import Chance
from childjourneys.synthetic.days import front_door_weights
from childjourneys.synthetic.population import Person, make_family
from childjourneys.synthetic.records import Records

_ORGANISATIONS = (
    "Primary school",
    "Secondary school",
    "Health visiting",
    "Family hub",
    "Early help team",
    "Youth service",
)
_SHARE_OF_OUTSIDERS = 0.55
_EARLY_HELP_AFTER_CONTACT = 0.09
_EARLY_HELP_AFTER_CLOSURE = {"RC9": 0.75, "RC8": 0.06}


def tell_contacts(
    records: Records, known: list[Person], chance: Chance, first: int, last: int, next_number: int
) -> list[Person]:
    """Write contacts and early help down; returns the children who were only the subject of a contact."""
    numbers = {person.number for person in known}
    referrals = [
        row for row in records.rows["episodes"] if row[1] in numbers and first <= int(row[3] or 0) <= last
    ]
    seen: set[tuple[int, int, str]] = set()
    for row in referrals:
        if chance.yes(0.96):
            day = int(row[3] or 0) - (0 if chance.yes(0.7) else chance.whole(1, 2))
            _contact(records, seen, int(row[1] or 0), max(day, first), str(row[4]), int(row[0] or 0))
    more = int(len(referrals) * (rates.CONTACTS_PER_REFERRAL - 0.96))
    weights = front_door_weights(first, last, rates.month_index())
    cuts: list[float] = np.cumsum(weights / weights.sum()).tolist()
    days = [first + min(bisect_right(cuts, chance.u()), len(cuts) - 1) for _ in range(more)]
    outsiders = _outsiders(records, chance, int(more * _SHARE_OF_OUTSIDERS), next_number, days)
    for place, day in enumerate(days):
        if place < len(outsiders):
            person = outsiders[place]
        else:
            child = _known_on(known, day, chance)
            if child is None:
                continue
            person = child
        _contact(records, seen, person.number, day, records.choices.source.draw(chance), None)
        if chance.yes(_EARLY_HELP_AFTER_CONTACT) and day >= person.born:
            _early_help(records, person.number, day + chance.whole(3, 25), chance)
    for row in referrals:
        reason, closure = row[14], row[13]
        if closure is not None and chance.yes(_EARLY_HELP_AFTER_CLOSURE.get(str(reason), 0.0)):
            _early_help(records, int(row[1] or 0), int(closure) + chance.whole(1, 20), chance)
    return outsiders


def _outsiders(records: Records, chance: Chance, wanted: int, number: int, days: list[int]) -> list[Person]:
    """One child for each of the first `wanted` contacts; some are siblings, some come twice."""
    family = number + 1
    people: list[Person] = []
    while len(people) < wanted:
        if people and chance.yes(0.12):
            again = people[chance.whole(0, len(people) - 1)]
            if again.born <= days[len(people)] < again.eighteen:
                people.append(again)
                continue
        members = make_family(chance, records.choices, family, number, days[len(people)])[:1]
        number, family = number + len(members), family + 1
        people.extend(members)
    return people[:wanted]


def _known_on(known: list[Person], day: int, chance: Chance) -> Person | None:
    """Some child who is there on the day; None if none is found soon."""
    for _ in range(60):
        person = known[chance.whole(0, len(known) - 1)]
        if person.born - 100 <= day < person.eighteen and not (person.gone and day >= person.last_referral):
            return person
    return None


def _contact(
    records: Records, seen: set[tuple[int, int, str]], child: int, day: int, source: str, episode: int | None
) -> None:
    if (child, day, source) not in seen:
        seen.add((child, day, source))
        records.add("contacts", child, day, source, episode)


def _early_help(records: Records, child: int, day: int, chance: Chance) -> None:
    start = records.days.on_or_after(day)
    end = records.days.add(start, chance.whole(5, 60))
    last = records.rows.get("early_help", [])
    if not any(row[1] == child and int(row[3] or 0) >= start for row in last[-50:]):
        records.add("early_help", child, start, end, _ORGANISATIONS[chance.whole(0, len(_ORGANISATIONS) - 1)])
