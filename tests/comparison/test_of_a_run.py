"""The funnels of one run: which authorities and teams stand side by side."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

import polars as pl

from childjourneys.archetypes.definition import kinds_of
from childjourneys.archetypes.library import library
from childjourneys.archetypes.measures import Measure, plan_measures
from childjourneys.comparison.of_a_run import MeasureFunnel, comparison_table, run_funnels
from childjourneys.tables import DERIVED

MISSED, BACK = library()["missed_risk_at_assessment"], library()["re_referral_12m_back"]
YEARS = [(date(2020, 4, 1), date(2025, 3, 31))]
ALL = dict.fromkeys({*kinds_of(MISSED), *kinds_of(BACK)}, YEARS)
NO_PLANS = {kind: ranges for kind, ranges in ALL.items() if kind not in ("cin_start", "cin_plan")}
Counts = Mapping[tuple[str, str], tuple[int, int] | None]


def table(measures: tuple[Measure, ...], counts: Counts) -> pl.DataFrame:
    """Every measure and authority, with 100 anchors and 20 matches unless said otherwise."""
    found: list[dict[str, Any]] = []
    for one in measures:
        for code in one.authorities:
            n = counts.get((one.name, code), (100, 20))
            row = {"match": n[1], "no_match": n[0] - n[1]} if n else {"match": None, "no_match": None}
            found.append({"archetype": one.name, "la_code": code, **row})
    return pl.DataFrame(found, schema_overrides={"match": pl.Int64, "no_match": pl.Int64})


def context(*rows: tuple[str, str, str, int, int]) -> pl.DataFrame:
    """Rows of measure, authority, team, n, matches; and one group of another dimension."""
    frame = pl.DataFrame(
        [*((*row[:2], "team", *row[2:]) for row in rows), ("re_referral_12m_back", "301", "sex", "F", 9, 1)],
        schema=["measure", "la_code", "dimension", "group", "n", "matches"],
        orient="row",
    )
    return DERIVED["context"].conform(frame)


def funnels(coverage: Mapping[str, Any], counts: Counts, *teams: tuple[str, str, str, int, int]) -> Any:
    measures = plan_measures([MISSED, BACK], coverage)
    return run_funnels(measures, table(measures, counts), context(*teams), coverage)


def told(found: tuple[MeasureFunnel, ...]) -> list[tuple[str, str, list[str]]]:
    return [(one.measure, one.of_teams_in, [unit.name for unit in one.funnel.units]) for one in found]


def test_headline_measures_stand_over_authorities_in_the_order_of_definitions() -> None:
    found = funnels({"302": ALL, "301": ALL}, {})
    assert told(found) == [
        ("missed_risk_at_assessment", "", ["301", "302"]), ("re_referral_12m_back", "", ["301", "302"]),
    ]  # fmt: skip


def test_authorities_that_lack_a_kind_are_in_no_funnel_with_those_that_carry_it() -> None:
    found = funnels({"301": ALL, "302": ALL, "303": NO_PLANS}, {})
    assert told(found)[:2] == [
        ("missed_risk_at_assessment", "", ["301", "302"]),
        ("re_referral_12m_back", "", ["301", "302", "303"]),
    ]  # fmt: skip
    found = funnels({"301": ALL, "302": NO_PLANS, "303": NO_PLANS}, {})
    assert told(found)[0] == ("missed_risk_at_assessment:by_decision", "", ["302", "303"])
    assert [name for name, _, _ in told(found)] == [
        "missed_risk_at_assessment:by_decision", "re_referral_12m_back",
    ], "without dated plans the definition itself is shown first nowhere"  # fmt: skip


def test_not_available_or_without_anchors_is_left_out() -> None:
    name = "re_referral_12m_back"
    found = funnels(
        dict.fromkeys(("301", "302", "303", "304"), ALL), {(name, "302"): None, (name, "303"): (0, 0)}
    )
    assert (name, "", ["301", "304"]) in told(found)
    found = funnels({"301": ALL, "302": ALL}, {(name, "302"): (0, 0)})
    assert name not in [measure for measure, _, _ in told(found)]


def test_teams_of_each_authority_without_those_not_known() -> None:
    teams = [
        ("re_referral_12m_back", "301", "Team B", 10, 1), ("re_referral_12m_back", "301", "not known", 50, 1),
        ("re_referral_12m_back", "301", "A/1", 20, 3), ("re_referral_12m_back", "302", "Alone", 9, 1),
    ]  # fmt: skip
    found = funnels({"301": ALL, "302": ALL}, {}, *teams)
    assert told(found)[2:] == [("re_referral_12m_back", "301", ["A/1", "Team B"])]
    rows = comparison_table(found).filter(pl.col("measure") == "re_referral_12m_back")
    assert rows["unit"].to_list() == ["301", "301/A/1", "301/Team B", "302"]
    assert rows.columns == list(DERIVED["comparison"].names())
    assert rows.filter(pl.col("unit") == "301/A/1").select("n", "matches", "rate").row(0) == (20, 3, 0.15)


def test_short_coverage_is_marked() -> None:
    short = {kind: [(date(2025, 1, 1), date(2025, 3, 31))] for kind in ALL}
    found = funnels({"301": ALL, "302": short}, {})
    assert [one.short for one in found] == [{"302"}, {"302"}]


def test_nothing_to_compare_gives_an_empty_table() -> None:
    found = funnels({"301": ALL}, {})
    assert found == ()
    assert comparison_table(found).columns == list(DERIVED["comparison"].names())
