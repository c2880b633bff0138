"""Placements of children looked after: how many, how long, how far from home; and how many workers."""

from __future__ import annotations

import polars as pl

from childjourneys.indicators.care_facts import (
    aged,
    at_end,
    columns,
    first_day,
    of_person,
    placements,
    told_of,
    with_a_day,
    without_a_break,
)
from childjourneys.indicators.cases import PERSON, leave_out, proportion
from childjourneys.indicators.facts import Facts
from childjourneys.indicators.front_door import Counts
from childjourneys.indicators.settings import IndicatorSettings
from childjourneys.merging.facts import CHILD

MANY = 3
MILES = 20
UNDER = 16
FOR_ADOPTION = ("A3", "A4", "A5", "A6")
# As counted, and each choice that is not confirmed the other way round.
WAYS = ("", "with_temporary", "with_one_day", "each_counts", "this_care_only")
_WORKERS = {"social_worker_id": pl.String, "start_date": pl.Date, "end_date": pl.Date}
_EPISODES = {
    "kind": pl.String, "start": pl.Date, "end": pl.Date, "placement_location": pl.String,
    "placement_distance_miles": pl.Float64,
}  # fmt: skip


def many_in_a_year(facts: Facts, periods: pl.DataFrame, settings: IndicatorSettings) -> Counts:
    """Children with three or more placements with a day in the year, of those looked after at its end."""
    cases = _counted(facts, at_end(facts, periods, settings), 12)
    for way in WAYS:
        yield way, proportion(cases, pl.col(f"n_{way}") >= MANY)


def many_in_2_years(facts: Facts, periods: pl.DataFrame, settings: IndicatorSettings) -> Counts:
    """The same over 24 months, of those looked after all that time."""
    cases = _counted(facts, without_a_break(at_end(facts, periods, settings), 24), 24)
    for way in WAYS[:-1]:
        yield way, proportion(cases, pl.col(f"n_{way}") >= MANY)


def _counted(facts: Facts, cases: pl.DataFrame, months: int) -> pl.DataFrame:
    """The number of placements with a day in the months, by each way of counting."""
    first = first_day(months)
    lasting, ordinary = ~pl.col("one_day"), ~pl.col("temporary")
    # What ended on the day on which care began was a placement of earlier care.
    this_care = pl.col("until").is_null() | (pl.col("until") > pl.col("start"))
    stay = pl.col("stay")
    found = of_person(cases, placements(facts)).filter(with_a_day(first)).group_by(PERSON)
    numbers = found.agg(
        stay.filter(ordinary & lasting).n_unique().alias("n_"),
        stay.filter(lasting).n_unique().alias("n_with_temporary"),
        stay.filter(ordinary).n_unique().alias("n_with_one_day"),
        (ordinary & lasting).sum().alias("n_each_counts"),
        stay.filter(ordinary & lasting & this_care).n_unique().alias("n_this_care_only"),
    )
    return told_of(cases, numbers, {f"n_{way}": 0 for way in WAYS})


def long_term(facts: Facts, periods: pl.DataFrame, settings: IndicatorSettings) -> Counts:
    """In one placement for 2 years, of children under 16 looked after for 2.5 years."""
    cases = without_a_break(aged(facts, at_end(facts, periods, settings), 0, UNDER - 1), 30)
    rows = of_person(cases, placements(facts)).filter(pl.col("since") <= pl.col("to"))
    inside = pl.col("until").is_null() | (pl.col("until") > pl.col("to"))
    cases = told_of(cases, rows.group_by(PERSON).agg(placed=inside.any()), {"placed": False})
    cases = leave_out(cases, ~pl.col("placed"), "no_placement")
    for way, one in (("", "stay"), ("each_counts", "record")):
        found = told_of(cases, _lasting(rows, one), {"counts": False, "unsure": False})
        known = leave_out(found, pl.col("unsure") & ~pl.col("counts"), "placement_start_not_known")
        yield way, proportion(known)


def _lasting(rows: pl.DataFrame, one: str) -> pl.DataFrame:
    """Whether the latest placement, temporary ones aside, had lasted 2 years: see `long_term`.

    A placement for adoption counts with the one before it. `unsure`: it may have begun before it is seen.

    Args:
        one: the column by which several placements are one.
    """
    ordinary = ~pl.col("temporary") & ~pl.col("one_day")
    this_care = pl.col("until").is_null() | (pl.col("until") > pl.col("start"))
    enough = pl.col("since") <= first_day(24)
    # A first known placement may go on from one that no return shows.
    unsure = ~pl.col("start_known")
    if one == "stay":
        unsure |= pl.col("same_carer")
    stays = (
        rows.filter(ordinary, this_care)
        .sort(*PERSON, "since", "record")
        .group_by(*PERSON, one, maintain_order=True)
        .agg(
            last=pl.col("since").last(),
            enough=enough.first(),
            unsure=unsure.first(),
            adoption=pl.col("placement_type").last().is_in(FOR_ADOPTION).fill_null(False),
        )
        .sort(*PERSON, "last", maintain_order=True)
    )
    before = pl.col("enough").slice(-2).first() & (pl.len() > 1)
    return stays.group_by(PERSON, maintain_order=True).agg(
        counts=pl.col("enough").last() | (pl.col("adoption").last() & before),
        unsure=pl.col("unsure").last(),
    )


def far_away(facts: Facts, periods: pl.DataFrame, settings: IndicatorSettings) -> Counts:
    """Over 20 miles from home and outside the authority, of those of whom the distance is known."""
    episodes = columns(facts, "care_chain", _EPISODES).filter(pl.col("kind") == "care")
    cases = at_end(facts, periods, settings)
    rows = of_person(
        cases, episodes.select(pl.all().exclude("kind", "start", "end"), since="start", until="end")
    )
    rows = rows.filter(
        pl.col("since") <= pl.col("to"), pl.col("until").is_null() | (pl.col("until") > pl.col("to"))
    ).unique(PERSON, keep="last", maintain_order=True)
    cases = told_of(cases, rows.select(*PERSON, "placement_location", "placement_distance_miles"), {})
    miles, where = pl.col("placement_distance_miles"), pl.col("placement_location")
    unknown = miles.is_null() | where.is_null()
    yield "not_known", proportion(cases, unknown)
    cases = leave_out(cases, unknown, "distance_not_known")
    yield "", proportion(cases, (miles > MILES) & (where == "OUT"))


def many_workers(facts: Facts, periods: pl.DataFrame, settings: IndicatorSettings) -> Counts:
    """Three or more different social workers in the 12 months, also before care began."""
    workers = columns(facts, "social_worker_episode", _WORKERS).select(
        *CHILD, "social_worker_id", since="start_date", until="end_date"
    )
    cases = at_end(facts, periods, settings)
    found = of_person(cases, workers.drop_nulls("since")).filter(with_a_day(first_day(12))).group_by(PERSON)
    numbers = found.agg(workers=pl.col("social_worker_id").drop_nulls().n_unique())
    cases = told_of(cases, numbers, {"workers": 0})
    yield "", proportion(cases, pl.col("workers") >= MANY)
    recorded = leave_out(cases, pl.col("workers") == 0, "no_social_worker_recorded")
    yield "recorded", proportion(recorded, pl.col("workers") >= MANY)
