"""Referral indicators of small stories, each number worked out by hand."""

from __future__ import annotations

import pytest
from story import Story
from told_indicators import case, people, tell

from childjourneys.indicators.settings import IndicatorSettings


def test_referrals_are_counted_each_time_and_duplicates_once() -> None:
    story = Story()
    census = story.census(2023)
    case(census, "A", "2022-05-01", closure_date="2022-06-01", closure_reason="RC7", referral_source="6")
    case(census, "A", "2022-09-01", nfa=True, referral_source="2A")
    case(census, "B", "2022-05-01", referral_source="1A")
    case(census, "B", "2022-05-01", referral_source="1B")
    case(census, "C", "2022-03-31", referral_source="1A")
    found = tell(story)
    assert found.of("referral_count", 2023) == (3, None)
    assert found.left_out("referral_count", 2023) == {"duplicate": 1}
    assert found.of("nfa_pct", 2023) == (1, 3)
    assert found.one("nfa_pct", 2023)["value"] == pytest.approx(1 / 3)
    assert found.of("referral_source_share:police", 2023) == (1, 3)
    assert found.of("referral_source_share:individual", 2023) == (1, 3)
    assert found.of("referral_source_share:anonymous", 2023) == (0, 3)


def test_a_referral_while_a_case_is_open_is_left_out_and_counted() -> None:
    story = Story()
    census = story.census(2023)
    case(census, "A", "2022-05-01", closure_date="2022-12-01", closure_reason="RC7")
    case(census, "A", "2022-07-01")
    found = tell(story)
    assert found.of("referral_count", 2023) == (1, None)
    assert found.left_out("referral_count", 2023) == {"while_case_open": 1}


def test_what_the_return_does_not_say_is_no_no() -> None:
    story = Story()
    annex = story.annex("2024-12-31")
    annex.add("referral", "A", "List_3", referral_date="2024-10-01", nfa=True, referral_source="6")
    annex.add("referral", "B", "List_3", referral_date="2024-10-01")
    found = tell(story)
    assert found.of("nfa_pct") == (1, 1)
    assert found.left_out("nfa_pct") == {"not_recorded": 1}
    assert found.left_out("referral_source_share:police") == {"not_recorded": 1}


def _two_years() -> Story:
    story = Story()
    before, census = story.census(2022), story.census(2023)
    closed = {"closure_date": "2021-07-01", "closure_reason": "RC7"}
    # A: 12 months to the day. B: a day more. C: twice in the year. D: the earlier one went no further.
    case(before, "A", "2021-06-01", **closed)
    case(census, "A", "2022-06-01")
    case(before, "B", "2021-05-31", **closed)
    case(census, "B", "2022-06-01")
    case(census, "C", "2022-04-01", closure_date="2022-05-01", closure_reason="RC7")
    case(census, "C", "2022-06-01")
    case(before, "D", "2022-01-01", nfa=True)
    case(census, "D", "2022-08-01")
    return story


def test_re_referrals_look_back_twelve_calendar_months() -> None:
    found = tell(_two_years())
    # Referred in the year: A, B, C twice, D. Again: A, the second of C, D.
    assert found.of("re_referral_12m", 2023) == (3, 5)
    assert found.of("re_referral_12m_children", 2023) == (3, 4)
    row = found.one("re_referral_12m", 2023)
    assert (row["national_value"], row["national_year"]) == (pytest.approx(0.224), 2023)


def test_an_earlier_referral_with_no_further_action_can_be_left_aside() -> None:
    found = tell(_two_years(), IndicatorSettings(count_nfa_previous=False))
    assert found.of("re_referral_12m", 2023) == (2, 5)


def test_without_the_history_there_is_no_number_but_a_reason() -> None:
    row = tell(_two_years()).one("re_referral_12m", 2022)
    assert row["available"] is False
    assert (row["numerator"], row["denominator"], row["value"], row["low"]) == (None, None, None, None)
    assert row["reason"] == (
        "It looks back to 2020-04-01; the returns that carry referral (referral) begin on 2021-04-01."
    )


