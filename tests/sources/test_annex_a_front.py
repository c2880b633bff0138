"""Authority and extract date, from the front sheet or the file name."""

from datetime import date

import pytest
from annex_a_making import list_rows, read, row, save

from childjourneys.sources.annex_a.front import authority, date_in_name, extract_date
from childjourneys.sources.workbooks import Sheet

DAY = date(2024, 6, 30)


@pytest.mark.parametrize(
    "rows",
    [
        [["Date of extract", DAY]],
        [["Data extracted on:", "", "30/06/2024"]],
        [["Snapshot date"], ["30 June 2024"]],
        [["x"], ["", "As at", ""], ["", 45473.0, ""]],
        [["Extract made by", "Someone"], ["Data as at", "30th June 2024"]],
    ],
)
def test_extract_date(rows):
    assert extract_date([Sheet("Front_Sheet", 1, rows)], False) == DAY


@pytest.mark.parametrize("rows", [[["Inspection date", DAY]], [["Extract", "soon"]], [], [["As at"]]])
def test_no_extract_date(rows):
    assert extract_date([Sheet("Front_Sheet", 1, rows)], False) is None


def test_serial_of_the_workbooks_own_system():
    assert extract_date([Sheet("Front", 1, [["Extract", 44011]])], True) == DAY


@pytest.mark.parametrize(
    ("rows", "code"),
    [
        ([["Local authority", "Camden"]], "202"),
        ([["LA code:", 202.0]], "202"),
        ([["LA"], ["202"]], "202"),
        ([["Name of local authority", "London Borough of Camden"]], "202"),
        ([["Bristol City Council"]], "801"),
        ([["Authority", "Durham County Council"]], "840"),
        ([["Kingston upon Hull"]], "810"),
        ([["Camden"], ["Barnet"]], None),
        ([["Number of sheets", 202]], None),
        ([["Local authority", "Narnia"]], None),
    ],
)
def test_authority(rows, code):
    assert authority([Sheet("Front_Sheet", 1, rows)]) == code


@pytest.mark.parametrize(
    ("name", "day"),
    [
        ("Annex A 2024-06-30", DAY),
        ("annex_a_20240630_v2", DAY),
        ("30.06.2024 lists", DAY),
        ("AnnexA 30062024", DAY),
        ("List 3 30 June 2024", DAY),
        ("x30Jun2024", DAY),
        ("Annex A 2024", None),
        ("99992024", None),
        ("2024-13-45", None),
    ],
)
def test_date_in_name(name, day):
    assert date_in_name(name) == day


def test_front_sheet_comes_before_the_file_name(tmp_path):
    sheets = {"List_3": list_rows(3, row(3)), "Cover": [["Extract date", "01/05/2024"]]}
    info = read(save(tmp_path / "annex 2024-06-30.xlsx", sheets)).file.info
    assert (info.as_at, info.as_at_how) == (date(2024, 5, 1), "front sheet")
    del sheets["Cover"]
    info = read(save(tmp_path / "annex 2024-06-30.xlsx", sheets), "in/annex 2024-06-30.xlsx").file.info
    assert (info.as_at, info.as_at_how, info.file) == (DAY, "file name", "in/annex 2024-06-30.xlsx")
    info = read(save(tmp_path / "annex.xlsx", sheets)).file.info
    assert (info.as_at, info.as_at_how, info.latest_date) == (None, "", date(2024, 3, 6))
