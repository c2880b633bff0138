"""The cases of indicators that are a share of something that happened, for comparing groups."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

import polars as pl

from childjourneys.indicators import assessments, enquiries, front_door, leavers, protection
from childjourneys.indicators.facts import Facts
from childjourneys.indicators.periods import Period
from childjourneys.indicators.settings import IndicatorSettings

Cases = Callable[[Facts, pl.DataFrame, IndicatorSettings], pl.DataFrame]


@dataclass(frozen=True)
class Grouped:
    """An indicator whose cases are grouped.

    Attributes:
        cases: those of some periods, with `counts` and `left_out`.
        event: the type of event that each case is.
        day: the column with its day.
    """

    cases: Cases
    event: str
    day: str = "date"


# In the order of the list of indicators. What is open on a day is left out: it is no event; so is
# cpp_2y_ended, which is an archetype of that id.
GROUPED: Mapping[str, Grouped] = {
    "re_referral_12m": Grouped(front_door.re_referral_cases, "referral"),
    "nfa_pct": Grouped(front_door.no_further_action_cases, "referral"),
    "assessed_not_in_need_pct": Grouped(front_door.not_in_need_cases, "referral"),
    "assessment_45wd": Grouped(assessments.in_time_cases, "assessment_authorised", "end"),
    "icpc_15wd": Grouped(enquiries.conference_in_time_cases, "icpc"),
    "s47_to_icpc": Grouped(enquiries.to_conference_cases, "s47"),
    "icpc_to_cpp": Grouped(enquiries.to_plan_cases, "icpc"),
    "cpp_repeat_ever": Grouped(protection.repeat_ever_cases, "cpp_start", "start"),
    "cpp_repeat_2y": Grouped(protection.repeat_in_2_years_cases, "cpp_start", "start"),
    "cl_accommodation": Grouped(leavers.accommodation_cases, "care_leaver"),
    "cl_eet": Grouped(leavers.activity_cases, "care_leaver"),
}
CASES = {
    "la_code": pl.String,
    "child_id": pl.String,
    "event": pl.String,
    "date": pl.Date,
    "match": pl.Boolean,
}


def latest_years(periods: Iterable[Period]) -> list[Period]:
    """Of each indicator in `GROUPED` and authority the latest whole year that can be told of."""
    latest: dict[tuple[str, str], Period] = {}
    for one in periods:
        if one.indicator in GROUPED and one.is_year and not one.reason:
            key = (one.indicator, one.la_code)
            if key not in latest or str(latest[key].last) < str(one.last):
                latest[key] = one
    return list(latest.values())


def cases_by_indicator(
    facts: Facts, periods: pl.DataFrame, settings: IndicatorSettings
) -> dict[str, pl.DataFrame]:
    """The cases in the denominator of each indicator: see `CASES`.

    Args:
        periods: as `period_frame` gives them, those wanted only.
    """
    found = {}
    for (indicator,), mine in periods.group_by("indicator", maintain_order=True):
        one = GROUPED[str(indicator)]
        cases = one.cases(facts, mine, settings).filter(pl.col("left_out").is_null())
        found[str(indicator)] = cases.select(
            "la_code",
            "child_id",
            event=pl.lit(one.event),
            date=pl.col(one.day),
            match=pl.col("counts").fill_null(False),
        )
    return found
