"""Prices of single children as the ledger uses them: which price row stands for which nights."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

import numpy as np
import polars as pl

from childjourneys.costs.days import FAR, Ints, numbers
from childjourneys.costs.facts import Children
from childjourneys.costs.intervals import Intervals

# What a row of prices may bring into the ledger: the column with the money, and the id of the line.
PARTS = (
    ("price", "child_price"),
    ("additional_package", "child_package"),
    ("contribution_health", "contribution_health"),
    ("contribution_education", "contribution_education"),
)
_TEXTS = ("provider_id", "urn", "contract", "in_out_area")


@dataclass(frozen=True)
class PriceSpans:
    """Nights with a price of the child's own, by child and start, none overlapping.

    Attributes:
        nights: the stretches.
        frame: a row per stretch: provider_id, urn, contract, in_out_area, `row` (of `rows`).
        money: per part of PARTS the exact amounts of the rows; 0 where there is none.
        by_period: 1 where the money is a period's, 0 where it is a week's.
        row_nights: nights that a period's money is spread over.
    """

    nights: Intervals
    frame: pl.DataFrame
    money: tuple[tuple[Fraction, ...], ...]
    by_period: Ints
    row_nights: Ints


def price_spans_of(frame: pl.DataFrame | None, children: Children) -> PriceSpans:
    """PRICE_SPANS of the children. A row without a price charges no nights, but its extras are kept."""
    if frame is None or frame.is_empty():
        nothing = np.zeros(0, dtype=np.int64)
        empty = pl.DataFrame(schema={**dict.fromkeys(_TEXTS, pl.String), "row": pl.Int64})
        return PriceSpans(Intervals(nothing, nothing, nothing), empty, ((),) * len(PARTS), nothing, nothing)
    rows = children.number(frame).with_columns(
        pl.Series("_from", numbers(children.number(frame)["date_from"], FAR)),
        pl.Series("_to", numbers(children.number(frame)["date_to"], FAR)),
    )
    rows = rows.filter(pl.col("_to") > pl.col("_from")).sort("child_no", "_from", "price_row")
    keys = ["child_no", "price_row", "file", "sheet", "row"]
    distinct = rows.unique(keys, keep="first", maintain_order=True).with_columns(
        _row=pl.int_range(pl.len(), dtype=pl.Int64)
    )
    numbered = rows.join(distinct.select(*keys, "_row"), on=keys, how="left", nulls_equal=True,
                         maintain_order="left")  # fmt: skip
    money = tuple(
        tuple(Fraction(text) if text else Fraction(0) for text in distinct[column].cast(pl.String).to_list())
        for column, _ in PARTS
    )
    return PriceSpans(
        Intervals(*(numbered[name].to_numpy() for name in ("child_no", "_from", "_to"))),
        numbered.select(*_TEXTS, row="_row"),
        money,
        (distinct["basis"] == "period").cast(pl.Int64).to_numpy(),
        distinct["row_nights"].fill_null(1).cast(pl.Int64).to_numpy(),
    )
