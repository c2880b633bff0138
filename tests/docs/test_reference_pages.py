"""The reference says what the program does: generated, complete, and equal to what a run leaves."""

from __future__ import annotations

import ast
import codecs
import csv
import json
import re
from pathlib import Path

import polars as pl
import pytest
import reference_definitions
from docs_pages import DOCS, PAGES, blocks, commands, text_of
from make_reference import pages
from reference_findings import issue_codes

import childjourneys
from childjourneys.archetypes import reading_keys
from childjourneys.archetypes.reading import read_definitions
from childjourneys.archetypes.writing import to_yaml
from childjourneys.domain.vocabulary import EVENTS
from childjourneys.quality.census_rules import specifications
from childjourneys.tables import REPORTED
from childjourneys.workspace.runs import current_run

PACKAGE = Path(childjourneys.__file__).parent
REFERENCE = DOCS / "reference"
NO_CODES = {"childjourneys-pack", "in-team", "costs-first"}


@pytest.mark.parametrize(("name", "text"), pages().items(), ids=list(pages()))
def test_a_page_is_as_it_is_generated_now(name: str, text: str) -> None:
    assert text_of(REFERENCE / name) == text, "run `make docs`"


def test_no_page_is_left_over() -> None:
    assert {page.name for page in REFERENCE.iterdir()} == set(pages())


def test_every_command_argument_and_option_is_documented() -> None:
    text = text_of(REFERENCE / "commands.md")
    groups = {name.split()[0] for name in commands() if " " in name}
    assert set(commands()) | groups == set(re.findall(r"^###? ([a-z -]+)$", text, re.MULTILINE))
    for name, command in commands().items():
        section = re.split(rf"\n###? {name}\n", text)[1].split("\n##")[0]
        for parameter in command.params:
            spelt = parameter.metavar if parameter.param_type_name == "argument" else parameter.opts[0]
            assert re.search(rf"^\| `{re.escape(spelt)}[ `].*\S.* \|", section, re.MULTILINE), (name, spelt)


def test_every_key_of_a_definition_is_documented() -> None:
    for here, there in (
        (reference_definitions.TOP_KEYS, reading_keys.TOP_KEYS),
        (reference_definitions.START_KEYS, reading_keys.START_KEYS),
        (reference_definitions.CLAUSE_KEYS, reading_keys.NODE_KEYS),
        (reference_definitions.WINDOW_KEYS, reading_keys.FORWARD_KEYS + reading_keys.BACK_KEYS),
        (reference_definitions.VARIANT_KEYS, reading_keys.VARIANT_KEYS),
    ):
        assert {key for key, _, _ in here} == set(there)


def test_definitions_that_pages_show_are_legal() -> None:
    shown = [body for page in PAGES for body in blocks(page, "yaml") if body.startswith("archetype:")]
    assert len(shown) > 20
    for body in shown:
        assert to_yaml(read_definitions(body, "page")[0]) == body


def test_every_file_that_a_run_leaves_is_documented_with_its_columns(results: Path) -> None:
    text = text_of(REFERENCE / "files.md")
    for path in (results / "in-team").iterdir():
        assert path.name in text or path.with_suffix(".csv").name in text
        if path.suffix == ".csv":
            with path.open(encoding="utf-8", newline="") as handle:
                heading = next(csv.reader(handle))
            section = text.split(f"## in-team/{path.name}\n")[1].split("\n## ")[0]
            assert re.findall(r"^\| `(\w+)` \|", section, re.MULTILINE) == heading


@pytest.mark.parametrize("name", ["children", "coverage", "returns"])
def test_documented_columns_of_the_workspace_are_there(results: Path, name: str) -> None:
    run = current_run(results)
    assert run is not None
    part = next((run / "journeys" / name).rglob("*.parquet"))
    section = text_of(REFERENCE / "files.md").split(f"### {name}\n")[1].split("\n### ")[0]
    documented = re.findall(r"^\| `(\w+)` \|", section, re.MULTILINE)
    assert documented
    assert set(documented) <= set(pl.read_parquet_schema(part))


def test_every_attribute_of_an_event_is_documented(results: Path) -> None:
    section = text_of(REFERENCE / "events.md").split("## Attributes")[1]
    documented = set(re.findall(r"^\| `(\w+)` \|", section, re.MULTILINE))
    with (results / "in-team" / "events.csv").open(encoding="utf-8", newline="") as handle:
        found = {name for row in csv.DictReader(handle) for name in json.loads(row["attributes"])}
    assert len(found) > 10
    assert found <= documented


def test_every_attribute_in_the_source_is_documented() -> None:
    section = text_of(REFERENCE / "events.md").split("## Attributes")[1]
    documented = set(re.findall(r"^\| `(\w+)` \|", section, re.MULTILINE))
    source = (PACKAGE / "journeys" / "events.py").read_text(encoding="utf-8")
    made = set(re.findall(r"att\.(?:text|flag|number|codes)\(\"(\w+)\"", source))
    assert made
    assert made <= documented


def test_every_event_table_and_rule_is_documented() -> None:
    events, tables, rules = (text_of(REFERENCE / f"{name}.md") for name in ("events", "tables", "rules"))
    assert all(f"| `{event.name}` |" in events for event in EVENTS)
    assert all(f"\n## {name}\n" in tables for name in REPORTED)
    assert all(f"| `{rule.code}` |" in rules for rule in specifications())


def test_issue_codes_are_those_in_the_source() -> None:
    documented = [entry["code"] for part in issue_codes() for entry in part["codes"]]
    assert len(documented) == len(set(documented))
    assert set(documented) == codes_in_source()


def test_severities_of_issue_codes_are_those_of_a_run(results: Path) -> None:
    severities = {entry["code"]: entry["severity"] for part in issue_codes() for entry in part["codes"]}
    assert set(severities.values()) == {"error", "warning", "note"}
    with (results / "in-team" / "issues.csv").open(encoding="utf-8", newline="") as handle:
        found = {row["code"]: row["severity"] for row in csv.DictReader(handle)}
    assert found
    for code in set(found) & set(severities):
        assert found[code] == severities[code]


def codes_in_source() -> set[str]:
    """Texts of the source that are spelt like our codes, and what `Issue` and `Refused` are given as one."""
    found: set[str] = set()
    for path in PACKAGE.rglob("*.py"):
        if path.relative_to(PACKAGE).parts[0] in ("synthetic", "cli", "reports"):
            continue
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Constant) and isinstance(node.value, str):
                if re.fullmatch(r"[a-z]+(-[a-z]+)+", node.value):
                    found.add(node.value)
            elif isinstance(node, ast.Call) and getattr(node.func, "id", "") in ("Issue", "Refused"):
                found |= {
                    keyword.value.value
                    for keyword in node.keywords
                    if keyword.arg == "code" and isinstance(keyword.value, ast.Constant)
                }
    return {code for code in found - NO_CODES if not _is_encoding(code)}


def _is_encoding(text: str) -> bool:
    try:
        codecs.lookup(text)
    except LookupError:
        return False
    return True
