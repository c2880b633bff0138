"""What a costing was asked for, kept with the run, so that a what-if rests on the very same files."""

from __future__ import annotations

import hashlib
import json
import shutil
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import date
from pathlib import Path

from childjourneys.issues import UsageError
from childjourneys.workspace.runs import open_run

FOLDER = "costs_asked"
ASKED = "asked.json"


@dataclass(frozen=True)
class Asked:
    """What `childjourneys costs` was told.

    Attributes:
        catalogue: names of shipped catalogues, and files.
        first, last: the period, both days included.
        prices: files of prices of single children.
        price_layouts: names of their layouts, or files: one for all, or one for each; none: the layout of
            the documentation.
        price_year: blank: every amount is in its own.
        indices: a file of price indices.
        version: of the catalogue, as results record it.
    """

    catalogue: tuple[str, ...]
    first: date
    last: date
    prices: tuple[str, ...] = ()
    price_layouts: tuple[str, ...] = ()
    price_year: str = ""
    indices: str = ""
    version: str = ""


def keep(run: Path, asked: Asked) -> None:
    """Keep what was asked for, with copies of the files, in the folder of a run."""
    folder = run / FOLDER
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir()
    kept = asdict(asked) | {
        "catalogue": [_copy(folder, name, f"catalogue_{n}") for n, name in enumerate(asked.catalogue)],
        "prices": [_copy(folder, name, f"prices_{n}") for n, name in enumerate(asked.prices)],
        "price_layouts": [_copy(folder, name, f"layout_{n}") for n, name in enumerate(asked.price_layouts)],
        "indices": _copy(folder, asked.indices, "indices"),
        "first": asked.first.isoformat(),
        "last": asked.last.isoformat(),
    }
    text = json.dumps({"asked": kept, "sha256": _hashes(folder)}, indent=1, sort_keys=True)
    (folder / ASKED).write_text(text + "\n", encoding="utf-8", newline="\n")


def kept(out: Path) -> Asked:
    """What the costing in force was asked for; files are the kept copies.

    Raises:
        UsageError: there is no run, or it was not costed.
    """
    folder = open_run(out) / FOLDER
    if not (folder / ASKED).is_file():
        raise UsageError(f"{out} was not costed yet; do that first with: childjourneys costs {out}")
    found = json.loads((folder / ASKED).read_text(encoding="utf-8"))["asked"]
    return Asked(
        catalogue=_paths(folder, found["catalogue"]),
        first=date.fromisoformat(found["first"]),
        last=date.fromisoformat(found["last"]),
        prices=_paths(folder, found["prices"]),
        price_layouts=_paths(folder, found.get("price_layouts", ())),
        price_year=found["price_year"],
        indices=_paths(folder, [found["indices"]])[0],
        version=found["version"],
    )


def _copy(folder: Path, name: str, stem: str) -> str:
    """The name of a copy; a name that is no file stays as it is."""
    path = Path(name)
    if not name or not path.is_file():
        return name
    # The file's own name stays, since results name it.
    target = folder / stem / path.name
    target.parent.mkdir()
    shutil.copyfile(path, target)
    return target.relative_to(folder).as_posix()


def _paths(folder: Path, names: Sequence[str]) -> tuple[str, ...]:
    return tuple(str(folder / name) if "/" in name else name for name in names)


def _hashes(folder: Path) -> dict[str, str]:
    return {
        path.relative_to(folder).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }
