"""How the files of an authority lie in folders, and a file given twice, change nothing of what they say."""

from __future__ import annotations

import shutil
from pathlib import Path

import polars as pl
import pytest
from rewriting import copied
from told import Told, assert_same_journeys, tell


@pytest.mark.parametrize("name", ["cin_census_2024.xml", "annex_a_2025-06-30.xlsx"])
@pytest.mark.parametrize("prefix", ["aa_copy_of_", "zz_copy_of_"])
def test_a_file_given_twice_changes_only_the_account(
    returns: Path, told: Told, tmp_path: Path, name: str, prefix: str
) -> None:
    folder = copied(returns, tmp_path / "twice")
    shutil.copy(folder / name, folder / (prefix + name))
    again = tell(folder)
    assert_same_journeys(told, again)
    statuses = dict(again.files.select("file", "status").iter_rows())
    first, second = sorted([name, prefix + name])
    assert (statuses[first], statuses[second]) == ("read", "duplicate")
    rows_in = told.attrition.filter(pl.col("file") == name)["rows_in"].sum()
    account = again.attrition.filter(pl.col("file") == second)
    assert (account["rows_in"].sum(), account["duplicate"].sum()) == (rows_in, rows_in)
    assert account["rows_out"].sum() == account["set_aside"].sum() == 0


def test_one_path_for_each_file_is_the_same_as_their_folder(returns: Path, told: Told) -> None:
    again = tell(sorted(returns.iterdir(), reverse=True))
    assert again.events.equals(told.events)
    assert again.spells.equals(told.spells)
    assert again.issues.equals(told.issues)
    assert again.attrition.equals(told.attrition)
    assert_same_journeys(told, again)


def test_files_in_folders_of_their_own_say_the_same(returns: Path, told: Told, tmp_path: Path) -> None:
    for path in sorted(returns.iterdir()):
        folder = tmp_path / "split" / path.stem / "deeper"
        folder.mkdir(parents=True)
        # The modules of one SSDA903 return stay together.
        shutil.copytree(path, folder / path.name) if path.is_dir() else shutil.copy(path, folder)
    again = tell(tmp_path / "split")
    assert_same_journeys(told, again)
    assert set(again.files["file"]) == {
        f"{Path(file.partition('/')[0]).stem}/deeper/{file}" for file in told.files["file"]
    }


def test_files_of_one_name_are_told_apart(returns: Path, told: Told, tmp_path: Path) -> None:
    paths = []
    for path in sorted(returns.iterdir()):
        folder = tmp_path / path.stem / "returns"
        folder.mkdir(parents=True)
        named = folder / f"return{path.suffix}"
        shutil.copytree(path, named) if path.is_dir() else shutil.copy(path, named)
        paths.append(named)
    again = tell(paths)
    assert_same_journeys(told, again)
    assert again.files["file"].n_unique() == told.files.height
