"""Open SSDA903 files, and read each once the year of its return is settled."""

from __future__ import annotations

import hashlib
import zipfile
import zlib
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path, PurePosixPath

import polars as pl

from childjourneys.issues import Refused
from childjourneys.sources.contract import ReadContext, ReturnInfo
from childjourneys.sources.delimited import read_delimited
from childjourneys.sources.ssda903.messages import issue
from childjourneys.sources.ssda903.opened import Opened
from childjourneys.sources.ssda903.records import is_ssda903, read_records, sheets_of_records
from childjourneys.sources.ssda903.rows import settle_rows
from childjourneys.sources.ssda903.sheets import ModuleSheet, find_heading, sheet_of, years_of, years_of_rows
from childjourneys.sources.ssda903.tables import tables_of
from childjourneys.tables import REPORTED

MOST_BYTES = 400_000_000
MOST_PARTS = 5_000
_HEAD = 1 << 16
_ZIP = (b"PK\x03\x04", b"PK\x05\x06")
_TABLE_SUFFIXES = (".csv", ".txt", ".tsv", ".xml")
# A RuntimeError says that a password is needed.
_BROKEN_ZIP = (zipfile.BadZipFile, zlib.error, EOFError, OSError, ValueError, NotImplementedError,
               RuntimeError)  # fmt: skip


@dataclass(frozen=True)
class Content:
    """The sheets of one file, and elements of XML that are not known, by their first line."""

    sheets: tuple[ModuleSheet, ...]
    is_xml: bool = False
    unknown: tuple[tuple[str, int], ...] = ()


class CareFile:
    """One recognised file, or part of a zip. Nothing of its rows is held until it is read."""

    def __init__(self, info: ReturnInfo, path: Path, part: str | None) -> None:
        self.info = info
        self._path = path
        self._part = part

    def forget(self) -> None:
        """Nothing to let go of: opening it kept no rows."""

    def within(self, folder: str) -> CareFile:
        """The same file as part of a return of its own, that of a folder in the zip."""
        info = replace(self.info, whole=f"{self.info.whole}/{folder}")
        return CareFile(info, self._path, self._part)

    def read(self, context: ReadContext) -> Iterator[dict[str, pl.DataFrame]]:
        """Reported tables of all modules in it, in one batch; issues, accounts, matches go into the context.

        Raises:
            Refused: the file has changed since it was opened.
        """
        file = self.info.file
        data = _bytes_of(self._path, self._part)
        content = _content(data) if _hash(data) == self.info.sha256 else None
        del data
        if content is None:
            raise Refused(
                "file-changed",
                "The file changed while it was read.",
                "A file that stays as it is.",
                "Run again when nothing writes to it.",
            )
        if content.is_xml:
            context.log.add(issue("layout-not-confirmed", file))
        for name, line in content.unknown:
            context.log.add(issue("element-unknown", file, row=line, column=name))
        found: dict[str, list[pl.DataFrame]] = {}
        for sheet in content.sheets:
            for name, frame in tables_of(settle_rows(sheet, file, context)).items():
                found.setdefault(name, []).append(frame)
        yield {name: pl.concat(found[name]) for name in REPORTED if name in found}


def open_ssda903(path: Path, name: str) -> Opened | None:
    """Open a file as modules of SSDA903; None when it has none.

    Args:
        path: a CSV, XML or zip file.
        name: what it is called in issues and tables: its path below the folder given. Parts of a zip add
            theirs to it.

    Raises:
        Refused: it is of SSDA903 and can't be read.
    """
    with path.open("rb") as handle:
        head = handle.read(_HEAD)
    if head.startswith(_ZIP):
        return _open_zip(path, name)
    if not _could_be(head, len(head) == _HEAD):
        return None
    opened = _open_data(_bytes_of(path, None), path, None, name, "")
    if opened is None:
        return None
    return Opened((opened,), path.stat().st_size)


def _open_data(data: bytes, path: Path, part: str | None, name: str, whole: str) -> CareFile | None:
    if _is_xml(data[:_HEAD]):
        content = _content(data)
        if content is None:
            return None
        modules = [sheet.module.name for sheet in content.sheets]
        years: Counter[int] = Counter()
        for sheet in content.sheets:
            years.update(years_of(sheet))
    else:
        rows = _rows_of(data)
        heading = find_heading(rows)
        if heading is None:
            return None
        modules, years = [heading.module.name], Counter(years_of_rows(rows, heading))
    place = path.resolve()
    info = ReturnInfo(
        file=name,
        kind="ssda903",
        sha256=_hash(data),
        modules=tuple(modules),
        whole=whole or str(place if _is_xml(data[:_HEAD]) else place.parent),
        dated=tuple(sorted(years.items())),
    )
    return CareFile(info, path, part)


