"""Planted effects: whether a referral is exposed to one, and a log of what it changed."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from math import prod

from childjourneys.synthetic.days import day_number, weekday, working_days
from childjourneys.synthetic.plan import Effect
from childjourneys.synthetic.population import Person, age_group
from childjourneys.synthetic.records import Records


@dataclass(frozen=True)
class Referral:
    """What an effect's conditions look at. `received` is the true day, whatever day is recorded."""

    person: Person
    received: int
    need: str
    source: str
    team: str = ""


class Effects:
    """The plan's effects. One draw decides an event with and without them, which tells whom they changed."""

    def __init__(self, effects: tuple[Effect, ...], records: Records) -> None:
        self._effects = list(enumerate(effects, start=1))
        self._records = records

    def happens(self, kind: str, referral: Referral, episode: int, draw: float, probability: float) -> bool:
        """Whether the draw makes the event happen, effects counted; exposed referrals are logged."""
        mine = self._of(kind, referral)
        answer = draw < min(1.0, probability * prod(effect.ratio for _, effect in mine))
        for number, _ in mine:
            others = prod(effect.ratio for other, effect in mine if other != number)
            without = draw < min(1.0, probability * others)
            self._log(number, kind, referral, episode, answer, answer != without)
        return answer

    def stretcher(
        self, kind: str, referral: Referral, episode: int, probability: float
    ) -> Callable[[float], float] | None:
        """For an event that is the upper end of a draw: a draw to what effects make of it; None without any.

        Below as above the line draws stay evenly spread and in their order; only how many lie above changes.
        """
        mine = self._of(kind, referral)
        raised = min(1.0, probability * prod(effect.ratio for _, effect in mine))

        def stretched(draw: float) -> float:
            if self.happens(kind, referral, episode, 1.0 - draw, probability):
                return 1.0 - (1.0 - draw) * probability / raised
            return draw * (1.0 - probability) / (1.0 - raised) if raised < 1.0 else draw

        return stretched if mine else None

    def recorded_later(self, referral: Referral, episode: int, draw: float) -> bool:
        later = False
        for number, effect in self._effects:
            if effect.kind == "recorded_later" and exposed(effect, referral):
                later = draw < effect.ratio
                self._log(number, effect.kind, referral, episode, later, later)
        return later

    def _of(self, kind: str, referral: Referral) -> list[tuple[int, Effect]]:
        return [one for one in self._effects if one[1].kind == kind and exposed(one[1], referral)]

    def _log(
        self, number: int, kind: str, referral: Referral, episode: int, answer: bool, changed: bool
    ) -> None:
        self._records.add(
            "effects", number, kind, referral.person.number, episode, referral.received, answer, changed
        )


def exposed(effect: Effect, referral: Referral) -> bool:
    """Whether all conditions of the effect hold for a referral."""
    if effect.weekdays and weekday(referral.received) not in effect.weekdays:
        return False
    if effect.after is not None and referral.received < day_number(effect.after):
        return False
    if effect.days_before_holiday:
        ahead = range(referral.received + 1, referral.received + effect.days_before_holiday + 1)
        if not any(day in working_days().bank_holidays for day in ahead):
            return False
    return effect.column is None or _group(effect.column, referral) == effect.value


def _group(column: str, referral: Referral) -> str:
    person = referral.person
    values = {
        "ethnicity": person.ethnicity,
        "sex": person.sex,
        "disability": "yes" if person.disabilities else "no",
        "primary_need": referral.need,
        "source": referral.source,
        "team": referral.team,
    }
    return values[column] if column in values else age_group(person, referral.received)
