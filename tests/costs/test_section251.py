"""The ledger beside the finance return: everything accounted for, nothing forced."""

# ruff: noqa: E501

from __future__ import annotations

from datetime import date
from pathlib import Path

import polars as pl
import pytest
from invented_ledgers import chain_of, children_of, event, invented_ledger, invented_run, ledger_of, line

from childjourneys.costs.section251 import (
    AMOUNTS,
    Reconciliation,
    as_written,
    line_issues,
    looked_after_at,
    questions,
    reconcile,
    unmatched_by_year,
)
from childjourneys.costs.section251_file import FinanceReturn, natural, read_section251
from childjourneys.costs.section251_nights import line_nights
from childjourneys.costs.summaries.cube import Cube, add_up
from childjourneys.issues import UsageError
from childjourneys.tables.costs import COST_ISSUES, COST_UNPRICED

HEAD = "year,line,label,gross,income,net\n"


def returned(tmp_path: Path, *rows: str, head: str = HEAD) -> FinanceReturn:
    path = tmp_path / "return.csv"
    path.write_text(head + "\n".join(rows) + "\n", encoding="utf-8")
    return read_section251(path)


def cube_of(*lines: dict[str, object]) -> Cube:
    ledger = ledger_of(lines)
    return add_up(ledger, children_of(ledger))


def told(done: Reconciliation, line: str, year: str = "2024/25") -> dict[str, object]:
    return done.table.filter(year=year, line=line).row(0, named=True)


def test_what_is_modelled_and_what_is_not_make_up_the_outturn(tmp_path: Path) -> None:
    head = "year,line,label,gross,income,net,not_child_level,timing\n"
    given = returned(tmp_path, '2024-25,3.1.1,Residential care,"10,000.00",1000,9000,500,-20', head=head)
    cube = cube_of(
        line(s251_line="3.1.1", pence=6_000_00, placement_type="K2"),
        line(s251_line="3.1.1", process="contribution", agency="health", pence=-400_00, placement_type="K2"),
    )
    done = reconcile(cube, invented_run(), given, unmatched={("2024/25", "3.1.1"): 100_00})
    found = told(done, "3.1.1")
    assert [found[name] for name in AMOUNTS] == [
        6_000_00, 500_00, -20_00, 100_00, 400_00, 9_000_00, 2_820_00,
    ]  # fmt: skip
    assert found["coverage"] == pytest.approx(5_600 / 9_000)
    written = as_written(done.table).row(0, named=True)
    assert str(written["gap"]) == "2820.00" and written["coverage"] == 0.6222


def test_grants_are_income_and_stand_once_on_their_line(tmp_path: Path) -> None:
    """An unaccompanied child in foster care: £7,000 on fostering, £3,000 of it paid for by the Home Office."""
    given = returned(
        tmp_path,
        "2024/25,3.1.2,Fostering services,7500,0,7500",
        "2024/25,3.1.8,Asylum seeker services - children,500,3000,-2500",
    )
    cube = cube_of(
        line(s251_line="fostering", placement_type="U6", pence=7_000_00),
        line(
            s251_line="fostering", process="contribution", agency="health", placement_type="U6", pence=-200_00
        ),
        line(s251_line="asylum", process="grant", placement_type="U6", pence=-3_000_00),
    )
    done = reconcile(cube, invented_run(), given)
    fostering, asylum = told(done, "3.1.2"), told(done, "3.1.8")
    assert [fostering[name] for name in AMOUNTS] == [7_000_00, 0, 0, 0, 200_00, 7_500_00, 700_00]
    # 0 - 3,000 + 500 = -2,500: what is spent beside the placements, which the ledger does not explain.
    assert [asylum[name] for name in AMOUNTS] == [0, 0, 0, 0, 3_000_00, -2_500_00, 500_00]
    assert fostering["coverage"] == pytest.approx(6_800 / 7_500) and asylum["coverage"] == pytest.approx(1.2)
    assert done.table["modelled"].sum() - done.table["contributions"].sum() == 3_800_00, (
        "the net of the ledger"
    )
    assert [note for note in done.notes if "grants" in note] == [
        "2024/25, line 3.1.8: of the contributions £3,000.00 are grants."
    ]


