"""Needs and leaving-care dates that an analyst brings: one row per child, what differs is told."""

from __future__ import annotations

from dataclasses import dataclass

import polars as pl

from childjourneys.issues import Issue
from childjourneys.merging.facts import CHILD


@dataclass(frozen=True)
class _Brought:
    """A table of children: its columns, and what is said where two rows of one child differ."""

    columns: tuple[str, ...]
    code: str
    what: str
    expected: str


BROUGHT = {
    "needs": _Brought(
        ("cwd", "ebd", "offending", "uasc"),
        "two-needs",
        "Another row states other needs of this child; what the first in order states was taken.",
        "One row for each child.",
    ),
    "leaving_care": _Brought(
        ("joined",),
        "two-leaving-dates",
        "Another row has an earlier day for this child; the earliest was taken.",
        "The day the child joined the leaving care team, once.",
    ),
}


def one_per_child(name: str, rows: pl.DataFrame, issues: list[Issue]) -> pl.DataFrame:
    """The canonical table: the first row in order, of leaving care the earliest day; later rows fill blanks.

    Args:
        name: `needs` or `leaving_care`.
        rows: of children who are in a return, from all files.
        issues: where rows that differ are told.
    """
    table = BROUGHT[name]
    ordered = rows.sort(*CHILD, *(["joined"] if name == "leaving_care" else []), "file", "row")
    places = [pl.col(column).first() for column in ("source", "file", "sheet", "row")]
    found = ordered.group_by(CHILD, maintain_order=True).agg(
        *(pl.col(column).drop_nulls().first() for column in table.columns), *places
    )
    taken = found.select(*CHILD, *(pl.col(column).alias(f"_{column}") for column in table.columns))
    differs = pl.any_horizontal((pl.col(one) != pl.col(f"_{one}")).fill_null(False) for one in table.columns)
    second = ordered.join(taken, on=CHILD, maintain_order="left").filter(differs)
    for row in second.iter_rows(named=True):
        issues.append(
            Issue(
                "warning",
                table.code,
                file=row["file"],
                sheet=row["sheet"],
                row=row["row"],
                what=table.what,
                expected=table.expected,
                to_do="Correct the table and run again.",
            )
        )
    return found.with_columns(also_in=pl.lit(None, dtype=pl.String))
