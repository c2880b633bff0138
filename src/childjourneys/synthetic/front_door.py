"""Referrals of a family over the years: who is referred when, what is decided, and when they come again."""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import replace

import numpy as np

from childjourneys.synthetic import rates
from childjourneys.synthetic.cases import close_after_assessment, cp_plan_share, work_with
from childjourneys.synthetic.chance import Chance, Replay
from childjourneys.synthetic.days import front_door_weights
from childjourneys.synthetic.effects import Effects, Referral
from childjourneys.synthetic.population import NEVER, Person
from childjourneys.synthetic.records import Case, Records

SOURCE_5D_FROM = 19083  # 1 April 2022: referrals from early help have their own code
_TEAMS = {"nfa": "Front Door", "not_in_need": "Assessment"}


class FrontDoor:
    """Tells the referrals of one family after another, up to the last day."""

    def __init__(self, records: Records, effects: Effects, chance: Chance, first: int, last: int) -> None:
        self._records = records
        self._effects = effects
        self._chance = chance
        self._first, self._last = first, last
        weights = front_door_weights(first, last, rates.month_index())
        self._open_share: list[float] = (weights / weights.max()).tolist()
        self._cuts: list[float] = np.cumsum(weights / weights.sum()).tolist()

    def first_day(self) -> int:
        """The day a family is first referred."""
        return self._first + min(bisect_right(self._cuts, self._chance.u()), len(self._cuts) - 1)

    def tell(self, people: list[Person], day: int) -> None:
        """All referrals of a family whose first is on `day`."""
        people[0].next_referral = day
        while True:
            person = min(people, key=lambda one: one.next_referral)
            day = person.next_referral
            if day > self._last:
                return
            self._refer([one for one in people if one is person or self._joins(one, day)], day)

    def _joins(self, person: Person, day: int) -> bool:
        if not _can_be_referred(person, day):
            return False
        return self._chance.yes(rates.SIBLING_INCLUDED)

    def _refer(self, people: list[Person], day: int) -> None:
        chance = self._chance
        source = self._records.choices.source.draw(chance)
        if (
            source.startswith("5")
            and day >= SOURCE_5D_FROM
            and chance.yes(rates.EARLY_HELP_SHARE_OF_LA_SERVICES)
        ):
            source = "5D"
        shared = Replay(chance)
        need = self._records.choices.need.draw(chance)
        late = chance.u()
        for place, person in enumerate(people):
            if not _can_be_referred(person, day):
                person.next_referral = NEVER
                continue
            shared.again()
            own = shared if place == 0 or chance.yes(rates.SIBLING_FOLLOWS) else chance
            self._decide(person, day, source, self._need(person, need), late, own)

    def _need(self, person: Person, shared: str) -> str:
        if person.uasc:
            return "N8"
        if person.disabilities and self._chance.yes(0.2):
            return "N2"
        return shared

    def _decide(
        self, person: Person, received: int, source: str, need: str, late: float, chance: Chance
    ) -> None:
        effects, records = self._effects, self._records
        referral = Referral(person, received, need, source)
        episode = len(records.rows.get("episodes", []))
        day = received
        if effects.recorded_later(referral, episode, late):
            day = records.days.add(received, 1)
        again = day - person.last_referral <= 365
        outcome, cp_plan, plan = self._outcome(person, referral, episode, day, chance)
        team = f"{_TEAMS.get(outcome, 'Family Support')} {person.family % 4 + 1}"
        referral = replace(referral, team=team)
        records.add(
            "episodes", person.number, day, received, source, need, outcome == "nfa", outcome,
            person.last_episode, again, team, f"SW{person.family % 67 + 1:03d}", person.family, None, None,
        )  # fmt: skip
        case = Case(episode, person.number, day, need, latest=day)
        case.stretch = effects.stretcher("late_assessment", referral, episode, rates.late_assessments())
        closure = day
        if outcome == "not_in_need":
            closure = close_after_assessment(records, case, chance)
        elif outcome == "in_need":
            closure = work_with(records, person, case, chance, cp_plan, plan)
        person.last_episode, person.last_referral = episode, day
        person.referrals.append(day)
        person.free_from = max(closure, received) + 1
        self._come_again(person, referral, episode, outcome, case, closure)

    def _outcome(
        self, person: Person, referral: Referral, episode: int, day: int, chance: Chance
    ) -> tuple[str, bool, bool | None]:
        """What is decided; whether a protection plan follows at once; whether some plan must or must not."""
        draw, planned = chance.u(), chance.u()
        if person.uasc:
            return "in_need", False, True
        if day <= person.spared_until:
            if person.missed_risk:
                person.spared_until = -NEVER
                return "in_need", planned < 0.3, True
            outcome = "nfa" if draw < 0.06 else "not_in_need" if draw < 0.45 else "in_need"
            return outcome, False, False
        if self._effects.happens("nfa", referral, episode, draw, rates.NFA):
            return "nfa", False, None
        not_in_need = rates.NOT_IN_NEED * (0.5 if person.disabilities else 1.03)
        if (draw - rates.NFA) / (1 - rates.NFA) < not_in_need / (1 - rates.NFA):
            return "not_in_need", False, None
        share = cp_plan_share(referral.need, person.cp_plans) / (1 - rates.NFA - rates.NOT_IN_NEED) * 0.64
        return "in_need", self._effects.happens("cp_plan", referral, episode, planned, share), None

    def _come_again(
        self, person: Person, referral: Referral, episode: int, outcome: str, case: Case, closure: int
    ) -> None:
        """Decide when the child is referred next, if ever."""
        chance = self._chance
        person.next_referral = NEVER
        missed, soon, late, wait = chance.u(), chance.u(), chance.u(), chance.wait(1.0)
        if person.gone:
            return
        person.missed_risk = False
        if outcome == "not_in_need":
            person.spared_until = case.assessed + rates.MISSED_RISK_DAYS
            person.missed_risk = self._effects.happens(
                "missed_risk", referral, episode, missed, rates.MISSED_RISK
            )
        sooner = self._effects.happens("re_referral", referral, episode, soon, rates.AGAIN_SOON[outcome])
        if person.missed_risk:
            due = max(case.assessed, closure) + 10 + int(chance.u() * 140)
        elif sooner:
            due = closure + 3 + int(wait * rates.AGAIN_SOON_MEAN_DAYS)
        elif late < rates.AGAIN_LATE:
            due = closure + 120 + int(wait * rates.AGAIN_LATE_MEAN_DAYS)
        else:
            return
        day = self._busy_day(max(due, person.free_from), person.free_from)
        person.next_referral = day if _can_be_referred(person, day) else NEVER

    def _busy_day(self, day: int, earliest: int) -> int:
        """A day near the one given, as likely as the front door is busy on it."""
        for place in range(40):
            reach = 12 + 6 * place
            tried = max(earliest, day + self._chance.whole(-reach, reach))
            if tried > self._last:
                return tried
            if self._chance.yes(self._open_share[tried - self._first]):
                return tried
        return self._records.days.on_or_after(day)


def _can_be_referred(person: Person, day: int) -> bool:
    soon_enough = max(person.born, person.expected) - 190 <= day
    return not person.gone and day >= person.free_from and soon_enough and day < person.eighteen - 120
