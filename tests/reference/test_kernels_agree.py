"""The fast kernels and the plain reading of the design tell the same of generated stories."""

from __future__ import annotations

import json
from typing import Any

import plain
import polars as pl
from hypothesis import HealthCheck, Phase, given, settings
from invented_stories import stories
from story import Story
from story import Told as FastTold

CODES = {
    "end-taken-back", "gone-without-end", "contradicts-census", "near-date", "leading-zeros-linked",
    "leading-zeros-two-children",
}  # fmt: skip
Rows = list[tuple[Any, ...]]


@given(stories())
@settings(
    max_examples=130,
    derandomize=True,
    deadline=None,
    database=None,
    phases=[Phase.generate],
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)
def test_the_kernels_agree_with_a_plain_reading(story: Story) -> None:
    if not _agree(story):
        _compare(_smallest(story))


def test_a_difference_would_be_seen() -> None:
    story = Story()
    story.census(2023).add("cp_plan", "A", start_date="2022-05-01")
    told = plain.tell(story)
    told.events[0]["attributes"]["team"] = "North"
    assert _fast_events(story.tell()) != sorted(map(_event, told.events), key=repr)


def _compare(story: Story) -> None:
    if not story.rows:
        return
    fast, slow = story.tell(), plain.tell(story)
    assert _findings(fast) == slow.findings
    assert _fast_children(fast) == slow.children
    assert _order(fast) == [(e["child"], e["date"], e["event"]) for e in slow.events]
    assert _fast_events(fast) == sorted(map(_event, slow.events), key=repr)
    assert _fast_spells(fast) == sorted(map(_spell, slow.spells), key=repr)
    assert _fast_lines(fast) == slow.lines
    assert _fast_marks(fast) == slow.marks


def _agree(story: Story) -> bool:
    try:
        _compare(story)
    except AssertionError:
        return False
    return True


def _smallest(story: Story) -> Story:
    """The story with every row left out that the difference does not need: quicker than shrinking draws."""
    for about, rows in list(story.rows.items()):
        for row in list(rows):
            left = {**story.rows, about: [other for other in story.rows[about] if other is not row]}
            smaller = Story(story.returns, {key: kept for key, kept in left.items() if kept})
            if not _agree(smaller):
                story = smaller
    return story


def _findings(fast: FastTold) -> set[tuple[str, tuple[Any, ...]]]:
    rows = fast.issues.filter(pl.col("code").is_in(CODES)).select("code", "file", "sheet", "row").rows()
    return {(code, place) for code, *rest in rows for place in [tuple(rest)]}


def _fast_children(fast: FastTold) -> dict[tuple[str, str], dict[str, Any]]:
    ours = {"la_code", "child_id", "birth_dates", "birth_precision", "upns", "family_id"}
    ours.add("deprivation_decile")
    return {
        (row["la_code"], row["child_id"]): {name: row[name] for name in row if name not in ours}
        for row in fast.tables["child"].iter_rows(named=True)
    }


def _order(fast: FastTold) -> list[tuple[Any, ...]]:
    rows = fast.events.select("la_code", "child_id", "date", "event").rows()
    return [((la, child), date, event) for la, child, date, event in rows]


def _fast_events(fast: FastTold) -> Rows:
    rows = []
    for row in fast.events.iter_rows(named=True):
        about = {**row, "child": (row["la_code"], row["child_id"]), "episode": row["episode_id"]}
        about |= {"attributes": json.loads(row["attributes"]), **_found(row)}
        rows.append(_event(about))
    return sorted(rows, key=repr)


def _fast_spells(fast: FastTold) -> Rows:
    rows = []
    for row in fast.spells.iter_rows(named=True):
        about = {**row, "child": (row["la_code"], row["child_id"]), "episode": row["episode_id"]}
        rows.append(_spell(about | _found(row)))
    return sorted(rows, key=repr)


def _fast_lines(fast: FastTold) -> dict[tuple[str, str], dict[str, Any]]:
    told = {}
    for row in fast.lines.iter_rows(named=True):
        told[row.pop("la_code"), row.pop("child_id")] = row
    return told


def _fast_marks(fast: FastTold) -> set[tuple[Any, ...]]:
    names = ("la_code", "child_id", "event", "code", "start", "file", "sheet", "row")
    if not fast.tables["mark"].height:
        return set()
    return set(fast.tables["mark"].select(names).rows())


def _found(row: dict[str, Any]) -> dict[str, Any]:
    others = row["also_in"].split("; ") if row["also_in"] else []
    return {"place": (row["file"], row["sheet"], row["row"]), "also_in": sorted(others)}


def _event(event: dict[str, Any]) -> tuple[Any, ...]:
    known = sorted(event["attributes"].items())
    names = ("child", "date", "event", "episode", "link", "source", "place", "also_in")
    return (*(event[name] for name in names), known)


def _spell(spell: dict[str, Any]) -> tuple[Any, ...]:
    names = ("child", "kind", "start", "end", "open", "episode", "source", "place", "also_in")
    return tuple(spell[name] for name in names)
