"""Assessments, enquiries and conferences of small stories, each number worked out by hand."""

from __future__ import annotations

import pytest
from story import Story
from told_indicators import case, tell

from childjourneys.indicators.settings import IndicatorSettings


def test_assessments_on_both_clocks() -> None:
    story = Story()
    census = story.census(2023)
    # 1 June 2022 is a Wednesday; 2 and 3 June are bank holidays, 29 August is one.
    for child, start, end in (
        ("A", "2022-06-06", "2022-08-08"),  # 45 working days
        ("B", "2022-06-06", "2022-08-09"),  # 46
        ("C", "2022-06-06", "2022-06-06"),  # 0
        ("D", "2022-06-06", None),
    ):
        of = case(census, child, "2022-06-01")
        census.add("assessment", child, start_date=start, authorised_date=end, **of)
    found = tell(story)
    assert found.of("assessment_45wd", 2023) == (2, 3)
    # From the referral A took one working day more: 6 June is the first after it.
    assert found.of("assessment_45wd:clock_referral", 2023) == (1, 3)
    assert found.of("assessment_duration_bands:same_day", 2023) == (1, 3)
    assert found.of("assessment_duration_bands:41-45", 2023) == (1, 3)
    assert found.of("assessment_duration_bands:46-50", 2023) == (1, 3)
    assert [found.one(f"assessment_duration_bands:{q}", 2023)["value"] for q in ("p25", "median", "p75")] == [
        0, 45, 46,
    ]  # fmt: skip
    assert found.one("assessment_duration_bands:median", 2023)["unit"] == "days"
    assert found.of("assessment_open_overdue", 2023) == (1, 1)


def test_assessments_that_do_not_count_are_counted_by_reason() -> None:
    story = Story()
    census = story.census(2023)
    census.add("assessment", "A", start_date="2022-06-06", authorised_date="2022-06-10")
    of = case(census, "B", "2022-06-01")
    census.add("assessment", "B", start_date="2022-05-20", authorised_date="2022-05-25", **of)
    of = case(census, "C", "2022-06-01")
    row = census.add("assessment", "C", start_date="2022-06-06", authorised_date_raw="31/02/2022", **of)
    census.next_row = row
    census.add(
        "mark", "C", "assessment", row, event="assessment_authorised", code="undated", start="2022-06-06"
    )
    found = tell(story)
    assert found.of("assessment_45wd", 2023) == (2, 2)
    assert found.left_out("assessment_45wd", 2023) == {"end_not_usable": 1}
    assert found.of("assessment_45wd:clock_referral", 2023) == (0, 0)
    assert found.left_out("assessment_45wd:clock_referral", 2023) == {
        "end_not_usable": 1, "ended_before_referral": 1, "no_need_episode": 1,
    }  # fmt: skip
    assert (
        found.one("assessment_45wd:clock_referral", 2023)["reason"] == "All cases of the period are left out."
    )


def test_an_assessment_of_a_closed_case_is_not_open() -> None:
    story = Story()
    census = story.census(2023)
    of = case(census, "A", "2022-06-01", closure_date="2022-12-01", closure_reason="RC7")
    census.add("assessment", "A", start_date="2022-06-06", **of)
    of = case(census, "B", "2023-02-01")
    census.add("assessment", "B", start_date="2023-02-01", **of)
    found = tell(story)
    # B: 42 working days to 31 March 2023.
    assert found.of("assessment_open_overdue", 2023) == (0, 1)
    assert found.left_out("assessment_open_overdue", 2023) == {"episode_closed": 1}


def test_each_factor_counts_once_in_a_need_episode() -> None:
    story = Story()
    census = story.census(2023)
    of = case(census, "A", "2022-06-01")
    census.add(
        "assessment", "A", start_date="2022-06-02", authorised_date="2022-07-01", factors="3B|16A", **of
    )
    census.add(
        "assessment", "A", start_date="2022-09-01", authorised_date="2022-10-03", factors="3B|8C", **of
    )
    for child, factors in (("B", "16A"), ("C", "21"), ("D", None)):
        of = case(census, child, "2022-06-01")
        values = {"start_date": "2022-06-02", "authorised_date": "2022-07-01", "factors": factors}
        census.add("assessment", child, **values, **of)
    found = tell(story)
    assert found.of("assessment_factor_share:3B", 2023) == (1, 2)
    assert found.of("assessment_factor_share:16A", 2023) == (2, 2)
    assert found.of("assessment_factor_share:8", 2023) == (1, 2)
    assert found.of("assessment_factor_share:20", 2023) == (0, 2)
    assert found.left_out("assessment_factor_share:3B", 2023) == {
        "no_factors_identified": 1,
        "not_recorded": 1,
    }


