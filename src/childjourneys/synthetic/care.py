"""A period of being looked after: how long, where, under what legal status, and how it ended."""

from __future__ import annotations

from dataclasses import dataclass

from childjourneys.synthetic.chance import Chance, Choice
from childjourneys.synthetic.days import age_on
from childjourneys.synthetic.population import Person
from childjourneys.synthetic.records import Case, Records

SUPPORTED_FROM = 19659  # 29 October 2023: supported accommodation is regulated (K3 from then, H5 before)

_FOSTER = Choice({"U6": 62.0, "U3": 15.0, "U4": 12.0, "U1": 6.0, "U5": 1.0, "P1": 4.0})
_TEENAGER = Choice(
    {"U6": 42.0, "U3": 9.0, "U4": 7.0, "K2": 27.0, "semi": 9.0, "P1": 3.0, "S1": 1.0, "R1": 2.0}
)
_UASC = Choice({"U6": 35.0, "semi": 63.0, "K2": 2.0})
_PROVIDER = Choice({"PR1": 47.0, "PR4": 46.0, "PR5": 5.0, "PR2": 2.0})
_MOVED_WHY = Choice(
    {
        "CARPL": 42.0,
        "OTHER": 30.0,
        "CREQB": 10.0,
        "CREQO": 9.0,
        "CHILD": 4.0,
        "LAREQ": 3.0,
        "STAND": 1.0,
        "ALLEG": 1.0,
    }
)
_FIRST_STATUS = Choice({"V2": 58.0, "C1": 31.0, "L1": 7.0, "L2": 1.5, "C2": 1.0, "J1": 1.5})
_NEEDS = Choice({"N1": 72.0, "N2": 2.5, "N3": 3.0, "N4": 9.0, "N5": 11.0, "N6": 2.0, "N8": 0.5})
_LEFT_AT_18 = Choice({"E5": 45.0, "E6": 22.0, "E17": 15.0, "E4A": 8.0, "E8": 10.0})
_HOME = Choice({"E4A": 66.0, "E4B": 16.0, "E13": 12.0, "E8": 6.0})
_SGO = Choice({"E45": 45.0, "E46": 8.0, "E47": 40.0, "E48": 7.0})


@dataclass(frozen=True)
class Stay:
    """How a period of care ended. `closes_as` is the closure reason that ends the case the same day."""

    end: int
    closes_as: str | None


def look_after(records: Records, person: Person, case: Case, start: int, chance: Chance) -> Stay:
    """Write one period of care down, with its placements and legal statuses."""
    age = age_on(person.born, start)
    start = max(start, person.born)
    end, reason = _ending(person, start, age, chance)
    need = "N8" if person.uasc else case.need if case.need not in ("N0", "N9") else _NEEDS.draw(chance)
    care = records.add("care_periods", case.episode, case.child, start, end, reason, need, person.uasc)
    adopted = reason in ("E11", "E12")
    placed = _adoption(records, person, care, start, end, chance) if adopted else None
    if not adopted and age <= 4 and end - start > 420 and chance.yes(0.12):
        _adoption_given_up(records, person, care, start, end, chance)
    _legal(records, person, care, start, end, chance, adopted=adopted)
    _placements(records, person, care, start, end, chance, placed)
    person.care_ended = end
    closes = {"E11": "RC1", "E12": "RC1", "E41": "RC3", "E2": "RC2", "E3": "RC5"}.get(reason)
    return Stay(end, "RC4" if reason in ("E45", "E46", "E47", "E48") else closes)


def _ending(person: Person, start: int, age: int, chance: Chance) -> tuple[int, str]:
    draw = chance.u()
    if person.uasc:
        return person.eighteen, _LEFT_AT_18.draw(chance)
    left = person.eighteen - start
    if age <= 2 and draw < 0.3:
        return start + chance.whole(400, 900), "E12" if chance.yes(0.75) else "E11"
    if age <= 12 and draw < (0.43 if age <= 2 else 0.22):
        return start + chance.whole(200, 800), _SGO.draw(chance)
    if draw > 0.998 and left > 200:
        return start + chance.whole(30, 190), "E2"
    length = int(chance.wait(60)) if draw < 0.60 else int(chance.wait(4200)) + 90
    if length >= left - 40:
        return person.eighteen, _LEFT_AT_18.draw(chance)
    other = chance.u()
    if other < 0.05:
        return start + length + 1, "E41"
    if other < 0.07:
        return start + length + 1, "E3"
    return start + length + 1, _HOME.draw(chance)


