"""What Annex A list 8 tells of care from before the first episode of SSDA903, and beside its periods."""

from __future__ import annotations

from typing import Any

import pytest
from care_rows import episode, placements, places_of
from story import Return, Story


def told_by(as_at: str) -> tuple[Story, Return, Return]:
    """A return of 2024 and an Annex A of some day."""
    story = Story()
    return story, story.ssda903(2024), story.annex(as_at)


def list8(annex: Return, start: str, **more: Any) -> int:
    return annex.add("period_of_care", "A", "List_8", start_date=start, **more)


def test_list_8_fills_the_start_of_a_placement_that_ssda903_does_not_know() -> None:
    story, made, annex = told_by("2024-06-30")
    episode(made, "A", "2023-05-01", "L")
    row = list8(annex, "2019-02-03", placement_start_date="2021-04-05", placement_type="U6")
    told = story.tell()
    assert told.spells_of("looked_after") == [("2019-02-03", None, "true")]
    assert told.spells_of("placement") == [("2021-04-05", None, "true")]
    assert told.dated() == ["2019-02-03 lac_start", "2021-04-05 placement_start"]
    start = told.event("placement_start")
    assert (start["file"], start["sheet"], start["row"]) == ("annex_2024-06-30.xlsx", "List_8", row)
    assert told.codes() == []
    (one,) = placements(told, "A", "start_known", "placement_no", "placement_id", "under_a_day")
    assert one == {"start_known": True, "placement_no": 1, "placement_id": "1.1", "under_a_day": False}


def test_on_the_day_of_that_episode_it_gives_the_event_and_the_place_is_that_of_ssda903() -> None:
    story, made, annex = told_by("2024-06-30")
    first = episode(made, "A", "2023-05-01", "L")
    list8(annex, "2023-05-01", placement_start_date="2023-05-01", placement_type="U6")
    told = story.tell()
    assert told.dated() == ["2023-05-01 lac_start", "2023-05-01 placement_start"]
    assert told.event("placement_start")["row"] == first
    assert told.codes() == []


def test_a_placement_whose_start_is_known_takes_none_and_contradicts() -> None:
    story, made, annex = told_by("2024-06-30")
    episode(made, "A", "2023-05-01", "P")
    list8(annex, "2019-02-03", placement_start_date="2021-04-05", placement_type="U6")
    told = story.tell()
    assert told.spells_of("placement") == [("2023-05-01", None, "true")]
    assert told.codes() == ["contradicts-care-return"]


def test_a_move_that_ssda903_knows_of_before_the_extract_contradicts() -> None:
    story, made, annex = told_by("2024-06-30")
    episode(made, "A", "2023-05-01", "L", "2023-09-01", "X1")
    episode(made, "A", "2023-09-01", "P", place="K2")
    list8(annex, "2019-02-03", placement_start_date="2021-04-05", placement_type="U6")
    told = story.tell()
    assert told.spells_of("placement")[0] == ("2023-05-01", "2023-09-01", "false")
    assert told.codes() == ["contradicts-care-return"]


@pytest.mark.parametrize(("kind", "same"), [("U6", True), (None, True), ("K2", False)])
def test_an_earlier_extract_shows_that_placement_or_one_before_it(kind: str | None, same: bool) -> None:
    story, made, annex = told_by("2022-06-30")
    episode(made, "A", "2023-05-01", "L")
    list8(annex, "2019-02-03", placement_start_date="2021-04-05", placement_type=kind)
    told = story.tell()
    before = [] if same else [("2021-04-05", "2023-05-01", "unknown")]
    now = ("2021-04-05" if same else "2023-05-01", None, "true")
    assert told.spells_of("placement") == [*before, now]
    assert told.codes() == []
    assert told.dated() == ["2019-02-03 lac_start", "2021-04-05 placement_start"]
    ids = [one["placement_id"] for one in placements(told)]
    assert ids == (["1.1"] if same else ["1.1", "1.2"])
    chain = told.tables["care_chain"]
    assert chain["starts_period"].to_list() == ([True] if same else [True, False])
    assert chain["placement_id"].to_list() == ids


def test_a_placement_before_one_that_began_by_its_own_episode_is_another() -> None:
    story, made, annex = told_by("2022-06-30")
    episode(made, "A", "2023-05-01", "P")
    list8(annex, "2019-02-03", placement_start_date="2021-04-05", placement_type="U6")
    told = story.tell()
    assert told.spells_of("placement") == [
        ("2021-04-05", "2023-05-01", "unknown"), ("2023-05-01", None, "true"),
    ]  # fmt: skip
    assert told.spells_of("looked_after") == [("2019-02-03", None, "true")]
    assert told.codes() == []


def test_of_two_extracts_the_latest_placement_fills_and_the_one_before_ended_there() -> None:
    story = Story()
    made, early, late = story.ssda903(2024), story.annex("2021-06-30"), story.annex("2022-06-30")
    episode(made, "A", "2023-05-01", "L")
    list8(early, "2019-02-03", placement_start_date="2020-01-10", placement_type="K2")
    list8(late, "2019-02-03", placement_start_date="2021-12-01", placement_type="U6")
    told = story.tell()
    assert told.spells_of("placement") == [
        ("2020-01-10", "2021-12-01", "unknown"), ("2021-12-01", None, "true"),
    ]  # fmt: skip
    assert told.codes() == []


def test_care_of_list_8_beside_a_period_of_ssda903_is_two_with_a_warning() -> None:
    story, made, annex = told_by("2024-06-30")
    episode(made, "A", "2023-05-01", "S")
    row = list8(annex, "2023-03-01")
    told = story.tell()
    assert len(told.spells_of("looked_after")) == 2
    assert places_of(told, "care-overlaps") == [("annex_2024-06-30.xlsx", row, "start_date")]
    assert told.codes() == ["care-overlaps"]


@pytest.mark.parametrize(
    ("start", "end", "said"),
    [
        ("2023-05-05", None, ["care-overlaps"]), ("2023-05-04", None, ["near-date"]),
        ("2023-02-01", "2023-05-01", []), ("2023-02-01", "2023-05-02", ["care-overlaps"]),
        ("2023-09-01", "2023-10-01", []), ("2023-08-31", "2023-10-01", ["care-overlaps"]),
    ],
)  # fmt: skip
def test_touching_is_no_overlap(start: str, end: str | None, said: list[str]) -> None:
    story, made, annex = told_by("2024-06-30")
    episode(made, "A", "2023-05-01", "S", "2023-09-01", "E8")
    list8(annex, start, end_date=end)
    assert story.tell().codes() == said


def test_care_after_a_start_that_is_not_known_overlaps_too() -> None:
    story, made, annex = told_by("2024-06-30")
    episode(made, "A", "2023-05-01", "P")
    list8(annex, "2023-06-01")
    assert story.tell().codes() == ["care-overlaps"]


def test_a_period_that_ended_at_once_overlaps_nothing() -> None:
    story, made, annex = told_by("2024-06-30")
    episode(made, "A", "2023-05-01", "S", "2023-05-01", "E8")
    list8(annex, "2023-02-01", end_date="2023-09-01")
    assert story.tell().codes() == ["care-overlaps"], "the day itself lies inside the other"
