"""The reference page about SSDA903: its modules, their columns, and the table that each becomes."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from reference_rows import STATED_TYPES, rows, sentence, years

from childjourneys.domain.codes import load_yaml
from childjourneys.sources.ssda903.layout import modules


def specification() -> dict[str, Any]:
    """The return as the package states it."""
    return load_yaml("childjourneys.sources.specs", "ssda903.yaml")


def ssda903() -> Iterable[str]:
    """Every module, column by column."""
    spec = specification()
    tables = {name: module.table for name, module in modules().items()}
    yield "# SSDA903\n"
    yield (
        "The modules that are read, and the collection years that have their columns (2024 is the year to 31 "
        "March 2024; no years: every year from 2017). A file is a module by its columns, whatever its name, "
        "their order and capitals. How rows become care: [how care is put together](../care.md).\n"
    )
    yield (
        "*In CSV*: `always` makes the file this module, and is expected in every row; `never` means that the "
        "collection system adds the column, or that only XML has it.\n"
    )
    for entry in spec["modules"]:
        yield f"## {entry['name']}\n"
        yield " ".join(_about(entry, tables[entry["name"]])) + "\n"
        yield from rows(
            ("Column", "Here", "Type", "In CSV", "Years", "Codes"),
            [
                (
                    f"`{c['name']}`", f"`{c['canonical']}`", STATED_TYPES[c["type"]],
                    "never" if c.get("csv") is False else c.get("required", ""),
                    years(c.get("from"), c.get("to")),
                    f"[{c['codes']}](code_sets.md#{c['codes']})" if c.get("codes") else "",
                )
                for c in entry["columns"]
            ],
        )  # fmt: skip
        yield ""
    yield "## XML\n"
    yield (
        "The full layout is not confirmed, and a note says so. "
        + " ".join(f"`{name}`: {what}." for name, what in spec["xml"]["child_containers"].items())
        + "\n"
    )
    yield "## Changes by year\n"
    yield from rows(("Year", "Change"), [(c["year"], c["change"]) for c in spec["changes_by_year"]])


def _about(entry: dict[str, Any], table: str) -> Iterable[str]:
    if "title" in entry:
        yield sentence(entry["title"])
    yield sentence(entry["rows"])
    if "from" in entry:
        yield f"From {entry['from']}."
    yield f"Goes to the table [{table}](tables.md#{table})."
    if entry.get("confidence"):
        yield "Not confirmed."
