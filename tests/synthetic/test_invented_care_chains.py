"""The chains that benchmarks of costs are fed are chains: in order, without overlap, the same again."""

from __future__ import annotations

import polars as pl
from care_chains import LAST_DAY, many_placements

from childjourneys.tables.care_chain import CARE_CHAIN


def test_chains_have_the_canonical_columns_and_never_overlap() -> None:
    frames = many_placements(400, 10, seed=2)
    chain = frames["care_chain"]
    assert dict(chain.schema) == CARE_CHAIN.schema
    assert chain["child_id"].n_unique() == frames["child"].height == 400
    rows = chain.with_columns(next=pl.col("start").shift(-1).over("child_id"))
    assert rows.filter(pl.col("end").is_null() & pl.col("next").is_not_null()).is_empty()
    assert not (rows["end"] > rows["next"]).any()
    care = rows.filter(pl.col("kind") == "care")
    within = care.filter(pl.col("period_no") == pl.col("period_no").shift(-1).over("child_id"))
    assert (within["end"] == within["next"]).all()
    assert (care["starts_period"] == (care["reason_new_episode"] == "S")).all()
    assert chain["start"].max() <= LAST_DAY  # type: ignore[operator]
    days = care.select((pl.col("end").fill_null(LAST_DAY) - pl.col("start")).dt.total_days()).to_series()
    assert days.sum() > 400 * 9 * 365


def test_a_return_is_to_the_same_stay() -> None:
    chain = many_placements(400, 10, seed=2)["care_chain"]
    before = pl.col("placement_id").shift(2).over("child_id")
    back = chain.with_columns(earlier=before).filter("resumes")
    assert back.height > 100
    assert (back["earlier"] == back["placement_id"]).all()
    same = chain.with_columns(earlier=pl.col("placement_id").shift(1).over("child_id")).filter("same_carer")
    assert (same["earlier"] == same["placement_id"]).all()


def test_the_same_seed_gives_the_same_frames() -> None:
    one, two, other = (many_placements(30, 3, seed) for seed in (1, 1, 2))
    assert all(one[name].equals(two[name]) for name in one)
    assert not one["care_chain"].equals(other["care_chain"])
