"""SSDA903 beside Annex A and a census, in zips and XML, and its year, on the command line."""

from __future__ import annotations

import sys
import zipfile
from pathlib import Path
from typing import Any

import pytest
from care_returns import Left, Returns, command, run
from cin_texts import census, child, episode

sys.path.insert(0, str(Path(__file__).parents[1] / "sources"))
from annex_a_making import list_rows, row, save

CARE = """
END8 2024E 2023-05-01
CLOSED8 2024E 2023-05-01
SILENT 2024E 2023-05-01
UNK8 2024E 2023-05-01 P
NEAR8 2024E 2023-05-01
NEW8 2024E 2023-05-01 S C2 U6 PR1 2023-09-01 E4A
DIFF8 2024E 2023-05-01 S C2 U6 PR1 2023-09-01 E4A
EQUAL8 2024E 2023-05-01 S C2 U6 PR1 2023-09-01 E4A
MOVED 2024E 2023-05-01
ADOPT 2024E 2023-05-01 S E1 A3 PR1 2023-12-01 E11
ADOPT 2024A 2023-04-10 2023-04-20
ADOPT 2024D 2023-04-10
"""
# Child: start of care, end, start of the latest placement, its type.
LIST_8 = {
    "END8": ("01/05/2023", "01/05/2024"), "CLOSED8": ("01/05/2023", "01/02/2024"),
    "UNK8": ("01/01/2021", "", "01/05/2023"), "NEAR8": ("03/05/2023", ""), "NEW8": ("10/05/2024", ""),
    "DIFF8": ("01/05/2023", "03/09/2023"), "EQUAL8": ("01/05/2023", "01/09/2023"),
    "MOVED": ("01/05/2023", "", "10/04/2024", "q) K2: Childrens home"),
}  # fmt: skip
U6 = "f) U6: Foster placement - not FFA"


def listed(who: str, start: str, end: str, placed: str = "", kind: str = U6) -> list[Any]:
    return row(8, child_id=who, birth_date="03/05/2010", care_start_date=start, care_end_date=end,
               placement_start_date=placed or start, placement_type=kind, legal_status_start_date=start,
               latest_review_date="")  # fmt: skip


@pytest.fixture(scope="module")
def beside(tmp_path_factory: pytest.TempPathFactory) -> tuple[Left, Returns]:
    folder = tmp_path_factory.mktemp("beside")
    returns = Returns(folder / "in")
    returns.add(*(line for line in CARE.splitlines() if line))
    returns.add_headers()
    returns.write()
    steps = row(10, child_id="ADOPT", birth_date="03/05/2010", adoption_decision_date="10/04/2023",
                placement_order_date="", match_date="", placed_for_adoption_date="01/05/2023",
                adoption_order_date="01/12/2023", adoption_reversed_date="")  # fmt: skip
    rows = [listed(who, *told) for who, told in LIST_8.items()]
    save(returns.folder / "annex.xlsx", {"List 8": list_rows(8, *rows, title=False),
                                         "List 10": list_rows(10, steps, title=False)})  # fmt: skip
    command("run", returns.folder, "--out", folder / "out", "--la", "301", "--as-at", "2024-06-30")
    return Left(folder / "out"), returns


OPEN = ["looked_after 2023-05-01 - true", "placement 2023-05-01 - true"]
SPELLS = {
    "END8": ["looked_after 2023-05-01 2024-05-01 false", "placement 2023-05-01 2024-05-01 false"],
    "CLOSED8": OPEN,
    "SILENT": OPEN,
    "UNK8": ["looked_after 2021-01-01 - true", "placement 2023-05-01 - true"],
    "NEAR8": sorted([*OPEN, "looked_after 2023-05-03 - true", "placement 2023-05-03 - true"]),
    "NEW8": [
        "looked_after 2023-05-01 2023-09-01 false", "looked_after 2024-05-10 - true",
        "placement 2023-05-01 2023-09-01 false", "placement 2024-05-10 - true",
    ],
    "DIFF8": ["looked_after 2023-05-01 2023-09-01 false", "placement 2023-05-01 2023-09-01 false"],
    "EQUAL8": ["looked_after 2023-05-01 2023-09-01 false", "placement 2023-05-01 2023-09-01 false"],
    "MOVED": [
        "looked_after 2023-05-01 - true", "placement 2023-05-01 2024-04-10 unknown",
        "placement 2024-04-10 - true",
    ],
}  # fmt: skip


@pytest.mark.parametrize("who", list(SPELLS))
def test_list_8_fills_blanks_and_ssda903_wins(beside: tuple[Left, Returns], who: str) -> None:
    assert beside[0].spells(who) == SPELLS[who]


SAID = {"CLOSED8": "contradicts-care-return", "DIFF8": "contradicts-care-return", "NEAR8": "near-date"}


