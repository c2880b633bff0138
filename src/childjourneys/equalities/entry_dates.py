"""Whether an authority's referral dates look like the days on which they were entered."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import polars as pl

from childjourneys.archetypes.days import SHIFT, Ints
from childjourneys.archetypes.keys import covered
from childjourneys.domain.calendar import WorkingDays
from childjourneys.equalities.about import referral_coverage, week_of, weekday_of
from childjourneys.equalities.dimensions import WEEKDAYS
from childjourneys.equalities.workload import day_counts
from childjourneys.issues import Issue

# A fifth of the referrals of Monday to Friday would be even.
HEAPED_SHARE, WEEKEND_SHARE, LEAST_REFERRALS = 0.23, 0.01, 200
_LOOKED_AT = (0, 4)


@dataclass(frozen=True)
class Heaped:
    """A day of the week with more new referrals than can have come then.

    Attributes:
        weekday: Monday or Friday.
        referrals: of that day, out of `of` from Monday to Friday, in weeks without a bank holiday.
    """

    la_code: str
    weekday: str
    referrals: int
    of: int

    @property
    def issue(self) -> Issue:
        return Issue(
            "warning",
            code="entry_date_heaping",
            file="",
            what=f"Authority {self.la_code}: {self.referrals:,} of {self.of:,} new referrals of Monday to "
            f"Friday are dated on a {self.weekday}, and almost none on a weekend.",
            expected="About a fifth on each of the five days, and some at weekends.",
            to_do="Find out whether the referral date is the day it was received or the day it was entered.",
            count=self.referrals,
        )

    @property
    def caveat(self) -> str:
        """To stand beside every table by weekday or weekend."""
        return (
            f"Referral dates of authority {self.la_code} look like the days on which they were entered: "
            f"{self.weekday}s hold {self.referrals / self.of:.0%} of those of Monday to Friday, weekends "
            "almost none. What this table says of days of the week may be about recording."
        )


def heaped_entry_dates(
    referral_days: pl.DataFrame, coverage: pl.DataFrame, calendar: WorkingDays
) -> list[Heaped]:
    """Authorities whose referrals heap on a Monday or a Friday, in order.

    That is: 23% or more of 200 or more new referrals of Monday to Friday in weeks without a bank holiday,
    with less than 1% of all new referrals on Saturday and Sunday.

    Args:
        referral_days: as `workload.referral_days` gives it, of all buckets.
        coverage: what the returns can tell about; only referrals inside it count.
    """
    found = []
    for la_code in sorted(referral_days["la_code"].unique().to_list()):
        days, referrals = day_counts(referral_days.filter(pl.col("la_code") == la_code))
        ranges = referral_coverage(coverage, la_code)
        if not ranges[0].size:
            continue
        seen = covered(ranges, days, days)
        found += _heaped(la_code, days[seen] - SHIFT, referrals[seen], calendar)
    return found


def heaping_caveats(heaped: list[Heaped]) -> Mapping[str, list[str]]:
    """The caveats of each authority that has some."""
    told: dict[str, list[str]] = {}
    for one in heaped:
        told.setdefault(one.la_code, []).append(one.caveat)
    return told


def _heaped(la_code: str, since_1970: Ints, referrals: Ints, calendar: WorkingDays) -> list[Heaped]:
    weekday = weekday_of(since_1970)
    at_weekends = int(referrals[weekday >= 5].sum())
    plain = ~np.isin(week_of(since_1970), week_of(calendar.bank_holidays())) & calendar.inside(since_1970)
    per_day = np.bincount(weekday[plain], weights=referrals[plain], minlength=7).astype(np.int64)
    of = int(per_day[:5].sum())
    if of < LEAST_REFERRALS or at_weekends >= WEEKEND_SHARE * referrals.sum():
        return []
    return [
        Heaped(la_code, WEEKDAYS[day], int(per_day[day]), of)
        for day in _LOOKED_AT
        if per_day[day] >= HEAPED_SHARE * of
    ]
