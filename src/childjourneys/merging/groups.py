"""Picking one value per group of sorted rows, column by column, without a loop over groups."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import numpy.typing as npt
import polars as pl

Ints = npt.NDArray[np.int64]
Flags = npt.NDArray[np.bool_]
# No row has this number.
_NONE = 2**32 - 1


class Groups:
    """Rows that lie together by group, in order of precedence inside each.

    Args:
        rows: sorted by group, then by precedence.
        group: the columns that make a group; nulls are equal.
        status: another order of precedence, for values that say how things stood: lower wins.
    """

    def __init__(self, rows: pl.DataFrame, group: list[str], status: str) -> None:
        self.rows = rows
        self.number = rows.select_seq(pl.struct(group).rle_id()).to_series().to_numpy().astype(np.int64)
        self.count = int(self.number[-1]) + 1
        self.heads = np.flatnonzero(np.r_[True, self.number[1:] != self.number[:-1]])
        rank = rows[status].to_numpy()
        self.by_status = np.lexsort((np.arange(rank.size), rank, self.number))

    def firsts(self, columns: Mapping[str, bool]) -> dict[str, pl.Series]:
        """Per column and group the row of its first value that is not null, or null when there is none.

        Args:
            columns: by name, whether the order of precedence is that of status.
        """
        there = self.rows.select_seq(pl.col(list(columns)).is_not_null())
        found: dict[str, Ints] = {}
        for name, status in columns.items():
            flags = there[name].to_numpy()
            order = self.by_status[flags[self.by_status]] if status else np.flatnonzero(flags)
            numbers = self.number[order]
            fresh = np.r_[True, numbers[1:] != numbers[:-1]] if order.size else np.zeros(0, dtype=bool)
            found[name] = np.full(self.count, -1, dtype=np.int64)
            found[name][numbers[fresh]] = order[fresh]
        return indices(found)

    def pick(self, wanted: Mapping[str, tuple[str, pl.Series]]) -> dict[str, pl.Series]:
        """By new name, the values of a column at those rows; null where there is no row."""
        picked = [pl.col(column).gather(places).alias(name) for name, (column, places) in wanted.items()]
        return self.rows.select_seq(picked).to_dict()

    def others(self, chosen: pl.Series, like: str | None = None) -> pl.Series:
        """Per group the other places, joined by `; `: of all rows, or of those with the chosen value."""
        at = chosen.fill_null(_NONE).to_numpy().astype(np.int64)[self.number]
        here = np.arange(self.number.size) != at
        if like is not None:
            value = self.rows[like].gather(chosen[self.number])
            here &= (self.rows[like] == value).fill_null(False).to_numpy()
        there = np.flatnonzero(here)
        numbers = self.number[there]
        only = np.full(self.count, -1, dtype=np.int64)
        only[numbers] = there
        texts = self.rows["place"].gather(indices({"": only})[""])
        several = np.flatnonzero(np.bincount(numbers, minlength=self.count) > 1)
        if several.size:
            among = np.isin(numbers, several)
            others = pl.DataFrame({"group": numbers[among], "place": self.rows["place"][there[among]]})
            joined = others.group_by("group", maintain_order=True).agg(
                pl.col("place").unique(maintain_order=True).str.join("; ")
            )
            texts = texts.scatter(joined["group"], joined["place"])
        return texts

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


def indices(places: Mapping[str, Ints]) -> dict[str, pl.Series]:
    """Row numbers for `gather`; null where negative."""
    numbers = pl.DataFrame(dict(places)) if places else pl.DataFrame()
    return numbers.select_seq(pl.when(pl.all() >= 0).then(pl.all()).cast(pl.UInt32)).to_dict()
