"""Authorities of several packs placed in funnels, and those listed not beside the others, each with why."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import polars as pl

from childjourneys.comparison.alike import Compared, Entry, Side, listed_kinds
from childjourneys.comparison.funnel import funnel
from childjourneys.comparison.of_a_run import MeasureFunnel
from childjourneys.comparison.pack import HIDDEN
from childjourneys.tables import DERIVED

# Spread for every measure that has none of its own.
EVERY = ""


@dataclass(frozen=True)
class PlacedSide:
    """Authorities that count alike.

    Attributes:
        funnel: of those whose numbers are shown, two or more; None below that.
        hidden: entries whose n or matches is hidden.
        notes: sentences about all of them.
    """

    codes: tuple[str, ...]
    funnel: MeasureFunnel | None
    hidden: tuple[Entry, ...]
    notes: tuple[str, ...]


@dataclass(frozen=True)
class PlacedMeasure:
    """One measure of several packs.

    Attributes:
        sides: as `Compared`; the first is the largest.
        not_placed: authority and why, in the order of codes.
    """

    measure: str
    title: str
    sides: tuple[PlacedSide, ...]
    not_placed: tuple[tuple[str, str], ...]

    @property
    def comparable(self) -> bool:
        return any(side.funnel for side in self.sides)


def place(compared: Compared, spread: Mapping[str, float]) -> PlacedMeasure:
    """Put the authorities of a measure in funnels.

    Args:
        spread: variance between authorities by measure (or by `EVERY`) to use below 12 of them.
    """
    given = spread.get(compared.measure, spread.get(EVERY))
    not_placed = [(one.la_code, one.sentence) for one in compared.left_out]
    sides = []
    for side in compared.sides:
        sides.append(_side(side, given))
        not_placed += [(entry.la_code, _why(entry)) for entry in side.entries if entry.unit is None]
        if len(side.units) == 1:
            why = "None of the authorities that count alike has numbers to show beside it."
            not_placed.append((side.units[0].name, why))
    return PlacedMeasure(compared.measure, compared.title, tuple(sides), tuple(sorted(not_placed)))


def placed_table(measures: Iterable[PlacedMeasure]) -> pl.DataFrame:
    """The rows of comparison.csv, as texts and numbers; a hidden authority has `c` for what is hidden.

    Where a number of a column is hidden, the whole column is text.
    """
    names = DERIVED["comparison"].names()
    rows: list[dict[str, object]] = []
    for one in measures:
        mine: list[dict[str, object]] = []
        for side in one.sides:
            if side.funnel is None:
                continue
            found = side.funnel.funnel
            for unit in found.units:
                values = {name: getattr(unit, name, None) for name in names}
                mine.append({**values, "unit": unit.name, "dispersion": found.dispersion})
            for entry in side.hidden:
                blank = {"shrunk_rate": HIDDEN if found.spread == "estimated" else None}
                mine.append(dict.fromkeys(names, HIDDEN) | blank | {
                    "unit": entry.la_code, "n": entry.part.n, "matches": entry.part.matches,
                    "dispersion": found.dispersion,
                })  # fmt: skip
        rows += [{**row, "measure": one.measure} for row in sorted(mine, key=lambda row: str(row["unit"]))]
    schema = DERIVED["comparison"].schema
    columns = []
    for name in names:
        column = [row[name] for row in rows]
        if schema[name] != pl.String and HIDDEN in column:
            columns.append(pl.Series(name, [None if v is None else str(v) for v in column], dtype=pl.String))
        else:
            columns.append(pl.Series(name, column, dtype=schema[name]))
    return pl.DataFrame(columns)


def _side(side: Side, given: float | None) -> PlacedSide:
    units = side.units
    measure = side.entries[0].part.measure
    short = frozenset(e.la_code for e in side.entries if e.short and e.unit)
    notes = []
    if side.missing:
        notes.append(
            f"Counted without {listed_kinds(side.missing)}: no return of these authorities shows them."
        )
    if side.instead:
        notes.append(f"With such returns {side.instead} is the measure to read, not this one.")
    return PlacedSide(
        tuple(entry.la_code for entry in side.entries),
        MeasureFunnel(measure, "", funnel(units, given), short) if len(units) > 1 else None,
        tuple(entry for entry in side.entries if entry.hidden),
        tuple(notes),
    )


def _why(entry: Entry) -> str:
    if entry.hidden:
        return "Its numbers are hidden, because they are small: listed, and not in the limits."
    if entry.short:
        needs, there = entry.part.needs_months, entry.part.months
        return (
            f"One anchor needs {needs} months of returns, and {there} are there: none was followed in full."
        )
    return "No anchor was followed in full."
