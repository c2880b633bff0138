"""SSDA903 with Annex A lists 8 and 10: what is one fact, what fills a blank, what contradicts."""

from __future__ import annotations

from typing import Any

from care_rows import attributes, episode, placements, places_of
from story import Return, Story

ANNEX = "annex_2024-06-30.xlsx"


def two() -> tuple[Story, Return, Return]:
    """A return of 2024 and an Annex A of 30 June 2024."""
    story = Story()
    return story, story.ssda903(2024), story.annex("2024-06-30")


def list8(annex: Return, start: str, **more: Any) -> int:
    return annex.add("period_of_care", "A", "List_8", start_date=start, **more)


def test_the_same_start_is_one_period_and_list_8_ends_it_after_31_march() -> None:
    story, made, annex = two()
    first = episode(made, "A", "2023-05-01", "S")
    row = list8(annex, "2023-05-01", end_date="2024-05-15", reason_ceased="E4A")
    told = story.tell()
    assert told.spells_of("looked_after") == [("2023-05-01", "2024-05-15", "false")]
    assert told.spells_of("placement") == [("2023-05-01", "2024-05-15", "false")]
    start, end = told.event("lac_start"), told.event("lac_end")
    assert (start["file"], start["row"], start["also_in"]) == ("903_2024", first, f"{ANNEX}|List_8|{row}")
    assert (end["file"], end["sheet"], end["row"]) == (ANNEX, "List_8", row)
    assert attributes(end) == {"reason_ceased": "E4A"}
    assert "placement_end" not in told.events["event"].to_list(), "SSDA903 alone dates it"
    assert told.codes() == []
    assert told.tables["care_chain"].select("open").to_series().to_list() == ["false"]


def test_an_end_up_to_31_march_that_ssda903_does_not_give_contradicts() -> None:
    story, made, annex = two()
    episode(made, "A", "2023-05-01", "S")
    row = list8(annex, "2023-05-01", end_date="2024-03-31", reason_ceased="E4A")
    told = story.tell()
    assert told.spells_of("looked_after") == [("2023-05-01", None, "true")]
    assert places_of(told, "contradicts-care-return") == [(ANNEX, row, "end_date")]


def test_another_end_than_ssda903_contradicts_and_loses() -> None:
    story, made, annex = two()
    episode(made, "A", "2023-05-01", "S", "2024-02-01", "E8")
    row = list8(annex, "2023-05-01", end_date="2024-02-03", reason_ceased="E4A")
    told = story.tell()
    assert told.spells_of("looked_after") == [("2023-05-01", "2024-02-01", "false")]
    assert places_of(told, "contradicts-care-return") == [(ANNEX, row, "end_date")]


def test_the_same_end_is_one_end() -> None:
    story, made, annex = two()
    episode(made, "A", "2023-05-01", "S", "2024-02-01", "E8")
    row = list8(annex, "2023-05-01", end_date="2024-02-01", reason_ceased="E8")
    told = story.tell()
    assert told.codes() == []
    assert told.event("lac_end")["file"] == "903_2024"
    assert told.event("lac_end")["also_in"] == f"{ANNEX}|List_8|{row}"


def test_the_silence_of_list_8_closes_nothing() -> None:
    story, made, _ = two()
    story.annex("2024-12-31")
    episode(made, "A", "2023-05-01", "S")
    assert story.tell().spells_of("looked_after") == [("2023-05-01", None, "true")]


def test_silence_of_a_later_annex_does_not_end_a_period_of_both() -> None:
    story, made, annex = two()
    story.annex("2024-12-31")
    episode(made, "A", "2023-05-01", "S")
    list8(annex, "2023-05-01")
    assert story.tell().spells_of("looked_after") == [("2023-05-01", None, "true")]


