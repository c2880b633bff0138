"""Planted effects are there, as large as asked for, and the truth says whom they changed."""

from __future__ import annotations

from datetime import date

import polars as pl
import pytest

from childjourneys.synthetic import Effect, Plan, World, simulate
from childjourneys.synthetic.days import day_number, working_days

EFFECTS = (
    Effect("missed_risk", 3.0, weekdays=frozenset({4})),
    Effect("nfa", 3.0, "source", "6", after=date(2023, 1, 1)),
    Effect("cp_plan", 2.5, "sex", "F"),
    Effect("re_referral", 2.0, "ethnicity", "WBRI", days_before_holiday=0),
    Effect("recorded_later", 0.8, weekdays=frozenset({5, 6})),
)


@pytest.fixture(scope="module")
def world() -> World:
    return simulate(Plan(children=4000, seed=3, effects=EFFECTS))


def ratio(rows: pl.DataFrame, exposed: pl.Expr, happened: pl.Expr) -> float:
    rates = dict(
        rows.group_by(exposed.alias("exposed")).agg(happened.cast(pl.Float64).mean().alias("rate")).rows()
    )
    return float(rates[True] / rates[False])


def test_no_further_action_after_a_date(world: World) -> None:
    police = world.episodes.filter((pl.col("source") == "6") & (pl.col("received_date") >= date(2019, 1, 1)))
    assert 2.0 < ratio(police, pl.col("received_date") >= date(2023, 1, 1), pl.col("nfa")) < 4.2


def test_protection_plans_of_a_group(world: World) -> None:
    cases = world.episodes.filter(pl.col("outcome") == "in_need").join(
        world.children.select("child_id", "sex"), on="child_id"
    )
    planned = pl.col("episode_id").is_in(world.cp_plans["episode_id"].implode())
    assert 1.5 < ratio(cases, pl.col("sex") == "F", planned) < 3.0


def test_referred_again(world: World) -> None:
    later = world.episodes.select(previous="previous_episode_id", again="re_referral")
    cases = world.episodes.join(later, left_on="episode_id", right_on="previous", how="left").join(
        world.children.select("child_id", "ethnicity"), on="child_id"
    )
    cases = cases.filter(pl.col("referral_date").is_between(date(2020, 4, 1), date(2024, 3, 31)))
    assert 1.25 < ratio(cases, pl.col("ethnicity") == "WBRI", pl.col("again").fill_null(False)) < 2.2


def test_missed_risk_on_a_weekday(world: World) -> None:
    """Assessed as not in need, then referred within six months and given a plan within 90 days."""
    assessed = world.assessments.group_by("episode_id").agg(done=pl.col("authorised_date").min())
    anchors = world.episodes.filter(pl.col("outcome") == "not_in_need").join(assessed, on="episode_id")
    anchors = anchors.filter(pl.col("done") < date(2024, 9, 1))
    started = [
        frame.select("episode_id", "start_date")
        for frame in (world.cin_plans, world.cp_plans, world.care_periods)
    ]
    first = pl.concat(started).group_by("episode_id").agg(planned=pl.col("start_date").min())
    later = world.episodes.join(first, on="episode_id").select("child_id", "planned", again="referral_date")
    later = later.filter((pl.col("planned") - pl.col("again")).dt.total_days() <= 90)
    wait = (pl.col("again") - pl.col("done")).dt.total_days()
    found = anchors.join(later, on="child_id").filter(wait.is_between(1, 181))
    matched = pl.col("episode_id").is_in(found["episode_id"].implode())
    assert 1.9 < ratio(anchors, pl.col("received_date").dt.weekday() == 5, matched) < 4.2


def test_weekend_referrals_entered_on_the_next_working_day(world: World) -> None:
    late = world.episodes.filter(pl.col("received_date") != pl.col("referral_date"))
    weekend = world.episodes.filter(pl.col("received_date").dt.weekday() > 5)
    assert (late["received_date"].dt.weekday() > 5).all()
    assert 0.7 < late.height / weekend.height < 0.9
    days = working_days()
    for received, entered in late.select("received_date", "referral_date").rows():
        assert day_number(entered) == days.on_or_after(day_number(received))


def test_the_truth_says_who_was_exposed_and_changed(world: World) -> None:
    assert world.effects["effect"].unique().sort().to_list() == [1, 2, 3, 4, 5]
    assert (world.effects.filter("changed")["happened"]).all()
    fridays = world.effects.filter(pl.col("kind") == "missed_risk")["received_date"].dt.weekday()
    assert (fridays == 5).all()
    nfa = world.effects.filter((pl.col("kind") == "nfa") & pl.col("happened"))
    decided = nfa.join(world.episodes, on=["child_id", "episode_id"])
    assert decided.height
    assert decided["nfa"].all()


def test_no_effects_no_log() -> None:
    assert simulate(Plan(children=20)).effects.is_empty()


def test_before_a_bank_holiday() -> None:
    effect = Effect("nfa", 100.0, days_before_holiday=2)
    world = simulate(Plan(children=300, seed=2, effects=(effect,)))
    holidays = working_days().bank_holidays
    for received in world.effects["received_date"].to_list():
        day = day_number(received)
        assert day + 1 in holidays or day + 2 in holidays
    assert world.effects["happened"].all()


@pytest.mark.parametrize(
    "wrong",
    [
        {"kind": "luck", "ratio": 1.0},
        {"kind": "nfa", "ratio": -1.0},
        {"kind": "recorded_later", "ratio": 1.5},
    ],
)
def test_an_effect_that_makes_no_sense_is_refused(wrong: dict[str, object]) -> None:
    with pytest.raises(ValueError, match=r"kind is one of|ratio is 0"):
        Effect(**wrong)  # type: ignore[arg-type]
