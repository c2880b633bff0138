"""Which files there are below the paths given, and what each one is, found from its content."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from childjourneys.issues import Issue, IssueLog, Refused, UsageError
from childjourneys.sources.context_inputs import ContextInput, open_context
from childjourneys.sources.contract import SourceFile
from childjourneys.sources.families import FamilyLink, open_families
from childjourneys.sources.mappings import Mappings
from childjourneys.sources.ssda903.opened import Opened

HEAD_BYTES = 1024
LEFT_BY_A_RUN = ("in-team", "shareable", "workspace")
# So many returns keep what opening them read; the others are opened again when their turn comes.
KEPT_OPEN = 4
_UTF16_MARKS = (b"\xff\xfe", b"\xfe\xff", b"<\x00", b"\x00<")


@dataclass(frozen=True)
class Found:
    """A file and the name it is called by: its path below the PATH given, with forward slashes."""

    path: Path
    name: str


@dataclass
class Recognised:
    """What was found: returns, family links, optional tables; what is none of these is in the log."""

    returns: list[SourceFile] = field(default_factory=list)
    families: list[FamilyLink] = field(default_factory=list)
    context: list[ContextInput] = field(default_factory=list)
    input_bytes: int = 0


def find_files(paths: Sequence[Path], results: Path | None = None) -> list[Found]:
    """Every file below the paths, sorted by name; the same file given twice counts once.

    Args:
        paths: files or folders.
        results: where results go; what an earlier run left there is not read.

    Raises:
        UsageError: a path does not exist.
    """
    seen: dict[Path, Found] = {}
    walked: set[Path] = set()
    ours = [results.resolve() / name for name in LEFT_BY_A_RUN] if results else []
    for path in paths:
        if not path.exists():
            raise UsageError(f"There is no file or folder {path}.")
        for file in _walk(path, walked):
            place = file.resolve()
            if any(place.is_relative_to(folder) for folder in ours):
                continue
            name = file.name if path.is_file() else file.relative_to(path).as_posix()
            seen.setdefault(place, Found(file, name))
    return sorted(_told_apart(list(seen.values())), key=lambda entry: entry.name)


def recognise(files: Sequence[Found], log: IssueLog, mappings: Mappings | None) -> Recognised:
    """Open each file as what it is. What can't be read is an error in the log; what is no return, a note."""
    recognised = Recognised()
    for found in files:
        try:
            source = _open(found, mappings)
            size = found.path.stat().st_size
        except Refused as refusal:
            log.add(_refusal(found.name, refusal))
            continue
        except OSError:
            log.add(_unreadable(found.name))
            continue
        recognised.input_bytes += source.size if isinstance(source, Opened) else size
        if isinstance(source, Opened):
            _take_modules(source, recognised, log)
        elif isinstance(source, FamilyLink):
            recognised.families.append(source)
        elif isinstance(source, ContextInput):
            recognised.context.append(source)
        elif source is not None:
            recognised.returns.append(source)
            if len(recognised.returns) > KEPT_OPEN:
                source.forget()
        else:
            log.add(_no_return(found.name))
    return recognised


def _take_modules(opened: Opened, recognised: Recognised, log: IssueLog) -> None:
    recognised.returns += opened.files
    for name, refusal in opened.refused:
        log.add(_refusal(name, refusal))
    for name in opened.left_alone:
        log.add(_no_return(name))


def _walk(path: Path, walked: set[Path]) -> Iterator[Path]:
    """Files of a folder and below, each folder once; a folder that can't be opened stands for itself."""
    if path.is_file():
        yield path
        return
    if path.resolve() in walked:
        return
    walked.add(path.resolve())
    try:
        entries = sorted(path.iterdir())
    except OSError:
        yield path
        return
    for entry in entries:
        if entry.is_dir():
            yield from _walk(entry, walked)
        elif entry.is_file():
            yield entry


def _told_apart(found: list[Found]) -> list[Found]:
    """Files of one name, from several paths, are called by as many of their folders as tell them apart."""
    parts = [Path(os.path.abspath(entry.path)).parts for entry in found]
    names = [entry.name for entry in found]
    while len(set(names)) < len(names):
        times = Counter(names)
        for number, name in enumerate(names):
            if times[name] > 1:
                names[number] = "/".join(parts[number][-name.count("/") - 2 :])
    return [Found(entry.path, name) for entry, name in zip(found, names, strict=True)]


def _open(found: Found, mappings: Mappings | None) -> SourceFile | Opened | FamilyLink | ContextInput | None:
    from childjourneys.sources.annex_a import open_annex_a
    from childjourneys.sources.cin_census import open_cin
    from childjourneys.sources.ssda903.reader import open_ssda903

    with found.path.open("rb") as handle:
        head = handle.read(HEAD_BYTES)
    if not head:
        raise Refused(
            "empty-file", "The file is empty.", "A return.", "Export it again, or take it out of the folder."
        )
    if _looks_like_xml(head):
        census = open_cin(found.path, found.name)
        if census is not None:
            return census
    elif (families := open_families(found.path, found.name)) is not None:
        return families
    elif (table := open_context(found.path, found.name)) is not None:
        return table
    if (modules := open_ssda903(found.path, found.name)) is not None:
        return modules
    return open_annex_a(found.path, found.name, mappings)


def _looks_like_xml(head: bytes) -> bool:
    if head.startswith(_UTF16_MARKS):
        head = head.replace(b"\x00", b"").lstrip(b"\xff\xfe")
    text = head.removeprefix(b"\xef\xbb\xbf").lstrip().lower()
    return text.startswith(b"<") and not text.startswith((b"<!doctype html", b"<html", b"<table"))


def _refusal(file: str, refusal: Refused) -> Issue:
    return Issue(
        "error",
        refusal.code,
        file=file,
        row=refusal.row,
        what=refusal.what,
        expected=refusal.expected,
        to_do=refusal.to_do,
    )


def _unreadable(file: str) -> Issue:
    return Issue(
        "error",
        "file-unreadable",
        file=file,
        what="It can't be opened: there is no permission to read it, or another program holds it.",
        expected="A file or folder that you may read.",
        to_do="Close it elsewhere, or ask for permission to read it.",
    )


def _no_return(file: str) -> Issue:
    return Issue(
        "note",
        "not-a-return",
        file=file,
        what="This file is no return that we know; it was left alone.",
        expected="An Annex A workbook or list, a CIN census, SSDA903, a family link, or an optional table.",
        to_do="Nothing, unless it should be one: then check that its headings are there.",
    )
