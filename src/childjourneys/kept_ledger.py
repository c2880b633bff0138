"""The ledger that a costing keeps, some children at a time: it is never in memory whole."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import polars as pl

from childjourneys.costs.facts import CHILD
from childjourneys.costs.summaries.cube import NEEDED
from childjourneys.tables.costs import LEDGER
from childjourneys.workspace.store import TableStore

# Lines that are in memory at a time, about; the lines of a child stay together.
LINES_AT_ONCE = 200_000


def some_children(store: TableStore, number: int) -> Iterator[tuple[pl.DataFrame, pl.DataFrame]]:
    """Lines of a bucket, as far as they are added up, and nights without a price of the same children.

    At last, without lines, come children who only have such nights, be there any or not.
    """
    left = store.bucket("cost_unpriced", number)
    for ledger in store.slices("cost_ledger", number, CHILD, LINES_AT_ONCE, NEEDED):
        who = ledger.select(CHILD).unique()
        yield ledger, left.join(who, on=CHILD, how="semi", maintain_order="left")
        left = left.join(who, on=CHILD, how="anti", maintain_order="left")
    yield LEDGER.empty().select(NEEDED), left


def in_order(store: TableStore) -> Iterator[pl.DataFrame]:
    """The lines of the ledger in the order of the file, some children at a time.

    In each part of the store children lie in order, so that those of a range are one slice of it.
    """
    parts = [path for path in store.parts("cost_ledger") if _height(path)]
    lines = [_lines_of_children(path) for path in parts]
    if not lines:
        return
    everyone = pl.concat(lines).sort(CHILD).with_columns(_turn=pl.col("len").cum_sum() // LINES_AT_ONCE)
    turns = everyone.select(*CHILD, "_turn")
    placed = [part.join(turns, on=CHILD).group_by("_turn").agg(pl.col("len").sum()) for part in lines]
    taken = [0] * len(parts)
    for turn in everyone["_turn"].unique().sort().to_list():
        found = []
        for place, (path, counts) in enumerate(zip(parts, placed, strict=True)):
            here = int(counts.filter(pl.col("_turn") == turn)["len"].sum())
            if here:
                found.append(pl.scan_parquet(path).slice(taken[place], here).collect())
                taken[place] += here
        yield pl.concat(found).sort(CHILD, maintain_order=True)


def _lines_of_children(path: Path) -> pl.DataFrame:
    """How many lines each child of a part has, in the order of the part."""
    return pl.scan_parquet(path).select(CHILD).collect().group_by(CHILD, maintain_order=True).len()


def _height(path: Path) -> int:
    return int(pl.scan_parquet(path).select(pl.len()).collect().item())
