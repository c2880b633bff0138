"""Distinct children behind outcomes, months and steps of 30 days, counted again one by one."""

from __future__ import annotations

from collections import defaultdict

import pytest

from childjourneys import pipeline
from childjourneys.archetypes.library import library
from childjourneys.archetypes.people import ALL, FOLLOWED
from childjourneys.measuring import Measured, measure
from childjourneys.synthetic import Plan, simulate, write_example
from childjourneys.workspace.store import TableStore

IDS = ("missed_risk_at_assessment", "re_referral_12m_back", "re_referral_12m_after_closure")
BUCKETS = 3


@pytest.fixture(scope="module")
def found(tmp_path_factory: pytest.TempPathFactory) -> tuple[TableStore, Measured]:
    """A generated authority in several buckets."""
    folder = tmp_path_factory.mktemp("people")
    write_example(simulate(Plan(children=200, seed=11)), folder, messy=False)
    (folder / "work").mkdir()
    # So little memory that children are spread over buckets.
    store, account = pipeline.ingest([folder / "returns"], folder / "work", pipeline.Settings(memory=1 << 20))
    assert store.buckets >= BUCKETS
    journeys = TableStore(folder / "work" / "journeys", store.buckets)
    pipeline.build_journeys(store, journeys, account)
    return journeys, measure(journeys, [library()[name] for name in IDS])


def children(measured: Measured, of: str) -> dict[tuple[str, str], int]:
    rows = measured.people.filter(of=of).select("measure", "key", "children").iter_rows()
    return {(name, key): n for name, key, n in rows}


def test_children_by_outcome_and_month(found: tuple[TableStore, Measured]) -> None:
    journeys, measured = found
    outcomes: dict[tuple[str, str], set[str]] = defaultdict(set)
    months: dict[tuple[str, str], set[str]] = defaultdict(set)
    matching: dict[str, set[str]] = defaultdict(set)
    anchors = journeys.table("anchors").select("measure", "child_id", "anchor_date", "outcome")
    for name, child, day, outcome in anchors.iter_rows():
        outcomes[name, outcome].add(child)
        outcomes[name, ALL].add(child)
        if outcome in ("match", "no_match"):
            outcomes[name, FOLLOWED].add(child)
            months[name, f"{day:%Y-%m}"].add(child)
        if outcome == "match":
            matching[name].add(child)
    told = {key: n for key, n in children(measured, "outcome").items() if n}
    assert told == {key: len(some) for key, some in outcomes.items()}
    assert children(measured, "month") == {key: len(some) for key, some in months.items()}
    rows = measured.people.filter(of="outcome", key=FOLLOWED).select("measure", "matching").iter_rows()
    assert {name: n for name, n in rows if n} == {name: len(some) for name, some in matching.items()}
    assert any(
        len(some) < anchors.filter(measure=name).height
        for (name, key), some in outcomes.items()
        if key == ALL
    )


def test_children_by_step_are_no_more_than_what_happened(found: tuple[TableStore, Measured]) -> None:
    _, measured = found
    counted = 0
    for kind in ("events", "competing", "censored"):
        by_step = children(measured, kind)
        for name, _, first, last, n in measured.bins.select(
            "measure", "la_code", "from_day", "to_day", kind
        ).iter_rows():
            step = max(last - 1, 0) // 30
            mine = by_step.get((name, str(step)), 0)
            if (last - first) >= 29 and kind == "events":
                assert (mine == 0) == (n == 0) and mine <= n
                counted += n > 0
    assert counted > 10
