"""The matching report can be edited and passed back, and only what was edited changes."""

from __future__ import annotations

from pathlib import Path

import openpyxl
import polars as pl
import pytest

from childjourneys import api
from childjourneys.issues import UsageError

HEADINGS = [
    "Child Unique ID",
    "Gender",
    "Ethnicity",
    "Date of Birth",
    "Age of Child (Years)",
    "Date of Contact",
]


@pytest.fixture
def returns(tmp_path: Path) -> Path:
    """List 1 with a source in words of its own, and a heading that says little."""
    folder = tmp_path / "in"
    folder.mkdir()
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.title = "List_1"
    sheet.append([*HEADINGS, "Who rang", "Contact Source"])
    for number in range(4):
        source = "James Bond" if number else "6"
        sheet.append([f"A{number}", "a) Male", "WBRI", "01/02/2015", 9, "03/04/2024", "x", source])
    book.save(folder / "annex_a_2024-06-30.xlsx")
    return folder


def sources(journeys: api.Journeys) -> list[str | None]:
    return (
        journeys.events.select(pl.col("attributes").str.json_path_match("$.contact_source"))
        .to_series()
        .to_list()
    )


def edit(report: Path, sheet: str, find: str, taken_as: str) -> None:
    book = openpyxl.load_workbook(report)
    rows = book[sheet]
    names = [cell.value for cell in rows[1]]
    taken = names.index("taken_as") + 1
    hits = [row for row in range(2, rows.max_row + 1) if find in [c.value for c in rows[row]]]
    assert len(hits) == 1
    rows.cell(hits[0], taken).value = taken_as
    book.save(report)


def test_a_value_that_was_not_matched_is_what_the_analyst_says(returns: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    settings = api.Settings(la="301")
    first = api.run(returns, out, settings)
    unmatched = first.issues.filter(pl.col("code") == "not-matched")
    assert unmatched.select("row", "column", "count").rows() == [(3, "Contact Source", 3)]
    assert sources(api.journeys(api.read(returns, la="301"))) == ["6", None, None, None]

    report = tmp_path / "edited.xlsx"
    report.write_bytes((out / "in-team" / "matching_report.xlsx").read_bytes())
    edit(report, "Values", "James Bond", "1A")
    again = api.read(returns, la="301", mappings=report)
    assert sources(api.journeys(again)) == ["6", "1A", "1A", "1A"]
    assert "not-matched" not in set(again.issues["code"])
    assert again.matching.values["1", "contact_source", "James Bond"][2] == "mapping"


def test_an_unedited_report_changes_nothing(returns: Path, tmp_path: Path) -> None:
    api.run(returns, tmp_path / "out", api.Settings(la="301"))
    report = tmp_path / "out" / "in-team" / "matching_report.xlsx"
    plain, mapped = api.read(returns, la="301"), api.read(returns, la="301", mappings=report)
    assert plain.issues.equals(mapped.issues)
    for name in plain.tables:
        assert plain.tables[name].equals(mapped.tables[name]), name


def test_a_heading_can_be_moved(returns: Path, tmp_path: Path) -> None:
    api.run(returns, tmp_path / "out", api.Settings(la="301"))
    report = tmp_path / "edited.xlsx"
    report.write_bytes((tmp_path / "out" / "in-team" / "matching_report.xlsx").read_bytes())
    edit(report, "Headings", "Contact Source", "")
    again = api.read(returns, la="301", mappings=report)
    assert sources(api.journeys(again)) == [None] * 4


def test_a_code_that_does_not_exist_is_refused(returns: Path, tmp_path: Path) -> None:
    api.run(returns, tmp_path / "out", api.Settings(la="301"))
    report = tmp_path / "edited.xlsx"
    report.write_bytes((tmp_path / "out" / "in-team" / "matching_report.xlsx").read_bytes())
    edit(report, "Values", "James Bond", "99Z")
    with pytest.raises(UsageError):
        api.read(returns, la="301", mappings=report)
