"""The order of rows, the layout of a file and the labels of children carry no meaning."""

from __future__ import annotations

from pathlib import Path

import polars as pl
import pytest
from rewriting import on_one_line, relabelled, rewritten, shuffled_children
from told import Told, assert_same_journeys, findings, tell, unplaced

from childjourneys.synthetic import World


def test_shuffled_rows_change_nothing_but_places(
    world: World, returns: Path, told: Told, tmp_path: Path
) -> None:
    folder = rewritten(
        world,
        returns,
        tmp_path / "shuffled",
        census=lambda text: shuffled_children(text, seed=3),
        rows=lambda frame: frame.sample(fraction=1, shuffle=True, seed=3),
        families=lambda frame: frame.sample(fraction=1, shuffle=True, seed=3),
    )
    again = tell(folder)
    assert not again.events["row"].equals(told.events["row"]), "the rows did move"
    assert_same_journeys(told, again)
    assert findings(told.issues).equals(findings(again.issues))
    assert told.attrition.equals(again.attrition)


def test_a_census_on_one_line_changes_nothing_but_places(
    world: World, returns: Path, told: Told, tmp_path: Path
) -> None:
    folder = rewritten(
        world, returns, tmp_path / "one_line", census=on_one_line, rows=lambda frame: frame
    )  # fmt: skip
    assert_same_journeys_but_places(told, tell(folder))


@pytest.mark.parametrize("reverse", [False, True], ids=["in the same order", "in reverse order"])
def test_relabelled_children_have_the_same_journeys(
    world: World, returns: Path, told: Told, tmp_path: Path, reverse: bool
) -> None:
    known = sorted(told.children["child_id"])
    names = [f"X{number:05d}" for number in range(len(known))]
    labels = dict(zip(known, reversed(names) if reverse else names, strict=True))
    folder = rewritten(
        world,
        returns,
        tmp_path / "relabelled",
        census=lambda text: relabelled(text, labels),
        rows=lambda frame: _relabelled(frame, labels),
        families=lambda frame: _relabelled(frame, labels),
    )
    again = tell(folder)
    for name in ("events", "spells"):
        before, after = _relabelled(getattr(told, name), labels), getattr(again, name)
        assert unplaced(before).equals(unplaced(after)), name
        places = ["child_id", "file", "sheet", "row", "also_in"]
        assert before.select(places).sort(places).equals(after.select(places).sort(places)), name
    for name in ("lines", "children"):
        before = _relabelled(getattr(told, name), labels).sort("la_code", "child_id")
        assert before.equals(getattr(again, name)), name
    assert told.attrition.equals(again.attrition)


def assert_same_journeys_but_places(one: Told, other: Told) -> None:
    """As `assert_same_journeys`, where several records of a file share one place."""
    for name in ("events", "spells"):
        before, after = (unplaced(getattr(frames, name)).drop("also") for frames in (one, other))
        assert before.equals(after), name
    assert one.lines.equals(other.lines)
    assert one.children.equals(other.children)


def _relabelled(frame: pl.DataFrame, labels: dict[str, str]) -> pl.DataFrame:
    """List 11 is about adults and has no children to rename."""
    return frame.with_columns(pl.col("child_id").replace(labels)) if "child_id" in frame.columns else frame
