"""Faults planted on purpose, and what a reader should say of each."""

from __future__ import annotations

from dataclasses import astuple, dataclass, fields

import polars as pl


@dataclass(frozen=True)
class Planted:
    """One planted fault, or one odd form that should read like the plain one.

    Attributes:
        file, sheet, row, column: where a finding is to point, as issues do; blank where it points to a whole
            column, sheet or file, or where the place depends on how returns are merged.
        fault: code of the issue; for odd forms that are no fault, a name for the form.
        severity: error, warning, note, or none.
        also: codes, joined by blanks, of other findings that may follow from this one.
        about: what was done, in a few words.
    """

    file: str
    sheet: str
    row: int | None
    column: str
    fault: str
    severity: str
    also: str = ""
    about: str = ""


def planted_frame(planted: list[Planted]) -> pl.DataFrame:
    """One row per planted fault, in order of file, sheet and row."""
    ordered = sorted(planted, key=lambda one: (one.file, one.sheet, one.row or 0, one.column, one.fault))
    schema = {field.name: pl.Int64 if field.name == "row" else pl.String for field in fields(Planted)}
    return pl.DataFrame([astuple(one) for one in ordered], schema=schema, orient="row")