@pytest.mark.parametrize("seed", [1, 2])
def test_all_money_of_the_ledger_is_in_the_table(tmp_path: Path, seed: int) -> None:
    ledger = invented_ledger(60, seed)
    cube = add_up(ledger, children_of(ledger))
    given = returned(tmp_path, "2024/25,3.1.1,Residential care,100,0,100", "2024/25,3.3,Social work,5,0,5")
    done = reconcile(cube, invented_run(), given)
    own = ledger.filter(pl.col("agency") == "local_authority")
    gross = own.filter(~pl.col("process").is_in(["grant", "contribution", "other_agency"]))["pence"].sum()
    assert done.table["modelled"].sum() == gross
    credits = ledger.filter(pl.col("process").is_in(["contribution", "grant"]))["pence"].sum()
    assert done.table["contributions"].sum() == -credits
    has_outturn = done.table.filter(pl.col("outturn").is_not_null())
    adds = pl.sum_horizontal("modelled", "not_child_level", "timing", "unmatched", "gap") - pl.col(
        "contributions"
    )
    assert has_outturn.height == 2 and has_outturn.select((adds == pl.col("outturn")).all()).item()
    assert set(done.table["line"]) == {"3.1.1", "3.3", ""}


def test_every_row_of_the_file_is_used_or_told(tmp_path: Path) -> None:
    given = returned(
        tmp_path,
        "2024/25,3.1.1,Residential care,100,40,60",
        "2024,3.1.2,Fostering,100,0,100",
        "2024/25,3.1.1,Residential care again,1,0,1",
        "2024/25,3.1.3,Adoption,lots,0,1",
        "2024/25,,Nothing,1,0,1",
        "",
        "2024/25,3.1.4,Other,100,10,50",
        "2024/25,35,Memorandum,7,,",
    )
    errors = [one.row for one in given.issues if one.severity == "error"]
    warned = [(one.row, one.column) for one in given.issues if one.severity == "warning"]
    assert given.rows_in == 7 == len(given.lines) + len(errors)
    assert errors == [3, 4, 5, 6] and warned == [(8, "net"), (9, "net")]
    done = reconcile(cube_of(line(s251_line="3.1.1")), invented_run(), given)
    assert done.issues.schema == COST_ISSUES.empty().schema and len(done.issues) == 6
    memorandum = told(done, "35")
    assert memorandum["outturn"] is None and memorandum["gap"] is None and memorandum["coverage"] is None


def test_a_provider_split_and_a_total_are_checked(tmp_path: Path) -> None:
    head = "year,line,label,gross,income,net,own_provision,private,other_public,voluntary\n"
    split = returned(tmp_path, "2024/25,3.1.1,Residential care,100,0,100,50,20,0,20", head=head)
    assert [one.column for one in split.issues] == ["gross"]
    lines = [f"2013-14,{number},Line {number},10,0,10" for number in range(6, 16)]
    right = returned(tmp_path, *lines, "2013-14,16,Total Children Looked After,100,0,100")
    wrong = returned(tmp_path, *lines, "2013-14,16,Total Children Looked After,150,0,150")
    assert right.issues == () and [one.row for one in wrong.issues] == [12]


def test_a_file_without_a_column_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="no column net"):
        returned(tmp_path, "2024/25,1,a,1,1", head="year,line,label,gross,income\n")
    with pytest.raises(UsageError, match="can't be read"):
        read_section251(tmp_path / "nowhere.csv")


def test_a_group_finds_its_line_by_its_label_and_asks_where_two_could_be_meant(tmp_path: Path) -> None:
    given = returned(
        tmp_path,
        "2024/25,3.1.1,Residential care,1,0,1",
        "2024/25,3.1.2a,Fostering services (excluding fees and allowances for LA foster carers),1,0,1",
        "2024/25,3.1.2b,Fostering services (fees and allowances for LA foster carers),1,0,1",
    )
    cube = cube_of(
        line(s251_line="residential", placement_type="K2", pence=5_00),
        line(child_id="b", s251_line="fostering", pence=7_00),
        line(child_id="c", s251_line="fostering_fees", pence=8_00),
        line(child_id="d", s251_line="fostering_other", pence=9_00),
    )
    done = reconcile(cube, invented_run(), given)
    assert told(done, "3.1.1")["modelled"] == 5_00
    assert (told(done, "3.1.2b")["modelled"], told(done, "3.1.2a")["modelled"]) == (8_00, 9_00)
    assert told(done, "fostering")["modelled"] == 7_00 and told(done, "fostering")["gap"] is None
    assert any("lines 3.1.2a, 3.1.2b could be meant" in note for note in done.notes)


