"""The reference page about codes: every set that a table or a return uses."""

from __future__ import annotations

from collections.abc import Iterable

from reference_rows import rows, years
from reference_ssda903 import specification

from childjourneys.domain.codes import code_set, code_set_names, load_yaml
from childjourneys.tables import REPORTED


def code_sets() -> Iterable[str]:
    """Every set in use, code by code."""
    used = {c.codes for table in REPORTED.values() for c in table.stated if c.codes}
    used |= {c["codes"] for module in specification()["modules"] for c in module["columns"] if "codes" in c}
    for name in ("annex_a.yaml", "cin_census.yaml"):
        spec = load_yaml("childjourneys.sources.specs", name)
        parts = spec["lists"] if "lists" in spec else spec["groups"]
        used |= {
            e["codes"] for part in parts for e in part.get("columns", part.get("elements")) if "codes" in e
        }
    yield "# Code sets\n"
    yield (
        "Labels are short descriptions, not the full published definitions. A value is taken by its code, "
        "then by a code inside it, then by its label or the wording of Annex A. Years are collection years.\n"
    )
    for name in code_set_names():
        if name in used:
            yield f"## {name}\n"
            yield from rows(
                ("Code", "Meaning", "Wording in Annex A", "Years"),
                [
                    (f"`{c.code}`", c.label, "; ".join(c.annex_a), years(c.first_year, c.last_year))
                    for c in code_set(name).codes
                ],
            )
            yield ""


# Key, what stands there, meaning; every key of the language is here (a test compares them).
