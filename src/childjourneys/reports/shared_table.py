"""A table that has passed disclosure control, as pages and workbooks show it."""

from __future__ import annotations

from dataclasses import dataclass

import polars as pl


@dataclass(frozen=True)
class SharedTable:
    """One table, ready to be printed.

    Attributes:
        title: what it tells, in words.
        measure, la_code, dimension, period: as in the sheet `Contents`; blank where one does not apply.
        frame: texts; the first column names the row. `c`: hidden. Null: does not apply.
    """

    title: str
    measure: str
    la_code: str
    dimension: str
    period: str
    frame: pl.DataFrame
