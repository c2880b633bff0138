"""Child protection plans, need episodes and care of small stories, each number worked out by hand."""

from __future__ import annotations

import pytest
from story import Story
from told_indicators import Rows, case, people, tell

from childjourneys.indicators.settings import IndicatorSettings


def _plans() -> Story:
    story = Story()
    before, census = story.census(2022), story.census(2023)
    for made, child, start, end, category, previous in (
        (before, "A", "2020-03-31", None, "NEG", 0),  # 31 March 2022: 730 days
        (before, "B", "2020-04-01", None, "EMO", 1),  # 729 days
        (before, "C", "2021-05-01", "2021-06-01", "NEG", 0),
        (census, "A", "2020-03-31", "2022-04-01", "NEG", 0),
        (census, "B", "2020-04-01", "2022-04-01", "EMO", 1),
        (census, "C", "2022-06-01", None, "PHY", 1),
        (census, "D", "2022-06-01", None, None, None),
        (census, "E", "2022-06-01", "2023-03-31", "MUL", 2),
    ):
        of = case(made, child, "2020-03-01")
        made.add("cp_plan", child, start_date=start, end_date=end, initial_category_of_abuse=category,
                 latest_category_of_abuse=category, number_of_previous_cpp=previous, **of)  # fmt: skip
    return story


def test_plans_open_started_and_again() -> None:
    found = tell(_plans())
    assert found.of("cpp_rate", 2022)[0] == 2
    assert found.of("cpp_rate", 2023)[0] == 2
    assert found.of("cpp_start_rate", 2023)[0] == 3
    assert found.of("cpp_repeat_ever", 2023) == (2, 2)
    assert found.left_out("cpp_repeat_ever", 2023) == {"number_not_recorded": 1}
    assert found.of("cpp_category_share:start_physical", 2023) == (1, 2)
    assert found.of("cpp_category_share:open_physical", 2023) == (1, 1)
    assert found.left_out("cpp_category_share:open_physical", 2023) == {"not_recorded": 1}


def test_what_ends_on_the_last_day_is_not_open_on_it_unless_so_set() -> None:
    assert tell(_plans(), IndicatorSettings(end_inclusive=True)).of("cpp_rate", 2023)[0] == 3


def test_two_years_are_more_than_729_days() -> None:
    found = tell(_plans())
    assert found.of("cpp_2y_open", 2022) == (1, 2)
    # On 1 April 2022 A had run for 731 days and B for 730; E for less.
    assert found.of("cpp_2y_ended", 2023) == (2, 3)
    assert found.of("cpp_2y_ended", 2022) == (0, 1)


def test_repeat_plans_within_two_years_need_the_returns_before() -> None:
    story = Story()
    for year in (2021, 2022, 2023, 2024):
        story.census(year)
    first, last = story.returns[0], story.returns[3]
    for child, end in (("A", "2021-06-01"), ("B", "2021-05-31")):
        of = case(first, child, "2020-05-01")
        first.add("cp_plan", child, start_date="2020-06-01", **of)
        again = case(story.returns[1], child, "2020-05-01")
        story.returns[1].add("cp_plan", child, start_date="2020-06-01", end_date=end, **again)
        of = case(last, child, "2023-05-01")
        last.add("cp_plan", child, start_date="2023-06-01", **of)
    found = tell(story)
    assert found.of("cpp_repeat_2y", 2024) == (1, 2)
    assert found.of("cpp_repeat_2y", 2023) == (0, 0)
    assert found.one("cpp_repeat_2y", 2022)["available"] is False


def test_a_plan_whose_end_is_not_known_is_left_out_of_the_ended() -> None:
    story = Story()
    before, _ = story.census(2022), story.census(2023)
    before.add("cp_plan", "A", start_date="2021-05-01", **case(before, "A", "2021-04-10"))
    found = tell(story)
    assert found.of("cpp_rate", 2022)[0] == 1
    assert found.of("cpp_rate", 2023)[0] == 0
    assert found.of("cpp_2y_ended", 2023) == (0, 0)
    assert found.left_out("cpp_2y_ended", 2023) == {"end_not_known": 1}


def _reviewed() -> Story:
    story = Story()
    census = story.census(2023)
    for child, start, reviews in (
        ("A", "2022-05-31", ("2022-08-31", "2023-02-28")),  # 3 months, 6 months, 1 month
        ("B", "2022-05-31", ("2022-09-01", "2023-02-28")),  # a day late
        ("C", "2022-05-31", ("2022-08-31",)),  # 7 months to the end
        ("D", "2022-12-31", ("2023-03-31",)),  # 3 months to the day
        ("E", "2022-12-31", ()),  # and none held: still in time
        ("F", "2022-12-30", ()),
        ("G", "2023-01-05", ()),  # not yet 3 months
        ("H", "2022-03-31", ("2022-06-01", "2022-12-01")),  # began before the returns
    ):
        of = case(census, child, "2022-03-01")
        census.add("cp_plan", child, start_date=start, **of)
        for day in reviews:
            census.add("cp_review", child, review_date=day, cpp_start_date=start, **of)
    return story


def test_reviews_in_time() -> None:
    found = tell(_reviewed())
    # Over three months and in the returns from the start: A to F. In time: A, D, E.
    assert found.of("cpp_reviewed_on_time", 2023) == (3, 6)
    assert found.left_out("cpp_reviewed_on_time", 2023) == {"started_before_history": 1}


def test_reviews_in_time_by_days() -> None:
    found = tell(_reviewed(), IndicatorSettings(review_clock="days"))
    # 91 days from 31 December are 1 April: D and E are not yet due, F was due on 31 March. A's first took 92.
    assert found.of("cpp_reviewed_on_time", 2023) == (1, 4)
    with pytest.raises(ValueError, match="months or days"):
        IndicatorSettings(review_clock="weeks")  # type: ignore[arg-type]


