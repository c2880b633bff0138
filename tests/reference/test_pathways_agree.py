"""The pathway kernel and the plain reading of the rules tell the same of invented journeys."""

from __future__ import annotations

from collections import Counter
from random import Random
from typing import Any

import polars as pl
import pytest
from hypothesis import HealthCheck, Phase, given, settings
from invented_archetypes import Frames, invented_data
from invented_stories import stories
from plain_pathways import Plain
from story import Story

from childjourneys.pathways.enquiries import STEP1, STEP2
from childjourneys.pathways.kernel import PathwayKernel
from childjourneys.pathways.referrals import OUTCOMES
from childjourneys.pathways.windows import Windows

_LENGTHS = ((30, 45, 60), (30, 45, 60), (0, 0, 0), (2, 3, 1), (90, 10, 30))


def fast(
    events: pl.DataFrame, children: pl.DataFrame, coverage: pl.DataFrame, days: tuple[int, int, int]
) -> tuple[list[tuple[Any, ...]], list[tuple[Any, ...]]]:
    told = PathwayKernel(coverage, Windows(*days))({"events": events, "children": children})
    referrals = told["referral_outcomes"].select(
        "la_code", "child_id", "referral_date", "outcome", "nfa_flag", "days_to_assessment", "days_to_s47",
        "age_at_referral", "followed",
    )  # fmt: skip
    enquiries = told["s47_pathways"].select(
        "la_code",
        "child_id",
        "s47_start",
        "icpc_date",
        "cpp_start",
        "step1",
        "step2",
        "followed1",
        "followed2",
    )
    return referrals.rows(), enquiries.rows()


def busier(seed: int) -> Frames:
    """Invented journeys in which more of the records are assessments, enquiries and plans."""
    frames = invented_data(seed, children=25)
    random = Random(f"pathways {seed}")
    swap = {"lac_start": "cpp_start", "early_help_assessment_start": "assessment_start", "cin_start": "s47",
            "cin_end": "icpc", "placement_start": "cpp_start", "contact": "assessment_start"}  # fmt: skip
    names = [
        swap[name] if name in swap and random.random() < 0.7 else name for name in frames["events"]["event"]
    ]
    events = frames["events"].with_columns(event=pl.Series(names))
    coverage = frames["coverage"]
    if seed % 2:  # returns of one day: all kinds end together
        end = events["date"].sort()[events.height // 2]
        coverage = coverage.filter(pl.col("from") <= end).with_columns(pl.col("to").clip(upper_bound=end))
    return frames | {
        "events": events.sort("la_code", "child_id", "date", "place_in_day"),
        "coverage": coverage,
    }


@pytest.mark.parametrize("block", range(6))
def test_the_kernel_agrees_with_a_plain_reading(block: int) -> None:
    for seed in range(block * 12, block * 12 + 12):
        frames = busier(seed)
        about = (frames["events"], frames["children"], frames["coverage"])
        days = _LENGTHS[seed % len(_LENGTHS)]
        plain = Plain(*about, days)
        referrals, enquiries = fast(*about, days)
        assert referrals == plain.referrals(), seed
        assert enquiries == plain.enquiries(), seed


@given(stories())
@settings(
    max_examples=40,
    derandomize=True,
    deadline=None,
    database=None,
    phases=[Phase.generate],
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)
def test_and_on_stories_told_by_returns(story: Story) -> None:
    told = story.tell()
    plain = Plain(told.events, told.tables["child"], told.coverage)
    referrals, enquiries = fast(told.events, told.tables["child"], told.coverage, (30, 45, 60))
    assert referrals == plain.referrals()
    assert enquiries == plain.enquiries()


def test_what_was_invented_reaches_every_outcome() -> None:
    counts: Counter[tuple[str, str]] = Counter()
    for seed in range(40):
        frames = busier(seed)
        found = fast(frames["events"], frames["children"], frames["coverage"], (30, 45, 60))
        counts.update(("outcome", row[3]) for row in found[0])
        counts.update(("step1", row[5]) for row in found[1])
        counts.update(("step2", row[6]) for row in found[1])
    for name, outcomes in (("outcome", OUTCOMES), ("step1", STEP1), ("step2", STEP2)):
        assert all(counts[name, outcome] >= 3 for outcome in outcomes), counts


def test_a_difference_would_be_seen() -> None:
    frames = busier(1)
    about = (frames["events"], frames["children"], frames["coverage"])
    assert fast(*about, (30, 45, 60))[0] != Plain(*about, (0, 45, 60)).referrals()
