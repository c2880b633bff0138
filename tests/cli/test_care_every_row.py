"""SSDA903 files broken in many ways: each row is in one line of the accounts, and each file is spoken of."""

from __future__ import annotations

import csv
import io
import random
import zipfile
from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path

import pytest
from care_returns import BORN, COLUMNS, USUAL, Left, written
from typer.testing import CliRunner

from childjourneys.cli import build_app
from childjourneys.issues import ChildJourneysError

Rows = list[list[str]]
DAYS = {"DECOM": "2023-05-01", "REVIEW": "2023-06-01", "MIS_START": "2023-07-01", "DATE_PLACED": "2023-08-01",
        "SW_DECOM": "2023-05-01", "DEC": "2023-09-01", "REC": "E4A", "MIS_END": "2023-07-03"}  # fmt: skip
MODULES = ("Header", "Episodes", "Reviews", "OC3", "Missing", "PlacedAdoption", "SWEpisodes", "UASC")


def table(module: str, children: int = 5) -> Rows:
    """Headings and one good row for each child."""
    names = COLUMNS[module].split()
    usual = USUAL | DAYS | {"DOB": BORN}
    rows = [[f"C{n}" if name == "CHILD" else written(usual.get(name, "-")) for name in names]
            for n in range(1, children + 1)]  # fmt: skip
    return [names, *rows]


def text(rows: Rows, separator: str = ",", quoting: int = csv.QUOTE_MINIMAL, end: str = "\n") -> str:
    out = io.StringIO()
    csv.writer(out, delimiter=separator, quoting=quoting, lineterminator=end).writerows(rows)  # type: ignore[arg-type]
    return out.getvalue()


def with_cell(rows: Rows, at: int, column: str, cell: str) -> Rows:
    place = rows[0].index(column)
    return [
        [cell if (n, k) == (at, place) else old for k, old in enumerate(row)] for n, row in enumerate(rows)
    ]


@dataclass(frozen=True)
class Broken:
    """One file: its bytes, the rows that its accounts must have (None: it is no module), what it must say."""

    data: bytes
    rows: int | None = 5
    says: str = ""
    loaded: int | None = None


def plain(rows: Rows, **how: object) -> bytes:
    return text(rows, **how).encode("utf-8")  # type: ignore[arg-type]


E = table("Episodes")
LONG = [[*E[0], "Notes", ""], *([*row, "x", "y"] for row in E[1:])]
SHORT = [E[0], *(row[:6] for row in E[1:])]
TURNED = [list(reversed(row)) for row in E]
UNNAMED = with_cell(with_cell(E, 1, "CHILD", ""), 2, "CHILD", "UNKNOWN")
DATES = with_cell(with_cell(with_cell(E, 1, "DECOM", ""), 2, "DECOM", "07/25/2023"), 3, "DECOM", "01/05/2024")
WAYS: dict[str, Broken] = {
    "good": Broken(plain(E), loaded=5),
    "mark": Broken(text(E).encode("utf-8-sig"), loaded=5),
    "utf-16": Broken(text(E).encode("utf-16"), loaded=5),
    "windows": Broken(text(with_cell(E, 1, "URN", "é")).encode("cp1252"), loaded=5),
    "wrong encoding": Broken(plain(with_cell(E, 1, "URN", "é"))[:-3] + b"\xff\xfe\n", loaded=5),
    "semicolons": Broken(plain(E, separator=";"), loaded=5),
    "tabs": Broken(plain(E, separator="\t"), loaded=5),
    "quotes": Broken(plain(E, quoting=csv.QUOTE_ALL), loaded=5),
    "line ends of old Macs": Broken(plain(E, end="\r"), loaded=5),
    "line breaks inside": Broken(plain(with_cell(E, 2, "PL_POST", "EF3\n4GH")), loaded=5),
    "separators inside": Broken(plain(with_cell(E, 2, "URN", "a,b;c")), loaded=5),
    "quote that never closes": Broken(plain(E) + b'"C9,', None, "any"),
    "other columns": Broken(plain(LONG), says="heading-not-taken", loaded=5),
    "short rows": Broken(plain(SHORT), loaded=5),
    "columns turned round": Broken(plain(TURNED), loaded=5),
    "a column twice": Broken(plain([[*row, row[1]] for row in E]), says="heading-not-taken", loaded=5),
    "title and empty lines": Broken(b"Episodes of 2024\n\n" + plain(E) + b"\n\n,,,\n", loaded=5),
    "a note below": Broken(plain(E) + b"\nMade on Monday\n", 6, "row-is-a-note", 5),
    "headings again": Broken(plain([*E[:3], E[0], *E[3:]]), 6, "heading-repeated", 5),
    "rows twice": Broken(plain([*E, *E[1:]]), 10, "duplicate-rows", 5),
    "one day twice": Broken(plain([*E, with_cell(E, 1, "PLACE", "K2")[1]]), 6, "same-key", 6),
    "no identifier": Broken(plain(UNNAMED), says="placeholder-identifier", loaded=3),
    "key dates": Broken(plain(DATES), says="key-date-unreadable", loaded=2),
    "headings only": Broken(plain(E[:1]), 0, loaded=0),
    "no headings": Broken(plain(E[1:]), None, "not-a-return"),
    "no DECOM": Broken(plain([row[:1] + row[2:] for row in E]), None, "not-a-return"),
    "empty": Broken(b"", None, "empty-file"),
    "spaces": Broken(b" \n \n", None, "not-a-return"),
    "bytes": Broken(bytes(range(256)) * 4, None, "any"),
    "cut XML": Broken(b"<Message><HEADER><CHILDID>A</CHILDID><SEX>1", None, "xml-malformed"),
}  # fmt: skip


