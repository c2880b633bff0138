"""The definitions that ship, and those a user adds."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from importlib import resources
from pathlib import Path

from childjourneys.archetypes.definition import Archetype
from childjourneys.archetypes.reading import read_definitions
from childjourneys.issues import UsageError

_LARGEST = 2_000_000
_ENDINGS = (".yaml", ".yml")


def library() -> dict[str, Archetype]:
    """The shipped definitions by id, in the order of their numbers."""
    return dict(_shipped())


def load(paths: Sequence[Path]) -> dict[str, Archetype]:
    """The library with the definitions of some files; one with the id of a shipped one takes its place.

    Args:
        paths: YAML files, or folders whose .yaml and .yml files are read.

    Raises:
        UsageError: a file can't be read, or two of them define one id; one sentence.
        DefinitionError: a definition is refused; with file and line.
    """
    added: dict[str, Archetype] = {}
    places: dict[str, Path] = {}
    for path in files_of(paths):
        for definition in read_file(path):
            if definition.id in places:
                raise UsageError(
                    f"The archetype {definition.id} is defined in {places[definition.id]} and in {path}."
                )
            places[definition.id] = path
            added[definition.id] = definition
    return library() | added


def read_file(path: Path) -> list[Archetype]:
    """The definitions of one file.

    Raises:
        UsageError: it can't be read.
        DefinitionError: a definition is refused.
    """
    try:
        if path.is_file() and path.stat().st_size > _LARGEST:
            raise UsageError(f"{path} is too large for a file of archetypes.")
        text = path.read_text(encoding="utf-8-sig")
    except OSError as error:
        raise UsageError(f"{path} can't be read: {error.strerror}.") from error
    except UnicodeDecodeError as error:
        raise UsageError(f"{path} is no UTF-8 text; save it as UTF-8 and try again.") from error
    return read_definitions(text, str(path))


def files_of(paths: Sequence[Path]) -> list[Path]:
    """The files that some paths stand for, each once.

    Raises:
        UsageError: a folder holds none.
    """
    files: dict[Path, None] = {}
    for path in paths:
        if not path.is_dir():
            files[path] = None
            continue
        inside = sorted(file for file in path.iterdir() if file.suffix.lower() in _ENDINGS and file.is_file())
        if not inside:
            raise UsageError(f"The folder {path} holds no file that ends in .yaml or .yml.")
        files |= dict.fromkeys(inside)
    return list(files)


@cache
def _shipped() -> dict[str, Archetype]:
    folder = resources.files("childjourneys.archetypes").joinpath("library")
    found: dict[str, Archetype] = {}
    for entry in sorted(folder.iterdir(), key=lambda entry: entry.name):
        if entry.name.endswith(".yaml"):
            for definition in read_definitions(entry.read_text(encoding="utf-8"), entry.name):
                found[definition.id] = definition
    return found
