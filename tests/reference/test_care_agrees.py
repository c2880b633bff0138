"""Care as the kernels put it together and as a plain reading of the design does, over generated returns."""

from __future__ import annotations

import json
import random
from typing import Any

import plain_care_years
import polars as pl
import pytest
from invented_care_returns import invented
from story import Story
from story import Told as FastTold

SHOWN = {
    "lac_start", "lac_end", "placement_start", "placement_end", "short_break_start", "short_break_end",
    "placed_for_adoption", "adopted",
}  # fmt: skip
UNTOLD = {"uasc", "child_age", "team"}


@pytest.mark.parametrize("seed", range(12))
def test_the_kernels_agree_with_a_plain_reading_of_care(seed: int) -> None:
    story = invented(random.Random(seed), children=60)
    assert_same(story)


def test_a_difference_in_care_would_be_seen() -> None:
    story = invented(random.Random(1), children=10)
    fast, slow = story.tell(), plain_care_years.tell(story)
    assert len(slow.spells) > 20
    found = [plain_care_years.tell(invented(random.Random(seed), 60)).findings for seed in range(6)]
    assert {code for findings in found for code, _ in findings} == set(plain_care_years.CODES)
    slow.spells.pop()
    assert fast_spells(fast) != slow.spells


def assert_same(story: Story) -> None:
    fast, slow = story.tell(), plain_care_years.tell(story)
    assert _by_child(fast_spells(fast)) == _by_child(slow.spells)
    assert _by_child(fast_events(fast)) == _by_child(slow.events)
    assert fast_findings(fast) == slow.findings


def _by_child(told: set[tuple[Any, ...]]) -> dict[str, list[tuple[Any, ...]]]:
    found: dict[str, list[tuple[Any, ...]]] = {}
    for one in sorted(told, key=repr):
        found.setdefault(one[0], []).append(one)
    return found


def fast_spells(fast: FastTold) -> set[tuple[Any, ...]]:
    found = set()
    for row in fast.spells.iter_rows(named=True):
        stay = int(row["placement_id"].split(".")[1]) - 1 if row["placement_id"] else None
        found.add((row["child_id"], row["kind"], row["start"], row["end"], row["open"],
                   (row["file"], row["row"]), stay, row["temporary"], row["under_a_day"]))  # fmt: skip
    return found


def fast_events(fast: FastTold) -> set[tuple[Any, ...]]:
    found = set()
    for row in fast.events.filter(pl.col("event").is_in(SHOWN)).iter_rows(named=True):
        known = json.loads(row["attributes"])
        also = tuple(sorted((file, int(at)) for file, _, at in (
            other.split("|") for other in (row["also_in"] or "").split("; ") if other)))  # fmt: skip
        found.add((row["child_id"], row["event"], row["date"], (row["file"], row["row"]), also,
                   tuple(sorted((n, v) for n, v in known.items() if n not in UNTOLD))))  # fmt: skip
    return found


def fast_findings(fast: FastTold) -> set[tuple[str, tuple[str, int]]]:
    rows = (
        fast.issues.filter(pl.col("code").is_in(plain_care_years.CODES)).select("code", "file", "row").rows()
    )
    return {(code, (file, row)) for code, file, row in rows}
