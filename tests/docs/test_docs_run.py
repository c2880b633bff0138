"""What the pages show is what comes out: Python examples run, and transcripts are renewed unchanged."""

from __future__ import annotations

from pathlib import Path

import pytest
from docs_pages import DOCS, PAGES, ROOT, blocks, text_of
from transcripts import renew


def test_python_examples_run(examples: Path) -> None:
    assert sum(len(blocks(page, "python")) for page in PAGES) >= 4
    assert (examples / "results" / "in-team" / "report.html").is_file()


def test_the_tutorial_shows_what_is_printed() -> None:
    page = text_of(DOCS / "tutorial.md")
    assert page.count("$ childjourneys ") == 5
    assert renew(page) == page, "run `make docs`"


def test_a_transcript_that_is_out_of_date_is_noticed() -> None:
    page = "```console\n$ childjourneys run nowhere --out results\nsomething else\n```\n"
    expected = (
        "$ childjourneys run nowhere --out results\nchildjourneys: There is no file or folder nowhere.\n"
    )
    assert renew(page) == f"```console\n{expected}```\n"


@pytest.mark.slow
def test_the_readme_shows_what_the_demo_prints() -> None:
    page = text_of(ROOT / "README.md")
    assert renew(page) == page, "run `make docs`"
