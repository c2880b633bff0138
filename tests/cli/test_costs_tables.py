"""What a costing leaves for people, opened as they would: the workbook, the pages, the finance return."""

from __future__ import annotations

import re
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from costs_story import (
    BORN,
    CATALOGUE,
    PRICES,
    SECTION251,
    command,
    file_in,
    heading_of,
    rows_of,
    total,
    write_returns,
)
from python_calamine import CalamineWorkbook

NAMES = [*BORN, "NOBODY"]
RETURN = """\
year,line,label,gross,income,net
2024/25,residential,Homes,60000,1000,59000
2024/25,fostering,Foster care,30000,500,29500
2024/25,fostering_other,The rest of foster care,30000,500,29500
2024/25,fostering_fees,Fees,5000,0,5000
2024/25,social_work,Social workers,12000,0,12000
2024/25,adoption,Adoption,100,0,100
"""
MONEY = ("gross", "contributions", "grant", "net")
# Sheets that don't hold all the money, by what they are.
IN_PART = {"Costliest children", "10,000 a week"}


@pytest.fixture(scope="module")
def out(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("tables")
    command("run", write_returns(folder / "in"), "--out", folder / "out")
    arguments: list[str | Path] = ["--catalogue", "default", file_in(folder, "mine.yaml", CATALOGUE)]
    arguments += ["--prices", file_in(folder, "placement_costs.csv", PRICES)]
    command("costs", folder / "out", *arguments, "--section251", file_in(folder, "s251.csv", RETURN))
    return folder / "out"


@pytest.fixture(scope="module")
def lines(out: Path) -> list[dict[str, str]]:
    return rows_of(out / "in-team" / "cost_ledger.csv")


def sheets(path: Path) -> dict[str, list[dict[str, Any]]]:
    """Rows of every sheet that has headings, by sheet: the title stands above them."""
    book = CalamineWorkbook.from_path(str(path))
    found: dict[str, list[dict[str, Any]]] = {}
    for name in book.sheet_names:
        rows = book.get_sheet_by_name(name).to_python(skip_empty_area=False)
        head = next((n for n, row in enumerate(rows[:3]) if "la_code" in row), None)
        if head is not None:
            found[name] = [dict(zip(map(str, rows[head]), row, strict=True)) for row in rows[head + 1 :]]
    return found


def pennies(value: object) -> Decimal:
    assert isinstance(value, int | float)
    return Decimal(repr(value)).quantize(Decimal("0.01"))


def parts(rows: list[dict[str, Any]], column: str) -> Iterator[tuple[str, bool, Decimal]]:
    for row in rows:
        yield row["price_year"], "Total" in row.values(), pennies(row[column] or 0)


def test_every_table_of_the_workbook_foots_to_the_ledger_to_the_penny(
    out: Path, lines: list[dict[str, str]]
) -> None:
    years = sorted({row["price_year"] for row in lines})
    assert years == ["2009/10", "2024/25"]
    own = [row for row in lines if row["agency"] == "local_authority"]
    ledger = {
        (year, "net"): total(row for row in own if row["price_year"] == year) for year in years
    } | {
        (year, "gross"): total(r for r in own if r["price_year"] == year and Decimal(r["amount"]) > 0)
        for year in years
    } | {
        (year, column): total(r for r in own if r["price_year"] == year and r["process"] == process)
        for year in years for column, process in (("contributions", "contribution"), ("grant", "grant"))
    }  # fmt: skip
    footed = set()
    for name, rows in sheets(out / "in-team" / "cost_tables.xlsx").items():
        if name in IN_PART or not rows:
            continue
        columns = [column for column in (*MONEY, "amount") if column in rows[0] and "price_year" in rows[0]]
        for column in columns:
            for year in years:
                wanted = ledger[year, "net" if column == "amount" else column]
                cells = [one for one in parts(rows, column) if one[0] == year]
                assert sum(money for _, is_total, money in cells if not is_total) == wanted, (name, column)
                for _, is_total, money in cells:
                    assert not is_total or money == wanted, (name, column, "Total")
            footed.add(name)
    assert footed >= {
        "Totals", "Placement type", "Provider type", "Need group", "Process", "Month", "Quarter",
        "Financial year", "In and out of area", "Finance line", "Prices used", "Children", "Itemised",
        "Ledger",
    }  # fmt: skip


def test_the_itemised_sheet_is_a_times_b(out: Path) -> None:
    rows = sheets(out / "in-team" / "cost_tables.xlsx")["Itemised"]
    items = [row for row in rows if row["entry_id"]]
    assert len(items) > 30
    for row in items:
        made = Decimal(repr(row["quantity"])) * Decimal(repr(row["unit_cost"])) * Decimal(
            repr(row["uplift_factor"])
        )  # fmt: skip
        # Quantities are shown with 6 decimals: half of the last of them at 4,000 is under a penny.
        assert abs(made - abs(pennies(row["amount"]))) <= Decimal("0.011"), row


def test_the_workbook_opens_elsewhere_too_with_numbers_as_numbers(out: Path) -> None:
    book = openpyxl.load_workbook(out / "in-team" / "cost_tables.xlsx", data_only=True)
    assert book.sheetnames[0] == "Read me"
    told = "\n".join(str(cell) for row in book["Read me"].iter_rows(values_only=True) for cell in row if cell)
    assert "Rests on" in told
    assert "50 of 1,065 nights in placements, of 2 children, have no price" in told
    assert not [
        cell.coordinate
        for sheet in book
        for row in sheet.iter_rows()
        for cell in row
        if cell.data_type == "e"
    ]
    for sheet in book.worksheets[1:]:
        assert "2 children, have no price" in str(sheet["A1"].value), sheet.title


def test_children_without_a_price_are_listed(out: Path) -> None:
    rows = sheets(out / "in-team" / "cost_tables.xlsx")["Without a price"]
    assert [(row["child_id"], row["nights"], row["unpriced_nights"]) for row in rows] == [
        ("NOPRICE", 40, 40), ("TWICE", 10, 10), ("Total", 50, 50),
    ]  # fmt: skip


def test_an_average_week_is_of_nights_that_have_their_whole_price(out: Path) -> None:
    book = sheets(out / "in-team" / "cost_tables.xlsx")
    weeks = {row["kind_of_care"]: row for row in book["Average week"]}
    # TWICE and NOPRICE: what their social work cost, 10/30 and 1.3 months at 300, is in no average.
    for kind, nights, spent in (("Secure", 10, 100), ("Supported and independent living", 40, 390)):
        columns = ("nights", "placement_cost", "average_week", "unpriced_nights", "unpriced_children")
        told = [weeks[kind][name] for name in (*columns, "left_out")]
        assert told == [0, 0, "", nights, 1, spent], kind
    for row in book["Totals"]:
        if row["price_year"] == "2024/25":
            assert row["priced_nights"] + row["unpriced_nights"] == row["all_nights"]


def test_pages_say_first_whose_prices_and_name_no_child(out: Path) -> None:
    for name in ("costs.html", "report.html"):
        page = (out / "in-team" / name).read_text(encoding="utf-8")
        words = re.sub(r"\s+", " ", re.sub(r"<style.*?</style>|<[^>]*>", " ", page, flags=re.DOTALL))
        told = [words.find(said) for said in (
            "rests on research figures of 2008 to 2013", "amounts are in prices of", "In all",
        )]  # fmt: skip
        begin = words.find("What to know first")
        assert -1 not in told, (name, told)
        assert begin < told[0] < told[1], name
        for child in NAMES:
            assert not re.search(rf"\b{child}\b", words), (name, child)


def test_what_leaves_the_team_names_no_child_and_shows_no_small_number(out: Path) -> None:
    folder = out / "shareable"
    assert {file.name for file in folder.glob("cost*")} == {"cost_tables.xlsx", "costs.html"}
    for name in ("costs.html", "report.html"):
        page = (folder / name).read_text(encoding="utf-8")
        for child in NAMES:
            assert not re.search(rf"\b{child}\b", page), (name, child)
    book = openpyxl.load_workbook(folder / "cost_tables.xlsx", data_only=True)
    counts = 0
    for sheet in book.worksheets[1:]:
        _, head, *rows = sheet.iter_rows(values_only=True)
        for row in rows:
            one = dict(zip(head, row, strict=True))
            assert one.get("children") in (None, 0, "c") or one["children"] > 5, (sheet.title, one)
            # Of one or two children no amount can be told.
            if one.get("children") == "c" and "pounds" in one:
                assert one["pounds"] in ("c", 0), (sheet.title, one)
            counts += 1
    assert counts > 20
    everything = " ".join(
        str(cell) for sheet in book for row in sheet.iter_rows(values_only=True) for cell in row if cell
    )
    for child in NAMES:
        assert not re.search(rf"\b{child}\b", everything)


def test_the_finance_return_beside_the_ledger_adds_up_and_is_not_forced(
    out: Path, lines: list[dict[str, str]]
) -> None:
    assert heading_of(out / "in-team" / "section251.csv") == SECTION251
    rows = {(row["year"], row["line"]): row for row in rows_of(out / "in-team" / "section251.csv")}
    for (year, line), row in rows.items():
        first, last = f"{year[:4]}-04", f"{int(year[:4]) + 1}-03"
        mine = [one for one in lines if one["s251_line"] == line and first <= one["month"] <= last
                and one["agency"] == "local_authority"]  # fmt: skip
        moneys = {one["price_year"] for one in mine}
        if len(moneys) > 1 and year not in moneys:
            assert row["modelled"] == "", "money of several price years is never added"
            continue
        if len(moneys) > 1:
            mine = [one for one in mine if one["price_year"] == year]
        assert Decimal(row["modelled"]) == total(one for one in mine if Decimal(one["amount"]) > 0), line
        # The outturn is net of all income: of grants too.
        credits = total(one for one in mine if one["process"] in ("contribution", "grant"))
        assert Decimal(row["contributions"]) == -credits
        if not row["outturn"]:
            assert (row["gap"], row["coverage"]) == ("", "")
            continue
        given = {name: Decimal(row[name]) for name in SECTION251.split(",")[2:-1]}
        assert given["outturn"] == (
            given["modelled"] + given["not_child_level"] + given["timing"] + given["unmatched"]
            - given["contributions"] + given["gap"]
        )  # fmt: skip
        share = (given["modelled"] - given["contributions"]) / given["outturn"]
        assert abs(share - Decimal(row["coverage"])) <= Decimal("0.00005")
    # LONE's own price and package: 56,160.00, with 1,755.00 of health. What matches no placement has no line:
    # two weeks of NOBODY at 700 and one of FULL at 777.77. Lines that nobody has said are blank: H5 and K1.
    assert rows["2024/25", "fostering"]["modelled"] == "56160.00"
    assert rows["2024/25", "fostering"]["contributions"] == "1755.00"
    assert rows["2024/25", "fostering"]["gap"] == "-24905.00"
    # The grant for LONE, 351 nights at 114, stands once: on the line of asylum.
    assert (rows["2024/25", "asylum"]["modelled"], rows["2024/25", "asylum"]["contributions"]) == (
        "0.00",
        "40014.00",
    )
    assert sum(Decimal(row["contributions"]) for row in rows.values() if row["contributions"]) == -total(
        one for one in lines if one["process"] in ("contribution", "grant")
    )
    assert rows["2024/25", ""]["unmatched"] == "2177.77"
    assert rows["2024/25", ""]["modelled"] == "490.00"
    assert rows["2024/25", "adoption"]["gap"] == "100.00"
    assert rows["2024/25", "adoption"]["coverage"] == "0.0"
