"""Which group each anchor stands in, dimension by dimension."""

from __future__ import annotations

from datetime import date

import polars as pl
import pytest
from context_story import AUTHORISED, CLOSED, FULL, Written, day

from childjourneys.domain.calendar import england
from childjourneys.equalities.dimensions import DIMENSIONS, NOT_KNOWN, ethnic_group_5


def of_children(dimension: str, **children: dict[str, object]) -> list[str]:
    written = Written()
    for name, about in children.items():
        written.child(name, **about)  # type: ignore[arg-type]
        written.referral(name, "2022-03-01", f"{name}1")
    return written.groups(dimension)


def of_days(dimension: str, *days: str, written: Written | None = None) -> list[str]:
    """Of one child per day, referred on it."""
    written = written or Written()
    for number, on in enumerate(days):
        written.referral(f"Z{number:03}", on, f"E{number}")
    return written.groups(dimension)[-len(days) :]


def test_only_anchors_in_the_rate_are_grouped() -> None:
    written = Written()
    written.referral("A", "2022-03-01", "1")
    written.referral("B", str(FULL[1]), "2")  # too recent: 30 days are not over
    assert written.groups("weekday") == ["Tuesday"]


def test_ethnic_groups_are_the_18_codes_and_not_known() -> None:
    assert len(DIMENSIONS["ethnic_group"].groups) == 18
    assert (DIMENSIONS["ethnic_group"].groups[0], DIMENSIONS["ethnic_group"].groups[-1]) == ("WBRI", "OOTH")
    found = of_children(
        "ethnic_group", A={"ethnicity": "BCRB"}, B={"ethnicity": "REFU"}, C={"ethnicity": "NOBT"}, D={}
    )
    assert found == ["BCRB", NOT_KNOWN, NOT_KNOWN, NOT_KNOWN]


def test_five_ethnic_groups_chinese_is_asian() -> None:
    assert set(ethnic_group_5().values()) == {"White", "Mixed", "Asian", "Black", "Other"}
    found = of_children(
        "ethnic_group_5", A={"ethnicity": "CHNE"}, B={"ethnicity": "WROM"}, C={"ethnicity": "NOBT"}, D={}
    )
    assert found == ["Asian", "White", NOT_KNOWN, NOT_KNOWN]


def test_sex_and_disability() -> None:
    assert of_children("sex", A={"sex": "F"}, B={"sex": "M"}, C={"sex": "U"}, D={}) == [
        "F", "M", NOT_KNOWN, NOT_KNOWN,
    ]  # fmt: skip
    assert of_children(
        "disability",
        A={"disability": "AUT|LD"}, B={"disability": "NONE"}, C={"has_disability": True},
        D={"has_disability": False}, E={}, F={"disability": "AUT", "has_disability": False},
    ) == ["yes", "no", "yes", "no", NOT_KNOWN, "yes"]  # fmt: skip


@pytest.mark.parametrize(
    ("birth", "group"),
    [
        ("2022-03-02", "unborn"), ("2022-03-01", "under 1"), ("2021-03-02", "under 1"),
        ("2021-03-01", "1 to 4"), ("2017-03-02", "1 to 4"), ("2017-03-01", "5 to 9"),
        ("2012-03-02", "5 to 9"), ("2012-03-01", "10 to 15"), ("2006-03-02", "10 to 15"),
        ("2006-03-01", "16 and over"), (None, NOT_KNOWN),
    ],
)  # fmt: skip
def test_age_on_the_anchor_day(birth: str | None, group: str) -> None:
    assert of_children("age_group", A={"birth": birth}) == [group]


def test_a_child_expected_is_unborn_and_29_february_is_1_march() -> None:
    assert of_children("age_group", A={"birth": None, "expected_birth_date": day("2022-05-01")}) == ["unborn"]
    assert of_children("age_group", A={"birth": "2012-02-29"}) == ["10 to 15"]
    written = Written()
    written.child("A", "2012-02-29")
    written.referral("A", "2022-02-28", "1")
    assert written.groups("age_group") == ["5 to 9"]


