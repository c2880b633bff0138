import csv
import os
from datetime import date
from pathlib import Path

import polars as pl
import pytest

from childjourneys.issues import ChildJourneysError
from childjourneys.reports.csv_files import write_csv
from childjourneys.reports.files import CannotWrite


def test_it_writes_utf8_iso_dates_and_blanks(tmp_path: Path) -> None:
    frame = pl.DataFrame(
        {
            "left_out": [1, 2, 3],
            "n": [-5, None, 1204],
            "name": ["Zoë", None, ""],
            "day": [date(2025, 3, 1), None, date(1999, 12, 31)],
            "rate": [-0.25, 0.5, None],
        }
    )
    write_csv(tmp_path / "out.csv", frame, ("name", "day", "n", "rate"))
    expected = "name,day,n,rate\nZoë,2025-03-01,-5,-0.25\n,,,0.5\n,1999-12-31,1204,\n"
    assert (tmp_path / "out.csv").read_bytes() == expected.encode()


@pytest.mark.parametrize("risky", ["=cmd|' /C calc'!A0", "+1", "-5", "@SUM(A1)", "\t=1", "\r=1", "=", "-"])
def test_text_that_could_be_a_formula_gets_an_apostrophe(tmp_path: Path, risky: str) -> None:
    write_csv(
        tmp_path / "out.csv", pl.DataFrame({"id": [risky, "C -> R", "a=b"], "n": [-1, 2, 3]}), ("id", "n")
    )
    with (tmp_path / "out.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.reader(file))
    assert rows[1:] == [["'" + risky, "-1"], ["C -> R", "2"], ["a=b", "3"]]


def test_quotes_commas_and_line_ends_come_back(tmp_path: Path) -> None:
    texts = ['say "no"', "a,b", "two\nlines", '{"nfa": false, "team": "x"}']
    write_csv(tmp_path / "out.csv", pl.DataFrame({"text": texts}), ("text",))
    with (tmp_path / "out.csv").open(encoding="utf-8", newline="") as file:
        assert [row[0] for row in csv.reader(file)] == ["text", *texts]


def test_an_empty_frame_leaves_a_header(tmp_path: Path) -> None:
    write_csv(tmp_path / "out.csv", pl.DataFrame(schema={"a": pl.String, "b": pl.Date}), ("b", "a"))
    assert (tmp_path / "out.csv").read_bytes() == b"b,a\n"


def test_a_file_held_open_gives_one_sentence_and_stays_whole(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "events.csv"
    path.write_text("the earlier one", encoding="utf-8")

    def held(source: object, target: object) -> None:
        raise PermissionError(13, "Access is denied")

    monkeypatch.setattr(os, "replace", held)
    with pytest.raises(
        CannotWrite, match=r"events\.csv could not be written: close it if it is open"
    ) as error:
        write_csv(path, pl.DataFrame({"a": [1]}), ("a",))
    assert isinstance(error.value, ChildJourneysError)
    assert "\n" not in str(error.value)
    assert [found.name for found in tmp_path.iterdir()] == ["events.csv"]
    assert path.read_text(encoding="utf-8") == "the earlier one"


def test_a_folder_and_a_missing_folder_are_told_by_the_name_that_was_given(tmp_path: Path) -> None:
    folder, nowhere = tmp_path / "prices", tmp_path / "no" / "a.csv"
    folder.mkdir()
    for path, said in ((folder, "it is a folder"), (nowhere, "there is no folder")):
        with pytest.raises(CannotWrite) as error:
            write_csv(path, pl.DataFrame({"a": [1]}), ("a",))
        assert str(error.value).startswith(f"{path} could not be written: {said}")
        assert "~" not in str(error.value).replace(str(tmp_path), "")
    assert [found.name for found in tmp_path.iterdir()] == ["prices"]
