"""Delimited text as rows of text: which encoding, which separator."""

from __future__ import annotations

import codecs
import csv
import io

_SEPARATORS = (",", ";", "\t", "|")
_LOOKED_AT = 10


def read_delimited(data: bytes, partial: bool = False) -> list[list[str]] | None:
    """All records, blank lines as empty ones, so that record n is the row n a spreadsheet shows.

    UTF-8 with or without a mark, UTF-16 and Windows-1252 are read. A line break inside quotes belongs to
    its cell.

    Args:
        data: the file.
        partial: these are only its first bytes, so a cut character at the end is no fault.

    Returns:
        None when this is no text.
    """
    text = _decode(data, partial)
    if text is None:
        return None
    return list(_records(text, _separator(text)))


def _decode(data: bytes, partial: bool) -> str | None:
    if data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        encoding = "utf-16"
    elif data[1:200:2].count(0) > 40:
        encoding = "utf-16-le"
    elif data[0:200:2].count(0) > 40:
        encoding = "utf-16-be"
    else:
        encoding = "utf-8-sig"
    try:
        text = codecs.getincrementaldecoder(encoding)().decode(data, final=not partial)
    except UnicodeDecodeError:
        if encoding != "utf-8-sig":
            return None
        text = data.decode("cp1252", "replace")
    # A nul or a run of control characters is no text that people wrote.
    strange = sum(text.count(chr(code)) for code in (*range(9), *range(14, 32)))
    return None if strange > len(text) // 1000 else text


def _separator(text: str) -> str:
    """The separator that gives the most cells in one of the first rows."""
    start = text[: 1 << 16]
    widths = {}
    for separator in _SEPARATORS:
        rows = [row for _, row in zip(range(_LOOKED_AT), _records(start, separator), strict=False)]
        widths[separator] = max((len(row) for row in rows), default=0)
    return max(_SEPARATORS, key=lambda separator: widths[separator])


def _records(text: str, separator: str) -> list[list[str]]:
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator)
    records: list[list[str]] = []
    try:
        records.extend(reader)
    except csv.Error:
        # A cell over the reader's limit: quotes that never close. Read the lines as they stand.
        plain = csv.reader(io.StringIO(text, newline=""), delimiter=separator, quoting=csv.QUOTE_NONE)
        try:
            return list(plain)
        except csv.Error:
            return []
    return records
