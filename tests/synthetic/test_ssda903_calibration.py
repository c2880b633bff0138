"""How near the SSDA903 returns of a made-up authority come to the figures of England."""

from __future__ import annotations

from datetime import date

import polars as pl
import pytest

from childjourneys.synthetic import Plan, World, simulate
from childjourneys.synthetic.rates import national
from childjourneys.synthetic.ssda903_modules import Modules, ssda903_of

PLAN = Plan(children=4000, years=(2017, 2026), seed=3)
SHORT_BREAKS = ("V3", "V4")


@pytest.fixture(scope="module")
def world() -> World:
    return simulate(PLAN)


@pytest.fixture(scope="module")
def returns(world: World) -> dict[int, Modules]:
    return {year: ssda903_of(world, year) for year in range(2017, 2027)}


def start_of(year: int) -> date:
    return date(year - 1, 4, 1)


def end_of(year: int) -> date:
    return date(year, 3, 31)


def test_calibration(returns: dict[int, Modules], world: World) -> None:
    """Shares of England, as near as an authority of this size comes, all years pooled."""
    placed, gone, cared, many, now, scores = [], 0, 0, 0, 0, []
    for year, modules in returns.items():
        rows = modules["Episodes"].filter(~pl.col("LS").is_in(SHORT_BREAKS))
        on_the_day = rows.filter(pl.col("DEC").is_null())
        placed += on_the_day["PLACE"].str.head(1).to_list()
        cared += rows["CHILD"].n_unique()
        gone += modules["Missing"].filter(pl.col("MISSING") == "M")["CHILD"].n_unique()
        stays = world.placements.filter(
            ~pl.col("placement_type").str.starts_with("T") & (pl.col("start_date") <= end_of(year))
            & (pl.col("end_date").is_null() | (pl.col("end_date") >= start_of(year)))
            & pl.col("child_id").is_in(on_the_day["CHILD"].implode())
        )  # fmt: skip
        counts = stays.group_by("child_id").agg(pl.col("stay_id").n_unique())["stay_id"]
        many, now = many + int((counts >= 3).sum()), now + counts.len()
        scores += [int(score) for score in modules["OC2"]["SDQ_SCORE"].drop_nulls()]
    published = national("cla.placement.2025")
    total = sum(published.values())
    groups = {"U": "1.", "A": "2.", "P": "3."}
    for letter, number in groups.items():
        share = next(value for name, value in published.items() if name.startswith(number)) / total
        assert placed.count(letter) / len(placed) == pytest.approx(share, abs=0.09)
    homes = sum(value for name, value in published.items() if name[:2] in ("4.", "5.")) / total
    assert (placed.count("K") + placed.count("H")) / len(placed) == pytest.approx(homes, abs=0.08)
    often = national("cla.placement_stability.2025")["three_plus_in_year_pct"] / 100
    assert many / now == pytest.approx(often, abs=0.06)
    assert 0.06 < gone / cared < 0.2
    assert sum(scores) / len(scores) == pytest.approx(national("cla.health_12m.2025")["sdq_mean_5_16"], abs=2)


def test_some_children_come_back(world: World) -> None:
    """About one in seven of those who go home within a year; and some placements break down early."""
    rows = world.care_periods.sort("child_id", "start_date").with_columns(
        again=pl.col("start_date").shift(-1).over("child_id")
    )
    home = rows.filter(pl.col("reason_ceased").is_in(["E4A", "E4B"]))
    soon = home.filter((pl.col("again") - pl.col("end_date")).dt.total_days() <= 365)
    assert 0.05 < soon.height / home.height < 0.3
    lasted = (world.placements["end_date"] - world.placements["start_date"]).dt.total_days().drop_nulls()
    assert 0.15 < (lasted < 90).mean() < 0.5  # type: ignore[operator]


def test_missing_is_of_teenagers_in_homes(world: World) -> None:
    rows = world.missing.join(world.children.select("child_id", "birth_date"), on="child_id")
    ages = (rows["start_date"] - rows["birth_date"]).dt.total_days() / 365.25
    assert (ages >= 12).mean() > 0.85  # type: ignore[operator]
    at = rows.sort("start_date").join_asof(
        world.placements.sort("start_date"), on="start_date", by="child_id", check_sortedness=False
    )
    homes = at["placement_type"].str.head(1).is_in(["K", "H", "R"])
    nights = (
        world.placements.with_columns(pl.col("end_date").fill_null(PLAN.extract_dates[1]))
        .with_columns(nights=(pl.col("end_date") - pl.col("start_date")).dt.total_days())
    )  # fmt: skip
    share = nights.filter(pl.col("placement_type").str.head(1).is_in(["K", "H", "R"]))["nights"].sum()
    assert homes.mean() > 2 * share / nights["nights"].sum()  # type: ignore[operator]
