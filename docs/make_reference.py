"""`make docs`: write docs/reference from the package's own specifications, and renew what commands print.

The pages are never edited by hand: what they say is declared in the package (tables, code sets, returns,
rules, commands) or in `issue_codes.yaml` beside this file.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import typer
import yaml
from python_calamine import CalamineWorkbook
from reference_costs import FILES as COST_FILES
from reference_costs import PAGES as COST_PAGES
from reference_costs import catalogues
from reference_rows import rows as _rows
from reference_rows import sentence as _sentence
from reference_rows import years as _years
from reference_ssda903 import specification, ssda903

from childjourneys.archetypes import attributes, checking
from childjourneys.archetypes.definition import ATTRIBUTES, RECORDS, START_OF, Archetype
from childjourneys.archetypes.dimensions import DIMENSIONS
from childjourneys.archetypes.library import library
from childjourneys.archetypes.months import months_needed
from childjourneys.archetypes.schema import FILE, schema_text
from childjourneys.archetypes.writing import definition_hash, to_yaml
from childjourneys.cli import build_app
from childjourneys.domain.codes import code_set, code_set_names, load_yaml
from childjourneys.domain.vocabulary import EVENTS, LANES, SPELL_KINDS, SPELL_LABELS
from childjourneys.quality import ssda903_rules
from childjourneys.quality.census_rules import rule_table
from childjourneys.reports.workbooks import write_matching_workbook
from childjourneys.sources.annex_a.spec import PLANS
from childjourneys.sources.cin_census.layout import KINDS
from childjourneys.sources.contract import Matching
from childjourneys.tables import DERIVED, REPORTED
from childjourneys.tables.care_chain import CARE_TABLES
from childjourneys.tables.costs import POUNDS, SIX_DECIMALS
from childjourneys.tables.schema import BOOL, DATE, INT, NUMBER, TEXT, Table

DOCS = Path(__file__).parent
_TYPES: dict[Any, str] = {
    DATE: "date",
    INT: "whole number",
    NUMBER: "number",
    BOOL: "true or false",
    TEXT: "text",
    POUNDS: "pounds, two decimals",
    SIX_DECIMALS: "number, six decimals",
}
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
        "commands.md": _commands,
        "files.md": _files,
        "tables.md": _tables,
        "events.md": _events,
        "annex_a.md": _annex_a,
        "cin_census.md": _cin_census,
        "ssda903.md": ssda903,
        "catalogues.md": catalogues,
        "code_sets.md": _code_sets,
        "definitions.md": _definitions,
        "archetypes.md": _archetypes,
        "rules.md": _rules,
        "issues.md": _issues,
    }
    return {name: _GENERATED + "\n" + "\n".join(maker()).rstrip() + "\n" for name, maker in makers.items()}


def _contents() -> Iterable[str]:
    yield "# Reference\n"
    yield "Generated from the program itself, so that it says what the program does.\n"
    yield from _rows(
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


def _commands() -> Iterable[str]:
    app: Any = typer.main.get_command(build_app())
    yield "# Commands\n"
    yield (
        "On Windows without the command on the path, write `py -m childjourneys` for `childjourneys`. "
        "`childjourneys COMMAND --help` (or `-h`) says the same as this page.\n"
    )
    yield from _rows(
        ("Exit code", "Meaning"),
        [
            ("0", "done; findings in the data do not change this"),
            ("1", "nothing usable was found; with `--strict` also: a row, sheet or file was set aside"),
            ("2", "the command line was wrong, or an output file is held open by another program"),
        ],
    )
    yield "\nOptions before the command: `--version` prints the version, `--help` the commands.\n"
    for name, command in app.commands.items():
        if not hasattr(command, "commands"):
            yield from _command(name, command, "##")
            continue
        yield f"## {name}\n"
        yield f"{command.help}\n"
        for inner, part in command.commands.items():
            yield from _command(f"{name} {inner}", part, "###")


def _command(name: str, command: Any, level: str) -> Iterable[str]:
    words = [p.metavar if p.required else f"[{p.metavar}]" for p in command.params if _is_argument(p)]
    words += [f"{p.opts[0]} {p.metavar}" for p in command.params if not _is_argument(p) and p.required]
    optional = any(not p.required and p.name != "help" for p in command.params if not _is_argument(p))
    yield f"{level} {name}\n"
    yield f"`childjourneys {' '.join([name, *words, *(['[OPTIONS]'] if optional else [])])}`\n"
    yield f"{command.help}\n"
    shown = [(_spelling(p), p.help, _default(p)) for p in command.params if p.name != "help"]
    if shown:
        yield from _rows(("Argument or option", "Meaning", "Default"), shown)
        yield ""


def _is_argument(parameter: Any) -> bool:
    return bool(parameter.param_type_name == "argument")


def _spelling(parameter: Any) -> str:
    if _is_argument(parameter):
        return f"`{parameter.metavar}`"
    return f"`{' '.join([parameter.opts[0], *([] if parameter.is_flag else [parameter.metavar])])}`"


def _default(parameter: Any) -> str:
    if parameter.required:
        return "required"
    return "" if parameter.default in (None, False) else f"`{parameter.default}`"


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


def _files() -> Iterable[str]:
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
    for name, (table, about) in _IN_TEAM.items():
        yield f"## in-team/{name}\n"
        yield f"{_sentence(DERIVED[table].grain)} {about}\n"
        yield from _columns(DERIVED[table])
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
        yield f"{_sentence(table.grain)} {about}\n"
        yield from _columns(table)
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
                yield from _rows(("Column", "Meaning"), [(f"`{name}`", _MATCHING[name]) for name in names])
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
        yield f"{_sentence(DERIVED[name].grain)}\n"
        yield from _columns(DERIVED[name])
        yield ""


def _tables() -> Iterable[str]:
    yield "# Tables\n"
    yield (
        "What the returns are read into, before they are merged. Every row keeps its place. Merged tables "
        "hold each fact once and add `la_code`, `source`, `file` and `also_in`; `referral` becomes part of "
        "`need_episode`, and the latest placement and review of `period_of_care` become `placement` and "
        "`lac_review`.\n"
    )
    yield (
        "A column that ends in `_raw` holds the text as found where it could not be used. They are not "
        "listed. What a column is for: **key** (what makes two rows the same fact), **value** (a later "
        "return may correct it), **end** (a later blank never reopens it), **status** (how things stood on "
        "the day of the return: the later return wins), **place** (where it was found).\n"
    )
    for table in REPORTED.values():
        yield f"## {table.name}\n"
        yield f"{_sentence(table.grain)}\n"
        yield from _rows(
            ("Column", "Type", "For", "Meaning", "A blank means", "Codes"),
            [
                (
                    f"`{c.name}`", _TYPES[c.type], c.role, c.meaning, c.blank,
                    f"[{c.codes}](code_sets.md#{c.codes})" if c.codes else "",
                )
                for c in table.stated
            ],
        )  # fmt: skip
        yield ""
    yield (
        "Put together from the episodes of all returns, by [these rules](../care.md), is the table that "
        "journeys, indicators and costs of care rest on:\n"
    )
    for table in CARE_TABLES.values():
        yield f"## {table.name}\n"
        yield f"{_sentence(table.grain)}\n"
        yield from _columns(table)
        yield ""


_ATTRIBUTES = (
    (
        "child_age",
        "every event",
        "completed years on the day; not there before birth or without a birth date",
    ),
    ("team", "most events", "allocated team, as Annex A gives it"),
    ("contact_source", "contact", "code of the set referral_source"),
    ("referral_source", "referral", "code of the set referral_source"),
    ("nfa", "referral", "no further action was taken"),
    ("primary_need", "referral", "N0 to N9"),
    ("while_open", "referral", "another need episode of the child was open on that day"),
    ("icpc_not_required", "s47", "a conference was not required"),
    ("factors", "assessment_authorised", "list of factor codes"),
    (
        "assessed_needs_support",
        "assessment_authorised",
        "list 4's own answer; in the census false where the episode closed RC8 or RC9, true where a plan of "
        "the episode follows, else not there",
    ),
    ("category_of_abuse", "cpp_start", "initial category"),
    ("number_of_previous_cpp", "cpp_start", "earlier plans in this authority"),
    ("basis", "cin_start, cin_end", "`need_episode`: from list 6 of Annex A, so it dates no plan"),
    ("closure_reason", "case_closed", "RC1 to RC9"),
    ("legal_status", "lac_start, placement_start", "SSDA903 code"),
    ("category_of_need", "lac_start", "N1 to N8"),
    ("uasc", "lac_start", "unaccompanied asylum-seeking"),
    ("previous_permanence", "lac_start", "P1 to P4, or Z1 for none"),
    ("reason_ceased", "lac_end, placement_end", "SSDA903 code"),
    ("placement_type", "placement_start", "SSDA903 code"),
    ("placement_provider", "placement_start", "PR0 to PR5"),
    ("temporary", "placement_start", "a temporary placement"),
    ("same_carer", "placement_start", "the placement changed and the carer did not (RNE T or U)"),
    ("resumes", "placement_start", "back in the same place after temporary placements only"),
    ("reason_place_change", "placement_end", "why the placement changed, SSDA903 code"),
    ("missing_type", "missing_start", "M missing, A away without authorisation"),
    ("participation", "lac_review", "PN0 to PN7"),
    ("reversed_reason", "adoption_reversed", "RD1 to RD4"),
    ("best_interest_date", "adopted", "decided that adoption is best, from AD1"),
    ("match_date", "adopted", "matched with adopters, from AD1"),
    ("foster_carer", "adopted", "1 adopted by a former foster carer, from AD1"),
    ("contact_age", "care_leaver", "age on the birthday, 17 to 25"),
    ("in_touch", "care_leaver", "YES, NO, DIED, REFU, NREQ or RHOM"),
    ("activity", "care_leaver", "SSDA903 code; 0 where not in touch"),
    ("accommodation", "care_leaver", "letter of the SSDA903 code; 0 where not in touch"),
    ("suitability", "care_leaver", "1 suitable, 2 unsuitable"),
)
_GIVEN_BY = {
    "contact": "Annex A 1", "early_help_assessment_start": "Annex A 2",
    "early_help_assessment_end": "Annex A 2", "referral": "Annex A 3; CIN census",
    "s47": "Annex A 5; CIN census", "assessment_start": "Annex A 4; CIN census",
    "icpc": "Annex A 5; CIN census", "assessment_authorised": "Annex A 4; CIN census",
    "cp_review": "CIN census; Annex A 7 (the latest)",
    "lac_review": "SSDA903 Reviews; Annex A 8 (the latest)",
    "cin_end": "CIN census from 2022; Annex A 6 (`basis`)", "cpp_end": "Annex A 7; CIN census",
    "lac_end": "SSDA903; Annex A 8", "cin_start": "CIN census from 2022; Annex A 6 (`basis`)",
    "cpp_start": "Annex A 7; CIN census", "lac_start": "SSDA903; Annex A 8",
    "placement_start": "SSDA903; Annex A 8 (the latest)", "case_closed": "Annex A 6; CIN census",
    "placement_end": "SSDA903", "short_break_start": "SSDA903", "short_break_end": "SSDA903",
    "missing_start": "SSDA903 Missing", "missing_end": "SSDA903 Missing", "care_leaver": "SSDA903 OC3",
    "adoption_decision": "SSDA903 PlacedAdoption; Annex A 10",
    "adoption_reversed": "SSDA903 PlacedAdoption; Annex A 10",
    "placed_for_adoption": "SSDA903; Annex A 10", "adopted": "SSDA903; Annex A 10",
}  # fmt: skip
_NOT_YET = "no return that is read yet"


def _events() -> Iterable[str]:
    yield "# Events and spells\n"
    yield (
        "In the order in which they stand inside one day. Ends come before starts, so a step down reads "
        "`CPP| -> CIN`; only the end of a spell that starts and ends on one day follows its own start.\n"
    )
    yield from _rows(
        ("Rank", "Event", "Code", "In lines", "Lane of the timeline", "Meaning", "Given by"),
        [
            (
                e.rank, f"`{e.name}`", f"`{e.code}`", "yes" if e.in_lines else "no", LANES[e.lane], e.label,
                _GIVEN_BY.get(e.name, _NOT_YET),
            )
            for e in EVENTS
        ],
    )  # fmt: skip
    yield "\n## Spells\n"
    yield "Half-open: on the end day the child is out.\n"
    yield from _rows(
        ("Kind", "Meaning", "Starts with", "Ends with"),
        [
            (
                f"`{kind}`", SPELL_LABELS[kind],
                ", ".join(f"`{e.name}`" for e in EVENTS if e.starts == kind),
                ", ".join(f"`{e.name}`" for e in EVENTS if e.ends == kind),
            )
            for kind in SPELL_KINDS
        ],
    )  # fmt: skip
    yield (
        "\nA `need_episode` starts at its referral (or list 6's start). "
        "`care_leaver` spells are dated by no return that is read yet.\n"
    )
    yield "## Attributes\n"
    yield "What travels with an event, in the column `attributes` of `events.csv` (JSON).\n"
    yield from _rows(("Attribute", "Events", "Meaning"), [(f"`{n}`", e, m) for n, e, m in _ATTRIBUTES])


def _annex_a() -> Iterable[str]:
    yield "# Annex A\n"
    yield (
        "The lists and the headings that are known. A heading is compared without regard to case, spaces, "
        "line breaks, kinds of quotes and stray brackets; then by its telling words; then, if it is 8 "
        "letters or longer, as a misspelling by up to two letters. Names of staff are never read.\n"
    )
    for entry in load_yaml("childjourneys.sources.specs", "annex_a.yaml")["lists"]:
        plan = PLANS.get(entry["list"])
        yield f"## List {entry['list']}: {entry['title']}\n"
        kept = (
            f"Goes to the table [{plan.table}](tables.md#{plan.table})." if plan else "Counted, never kept."
        )
        yield f"Rows: {entry['rows']}. Looks back over: {entry['window']}. {kept}"
        if plan and plan.key_dates:
            needed = " or ".join(f"`{name}`" for name in plan.key_dates)
            yield f"A row needs {needed if len(plan.key_dates) < 3 else 'one of its dates'}."
        yield ""
        yield from _rows(
            ("Heading", "Also known as", "Column", "Type", "Codes", "Expected in every row"),
            [
                (
                    c["heading"],
                    _variants(c),
                    f"`{c['canonical']}`",
                    "never read" if c.get("sensitive") else _ANNEX_TYPES[c["type"]],
                    f"[{c['codes']}](code_sets.md#{c['codes']})" if c.get("codes") else "",
                    "yes" if c.get("blank") == "never" else "no",
                )
                for c in entry["columns"]
            ],
        )  # fmt: skip
        yield ""


def _variants(column: dict[str, Any]) -> str:
    others = [f"not: {old}, which meant something else" for old in column.get("superseded", [])]
    return "; ".join([*column.get("variants", []), *others])


_ANNEX_TYPES = {
    "text": "text", "date": "date", "int": "whole number", "code": "code", "bool": "yes or no",
    "bool3": "yes, no or unknown", "number": "number", "datetime": "date and time",
}  # fmt: skip


def _cin_census() -> Iterable[str]:
    yield "# CIN census\n"
    yield (
        "The elements that are read, and the collection years that have them (2024 is the year to 31 March "
        "2024; no years: every year from 2017). Namespaces, prefixes, encodings and byte-order marks do not "
        "matter. What is not listed is named in a note and left alone.\n"
    )
    tables = {kind.name: kind.table for kind in KINDS}
    for group in load_yaml("childjourneys.sources.specs", "cin_census.yaml")["groups"]:
        if group.get("confidence") == "low":
            yield f"## {group['xml']}\n"
            yield f"From {group['from']}. Not confirmed: it is counted in a note, never kept.\n"
            continue
        yield f"## {group['xml']}\n"
        table = tables.get(group["xml"])
        since = f" From {group['from']}." if "from" in group else ""
        goes = f" Goes to the table [{table}](tables.md#{table})." if table else ""
        yield f"Inside `{group['parent']}`.{since}{goes}\n"
        yield from _rows(
            ("Element", "Column", "Type", "Required", "Years", "Codes"),
            [
                (
                    f"`{e['xml']}`", f"`{e['canonical']}`", _ANNEX_TYPES[e["type"]], e.get("required", ""),
                    _years(e.get("from"), e.get("to")),
                    f"[{e['codes']}](code_sets.md#{e['codes']})" if e.get("codes") else "",
                )
                for e in group["elements"]
            ],
        )  # fmt: skip
        yield ""


def _code_sets() -> Iterable[str]:
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
            yield from _rows(
                ("Code", "Meaning", "Wording in Annex A", "Years"),
                [
                    (f"`{c.code}`", c.label, "; ".join(c.annex_a), _years(c.first_year, c.last_year))
                    for c in code_set(name).codes
                ],
            )
            yield ""


# Key, what stands there, meaning; every key of the language is here (a test compares them).
TOP_KEYS = (
    ("archetype", "name", "the id: small letters, digits and _"),
    ("version", "whole number", "1 unless given; count it up when the meaning changes"),
    ("title", "text", "for lists and headings"),
    ("why", "text", "what the pattern may tell"),
    ("definition", "text", "the definition in words"),
    ("source", "text", "where it comes from"),
    ("not_a_judgement", "text", "what it does not say; stands beside every audit list"),
    ("caveats", "list of texts", "what stands beside every rate"),
    ("needs", "types or kinds", "without one of these it is not available for an authority"),
    ("uses", "types or kinds", "used where they are there"),
    ("follow", "`child`, `family`", "whose events; `family` lets `who` stand in clauses"),
    ("until_age", "18 to 25", "the birthday at which a child leaves; 18 unless given"),
    ("clock", "`anchor`, `referral`", "where windows count from: the anchor, or its need episode's referral"),
    ("start", "keys", "what makes an anchor"),
    ("then", "list of clauses", "what must all hold for a match"),
    ("variants", "list", "the same told another way; rates are never compared with the main one"),
    (
        "sensitivity",
        "`name: [3 months, ...]`",
        "other ends (`to`) for the clause so named, shown in the report",
    ),
    ("report by", "dimensions", "what the report splits by"),
    ("list for audit", "`match`, `all`", "which anchors the audit list has; `match` unless given"),
)
START_KEYS = (
    ("event", "an event", "the anchor"),
    ("calendar", "such as `31 March`", "in place of `event`: that day of every year; needs `while in`"),
    ("which", "`first`, `last`, `every`", "of the child's events that pass `where`; `every` unless given"),
    ("where", "tests", "of the anchor; one that does not pass is no anchor"),
    ("while in", "kinds of spell", "the child must be in one of them on the day"),
    ("not while in", "kinds of spell", "the child must be in none of them on the day"),
    ("at", "`anchor`, `day after`, `day before`", "the day of `while in` and `not while in`"),
    ("states", "list", "several of `while in` or `not while in`, each with its own `at`"),
    (
        "lookback",
        "length",
        "with `which: first`: the history that makes a first one sure; 2 years unless given",
    ),
    ("strict_first", "`true`, `false`", "with `which: first`: without that history the anchor is not used"),
)
CLAUSE_KEYS = (
    ("followed by", "an event", "at least one in the window after"),
    ("not followed by", "an event", "the opposite"),
    ("preceded by", "an event", "at least one in the window before"),
    ("not preceded by", "an event", "the opposite"),
    ("where", "tests", "of the event; alone in a clause: of the anchor, which stays in the denominator"),
    ("call it", "name", "for `sensitivity` and explanations"),
    ("at least", "number from 1", "how many are needed; 1 unless given"),
    ("at most", "number", "how many there may be"),
    (
        "count",
        "`overlapping`, `overlapping records`",
        "the verb then names a kind of spell; those with a day in the window count, placements of one stay"
        " once; with `records` each counts",
    ),
    (
        "exclude",
        "`temporary`, `under_a_day`, `earlier_care`",
        "with `count`: spells that do not count; `earlier_care`: placements of a period of care before the "
        "one on the day",
    ),
    (
        "same",
        "`need_episode` or a kind",
        "both events belong to one need episode, or to one source record; placements of one stay are one",
    ),
    ("who", "`self`, `other child`, `any child`", "whose events, with `follow: family`"),
    ("within", "a window", "the days that are looked at; always needed"),
    ("then", "list of clauses", "about the event found: windows and links count from it"),
    ("any of", "list of clauses", "in place of all other keys: one of the clauses is enough"),
)
WINDOW_KEYS = (
    (
        "after",
        "length",
        "looking forward, the first day; `1 day` unless given, `0 days` takes the day itself in",
    ),
    ("before", "length", "looking back, the nearest day; `1 day` unless given"),
    ("to", "length", "the last day, included; `under 15 months` leaves it out; looking back also `ever`"),
    ("from", "a start event", "in place of `after`: from the start of the anchor's own spell"),
    ("same_day", "`any`", "on the day itself every event counts, but for the anchor's own type"),
    ("count_from", "`day0`, `day1`", "`day1` makes working days one shorter"),
)
VARIANT_KEYS = (
    ("variant", "name", "the measure is `id:name`; for a `clock` alone it may be left out"),
    ("instead without", "types or kinds", "it is the headline where one of these is not carried"),
    ("start", "keys", "in place of the main one's"),
    ("then", "list of clauses", "in place of the main one's"),
    ("clock", "`anchor`, `referral`", "in place of the main one's"),
    ("needs", "types or kinds", "in place of the main one's"),
)
_KINDS = {
    "flag": "true or false", "number": "whole number", "code": "code", "date": "date as 2025-03-31",
    "text": "text",
}  # fmt: skip


def _definitions() -> Iterable[str]:
    yield "# Keys of a definition\n"
    yield (
        "Every key of the YAML in which archetypes are written. How to write one: "
        "[archetypes](../archetypes.md). A key that is not here is refused, with its line and the nearest "
        f"spelling. The same as a JSON Schema is in the package: `childjourneys/archetypes/{FILE}`.\n"
    )
    for title, keys in (
        ("A definition", TOP_KEYS), ("start", START_KEYS), ("A clause", CLAUSE_KEYS),
        ("within", WINDOW_KEYS), ("A variant", VARIANT_KEYS),
    ):  # fmt: skip
        yield f"## {title}\n"
        yield from _rows(
            ("Key", "Takes", "Meaning"), [(f"`{key}`", takes, says) for key, takes, says in keys]
        )
        yield ""
    yield "`within: 6 months` is short for `{after: 1 day, to: 6 months}`, looking back with `before`.\n"
    yield "## Words\n"
    yield from _rows(
        ("What", "Words"),
        [
            ("An event", "a type ([events](events.md)), `plan_start` (any start of a plan), or "
                         "`{any of: [...]}` with types or `{event: type, where: {...}}`"),
            ("Kinds of spell", _codes_listed(SPELL_KINDS)),
            ("Kinds that `same` names", _codes_listed(checking.LINKS)),
            ("Start events that `from` names, with the anchor they need",
             "; ".join(f"`{first}`: `{last}`" for first, last in START_OF.items())),
            ("Lengths", "a whole number and days, weeks, months, years or working days"),
        ],
    )  # fmt: skip
    yield "\nThe two events of one record, for `same`:\n"
    yield from _rows(
        ("Kind", "Events"), [(f"`{kind}`", _codes_listed(both)) for kind, both in RECORDS.items()]
    )
    yield "\n## where\n"
    yield from _rows(
        ("Written", "Passes"),
        [
            ("`key: value`", "equal; of `factors`, one of them"),
            ("`key: [a, b]`", "one of these"),
            ("`key: {not in: [a, b]}`", "none of these, or blank"),
            ("`key: 0 to 17`", "between, both included; numbers and dates only"),
            ("`key: not a`", "not equal, or blank"),
            ("`key: missing`, `key: not missing`", "blank; not blank"),
            ("`key: {is: a}`, `key: {not: a}`", "the same for a text that reads as one of the above"),
        ],
    )
    yield "\n## Attributes that where can test\n"
    yield from _rows(
        ("Attribute", "Events", "Values"),
        [
            (f"`{name}`", "every event" if len(types) == len(EVENTS) else ", ".join(types), _values_of(name))
            for name, types in ATTRIBUTES.items()
        ],
    )
    yield "\n## Dimensions that report by can name\n"
    yield from _rows(("Dimension", "Groups"), [(f"`{name}`", says) for name, says in DIMENSIONS.items()])


def _values_of(name: str) -> str:
    codes = attributes.codes_of(name)
    if name == "while_open":
        return "true or false; `any` tests nothing. A `referral` without this test is one with `false`"
    return _codes_listed(codes) if 0 < len(codes) < 15 else _KINDS[attributes.kind_of(name)]


def _codes_listed(words: Iterable[str]) -> str:
    return ", ".join(f"`{word}`" for word in words)


def _archetypes() -> Iterable[str]:
    yield "# Archetypes that ship\n"
    yield (
        "Each is a YAML file of the package. Months: how many months of returns the full windows of one "
        "anchor need. A file of yours with the same id takes the place of one of these.\n"
    )
    shipped = library()
    yield from _rows(
        ("Id", "Title", "Months", "Needs"),
        [
            (f"[{name}](#{name})", found.title, months_needed(found), _codes_listed(found.needs))
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


def _rules() -> Iterable[str]:
    found = rule_table()
    held = [row for row in found if row["implemented"]]
    yield "# Rules of the DfE\n"
    yield "## CIN census\n"
    yield (
        f"{len(held)} of {len(found)} validation rules of the DfE are checked. A finding carries the DfE's "
        "code; its severity here is a warning where the row was loaded, an error where it was set aside. "
        "The earliest rules held are those of 2023: censuses before that are checked against them as far as "
        "their elements existed.\n"
    )
    yield from _rows(
        ("Code", "DfE", "Fires when", "From", "Reported by"),
        [
            (
                f"`{r['code']}`", r["type"], r["condition"], r["from"],
                r["reported_by"] if r["implemented"] else "not checked",
            )
            for r in found
        ],
    )  # fmt: skip
    yield "\n## SSDA903\n"
    yield (
        "Checked in every return by itself, as they read for 2023 to 2026. Whether the DfE calls one an "
        "error or a query is not known here: all are warnings. What fits no code, dates that can't be right "
        "and chains of episodes that do not fit are reported when they are read or joined, under codes of "
        "[our own](issues.md).\n"
    )
    yield from _rows(
        ("Code", "Module", "Column", "Fires when"),
        [
            (f"`{r['code']}`", r["module"], f"`{r['column']}`", r["condition"])
            for r in ssda903_rules.rule_table()
        ],
    )


def _issues() -> Iterable[str]:
    yield "# Issue codes\n"
    yield (
        "Findings that are a rule of the DfE carry its code ([rules.md](rules.md)); all others carry one of "
        "these. **error**: a row, sheet or file was set aside. **warning**: the row was loaded; a value was "
        "not used or is doubtful. **note**: a choice was made, nothing was lost.\n"
    )
    for part in issue_codes():
        yield f"## {part['about']}\n"
        yield from _rows(
            ("Code", "Severity", "Meaning", "What to do"),
            [(f"`{i['code']}`", i["severity"], i["meaning"], i["to_do"]) for i in part["codes"]],
        )
        yield ""


def issue_codes() -> list[dict[str, Any]]:
    """The hand-written table of issue codes, in groups; a test compares it with the source."""
    text = (DOCS / "issue_codes.yaml").read_text(encoding="utf-8")
    parts: list[dict[str, Any]] = yaml.safe_load(text)
    return parts


def _columns(table: Table) -> Iterable[str]:
    shown = table.columns
    yield from _rows(
        ("Column", "Type", "Meaning", "A blank means"),
        [(f"`{c.name}`", _TYPES[c.type], c.meaning, c.blank) for c in shown],
    )


if __name__ == "__main__":
    sys.path.insert(0, str(DOCS))
    main()
