"""The smallest stories on which the two once differed, with the answer worked out by hand."""

from __future__ import annotations

import plain
from plain_identity import Place
from story import Story
from story import Told as FastTold


def test_a_newer_row_replaces_only_if_the_next_extract_has_it() -> None:
    """The extract of December has no row for the child: list 3 and the census replace nothing of list 7."""
    story = Story()
    june, december, census = story.annex("2024-06-30"), story.annex("2024-12-31"), story.census(2025)
    row = june.add("cp_plan", "A", "List_7", start_date="2024-02-01")
    december.add("referral", "A", "List_3", referral_date="2024-10-01")
    census.add("cp_plan", "A", start_date="2024-11-01")
    told = _both(story, {("gone-without-end", ("annex_2024-06-30.xlsx", "List_7", row))})
    assert told.spells_of("cp_plan")[0] == ("2024-02-01", "2024-07-01", "unknown")


def test_two_rows_of_one_start_do_not_replace_each_other() -> None:
    story = Story()
    june = story.annex("2024-06-30")
    story.annex("2024-12-31")
    rows = [june.add("need_episode", "A", "List_6", referral_date="2024-02-01", team=t) for t in ("N", "S")]
    told = _both(story, {("gone-without-end", ("annex_2024-06-30.xlsx", "List_6", row)) for row in rows})
    assert told.spells_of("need_episode") == [("2024-02-01", "2024-07-01", "unknown")] * 2


def test_list_3_does_not_say_that_a_case_is_still_open() -> None:
    story = Story()
    census, annex = story.census(2023), story.annex("2023-06-30")
    story.census(2024)
    row = census.add("need_episode", "A", "CINdetails", referral_date="2023-01-10", nfa=False)
    annex.add("referral", "A", "List_3", referral_date="2023-01-10")
    told = _both(story, {("gone-without-end", ("cin_2023.xml", "CINdetails", row))})
    assert told.spells_of("need_episode") == [("2023-01-10", "2023-04-01", "unknown")]


def test_the_warning_stands_at_the_row_where_the_case_was_last_open() -> None:
    story = Story()
    census, june = story.census(2024), story.annex("2024-06-30")
    story.annex("2024-12-31")
    census.add("cp_plan", "A", "ChildProtectionPlans", start_date="2024-02-01")
    row = june.add("cp_plan", "A", "List_7", start_date="2024-02-01")
    told = _both(story, {("gone-without-end", ("annex_2024-06-30.xlsx", "List_7", row))})
    assert told.spells_of("cp_plan") == [("2024-02-01", "2024-07-01", "unknown")]


def test_an_end_taken_back_is_said_whatever_a_third_return_gives() -> None:
    story = Story()
    first, second, third = story.census(2022), story.census(2023), story.census(2024)
    first.add("cp_plan", "A", start_date="2021-05-01", end_date="2021-12-01")
    row = second.add("cp_plan", "A", start_date="2021-05-01")
    third.add("cp_plan", "A", start_date="2021-05-01", end_date="2023-05-01")
    told = _both(story, {("end-taken-back", ("cin_2023.xml", "cp_plan", row))})
    assert told.spells_of("cp_plan") == [("2021-05-01", "2023-05-01", "false")]


def test_two_extracts_that_differ_contradict_no_census_that_is_silent() -> None:
    story = Story()
    census, june, december = story.census(2024), story.annex("2024-06-30"), story.annex("2024-12-31")
    census.add("cp_plan", "A", start_date="2024-02-01")
    for annex, category in ((june, "NEG"), (december, "EMO")):
        annex.add("cp_plan", "A", "List_7", start_date="2024-02-01", initial_category_of_abuse=category)
    _both(story, set())


def test_every_key_near_another_returns_key_is_named() -> None:
    story = Story()
    census, annex = story.census(2024), story.annex("2024-06-30")
    census.add("need_episode", "A", "CINdetails", referral_date="2024-02-01", nfa=True)
    rows = [annex.add("referral", "A", "List_3", referral_date=day) for day in ("2024-02-02", "2024-02-03")]
    _both(story, {("near-date", ("annex_2024-06-30.xlsx", "List_3", row)) for row in rows})


def test_records_of_a_census_on_one_line_stay_in_their_own_episode() -> None:
    story = Story()
    census = story.census(2024)
    for child, days in (("A", ("2023-05-01", "2023-07-01")), ("B", ("2023-06-01",))):
        for day in days:
            census.add("need_episode", child, "CINdetails", row=1, referral_date=day, nfa=False)
            census.add(
                "assessment", child, "Assessments", row=1, start_date=day, referral_date=day, parent_row=1
            )
    census.add("cp_plan", "A", "ChildProtectionPlans", row=1, start_date="2023-08-01",
               referral_date="2023-07-01", parent_row=1)  # fmt: skip
    census.add("cp_plan", "B", "ChildProtectionPlans", row=1, start_date="2023-08-01",
               referral_date="2023-06-01", parent_row=1, end_date_raw="1/7/2023")  # fmt: skip
    census.add("mark", "B", "ChildProtectionPlans", row=1, event="cpp_end", code="end_before_start",
               start="2023-08-01")  # fmt: skip
    told = _both(story, set())
    assert told.event("cpp_start")["episode_id"] == "2023-07-01"
    assert told.event("assessment_start", "B")["episode_id"] == "2023-06-01"
    assert told.spells_of("cp_plan") == [("2023-08-01", None, "true")], "the mark is about B's plan"
    assert told.spells_of("cp_plan", "B") == []


def test_the_birth_date_of_the_latest_return_tells_spellings_apart() -> None:
    story = Story()
    late, early = story.census(2024), story.census(2022)
    for census, born in ((early, "2012-01-01"), (late, "2011-01-01")):
        census.add("child", "0123", "Child", birth_date=born)
    row = early.add("child", "123", "Child", birth_date="2011-01-01")
    _both(story, {("leading-zeros-linked", ("cin_2022.xml", "Child", row))})


def _both(story: Story, findings: set[tuple[str, Place]]) -> FastTold:
    """The fast kernels' answer, when both have these findings and no others."""
    told = story.tell()
    rows = told.issues.select("code", "file", "sheet", "row").rows()
    assert {(code, (file, sheet, row)) for code, file, sheet, row in rows} == findings
    assert plain.tell(story).findings == findings
    return told
