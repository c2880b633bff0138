"""A budget as a file: every row is used or told with its place, and nothing makes it fall over."""

from __future__ import annotations

import random
import re
from pathlib import Path

import pytest

from childjourneys.costs.budget_file import NEEDED, OPTIONAL, BudgetFile, lines_of, read_budget, set_aside_in
from childjourneys.issues import UsageError

HEAD = "year,line,label,budget,other\n"


def read(tmp_path: Path, *rows: str, head: str = HEAD, codes: tuple[str, ...] = ("301",)) -> BudgetFile:
    path = tmp_path / "budget.csv"
    path.write_text(head + "\n".join(rows) + "\n", encoding="utf-8")
    return read_budget(path, codes)


def test_rows_are_read_as_finance_writes_them(tmp_path: Path) -> None:
    found = read(
        tmp_path,
        '2024-25,3.1.1,Residential care,"£1,250,000.505",(20000)',
        "2024/2025, 3.1.10 ,,-5,",
        "",
        "202425,3.1.2a,Fostering,0,0.01",
    )
    told = [(one.la_code, one.year, one.line, one.label, one.budget, one.other) for one in found.lines]
    assert told == [
        ("301", "2024/25", "3.1.1", "Residential care", 1_250_000_51, -20_000_00),
        ("301", "2024/25", "3.1.2a", "Fostering", 0, 1),
        ("301", "2024/25", "3.1.10", "", -5_00, None),
    ]
    assert found.rows_in == 3 and found.issues == () and not found.moves
    assert {one.price_year for one in found.lines} == {"2024/25"}
    assert [one.row for one in found.lines] == [2, 5, 3]


@pytest.mark.parametrize(
    ("row", "column", "what"),
    [
        ("2024,3.1.2,a,1,", "year", "The financial year can't be told."),
        ("0000/01,3.1.2,a,1,", "year", "The financial year can't be told."),
        ("9999/00,3.1.2,a,1,", "year", "The financial year can't be told."),
        (",3.1.2,a,1,", "year", "The financial year can't be told."),
        ("2024/25,,a,1,", "line", "The line is blank."),
        ("2024/25,3.1.2,a,,", "budget", "The budget is blank."),
        ("2024/25,3.1.2", "budget", "The budget is blank."),
        ("2024/25,3.1.2,a,lots,", "budget", "The amount is not a number of pounds."),
        ("2024/25,3.1.2,a,1e999999999,", "budget", "The amount is not a number of pounds."),
        ("2024/25,3.1.2,a,nan,", "budget", "The amount is not a number of pounds."),
        ("2024/25,3.1.2,a,1,much", "other", "The amount is not a number of pounds."),
        ("2024/25,3.1.1,a,1,", "line", "A line stands twice for one year."),
    ],
)
def test_a_row_that_can_not_be_used_is_told_with_its_place(
    tmp_path: Path, row: str, column: str, what: str
) -> None:
    found = read(tmp_path, "2024/25,3.1.1,Residential care,1,0", row)
    (issue,) = found.issues
    assert (issue.severity, issue.code, issue.file, issue.row) == ("error", "cost-data", "budget.csv", 3)
    assert (issue.column, issue.what) == (column, what)
    assert issue.expected and issue.to_do
    assert found.rows_in == 2 == len(found.lines) + len(found.issues)
    # The year of the row may be 2024/25: what that comes to in all is not known.
    assert set_aside_in(found, "301", "2024/25")


def test_rows_of_another_year_leave_a_year_whole(tmp_path: Path) -> None:
    found = read(tmp_path, "2024/25,1,a,1,", "2023/24,1,a,x,")
    assert set_aside_in(found, "301", "2023/24") and not set_aside_in(found, "301", "2024/25")


def test_an_earlier_forecast_and_whose_money_it_is(tmp_path: Path) -> None:
    head = "year,line,budget,last_forecast,price_year\n"
    found = read(tmp_path, "2024/25,1,10,12.5,2023-24", "2024/25,2,10,,", head=head)
    assert found.moves
    assert [(one.last_forecast, one.price_year) for one in found.lines] == [
        (12_50, "2023/24"),
        (None, "2024/25"),
    ]
    wrong = read(tmp_path, "2024/25,1,10,1,", "2024/25,2,10,x,", "2024/25,3,10,1,soon", head=head)
    assert [(one.row, one.column) for one in wrong.issues] == [(3, "last_forecast"), (4, "price_year")]


