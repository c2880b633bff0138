"""Effects of one kind are multiplied; those of a team; and the list of what was planted."""

from __future__ import annotations

from pathlib import Path

import polars as pl
import pytest

from childjourneys.synthetic import DEMO_EFFECTS, Effect, Plan, simulate, write_example
from childjourneys.synthetic.days import day_number, working_days
from childjourneys.synthetic.plan import WEEKEND
from childjourneys.synthetic.planted_effects import PLANTED_EFFECTS, planted_effects

TEAM = "Assessment 3"


def test_ratios_of_two_effects_are_multiplied() -> None:
    """0.063 times 4 times 4 is certain, 0.063 times 4 a quarter; both effects have changed their share."""
    effects = (Effect("nfa", 4.0, "source", "6"), Effect("nfa", 4.0, "sex", "F"))
    world = simulate(Plan(children=3000, seed=5, effects=effects))
    log = world.effects.pivot("effect", index="episode_id", values="happened", aggregate_function="first")
    both = log.filter(pl.col("1").is_not_null(), pl.col("2").is_not_null())
    alone = log.filter(pl.col("1").is_not_null(), pl.col("2").is_null())
    assert both.height > 300
    assert both["1"].all() and both["2"].all()
    assert 0.15 < float(alone["1"].mean()) < 0.36  # type: ignore[arg-type]
    changed = world.effects.join(both.select("episode_id"), on="episode_id", how="semi")["changed"]
    assert 0.6 < float(changed.mean()) < 0.9  # type: ignore[arg-type]


def test_a_teams_assessments_are_late_and_no_others() -> None:
    effect = Effect("late_assessment", 3.0, "team", TEAM)
    world = simulate(Plan(children=3000, seed=6, effects=(effect,)))
    first = world.assessments.sort("assessment_id").unique("episode_id", keep="first")
    done = first.join(world.episodes.select("episode_id", "team"), on="episode_id").drop_nulls(
        "authorised_date"
    )
    days = working_days()
    late = [
        days.between(day_number(start), day_number(end)) > 45
        for start, end in done.select("start_date", "authorised_date").iter_rows()
    ]
    done = done.with_columns(late=pl.Series(late))
    rates = dict(done.group_by(pl.col("team") == TEAM).agg(pl.col("late").mean()).iter_rows())
    assert 0.37 < rates[True] < 0.57
    assert 0.12 < rates[False] < 0.19
    told = world.effects.join(done, on="episode_id")
    assert set(told["team"]) == {TEAM}
    assert (told["happened"] == told["late"]).mean() > 0.99  # type: ignore[operator]
    assert told.filter("changed")["happened"].all()


def test_lengths_stay_as_they_were_but_for_how_many_are_late() -> None:
    """An effect that does nothing leaves every day where it was."""
    plain = simulate(Plan(children=300, seed=2))
    same = simulate(Plan(children=300, seed=2, effects=(Effect("late_assessment", 1.0),)))
    assert same.assessments.equals(plain.assessments)
    assert not same.effects["changed"].any()
    none = simulate(Plan(children=300, seed=2, effects=(Effect("late_assessment", 0.0),)))
    assert not none.effects["happened"].any()
    every = simulate(Plan(children=300, seed=2, effects=(Effect("late_assessment", 9.0),)))
    assert every.effects["happened"].all()


@pytest.mark.parametrize("kind", ["nfa", "cp_plan", "recorded_later"])
def test_what_is_decided_before_there_is_a_team_can_not_depend_on_it(kind: str) -> None:
    with pytest.raises(ValueError, match="before a team"):
        Effect(kind, 0.5, "team", TEAM)


def test_the_list_of_what_was_planted() -> None:
    table = planted_effects(DEMO_EFFECTS)
    assert table.schema == PLANTED_EFFECTS
    assert table.select("effect", "dimension", "group", "ratio").rows() == [
        ("missed_risk", "referral_source", "6", 5.0),
        ("missed_risk", "weekend", "weekend", 10.0),
        ("late_assessment", "team", "Family Support 2", 2.5),
    ]
    assert table.null_count().sum_horizontal().item() == 0
    other = planted_effects((Effect("nfa", 2.0, "ethnicity", "BAFR", weekdays=WEEKEND), Effect("nfa", 2.0)))
    assert other.select("dimension", "group", "measure").rows() == [
        ("ethnic_group and weekend", "BAFR and weekend", None), ("", "", None),
    ]  # fmt: skip


def test_it_is_written_where_there_are_effects(tmp_path: Path) -> None:
    some = Plan(children=10, years=(2024, 2025), effects=DEMO_EFFECTS)
    assert "truth/planted_effects.csv" in write_example(simulate(some), tmp_path / "some").files
    none = Plan(children=10, years=(2024, 2025))
    assert "truth/planted_effects.csv" not in write_example(simulate(none), tmp_path / "none").files
    written = pl.read_csv(tmp_path / "some" / "truth" / "planted_effects.csv", infer_schema=False)
    assert written.columns == list(PLANTED_EFFECTS)
    assert written.height == 3
