"""CSV files that are the same on every machine and that a spreadsheet can open without running anything."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path

import polars as pl

from childjourneys.reports.files import replacing
from childjourneys.tables.schema import Table

# Text that a spreadsheet could take for a formula. Numbers are numbers: only columns of text are looked at.
RISKY = r"^[=+\-@\t\r]"


def write_csv(path: Path, frame: pl.DataFrame, columns: Sequence[str]) -> None:
    """Write the named columns in that order: UTF-8, a header, ISO dates, `\\n` line ends, blanks for nulls.

    Text beginning with `=`, `+`, `-`, `@`, a tab or a carriage return gets a leading apostrophe. Columns
    of numbers, dates and true or false are written as they are.

    Raises:
        CannotWrite: the file is open in another program, or the folder may not be written to.
    """
    safe = frame.select(_safe(frame[name]) for name in columns)
    with replacing(path) as temporary, temporary.open("wb") as file:
        safe.write_csv(file, line_terminator="\n", date_format="%Y-%m-%d", quote_style="necessary")


def write_csv_parts(path: Path, table: Table, parts: Iterable[pl.DataFrame]) -> None:
    """Write a long table that comes in parts, one at a time in memory; otherwise as `write_csv`."""
    with replacing(path) as temporary, temporary.open("wb") as file:
        table.empty().write_csv(file, line_terminator="\n")
        for part in parts:
            safe = part.select(_safe(part[name], repeats=True) for name in table.names())
            safe.write_csv(
                file,
                include_header=False,
                line_terminator="\n",
                date_format="%Y-%m-%d",
                quote_style="necessary",
            )


def _safe(column: pl.Series, repeats: bool = False) -> pl.Series:
    """Most columns hold nothing risky, and are handed on untouched.

    Args:
        repeats: few texts stand in many rows, so that it is quicker to look at each text once.
    """
    if column.dtype != pl.String:
        return column
    named = pl.col(column.name)
    texts = column.unique() if repeats else column
    risky = texts.str.contains(RISKY).any()
    empty = (texts == "").any()
    if not risky and not empty:
        return column
    text = pl.when(named.str.contains(RISKY)).then(pl.lit("'") + named).otherwise(named)
    return column.to_frame().select(pl.when(named != "").then(text).alias(column.name)).to_series()
