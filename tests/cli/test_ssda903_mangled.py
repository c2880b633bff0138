"""Returns of SSDA903 with random damage: never a traceback, and every row is accounted for."""

from __future__ import annotations

import random
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from care_returns import Left
from typer.testing import CliRunner

from childjourneys.cli import build_app
from childjourneys.issues import ChildJourneysError

CELLS = (
    "", "-", "n/a", "#N/A", "01/04/2024", "31/03/2024", "07/25/2023", "45000", "1/1/24", "2024-02-30",
    "zz/05/2019",
    "X1", "S", "L", "V3", "U6", "T0", "H5", "Q9", "-1", "999999999999", "é€", '"', "a,b", "\t", "0", "00",
    "UNKNOWN",
    "1.0", "E4A", "9999-12-31", "01/01/1900",
)  # fmt: skip
ENCODINGS = ("utf-8", "utf-8-sig", "cp1252", "utf-16", "utf-16-le", "latin-1")


def cells(chance: random.Random, text: str) -> str:
    """Some cells replaced, with values that mean something elsewhere."""
    lines = [line.split(",") for line in text.split("\n")]
    for _ in range(chance.choice((1, 5, 40))):
        row = lines[chance.randrange(len(lines))]
        row[chance.randrange(len(row))] = chance.choice(CELLS)
    return "\n".join(",".join(row) for row in lines)


def columns(chance: random.Random, text: str) -> str:
    """A column dropped, doubled, moved or renamed."""
    rows = [line.split(",") for line in text.split("\n") if line]
    at, to = chance.randrange(len(rows[0])), chance.randrange(len(rows[0]))
    kind = chance.randrange(4)
    for row in rows:
        cell = row[at] if at < len(row) else ""
        if kind == 0:
            del row[at : at + 1]
        elif kind == 1:
            row.insert(to, cell)
        elif kind == 2:
            row.insert(to, row.pop(at) if at < len(row) else "")
    if kind == 3:
        rows[0][at] = chance.choice(("CHILD", "DOB", "DECOM", "", " decom ", "Épisode", "REC"))
    return "\n".join(",".join(row) for row in rows) + "\n"


def lines(chance: random.Random, text: str) -> str:
    """Lines doubled, shuffled, cut, emptied, or headings in the middle."""
    found = text.split("\n")
    for _ in range(chance.choice((1, 4, 20))):
        at = chance.randrange(len(found))
        found.insert(
            chance.randrange(len(found)), chance.choice((found[at], found[0], "", "a note", found[at][:9]))
        )
    if chance.random() < 0.3:
        found[1:] = chance.sample(found[1:], len(found) - 1)
    if chance.random() < 0.2:
        del found[chance.randrange(1, len(found)) :]
    return "\n".join(found)


def separators(chance: random.Random, text: str) -> str:
    return text.replace(",", chance.choice((";", "\t", "|"))).replace(
        "\n", chance.choice(("\r\n", "\r", "\n"))
    )


def bytes_of(chance: random.Random, text: str) -> bytes:
    """The text in some encoding, now and then cut short or with stray bytes."""
    data = text.encode(chance.choice(ENCODINGS), "replace")
    if chance.random() < 0.15:
        data = data[: chance.randrange(len(data) + 1)]
    if chance.random() < 0.15:
        at = chance.randrange(len(data) + 1)
        data = data[:at] + bytes(chance.randrange(256) for _ in range(4)) + data[at:]
    return data


WAYS: tuple[Callable[[random.Random, str], str], ...] = (cells, columns, lines, separators)


def invoked(*words: str | Path) -> int:
    done = CliRunner().invoke(build_app(), [str(word) for word in words])
    fault = done.exception
    assert fault is None or isinstance(fault, (SystemExit, ChildJourneysError)), done.exc_info
    return 1 if isinstance(fault, ChildJourneysError) else done.exit_code


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Three years of generated returns, SSDA903 alone."""
    out = tmp_path_factory.mktemp("made")
    assert (
        invoked("synth", "--children", "150", "--years", "2022-2024", "--seed", "7", "--out", out / "all")
        == 0
    )
    found = sorted(
        {path.parent for path in out.rglob("*.csv") if "pisodes" in path.name or "header" in path.name}
    )
    for number, folder in enumerate(found):
        shutil.copytree(folder, out / "care" / f"{number}_{folder.name}")
    assert len(found) >= 3
    return out / "care"


def mangled(made: Path, folder: Path, seed: int) -> Path:
    chance = random.Random(seed)
    shutil.copytree(made, folder)
    files = sorted(folder.rglob("*.csv"))
    for path in chance.sample(files, chance.randint(1, len(files))):
        text = path.read_text(encoding="utf-8")
        for way in chance.sample(WAYS, chance.randint(1, 2)):
            text = way(chance, text)
        path.write_bytes(bytes_of(chance, text))
    return folder


def check(made: Path, tmp_path: Path, seed: int) -> None:
    folder = mangled(made, tmp_path / "in", seed)
    code = invoked("run", folder, "--out", tmp_path / "out", "--la", "301")
    assert code in (0, 1)
    if code == 0:
        Left(tmp_path / "out").accounted()


@pytest.mark.parametrize("seed", range(4))
def test_damaged_returns_never_break_a_run(made: Path, tmp_path: Path, seed: int) -> None:
    check(made, tmp_path, seed)


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(100, 140))
def test_many_damaged_returns(made: Path, tmp_path: Path, seed: int) -> None:
    check(made, tmp_path, seed)
