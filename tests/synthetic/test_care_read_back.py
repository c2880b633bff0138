"""Example returns that are read and brought together give the care that truly was."""

from __future__ import annotations

from datetime import date

import polars as pl
import pytest

from childjourneys.pipeline import Settings, ingest
from childjourneys.synthetic import Plan, World, simulate, write_example

PLAN = Plan(children=1200, years=(2022, 2025), seed=2)
FIRST, LAST = date(2021, 4, 1), date(2025, 3, 31)
IN_YEARS = pl.col("start_date").is_between(FIRST, LAST)


@pytest.fixture(scope="module")
def world() -> World:
    return simulate(PLAN)


@pytest.fixture(scope="module")
def tables(world: World, tmp_path_factory: pytest.TempPathFactory) -> dict[str, pl.DataFrame]:
    folder = tmp_path_factory.mktemp("read back")
    written = write_example(world, folder / "example")
    (folder / "out").mkdir()
    store, _ = ingest([written.returns], folder / "out", Settings())
    names = ("period_of_care", "placement", "missing", "short_break", "lac_review", "leaver_contact")
    return {name: store.table(name) for name in names}


def rows(frame: pl.DataFrame, *columns: str) -> list[tuple[object, ...]]:
    return sorted(frame.select(columns).rows(), key=str)


def until_last_return(frame: pl.DataFrame) -> pl.DataFrame:
    """Ends that the last SSDA903 return could know."""
    return frame.with_columns(end_date=pl.when(pl.col("end_date") <= LAST).then(pl.col("end_date")))


def test_periods_of_care(world: World, tables: dict[str, pl.DataFrame]) -> None:
    """Those that began in the years, with their ends; list 8 tells ends after the last return."""
    true, found = world.care_periods.filter(IN_YEARS), tables["period_of_care"].filter(IN_YEARS)
    assert rows(found, "child_id", "start_date", "end_date") == rows(
        true, "child_id", "start_date", "end_date"
    )
    assert true.height > 60
    ended = true.filter(pl.col("end_date") <= LAST).join(found, on=["child_id", "start_date"], suffix="_read")
    assert (ended["reason_ceased"] == ended["reason_ceased_read"]).all()


def test_placements_and_stays(world: World, tables: dict[str, pl.DataFrame]) -> None:
    """Each with its dates; two are one stay where the carer, or the place after a break, is the same."""
    true = until_last_return(world.placements.filter(IN_YEARS))
    found = until_last_return(tables["placement"].filter(IN_YEARS))
    columns = ("child_id", "start_date", "end_date")
    assert rows(found, *columns) == rows(true, *columns)
    both = true.join(found, on=["child_id", "start_date"])
    assert (both["same_carer"] == both["same_carer_right"].fill_null(False)).all()
    assert (both["temporary"] == both["placement_type"].str.starts_with("T")).all()
    stays = both.group_by("stay_id").agg(pl.col("placement_id_right").n_unique())
    assert (stays["placement_id_right"] == 1).all()
    joined = both.group_by("child_id", "placement_id_right").agg(pl.col("stay_id").n_unique())
    assert (joined["stay_id"] == 1).all()
    assert stays.height < true.height - 30


def test_what_happened_in_care(world: World, tables: dict[str, pl.DataFrame]) -> None:
    true = until_last_return(world.missing.filter(IN_YEARS))
    assert rows(tables["missing"].filter(IN_YEARS), "child_id", "start_date", "end_date") == rows(
        true, "child_id", "start_date", "end_date"
    )
    broken = until_last_return(world.short_breaks.filter(IN_YEARS))
    assert rows(tables["short_break"].filter(IN_YEARS), "child_id", "start_date", "end_date") == rows(
        broken, "child_id", "start_date", "end_date"
    )
    held = world.lac_reviews.filter(pl.col("review_date").is_between(FIRST, LAST))
    read = tables["lac_review"].filter(pl.col("review_date").is_between(FIRST, LAST))
    assert rows(read.unique(["child_id", "review_date"]), "child_id", "review_date") == rows(
        held, "child_id", "review_date"
    )
    met = world.leaver_contacts.filter(pl.col("contact_date").is_between(FIRST, LAST) & (pl.col("age") <= 21))
    columns = ("child_id", "contact_date", "in_touch")
    assert rows(tables["leaver_contact"], *columns) == rows(met, *columns)
