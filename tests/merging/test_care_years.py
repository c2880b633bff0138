"""Rows of one episode or incident in the SSDA903 returns of several years: what counts, what is said."""

from __future__ import annotations

import pytest
from care_rows import attributes, bad_end, episode, placements, places_of
from story import Story


def test_a_later_return_wins_even_with_a_blank_end() -> None:
    story = Story()
    first, second = story.ssda903(2023), story.ssda903(2024)
    row = episode(first, "A", "2022-05-01", "S", "2023-01-01", "E8")
    episode(second, "A", "2022-05-01", "S")
    told = story.tell()
    assert told.spells_of("looked_after") == [("2022-05-01", None, "true")]
    assert told.dated() == ["2022-05-01 lac_start", "2022-05-01 placement_start"]
    assert places_of(told, "end-reopened") == [("903_2023", row, "DEC")]


def test_an_end_that_was_blank_is_filled_without_a_word() -> None:
    story = Story()
    first, second = story.ssda903(2023), story.ssda903(2024)
    earlier = episode(first, "A", "2022-05-01", "S")
    row = episode(second, "A", "2022-05-01", "S", "2023-06-01", "E4A", reason_place_change="CARPL")
    told = story.tell()
    assert told.codes() == []
    end = told.event("lac_end")
    assert (str(end["date"]), end["file"], end["row"], end["also_in"]) == (
        "2023-06-01",
        "903_2024",
        row,
        None,
    )
    start = told.event("lac_start")
    assert (start["file"], start["also_in"]) == ("903_2024", f"903_2023|Episodes|{earlier}")
    assert attributes(told.event("placement_end")) == {
        "reason_place_change": "CARPL", "reason_ceased": "E4A",
    }  # fmt: skip


def test_a_value_that_differs_is_a_warning_at_the_earlier_row_and_the_later_is_used() -> None:
    story = Story()
    first, second = story.ssda903(2023), story.ssda903(2024)
    row = episode(first, "A", "2022-05-01", "S", place="U3", category_of_need="N1")
    episode(second, "A", "2022-05-01", "S", place="U6", placement_provider=None)
    told = story.tell()
    assert places_of(told, "later-return-differs") == [("903_2023", row, "PLACE")]
    assert placements(told, "A", "placement_type", "placement_provider") == [
        {"placement_type": "U6", "placement_provider": "PR1"}
    ]
    assert attributes(told.event("lac_start"))["category_of_need"] == "N1", "a blank takes nothing back"


@pytest.mark.parametrize("code", ["H5", "P2"])
def test_a_code_that_ran_off_becomes_k3_without_a_word(code: str) -> None:
    story = Story()
    first, second = story.ssda903(2024), story.ssda903(2025)
    episode(first, "A", "2023-05-01", "S", place=code)
    episode(second, "A", "2023-05-01", "S", place="K3")
    told = story.tell()
    assert told.codes() == []
    assert attributes(told.event("placement_start"))["placement_type"] == "K3"


def test_an_episode_that_a_later_return_lost_ended_on_1_april_on_a_day_not_known() -> None:
    story = Story()
    first = story.ssda903(2023)
    story.ssda903(2024)
    row = episode(first, "A", "2022-05-01", "S")
    told = story.tell()
    assert told.spells_of("looked_after") == [("2022-05-01", "2023-04-01", "unknown")]
    assert told.spells_of("placement") == [("2022-05-01", "2023-04-01", "unknown")]
    assert told.dated() == ["2022-05-01 lac_start", "2022-05-01 placement_start"]
    assert places_of(told, "gone-without-end") == [("903_2023", row, "DEC")]


def test_a_return_without_the_module_loses_nothing() -> None:
    story = Story()
    first = story.ssda903(2022)
    story.ssda903(2023, modules=("Header", "Missing"))
    third = story.ssda903(2024)
    episode(first, "A", "2021-05-01", "S")
    episode(first, "B", "2021-05-01", "S")
    episode(third, "B", "2021-05-01", "S")
    told = story.tell()
    assert told.spells_of("looked_after", "B") == [("2021-05-01", None, "true")]
    assert told.spells_of("looked_after") == [("2021-05-01", "2022-04-01", "unknown")], "2024 is the next"
    assert places_of(told, "gone-without-end") == [("903_2022", 2, "DEC")]


def test_open_in_the_last_return_is_open() -> None:
    story = Story()
    episode(story.ssda903(2024), "A", "2023-05-01", "S")
    assert story.tell().spells_of("looked_after") == [("2023-05-01", None, "true")]


