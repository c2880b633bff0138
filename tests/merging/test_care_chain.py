"""Episodes in order: ends, periods of care, short breaks."""

from __future__ import annotations

import pytest
from care_rows import attributes, bad_end, episode, places_of
from story import Story, Told

Row = tuple[str, str | None, str | None, str | None]


def told_of(*rows: Row, **more: str) -> Told:
    """One return with these episodes of A: DECOM, RNE, DEC, REC; the first stands in row 2."""
    story = Story()
    made = story.ssda903(2024)
    for start, new, end, ceased in rows:
        episode(made, "A", start, new, end, ceased, **more)
    return story.tell()


def care(told: Told) -> list[tuple[str, str | None, str]]:
    return told.spells_of("looked_after")


def test_an_end_that_is_blank_gives_way_to_the_next_start() -> None:
    told = told_of(("2023-05-01", "S", None, None), ("2023-06-01", "P", "2023-07-01", "E8"))
    assert told.spells_of("placement") == [
        ("2023-05-01", "2023-06-01", "false"), ("2023-06-01", "2023-07-01", "false"),
    ]  # fmt: skip
    assert places_of(told, "episode-end-blank") == [("903_2024", 2, "DEC")]
    ends = told.events.filter(told.events["event"] == "placement_end")
    assert ends["row"].to_list() == [3, 3], "the day is the next row's"


def test_an_end_after_the_next_start_gives_way_to_it() -> None:
    told = told_of(("2023-05-01", "S", "2023-06-09", "X1"), ("2023-06-01", "P", None, None))
    assert told.spells_of("placement")[0] == ("2023-05-01", "2023-06-01", "false")
    assert places_of(told, "episode-end-late") == [("903_2024", 2, "DEC")]


@pytest.mark.parametrize("how", ["unreadable", "before the start"])
def test_a_bad_end_gives_way_to_the_next_start(how: str) -> None:
    story = Story()
    made = story.ssda903(2024)
    row = episode(made, "A", "2023-05-01", "S", "2023-04-01" if how != "unreadable" else None, "X1")
    bad_end(made, "A", "2023-05-01", row, "end_before_start" if how != "unreadable" else "undated")
    episode(made, "A", "2023-06-01", "P", "2023-07-01", "E8", place="K2")
    told = story.tell()
    assert told.spells_of("placement")[0] == ("2023-05-01", "2023-06-01", "false")
    assert care(told) == [("2023-05-01", "2023-07-01", "false")]
    assert places_of(told, "episode-end-unusable") == [("903_2024", row, "DEC")]
    assert told.marks.is_empty(), "the next start made up for it"


def test_a_bad_end_with_nothing_after_it_ends_the_spells_on_the_start() -> None:
    story = Story()
    made = story.ssda903(2024)
    episode(made, "A", "2023-05-01", "S", "2023-06-01", "X1")
    row = episode(made, "A", "2023-06-01", "P", None, "E8", place="K2")
    bad_end(made, "A", "2023-06-01", row)
    told = story.tell()
    assert care(told) == [("2023-05-01", "2023-06-01", "unknown")]
    assert told.spells_of("placement")[1] == ("2023-06-01", "2023-06-01", "unknown")
    assert "lac_end" not in told.events["event"].to_list()
    assert sorted((event, str(start)) for event, start in told.marks.select("event", "start").rows()) == [
        ("lac_end", "2023-05-01"), ("placement_end", "2023-06-01"),
    ]  # fmt: skip


@pytest.mark.parametrize("ceased", ["X1", None])
def test_care_goes_on_after_x1_or_no_reason(ceased: str | None) -> None:
    told = told_of(("2023-05-01", "S", "2023-06-01", ceased), ("2023-06-01", "P", "2023-07-01", "E8"))
    assert care(told) == [("2023-05-01", "2023-07-01", "false")]
    assert told.codes() == []


@pytest.mark.parametrize("new", ["P", "L", "T", "U", "B", None])
def test_care_goes_on_with_any_start_but_s(new: str | None) -> None:
    told = told_of(("2023-05-01", "S", "2023-06-01", "X1"), ("2023-06-01", new, "2023-07-01", "E8"))
    assert care(told) == [("2023-05-01", "2023-07-01", "false")]


def test_care_goes_on_over_a_gap_with_no_placement_in_it() -> None:
    told = told_of(("2023-05-01", "S", "2023-06-01", "X1"), ("2023-06-05", "L", "2023-07-01", "E8"))
    assert care(told) == [("2023-05-01", "2023-07-01", "false")]
    assert told.spells_of("placement") == [
        ("2023-05-01", "2023-06-01", "false"), ("2023-06-05", "2023-07-01", "false"),
    ]  # fmt: skip
    assert places_of(told, "care-gap") == [("903_2024", 3, "DECOM")]


