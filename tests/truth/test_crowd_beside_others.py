"""One identifier that stands for very many changes no answer about other children, and costs no more time."""

from __future__ import annotations

import time
from collections.abc import Mapping
from pathlib import Path

import numpy as np
import polars as pl
import pytest
from many_events import evaluated, many
from measured_worlds import changed_store, journeys_of_worlds, write_returns

from childjourneys import pipeline
from childjourneys.archetypes.library import library
from childjourneys.measuring import Measured, measure
from childjourneys.synthetic import DEMO_EFFECTS, Plan, World, simulate
from childjourneys.workspace.store import TableStore

CROWD = "CROWD"
OUTPUTS = ("table", "audit", "context", "trend", "incidence")


@pytest.fixture(scope="module")
def world() -> World:
    return simulate(Plan(children=150, years=(2022, 2025), seed=5, effects=DEMO_EFFECTS))


def measured(journeys: TableStore) -> Measured:
    return measure(journeys, list(library().values()))


def test_a_placeholder_in_the_returns_changes_no_output(world: World, tmp_path: Path) -> None:
    """20,000 referrals and contacts of one identifier, beside the rows of the returns that were read."""
    write_returns(world, tmp_path / "returns", annex_a=True)
    store, account = pipeline.ingest([tmp_path / "returns"], tmp_path / "read", pipeline.Settings())
    found = []
    for name, rows in (("usual", 0), ("crowded", 20_000)):
        target = TableStore(tmp_path / name, 1)
        pipeline.build_journeys(_crowded(store, tmp_path / f"{name}_read", rows), target, account)
        assert CROWD not in target.table("events")["child_id"]
        found.append(measured(target))
    assert "placeholder-by-volume" in {issue.code for issue in account.log.issues()}
    for name in OUTPUTS:
        assert getattr(found[0], name).equals(getattr(found[1], name)), name


def _crowded(store: TableStore, folder: Path, rows: int) -> TableStore:
    """The canonical tables with so many rows of the crowd's."""
    copy = TableStore(folder, 1)
    for name in store.names():
        frame = store.table(name)
        if rows and name in ("contact", "need_episode"):
            day = "contact_date" if name == "contact" else "referral_date"
            number = pl.int_range(pl.len())
            more = frame.sample(rows, with_replacement=True, seed=1).with_columns(
                pl.lit(CROWD).alias("child_id"),
                (number + frame.height).cast(frame.schema["fact"]).alias("fact"),
                (pl.date(2021, 4, 1) + pl.duration(days=number % 1500)).alias(day),
                (number + 1_000_000).alias("row"),
            )
            frame = pl.concat([frame, more])
        if rows and name == "child":
            frame = pl.concat([frame, frame.head(1).with_columns(pl.lit(CROWD).alias("child_id"))])
        copy.put(name, 0, frame)
    return copy


def test_a_child_with_twenty_thousand_events_changes_no_answer_about_others(
    world: World, tmp_path: Path
) -> None:
    """One that is not taken for a crowd: all archetypes of the library over its events too."""
    journeys = journeys_of_worlds([world], tmp_path, annex_a=True)
    usual = measured(journeys)
    events, children = journeys.table("events"), journeys.table("children")
    many_more = events.sample(20_000, with_replacement=True, seed=2).with_columns(
        pl.lit(CROWD).alias("child_id"),
        pl.lit(None, dtype=pl.Int64).alias("record"),
        (pl.date(2021, 4, 1) + pl.duration(days=pl.int_range(pl.len()) % 1500)).alias("date"),
    )
    one = children.head(1).with_columns(
        pl.lit(CROWD).alias("child_id"),
        pl.lit(None, dtype=pl.String).alias("family_id"),
        pl.lit(None, dtype=pl.Date).alias("birth_date"),
    )
    crowded = changed_store(
        journeys,
        tmp_path / "crowded",
        events=pl.concat([events, many_more.sort("date", maintain_order=True)]),
        children=pl.concat([children, one]),
    )
    found = measured(crowded)
    by = usual.audit.columns
    others = found.audit.filter(pl.col("child_id") != CROWD)
    assert found.audit.height > others.height
    assert others.sort(by, nulls_last=True).equals(usual.audit.sort(by, nulls_last=True))
    before, after = (store.table("anchors") for store in (journeys, crowded))
    by = before.columns
    after = after.filter(pl.col("child_id") != CROWD)
    assert after.sort(by, nulls_last=True).equals(before.sort(by, nulls_last=True))


BACK = """\
archetype: back
start: {event: s47, which: every}
then:
  - followed by: referral
    within: 6 months
    then: [{followed by: contact, within: {after: 0 days, to: 90 days}}]
  - {preceded by: contact, at least: 2, within: {before: 1 day, to: 12 months}}
"""


def _events(children: int, crowd: int) -> Mapping[str, tuple[np.ndarray, np.ndarray]]:
    """Ten events of each child over ten years, and the crowd's, child 0's, on five days."""
    random = np.random.default_rng(9)
    found = {}
    for name, each in (("s47", 3), ("referral", 3), ("contact", 4)):
        child, own = np.repeat(np.arange(1, children), each), crowd * each // 10
        day = random.integers(0, 3650, child.size)
        found[name] = (np.r_[child, np.zeros(own, int)], np.r_[day, 1000 + np.arange(own) % 5])
    return found


@pytest.mark.slow
def test_a_crowd_costs_no_more_time_than_its_rows_do() -> None:
    """100,000 events of one child beside a million: a tenth more rows, at most a fifth more time.

    Of processor time, the least of five each, in turns. What grows with the square of a child's events would
    take hours.
    """
    spent: dict[int, list[float]] = {0: [], 100_000: []}
    found = {}
    frames = {crowd: many(_events(100_000, crowd), (0, 3650), born=None) for crowd in spent}
    for _ in range(5):
        for crowd, tables in frames.items():
            began = time.process_time()
            anchors = evaluated(BACK, tables).anchors
            spent[crowd].append(time.process_time() - began)
            found[crowd] = anchors.select("child_id", "anchor_date", "outcome").filter(
                pl.col("child_id") != "c0000000"
            )
    assert found[0].sort(found[0].columns).equals(found[100_000].sort(found[0].columns))
    assert min(spent[100_000]) <= 1.2 * min(spent[0]), spent