def invoked(*words: str | Path) -> int:
    done = CliRunner().invoke(build_app(), [str(word) for word in words])
    fault = done.exception
    assert fault is None or isinstance(fault, (SystemExit, ChildJourneysError)), done.exc_info
    assert "Traceback" not in done.output
    return 1 if isinstance(fault, ChildJourneysError) else done.exit_code


def ran(tmp_path: Path) -> Left:
    assert invoked("run", tmp_path / "in", "--out", tmp_path / "out", "--la", "301") == 0
    left = Left(tmp_path / "out")
    left.accounted()
    return left


def counted(left: Left) -> dict[str, tuple[int, int]]:
    """Per file the rows that came in and those that were loaded."""
    found: dict[str, tuple[int, int]] = defaultdict(lambda: (0, 0))
    for row in left.table("attrition"):
        if row["step"] == "read":
            before = found[row["file"]]
            found[row["file"]] = (before[0] + int(row["rows_in"]), before[1] + int(row["rows_out"]))
    return found


def said(left: Left, file: str) -> set[str]:
    return {one["code"] for one in left.table("issues") if one["file"] == file}


def put(folder: Path, files: Iterable[tuple[str, bytes]]) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    for name, data in files:
        (folder / name).write_bytes(data)


def agrees(left: Left, file: str, broken: Broken) -> None:
    accounts = counted(left)
    if broken.rows is not None:
        assert file in accounts, f"{file} has no line in attrition.csv"
        assert accounts[file][0] == broken.rows
    if broken.loaded is not None:
        assert accounts[file][1] == broken.loaded
    if broken.rows is None and file not in accounts:
        assert said(left, file), f"{file} has neither rows in the accounts nor a word about it"
    if broken.says and broken.says != "any":
        assert broken.says in said(left, file)


@pytest.mark.parametrize("way", list(WAYS))
def test_every_row_of_a_broken_file_is_accounted_for(tmp_path: Path, way: str) -> None:
    put(tmp_path / "in" / "2024", [("Header.csv", plain(table("Header"))), ("x.csv", WAYS[way].data)])
    agrees(ran(tmp_path), "2024/x.csv", WAYS[way])


def test_the_same_files_in_a_zip(tmp_path: Path) -> None:
    (tmp_path / "in").mkdir()
    with zipfile.ZipFile(tmp_path / "in" / "care_2024.zip", "w") as archive:
        for number, broken in enumerate(WAYS.values()):
            archive.writestr(f"{number:02}.csv", broken.data)
    left = ran(tmp_path)
    for number, (way, broken) in enumerate(WAYS.items()):
        # Nothing of it is what an empty part of a zip can be told from.
        expected = Broken(b"", None) if way == "empty" else broken
        agrees(left, f"care_2024.zip/{number:02}.csv", expected)


@pytest.mark.parametrize("module", MODULES)
def test_rows_of_a_return_without_a_year_are_set_aside(tmp_path: Path, module: str) -> None:
    names, *rows = table(module)
    dates = [names.index(name) for name in ("DEC", "REVIEW", "MIS_END") if name in names]
    rows = [["" if at in dates else cell for at, cell in enumerate(row)] for row in rows]
    put(tmp_path / "in" / "care", [("some.csv", plain([names, *rows]))])
    put(tmp_path / "in" / "2024", [("Episodes.csv", plain(E))])
    left = ran(tmp_path)
    assert said(left, "care/some.csv") == {"year-not-found"}
    (line,) = [row for row in left.table("attrition") if row["file"] == "care/some.csv"]
    assert (line["sheet"], line["rows_in"], line["rows_out"], line["duplicate"], line["set_aside"]) == (
        module, "5", "0", "0", "5",
    )  # fmt: skip
    assert line["reason"] == "no collection year: 5"


