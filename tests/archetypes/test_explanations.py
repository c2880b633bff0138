"""Why an anchor matched, nearly matched or can't be decided, in sentences with their places."""

from __future__ import annotations

from datetime import date

import numpy as np
import polars as pl
import pytest
from helpers.story import Story

from childjourneys.archetypes.evaluate import OUTCOMES, Evaluation, evaluate
from childjourneys.archetypes.explain import explain
from childjourneys.archetypes.journeys import journeys_of
from childjourneys.archetypes.library import library

MISSED = library()["missed_risk_at_assessment"]


@pytest.fixture
def story() -> Story:
    return Story()


def told(story: Story, name: str = "missed_risk_at_assessment", family: str | None = None) -> Evaluation:
    found = story.tell()
    journeys = journeys_of(
        events=found.events, spells=found.spells,
        children=found.children.with_columns(family_id=pl.lit(family, dtype=pl.String)), coverage=found.coverage,
        marks=found.marks,
    )  # fmt: skip
    return evaluate(library()[name], journeys)


def why(found: Evaluation, outcome: str) -> str:
    decided = found.decided["301"]
    place = np.flatnonzero(decided.outcome == OUTCOMES.index(outcome))
    assert place.size == 1, found.anchors.select("anchor_date", "outcome", "cause")
    return explain(decided, int(place[0])).text


def years(story: Story):
    """Censuses of 2022 to 2024; a child's rows go to the return of their year."""
    returns = {year: story.census(year) for year in (2022, 2023, 2024)}
    returns[2024].add("child", "A", "Child", birth_date="2015-05-05")
    return returns


def assessed_and_back(story: Story, second: str, plan: str | None) -> None:
    returns = years(story)
    first = returns[2023]
    row = first.add("need_episode", "A", "CINdetails", referral_date="2022-05-10", closure_date="2022-07-01",
                    closure_reason="RC7")  # fmt: skip
    first.add("assessment", "A", "Assessments", start_date="2022-05-11", authorised_date="2022-06-01",
              referral_date="2022-05-10", parent_row=row)  # fmt: skip
    again = returns[2024 if second > "2023-03-31" else 2023]
    row = again.add("need_episode", "A", "CINdetails", referral_date=second)
    if plan:
        again.add("cin_plan", "A", "CINPlanDates", start_date=plan, referral_date=second, parent_row=row)


def test_a_match_names_every_step_with_days_limit_and_place(story) -> None:
    assessed_and_back(story, "2022-09-15", "2022-09-20")
    text = why(told(story), "match")
    assert "Assessed 1 June 2022" in text
    assert "No plan by 1 July 2022." in text
    assert "Referred 15 September 2022 (106 days later; limit 1 December 2022; CIN census, CINdetails" in text
    assert "Child in need plan started 20 September 2022 (5 days later" in text


def test_a_near_miss_says_how_far_past_the_limit(story) -> None:
    assessed_and_back(story, "2022-12-08", "2022-12-09")
    text = why(told(story), "no_match")
    assert "Next referral 8 December 2022, 7 days past the limit (1 December 2022)." in text


def test_a_referral_without_a_plan_is_named_and_what_did_not_follow(story) -> None:
    assessed_and_back(story, "2022-09-15", None)
    text = why(told(story), "no_match")
    assert "Referred 15 September 2022" in text
    assert "No plan by 14 December 2022" in text


def test_one_that_is_too_recent_says_until_when_the_data_go(story) -> None:
    returns = years(story)
    last = returns[2024]
    row = last.add("need_episode", "A", "CINdetails", referral_date="2024-01-10")
    last.add("assessment", "A", "Assessments", start_date="2024-01-11", authorised_date="2024-02-01",
             referral_date="2024-01-10", parent_row=row)  # fmt: skip
    text = why(told(story), "too_recent")
    assert "Not decided: the window ends 30 October 2024" in text
    assert "to 31 March 2024" in text


def test_the_rows_it_rests_on_begin_with_the_anchor(story) -> None:
    assessed_and_back(story, "2022-09-15", "2022-09-20")
    decided = told(story).decided["301"]
    rows = list(explain(decided, 0).rows)
    events = decided.case.authority.source[rows]["event"].to_list()
    assert events == ["assessment_authorised", "referral", "cin_start"]


def test_a_sibling_is_said_to_be_another_child(story) -> None:
    returns = years(story)
    row = returns[2024].add("need_episode", "A", "CINdetails", referral_date="2023-09-01")
    returns[2024].add("cin_plan", "A", "CINPlanDates", start_date="2023-10-01", referral_date="2023-09-01",
                      parent_row=row)  # fmt: skip
    returns[2024].add("need_episode", "B", "CINdetails", referral_date="2023-08-01", nfa=True)
    assert "another child of the family" in why(told(story, "sibling_signal", "F1"), "match")


def test_frames_of_a_day_are_dates(story) -> None:
    assessed_and_back(story, "2022-09-15", "2022-09-20")
    found = told(story)
    assert found.anchors["anchor_date"].to_list() == [date(2022, 6, 1)]
    assert found.anchors.schema["anchor_date"] == pl.Date
