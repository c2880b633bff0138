"""The modules beside Episodes: what they add to events, and what stays a table."""

from __future__ import annotations

import pytest
from care_rows import attributes, episode, places_of
from story import Story


@pytest.mark.parametrize(
    ("born", "day", "age"),
    [("2005-04-01", "2023-04-01", 18), ("2005-03-31", "2024-03-31", 19), ("2007-03-31", "2024-03-31", 17),
     ("1999-02-01", "2024-02-01", 25), ("2004-02-29", "2024-02-29", 20)],
)  # fmt: skip
def test_a_care_leaver_is_dated_by_the_birthday_in_the_year(born: str, day: str, age: int) -> None:
    story = Story()
    made = story.ssda903(2024)
    made.add("stated_birth", "A", "OC3", birth_date=born)
    row = made.add(
        "leaver_contact", "A", "OC3", in_touch="YES", activity="F1", accommodation="B", suitability="1"
    )
    told = story.tell()
    assert told.dated() == [f"{day} care_leaver"]
    event = told.event("care_leaver")
    assert (event["file"], event["row"]) == ("903_2024", row)
    assert attributes(event) == {
        "contact_age": age, "in_touch": "YES", "activity": "F1", "accommodation": "B", "suitability": "1",
    }  # fmt: skip
    assert told.line() == "CL"
    assert told.spells_of("care_leaver") == []


def test_someone_born_on_29_february_has_a_birthday_on_1_march_in_other_years() -> None:
    story = Story()
    made = story.ssda903(2023)
    made.add("stated_birth", "A", "OC3", birth_date="2004-02-29")
    made.add("leaver_contact", "A", "OC3", in_touch="NO")
    assert story.tell().dated() == ["2023-03-01 care_leaver"]


@pytest.mark.parametrize("born", [None, "2007-04-01", "1997-04-01", "1998-03-30"])
def test_no_birth_date_or_another_age_gives_no_event(born: str | None) -> None:
    story = Story()
    made = story.ssda903(2024)
    made.add("stated_birth", "A", "OC3", birth_date=born)
    row = made.add("leaver_contact", "A", "OC3", in_touch="YES")
    told = story.tell()
    assert told.dated() == []
    assert places_of(told, "care-leaver-age") == [("903_2024", row, "DOB")]
    assert told.tables["leaver_contact"]["in_touch"].to_list() == ["YES"]


def test_contacts_of_two_years_are_two_events() -> None:
    story = Story()
    for year in (2023, 2024):
        made = story.ssda903(year)
        made.add("child", "A", "Header", birth_date="2004-06-01")
        made.add("leaver_contact", "A", "OC3", in_touch="YES" if year == 2023 else "NO")
    told = story.tell()
    assert told.dated() == ["2022-06-01 care_leaver", "2023-06-01 care_leaver"]
    assert told.tables["leaver_contact"]["contact_age"].to_list() == [18, 19]


def test_of_two_rows_of_a_child_the_first_counts() -> None:
    story = Story()
    made = story.ssda903(2024)
    made.add("stated_birth", "A", "OC3", birth_date="2005-06-01")
    made.add("leaver_contact", "A", "OC3", in_touch="YES")
    made.add("leaver_contact", "A", "OC3", in_touch="NO")
    assert attributes(story.tell().event("care_leaver"))["in_touch"] == "YES"


def test_an_adoption_is_dated_by_the_episode_and_told_by_ad1() -> None:
    story = Story()
    made = story.ssda903(2024)
    episode(made, "A", "2022-05-01", "S", "2023-05-01", "X1")
    episode(made, "A", "2023-05-01", "P", "2023-09-01", "E12", place="A5")
    made.add("adopted_child", "A", "AD1", adoption_best_interest_date="2022-12-01",
             adoption_match_date="2023-04-01", adopted_by_foster_carer="1")  # fmt: skip
    told = story.tell()
    assert told.line() == "LAC -> PA -> LAC| -> AD"
    adopted = told.event("adopted")
    assert (str(adopted["date"]), adopted["sheet"]) == ("2023-09-01", "Episodes")
    assert attributes(adopted) == {
        "best_interest_date": "2022-12-01", "match_date": "2023-04-01", "foster_carer": "1",
    }  # fmt: skip
    assert told.codes() == []


def test_ad1_without_an_episode_that_ends_so_is_a_warning_and_no_event() -> None:
    story = Story()
    made = story.ssda903(2024)
    episode(made, "A", "2022-05-01", "S", "2023-05-01", "E8")
    row = made.add("adopted_child", "A", "AD1", adoption_match_date="2023-04-01")
    told = story.tell()
    assert places_of(told, "adopted-without-end") == [("903_2024", row, "CHILD")]
    assert "adopted" not in told.events["event"].to_list()


def test_a_placed_decision_is_no_placing() -> None:
    story = Story()
    story.ssda903(2024).add("placed_decision", "A", "PlacedAdoption", should_be_placed_date="2023-06-01")
    assert story.tell().dated() == ["2023-06-01 adoption_decision"]


