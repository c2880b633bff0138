"""The files of `shareable/`."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from childjourneys.archetypes.measures import Coverage
from childjourneys.disclosure import Preset
from childjourneys.domain.calendar import england
from childjourneys.reports.files import write_text
from childjourneys.sharing.beside import beside
from childjourneys.sharing.build import Material, share
from childjourneys.sharing.packing import pack_of
from childjourneys.sharing.page import About, render_shareable
from childjourneys.sharing.tables import all_tables
from childjourneys.sharing.workbook import write_tables


def write_shareable(
    folder: Path, material: Material, coverage: Mapping[str, Coverage], preset: Preset, about: About
) -> None:
    """Protect what a run found and write what may leave the team: report.html, tables.xlsx, pack.json.

    Args:
        coverage: ranges of days by authority and kind.

    Raises:
        CannotWrite: a file can't be written.
    """
    folder.mkdir(parents=True, exist_ok=True)
    shared = share(material, preset)
    write_text(folder / "report.html", render_shareable(shared, preset, about))
    tables = [*all_tables(shared), *(one.table for one in beside(shared))]
    write_tables(folder / "tables.xlsx", tables, preset.name)
    pack = pack_of(shared, material, coverage, preset, about.made_with, england().version)
    write_text(folder / "pack.json", pack.to_json())