@pytest.mark.parametrize("who", list(LIST_8))
def test_what_is_said_at_the_row_of_list_8(beside: tuple[Left, Returns], who: str) -> None:
    at = str(list(LIST_8).index(who) + 2)
    found = {one["code"] for one in beside[0].table("issues")
             if (one["sheet"], one["row"], one["severity"]) == ("List 8", at, "warning")}  # fmt: skip
    assert found - {"letter-mismatch"} == ({SAID[who]} if who in SAID else set())


@pytest.mark.parametrize(
    ("who", "event", "source", "also"),
    [
        ("END8", "lac_start", "ssda903", "annex.xlsx|List 8|2"), ("END8", "lac_end", "annex_a", ""),
        ("UNK8", "lac_start", "annex_a", ""), ("EQUAL8", "lac_end", "ssda903", "annex.xlsx|List 8|8"),
        ("DIFF8", "lac_end", "ssda903", ""), ("ADOPT", "adopted", "ssda903", "annex.xlsx|List 10|2"),
        ("ADOPT", "adoption_decision", "ssda903", "annex.xlsx|List 10|2"),
        ("ADOPT", "placed_for_adoption", "ssda903", "annex.xlsx|List 10|2"),
        ("MOVED", "placement_start", "ssda903", ""),
    ],
)  # fmt: skip
def test_the_place_of_an_event_of_both(
    beside: tuple[Left, Returns], who: str, event: str, source: str, also: str
) -> None:
    found = [one for one in beside[0].of("events", who) if one["event"] == event]
    assert (found[0]["source"], found[0]["also_in"]) == (source, also)


PLAIN = [
    "A1 2024E 2023-05-01 S C2 U6 PR1 2023-09-01 E4A",
    "A1 2024R 2023-05-20",
    "A1 2024M M 2023-06-01 2023-06-02",
]
TOLD = [
    "2023-05-01 lac_start", "2023-05-01 placement_start", "2023-05-20 lac_review", "2023-06-01 missing_start",
    "2023-06-02 missing_end", "2023-09-01 placement_end", "2023-09-01 lac_end",
]  # fmt: skip


def written(folder: Path, lines: list[str], name: str = "2024") -> Path:
    """The return of 2024 under another name, in a folder of its own."""
    returns = Returns(folder / "made")
    returns.add(*lines)
    returns.add_headers()
    returns.write()
    (folder / "in").mkdir(exist_ok=True)
    return (folder / "made" / "2024").rename(folder / "in" / name)


def codes(left: Left) -> list[tuple[str, str]]:
    return [(one["severity"], one["code"]) for one in left.table("issues") if not one["code"].isdigit()]


def test_a_zip_is_one_return(tmp_path: Path) -> None:
    made = written(tmp_path, PLAIN)
    (tmp_path / "zip").mkdir()
    with zipfile.ZipFile(tmp_path / "zip" / "care.zip", "w") as packed:
        for path in sorted(made.iterdir()):
            packed.write(path, f"inner/{path.name}")
    left = run(tmp_path / "out", tmp_path / "zip")
    assert left.events("A1") == TOLD
    assert {one["file"] for one in left.table("events")} == {
        f"care.zip/inner/{name}.csv" for name in ("Episodes", "Reviews", "Missing")
    }


@pytest.mark.parametrize("encoding", ["utf-8-sig", "cp1252", "utf-16"])
def test_encodings_and_separators_do_not_matter(tmp_path: Path, encoding: str) -> None:
    for path in written(tmp_path, PLAIN).iterdir():
        path.write_bytes(path.read_text(encoding="utf-8").replace(",", ";").encode(encoding))
    assert run(tmp_path / "out", tmp_path / "in").events("A1") == TOLD


XML = """<?xml version="1.0" encoding="utf-8"?>
<Message><CHILD>
<HEADER><CHILDID>A1</CHILDID><SEX>2</SEX><DOB>2010-05-03</DOB><ETHNIC>WBRI</ETHNIC><UPN>UN1</UPN>
<AREVIEW><REVIEW>2023-05-20</REVIEW><REVIEW_CODE>PN2</REVIEW_CODE></AREVIEW>
<AMISSING><MISSING>M</MISSING><MIS_START>2023-06-01</MIS_START><MIS_END>2023-06-02</MIS_END></AMISSING>
</HEADER>
<EPISODE><CHILDID>A1</CHILDID><DECOM>2023-05-01</DECOM><RNE>S</RNE><LS>C2</LS><CIN>N1</CIN><PL>U6</PL>
<PLACE_PROVIDER>PR1</PLACE_PROVIDER><DEC>2023-09-01</DEC><REC>E4A</REC></EPISODE>
</CHILD></Message>
"""


def test_xml_by_its_elements_with_a_note(tmp_path: Path) -> None:
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "care.xml").write_text(XML, encoding="utf-8")
    left = run(tmp_path / "out", tmp_path / "in")
    assert left.events("A1") == TOLD
    assert codes(left) == [("note", "layout-not-confirmed")]
    places = {(one["event"], one["sheet"], one["row"]) for one in left.table("events")}
    assert {
        ("lac_start", "EPISODE", "7"),
        ("missing_end", "AMISSING", "5"),
        ("lac_review", "AREVIEW", "4"),
    } <= places


