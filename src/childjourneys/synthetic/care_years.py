"""What a return asks year by year: health, care leavers, unaccompanied children, mothers, adopters."""

from __future__ import annotations

from collections import defaultdict
from datetime import date

from childjourneys.synthetic import rates
from childjourneys.synthetic.chance import Chance, Choice
from childjourneys.synthetic.days import age_on, birthday, day_number
from childjourneys.synthetic.plan import Plan
from childjourneys.synthetic.population import Person
from childjourneys.synthetic.records import Records, Value
from childjourneys.synthetic.returns_to_care import whole

_ACCEPTED = 0.25
_MOTHERS, _MOTHER_FROM = 0.05, 15
_COUPLES = Choice(
    {"L11 MF": 68.0, "L3 MF": 8.0, "L12 MM": 5.0, "L12 FF": 5.0, "L2 FF": 2.0, "L4 MM": 2.0, "L0 F1": 9.0,
     "L0 M1": 1.0}
)  # fmt: skip
# Strengths and difficulties: a child's own level, and how far a year's score is from it.
_SDQ_WIDTH, _SDQ_NOISE, _SDQ_HIGHEST = 6.0, 3.0, 40
_NO_SCORE = Choice({"SDQ2": 35.0, "SDQ4": 40.0, "SDQ3": 8.0, "SDQ5": 17.0})
_HELPED = 0.6
# Leaving care: by the birthday of the contact, in touch or not; who was not is seldom found again.
_CONTACT_AGES = range(17, 26)
_IN_TOUCH = {17: 97.0, 18: 96.0, 19: 94.0, 20: 92.0, 21: 89.0}
_IN_TOUCH_LATER, _FOUND_AGAIN = 70.0, 0.3
_NOT_IN_TOUCH = Choice({"NO": 55.0, "REFU": 20.0, "NREQ": 20.0, "RHOM": 5.0})
_HOMES = Choice(
    {"U": 33.0, "D": 20.0, "B": 13.0, "Z": 11.0, "E": 7.0, "C": 4.0, "K": 2.0, "T": 2.0, "X": 3.0, "R": 1.0,
     "S": 1.5, "V": 1.5, "W": 1.0}
)  # fmt: skip
_UNSUITABLE = {"X": 1.0, "S": 1.0, "W": 1.0, "R": 0.9, "V": 0.8}
_UNSUITABLE_ELSE = 0.05
_ACTIVE = Choice(
    {"F1": 6.0, "F2": 23.0, "P2": 3.0, "F5": 16.0, "F4": 3.0, "P5": 3.0, "G5": 22.0, "G4": 13.0, "G6": 6.0}
)
_NEVER_A_LEAVER = ("E2", "E3", "E11", "E12")
_THIRTEEN_WEEKS = 91
Period = tuple[int, int, str]


def tell_uasc(records: Records, people: list[Person], chance: Chance) -> None:
    """Until when a child was unaccompanied and seeking asylum: a decision, or the 18th birthday."""
    for row in records.rows.get("care_periods", []):
        if row[7]:
            person, start = people[whole(row[2])], whole(row[3])
            decided = start + chance.whole(120, 900)
            ceased = decided if chance.yes(_ACCEPTED) else person.eighteen
            records.add("uasc", person.number, row[0], start, min(ceased, person.eighteen))


def tell_mothers(records: Records, people: list[Person], chance: Chance, last: int) -> None:
    """Girls in care who have a first child while they are."""
    known: set[int] = set()
    for row in records.rows.get("care_periods", []):
        person = people[whole(row[2])]
        first = max(whole(row[3]), birthday(person.born, _MOTHER_FROM))
        end = min(whole(row[4]), last)
        if person.sex == "F" and end - first > 120 and person.number not in known and chance.yes(_MOTHERS):
            known.add(person.number)
            records.add("mothers", person.number, row[0], chance.whole(first, end - 1))


def tell_adopters(records: Records, chance: Chance) -> None:
    """Who adopted: a couple or one person, a former foster carer or not."""
    carers = {row[2] for row in records.rows.get("placements", []) if row[5] == "A5"}
    for row in records.rows.get("adoptions", []):
        if row[8] is not None:
            status, _, sex = _COUPLES.draw(chance).partition(" ")
            number = "1" if status == "L0" else "2"
            records.add(
                "adopters", row[1], row[0], row[8], "1" if row[2] in carers else "0", number, sex, status
            )


