"""The files of a catalogue laid one upon the other."""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Sequence
from dataclasses import dataclass, fields, replace
from fractions import Fraction
from functools import cache
from importlib import resources
from pathlib import Path
from typing import Any

from childjourneys.archetypes.errors import unknown
from childjourneys.costs.checking import resolved, unusual
from childjourneys.costs.csv_entries import nodes_of_csv
from childjourneys.costs.files import read_text
from childjourneys.costs.indices import Indices
from childjourneys.costs.model import DEFAULT, Catalogue, CatalogueFile, Entry, Settings
from childjourneys.costs.nodes import CatalogueError, first_of
from childjourneys.costs.reading import ENTRY_KEYS, FileRead, read_catalogue, read_entries
from childjourneys.issues import UsageError

SHIPPED = (
    DEFAULT, "case_studies_1011", "placements", "allowances", "allowances_south_east", "other_agencies",
    "early_help", "worker_rates",
)  # fmt: skip
INVENTED_EXAMPLE = "invented_local"
_RESEARCH = (2008, 2013)


@dataclass(frozen=True)
class _Found:
    name: str
    data: bytes
    read: FileRead
    shipped: bool


def load_catalogue(names: Sequence[str] = (DEFAULT,), indices: Indices | None = None) -> Catalogue:
    """The catalogue of some files, the later being the higher layer.

    Args:
        names: shipped names, or paths of YAML or CSV files; `default` alone where none is given.
        indices: series that entries may name besides the usual ones.

    Raises:
        UsageError: a file can't be read, or something in it is refused; one sentence with file, line
            and entry.
    """
    known = tuple(indices.series) if indices else ()
    layers: list[_Found] = []
    names = [str(name) for name in names] or [DEFAULT]
    for name in names:
        if sum(other == name for other in names) > 1:
            raise UsageError(f"The catalogue {name} is named twice; name each file once.")
        _lay(name, None, known, layers, ())
    entries: dict[str, Entry] = {}
    settings: dict[str, Any] = {}
    files = []
    for layer, found in enumerate(layers):
        shown = found.name if found.shipped else Path(found.name).name
        for entry in found.read.entries:
            entries.pop(entry.id, None)
            entries[entry.id] = replace(
                entry, layer=layer, shipped=found.shipped and found.name == DEFAULT, file=shown
            )
        settings |= found.read.settings
        files.append(
            CatalogueFile(
                shown, hashlib.sha256(found.data).hexdigest(), layer, len(found.read.entries),
                found.shipped, found.read.invented,
            )
        )  # fmt: skip
    ready = tuple(resolved(entries).values())
    notes = tuple(note for note in map(unusual, ready) if note)
    return Catalogue(ready, _settings(settings), tuple(files), _version(files), notes)


def entries_of(path: Path, data: bytes, indices: Collection[str] = ()) -> FileRead:
    """One file, YAML or, by its ending, CSV.

    Raises:
        UsageError: it can't be read, or something in it is refused.
    """
    if path.suffix.lower() == ".csv":
        nodes = nodes_of_csv(data, path.name, ENTRY_KEYS)
        return FileRead(read_entries(nodes, path.name, indices, {}))
    return read_catalogue(data.decode("utf-8-sig"), path.name, indices)


@dataclass(frozen=True)
class Facts:
    """What the report says first of a catalogue.

    Attributes:
        derived: ids of entries that were computed from published figures.
        without_price_year: ids of entries in the money of the day they price.
        research: ids of entries with a price year from 2008/09 to 2013/14: figures of past research.
        unsourced: ids of entries that name no publication.
        invented: names of files that say they are invented.
        no_london: looked-after processes that a London authority has no price for.
    """

    derived: tuple[str, ...]
    without_price_year: tuple[str, ...]
    research: tuple[str, ...]
    unsourced: tuple[str, ...]
    invented: tuple[str, ...]
    no_london: tuple[str, ...]

    def research_share(self, amounts: dict[str, Fraction]) -> Fraction | None:
        """The share of some money by entry id that rests on figures of past research; None without money."""
        total = sum(amounts.values(), Fraction(0))
        if not total:
            return None
        return sum((amounts.get(one, Fraction(0)) for one in self.research), Fraction(0)) / total


