"""Every rule of referral outcomes as a small story, with the answer worked out by hand."""

from __future__ import annotations

import pickle
from datetime import date

import polars as pl
import pytest
from pathway_cases import (
    START,
    after,
    child,
    coverage,
    decide,
    events,
    journey,
    outcome,
    outcomes,
    told,
    until,
)
from story import Story

from childjourneys.pathways.kernel import PathwayKernel
from childjourneys.pathways.referrals import REFERRALS
from childjourneys.pathways.windows import Windows

REFERRAL = ("referral", 0)


def test_a_census_year_told_by_hand() -> None:
    """Five children referred in one census year, and what each referral led to."""
    story = Story()
    census = story.census(2024)
    for number, (name, follows) in enumerate(
        {
            "A": {"assessment": "2023-05-10"},
            "B": {"s47_enquiry": "2023-05-01"},
            "C": {"assessment": "2023-05-03", "s47_enquiry": "2023-05-31"},
            "D": {},
            "E": {"assessment": "2023-06-01"},
        }.items()
    ):
        parent = census.add("need_episode", name, row=10 * number + 2, referral_date="2023-05-01",
                            nfa=name == "D", primary_need="N1")  # fmt: skip
        for table, start in follows.items():
            census.add(table, name, start_date=start, parent_row=parent, referral_date="2023-05-01")
    found = told(story)["referral_outcomes"]
    columns = ["child_id", "outcome", "nfa_flag", "days_to_assessment", "days_to_s47"]
    assert found.select(columns).rows() == [
        ("A", "S17", False, 9, None),
        ("B", "S47", False, None, 0),
        ("C", "S17 and S47", False, 2, 30),
        ("D", "NFA", True, None, None),
        ("E", "NFA", False, None, None),
    ]


def test_list_3_has_its_rows_too_and_what_follows_is_linked() -> None:
    story = Story()
    annex = story.annex("2024-12-31")
    annex.add("referral", "A", referral_date="2024-08-01", nfa=False)
    annex.add("assessment", "A", start_date="2024-08-20")
    annex.add("referral", "B", referral_date="2024-08-01")
    annex.add("referral", "C", referral_date="2024-12-15", nfa=True)
    assert outcomes(story) == [("2024-08-01", "S17"), ("2024-08-01", "NFA"), ("2024-12-15", "too recent")]
    assert told(story)["referral_outcomes"]["nfa_flag"].to_list() == [False, None, True]


def test_one_referral_of_two_returns_is_one_row() -> None:
    story = Story()
    census, annex = story.census(2024), story.annex("2024-06-30")
    parent = census.add("need_episode", "A", referral_date="2024-02-01")
    census.add("assessment", "A", start_date="2024-02-05", parent_row=parent, referral_date="2024-02-01")
    annex.add("referral", "A", referral_date="2024-02-01")
    annex.add("assessment", "A", start_date="2024-02-05")
    assert outcomes(story) == [("2024-02-01", "S17")]


def test_a_referral_while_a_case_is_open_has_its_own_row() -> None:
    """Annex A does not nest: the assessment belongs to the need episode that covers its day."""
    story = Story()
    annex = story.annex("2024-12-31")
    annex.add("referral", "A", referral_date="2024-07-10")
    annex.add("need_episode", "A", referral_date="2024-07-10")
    annex.add("assessment", "A", start_date="2024-07-12")
    annex.add("referral", "A", referral_date="2024-08-01")
    annex.add("assessment", "A", start_date="2024-08-05")
    assert outcomes(story) == [("2024-07-10", "S17"), ("2024-08-01", "NFA")]
    assert told(story)["referral_outcomes"]["case"].to_list() == ["no case open", "case open"]


def test_in_a_census_an_assessment_answers_the_referral_that_it_is_nested_in() -> None:
    story = Story()
    census = story.census(2024)
    census.add("need_episode", "A", row=2, referral_date="2023-05-01")
    census.add("need_episode", "A", row=9, referral_date="2023-05-10")
    census.add("assessment", "A", row=10, start_date="2023-05-12", parent_row=9, referral_date="2023-05-10")
    assert outcomes(story) == [("2023-05-01", "NFA"), ("2023-05-10", "S17")]


