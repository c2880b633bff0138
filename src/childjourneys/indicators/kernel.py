"""The indicator kernel: canonical tables and journeys of some children to partial counts."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import polars as pl

from childjourneys.domain.calendar import england
from childjourneys.indicators import (
    assessments,
    care,
    care_year,
    enquiries,
    front_door,
    leavers,
    need,
    placements,
    protection,
)
from childjourneys.indicators.cases import PARTIAL_SCHEMA
from childjourneys.indicators.facts import Facts
from childjourneys.indicators.front_door import Counts
from childjourneys.indicators.in_context import cases_by_indicator
from childjourneys.indicators.settings import IndicatorSettings

Tables = dict[str, pl.DataFrame]
PARTIAL, GROUPS = "indicators", "groups"
JOURNEYS = ("events", "spells", "children")
Groups = Callable[[Mapping[str, pl.DataFrame], Tables], pl.DataFrame]
Counter = Callable[[Facts, pl.DataFrame, IndicatorSettings], Counts]

# Who counts what; a counter gives its rows by name, the blank one being the indicator itself.
COUNTERS: Mapping[str, Counter] = {
    "referral_count": front_door.referrals,
    "referral_rate": front_door.referrals,
    "re_referral_12m": front_door.re_referrals,
    "re_referral_12m_children": front_door.children_re_referred,
    "time_to_re_referral": front_door.time_to_re_referral,
    "nfa_pct": front_door.no_further_action,
    "assessed_not_in_need_pct": front_door.assessed_not_in_need,
    "referral_source_share": front_door.sources,
    "assessment_45wd": assessments.in_time,
    "assessment_duration_bands": assessments.duration,
    "assessment_open_overdue": assessments.overdue,
    "assessment_factor_share": assessments.factors,
    "s47_rate": enquiries.enquiries,
    "icpc_15wd": enquiries.conferences_in_time,
    "s47_to_icpc": enquiries.leading_to_conference,
    "icpc_to_cpp": enquiries.leading_to_plan,
    "cpp_rate": protection.open_plans,
    "cpp_start_rate": protection.starts,
    "cpp_repeat_ever": protection.repeat_ever,
    "cpp_repeat_2y": protection.repeat_in_2_years,
    "cpp_2y_open": protection.open_2_years,
    "cpp_2y_ended": protection.ended_after_2_years,
    "cpp_reviewed_on_time": protection.reviewed_in_time,
    "cpp_category_share": protection.categories,
    "cin_rate": need.open_episodes,
    "cin_any_point": need.any_point,
    "cin_open_duration": need.open_duration,
    "cin_ended_duration": need.ended_duration,
    "cla_rate": care.looked_after,
    "cla_start_rate": care.starts,
    "cla_cease_rate": care.ends,
    "cla_placements_3plus": placements.many_in_a_year,
    "cla_placements_3plus_as_written": care.placements_as_written,
    "cla_placements_3plus_2y": placements.many_in_2_years,
    "cla_long_term_stability": placements.long_term,
    "cla_distance_20": placements.far_away,
    "cla_social_workers_3plus": placements.many_workers,
    "cla_health": care_year.health,
    "cla_conviction": care_year.convictions,
    "cla_missing": care_year.missing,
    "cl_accommodation": leavers.accommodation,
    "cl_eet": leavers.activity,
    "adoption_timeliness": care.adoption,
}


@dataclass(frozen=True)
class IndicatorKernel:
    """Counts every indicator among some children. Picklable; needs only what it is given.

    Attributes:
        periods: indicator, la_code, from, to, seen_from, seen_to of what can be told.
        latest: the periods among them of which cases are grouped.
        groups: adds up the groups of these cases, from cases by indicator and tables.
    """

    periods: pl.DataFrame
    settings: IndicatorSettings
    latest: pl.DataFrame | None = None
    groups: Groups | None = None

    def __call__(self, tables: Tables) -> Tables:
        """Partial counts of one bucket, under the name `indicators`.

        Args:
            tables: the canonical tables, and of the journeys `events`, `spells` and `children`.

        Returns:
            One row per row of the file, period and part: numerator, denominator, excluded (by reason, in
            `key`), length, event, competing or censored (by `day`). They add up over buckets. Under
            `groups` what `groups` gives.
        """
        facts = Facts.of(tables, england())
        found = [pl.DataFrame(schema={"row": pl.String, **PARTIAL_SCHEMA})]
        for (indicator,), periods in self.periods.group_by("indicator", maintain_order=True):
            for part, counts in COUNTERS[str(indicator)](facts, periods, self.settings):
                row = f"{indicator}:{part}" if part else str(indicator)
                found.append(counts.select(pl.lit(row).alias("row"), *PARTIAL_SCHEMA))
        return {PARTIAL: pl.concat(found), **self._groups(facts, tables)}

    def _groups(self, facts: Facts, tables: Tables) -> Tables:
        if self.groups is None or self.latest is None:
            return {}
        return {GROUPS: self.groups(cases_by_indicator(facts, self.latest, self.settings), tables)}