def test_list_8_gives_a_start_that_ssda903_does_not_know() -> None:
    story, made, annex = two()
    episode(made, "A", "2023-05-01", "P")
    row = list8(annex, "2019-02-03")
    told = story.tell()
    assert told.spells_of("looked_after") == [("2019-02-03", None, "true")]
    start = told.event("lac_start")
    assert (str(start["date"]), start["file"], start["row"]) == ("2019-02-03", ANNEX, row)
    assert told.spells_of("placement") == [("2023-05-01", None, "true")]


def test_a_start_on_the_day_of_the_first_known_episode_gives_the_event() -> None:
    story, made, annex = two()
    episode(made, "A", "2023-05-01", "L")
    list8(annex, "2023-05-01")
    assert story.tell().dated() == ["2023-05-01 lac_start"]


def test_an_earlier_period_of_list_8_that_ended_gives_no_start() -> None:
    story = Story()
    made, annex = story.ssda903(2024), story.annex("2022-06-30")
    episode(made, "A", "2023-05-01", "P")
    list8(annex, "2021-02-03", end_date="2021-09-01")
    told = story.tell()
    assert told.spells_of("looked_after") == [
        ("2021-02-03", "2021-09-01", "false"), ("2023-05-01", None, "true"),
    ]  # fmt: skip
    assert [one for one in told.dated() if "lac_start" in one] == ["2021-02-03 lac_start"]


def test_a_known_start_of_ssda903_takes_none_of_list_8() -> None:
    story, made, annex = two()
    episode(made, "A", "2023-05-01", "S")
    list8(annex, "2023-03-01")
    assert len(story.tell().spells_of("looked_after")) == 2


def test_starts_of_care_up_to_three_days_apart_are_two_with_a_warning_at_list_8() -> None:
    story, made, annex = two()
    episode(made, "A", "2023-05-01", "S")
    row = list8(annex, "2023-05-04")
    told = story.tell()
    assert len(told.spells_of("looked_after")) == 2
    assert places_of(told, "near-date") == [(ANNEX, row, "start_date")]


def test_a_start_each_in_one_ssda903_return_is_near_too() -> None:
    story = Story()
    first, second = story.ssda903(2023), story.ssda903(2024)
    episode(first, "A", "2023-03-30", "S", "2023-03-31", "E8")
    row = episode(second, "A", "2023-04-01", "S", "2023-06-01", "E8")
    assert places_of(story.tell(), "near-date") == [("903_2024", row, "DECOM")]


def test_the_placement_of_list_8_is_the_same_one() -> None:
    story, made, annex = two()
    episode(made, "A", "2023-05-01", "S")
    row = list8(annex, "2023-05-01", placement_start_date="2023-05-01", placement_type="U6")
    told = story.tell()
    assert told.spells_of("placement") == [("2023-05-01", None, "true")]
    assert told.event("placement_start")["also_in"] == f"{ANNEX}|List_8|{row}"
    assert told.codes() == []


def test_a_placement_after_31_march_is_a_further_one_and_ended_the_last() -> None:
    story, made, annex = two()
    episode(made, "A", "2023-05-01", "S")
    list8(annex, "2023-05-01", placement_start_date="2024-05-01", placement_type="K2")
    told = story.tell()
    assert told.spells_of("placement") == [
        ("2023-05-01", "2024-05-01", "unknown"), ("2024-05-01", None, "true"),
    ]  # fmt: skip
    assert told.spells_of("looked_after") == [("2023-05-01", None, "true")]
    assert [one["placement_type"] for one in placements(told)] == ["U6", "K2"]
    assert [one["placement_id"] for one in placements(told)] == ["1.1", "1.2"]
    chain = told.tables["care_chain"].select("source", "start", "end", "open", "placement_no")
    assert [(row[0], row[3], row[4]) for row in chain.rows()] == [
        ("ssda903", "unknown", 1),
        ("annex_a", "true", 2),
    ]
    assert told.codes() == []


