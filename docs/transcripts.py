"""Runs the commands that a page shows and puts what they print, and what they leave, back into the page.

In a page:

- A block marked `console` holds commands after `$` and what they print. A last line `...` says that the
  output was cut there.
- `<!-- table FILE | COLUMN=VALUE ... | columns | most rows -->` stands before a table of rows of a CSV file.
- `<!-- sums LEDGER | COLUMN=VALUE ... -->` stands before a block with the sum of each price of a cost ledger.
- `<!-- edit FILE > NEW | SHEET | COLUMN=VALUE ... | taken_as=VALUE -->` edits a workbook, as a reader would.
- `<!-- file NEW -->` stands before a block that a reader saves as that file.

All of a page runs in one new folder. `childjourneys` runs in this process; what it says of progress is left
out, as a terminal shows that on one moving line.
"""

from __future__ import annotations

import csv
import os
import re
import shlex
from collections.abc import Iterator
from contextlib import contextmanager
from decimal import ROUND_HALF_UP, Decimal
from pathlib import Path
from tempfile import TemporaryDirectory

from openpyxl import load_workbook
from typer.testing import CliRunner

from childjourneys.cli import build_app
from childjourneys.issues import ChildJourneysError

CUT = "..."
# What `make demo` runs once it has installed.
SHORTHAND = {"make demo": "childjourneys demo --children 5000 --out demo"}
_PARTS = re.compile(
    r"(?P<block>^```console\n(?:(?!```).*\n)*```$)"
    r"|(?P<table>^<!-- table .*-->\n(?:\|.*\n)*)"
    r"|(?P<sums>^<!-- sums .*-->\n(?:^```text\n(?:(?!```).*\n)*```\n)?)"
    r"|(?P<edit>^<!-- edit .*-->$)"
    r"|(?P<file>^<!-- file .*-->\n```\w*\n(?:(?!```).*\n)*```$)",
    re.MULTILINE,
)


def renew(text: str) -> str:
    """The page with everything in it as it comes out now."""
    with TemporaryDirectory() as folder, _inside(Path(folder)):
        return _PARTS.sub(_renewed, text)


def _renewed(part: re.Match[str]) -> str:
    if part["block"]:
        return "```console\n" + "".join(_run(*entry) for entry in _commands(part["block"])) + "```"
    if part["table"]:
        return _table(part["table"])
    if part["sums"]:
        return _sums(part["sums"])
    if part["file"]:
        _save(part["file"])
        return part["file"]
    _edit(part["edit"])
    return part["edit"]


def _commands(block: str) -> Iterator[tuple[str, list[str]]]:
    """Each command of a block and the lines under it."""
    command = ""
    shown: list[str] = []
    for line in block.splitlines()[1:-1]:
        if line.startswith("$ "):
            if command:
                yield command, shown
            command, shown = line[2:], []
        else:
            shown.append(line)
    yield command, shown


def _run(command: str, shown: list[str]) -> str:
    words = shlex.split(_with_child(SHORTHAND.get(command, command)))
    if words[0] != "childjourneys":
        raise ValueError(f"a page shows a command that can't be run: {command}")
    result = CliRunner().invoke(build_app(), words[1:])
    if isinstance(result.exception, ChildJourneysError):
        printed = [f"childjourneys: {result.exception}"]
    elif result.exception and not isinstance(result.exception, SystemExit):
        raise result.exception
    else:
        printed = result.stdout.replace("\\", "/").rstrip().split("\n")
    if shown and shown[-1] == CUT:
        printed = [*printed[: len(shown) - 1], CUT]
    asked = command if command in SHORTHAND else _with_child(command)
    return "\n".join([f"$ {asked}", *(line.rstrip() for line in printed)]) + "\n"


def _with_child(command: str) -> str:
    """The command; one about a child that the run does not have is made to be about another."""
    found = re.fullmatch(r"(childjourneys journey (\S+)) (\S+)(.*)", command)
    if not found:
        return command
    rows = _read(Path(found[2]) / "in-team" / "journeys.csv")
    wanted = [
        row["child_id"] for row in rows if "ICPC" in row["journey_reduced"] and int(row["n_events"]) < 13
    ]
    child = found[3] if found[3] in {row["child_id"] for row in rows} else wanted[0]
    return f"{found[1]} {child}{found[4]}"


def _table(text: str) -> str:
    directive = text.split("\n", 1)[0]
    name, conditions, columns, most = (
        word.strip() for word in directive.removeprefix("<!-- table ").removesuffix("-->").split("|")
    )
    names = columns.split()
    rows = _rows_that_fit(name, conditions)
    lines = ["| " + " | ".join(names) + " |", "|" + "---|" * len(names)]
    lines += [
        "| " + " | ".join(row[n].replace("|", "\\|") for n in names) + " |" for row in rows[: int(most)]
    ]
    return "\n".join([directive, *lines]) + "\n"


def _rows_that_fit(name: str, conditions: str) -> list[dict[str, str]]:
    wanted = dict(word.split("=", 1) for word in shlex.split(conditions))
    return [row for row in _read(Path(name)) if all(row[key] == value for key, value in wanted.items())]


def _sums(text: str) -> str:
    """Of each price: the quantities of its lines, times unit cost and uplift, and what the ledger has."""
    directive = text.split("\n", 1)[0]
    name, conditions = (
        word.strip() for word in directive.removeprefix("<!-- sums ").removesuffix("-->").split("|")
    )
    found: dict[tuple[str, ...], list[Decimal]] = {}
    for row in _rows_that_fit(name, conditions):
        key = tuple(row[column] for column in ("entry_id", "unit", "unit_cost", "uplift_factor"))
        sums = found.setdefault(key, [Decimal(0), Decimal(0)])
        sums[0] += Decimal(row["quantity"])
        sums[1] += Decimal(row["amount"])
    lines = []
    for (entry, unit, cost, uplift), (quantity, amount) in found.items():
        product = (quantity * Decimal(cost) * Decimal(uplift)).quantize(Decimal("0.01"), ROUND_HALF_UP)
        lines.append(f"{entry}: {quantity} {unit} x {cost} x {uplift} = {product}; in the ledger {amount}")
    return "\n".join([directive, "```text", *lines, "```", ""])


def _save(part: str) -> None:
    directive, _, body = part.split("\n", 2)
    path = Path(directive.removeprefix("<!-- file ").removesuffix("-->").strip())
    path.write_text(body.removesuffix("```"), encoding="utf-8", newline="\n")


def _edit(directive: str) -> None:
    files, sheet, conditions, change = (
        word.strip() for word in directive.removeprefix("<!-- edit ").removesuffix("-->").split("|")
    )
    source, target = (word.strip() for word in files.split(">"))
    column, value = change.split("=", 1)
    book = load_workbook(source)
    rows = book[sheet]
    places = {cell.value: cell.column for cell in rows[1]}
    wanted = dict(word.split("=", 1) for word in shlex.split(conditions))
    hits = [
        number
        for number in range(2, rows.max_row + 1)
        if all(str(rows.cell(number, places[key]).value) == text for key, text in wanted.items())
    ]
    if len(hits) != 1:
        raise ValueError(f"{len(hits)} rows of {source} fit: {conditions}")
    rows.cell(hits[0], places[column]).value = value
    book.save(target)


def _read(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as handle:
        return list(csv.DictReader(handle))


@contextmanager
def _inside(folder: Path) -> Iterator[None]:
    before = Path.cwd()
    os.chdir(folder)
    try:
        yield
    finally:
        os.chdir(before)