@pytest.mark.parametrize(("ceased", "expected"), [(None, True), ("2023-05-02", True), ("2023-05-01", False)])
def test_uasc_is_a_row_in_a_return_of_the_period_that_had_not_ceased_at_the_start(
    ceased: str | None, expected: bool
) -> None:
    story = Story()
    made = story.ssda903(2024)
    episode(made, "A", "2023-05-01", "S")
    made.add("uasc", "A", "UASC", uasc_ceased_date=ceased)
    assert attributes(story.tell().event("lac_start"))["uasc"] is expected


def test_uasc_is_false_without_a_row_and_not_known_without_the_module() -> None:
    for modules, expected in ((("Episodes", "UASC"), False), (("Episodes",), None)):
        story = Story()
        episode(story.ssda903(2024, modules=modules), "A", "2023-05-01", "S")
        assert attributes(story.tell().event("lac_start")).get("uasc") is expected


def test_a_uasc_row_of_another_year_is_of_another_period() -> None:
    story = Story()
    first, second = story.ssda903(2022), story.ssda903(2024)
    episode(first, "A", "2021-05-01", "S", "2021-08-01", "E8")
    first.add("uasc", "A", "UASC")
    episode(second, "A", "2023-05-01", "S")
    periods = story.tell().tables["period_of_care"]
    assert periods["uasc"].to_list() == [True, False]


def test_previous_permanence_is_that_of_the_latest_return_of_the_period() -> None:
    story = Story()
    first, second = story.ssda903(2023), story.ssda903(2024)
    episode(first, "A", "2022-05-01", "S", "2022-08-01", "E8")
    episode(first, "A", "2022-09-01", "S")
    episode(second, "A", "2022-09-01", "S")
    first.add("previous_permanence", "A", "PrevPerm", previous_permanence="P1")
    second.add("previous_permanence", "A", "PrevPerm", previous_permanence="P2",
               previous_permanence_date="2019-05")  # fmt: skip
    told = story.tell()
    assert told.tables["period_of_care"]["previous_permanence"].to_list() == ["P1", "P2"]
    starts = told.events.filter(told.events["event"] == "lac_start")
    assert attributes(starts.row(1, named=True))["previous_permanence"] == "P2"
    assert told.tables["previous_permanence"]["previous_permanence_date"].to_list() == [None, "2019-05"]


def test_reviews_of_all_years_are_events_with_how_the_child_took_part() -> None:
    story = Story()
    first, second = story.ssda903(2023), story.ssda903(2024)
    first.add("review", "A", "Reviews", review_date="2022-06-01", review_participation="PN1")
    second.add("review", "A", "Reviews", review_date="2023-06-01", review_participation="PN3")
    told = story.tell()
    assert told.dated() == ["2022-06-01 lac_review", "2023-06-01 lac_review"]
    assert attributes(told.event("lac_review")) == {"participation": "PN1"}
    assert told.line() == ""


def test_tables_of_one_row_a_year_keep_the_day_of_their_return() -> None:
    story = Story()
    for year in (2023, 2024):
        made = story.ssda903(year)
        made.add("oc2", "A", "OC2", sdq_score=year - 2010, convicted=False)
        made.add("mother", "A", "Header", is_mother="0")
    told = story.tell()
    assert told.tables["oc2"].select("as_at", "sdq_score").rows()[1][1] == 14
    assert [str(day) for day in told.tables["mother"]["as_at"]] == ["2023-03-31", "2024-03-31"]
    assert told.dated() == []


def test_coverage_is_that_of_the_modules_in_the_return() -> None:
    story = Story()
    story.ssda903(2023, modules=("Episodes", "OC3", "Header", "DoLo"))
    story.ssda903(2024, modules=("Episodes", "Missing", "Reviews", "PlacedAdoption"))
    coverage = story.tell_coverage()
    ranges = {kind: (str(first), str(last)) for kind, first, last in
              coverage.select("kind", "from", "to").iter_rows()}  # fmt: skip
    both, first, second = (
        ("2022-04-01", "2024-03-31"),
        ("2022-04-01", "2023-03-31"),
        ("2023-04-01", "2024-03-31"),
    )
    assert ranges == {
        "lac_start": both, "lac_end": both, "looked_after": both, "placement_start": both,
        "placement_end": both, "placement": both, "short_break_start": both, "short_break_end": both,
        "short_break": both, "placed_for_adoption": both, "adopted": both, "care_leaver": first,
        "missing_start": second, "missing_end": second, "missing": second, "lac_review": second,
        "adoption_decision": second, "adoption_reversed": second,
    }  # fmt: skip


def test_list_9_does_not_widen_what_oc3_covers() -> None:
    story = Story()
    story.ssda903(2024, modules=("OC3",))
    story.annex("2024-04-01", lists=(9,))
    found = story.tell_coverage().filter(story.tell_coverage()["kind"] == "care_leaver")
    assert [(str(a), str(b), rule) for a, b, rule in found.select("from", "to", "rule").rows()] == [
        ("2024-04-01", "2024-04-01", "open_in"), ("2023-04-01", "2024-03-31", "started_in"),
    ]  # fmt: skip
