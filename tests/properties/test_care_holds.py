"""What holds of care whatever the returns say: order of rows, buckets, and nights that add up."""

from __future__ import annotations

import random
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import polars as pl
import pytest
from invented_care_returns import invented
from story import Story, Told

SEEDS = range(4)
END = date(2024, 4, 1)
SHOWN = ("child_id", "kind", "start", "end", "open", "temporary", "under_a_day", "placement_id")


def spells(told: Told) -> list[tuple[Any, ...]]:
    return sorted(told.spells.select(SHOWN).rows(), key=repr)


def events(told: Told) -> list[tuple[Any, ...]]:
    return sorted(told.events.select("child_id", "date", "event", "attributes").rows(), key=repr)


@pytest.mark.parametrize("seed", SEEDS)
def test_the_order_of_rows_changes_nothing(seed: int) -> None:
    story = invented(random.Random(seed), 40)
    by = random.Random(seed + 100)
    mixed = replace(story, rows={})
    for (number, table), rows in story.rows.items():
        kept = [dict(row) for row in rows]
        by.shuffle(kept)
        mixed.rows[number, table] = kept
    same, other = story.tell(), mixed.tell()
    assert same.spells.equals(other.spells)
    assert same.tables["care_chain"].equals(other.tables["care_chain"])
    assert sorted(same.issues.rows(), key=repr) == sorted(other.issues.rows(), key=repr)


@pytest.mark.parametrize("seed", SEEDS)
def test_where_rows_stand_in_a_file_changes_no_day(seed: int) -> None:
    story = invented(random.Random(seed), 40)
    by = random.Random(seed + 200)
    moved = replace(story, rows={})
    places = {(n, r["row"]): by.randrange(10**6) for (n, _), rows in story.rows.items() for r in rows}
    assert len(set(places.values())) > 0.99 * len(places)
    for (number, table), rows in story.rows.items():
        moved.rows[number, table] = [{**row, "row": places[number, row["row"]]} for row in rows]
    assert spells(story.tell()) == spells(moved.tell())
    assert events(story.tell()) == events(moved.tell())


@pytest.mark.parametrize("seed", SEEDS)
def test_children_apart_are_as_children_together(seed: int) -> None:
    story = invented(random.Random(seed), 30)
    together = story.tell()
    found: list[tuple[Any, ...]] = []
    chains: list[pl.DataFrame] = []
    for part in range(3):
        mine = replace(story, rows={})
        for key, rows in story.rows.items():
            kept = [row for row in rows if int(row["child_id"][1:]) % 3 == part]
            if kept:
                mine.rows[key] = kept
        told = mine.tell()
        found += spells(told)
        chains.append(told.tables["care_chain"])
    assert sorted(found, key=repr) == spells(together)
    assert pl.concat(chains).sort(pl.all()).equals(together.tables["care_chain"].sort(pl.all()))


@pytest.mark.parametrize("seed", SEEDS)
def test_nights_in_placements_and_gaps_are_the_nights_of_the_period(seed: int) -> None:
    told = invented(random.Random(seed), 60).tell()
    until = pl.col("end_date").fill_null(END)
    nights = (until - pl.col("start_date")).dt.total_days()
    who = ["child_id", "period_no"]
    placements = told.tables["placement"].with_columns(nights=nights).sort(*who, "placement_no")
    gap = (pl.col("start_date").shift(-1).over(who) - until).dt.total_days().fill_null(0)
    placements = placements.with_columns(gap=gap)
    assert placements["gap"].min() >= 0, "no two placements of a period overlap"  # type: ignore[operator]
    inside = placements.group_by(who).agg(pl.col("nights").sum() + pl.col("gap").sum())
    periods = told.tables["period_of_care"].select(*who, of_period=nights)
    joined = periods.join(inside, on=who, how="full", coalesce=True)
    assert joined.height > 40
    assert joined.filter(pl.col("nights").ne_missing(pl.col("of_period"))).is_empty()
    # Days without a placement are those that a warning names.
    named = told.issues.filter(pl.col("code") == "care-gap").height
    assert placements.filter(pl.col("gap") > 0).height == named > 0


