"""Indicators with their names, for readers."""

from __future__ import annotations

import polars as pl

from childjourneys.indicators.catalogue import catalogue


def named_indicators(table: pl.DataFrame) -> pl.DataFrame:
    """The rows of indicators.csv with `name`; a part has the name of its indicator and its own."""
    names: dict[str, str] = {}
    for indicator in catalogue().values():
        for row in indicator.rows:
            names[row.id] = f"{indicator.name}: {row.name}" if row.name else indicator.name
    found = pl.col("indicator").replace_strict(names, default=pl.col("indicator"), return_dtype=pl.String)
    return table.with_columns(name=found)