@pytest.mark.parametrize("name", ["2024", "2023-24", "2023_24", "202324", "SSDA903 2024 final"])
def test_without_dates_the_name_tells_the_year(tmp_path: Path, name: str) -> None:
    written(tmp_path, ["A1 2024E 2023-05-01"], name)
    left = run(tmp_path / "out", tmp_path / "in")
    assert left.spells("A1") == OPEN and codes(left) == []


def test_a_return_whose_year_nothing_tells_is_set_aside(tmp_path: Path) -> None:
    written(tmp_path, ["B1 2024E 2023-05-01"], "care")
    assert "Name the folder after the collection year" in command(
        "run", tmp_path / "in", "--out", tmp_path / "alone", "--la", "301", code=1
    ).replace("\n", " ")
    written(tmp_path, PLAIN)
    left = run(tmp_path / "out", tmp_path / "in")
    assert codes(left) == [("error", "year-not-found")]
    assert {one["child_id"] for one in left.table("events")} == {"A1"}


def test_a_name_of_another_year_is_a_warning_and_dates_decide(tmp_path: Path) -> None:
    written(tmp_path, PLAIN, "2022")
    left = run(tmp_path / "out", tmp_path / "in")
    assert codes(left) == [("warning", "year-name-disagrees")] and left.events("A1") == TOLD


def test_under_a_tenth_of_the_dates_tells_no_year(tmp_path: Path) -> None:
    ended = "2023-05-01 S C2 U6 PR1 2023-09-01 E4A"
    late = "LATE 2024E 2024-05-01 S C2 U6 PR1 2024-09-01 E4A"
    written(tmp_path, [*(f"C{n} 2024E {ended}" for n in range(10)), late], "care")
    left = run(tmp_path / "out", tmp_path / "in")
    assert ("error", "key-date-future") in codes(left) and not left.events("LATE")


def test_two_returns_of_a_year_are_one_and_the_later_path_wins(tmp_path: Path) -> None:
    written(tmp_path, [*PLAIN, "C1 2024E 2023-05-01"], "a_2024")
    written(tmp_path, ["A1 2024E 2023-05-01 S C2 K2 PR4 2023-09-01 E4A", "D1 2024E 2023-05-01"], "b_2024")
    left = run(tmp_path / "out", tmp_path / "in")
    assert left.attributes("A1", "placement_start")[0]["placement_type"] == "K2"
    assert left.issues("a_2024/Episodes.csv", 2)[-2:] == [("warning", "two-files-differ")] * 2
    assert left.spells("C1") == left.spells("D1") == OPEN, "silence of the other closes nothing"


def numbered(folder: Path, others: int, known: int, link: str = "") -> Left:
    """Five children in the return; `known` of them in a census, `others` with another birth date."""
    made = written(folder, [f"{n} 2024E 2023-05-01 S C2 U6 PR1 2023-09-01 E4A" for n in range(100, 105)])
    born = ["2012-05-06"] * others + ["2010-05-03"] * (known - others)
    inside = [
        child(
            episode(),
            str(100 + n),
            f"<PersonBirthDate>{day}</PersonBirthDate><GenderCurrent>2</GenderCurrent>",
        )
        for n, day in enumerate(born)
    ]
    (made.parent / "census.xml").write_text(census("\n".join(inside)), encoding="utf-8")
    if link:
        (made.parent / "link.csv").write_text(f"la_code,child_id,person_id\n{link}", encoding="utf-8")
    return run(folder / "out", made.parent)


@pytest.mark.parametrize(("others", "known", "apart"), [(2, 5, True), (1, 5, False), (2, 4, False)])
def test_over_a_fifth_of_five_or_more_number_differently(
    tmp_path: Path, others: int, known: int, apart: bool
) -> None:
    left = numbered(tmp_path, others, known)
    shown = {row["child_id"] for row in left.table("events")}
    assert (("error", "numbered-differently") in codes(left)) is apart
    assert codes(left).count(("error", "numbered-differently")) == int(apart)
    assert shown == {str(n) for n in range(100, 105)} | (
        {f"903-{n}" for n in range(100, 105)} if apart else set()
    )


def test_a_link_file_joins_what_numbers_differently(tmp_path: Path) -> None:
    left = numbered(tmp_path, 2, 5, "301,903-104,P5\n301,103,P5\n")
    assert [row.split()[1] for row in left.events("103")][:2] == ["referral", "lac_start"]
    shown = {row["child_id"] for row in left.table("events")}
    assert "903-104" not in shown and "903-103" in shown
    said = [one["what"] for one in left.table("issues") if one["code"] == "person-links-kept"]
    assert "join children of SSDA903" in said[0]
