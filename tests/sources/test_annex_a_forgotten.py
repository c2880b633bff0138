"""A folder of many workbooks is not held in memory: what opening one kept can be forgotten."""

from __future__ import annotations

from pathlib import Path

import pytest
from annex_a_making import AS_AT, list_rows, row, save

from childjourneys.issues import IssueLog, Refused
from childjourneys.sources.annex_a import AnnexAFile, open_annex_a
from childjourneys.sources.contract import Matching, ReadContext
from childjourneys.sources.discovery import KEPT_OPEN, find_files, recognise


def workbook(path: Path, **values: object) -> Path:
    return save(path, {"List_1": list_rows(1, row(1, **values))})


def tables(opened: AnnexAFile) -> dict[str, int]:
    context = ReadContext(AS_AT, IssueLog(), Matching(), [])
    return {name: frame.height for batch in opened.read(context) for name, frame in batch.items()}


def test_reading_after_forgetting_is_the_same(tmp_path: Path) -> None:
    opened = open_annex_a(workbook(tmp_path / "a.xlsx"), "a.xlsx")
    assert opened is not None
    before = tables(opened)
    opened.forget()
    assert tables(opened) == before


def test_a_file_that_changed_in_between_is_refused(tmp_path: Path) -> None:
    opened = open_annex_a(workbook(tmp_path / "a.xlsx"), "a.xlsx")
    assert opened is not None
    opened.forget()
    workbook(tmp_path / "a.xlsx", child_id="OTHER")
    with pytest.raises(Refused, match="changed"):
        tables(opened)


def test_only_a_few_workbooks_of_a_folder_keep_their_content(tmp_path: Path) -> None:
    for number in range(KEPT_OPEN + 3):
        workbook(tmp_path / f"a{number}.xlsx", child_id=str(number + 1))
    found = recognise(find_files([tmp_path]), IssueLog(), None)
    kept = [source for source in found.returns if isinstance(source, AnnexAFile) and source._kept]
    assert len(found.returns) == KEPT_OPEN + 3
    assert len(kept) == KEPT_OPEN
