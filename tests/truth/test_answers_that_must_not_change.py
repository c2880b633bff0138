"""What must not matter does not: the order of rows, the names of children, how many others there are.

From files through every step, with all archetypes of the library: archetypes.csv, audit_list.csv,
context.csv, trend.csv and incidence.csv.
"""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from pathlib import Path

import polars as pl
import pytest
from measured_worlds import journeys_of_folder, journeys_of_worlds, measured_worlds
from rewriting import relabelled, rewritten, shuffled_children
from rewritten_worlds import copy_of, divided, doubled

from childjourneys.archetypes.library import library
from childjourneys.measuring import Measured, measure
from childjourneys.synthetic import DEMO_EFFECTS, Plan, World, simulate, write_example
from childjourneys.workspace.store import TableStore

EVERY = tuple(library())
CASE = ["archetype", "la_code", "child_id", "anchor_date", "outcome"]
COUNTS = ["anchors", "match", "no_match", "match_early", "too_recent", "not_seen_before", "left", "unusable"]
# A load leaves the referral itself out, so that of twice as many it is not the same.
BY_LOAD = ("busy_week", "anchor_busy_week")


@pytest.fixture(scope="module")
def world() -> World:
    return simulate(Plan(children=150, years=(2022, 2025), seed=5, effects=DEMO_EFFECTS))


@pytest.fixture(scope="module")
def usual(world: World) -> Measured:
    return measured_worlds([world], EVERY, annex_a=True)


def test_there_is_something_to_change(usual: Measured) -> None:
    assert usual.audit.height > 150
    assert usual.table["match"].sum() > 150
    assert usual.context.height > 1000
    assert set(usual.audit["outcome"].unique()) == {"match", "match_early"}


def test_shuffled_rows(world: World, tmp_path: Path) -> None:
    given = write_example(world, tmp_path / "example").returns
    mix = partial(pl.DataFrame.sample, fraction=1, shuffle=True, seed=3)
    one = _read(rewritten(world, given, tmp_path / "same", census=str, rows=lambda frame: frame))
    other = _read(
        rewritten(
            world,
            given,
            tmp_path / "mixed",
            census=lambda text: shuffled_children(text, seed=3),
            rows=mix,
            families=mix,
        )
    )
    assert not other.audit["row"].equals(one.audit["row"]), "the rows did move"
    assert _equal(one, other, ("table", "context", "trend", "incidence"))
    assert one.audit.select(CASE).sort(CASE).equals(other.audit.select(CASE).sort(CASE))


def test_relabelled_children(world: World, tmp_path: Path) -> None:
    given = write_example(world, tmp_path / "example").returns
    ids = world.children["child_id"].to_list()
    labels = {child: f"X{len(ids) - number:05d}" for number, child in enumerate(ids)}

    def renamed(frame: pl.DataFrame) -> pl.DataFrame:
        return frame.with_columns(pl.col("child_id").replace(labels)) if "child_id" in frame else frame

    one = _read(rewritten(world, given, tmp_path / "same", census=str, rows=lambda frame: frame))
    other = _read(
        rewritten(
            world,
            given,
            tmp_path / "renamed",
            census=lambda text: relabelled(text, labels),
            rows=renamed,
            families=renamed,
        )
    )
    assert _equal(one, other, ("table", "context", "trend", "incidence"))
    # Of two siblings referred on one day the explanation names the first, by the order of their names.
    of_family = pl.col("archetype").str.starts_with("sibling")
    told = pl.when(~of_family).then("explanation").alias("explanation")
    by = one.audit.columns
    before, after = (
        frame.with_columns(told).sort(by, nulls_last=True) for frame in (renamed(one.audit), other.audit)
    )
    assert before.equals(after)


