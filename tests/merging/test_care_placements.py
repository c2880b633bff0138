"""Placements and stays: what starts one, what goes on in it, what is a return."""

from __future__ import annotations

from typing import Any

import pytest
from care_rows import attributes, episode, placements, places_of, stays
from story import Story, Told

DAYS = ("2023-05-01", "2023-06-01", "2023-07-01", "2023-08-01", "2023-09-01")


def told_of(*rows: tuple[str | None, str | None] | tuple[str | None, str | None, dict[str, Any]]) -> Told:
    """Touching episodes of A with these RNE, PLACE and more; the first stands in row 2, the last is open."""
    story = Story()
    made = story.ssda903(2024)
    for number, (new, place, *more) in enumerate(rows):
        open_ = number == len(rows) - 1
        end, ceased = (None, None) if open_ else (DAYS[number + 1], "X1")
        episode(made, "A", DAYS[number], new, end, ceased, place, **(more[0] if more else {}))
    return story.tell()


def starts(told: Told) -> list[str]:
    return [day for day, _, name in (one.partition(" ") for one in told.dated()) if name == "placement_start"]


@pytest.mark.parametrize("new", ["S", "P", "B"])
def test_s_p_and_b_start_a_placement(new: str) -> None:
    told = told_of(("S", "U6"), (new, "U6"))
    assert starts(told) == list(DAYS[:2])
    assert [one["same_carer"] for one in placements(told)] == [False, False]
    if new != "S":
        assert stays(told) == ["a", "b"]


@pytest.mark.parametrize("new", ["T", "U"])
def test_t_and_u_start_one_with_the_same_carer_in_the_same_stay(new: str) -> None:
    told = told_of(("S", "U6"), (new, "U3"), (new, "U6"))
    assert starts(told) == list(DAYS[:3])
    assert [one["same_carer"] for one in placements(told)] == [False, True, True]
    assert stays(told) == ["a", "a", "a"]
    assert attributes(told.events.filter(told.events["event"] == "placement_start").row(1, named=True)) == {
        "placement_type": "U3", "placement_provider": "PR1", "legal_status": "C2", "temporary": False,
        "same_carer": True, "resumes": False,
    }  # fmt: skip


def test_l_goes_on_whatever_provider_postcode_or_urn_say() -> None:
    other = {"placement_provider": "PR4", "placement_postcode": "ZZ9 9ZZ", "placement_urn": "SC2"}
    told = told_of(("S", "U6"), ("L", "U6", other | {"legal_status": "C1"}))
    assert starts(told) == [DAYS[0]]
    assert told.spells_of("placement") == [(DAYS[0], None, "true")]
    assert places_of(told, "legal-change-differs") == [("903_2024", 3, "RNE")]
    assert attributes(told.event("placement_start"))["legal_status"] == "C2", "that of its first day"


def test_l_with_a_blank_beside_it_is_no_warning() -> None:
    told = told_of(("S", "U6", {"placement_urn": "SC1"}), ("L", "U6", {"placement_provider": None}))
    assert starts(told) == [DAYS[0]]
    assert told.codes() == []


def test_l_with_another_place_starts_one() -> None:
    told = told_of(("S", "U6"), ("L", "K2"))
    assert starts(told) == list(DAYS[:2])
    assert places_of(told, "legal-change-moves") == [("903_2024", 3, "PLACE")]


@pytest.mark.parametrize("code", ["H5", "P2"])
def test_l_from_a_code_that_ran_off_to_k3_goes_on(code: str) -> None:
    told = told_of(("S", code), ("L", "K3"))
    assert starts(told) == [DAYS[0]]
    assert told.codes() == []


def test_without_an_rne_a_placement_goes_on_where_everything_is_equal() -> None:
    assert starts(told_of(("S", "U6"), (None, "U6"))) == [DAYS[0]]


@pytest.mark.parametrize(
    "other",
    [{"placement_provider": "PR4"}, {"placement_postcode": "ZZ9 9ZZ"}, {"placement_urn": "SC2"},
     {"placement_type": "K2"}, {"placement_postcode": None}],
)  # fmt: skip
def test_without_an_rne_anything_else_starts_one(other: dict[str, Any]) -> None:
    place = other.pop("placement_type", "U6")
    assert starts(told_of(("S", "U6"), (None, place, other))) == list(DAYS[:2])


def test_a_first_known_l_gives_a_spell_and_no_start() -> None:
    told = told_of(("L", "A5"), ("P", "K2"))
    assert starts(told) == [DAYS[1]]
    assert told.spells_of("placement")[0] == (DAYS[0], DAYS[1], "false")
    assert [one["start_known"] for one in placements(told)] == [False, True]
    assert "placed_for_adoption" not in told.events["event"].to_list()
    assert f"{DAYS[1]} placement_end" in told.dated()


def test_a_return_to_the_same_place_after_temporary_ones_resumes_the_stay() -> None:
    told = told_of(("S", "U6"), ("P", "T4", {"placement_postcode": "X"}), ("P", "T1"), ("P", "U6"))
    assert [one["temporary"] for one in placements(told)] == [False, True, True, False]
    assert [one["resumes"] for one in placements(told)] == [False, False, False, True]
    assert stays(told) == ["a", "b", "c", "a"]
    assert starts(told) == list(DAYS[:4]), "spells and events stay as reported"


