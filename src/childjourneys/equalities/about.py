"""What is known beside the journeys: the days of an authority, and who its children are."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
import polars as pl

from childjourneys.archetypes.days import SHIFT, Flags, Ints
from childjourneys.domain.calendar import WorkingDays
from childjourneys.equalities.dimensions import MONTHS, NOT_KNOWN, WEEKDAYS
from childjourneys.equalities.workload import REFERRAL_DAYS, Workload, day_counts, workload_of

NEAR_WORKING_DAYS = 2
# 1 January 1970 was a Thursday, Monday being 0; the school year begins in September.
_THURSDAY, _SEPTEMBER = 3, 9
Ranges = tuple[Ints, Ints]


@dataclass(frozen=True)
class SchoolHolidays:
    """The school holidays of one authority, first and last days, both included."""

    first: Ints
    last: Ints

    def inside(self, days: Ints) -> tuple[Flags, Flags]:
        """Whether each day is in a holiday, and whether that is known.

        It is known of the school years (September to August) in which some holiday begins.
        """
        known = np.isin(_school_year(days), np.unique(_school_year(self.first)))
        within = np.zeros(days.size, dtype=np.bool_)
        for first, last in zip(self.first, self.last, strict=True):
            within |= (days >= first) & (days <= last)
        return within, known | within


@dataclass(frozen=True)
class AuthorityDays:
    """What is known of an authority's days. The same for every bucket; picklable.

    Attributes:
        holidays: None without a table of them; there is no such dimension then.
    """

    la_code: str
    calendar: WorkingDays
    workload: Workload
    holidays: SchoolHolidays | None = None

    def groups(self, days: Ints, is_referral: Flags) -> dict[str, pl.Series]:
        """The group of each day in every dimension of time.

        Args:
            days: day numbers; negative where there is none.
            is_referral: which of them are the day of a new referral, which is not counted as work before it.
        """
        some = days >= 0
        since_1970 = days - SHIFT
        weekday = weekday_of(since_1970)
        inside = some & self.calendar.inside(since_1970)
        near = self.calendar.near_bank_holiday(np.where(inside, since_1970, 0), NEAR_WORKING_DAYS)
        busy, load_known = self.workload.busy(days, is_referral)
        found = {
            "weekday": _chosen(weekday, WEEKDAYS, some),
            "month": _chosen(_month(days), MONTHS, some),
            "weekend": _either(weekday >= 5, "weekend", "Monday to Friday", some),
            "bank_holiday": _either(near, "near", "other", inside),
            "busy_week": _either(busy, "busy", "other", load_known),
        }
        if self.holidays is not None:
            off, known = self.holidays.inside(days)
            found["school_holiday"] = _either(off, "yes", "no", some & known)
        return found


@dataclass(frozen=True)
class About:
    """What the groups of one authority's anchors rest on, beside the journeys.

    Attributes:
        days: of the authority.
        children: the children of the bucket, as in the table of that name; others may stand there too.
        has_deciles: a table of deprivation knows some child of the authority; without it there is no such
            dimension.
        apart: the authority's families with children in other buckets too; None: any may have.
    """

    days: AuthorityDays
    children: pl.DataFrame
    has_deciles: bool = False
    apart: frozenset[str] | None = None


def families_apart(buckets: Iterable[pl.DataFrame]) -> dict[str, frozenset[str]]:
    """By authority, the families with children in several buckets.

    Args:
        buckets: the children of each.
    """
    seen = [
        frame.select("la_code", pl.col("family_id").cast(pl.String)).drop_nulls().unique()
        for frame in buckets
        if "family_id" in frame.columns
    ]
    if not seen:
        return {}
    several = pl.concat(seen).group_by("la_code", "family_id").len().filter(pl.col("len") > 1)
    found: dict[str, frozenset[str]] = {}
    for (code,), rows in several.group_by("la_code"):
        found[str(code)] = frozenset(rows["family_id"].to_list())
    return found


def with_deciles(children: pl.DataFrame) -> frozenset[str]:
    """The authorities of which some child has a decile of deprivation."""
    if "deprivation_decile" not in children.columns:
        return frozenset()
    known = children.filter(pl.col("deprivation_decile").is_not_null())
    return frozenset(known["la_code"].unique().to_list())


def authority_days(
    coverage: pl.DataFrame,
    referral_days: pl.DataFrame,
    calendar: WorkingDays,
    school_holidays: pl.DataFrame | None = None,
) -> dict[str, AuthorityDays]:
    """The days of every authority that a return covers.

    Args:
        coverage: what the returns can tell about.
        referral_days: as `workload.referral_days` gives it, of all buckets.
        school_holidays: la_code, start and end, both days included.
    """
    found = {}
    for la_code in sorted(coverage["la_code"].unique().to_list()):
        counted = referral_days.select(*REFERRAL_DAYS).filter(pl.col("la_code") == la_code)
        workload = workload_of(*day_counts(counted), referral_coverage(coverage, la_code))
        found[la_code] = AuthorityDays(la_code, calendar, workload, _holidays(school_holidays, la_code))
    return found


def referral_coverage(coverage: pl.DataFrame, la_code: str) -> Ranges:
    """First and last days on which the referrals of an authority are covered; ranges that touch are one."""
    mine = coverage.filter(pl.col("la_code") == la_code, pl.col("kind") == "referral").sort("from")
    first, last = _days(mine["from"]), _days(mine["to"])
    reach = np.maximum.accumulate(last)
    fresh = np.ones(first.size, dtype=np.bool_)
    fresh[1:] = first[1:] > reach[:-1] + 1
    heads = np.flatnonzero(fresh)
    return first[heads], reach[np.r_[heads[1:] - 1, first.size - 1]] if heads.size else last


def weekday_of(since_1970: Ints) -> Ints:
    """Monday is 0."""
    return (since_1970 + _THURSDAY) % 7


def week_of(since_1970: Ints) -> Ints:
    """Weeks from Monday, numbered."""
    return (since_1970 + _THURSDAY) // 7


def _holidays(table: pl.DataFrame | None, la_code: str) -> SchoolHolidays | None:
    if table is None:
        return None
    mine = table.filter(pl.col("la_code") == la_code).drop_nulls(["start", "end"]).sort("start", "end")
    return SchoolHolidays(_days(mine["start"]), _days(mine["end"])) if mine.height else None


def _days(dates: pl.Series) -> Ints:
    return np.asarray(dates.to_physical().cast(pl.Int64).to_numpy() + SHIFT, dtype=np.int64)


def _month(days: Ints) -> Ints:
    return (days - SHIFT).astype("datetime64[D]").astype("datetime64[M]").astype(np.int64) % 12


def _school_year(days: Ints) -> Ints:
    months = (days - SHIFT).astype("datetime64[D]").astype("datetime64[M]").astype(np.int64)
    return (months - (_SEPTEMBER - 1)) // 12


def _chosen(place: Ints, names: tuple[str, ...], known: Flags) -> pl.Series:
    return pl.Series(np.where(known, np.array(names)[place], NOT_KNOWN), dtype=pl.String)


def _either(yes: Flags, name: str, other: str, known: Flags) -> pl.Series:
    return pl.Series(np.where(known, np.where(yes, name, other), NOT_KNOWN), dtype=pl.String)
