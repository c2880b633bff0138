"""Re-runs with another window: the same as a definition written so, bucket by bucket as in one."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import polars as pl
import pytest

from childjourneys.archetypes.definition import Archetype, Bound, Clause
from childjourneys.archetypes.evaluate import OUTCOMES, evaluate
from childjourneys.archetypes.journeys import journeys_of
from childjourneys.archetypes.kernel import ArchetypeKernel
from childjourneys.archetypes.library import library
from childjourneys.archetypes.measures import coverage_of, plan_measures
from childjourneys.archetypes.reading import read_definitions
from childjourneys.archetypes.sensitivity import (
    RERUNS,
    declared_by_id,
    rerun_counts,
    reruns,
    sensitivity_table,
)
from childjourneys.domain.calendar import england
from childjourneys.measuring import NEEDED, measure
from childjourneys.pipeline import Settings, build_journeys, ingest
from childjourneys.synthetic import Plan, simulate, write_example
from childjourneys.workspace.store import TableStore

MISSED = "missed_risk_at_assessment"
OWN = """\
archetype: back_again
start: {event: referral, which: first}
then:
  - followed by: referral
    call it: again
    within: {after: 1 day, to: 6 months}
    then:
      - followed by: s47
        call it: enquiry
        within: {after: 0 days, to: 30 days}
sensitivity:
  again: [3 months, 6 months, 12 months]
  enquiry: [90 days]