def test_an_episode_given_with_another_start_is_corrected() -> None:
    story = Story()
    first, second = story.ssda903(2023), story.ssda903(2024)
    row = episode(first, "A", "2022-05-01", "S")
    episode(second, "A", "2022-05-09", "S")
    told = story.tell()
    assert told.spells_of("looked_after") == [("2022-05-09", None, "true")]
    assert told.dated() == ["2022-05-09 lac_start", "2022-05-09 placement_start"]
    assert places_of(told, "episode-corrected") == [("903_2023", row, "DECOM")]


@pytest.mark.parametrize(
    ("start", "end"),
    [("2023-04-01", None), ("2022-06-01", "2023-03-31")],
    ids=["it starts after 31 March", "it does not run on past 31 March"],
)
def test_another_episode_of_the_next_return_corrects_nothing_when(start: str, end: str | None) -> None:
    story = Story()
    first, second = story.ssda903(2023), story.ssda903(2024)
    row = episode(first, "A", "2022-05-01", "S")
    episode(second, "A", start, "S", end, "E8" if end else None)
    told = story.tell()
    assert "episode-corrected" not in told.codes()
    assert places_of(told, "gone-without-end") == [("903_2023", row, "DEC")]


def test_one_that_was_in_the_earlier_return_too_corrects_nothing() -> None:
    story = Story()
    first, second = story.ssda903(2023), story.ssda903(2024)
    episode(first, "A", "2022-04-10", "S", "2022-05-01", "X1")
    row = episode(first, "A", "2022-05-01", "P", place="K2")
    episode(second, "A", "2022-04-10", "S", "2023-06-01", "E8")
    told = story.tell()
    assert places_of(told, "gone-without-end") == [("903_2023", row, "DEC")]


def test_an_open_episode_with_a_later_one_in_its_own_return_is_not_lost() -> None:
    story = Story()
    first, second = story.ssda903(2023), story.ssda903(2024)
    row = episode(first, "A", "2022-05-01", "S")
    episode(first, "A", "2022-08-01", "P", place="K2")
    episode(second, "A", "2022-08-01", "P", place="K2")
    told = story.tell()
    assert told.codes() == ["episode-end-blank"]
    assert places_of(told, "episode-end-blank") == [("903_2023", row, "DEC")]


def test_of_two_episodes_of_one_day_the_one_that_ends_that_day_comes_first_and_the_last_goes_on() -> None:
    story = Story()
    first, second = story.ssda903(2023), story.ssda903(2024)
    episode(first, "A", "2022-05-01", "P", place="K2")
    episode(first, "A", "2022-05-01", "S", "2022-05-01", "X1")
    episode(second, "A", "2022-05-01", "P", "2023-05-01", "E8", place="K2")
    told = story.tell()
    assert told.spells_of("placement") == [
        ("2022-05-01", "2022-05-01", "false"), ("2022-05-01", "2023-05-01", "false"),
    ]  # fmt: skip
    assert [one["under_a_day"] for one in placements(told)] == [True, False]
    assert told.codes() == []
    assert told.dated() == [
        "2022-05-01 lac_start", "2022-05-01 placement_start", "2022-05-01 placement_end",
        "2022-05-01 placement_start", "2023-05-01 placement_end", "2023-05-01 lac_end",
    ]  # fmt: skip


def test_two_returns_of_one_year_are_one_and_the_later_path_wins() -> None:
    story = Story()
    one, two = story.ssda903(2024, "a/episodes.csv"), story.ssda903(2024, "b/episodes.csv")
    row = episode(one, "A", "2023-05-01", "S", place="U3")
    episode(two, "A", "2023-05-01", "S", place="U6")
    episode(one, "B", "2023-05-01", "S")
    told = story.tell()
    assert attributes(told.event("placement_start"))["placement_type"] == "U6"
    assert places_of(told, "two-files-differ") == [("a/episodes.csv", row, "PLACE")]
    assert told.spells_of("looked_after", "B") == [("2023-05-01", None, "true")], "the other file loses none"


def test_a_reason_without_an_end_is_not_used() -> None:
    story = Story()
    episode(story.ssda903(2024), "A", "2023-05-01", "S", None, "E11")
    told = story.tell()
    assert told.spells_of("looked_after") == [("2023-05-01", None, "true")]
    assert "adopted" not in told.events["event"].to_list()


def test_an_end_after_31_march_is_a_plan() -> None:
    story = Story()
    # A reader keeps such a date as found, and leaves no mark.
    episode(story.ssda903(2024), "A", "2023-05-01", "S", episode_end_date_raw="05/06/2024")
    assert story.tell().spells_of("looked_after") == [("2023-05-01", None, "true")]


