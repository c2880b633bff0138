"""SSDA903 by the command, where two or three sentences of the design meet in one child."""

from __future__ import annotations

import pytest
from care_returns import Left, Returns, Told, run, stories

Ran = tuple[Left, Returns]


@pytest.fixture(scope="module")
def ran(tmp_path_factory: pytest.TempPathFactory) -> Ran:
    folder = tmp_path_factory.mktemp("mixed")
    returns = Returns(folder / "in")
    for told in stories("mixed_years"):
        returns.add(*told.rows)
    returns.add_headers()
    return run(folder / "out", returns.write()), returns


@pytest.mark.parametrize("told", stories("mixed_years"), ids=lambda told: f"{told.child}: {told.about}")
def test_mixed(ran: Ran, told: Told) -> None:
    left, returns = ran
    assert left.events(told.child) == told.events
    assert left.spells(told.child) == told.spells
    assert sorted(left.said(returns, told.child)) == sorted(told.said)


def test_every_row_is_accounted_for(ran: Ran) -> None:
    left, returns = ran
    left.accounted()
    read = sum(int(row["rows_in"]) for row in left.table("attrition") if row["step"] == "read")
    assert read == sum(len(rows) for rows in returns.files.values())


@pytest.mark.parametrize(
    ("child", "name", "expected"),
    [
        ("AWAYTWICE", "temporary", [False, True, True, False, False]),
        ("AWAYTWICE", "resumes", [False, False, False, True, False]),
        ("AWAYTWICE", "same_carer", [False, False, False, False, True]),
        ("AWAYTWICE", "placement_type", ["U6", "T1", "T4", "U6", "U4"]),
        ("PLACED", "same_carer", [False, False, True]),
        ("SAMEHOME", "same_carer", [False, False]),
        ("SAMEHOME", "resumes", [False, False]),
        ("RECODED", "legal_status", ["C2", "C2"]),
        ("RECODED", "placement_type", ["H5", "K2"]),
        ("MISFIT", "placement_type", ["U6", "K2", "U6"]),
    ],
)
def test_of_placements(ran: Ran, child: str, name: str, expected: list[object]) -> None:
    assert [one[name] for one in ran[0].attributes(child, "placement_start")] == expected


@pytest.mark.parametrize(
    ("child", "event", "expected"),
    [
        ("PLACED", "adopted", [
            {"best_interest_date": "2023-06-10", "match_date": "2023-06-20", "foster_carer": "0"}]),
        ("LATEREC", "lac_end", [{"reason_ceased": "E8"}]),
        ("MISFIT", "lac_end", [{"reason_ceased": one} for one in ("E8", "X1", "E4A")]),
    ],
)  # fmt: skip
def test_of_other_events(ran: Ran, child: str, event: str, expected: list[dict[str, object]]) -> None:
    assert ran[0].attributes(child, event) == expected


def test_the_age_rests_on_the_later_birth_date(ran: Ran) -> None:
    ages = [row["attributes"] for row in ran[0].of("events", "YOUNGER") if row["event"] == "lac_start"]
    assert len(ages) == 1 and '"child_age": 13' in ages[0], "14 on the 4th, not on the 3rd"
