"""What becomes of each row of SSDA903, and which events it would have given."""

from __future__ import annotations

import random
from datetime import date
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from ssda903_making import GOOD, csv_text, read_path, read_rows, rows_of

from childjourneys.issues import IssueLog
from childjourneys.sources.contract import Matching, ReadContext
from childjourneys.sources.ssda903.layout import modules
from childjourneys.sources.ssda903.reader import open_ssda903
from childjourneys.sources.values import is_blank

KEY_DATES = {
    "Episodes": "DECOM", "Reviews": "REVIEW", "PlacedAdoption": "DATE_PLACED", "Missing": "MIS_START",
    "SWEpisodes": "SW_DECOM", "DoLo": "DOLO_START",
}  # fmt: skip


def test_the_modules_with_a_key_date() -> None:
    assert {one.name: one.key_date for one in modules().values() if one.key_date} == KEY_DATES


@pytest.mark.parametrize("module", list(GOOD))
def test_a_good_row_is_loaded_without_a_word(tmp_path: Path, module: str) -> None:
    read = read_rows(tmp_path, module, rows_of(module))
    assert read.codes() == []
    account = read.accounts[0]
    assert (account.sheet, account.rows_in, account.loaded) == (module, 1, 1)
    assert read.table(modules()[module].table)["child_id"].to_list() == ["101"]
    assert "mark" not in read.tables


@pytest.mark.parametrize("module", list(KEY_DATES))
def test_rows_without_a_usable_key_date_are_set_aside(tmp_path: Path, module: str) -> None:
    name = KEY_DATES[module]
    rows = rows_of(module, {name: ""}, {name: "07/25/2023"}, {name: "01/04/2024"}, {name: "31/03/2024"})
    read = read_rows(tmp_path, module, rows)
    assert [one for one in read.codes() if one[0] == "error"] == [
        ("error", "key-date-blank", 2, name),
        ("error", "key-date-unreadable", 3, name),
        ("error", "key-date-future", 4, name),
    ]
    account = read.accounts[0]
    assert (account.rows_in, account.loaded, account.set_aside) == (4, 1, 3)
    assert sum(account.reasons.values()) == 3


@pytest.mark.parametrize("identifier", ["", "UNKNOWN", "000", " tbc ", "n/a", "-"])
@pytest.mark.parametrize("module", ["Header", "Episodes", "OC3"])
def test_placeholders_are_set_aside(tmp_path: Path, module: str, identifier: str) -> None:
    read = read_rows(tmp_path, module, rows_of(module, {"CHILD": identifier}, {}))
    assert read.codes() == [("error", "placeholder-identifier", 2, "CHILD")]
    assert (read.accounts[0].set_aside, read.accounts[0].loaded) == (1, 1)


def test_notes_repeated_headings_and_empty_rows(tmp_path: Path) -> None:
    text = csv_text(rows_of("Missing"))
    heading, row = text.splitlines()
    lines = [heading, "", row, heading.lower(), ",,,,", "End of the list,,,,", row.replace("101", "102")]
    (tmp_path / "m.csv").write_text("\n".join(lines), encoding="utf-8")
    read = read_path(tmp_path / "m.csv")
    assert read.codes() == [("note", "heading-repeated", 4, ""), ("note", "row-is-a-note", 6, "")]
    assert read.table("missing")["row"].to_list() == [3, 7]
    account = read.accounts[0]
    assert (account.rows_in, account.loaded, account.set_aside) == (4, 2, 2)


def test_duplicates_leave_out_what_is_restated(tmp_path: Path) -> None:
    rows = rows_of("Reviews", {}, {"DOB": "04/05/2010"}, {"REVIEW": "2023-06-01"}, {"REVIEW_CODE": "PN2"})
    read = read_rows(tmp_path, "Reviews", rows)
    account = read.accounts[0]
    assert (account.rows_in, account.loaded, account.duplicate) == (4, 2, 2)
    assert read.codes() == [("note", "duplicate-rows", 3, ""), ("warning", "same-key", 5, "REVIEW")]
    assert read.table("review")["row"].to_list() == [2, 5]


