"""What a folder of returns told, and how two tellings are compared."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import polars as pl

from childjourneys import api

PLACES = ("source", "file", "sheet", "row", "also_in")


@dataclass(frozen=True)
class Told:
    """The frames of `api.journeys`, and of `api.read` the account and the files."""

    events: pl.DataFrame
    spells: pl.DataFrame
    lines: pl.DataFrame
    children: pl.DataFrame
    coverage: pl.DataFrame
    issues: pl.DataFrame
    attrition: pl.DataFrame
    files: pl.DataFrame


def tell(paths: Path | Sequence[Path], key: Path | None = None) -> Told:
    returns = api.read(paths, pseudonymise=key)
    found = api.journeys(returns)
    return Told(
        found.events,
        found.spells,
        found.lines.sort("la_code", "child_id"),
        found.children.sort("la_code", "child_id"),
        found.coverage,
        found.issues,
        returns.attrition,
        returns.files,
    )


def unplaced(frame: pl.DataFrame) -> pl.DataFrame:
    """The rows as a sorted set without the places; how many other places there are stays."""
    frame = frame.with_columns(also=pl.col("also_in").str.split("; ").list.len()).drop(PLACES)
    # Records are numbered as they come; the number says only which events are of one.
    frame = frame.drop("place_in_day", "record", strict=False)
    return frame.sort(frame.columns, nulls_last=True)


def assert_same_rows(one: pl.DataFrame, other: pl.DataFrame) -> None:
    """Equal frames; where they differ, only the rows that do are shown."""
    if not one.equals(other):
        missing = one.join(other, on=one.columns, how="anti", nulls_equal=True)
        added = other.join(one, on=one.columns, how="anti", nulls_equal=True)
        raise AssertionError(f"gone: {missing.to_dicts()}\nnew: {added.to_dicts()}")


def findings(issues: pl.DataFrame) -> pl.DataFrame:
    """How many places each finding has, whatever rows they are in."""
    names = ["severity", "code", "sheet", "column"]
    return issues.group_by(names).agg(pl.col("count").sum()).sort(names, nulls_last=True)


def assert_same_journeys(one: Told, other: Told) -> None:
    """The same events, spells, lines, children and coverage; places and accounts may differ."""
    assert unplaced(one.events).equals(unplaced(other.events))
    assert unplaced(one.spells).equals(unplaced(other.spells))
    assert one.lines.equals(other.lines)
    assert one.children.equals(other.children)
    assert one.coverage.equals(other.coverage)
