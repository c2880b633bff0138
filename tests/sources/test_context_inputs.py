"""Optional tables: what is recognised, what each row gives, and what is said of the rest."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from random import Random

import polars as pl
import pytest

from childjourneys.issues import Issue, IssueLog
from childjourneys.sources.context_inputs import open_context, read_context, together
from childjourneys.sources.contract import SheetAccount
from childjourneys.sources.discovery import find_files, recognise

OURS = {"301", "302"}
POPULATION = "la_code,year,age_from,age_to,population\n"
HOLIDAYS = "la_code,start,end\n"
DECILES = "la_code,child_id,decile\n"


class Read:
    """What reading some texts gave, each a file of its own."""

    def __init__(self, folder: Path, *texts: str | bytes) -> None:
        self.log, self.accounts = IssueLog(), list[SheetAccount]()
        given = []
        for number, text in enumerate(texts):
            path = folder / f"{number}.csv"
            path.write_bytes(text if isinstance(text, bytes) else text.encode())
            opened = open_context(path, path.name)
            assert opened is not None
            given.append(opened)
        self.kinds = [one.kind for one in given]
        self.frames = read_context(given, OURS, self.log, self.accounts)

    @property
    def frame(self) -> pl.DataFrame:
        return pl.concat([frame for _, frame in self.frames])

    def rows(self) -> list[tuple[object, ...]]:
        return self.frame.drop("sheet", "row").rows()

    def said(self) -> list[tuple[str, str, int | None, str]]:
        return [(one.severity, one.code, one.row, one.column) for one in self.log.issues()]

    def account(self) -> tuple[int, int, int, int]:
        """rows_in, loaded, duplicate, set_aside over all files; each file adds up."""
        for one in self.accounts:
            assert one.rows_in == one.loaded + one.duplicate + one.set_aside
            assert sum(one.reasons.values()) == one.duplicate + one.set_aside
        names = ("rows_in", "loaded", "duplicate", "set_aside")
        found = [sum(getattr(one, name) for one in self.accounts) for name in names]
        return found[0], found[1], found[2], found[3]


@pytest.mark.parametrize(
    ("heading", "kind"),
    [
        ("la_code,year,age_from,age_to,population", "population"),
        ("population;age_to;age_from;year;la_code", "population"),
        ("\ufeffLA code\tStart\tEND\tname", "school_holidays"),
        ("la_code,child_id,decile", "deprivation"),
        ("la_code,area,decile", "deprivation_areas"),
        ("la_code,area,child_id,decile", "deprivation"),
        ("\n\n la_code , person_id,child_id", "person_link"),
    ],
)
def test_a_table_is_what_its_columns_say(tmp_path: Path, heading: str, kind: str) -> None:
    assert Read(tmp_path, heading + "\n").kinds == [kind]


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "utf-16-le", "cp1252"])
def test_encodings(tmp_path: Path, encoding: str) -> None:
    text = "la_code;start;end;name\r\n301;24/07/2024;03/09/2024;été\r\n"
    assert Read(tmp_path, text.encode(encoding)).rows() == [("301", date(2024, 7, 24), date(2024, 9, 3))]


@pytest.mark.parametrize(
    "heading",
    [
        "", "la_code", "la_code,decile", "la_code,child_id", "year,age_from,age_to,population",
        "la_code,start",
        # Files of ours, which hold some of these names.
        "la_code,child_id,kind,start,end,open,episode_id", "la_code,child_id,date,event",
        "measure,la_code,day,at_risk", "indicator,la_code,from,to",
    ],
)  # fmt: skip
def test_other_columns_make_no_table(tmp_path: Path, heading: str) -> None:
    path = tmp_path / "a.csv"
    path.write_text(heading + "\n301,2,3,4,5,6,7\n", encoding="utf-8")
    assert open_context(path, "a.csv") is None


def test_what_is_no_text_is_no_table(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_bytes(bytes(range(256)) * 20)
    assert open_context(path, "a.csv") is None


def test_discovery_tells_tables_from_family_links_and_from_nothing(tmp_path: Path) -> None:
    (tmp_path / "families.csv").write_text("la_code,child_id,family_id\n301,1,F\n", encoding="utf-8")
    (tmp_path / "half.csv").write_text("la_code,decile\n301,4\n", encoding="utf-8")
    (tmp_path / "deciles.txt").write_text(DECILES + "301,1,4\n", encoding="utf-8")
    log = IssueLog()
    found = recognise(find_files([tmp_path]), log, None)
    assert [one.file for one in found.families] == ["families.csv"]
    assert [(one.file, one.kind) for one in found.context] == [("deciles.txt", "deprivation")]
    assert [(one.code, one.file) for one in log.issues()] == [("not-a-return", "half.csv")]


def test_population_rows(tmp_path: Path) -> None:
    read = Read(
        tmp_path,
        POPULATION
        + '301.0,2023,0,4,"12,345"\n301,2023,5,17,1000.0\n 302 ,2023,0,17,7\n301,2023,0,17,13345\n',
    )
    assert read.rows() == [
        ("301", 2023, 0, 4, 12345), ("301", 2023, 5, 17, 1000), ("302", 2023, 0, 17, 7),
        ("301", 2023, 0, 17, 13345),
    ]  # fmt: skip
    assert read.said() == [], "a row for all ages may stand beside bands"


@pytest.mark.parametrize(
    ("row", "column"),
    [
        ("301,23,0,4,5", "year"), ("301,,0,4,5", "year"), ("301,mid-2023,0,4,5", "year"),
        ("301,2023,-1,4,5", "age_from"), ("301,2023,4,3,5", "age_to"), ("301,2023,0,400,5", "age_to"),
        ("301,2023,0,4,-5", "population"), ("301,2023,0,4,", "population"), ("301,2023,0,4", "population"),
        ("301,2023,0,4,1.5", "population"), ("301,2023,0,4,12 thousand", "population"),
        ("301,2023,0,4,#N/A", "population"),
    ],
)  # fmt: skip
def test_population_that_cant_be_used(tmp_path: Path, row: str, column: str) -> None:
    read = Read(tmp_path, POPULATION + row + "\n")
    assert read.said() == [("error", "context-value", 2, column)]
    assert read.account() == (1, 0, 0, 1)


def test_bands_that_overlap_an_earlier_one_are_set_aside(tmp_path: Path) -> None:
    read = Read(
        tmp_path,
        POPULATION + "301,2023,0,4,50\n301,2023,4,9,60\n301,2023,5,9,60\n301,2024,4,9,60\n302,2023,0,4,50\n",
        POPULATION + "301,2023,0,4,51\n301,2023,0,4,50\n",
    )
    assert read.said() == [
        ("error", "context-overlap", 3, "age_from"), ("error", "context-overlap", 2, "age_from"),
        ("note", "context-duplicate", 3, ""),
    ]  # fmt: skip
    assert read.account() == (7, 4, 1, 2)


def test_a_band_that_reaches_over_17_is_said_to_be_of_no_use(tmp_path: Path) -> None:
    read = Read(tmp_path, POPULATION + "301,2023,15,19,50\n301,2023,18,24,60\n301,2023,0,90,60\n")
    assert read.said() == [("note", "context-band", 2, "age_to"), ("note", "context-band", 4, "age_to")]
    assert read.account() == (3, 3, 0, 0)


def test_authorities(tmp_path: Path) -> None:
    """305 is an authority without a return here; 999 and a name are none."""
    text = POPULATION + "".join(
        f"{code},2023,0,17,9\n" for code in ("305", "301", "999", "Barking", "", "305")
    )
    read = Read(tmp_path, text)
    assert read.said() == [
        ("error", "context-authority", 4, "la_code"), ("error", "context-authority", 5, "la_code"),
        ("error", "context-authority", 6, "la_code"), ("note", "context-other-authority", None, ""),
    ]  # fmt: skip
    assert [one.count for one in read.log.issues()] == [1, 1, 1, 2]
    assert read.account() == (6, 1, 0, 5)


def test_holidays(tmp_path: Path) -> None:
    read = Read(
        tmp_path,
        HOLIDAYS + "301,17/02/2025,21 February 2025\n301,2025-02-17,2025-02-21\n301,2025-05-30,2025-05-26\n"
        "301,2025-07-01,2026-07-31\n301,,2025-05-26\n301,05/26/2025,2025-05-30\n301,2025-05-26,2025-05-26\n",
    )
    assert read.rows() == [
        ("301", date(2025, 2, 17), date(2025, 2, 21)), ("301", date(2025, 5, 26), date(2025, 5, 26)),
    ]  # fmt: skip
    assert read.said() == [
        ("note", "context-duplicate", 3, ""), ("error", "context-value", 4, "end"),
        ("error", "context-value", 5, "end"), ("error", "context-value", 6, "start"),
        ("error", "context-value", 7, "start"),
    ]  # fmt: skip


def test_deciles(tmp_path: Path) -> None:
    read = Read(
        tmp_path,
        "Child_ID;Decile;LA_code\n a1 ;1;301\n;\nB;11;301\nC;0;301\nD;2.5;301\nE;;301\n;5;301\n"
        "UNKNOWN;5;301\n1234.0;10.0;301\na1;1;301\n",
    )
    assert read.rows() == [("301", "A1", 1), ("301", "1234", 10)]
    assert read.frame["row"].to_list() == [2, 10]
    assert read.said() == [
        ("error", "context-value", 4, "Decile"), ("error", "context-value", 5, "Decile"),
        ("error", "context-value", 6, "Decile"), ("note", "context-blank", 7, "Decile"),
        ("error", "placeholder-identifier", 8, "Child_ID"),
        ("error", "placeholder-identifier", 9, "Child_ID"),
        ("note", "context-duplicate", 11, ""),
    ]  # fmt: skip
    assert read.account() == (9, 2, 1, 6)


def test_tables_that_nothing_uses_say_so(tmp_path: Path) -> None:
    read = Read(
        tmp_path, "la_code,area,decile\n301,E01,4\n", "la_code,child_id,person_id\n301,A,P1\n301,A,TBC\n"
    )
    assert read.said() == [
        ("note", "area-not-carried", None, ""), ("error", "placeholder-identifier", 3, "person_id"),
        ("note", "person-links-kept", None, ""),
    ]  # fmt: skip


def test_messages_name_the_place_and_never_the_value(tmp_path: Path) -> None:
    read = Read(
        tmp_path, DECILES + "301,CANARY77,CANARY78\n777,CANARY77,3\n301,CANARY77,3\n301,CANARY77,3\n",
        "la_code,child_id,person_id\nCANARY79,CANARY77,CANARY80\n",
    )  # fmt: skip
    issues: list[Issue] = read.log.issues()
    assert len(issues) == 4
    assert all("CANARY" not in str(one) and "777" not in str(one) for one in issues)
    assert {(one.file, one.sheet) for one in issues} == {("0.csv", "deprivation"), ("1.csv", "person_link")}


def test_files_of_one_kind_are_put_together(tmp_path: Path) -> None:
    read = Read(tmp_path, HOLIDAYS + "301,2025-02-17,2025-02-21\n", HOLIDAYS + "302,2025-02-17,2025-02-21\n")
    holidays = together(read.frames, "school_holidays")
    assert holidays is not None and holidays.columns == ["la_code", "start", "end"]
    assert holidays["la_code"].to_list() == ["301", "302"]
    assert together(read.frames, "population") is None


def test_a_file_that_has_gone_is_an_issue_and_no_failure(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text(DECILES + "301,A,3\n", encoding="utf-8")
    opened = open_context(path, "a.csv")
    assert opened is not None
    path.unlink()
    log, accounts = IssueLog(), list[SheetAccount]()
    [(_, frame)] = read_context([opened], OURS, log, accounts)
    assert frame.is_empty() and [one.code for one in log.issues()] == ["csv-unreadable"]


def test_any_cells_give_rows_or_issues(tmp_path: Path) -> None:
    random = Random(11)
    cells = [
        "301",
        "302",
        "305",
        "1",
        "17",
        "2023",
        "01/02/2023",
        "2023-02-30",
        "",
        " ",
        "-",
        "A",
        "#N/A",
        '"',
        "9" * 30,
    ]
    for heading in (POPULATION, HOLIDAYS, DECILES, "la_code,area,decile\n", "la_code,child_id,person_id\n"):
        width = heading.count(",") + 1
        lines = (
            ",".join(random.choice(cells) for _ in range(random.randint(1, width + 1))) for _ in range(300)
        )
        read = Read(tmp_path, heading + "\n".join(lines))
        rows_in, loaded, _, _ = read.account()
        assert rows_in > 50 and loaded == read.frame.height
