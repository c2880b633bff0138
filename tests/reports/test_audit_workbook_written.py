import zipfile
from datetime import date
from pathlib import Path

import openpyxl
import polars as pl
from python_calamine import CalamineWorkbook

from childjourneys.reports.workbooks import write_audit_workbook
from childjourneys.tables import DERIVED

TO_FILL_IN = ["read_by", "read_on", "decision_sound", "what_we_learned", "action"]


def cases(*explanations: str) -> pl.DataFrame:
    n = len(explanations)
    return DERIVED["audit_list"].conform(
        pl.DataFrame(
            {
                "archetype": ["re_referral_12m_back"] * n,
                "la_code": ["301"] * n,
                "child_id": [f"{at:05}" for at in range(n)],
                "anchor_date": [date(2024, 3, 1)] * n,
                "outcome": ["match"] * n,
                "explanation": list(explanations),
                "file": ["cin.xml"] * n,
                "sheet": ["CINdetails"] * n,
                "row": [12] * n,
            },
            schema=DERIVED["audit_list"].schema,
        )
    )


def test_the_columns_of_the_csv_come_first_and_then_those_to_fill_in(tmp_path: Path) -> None:
    write_audit_workbook(tmp_path / "audit_list.xlsx", cases("Referred 1 March 2024.", "Again."))
    book = CalamineWorkbook.from_path(tmp_path / "audit_list.xlsx")
    assert book.sheet_names == ["Audit list", "Read me"]
    rows = book.get_sheet_by_name("Audit list").to_python()
    assert rows[0] == [*DERIVED["audit_list"].names(), *TO_FILL_IN]
    assert rows[1][:9] == [
        "re_referral_12m_back", "301", "00000", date(2024, 3, 1), "match", "Referred 1 March 2024.",
        "cin.xml", "CINdetails", 12.0,
    ]  # fmt: skip
    assert rows[1][9:] == [""] * 5
    assert len(rows) == 3


def test_what_is_to_fill_in_is_shaded_and_offers_its_answers(tmp_path: Path) -> None:
    write_audit_workbook(tmp_path / "audit_list.xlsx", cases("a", "b"))
    sheet = openpyxl.load_workbook(tmp_path / "audit_list.xlsx")["Audit list"]
    assert sheet["F2"].alignment.wrap_text and sheet.column_dimensions["F"].width > 80
    for column in "JKLMN":
        assert sheet[f"{column}2"].fill.fgColor.rgb == "FFFFF2B3" and sheet[f"{column}2"].value is None
    assert sheet["I2"].fill.fgColor.rgb != "FFFFF2B3"
    assert sheet["K2"].number_format == "yyyy-mm-dd"
    [offered] = sheet.data_validations.dataValidation
    assert str(offered.sqref) == "L2:L3" and offered.formula1 == '"yes,no,unsure"'
    assert sheet.freeze_panes == "A2" and sheet.auto_filter.ref == "A1:N3"


def test_texts_stay_texts_and_long_ones_are_cut_with_a_mark(tmp_path: Path) -> None:
    write_audit_workbook(tmp_path / "audit_list.xlsx", cases("=cmd()", "x" * 40_000))
    book = openpyxl.load_workbook(tmp_path / "audit_list.xlsx")
    cell = book["Audit list"]["F2"]
    assert cell.data_type == "s" and cell.value == "=cmd()" and cell.quotePrefix
    assert cell.alignment.wrap_text
    assert book["Audit list"]["F3"].value.endswith("... [cut here: the whole text is in audit_list.csv]")
    notes = {row[0].value: row[1].value for row in book["Read me"].iter_rows()}
    assert notes["Texts cut"].startswith("1. They say so")
    with zipfile.ZipFile(tmp_path / "audit_list.xlsx") as parts:
        assert b"<f>" not in parts.read("xl/worksheets/sheet1.xml")


def test_it_goes_on_over_several_sheets_and_can_be_empty(tmp_path: Path) -> None:
    write_audit_workbook(tmp_path / "many.xlsx", cases(*map(str, range(100))), row_limit=41)
    book = CalamineWorkbook.from_path(tmp_path / "many.xlsx")
    sheets = [name for name in book.sheet_names if name.startswith("Audit")]
    assert sheets == ["Audit list", "Audit list (2)", "Audit list (3)"]
    seen = [row[5] for name in sheets for row in book.get_sheet_by_name(name).to_python()[1:]]
    assert seen == list(map(str, range(100)))
    validated = openpyxl.load_workbook(tmp_path / "many.xlsx")["Audit list (3)"].data_validations
    assert str(validated.dataValidation[0].sqref) == "L2:L21"
    write_audit_workbook(tmp_path / "none.xlsx", cases())
    rows = CalamineWorkbook.from_path(tmp_path / "none.xlsx").get_sheet_by_name("Audit list").to_python()
    assert rows == [[*DERIVED["audit_list"].names(), *TO_FILL_IN]]


def test_the_read_me_says_what_it_is_and_that_it_stays_in_the_team(tmp_path: Path) -> None:
    write_audit_workbook(tmp_path / "audit_list.xlsx", cases("a"))
    book = CalamineWorkbook.from_path(tmp_path / "audit_list.xlsx")
    words = " ".join(str(cell) for row in book.get_sheet_by_name("Read me").to_python() for cell in row)
    for said in ("Not to leave the team", "is not a judgement", "match_early", *TO_FILL_IN):
        assert said in words


def test_two_runs_give_the_same_bytes(tmp_path: Path) -> None:
    write_audit_workbook(tmp_path / "a.xlsx", cases("a"))
    write_audit_workbook(tmp_path / "b.xlsx", cases("a"))
    assert (tmp_path / "a.xlsx").read_bytes() == (tmp_path / "b.xlsx").read_bytes()