def _content(data: bytes) -> Content | None:
    """What a CSV or XML holds; None where it is nothing of SSDA903."""
    if _is_xml(data[:_HEAD]):
        if not is_ssda903(data):
            return None
        records = read_records(data)
        sheets = tuple(sheets_of_records(records.found))
        return Content(sheets, True, tuple(records.unknown.items())) if sheets else None
    rows = _rows_of(data)
    heading = find_heading(rows)
    return None if heading is None else Content((sheet_of(rows, heading),))


def _rows_of(data: bytes) -> list[list[str]]:
    rows = read_delimited(data)
    if rows is None:
        raise Refused(
            "csv-unreadable",
            "This CSV file can't be read to its end; none of it was used.",
            "Text in columns, such as CSV UTF-8.",
            "Open it in a spreadsheet and save it again as CSV UTF-8.",
        )
    return rows


def _could_be(head: bytes, partial: bool) -> bool:
    """Whether the first part of a file looks like SSDA903."""
    if _is_xml(head):
        return True
    rows = read_delimited(head, partial=partial)
    return rows is not None and find_heading(rows) is not None


def _is_xml(head: bytes) -> bool:
    text = head[:1024].replace(b"\x00", b"").lstrip(b"\xef\xbb\xbf\xff\xfe").lstrip()
    return text.startswith(b"<")


def _open_zip(path: Path, name: str) -> Opened | None:
    """The modules in a zip, by the names of its parts; None when it has none, or is a workbook."""
    try:
        with zipfile.ZipFile(path) as archive:
            entries = sorted(archive.infolist(), key=lambda entry: entry.filename)
    except _BROKEN_ZIP:
        return None
    names = {entry.filename.lower() for entry in entries}
    if {"[content_types].xml", "content.xml", "mimetype"} & names or len(entries) > MOST_PARTS:
        return None
    found: list[tuple[CareFile, str]] = []
    left: list[str] = []
    refused: list[tuple[str, Refused]] = []
    size = 0
    # Of several parts of one name the last is the one that is unpacked.
    last = {entry.filename: entry for entry in entries}
    hidden = Counter(entry.filename for entry in entries)
    for entry in last.values():
        inside = PurePosixPath(entry.filename.replace("\\", "/"))
        if entry.is_dir() or "__MACOSX" in inside.parts or inside.name.startswith("."):
            continue
        called = f"{name}/{inside}"
        try:
            head = _part_of(path, entry.filename, _HEAD)
            if not _could_be(head, len(head) == _HEAD):
                left.append(called)
                continue
            data = _part_of(path, entry.filename, MOST_BYTES - size)
            size += len(data)
            opened = _open_data(data, path, entry.filename, called, str(path.resolve()))
        except Refused as refusal:
            if inside.suffix.lower() in _TABLE_SUFFIXES:
                refused.append((called, refusal))
            else:
                left.append(called)
            continue
        if opened is None:
            left.append(called)
        else:
            found.append((opened, str(inside.parent)))
            if hidden[entry.filename] > 1:
                refused.append((called, _hidden()))
    if not found and not refused:
        return None
    return Opened(tuple(_parted(found)), size, tuple(left), tuple(refused))


def _parted(found: list[tuple[CareFile, str]]) -> Iterator[CareFile]:
    """A zip is one return, unless a module stands in several of its folders: then each of them is one."""
    folders: dict[str, set[str]] = {}
    for file, folder in found:
        for module in file.info.modules:
            folders.setdefault(module, set()).add(folder)
    apart = any(len(places) > 1 for places in folders.values())
    for file, folder in found:
        yield file.within(folder) if apart else file


def _bytes_of(path: Path, part: str | None) -> bytes:
    if part is not None:
        return _part_of(path, part, MOST_BYTES)
    with path.open("rb") as handle:
        data = handle.read(MOST_BYTES + 1)
    if len(data) > MOST_BYTES:
        raise _too_big()
    return data


def _part_of(path: Path, part: str, most: int) -> bytes:
    """A part of a zip, or its first bytes; never more than are really there to unpack."""
    try:
        with zipfile.ZipFile(path) as archive, archive.open(part) as handle:
            data = handle.read(most + 1 if most > _HEAD else most)
    except _BROKEN_ZIP as error:
        raise Refused(
            "zip-unreadable",
            "This part of the zip can't be unpacked: it is damaged, or needs a password.",
            "A whole zip without a password.",
            "Unpack it and give the folder, or pack it again.",
        ) from error
    if most > _HEAD and len(data) > most:
        raise _too_big()
    return data


def _hash(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def _hidden() -> Refused:
    return Refused(
        "zip-part-twice",
        "The zip holds several parts of this name; only the last of them was read.",
        "Each name once in a zip.",
        "Pack it again, with the files in folders of their own or under other names.",
    )


def _too_big() -> Refused:
    return Refused(
        "return-too-big",
        "The file is over 400 MB, or the zip unpacks to more.",
        "A return of ordinary size.",
        "Check the export.",
    )
