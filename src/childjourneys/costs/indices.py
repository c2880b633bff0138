"""Price indices: yearly changes by series, the shipped ones and those of a user's file."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from functools import cache
from importlib import resources
from pathlib import Path

from childjourneys.archetypes.errors import DefinitionError
from childjourneys.archetypes.nodes import Node, read_nodes
from childjourneys.costs.files import read_text
from childjourneys.costs.nodes import CatalogueError, Reader, first_of, is_financial_year, year_name
from childjourneys.issues import UsageError

GDP = "gdp_deflator"
NONE = "none"
# Names that an entry may give without a series of just that name being loaded.
SPECIAL = (GDP, "nhscii_pay_and_prices", "nhscii_pay", "local_pay", NONE)
KIND = "percent_change_on_previous_year"
_KEYS = ("kind", "source", "note", "vintage", "values", "forecast_from")
_VINTAGE = re.compile(rf"{GDP}_([0-9]{{4}}(?:_[0-9]{{2}})?)")
# No price index of a functioning economy halves or trebles in a year.
_BOUNDS = (-50, 200)


@dataclass(frozen=True)
class Series:
    """Changes on the year before, in per cent, by financial year."""

    name: str
    changes: Mapping[str, Fraction]
    source: str = ""
    note: str = ""
    vintage: str = ""
    forecast_from: str = ""
    shipped: bool = False


@dataclass(frozen=True)
class Indices:
    """All series that are loaded. `file` and `sha256` are of the user's file; blank without one."""

    series: Mapping[str, Series]
    file: str = ""
    sha256: str = ""
    _known: dict[tuple[str, str, str], Fraction] = field(
        default_factory=dict, compare=False, repr=False, hash=False
    )

    def named(self, name: str) -> Series | None:
        """The series of a name; `gdp_deflator` is the one with the latest vintage, a user's before ours."""
        if name in self.series or name != GDP:
            return self.series.get(name)
        found = [one for key, one in self.series.items() if _VINTAGE.fullmatch(key)]
        return max(found, key=lambda one: (not one.shipped, one.vintage, one.name), default=None)

    def factor(self, name: str, from_year: str, to_year: str) -> Fraction:
        """What money of one year is multiplied by to be money of another, exact.

        Args:
            name: of a series, or `none`, which is always 1.
            from_year, to_year: financial years, such as 2009/10.

        Raises:
            UsageError: the series, or years of it, are missing; one sentence names them and what to give.
        """
        if name == NONE or from_year == to_year:
            return Fraction(1)
        key = (name, from_year, to_year)
        if key not in self._known:
            missing = self.missing(name, from_year, to_year)
            if missing is None:
                raise UsageError(without([(name, ())]))
            if missing:
                raise UsageError(without([(name, missing)]))
            self._known[key] = self._product(name, from_year, to_year)
        return self._known[key]

    def missing(self, name: str, from_year: str, to_year: str) -> tuple[str, ...] | None:
        """Years that a factor needs and the series has not; None where there is no such series."""
        if name == NONE or from_year == to_year:
            return ()
        series = self.named(name)
        if series is None:
            return None
        return tuple(year for year in _between(from_year, to_year) if year not in series.changes)

    def _product(self, name: str, from_year: str, to_year: str) -> Fraction:
        series = self.named(name)
        assert series is not None
        product = Fraction(1)
        for year in _between(from_year, to_year):
            product *= 1 + series.changes[year] / 100
        return product if first_of(to_year) > first_of(from_year) else 1 / product


def load_indices(path: Path | None = None) -> Indices:
    """The shipped series; those of a file take the place of shipped ones of their name.

    Raises:
        UsageError: the file can't be read, or something in it is refused; one sentence.
    """
    if path is None:
        return Indices(dict(_shipped()))
    text = read_text(path, "price indices")
    given = read_indices(text, path.name)
    digest = hashlib.sha256(path.read_bytes()).hexdigest()
    return Indices(dict(_shipped()) | given, path.name, digest)


def read_indices(text: str, name: str, shipped: bool = False) -> dict[str, Series]:
    """The series of a YAML text: under `indices:`, whatever stands beside it, or by themselves.

    Raises:
        CatalogueError: one sentence with file and line.
    """
    try:
        documents = read_nodes(text, name)
    except DefinitionError as error:
        raise CatalogueError(error.problem, name, error.line, error.key) from error
    reader = Reader(name)
    if len(documents) != 1:
        raise reader.error(None, "a file of price indices is one YAML document with `indices:`.")
    top = reader.mapping(documents[0], None, "", "a file of price indices").entries
    if "indices" in top:
        top = reader.mapping(top["indices"], None, "", "`indices`").entries
    if not top:
        raise reader.error(documents[0].line, "it holds no series.")
    return {key: _series(Reader(name, f"series `{key}`"), key, node, shipped) for key, node in top.items()}


def without(missing: list[tuple[str, tuple[str, ...]]]) -> str:
    """The sentence for series and years that are not there."""
    parts = []
    for name, years in missing:
        if not years:
            parts.append(f"the series {name}")
        else:
            listed = years[0] if len(years) == 1 else f"{years[0]} to {years[-1]}"
            if len(years) > 1 and len(years) != first_of(years[-1]) - first_of(years[0]) + 1:
                listed = ", ".join(years)
            parts.append(f"{listed} of the series {name}")
    return (
        f"The price indices that are loaded lack {'; '.join(parts)}. Give a file that has them with "
        "--indices FILE, or leave --price-year out to see each price in its own year."
    )


def _between(from_year: str, to_year: str) -> list[str]:
    """The years whose changes lead from one year to the other: each after the earlier, up to the later."""
    low, high = sorted((first_of(from_year), first_of(to_year)))
    return [year_name(first) for first in range(low + 1, high + 1)]


@cache
def _shipped() -> Mapping[str, Series]:
    text = resources.files("childjourneys.costs").joinpath("indices.yaml").read_text(encoding="utf-8")
    return read_indices(text, "indices.yaml", shipped=True)


def _series(reader: Reader, key: str, node: Node, shipped: bool) -> Series:
    given = reader.mapping(node, _KEYS, "key of a series", "a series").entries
    if key == NONE:
        raise reader.error(node.line, "`none` means no index; give the series another name.", key)
    if "values" not in given:
        raise reader.error(node.line, "a series needs `values`: the change of each year in per cent.")
    if "kind" in given:
        reader.choice(given["kind"], "kind", (KIND,))
    changes: dict[str, Fraction] = {}
    for year, value in reader.mapping(given["values"], None, "", "`values`").entries.items():
        if not is_financial_year(year):
            raise reader.error(value.line, f"`{year}` is no financial year such as 2024/25.", year)
        change = reader.number(value, year)
        if not _BOUNDS[0] < change < _BOUNDS[1]:
            raise reader.error(
                value.line, f"the change of {year} can't be right: it is in per cent, such as 2.5.", year
            )
        changes[year] = change
    if not changes:
        raise reader.error(node.line, "a series needs at least one year.")
    dated = _VINTAGE.fullmatch(key)
    said: dict[str, str] = {
        one: reader.text(given[one], one) for one in ("source", "note", "vintage") if one in given
    }
    if dated:
        said["vintage"] = dated[1].replace("_", "-")
    if "forecast_from" in given:
        said["forecast_from"] = reader.year(given["forecast_from"], "forecast_from")
    return Series(key, changes, shipped=shipped, **said)
