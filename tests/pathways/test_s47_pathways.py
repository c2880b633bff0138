"""Every rule of S47 pathways as a small story, with the answer worked out by hand."""

from __future__ import annotations

import polars as pl
import pytest
from pathway_cases import START, after, coverage, decide, events, journey, pathway, steps, told, until
from story import Story

from childjourneys.pathways.windows import Windows

ENQUIRY, OTHER = ("s47", 0), "another record"


def plan(days: int) -> tuple[str, int, str]:
    return ("cpp_start", days, OTHER)


def test_a_census_year_told_by_hand() -> None:
    story = Story()
    census = story.census(2024)
    for name, (conference, start) in {
        "A": ("2023-05-15", "2023-05-15"),
        "B": ("2023-05-15", None),
        "C": (None, "2023-06-01"),
        "D": (None, None),
    }.items():
        parent = census.add("need_episode", name, referral_date="2023-05-01")
        nested = {"parent_row": parent, "referral_date": "2023-05-01"}
        census.add("s47_enquiry", name, start_date="2023-05-02", icpc_date=conference, **nested)
        if start:
            census.add("cp_plan", name, start_date=start, **nested)
    assert steps(story) == [
        ("2023-05-02", "ICPC", "CPP start"),
        ("2023-05-02", "ICPC", "no CPP"),
        ("2023-05-02", "CPP start", None),
        ("2023-05-02", "no ICPC nor CPP", None),
    ]
    columns = ["child_id", "icpc_date", "cpp_start"]
    assert [tuple(map(str, row)) for row in told(story)["s47_pathways"].select(columns).rows()] == [
        ("A", "2023-05-15", "2023-05-15"),
        ("B", "2023-05-15", "None"),
        ("C", "None", "2023-06-01"),
        ("D", "None", "None"),
    ]


def test_a_conference_given_for_the_episode_is_not_the_enquirys() -> None:
    story = Story()
    census = story.census(2024)
    parent = census.add("need_episode", "A", referral_date="2023-05-01")
    nested = {"parent_row": parent, "referral_date": "2023-05-01"}
    census.add("s47_enquiry", "A", start_date="2023-05-02", **nested)
    census.add("icpc", "A", row=parent, icpc_date="2023-05-15", **nested)
    assert steps(story) == [("2023-05-02", "no ICPC nor CPP", None)]


def test_given_at_both_places_it_is_the_enquirys() -> None:
    story = Story()
    census = story.census(2024)
    parent = census.add("need_episode", "A", referral_date="2023-05-01")
    nested = {"parent_row": parent, "referral_date": "2023-05-01"}
    census.add("s47_enquiry", "A", start_date="2023-05-02", icpc_date="2023-05-15", **nested)
    census.add("icpc", "A", row=parent, icpc_date="2023-05-15", **nested)
    assert steps(story) == [("2023-05-02", "ICPC", "no CPP")]


def test_the_conference_of_a_row_of_list_5() -> None:
    story = Story()
    annex = story.annex("2024-12-31")
    annex.add("s47_enquiry", "A", start_date="2024-07-10", icpc_date="2024-07-25")
    annex.add("icpc", "B", icpc_date="2024-07-25")
    annex.add("s47_enquiry", "B", start_date="2024-07-10")
    annex.add("cp_plan", "B", start_date="2024-07-25")
    assert steps(story) == [("2024-07-10", "ICPC", "no CPP"), ("2024-07-10", "CPP start", None)]


def test_two_enquiries_with_one_conference_and_one_plan() -> None:
    """The conference is the second one's own; the plan answers both, 58 and 45 days after they began."""
    rows = events(
        ("s47", 0, "first"), ("s47", 13, "second"), ("icpc", 30, "second"), ("cpp_start", 58, OTHER)
    )
    found = decide(rows)["s47_pathways"]["icpc_date", "cpp_start", "step1", "step2"].rows()
    assert found == [(None, after(58), "CPP start", None), (after(30), after(58), "ICPC", "CPP start")]


def test_two_enquiries_on_one_day_keep_their_own_conferences_and_order() -> None:
    rows = events(("s47", 0, "a"), ("s47", 0, "b"), ("icpc", 9, "b"))
    found = decide(rows)["s47_pathways"]["icpc_date", "step1"].rows()
    assert found == [(None, "no ICPC nor CPP"), (after(9), "ICPC")]


def test_a_record_of_another_child_is_another_record() -> None:
    rows = journey([
        {"event": "s47", "date": START, "record": "1"},
        {"event": "icpc", "date": after(5), "record": "1", "child_id": "B"},
        {"event": "icpc", "date": after(5), "record": "1", "la_code": "302"},
        {"event": "icpc", "date": after(5), "record": None},
    ])  # fmt: skip
    assert pathway(rows) == ("no ICPC nor CPP", None)


@pytest.mark.parametrize(("days", "counts"), [(-1, False), (0, True), (60, True), (61, False)])
def test_days_from_the_enquiry_to_a_plan(days: int, counts: bool) -> None:
    expected = ("CPP start", None) if counts else ("no ICPC nor CPP", None)
    assert pathway(events(ENQUIRY, plan(days))) == expected


@pytest.mark.parametrize(("days", "counts"), [(-1, False), (0, True), (45, True), (46, False)])
def test_days_from_a_late_conference_to_a_plan(days: int, counts: bool) -> None:
    """The conference is on day 62, so that the enquiry's own 60 days are over."""
    found = pathway(events(ENQUIRY, ("icpc", 62), plan(62 + days)))
    assert found == ("ICPC", "CPP start" if counts else "no CPP")