def test_rows_of_one_child_where_there_should_be_one(tmp_path: Path) -> None:
    rows = rows_of("Header", {}, {"ETHNIC": "AIND"}, {"CHILD": " 101.0"})
    read = read_rows(tmp_path, "Header", rows)
    assert read.codes() == [("warning", "same-key", 3, "CHILD"), ("note", "duplicate-rows", 4, "")]
    assert read.table("child")["ethnicity"].to_list() == ["WBRI", "AIND"]


def test_episodes_of_one_start_begin_with_the_one_that_ends_that_day(tmp_path: Path) -> None:
    rows = rows_of(
        "Episodes",
        {"CHILD": "100"},
        {"DECOM": "01/09/2023", "DEC": "", "REC": ""},
        {"CHILD": "102"},
        {"DECOM": "01/09/2023", "DEC": "01/09/2023"},
        {"DECOM": "01/09/2023", "DEC": "01/09/2023"},
        {"DECOM": "01/05/2023"},
    )
    read = read_rows(tmp_path, "Episodes", rows)
    assert read.codes() == [("warning", "same-key", 5, "DECOM"), ("note", "duplicate-rows", 6, "")]
    assert read.table("care_episode")["row"].to_list() == [2, 5, 3, 4, 7]


def test_an_end_that_cannot_be_used(tmp_path: Path) -> None:
    rows = rows_of(
        "Missing",
        {"CHILD": "1", "MIS_END": "soon"},
        {"CHILD": "2", "MIS_END": "30/06/2023"},
        {"CHILD": "3", "MIS_END": "05/04/2024"},
        {"CHILD": "4", "MIS_END": ""},
    )
    read = read_rows(tmp_path, "Missing", rows)
    assert read.codes() == [
        ("warning", "date-unreadable", 2, "MIS_END"),
        ("warning", "end-before-start", 3, "MIS_END"),
        ("warning", "date-after-extract", 4, "MIS_END"),
    ]
    found = read.table("missing").select("missing_end_date", "missing_end_date_raw").rows()
    assert found == [(None, "soon"), (None, "30/06/2023"), (None, "05/04/2024"), (None, None)]
    start = date(2023, 7, 1)
    assert read.table("mark").select("child_id", "event", "code", "start", "row").rows() == [
        ("1", "missing_end", "undated", start, 2),
        ("2", "missing_end", "end_before_start", start, 3),
    ]


@pytest.mark.parametrize(
    ("change", "event"),
    [
        ({}, "lac_start|placement_start|placement_end"),
        ({"DEC": ""}, "lac_start|placement_start"),
        ({"REC": "E4A"}, "lac_start|placement_start|placement_end|lac_end"),
        ({"REC": "E11", "RNE": "L"}, "placement_end|lac_end|adopted"),
        ({"RNE": "P", "PLACE": "A5", "DEC": ""}, "placement_start|placed_for_adoption"),
        ({"RNE": "L", "DEC": ""}, None),
        ({"LS": "V4", "REC": "E4A"}, "short_break_start|short_break_end"),
    ],
)
@pytest.mark.parametrize(("day", "code"), [("01/05/2024", "future"), ("", "undated"), ("x", "undated")])
def test_marks_of_episodes_without_a_date(
    tmp_path: Path, change: dict[str, str], event: str | None, day: str, code: str
) -> None:
    read = read_rows(tmp_path, "Episodes", rows_of("Episodes", {**change, "DECOM": day}))
    expected = [] if event is None else [("101", event, code, None, "Episodes", 2)]
    found = read.table("mark").select("child_id", "event", "code", "start", "sheet", "row").rows()
    assert found == expected


@pytest.mark.parametrize(
    ("module", "change", "event"),
    [
        ("Reviews", {"REVIEW": "x"}, "lac_review"),
        ("PlacedAdoption", {"DATE_PLACED": "x", "DATE_PLACED_CEASED": "01/01/2024"},
         "adoption_decision|adoption_reversed"),
        ("SWEpisodes", {"SW_DECOM": "x"}, None),
        ("DoLo", {"DOLO_START": "x"}, None),
    ],
)  # fmt: skip
def test_marks_of_other_modules(
    tmp_path: Path, module: str, change: dict[str, str], event: str | None
) -> None:
    found = read_rows(tmp_path, module, rows_of(module, change)).table("mark")["event"].to_list()
    assert found == ([event] if event else [])


