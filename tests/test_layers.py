"""Which way imports point: a module imports its own layer's package and layers below, never above."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

import childjourneys

ROOT = Path(childjourneys.__file__).parent
LAYERS = (
    {"cli", "api", "__main__"},
    {
        "pipeline",
        "outputs",
        "lookup",
        "account",
        "counting",
        "measuring",
        "indicating",
        "pathing",
        "explaining",
        "comparing",
        "linking",
        "packing",
        "sharing",
        "costing",
        "child_costing",
        "budgeting",
        "cost_outputs",
        "example_costs",
        "kept_costs",
        "cohort_costs",
        "forecasting",
        "kept_ledger",
        "planning",
    },
    {"reports"},
    {"disclosure"},
    {"archetypes", "equalities", "indicators", "pathways", "comparison", "costs"},
    {"journeys", "merging", "quality"},
    {"sources", "engine", "workspace", "synthetic"},
    {"tables", "issues"},
    {"domain"},
)
LEVEL = {name: level for level, names in enumerate(LAYERS) for name in names}
MODULES = sorted(ROOT.rglob("*.py"))


def part(dotted: str) -> str:
    return dotted.split(".")[1] if "." in dotted else ""


def imports(path: Path) -> list[str]:
    found: list[str] = []
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.ImportFrom) and node.module and node.module.split(".")[0] == "childjourneys":
            names = [f"{node.module}.{alias.name}" for alias in node.names]
            found += names if node.module == "childjourneys" else [node.module]
        elif isinstance(node, ast.Import):
            found += [alias.name for alias in node.names if alias.name.startswith("childjourneys.")]
    return found


@pytest.mark.parametrize("path", MODULES, ids=[str(p.relative_to(ROOT)) for p in MODULES])
def test_imports_point_downwards(path: Path) -> None:
    mine = path.relative_to(ROOT).with_suffix("").parts[0]
    if mine == "__init__":
        return
    for dotted in imports(path):
        other = part(dotted)
        if other == "__version__":
            continue
        assert LEVEL[other] >= LEVEL[mine], f"{mine} imports {dotted}"


def test_no_module_imports_spark_or_the_network() -> None:
    forbidden = {"pyspark", "requests", "urllib.request", "http.client", "socket", "httpx"}
    for path in MODULES:
        tree = ast.parse(path.read_text(encoding="utf-8"))
        names = {
            alias.name for node in ast.walk(tree) if isinstance(node, ast.Import) for alias in node.names
        }
        names |= {node.module for node in ast.walk(tree) if isinstance(node, ast.ImportFrom) and node.module}
        assert not names & forbidden, path
