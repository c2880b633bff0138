"""From numbers to what is printed: hidden ones, and all that comes from them, are the mark."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import polars as pl

from childjourneys.disclosure.presets import MARK
from childjourneys.disclosure.problem import DisclosureError, Name
from childjourneys.disclosure.suppression import Solution
from childjourneys.disclosure.tables import Table
from childjourneys.domain.proportions import proportion

RATES = ("rate %", "low %", "high %")


def published(solution: Solution, table: Table) -> pl.DataFrame:
    """The table as text: one row per group, the headings and the last row as they are printed.

    Percentages have one decimal, with 95% intervals (Wilson), and come from the published counts alone, also
    where these are rounded. Blank (null): of nobody there is no percentage.

    Raises:
        DisclosureError: together with earlier releases nothing of this may be published.
    """
    lines = [(label, *(solution.text(name) for name in names)) for label, names in table.rows]
    headings = (table.heading, *table.columns)
    frame = pl.DataFrame(lines, schema=dict.fromkeys(headings, pl.String), orient="row")
    if not table.rates:
        return frame
    numbers = [[solution.number(name) for name in names] for _, names in table.rows]
    return frame.hstack(percentages([line[0] for line in numbers], [line[1] for line in numbers]))


def percentages(n: Sequence[int | None], matches: Sequence[int | None]) -> pl.DataFrame:
    """`rate %`, `low %` and `high %` as text, from counts as published (None: hidden).

    >>> percentages([200, None, 0], [25, 3, 0]).rows()
    [('12.5', '8.6', '17.8'), ('c', 'c', 'c'), (None, None, None)]
    """
    frame = pl.DataFrame({"n": n, "matches": matches}, schema={"n": pl.Int64, "matches": pl.Int64})
    shares = frame.with_columns(**proportion(pl.col("matches"), pl.col("n")))
    lines: list[tuple[str | None, ...]] = []
    for line in shares.iter_rows(named=True):
        if line["n"] is None or line["matches"] is None:
            lines.append((MARK,) * 3)
        elif not line["n"]:
            lines.append((None,) * 3)
        else:
            # Half up, in whole numbers: 12.25 is 12.3.
            tenths = (2000 * line["matches"] + line["n"]) // (2 * line["n"])
            bounds = (f"{100 * line[side]:.1f}" for side in ("low", "high"))
            lines.append((f"{tenths // 10}.{tenths % 10}", *bounds))
    return pl.DataFrame(lines, schema=dict.fromkeys(RATES, pl.String), orient="row")


def mark(
    frame: pl.DataFrame,
    solution: Solution,
    labels: Iterable[str],
    counts: Mapping[str, Name],
    derived: Mapping[str, Sequence[Name]] | None = None,
    rates: Mapping[str, tuple[str, str]] | None = None,
) -> pl.DataFrame:
    """Any frame of results as text, with its hidden numbers marked.

    Names are given as patterns: `("n", "{dimension}", "{group}")` is filled in from the columns of the row.
    Every column has to be named once, so that none goes out by oversight.

    Args:
        labels: columns that say what the row is about; they are copied.
        counts: columns of counts.
        derived: columns worked out from counts, and from which: hidden where one of these is hidden or
            is not in the tables. Where the preset rounds they give away exact counts, and are refused.
        rates: for `rate`, `low` and `high` the columns of n and of matches; worked out anew, as percentages.

    Raises:
        DisclosureError: a column is not named, or derived numbers under a preset that rounds.
    """
    derived, rates, labels = derived or {}, rates or {}, list(labels)
    named = [*labels, *counts, *derived, *rates]
    if odd := sorted(set(frame.columns) ^ set(named)) or sorted({n for n in named if named.count(n) > 1}):
        raise DisclosureError(
            f"Every column has to be named once, with what it comes from: {', '.join(odd)}."
        )
    if derived and solution.problem.preset.base > 1:
        raise DisclosureError(
            f"{', '.join(derived)}: worked out from exact counts, which the preset "
            f"{solution.problem.preset.name} rounds. Work them out from the published ones or leave them out."
        )
    columns: dict[str, list[str | None]] = {name: [] for name in frame.columns}
    for row in frame.iter_rows(named=True):
        for column in labels:
            columns[column].append(_plain(row[column]))
        for column, pattern in counts.items():
            columns[column].append(_count(solution, _filled(pattern, row), row[column]))
        for column, patterns in derived.items():
            shown = all(_shown(solution, _filled(pattern, row)) for pattern in patterns)
            columns[column].append(_plain(row[column]) if shown or row[column] is None else MARK)
    for column, (n, matches) in rates.items():
        worked_out = percentages(_numbers(columns[n]), _numbers(columns[matches]))
        columns[column] = worked_out[f"{column} %"].to_list()
    return pl.DataFrame(columns, schema=dict.fromkeys(frame.columns, pl.String))


def hidden_log(solution: Solution, tables: Iterable[Table]) -> pl.DataFrame:
    """How many cells of each table were hidden by the rule, and how many in addition. For the team only:
    together with the tables it would tell which is which."""
    place = solution.problem.place
    lines = []
    for table in tables:
        places = {place(name) for name in table.names}
        by_rule, all_hidden = len(places & solution.by_rule), len(places & solution.hidden)
        lines.append((table.title, solution.problem.preset.name, len(places), by_rule, all_hidden - by_rule))
    kinds = {"table": pl.String, "preset": pl.String, "cells": pl.Int64}
    counts = {"hidden_by_rule": pl.Int64, "hidden_in_addition": pl.Int64}
    return pl.DataFrame(lines, schema={**kinds, **counts}, orient="row")


def _filled(pattern: Name, row: Mapping[str, Any]) -> Name:
    return tuple(
        part.format_map({key: _plain(value) or "" for key, value in row.items()}) for part in pattern
    )


def _plain(value: object) -> str | None:
    return None if value is None else str(value)


def _count(solution: Solution, name: Name, value: int | None) -> str | None:
    if value is None:
        return None
    if solution.problem.cells[solution.problem.place(name)].count != value:
        raise DisclosureError(f"The table has another number for {' / '.join(name)} than was protected.")
    return solution.text(name)


def _shown(solution: Solution, name: Name) -> bool:
    return name in solution.problem and solution.number(name) is not None


def _numbers(texts: Iterable[str | None]) -> list[int | None]:
    return [None if text is None or text == MARK else int(text) for text in texts]
