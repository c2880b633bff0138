"""Families and their children: who they are before anything happens."""

from __future__ import annotations

from dataclasses import dataclass, field

from childjourneys.synthetic import rates
from childjourneys.synthetic.chance import Chance
from childjourneys.synthetic.days import age_on, birthday

NEVER = 10**9


@dataclass
class Person:
    """A child as the story knows it. Days are numbers (`days.py`).

    `free_from` is the first day a new referral can come; `next_referral` when the next one is due.
    """

    number: int
    family: int
    sex: str
    ethnicity: str
    born: int
    expected: int
    disabilities: tuple[str, ...]
    uasc: bool = False
    eighteen: int = 0
    died: int | None = None
    moved: int | None = None
    adopted: int | None = None
    free_from: int = -NEVER
    next_referral: int = NEVER
    cp_plans: int = 0
    spared_until: int = -NEVER
    missed_risk: bool = False
    last_episode: int | None = None
    last_referral: int = -NEVER
    care_ended: int = -NEVER
    referrals: list[int] = field(default_factory=list)

    @property
    def gone(self) -> bool:
        return self.died is not None or self.moved is not None or self.adopted is not None


def make_family(
    chance: Chance, choices: rates.Choices, family: int, first_number: int, day: int
) -> list[Person]:
    """The children of a family first referred on a day. The first child is the one it is about."""
    if chance.yes(rates.UASC_SHARE_OF_FAMILIES):
        born = day - chance.whole(int(14.5 * 365.25), int(17.4 * 365.25))
        sex = "M" if chance.yes(0.94) else "F"
        ethnicity = choices.uasc_ethnicity.draw(chance)
        return [_person(chance, family, first_number, sex, ethnicity, born, disabled=0.01, uasc=True)]
    size = int(choices.family_size.draw(chance))
    band = choices.age.draw(chance)
    born = day + chance.whole(40, 190) if band == "unborn" else day - _age_in_days(chance, band)
    ethnicity = _ethnicity(chance, choices)
    births = [born]
    earlier = later = born
    for _ in range(size - 1):
        gap = chance.whole(500, 1700)
        if chance.yes(0.5):
            earlier -= gap
            births.append(earlier)
        else:
            later += gap
            births.append(later)
    people = []
    for place, birth in enumerate(births):
        sex = "M" if chance.yes(rates.MALE_SHARE) else "F"
        if chance.yes(rates.SEX_UNKNOWN):
            sex = "U"
        own = ethnicity if chance.yes(0.96) else _ethnicity(chance, choices)
        people.append(_person(chance, family, first_number + place, sex, own, birth))
    return people


def age_group(person: Person, day: int) -> str:
    """The band of `Effect.value`."""
    age = age_on(person.born, day)
    if age < 0:
        return "unborn"
    return next((name for name, (low, high) in rates.AGE_BANDS.items() if low <= age <= high), "16-17")


def _age_in_days(chance: Chance, band: str) -> int:
    low, high = rates.AGE_BANDS[band]
    last = high + 1 if band != "16-17" else 17.4
    return int((low + chance.u() * (last - low)) * 365.25)


def _ethnicity(chance: Chance, choices: rates.Choices) -> str:
    draw = chance.u()
    for code, share in rates.ETHNICITY_NOT_KNOWN.items():
        if draw < share:
            return code
        draw -= share
    return choices.ethnicity.draw(chance)


def _person(
    chance: Chance, family: int, number: int, sex: str, ethnicity: str, born: int,
    disabled: float = rates.DISABLED_AT_ENTRY, uasc: bool = False,
) -> Person:  # fmt: skip
    types: tuple[str, ...] = ()
    if chance.yes(disabled):
        types = tuple(code for code, share in rates.disability_shares().items() if chance.yes(share))
        types = types or (("AUT", "LD", "BEH", "DDA")[chance.whole(0, 3)],)
    expected = born + chance.whole(-12, 12)
    return Person(
        number, family, sex, ethnicity, born, expected, types, uasc=uasc, eighteen=birthday(born, 18)
    )  # fmt: skip
