"""The reference page about the archetypes that ship, each in full."""

from __future__ import annotations

from collections.abc import Iterable

from reference_rows import codes_listed, rows

from childjourneys.archetypes.definition import Archetype
from childjourneys.archetypes.library import library
from childjourneys.archetypes.months import months_needed
from childjourneys.archetypes.writing import definition_hash, to_yaml


def archetypes() -> Iterable[str]:
    """The archetypes in a table, then the definition of each."""
    yield "# Archetypes that ship\n"
    yield (
        "Each is a YAML file of the package. Months: how many months of returns the full windows of one "
        "anchor need. A file of yours with the same id takes the place of one of these.\n"
    )
    shipped = library()
    yield from rows(
        ("Id", "Title", "Months", "Needs"),
        [
            (f"[{name}](#{name})", found.title, months_needed(found), codes_listed(found.needs))
            for name, found in shipped.items()
        ],
    )
    yield ""
    for found in shipped.values():
        yield from _archetype(found)


def _archetype(found: Archetype) -> Iterable[str]:
    yield f"## {found.id}\n"
    yield f"Definition {definition_hash(found)[:12]}.\n"
    yield f"```yaml\n{to_yaml(found)}```\n"
