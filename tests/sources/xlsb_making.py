"""A small .xlsb written by hand: no library writes the binary format."""

from __future__ import annotations

import struct
import zipfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

_RELATIONSHIPS = (
    '<?xml version="1.0" encoding="UTF-8"?>'
    '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
    '<Relationship Id="rId1" '
    'Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/worksheet" '
    'Target="worksheets/sheet1.bin"/></Relationships>'
)


def save_xlsb(path: Path, name: str, rows: Sequence[Sequence[Any]], date_1904: bool = False) -> Path:
    """One sheet of text and numbers. The key of a cell far away may be given as (row, column, value)."""
    body = _record(129) + _record(148, struct.pack("<4I", 0, len(rows), 0, 20)) + _record(145)
    for number, cells in enumerate(rows):
        body += _row(number, cells)
    body += _record(146) + _record(130)
    book = (
        _record(131)
        + _record(153, struct.pack("<II", int(date_1904), 0) + _text("ThisWorkbook"))
        + _record(143)
        + _record(156, struct.pack("<II", 0, 1) + _text("rId1") + _text(name))
        + _record(144)
        + _record(132)
    )
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("[Content_Types].xml", "<Types/>")
        archive.writestr("xl/_rels/workbook.bin.rels", _RELATIONSHIPS)
        archive.writestr("xl/workbook.bin", book)
        archive.writestr("xl/worksheets/sheet1.bin", body)
    return path


def _row(number: int, cells: Sequence[Any]) -> bytes:
    body = _record(0, struct.pack("<IIHBBBI", number, 0, 300, 0, 0, 0, 0))
    for column, cell in enumerate(cells):
        if isinstance(cell, str) and cell:
            body += _record(6, struct.pack("<II", column, 0) + _text(cell))
        elif isinstance(cell, (int, float)):
            body += _record(5, struct.pack("<IId", column, 0, float(cell)))
    return body


def _text(text: str) -> bytes:
    return struct.pack("<I", len(text)) + text.encode("utf-16-le")


def _record(kind: int, body: bytes = b"") -> bytes:
    head = bytes([kind]) if kind < 128 else bytes([kind & 0x7F | 0x80, kind >> 7])
    length = len(body)
    while length >= 0x80:
        head += bytes([length & 0x7F | 0x80])
        length >>= 7
    return head + bytes([length]) + body
