"""Pages about costs show what the program takes and leaves: catalogues, prices, indices, scenarios, files."""

from __future__ import annotations

import csv
import re
import shutil
import textwrap
from collections import Counter
from decimal import Decimal
from pathlib import Path

import pytest
import yaml
from docs_pages import DOCS, PAGES, commands, text_of
from make_reference import pages
from reference_costs import catalogues
from transcripts import renew

from childjourneys.cost_outputs import cost_and_write
from childjourneys.costs.conditions import KEYS as CONDITION_KEYS
from childjourneys.costs.indices import load_indices
from childjourneys.costs.loading import INVENTED_EXAMPLE, SHIPPED, load_catalogue
from childjourneys.costs.nodes import CatalogueError
from childjourneys.costs.price_layout import COLUMNS as PRICE_COLUMNS
from childjourneys.costs.price_layout import read_layout
from childjourneys.costs.price_rows import read_prices
from childjourneys.costs.reading import ENTRY_KEYS, SETTING_KEYS
from childjourneys.costs.scenario.reading import KEYS as CHANGES
from childjourneys.costs.scenario.reading import read_scenario
from childjourneys.costs.section251_file import read_section251
from childjourneys.planning import what_if, write_what_if
from childjourneys.quality.ssda903_rules import rule_table
from childjourneys.sources.ssda903.layout import modules
from childjourneys.tables.care_chain import CARE_TABLES

TUTORIAL = DOCS / "tutorial_costs.md"
# A fenced block, also one inside a list.
_BLOCK = re.compile(r"^( *)```(?:yaml|text)\n(.*?)^\1```$", re.MULTILINE | re.DOTALL)
_FILE = re.compile(r"^<!-- file (\S+) -->\n```\w*\n(.*?)^```$", re.MULTILINE | re.DOTALL)
_REFUSED = "slip.yaml"
_SCENARIO = """
scenario:
  id: docs
  start: 2024-04-01
  changes:
    - {type: price, match: {process: cin.assessment}, change_pct: 5, from: 2024-04-01}
"""


def files_of(page: Path) -> dict[str, str]:
    """The files that a page has its reader save."""
    return dict(_FILE.findall(text_of(page)))


def kind_of(body: str) -> str:
    """What a block of a page is by its keys; blank: no file that costs read."""
    if not re.match(r"[a-z]+:", body):
        return ""
    try:
        keys = set(yaml.safe_load(body))
    except (yaml.YAMLError, TypeError):
        return ""
    named = {"entries": "catalogue", "settings": "catalogue", "scenario": "scenario", "indices": "indices",
             "columns": "layout"}  # fmt: skip
    return next((named[key] for key in named if key in keys), "")


def take(kind: str, body: str, folder: Path) -> None:
    """Read a block as the program does; raises what it raises."""
    path = folder / "block.yaml"
    path.write_text(body, encoding="utf-8")
    if kind == "catalogue":
        load_catalogue(("default", str(path)))
    elif kind == "scenario":
        read_scenario(path)
    elif kind == "indices":
        load_indices(path)
    elif kind == "layout":
        read_layout(body, path.name)


def test_blocks_that_pages_show_are_taken_by_the_program(tmp_path: Path) -> None:
    seen: Counter[str] = Counter()
    for page in PAGES:
        refused = files_of(page).get(_REFUSED)
        for _, block in _BLOCK.findall(text_of(page)):
            body = textwrap.dedent(block)
            if body.startswith(("- id: ", "- {id: ")):  # entries without their heading
                body = "entries:\n" + textwrap.indent(body, "  ")
            kind = kind_of(body)
            if body == refused:
                with pytest.raises(CatalogueError):
                    take(kind, body, tmp_path)
                continue
            take(kind, body, tmp_path)
            seen[kind] += 1
    assert seen["catalogue"] >= 5
    assert min(seen[kind] for kind in ("scenario", "indices", "layout")) >= 1


def test_files_of_the_tutorial_that_are_tables_are_read_whole(tmp_path: Path) -> None:
    files = files_of(TUTORIAL)
    for name, body in files.items():
        (tmp_path / name).write_text(body, encoding="utf-8")
    prices = read_prices(tmp_path / "placement_costs.csv", ["821"])
    assert prices.frame.height == files["placement_costs.csv"].count("\n") - 1
    assert prices.findings.is_empty()
    returned = read_section251(tmp_path / "section251.csv")
    assert len(returned.lines) == files["section251.csv"].count("\n") - 1
    assert returned.issues == ()
    layers = ("default", str(tmp_path / "ours.yaml"), str(tmp_path / "allowances.csv"))
    assert {file.name: file.entries for file in load_catalogue(layers).files} == {
        "default": 35, "ours.yaml": files["ours.yaml"].count("- id:"),
        "allowances.csv": files["allowances.csv"].count("\n") - 1,
    }  # fmt: skip


def test_commands_named_in_the_text_exist() -> None:
    known = {name.split()[0] for name in commands()}
    named = {word for page in PAGES for word in re.findall(r"`childjourneys ([a-z][a-z-]*)", text_of(page))}
    assert {"costs", "what-if", "demo"} <= named
    assert named <= known


def test_every_key_of_a_catalogue_a_price_and_a_scenario_is_explained() -> None:
    text = text_of(DOCS / "cost_catalogue.md")
    for key in (*ENTRY_KEYS, *CONDITION_KEYS, *SETTING_KEYS, *PRICE_COLUMNS):
        assert f"`{key}`" in text, key
    text = text_of(DOCS / "what_if.md")
    for change, keys in CHANGES.items():
        for key in (change, *keys):
            assert key in text, (change, key)