@pytest.mark.parametrize(
    ("days", "expected"), [(-1, "NFA"), (0, "S17"), (1, "S17"), (30, "S17"), (31, "NFA")]
)
def test_edges_of_the_window(days: int, expected: str) -> None:
    found = outcome(events(REFERRAL, ("assessment_start", days)))
    assert found == (expected, days if expected == "S17" else None, None)
    enquiry = outcome(events(REFERRAL, ("s47", days)))
    assert enquiry == (expected.replace("17", "47"), None, days if expected == "S17" else None)


def test_the_window_is_a_setting() -> None:
    rows = events(REFERRAL, ("assessment_start", 31), ("s47", 46))
    assert outcome(rows, windows=Windows(referral=31)) == ("S17", 31, None)
    assert outcome(rows, windows=Windows(referral=46)) == ("S17 and S47", 31, 46)
    assert outcome(events(REFERRAL, ("s47", 1)), windows=Windows(referral=0)) == ("NFA", None, None)
    with pytest.raises(ValueError, match="0 days or more"):
        Windows(referral=-1)


def test_the_earliest_counts() -> None:
    rows = events(REFERRAL, ("assessment_start", -5), ("assessment_start", 12), ("assessment_start", 3))
    assert outcome(rows) == ("S17", 3, None)


def test_another_need_episode_does_not_count_nor_does_none() -> None:
    other = journey([
        {"event": "referral", "date": START},
        {"event": "assessment_start", "date": after(3), "episode_id": "e2"},
        {"event": "s47", "date": after(3), "episode_id": None},
    ])  # fmt: skip
    assert outcome(other) == ("NFA", None, None)


@pytest.mark.parametrize(("last", "expected"), [(30, "NFA"), (29, "too recent"), (0, "too recent")])
def test_nothing_seen_is_decided_when_the_window_has_run(last: int, expected: str) -> None:
    assert outcome(events(REFERRAL), until(last)) == (expected, None, None)


def test_one_of_the_two_is_undecided_before_the_window_has_run_and_its_days_are_shown() -> None:
    assert outcome(events(REFERRAL, ("assessment_start", 4)), until(29)) == ("too recent", 4, None)
    assert outcome(events(REFERRAL, ("s47", 4)), until(29)) == ("too recent", None, 4)
    assert outcome(events(REFERRAL, ("s47", 4)), until(30)) == ("S47", None, 4)


def test_both_are_decided_at_once_and_are_no_whole_window() -> None:
    both = events(REFERRAL, ("assessment_start", 0), ("s47", 1))
    assert outcome(both, until(1)) == ("S17 and S47", 0, 1)
    followed = [decide(both, until(last))["referral_outcomes"]["followed"].item() for last in (29, 30)]
    assert followed == [False, True]


def test_before_coverage_began_nothing_is_said() -> None:
    ranges = {key: [(after(1), after(500))] for key in ("referral", "assessment_start", "s47")}
    assert outcome(events(REFERRAL), coverage(ranges)) == ("not covered", None, None)
    assert outcome(events(REFERRAL, ("assessment_start", 9)), coverage(ranges)) == ("not covered", 9, None)
    seen = events(REFERRAL, ("assessment_start", 9), ("s47", 9))
    assert outcome(seen, coverage(ranges)) == ("S17 and S47", 9, 9)


@pytest.mark.parametrize(
    ("gap", "expected"),
    [((-5, -1), "NFA"), ((0, 0), "not covered"), ((30, 30), "not covered"), ((31, 40), "NFA")],
)
def test_a_gap_inside_the_window(gap: tuple[int, int], expected: str) -> None:
    halves = [(after(-100), after(gap[0] - 1)), (after(gap[1] + 1), after(500))]
    covered = coverage({"assessment_start": [(after(-100), after(500))], "s47": halves})
    assert outcome(events(REFERRAL), covered) == (expected, None, None)