def test_every_file_of_a_return_without_a_year_has_its_line(tmp_path: Path) -> None:
    put(tmp_path / "in" / "2024", [("Episodes.csv", plain(E))])
    put(tmp_path / "in" / "care", [(f"{m}.csv", plain(table(m))) for m in ("Header", "OC3", "UASC")])
    put(tmp_path / "in" / "care", [("again.csv", plain(table("OC3"))), ("none.csv", plain(table("OC3")[:1]))])
    with zipfile.ZipFile(tmp_path / "in" / "care.zip", "w") as archive:
        archive.writestr("Header.csv", text(table("Header")))
    xml = "<Message><HEADER><CHILDID>A</CHILDID><SEX>1</SEX><DOB>2010-05-03</DOB></HEADER></Message>"
    put(tmp_path / "in", [("care.xml", xml.encode())])
    left = ran(tmp_path)
    accounts = counted(left)
    names = [f"care/{name}.csv" for name in ("Header", "OC3", "UASC", "again", "none")]
    assert [accounts[name] for name in names] == [(5, 0)] * 4 + [(0, 0)]
    assert accounts["care.zip/Header.csv"] == (5, 0)
    assert accounts["care.xml"] == (1, 0)
    whole = [int(one["count"]) for one in left.table("issues") if one["code"] == "year-not-found"]
    assert sorted(whole) == [1, 1, 5]


def test_a_file_twice_is_duplicates(tmp_path: Path) -> None:
    put(tmp_path / "in" / "2024", [(name, plain(E)) for name in ("a.csv", "b.csv")])
    left = ran(tmp_path)
    lines = {row["file"]: (row["rows_in"], row["duplicate"]) for row in left.table("attrition")}
    assert (lines["2024/a.csv"], lines["2024/b.csv"]) == (("5", "0"), ("5", "5"))


def test_a_part_of_a_zip_that_hides_another_of_its_name_is_told(tmp_path: Path) -> None:
    (tmp_path / "in").mkdir()
    with zipfile.ZipFile(tmp_path / "in" / "care_2024.zip", "w") as archive, pytest.warns(UserWarning):
        archive.writestr("Episodes.csv", text(E))
        archive.writestr("Episodes.csv", text(E[:3]))
    left = ran(tmp_path)
    assert counted(left)["care_2024.zip/Episodes.csv"] == (2, 2)
    assert "zip-part-twice" in said(left, "care_2024.zip/Episodes.csv")


def damaged(chance: random.Random, rows: Rows) -> tuple[Rows, int]:
    """Rows with random damage that leaves the headings alone, and how many of them say anything."""
    rows = [list(row) for row in rows]
    for _ in range(chance.randint(1, 12)):
        at = chance.randrange(1, len(rows) + 1)
        what = chance.randrange(6)
        if what == 0:
            rows.insert(at, list(chance.choice(rows)))
        elif what == 1:
            rows.insert(at, ["", "  ", ""])
        elif what == 2:
            rows.insert(at, ["Total: 5"])
        elif at < len(rows) and rows[at]:
            cell = chance.choice(("", "-", "n/a", "01/04/2025", "1/1/24", "a\nb", 'a"b', "é,;|", "0", "X1"))
            rows[at][chance.randrange(len(rows[at]))] = cell
            if what == 3:
                rows[at] = rows[at][: chance.randint(1, len(rows[at]))]
    blank = {"", "-", "nan", "null", "n/a", "#n/a"}
    return rows, sum(any(cell.strip().lower() not in blank for cell in row) for row in rows[1:])


HOW: tuple[Callable[[str], bytes], ...] = (
    lambda told: told.encode("utf-8"), lambda told: told.encode("utf-8-sig"),
    lambda told: told.encode("utf-16"), lambda told: told.encode("cp1252"),
    lambda told: told.replace("\n", "\r\n").encode("utf-8"),
)  # fmt: skip


@pytest.mark.parametrize("seed", [1, 2, 3, pytest.param(range(4, 40), marks=pytest.mark.slow)])
def test_random_damage_loses_no_row(tmp_path: Path, seed: int | range) -> None:
    for number in [seed] if isinstance(seed, int) else seed:
        chance = random.Random(number)
        folder = tmp_path / str(number)
        expected = {}
        for module in MODULES:
            rows, there = damaged(chance, table(module, 8))
            told = text(rows, chance.choice(",;\t|"), chance.choice((csv.QUOTE_MINIMAL, csv.QUOTE_ALL)))
            place = chance.choice(("2024", "2024", "care"))
            put(folder / "in" / place, [(f"{module}.csv", chance.choice(HOW)(told))])
            expected[f"{place}/{module}.csv"] = there
        put(folder / "in" / "2023", [("Header.csv", plain(table("Header")))])
        accounts = counted(ran(folder))
        assert {name: accounts[name][0] for name in expected} == expected, number
