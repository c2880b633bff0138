"""The optional tables of an example authority: what holds of them, whatever is drawn."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import polars as pl
import pytest

from childjourneys.synthetic import Plan, simulate
from childjourneys.synthetic.context_files import (
    deprivation,
    population,
    school_holidays,
    write_context_files,
)
from childjourneys.synthetic.truth import World

PLAN = Plan(children=400, years=(2023, 2025), seed=9, la="302")


@pytest.fixture(scope="module")
def world() -> World:
    return simulate(PLAN)


def test_the_same_world_gives_the_same_bytes(world: World, tmp_path: Path) -> None:
    for name in ("one", "two"):
        (tmp_path / name).mkdir()
        write_context_files(world, tmp_path / name)
    files = sorted(path.name for path in (tmp_path / "one").iterdir())
    assert files == ["deprivation.csv", "population.csv", "school_holidays.csv"]
    for name in files:
        assert (tmp_path / "one" / name).read_bytes() == (tmp_path / "two" / name).read_bytes()


def test_the_population_has_every_age_of_every_year_that_rates_need(world: World) -> None:
    table = population(world)
    found = set(table.select("la_code", "year", "age_from", "age_to").rows())
    assert found == {("302", year, age, age) for year in (2022, 2023, 2024) for age in range(18)}
    assert table.height == len(found) and table["population"].min() > 0  # type: ignore[operator]


def test_a_year_group_grows_older_without_loss(world: World) -> None:
    table = population(world)
    later = table.with_columns(pl.col("year", "age_from") - 1)
    both = table.join(later, on=["year", "age_from"], suffix="_later")
    assert both.height == 2 * 17
    assert (both["population"] == both["population_later"]).all()


def test_referrals_per_10k_are_like_the_countrys(world: World) -> None:
    table = population(world)
    inside = pl.col("referral_date").is_between(date(2022, 4, 1), date(2025, 3, 31))
    a_year = world.episodes.filter(inside).height / 3
    children = int(table["population"].sum()) / 3
    assert 400 < 10_000 * a_year / children < 650


def test_holidays_are_whole_weeks_without_overlap_and_hold_christmas_and_easter(world: World) -> None:
    table = school_holidays(world).sort("start")
    assert (table["start"].dt.weekday() == 1).all() and (table["end"].dt.weekday() == 5).all()
    assert (table["end"] >= table["start"]).all()
    assert (table["start"].shift(-1) > table["end"]).drop_nulls().all()
    bank = [date(2023, 12, 25), date(2024, 1, 1), date(2024, 3, 29), date(2024, 4, 1), date(2024, 8, 26)]
    for day in (*bank, date(2024, 5, 27), date(2024, 5, 31), date(2025, 4, 18)):
        assert table.filter(pl.col("start") <= day, pl.col("end") >= day).height == 1, day
    for day in (date(2023, 11, 8), date(2024, 1, 15), date(2024, 6, 12), date(2024, 9, 12)):
        assert table.filter(pl.col("start") <= day, pl.col("end") >= day).height == 0, day


def test_deciles_are_of_known_children_and_lean_to_the_deprived(world: World) -> None:
    table = deprivation(world)
    known = world.children.filter("known")
    assert table["child_id"].is_unique().all() and set(table["child_id"]) <= set(known["child_id"])
    assert 0.9 < table.height / known.height < 1
    assert set(table["decile"]) == set(range(1, 11))
    assert (table["decile"] <= 3).mean() > 2 * (table["decile"] >= 8).mean()  # type: ignore[operator]
    homes = known.join(table, on="child_id").group_by("family_id").agg(pl.len(), pl.col("decile").n_unique())
    several = homes.filter(pl.col("len") > 1)
    assert several.height > 50 and (several["decile"] == 1).mean() > 0.75  # type: ignore[operator]