def test_an_anchor_that_is_an_assessment_has_its_own_factors() -> None:
    written = Written()
    written.event("A", "assessment_authorised", "2022-03-01", "1", factors=["1B", "3B"])
    written.event("A", "assessment_authorised", "2022-03-05", "1", factors=["21"])
    written.event("A", "assessment_authorised", "2022-03-09", "1")
    assert written.groups("assessment_factor", AUTHORISED) == ["1B|3B", "21", NOT_KNOWN]
    assert written.groups("assessment_theme", AUTHORISED) == [
        "Alcohol misuse|Domestic abuse", "None", NOT_KNOWN,
    ]  # fmt: skip


def test_factors_of_one_theme_are_one_group() -> None:
    written = Written()
    written.event("A", "assessment_authorised", "2022-03-01", "1", factors=["1A", "1B", "16A"])
    assert written.groups("assessment_theme", AUTHORISED) == ["Alcohol misuse|Neglect"]


@pytest.mark.parametrize(
    ("closed", "factors"),
    [
        ("2022-02-28", NOT_KNOWN), ("2022-03-01", "1B"), ("2022-03-04", "1B"), ("2022-03-05", "2B"),
        ("2022-03-20", NOT_KNOWN),
    ],
)  # fmt: skip
def test_another_anchor_has_those_of_the_last_assessment_of_its_episode_so_far(
    closed: str, factors: str
) -> None:
    written = Written()
    written.event("A", "assessment_authorised", "2022-03-01", "1", factors=["1B"])
    written.event("A", "assessment_authorised", "2022-03-05", "1", factors=["2B"])
    written.event("A", "assessment_authorised", "2022-02-27", "other", factors=["16A"])
    written.event("A", "assessment_authorised", "2022-03-20", "1")
    written.event("A", "case_closed", closed, "1")
    assert written.groups("assessment_factor", CLOSED) == [factors]


def test_without_an_episode_there_are_no_factors() -> None:
    written = Written()
    written.event("A", "assessment_authorised", "2022-03-01", factors=["1B"])
    written.event("A", "case_closed", "2022-03-02")
    assert written.groups("assessment_factor", CLOSED) == [NOT_KNOWN]


def test_time_is_that_of_the_referral_that_opened_the_episode_and_anchor_time_the_anchors() -> None:
    written = Written()
    written.referral("A", "2022-03-05", "1")  # a Saturday
    written.referral("A", "2022-03-08", "1")  # said of the same episode again
    written.event("A", "case_closed", "2022-04-06", "1")  # a Wednesday
    written.event("B", "case_closed", "2022-04-06", "2")  # no referral of it is known
    assert written.groups("weekday", CLOSED) == ["Saturday", NOT_KNOWN]
    assert written.groups("weekend", CLOSED) == ["weekend", NOT_KNOWN]
    assert written.groups("month", CLOSED) == ["03", NOT_KNOWN]
    assert written.groups("anchor_weekday", CLOSED) == ["Wednesday", "Wednesday"]
    assert written.groups("anchor_weekend", CLOSED) == ["Monday to Friday"] * 2
    assert written.groups("anchor_month", CLOSED) == ["04", "04"]


def test_every_weekday_and_month() -> None:
    week = [f"2022-08-{number:02}" for number in range(1, 8)]
    assert of_days("weekday", *week) == list(DIMENSIONS["weekday"].groups)
    assert of_days("weekend", *week) == ["Monday to Friday"] * 5 + ["weekend"] * 2
    months = [f"2022-{number:02}-10" for number in range(1, 13)]
    assert of_days("month", *months) == [f"{number:02}" for number in range(1, 13)]


