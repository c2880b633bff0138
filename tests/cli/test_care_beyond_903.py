"""Care that Annex A list 8 knows of beside or beyond SSDA903: journeys, indicators, costs, by the command."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import pytest
from care_returns import Left, Returns, command

sys.path.insert(0, str(Path(__file__).parents[1] / "sources"))
from annex_a_making import list_rows, row, save

CARE = """
FILL 2024E 2023-05-01 L
OVER 2024E 2023-05-01 S C2 U6 PR1 2023-09-01 E4A
MANY 2024E 2023-05-01
GONE 2024E 2023-05-01
"""
# Start of care, of the latest placement, placements in the last 12 months.
LIST_8 = {
    "FILL": ("01/02/2020", "03/04/2021", 1), "OVER": ("20/05/2023", "20/05/2023", 2),
    "MANY": ("01/05/2023", "01/05/2023", 4), "LATE": ("10/05/2024", "10/05/2024", 3),
}  # fmt: skip


def listed(who: str, start: str, placed: str, number: int) -> list[Any]:
    return row(8, child_id=who, birth_date="03/05/2010", care_start_date=start, care_end_date="",
               placement_start_date=placed, placement_type="f) U6: Foster placement - not FFA",
               legal_status_start_date=start, latest_review_date="",
               number_of_placements_12_months=number)  # fmt: skip


@pytest.fixture(scope="module")
def left(tmp_path_factory: pytest.TempPathFactory) -> Left:
    """SSDA903 of 2024 and an Annex A of 30 June 2024."""
    folder = tmp_path_factory.mktemp("beyond")
    returns = Returns(folder / "in")
    returns.add(*(line for line in CARE.splitlines() if line))
    returns.add_headers()
    returns.write()
    rows = [listed(who, *told) for who, told in LIST_8.items()]
    save(returns.folder / "annex.xlsx", {"List 8": list_rows(8, *rows, title=False)})
    command("run", returns.folder, "--out", folder / "out", "--la", "330", "--as-at", "2024-06-30")
    return Left(folder / "out")


def warned(left: Left, who: str) -> set[str]:
    at = str(list(LIST_8).index(who) + 2)
    found = {one["code"] for one in left.table("issues")
             if (one["sheet"], one["row"], one["severity"]) == ("List 8", at, "warning")}  # fmt: skip
    return found - {"letter-mismatch"}


def test_list_8_fills_the_start_of_care_and_of_the_placement(left: Left) -> None:
    assert left.events("FILL") == ["2020-02-01 lac_start", "2021-04-03 placement_start"]
    assert left.spells("FILL") == ["looked_after 2020-02-01 - true", "placement 2021-04-03 - true"]
    (start,) = [one for one in left.of("events", "FILL") if one["event"] == "placement_start"]
    assert (start["source"], start["file"], start["sheet"]) == ("annex_a", "annex.xlsx", "List 8")
    assert warned(left, "FILL") == set()


def test_other_care_on_the_same_days_is_told(left: Left) -> None:
    assert [one for one in left.spells("OVER") if one.startswith("looked")] == [
        "looked_after 2023-05-01 2023-09-01 false", "looked_after 2023-05-20 - true",
    ]  # fmt: skip
    assert warned(left, "OVER") == {"care-overlaps"}
    assert warned(left, "MANY") == warned(left, "LATE") == set()


def test_placements_as_the_authority_counted_them_are_told_beside_ssda903(left: Left) -> None:
    rows = [one for one in left.table("indicators") if one["indicator"] == "cla_placements_3plus_as_written"]
    (one,) = rows
    # FILL 1, OVER 2, MANY 4, LATE 3; of GONE list 8 says nothing.
    assert (one["available"], one["to"], one["numerator"], one["denominator"]) == (
        "true", "2024-06-30", "2", "4",
    )  # fmt: skip
    assert one["excluded"] == '{"not_recorded": 1}'


def test_without_list_8_the_reason_is_true(tmp_path: Path) -> None:
    returns = Returns(tmp_path / "in")
    returns.add("A 2024E 2023-05-01 S C2 U6 PR1 2023-09-01 E4A")
    returns.add_headers()
    command("run", returns.write(), "--out", tmp_path / "out", "--la", "301")
    (one,) = [
        one
        for one in Left(tmp_path / "out").table("indicators")
        if one["indicator"] == "cla_placements_3plus_as_written"
    ]
    assert (one["available"], one["reason"]) == (
        "false", "It is told by Annex A list 8 alone, which is not among the returns.",
    )  # fmt: skip


def costed(left: Left, *words: str) -> Left:
    command("costs", left.out, *words)
    return Left(left.out)


def test_costs_of_care_that_list_8_alone_knows_of(left: Left) -> None:
    found = costed(left)
    lines = found.of("cost_ledger", "LATE")
    # Coverage of care runs on to 30 June 2024: 22 nights of May and 30 of June.
    assert sum(int(one["nights"] or 0) for one in lines if one["process"] == "lac.3") == 52
    assert not [one for one in lines if one["process"] == "lac.1"], "no RNE S"
    (said,) = [one for one in found.of("cost_issues", "LATE") if one["process"] == "lac.1"]
    assert (said["severity"], said["code"], said["date"]) == ("warning", "cost-data", "2024-05-10")
    assert "list 8" in said["what"] and "process 1" in said["what"]
    assert not [one for one in found.of("cost_issues", "MANY") if one["process"] == "lac.1"]
    assert not [one for one in found.table("cost_issues") if "last day that the returns" in one["what"]]


def test_a_period_beyond_what_is_covered_is_said(left: Left) -> None:
    found = costed(left, "--to", "2024-09-30")
    lines = [one for one in found.of("cost_ledger", "GONE") if one["process"] == "lac.3"]
    # Open: charged to the end, 1 May 2023 to 30 September 2024.
    assert sum(int(one["nights"]) for one in lines) == 519
    (said,) = [one for one in found.table("cost_issues") if "last day that the returns" in one["what"]]
    assert (said["severity"], said["count"], said["date"]) == ("warning", "92", "2024-09-30")


def test_coverage_of_referrals_is_none_of_care(tmp_path: Path) -> None:
    returns = Returns(tmp_path / "in")
    returns.add("A 2024E 2023-05-01", "DATES 2024R 2023-06-01")
    returns.add_headers()
    returns.write()
    list_3 = "Child Unique ID,Gender,Date of Birth,Date of referral,Referral Source,Referral NFA\n"
    (returns.folder / "list3.csv").write_text(list_3 + "B,a) Male,03/05/2012,10/05/2024,1A,No\n")
    command("run", returns.folder, "--out", tmp_path / "out", "--la", "330", "--as-at", "2024-06-30")
    left = Left(tmp_path / "out")
    assert [one["event"] for one in left.of("events", "B")] == ["referral"]
    found = costed(left, "--to", "2024-06-30")
    (said,) = [one for one in found.table("cost_issues") if "last day that the returns" in one["what"]]
    assert said["count"] == "91", "care is covered to 31 March, referrals to 30 June"