def test_an_episode_column_that_would_say_open_is_missed(tmp_path: Path) -> None:
    row = {name: text for name, text in GOOD["Episodes"].items() if name not in ("DEC", "REC", "URN")}
    read = read_rows(tmp_path, "Episodes", [row])
    assert read.codes() == [("warning", "column-missing", 1, "DEC"), ("warning", "column-missing", 1, "REC")]


def test_a_reason_without_an_end_is_not_used(tmp_path: Path) -> None:
    rows = rows_of("Episodes", {"DEC": "", "REC": "E4A"}, {"CHILD": "102", "DEC": "x", "REC": "E4A"})
    read = read_rows(tmp_path, "Episodes", rows)
    assert ("warning", "reason-without-end", 2, "REC") in read.codes()
    frame = read.table("care_episode").select("reason_episode_ceased", "reason_episode_ceased_raw")
    assert frame.rows() == [(None, "E4A"), ("E4A", None)]


CELLS = st.one_of(
    st.sampled_from(
        ["", "-", "n/a", "101", "00101", "102", "UNKNOWN", "2", "M", "S", "V3", "C2", "X1", "E11"]
    ),
    st.sampled_from(["01/05/2023", "2023-05-01", "1 May 2023", "05/2023", "31/03/2024", "01/04/2024"]),
    st.sampled_from(
        ["zz/zz/2019", "45000", "K3", "H5", "D1", "0", "999.9", "a) Yes", "DECOM", "UN9", "AB1 2CD"]
    ),
    st.text(st.characters(blacklist_categories=("Cs", "Cc", "Z"), blacklist_characters='",'), max_size=6),
)


@st.composite
def dirty_files(draw: st.DrawFn) -> tuple[str, str, int]:
    """A module, its CSV text of invented cells, and how many rows are not empty."""
    module = draw(st.sampled_from(list(GOOD)))
    names = draw(st.permutations(list(GOOD[module])))
    good = [GOOD[module][name] for name in names]
    cells = st.lists(CELLS, min_size=len(names), max_size=len(names))
    rows = draw(st.lists(st.one_of(cells, st.just(good), st.just(list(names))), max_size=12))
    filled = sum(not all(is_blank(cell) for cell in row) for row in rows)
    return module, "\n".join(",".join(row) for row in [list(names), *rows]), filled


@given(dirty_files())
@settings(max_examples=150, deadline=None, derandomize=True,
          suppress_health_check=[HealthCheck.function_scoped_fixture])  # fmt: skip
def test_every_row_is_accounted_for(tmp_path: Path, dirty: tuple[str, str, int]) -> None:
    module, text, filled = dirty
    path = tmp_path / "dirty.csv"
    path.write_text(text, encoding="utf-8")
    read = read_path(path)
    account = read.accounts[0]
    assert account.rows_in == filled
    assert account.rows_in == account.loaded + account.duplicate + account.set_aside
    assert sum(account.reasons.values()) == account.duplicate + account.set_aside
    assert read.table(modules()[module].table).height == account.loaded
    noted = sum(one.count for one in read.issues("error"))
    noted += sum(one.count for one in read.issues() if one.code in ("row-is-a-note", "heading-repeated"))
    assert noted == account.set_aside


@pytest.mark.parametrize("seed", range(60))
def test_mangled_bytes_never_end_in_a_traceback(tmp_path: Path, seed: int) -> None:
    chance = random.Random(seed)
    module = chance.choice(list(GOOD))
    data = bytearray(
        csv_text(rows_of(module, *({} for _ in range(5)))).encode(chance.choice(["utf-8", "utf-16"]))
    )
    if seed % 3 == 0:
        data = bytearray(chance.randbytes(400))
    for _ in range(chance.randrange(40)):
        at = chance.randrange(len(data))
        if chance.random() < 0.5:
            data[at] = chance.randrange(256)
        else:
            data[at:at] = chance.choice([b'"', b"\n", b"\r", b",", b"\x00", b";", b"\xff"])
    path = tmp_path / "x.csv"
    path.write_bytes(data)
    opened = open_ssda903(path, "x.csv")
    for file in opened.files if opened else ():
        context = ReadContext(date(2024, 3, 31), IssueLog(), Matching(), [])
        for _ in file.read(context):
            pass
        for account in context.accounts:
            assert account.rows_in == account.loaded + account.duplicate + account.set_aside