def test_factors_come_from_the_census_only() -> None:
    story = Story()
    story.annex("2024-12-31").add("assessment", "A", "List_4", start_date="2024-10-01")
    row = tell(story).one("assessment_factor_share:3B")
    assert (row["available"], row["from"]) == (False, None)
    assert row["reason"].endswith("the CIN census would.")


def _conferences() -> Story:
    story = Story()
    census = story.census(2023)
    # From Monday 12 September 2022; the 19th is a bank holiday.
    for child, held in (("A", "2022-10-04"), ("B", "2022-10-05"), ("C", "2022-09-09"), ("D", None)):
        of = case(census, child, "2022-09-01")
        census.add("s47_enquiry", child, start_date="2022-09-12", icpc_date=held, **of)
        if child in "AC":
            census.add("cp_plan", child, start_date=held, initial_category_of_abuse="NEG", **of)
        if child == "B":
            census.add("cp_plan", child, start_date="2022-10-08", initial_category_of_abuse="EMO", **of)
    of = case(census, "E", "2022-09-01")
    census.add("icpc", "E", "CINdetails", icpc_date="2022-09-20", **of)
    return story


def test_conferences_in_fifteen_working_days() -> None:
    found = tell(_conferences())
    # A: 15 working days; B: 16; C: before its enquiry; E: a transfer in.
    assert found.of("icpc_15wd", 2023) == (1, 4)
    assert found.of("icpc_15wd:without_transfer_in", 2023) == (1, 3)
    assert found.left_out("icpc_15wd:without_transfer_in", 2023) == {"no_enquiry": 1}


def test_enquiries_are_followed_to_a_conference_on_or_after_their_start() -> None:
    found = tell(_conferences())
    assert found.of("s47_rate", 2023)[0] == 4
    assert found.of("s47_to_icpc", 2023) == (1, 4)
    assert found.of("s47_to_icpc:60d", 2023) == (2, 4)


def test_an_enquiry_too_late_to_be_followed_counts_on_neither_side() -> None:
    story = Story()
    census = story.census(2023)
    # From 10 March to Friday the 31st there are 15 working days, and the weekend after belongs to them;
    # 60 days from 30 January end on the 31st.
    for child, start in (("A", "2023-03-09"), ("B", "2023-03-10"), ("C", "2023-01-30"), ("D", "2023-01-31")):
        of = case(census, child, "2023-01-02")
        census.add("s47_enquiry", child, start_date=start, icpc_date="2023-03-13", **of)
    found = tell(story)
    assert found.of("s47_to_icpc", 2023) == (1, 3)
    assert found.left_out("s47_to_icpc", 2023) == {"follow_up_not_seen": 1}
    assert found.of("s47_to_icpc:60d", 2023) == (1, 1)
    assert found.left_out("s47_to_icpc:60d", 2023) == {"follow_up_not_seen": 3}


def test_conferences_leading_to_a_plan_that_day_or_within_a_tolerance() -> None:
    found = tell(_conferences())
    assert found.of("icpc_to_cpp", 2023) == (2, 3)
    assert found.of("icpc_to_cpp:transfer_in", 2023) == (0, 1)
    tolerant = tell(_conferences(), IndicatorSettings(icpc_tolerance_days=3))
    assert tolerant.of("icpc_to_cpp", 2023) == (3, 3)
    with pytest.raises(ValueError, match="0 to 5"):
        IndicatorSettings(icpc_tolerance_days=6)


def test_two_enquiries_with_one_conference_are_one_conference() -> None:
    story = Story()
    census = story.census(2023)
    of = case(census, "A", "2022-09-01")
    census.add("s47_enquiry", "A", start_date="2022-08-01", icpc_date="2022-09-12", **of)
    census.add("s47_enquiry", "A", start_date="2022-09-05", icpc_date="2022-09-12", **of)
    found = tell(story)
    assert found.of("icpc_15wd", 2023) == (1, 1)
    assert found.left_out("icpc_15wd", 2023) == {"duplicate": 1}