def test_a_missing_incident_goes_on_from_year_to_year() -> None:
    story = Story()
    first, second = story.ssda903(2023), story.ssda903(2024)
    first.add("missing", "A", "Missing", missing_type="M", missing_start_date="2023-03-20")
    second.add("missing", "A", "Missing", missing_type="M", missing_start_date="2023-03-20",
               missing_end_date="2023-04-02")  # fmt: skip
    row = first.add("missing", "B", "Missing", missing_type="A", missing_start_date="2023-03-20")
    told = story.tell()
    assert told.dated() == ["2023-03-20 missing_start", "2023-04-02 missing_end"]
    assert attributes(told.event("missing_start")) == {"missing_type": "M"}
    assert told.spells_of("missing") == [("2023-03-20", "2023-04-02", "false")]
    assert told.dated("B") == ["2023-03-20 missing_start"]
    assert told.spells_of("missing", "B") == [("2023-03-20", "2023-04-01", "unknown")]
    assert places_of(told, "gone-without-end") == [("903_2023", row, "MIS_END")]


def test_incidents_of_two_types_on_one_day_are_two() -> None:
    story = Story()
    made = story.ssda903(2024)
    for kind in ("M", "A"):
        made.add("missing", "A", "Missing", missing_type=kind, missing_start_date="2023-06-01",
                 missing_end_date="2023-06-02")  # fmt: skip
    assert story.tell().spells_of("missing") == [("2023-06-01", "2023-06-02", "false")] * 2


def test_an_unusable_end_of_an_incident_gives_no_spell() -> None:
    story = Story()
    made = story.ssda903(2024)
    row = made.add("missing", "A", "Missing", missing_type="M", missing_start_date="2023-06-01")
    made.add("mark", "A", "Missing", row, event="missing_end", code="undated", start="2023-06-01")
    told = story.tell()
    assert told.dated() == ["2023-06-01 missing_start"]
    assert told.spells_of("missing") == []
    assert told.marks.select("event", "code").rows() == [("missing_end", "undated")]


def test_a_placed_decision_stays_and_its_reversal_is_dated() -> None:
    story = Story()
    first, second = story.ssda903(2023), story.ssda903(2024)
    first.add("placed_decision", "A", "PlacedAdoption", should_be_placed_date="2022-06-01")
    reversal = {"should_be_placed_reversed_date": "2023-09-01", "should_be_placed_reversed_reason": "RD2"}
    second.add("placed_decision", "B", "PlacedAdoption", should_be_placed_date="2023-06-01", **reversal)
    told = story.tell()
    assert told.dated() == ["2022-06-01 adoption_decision"]
    assert told.codes() == []
    assert told.dated("B") == ["2023-06-01 adoption_decision", "2023-09-01 adoption_reversed"]
    assert attributes(told.event("adoption_reversed", "B")) == {"reversed_reason": "RD2"}


@pytest.mark.parametrize(
    ("table", "sheet", "start"),
    [("social_worker_episode", "SWEpisodes", "sw_start_date"),
     ("deprivation_of_liberty", "DoLo", "dolo_start_date")],
)  # fmt: skip
def test_workers_and_orders_are_tables_and_no_events(table: str, sheet: str, start: str) -> None:
    story = Story()
    first, second = story.ssda903(2023), story.ssda903(2024)
    first.add(table, "A", sheet, **{start: "2022-06-01"})
    second.add(table, "A", sheet, **{start: "2022-06-01"})
    told = story.tell()
    assert told.dated() == []
    assert told.tables[table].select("start_date", "open", "file").rows()[0][1:] == ("true", "903_2024")
    assert told.tables[table].height == 1


def test_a_bad_end_in_the_later_return_counts_as_the_later_does() -> None:
    story = Story()
    first, second = story.ssda903(2023), story.ssda903(2024)
    earlier = episode(first, "A", "2022-05-01", "S", "2023-01-01", "E8")
    row = episode(second, "A", "2022-05-01", "S")
    bad_end(second, "A", "2022-05-01", row)
    told = story.tell()
    assert told.spells_of("looked_after") == [("2022-05-01", "2022-05-01", "unknown")]
    assert places_of(told, "end-reopened") == [("903_2023", earlier, "DEC")]
    assert places_of(told, "episode-end-unusable") == [("903_2024", row, "DEC")]
    assert sorted(told.marks.select("event", "code").rows()) == [
        ("lac_end", "undated"), ("placement_end", "undated"),
    ]  # fmt: skip
