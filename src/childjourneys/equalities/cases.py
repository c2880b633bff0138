"""Groups of events of children that count or do not, such as the cases of an indicator."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import polars as pl

from childjourneys.archetypes.authority import TYPE, Authority
from childjourneys.archetypes.case import Points
from childjourneys.archetypes.days import SHIFT, Ints
from childjourneys.equalities.about import About
from childjourneys.equalities.coding import Coding
from childjourneys.equalities.sums import SUMS, clusters_of, sums_of_groups


def case_sums(cases: Mapping[str, pl.DataFrame], here: Authority, about: About) -> pl.DataFrame:
    """The sums of one authority and bucket, as `context_sums` gives them of archetypes.

    A case stands in the groups of the first event of its type that the child has on the day.

    Args:
        cases: by the name of the measure: child_id, event, date and match of each case of the authority.
    """
    filled = {name: frame for name, frame in cases.items() if frame.height}
    if not filled:
        return pl.DataFrame(schema=SUMS)
    coding, clusters = Coding(here, about), clusters_of(here, about)
    found = [pl.DataFrame(schema=SUMS)]
    for name, frame in filled.items():
        mine = frame.filter(pl.col("child_id").is_in(here.child_ids.implode()))
        points = _points(mine, here)
        match = mine["match"].to_numpy()
        found.append(sums_of_groups(name, points.child, match, coding.groups(points), clusters))
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
