"""Where the documentation is, and its parts: shared by the tests in this folder."""

from __future__ import annotations

import re
import sys
from pathlib import Path
from typing import Any

import typer

from childjourneys.cli import build_app

ROOT = Path(__file__).parents[2]
DOCS = ROOT / "docs"
PAGES = sorted([ROOT / "README.md", ROOT / "CHANGELOG.md", *DOCS.rglob("*.md")])
NAMES = [page.relative_to(ROOT).as_posix() for page in PAGES]

if str(DOCS) not in sys.path:
    sys.path.insert(0, str(DOCS))

_BLOCK = re.compile(r"^```(\w*)\n(.*?)^```$", re.MULTILINE | re.DOTALL)


def text_of(page: Path) -> str:
    return page.read_text(encoding="utf-8")


def blocks(page: Path, *languages: str) -> list[str]:
    """The fenced blocks of some languages, in order."""
    return [body for language, body in _BLOCK.findall(text_of(page)) if language in languages]


def commands() -> dict[str, Any]:
    """Every command by the words that it is typed with; of a group each command by itself."""
    found: dict[str, Any] = {}
    for name, command in typer.main.get_command(build_app()).commands.items():
        inner = getattr(command, "commands", None)
        found |= {f"{name} {part}": what for part, what in inner.items()} if inner else {name: command}
    return found


def without_blocks(page: Path) -> str:
    return _BLOCK.sub("", text_of(page))


def anchors(page: Path) -> set[str]:
    """The anchors of a page's headings, as hosts of Markdown make them."""
    headings = re.findall(r"^#+ (.+)$", without_blocks(page), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}