def test_near_a_bank_holiday() -> None:
    """29 August 2022 was one, a Monday: two working days before are 25 and 26, after it 30 and 31."""
    days = [f"2022-08-{number}" for number in range(24, 32)]
    expected = ["other"] + ["near"] * 7
    assert of_days("bank_holiday", *days) == expected
    assert of_days("bank_holiday", "2022-09-01") == ["other"]
    easter = ["2022-04-12", "2022-04-13", "2022-04-16", "2022-04-20", "2022-04-21"]
    assert of_days("bank_holiday", *easter) == ["other", "near", "near", "near", "other"]


def test_the_weekend_behind_two_working_days_is_as_far_as_they_are() -> None:
    """25 December 2024 was a Wednesday, 26 a Thursday; 1 January 2025 a Wednesday."""
    days = ["2024-12-20", "2024-12-21", "2024-12-23", "2025-01-03", "2025-01-04", "2025-01-06"]
    assert of_days("bank_holiday", *days) == ["other", "near", "near", "near", "near", "other"]


def test_outside_the_calendar_nobody_knows() -> None:
    near = england().near_bank_holiday(
        pl.Series([date(2035, 12, 31)]).to_physical().cast(pl.Int64).to_numpy(), 2
    )
    assert near.shape == (1,)
    written = Written(coverage={kind: [(date(1980, 1, 1), FULL[1])] for kind in Written().coverage})
    written.child("A", "1975-01-01")
    written.referral("A", "1985-03-01", "1")
    assert written.groups("bank_holiday") == [NOT_KNOWN]


def test_school_holidays_only_with_a_table() -> None:
    assert of_days("school_holiday", "2022-08-01") == []
    table = pl.DataFrame({
        "la_code": ["301", "301", "302"],
        "start": [day("2022-07-25"), day("2022-10-24"), day("2022-05-01")],
        "end": [day("2022-09-02"), day("2022-10-28"), day("2022-05-31")],
    })  # fmt: skip
    days = ["2022-07-24", "2022-07-25", "2022-09-02", "2022-09-03", "2022-10-28", "2022-05-15"]
    found = of_days("school_holiday", *days, written=Written(school_holidays=table))
    assert found == ["no", "yes", "yes", "no", "yes", "no"]
    # No holiday of the school year 2020/21 is in the table, so it says nothing of it.
    assert of_days("school_holiday", "2021-08-01", written=Written(school_holidays=table)) == [NOT_KNOWN]
    elsewhere = table.filter(pl.col("la_code") == "302")
    assert of_days("school_holiday", "2022-08-01", written=Written(school_holidays=elsewhere)) == []


def test_team_of_the_anchors_event_else_of_the_referral() -> None:
    written = Written()
    written.referral("A", "2022-03-01", "1", team=" Front Door ")
    written.event("A", "case_closed", "2022-04-01", "1", team="North")
    written.referral("B", "2022-03-01", "2", team=" Front Door ")
    written.event("B", "case_closed", "2022-04-01", "2", team="  ")
    written.event("C", "case_closed", "2022-04-01", "3")
    assert written.groups("team", CLOSED) == ["North", "Front Door", NOT_KNOWN]


def test_need_and_source_are_the_opening_referrals() -> None:
    written = Written()
    written.referral("A", "2022-03-01", "1", primary_need="N1", referral_source="3A")
    written.event("A", "case_closed", "2022-04-01", "1")
    written.referral("B", "2022-03-01", "2", primary_need="N0", referral_source="10")
    written.event("B", "case_closed", "2022-04-01", "2")
    assert written.groups("primary_need", CLOSED) == ["N1", NOT_KNOWN]
    assert written.groups("referral_source", CLOSED) == ["3A", NOT_KNOWN]


def test_every_anchor_stands_in_every_dimension() -> None:
    written = Written(school_holidays=None)
    without = ("school_holiday", "anchor_school_holiday", "deprivation")
    written.referral("A", "2022-03-01", "1")
    written.event("A", "case_closed", "2022-04-01", "1")
    for dimension in DIMENSIONS:
        groups = written.groups(dimension, CLOSED)
        assert len(groups) == (0 if dimension in without else 1), dimension
