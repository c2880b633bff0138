"""`childjourneys costs` on returns written by hand: whole files against numbers worked with a calculator."""

from __future__ import annotations

import re
import shutil
from decimal import Decimal
from pathlib import Path

import pytest
from costs_story import (
    CATALOGUE,
    CHILDREN,
    ISSUES,
    LEDGER,
    PRICES,
    command,
    file_in,
    heading_of,
    rows_of,
    total,
    write_returns,
)

# FULL was in three placements: [2023-08-01, 2024-01-15) fostered, 167 nights; [2024-01-15, 2024-07-01) in a
# home, 168 nights or 24 weeks; [2024-07-01, 2024-10-21) fostered, 112 nights or 16 weeks.
# - fostered: 421 / 7 x 167 = 10,043.857 -> 10,043.86; in pennies by nights 186442.91, 180428.62, 186442.91,
#   180428.62, 186442.91, 84200.02: down is 1,004,382, so 4 pennies go to the three of .91 and September.
#   16 x 421 = 6,736.00: 186442.86, 186442.86, 180428.57, 120285.71; the 3 pennies to Jul, Aug, Oct.
# - home: 24 x 3500 = 84,000.00, 500 a night.
# - p3, a month at 300: 5 + 14/31 months are 1,635.48; 5 + 16/30 are 1,660.00; 3 + 20/31 are 1,093.55.
# - pocket: 10 a night while fostered.
# - p7 on the first day under an interim care order (not the first day of care); p8 on the 16th birthday, with
#   more than 91 nights since the 14th; p5 twice, difficult to place because EBD and CWD; p2 with each p6.
# - support_plan: [2023-05-02, 2023-07-28) = 2 + 26/31 months at 263 = 746.58; support: 4/31 at 107 = 13.81,
#   up to the day care began. closed: on its day, though looked after.
# First and last day, process, entry, period-placement, nights, quantity, unit, unit cost, amount, PLACE,
# line, rule.
FULL = """\
2023-04-10 2023-04-10 cin.contact_referral referred - - 1.000000 event 200.00 200.00 - social_work R4
2023-04-12 2023-04-12 cin.s47 enquiry - - 1.000000 event 511.00 511.00 - social_work R4
2023-05-02 2023-05-02 cin.cp_conference conference - - 1.000000 event 400.00 400.00 - social_work R4
2023-05-02 2023-05-31 cin.ongoing_support support_plan - 30 0.978865 month 263.00 257.44 - social_work R3
2023-05-09 2023-05-09 cin.assessment assessed - - 1.000000 event 300.00 300.00 - social_work R4
2023-06-01 2023-06-30 cin.ongoing_support support_plan - 30 0.978865 month 263.00 257.44 - social_work R3
2023-07-01 2023-07-27 cin.ongoing_support support_plan - 27 0.880979 month 263.00 231.70 - social_work R3
2023-07-25 2023-07-25 cin.review plan_review - - 1.000000 event 378.00 378.00 - social_work R4
2023-07-28 2023-07-31 cin.ongoing_support support - 4 0.129032 month 107.00 13.81 - social_work R3
2023-08-01 2023-08-01 lac.1 p1 1-1 - 1.000000 event 700.00 700.00 U6 social_work R4
2023-08-01 2023-08-31 lac.3 fostered 1-1 31 4.428571 week 421.00 1864.43 U6 fostering_other R3
2023-08-01 2023-08-31 lac.3 p3 1-1 31 1.011976 month 300.00 303.59 U6 fostering_other R3
2023-08-01 2023-08-31 lac.3 pocket 1-1 31 31.000000 night 10.00 310.00 U6 fostering_fees R3
2023-08-25 2023-08-25 lac.2 p2 1-1 - 1.000000 event 131.00 131.00 U6 social_work R4
2023-08-25 2023-08-25 lac.6 p6 1-1 - 1.000000 event 446.00 446.00 U6 social_work R4
2023-09-01 2023-09-01 cin.close_case closed - - 1.000000 event 195.00 195.00 - social_work R4
2023-09-01 2023-09-30 lac.3 fostered 1-1 30 4.285714 week 421.00 1804.29 U6 fostering_other R3
2023-09-01 2023-09-30 lac.3 p3 1-1 30 0.979332 month 300.00 293.80 U6 fostering_other R3
2023-09-01 2023-09-30 lac.3 pocket 1-1 30 30.000000 night 10.00 300.00 U6 fostering_fees R3
2023-10-01 2023-10-31 lac.3 fostered 1-1 31 4.428571 week 421.00 1864.43 U6 fostering_other R3
2023-10-01 2023-10-31 lac.3 p3 1-1 31 1.011976 month 300.00 303.59 U6 fostering_other R3
2023-10-01 2023-10-31 lac.3 pocket 1-1 31 31.000000 night 10.00 310.00 U6 fostering_fees R3
2023-11-01 2023-11-30 lac.3 fostered 1-1 30 4.285714 week 421.00 1804.28 U6 fostering_other R3
2023-11-01 2023-11-30 lac.3 p3 1-1 30 0.979332 month 300.00 293.80 U6 fostering_other R3
2023-11-01 2023-11-30 lac.3 pocket 1-1 30 30.000000 night 10.00 300.00 U6 fostering_fees R3
2023-11-09 2023-11-09 lac.7 p7 1-1 - 1.000000 event 3026.00 3026.00 U6 social_work R4
2023-11-22 2023-11-22 lac.2 p2 1-1 - 1.000000 event 131.00 131.00 U6 social_work R4
2023-11-22 2023-11-22 lac.6 p6 1-1 - 1.000000 event 446.00 446.00 U6 social_work R4
2023-12-01 2023-12-31 lac.3 fostered 1-1 31 4.428571 week 421.00 1864.43 U6 fostering_other R3
2023-12-01 2023-12-31 lac.3 p3 1-1 31 1.011976 month 300.00 303.59 U6 fostering_other R3
2023-12-01 2023-12-31 lac.3 pocket 1-1 31 31.000000 night 10.00 310.00 U6 fostering_fees R3
2024-01-01 2024-01-14 lac.3 fostered 1-1 14 2.000000 week 421.00 842.00 U6 fostering_other R3
2024-01-01 2024-01-14 lac.3 p3 1-1 14 0.457021 month 300.00 137.11 U6 fostering_other R3
2024-01-01 2024-01-14 lac.3 pocket 1-1 14 14.000000 night 10.00 140.00 U6 fostering_fees R3
2024-01-15 2024-01-31 lac.3 home 1-2 17 2.428571 week 3500.00 8500.00 K2 residential R3
2024-01-15 2024-01-31 lac.3 p3 1-2 17 0.559921 month 300.00 167.97 K2 residential R3
2024-01-15 2024-01-15 lac.5 p5_hard_home 1-2 - 1.000000 event 628.00 628.00 K2 social_work R4
2024-01-15 2024-01-15 lac.5 p5_home 1-2 - 1.000000 event 528.00 528.00 K2 social_work R4
2024-02-01 2024-02-29 lac.3 home 1-2 29 4.142857 week 3500.00 14500.00 K2 residential R3
2024-02-01 2024-02-29 lac.3 p3 1-2 29 0.955159 month 300.00 286.55 K2 residential R3
2024-02-20 2024-02-20 lac.8 p8 1-2 - 1.000000 event 1274.00 1274.00 K2 social_work R4
2024-03-01 2024-03-31 lac.3 home 1-2 31 4.428571 week 3500.00 15500.00 K2 residential R3
2024-03-01 2024-03-31 lac.3 p3 1-2 31 1.021032 month 300.00 306.31 K2 residential R3
2024-04-01 2024-04-30 lac.3 home 1-2 30 4.285714 week 3500.00 15000.00 K2 residential R3
2024-04-01 2024-04-30 lac.3 p3 1-2 30 0.988095 month 300.00 296.43 K2 residential R3
2024-05-01 2024-05-31 lac.3 home 1-2 31 4.428571 week 3500.00 15500.00 K2 residential R3
2024-05-01 2024-05-31 lac.3 p3 1-2 31 1.021032 month 300.00 306.31 K2 residential R3
2024-05-10 2024-05-10 lac.2 p2 1-2 - 1.000000 event 131.00 131.00 K2 social_work R4
2024-05-10 2024-05-10 lac.6 p6 1-2 - 1.000000 event 446.00 446.00 K2 social_work R4
2024-06-01 2024-06-30 lac.3 home 1-2 30 4.285714 week 3500.00 15000.00 K2 residential R3
2024-06-01 2024-06-30 lac.3 p3 1-2 30 0.988095 month 300.00 296.43 K2 residential R3
2024-07-01 2024-07-31 lac.3 fostered 1-3 31 4.428571 week 421.00 1864.43 U6 fostering_other R3
2024-07-01 2024-07-31 lac.3 p3 1-3 31 1.008929 month 300.00 302.68 U6 fostering_other R3
2024-07-01 2024-07-31 lac.3 pocket 1-3 31 31.000000 night 10.00 310.00 U6 fostering_fees R3
2024-07-01 2024-07-01 lac.5 p5 1-3 - 1.000000 event 234.00 234.00 U6 social_work R4
2024-07-01 2024-07-01 lac.5 p5_hard 1-3 - 1.000000 event 471.00 471.00 U6 social_work R4
2024-08-01 2024-08-31 lac.3 fostered 1-3 31 4.428571 week 421.00 1864.43 U6 fostering_other R3
2024-08-01 2024-08-31 lac.3 p3 1-3 31 1.008929 month 300.00 302.68 U6 fostering_other R3
2024-08-01 2024-08-31 lac.3 pocket 1-3 31 31.000000 night 10.00 310.00 U6 fostering_fees R3
2024-09-01 2024-09-30 lac.3 fostered 1-3 30 4.285714 week 421.00 1804.28 U6 fostering_other R3
2024-09-01 2024-09-30 lac.3 p3 1-3 30 0.976382 month 300.00 292.91 U6 fostering_other R3
2024-09-01 2024-09-30 lac.3 pocket 1-3 30 30.000000 night 10.00 300.00 U6 fostering_fees R3
2024-10-01 2024-10-20 lac.3 fostered 1-3 20 2.857143 week 421.00 1202.86 U6 fostering_other R3
2024-10-01 2024-10-20 lac.3 p3 1-3 20 0.650922 month 300.00 195.28 U6 fostering_other R3
2024-10-01 2024-10-20 lac.3 pocket 1-3 20 20.000000 night 10.00 200.00 U6 fostering_fees R3
2024-10-21 2024-10-21 lac.4 p4 1-3 - 1.000000 event 288.00 288.00 U6 social_work R4
"""
# - LONE: 351 nights at 1050 a week are 52,650.00 and 70 a week on top 3,510.00; p3 11 + 17/31 months are
#   3,464.52; p1 700; p8 1,274 on 2024-07-15, when 91 nights were behind. Health gives 5 a night, 1,755.00;
#   the grant is 114 a night.
# - AGREED: 4 weeks at 4000, p3 28/30 of 300 = 280.00, p1, p4. BREAKS: a week at 421, 7/31 of 300, 7 x 10,
#   and no process; the agreement (V4) has no nights. NOPRICE: p1, p4, p3 1.3 x 300. TWICE: p1, p4, p3
#   10/30 x 300.
# - EARLY: 26 weeks at 421, 6 months at 300, 182 x 10, p1.
CHILDREN_ROWS = """\
821,AGREED,none,2024/25,28,17268.00,0.00,0.00,17268.00,0
821,BREAKS,none,2024/25,7,558.74,0.00,0.00,558.74,0
821,EARLY,none,2024/25,182,15266.00,0.00,0.00,15266.00,0
821,FULL,cwd_ebd,2024/25,447,119583.28,0.00,0.00,119583.28,0
821,LONE,uasc,2024/25,351,61598.52,-1755.00,-40014.00,19829.52,0
821,NFA,cwd,2024/25,0,220.00,0.00,0.00,220.00,0
821,NOPRICE,none,2024/25,40,1378.00,0.00,0.00,1378.00,40
821,TWICE,none,2024/25,10,1088.00,0.00,0.00,1088.00,10
"""
UNMATCHED = "cost-unmatched-price"
GROSS, NET = Decimal("216960.54"), Decimal("175191.54")


