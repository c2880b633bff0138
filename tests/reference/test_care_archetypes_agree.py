"""The shipped archetypes of children looked after: both evaluations tell the same of invented journeys."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import polars as pl
import pytest
from invented_archetypes import Frames, invented_data
from plain_archetypes import Plain, plain_order, plain_outcomes

from childjourneys.archetypes.definition import Archetype
from childjourneys.archetypes.evaluate import evaluate
from childjourneys.archetypes.journeys import dated_coverage, journeys_of
from childjourneys.archetypes.library import library
from childjourneys.pipeline import Settings, build_journeys, ingest
from childjourneys.synthetic import Plan, simulate, write_example
from childjourneys.workspace.store import TableStore

COLUMNS = ("la_code", "child_id", "anchor_date", "event", "row", "file", "outcome", "cause")
CARE = (
    "looked_after",
    "placement",
    "placement",
    "placement",
    "missing",
    "care_leaver",
    "cp_plan",
    "cin_plan",
)
SHIPPED = (
    "step_down_then_up_6m", "early_help_then_statutory", "cla_without_plan", "placements_3_12m",
    "placement_break_early", "missing_repeat", "home_then_care_12m", "care_leaver_out_of_touch",
)  # fmt: skip


def told_each_way() -> Iterator[Archetype]:
    for name in SHIPPED:
        yield (found := library()[name])
        yield from (found.as_variant(variant) for variant in found.variants)


def compare(definition: Archetype, frames: Frames) -> Counter[str]:
    slow = plain_outcomes(definition, **frames)
    rows = evaluate(definition, journeys_of(**frames)).anchors.select(COLUMNS).iter_rows()
    fast = sorted((Plain(*row) for row in rows), key=plain_order)
    assert fast == slow, definition.measure
    return Counter(row.outcome for row in fast)


def test_on_invented_journeys() -> None:
    outcomes: dict[str, Counter[str]] = {name: Counter() for name in SHIPPED}
    for seed in range(6):
        frames = invented_data(3000 + seed, children=25, kinds=CARE)
        for definition in told_each_way():
            outcomes[definition.id] += compare(definition, frames)
    assert sum(found["match"] > 0 for found in outcomes.values()) >= 5
    assert all(found["no_match"] > 0 for found in outcomes.values()), outcomes


def test_on_an_authority_with_ssda903(tmp_path: Path) -> None:
    written = write_example(simulate(Plan(children=160, seed=11)), tmp_path / "made")
    (tmp_path / "run").mkdir()
    store, account = ingest([written.returns], tmp_path / "run", Settings())
    journeys = TableStore(tmp_path / "run" / "journeys", store.buckets)
    build_journeys(store, journeys, account)
    assert {one.source for one in account.returns} >= {"ssda903"}
    frames = {name: journeys.table(name) for name in ("events", "spells", "children")}
    frames |= {"coverage": dated_coverage(journeys.table("coverage")), "marks": journeys.table("mark")}
    # Records are numbered anew in each bucket.
    assert store.buckets == 1
    found = sum((compare(definition, frames) for definition in told_each_way()), Counter[str]())
    assert found["match"] > 5 and found["no_match"] > 100
    spells = frames["spells"].filter(pl.col("kind") == "placement")
    assert spells["placement_id"].null_count() == 0 and spells["placement_id"].n_unique() < spells.height


@pytest.mark.slow
def test_on_many_invented_journeys() -> None:
    for seed in range(150):
        frames = invented_data(4000 + seed, children=30, kinds=CARE)
        for definition in told_each_way():
            compare(definition, frames)
