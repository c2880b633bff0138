"""How busy a front door was, worked out by hand."""

from __future__ import annotations

from datetime import date, timedelta

import numpy as np
import polars as pl
import pytest
from context_story import CLOSED, FULL, LA, Written

from childjourneys.archetypes.days import day_number
from childjourneys.domain.calendar import england
from childjourneys.equalities.about import authority_days
from childjourneys.equalities.dimensions import NOT_KNOWN
from childjourneys.equalities.workload import ReferralDaysKernel, Workload, referral_days

FIRST = date(2021, 1, 1)


def workload(counts: dict[int, int], ranges: tuple[tuple[int, int], ...] = ((0, 365),)) -> Workload:
    """Of so many referrals on days counted from the first day of coverage."""
    rows = pl.DataFrame({
        "la_code": [LA] * len(counts), "date": [FIRST + timedelta(days=d) for d in counts],
        "referrals": list(counts.values()),
    }, schema_overrides={"referrals": pl.Int64})  # fmt: skip
    coverage = pl.DataFrame({
        "la_code": [LA] * len(ranges), "kind": ["referral"] * len(ranges),
        "from": [FIRST + timedelta(days=a) for a, _ in ranges],
        "to": [FIRST + timedelta(days=b) for _, b in ranges],
    })  # fmt: skip
    return authority_days(coverage, rows, england())[LA].workload


def busy(load: Workload, day: int, *, own: bool = True) -> str:
    days = np.array([day_number(FIRST) + day])
    yes, known = load.busy(days, np.array([own]))
    return "busy" if yes[0] else "other" if known[0] else NOT_KNOWN


def test_the_first_97_days_of_coverage_are_not_known() -> None:
    load = workload(dict.fromkeys(range(200), 1))
    assert [busy(load, day) for day in (0, 96, 97)] == [NOT_KNOWN, NOT_KNOWN, "busy"]
    assert [busy(load, day) for day in (-1, 366)] == [NOT_KNOWN, NOT_KNOWN]


def test_so_are_those_after_a_gap() -> None:
    load = workload(dict.fromkeys(range(366), 1), ((0, 150), (160, 365)))
    assert [busy(load, day) for day in (150, 160, 256, 257)] == ["busy", NOT_KNOWN, NOT_KNOWN, "busy"]


def test_ranges_that_touch_are_one() -> None:
    load = workload(dict.fromkeys(range(366), 1), ((0, 99), (100, 365)))
    assert busy(load, 130) != NOT_KNOWN


def test_the_load_leaves_the_referral_itself_out() -> None:
    """One a day: 7 in the week less itself, 6, over 7/90 of 90, 7; without a referral of its own 7 over 7."""
    load = workload(dict.fromkeys(range(200), 1))
    assert load.limit == pytest.approx(6 / 7)
    assert busy(load, 150) == "busy"  # at the limit
    assert busy(load, 150, own=False) == "busy"  # above it


def test_busy_is_at_or_above_the_90th_percentile_of_the_loads_of_all_referrals() -> None:
    """One a day and a rush of nine on the last day: its load is 14/7 for each of nine, 6/7 for 103 others."""
    load = workload({**dict.fromkeys(range(200), 1), 200: 9}, ((0, 300),))
    assert load.limit == pytest.approx(6 / 7)  # 9 of 112 are above: fewer than a tenth
    rush = workload({**dict.fromkeys(range(200), 1), 200: 20}, ((0, 300),))
    assert rush.limit == pytest.approx(25 / 7)  # 20 of 123: more than a tenth; 6 + 20 less itself
    assert (busy(rush, 150), busy(rush, 200), busy(rush, 206)) == ("other", "busy", "other")


def test_a_load_over_nothing_is_not_known() -> None:
    load = workload({100: 1, 200: 5, 201: 1})
    assert [busy(load, day) for day in (100, 200)] == [NOT_KNOWN, NOT_KNOWN]
    assert busy(workload({}), 200) == NOT_KNOWN
    # The 90 days before the week of 297 are those from 201, of 298 those from 202.
    later = workload({150: 1, 200: 5, 201: 1, 297: 1, 300: 1})
    assert [busy(later, day) for day in (297, 298, 300)] == ["other", NOT_KNOWN, NOT_KNOWN]


def test_only_new_referrals_of_any_bucket_count() -> None:
    written = Written()
    written.referral("A", "2022-03-01", "1")
    written.referral("B", "2022-03-01", "2", while_open=True)
    written.referral("C", "2022-03-01", "3")
    written.child("D", "2023-03-01")
    written.referral("D", "2022-03-01", "4")  # more than 280 days before birth: no event
    written.event("A", "s47", "2022-03-01", "1")
    frames = written.frames()
    counted = referral_days(frames["events"], frames["children"])
    assert counted.rows() == [(LA, date(2022, 3, 1), 2)]
    halves = [frames["events"].filter(pl.col("child_id").is_in(names)) for names in (["A", "D"], ["B", "C"])]
    kernel = ReferralDaysKernel()
    parts = pl.concat(
        kernel({"events": half, "children": frames["children"]})["referral_days"] for half in halves
    )
    whole = authority_days(frames["coverage"], counted, england())[LA].workload
    added = authority_days(frames["coverage"], parts, england())[LA].workload
    assert (whole.week == added.week).all() and (whole.baseline == added.baseline).all()


def test_the_busy_week_of_an_anchor() -> None:
    """One new referral a day, then ten a day in the week from 1 June 2022; the case closes after it."""
    written = Written(coverage={kind: [(date(2022, 1, 1), FULL[1])] for kind in Written().coverage})
    number = 0
    for offset in range(180):
        on = date(2022, 1, 1) + timedelta(days=offset)
        for _ in range(10 if date(2022, 6, 1) <= on <= date(2022, 6, 7) else 1):
            number += 1
            written.referral(f"R{number:03}", str(on), f"E{number}")
    written.referral("Z", "2022-06-07", "EZ")
    written.event("Z", "case_closed", "2022-06-29", "EZ")
    assert written.groups("busy_week", CLOSED) == ["busy"]
    assert written.groups("anchor_busy_week", CLOSED) == ["other"]