def test_assessed_and_closed_as_not_in_need() -> None:
    story = Story()
    census, after = story.census(2023), story.census(2024)
    for child, closed, reason, assessed in (
        ("A", "2022-08-01", "RC8", True),
        ("B", "2022-08-01", "RC9", True),
        ("C", "2022-08-01", "RC7", True),
        ("D", "2022-08-01", "RC8", False),
        ("E", "2022-08-01", "RC8", True),
    ):
        of = case(census, child, "2022-06-01", closure_date=closed, closure_reason=reason)
        if assessed:
            census.add("assessment", child, start_date="2022-06-02", authorised_date="2022-07-01", **of)
        if child == "E":
            census.add("cin_plan", child, start_date="2022-07-01", end_date="2022-08-01", **of)
    # Closed after the year: the census of the year could not know it. Still within 6 months of the referral.
    late = case(after, "F", "2023-03-01", closure_date="2023-04-20", closure_reason="RC8")
    after.add("assessment", "F", start_date="2023-03-02", authorised_date="2023-04-14", **late)
    case(census, "F", "2023-03-01")
    found = tell(story)
    assert found.of("assessed_not_in_need_pct", 2023) == (2, 6)
    assert found.of("assessed_not_in_need_pct:within_6m", 2023) == (3, 6)


def test_only_referrals_that_were_followed_count_in_the_six_months() -> None:
    story = Story()
    census = story.census(2023)
    case(census, "A", "2022-09-30")
    case(census, "B", "2022-10-01")
    found = tell(story)
    assert found.of("assessed_not_in_need_pct:within_6m", 2023) == (0, 1)
    assert found.left_out("assessed_not_in_need_pct:within_6m", 2023) == {"follow_up_not_seen": 1}


def test_time_to_re_referral_is_a_cumulative_incidence() -> None:
    story = Story()
    first, second = story.census(2022), story.census(2023)
    for child, born in (("A", "2010-01-01"), ("B", "2003-07-01"), ("C", "2010-01-01"), ("D", "2010-01-01")):
        first.add("child", child, birth_date=born)
        case(first, child, "2021-04-01", closure_date="2021-05-01", closure_reason="RC7")
    # A: back on day 31. B: 18 on day 61. C: back on day 214. D: not back. E: moved away. F: gone without end.
    case(first, "A", "2021-06-01", closure_date="2022-02-01", closure_reason="RC5")
    case(first, "C", "2021-12-01", nfa=True)
    case(first, "E", "2021-04-01", closure_date="2021-05-01", closure_reason="RC5")
    case(first, "F", "2021-04-01")
    case(second, "G", "2022-05-01")
    found = tell(story)
    # Of 4: 1/4 by day 31; of the 3 left one leaves at 18; of the 2 left one is back: 1/4 + 2/4 x 1/2.
    row = found.one("time_to_re_referral:6m", 2022)
    assert (row["numerator"], row["denominator"], row["value"]) == (1, 4, pytest.approx(0.25))
    assert found.left_out("time_to_re_referral:6m", 2022) == {"left": 2}
    assert found.one("time_to_re_referral:12m", 2022)["value"] == pytest.approx(0.5)
    assert found.one("time_to_re_referral:12m", 2022)["method"] == "Aalen-Johansen"
    late = found.one("time_to_re_referral:24m", 2022)
    assert late["available"] is False
    assert late["reason"] == "It needs 730 days after a closure; the first of the period is followed for 729."
    assert found.left_out("time_to_re_referral:6m", 2023) == {"end_not_known": 1}


def test_rates_need_the_population_of_the_year_before() -> None:
    story = Story()
    case(story.census(2023), "A", "2022-05-01")
    without = tell(story).one("referral_rate", 2023)
    assert (without["available"], without["numerator"], without["denominator"]) == (False, 1, None)
    assert without["reason"] == "There is no population table."
    row = tell(story, population=people(("301", 2022, 0, 17, 2000))).one("referral_rate", 2023)
    assert (row["numerator"], row["denominator"], row["value"], row["unit"]) == (1, 2000, 5.0, "per 10,000")
    assert (row["low"], row["high"]) == (pytest.approx(0.12659), pytest.approx(27.858215))
    assert (row["national_value"], row["national_year"]) == (518.3, 2024)
    other = tell(story, population=people(("301", 2023, 0, 17, 2000))).one("referral_rate", 2023)
    assert other["reason"] == "The population table does not have ages 0 to 17 of 2022 for this authority."


def test_populations_add_up_over_bands_without_gaps() -> None:
    story = Story()
    case(story.census(2023), "A", "2022-05-01")
    bands = [("301", 2022, 0, 4, 500), ("301", 2022, 5, 17, 1500), ("301", 2022, 18, 24, 900)]
    assert tell(story, population=people(*bands)).of("referral_rate", 2023) == (1, 2000)
    assert tell(story, population=people(*bands[:1])).of("referral_rate", 2023) == (1, None)
    whole = people(*bands, ("301", 2022, 0, 17, 2100))
    assert tell(story, population=whole).of("referral_rate", 2023) == (1, 2100)