@pytest.mark.parametrize(
    ("ceased", "new", "code"),
    [
        ("X1", "S", "care-chain-disagrees"),
        ("E8", "P", "care-chain-disagrees"),
        ("E8", "S", "care-starts-again"),
    ],
)
def test_any_other_pair_is_two_periods(ceased: str, new: str, code: str) -> None:
    told = told_of(("2023-05-01", "S", "2023-06-01", ceased), ("2023-06-01", new, "2023-07-01", "E8"))
    assert care(told) == [("2023-05-01", "2023-06-01", "false"), ("2023-06-01", "2023-07-01", "false")]
    assert [one for one in told.dated() if " lac_" in one] == [
        "2023-05-01 lac_start", "2023-06-01 lac_end", "2023-06-01 lac_start", "2023-07-01 lac_end",
    ]  # fmt: skip
    assert [one[1] for one in places_of(told, code)] == [3]
    assert told.codes() == [code]


def test_two_periods_apart_are_no_warning() -> None:
    told = told_of(("2023-05-01", "S", "2023-06-01", "E8"), ("2023-08-01", "S", None, None))
    assert care(told) == [("2023-05-01", "2023-06-01", "false"), ("2023-08-01", None, "true")]
    assert told.codes() == []


def test_x1_with_nothing_after_it_ends_care_on_a_day_not_known() -> None:
    told = told_of(("2023-05-01", "S", "2023-06-01", "X1"))
    assert care(told) == [("2023-05-01", "2023-06-01", "unknown")]
    assert told.spells_of("placement") == [("2023-05-01", "2023-06-01", "false")]
    assert told.dated()[2:] == ["2023-06-01 placement_end"], "no lac_end"
    assert places_of(told, "care-goes-nowhere") == [("903_2024", 2, "REC")]


@pytest.mark.parametrize("ceased", ["E4A", None])
def test_another_reason_or_none_ends_care(ceased: str | None) -> None:
    told = told_of(("2023-05-01", "S", "2023-06-01", ceased))
    assert care(told) == [("2023-05-01", "2023-06-01", "false")]
    assert attributes(told.event("lac_end")) == ({"reason_ceased": "E4A"} if ceased else {})


@pytest.mark.parametrize("new", ["P", "L", "B", None])
def test_a_first_known_episode_that_is_no_start_begins_a_spell_and_no_event(new: str | None) -> None:
    told = told_of(("2023-05-01", new, "2023-06-01", "X1"), ("2023-06-01", "P", "2023-07-01", "E8"))
    assert care(told) == [("2023-05-01", "2023-07-01", "false")]
    assert "lac_start" not in told.events["event"].to_list()
    assert ("2023-05-01 placement_start" in told.dated()) == (new != "L")
    assert told.spells_of("placement")[0] == ("2023-05-01", "2023-06-01", "false")


def test_short_breaks_are_nothing_else() -> None:
    told = told_of(
        ("2023-05-01", "S", "2023-05-03", "E8"), ("2023-06-01", "S", None, None), legal_status="V4"
    )
    assert told.dated() == [
        "2023-05-01 short_break_start", "2023-05-03 short_break_end", "2023-06-01 short_break_start",
    ]  # fmt: skip
    assert told.spells_of("short_break") == [
        ("2023-05-01", "2023-05-03", "false"),
        ("2023-06-01", None, "true"),
    ]
    assert care(told) == told.spells_of("placement") == []
    assert told.line() == ""


def test_a_chain_that_turns_from_short_breaks_and_back_has_a_start_and_an_end() -> None:
    story = Story()
    made = story.ssda903(2024)
    episode(made, "A", "2023-05-01", "S", "2023-06-01", "X1", legal_status="V3")
    row = episode(made, "A", "2023-06-01", "L", "2023-07-01", "X1", legal_status="C2")
    back = episode(made, "A", "2023-07-01", "L", "2023-08-01", "E8", legal_status="V4")
    told = story.tell()
    assert care(told) == [("2023-06-01", "2023-07-01", "false")]
    assert [one for one in told.dated() if " lac_" in one] == ["2023-06-01 lac_start", "2023-07-01 lac_end"]
    assert places_of(told, "short-break-turns") == [("903_2024", row, "LS"), ("903_2024", back, "LS")]


def test_every_row_of_the_chain_says_where_it_belongs() -> None:
    told = told_of(("2023-05-01", "S", "2023-06-01", "X1"), ("2023-06-01", "P", "2023-07-01", "E8"),
                   ("2023-09-01", "S", None, None))  # fmt: skip
    chain = told.tables["care_chain"]
    assert chain.select("period_no", "placement_no", "starts_period", "starts_placement").rows() == [
        (1, 1, True, True), (1, 2, False, True), (2, 1, True, True),
    ]  # fmt: skip
    assert chain["row"].to_list() == [2, 3, 4]
    assert told.tables["period_of_care"]["period_no"].to_list() == [1, 2]
