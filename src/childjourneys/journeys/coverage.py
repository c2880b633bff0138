"""What the returns loaded can tell about: per authority, event type or spell kind, the days covered."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, timedelta

import polars as pl

from childjourneys.domain.dates import add_months, year_start
from childjourneys.merging.precedence import LoadedReturn
from childjourneys.tables import DERIVED

ANNEX_A_MONTHS = 6
ADOPTION_MONTHS = 12
CIN_PLANS_FROM = 2022

# Event type or spell kind, and what it means for it to be covered: that starts, ends, or states in the
# range are seen.
CENSUS = {
    "referral": "started_in", "assessment_start": "started_in", "assessment_authorised": "ended_in",
    "s47": "started_in", "icpc": "started_in", "cpp_start": "started_in", "cpp_end": "ended_in",
    "cp_review": "started_in", "case_closed": "ended_in", "need_episode": "open_in",
    "assessment": "open_in", "s47_enquiry": "open_in", "cp_plan": "open_in",
}  # fmt: skip
CENSUS_PLANS = {"cin_start": "started_in", "cin_end": "ended_in", "cin_plan": "open_in"}
ANNEX_A: dict[int, dict[str, str]] = {
    1: {"contact": "started_in"},
    2: {"early_help_assessment_start": "started_in", "early_help_assessment_end": "ended_in",
        "early_help": "open_in"},
    3: {"referral": "started_in"},
    4: {"assessment_start": "started_in", "assessment_authorised": "ended_in", "assessment": "open_in"},
    5: {"s47": "started_in", "icpc": "started_in", "s47_enquiry": "open_in"},
    6: {"case_closed": "ended_in", "need_episode": "open_in"},
    7: {"cpp_start": "started_in", "cpp_end": "ended_in", "cp_plan": "open_in"},
    8: {"lac_start": "started_in", "lac_end": "ended_in", "looked_after": "open_in"},
    9: {"care_leaver": "open_in"},
    10: {"adoption_decision": "started_in", "adoption_reversed": "started_in",
         "placed_for_adoption": "started_in", "adopted": "started_in"},
}  # fmt: skip
# By module of SSDA903; the others say nothing of days.
SSDA903: dict[str, dict[str, str]] = {
    "Episodes": {
        "lac_start": "started_in", "lac_end": "ended_in", "looked_after": "open_in",
        "placement_start": "started_in", "placement_end": "ended_in", "placement": "open_in",
        "short_break_start": "started_in", "short_break_end": "ended_in", "short_break": "open_in",
        "placed_for_adoption": "started_in", "adopted": "started_in",
    },
    "Missing": {"missing_start": "started_in", "missing_end": "ended_in", "missing": "open_in"},
    "Reviews": {"lac_review": "started_in"},
    "PlacedAdoption": {"adoption_decision": "started_in", "adoption_reversed": "started_in"},
    "OC3": {"care_leaver": "started_in"},
}  # fmt: skip


def carried(loaded: LoadedReturn) -> list[tuple[str, date, date, str]]:
    """What one return tells about: (type or kind, first day, last day, rule), both days included.

    A census of year Y covers 1 April Y-1 to 31 March Y, and so does each module that is present in an
    SSDA903 return; Annex A at E the six months to E for each list that is present, list 10 twelve months,
    list 9 the day E. Source: Ofsted's and the DfE's guides, as
    restated in the specifications.
    """
    if loaded.source == "cin_census":
        year = loaded.as_at.year
        kinds = CENSUS | (CENSUS_PLANS if year >= CIN_PLANS_FROM else {})
        return [(kind, year_start(year), loaded.as_at, rule) for kind, rule in kinds.items()]
    if loaded.source == "ssda903":
        first = year_start(loaded.as_at.year)
        return [
            (kind, first, loaded.as_at, rule)
            for module in loaded.modules
            for kind, rule in SSDA903.get(module, {}).items()
        ]
    found = []
    for number in loaded.lists:
        first = add_months(loaded.as_at, -ANNEX_A_MONTHS)
        if number == 10:
            first = add_months(loaded.as_at, -ADOPTION_MONTHS)
        if number == 9:
            first = loaded.as_at
        found += [(kind, first, loaded.as_at, rule) for kind, rule in ANNEX_A.get(number, {}).items()]
    return found


def build_coverage(returns: Sequence[LoadedReturn]) -> pl.DataFrame:
    """Ranges per authority and kind, joined where they overlap or follow on without a missing day."""
    ranges: dict[tuple[str, str, str], list[tuple[date, date, str, str]]] = {}
    for loaded in returns:
        for kind, first, last, rule in carried(loaded):
            # List 9 says who is a care leaver on a day, SSDA903 what was known on birthdays.
            ranges.setdefault((loaded.la_code, kind, rule), []).append((first, last, rule, loaded.source))
    rows = [
        (la_code, kind, first, last, rule, source)
        for (la_code, kind, _), found in sorted(ranges.items())
        for first, last, rule, source in _joined(found)
    ]
    return pl.DataFrame(rows, schema=DERIVED["coverage"].schema, orient="row")


def _joined(found: Iterable[tuple[date, date, str, str]]) -> list[tuple[date, date, str, str]]:
    joined: list[tuple[date, date, str, set[str]]] = []
    for first, last, rule, source in sorted(found):
        if joined and first <= joined[-1][1] + timedelta(days=1):
            before = joined[-1]
            joined[-1] = (before[0], max(before[1], last), before[2], before[3] | {source})
        else:
            joined.append((first, last, rule, {source}))
    return [(first, last, rule, "; ".join(sorted(sources))) for first, last, rule, sources in joined]
