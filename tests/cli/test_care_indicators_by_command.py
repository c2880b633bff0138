"""Indicators that rest on SSDA903, worked out by hand for one small authority, on the command line."""

from __future__ import annotations

import json

import pytest
from care_returns import Left, Returns, run

STORY = """
DATES 2023R 2022-06-01
M3 2024E 2023-05-01 S C2 U6 PR1 2023-06-01 X1
M3 2024E 2023-06-01 P C2 K2 PR4 2023-07-01 X1
M3 2024E 2023-07-01 P C2 U4 PR1 - - - ZZ1_1ZZ
N2 2024E 2023-05-01 S C2 U6 PR1 2023-06-01 X1
N2 2024E 2023-06-01 P C2 K2 PR4
LOST 2024E 2023-05-01 S C2 U6 PR1 2023-07-01 X1
TWICE 2024E 2023-05-01 S C2 U6 PR1 2023-06-01 E4A
TWICE 2024E 2023-07-01 S C2 U6 PR1 2023-08-01 E4A
LONG 2023E 2021-01-01 P
LONG 2024E 2021-01-01 P
SHORT 2024E 2023-05-01 S V4 U6 PR1 2023-05-03 E8
M3 2024M M 2023-06-01 2023-06-02
M3 2024M M 2023-08-01 2023-08-02
N2 2024M A 2023-06-01 2023-06-02
YES19 2024L 2004-06-15 YES F1 D1
NO20 2024L 2003-06-15 NO G5 S2
DIED 2024L 2003-06-15 DIED 0 0
HOME 2024L 2003-06-15 RHOM 0 0
ABROAD 2024L 2003-06-15 YES F1 G1
NOTKNOWN 2024L 2003-06-15 NO F1 R2
AT18 2024L 2005-06-15 YES F1 D1
LONG 2024O 12 - 0 - 1 1 1
"""
# Year 2024: numerator, denominator, left out.
EXPECTED = {
    "cla_rate": (3, 10000, {}),  # M3, N2, LONG; when LOST left is not known
    "cla_start_rate": (4, 10000, {"short_break": 1}),  # M3, N2, LOST; TWICE once
    "cla_cease_rate": (1, 10000, {"short_break": 1}),  # TWICE once
    "cla_placements_3plus": (1, 3, {}),
    "cla_placements_3plus_2y": (0, 1, {}),  # LONG alone was in care for two years
    "cla_distance_20": (0, 0, {"distance_not_known": 3}),
    "cla_distance_20:not_known": (3, 3, {}),
    "cla_health:health_assessment": (1, 1, {}),
    "cla_health:sdq_normal": (1, 1, {}),
    "cla_conviction": (0, 1, {}),
    "cla_missing": (1, 5, {"short_break": 1}),  # of M3, N2, LOST, TWICE, LONG; M3 once
    "cla_missing:with_absences": (2, 5, {"short_break": 1}),
    "cl_accommodation": (
        1, 2, {"abroad_or_deported": 1, "died": 1, "home_6_months": 1, "residence_not_known": 1}
    ),
    "cl_eet": (3, 4, {"died": 1, "home_6_months": 1}),
    "cl_eet:neet": (1, 4, {"died": 1, "home_6_months": 1}),
}  # fmt: skip
AWAY = {
    "cla_placements_3plus_2y": ("2022-04-01", "looks back to 2021-04-01"),
    "cla_long_term_stability": ("2023-04-01", "looks back to 2021-10-01"),
    "cla_social_workers_3plus": ("2023-04-01", "no module SWEpisodes"),
    "cla_health:dental": ("2022-04-01", "no module OC2"),
}


@pytest.fixture(scope="module")
def left(tmp_path_factory: pytest.TempPathFactory) -> Left:
    folder = tmp_path_factory.mktemp("indicators")
    returns = Returns(folder / "in")
    returns.add(*(line for line in STORY.splitlines() if line))
    returns.add_headers()
    returns.write(("2023M",))
    people = "".join(f"301,{year},0,17,10000\n" for year in (2022, 2023))
    (returns.folder / "people.csv").write_text(f"la_code,year,age_from,age_to,population\n{people}")
    return run(folder / "out", returns.folder)


def found(left: Left, name: str, since: str) -> dict[str, str]:
    rows = [row for row in left.table("indicators") if (row["indicator"], row["from"]) == (name, since)]
    assert len(rows) == 1
    return rows[0]


@pytest.mark.parametrize("name", list(EXPECTED))
def test_counts_by_hand(left: Left, name: str) -> None:
    row = found(left, name, "2023-04-01")
    numerator, denominator, excluded = EXPECTED[name]
    assert (row["available"], row["to"]) == ("true", "2024-03-31")
    assert (int(row["numerator"]), int(row["denominator"])) == (numerator, denominator)
    assert json.loads(row["excluded"]) == excluded
    if denominator:
        times = 10000 if row["unit"] == "per 10,000" else 1
        assert float(row["value"]) == pytest.approx(times * numerator / denominator)
    else:
        assert row["value"] == "" and row["reason"]


@pytest.mark.parametrize("name", list(AWAY))
def test_what_can_not_be_had_says_why(left: Left, name: str) -> None:
    since, reason = AWAY[name]
    row = found(left, name, since)
    assert (row["available"], row["numerator"], row["value"]) == ("false", "", "")
    assert reason in row["reason"]
