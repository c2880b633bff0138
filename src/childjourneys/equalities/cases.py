"""Groups of events of children that count or do not, such as the cases of an indicator."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import polars as pl

from childjourneys.archetypes.authority import TYPE, Authority
from childjourneys.archetypes.case import Points
from childjourneys.archetypes.days import SHIFT, Ints
from childjourneys.equalities.about import About
from childjourneys.equalities.groups import groups_of, picked
from childjourneys.equalities.sums import SUMS, families_of, sums_of_groups


def case_sums(cases: Mapping[str, pl.DataFrame], here: Authority, about: About) -> pl.DataFrame:
    """The sums of one authority and bucket, as `context_sums` gives them of archetypes.

    A case stands in the groups of the first event of its type that the child has on the day.

    Args:
        cases: by the name of the measure: child_id, event, date and match of each case of the authority.
    """
    filled = {name: frame for name, frame in cases.items() if frame.height}
    if not filled:
        return pl.DataFrame(schema=SUMS)
    # One pass over all measures: finding groups takes longest.
    every = pl.concat(frame.with_columns(measure=pl.lit(name)) for name, frame in filled.items())
    every = every.filter(pl.col("child_id").is_in(here.child_ids.implode()))
    points = _points(every, here)
    match = every["match"].to_numpy()
    groups = groups_of(picked(here, points, match), here, about)
    anchors = pl.DataFrame(
        {
            "child": points.child,
            "family": families_of(about, here.child_ids, here.family).gather(points.child),
            "match": match,
        }
    )
    found = [pl.DataFrame(schema=SUMS)]
    first = 0
    for name in filled:
        size = int((every["measure"] == name).sum())
        mine = groups.filter(pl.col("anchor").is_between(first, first + size - 1))
        mine = mine.with_columns(pl.col("anchor") - first)
        if size:
            found.append(sums_of_groups(name, here.la_code, anchors[first : first + size], mine))
        first += size
    return pl.concat(found)


def _points(cases: pl.DataFrame, here: Authority) -> Points:
    """Each case as a point of the authority; without an event, where none is found, it has no episode."""
    numbers = pl.DataFrame({"child_id": here.child_ids}).with_row_index("child")
    types = pl.col("event").replace_strict(TYPE, return_dtype=pl.Int64)
    wanted = cases.select(
        "child_id", type=types, day=pl.col("date").to_physical().cast(pl.Int64) + SHIFT
    ).join(numbers, on="child_id", how="left", maintain_order="left")
    wanted = wanted.with_columns(pl.col("child").cast(pl.Int64))
    events = pl.DataFrame(
        {"child": here.child, "type": here.kind.astype(np.int64), "day": here.day}
    ).with_row_index("row")
    events = events.filter(pl.col("type").is_in(wanted["type"].unique().implode()))
    first = events.unique(["child", "type", "day"], keep="first", maintain_order=True)
    found = wanted.join(first, on=["child", "type", "day"], how="left", maintain_order="left")
    row = _numbers(found["row"].cast(pl.Int64).fill_null(-1))
    known = row >= 0
    at = np.where(known, row, 0)
    nowhere = np.full(row.size, -1, dtype=np.int64)
    episode, record = (
        np.where(known, values[at], -1) if values.size else nowhere for values in (here.episode, here.record)
    )
    child, day, kind = (_numbers(found[name]) for name in ("child", "day", "type"))
    rank = np.zeros(row.size, dtype=np.int64)
    return Points(child, day, rank, kind, episode, record, row, np.ones(row.size, dtype=np.bool_))


def _numbers(values: pl.Series) -> Ints:
    return np.asarray(values.to_numpy(), dtype=np.int64)