def test_latest_reviews_of_annex_a_alone_are_no_history() -> None:
    story = Story()
    annex = story.annex("2024-12-31")
    annex.add("cp_plan", "A", "List_7", start_date="2024-08-01", latest_review_date="2024-10-20")
    row = tell(story).one("cpp_reviewed_on_time")
    assert (row["available"], row["numerator"]) == (False, None)
    assert tell(story).of("cpp_rate")[0] == 1


def _in_need() -> Rows:
    story = Story()
    census = story.census(2023)
    for child, referral, closed, reason in (
        ("A", "2022-12-31", None, None),  # 3 months to the day
        ("B", "2022-12-30", None, None),
        ("C", "2022-09-30", None, None),  # 6 months: the 30th
        ("D", "2022-03-31", None, None),  # a year to the day
        ("E", "2021-03-31", None, None),  # two years to the day
        ("F", "2022-04-10", "2022-07-10", "RC7"),
        ("G", "2022-04-10", "2022-07-11", "RC7"),
        ("H", "2022-04-10", "2022-07-11", "RC8"),
    ):
        case(census, child, referral, closure_date=closed, closure_reason=reason)
    case(census, "I", "2022-06-01", nfa=True)
    case(census, "A", "2022-05-01", closure_date="2022-06-01", closure_reason="RC7")
    return tell(story, population=people(("301", 2022, 0, 17, 1000)))


def test_children_in_need_now_and_at_any_point() -> None:
    found = _in_need()
    assert found.of("cin_rate", 2023) == (5, 1000)
    assert found.one("cin_rate", 2023)["value"] == 50.0
    # A to G; H was closed as not in need and I went no further. A has two episodes.
    assert found.of("cin_any_point", 2023) == (7, None)
    assert found.of("cin_any_point:episodes", 2023) == (8, None)
    assert found.of("cin_any_point:rate", 2023) == (7, 1000)


@pytest.mark.parametrize(
    ("band", "still", "ended"),
    [("up_to_3m", 1, 2), ("3_to_6m", 1, 1), ("6m_to_1y", 1, 0), ("1_to_2y", 1, 0), ("2y_and_over", 1, 0)],
)
def test_bands_of_need_episodes(band: str, still: int, ended: int) -> None:
    found = _in_need()
    assert found.of(f"cin_open_duration:{band}", 2023) == (still, 5)
    assert found.of(f"cin_ended_duration:{band}", 2023) == (ended, 3)


def test_an_episode_gone_without_end_was_in_need_in_the_year_it_was_seen() -> None:
    story = Story()
    before, _ = story.census(2022), story.census(2023)
    case(before, "A", "2021-05-01")
    found = tell(story)
    assert found.of("cin_any_point", 2022) == (1, None)
    assert found.of("cin_any_point", 2023) == (0, None)
    assert found.left_out("cin_ended_duration:up_to_3m", 2023) == {"end_not_known": 1}


def test_care_as_far_as_list_8_carries_it() -> None:
    story = Story()
    annex = story.annex("2024-12-31")
    for child, start, end, status, placements in (
        ("A", "2023-05-01", None, "C2", 3),
        ("B", "2024-08-01", None, "V2", 1),
        ("C", "2024-09-01", "2024-12-01", "V2", 4),
        ("D", "2024-09-01", None, "V4", 2),
        ("E", "2023-09-01", None, "C1", None),
    ):
        annex.add("period_of_care", child, "List_8", start_date=start, end_date=end, legal_status=status,
                  number_of_placements_12_months=placements)  # fmt: skip
    found = tell(story, population=people(("301", 2023, 0, 17, 1000)))
    assert found.of("cla_rate") == (3, 1000)
    assert found.left_out("cla_rate") == {"short_break": 1}
    assert found.of("cla_start_rate") == (2, 1000)
    assert found.of("cla_cease_rate") == (1, 1000)
    assert found.of("cla_placements_3plus_as_written") == (1, 2)
    assert found.left_out("cla_placements_3plus_as_written") == {"not_recorded": 1, "short_break": 1}
    row = found.one("cla_start_rate")
    # Half a year is never put beside a year; a day is.
    assert (row["national_value"], row["national_year"]) == (None, None)
    assert found.one("cla_rate")["national_value"] == 67
    needs_more = found.one("cla_placements_3plus")
    assert (needs_more["available"], needs_more["reason"]) == (
        False, "No return carries placement (placement); SSDA903 (Episodes) would.",
    )  # fmt: skip


def test_days_to_a_placement_with_adopters() -> None:
    story = Story()
    annex = story.annex("2025-03-31")
    for child, care, placed, order in (
        ("A", "2023-01-01", "2024-01-01", "2024-10-01"),  # 365
        ("B", "2023-01-01", "2024-01-11", "2024-11-01"),  # 375
        ("C", None, "2024-01-01", "2024-12-01"),
        ("D", "2023-01-01", None, "2024-12-01"),
        ("E", "2023-01-01", "2024-01-01", None),
    ):
        dates = {"care_start_date": care, "placed_date": placed, "order_date": order}
        annex.add("adoption", child, "List_10", decision_date="2023-06-01", **dates)
    found = tell(story)
    row = found.one("adoption_timeliness:mean", 2025)
    assert (row["value"], row["denominator"], row["numerator"]) == (370.0, 2, None)
    assert found.one("adoption_timeliness:median", 2025)["value"] == 365.0
    assert found.left_out("adoption_timeliness:mean", 2025) == {
        "care_start_not_known": 1,
        "placed_not_known": 1,
    }
