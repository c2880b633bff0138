"""What the pages say holds together: links, commands, and nothing that belongs elsewhere."""

from __future__ import annotations

import re
import shlex
from pathlib import Path

import pytest
import yaml
from docs_pages import DOCS, NAMES, PAGES, ROOT, anchors, blocks, commands, text_of, without_blocks

import childjourneys
from childjourneys import __version__

FORBIDDEN = {
    "a path of one machine": r"/work\b|/tmp\b|/home/|/root\b|~/",
    "a package registry": r"\bpypi\b|\bconda\b|\bnpm\b|docker hub",
    "an issue number": r"\bissue #?\d|(?<![\w(/])#\d+\b",
    "how it was written": r"(?<!`)\bsessions?\b|\bhelpers?\b|\bclaude\b|\bllm\b|\bchatbot\b",
}
# Names of published unit costs that have a forbidden word.
_PUBLISHED = re.compile(r"CBT session|Multi-Systemic Therapy session")
_LINK = re.compile(r"(?<!!)\[[^\]]*\]\(([^)\s]+)\)")


@pytest.mark.parametrize("page", PAGES, ids=NAMES)
def test_links_lead_somewhere(page) -> None:  # type: ignore[no-untyped-def]
    for target in _LINK.findall(without_blocks(page)):
        assert not target.startswith(("http:", "https:")), f"{target}: there may be no internet"
        path, _, anchor = target.partition("#")
        to = (page.parent / path).resolve() if path else page
        assert to.is_file(), target
        assert not anchor or anchor in anchors(to), target


@pytest.mark.parametrize("page", PAGES, ids=NAMES)
def test_nothing_is_said_that_belongs_elsewhere(page) -> None:  # type: ignore[no-untyped-def]
    text = _PUBLISHED.sub("", text_of(page))
    for what, pattern in FORBIDDEN.items():
        assert not re.search(pattern, text, re.IGNORECASE), what


@pytest.mark.parametrize(
    "name", sorted(path.name for path in DOCS.iterdir() if path.suffix in (".py", ".yaml"))
)
def test_nor_in_the_files_behind_the_pages(name: str) -> None:
    for what, pattern in FORBIDDEN.items():
        assert not re.search(pattern, text_of(DOCS / name), re.IGNORECASE), what


def test_make_commands_are_in_the_makefile() -> None:
    targets = set(re.findall(r"^([a-z]+):", text_of(ROOT / "Makefile"), re.MULTILINE))
    for page in PAGES:
        named = set(re.findall(r"(?:`|^\$ )make ([a-z]+)", text_of(page), re.MULTILINE))
        assert named <= targets, page.name
    assert {"demo", "test", "wheels"} <= set(re.findall(r"make ([a-z]+)", text_of(ROOT / "README.md")))


def test_commands_that_pages_show_exist_with_their_options() -> None:
    known_commands = commands()
    shown = [
        line.removeprefix("$ ")
        for page in PAGES
        for block in blocks(page, "", "console")
        for line in block.splitlines()
        if re.match(r"(\$ )?(childjourneys|py -m childjourneys) ", line)
    ]
    assert len(shown) > 10
    for line in shown:
        words = shlex.split(line.replace("py -m childjourneys", "childjourneys"))
        typed = words[1] if words[1] in known_commands else " ".join(words[1:3])
        known = {option for parameter in known_commands[typed].params for option in parameter.opts}
        assert {word for word in words[2:] if word.startswith("--")} <= known, line


def test_options_in_the_text_exist() -> None:
    known = {
        option for command in commands().values() for parameter in command.params for option in parameter.opts
    }
    known |= {"--help", "--version", "--no-index", "--find-links", "--user"}
    for page in PAGES:
        named = set(re.findall(r"(?<![\w-])--[a-z][a-z0-9-]+", text_of(page)))
        assert named <= known, page.name


def test_the_first_screen_of_the_readme() -> None:
    first = text_of(ROOT / "README.md").splitlines()[:45]
    text = "\n".join(first)
    for needed in ("$ make demo", "make test", "make wheels", "--no-index --find-links wheels childjourneys",
                   "py -m childjourneys demo"):  # fmt: skip
        assert needed in text


def test_the_changes_begin_with_this_version() -> None:
    assert re.search(r"^## (\S+)", text_of(ROOT / "CHANGELOG.md"), re.MULTILINE)[1] == __version__  # type: ignore[index]


def test_issue_codes_are_well_formed() -> None:
    parts = yaml.safe_load(text_of(DOCS / "issue_codes.yaml"))
    for part in parts:
        for entry in part["codes"]:
            assert set(entry) == {"code", "severity", "meaning", "to_do"}
            assert entry["severity"] in ("error", "warning", "note")
            assert entry["meaning"].endswith(".") and entry["to_do"].endswith(".")


def test_messages_that_pages_quote_are_those_of_the_program() -> None:
    source = " ".join(text_of(path) for path in sorted(Path(childjourneys.__file__).parent.rglob("*.py")))
    quoted = re.findall(r"^> (?:\S+/\S+ )?(.+)$", text_of(DOCS / "how-to.md"), re.MULTILINE)
    assert len(quoted) == 2
    assert all(message in source for message in quoted)
