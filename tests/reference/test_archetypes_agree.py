"""The fast evaluation of archetypes and the plain one tell the same of invented journeys."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from datetime import date, timedelta
from random import Random
from typing import Any

import polars as pl
import pytest
from invented_archetypes import Frames, invented_data, invented_definition, written_definitions
from plain_archetypes import Plain, plain_available, plain_order, plain_outcomes

from childjourneys.archetypes.definition import Archetype

Run = Callable[..., list[Plain]]
COLUMNS = ("la_code", "child_id", "anchor_date", "event", "row", "file", "outcome", "cause")
DATA_SETS = 80
DEFINITIONS_EACH = 6
OUTCOMES = {"match", "no_match", "match_early", "too_recent", "not_seen_before", "left", "unusable"}
CAUSES = {
    "", "no_link", "calendar", "undated", "future", "end_before_start", "before_birth", "unknown_end",
}  # fmt: skip


@pytest.fixture(scope="module")
def fast() -> Run:
    """The fast evaluation, with journeys kept from one definition to the next."""
    from childjourneys.archetypes.evaluate import evaluate
    from childjourneys.archetypes.journeys import journeys_of

    last: list[Any] = [None, None]

    def run(definition: Archetype, frames: Frames, **about: Any) -> list[Plain]:
        if last[0] is not frames:
            last[:] = [frames, journeys_of(**frames)]
        found = evaluate(definition, last[1], **about).anchors.select(COLUMNS)
        return sorted((Plain(*row) for row in found.iter_rows()), key=plain_order)

    return run


def about(seed: int, frames: Frames) -> dict[str, Any]:
    """A period, and a day as at which to look, for some of the seeds."""
    random = Random(f"about {seed}")
    days = sorted(set(frames["events"]["date"].to_list()))
    chosen: dict[str, Any] = {}
    if random.random() < 0.2:
        first, last = sorted((random.choice(days), random.choice(days)))
        chosen["period"] = (first, last)
    if random.random() < 0.3:
        chosen["as_at"] = random.choice(days) + timedelta(days=random.choice((0, 1, 30, 365)))
    return chosen


def difference(definition: Archetype, frames: Frames, fast: Run, **how: Any) -> str:
    """What the two tell differently; blank if nothing."""
    slow_found = plain_outcomes(definition, **frames, **how)
    fast_found = fast(definition, frames, **how)
    if fast_found == slow_found:
        return ""
    only_fast = [row for row in fast_found if row not in slow_found]
    only_slow = [row for row in slow_found if row not in fast_found]
    lines = [repr(definition), repr(how), *(f"fast  {row}" for row in only_fast)]
    return "\n".join([*lines, *(f"plain {row}" for row in only_slow)])


def compare(seed: int, frames: Frames, fast: Run) -> None:
    for number in range(DEFINITIONS_EACH):
        this = seed * DEFINITIONS_EACH + number
        found = difference(invented_definition(this, frames), frames, fast, **about(this, frames))
        assert not found, f"data {seed}, definition {this}\n{found}"


@pytest.mark.parametrize("tens", range(DATA_SETS // 10))
def test_random_definitions(tens: int, fast: Run) -> None:
    for seed in range(tens * 10, tens * 10 + 10):
        compare(seed, invented_data(seed), fast)


@pytest.mark.parametrize("definition", written_definitions(), ids=lambda one: one.id)
def test_written_definitions(definition: Archetype, fast: Run) -> None:
    for seed in range(12):
        frames = invented_data(seed, children=30)
        found = difference(definition, frames, fast)
        assert not found, f"data {seed}\n{found}"


@pytest.mark.slow
@pytest.mark.parametrize("hundreds", range(6))
def test_many_more(hundreds: int, fast: Run) -> None:
    for seed in range(10_000 + hundreds * 100, 10_100 + hundreds * 100):
        compare(seed, invented_data(seed, children=10 + seed % 3 * 10), fast)


def test_what_was_invented_reaches_everything() -> None:
    outcomes, causes, available = Counter[str](), set(), Counter[bool]()
    for seed in range(60):
        frames = invented_data(seed)
        for number in range(DEFINITIONS_EACH):
            definition = invented_definition(seed * DEFINITIONS_EACH + number, frames)
            rows = plain_outcomes(definition, **frames)
            outcomes.update(row.outcome for row in rows)
            causes |= {row.cause for row in rows}
            available.update(plain_available(definition, **frames).values())
    assert set(outcomes) == OUTCOMES and min(outcomes.values()) > 25
    assert causes == CAUSES
    assert available[True] > available[False] > 20


def test_a_difference_would_be_seen(fast: Run) -> None:
    frames = invented_data(1)
    later = frames["events"].with_columns(pl.col("date") + pl.duration(days=1))
    definition = written_definitions()[5]
    assert plain_outcomes(definition, **(frames | {"events": later})) != fast(definition, frames)


# What must not matter


def examples(data_sets: int = 12) -> list[tuple[Frames, Archetype]]:
    made = []
    for seed in range(500, 500 + data_sets):
        frames = invented_data(seed)
        made += [(frames, invented_definition(seed * 3 + number, frames)) for number in range(3)]
    return made


def test_the_order_of_rows(fast: Run) -> None:
    for number, (frames, definition) in enumerate(examples()):
        mixed = {name: frame.sample(fraction=1, shuffle=True, seed=number) for name, frame in frames.items()}
        assert fast(definition, mixed) == fast(definition, frames), definition


def test_names_of_children(fast: Run) -> None:
    for frames, definition in examples():
        renamed = {name: _named(frame, lambda child: child[::-1] + "x") for name, frame in frames.items()}
        expected = [row._replace(child_id=row.child_id[::-1] + "x") for row in fast(definition, frames)]
        assert fast(definition, renamed) == sorted(expected, key=plain_order), definition


def test_every_child_twice(fast: Run) -> None:
    for frames, definition in examples():
        copies = {name: _named(frame, lambda child: f"{child}+") for name, frame in frames.items()}
        copies["children"] = copies["children"].with_columns(pl.col("family_id") + "+")
        both = {
            name: pl.concat([frame, copies[name]]) for name, frame in frames.items() if name != "coverage"
        }
        once = fast(definition, frames)
        expected = once + [row._replace(child_id=f"{row.child_id}+") for row in once]
        found = fast(definition, both | {"coverage": frames["coverage"]})
        assert found == sorted(expected, key=plain_order), definition


def test_children_in_two_halves(fast: Run) -> None:
    for frames, definition in examples():
        if definition.follow == "family":
            continue
        names = sorted(set(frames["children"]["child_id"].to_list()))
        found: list[Plain] = []
        for half in (names[::2], names[1::2]):
            found += fast(definition, {
                name: frame.filter(pl.col("child_id").is_in(half)) if "child_id" in frame.columns else frame
                for name, frame in frames.items()
            })  # fmt: skip
        assert sorted(found, key=plain_order) == fast(definition, frames), definition


def test_later_data_never_turns_an_answer_round(fast: Run) -> None:
    """What was decided in the light of less data is decided the same in the light of more."""
    decided = 0
    asked = examples()
    asked += [(frames, one) for frames, _ in asked[::3] for one in written_definitions()]
    for frames, definition in asked:
        days = sorted(set(frames["events"]["date"].to_list()))
        as_at = days[len(days) * 2 // 3] + timedelta(days=35)
        same = _carrying_the_same(frames, as_at)
        early = {_anchor(row): row.outcome for row in fast(definition, frames, as_at=as_at)}
        for row in fast(definition, frames):
            before = early.get(_anchor(row))
            if row.la_code in same and before in ("match", "no_match"):
                decided += 1
                assert {before, row.outcome} != {"match", "no_match"}, (definition, row)
    assert decided > 100


def _named(frame: pl.DataFrame, rename: Callable[[str], str]) -> pl.DataFrame:
    if "child_id" not in frame.columns:
        return frame
    return frame.with_columns(pl.col("child_id").map_elements(rename, pl.String))


def _anchor(row: Plain) -> tuple[Any, ...]:
    return row[:6]


def _carrying_the_same(frames: Frames, as_at: date) -> set[str]:
    """Authorities that carry on that day what they carry later; others answer another question."""
    coverage = frames["coverage"]
    begun = coverage.filter(pl.col("from") <= as_at)
    return {
        la
        for la in coverage["la_code"].unique()
        if set(begun.filter(la_code=la)["kind"]) == set(coverage.filter(la_code=la)["kind"])
    }
