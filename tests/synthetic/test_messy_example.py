"""Planted faults stand where `planted.csv` says, and odd forms still hold the truth."""

from __future__ import annotations

from datetime import date, timedelta
from functools import cache
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import polars as pl
import pytest
from python_calamine import CalamineWorkbook

from childjourneys.synthetic import Plan, World, Written, simulate, write_example

PLAN = Plan(children=1500, seed=1)
FIRST, SECOND = PLAN.extract_dates
Row = dict[str, Any]


@pytest.fixture(scope="module")
def world() -> World:
    return simulate(PLAN)


@pytest.fixture(scope="module")
def written(world: World, tmp_path_factory: pytest.TempPathFactory) -> Written:
    return write_example(world, tmp_path_factory.mktemp("messy"), messy=True)


@pytest.fixture(scope="module")
def planted(written: Written) -> list[Row]:
    frame = pl.read_csv(written.truth / "planted.csv", infer_schema_length=None)
    return frame.with_columns(pl.col(pl.String).fill_null("")).to_dicts()


def only(planted: list[Row], **wanted: str) -> list[Row]:
    return [row for row in planted if all(row[key] == value for key, value in wanted.items())]


@cache
def cells(path: Path, sheet: str) -> list[list[Any]]:
    return CalamineWorkbook.from_path(path).get_sheet_by_name(sheet).to_python(skip_empty_area=False)


def test_every_kind_of_fault_is_planted(planted: list[Row]) -> None:
    assert {row["fault"] for row in planted} >= {
        "placeholder-identifier", "key-date-blank", "key-date-unreadable", "key-date-future",
        "date-unreadable", "end-before-start", "date-after-extract", "not-matched", "letter-mismatch",
        "same-key", "duplicate-rows", "row-is-a-note",
        "heading-misspelt", "heading-not-taken", "column-missing", "sheet-not-a-list",
        "near-date", "same-file-twice", "replaced-submission", "leading-zeros-linked", "end-taken-back",
        "gone-without-end", "reference-date-guessed", "authority-taken-from-others",
        "8500", "8568", "8600", "8608", "8630", "8925", "4011", "2884", "workbook-1904",
        "xml-namespace-and-bom", "xml-prefix-and-latin-1", "xml-both-forms-of-reviews",
        "xml-utf-16-empty-elements-1-0", "xml-stray-text", "identifier-number", "blank-forms",
        *(f"dates-form-{number}" for number in range(1, 12)),
    }  # fmt: skip
    assert {row["severity"] for row in planted} == {"error", "warning", "note", "none"}


def test_cells_of_annex_a_hold_what_was_planted(planted: list[Row], written: Written) -> None:
    expected: dict[str, Any] = {
        "key-date-blank": {""}, "key-date-unreadable": {"07/25/2024"}, "date-unreadable": {"to be agreed"},
        "placeholder-identifier": {"", "UNKNOWN", "000"}, "not-matched": {"Walk in"},
        "letter-mismatch": {"a) 6: Police"}, "key-date-future": {SECOND + timedelta(9)},
    }  # fmt: skip
    file = f"annex_a_{SECOND}.xlsx"
    seen = set()
    for row in planted:
        if row["file"] == file and row["fault"] in expected:
            sheet = cells(written.returns / file, row["sheet"])
            place = sheet[1].index(row["column"])
            assert sheet[row["row"] - 1][place] in expected[row["fault"]], row
            seen.add(row["fault"])
    assert seen == expected.keys()


def test_ends_before_starts_in_annex_a(planted: list[Row], written: Written) -> None:
    file = f"annex_a_{SECOND}.xlsx"
    starts = {"List_4": "Continuous Assessment Start Date", "List_6": "CIN Start Date"}
    found = only(planted, file=file, fault="end-before-start")
    assert {row["sheet"] for row in found} == starts.keys()
    for row in found:
        sheet = cells(written.returns / file, row["sheet"])
        line = sheet[row["row"] - 1]
        assert line[sheet[1].index(row["column"])] < line[sheet[1].index(starts[row["sheet"]])]


