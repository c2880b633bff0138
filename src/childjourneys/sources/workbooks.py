"""Workbooks and delimited text as rows of cells with the row numbers a spreadsheet shows.

What a file is follows from its bytes, never from its name. Cells are those stored: no formula is worked
out, no link followed, no macro run.
"""

from __future__ import annotations

import io
import re
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from python_calamine import CalamineError, CalamineWorkbook, PasswordError, SheetTypeEnum

from childjourneys.issues import Refused
from childjourneys.sources.archives import MOST_CELLS, Parts, inspect_archive, too_big
from childjourneys.sources.compound import SIGNATURE, read_compound
from childjourneys.sources.delimited import read_delimited
from childjourneys.sources.extents import binary_records

WORKBOOK_SUFFIXES = frozenset({".xlsx", ".xlsm", ".xlsb", ".xls", ".ods"})
TABLE_SUFFIXES = WORKBOOK_SUFFIXES | {".csv", ".txt", ".tsv"}
_MOST_BYTES = 400_000_000
_START = 8
_ZIP = (b"PK\x03\x04", b"PK\x05\x06")
_BINARY_PROPERTIES = 153


@dataclass(frozen=True)
class Sheet:
    """The filled rectangle of one sheet. `first_row` is the number the spreadsheet shows for `rows[0]`."""

    name: str
    first_row: int
    rows: list[list[Any]]


@dataclass(frozen=True)
class Workbook:
    """An opened file, checked for what it unpacks to.

    Attributes:
        date_1904: serial numbers count from 1 January 1904.
        is_text: it is delimited text, whatever its name.
        has_links: it refers to other workbooks; the values stored with it are read.
        has_macros: it carries macros; none is run.
    """

    data: bytes
    date_1904: bool = False
    is_text: bool = False
    has_links: bool = False
    has_macros: bool = False

    def sheets(self) -> Iterator[Sheet]:
        """Sheets in their order, hidden ones too, one at a time.

        Raises:
            Refused: the file is damaged inside.
        """
        if self.is_text:
            rows = read_delimited(self.data)
            if rows is not None:
                yield Sheet("", 1, rows)
            return
        yield from _sheets_of(io.BytesIO(self.data))


def open_workbook(path: Path) -> Workbook | None:
    """Open a workbook or delimited text; None for a file that is neither and is not named like one.

    Raises:
        Refused: it is encrypted, damaged, empty, too big once unpacked, or something else under a
            workbook's name.
    """
    suffix = path.suffix.lower()
    try:
        with path.open("rb") as stream:
            start = stream.read(_START)
            if start and suffix not in TABLE_SUFFIXES and not start.startswith((*_ZIP, SIGNATURE)):
                return None
            data = start + stream.read(_MOST_BYTES)
    except OSError as error:
        raise Refused(
            "file-unreadable",
            "The file can't be opened.",
            "a file that you may read and that no other program holds locked",
            "Close it in other programs, or ask for the right to read it, and run again.",
        ) from error
    if len(data) > _MOST_BYTES:
        raise too_big("The file is over 400 MB.")
    return workbook_of(data, suffix)


def workbook_of(data: bytes, suffix: str) -> Workbook | None:
    """As `open_workbook`, on bytes. `suffix` decides only between "not ours" and a refusal."""
    if not data:
        if suffix in TABLE_SUFFIXES:
            raise Refused(
                "empty-file", "The file is empty.", "a workbook or CSV with lists", "Export it again."
            )
        return None
    if data.startswith(_ZIP):
        return _zipped(data, suffix)
    if data.startswith(SIGNATURE):
        return _compound(data, suffix)
    return _text(data, suffix)


def _zipped(data: bytes, suffix: str) -> Workbook | None:
    try:
        parts = inspect_archive(io.BytesIO(data))
    except (zipfile.BadZipFile, zlib.error, EOFError, OSError, ValueError, NotImplementedError) as error:
        if suffix in TABLE_SUFFIXES:
            raise _damaged() from error
        return None
    names = {name.lower() for name in parts.names}
    if b"encryption-data" in parts.heads.get("META-INF/manifest.xml", b""):
        raise _encrypted()
    spreadsheet = b"opendocument.spreadsheet" in parts.heads.get("mimetype", b"")
    if not ({"xl/workbook.xml", "xl/workbook.bin"} & names or spreadsheet):
        if suffix in TABLE_SUFFIXES:
            raise _not_a_workbook("It holds no sheets.")
        return None
    return Workbook(
        data,
        date_1904=_counts_from_1904(parts),
        has_links=any(name.startswith("xl/externallinks/") for name in names),
        has_macros=any(name.endswith("vbaproject.bin") for name in names),
    )


