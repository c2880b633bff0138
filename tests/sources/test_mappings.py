"""The edited matching report, read back."""

import pytest
import xlsxwriter

from childjourneys.issues import UsageError
from childjourneys.sources.mappings import Mappings, load_mappings, value_coder

HEADINGS = ["file", "sheet", "heading", "taken_as", "how"]
VALUES = ["list", "column", "raw", "taken_as", "label", "how", "count"]


def save(path, headings=None, values=None, heading_row=HEADINGS, value_row=VALUES):
    with xlsxwriter.Workbook(str(path)) as book:
        for name, head, rows in (("Headings", heading_row, headings), ("Values", value_row, values)):
            if rows is None:
                continue
            sheet = book.add_worksheet(name)
            for number, cells in enumerate([head, *rows]):
                sheet.write_row(number, 0, cells)
    return path


def test_entries(tmp_path):
    path = save(
        tmp_path / "m.xlsx",
        [
            ["a.xlsx", "List 3", "Who rang", "referral_source", "not taken"],
            ["a.xlsx", "List 3", "Notes", "", ""],
        ],
        [
            ["6", "primary_need", "Family support", "n4", "", "not matched", 3],
            [3, "referral_source", 6, 7, "", "exact", 1],
            ["1", "gender", "Other", "U", "", "", 1],
            ["6", "case_status", "odd", "", "", "", 1],
            ["CIN", "Sex", "1", "M", "", "", 1],
        ],
    )
    mappings = load_mappings(path)
    assert mappings.heading("a.xlsx", "List 3", "Who rang") == "referral_source"
    assert mappings.heading("a.xlsx", "List 3", " Notes ") == ""
    assert mappings.heading("b.xlsx", "List 3", "Who rang") is None
    assert mappings.value("6", "primary_need", "Family support") == "N4"
    assert mappings.value("3", "referral_source", "6") == "7"
    assert mappings.value("1", "gender", "Other") == "U"
    assert mappings.value("6", "case_status", "odd") == ""
    assert mappings.value("CIN", "Sex", "1") == "M"
    assert mappings.value("6", "primary_need", "else") is None


def test_columns_may_stand_in_any_order_and_more_of_them(tmp_path):
    path = save(
        tmp_path / "m.xlsx",
        [],
        [["N4", "x", "6", "primary_need"]],
        value_row=["taken_as", "raw", "list", "column"],
    )
    assert load_mappings(path).value("6", "primary_need", "x") == "N4"


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"headings": None, "values": []}, 'no sheet "Headings"'),
        ({"headings": [], "values": None}, 'no sheet "Values"'),
        (
            {"headings": [], "values": [], "value_row": ["list", "raw", "taken_as"]},
            "no column column in row 1",
        ),
        ({"headings": [["a", "b", "c", "nothing", ""]], "values": []}, 'sheet "Headings", row 2'),
        ({"headings": [], "values": [["6", "primary_need", "x", "N77"]]}, 'no code of the set "need"'),
        ({"headings": [], "values": [["6", "nothing", "x", "N1"]]}, "no coded column"),
        ({"headings": [], "values": [["6", "cin_start_date", "x", ""]]}, "no coded column"),
    ],
)
def test_faults_are_one_sentence(tmp_path, options, words):
    with pytest.raises(UsageError, match=words):
        load_mappings(save(tmp_path / "m.xlsx", **options))


@pytest.mark.parametrize("content", [None, b"", b"not a workbook"])
def test_no_workbook(tmp_path, content):
    path = tmp_path / "m.xlsx"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(UsageError, match="can't be opened"):
        load_mappings(path)


def test_empty_mappings_decide_nothing():
    assert Mappings().heading("a", "b", "c") is None
    assert Mappings().value("1", "gender", "x") is None


def test_value_coder():
    assert value_coder("1", "gender").name == "sex"
    assert value_coder("4", "has_disability").match("AUT").code == "1"
    assert value_coder("1", "birth_date") is None
    assert value_coder("CIN", "PrimaryNeedCode").name == "need"
