"""One small authority and one run for all tests in this folder: the Python examples of the pages make it."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from docs_pages import PAGES, blocks

from childjourneys.synthetic import Plan, simulate, write_example


@pytest.fixture(scope="session")
def examples(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with `returns/`, in which every Python example was run, page by page."""
    folder = tmp_path_factory.mktemp("examples")
    write_example(simulate(Plan(children=60, years=(2024, 2025), seed=5)), folder)
    before = Path.cwd()
    os.chdir(folder)
    try:
        for page in PAGES:
            names: dict[str, object] = {}
            for number, example in enumerate(blocks(page, "python"), 1):
                exec(compile(example, f"{page.name}, example {number}", "exec"), names)
    finally:
        os.chdir(before)
    return folder


@pytest.fixture(scope="session")
def results(examples: Path) -> Path:
    """What `api.run` of the last example left."""
    return examples / "results"