def _counts_from_1904(parts: Parts) -> bool:
    properties = re.search(rb"<(?:\w+:)?workbookPr\b[^>]*>", parts.heads.get("xl/workbook.xml", b""))
    if properties:
        return re.search(rb"\bdate1904\s*=\s*[\"'](?:1|true|on)[\"']", properties[0]) is not None
    for kind, body in binary_records([parts.heads.get("xl/workbook.bin", b"")]):
        # The properties of a binary workbook: flags, of which bit 0 is 1904.
        if kind == _BINARY_PROPERTIES and body:
            return bool(body[0] & 1)
    null_date = re.search(rb"<table:null-date\b[^>]*>", parts.heads.get("content.xml", b""))
    return null_date is not None and b"1904-01-01" in null_date[0]


def _compound(data: bytes, suffix: str) -> Workbook | None:
    try:
        inside = read_compound(data)
    except ValueError as error:
        if suffix in TABLE_SUFFIXES:
            raise _damaged() from error
        return None
    if inside.encrypted:
        raise _encrypted()
    if inside.cells > MOST_CELLS:
        raise too_big("A sheet of the workbook has a cell far below or far right of its table.")
    if not {"Workbook", "Book"} & set(inside.streams):
        if suffix in TABLE_SUFFIXES:
            raise _not_a_workbook("It holds no sheets.")
        return None
    macros = any(name.startswith("_VBA_PROJECT") for name in inside.streams)
    return Workbook(data, date_1904=inside.date_1904, has_macros=macros)


def _text(data: bytes, suffix: str) -> Workbook | None:
    start = data[:4096].replace(b"\0", b"").lstrip(b"\xef\xbb\xbf\xff\xfe \t\r\n").lower()
    if start.startswith((b"<!doctype html", b"<html", b"<table", b"<head", b"<body", b"<meta", b"<style")):
        if suffix in TABLE_SUFFIXES:
            raise _not_a_workbook("It is a web page saved under a workbook's name.")
        return None
    if start.startswith(b"<"):
        if suffix in TABLE_SUFFIXES:
            raise _not_a_workbook("It is XML saved under a workbook's name.")
        return None
    if suffix not in TABLE_SUFFIXES:
        return None
    if read_delimited(data[: 1 << 16], partial=True) is None:
        raise _not_a_workbook("It is neither a workbook nor a table in text.")
    return Workbook(data, is_text=True)


def _sheets_of(stream: io.BytesIO) -> Iterator[Sheet]:
    try:
        with CalamineWorkbook.from_filelike(stream) as workbook:
            for number, about in enumerate(workbook.sheets_metadata):
                if about.typ != SheetTypeEnum.WorkSheet:
                    continue
                sheet = workbook.get_sheet_by_index(number)
                if sheet.start is not None:
                    yield Sheet(about.name, sheet.start[0] + 1, sheet.to_python())
                else:
                    yield Sheet(about.name, 1, [])
    except PasswordError as error:
        raise _encrypted() from error
    except (CalamineError, OSError, ValueError, OverflowError) as error:
        raise _damaged() from error
    except BaseException as error:
        # The reader's own panic on a broken file derives from BaseException and has no importable name.
        if type(error).__name__ != "PanicException":
            raise
        raise _damaged() from error


def _encrypted() -> Refused:
    return Refused(
        "workbook-encrypted",
        "The workbook is protected by a password.",
        "a workbook that opens without a password",
        "Open it in Excel, choose File, Info, Protect Workbook, Encrypt with Password, clear the password, "
        "save a copy without it and run again.",
    )


def _damaged() -> Refused:
    return Refused(
        "workbook-damaged",
        "The workbook is damaged or cut short, so none of it was read.",
        "a whole workbook (.xlsx, .xlsm, .xlsb, .xls or .ods)",
        "Export or copy it again; if it opens in Excel, save it there as .xlsx and run again.",
    )


def _not_a_workbook(what: str) -> Refused:
    return Refused(
        "not-a-workbook",
        what,
        "a workbook (.xlsx, .xlsm, .xlsb, .xls or .ods) or a CSV",
        "Open it in Excel, save it as .xlsx and run again.",
    )
