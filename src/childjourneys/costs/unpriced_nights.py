"""Nights without a price, with the codes of their placements: they count in no average."""

from __future__ import annotations

import numpy as np
import polars as pl

from childjourneys.costs.days import dates
from childjourneys.costs.facts import CHILD
from childjourneys.costs.looks import Scene
from childjourneys.costs.pricing import PricedSpans
from childjourneys.costs.spans import months_of
from childjourneys.tables.costs import COST_UNPRICED

_AREAS = pl.Series([None, "in", "out"], dtype=pl.String)


def unpriced_nights(priced: PricedSpans, scene: Scene) -> pl.DataFrame:
    """Nights whose social work or placement has no price, as rows of `COST_UNPRICED`, in order.

    A row is a run of touching nights with the same codes in one month. Nights of a child are in one row.
    """
    stretches = priced.stretches
    some = np.flatnonzero(priced.unpriced > 0)
    nights, episode = stretches.nights.take(some), stretches.looks.episode[some]
    area = scene.area_of(episode, stretches.looks.price[some])
    fresh = np.ones(len(some), dtype=bool)
    fresh[1:] = (
        (nights.child[1:] != nights.child[:-1])
        | (episode[1:] != episode[:-1])
        | (area[1:] != area[:-1])
        | (nights.start[1:] != nights.end[:-1])
    )
    heads = np.flatnonzero(fresh)
    tails = np.append(heads[1:], len(some)) - 1 if len(heads) else heads
    parts = months_of(nights.start[heads], nights.end[tails])
    row = heads[parts.span]
    child, episode, area = nights.child[row], episode[row], area[row]
    people, course = scene.children.frame, scene.course.frame
    numbers = {
        name: pl.Series(np.append(scene.course.column(column), -1)[episode])
        for name, column in (("period_of_care", "period_no"), ("placement_no", "placement_no"))
    }
    day = dates(parts.start)
    return COST_UNPRICED.conform(
        pl.DataFrame(
            {
                **{name: people[name].gather(child) for name in (*CHILD, "need_group")},
                **{name: column.set(column == -1, None) for name, column in numbers.items()},
                "placement_type": course["place"].gather(episode),
                "provider": course["provider"].gather(episode),
                "in_out_area": _AREAS.gather(area),
                "month": day.dt.strftime("%Y-%m"),
                "date_from": day,
                "date_to": dates(parts.end - 1),
                "nights": parts.end - parts.start,
            }
        )
    )