def tell_health(records: Records, people: list[Person], chance: Chance, plan: Plan) -> None:
    """Health and offending of children looked after for the 12 months to each 31 March."""
    share = {name: value / 100 for name, value in rates.national("cla.health_12m.2025").items()}
    level: dict[int, float] = {}
    for year in range(plan.years[0], plan.years[1] + 1):
        begin, end = day_number(date(year - 1, 4, 1)), day_number(date(year, 3, 31))
        for row in records.rows.get("care_periods", []):
            if whole(row[3]) > begin or whole(row[4]) <= end:
                continue
            person = people[whole(row[2])]
            if person.number not in level:
                level[person.number] = share["sdq_mean_5_16"] * 100 + _SDQ_WIDTH * _bell(chance)
            score, reason = _sdq(person, begin, end, level[person.number], share["sdq_returned_pct"], chance)
            age = age_on(person.born, end)
            misuse = age >= 11 and chance.yes(share["substance_misuse_pct"] * 2)
            received = chance.yes(_HELPED) if misuse else None
            records.add(
                "oc2", person.number, row[0], end, score, reason,
                chance.yes(share["convicted_10_17_pct"]) if age >= 10 else None,
                chance.yes(share["dev_assessment_0_4_pct"]) if age < 5 else None,
                chance.yes(share["immunisations_pct"]), chance.yes(share["dental_pct"]),
                chance.yes(share["annual_health_assessment_pct"]), misuse, received,
                chance.yes(0.8) if received is False else None,
            )  # fmt: skip


def _sdq(
    person: Person, begin: int, end: int, level: float, returned: float, chance: Chance
) -> tuple[Value, Value]:
    """Score, or why there is none; nothing is asked of those under 4 or of those already 17 a year before."""
    score = min(max(round(level + _SDQ_NOISE * _bell(chance)), 0), _SDQ_HIGHEST)
    if age_on(person.born, end) < 4 or age_on(person.born, begin) >= 17:
        return None, None
    if age_on(person.born, end) > 16:
        return None, "SDQ1"
    return (score, None) if chance.yes(returned) else (None, _NO_SCORE.draw(chance))


def _bell(chance: Chance) -> float:
    """About normal, with a standard deviation of one."""
    return sum(chance.u() for _ in range(12)) - 6.0


def tell_leavers(records: Records, people: list[Person], chance: Chance, plan: Plan, last: int) -> None:
    """Contacts about the birthdays of young people who have left care, and what was known of them."""
    first = day_number(plan.first_day)
    periods: dict[int, list[Period]] = defaultdict(list)
    for row in records.rows.get("care_periods", []):
        periods[whole(row[2])].append((whole(row[3]), whole(row[4]), str(row[5])))
    for number, mine in sorted(periods.items()):
        person = people[number]
        if not _is_leaver(person, sorted(mine)):
            continue
        lost = False
        for age in _CONTACT_AGES:
            day = birthday(person.born, age)
            # Someone who leaves on a birthday, or after it, is no care leaver of that year yet.
            if any(start <= day <= end for start, end, _ in mine):
                continue
            share = 100 * _FOUND_AGAIN if lost else _IN_TOUCH.get(age, _IN_TOUCH_LATER)
            touch = "YES" if chance.yes(share / 100) else _NOT_IN_TOUCH.draw(chance)
            touch = "DIED" if person.died is not None and person.died <= day else touch
            home, suitable, active = _circumstances(age, chance)
            lost = touch != "YES"
            if lost:
                home, suitable, active = "0", None, "0"
            if first <= day <= last and day > max(end for _, end, _ in mine):
                records.add("leaver_contacts", number, day, age, touch, active, home, suitable)


def _is_leaver(person: Person, periods: list[Period]) -> bool:
    """Looked after for 13 weeks since the 14th birthday, some of it at 16 or later."""
    fourteen, sixteen = birthday(person.born, 14), birthday(person.born, 16)
    nights = sum(max(0, end - max(start, fourteen)) for start, end, _ in periods)
    later = any(end > sixteen for _, end, _ in periods)
    return nights >= _THIRTEEN_WEEKS and later and periods[-1][2] not in _NEVER_A_LEAVER


def _circumstances(age: int, chance: Chance) -> tuple[str, Value, str]:
    home = _HOMES.draw(chance)
    home = "D" if home == "T" and age <= 18 else home
    unsuitable = chance.yes(_UNSUITABLE.get(home, _UNSUITABLE_ELSE))
    return home, "2" if unsuitable else "1", _ACTIVE.draw(chance)