def test_that_further_placement_ends_with_care() -> None:
    story, made, annex = two()
    episode(made, "A", "2023-05-01", "S")
    list8(annex, "2023-05-01", placement_start_date="2024-05-01", end_date="2024-06-01", reason_ceased="E8")
    told = story.tell()
    assert told.spells_of("placement") == [
        ("2023-05-01", "2024-05-01", "unknown"), ("2024-05-01", "2024-06-01", "false"),
    ]  # fmt: skip
    assert told.spells_of("looked_after") == [("2023-05-01", "2024-06-01", "false")]


def test_another_placement_up_to_31_march_contradicts() -> None:
    story, made, annex = two()
    episode(made, "A", "2023-05-01", "S")
    row = list8(annex, "2023-05-01", placement_start_date="2023-09-01", placement_type="K2")
    told = story.tell()
    assert told.spells_of("placement") == [("2023-05-01", None, "true")]
    assert places_of(told, "contradicts-care-return") == [(ANNEX, row, "placement_start_date")]


def test_care_that_began_after_31_march_comes_from_list_8_alone() -> None:
    story, made, annex = two()
    episode(made, "A", "2023-05-01", "S", "2023-08-01", "E8")
    list8(annex, "2024-05-01", placement_start_date="2024-05-01", placement_type="K2")
    told = story.tell()
    assert told.spells_of("looked_after")[1] == ("2024-05-01", None, "true")
    assert [(one["period_no"], one["placement_id"]) for one in placements(told)] == [(1, "1.1"), (2, "2.1")]
    assert told.tables["care_chain"]["period_no"].to_list() == [1, 2]


def test_a_review_of_both_is_one() -> None:
    story, made, annex = two()
    episode(made, "A", "2023-05-01", "S")
    own = made.add("review", "A", "Reviews", review_date="2024-02-01", review_participation="PN1")
    row = list8(annex, "2023-05-01", latest_review_date="2024-02-01")
    told = story.tell()
    assert [one for one in told.dated() if "review" in one] == ["2024-02-01 lac_review"]
    review = told.event("lac_review")
    assert (review["row"], review["also_in"]) == (own, f"{ANNEX}|List_8|{row}")


def test_steps_towards_adoption_of_one_day_are_one_event() -> None:
    story, made, annex = two()
    made.add("placed_decision", "A", "PlacedAdoption", should_be_placed_date="2023-06-01")
    episode(made, "A", "2023-05-01", "S", "2023-09-01", "X1")
    episode(made, "A", "2023-09-01", "P", "2024-02-01", "E11", place="A5")
    row = annex.add("adoption", "A", "List_10", decision_date="2023-06-01", placed_date="2023-09-01",
                    order_date="2024-02-01")  # fmt: skip
    told = story.tell()
    steps = [one for one in told.dated() if "adopt" in one]
    assert steps == ["2023-06-01 adoption_decision", "2023-09-01 placed_for_adoption", "2024-02-01 adopted"]
    for step in ("adoption_decision", "placed_for_adoption", "adopted"):
        assert told.event(step)["file"] == "903_2024"
        assert told.event(step)["also_in"] == f"{ANNEX}|List_10|{row}"
    assert told.codes() == []


def test_another_day_of_the_order_contradicts_and_loses() -> None:
    story, made, annex = two()
    episode(made, "A", "2023-05-01", "S", "2024-02-01", "E11", place="A5")
    row = annex.add("adoption", "A", "List_10", placed_date="2023-04-20", order_date="2024-02-09")
    told = story.tell()
    assert [one for one in told.dated() if "adopt" in one] == [
        "2023-04-20 placed_for_adoption", "2023-05-01 placed_for_adoption", "2024-02-01 adopted",
    ]  # fmt: skip
    assert places_of(told, "contradicts-care-return") == [(ANNEX, row, "order_date")]


def test_list_10_alone_is_as_before() -> None:
    story, _, annex = two()
    annex.add("adoption", "A", "List_10", decision_date="2024-01-01", order_date="2024-05-01")
    assert story.tell().dated() == ["2024-01-01 adoption_decision", "2024-05-01 adopted"]