@pytest.mark.parametrize(
    ("conference", "days", "counts"),
    [
        (10, 55, True),
        (10, 56, True),
        (10, 60, True),
        (10, 61, False),
        (16, 61, True),
        (0, 0, True),
        (20, 5, True),
    ],
)
def test_either_window_is_enough(conference: int, days: int, counts: bool) -> None:
    found = pathway(events(ENQUIRY, ("icpc", conference), plan(days)))
    assert found == ("ICPC", "CPP start" if counts else "no CPP")


def test_the_earliest_plan_that_counts_is_taken() -> None:
    found = decide(events(ENQUIRY, plan(-10), plan(50), plan(7)))["s47_pathways"]
    assert found["cpp_start"].item() == after(7)


def test_windows_are_settings() -> None:
    rows = events(ENQUIRY, ("icpc", 10), plan(40))
    assert pathway(rows, windows=Windows(enquiry_to_plan=39, conference_to_plan=29))[1] == "no CPP"
    assert pathway(rows, windows=Windows(enquiry_to_plan=40, conference_to_plan=0))[1] == "CPP start"
    assert pathway(rows, windows=Windows(enquiry_to_plan=0, conference_to_plan=30))[1] == "CPP start"


def test_a_late_or_misdated_conference_was_held() -> None:
    assert pathway(events(ENQUIRY, ("icpc", 200))) == ("ICPC", "no CPP")
    assert pathway(events(ENQUIRY, ("icpc", -3))) == ("ICPC", "no CPP")


@pytest.mark.parametrize(
    ("last", "expected"), [(60, "no ICPC nor CPP"), (59, "too recent"), (0, "too recent")]
)
def test_nothing_seen_so_far(last: int, expected: str) -> None:
    assert pathway(events(ENQUIRY), until(last)) == (expected, None)


@pytest.mark.parametrize(
    ("conference", "last", "expected"),
    [
        (10, 60, "no CPP"),
        (10, 59, "too recent"),
        (15, 60, "no CPP"),
        (16, 60, "too recent"),
        (16, 61, "no CPP"),
    ],
)
def test_no_plan_is_decided_after_the_later_limit(conference: int, last: int, expected: str) -> None:
    """45 days after the conference or 60 after the enquiry, whichever is later."""
    assert pathway(events(ENQUIRY, ("icpc", conference)), until(last)) == ("ICPC", expected)


def test_what_was_seen_is_decided_at_once() -> None:
    assert pathway(events(ENQUIRY, plan(0)), until(0)) == ("CPP start", None)
    seen = events(ENQUIRY, ("icpc", 1), plan(2))
    assert pathway(seen, until(2)) == ("ICPC", "CPP start")
    found = decide(seen, until(2))["s47_pathways"]
    assert found["followed1", "followed2"].row(0) == (False, False)


def test_before_coverage_began() -> None:
    covered = coverage({key: [(after(1), after(500))] for key in ("icpc", "cpp_start")})
    assert pathway(events(ENQUIRY), covered) == ("not covered", None)
    assert pathway(events(ENQUIRY, ("icpc", 5)), covered) == ("ICPC", "not covered")
    assert pathway(events(ENQUIRY, ("icpc", 5), plan(5)), covered) == ("ICPC", "CPP start")


@pytest.mark.parametrize(
    ("gap", "step1", "step2"),
    [
        (60, "not covered", "not covered"),
        (61, "no ICPC nor CPP", "no CPP"),
        (100, "no ICPC nor CPP", "not covered"),
        (145, "no ICPC nor CPP", "not covered"),
        (146, "no ICPC nor CPP", "no CPP"),
    ],
)
def test_a_day_that_is_missing(gap: int, step1: str, step2: str) -> None:
    """Without a conference days 0 to 60 are needed; with one on day 100 days 100 to 145 as well."""
    spans = [(after(-9), after(gap - 1)), (after(gap + 1), after(500))]
    covered = coverage(dict.fromkeys(("icpc", "cpp_start"), spans))
    assert pathway(events(ENQUIRY), covered) == (step1, None)
    assert pathway(events(ENQUIRY, ("icpc", 100)), covered) == ("ICPC", step2)


def test_without_list_7_plans_are_not_known() -> None:
    covered = until(500, ("s47", "icpc"))
    assert pathway(events(ENQUIRY), covered) == ("not covered", None)
    assert pathway(events(ENQUIRY, ("icpc", 3)), covered) == ("ICPC", "not covered")


def test_groups_come_from_the_opening_referral_and_the_team_from_the_enquiry() -> None:
    known = {"referral_source": "6", "primary_need": "N1", "team": "Front"}
    rows = journey([
        {"event": "referral", "date": START, "attributes": known},
        {"event": "s47", "date": after(1), "attributes": {"team": "South"}},
        {"event": "s47", "date": after(2)},
        {"event": "s47", "date": after(3), "episode_id": None},
    ])  # fmt: skip
    found = decide(rows)["s47_pathways"]["referral_source", "primary_need", "team"].rows()
    assert found == [("6", "N1", "South"), ("6", "N1", "Front"), ("not known",) * 3]


def test_the_order_of_rows_is_that_of_the_journey() -> None:
    rows = pl.concat([events(("s47", 5, "b"), ("s47", 0, "a")), events(("icpc", 9, "b"))])
    found = decide(rows.sort("date"))["s47_pathways"]
    assert found["s47_start"].to_list() == [START, after(5)]
