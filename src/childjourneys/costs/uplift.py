"""Money of one price year as money of another: each component by its own series."""

from __future__ import annotations

from collections.abc import Iterable
from fractions import Fraction

from childjourneys.costs.indices import Indices, without
from childjourneys.costs.model import Entry
from childjourneys.issues import UsageError


def factor(entry: Entry, from_year: str, target: str, indices: Indices) -> Fraction:
    """What an entry's amounts are multiplied by; with components the mean factor weighted by amount.

    Args:
        entry: the price.
        from_year: the year whose money it is: its price year, else the financial year of the night.
        target: the year wanted; blank leaves every amount in its own year.

    Raises:
        UsageError: the entry names no index, or the series or years of it are missing.
    """
    if not target or target == from_year:
        return Fraction(1)
    series = series_of(entry)
    if not series:
        raise UsageError(_no_index([entry.id]))
    if len(series) == 1:
        return indices.factor(series[0], from_year, target)
    chosen = dict(entry.index)
    total = sum((amount for _, amount in entry.components), Fraction(0))
    parts = [(amount, indices.factor(chosen[name], from_year, target)) for name, amount in entry.components]
    if not total:
        return Fraction(1)
    return sum((amount * one for amount, one in parts), Fraction(0)) / total


def series_of(entry: Entry) -> tuple[str, ...]:
    """The series that an entry's uplift needs, each once."""
    return tuple(dict.fromkeys(name for _, name in entry.index))


def check_uplift(used: Iterable[tuple[Entry, str]], target: str, indices: Indices) -> None:
    """Everything that a run's uplift needs is there.

    Args:
        used: entries that price something, each with the years of the money it is in.
        target: the year wanted; blank asks for nothing.

    Raises:
        UsageError: one sentence with every series and year that is missing.
    """
    if not target:
        return
    lacking: dict[str, set[str] | None] = {}
    unnamed: set[str] = set()
    for entry, year in used:
        if year == target:
            continue
        if not entry.index:
            unnamed.add(entry.id)
        for name in series_of(entry):
            years = indices.missing(name, year, target)
            if years is None:
                lacking[name] = None
            elif years:
                known = lacking.setdefault(name, set())
                if known is not None:
                    known.update(years)
    if unnamed:
        raise UsageError(_no_index(sorted(unnamed)))
    if lacking:
        raise UsageError(without([(name, tuple(sorted(lacking[name] or ()))) for name in sorted(lacking)]))


def _no_index(ids: list[str]) -> str:
    shown = ", ".join(ids[:5]) + (" and others" if len(ids) > 5 else "")
    return (
        f"Prices can't be brought to --price-year: {shown} of the catalogue names no `index`; "
        "add one, such as gdp_deflator, or none."
    )
