"""What a census file says about itself: collection, authority, reference date, serial number."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from xml.parsers import expat

from childjourneys.domain.dates import year_end
from childjourneys.sources.cin_census.text import plain
from childjourneys.sources.coding import coder
from childjourneys.sources.values import Unreadable, is_blank, parse_date, parse_integer

_HEADER = re.compile(rb"<((?:[^<>\s:/]*:)?)Header(?:\s[^<>]*)?>.*?</\1Header\s*>", re.DOTALL)
_LA_CODE = re.compile(r"\d{3}")


@dataclass(frozen=True)
class Header:
    """The header as read. `reference_date` is None where it is missing or unreadable."""

    collection: str
    la_code: str | None
    reference_date: date | None
    year: int | None
    serial_no: int | None
    produced_at: str

    @property
    def as_at(self) -> tuple[date | None, str]:
        """The last day of the return and where it was found."""
        if self.reference_date:
            return self.reference_date, "reference date"
        if self.year:
            return year_end(self.year), "year"
        return None, ""


def header_in(text: bytes) -> Header | None:
    """The header in a piece of a well-formed file; None when it holds no whole header."""
    found = _HEADER.search(plain(text))
    if found is None:
        return None
    parts = _parts(found[0])
    source = _source(parts)
    return Header(
        collection=_first(parts, "Collection").upper(),
        la_code=_authority(source.get("LEA", "")),
        reference_date=_date(_first(parts, "ReferenceDate")),
        year=_year(_first(parts, "Year")),
        serial_no=_integer(source.get("SerialNo", "")),
        produced_at=source.get("DateTime", ""),
    )


def _parts(header: bytes) -> list[tuple[str, str]]:
    """Elements of the header in the order they end, with their text; a `Source` after what it holds."""
    parts: list[tuple[str, str]] = []
    open_texts: list[list[str]] = []

    def end(name: str) -> None:
        parts.append((name.rpartition(":")[2], "".join(open_texts.pop()).strip()))

    parser = expat.ParserCreate("utf-8")
    parser.StartElementHandler = lambda name, attributes: open_texts.append([])
    parser.CharacterDataHandler = lambda text: open_texts[-1].append(text)
    parser.EndElementHandler = end
    parser.Parse(header, True)
    return [(name, "" if is_blank(text) else text) for name, text in parts]


def _source(parts: list[tuple[str, str]]) -> dict[str, str]:
    """The source that is the authority itself, else the first that names one, else the first."""
    sources: list[dict[str, str]] = []
    current: dict[str, str] = {}
    for name, text in parts:
        if name == "Source":
            sources.append(current)
            current = {}
        else:
            current.setdefault(name, text)
    named = [source for source in sources if source.get("LEA")]
    own = [source for source in named if source.get("SourceLevel", "").upper() == "L"]
    return next(iter(own or named or sources), current)


def _first(parts: list[tuple[str, str]], name: str) -> str:
    return next((text for part, text in parts if part == name and text), "")


def _authority(text: str) -> str | None:
    if not text:
        return None
    code = coder("local_authority").match(text).code
    if code is None and _LA_CODE.fullmatch(text):
        return text
    return code


def _date(text: str) -> date | None:
    try:
        return parse_date(text)
    except Unreadable:
        return None


def _integer(text: str) -> int | None:
    try:
        return parse_integer(text)
    except Unreadable:
        return None


def _year(text: str) -> int | None:
    number = _integer(text)
    return number if number is not None and 1990 <= number <= 2100 else None
