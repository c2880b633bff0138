"""Events to journey lines: the whole of a child's journey on one line, long and reduced."""

from __future__ import annotations

import polars as pl

from childjourneys.domain.vocabulary import EVENT, EVENTS
from childjourneys.merging.facts import CHILD

ARROW = " -> "


def build_lines(events: pl.DataFrame) -> pl.DataFrame:
    """One line per child with at least one event shown in lines.

    Args:
        events: in order of journey, as `build_events` gives them.

    Returns:
        la_code, child_id, journey, journey_reduced, first_date, last_date, n_events.
    """
    shown = [event.name for event in EVENTS if event.in_lines]
    in_lines = events.lazy().filter(pl.col("event").is_in(shown)).select(*CHILD, "date", "event")
    step = pl.concat_str(
        pl.lit("["), pl.col("date").dt.to_string("%Y-%m-%d"), pl.lit("/"), pl.col("event"), pl.lit("]")
    )
    codes = {name: event.code for name, event in EVENT.items()}
    code = pl.col("event").replace_strict(codes, return_dtype=pl.String)
    return (
        in_lines.group_by(CHILD, maintain_order=True)
        .agg(
            journey=step.str.join(ARROW),
            journey_reduced=code.str.join(ARROW),
            first_date=pl.col("date").first(),
            last_date=pl.col("date").last(),
            n_events=pl.len().cast(pl.Int64),
        )
        .collect()
    )