@pytest.mark.parametrize(
    "other",
    [{"placement_postcode": "ZZ9 9ZZ"}, {"placement_urn": "SC2"}, {"place": "U3"}],
    ids=["postcode", "URN", "type"],
)
def test_a_return_elsewhere_is_none(other: dict[str, Any]) -> None:
    place = other.pop("place", "U6")
    told = told_of(
        ("S", "U6", {"placement_urn": "SC1"}), ("P", "T4"), ("P", place, {"placement_urn": "SC1"} | other)
    )
    assert stays(told) == ["a", "b", "c"]


def test_a_urn_that_one_does_not_give_is_no_difference() -> None:
    told = told_of(("S", "U6", {"placement_urn": "SC1"}), ("P", "T4"), ("P", "U6"))
    assert stays(told) == ["a", "b", "a"]


def test_the_same_place_twice_without_a_temporary_one_between_is_two_stays() -> None:
    assert stays(told_of(("S", "U6"), ("P", "K2"), ("P", "U6"))) == ["a", "b", "c"]
    assert stays(told_of(("S", "U6"), ("P", "U6"))) == ["a", "b"]


def test_a_return_in_which_the_code_became_k3_resumes() -> None:
    assert stays(told_of(("S", "H5"), ("P", "T4"), ("P", "K3"))) == ["a", "b", "a"]


def test_a_gap_ends_the_stay_whatever_the_rne() -> None:
    story = Story()
    made = story.ssda903(2024)
    episode(made, "A", "2023-05-01", "S", "2023-06-01", "X1")
    episode(made, "A", "2023-06-03", "T")
    assert stays(story.tell()) == ["a", "b"]


def test_a_stay_does_not_go_on_into_another_period() -> None:
    story = Story()
    made = story.ssda903(2024)
    episode(made, "A", "2023-05-01", "S", "2023-06-01", "E4A")
    episode(made, "A", "2023-07-01", "S")
    told = story.tell()
    assert stays(told) == ["a", "b"]
    assert [(one["period_no"], one["placement_no"]) for one in placements(told)] == [(1, 1), (2, 1)]


def test_t_as_a_reason_and_t_as_a_place_are_two_things() -> None:
    told = told_of(("S", "U6"), ("T", "U6"), ("P", "T3"))
    assert [one["temporary"] for one in placements(told)] == [False, False, True]
    assert [one["same_carer"] for one in placements(told)] == [False, True, False]


def test_a_placement_ends_with_the_reasons_of_its_last_episode() -> None:
    story = Story()
    made = story.ssda903(2024)
    episode(made, "A", "2023-05-01", "S", "2023-06-01", "X1", reason_place_change="CARPL")
    episode(made, "A", "2023-06-01", "L", "2023-07-01", "E8", reason_place_change="CREQB")
    told = story.tell()
    assert attributes(told.event("placement_end")) == {"reason_place_change": "CREQB", "reason_ceased": "E8"}


def test_events_and_spells_of_placements_carry_the_stay() -> None:
    told = told_of(("S", "U6"), ("T", "U3"))
    events = told.events.filter(told.events["placement_id"].is_not_null())
    assert events["event"].to_list() == ["placement_start", "placement_end", "placement_start"]
    assert events["placement_id"].unique().to_list() == ["1.1"]
    records = events["record"].to_list()
    assert records[0] == records[1] != records[2]
    spells = told.spells.filter(told.spells["kind"] == "placement")
    assert spells.select("temporary", "under_a_day", "placement_id").rows() == [(False, False, "1.1")] * 2
    others = told.spells.filter(told.spells["kind"] != "placement")
    assert others.select("temporary", "under_a_day", "placement_id").rows() == [(None, None, None)]


def test_placed_for_adoption_is_the_first_placement_for_it_in_a_row() -> None:
    told = told_of(("S", "U6"), ("B", "A3"), ("U", "A5"), ("P", "T4"), ("P", "A5"))
    assert [one for one in told.dated() if "adoption" in one] == [f"{DAYS[1]} placed_for_adoption"]


def test_placed_for_adoption_again_after_another_placement() -> None:
    told = told_of(("S", "A3"), ("P", "U6"), ("P", "A5"))
    assert [one for one in told.dated() if "adoption" in one] == [
        f"{DAYS[0]} placed_for_adoption", f"{DAYS[2]} placed_for_adoption",
    ]  # fmt: skip


def test_a_placement_before_birth_is_named() -> None:
    story = Story()
    made = story.ssda903(2024)
    made.add("child", "A", "Header", birth_date="2023-05-02")
    row = episode(made, "A", "2023-05-01", "S")
    made.add("child", "B", "Header", birth_date="2023-05-01")
    episode(made, "B", "2023-05-01", "S")
    assert places_of(story.tell(), "placement-before-birth") == [("903_2024", row, "DECOM")]
    hidden = story.tell(b"k" * 32)
    assert places_of(hidden, "placement-before-birth") == [], "of a hidden birth only the month is known"


def test_hidden_postcodes_tell_the_same_places_apart() -> None:
    story = Story()
    made = story.ssda903(2024)
    for start, place, post in (("2023-05-01", "U6", "AB1 2CD"), ("2023-06-01", "T4", None),
                               ("2023-07-01", "U6", "AB1 9ZZ")):  # fmt: skip
        episode(made, "A", start, "S" if start == "2023-05-01" else "P", place=place, placement_postcode=post)
    for key in (None, b"k" * 32):
        told = story.tell(key)
        child = told.tables["placement"]["child_id"][0]
        assert stays(told, child) == ["a", "b", "c"], "the area alone is no evidence"
