"""Homes of the authority's own: a night as it was slept in, at full occupancy, and what empty beds cost."""

from __future__ import annotations

from fractions import Fraction

import polars as pl

from childjourneys.costs.model import Catalogue
from childjourneys.costs.summaries.cube import Cube
from childjourneys.costs.summaries.table import CostColumn, CostTable


def homes_table(cube: Cube, catalogue: Catalogue) -> CostTable | None:
    """Rule R10, the three apart; only the first is in the ledger. None where no such price was used."""
    used = set(cube.entries.select(pl.col("entry_id").unique()).to_series())
    rows = [
        (one.id, one.name, one.price_year or None, one.home.start, one.home.end, one.home.beds,
         one.home.occupied_nights, *(_pence(amount) for amount in
         (one.home.cost, one.home.night, one.home.full_night, one.home.voids)))
        for one in catalogue.entries
        if one.home is not None and one.id in used
    ]  # fmt: skip
    if not rows:
        return None
    columns = (
        CostColumn("entry_id", "text", "the price"),
        CostColumn("name", "text", "the home"),
        CostColumn("price_year", "text", "whose money; blank: of the days themselves"),
        CostColumn("from", "day", "first day that its cost is of"),
        CostColumn("to", "day", "last day that its cost is of"),
        CostColumn("beds", "count", "beds"),
        CostColumn("occupied_nights", "count", "nights that children slept there"),
        CostColumn("cost", "money", "what the home cost over those days"),
        CostColumn("night", "money", "cost / occupied_nights: what a night is charged at"),
        CostColumn("full_night", "money", "cost / (beds x days): a night if every bed had been slept in"),
        CostColumn("voids", "money", "(night - full_night) x occupied_nights: what empty beds cost"),
    )
    kinds = {"text": pl.String, "day": pl.Date, "count": pl.Int64, "money": pl.Int64}
    frame = pl.DataFrame(rows, schema={one.name: kinds[one.kind] for one in columns}, orient="row")
    title = "Homes of the authority's own: only the night as it was slept in is in the ledger"
    return CostTable("Homes", title, frame, columns)


def _pence(pounds: Fraction) -> int:
    return int(pounds * 100 + Fraction(1, 2))