def test_each_row_names_its_authority_where_there_are_several(tmp_path: Path) -> None:
    head, codes = "la_code,year,line,budget\n", ("301", "330")
    found = read(
        tmp_path,
        "301,2024/25,1,10",
        "330,2024/25,1,20",
        ",2024/25,1,30",
        "999,2024/25,1,40",
        head=head,
        codes=codes,
    )
    assert [(one.la_code, one.budget) for one in found.lines] == [("301", 10_00), ("330", 20_00)]
    assert [(one.row, one.column, one.what) for one in found.issues] == [
        (4, "la_code", "The authority is blank, and the run has several."),
        (5, "la_code", "The run has no authority of this code."),
    ]
    assert [one.budget for one in lines_of(found, "330", "2024/25")] == [20_00]
    # A row without an authority may be anybody's.
    assert set_aside_in(found, "330", "2024/25")
    with pytest.raises(UsageError, match=r"no column la_code.*several authorities"):
        read(tmp_path, "2024/25,1,10", head="year,line,budget\n", codes=codes)
    # With one, the code may be left out, and must be right where it is given.
    assert read(tmp_path, ",2024/25,1,10", head=head).lines[0].la_code == "301"
    with pytest.raises(UsageError, match=r"budget.csv, row 2, column la_code"):
        read(tmp_path, "330,2024/25,1,10", head=head)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "has no column year, line, budget"),
        ("year,line\n2024/25,1\n", "has no column budget: a budget needs year, line, budget"),
        ("year,line,budget,Budget\n2024/25,1,1,2\n", "has the column budget twice"),
        ("year,line,budget\n\n,,\n", "has headings and no row"),
        ("year,line,budget\n2024,1,1\n", "No row of the budget can be used. budget.csv, row 2, column year"),
    ],
)
def test_a_file_that_can_not_be_used_is_one_sentence(tmp_path: Path, text: str, said: str) -> None:
    path = tmp_path / "budget.csv"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(UsageError, match=said):
        read_budget(path, ["301"])


def test_the_example_of_the_page_is_read_whole(tmp_path: Path) -> None:
    text = (Path(__file__).parents[2] / "docs" / "costs.md").read_text(encoding="utf-8")
    (example,) = re.findall(r"```csv\n(year,line,.*?)```", text, re.DOTALL)
    path = tmp_path / "example.csv"
    path.write_text(example, encoding="utf-8")
    found = read_budget(path, ["301"])
    assert len(found.lines) == example.count("\n") - 1 == 4 and not found.issues and found.moves
    for name in (*NEEDED, *OPTIONAL):
        assert re.search(rf"^\| [\w, ]*\b{name}\b[\w, ]* \|", text, re.MULTILINE), name


def test_a_file_that_is_none(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="no such file"):
        read_budget(tmp_path / "nowhere.csv", ["301"])
    (tmp_path / "book.xlsx").write_bytes(b"PK\x03\x04\xff\xfe\x00")
    with pytest.raises(UsageError, match="is no CSV file"):
        read_budget(tmp_path / "book.xlsx", ["301"])


@pytest.mark.parametrize("seed", range(4))
def test_mangled_files_are_read_or_refused(tmp_path: Path, seed: int) -> None:
    chance = random.Random(seed)
    good = (
        b"la_code,year,line,label,budget,other,last_forecast,price_year\n"
        b'301,2024/25,3.1.1,"Residential, care",1000000,5,7,2024/25\n301,2024-25,3.1.2,Fostering,(5.5),,,\n'
    )
    pieces = (b'"', b",", b"\n", b"\r", b"\x00", b"\xff", b"\xef\xbb\xbf", "٣".encode(), b"1e99", b"-", b"/")
    path = tmp_path / "budget.csv"
    read_in = 0
    for _ in range(300):
        text = bytearray(good)
        for _ in range(chance.randrange(1, 6)):
            at = chance.randrange(len(text) + 1)
            text[at : at + chance.randrange(3)] = chance.choice(pieces)
        path.write_bytes(bytes(text))
        try:
            found = read_budget(path, ["301"])
        except UsageError as error:
            assert str(error).count("\n") == 0 or b"\n" in text
            continue
        read_in += 1
        assert found.rows_in == len(found.lines) + len(found.issues)
        assert all(1990 <= int(one.year[:4]) < 2100 and abs(one.budget) <= 10**13 for one in found.lines)
    assert read_in > 30


def test_a_file_as_a_spreadsheet_of_windows_saves_it(tmp_path: Path) -> None:
    path = tmp_path / "budget.csv"
    path.write_bytes("year;line;label;budget\r\n2024/25;3.1.1;Homes (£);1000\r\n".encode("cp1252"))
    (line,) = read_budget(path, ["301"]).lines
    assert (line.line, line.label) == ("3.1.1", "Homes (£)")
