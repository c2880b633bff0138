"""The truth: everything that happened to every child of an example authority."""

from __future__ import annotations

from childjourneys.domain.dates import year_start
from childjourneys.synthetic import rates
from childjourneys.synthetic.care_history import tell_care_history
from childjourneys.synthetic.chance import Chance
from childjourneys.synthetic.contacts import tell_contacts
from childjourneys.synthetic.days import day_number, working_days
from childjourneys.synthetic.effects import Effects
from childjourneys.synthetic.factors import draw_factors
from childjourneys.synthetic.front_door import FrontDoor
from childjourneys.synthetic.plan import Plan
from childjourneys.synthetic.population import Person, make_family
from childjourneys.synthetic.records import Records
from childjourneys.synthetic.truth import World, build_world

__all__ = ["World", "simulate"]


def simulate(plan: Plan) -> World:
    """Tell the story of an authority, from years before the first collection year to the last extract.

    Nothing after the last extract date is in the truth: what ended later is open.
    """
    last = day_number(plan.extract_dates[1])
    first = day_number(plan.first_day)
    begin = day_number(year_start(plan.years[0] - rates.BURN_IN_YEARS))
    records = Records(rates.Choices(), working_days(), Chance(plan.seed, "care"))
    effects = Effects(plan.effects, records)
    door = FrontDoor(records, effects, Chance(plan.seed, "front door"), begin, last)
    people = _tell_families(plan, records, door, first)
    kept = [person for person in people if _belongs(person, records, first, last)]
    draw_factors(records, people, Chance(plan.seed, "factors"))
    outsiders = tell_contacts(
        records, kept, Chance(plan.seed, "contacts"), first, last, next_number=len(people)
    )
    tell_care_history(records, people, plan, last)
    return build_world(plan, records, kept, outsiders, last)


def _tell_families(plan: Plan, records: Records, door: FrontDoor, first: int) -> list[Person]:
    """Families until enough children have been referred in the years."""
    chance = Chance(plan.seed, "families")
    census_end = day_number(plan.last_census_day)
    people: list[Person] = []
    referred = family = 0
    while referred < plan.children:
        family += 1
        day = door.first_day()
        members = make_family(chance, records.choices, family, len(people), day)
        door.tell(members, day)
        for person in members:
            if any(first <= referral <= census_end for referral in person.referrals):
                referred += 1
                if referred > plan.children:
                    person.referrals = []
        people.extend(members)
    return people


def _belongs(person: Person, records: Records, first: int, last: int) -> bool:
    """Known at some time since the years began, or a care leaver under 25 on the last day."""
    if not person.referrals:
        return False
    leaver = person.care_ended == person.eighteen and last - person.eighteen < 7 * 365
    return leaver or person.referrals[-1] >= first or person.free_from > first
