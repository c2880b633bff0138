"""Files of actual prices by the command: each in its own layout, children by any identifier of theirs."""

# ruff: noqa: E501

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import pytest
from costs_story import command, file_in, refused, rows_of, total

HEADER = "CHILD,SEX,DOB,ETHNIC,UPN"
EPISODES = "CHILD,DECOM,RNE,LS,CIN,PLACE,PLACE_PROVIDER,DEC,REC,REASON_PLACE_CHANGE,HOME_POST,PL_POST,URN"
UPN = "A821234520001"
# SSDA903 and the census number otherwise: 100 to 104 are other children there. 200 is 7001 by a link file,
# 300 is 7002 by the UPN alone.
CARE = {**dict.fromkeys(("100", "101", "102", "103", "104"), "2011"), "200": "2010", "300": "2010"}
CENSUS = {**dict.fromkeys(("100", "101", "102", "103", "104"), "2008"), "7001": "2010", "7002": "2010"}
CATALOGUE = (
    'entries:\n  - {id: p4, kind: process, process: lac.4, name: L, unit: event, amount: 1,'
    ' price_year: "2024/25", index: none}\n'
)  # fmt: skip


def returns(folder: Path) -> Path:
    """Seven children in care from 3 May to 31 May 2024, 28 nights, in both returns."""
    header = [HEADER] + [
        f"{child},M,01/05/{born},WBRI,{UPN if child == '300' else 'UN1'}" for child, born in CARE.items()
    ]
    episodes = [EPISODES] + [f"{child},03/05/2024,S,V2,N1,U6,PR4,31/05/2024,E8,,,," for child in CARE]
    for name, rows in (("header", header), ("episodes", episodes)):
        file_in(folder / "ssda903_2025", f"{name}.csv", "\n".join(rows) + "\n")
    children = "".join(
        f"<Child><ChildIdentifiers><LAchildID>{child}</LAchildID>"
        + (f"<UPN>{UPN}</UPN>" if child == "7002" else "")
        + f"<PersonBirthDate>{born}-05-01</PersonBirthDate></ChildIdentifiers>"
        "<CINdetails><CINreferralDate>2024-04-20</CINreferralDate></CINdetails></Child>"
        for child, born in CENSUS.items()
    )
    file_in(
        folder, "census.xml",
        "<Message><Header><CollectionDetails><Collection>CIN</Collection><Year>2025</Year>"
        "<ReferenceDate>2025-03-31</ReferenceDate></CollectionDetails><Source><LEA>821</LEA></Source></Header>"
        f"<Children>{children}</Children></Message>",
    )  # fmt: skip
    file_in(folder, "link.csv", "la_code,child_id,person_id\n821,903-200,P\n821,7001,P\n")
    return folder


@pytest.fixture(scope="module")
def out(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("prices")
    command("run", returns(folder / "in"), "--out", folder / "out")
    return folder / "out"


def spent(out: Path) -> dict[str, Decimal]:
    rows = [row for row in rows_of(out / "in-team" / "cost_ledger.csv") if row["entry_id"] == "child_price"]
    return {child: total(row for row in rows if row["child_id"] == child) for child in
            sorted({row["child_id"] for row in rows})}  # fmt: skip


def test_children_are_found_by_every_identifier_and_never_by_one_of_two(out: Path, tmp_path: Path) -> None:
    heading = "child_id,placement_start,placement_end,weekly_price\n"
    days = "2024-05-03,2024-05-31"
    rows = [f"903-100,{days},1000", f"200,{days},2000", f"7002,{days},3000", f"101,{days},4000",
            f"100,{days},-5", f"200,{days},2000"]  # fmt: skip
    prices = file_in(tmp_path, "placement_costs.csv", heading + "\n".join(rows) + "\n")
    mine = file_in(tmp_path, "mine.yaml", CATALOGUE)
    told = command("costs", out, "--catalogue", mine, "--prices", prices).stdout
    # Four weeks each. 200 of SSDA903 is shown as 7001; 7002 of the census is 903-300 in care.
    assert spent(out) == {"7001": 8000, "903-100": 4000, "903-300": 12000}
    assert (
        "Rows of actual prices used: 3 (1 by the identifier that the run shows; 1 by an identifier that a link "
        "file joins to the child's; 1 by the UPN); not used: 1; set aside, faulty or repeated: 2." in told
    )
    said = [row for row in rows_of(out / "in-team" / "cost_issues.csv") if row["child_id"] == "101"]
    assert [row["code"] for row in said] == ["cost-unmatched-price"]
    assert "several children" in said[0]["what"] and "row 5" in said[0]["what"]
    # The scenario finds the same children: nothing changes at a price changed by nothing.
    nothing = file_in(
        tmp_path, "nothing.yaml",
        "scenario:\n  id: nothing\n  start: 2024-05-10\n  changes:\n"
        "    - {type: price, match: {entry: [child_price]}, change_pct: 0, from: 2024-05-10}\n",
    )  # fmt: skip
    command("what-if", out, nothing)
    rows_written = rows_of(out / "in-team" / "scenario_nothing.csv")
    assert total(rows_written, "base") == total(rows_written, "scenario") > 0


def test_each_file_has_its_own_layout(out: Path, tmp_path: Path) -> None:
    plain = file_in(
        tmp_path, "placement_costs.csv",
        "child_id,placement_start,placement_end,weekly_price\n903-100,2024-05-03,2024-05-31,1000\n",
    )  # fmt: skip
    census = file_in(
        tmp_path, "census.csv",
        "Child ID,Placement start date,Placement end date,Total weekly cost\n903-101,03/05/2024,31/05/2024,500\n",
    )  # fmt: skip
    ours = file_in(
        tmp_path, "ours.yaml",
        "columns: {child_id: Case, placement_start: From, period_total: Paid}\n"
        "fixed: {period_from: 2024-05-01, period_to: 2024-05-31}\n",
    )  # fmt: skip
    case = file_in(tmp_path, "cases.csv", "Case,From,Paid\n903-102,2024-05-03,280\n")
    mine = file_in(tmp_path, "mine.yaml", CATALOGUE)
    wanted = {"903-100": Decimal(4000), "903-101": Decimal(2000)}
    for files in ((plain, census), (census, plain)):
        given = [part for file in files for part in ("--prices", file)]
        command("costs", out, "--catalogue", mine, *given, "--prices-layout", "north_west")
        assert spent(out) == wanted
    said = {row["what"] for row in rows_of(out / "in-team" / "cost_issues.csv") if row["severity"] == "note"}
    assert "census.csv: the headings of the layout north_west are not confirmed; compare them." in said
    given = [part for file in (census, case, plain) for part in ("--prices", file)]
    layouts = [part for name in ("north_west", ours, "placement_costs") for part in ("--prices-layout", name)]
    command("costs", out, "--catalogue", mine, *given, *layouts)
    assert spent(out) == {**wanted, "903-102": Decimal(280)}
    # A what-if reads the kept copies in the same layouts.
    cheaper = file_in(
        tmp_path, "cheaper.yaml",
        "scenario:\n  id: cheaper\n  start: 2024-05-03\n  changes:\n"
        "    - {type: price, match: {entry: [child_price]}, change_pct: -10, from: 2024-05-03}\n",
    )  # fmt: skip
    command("what-if", out, cheaper)
    assert total(rows_of(out / "in-team" / "scenario_cheaper.csv"), "difference") == Decimal(-628)
    assert "3 files of prices and 2 layouts" in refused(
        "costs", out, "--catalogue", mine, *given, *layouts[:4]
    )
