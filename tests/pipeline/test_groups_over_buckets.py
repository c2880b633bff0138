"""What optional tables bring is the same however many buckets the children lie in."""

from __future__ import annotations

from pathlib import Path

import polars as pl
from polars.testing import assert_frame_equal

from childjourneys import pipeline
from childjourneys.archetypes.library import library
from childjourneys.indicating import Indicated, indicate
from childjourneys.measuring import measure
from childjourneys.synthetic import Plan, simulate, write_example
from childjourneys.workspace.store import TableStore

SMALL = 1_000_000


def worked_out(returns: Path, folder: Path, memory: int) -> tuple[int, Indicated, dict[str, pl.DataFrame]]:
    folder.mkdir()
    store, account = pipeline.ingest([returns], folder, pipeline.Settings(memory=memory))
    journeys = TableStore(folder / "journeys", store.buckets)
    pipeline.build_journeys(store, journeys, account)
    groups = measure(journeys, [library()["re_referral_12m_back"]])
    indicated = indicate(store, journeys, account.tables.get("population"), groups=groups.by_group)
    order = ["la_code", "child_id", "person_id"]
    tables = {
        "children": journeys.table("children").sort("la_code", "child_id"),
        "person_link": store.table("person_link").sort(order).select(order),
        "context": groups.context,
    }
    return store.buckets, indicated, tables


def test_buckets_change_nothing(tmp_path: Path) -> None:
    write_example(simulate(Plan(children=80, years=(2024, 2025), seed=8)), tmp_path / "given")
    returns = tmp_path / "given" / "returns"
    children = pl.read_csv(returns / "deprivation.csv", infer_schema=False).head(7)
    links = children.select("la_code", "child_id", person_id=pl.lit("P") + pl.col("child_id"))
    links.write_csv(returns / "persons.csv")
    one, whole, tables = worked_out(returns, tmp_path / "one", pipeline.MEMORY_BYTES)
    many, parts, again = worked_out(returns, tmp_path / "many", SMALL)
    assert one == 1 and many >= 4
    assert_frame_equal(whole.table, parts.table)
    assert_frame_equal(whole.context, parts.context)
    for name, table in tables.items():
        assert_frame_equal(table, again[name])
    assert tables["person_link"].height >= 5
    assert tables["children"]["deprivation_decile"].drop_nulls().len() > 60
    assert {"nfa_pct", "assessment_45wd"} <= set(whole.context["measure"])
    assert "deprivation" in set(whole.context["dimension"])
