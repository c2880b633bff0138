"""cost_tables.xlsx, opened again: numbers are numbers and foot to the penny without being worked out anew."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path
from typing import Any

import openpyxl
import polars as pl
import pytest
from invented_ledgers import (
    children_of,
    entry,
    event,
    invented_ledger,
    invented_run,
    ledger_of,
    line,
)

from childjourneys.costs.section251 import reconcile
from childjourneys.costs.section251_file import read_section251
from childjourneys.costs.summaries.cube import add_up
from childjourneys.reports.cost_data import CostData, cost_data
from childjourneys.reports.cost_sheets import column_letter
from childjourneys.reports.cost_workbook import write_cost_workbook


def written(folder: Path, ledger: pl.DataFrame, data: CostData, **options: Any) -> Path:
    path = folder / "cost_tables.xlsx"
    write_cost_workbook(path, ledger, data, **options)
    return path


def read_me(path: Path) -> str:
    sheet = openpyxl.load_workbook(path, data_only=True)["Read me"]
    return "\n".join(
        " ".join(str(cell) for cell in row if cell is not None) for row in sheet.iter_rows(values_only=True)
    )


def pennies(value: object) -> int:
    pence = Decimal(str(value)) * 100
    assert pence == int(pence), value
    return int(pence)


def test_every_total_is_a_sum_and_holds_what_it_comes_to(tmp_path: Path) -> None:
    ledger = invented_ledger(60, 1, ("2023/24", "2024/25"))
    data = cost_data(add_up(ledger, children_of(ledger)), invented_run())
    path = written(tmp_path, ledger, data)
    values = openpyxl.load_workbook(path, data_only=True)
    formulas = openpyxl.load_workbook(path)
    checked = 0
    for sheet in values.worksheets:
        first = 3
        for row in sheet.iter_rows(min_row=3):
            if not any(cell.value == "Total" for cell in row):
                continue
            for cell in row:
                formula = formulas[sheet.title][cell.coordinate].value
                if isinstance(formula, str) and formula.startswith("="):
                    letter = cell.column_letter
                    assert formula == f"=SUM({letter}{first}:{letter}{cell.row - 1})"
                    above = [sheet[f"{letter}{at}"].value for at in range(first, cell.row)]
                    assert pennies(cell.value) == sum(pennies(value or 0) for value in above)
                    checked += 1
            first = row[0].row + 1
    assert checked > 60


def test_totals_of_the_workbook_are_those_of_the_ledger(tmp_path: Path) -> None:
    ledger = invented_ledger(40, 2)
    data = cost_data(add_up(ledger, children_of(ledger)), invented_run())
    book = openpyxl.load_workbook(written(tmp_path, ledger, data), data_only=True)
    whole = ledger["pence"].sum()
    for name in ("Placement type", "Process", "Month", "Need group", "In and out of area", "Finance line"):
        rows = list(book[name].iter_rows(min_row=2, values_only=True))
        total = dict(zip(rows[0], rows[-1], strict=True))
        assert "Total" in rows[-1]
        assert pennies(total["net"]) + pennies(total["other_agencies"]) == whole, name
    lines = list(book["Ledger"].iter_rows(min_row=3, values_only=True))
    amount = [cell.value for cell in book["Ledger"][2]].index("amount")
    assert len(lines) == len(ledger) and sum(pennies(row[amount]) for row in lines) == whole
    items = list(book["Itemised"].iter_rows(min_row=2, values_only=True))
    assert pennies(dict(zip(items[0], items[-1], strict=True))["amount"]) == whole


def test_the_first_sheet_says_whose_prices_and_what_is_not_in(tmp_path: Path) -> None:
    ledger = ledger_of([line(entry_id="old", price_basis="default"), event("cin.s47", 511_00)])
    run = invented_run(entry("old", "2009/10"), not_costed=["cin.review"], london=frozenset({"301"}))
    cube = add_up(ledger, children_of(ledger, {"c": (5, 5)}))
    said = read_me(written(tmp_path, ledger, cost_data(cube, run)))
    for words in (
        "57.8% of the gross money in prices of 2024/25 (£700 of £1,211) rests on research figures of 2008",
        "All amounts are in prices of 2024/25, as their sources give them",
        "mine.yaml: 1 entry, SHA-256 " + "ab" * 32,
        "Not in the amounts: 5 of 12 nights in placements, of 1 child, have no price.",
        "Not costed, because no catalogue has an entry for it: review of a plan.",
        "London has no published costs",
        "unpriced_nights Of these, nights without a price.",
    ):
        assert words in said, words
    assert "INVENTED" not in said


def test_invented_prices_are_named_on_every_sheet(tmp_path: Path) -> None:
    ledger = ledger_of([line()])
    data = cost_data(add_up(ledger, children_of(ledger)), invented_run(entry("price"), invented=True))
    book = openpyxl.load_workbook(written(tmp_path, ledger, data), data_only=True)
    for sheet in book.worksheets:
        top = " ".join(
            str(cell) for row in sheet.iter_rows(max_row=2, values_only=True) for cell in row if cell
        )
        assert "INVENTED PRICES" in top, sheet.title


def test_a_ledger_longer_than_a_sheet_is_cut_and_said_to_be(tmp_path: Path) -> None:
    ledger = invented_ledger(12, 3)
    data = cost_data(add_up(ledger, children_of(ledger)), invented_run())
    path = written(tmp_path, ledger, data, row_limit=30)
    book = openpyxl.load_workbook(path, data_only=True)
    assert book["Ledger"].max_row == 30 and len(ledger) > 28
    assert f"Ledger Too long for a sheet: its last {len(ledger) - 28:,} rows or more are left out" in read_me(
        path
    )


def test_of_a_part_of_the_ledger_nothing_is_added_up(tmp_path: Path) -> None:
    ledger = invented_ledger(12, 3)
    data = cost_data(add_up(ledger, children_of(ledger)), invented_run())
    path = written(tmp_path, ledger.head(20), data)
    items = openpyxl.load_workbook(path, data_only=True)["Itemised"]
    assert not any("Total" in row for row in items.iter_rows(values_only=True))
    said = read_me(path)
    assert f"its last {len(ledger) - 20:,} rows or more are left out" in said
    assert "Only of the children whose lines came first in the ledger" in said


def test_texts_never_become_formulas(tmp_path: Path) -> None:
    ledger = ledger_of([line(child_id="=1+1")])
    data = cost_data(add_up(ledger, children_of(ledger)), invented_run())
    book = openpyxl.load_workbook(written(tmp_path, ledger, data))
    found = [cell for sheet in book for row in sheet.iter_rows() for cell in row if cell.value == "=1+1"]
    assert len(found) >= 4
    assert all(cell.data_type == "s" or cell.quotePrefix for cell in found)


def test_the_finance_return_has_its_sheets(tmp_path: Path) -> None:
    ledger = ledger_of([line(s251_line="1", placement_type="K2"), line(child_id="b", placement_type="K1")])
    cube = add_up(ledger, children_of(ledger))
    file = tmp_path / "s251.csv"
    file.write_text(
        "year,line,label,gross,income,net\n2024/25,1,Residential care,1000,0,1000\n", encoding="utf-8"
    )
    run = invented_run()
    data = cost_data(cube, run, section251=reconcile(cube, run, read_section251(file)))
    book = openpyxl.load_workbook(written(tmp_path, ledger, data), data_only=True)
    rows = list(book["Section 251"].iter_rows(min_row=3, values_only=True))
    assert rows[0] == ("2024/25", "1", "Residential care", 700, 0, 0, 0, 0, 1000, 300, 0.7)
    assert rows[1][:4] == ("2024/25", None, None, 700)
    assert any("K1" in str(row[0]) for row in book["Section 251 notes"].iter_rows(values_only=True))


def test_the_same_data_give_the_same_bytes(tmp_path: Path) -> None:
    ledger = invented_ledger(10, 4)
    data = cost_data(add_up(ledger, children_of(ledger)), invented_run())
    first = written(tmp_path, ledger, data).read_bytes()
    assert written(tmp_path, ledger, data).read_bytes() == first


@pytest.mark.parametrize(("place", "letter"), [(0, "A"), (25, "Z"), (26, "AA"), (51, "AZ"), (702, "AAA")])
def test_letters_of_columns(place: int, letter: str) -> None:
    assert column_letter(place) == letter
