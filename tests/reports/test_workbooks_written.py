import re
import zipfile
from datetime import date
from pathlib import Path

import openpyxl
import polars as pl
import pytest
from python_calamine import CalamineWorkbook

from childjourneys.domain.vocabulary import EVENTS
from childjourneys.reports.files import CannotWrite
from childjourneys.reports.workbooks import (
    write_issues_workbook,
    write_journeys_workbook,
    write_matching_workbook,
)
from childjourneys.sources.contract import Matching
from childjourneys.tables import DERIVED


def lines(*rows: tuple[str, str]) -> pl.DataFrame:
    """Lines of (child_id, journey)."""
    return DERIVED["lines"].conform(
        pl.DataFrame(
            {
                "la_code": ["301"] * len(rows),
                "child_id": [child for child, _ in rows],
                "journey": [journey for _, journey in rows],
                "journey_reduced": ["C -> R"] * len(rows),
                "first_date": [date(2025, 3, 1)] * len(rows),
                "last_date": [date(2025, 5, 5)] * len(rows),
                "n_events": [2] * len(rows),
            },
            schema_overrides={"child_id": pl.String, "journey": pl.String, "la_code": pl.String},
        )
    )


def test_journeys_workbook_has_its_sheets_filters_and_frozen_headings(tmp_path: Path) -> None:
    write_journeys_workbook(tmp_path / "journeys.xlsx", lines(("00123", "[2025-03-01/contact]"), ("7", "b")))
    book = openpyxl.load_workbook(tmp_path / "journeys.xlsx")
    assert book.sheetnames == ["Child journeys", "Legend", "Read me"]
    sheet = book["Child journeys"]
    assert [cell.value for cell in sheet[1]] == list(DERIVED["lines"].names())
    assert [
        f"{cell.value:%Y-%m-%d}" if isinstance(cell.value, date) else cell.value for cell in sheet[2]
    ] == [
        "301",
        "00123",
        "[2025-03-01/contact]",
        "C -> R",
        "2025-03-01",
        "2025-05-05",
        2,
    ]
    assert sheet.auto_filter.ref == "A1:G3"
    assert sheet.freeze_panes == "A2"
    legend = [[cell.value for cell in row] for row in book["Legend"].iter_rows(min_row=2)]
    assert legend == [[e.code, e.name, e.label, "yes" if e.in_lines else "no"] for e in EVENTS]


@pytest.mark.parametrize(
    "text", ["=cmd()", "+1", "-1", "@x", "http://example.org", "007", "<r>&amp;</r>", "{=1}"]
)
def test_text_stays_text(tmp_path: Path, text: str) -> None:
    write_journeys_workbook(tmp_path / "journeys.xlsx", lines((text, text)))
    cell = openpyxl.load_workbook(tmp_path / "journeys.xlsx")["Child journeys"]["B2"]
    assert cell.data_type == "s"
    assert cell.value.strip() == text
    assert cell.hyperlink is None
    with zipfile.ZipFile(tmp_path / "journeys.xlsx") as parts:
        assert b"<f>" not in parts.read("xl/worksheets/sheet1.xml")


def test_a_text_longer_than_a_cell_is_cut_with_a_mark_and_a_note(tmp_path: Path) -> None:
    exactly, longer, wide = "x" * 32_767, "y" * 40_000, "\U0001f600" * 20_000
    write_journeys_workbook(tmp_path / "journeys.xlsx", lines(("1", exactly), ("2", longer), ("3", wide)))
    book = openpyxl.load_workbook(tmp_path / "journeys.xlsx")
    found = [book["Child journeys"].cell(row, 3).value for row in (2, 3, 4)]
    assert found[0] == exactly
    assert found[1].startswith("y" * 32_000)
    for text in found[1:]:
        assert text.endswith("... [cut here: the whole text is in journeys.csv]")
        assert 32_000 < len(text.encode("utf-16-le")) // 2 <= 32_767
    notes = {row[0].value: row[1].value for row in book["Read me"].iter_rows()}
    assert notes["Texts cut"].startswith("2 texts")


def test_no_row_is_lost_beyond_the_rows_of_a_sheet(tmp_path: Path) -> None:
    write_journeys_workbook(tmp_path / "j.xlsx", lines(*[(str(n), "j") for n in range(10)]), row_limit=5)
    book = openpyxl.load_workbook(tmp_path / "j.xlsx")
    assert book.sheetnames == [
        "Child journeys",
        "Child journeys (2)",
        "Child journeys (3)",
        "Legend",
        "Legend (2)",
        "Legend (3)",
        "Legend (4)",
        "Legend (5)",
        "Legend (6)",
        "Legend (7)",
        "Read me",
    ]
    seen = [
        row[1].value
        for name in book.sheetnames
        if name.startswith("Child")
        for row in book[name].iter_rows(min_row=2)
    ]
    assert seen == [str(n) for n in range(10)]
    assert [book[f"Child journeys{more}"].auto_filter.ref for more in ("", " (2)", " (3)")] == [
        "A1:G5",
        "A1:G5",
        "A1:G3",
    ]
    assert book["Child journeys (3)"]["A1"].value == "la_code"


def test_an_empty_table_is_a_heading(tmp_path: Path) -> None:
    write_issues_workbook(tmp_path / "issues.xlsx", DERIVED["issues"].empty())
    sheet = openpyxl.load_workbook(tmp_path / "issues.xlsx")["Issues"]
    assert [cell.value for cell in sheet[1]] == list(DERIVED["issues"].names())