@pytest.mark.parametrize("seed", SEEDS)
def test_the_chain_tells_the_same_nights_as_the_placements(seed: int) -> None:
    told = invented(random.Random(seed), 60).tell()
    chain = told.tables["care_chain"].filter(pl.col("kind") == "care")
    who = ["child_id", "period_no", "placement_no"]
    spans = chain.group_by(who).agg(
        pl.col("start").min(), pl.col("end").fill_null(END).max(), pl.col("placement_id").n_unique()
    )
    placed = told.tables["placement"].select(
        *who, start="start_date", end=pl.col("end_date").fill_null(END), placement_id=pl.lit(1, pl.UInt32)
    )
    assert spans.sort(who).equals(placed.sort(who))
    days = chain.sort("child_id", "start", "end", nulls_last=True)
    following = pl.col("start").shift(-1).over("child_id")
    assert days.filter(pl.col("end").fill_null(END) > following).is_empty(), "no night is in two episodes"


@pytest.mark.parametrize("seed", SEEDS)
def test_hidden_identifiers_change_no_day_of_care(seed: int) -> None:
    story: Story = invented(random.Random(seed), 30)
    names = ("kind", "start", "end", "open", "temporary", "under_a_day", "placement_id")
    plain, hidden = (story.tell(key).spells.select(names).rows() for key in (None, b"k" * 32))
    assert sorted(plain, key=repr) == sorted(hidden, key=repr)


def with_list8(seed: int) -> Story:
    """The same returns, and two Annex A whose list 8 tells some children alike, some otherwise."""
    by = random.Random(seed)
    story = invented(by, 50)
    first = story.annex("2024-06-30")
    second = story.annex("2024-10-31")
    starts: dict[str, list[date]] = {}
    for (_, table), rows in list(story.rows.items()):
        for row in rows if table == "care_episode" else ():
            starts.setdefault(row["child_id"], []).append(row["episode_start_date"])
    for child, days in sorted(starts.items()):
        begun = by.choice((min(days), max(days), min(days) + timedelta(days=by.choice((-400, -2, 3)))))
        placed = by.choice((None, max(days), begun, date(2024, 5, 1), date(2024, 2, 2)))
        for annex in by.choice(((first,), (second,), (first, second), ())):
            ended = by.choice((None, None, date(2024, 6, 1), date(2024, 3, 1), begun))
            annex.add(
                "period_of_care", child, "List_8", start_date=begun, end_date=ended,
                reason_ceased="E8" if ended else None, placement_type=by.choice(("U6", "K2", None)),
                placement_start_date=placed if placed and placed >= begun else None,
                latest_review_date=by.choice((None, date(2024, 1, 5))),
            )  # fmt: skip
    return story


@pytest.mark.parametrize("seed", range(8))
def test_list_8_adds_to_care_and_takes_nothing_away(seed: int) -> None:
    story = with_list8(seed)
    alone = replace(
        story, rows={key: rows for key, rows in story.rows.items() if story.returns[key[0]].modules}
    )
    told, before = story.tell(), alone.tell()
    own = ("child_id", "date", "event")
    kept = [
        set(one.events.filter(pl.col("source") == "ssda903").select(own).rows()) for one in (told, before)
    ]
    gone = kept[1] - kept[0]
    assert not gone, "list 8 fills and adds; it moves no event of SSDA903"
    chain = told.tables["care_chain"].filter(pl.col("kind") == "care", pl.col("source") == "ssda903")
    following = pl.col("start").shift(-1).over("child_id", "period_no")
    assert chain.filter(pl.col("end") > following).is_empty()
    who = ["child_id", "period_no"]
    placements = told.tables["placement"].filter(pl.col("placement").is_not_null())
    after = pl.col("start_date").shift(-1).over(who)
    placements = placements.sort(*who, "placement_no")
    overlaps = (pl.col("end_date").is_null() & after.is_not_null()) | (pl.col("end_date") > after)
    assert placements.filter(overlaps).is_empty()
    ends = (
        told.tables["period_of_care"].filter(pl.col("period").is_not_null()).select(*who, "end_date", "open")
    )
    last = placements.group_by(who, maintain_order=True).agg(pl.col("end_date").last())
    both = ends.join(last, on=who, suffix="_of_placement")
    later = (pl.col("end_date") < pl.col("end_date_of_placement")).fill_null(False)
    still = pl.col("end_date").is_not_null() & pl.col("end_date_of_placement").is_null()
    assert both.filter(later | still).is_empty()
    numbers = told.tables["period_of_care"].sort(*who).group_by("child_id").agg(pl.col("period_no"))
    assert all(row == list(range(1, len(row) + 1)) for row in numbers["period_no"].to_list())


@pytest.mark.parametrize("seed", range(4))
def test_the_order_of_rows_of_both_returns_changes_nothing(seed: int) -> None:
    story = with_list8(seed)
    by = random.Random(seed)
    mixed = replace(story, rows={key: by.sample(rows, len(rows)) for key, rows in story.rows.items()})
    assert story.tell().spells.equals(mixed.tell().spells)