def _adoption(records: Records, person: Person, care: int, start: int, end: int, chance: Chance) -> int:
    """Decision, order, match and placement on the way to an adoption; returns the day placed."""
    length = end - start
    decision, order = start + length * 30 // 100, start + length * 40 // 100
    match, placed = start + length * 55 // 100, start + length * 58 // 100
    family = 500000 + care
    records.add("adoptions", person.number, care, family, decision, order, match, placed, end, None, None)
    return placed


def _adoption_given_up(
    records: Records, person: Person, care: int, start: int, end: int, chance: Chance
) -> None:
    decision = start + chance.whole(150, 250)
    given_up = decision + chance.whole(60, 150)
    reason = "RD3" if chance.yes(0.4) else "RD1" if chance.yes(0.5) else "RD4"
    records.add(
        "adoptions", person.number, care, None, decision, decision + 30, None, None, None, given_up, reason
    )


def _legal(
    records: Records, person: Person, care: int, start: int, end: int, chance: Chance, adopted: bool
) -> None:
    status = "V2" if person.uasc else _FIRST_STATUS.draw(chance)
    day = start
    steps: list[tuple[int, str]] = [(start, status)]
    if status in ("L1", "L2"):
        day += 3 if status == "L1" else 8
        steps.append((day, "C1"))
    if not person.uasc and (steps[-1][1] == "C1" or adopted or chance.yes(0.35)):
        if steps[-1][1] != "C1":
            day += chance.whole(20, 120)
            steps.append((day, "C1"))
        steps.append((day + chance.whole(140, 260), "C2"))
    if adopted:
        steps.append((start + (end - start) * 40 // 100, "E1"))
        steps.sort()
        steps = [step for step in steps if step[1] != "C2" or step[0] < steps[-1][0]]
        while steps[-1][1] != "E1":
            steps.pop()
    steps = [step for place, step in enumerate(steps) if place == 0 or start < step[0] < end]
    for place, (begin, code) in enumerate(steps):
        until = steps[place + 1][0] if place + 1 < len(steps) else end
        if until > begin:
            records.add("legal_statuses", person.number, care, begin, until, code)


def _placements(
    records: Records, person: Person, care: int, start: int, end: int, chance: Chance, placed: int | None
) -> None:
    day, mean, number = start, 260.0, 0
    while True:
        until = day + int(chance.wait(mean)) + 2
        if placed is not None and day < placed:
            until = min(until, placed)
        last = until >= end - 1 or day == placed
        until = end if last else until
        kind = "A6" if day == placed else _kind(person, day, chance)
        provider = "PR0" if kind == "P1" else _PROVIDER.draw(chance)
        why = None if last else "CARPL" if until == placed else _MOVED_WHY.draw(chance)
        outside = chance.yes(0.4)
        sector = chance.whole(1, 9)
        urn = f"SC{chance.whole(300000, 499999)}" if kind in ("K2", "K3") else None
        postcode = f"ZZ{chance.whole(1, 99)} {sector}{'ABDEFGHJ'[chance.whole(0, 7)]}X"
        records.add(
            "placements",
            person.number,
            care,
            day,
            until,
            kind,
            provider,
            why,
            postcode,
            urn,
            outside,
            number == 0,
        )
        if last:
            return
        day, mean, number = until, mean * 1.5, number + 1


def _kind(person: Person, day: int, chance: Chance) -> str:
    age = age_on(person.born, day)
    choice = _UASC if person.uasc else _TEENAGER if age >= 12 else _FOSTER
    kind = choice.draw(chance)
    if kind != "semi":
        return kind
    if age < 16:
        return "U6"
    return "K3" if day >= SUPPORTED_FROM else "H5"