@pytest.mark.parametrize("odd", ["a\x00b", "a\x0bb", "a\x1fb", "a\ufffeb", "a\uffffb", "_x0041_"])
def test_characters_that_xml_cannot_hold_do_not_spoil_the_workbook(tmp_path: Path, odd: str) -> None:
    issues = DERIVED["issues"].conform(
        pl.DataFrame({"severity": ["error"], "code": ["x"], "file": [odd], "what": ["w"], "count": [1]})
    )
    write_issues_workbook(tmp_path / "issues.xlsx", issues)
    with zipfile.ZipFile(tmp_path / "issues.xlsx") as parts:
        part = parts.read("xl/worksheets/sheet1.xml").decode()
    assert not re.search("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]", part)
    sheet = CalamineWorkbook.from_path(tmp_path / "issues.xlsx").get_sheet_by_name("Issues")
    assert sheet.to_python()[1][2] == odd.replace("\ufffe", "\ufffd").replace("\uffff", "\ufffd")


def test_the_matching_report_comes_back_as_it_was_written(tmp_path: Path) -> None:
    headings = {("f", "s", raw): ("x", "y") for raw in ("a\r\nb", "a\nb", "  a ", "a\x00b", "_x0041_", "=a")}
    write_matching_workbook(tmp_path / "matching_report.xlsx", Matching(headings=headings))
    sheet = CalamineWorkbook.from_path(tmp_path / "matching_report.xlsx").get_sheet_by_name("Headings")
    assert {tuple(row[:3]) for row in sheet.to_python()[1:]} == set(headings)


def test_matching_workbook_is_sorted_and_complete(tmp_path: Path) -> None:
    matching = Matching(
        headings={
            ("b.xlsx", "List 1", "Child ID"): ("child_id", "variant"),
            ("a.xlsx", "l", "h"): ("", "extra"),
        },
        values={
            ("10", "Sex", "=M"): ["M", "Male", "exact", 3],
            ("2", "Organisation", "x"): ["", "", "not matched", 1],
            ("CIN", "Sex", "F"): ["F", "Female", "exact", 9],
        },
    )
    write_matching_workbook(tmp_path / "matching_report.xlsx", matching)
    book = openpyxl.load_workbook(tmp_path / "matching_report.xlsx")
    headings = [[cell.value or None for cell in row] for row in book["Headings"].iter_rows()]
    assert headings == [
        ["file", "sheet", "heading", "taken_as", "how"],
        ["a.xlsx", "l", "h", None, "extra"],
        ["b.xlsx", "List 1", "Child ID", "child_id", "variant"],
    ]
    values = [[cell.value or None for cell in row] for row in book["Values"].iter_rows()]
    assert values == [
        ["list", "column", "raw", "taken_as", "label", "how", "count"],
        ["2", "Organisation", "x", None, None, "not matched", 1],
        ["10", "Sex", "=M", "M", "Male", "exact", 3],
        ["CIN", "Sex", "F", "F", "Female", "exact", 9],
    ]
    for name in ("Headings", "Values"):
        assert book[name].freeze_panes == "A2" and book[name].auto_filter.ref


def test_two_runs_give_the_same_bytes(tmp_path: Path) -> None:
    frame = lines(("1", "[2025-03-01/contact]"))
    write_journeys_workbook(tmp_path / "a.xlsx", frame)
    write_journeys_workbook(tmp_path / "b.xlsx", frame)
    assert (tmp_path / "a.xlsx").read_bytes() == (tmp_path / "b.xlsx").read_bytes()


def test_a_workbook_held_open_gives_one_sentence(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def held(source: object, target: object) -> None:
        raise PermissionError(13, "Access is denied")

    monkeypatch.setattr("os.replace", held)
    with pytest.raises(CannotWrite, match=r"issues\.xlsx could not be written"):
        write_issues_workbook(tmp_path / "issues.xlsx", DERIVED["issues"].empty())
    assert list(tmp_path.iterdir()) == []


def test_a_folder_that_may_not_be_written_to_gives_one_sentence(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refused(*arguments: object, **options: object) -> None:
        raise PermissionError(13, "Access is denied")

    monkeypatch.setattr("xlsxwriter.workbook.ZipFile", refused)
    with pytest.raises(CannotWrite, match=r"journeys\.xlsx could not be written"):
        write_journeys_workbook(tmp_path / "journeys.xlsx", lines(("1", "j")))
    assert list(tmp_path.iterdir()) == []


def test_no_rows_of_children_stay_behind_in_the_temporary_folder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    elsewhere = tmp_path / "tmp"
    elsewhere.mkdir()
    monkeypatch.setenv("TMPDIR", str(elsewhere))
    monkeypatch.setattr("tempfile.tempdir", str(elsewhere))
    (tmp_path / "out").mkdir()
    broken = lines(("1", "j")).with_columns(pl.Series("journey", [object()], dtype=pl.Object))
    with pytest.raises(pl.exceptions.PolarsError):
        write_journeys_workbook(tmp_path / "out" / "journeys.xlsx", broken.select("la_code"))
    write_journeys_workbook(tmp_path / "out" / "journeys.xlsx", lines(("1", "j")))
    assert list(elsewhere.iterdir()) == []
    assert [found.name for found in (tmp_path / "out").iterdir()] == ["journeys.xlsx"]
