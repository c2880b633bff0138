"""Reading example returns: nothing wrong with the clean ones, every planted fault found where it stands."""

from __future__ import annotations

from pathlib import Path

import polars as pl
import pytest

from childjourneys.issues import Issue
from childjourneys.pipeline import Settings, ingest
from childjourneys.synthetic import Plan, World, simulate, write_example

# True of honest returns too: an assessment of last year is not in this file, work is open at the end of a
# year, adults are not kept, list 6 leaves out cases assessed away and care leavers, no file of SSDA903 says
# whose it is.
NATURAL = {
    "2991Q", "8670Q", "8675Q", "8825Q", "8873Q", "adopters-not-kept", "gone-without-end",
    "authority-taken-from-others",
}  # fmt: skip


@pytest.fixture(scope="module")
def world() -> World:
    return simulate(Plan(children=1500, seed=1))


def issues_of(world: World, folder: Path, messy: bool) -> list[Issue]:
    written = write_example(world, folder / "example", messy=messy)
    (folder / "out").mkdir()
    _, account = ingest([written.returns], folder / "out", Settings())
    return account.log.issues()


def test_clean_returns_have_no_error_and_break_no_rule(world: World, tmp_path: Path) -> None:
    found = issues_of(world, tmp_path, messy=False)
    assert {issue.code for issue in found} <= NATURAL
    assert not [issue for issue in found if issue.severity == "error"]


def test_planted_faults_are_found_and_none_is_invented(world: World, tmp_path: Path) -> None:
    found = issues_of(world, tmp_path, messy=True)
    planted = pl.read_csv(tmp_path / "example/truth/planted.csv", infer_schema_length=None).to_dicts()
    explained: set[int] = set()
    missed = []
    for fault in planted:
        if fault["severity"] == "none":
            continue
        hits = [number for number, issue in enumerate(found) if _is_at(issue, fault)]
        explained.update(hits)
        if not hits:
            missed.append(fault)
        also = (fault["also"] or "").split()
        explained.update(
            number for number, issue in enumerate(found) if issue.file == fault["file"] and issue.code in also
        )
    assert not missed
    invented = [issue for number, issue in enumerate(found) if number not in explained]
    assert {issue.code for issue in invented} <= NATURAL


def _is_at(issue: Issue, fault: dict[str, object]) -> bool:
    """Whether an issue is the planted fault, at its place as far as that is told."""
    places = ((fault["file"], issue.file), (fault["sheet"], issue.sheet), (fault["row"], issue.row))
    named = (*places, (fault["column"], issue.column))
    same = (issue.code, issue.severity) == (fault["fault"], fault["severity"])
    return same and all(wanted in (None, "", there) for wanted, there in named)
