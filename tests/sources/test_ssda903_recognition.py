"""Which files are modules of SSDA903, in which encodings, and which year their return is of."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path

import pytest
from ssda903_making import GOOD, csv_text, read_path, rows_of, write_return

from childjourneys.issues import IssueLog, Refused
from childjourneys.sources.contract import ReturnInfo
from childjourneys.sources.discovery import find_files, recognise
from childjourneys.sources.settling import SettledFile, settle
from childjourneys.sources.ssda903.layout import module_of, modules
from childjourneys.sources.ssda903.reader import open_ssda903
from childjourneys.sources.ssda903.years import BY_DATES, BY_NAMES, settle_years, year_of_dates, years_in
from childjourneys.tables import REPORTED


def settled(*paths: Path, la: str | None = "301") -> tuple[list[SettledFile], IssueLog]:
    log = IssueLog()
    found = recognise(find_files(paths), log, None)
    return settle(found.returns, la=la, as_at=None, log=log), log


@pytest.mark.parametrize("module", list(GOOD))
def test_every_module_is_recognised_by_its_columns(tmp_path: Path, module: str) -> None:
    columns = list(GOOD[module])
    assert module_of(columns).name == module  # type: ignore[union-attr]
    required = modules()[module].required
    assert module_of(required).name == module  # type: ignore[union-attr]
    for name in required:
        left = module_of(set(columns) - {name})
        assert left is None or left.name != module, name


def test_every_column_has_its_place_in_a_reported_table() -> None:
    for module in modules().values():
        known = set(REPORTED[module.table].schema) | {"birth_date", "sex"}
        if module.name == "Header":
            known |= set(REPORTED["mother"].schema)
        assert {one.column for one in module.fields.values()} <= known, module.name
        for one in module.fields.values():
            if one.kind in ("code", "bool") and one.column in REPORTED[module.table].schema:
                assert f"{one.column}_raw" in REPORTED[module.table].schema, one.name


@pytest.mark.parametrize(
    "encoding", ["utf-8", "utf-8-sig", "cp1252", "utf-16", "utf-16-le", "utf-16-be"]
)  # fmt: skip
@pytest.mark.parametrize("separator", [",", ";", "\t", "|"])
def test_encodings_and_separators(tmp_path: Path, encoding: str, separator: str) -> None:
    rows = rows_of("OC3", {}, {"CHILD": "é12"})
    (tmp_path / "x.dat").write_text(csv_text(rows, separator), encoding=encoding)
    read = read_path(tmp_path / "x.dat")
    assert read.opened.files[0].info.modules == ("OC3",)
    assert read.table("leaver_contact")["child_id"].to_list() == ["101", "É12"]


def test_headings_in_any_case_order_and_row(tmp_path: Path) -> None:
    row = dict(reversed(GOOD["Missing"].items()))
    text = csv_text([{f' "{name.title()} "'.strip(): text for name, text in row.items()}])
    (tmp_path / "a.csv").write_text("Return of missing children\n\n" + text, encoding="utf-8")
    read = read_path(tmp_path / "a.csv")
    assert read.opened.files[0].info.modules == ("Missing",)
    assert read.table("missing").select("child_id", "missing_type", "row").rows() == [("101", "M", 4)]
    assert read.codes() == []


def test_other_columns_are_named_in_a_note(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text(csv_text([GOOD["OC3"] | {"Notes": "x"}]), encoding="utf-8")
    assert read_path(tmp_path / "a.csv").codes() == [("note", "heading-not-taken", 1, "Notes")]


def test_a_header_without_upn_is_read_as_what_it_fits_with_a_warning(tmp_path: Path) -> None:
    row = {name: text for name, text in GOOD["Header"].items() if name != "UPN"}
    (tmp_path / "a.csv").write_text(csv_text([row]), encoding="utf-8")
    read = read_path(tmp_path / "a.csv")
    assert read.opened.files[0].info.modules == ("UASC",)
    doubtful = [one for one in read.issues("warning") if one.code == "module-doubtful"]
    assert len(doubtful) == 1 and "UPN" in doubtful[0].expected


def test_headings_only_are_a_module_without_rows(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text(",".join(GOOD["Missing"]) + "\n", encoding="utf-8")
    read = read_path(tmp_path / "a.csv")
    assert read.opened.files[0].info.modules == ("Missing",)
    assert [(one.sheet, one.rows_in) for one in read.accounts] == [("Missing", 0)]
    assert read.tables == {} and read.codes() == []


@pytest.mark.parametrize(
    ("name", "years"),
    [
        ("2024", (2024,)), ("2023-24", (2024,)), ("2023_24", (2024,)), ("202324", (2024,)),
        ("903 2023-2024", (2024,)), ("SSDA903_2024_v2", (2024,)), ("2019 and 2023-24", (2019, 2024)),
        ("20240401", ()), ("903", ()), ("extract 2024-06", (2024,)), ("Header1999", ()), ("199920", ()),
    ],
)  # fmt: skip
def test_years_in_names(name: str, years: tuple[int, ...]) -> None:
    assert years_in(name) == years


def test_the_latest_year_with_a_tenth_of_the_dates() -> None:
    assert year_of_dates([(2023, 90), (2024, 10)]) == 2024
    assert year_of_dates([(2023, 91), (2024, 9)]) == 2023
    assert year_of_dates([(2023, 5), (2024, 1), (2023, 4)]) == 2024
    assert year_of_dates([]) is None


def test_the_dates_of_all_modules_of_a_folder_decide(tmp_path: Path) -> None:
    write_return(tmp_path / "x", 2023, ["Header", "Episodes"])
    reviews = rows_of("Reviews", *({"REVIEW": f"{day:02}/06/2023"} for day in range(1, 10)))
    (tmp_path / "x" / "reviews.csv").write_text(csv_text(reviews), encoding="utf-8")
    files, log = settled(tmp_path)
    assert {(file.as_at.isoformat(), file.as_at_how) for file in files} == {("2024-03-31", BY_DATES)}
    assert len(files) == 3 and log.issues() == []


def test_a_day_that_stands_for_no_end_tells_no_year(tmp_path: Path) -> None:
    ends = [{"CHILD": str(n), "DEC": day} for n, day in enumerate(["31/12/9999"] * 5 + ["01/01/1900", ""], 1)]
    rows = rows_of("Episodes", *ends, {"CHILD": "20"})
    (tmp_path / "e.csv").write_text(csv_text(rows), encoding="utf-8")
    files, _ = settled(tmp_path / "e.csv")
    assert [file.as_at.isoformat() for file in files] == ["2024-03-31"]


@pytest.mark.parametrize(("folder", "file"), [("903 2021-22", "oc3.csv"), ("returns", "oc3_202122.csv")])
def test_names_tell_the_year_where_there_are_no_dates(tmp_path: Path, folder: str, file: str) -> None:
    (tmp_path / folder).mkdir()
    (tmp_path / folder / file).write_text(csv_text(rows_of("OC3")), encoding="utf-8")
    files, log = settled(tmp_path / folder / file)
    assert [(one.as_at.isoformat(), one.as_at_how) for one in files] == [("2022-03-31", BY_NAMES)]
    assert log.issues() == []


def test_without_dates_and_names_the_return_is_set_aside(tmp_path: Path) -> None:
    folder = tmp_path / "returns"
    write_return(folder, 2024, ["Header", "OC3"])
    files, log = settled(folder)
    assert files == []
    assert [(one.severity, one.code, one.count) for one in log.issues()] == [("error", "year-not-found", 2)]


def test_a_name_that_says_another_year_is_a_warning(tmp_path: Path) -> None:
    folder = write_return(tmp_path / "2022", 2024, ["Header", "Episodes"])
    (folder / "Header.csv").rename(folder / "Header_2023.csv")
    files, log = settled(tmp_path)
    assert {file.as_at.year for file in files} == {2024}
    assert [(one.severity, one.code, one.file) for one in log.issues()] == [
        ("warning", "year-name-disagrees", "2022/Episodes.csv"),
        ("warning", "year-name-disagrees", "2022/Header_2023.csv"),
    ]


def test_a_year_that_is_not_held_is_a_note(tmp_path: Path) -> None:
    files, log = settled(write_return(tmp_path / "x", 2015))
    assert {file.as_at.year for file in files} == {2015}
    assert {(one.severity, one.code) for one in log.issues()} == {("note", "year-not-covered")}


def test_the_authority_of_a_return_is_said_once(tmp_path: Path) -> None:
    write_return(tmp_path / "a", 2023)
    write_return(tmp_path / "b", 2024)
    files, log = settled(tmp_path, la=None)
    assert {file.la_code for file in files} == {"unknown"} and len(files) == 6
    assert [one.code for one in log.issues()] == ["authority-unknown"] * 2


def test_an_empty_module_of_two_years_is_no_duplicate(tmp_path: Path) -> None:
    for year in (2023, 2024):
        folder = write_return(tmp_path / str(year), year)
        (folder / "missing.csv").write_text(",".join(GOOD["Missing"]), encoding="utf-8")
        (folder / "zz_copy.csv").write_text(",".join(GOOD["Missing"]), encoding="utf-8")
    files, log = settled(tmp_path)
    status = {file.info.file: file.status for file in files if file.info.modules == ("Missing",)}
    assert status == {
        "2023/missing.csv": "read", "2023/zz_copy.csv": "duplicate",
        "2024/missing.csv": "read", "2024/zz_copy.csv": "duplicate",
    }  # fmt: skip
    assert [one.code for one in log.issues()] == ["same-file-twice"] * 2


def test_a_zip_is_one_return(tmp_path: Path) -> None:
    write_return(tmp_path / "x", 2024, ["Header", "Episodes", "OC3"])
    packed = tmp_path / "given" / "all.zip"
    packed.parent.mkdir()
    with zipfile.ZipFile(packed, "w") as archive:
        for number, path in enumerate(sorted((tmp_path / "x").iterdir())):
            archive.write(path, f"part{number}/{path.name}")
        archive.writestr("readme.md", "nothing")
        archive.writestr("__MACOSX/part0/._Header.csv", "x")
    files, log = settled(packed.parent)
    assert [(file.info.file, file.as_at.year) for file in files] == [
        ("all.zip/part0/Episodes.csv", 2024),
        ("all.zip/part1/Header.csv", 2024),
        ("all.zip/part2/OC3.csv", 2024),
    ]
    assert [(one.code, one.file) for one in log.issues()] == [("not-a-return", "all.zip/readme.md")]
    assert read_path(packed).table("care_episode").height == 1


def test_years_in_folders_of_a_zip_are_returns_of_their_own(tmp_path: Path) -> None:
    packed = tmp_path / "all.zip"
    with zipfile.ZipFile(packed, "w") as archive:
        for year in (2023, 2024):
            for path in sorted(write_return(tmp_path / f"x{year}", year).iterdir()):
                archive.write(path, f"{year}/{path.name}")
    files, log = settled(packed)
    assert {(file.info.file[8:12], file.as_at.year) for file in files} == {("2023", 2023), ("2024", 2024)}
    assert log.issues() == []


def test_a_zip_that_is_damaged_or_locked_inside_is_an_error(tmp_path: Path) -> None:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("Header.csv", csv_text(rows_of("Header")))
    data = bytearray(packed.getvalue())
    at = data.rfind(b"PK\x01\x02")
    data[6] |= 1
    data[at + 8] |= 1
    (tmp_path / "locked.zip").write_bytes(data)
    opened = open_ssda903(tmp_path / "locked.zip", "locked.zip")
    assert opened is not None and opened.files == ()
    assert [(name, refusal.code) for name, refusal in opened.refused] == [
        ("locked.zip/Header.csv", "zip-unreadable")
    ]


def test_a_file_that_changes_is_refused(tmp_path: Path) -> None:
    path = write_return(tmp_path / "x", 2024) / "Header.csv"
    opened = open_ssda903(path, "Header.csv")
    assert opened is not None
    path.write_text(csv_text(rows_of("Header", {"CHILD": "102"})), encoding="utf-8")
    with pytest.raises(Refused, match="changed"):
        list(opened.files[0].read(None))  # type: ignore[arg-type]


def test_what_is_no_ssda903_is_left_to_others(tmp_path: Path) -> None:
    for name, text in (
        ("a.csv", "Child Unique ID,Date of Birth\n1,2\n"), ("b.csv", "CHILD\n1\n"), ("c.xml", "<a><b/></a>"),
        ("d.html", "<html><body>HEADER</body></html>"), ("e.csv", ""), ("f.zip", "PK\x03\x04 and no zip"),
    ):  # fmt: skip
        (tmp_path / name).write_text(text, encoding="utf-8")
        assert open_ssda903(tmp_path / name, name) is None, name


def test_two_returns_of_one_year_keep_their_files(tmp_path: Path) -> None:
    infos = [
        ReturnInfo(f"{whole}.csv", "ssda903", whole, modules=("Episodes",), whole=whole, dated=((2024, 3),))
        for whole in ("a", "b")
    ]
    days = settle_years(infos, IssueLog())
    assert days["a"] == days["b"] and days["a"][0] is not None