def test_every_shipped_unit_cost_is_listed_and_no_invented_one() -> None:
    text = "\n".join(catalogues())
    for name in SHIPPED:
        section = text.split(f"\n## {name}\n")[1].split("\n## ")[0]
        listed = re.findall(r"^\| `(\w+)` \|", section, re.MULTILINE)
        assert listed == [entry.id for entry in load_catalogue((name,)).entries if entry.file == name]
    assert "| `p3_ifa_0910` |" in text
    assert " | 5952 |  | 2009/10 | secondary, research | In Loco Parentis; 2010; " in text
    assert " | 186 | 224 | 2008/09 | " in text
    assert not any(f"`{entry.id}`" in text for entry in load_catalogue((INVENTED_EXAMPLE,)).entries)


def test_every_module_and_column_of_ssda903_is_listed() -> None:
    text = pages()["ssda903.md"]
    for name, module in modules().items():
        section = text.split(f"\n## {name}\n")[1].split("\n## ")[0]
        assert set(module.fields) == set(re.findall(r"^\| `(\w+)` \| `\w+`", section, re.MULTILINE))
        assert f"(tables.md#{module.table})" in section


def test_rules_and_tables_of_care_are_listed() -> None:
    section = pages()["rules.md"].split("\n## SSDA903\n")[1]
    assert re.findall(r"^\| `(\w+)` \|", section, re.MULTILINE) == [row["code"] for row in rule_table()]
    text = pages()["tables.md"]
    for name, table in CARE_TABLES.items():
        section = text.split(f"\n## {name}\n")[1].split("\n## ")[0]
        assert re.findall(r"^\| `(\w+)` \|", section, re.MULTILINE) == [c.name for c in table.columns]


@pytest.fixture(scope="module")
def costed(results: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The run of the examples, costed at invented prices, with a scenario."""
    folder = tmp_path_factory.mktemp("costed")
    out = folder / "results"
    shutil.copytree(results, out)
    cost_and_write(out, [INVENTED_EXAMPLE])
    scenario = folder / "docs.yaml"
    scenario.write_text(_SCENARIO, encoding="utf-8")
    write_what_if(out, what_if(out, scenario))
    return out


def test_every_file_that_costs_leave_is_documented_with_its_columns(costed: Path, results: Path) -> None:
    text = pages()["files.md"]
    seen = set()
    for folder in ("in-team", "shareable"):
        before = {path.name for path in (results / folder).iterdir()}
        for path in (costed / folder).iterdir():
            if path.name in before:
                continue
            name = path.name.replace("scenario_docs", "scenario_ID")
            seen.add(f"{folder}/{name}")
            assert name in text
            if path.suffix == ".csv":
                with path.open(encoding="utf-8", newline="") as handle:
                    heading = next(csv.reader(handle))
                section = text.split(f"## {folder}/{name}\n")[1].split("\n## ")[0]
                assert re.findall(r"^\| `(\w+)` \|", section, re.MULTILINE) == heading
    assert {"in-team/cost_ledger.csv", "in-team/scenario_ID.csv", "shareable/costs.html"} <= seen


def test_the_tutorial_shows_rows_and_sums_that_are_right() -> None:
    text = text_of(TUTORIAL)
    for directive, table in re.findall(r"^(<!-- table .*-->)\n((?:\|.*\n)*)", text, re.MULTILINE):
        assert table.count("\n") > 2, directive
    sums = re.findall(
        r"^\w+: ([\d.]+) \w+ x ([\d.]+) x ([\d.]+) = ([\d.]+); in the ledger ([\d.]+)$", text, re.MULTILINE
    )
    assert len(sums) >= 5
    for numbers in sums:
        quantity, cost, uplift, product, ledger = map(Decimal, numbers)
        assert abs(quantity * cost * uplift - product) <= Decimal("0.005")
        assert abs(product - ledger) <= Decimal("0.01")
    # What the text works out stands in the tables beside it.
    for shown in ("| 6 | 0.204934 |", "| 28 | 0.956357 |", "= 6912.00;", "| 446.00 | 1.345868 | 600.26 |"):
        assert shown in text
    assert round(1.02**15, 6) == 1.345868
    assert text.count("\nchildjourneys: ") == 2


def test_a_page_can_have_files_saved_and_sums_shown() -> None:
    ledger = (
        "entry_id,unit,unit_cost,uplift_factor,quantity,amount,child_id\n"
        "home,week,700.00,1.020000,1.000000,714.00,A\n"
        "home,week,700.00,1.020000,0.500000,357.00,A\n"
        "visit,event,10.00,1.000000,1.000000,10.00,B\n"
    )
    page = (
        f"<!-- file ledger.csv -->\n```text\n{ledger}```\n\n<!-- sums ledger.csv | child_id=A -->\n\nNext.\n"
    )
    line = "home: 1.500000 week x 700.00 x 1.020000 = 1071.00; in the ledger 1071.00"
    renewed = page.replace("child_id=A -->\n", f"child_id=A -->\n```text\n{line}\n```\n")
    assert renew(page) == renewed
    assert renew(renewed.replace("1.500000", "9")) == renewed


@pytest.mark.slow
def test_the_tutorial_on_costs_shows_what_is_printed() -> None:
    page = text_of(TUTORIAL)
    assert page.count("$ childjourneys ") == 10
    assert renew(page) == page, "run `make docs`"
