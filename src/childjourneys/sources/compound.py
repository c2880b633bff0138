"""The container of .xls files and of encrypted workbooks: which streams it has, and the records of one.

What is needed before the reader opens the file: is it protected, which date system does it use, and does
it claim sizes that the reader would believe and reserve memory for.
"""

from __future__ import annotations

import struct
from dataclasses import dataclass, field

SIGNATURE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_END = 0xFFFFFFFA
_MOST_SECTORS = 100_000
_HEAD = struct.Struct("<HH")
_DATE_MODE = 0x22
_FILE_PASS = 0x2F
_STRINGS = 0xFC
_SHEET = 0x85
_END_OF_SHEET = 0x0A
_EXTENT = 0x200
_SEVERAL_NUMBERS = 0xBD
# Records of one cell or several: formula, blank, number, label and the rest; each starts with row and column.
_CELLS = frozenset({0x06, 0x206, 0x406, 0x01, 0x201, 0x02, 0x03, 0x203, 0x04, 0x204, 0x05, 0x205,
                    0x7E, 0x27E, 0xBD, 0xBE, 0xD6, 0xFD})  # fmt: skip
# A whole sheet of the format, which careless writers claim for a small one.
_MOST_CLAIMED = 65_536 * 257


@dataclass(frozen=True)
class Compound:
    """What is inside.

    Attributes:
        streams: names of the streams.
        encrypted: the workbook is protected by a password.
        date_1904: it counts dates from 1904.
        cells: rows times columns up to the last cell of its largest sheet.
    """

    streams: tuple[str, ...]
    encrypted: bool
    date_1904: bool
    cells: int


def read_compound(data: bytes) -> Compound:
    """Look into a compound file.

    Raises:
        ValueError: it is damaged, or claims to hold more than it can.
    """
    try:
        return _read(data)
    except (struct.error, IndexError) as error:
        raise ValueError("the container is damaged") from error


def _read(data: bytes) -> Compound:
    sector = 1 << struct.unpack_from("<H", data, 30)[0]
    if sector not in (512, 4096):
        raise ValueError("the container is damaged")
    most = len(data) // sector + 1
    if any(claim > most for claim in (_u32(data, 44), _u32(data, 64), _u32(data, 72))):
        raise ValueError("the container claims more sectors than it has")
    table: list[int] = []
    for number in _table_sectors(data, sector):
        table.extend(struct.unpack_from(f"<{sector // 4}I", data, (number + 1) * sector))
    directory = _chain(data, table, struct.unpack_from("<I", data, 48)[0], sector)
    names: list[str] = []
    workbook = b""
    small_from = 0
    for place in range(0, len(directory) - 127, 128):
        length = struct.unpack_from("<H", directory, place + 64)[0]
        name = directory[place : place + max(0, length - 2)].decode("utf-16-le", "replace")
        start, size = struct.unpack_from("<II", directory, place + 116)
        if place == 0:
            small_from = start
        if size > len(data) or (sector == 4096 and _u32(directory, place + 124)):
            raise ValueError("a stream claims to be longer than the file")
        names.append(name)
        if name in ("Workbook", "Book"):
            if size >= _u32(data, 56):
                workbook = _chain(data, table, start, sector)[:size]
            else:
                # Small streams lie in 64-byte pieces of the root's own stream, mostly one after another.
                workbook = _chain(data, table, small_from, sector)[start * 64 : start * 64 + size]
    inside = _records(workbook)
    encrypted = inside.encrypted or "EncryptedPackage" in names
    return Compound(tuple(names), encrypted, inside.date_1904, inside.cells)


def _u32(data: bytes, place: int) -> int:
    number: int = struct.unpack_from("<I", data, place)[0]
    return number


def _table_sectors(data: bytes, sector: int) -> list[int]:
    """The sectors that hold the allocation table: 109 in the header, the rest in a chain of their own."""
    numbers = list(struct.unpack_from("<109I", data, 76))
    following = struct.unpack_from("<I", data, 68)[0]
    while following < _END and len(numbers) < _MOST_SECTORS:
        more = struct.unpack_from(f"<{sector // 4}I", data, (following + 1) * sector)
        numbers.extend(more[:-1])
        following = more[-1]
    return [number for number in numbers if number < _END]


def _chain(data: bytes, table: list[int], start: int, sector: int) -> bytes:
    parts: list[bytes] = []
    while start < _END:
        parts.append(data[(start + 1) * sector : (start + 2) * sector])
        start = table[start]
        if len(parts) > len(table):
            raise ValueError("the container's chains run in circles")
    return b"".join(parts)


def _records(stream: bytes) -> Compound:
    """What the workbook's own records say, and those of each sheet where the workbook says it starts."""
    whole = _scan(stream, 0)
    starts = set(whole.sheets)
    if any(start >= len(stream) for start in starts):
        raise ValueError("a sheet starts beyond the end of the workbook")
    cells = max((_scan(stream, start).cells for start in starts), default=0)
    return Compound((), whole.encrypted, whole.date_1904, max(whole.cells, cells))


@dataclass
class _Scan:
    sheets: list[int] = field(default_factory=list)
    encrypted: bool = False
    date_1904: bool = False
    last_row: int = 0
    last_column: int = 0

    @property
    def cells(self) -> int:
        return self.last_row * self.last_column


def _scan(stream: bytes, place: int) -> _Scan:
    """The records from a place to the next end. A record is a type, a length and its body."""
    found = _Scan()
    end = len(stream)
    while place + 4 <= end:
        kind, length = _HEAD.unpack_from(stream, place)
        body = place + 4
        place = body + length
        if place > end or kind == _END_OF_SHEET:
            break
        if kind in _CELLS and length >= 6:
            row, column = _HEAD.unpack_from(stream, body)
            if kind == _SEVERAL_NUMBERS:
                column = max(column, int.from_bytes(stream[place - 2 : place], "little"))
            found.last_row = max(found.last_row, row + 1)
            found.last_column = max(found.last_column, column + 1)
        elif kind == _DATE_MODE and length >= 2:
            found.date_1904 = stream[body] == 1
        elif kind == _FILE_PASS:
            found.encrypted = True
            break
        elif kind == _SHEET and length >= 4:
            found.sheets.append(_u32(stream, body))
        elif kind == _STRINGS and length >= 8 and max(_u32(stream, body), _u32(stream, body + 4)) > end:
            raise ValueError("the workbook claims more texts than it can hold")
        elif kind == _EXTENT and length >= 10:
            _check_extent(stream, body, length)
    return found


def _check_extent(stream: bytes, body: int, length: int) -> None:
    """A sheet's claim of how far it reaches, for which the reader reserves room."""
    first, last, left, right = struct.unpack_from("<IIHH" if length >= 14 else "<HHHH", stream, body)
    if first > last or left > right or (last - first + 1) * (right - left + 1) > _MOST_CLAIMED:
        raise ValueError("a sheet claims more cells than its format allows")
