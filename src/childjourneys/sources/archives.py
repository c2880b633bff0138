"""What a zipped workbook really unpacks to, found before anything reads it.

A workbook that unpacks to gigabytes, or whose one far cell makes a reader reserve room for billions of
empty ones, would take the whole run down with it. The sizes in a zip's directory are claims, so every part
is unpacked here once, piece by piece and into nothing.
"""

from __future__ import annotations

import re
import struct
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import IO

from childjourneys.issues import Refused
from childjourneys.sources.extents import QuickLooks, sheet_cells

MOST_BYTES = 400_000_000
MOST_PARTS = 5_000
MOST_CELLS = 8_000_000
_PIECE = 1 << 18
_PACKED_PIECE = 1 << 16
_HEAD = 1 << 16
_LOCAL_HEADER = 30
# Parts whose start says what the workbook is.
_TELLING = ("xl/workbook.xml", "xl/workbook.bin", "content.xml", "META-INF/manifest.xml", "mimetype")
_SHEET = re.compile(r"xl/worksheets/[^/]+\.(xml|bin)$|^content\.xml$", re.IGNORECASE)


@dataclass(frozen=True)
class Parts:
    """Names of the parts, and the first 64 kB of those that say what the workbook is."""

    names: tuple[str, ...]
    heads: dict[str, bytes] = field(default_factory=dict)


def inspect_archive(stream: IO[bytes]) -> Parts:
    """Unpack every part once, within bounds.

    Raises:
        Refused: it unpacks to more than 400 MB, has over 5,000 parts, or a sheet spans more than 8 million
            cells.
        zipfile.BadZipFile, zlib.error: it is damaged.
    """
    entries = zipfile.ZipFile(stream).infolist()
    if len(entries) > MOST_PARTS:
        raise too_big("The workbook holds more parts than any return does.")
    heads: dict[str, bytes] = {}
    looks = QuickLooks()
    unpacked = 0
    for entry in entries:
        is_sheet = _SHEET.search(entry.filename) is not None
        for piece in _pieces(stream, entry):
            unpacked += len(piece)
            if unpacked > MOST_BYTES:
                raise too_big("The workbook unpacks to more than 400 MB.")
            if entry.filename in _TELLING and len(heads.get(entry.filename, b"")) < _HEAD:
                heads[entry.filename] = (heads.get(entry.filename, b"") + piece)[:_HEAD]
            if is_sheet:
                looks.add(entry.filename, piece)
    doubtful = looks.doubtful()
    for entry in entries:
        if entry.filename in doubtful and sheet_cells(entry.filename, _pieces(stream, entry)) > MOST_CELLS:
            raise too_big("A sheet of the workbook has a cell far below or far right of its table.")
    names = tuple(entry.filename for entry in entries)
    return Parts(names, heads)


def _pieces(stream: IO[bytes], entry: zipfile.ZipInfo) -> Iterator[bytes]:
    """The part's bytes as they really are, whatever size the directory claims."""
    stream.seek(entry.header_offset)
    header = stream.read(_LOCAL_HEADER)
    if len(header) < _LOCAL_HEADER or not header.startswith(b"PK\x03\x04"):
        raise zipfile.BadZipFile("a part does not start where the directory says")
    if entry.flag_bits & 0x1:
        raise zipfile.BadZipFile("a part is encrypted")
    name_length, extra_length = struct.unpack("<HH", header[26:30])
    place = entry.header_offset + _LOCAL_HEADER + name_length + extra_length
    left = entry.compress_size
    inflate = zlib.decompressobj(-zlib.MAX_WBITS) if entry.compress_type == zipfile.ZIP_DEFLATED else None
    if inflate is None and entry.compress_type != zipfile.ZIP_STORED:
        raise zipfile.BadZipFile("a kind of packing that workbooks do not use")
    while left > 0:
        stream.seek(place)
        packed = stream.read(min(_PACKED_PIECE, left))
        if not packed:
            raise zipfile.BadZipFile("a part ends before its end")
        place += len(packed)
        left -= len(packed)
        if inflate is None:
            yield packed
            continue
        while packed and not inflate.eof:
            yield inflate.decompress(packed, _PIECE)
            packed = inflate.unconsumed_tail
        if inflate.eof:
            return
    if inflate is not None:
        raise zipfile.BadZipFile("a part ends before its end")


def too_big(what: str) -> Refused:
    """The refusal of a workbook that would ask for more memory than any return needs."""
    return Refused(
        "workbook-too-big",
        what,
        "an Annex A workbook of ordinary size (50,000 rows unpack to about 50 MB)",
        "Copy the lists into a new workbook, without pictures or cells far from the table, and run again.",
    )
