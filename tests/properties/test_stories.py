"""What the order of rows, the calendar and the names of things may not change, on generated stories."""

from __future__ import annotations

import json
import random
from copy import deepcopy
from datetime import date, timedelta
from typing import Any

import polars as pl
from hypothesis import HealthCheck, Phase, assume, given, settings
from hypothesis import strategies as st
from invented_stories import stories
from story import Story
from told import assert_same_rows, unplaced

SETTINGS = settings(
    max_examples=15,
    derandomize=True,
    deadline=None,
    database=None,
    phases=[Phase.generate],
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)
SHIFT = timedelta(days=364)


@given(stories(), st.integers(0, 10_000))
@SETTINGS
def test_rows_in_another_order_change_nothing(story: Story, seed: int) -> None:
    """The rows come in another order and keep their numbers: files whose batches come in any order."""
    assume(story.rows)
    chance = random.Random(seed)
    about = list(story.rows)
    chance.shuffle(about)
    other = Story(
        story.returns, {key: chance.sample(rows, len(rows)) for key in about if (rows := story.rows[key])}
    )
    one, two = story.tell(), other.tell()
    on_one_line = any(row["row"] == 1 for rows in story.rows.values() for row in rows)
    if not on_one_line:
        assert one.events.drop("record").equals(two.events.drop("record"))
        assert one.spells.drop("record").equals(two.spells.drop("record"))
        assert _sorted(one.issues).equals(_sorted(two.issues))
    assert_same_rows(unplaced(one.events), unplaced(two.events))
    assert_same_rows(unplaced(one.spells), unplaced(two.spells))
    assert one.lines.equals(two.lines)


@given(stories(lines_of_their_own=True, details=False), st.integers(0, 10_000))
@SETTINGS
def test_rows_at_other_numbers_change_nothing_but_places(story: Story, seed: int) -> None:
    """The rows of a sheet stand in another order: their numbers are dealt out again.

    Left aside is what the design gives to the row that comes first: which of two contradicting rows about a
    child in one return counts.
    """
    assume(story.rows)
    one, two = story.tell(), _renumbered(story, random.Random(seed)).tell()
    assert_same_rows(unplaced(one.events), unplaced(two.events))
    assert_same_rows(unplaced(one.spells), unplaced(two.spells))
    assert one.lines.equals(two.lines)
    assert one.codes() == two.codes()


@given(stories(plans_dated=True))
@SETTINGS
def test_shifting_every_date_shifts_every_answer(story: Story) -> None:
    """By 52 weeks, so that weekdays stay; bank holidays move, so links by nearness are set aside."""
    assume(story.rows)
    one, two = story.tell(), _shifted(story).tell()
    assert _moved(one.events).equals(_moved(two.events, -SHIFT))
    assert _moved(one.spells).equals(_moved(two.spells, -SHIFT))
    assert one.lines["journey_reduced"].equals(two.lines["journey_reduced"])
    assert one.codes() == two.codes()


@given(stories())
@SETTINGS
def test_children_do_not_touch_each_other(story: Story) -> None:
    """Each child told alone has the journey it has among all: what makes buckets possible."""
    stems = {row["child_id"].lstrip("0") for rows in story.rows.values() for row in rows}
    assume(len(stems) > 1)
    whole = story.tell()
    for stem in stems:
        mine = {key: [row for row in rows if row["child_id"].lstrip("0") == stem]
                for key, rows in story.rows.items()}  # fmt: skip
        alone = Story(story.returns, {key: rows for key, rows in mine.items() if rows}).tell()
        is_mine = pl.col("child_id").str.strip_chars_start("0") == stem
        assert alone.events.drop("record").equals(whole.events.filter(is_mine).drop("record"))
        assert alone.spells.drop("record").equals(whole.spells.filter(is_mine).drop("record"))
        assert alone.lines.equals(whole.lines.filter(is_mine))


def _sorted(frame: pl.DataFrame) -> pl.DataFrame:
    return frame.sort(frame.columns, nulls_last=True)


def _renumbered(story: Story, chance: random.Random) -> Story:
    rows = deepcopy(story.rows)
    for made in story.returns:
        old = sorted(
            {row["row"] for (number, _), found in rows.items() if number == made.number for row in found}
        )
        new = dict(zip(old, chance.sample(old, len(old)), strict=True))
        for (number, _), found in rows.items():
            for row in found if number == made.number else ():
                row["row"] = new[row["row"]]
                if row.get("parent_row"):
                    row["parent_row"] = new[row["parent_row"]]
    return Story(story.returns, rows)


def _shifted(story: Story) -> Story:
    other = deepcopy(story)
    for made in other.returns:
        made.as_at += SHIFT
    for found in other.rows.values():
        for row in found:
            row.update({name: value + SHIFT for name, value in row.items() if isinstance(value, date)})
    return other


def _moved(frame: pl.DataFrame, by: timedelta = timedelta(0)) -> pl.DataFrame:
    """Without ages and links that rest on the calendar, with every date moved."""
    dates = [name for name, kind in frame.schema.items() if kind == pl.Date]
    frame = frame.with_columns(pl.col(dates) + pl.duration(days=by.days))
    if "link" in frame.columns:
        on_calendar = pl.col("link").is_null() | (pl.col("link") == "nearness")
        attributes = pl.Series([_ageless(text) for text in frame["attributes"]], dtype=pl.String)
        frame = frame.with_columns(
            attributes=attributes,
            link=pl.when(~on_calendar).then("link"),
            episode_id=pl.when(~on_calendar).then("episode_id"),
        )
    else:
        frame = frame.drop("episode_id")
    return _episodes_moved(frame, by)


def _episodes_moved(frame: pl.DataFrame, by: timedelta) -> pl.DataFrame:
    """Episodes are named by the date of their referral."""
    if "episode_id" not in frame.columns:
        return frame
    moved = []
    for name in frame["episode_id"]:
        day, _, number = (name or "").partition("#")
        moved.append(f"{date.fromisoformat(day) + by}#{number}" if day else None)
    return frame.with_columns(pl.Series("episode_id", moved, dtype=pl.String))


def _ageless(text: str) -> str:
    known: dict[str, Any] = json.loads(text)
    known.pop("child_age", None)
    return json.dumps(known, sort_keys=True)