def test_twice_the_children_twice_the_counts(world: World, usual: Measured) -> None:
    twice = measured_worlds([doubled(world)], EVERY, annex_a=True)
    before, after = usual.table, twice.table
    assert after.with_columns(pl.col(COUNTS) // 2).drop("low", "high").equals(before.drop("low", "high"))
    assert (after["anchors"].drop_nulls() % 2 == 0).all()
    both = pl.concat([usual.audit, usual.audit.with_columns(_copied("child_id"))]).select(CASE)
    assert twice.audit.select(CASE).sort(CASE).equals(both.sort(CASE))
    # A group may be the reference, or be tested, with ten anchors and not with five: only rates are compared.
    keys = ["measure", "la_code", "dimension", "group"]
    one, other = (_without_load(part.context).select(*keys, "n", "matches", "children", "rate")
                  for part in (usual, twice))  # fmt: skip
    assert other.with_columns(pl.col("n", "matches", "children") // 2).equals(one)
    one, other = (part.trend.drop("low", "high") for part in (usual, twice))
    assert other.with_columns(pl.col("n", "matches") // 2).equals(one)
    one, other = (part.incidence.drop("low", "high") for part in (usual, twice))
    keys = ["measure", "la_code", "day", "at_risk"]
    assert other.with_columns(pl.col("at_risk") // 2).select(keys).equals(one.select(keys))
    for name in ("incidence", "competing"):
        assert (one[name] - other[name]).abs().max() < 1e-12  # type: ignore[operator]


def test_the_counts_of_two_authorities_add_up(world: World, usual: Measured) -> None:
    parts = measured_worlds(divided(world, ("301", "302")), EVERY, annex_a=True)
    assert set(parts.table["la_code"]) == {"301", "302"}
    added = parts.table.group_by("archetype", maintain_order=True).agg(_sums(COUNTS))
    assert added.equals(usual.table.select("archetype", *COUNTS))
    case = [name for name in CASE if name != "la_code"]
    assert parts.audit.select(case).sort(case).equals(usual.audit.select(case).sort(case))
    counted = ["n", "matches", "children"]
    for name, keys, numbers in (
        ("context", ["measure", "dimension", "group"], counted),
        ("trend", ["measure", "month"], counted[:2]),
    ):
        one, other = (_without_load(getattr(part, name)) for part in (usual, parts))
        added = other.group_by(keys).agg(_sums(numbers)).sort(keys)
        assert added.equals(one.select(*keys, *numbers).sort(keys)), name
    # `complete` is of the dates of the data alone.
    months = parts.trend.group_by("measure", "month").agg(pl.col("complete").n_unique())
    assert (months["complete"] == 1).all()


def test_more_data_after_never_turns_an_answer_round(world: World, tmp_path: Path) -> None:
    """With the next census what was decided stays; what had matched early may match in full."""
    fewer = replace(world, plan=replace(world.plan, years=(2022, 2024)))
    early, late = (_anchors(journeys_of_worlds([one], tmp_path / name))
                   for one, name in ((fewer, "early"), (world, "late")))  # fmt: skip
    keys = ["measure", "child_id", "anchor_date", "event", "number"]
    both = early.join(late, on=keys, how="left", suffix="_later")
    turns = both.group_by("outcome", "outcome_later").len()
    found = {(one, other): n for one, other, n in turns.iter_rows()}
    assert {other for one, other in found if one in ("match", "no_match")} <= {"match", "no_match"}
    assert ("match", "no_match") not in found and ("no_match", "match") not in found
    assert {other for one, other in found if one == "match_early"} <= {"match", "match_early"}
    assert found["no_match", "no_match"] > 500 and found["match", "match"] > 50
    assert found["too_recent", "no_match"] > 50 and found["too_recent", "match"] > 5
    assert found["match_early", "match"] > 2


def _anchors(journeys: TableStore) -> pl.DataFrame:
    measure(journeys, list(library().values()))
    keys = ["measure", "child_id", "anchor_date", "event"]
    anchors = journeys.table("anchors").sort(*keys, "outcome")
    return anchors.select(*keys, pl.int_range(pl.len()).over(keys).alias("number"), "outcome")


def _read(returns: Path) -> Measured:
    journeys = journeys_of_folder(returns, returns.parent / f"{returns.name}_read")
    return measure(journeys, list(library().values()))


def _equal(one: Measured, other: Measured, names: tuple[str, ...]) -> bool:
    for name in names:
        assert getattr(one, name).equals(getattr(other, name)), name
    return True


def _without_load(table: pl.DataFrame) -> pl.DataFrame:
    return table.filter(~pl.col("dimension").is_in(BY_LOAD)) if "dimension" in table.columns else table


def _copied(column: str) -> pl.Expr:
    return pl.col(column).map_elements(copy_of, return_dtype=pl.String)


def _sums(names: list[str]) -> list[pl.Expr]:
    """Added up; null where all are."""
    return [pl.when(pl.col(name).is_not_null().any()).then(pl.col(name).sum()).alias(name) for name in names]
