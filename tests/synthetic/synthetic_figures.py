"""Published figures as they come out of a made-up authority, over all its collection years pooled."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable
from datetime import date, timedelta
from functools import cached_property
from itertools import pairwise

import polars as pl

from childjourneys.synthetic import World
from childjourneys.synthetic.days import day_number, working_days
from childjourneys.synthetic.rates import DISABILITIES, FACTORS, MONTHS

Shares = dict[str, float]

_CUTS = [91.0, 182.0, 364.0, 729.0]
_DURATIONS = ["<=3m", ">3m-6m", ">6m-<1y", "1y-<2y", "2y+"]
_SOURCES = {
    "1": "Individual", "2A": "Schools", "2B": "Education_Services", "3": "Health_Services", "4": "Housing",
    "5": "LA_Services", "6": "Police", "7": "Other_legal_agency", "8": "Other", "9": "Anonymous",
    "10": "Unknown",
}  # fmt: skip
_ETHNIC_GROUPS = {"W": "Total White", "M": "Total mixed", "B": "Total Black or Black British"}


class Measured:
    """Figures of one world, by the id that the published figure has without its year."""

    def __init__(self, world: World) -> None:
        self.world = world
        first, last = world.plan.years
        self.years = range(first, last + 1)
        self.start, self.end = date(first - 1, 4, 1), date(last, 3, 31)
        self.referrals = self.during(world.episodes, "referral_date")
        self.in_need = world.episodes.filter(pl.col("outcome") == "in_need")

    def during(self, frame: pl.DataFrame, day: str) -> pl.DataFrame:
        return frame.filter(pl.col(day).is_between(self.start, self.end))

    def stock(self, frame: pl.DataFrame, start: str = "start_date", end: str = "end_date") -> pl.DataFrame:
        """Records running at the end of 31 March, one row per record and year, with `days` so far."""
        found = []
        for year in self.years:
            day = date(year, 3, 31)
            rows = frame.filter((pl.col(start) <= day) & (pl.col(end).is_null() | (pl.col(end) > day)))
            days = (pl.lit(day) - pl.col(start)).dt.total_days()
            found.append(rows.with_columns(day=pl.lit(day), days=days))
        return pl.concat(found)

    def per_100_referrals(self, rows: pl.DataFrame) -> float:
        return 100 * rows.height / self.referrals.height

    @cached_property
    def cin_stock(self) -> pl.DataFrame:
        cases = self.world.episodes.filter(~pl.col("nfa"))
        stock = self.stock(cases, "referral_date", "closure_date").join(self.world.children, on="child_id")
        return stock.with_columns(age=(pl.col("day") - pl.col("birth_date")).dt.total_days() / 365.25)

    def values(self) -> dict[str, float | Shares]:
        """Every figure. Counts are per 100 referrals."""
        return {**self._front_door(), **self._cases(), **self._people(), **self._plans(), **self._care()}

    def _front_door(self) -> dict[str, float | Shares]:
        referrals = self.referrals
        years = referrals["referral_date"].dt.offset_by("9mo").dt.year()
        children = referrals.with_columns(year=years).select("child_id", "year").unique()
        return {
            "referrals.rereferral_pct": percent(referrals["re_referral"]),
            "referrals.children": self.per_100_referrals(children),
            "referrals.nfa_pct": percent(referrals["nfa"]),
            "referrals.assessed_not_in_need_pct": percent(referrals["outcome"] == "not_in_need"),
            "referrals.source_pct": summed(shares(referrals["source"]), _source),
            "referrals.month_index_per_working_day": self._month_index(),
            "memory.weekday_referral_share": percent(referrals["received_date"].dt.weekday() > 5),
            "contacts per 100 referrals": self.per_100_referrals(
                self.during(self.world.contacts, "contact_date")
            ),
        }

    def _month_index(self) -> Shares:
        """Referrals per working day of a month, against the mean of all."""
        calendar = working_days()
        every = [self.start + timedelta(number) for number in range((self.end - self.start).days + 1)]
        worked = [day for day in every if calendar.is_working(day_number(day))]
        received = self.referrals["received_date"].dt.month().to_list()
        mean = len(received) / len(worked)
        return {
            name: received.count(month) / sum(day.month == month for day in worked) / mean
            for month, name in enumerate(MONTHS, start=1)
        }

    def _cases(self) -> dict[str, float | Shares]:
        done = self.during(self.world.assessments, "authorised_date")
        length = working(done, "start_date", "authorised_date")
        labels = ["same_day", "1-10", "11-20", "21-30", "31-40", "41-45", "46-50", "51-60", "61+"]
        factors = shares(done["factors"].str.split("|").explode(), done.height)
        ended = self.during(self.in_need, "closure_date")
        return {
            "assessments.completed": self.per_100_referrals(done),
            "assessments.duration_share_pct": banded(length, [0, 10, 20, 30, 40, 45, 50, 60], labels),
            "assessments.within_45wd_pct": percent(length <= 45),
            "assessments.factor_pct": {name: factors.get(code, 0.0) for code, name in FACTORS.items()},
            "cin.at_31_march": self.per_100_referrals(self.cin_stock),
            "cin.episodes_started": self.per_100_referrals(self.during(self.in_need, "referral_date")),
            "cin.open_duration_pct": banded(self.cin_stock["days"], _CUTS, _DURATIONS),
            "cin.ended_duration_pct": banded(days(ended, "referral_date", "closure_date"), _CUTS, _DURATIONS),
            "cin.closure_reason_pct": shares(ended["closure_reason"]),
            "cin.primary_need_pct": shares(self.cin_stock["primary_need"]),
        }

    def _people(self) -> dict[str, float | Shares]:
        stock = self.cin_stock
        born = stock.filter(pl.col("age") >= 0)
        disabled = born.filter(pl.col("disability") != "NONE")
        types = shares(disabled["disability"].str.split("|").explode(), disabled.height)
        known = stock.filter(~pl.col("ethnicity").is_in(["REFU", "NOBT"]))["ethnicity"]
        labels = [
            "Unborn",
            "Under 1 year",
            "1 to 4 years",
            "5 to 9 years",
            "10 to 15 years",
            "16 years and over",
        ]
        sexes = shares(born["sex"])
        return {
            "cin.disability_recorded_pct": percent(born["disability"] != "NONE"),
            "cin.disability_type_pct": {name: types.get(code, 0.0) for code, name in DISABILITIES.items()},
            "cin.age_pct": banded(stock["age"], [0, 1, 5, 10, 16], labels),
            "cin.sex_pct": {"Female": sexes["F"], "Male": sexes["M"]},
            "cin.ethnicity_pct": summed(shares(known), lambda code: _ETHNIC_GROUPS.get(code[0], "rest")),
        }

    def _plans(self) -> dict[str, float | Shares]:
        enquiries = self.during(self.world.s47_enquiries, "start_date")
        held = self.during(self.world.s47_enquiries, "icpc_date")
        conferences = self.during(self.world.icpc, "icpc_date")
        started = self.during(self.world.cp_plans, "start_date")
        ended = self.during(self.world.cp_plans, "end_date")
        running = self.stock(self.world.cp_plans)
        names = {"NEG": "neglect", "PHY": "physical", "SAB": "sexual", "EMO": "emotional", "MUL": "multiple"}
        categories = summed(shares(started["initial_category"]), lambda code: names[code])
        lengths = banded(
            working(held, "start_date", "icpc_date"), [10, 15, 20], ["0-10", "11-15", "16-20", "21+"]
        )
        plans = {
            "start": self.per_100_referrals(self.during(self.world.cin_plans, "start_date")),
            "at_31_march": self.per_100_referrals(self.stock(self.world.cin_plans)),
        }
        return {
            "s47.count": self.per_100_referrals(enquiries),
            "icpc.count": self.per_100_referrals(conferences),
            "icpc.per_s47_pct": 100 * conferences.height / enquiries.height,
            "icpc.duration_share_pct": lengths,
            "cpp.start": self.per_100_referrals(started),
            "cpp.at_31_march": self.per_100_referrals(running),
            "cpp.start_initial_category_pct": categories,
            "cpp.second_or_subsequent_pct": percent(started["number_of_previous"] > 0),
            "cpp.ended_duration_pct": banded(days(ended, "start_date", "end_date"), _CUTS, _DURATIONS),
            "cpp.open_duration_pct": banded(running["days"], _CUTS, _DURATIONS),
            "cpp.reviewed_in_time_pct": self._reviewed_in_time(running),
            "cin_plans": plans,
        }

    def _reviewed_in_time(self, running: pl.DataFrame) -> float:
        """Plans open three months or more at 31 March with no gap between reviews longer than allowed."""
        running = running.filter(pl.col("days") > 91)
        reviews = self.world.cp_reviews.select("cp_plan_id", "review_date")
        in_time = []
        for row in running.select("cp_plan_id", "start_date", "day").iter_rows(named=True):
            own = reviews.filter(
                (pl.col("cp_plan_id") == row["cp_plan_id"]) & (pl.col("review_date") <= row["day"])
            )
            points = [row["start_date"], *sorted(own["review_date"].to_list()), row["day"]]
            gaps = [(after - before).days for before, after in pairwise(points)]
            in_time.append(gaps[0] <= 92 and all(gap <= 184 for gap in gaps))
        return percent(pl.Series(in_time))

    def _care(self) -> dict[str, float | Shares]:
        started = self.during(self.world.care_periods, "start_date").join(self.world.children, on="child_id")
        ages = days(started, "birth_date", "start_date") / 365.25
        ended = self.during(self.world.care_periods, "end_date")["reason_ceased"]
        labels = ["<1", "1-4", "5-9", "10-15", "16+"]
        return {
            "cla_started": self.per_100_referrals(started),
            "cla_31_march": self.per_100_referrals(self.stock(self.world.care_periods)),
            "cla.starters age": banded(ages, [1, 5, 10, 16], labels),
            "cla.starters uasc": percent(started["uasc"]),
            "cla.ceased adopted_pct": percent(ended.is_in(["E11", "E12"])),
            "cla.ceased SGO_pct": percent(ended.is_in(["E45", "E46", "E47", "E48"])),
        }


def shares(values: pl.Series, total: int | None = None) -> Shares:
    """Percentages by value, of all values or of `total`."""
    whole = total or values.len()
    return {str(value): 100 * count / whole for value, count in values.value_counts().rows()}


def summed(found: Shares, group: Callable[[str], str]) -> Shares:
    totals: Shares = {}
    for value, share in found.items():
        name = group(value)
        totals[name] = totals.get(name, 0.0) + share
    return totals


def banded(values: pl.Series, cuts: list[float], labels: list[str]) -> Shares:
    """Percentages by band; each cut belongs to the band below it."""
    found = shares(pl.Series([labels[bisect_left(cuts, value)] for value in values.to_list()]))
    return {label: found.get(label, 0.0) for label in labels}


def percent(values: pl.Series) -> float:
    return 100 * float(values.cast(pl.Float64).sum()) / max(values.len(), 1)


def days(rows: pl.DataFrame, start: str, end: str) -> pl.Series:
    return (rows[end] - rows[start]).dt.total_days()


def working(rows: pl.DataFrame, start: str, end: str) -> pl.Series:
    """Working days from start to end; 0 when they are one day."""
    calendar = working_days()
    pairs = rows.select(start, end).rows()
    return pl.Series(
        [calendar.between(day_number(a), day_number(b)) if b > a else 0 for a, b in pairs], dtype=pl.Int64
    )


def _source(code: str) -> str:
    return _SOURCES.get(code) or _SOURCES[code[0]]
