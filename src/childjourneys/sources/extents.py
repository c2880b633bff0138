"""How far the cells of a sheet reach, found without reading the sheet.

Readers reserve room for the whole rectangle from the first to the last filled cell. One stray cell in
XFD1048576 asks for half a terabyte, and the process is ended by the system.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

import polars as pl

# Within 52 columns and 99,999 rows, or 5.2 million cells, nothing needs a closer look; nor do the other
# elements that begin like a cell (<cols>, <col>, <conditionalFormatting>). The pattern spells out every way
# in which a tag can differ from `<c r="A?[A-Z][0-9]{1,5}"`, because Polars' regular expressions, which take
# a fifth of the time of Python's, have no look-ahead. A cell may also bear a prefix: `<x:c r="A1">`.
_NO_REFERENCE = r"[^A-Z]|[B-Z][^0-9]|A[^A-Z0-9]|A[A-Z][^0-9]|A?[A-Z][0-9]{1,4}[^0-9\"]|A?[A-Z][0-9]{5}[^\"]"
_UNUSUAL_CELL = rf'<c(?:[^o ]| (?:[^r]|r(?:[^=]|=(?:[^"]|"(?:{_NO_REFERENCE})))))'
_PREFIXED_CELL = r":c[ \t\r\n/>]"
_TOGETHER_BYTES = 8 << 20
_XML_REFERENCE = re.compile(rb"\br\s*=\s*[\"']([A-Z]{0,3})([0-9]{1,7})[\"']")
_XML_CELL = re.compile(rb"<(?:\w+:)?(row|c)[\s>/]")
_ODS_TAG = re.compile(rb"<table:(table|table-row|table-cell|covered-table-cell)([\s/>][^>]*)?>")
_ODS_REPEATED = re.compile(rb"number-(?:rows|columns)-repeated\s*=\s*[\"']([0-9]{1,9})")
_LONGEST_TAG = 4096


class QuickLooks:
    """A quick look at the pieces of sheets: which could hold a cell beyond 5.2 million?"""

    def __init__(self) -> None:
        self._waiting: list[tuple[str, bytes]] = []
        self._bytes = 0
        self._torn = ("", b"")
        self._doubtful: set[str] = set()

    def add(self, name: str, piece: bytes) -> None:
        """Look at the next piece of a sheet, cut anywhere."""
        if not name.lower().startswith("xl/") or name.lower().endswith(".bin"):
            self._doubtful.add(name)
        if name in self._doubtful:
            return
        before = self._torn[1] if self._torn[0] == name else b""
        # A tag torn between two pieces is seen whole here.
        torn = piece[piece.rfind(b"<") :] if b"<" in piece else before + piece
        if len(torn) > _LONGEST_TAG + len(piece):
            self._doubtful.add(name)
        self._waiting += [(name, before + piece[:_LONGEST_TAG]), (name, piece)]
        self._torn = (name, torn if b">" not in torn else b"")
        self._bytes += len(piece)
        if self._bytes > _TOGETHER_BYTES:
            self._look()

    def doubtful(self) -> set[str]:
        """The sheets that need a closer look."""
        self._look()
        return self._doubtful

    def _look(self) -> None:
        pieces = pl.Series([piece for _, piece in self._waiting], dtype=pl.Binary)
        # What is no UTF-8 is doubtful.
        texts = pieces.cast(pl.String, strict=False)
        far = (texts.str.contains(_UNUSUAL_CELL) | texts.str.contains(_PREFIXED_CELL)).fill_null(True)
        self._doubtful |= {name for (name, _), doubt in zip(self._waiting, far, strict=True) if doubt}
        self._waiting.clear()
        self._bytes = 0


def sheet_cells(name: str, pieces: Iterable[bytes]) -> int:
    """Rows times columns, from the top left to the last filled cell; of the largest table in an .ods."""
    if name.lower().endswith(".bin"):
        return _binary_cells(pieces)
    if name.lower() == "content.xml":
        return _ods_cells(pieces)
    return _xml_cells(pieces)


def _xml_cells(pieces: Iterable[bytes]) -> int:
    last_row = last_column = rows = in_row = 0
    for text in _whole_tags(pieces):
        for letters, digits in _XML_REFERENCE.findall(text):
            last_row = max(last_row, int(digits))
            if letters:
                last_column = max(last_column, _column_number(letters))
        # Cells without a reference stand beside each other.
        for kind in _XML_CELL.findall(text):
            if kind == b"row":
                rows, in_row = rows + 1, 0
            else:
                in_row += 1
                last_column = max(last_column, in_row)
    return max(last_row, rows) * last_column


def _ods_cells(pieces: Iterable[bytes]) -> int:
    largest = row = column = row_repeat = last_row = last_column = 0
    for text in _whole_tags(pieces):
        for found in _ODS_TAG.finditer(text):
            kind, attributes = found[1], found[2] or b""
            repeated = _ODS_REPEATED.search(attributes)
            times = int(repeated[1]) if repeated else 1
            if kind == b"table":
                row = column = row_repeat = last_row = last_column = 0
            elif kind == b"table-row":
                row, column, row_repeat = row + row_repeat, 0, times
            else:
                column += times
                if b"office:value-type" in attributes or b"calcext:value-type" in attributes:
                    last_row = max(last_row, row + row_repeat)
                    last_column = max(last_column, column)
                    largest = max(largest, last_row * last_column)
    return largest


def _binary_cells(pieces: Iterable[bytes]) -> int:
    last_row = last_column = 0
    for kind, body in binary_records(pieces):
        # Type 0 is a row, 1 to 11 are cells; each begins with its number.
        if kind <= 11 and len(body) >= 4:
            number = int.from_bytes(body[:4], "little") + 1
            if kind == 0:
                last_row = max(last_row, number)
            else:
                last_column = max(last_column, number)
    return last_row * last_column


def binary_records(pieces: Iterable[bytes]) -> Iterator[tuple[int, bytes]]:
    """Type and body of each record of a binary part. Both type and length are written in steps of 7 bits."""
    rest = b""
    for piece in pieces:
        data = rest + piece
        place = 0
        while (head := _record_head(data, place)) is not None:
            kind, start, length = head
            if start + length > len(data):
                break
            yield kind, data[start : start + length]
            place = start + length
        rest = data[place:]


def _record_head(data: bytes, place: int) -> tuple[int, int, int] | None:
    """Type, start of the body and its length; None where the data end within the head."""
    size = len(data)
    if place + 1 >= size:
        return None
    kind = data[place]
    place += 1
    if kind & 0x80:
        kind = (kind & 0x7F) | (data[place] & 0x7F) << 7
        place += 1
    length = 0
    for shift in (0, 7, 14, 21):
        if place >= size:
            return None
        step = data[place]
        place += 1
        length |= (step & 0x7F) << shift
        if not step & 0x80:
            break
    return kind, place, length


def _whole_tags(pieces: Iterable[bytes]) -> Iterator[bytes]:
    """Pieces cut after the last `>`, so that no tag is torn."""
    rest = b""
    for piece in pieces:
        text = rest + piece
        cut = text.rfind(b">") + 1
        if cut:
            yield text[:cut]
        rest = text[cut:][-_LONGEST_TAG:]


def _column_number(letters: bytes) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + letter - 64
    return number
