"""What to make: the plan of an example authority, and the effects a caller may plant in it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

EFFECT_KINDS = ("re_referral", "missed_risk", "nfa", "cp_plan", "late_assessment", "recorded_later")
GROUP_COLUMNS = ("ethnicity", "sex", "disability", "primary_need", "source", "age_group", "team")
# What is decided before a team has the referral.
BEFORE_TEAMS = ("nfa", "cp_plan", "recorded_later")
WEEKEND = frozenset({5, 6})


@dataclass(frozen=True)
class Effect:
    """A planted effect: a raised (or lowered) rate for some referrals, or a date entered late.

    A referral is exposed when all conditions given hold for it; without conditions all are. Days are those on
    which the referral was received, whatever day the returns give. Where a referral is exposed to several
    effects of one kind, their ratios are multiplied.

    Attributes:
        kind: `nfa`: no further action is taken. `cp_plan`: the referral ends in a child protection plan at
            once. `re_referral`: another referral soon after this case is closed. `missed_risk`: assessed as
            not in need, then referred again and given a plan within six months. `late_assessment`: the
            first assessment takes more than 45 working days. `recorded_later`: entered on the next working
            day.
        ratio: probability among the exposed over what it would have been (capped at 1); for `recorded_later`
            the share of exposed referrals entered late, 0 to 1.
        column, value: the group: `ethnicity`, `sex`, `disability` (`yes`, `no`), `primary_need`, `source`
            or `age_group` (`unborn`, `0`, `1-4`, `5-9`, `10-15`, `16-17`), and the census code it has; or
            `team` and its name, for what happens once a team has the referral.
        weekdays: days of the week of receipt, Monday is 0.
        days_before_holiday: received at most so many days before a bank holiday; 0 is no condition.
        after: received on this day or later.
    """

    kind: str
    ratio: float
    column: str | None = None
    value: str | None = None
    weekdays: frozenset[int] = frozenset()
    days_before_holiday: int = 0
    after: date | None = None

    def __post_init__(self) -> None:
        if self.kind not in EFFECT_KINDS:
            raise ValueError(f"kind is one of {', '.join(EFFECT_KINDS)}")
        if self.column is not None and self.column not in GROUP_COLUMNS:
            raise ValueError(f"column is one of {', '.join(GROUP_COLUMNS)}")
        if self.column == "team" and self.kind in BEFORE_TEAMS:
            raise ValueError(f"{self.kind} is decided before a team has the referral")
        if self.ratio < 0 or (self.kind == "recorded_later" and self.ratio > 1):
            raise ValueError("ratio is 0 or more; a share is at most 1")


@dataclass(frozen=True)
class Plan:
    """An example authority.

    Attributes:
        children: how many children have at least one referral in the years. Children already known when they
            begin, and children who were only the subject of a contact, come on top.
        years: first and last collection year, both included.
        la: three-digit code of the authority.
        seed: the same plan gives the same files, byte for byte.
        effects: planted effects.
    """

    children: int = 5000
    years: tuple[int, int] = (2021, 2025)
    la: str = "301"
    seed: int = 1
    effects: tuple[Effect, ...] = ()

    def __post_init__(self) -> None:
        first, last = self.years
        if self.children < 1:
            raise ValueError("children is 1 or more")
        if not 2017 <= first <= last <= 2026:
            raise ValueError("years lie between 2017 and 2026, the first not after the last")

    @property
    def first_day(self) -> date:
        """1 April before the first collection year's end."""
        return date(self.years[0] - 1, 4, 1)

    @property
    def last_census_day(self) -> date:
        return date(self.years[1], 3, 31)

    @property
    def extract_dates(self) -> tuple[date, date]:
        """Days of the two Annex A extracts, six months apart; the second is the last day of the truth."""
        return date(self.years[1] - 1, 12, 31), date(self.years[1], 6, 30)