"""


def own() -> Archetype:
    [found] = read_definitions(OWN, "own.yaml")
    return found


@pytest.fixture(scope="module")
def journeys(tmp_path_factory: pytest.TempPathFactory) -> TableStore:
    folder = tmp_path_factory.mktemp("sensitivity")
    write_example(simulate(Plan(children=250, seed=8)), folder / "given")
    store, account = ingest([folder / "given" / "returns"], folder / "work", Settings())
    target = TableStore(folder / "journeys", store.buckets)
    build_journeys(store, target, account)
    return target


def told(store: TableStore) -> dict[str, Any]:
    tables = {name: store.table(name) for name in NEEDED}
    return {**tables, "coverage": store.table("coverage")}


def counted(store: TableStore, definition: Archetype) -> dict[str, int]:
    """Outcomes of a definition, the long way."""
    tables = told(store)
    tables["marks"] = tables.pop("mark")
    found = evaluate(definition, journeys_of(**tables), calendar=england()).anchors
    return {name: found.filter(pl.col("outcome") == name).height for name in OUTCOMES}


def test_what_is_run_again_is_what_the_definition_names_and_its_own_window_is_among_it() -> None:
    found = reruns(own(), own().sensitivity)
    assert [(one.clause, one.window, one.definition is None) for one in found] == [
        ("again", "3 months", False),
        ("again", "6 months", True),
        ("again", "12 months", False),
        ("enquiry", "30 days", True),
        ("enquiry", "90 days", False),
        ("which", "first", True),
        ("which", "every", False),
    ]
    longer = found[4].definition
    assert longer is not None
    [outer] = longer.then
    assert isinstance(outer, Clause) and isinstance(outer.then[0], Clause)
    assert outer.window.far == Bound(6, "months") and outer.then[0].window.far == Bound(90, "days")


def test_every_anchor_is_not_offered_where_every_one_is_taken() -> None:
    every = replace(own(), start=replace(own().start, which="every"))
    assert {one.clause for one in reruns(every, every.sensitivity)} == {"again", "enquiry"}
    assert reruns(own(), ()) == ()


def test_a_variant_is_run_again_with_what_the_definition_names_as_far_as_it_has_such_clauses() -> None:
    main = library()[MISSED]
    variant = main.as_variant(main.variants[0])
    assert not variant.sensitivity
    names = {one.clause for one in reruns(variant, declared_by_id([main])[MISSED])}
    assert names == {"second_referral", "plan", "which"}
    shorter = replace(variant, then=())
    assert reruns(shorter, main.sensitivity) == ()


@pytest.mark.parametrize(
    ("clause", "window", "text"),
    [
        ("again", "3 months", OWN.replace("to: 6 months", "to: 3 months")),
        ("again", "12 months", OWN.replace("to: 6 months", "to: 12 months")),
        ("enquiry", "90 days", OWN.replace("to: 30 days", "to: 90 days")),
        ("which", "every", OWN.replace("which: first", "which: every")),
        ("again", "6 months", OWN),
    ],
)
def test_a_rerun_counts_what_a_definition_written_so_counts(
    journeys: TableStore, clause: str, window: str, text: str
) -> None:
    tables = told(journeys)
    tables["marks"] = tables.pop("mark")
    evaluation = evaluate(own(), journeys_of(**tables), calendar=england())
    [decided] = evaluation.decided.values()
    found = rerun_counts(decided, own().sensitivity)
    row = found.filter(pl.col("clause") == clause, pl.col("window") == window).row(0, named=True)
    [written] = read_definitions(text, "own.yaml")
    expected = counted(journeys, written)
    assert sum(expected.values()) > 100
    assert {name: row[name] for name in OUTCOMES} == expected


def test_a_longer_window_leaves_more_recent_cases_out(journeys: TableStore) -> None:
    found = measure(journeys, [own()]).sensitivity
    again = found.filter(pl.col("clause") == "again").sort("too_recent")
    assert again["window"].to_list() == ["3 months", "6 months", "12 months"]
    assert again["too_recent"].n_unique() == 3 and again["anchors"].n_unique() == 1
    assert again["n"].is_sorted(descending=True)


def test_the_defined_window_is_the_row_of_archetypes_csv_and_the_others_are_not_in_it(
    journeys: TableStore,
) -> None:
    found = measure(journeys, list(library().values()))
    defined = found.sensitivity.filter("as_defined")
    joined = defined.join(found.table, left_on=["measure", "la_code"], right_on=["archetype", "la_code"])
    assert joined.height == defined.height > 20
    for name in ("anchors", *OUTCOMES, "rate", "low", "high"):
        assert joined[name].equals(joined[f"{name}_right"], null_equal=True), name
    assert joined["headline"].all()
    assert found.table.height == found.table.unique(["archetype", "la_code"]).height
    declared = {name for name, one in library().items() if one.sensitivity}
    assert {name.split(":")[0] for name in found.sensitivity["measure"]} <= declared


def test_buckets_add_up(journeys: TableStore) -> None:
    coverage = journeys.table("coverage")
    measures = plan_measures([own()], coverage_of(coverage))
    kernel = ArchetypeKernel(measures, coverage, england(), None, declared_by_id([own()]))
    whole = {name: journeys.table(name) for name in NEEDED}
    ids = whole["children"]["child_id"].unique().sort()
    parts = []
    for number in range(3):
        some = {
            name: frame.filter(pl.col("child_id").is_in(ids.gather_every(3, number).implode()))
            for name, frame in whole.items()
        }
        parts.append(kernel(some)["sensitivity"])
    together = sensitivity_table(pl.concat(parts))
    assert together.height == 7
    assert together.equals(sensitivity_table(kernel(whole)["sensitivity"]))


def test_nothing_is_run_again_unless_a_definition_says_so(journeys: TableStore) -> None:
    found = measure(journeys, [replace(own(), sensitivity=())]).sensitivity
    assert found.is_empty() and "rate" in found.columns
    assert sensitivity_table(pl.DataFrame(schema={"measure": pl.String, **RERUNS})).is_empty()


def test_other_measures_of_an_archetype_are_not_run_again(journeys: TableStore) -> None:
    coverage = {"301": {kind: [(date(2020, 1, 1), date(2025, 1, 1))] for kind in ("referral", "s47")}}
    [one] = plan_measures([own()], coverage)
    hidden = replace(one, headline=frozenset())
    kernel = ArchetypeKernel((hidden,), journeys.table("coverage"), england(), None, declared_by_id([own()]))
    assert kernel({name: journeys.table(name) for name in NEEDED})["sensitivity"].is_empty()
