"""The first pass over a file: is it a census, is it whole, and what must be known before its rows are read.

The whole file is parsed once by expat, so that nothing of a broken file is loaded.
"""

from __future__ import annotations

import hashlib
import re
from array import array
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import NoReturn
from xml.parsers import expat

import numpy as np

from childjourneys.domain.identifiers import PLACEHOLDERS, clean_identifier
from childjourneys.issues import Refused
from childjourneys.sources.cin_census.cells import value_of
from childjourneys.sources.cin_census.header import Header, header_in
from childjourneys.sources.cin_census.text import (
    BLOCK,
    WHOLE_FILE,
    chunks,
    malformed,
    plain,
    starts_like,
    utf8_blocks,
)
from childjourneys.sources.cin_census.tokens import tags_of
from childjourneys.sources.values import Unreadable, parse_date

DEEPEST = 100
_XML_OR_BLANK = re.compile(rb"\s*(?:<(?:\?xml|!|[A-Za-z_:\x80-\xff])|\Z)")
_HTML = re.compile(rb"\s*<(?:!doctype\s+)?html", re.IGNORECASE)
_CHILD = re.compile(rb"<(?:[^<>\s:/]*:)?Child[\s>]")
_IDENTIFIERS = re.compile(
    rb"<(?:[^<>\s:/]*:)?ChildIdentifiers[\s>].*?<(?:[^<>\s:/]*:)?LAchildID[\s>]", re.DOTALL
)
_FIRST_CHILD_OR_END = re.compile(rb"<(?:[^<>\s:/]*:)?Child[\s>]|\Z")
_LATEST = re.compile(
    rb"<(?:[^<>\s:/]*:)?(?:CINreferralDate|AssessmentActualStartDate|AssessmentAuthorisationDate|CINclosureDate)"
    rb"(?:\s[^<>]*)?>([^<]+)<"
)


@dataclass(frozen=True)
class Opened:
    """What the first pass found.

    Attributes:
        header: None where the file has none.
        latest_date: the latest referral, assessment or closure date, where no header dates the file.
        repeated: hashes of the identifiers that more than one record has, sorted.
        repeated_share: share of the records that such identifiers have.
    """

    sha256: str
    size: int
    header: Header | None
    latest_date: date | None
    repeated: np.ndarray[tuple[int], np.dtype[np.int64]]
    repeated_share: float


def child_hash(cleaned: str) -> int:
    """The same number for one cleaned identifier throughout a run."""
    return hash(cleaned)


def cleaned_id(value: str) -> str:
    """An identifier cleaned; blank where it says nothing."""
    return clean_identifier(value)


def open_census(path: Path, chunk_size: int) -> Opened | None:
    """Check a file whole and gather what reading it needs; None when it is no CIN census.

    Raises:
        Refused: it is XML and can't be read.
    """
    head = _head(path)
    if head is None:
        return None
    digest = hashlib.sha256()
    parser = _parser()
    finder = _Finder(header_in(head))
    # One behind the parser: the last chunk is looked at only when it is known to be whole.
    before = b""
    for chunk in chunks(path, chunk_size, digest.update):
        _parse(parser, chunk, False)
        finder.look_at(before)
        before = chunk
    _parse(parser, b"", True)
    finder.look_at(before)
    return finder.result(digest.hexdigest(), path.stat().st_size)


def _head(path: Path) -> bytes | None:
    """The first block of a CIN census, found well-formed as far as it goes; None for anything else."""
    if not starts_like(path, _XML_OR_BLANK) or starts_like(path, _HTML):
        return None
    blocks = utf8_blocks(path)
    head = next(blocks, b"")
    if not head.strip():
        raise Refused("empty-file", "The file is empty.", "A return.", WHOLE_FILE)
    if head.count(b"<") - 2 * head.count(b"</") - head.count(b"/>") > len(head) // 8:
        _check_depth(head)
    parser = _parser()
    _parse(parser, head, False)
    _check_depth(head)
    if not _is_census(head):
        if next(blocks, None) is None:
            _parse(parser, b"", True)
        return None
    return head


def _is_census(head: bytes) -> bool:
    text = plain(head)
    header = header_in(text)
    if header and header.collection:
        return header.collection == "CIN"
    return bool(_CHILD.search(text) and _IDENTIFIERS.search(text))


def _check_depth(head: bytes) -> None:
    """Refuse deep nesting in the first block, whose last tag may be cut."""
    text = plain(head)
    tags = tags_of(text[: text.rfind(b">") + 1], 0)
    if tags is not None and len(tags.depth) and tags.depth.max() > DEEPEST:
        _too_deep()


