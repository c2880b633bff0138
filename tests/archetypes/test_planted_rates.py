"""The rate of anchors followed in full finds a planted truth where simpler rates do not.

Each test is one seeded simulation of 60,000 children. A rate near 0.3 then has a standard error below 0.003;
what must be near is allowed five of them, so a test fails by chance less than once in a million.
"""

from __future__ import annotations

from datetime import date, timedelta

import numpy as np
import polars as pl
import pytest

from childjourneys.archetypes.definition import Archetype, Clause, Event, Start, Term, Window
from childjourneys.archetypes.definition import Bound as B
from childjourneys.archetypes.evaluate import evaluate
from childjourneys.archetypes.journeys import journeys_of

CHILDREN = 60_000
TRUTH = 0.3
FIRST, LAST = date(2021, 4, 1), date(2024, 3, 31)
BACK = Archetype(
    "back",
    Start(Event((Term("s47"),))),
    (Clause("followed", Window(far=B(6, "months")), Event((Term("contact"),))),),
)
NEAR = 5 * np.sqrt(TRUTH * (1 - TRUTH) / (CHILDREN / 3))


def world(seed: int, *, undated: float = 0.0, leave: float = 0.0) -> dict[str, int]:
    """One anchor a child on a random day; of those who stay, 30 per cent have the event within 6 months.

    Args:
        undated: share of children with one more record of the event's type, without a date.
        leave: share of children who die on a random day.
    """
    random = np.random.default_rng(seed)
    days = (LAST - FIRST).days + 1
    anchor = random.integers(0, days, CHILDREN)
    # Whether and when it comes says nothing of the day of the anchor: 1 to 180 days, or later still.
    soon = random.random(CHILDREN) < TRUTH
    wait = np.where(soon, random.integers(1, 181, CHILDREN), random.integers(200, 900, CHILDREN))
    ids = np.arange(CHILDREN)
    death = np.where(random.random(CHILDREN) < leave, random.integers(0, days, CHILDREN), 10**6)
    kept = np.concatenate([np.ones(CHILDREN, bool), (anchor + wait < days) & (anchor + wait <= death)])
    events = pl.DataFrame(
        {"child": np.concatenate([ids, ids])[kept], "day": np.concatenate([anchor, anchor + wait])[kept],
         "event": pl.Series(["s47"] * CHILDREN + ["contact"] * CHILDREN).filter(pl.Series(kept))}
    ).sort("child", "day")  # fmt: skip
    marked = ids[random.random(CHILDREN) < undated]
    frames = {
        "events": events.select(
            la_code=pl.lit("301"), child_id=_id("child"), date=_day("day"), event="event",
            episode_id=pl.lit(None, pl.String), record=pl.lit(None, pl.Int64), attributes=pl.lit("{}"),
            place_in_day=pl.lit(0), source=pl.lit("x"), file=pl.lit("f"), sheet=pl.lit("s"),
            row=pl.int_range(pl.len()),
        ),
        "spells": pl.DataFrame(schema={
            "la_code": pl.String, "child_id": pl.String, "kind": pl.String, "start": pl.Date, "end": pl.Date,
            "open": pl.String, "record": pl.Int64}),
        "children": pl.DataFrame({"child": ids, "death": death}).select(
            la_code=pl.lit("301"), child_id=_id("child"), birth_date=pl.lit(date(2015, 1, 1)),
            expected_birth_date=pl.lit(None, pl.Date),
            death_date=pl.when(pl.col("death") < 10**6).then(_day("death")), family_id=pl.lit(None, pl.String),
        ),
        "coverage": pl.DataFrame([("301", kind, FIRST, LAST, "started_in") for kind in ("s47", "contact")],
                                 schema=["la_code", "kind", "from", "to", "rule"], orient="row"),
        "marks": pl.DataFrame({"child": marked}).select(
            la_code=pl.lit("301"), child_id=_id("child"), event=pl.lit("contact"), code=pl.lit("undated"),
            start=pl.lit(None, pl.Date),
        ),
    }  # fmt: skip
    outcomes = evaluate(BACK, journeys_of(**frames)).anchors["outcome"].value_counts()
    return dict(outcomes.iter_rows())


def _id(column: str) -> pl.Expr:
    return pl.format("c{}", pl.col(column).cast(pl.String).str.zfill(6))


def _day(column: str) -> pl.Expr:
    return pl.lit(FIRST) + pl.duration(days=pl.col(column))


def share(part: int, whole: int) -> float:
    return part / whole


def rates(seed: int, **how: float) -> dict[str, float]:
    found = world(seed, **how)
    names = ("match", "no_match", "match_early", "too_recent", "left", "unusable")
    n = {name: found.get(name, 0) for name in names}
    matched = n["match"] + n["match_early"]
    return {
        "fixed cohort": share(n["match"], n["match"] + n["no_match"]),
        "all anchors": share(matched, sum(n.values())),
        "without the undecided": share(matched, matched + n["no_match"]),
    }


def test_the_days_of_the_simulation_are_whole() -> None:
    assert timedelta(days=1095) == LAST - FIRST


def test_recent_anchors_are_kept_out_whatever_their_answer() -> None:
    found = rates(1)
    assert found["fixed cohort"] == pytest.approx(TRUTH, abs=NEAR)
    assert found["all anchors"] < TRUTH - NEAR
    assert found["without the undecided"] > TRUTH + NEAR


def test_with_undated_records_of_thirty_in_a_hundred_children() -> None:
    found = rates(2, undated=0.3)
    assert found["fixed cohort"] == pytest.approx(TRUTH, abs=NEAR)
    assert found["without the undecided"] > TRUTH + NEAR


def test_with_children_who_leave() -> None:
    found = rates(3, leave=0.2)
    assert found["fixed cohort"] == pytest.approx(TRUTH, abs=NEAR)
    assert found["all anchors"] < TRUTH - NEAR
