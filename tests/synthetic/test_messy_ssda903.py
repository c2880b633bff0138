"""Planted faults of the SSDA903 stand where they are said to, and odd files hold what the plain ones hold."""

from __future__ import annotations

import csv
import io
import zipfile
from datetime import date, datetime
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from childjourneys.synthetic import Plan, World, simulate
from childjourneys.synthetic.messy_ssda903 import plant_ssda903
from childjourneys.synthetic.planted import Planted
from childjourneys.synthetic.ssda903_modules import ssda903_of

PLAN = Plan(children=1500, seed=1)
Row = dict[str, str]


@pytest.fixture(scope="module")
def world() -> World:
    return simulate(PLAN)


@pytest.fixture(scope="module")
def returns(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("messy903")


@pytest.fixture(scope="module")
def planted(world: World, returns: Path) -> list[Planted]:
    return plant_ssda903(world, returns)


def rows_of(text: str) -> list[Row]:
    return list(csv.DictReader(io.StringIO(text)))


def read(path: Path, encoding: str = "utf-8") -> list[Row]:
    return rows_of(path.read_text(encoding=encoding))


def one(planted: list[Planted], fault: str, column: str | None = None) -> Planted:
    (found,) = (each for each in planted if each.fault == fault and column in (None, each.column))
    return found


def at(returns: Path, place: Planted) -> Row:
    assert place.row is not None
    return read(returns / place.file)[place.row - 2]


def day(text: str) -> date:
    return datetime.strptime(text, "%d/%m/%Y").date()  # noqa: DTZ007 - a day has no zone


def test_every_kind_of_fault_is_planted(planted: list[Planted]) -> None:
    assert {each.fault for each in planted} == {
        "gone-without-end", "end-reopened", "child-differs", "care-chain-disagrees",
        "episode-end-blank", "reason-without-end", "not-matched", "code-of-another-year", "partial-dates",
        "leading-zeros-linked", "duplicate-rows", "csv-cp1252", "return-in-a-zip", "files-renamed",
        "module-in-two-files", "two-files-differ", "heading-not-taken", "placement-before-birth",
    }  # fmt: skip
    children = [(each.file, each.row) for each in planted if each.row and each.row > 1]
    assert len(set(children)) == len(children)


def test_faults_within_a_return(planted: list[Planted], returns: Path) -> None:
    assert at(returns, one(planted, "care-chain-disagrees"))["RNE"] == "S"
    episodes = read(returns / "ssda903_2024/Episodes.csv")
    for fault in ("care-chain-disagrees", "episode-end-blank"):
        place = one(planted, fault).row or 0
        first, second = episodes[place - 2], episodes[place - 1]
        if fault == "care-chain-disagrees":
            first, second = episodes[place - 3], episodes[place - 2]
            assert first["REC"] == "X1"
        else:
            assert (first["DEC"], first["REC"]) == ("", "")
        assert first["CHILD"] == second["CHILD"]
    ended = at(returns, one(planted, "reason-without-end"))
    assert ended["REC"]
    assert not ended["DEC"]
    for column in ("LS", "PLACE", "REASON_PLACE_CHANGE"):
        assert at(returns, one(planted, "not-matched", column))[column] in ("C9", "Q7", "MOVED")
    assert at(returns, one(planted, "code-of-another-year"))["SEX"] in ("M", "F")
    early = at(returns, one(planted, "placement-before-birth"))
    header = {row["CHILD"]: row for row in read(returns / "ssda903_2024/Header.csv")}
    assert (day(header[early["CHILD"]]["DOB"]) - day(early["DECOM"])).days == 300
    partial = [row["DATE_PERM"] for row in read(returns / "ssda903_2024/PrevPerm.csv") if row["DATE_PERM"]]
    assert {text.count("zz") for text in partial} <= {1, 2, 4}
    assert partial
    reviews = read(returns / "ssda903_2024/Reviews.csv")
    assert reviews[-1] in reviews[:-2]
    assert "Return interview" in read(returns / "ssda903_2024/Missing.csv")[0]


def test_faults_between_two_returns(planted: list[Planted], returns: Path) -> None:
    later = {(row["CHILD"], row["DECOM"]): row for row in read(returns / "ssda903_2025/Episodes.csv")}
    gone = at(returns, one(planted, "gone-without-end"))
    assert not gone["DEC"]
    assert gone["CHILD"] not in {child for child, _ in later}
    back = at(returns, one(planted, "end-reopened"))
    assert back["DEC"] == "20/03/2024"
    assert not later[back["CHILD"], back["DECOM"]]["DEC"]
    header = {row["CHILD"]: row for row in read(returns / "ssda903_2025/Header.csv")}
    born = at(returns, one(planted, "child-differs"))
    assert header[born["CHILD"]]["DOB"] != born["DOB"]


def test_odd_files_hold_the_plain_rows(planted: list[Planted], returns: Path, world: World) -> None:
    plain = ssda903_of(world, 2021)["Header"]
    header = read(returns / "ssda903_2021/Header.csv", "cp1252")
    assert [row["CHILD"] for row in header] == plain["CHILD"].to_list()
    assert "\u2013" in header[0]["Team"]
    with pytest.raises(UnicodeDecodeError):
        read(returns / "ssda903_2021/Header.csv")
    with zipfile.ZipFile(returns / "ssda903_2022.zip") as archive:
        zipped = rows_of(archive.read("ssda903_2022/Episodes.csv").decode("utf-8-sig"))
        assert len(archive.namelist()) == 10
    assert len(zipped) == ssda903_of(world, 2022)["Episodes"].height
    parts = [read(returns / f"looked after 2022-23/eps part {part}.csv") for part in (1, 2)]
    twice = parts[1].pop()
    assert sum(map(len, parts)) == ssda903_of(world, 2023)["Episodes"].height
    differs = at(returns, one(planted, "two-files-differ"))
    assert {name for name in twice if twice[name] != differs[name]} == {"PL_POST"}


@pytest.mark.parametrize(("children", "years"), [(1, (2024, 2024)), (40, (2023, 2025)), (60, (2019, 2020))])
def test_small_authorities(children: int, years: tuple[int, int], tmp_path: Path) -> None:
    planted = plant_ssda903(simulate(Plan(children=children, years=years)), tmp_path)
    assert (tmp_path / f"ssda903_{years[1]}/Header.csv").is_file()
    assert all((tmp_path / each.file).exists() for each in planted if each.file)


def test_no_child_has_two_faults(planted: list[Planted], returns: Path) -> None:
    found: list[Any] = [at(returns, each)["CHILD"] for each in planted
                        if each.row and each.row > 1 and each.sheet in ("Episodes", "Header")]  # fmt: skip
    assert pl.Series(found).is_unique().all()
    assert len(found) > 8