def test_a_note_below_the_data_and_a_repeated_row(planted: list[Row], written: Written) -> None:
    file = f"annex_a_{SECOND}.xlsx"
    sheet = cells(written.returns / file, "List_1")
    note = only(planted, file=file, fault="row-is-a-note")[0]["row"]
    assert [bool(cell) for cell in sheet[note - 1]] == [True] + [False] * (len(sheet[0]) - 1)
    assert note == len(sheet)
    assert sheet[note - 2] in sheet[: note - 2]


def test_the_first_extract_has_no_titles_and_its_own_dates(planted: list[Row], written: Written) -> None:
    path = written.returns / f"annex_a_{FIRST}.xlsx"
    for row in planted:
        if row["file"] == path.name and row["fault"].startswith("dates-form-"):
            headings = cells(path, row["sheet"])[0]
            assert sum(bool(heading) for heading in headings) >= 7
    contacts = cells(path, "List 1 Contacts")
    place = next(
        number
        for number, text in enumerate(contacts[0])
        if "CONTACT" in text.upper() and "DATE" in text.upper()
    )
    assert all(line[place][2] == line[place][5] == "/" for line in contacts[1:])
    referrals = cells(path, "3")
    heading = only(planted, file=path.name, fault="near-date")[0]["column"]
    place = referrals[0].index(heading)
    assert all(isinstance(line[place], date) and line[place].year in (2024, 2025) for line in referrals[1:])


def test_a_referral_two_days_from_the_census(planted: list[Row], written: Written, world: World) -> None:
    row = only(planted, fault="near-date")[0]
    sheet = cells(written.returns / row["file"], row["sheet"])
    line = sheet[row["row"] - 1]
    identifier = next(cell for cell in line if str(cell).endswith(".0")).removesuffix(".0")
    day = line[sheet[0].index(row["column"])]
    true = world.episodes.filter(pl.col("child_id") == identifier)["referral_date"].to_list()
    assert day - timedelta(days=2) in true
    assert day not in true


def test_lines_of_census_files(planted: list[Row], written: Written) -> None:
    encodings = {2022: "latin-1", 2024: "utf-16"}
    placed = [row for row in planted if row["file"].endswith(".xml") and row["row"] is not None]
    assert len(placed) >= 15
    for row in placed:
        encoding = encodings.get(int(row["file"][11:15]), "utf-8")
        lines = (written.returns / row["file"]).read_bytes().decode(encoding).split("\n")
        assert lines[row["row"] - 1].replace("c:", "").strip() == f"<{row['sheet']}>", row


def test_census_files_are_well_formed_and_hold_the_same_children(written: Written, world: World) -> None:
    spaces = {2021: "{http://www.example.org/cin}", 2022: "{http://www.example.org/cin}"}
    for year in range(2021, 2026):
        root = ElementTree.parse(written.returns / f"cin_census_{year}.xml").getroot()
        space = spaces.get(year, "")
        assert root.tag == f"{space}Message"
        children = {child.text for child in root.iter(f"{space}LAchildID")}
        assert len(children - set(world.children["child_id"]) - {None, "UNKNOWN"}) == 0
        assert len(children) > 300
        assert (root.find(f"{space}Header") is None) == (year == 2023)


def test_a_case_gone_without_an_end(planted: list[Row], written: Written) -> None:
    row = only(planted, fault="gone-without-end")[0]
    older = ElementTree.parse(written.returns / row["file"]).getroot()
    newer = ElementTree.parse(written.returns / "cin_census_2025.xml").getroot()
    opened = {
        child.findtext("ChildIdentifiers/LAchildID") for child in older.iter("Child")
        for case in child.findall("CINdetails")
        if not case.findtext("CINclosureDate") and case.findtext("ReferralNFA") == "0"
    }  # fmt: skip
    still = {child.findtext("ChildIdentifiers/LAchildID") for child in newer.iter("Child")}
    assert len(opened - still) == 1


def test_files_sent_twice(planted: list[Row], written: Written) -> None:
    copy = only(planted, fault="same-file-twice")[0]["file"]
    assert (written.returns / copy).read_bytes() == (
        written.returns / copy.removeprefix("copies/")
    ).read_bytes()
    assert b"<SerialNo>002<" in (written.returns / "cin_census_2021_resubmitted.xml").read_bytes()
    assert b"<SerialNo>001<" in (written.returns / "cin_census_2021.xml").read_bytes()
