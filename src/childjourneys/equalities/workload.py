"""How busy an authority's front door was on each day, by its new referrals."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import polars as pl

from childjourneys.archetypes.authority import EXPECTED_DAYS
from childjourneys.archetypes.days import SHIFT, Flags, Ints

WEEK, BASELINE = 7, 90
BUSY_QUANTILE = 0.9
REFERRAL_DAYS = {"la_code": pl.String, "date": pl.Date, "referrals": pl.Int64}
_CHILD = ("la_code", "child_id")
_NEW = '"while_open": false'
Ranges = tuple[Ints, Ints]


def referral_days(events: pl.DataFrame, children: pl.DataFrame) -> pl.DataFrame:
    """New referrals of some children, those before birth left out: one row per authority and day.

    Those of several buckets are added up by `authority_days`.
    """
    new = events.filter(
        (pl.col("event") == "referral") & pl.col("attributes").str.contains(_NEW, literal=True)
    )
    born = children.select(*_CHILD, born=pl.coalesce("birth_date", "expected_birth_date"))
    early = pl.col("date") < pl.col("born").dt.offset_by(f"-{EXPECTED_DAYS}d")
    return (
        new.join(born, on=_CHILD, how="left")
        .filter(~early.fill_null(False))
        .group_by("la_code", "date")
        .agg(referrals=pl.len().cast(pl.Int64))
        .select(*REFERRAL_DAYS)
        .sort("la_code", "date")
    )


@dataclass(frozen=True)
class ReferralDaysKernel:
    """The first pass over all buckets: an authority's load is known only from all of its children."""

    def __call__(self, tables: Mapping[str, pl.DataFrame]) -> dict[str, pl.DataFrame]:
        """`referral_days` of some children.

        Args:
            tables: events and children.
        """
        return {"referral_days": referral_days(tables["events"], tables["children"])}


@dataclass(frozen=True)
class Workload:
    """New referrals of an authority before each day, from `first` on.

    Attributes:
        week: of the 7 days that end on the day.
        baseline: of the 90 days before these.
        known: whether more than 97 days of coverage came before, so that both are known.
        limit: a load from which on a day is busy; not a number where no referral has a load.
    """

    first: int
    week: Ints
    baseline: Ints
    known: Flags
    limit: float

    def busy(self, days: Ints, is_referral: Flags) -> tuple[Flags, Flags]:
        """Whether each day was busy, and whether that is known.

        Args:
            days: day numbers; what is not known is negative.
            is_referral: which of them are the day of a new referral of one's own, which is left out.
        """
        at = days - self.first
        inside = (at >= 0) & (at < self.week.size)
        if not self.week.size or np.isnan(self.limit):
            return np.zeros(days.size, dtype=np.bool_), np.zeros(days.size, dtype=np.bool_)
        at = np.where(inside, at, 0)
        known = inside & self.known[at] & (self.baseline[at] > 0)
        load = _load(self.week[at] - is_referral, self.baseline[at])
        return known & (load >= self.limit), known


def workload_of(days: Ints, referrals: Ints, ranges: Ranges) -> Workload:
    """The load of an authority.

    Args:
        days, referrals: day numbers in order, and the new referrals of each.
        ranges: first and last days of the coverage of referrals.
    """
    none = np.zeros(0, dtype=np.int64)
    if not ranges[0].size:
        return Workload(0, none, none, none.astype(np.bool_), float("nan"))
    first, last = int(ranges[0][0]), int(ranges[1][-1])
    covered, known = (np.zeros(last - first + 1, dtype=np.bool_) for _ in range(2))
    for start, end in zip(*ranges, strict=True):
        covered[start - first : end - first + 1] = True
        known[start - first + WEEK + BASELINE : end - first + 1] = True
    per_day = np.zeros(last - first + 1, dtype=np.int64)
    inside = (days >= first) & (days <= last)
    per_day[days[inside] - first] = referrals[inside]
    per_day[~covered] = 0
    total = np.concatenate([[0], np.cumsum(per_day)])
    day = np.arange(per_day.size)
    week_start = np.maximum(day + 1 - WEEK, 0)
    week = total[day + 1] - total[week_start]
    baseline = total[week_start] - total[np.maximum(day + 1 - WEEK - BASELINE, 0)]
    loaded = known & (baseline > 0) & (per_day > 0)
    loads = np.repeat(_load(week[loaded] - 1, baseline[loaded]), per_day[loaded])
    limit = float(np.quantile(loads, BUSY_QUANTILE)) if loads.size else float("nan")
    return Workload(first, week, baseline, known, limit)


def day_counts(frame: pl.DataFrame) -> tuple[Ints, Ints]:
    """Day numbers in order and the referrals of each, from rows of one authority."""
    added = frame.group_by("date").agg(pl.col("referrals").sum()).sort("date")
    days = added["date"].to_physical().cast(pl.Int64).to_numpy() + SHIFT
    return days, added["referrals"].to_numpy()


def _load(week: Ints, baseline: Ints) -> np.ndarray:
    """Referrals of a week over what the days before lead to expect."""
    expected = baseline * (WEEK / BASELINE)
    return np.asarray(week / np.where(expected > 0, expected, 1.0))
