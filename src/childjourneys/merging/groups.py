"""Picking one value per group of sorted rows, column by column, without a loop over groups."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import polars as pl

Ints = npt.NDArray[np.int64]
Flags = npt.NDArray[np.bool_]


class Groups:
    """Rows that lie together by group, in order of precedence inside each.

    Args:
        rows: sorted by group, then by precedence.
        group: the columns that make a group; nulls are equal.
        status: another order of precedence, for values that say how things stood: lower wins.
    """

    def __init__(self, rows: pl.DataFrame, group: list[str], status: str) -> None:
        self.rows = rows
        self.number = rows.select(pl.struct(group).rle_id()).to_series().to_numpy().astype(np.int64)
        self.count = int(self.number[-1]) + 1
        self.heads = np.flatnonzero(np.r_[True, self.number[1:] != self.number[:-1]])
        rank = rows[status].to_numpy()
        self.by_status = np.lexsort((np.arange(rank.size), rank, self.number))

    def first(self, column: str, *, status: bool = False, among: Flags | None = None) -> pl.Series:
        """Per group the row of its first value that is not null, or null when there is none."""
        there = self.rows[column].is_not_null().to_numpy()
        if among is not None:
            there = there & among
        order = self.by_status if status else np.arange(there.size)
        places = order[there[order]]
        numbers = self.number[places]
        fresh = np.r_[True, numbers[1:] != numbers[:-1]] if places.size else np.zeros(0, dtype=bool)
        found = np.full(self.count, -1, dtype=np.int64)
        found[numbers[fresh]] = places[fresh]
        return indices(found)

    def pick(self, column: str, places: pl.Series) -> pl.Series:
        """The values at those rows; null where there is no row."""
        return self.rows[column].gather(places)

    def others(self, chosen: pl.Series, like: str | None = None) -> pl.Series:
        """Per group the other places, joined by `; `: of all rows, or of those with the chosen value."""
        at = chosen.fill_null(-1).to_numpy()[self.number]
        here = np.arange(self.number.size) != at
        if like is not None:
            value = self.rows[like].gather(indices(at))
            here &= (self.rows[like] == value).fill_null(False).to_numpy()
        wanted = pl.DataFrame({"group": self.number, "place": self.rows["place"]}).filter(pl.Series(here))
        joined = wanted.group_by("group").agg(pl.col("place").unique(maintain_order=True).str.join("; "))
        places = np.full(self.count, -1, dtype=np.int64)
        places[joined["group"].to_numpy()] = np.arange(joined.height)
        return joined["place"].gather(indices(places))

    def any(self, column: str) -> pl.Series:
        values = self.rows[column].fill_null(False).to_numpy()
        return pl.Series(np.logical_or.reduceat(values, self.heads))

    def latest(self, column: str, among: Flags) -> pl.Series:
        """Per group the latest date among the rows given; null when there is none."""
        nothing = np.iinfo(np.int32).min
        days = np.where(among, self.rows[column].to_physical().to_numpy(), nothing)
        found = np.maximum.reduceat(days, self.heads)
        dates = pl.Series(np.where(found == nothing, 0, found), dtype=pl.Int32).cast(pl.Date)
        return dates.set(pl.Series(found == nothing), None)


def indices(places: Ints) -> pl.Series:
    """Row numbers for `gather`; null where negative."""
    numbers = pl.Series(np.maximum(places, 0), dtype=pl.UInt32)
    return numbers.set(pl.Series(places < 0), None)
