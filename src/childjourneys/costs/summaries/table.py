"""A table of costs: a frame, what its columns mean, and which of them add up."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import polars as pl

WHOSE = ("la_code", "price_year")


@dataclass(frozen=True)
class CostColumn:
    """One column.

    Attributes:
        kind: text, day, count, money (whole pence), percent (a proportion), index (none = 100), decimal
            (exact, as text).
        adds: its rows add up to the total of the table.
    """

    name: str
    kind: str
    meaning: str
    adds: bool = False


@dataclass(frozen=True)
class CostTable:
    """One table; money of different price years stands in different rows and is never added.

    Attributes:
        key: short name, of the sheet too.
        title: what it shows, in words.
        frame: one row per group, sorted by authority and price year.
        totals: one row per authority and price year (or as `blocks` says), for the columns that are not sums
            of the rows above; None: the table has no last row.
        notes: sentences that have to be known to read it.
        blocks: rows that are the same in these columns stand together and have a total of their own.
    """

    key: str
    title: str
    frame: pl.DataFrame
    columns: tuple[CostColumn, ...]
    totals: pl.DataFrame | None = None
    notes: tuple[str, ...] = ()
    blocks: tuple[str, ...] = WHOSE

    def with_notes(self, *notes: str) -> CostTable:
        return replace(self, notes=(*self.notes, *notes))


LA = CostColumn("la_code", "text", "code of the authority")
PRICE_YEAR = CostColumn("price_year", "text", "whose money: the financial year of the prices")
CHILDREN = CostColumn("children", "count", "children with a line of the group, each once")
NIGHTS = CostColumn("nights", "count", "nights in placements that are priced, each once", adds=True)
MONEY_COLUMNS = (
    CostColumn("gross", "money", "what the authority bears before credits", adds=True),
    CostColumn("contributions", "money", "what health and education gave: 0 or less", adds=True),
    CostColumn("grant", "money", "grants received: 0 or less", adds=True),
    CostColumn("net", "money", "gross, contributions and grant together", adds=True),
    CostColumn("other_agencies", "money", "what other agencies bear; in no other column", adds=True),
)
PLACEMENT_COST = CostColumn(
    "placement_cost", "money",
    "the part of gross that keeps placements going night by night (process lac.3)", adds=True,
)  # fmt: skip
AVERAGE_WEEK = CostColumn(
    "average_week", "money", "placement_cost / nights x 7: the average week of a priced placement"
)


def select(frame: pl.DataFrame, columns: Sequence[CostColumn], *order: str) -> pl.DataFrame:
    """The columns of a table, sorted by authority, price year and then `order`."""
    sorted_ = frame.sort(*WHOSE, *order, nulls_last=True, maintain_order=True)
    return sorted_.select(column.name for column in columns)
