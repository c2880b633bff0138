"""Which measures a run works out, and which one of an archetype is shown first."""

from __future__ import annotations

from datetime import date

import pytest

from childjourneys.archetypes.library import library
from childjourneys.archetypes.measures import Measure, months_there_are, plan_measures

FULL = (date(2021, 4, 1), date(2025, 3, 31))
LAST_HALF = (date(2024, 12, 31), date(2025, 6, 30))
CENSUS = {
    kind: [FULL]
    for kind in (
        "referral", "assessment_start", "assessment_authorised", "s47", "icpc", "cpp_start", "cpp_end",
        "case_closed", "need_episode", "cp_plan", "cin_start", "cin_end", "cin_plan",
    )
}  # fmt: skip
MISSED = "missed_risk_at_assessment"


def planned(coverage: dict[str, list[tuple[date, date]]], *ids: str) -> dict[str, Measure]:
    definitions = [library()[name] for name in ids or (MISSED,)]
    return {one.name: one for one in plan_measures(definitions, {"301": coverage})}


def headline(measures: dict[str, Measure]) -> list[str]:
    return [name for name, one in measures.items() if "301" in one.headline]


def test_a_definition_and_its_variants_are_measured_and_the_definition_is_shown_first() -> None:
    found = planned(CENSUS)
    assert list(found) == [MISSED, f"{MISSED}:by_decision"]
    assert headline(found) == [MISSED]


def test_where_no_return_dates_child_in_need_plans_the_decision_is_shown_first() -> None:
    before_2022 = {kind: days for kind, days in CENSUS.items() if not kind.startswith("cin_")}
    assert headline(planned(before_2022)) == [f"{MISSED}:by_decision"]


def test_care_that_begins_later_than_the_assessments_gives_a_measure_without_it() -> None:
    care = {"looked_after": [LAST_HALF], "lac_start": [LAST_HALF]}
    found = planned(CENSUS | care)
    assert headline(found) == [f"{MISSED}:without_care"]
    assert set(found[f"{MISSED}:without_care"].without) == {"looked_after", "lac_start"}


def test_care_covered_all_along_or_not_at_all_gives_none() -> None:
    care = {"looked_after": [FULL], "lac_start": [FULL]}
    assert f"{MISSED}:without_care" not in planned(CENSUS | care)
    assert f"{MISSED}:without_care" not in planned(CENSUS)


def test_child_in_need_plans_are_never_left_out() -> None:
    later = {kind: [LAST_HALF] for kind in ("cin_start", "cin_end", "cin_plan")}
    for one in planned(CENSUS | later, *library()).values():
        assert not {"cin_start", "cin_end", "cin_plan"} & set(one.without)


def test_every_archetype_has_one_headline_in_an_authority() -> None:
    care = {"looked_after": [LAST_HALF], "lac_start": [LAST_HALF], "lac_end": [LAST_HALF]}
    found = planned(CENSUS | care | {"contact": [LAST_HALF]}, *library())
    shown = [found[name].definition.id for name in headline(found)]
    assert sorted(shown) == sorted(library())


@pytest.mark.parametrize(
    ("ranges", "months"),
    [
        ([FULL], 48),
        ([(date(2024, 1, 1), date(2024, 1, 31))], 1),
        ([(date(2024, 1, 1), date(2024, 1, 20))], 0),
    ],
)
def test_months_there_are_count_days_on_which_all_is_covered(ranges, months) -> None:
    coverage = CENSUS | {"assessment_authorised": ranges}
    assert months_there_are(library()[MISSED], coverage) == months


def test_months_of_a_gap_do_not_count() -> None:
    gap = [(date(2021, 4, 1), date(2022, 3, 31)), (date(2023, 4, 1), date(2025, 3, 31))]
    assert months_there_are(library()[MISSED], CENSUS | {"referral": gap}) == 24
