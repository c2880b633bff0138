"""The reference page about files: what a run and a costing leave, column by column."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from tempfile import TemporaryDirectory

from python_calamine import CalamineWorkbook
from reference_costs import FILES as COST_FILES
from reference_costs import PAGES as COST_PAGES
from reference_rows import rows, sentence
from reference_tables import columns

from childjourneys.reports.workbooks import write_matching_workbook
from childjourneys.sources.contract import Matching
from childjourneys.tables import DERIVED

# File of `in-team/`: its table, and what there is to say of it.
_IN_TEAM = {
    "journeys.csv": ("lines", "Also as `journeys.xlsx`, with a legend of the codes."),
    "events.csv": ("events", "All events, also those that lines leave out."),
    "spells.csv": (
        "spells",
        "As reported, so two of one kind may overlap. For the days a child was in a state, merge them "
        "(`childjourneys.api.merge_states`).",
    ),
    "issues.csv": ("issues", "Also as `issues.xlsx`. The codes are on [issues.md](issues.md)."),
    "archetypes.csv": (
        "archetypes",
        "What an archetype is, and what each outcome means: [archetypes.md](../archetypes.md).",
    ),
    "audit_list.csv": ("audit_list", "Also as `audit_list.xlsx`, with columns to fill in."),
    "context.csv": ("context", "How to read it: [context.md](../context.md)."),
    "trend.csv": ("trend", "Months that are not complete are marked: they can change."),
    "incidence.csv": ("incidence", "Children who leave, or can no longer have the pattern, are not lost."),
    "comparison.csv": (
        "comparison",
        "No league table: how to read it is in [comparison.md](../comparison.md).",
    ),
    "adjusted.csv": (
        "adjusted",
        "Written with `--adjust` only. How to read it: [context.md](../context.md).",
    ),
    "referral_outcomes.csv": (
        "referral_outcomes",
        "How they are decided: [pathways.md](../pathways.md).",
    ),
    "s47_pathways.csv": ("s47_pathways", "How they are decided: [pathways.md](../pathways.md)."),
    "indicators.csv": ("indicators", "Each indicator in words: [indicators.md](../indicators.md)."),
    "attrition.csv": (
        "attrition",
        "For step `read`, rows_in = rows_out + duplicate + set_aside on every line. "
        "Later steps: `merge` (one fact given in several places), `quarantine` and `lines`.",
    ),
}
# Column of the matching report, and what it means.
_MATCHING = {
    "file": "path below the folder given",
    "sheet": "sheet as written",
    "heading": "heading as written",
    "list": "Annex A list, CIN, or module of SSDA903",
    "column": "coded column",
    "raw": "value as found",
    "taken_as": "what it was taken as: a column, or a code. This is the one to edit",
    "label": "what the code means",
    "how": "how that was found",
    "count": "how often the value stands in the returns",
}


def files() -> Iterable[str]:
    """Every file of a run, with its columns where it is a table."""
    yield "# Files\n"
    yield (
        "What `childjourneys run ... --out OUT` leaves. Everything in `in-team/` and `workspace/` is about "
        "single children, but for the report and the findings: none of it is to leave the team. What is in "
        "`shareable/` has passed disclosure control (see [disclosure](../disclosure.md)).\n"
    )
    yield (
        "CSV files are UTF-8 with a header; dates are written 2025-03-31. The same returns and settings give "
        "the same bytes. `file` is a path below the folder given; `row` is the number that the spreadsheet "
        "shows, or the line of the XML file.\n"
    )
    yield "## shareable/report.html\n"
    yield (
        "The report through disclosure control: activity, referrals and enquiries, indicators, patterns with "
        "their outcome bars and months, groups of the first pattern. `c` marks a hidden number and all that "
        "comes from it. No file is named, and no date is finer than a month but the days on which returns "
        "begin and end.\n"
    )
    yield "## shareable/tables.xlsx\n"
    yield (
        "Every table of that report. Sheet `Contents`: sheet, title, measure, la_code, dimension, period, "
        "preset. Then `T1`, `T2` and so on: the title in A1, headings in row 2. Percentages have one decimal "
        "and are worked out from the numbers shown.\n"
    )
    yield "## shareable/pack.json\n"
    yield (
        "The aggregates that other authorities can be compared with: `childjourneys compare`. What stands "
        "where: [comparison](../comparison.md). No identifier, no row about a child, no date finer than a "
        "month.\n"
    )
    yield "## in-team/report.html\n"
    yield (
        "One file without scripts, to open in any browser or to print: what was read and its coverage, the "
        "account of rows, findings, volumes by month, common journeys, what followed contacts, ages and sex "
        "at referral. It holds no row about one child, but small numbers are not hidden.\n"
    )
    for name, (key, about) in _IN_TEAM.items():
        yield f"## in-team/{name}\n"
        yield f"{sentence(DERIVED[key].grain)} {about}\n"
        yield from columns(DERIVED[key])
        yield ""
    yield (
        "After `childjourneys costs OUT` these stand there too; what an earlier costing left is replaced. "
        "`childjourneys demo` also leaves `research_defaults/`, with the same files at the shipped research "
        "figures, and `own_prices/`, with the invented catalogue and scenarios that it used.\n"
    )
    for name, about in COST_PAGES:
        yield f"## {name}\n"
        yield f"{about}\n"
    for name, table, about in COST_FILES:
        yield f"## in-team/{name}\n"
        yield f"{sentence(table.grain)} {about}\n"
        yield from columns(table)
        yield ""
    yield "## in-team/matching_report.xlsx\n"
    yield (
        "How every heading and every coded value was taken. Edit the shaded column `taken_as`, save, and "
        "give the file back with `--mappings`.\n"
    )
    with TemporaryDirectory() as folder:
        path = Path(folder) / "matching_report.xlsx"
        write_matching_workbook(path, Matching())
        with CalamineWorkbook.from_path(path) as book:
            for sheet in ("Headings", "Values"):
                names = [str(cell) for cell in book.get_sheet_by_name(sheet).to_python()[0]]
                yield f"Sheet `{sheet}`\n"
                yield from rows(("Column", "Meaning"), [(f"`{name}`", _MATCHING[name]) for name in names])
                yield ""
    yield "## workspace/\n"
    yield (
        "What later commands read. `current` names the run in force; `runs/NUMBER/manifest.json` says which "
        "files it was made from (with their hashes), with which version and settings. Tables are Parquet, in "
        "`runs/NUMBER/tables/` (as merged, see [tables.md](tables.md)) and `runs/NUMBER/journeys/`: events, "
        "spells, lines, issues and attrition as above, and these.\n"
    )
    for name in ("children", "coverage", "returns"):
        yield f"### {name}\n"
        yield f"{sentence(DERIVED[name].grain)}\n"
        yield from columns(DERIVED[name])
        yield ""
