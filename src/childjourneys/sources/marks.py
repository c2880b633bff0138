"""Marks: records without a usable date, as the reported table that tells of them."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
import polars as pl

from childjourneys.tables import REPORTED

# Place among the rows; event types, joined by |; code; days since 1970 of the start, where that is known.
Mark = tuple[int, str, str, int | None]


def mark_frame(
    sheet: str, numbers: npt.NDArray[np.int64], identifiers: pl.Series, marks: Sequence[Mark]
) -> pl.DataFrame:
    """The marks of one sheet, in the order of its rows.

    Args:
        numbers: of the rows, as a spreadsheet shows them, or lines of XML.
        identifiers: of the rows.
    """
    marks = sorted(marks, key=lambda mark: (mark[0], mark[1], mark[2]))
    places = np.asarray([mark[0] for mark in marks], dtype=np.int64)
    return REPORTED["mark"].conform(
        pl.DataFrame(
            {
                "child_id": identifiers.gather(places),
                "event": pl.Series([mark[1] for mark in marks], dtype=pl.String),
                "code": pl.Series([mark[2] for mark in marks], dtype=pl.String),
                "start": pl.Series([mark[3] for mark in marks], dtype=pl.Int32).cast(pl.Date),
                "sheet": pl.repeat(sheet, len(marks), dtype=pl.String, eager=True),
                "row": pl.Series(numbers[places], dtype=pl.Int64),
            }
        )
    )
