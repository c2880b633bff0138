"""On invented data: the kernel tells what a plain reading tells, in whatever buckets and order."""

from __future__ import annotations

from pathlib import Path

import polars as pl
import pytest
from hypothesis import HealthCheck, Phase, given, settings
from invented_stories import stories
from plain_indicators import ANSWERS, Plain
from story import Story
from told_indicators import journeys_of, kernel_of, table_of

from childjourneys.archetypes.library import library
from childjourneys.indicating import measure_indicators
from childjourneys.indicators.catalogue import catalogue
from childjourneys.indicators.kernel import PARTIAL
from childjourneys.indicators.periods import plan_periods
from childjourneys.measuring import measure
from childjourneys.pipeline import Settings, build_journeys, ingest
from childjourneys.synthetic import Plan, simulate, write_example
from childjourneys.workspace.store import TableStore


@given(stories())
@settings(
    max_examples=25,
    derandomize=True,
    deadline=None,
    database=None,
    phases=[Phase.generate],
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)
def test_the_kernel_agrees_with_a_plain_reading(story: Story) -> None:
    _compare(story)


@pytest.mark.slow
@given(stories())
@settings(
    max_examples=250,
    derandomize=True,
    deadline=None,
    database=None,
    phases=[Phase.generate],
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)
def test_the_kernel_agrees_with_a_plain_reading_of_many_stories(story: Story) -> None:
    _compare(story)


def _compare(story: Story) -> None:
    _compare_tables(story.tell_coverage(), journeys_of(story.tell().tables))


def _compare_tables(coverage: pl.DataFrame, tables: dict[str, pl.DataFrame]) -> set[str]:
    """Compares every answer; gives the indicators of which something was counted."""
    partials = kernel_of(coverage)(tables)[PARTIAL]
    # Re-referrals within a year are by day: those after it go.
    partials = partials.filter((pl.col("part") != "event") | (pl.col("day") <= 365))
    summed = partials.group_by("row", "from", "to", "part").agg(pl.col("n").sum())
    found = {(row, first, last, part): n for row, first, last, part, n in summed.iter_rows()}
    plain = Plain(tables)
    seen = set()
    for period in plan_periods(catalogue().values(), coverage):
        for row, answer in ANSWERS.items():
            if period.reason or row.split(":")[0] != period.indicator:
                continue
            numerator, denominator = answer(plain, period)
            key = (row, period.first, period.last)
            counts = "event" if row.startswith("time_to") else "numerator"
            assert found.get((*key, counts), 0) == numerator, key
            if denominator is not None:
                assert found.get((*key, "denominator"), 0) == denominator, key
            if numerator:
                seen.add(row)
    return seen


@pytest.fixture(scope="module")
def example(tmp_path_factory: pytest.TempPathFactory) -> tuple[TableStore, TableStore]:
    """Canonical tables and journeys of a small authority of five years."""
    folder = tmp_path_factory.mktemp("authority")
    written = write_example(simulate(Plan(children=250, seed=3)), folder / "made")
    return _built(written.returns, folder)


def _built(returns: Path, folder: Path) -> tuple[TableStore, TableStore]:
    (folder / "run").mkdir()
    store, account = ingest([returns], folder / "run", Settings())
    journeys = TableStore(folder / "run" / "journeys", store.buckets)
    build_journeys(store, journeys, account)
    return store, journeys


def test_the_kernel_agrees_with_a_plain_reading_of_an_authority(
    example: tuple[TableStore, TableStore],
) -> None:
    store, journeys = example
    tables = {name: store.table(name) for name in store.names()}
    assert _compare_tables(journeys.table("coverage"), journeys_of(tables)) >= ANSWERS.keys() - {
        "cpp_2y_open"
    }


def test_four_buckets_are_as_one(example: tuple[TableStore, TableStore]) -> None:
    store, journeys = example
    coverage = journeys.table("coverage")
    kernel = kernel_of(coverage)
    tables = {name: store.table(name) for name in store.names()}
    parts = pl.col("child_id").hash(7) % 4
    apart = [
        kernel(journeys_of({name: frame.filter(parts == number) for name, frame in tables.items()}))[PARTIAL]
        for number in range(4)
    ]
    together = kernel(journeys_of(tables))[PARTIAL]
    assert table_of(coverage, pl.concat(apart)).equals(table_of(coverage, together))


def test_the_same_comes_out_in_the_same_order_whatever_the_order_in(
    example: tuple[TableStore, TableStore],
) -> None:
    store, journeys = example
    first = measure_indicators(store, journeys)
    assert first.equals(measure_indicators(store, journeys))
    coverage = journeys.table("coverage")
    tables = {name: store.table(name) for name in store.names()}
    shuffled = journeys_of(
        {name: frame.sample(fraction=1, shuffle=True, seed=5) for name, frame in tables.items()}
    )
    assert table_of(coverage, kernel_of(coverage)(shuffled)[PARTIAL]).equals(first)


def test_two_authorities_together_are_as_each_alone(example: tuple[TableStore, TableStore]) -> None:
    store, journeys = example
    coverage = journeys.table("coverage")
    tables = {name: store.table(name) for name in store.names()}

    def both(frame: pl.DataFrame) -> pl.DataFrame:
        if "la_code" not in frame.columns:
            return frame
        other = frame.with_columns(la_code=pl.lit("302"))
        if "fact" in frame.columns and frame.height:
            other = other.with_columns(pl.col("fact") + pl.lit(frame.height, frame.schema["fact"]))
        return pl.concat([frame, other])

    ranges = both(coverage)
    found = table_of(ranges, kernel_of(ranges)(journeys_of({n: both(f) for n, f in tables.items()}))[PARTIAL])
    alone = measure_indicators(store, journeys)
    for la in ("301", "302"):
        assert found.filter(la_code=la).drop("la_code").equals(alone.drop("la_code"))


# Indicator, archetype; whether the archetype counts the opposite.
SAME = {
    "re_referral_12m": ("re_referral_12m_back", False),
    "cpp_repeat_ever": ("repeat_cpp", False),
    "cpp_repeat_2y": ("repeat_cpp:within_24m", False),
    "icpc_15wd:without_transfer_in": ("icpc_late", True),
}


def test_indicators_count_as_their_archetypes_do(example: tuple[TableStore, TableStore]) -> None:
    store, journeys = example
    table = measure_indicators(store, journeys)
    wanted = {name.split(":")[0] for name, _ in SAME.values()}
    measure(journeys, [one for one in library().values() if one.id in wanted])
    anchors = journeys.table("anchors")
    compared = 0
    for indicator, (archetype, opposite) in SAME.items():
        for row in table.filter(pl.col("indicator") == indicator, "available").iter_rows(named=True):
            mine = anchors.filter(
                pl.col("measure") == archetype, pl.col("anchor_date").is_between(row["from"], row["to"])
            )
            counts = dict(mine["outcome"].value_counts().iter_rows())
            if counts.keys() - {"match", "no_match"}:
                continue
            matches, rest = counts.get("match", 0), counts.get("no_match", 0)
            assert row["numerator"] == (rest if opposite else matches)
            assert row["denominator"] == matches + rest
            compared += 1
    assert compared > 10
