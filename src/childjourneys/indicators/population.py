"""Children aged 0 to 17 from a table of mid-year estimates."""

from __future__ import annotations

import polars as pl

OLDEST = 17


class Populations:
    """Looks up how many children an authority has.

    Args:
        table: la_code, year, age_from, age_to (both included), population; None when there is none. Ages may
            be single years, bands, or 0 to 17 in one row, which then wins.
    """

    def __init__(self, table: pl.DataFrame | None) -> None:
        self._table = table

    def children(self, la_code: str, year: int) -> tuple[int, str]:
        """Their number at the middle of the year, or 0 and why it is not known."""
        if self._table is None:
            return 0, "There is no population table."
        rows = self._table.filter(
            pl.col("la_code").cast(pl.String) == la_code, pl.col("year") == year, pl.col("age_to") <= OLDEST
        )
        found = sorted(set(rows.select("age_from", "age_to", "population").iter_rows()))
        whole = [people for first, last, people in found if (first, last) == (0, OLDEST)]
        ages = [age for first, last, _ in found for age in range(first, last + 1)]
        if not whole and ages != list(range(OLDEST + 1)):
            return 0, f"The population table does not have ages 0 to {OLDEST} of {year} for this authority."
        total = whole[0] if whole else sum(people for _, _, people in found)
        return (int(total), "") if total > 0 else (0, f"The population of {year} is 0 for this authority.")
