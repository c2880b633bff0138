"""What a zipped workbook really unpacks to, found before anything reads it.

A workbook that unpacks to gigabytes, or whose one far cell makes a reader reserve room for billions of
empty ones, would take the whole run down with it. The sizes in a zip's directory are claims, so every part
is unpacked here once, piece by piece and into nothing.
"""

from __future__ import annotations

import io
import re
import struct
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import IO

from childjourneys.issues import Refused
from childjourneys.sources.extents import may_reach_far, sheet_cells

MOST_BYTES = 400_000_000
MOST_PARTS = 5_000
MOST_CELLS = 8_000_000
_PIECE = 1 << 20
_KEPT_BYTES = 40 << 20
_HEAD = 1 << 16
_LOCAL_HEADER = 30
_LONGEST_TAG = 4096
# Parts whose start says what the workbook is.
_TELLING = ("xl/workbook.xml", "xl/workbook.bin", "content.xml", "META-INF/manifest.xml", "mimetype")
_SHEET = re.compile(r"xl/worksheets/[^/]+\.(xml|bin)$|^content\.xml$", re.IGNORECASE)


@dataclass(frozen=True)
class Parts:
    """Names of the parts, and the first 64 kB of those that say what the workbook is.

    Attributes:
        unpacked: the same workbook with its parts stored as they are, so that they need not be unpacked
            again; None for a large one, or one whose parts are not as the directory says.
    """

    names: tuple[str, ...]
    heads: dict[str, bytes] = field(default_factory=dict)
    unpacked: io.BytesIO | None = None


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
    kept: list[list[bytes]] = []
    unpacked = 0
    for entry in entries:
        is_sheet = _SHEET.search(entry.filename) is not None
        tail, far = b"", False
        kept.append([])
        for piece in _pieces(stream, entry):
            unpacked += len(piece)
            if unpacked > MOST_BYTES:
                raise too_big("The workbook unpacks to more than 400 MB.")
            if unpacked <= _KEPT_BYTES:
                kept[-1].append(piece)
            else:
                kept = [[]]
            if entry.filename in _TELLING and len(heads.get(entry.filename, b"")) < _HEAD:
                heads[entry.filename] = (heads.get(entry.filename, b"") + piece)[:_HEAD]
            if is_sheet and not far:
                # A piece may end inside a tag, which the next look then sees whole.
                text = tail + piece
                cut = text.rfind(b"<")
                far = may_reach_far(entry.filename, text[:cut])
                tail = text[cut:][-_LONGEST_TAG:]
        if far and sheet_cells(entry.filename, _pieces(stream, entry)) > MOST_CELLS:
            raise too_big("A sheet of the workbook has a cell far below or far right of its table.")
    names = tuple(entry.filename for entry in entries)
    whole = _stored(entries, kept) if unpacked <= _KEPT_BYTES else None
    return Parts(names, heads, whole)


def _stored(entries: list[zipfile.ZipInfo], kept: list[list[bytes]]) -> io.BytesIO | None:
    if len({entry.filename for entry in entries}) < len(entries):
        return None
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_STORED) as archive:
        for entry, pieces in zip(entries, kept, strict=True):
            part = zipfile.ZipInfo(entry.filename)
            archive.writestr(part, b"".join(pieces))
            if part.CRC != entry.CRC:
                return None
    out.seek(0)
    return out


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
        packed = stream.read(min(_PIECE, left))
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