_PLAIN_IDS = re.compile(rb"LAchildID[^<>]*>([0-9A-Za-z]+)</")


class _Finder:
    """Gathers from chunk after chunk; each was found well-formed before."""

    def __init__(self, header: Header | None) -> None:
        self.header = header
        self._depth = 0
        self._child_depth: int | None = None
        self._hashes = array("q")
        self._dates: dict[bytes, date | None] = {}
        self._latest: date | None = None

    def look_at(self, chunk: bytes) -> None:
        tags = tags_of(chunk, self._depth)
        if tags is None:
            raise Refused(
                "xml-unusual",
                "The file is well-formed, but its tags can't be told from its text.",
                "XML as case management systems write it.",
                "Export the return again.",
            )
        if not len(tags.depth):
            return
        if tags.depth.max() > DEEPEST:
            _too_deep()
        last = bool(tags.depth[-1] == 0)
        if not last:
            self._depth = int(tags.depth[-1])
            if self._child_depth is None:
                self._child_depth = self._depth
            elif self._child_depth != self._depth:
                raise Refused(
                    "xml-structure",
                    "A Child stands inside another Child, or at another level than those before it.",
                    "All Child elements directly inside one Children element.",
                    "Check the export; join files by putting all Child elements into one list.",
                )
        if self.header is None:
            self.header = header_in(chunk)
        if self.header is None or self.header.as_at[0] is None:
            self._find_dates(tags.data)
        self._find_identifiers(tags.data)

    def _find_identifiers(self, text: bytes) -> None:
        plain = _PLAIN_IDS.findall(text)
        if 2 * len(plain) == text.count(b"LAchildID"):
            identifiers = b" ".join(plain).decode("ascii").upper().split()
            named = [one for one in identifiers if one.strip("0") and one not in PLACEHOLDERS]
            self._hashes.extend(map(child_hash, named))
            return
        # What stands between two mentions of the name is a value, or the rest of a record, which is blank up
        # to its first tag. One too many does no harm: it would only be read in a later batch.
        for part in text.split(b"LAchildID")[1:]:
            value = part[part.find(b">") + 1 : part.find(b"<")]
            if value.isalnum() and value.isascii():
                cleaned = value.decode("ascii").upper()
            elif value and not value.isspace():
                cleaned = cleaned_id(value_of(value))
            else:
                continue
            # Children of a placeholder are set aside wherever they are.
            if cleaned.strip("0") and cleaned not in PLACEHOLDERS:
                self._hashes.append(child_hash(cleaned))

    def _find_dates(self, text: bytes) -> None:
        for value in _LATEST.findall(text):
            if value not in self._dates:
                self._dates[value] = found = _date(value)
                if found and (self._latest is None or found > self._latest):
                    self._latest = found

    def result(self, sha256: str, size: int) -> Opened:
        hashes = np.frombuffer(self._hashes, np.int64)
        found, counts = np.unique(hashes, return_counts=True)
        more = counts > 1
        return Opened(
            sha256,
            size,
            self.header,
            self._latest if self.header is None or self.header.as_at[0] is None else None,
            found[more],
            float(counts[more].sum() / max(1, len(hashes))),
        )


def _date(value: bytes) -> date | None:
    try:
        return parse_date(value_of(value))
    except Unreadable:
        return None


def _parser() -> expat.XMLParserType:
    parser = expat.ParserCreate("utf-8")

    def refuse(name: str, system_id: str | None, public_id: str | None, internal: int) -> NoReturn:
        raise Refused(
            "xml-doctype",
            "The file declares a document type, which can define entities; such files are not read.",
            "A census file without a DOCTYPE.",
            "Remove the DOCTYPE, or export the return again.",
            row=parser.CurrentLineNumber,
        )

    parser.StartDoctypeDeclHandler = refuse
    return parser


def _parse(parser: expat.XMLParserType, text: bytes, final: bool) -> None:
    try:
        for start in range(0, len(text), BLOCK):
            parser.Parse(text[start : start + BLOCK], False)
        if final:
            parser.Parse(b"", True)
    except expat.ExpatError as error:
        raise malformed(error) from error


def _too_deep() -> NoReturn:
    raise Refused(
        "xml-too-deep",
        f"Elements are nested more than {DEEPEST} deep.",
        "The structure of the census, which is eight levels deep.",
        "Check the export; the file is no usable census.",
    )