def facts_of(catalogue: Catalogue) -> Facts:
    """The badges of a catalogue's entries."""
    priced = [entry for entry in catalogue.entries if entry.kind != "activity_time"]
    base = [entry for entry in priced if entry.kind != "grant" and not entry.additional]
    lac = sorted({entry.process for entry in base if entry.process.startswith("lac.")})
    return Facts(
        derived=tuple(entry.id for entry in priced if entry.source.status == "derived"),
        without_price_year=tuple(entry.id for entry in priced if not entry.price_year),
        research=tuple(entry.id for entry in priced if is_research(entry)),
        unsourced=tuple(entry.id for entry in priced if not entry.source.publication),
        invented=tuple(file.name for file in catalogue.files if file.invented),
        no_london=tuple(
            process
            for process in lac
            if not any(entry.unit_cost(True) is not None for entry in base if entry.process == process)
        ),
    )


def is_research(entry: Entry) -> bool:
    """A figure of 2008 to 2013, of the studies that the method is from."""
    return bool(entry.price_year) and _RESEARCH[0] <= first_of(entry.price_year) <= _RESEARCH[1]


def badges_of(entry: Entry) -> tuple[str, ...]:
    """What a figure must show wherever it is opened: `derived`, `no price year`, `research default`."""
    given = (
        ("derived", entry.source.status == "derived"),
        ("no price year", not entry.price_year),
        ("research default", is_research(entry)),
    )
    return tuple(badge for badge, holds in given if holds)


def unseen_providers(catalogue: Catalogue, providers: Collection[str]) -> tuple[str, ...]:
    """A sentence for each entry of a provider that no placement and no row of prices has.

    Args:
        providers: URNs of placements, and providers of rows of prices.
    """
    seen = {one.upper() for one in providers}
    return tuple(
        f"{entry.file}, line {entry.line}: entry `{entry.id}` is of a provider that no placement has."
        for entry in catalogue.entries
        if entry.of_contract
        and not {one.upper() for one in (entry.provider_id, *entry.when.provider_id) if one} & seen
    )


@cache
def shipped_text(name: str) -> str:
    """The text of a shipped catalogue, or of the invented example."""
    folder = "examples" if name == INVENTED_EXAMPLE else "catalogues"
    path = resources.files("childjourneys.costs").joinpath(folder, f"{name}.yaml")
    return path.read_text(encoding="utf-8")


def _lay(
    name: str, beside: Path | None, known: Collection[str], layers: list[_Found], above: tuple[str, ...]
) -> None:
    """One file, and before it those that it says it goes upon."""
    shipped = name in SHIPPED or name == INVENTED_EXAMPLE
    key = name if shipped else str(_path(name, beside))
    if key in above:
        ring = " to ".join(Path(one).name for one in (*above[above.index(key) :], key))
        raise UsageError(f"The catalogues extend each other in a circle: {ring}.")
    if any(found.name == key for found in layers):
        return
    if shipped:
        data = shipped_text(name).encode()
        read = read_catalogue(data.decode(), f"{name}.yaml", known)
    else:
        path = Path(key)
        data, read = _read(name, path, known)
        beside = path.parent
    for lower in read.extends:
        _lay(lower, beside, known, layers, (*above, key))
    layers.append(_Found(key, data, read, shipped))


def _path(name: str, beside: Path | None) -> Path:
    path = Path(name)
    try:
        return (beside / path if beside else path).resolve()
    except (OSError, ValueError, RuntimeError) as error:
        raise UsageError(f"The catalogue {name} can't be read: no file has such a name.") from error


def _read(name: str, path: Path, known: Collection[str]) -> tuple[bytes, FileRead]:
    if not path.is_file():
        if path.suffix:
            raise UsageError(f"The catalogue {name} can't be read: there is no such file.")
        raise UsageError(f"There is no catalogue {name}: {unknown(name, 'shipped catalogue', SHIPPED)}")
    if path.suffix.lower() != ".csv":
        read_text(path, "unit costs")
    try:
        data = path.read_bytes()
    except OSError as error:
        raise UsageError(f"The catalogue {name} can't be read: {error.strerror}.") from error
    return data, entries_of(path, data, known)


def _settings(given: dict[str, Any]) -> Settings:
    return Settings(**{one.name: given[one.name] for one in fields(Settings) if one.name in given})


def _version(files: Sequence[CatalogueFile]) -> str:
    """A short hash of the files in their order: another figure makes another version."""
    text = "\n".join(f"{file.layer} {file.sha256}" for file in files)
    return hashlib.sha256(text.encode()).hexdigest()[:12]


__all__ = [
    "INVENTED_EXAMPLE", "SHIPPED", "CatalogueError", "Facts", "badges_of", "entries_of", "facts_of",
    "is_research", "load_catalogue", "shipped_text", "unseen_providers",
]  # fmt: skip
