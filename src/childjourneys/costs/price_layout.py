"""Heading maps: which heading of a file of actual prices is which of our columns."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from importlib import resources
from pathlib import Path

from childjourneys.archetypes.errors import DefinitionError, listed, unknown
from childjourneys.archetypes.nodes import read_nodes
from childjourneys.costs.files import read_text
from childjourneys.costs.nodes import CatalogueError, Reader
from childjourneys.issues import UsageError

COLUMNS = (
    "la_code", "child_id", "placement_start", "placement_end", "weekly_price", "period_total", "period_from",
    "period_to", "additional_package", "contribution_social_care", "contribution_health",
    "contribution_education", "provider_id", "urn", "contract", "in_out_area", "source_system",
)  # fmt: skip
OWN = "placement_costs"
PRESETS = ("london", "north_west")
_KEYS = ("layout", "note", "confirmed", "columns", "fixed")
_FIXED = ("la_code", "placement_start", "placement_end", "period_from", "period_to", "source_system")


@dataclass(frozen=True)
class Layout:
    """One layout of a file of prices.

    Attributes:
        columns: headings by our column, normalised, the first that is there counts.
        fixed: values that no column of the file gives, by our column, as text.
        confirmed: whether the headings were seen in a real file.
    """

    name: str
    columns: Mapping[str, tuple[str, ...]]
    fixed: Mapping[str, str]
    note: str = ""
    confirmed: bool = True

    def places(self, heading: Sequence[object]) -> dict[str, int]:
        """The place of each of our columns among the headings of a row."""
        written = [normal(str(cell)) if cell is not None else "" for cell in heading]
        found: dict[str, int] = {}
        for ours, headings in self.columns.items():
            there = next((name for name in headings if name and name in written), None)
            if there is not None:
                found[ours] = written.index(there)
        return found

    def missing(self, places: Mapping[str, int]) -> tuple[str, ...]:
        """Columns without which no row can be used; empty where all are there."""
        there = places.keys() | self.fixed.keys()
        needed = [name for name in ("child_id", "placement_start") if name not in there]
        if "weekly_price" not in there and "period_total" not in there:
            needed.append("weekly_price")
        if "period_total" in there and "weekly_price" not in there:
            needed += [name for name in ("period_from", "period_to") if name not in there]
        return tuple(needed)


def load_layout(name: str = OWN) -> Layout:
    """Our own layout, a preset, or that of a heading map file.

    Raises:
        UsageError: it is neither, or the file is refused; one sentence.
    """
    if name in ("", OWN):
        return Layout(OWN, {column: (column,) for column in COLUMNS}, {})
    if name in PRESETS:
        folder = resources.files("childjourneys.costs").joinpath("heading_maps", f"{name}.yaml")
        return read_layout(folder.read_text(encoding="utf-8"), f"{name}.yaml")
    path = Path(name)
    if not path.is_file() and not path.suffix:
        near = unknown(name, "layout of prices", (OWN, *PRESETS))
        raise UsageError(f"{near} A file is named with its ending.")
    return read_layout(read_text(path, "headings"), path.name)


def read_layout(text: str, file: str) -> Layout:
    """A heading map.

    Raises:
        CatalogueError: one sentence with file and line.
    """
    try:
        documents = read_nodes(text, file)
    except DefinitionError as error:
        raise CatalogueError(error.problem, file, error.line, error.key) from error
    reader = Reader(file)
    if len(documents) != 1:
        raise reader.error(None, "a heading map is one YAML document with `columns:`.")
    top = reader.mapping(documents[0], _KEYS, "key of a heading map", "a heading map").entries
    if "columns" not in top:
        raise reader.error(documents[0].line, "a heading map needs `columns`: our column and its heading.")
    columns = reader.mapping(top["columns"], COLUMNS, "column of prices", "`columns`").entries
    headings = {ours: tuple(map(normal, reader.texts(node, ours))) for ours, node in columns.items()}
    fixed: dict[str, str] = {}
    if "fixed" in top:
        given = reader.mapping(top["fixed"], _FIXED, "column that can be fixed", "`fixed`").entries
        for ours, node in given.items():
            fixed[ours] = reader.text(node, ours)
            if ours.startswith(("placement", "period")):
                reader.day(node, ours)
            if ours in headings:
                raise reader.error(node.line, f"`{ours}` is in `columns` too; leave one out.", ours)
    return Layout(
        reader.text(top["layout"], "layout") if "layout" in top else Path(file).stem,
        headings,
        fixed,
        reader.text(top["note"], "note") if "note" in top else "",
        reader.truth(top["confirmed"], "confirmed") if "confirmed" in top else True,
    )


def layouts_of(files: int, given: Layout | str | Sequence[Layout | str] = "") -> list[tuple[Layout, ...]]:
    """The layouts to try on each file, the first that fits counts.

    As many layouts as files stand in the order of the files; a single one for several files is for those
    that have not our own headings. A file that has them can always be read.

    Raises:
        UsageError: there are neither one nor as many as files; or a layout is refused.
    """
    named = [given] if isinstance(given, (str, Layout)) else list(given) or [""]
    own = load_layout()
    found = [load_layout(one) if isinstance(one, str) else one for one in named]
    if len(found) == files:
        return [(one,) if one.name == OWN else (one, own) for one in found]
    if len(found) == 1:
        return [(own,) if found[0].name == OWN else (own, found[0])] * files
    raise UsageError(
        f"There are {files} files of prices and {len(found)} layouts: give --prices-layout once for all that "
        f"have not the headings of {OWN}, or once for each file, in their order."
    )


def lacking(layout: Layout, file: str, missing: Sequence[str]) -> str:
    """The sentence for a file of prices without the columns that its layout needs."""
    looked = "; ".join(
        f"{name} as {' or '.join(layout.columns[name])}" for name in missing if layout.columns.get(name)
    )
    unconfirmed = "" if layout.confirmed else f" The headings of the layout {layout.name} are not confirmed."
    return (
        f"{file} has no column for {listed(missing)} in the layout {layout.name}"
        + (f" (looked for {looked})" if looked and layout.name != OWN else "")
        + f".{unconfirmed} Rename the headings, or give a heading map with --prices-layout FILE, which can "
        "also fix a day that no column holds."
    )


def normal(heading: str) -> str:
    """A heading in our spelling.

    >>> normal(" Placement start-date (DECOM)")
    'placement_start_date_decom'
    """
    return re.sub(r"[^a-z0-9]+", "_", heading.lower()).strip("_")