def test_money_of_other_price_years_is_never_added(tmp_path: Path) -> None:
    given = returned(tmp_path, "2024/25,1,Residential care,1,0,1", "2024/25,2,Fostering,1,0,1",
                     "2024/25,3,Social work,1,0,1")  # fmt: skip
    cube = cube_of(
        line(s251_line="1", pence=5_00),
        line(s251_line="1", pence=9_00, price_year="2009/10"),
        line(s251_line="2", pence=8_00, price_year="2009/10", child_id="b"),
        event("cin.s47", 3_00, s251_line="3", price_year="2008/09"),
        event("lac.1", 4_00, s251_line="3", price_year="2009/10"),
    )
    done = reconcile(cube, invented_run(), given)
    assert [told(done, number)["modelled"] for number in "123"] == [5_00, 8_00, None]
    assert told(done, "3")["gap"] is None
    assert any("£9.00 of 2009/10" in note for note in done.notes)
    assert any("modelled in prices of 2009/10" in note for note in done.notes)
    assert any("nothing is modelled" in note for note in done.notes)


def test_codes_without_a_line_ask(tmp_path: Path) -> None:
    cube = cube_of(
        line(placement_type="K1", pence=5_00), line(placement_type="H5", pence=6_00, child_id="b"),
        line(placement_type="K2", s251_line="3.1.1", child_id="c"),
    )  # fmt: skip
    asked = questions(cube)
    assert len(asked) == 2 and "H5" in asked[0] and "K1" in asked[1] and "s251_map" in asked[1]
    issues = line_issues(cube)
    assert issues["severity"].to_list() == ["note", "note"] and issues["child_id"].null_count() == 2


def test_a_year_that_is_covered_in_part_says_so(tmp_path: Path) -> None:
    given = returned(tmp_path, "2024/25,1,Residential care,1,0,1")
    run = invented_run(first=date(2024, 10, 1), last=date(2025, 3, 31))
    done = reconcile(cube_of(line(s251_line="1")), run, given)
    assert any("182 of its 365 days" in note for note in done.notes)
    assert not reconcile(cube_of(line(s251_line="1")), invented_run(), given).notes


def test_two_checks_from_above(tmp_path: Path) -> None:
    given = returned(
        tmp_path,
        "2024/25,1,Residential care,8000,0,8000",
        "2024/25,9,Total children looked after,9000,0,9000",
        "2024/25,12,Total Safeguarding,1000,0,1000",
    )  # fmt: skip
    lines = [line(s251_line="1", pence=7_000_00)]
    nights = line_nights(ledger_of(lines), COST_UNPRICED.empty(), {})
    done = reconcile(cube_of(*lines), invented_run(), given, looked_after={"2024/25": 2}, line_nights=nights)
    assert done.checks.select("outturn_side", "modelled_side").rows() == [
        (8_000_00, 7_000_00), (4_750_00, 3_500_00),
    ]  # fmt: skip
    assert told(done, "9")["modelled"] is None and told(done, "9")["outturn"] == 9_000_00


def unpriced(**given: object) -> pl.DataFrame:
    row = {"la_code": "301", "child_id": "a", "period_of_care": 1, "placement_no": 1, "need_group": "none",
           "month": "2024-04", "placement_type": "K2", **given}  # fmt: skip
    row["nights"] = (row["date_to"] - row["date_from"]).days + 1  # type: ignore[operator]
    return COST_UNPRICED.conform(pl.DataFrame([row]))


