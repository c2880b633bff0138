"""The list of indicators: complete, counted, documented, and with the published figures as they are held."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest
from indicator_page import PAGE, listed

import childjourneys.indicators
from childjourneys.archetypes.library import library
from childjourneys.domain.codes import code_set
from childjourneys.domain.vocabulary import EVENT, SPELL_KINDS
from childjourneys.indicators.catalogue import UNITS, catalogue
from childjourneys.indicators.kernel import COUNTERS
from childjourneys.synthetic.rates import FACTORS, national

PACKAGE = Path(childjourneys.indicators.__file__).parent


def test_every_indicator_is_counted_or_says_what_it_needs() -> None:
    assert {what.id for what in catalogue().values() if not what.only_from} == set(COUNTERS)
    for what in catalogue().values():
        assert what.status in ("confirmed", "partly", "from memory")
        assert bool(what.needs) != bool(what.only_from)
        assert bool(what.brings) == bool(what.needs)
        assert {row.unit for row in what.rows} <= set(UNITS)
        assert all(kind in EVENT or kind in SPELL_KINDS for kind in what.needs)
        assert what.rows and len({row.id for row in what.rows}) == len(what.rows)
        assert all(row.national.source for row in what.rows if row.national.figures)


def test_missed_risk_is_an_archetype_only() -> None:
    assert "missed_risk_at_assessment" in library()
    assert not [name for name in catalogue() if "missed_risk" in name]


def test_every_factor_has_a_row() -> None:
    rows = {row.id.rpartition(":")[2] for row in catalogue()["assessment_factor_share"].rows}
    codes = {one.code for one in code_set("assessment_factors").codes} - {"21"}
    assert {"8" if code[:-1] == "8" else code for code in codes} == rows


# Indicator, and the published figure without its year; per cent where the unit is a proportion.
FIGURES = {
    "referral_rate": "referrals.rate_per_10000",
    "re_referral_12m": "referrals.rereferral_pct",
    "re_referral_12m_children": "referrals.children_rereferred_pct",
    "nfa_pct": "referrals.nfa_pct",
    "assessed_not_in_need_pct": "referrals.assessed_not_in_need_pct",
    "referral_count": "referrals.count",
    "assessment_45wd": "assessments.within_45wd_pct",
    "s47_rate": "s47.rate_per_10000",
    "icpc_15wd": "icpc.within_15wd_pct",
    "s47_to_icpc:60d": "icpc.per_s47_pct",
    "cpp_rate": "cpp.at_31_march_rate_per_10000",
    "cpp_start_rate": "cpp.start_rate_per_10000",
    "cpp_repeat_ever": "cpp.second_or_subsequent_pct",
    "cpp_reviewed_on_time": "cpp.reviewed_in_time_pct",
    "cin_rate": "cin.at_31_march_rate_per_10000",
    "cin_any_point": "cin.children_any_point",
    "cin_any_point:episodes": "cin.episodes_any_point",
}
_LENGTHS = {"up_to_3m": "<=3m", "3_to_6m": ">3m-6m", "6m_to_1y": ">6m-<1y", "1_to_2y": "1y-<2y",
            "2y_and_over": "2y+"}  # fmt: skip
GROUPED = {
    "cin_open_duration": ("cin.open_duration_pct", _LENGTHS),
    "cin_ended_duration": ("cin.ended_duration_pct", _LENGTHS),
    "assessment_factor_share": (
        "assessments.factor_pct", {"8" if code == "8F" else code: name for code, name in FACTORS.items()},
    ),
    "assessment_duration_bands": (
        "assessments.duration_share_pct",
        {name: name for name in ("same_day", "1-10", "11-20", "21-30", "31-40", "41-45", "46-50", "51-60",
                                 "61+")},
    ),
    "referral_source_share": (
        "referrals.source_pct",
        {name.lower(): name for name in ("Individual", "Schools", "Education_Services", "Health_Services",
         "Housing", "LA_Services", "Police", "Other_legal_agency", "Other", "Anonymous", "Unknown")},
    ),
}  # fmt: skip


def _held(row_id: str) -> dict[int, float]:
    [row] = [row for what in catalogue().values() for row in what.rows if row.id == row_id]
    per = 100 if row.unit == "proportion" else 1
    return {year: per * value for year, value in row.national.figures.items()}


@pytest.mark.parametrize("row", FIGURES)
def test_published_figures_are_those_held(row: str) -> None:
    assert _held(row)[2024] == pytest.approx(national(f"{FIGURES[row]}.2024"))


@pytest.mark.parametrize("indicator", GROUPED)
def test_published_figures_of_groups_are_those_held(indicator: str) -> None:
    figure, names = GROUPED[indicator]
    published = national(f"{figure}.2024")
    for part, name in names.items():
        assert _held(f"{indicator}:{part}")[2024] == pytest.approx(published[name])


def test_the_page_lists_them_as_they_are() -> None:
    text = PAGE.read_text(encoding="utf-8")
    assert text.endswith(listed()), "run tests/indicators/indicator_page.py"


def test_every_reason_for_leaving_out_is_on_the_page() -> None:
    text = PAGE.read_text(encoding="utf-8")
    reasons = set()
    for path in PACKAGE.glob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "leave_out":
                reasons |= {
                    a.value for a in node.args if isinstance(a, ast.Constant) and isinstance(a.value, str)
                }
    assert len(reasons) > 10
    for reason in reasons | {"duplicate", "while_case_open", "short_break", "end_not_known"}:
        assert f"`{reason}`" in text, reason