def test_ranges_that_follow_on_without_a_missing_day_are_one() -> None:
    halves = [(after(11), after(500)), (after(-100), after(10))]
    covered = coverage(dict.fromkeys(("assessment_start", "s47"), halves))
    assert outcome(events(REFERRAL), covered)[0] == "NFA"


def test_a_gap_is_no_matter_of_waiting() -> None:
    """The window runs past the end of coverage and has a gap before it: no later return closes that."""
    spans = [(after(-100), after(3)), (after(6), after(20))]
    covered = coverage(dict.fromkeys(("assessment_start", "s47"), spans))
    assert outcome(events(REFERRAL), covered)[0] == "not covered"


def test_what_no_return_carries_cannot_be_known() -> None:
    no_enquiries = until(400, ("referral", "assessment_start"))
    assert outcome(events(REFERRAL, ("assessment_start", 4)), no_enquiries) == ("not covered", 4, None)
    assert outcome(events(REFERRAL), until(5, ("referral", "s47")))[0] == "not covered"
    assert outcome(events(REFERRAL), coverage(la_code="999"))[0] == "not covered"


def test_a_list_that_was_left_out_of_the_last_return_is_not_covered_rather_than_recent() -> None:
    covered = coverage({"assessment_start": [(after(-100), after(200))], "s47": [(after(-100), after(10))]})
    assert outcome(events(REFERRAL), covered)[0] == "not covered"


@pytest.mark.parametrize(
    ("known", "age", "group"),
    [
        ({"birth_date": date(2012, 1, 10)}, 12, "10 to 15"),
        ({"birth_date": date(2012, 1, 11)}, 11, "10 to 15"),
        ({"birth_date": START}, 0, "under 1"),
        ({"birth_date": date(2024, 1, 11)}, None, "unborn"),
        ({"expected_birth_date": date(2024, 3, 1)}, None, "unborn"),
        ({}, None, "not known"),
        ({"birth_date": date(2008, 1, 10)}, 16, "16 and over"),
    ],
)
def test_age_in_completed_years(known: dict[str, date], age: int | None, group: str) -> None:
    found = decide(events(REFERRAL), children=child(**known))["referral_outcomes"]
    assert found["age_at_referral", "age_group"].row(0) == (age, group)


def test_born_on_29_february() -> None:
    rows = journey([{"event": "referral", "date": day} for day in (date(2023, 2, 28), date(2023, 3, 1))])
    found = decide(rows, children=child(birth_date=date(2012, 2, 29)))["referral_outcomes"]
    assert found["age_at_referral"].to_list() == [10, 11]


def test_groups_of_the_referral() -> None:
    known = {"referral_source": "5D", "primary_need": "N1", "team": ' The "A" team ', "nfa": True}
    rows = journey(
        [{"event": "referral", "date": START, "attributes": known}, {"event": "referral", "date": after(1)}]
    )
    found = decide(rows, children=child(sex="F", ethnicity="NOBT"))["referral_outcomes"]
    assert found["referral_source", "team", "primary_need", "sex", "ethnic_group"].rows() == [
        ("5D", 'The "A" team', "N1", "F", "not known"),
        ("not known", "not known", "not known", "F", "not known"),
    ]


def test_authorities_stay_apart() -> None:
    story = Story()
    for la, start in (("301", "2023-05-03"), ("302", "2023-07-03")):
        census = story.census(2024, f"{la}.xml", la=la)
        parent = census.add("need_episode", "A", referral_date="2023-05-01")
        census.add("assessment", "A", start_date=start, parent_row=parent, referral_date="2023-05-01")
    story.annex("2023-03-31", lists=(3,), la="303").add("referral", "A", referral_date="2023-02-01")
    assert outcomes(story) == [("2023-05-01", "S17"), ("2023-05-01", "NFA"), ("2023-02-01", "not covered")]


def test_nothing_gives_empty_frames_and_the_kernel_can_be_sent_elsewhere() -> None:
    kernel = pickle.loads(pickle.dumps(PathwayKernel(coverage())))
    found = kernel({"events": events(), "children": child()})
    assert [frame.height for frame in found.values()] == [0, 0, 0]
    assert found["referral_outcomes"].schema == pl.Schema(REFERRALS)