def test_nights_without_a_price_are_in_no_modelled_week_and_are_told(tmp_path: Path) -> None:
    """Ten nights in a home at £150 and social work of £10 a night; the price of the last three is missing.

    Four nights of another child there have nothing at all. The outturn pays for all 14.
    """
    given = returned(tmp_path, "2024/25,1,Residential care,2800,0,2800", "2024/25,2,Fostering,1000,0,1000",
                     "2024/25,9,Total children looked after,2800,0,2800")  # fmt: skip
    first = date(2024, 4, 1)
    lines = [
        line(s251_line="residential", placement_type="K2", date_from=first, date_to=date(2024, 4, 7), nights=7,
             pence=1_050_00),
        line(s251_line="residential", placement_type="K2", date_from=first, date_to=date(2024, 4, 10), nights=10,
             pence=100_00, entry_id="work"),
    ]  # fmt: skip
    whole = ledger_of(lines)
    without = pl.concat([
        unpriced(date_from=date(2024, 4, 8), date_to=date(2024, 4, 10)),
        unpriced(child_id="b", date_from=date(2024, 4, 1), date_to=date(2024, 4, 4)),
        unpriced(child_id="c", date_from=date(2024, 4, 1), date_to=date(2024, 4, 5), placement_type="U4"),
        unpriced(child_id="d", date_from=date(2024, 4, 1), date_to=date(2024, 4, 2), placement_type="K1"),
    ])  # fmt: skip
    cube = add_up(whole, children_of(whole), without)
    nights = line_nights(whole, without, {})
    done = reconcile(cube, invented_run(), given, looked_after={"2024/25": 2}, line_nights=nights)
    # 2,800 over 14 nights is 1,400 a week; 7 nights at 160 are 1,120. Not 1,150 / 10 x 7 = 805.
    assert done.checks.rows() == [
        ("2024/25", "1", "an average week: / nights x 7; outturn over 14 nights, modelled over the 7 of them that"
         " have a price", 1_400_00, 1_120_00),
        ("2024/25", "2", "an average week: / nights x 7; outturn over 5 nights, modelled over the 0 of them that"
         " have a price", 1_400_00, None),
        ("2024/25", "", "a child looked after: (children looked after + half of safeguarding) / children; the"
         " return has no line of safeguarding; 14 nights without a price are not in what is modelled", 1_400_00,
         575_00),
    ]  # fmt: skip
    # The authority says what secure homes are.
    mapped = line_nights(whole, without, {"K1": "2"})
    again = reconcile(cube, invented_run(), given, line_nights=mapped)
    assert "over 7 nights" in again.checks.row(1)[2]


def test_a_modelled_week_is_net_as_the_outturn_is(tmp_path: Path) -> None:
    given = returned(tmp_path, "2024/25,1,Residential care,700,0,700")
    lines = [
        line(s251_line="1", pence=1_000_00),
        line(s251_line="1", pence=-300_00, process="contribution", agency="health"),
    ]
    nights = line_nights(ledger_of(lines), COST_UNPRICED.empty(), {})
    done = reconcile(cube_of(*lines), invented_run(), given, line_nights=nights)
    assert done.checks.row(0)[3] == done.checks.row(0)[4] == 700_00


def test_payments_without_a_placement_have_a_year_and_no_line(tmp_path: Path) -> None:
    left = pl.DataFrame(
        [("2024-05-01", "10.005"), ("2025-03-31", "1"), ("2025-04-01", "7"), ("2025-04-02", None)],
        schema={"date_from": pl.String, "amount": pl.String}, orient="row",
    ).with_columns(pl.col("date_from").str.to_date())  # fmt: skip
    paid = unmatched_by_year(left)
    assert paid == {("2024/25", ""): 11_01, ("2025/26", ""): 7_00}
    given = returned(tmp_path, "2024/25,1,Residential care,1,0,1")
    done = reconcile(cube_of(line(s251_line="1")), invented_run(), given, unmatched=paid)
    assert done.table.filter(line="")["unmatched"].to_list() == [11_01, 7_00]


def test_children_looked_after_are_counted_on_the_last_day_of_the_year() -> None:
    chain = chain_of(
        {"start": date(2024, 1, 1), "end": date(2025, 3, 31)},
        {"child_id": "b", "start": date(2025, 3, 31)},
        {"child_id": "c", "start": date(2025, 3, 1), "kind": "short_break"},
    )
    assert looked_after_at(chain, ["2023/24", "2024/25"]) == {"2023/24": 1, "2024/25": 1}


def test_lines_sort_as_people_number_them() -> None:
    assert sorted(["10", "9", "3.1.2a", "3.1.10", "3.1.2"], key=natural) == [
        "3.1.2",
        "3.1.2a",
        "3.1.10",
        "9",
        "10",
    ]
