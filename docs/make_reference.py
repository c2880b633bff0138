"""`make docs`: write docs/reference from the package's own specifications, and renew what commands print.

The pages are never edited by hand: what they say is declared in the package (tables, code sets, returns,
rules, commands) or in `issue_codes.yaml` beside this file.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable
from pathlib import Path

from reference_annex_a import annex_a
from reference_archetypes import archetypes
from reference_cin_census import cin_census
from reference_codes import code_sets
from reference_commands import commands
from reference_costs import catalogues
from reference_definitions import definitions
from reference_events import events
from reference_files import files
from reference_findings import issues, rules
from reference_rows import rows
from reference_ssda903 import ssda903
from reference_tables import tables

from childjourneys.archetypes.schema import FILE, schema_text

DOCS = Path(__file__).parent
_GENERATED = "<!-- Written by docs/make_reference.py; `make docs` renews it. -->"


def main() -> None:
    """Write every page below docs/reference and the schema of definitions, and renew the transcripts."""
    from transcripts import renew

    schema = DOCS.parent / "src" / "childjourneys" / "archetypes" / FILE
    schema.write_text(schema_text(), encoding="utf-8", newline="\n")
    for name, text in pages().items():
        (DOCS / "reference" / name).write_text(text, encoding="utf-8", newline="\n")
    for page in (DOCS.parent / "README.md", DOCS / "tutorial.md", DOCS / "tutorial_costs.md"):
        page.write_text(renew(page.read_text(encoding="utf-8")), encoding="utf-8", newline="\n")
    sys.stdout.write("docs/reference, README.md and the tutorials are up to date.\n")


def pages() -> dict[str, str]:
    """Every reference page by its file name."""
    makers: dict[str, Callable[[], Iterable[str]]] = {
        "README.md": _contents,
        "commands.md": commands,
        "files.md": files,
        "tables.md": tables,
        "events.md": events,
        "annex_a.md": annex_a,
        "cin_census.md": cin_census,
        "ssda903.md": ssda903,
        "catalogues.md": catalogues,
        "code_sets.md": code_sets,
        "definitions.md": definitions,
        "archetypes.md": archetypes,
        "rules.md": rules,
        "issues.md": issues,
    }
    return {name: _GENERATED + "\n" + "\n".join(maker()).rstrip() + "\n" for name, maker in makers.items()}


def _contents() -> Iterable[str]:
    yield "# Reference\n"
    yield "Generated from the program itself, so that it says what the program does.\n"
    yield from rows(
        ("Page", "What it lists"),
        [
            ("[commands.md](commands.md)", "every command, argument and option"),
            ("[files.md](files.md)", "every file that a run leaves, and its columns"),
            ("[tables.md](tables.md)", "the tables that returns are read into"),
            ("[events.md](events.md)", "events, their codes and their order; spells; attributes"),
            ("[annex_a.md](annex_a.md)", "the lists of Annex A and the headings that are known"),
            (
                "[cin_census.md](cin_census.md)",
                "the elements of the CIN census, and the years that have them",
            ),
            (
                "[ssda903.md](ssda903.md)",
                "the modules of SSDA903, their columns, and the years that have them",
            ),
            ("[catalogues.md](catalogues.md)", "every unit cost that ships, with its source"),
            ("[code_sets.md](code_sets.md)", "codes, their meaning, and the wording of Annex A"),
            ("[definitions.md](definitions.md)", "every key of an archetype's definition"),
            ("[archetypes.md](archetypes.md)", "the archetypes that ship, in full"),
            ("[rules.md](rules.md)", "the DfE's validation rules of the CIN census and of SSDA903"),
            ("[issues.md](issues.md)", "our own issue codes, and what to do about each"),
        ],
    )


if __name__ == "__main__":
    sys.path.insert(0, str(DOCS))
    main()