@pytest.fixture(scope="module")
def plain_run(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A run that was not costed."""
    folder = tmp_path_factory.mktemp("story")
    command("run", write_returns(folder / "in"), "--out", folder / "out")
    return folder / "out"


@pytest.fixture(scope="module")
def costed(plain_run: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("costed")
    shutil.copytree(plain_run, folder / "out")
    mine = file_in(folder, "mine.yaml", CATALOGUE)
    prices = file_in(folder, "placement_costs.csv", PRICES)
    done = command("costs", folder / "out", "--catalogue", mine, "--prices", prices)
    assert f"gross £{GROSS:,}, contributions -£1,755.00, grants -£40,014.00, net £{NET:,}." in done.stdout
    assert "Nights in placements: 1,065, without a price 50." in done.stdout
    return folder / "out" / "in-team"


def test_one_childs_whole_ledger_is_what_a_calculator_says(costed: Path) -> None:
    written = [row for row in rows_of(costed / "cost_ledger.csv") if row["child_id"] == "FULL"]
    shown = [
        " ".join(
            value or "-"
            for value in (
                row["date_from"], row["date_to"], row["process"], row["entry_id"],
                f"{row['period_of_care']}-{row['placement_no']}" if row["period_of_care"] else "",
                row["nights"], row["quantity"], row["unit"], row["unit_cost"], row["amount"],
                row["placement_type"], row["s251_line"], row["rule"],
            )
        )
        for row in written
    ]  # fmt: skip
    assert shown == FULL.splitlines()
    assert total(written) == Decimal("119583.28")
    same = {
        "la_code": "821", "uplift_factor": "1.000000", "agency": "local_authority", "need_group": "cwd_ebd",
        "in_out_area": "", "price_year": "2024/25", "price_basis": "authority",
    }  # fmt: skip
    for row in written:
        assert {name: row[name] for name in same} == same
        assert row["month"] == row["date_from"][:7] == row["date_to"][:7]
        assert row["provider"] == {"": "", "U6": "PR1", "K2": "PR4"}[row["placement_type"]]


def test_the_row_of_each_child_is_what_a_calculator_says(costed: Path) -> None:
    assert (costed / "cost_children.csv").read_text(encoding="utf-8") == f"{CHILDREN}\n{CHILDREN_ROWS}"


def test_a_childs_own_price_its_package_its_credits_and_its_grant(costed: Path) -> None:
    lines = [row for row in rows_of(costed / "cost_ledger.csv") if row["child_id"] == "LONE"]
    by_entry: dict[str, list[dict[str, str]]] = {}
    for row in lines:
        by_entry.setdefault(row["entry_id"], []).append(row)
    # The allowance of foster homes is replaced by the child's own price, the social work is not.
    assert set(by_entry) == {
        "p1", "p3", "p8", "child_price", "child_package", "contribution_health", "asylum",
    }  # fmt: skip
    # April has 16 nights, May 31: 150, 10, -5 and -114 a night.
    april, may = (
        {name: rows[n]["amount"] for name, rows in by_entry.items() if len(rows) == 12} for n in (0, 1)
    )
    # p3: 3,464.52 over 351 nights: 157.928 in April, 305.983 in a month of 31, 296.113 of 30, 276.371 of 28;
    # 4 pennies are left: April has the largest rest, then the first three months of 31.
    assert april == {"p3": "157.93", "child_price": "2400.00", "child_package": "160.00",
                     "contribution_health": "-80.00", "asylum": "-1824.00"}  # fmt: skip
    assert may == {"p3": "305.99", "child_price": "4650.00", "child_package": "310.00",
                   "contribution_health": "-155.00", "asylum": "-3534.00"}  # fmt: skip
    sums = {name: total(rows) for name, rows in by_entry.items()}
    assert sums == {
        "p1": Decimal(700), "p3": Decimal("3464.52"), "p8": Decimal(1274), "child_price": Decimal(52650),
        "child_package": Decimal(3510), "contribution_health": Decimal(-1755), "asylum": Decimal(-40014),
    }  # fmt: skip
    told = {name: (rows[0]["process"], rows[0]["unit"], rows[0]["price_basis"], rows[0]["rule"])
            for name, rows in by_entry.items()}  # fmt: skip
    assert told["child_price"][:3] == ("lac.3", "week", "child")
    assert told["child_package"][:3] == ("lac.3", "week", "child")
    assert told["contribution_health"] == ("contribution", "week", "child", "R11")
    assert told["asylum"] == ("grant", "night", "authority", "R11")
    assert by_entry["p8"][0]["date_from"] == "2024-07-15"
    assert {row["in_out_area"] for row in lines} == {"out"}
    assert {row["provider"] for row in lines} == {"PR4"}


def test_a_price_agreed_with_a_provider_is_a_contract_and_in_the_money_of_the_night(costed: Path) -> None:
    lines = [row for row in rows_of(costed / "cost_ledger.csv") if row["child_id"] == "AGREED"]
    agreed = [row for row in lines if row["entry_id"] == "agreed"]
    assert [
        (row["price_basis"], row["price_year"], row["uplift_factor"], row["amount"]) for row in agreed
    ] == [("contract", "2024/25", "1.000000", "16000.00")]
    assert "home" not in {row["entry_id"] for row in lines}, "the contract wins over the other entry"


def test_what_could_not_be_priced_is_listed_by_child_slot_and_reason(costed: Path) -> None:
    assert heading_of(costed / "cost_issues.csv") == ISSUES
    told = ("severity", "code", "child_id", "process", "kind", "date", "count", "entry_ids")
    found = [
        tuple(row[name] for name in told)
        for row in rows_of(costed / "cost_issues.csv")
        if row["child_id"]
    ]  # fmt: skip
    assert found == [
        ("note", "cost-data", "BREAKS", "lac.3", "", "2024-08-01", "1", ""),
        ("warning", "cost-data", "EARLY", "lac.3", "", "2024-10-01", "19", ""),
        ("warning", UNMATCHED, "FULL", "lac.3", "placement", "2024-11-04", "7", "child_price"),
        ("warning", UNMATCHED, "NOBODY", "lac.3", "placement", "2024-05-01", "14", "child_price"),
        ("error", "cost-no-match", "NOPRICE", "lac.3", "placement", "2024-05-01", "40", ""),
        ("error", "cost-ambiguous", "TWICE", "lac.3", "placement", "2024-09-01", "10", "locked_a; locked_b"),
    ]  # fmt: skip


def test_files_have_the_columns_the_order_and_the_form_of_the_contract(costed: Path) -> None:
    assert heading_of(costed / "cost_ledger.csv") == LEDGER
    rows = rows_of(costed / "cost_ledger.csv")
    order = [tuple(row[name] for name in ("la_code", "child_id", "date_from", "process", "entry_id"))
             for row in rows]  # fmt: skip
    assert order == sorted(order)
    forms = {
        "amount": r"-?\d+\.\d\d", "quantity": r"\d+\.\d{6}", "uplift_factor": r"\d+\.\d{6}",
        "date_from": r"\d{4}-\d\d-\d\d", "date_to": r"\d{4}-\d\d-\d\d", "month": r"\d{4}-\d\d",
        "price_year": r"\d{4}/\d\d", "nights": r"\d*", "period_of_care": r"\d*", "placement_no": r"\d*",
        "unit_cost": r"\d+(\.\d+)?", "price_basis": "child|contract|authority|default",
        "rule": r"R\d+( estimated)?", "in_out_area": "in|out|", "unit": "event|night|week|month|year|period",
    }  # fmt: skip
    for row in rows:
        for name, form in forms.items():
            assert re.fullmatch(form, row[name]), (name, row[name])
        assert row["unit_cost"], row
    for name in ("cost_ledger.csv", "cost_children.csv", "cost_issues.csv"):
        text = (costed / name).read_bytes()
        assert not text.startswith(b"\xef\xbb\xbf")
        assert b"\r" not in text
        assert text.endswith(b"\n")


def test_every_row_of_a_child_is_the_sum_of_its_lines(costed: Path) -> None:
    lines = rows_of(costed / "cost_ledger.csv")
    for child in rows_of(costed / "cost_children.csv"):
        mine = [
            row for row in lines
            if (row["child_id"], row["price_year"]) == (child["child_id"], child["price_year"])
        ]  # fmt: skip
        assert Decimal(child["net"]) == total(mine)
        assert Decimal(child["gross"]) == total(row for row in mine if Decimal(row["amount"]) > 0)
        assert Decimal(child["contributions"]) == total(r for r in mine if r["process"] == "contribution")
        assert Decimal(child["grant"]) == total(row for row in mine if row["process"] == "grant")


def test_the_same_again_gives_the_same_bytes(costed: Path, tmp_path: Path) -> None:
    out, again = costed.parent, tmp_path / "out"
    shutil.copytree(out, again)
    folder = out.parent
    command("costs", again, "--catalogue", folder / "mine.yaml", "--prices", folder / "placement_costs.csv")
    names = ["cost_ledger.csv", "cost_children.csv", "cost_issues.csv", "cost_forecast.csv", "costs.html"]
    for name in names:
        assert (again / "in-team" / name).read_bytes() == (costed / name).read_bytes(), name
    report = (again / "in-team" / "report.html").read_text(encoding="utf-8")
    assert report == (costed / "report.html").read_text(encoding="utf-8")
    assert report.count("<!-- begin costs -->") == 2, "once among the contents and once as a section"
