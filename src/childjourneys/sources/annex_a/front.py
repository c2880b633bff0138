"""What the front sheet, or else the file name, says about the whole return: authority and extract date."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from functools import cache
from typing import Any

from childjourneys.domain.codes import code_set
from childjourneys.sources.values import Unreadable, as_text, is_blank, parse_date
from childjourneys.sources.workbooks import Sheet

_DATE_LABEL = re.compile(r"extract|as at|snapshot", re.IGNORECASE)
_AUTHORITY_LABEL = re.compile(r"authority|council|\bla\b|\blea\b", re.IGNORECASE)
_LONGEST_LABEL = 120
_LOOKED_AT = 300
_NOT_FRONT = ("guidance", "codes", "faq")

_YEAR_FIRST = re.compile(r"(?<!\d)((?:19|20)\d{2})[-_. ]?(\d{2})[-_. ]?(\d{2})(?!\d)")
_DAY_FIRST = re.compile(r"(?<!\d)(\d{1,2})[-_. ](\d{1,2})[-_. ]((?:19|20)\d{2})(?!\d)")
_DAY_FIRST_CLOSE = re.compile(r"(?<!\d)(\d{2})(\d{2})((?:19|20)\d{2})(?!\d)")
_MONTH_NAMED = re.compile(
    r"(?<!\d)(\d{1,2})(?:st|nd|rd|th)?[-_. ]?([a-z]{3,9})[-_. ]?((?:19|20)\d{2})(?!\d)", re.IGNORECASE
)
_AUTHORITY_WORDS = re.compile(
    r"\b(london borough of|royal borough of|metropolitan borough of|borough of|city of|county of|"
    r"(metropolitan )?(city|county|borough|district|unitary)? ?council|"
    r"childrens (trust|services|social care))\b"
)


def front_sheets(sheets: Iterable[Sheet]) -> list[Sheet]:
    """Those that can say something about the return, the one named front sheet first."""
    possible = [sheet for sheet in sheets if not any(word in sheet.name.lower() for word in _NOT_FRONT)]
    return sorted(possible, key=lambda sheet: "front" not in sheet.name.lower())


def extract_date(sheets: Sequence[Sheet], date_1904: bool) -> date | None:
    """The first date beside or below a label with `extract`, `as at` or `snapshot`."""
    for rows in (sheet.rows[:_LOOKED_AT] for sheet in sheets):
        for place, column in _labels(rows, _DATE_LABEL):
            for cell in _beside_or_below(rows, place, column):
                found = _as_date(cell, date_1904)
                if found:
                    return found
    return None


def date_in_name(name: str) -> date | None:
    """A whole date in a file's name.

    >>> date_in_name("Annex A 2024-03-31 v2"), date_in_name("annexa_31032024"), date_in_name("2024")
    (datetime.date(2024, 3, 31), datetime.date(2024, 3, 31), None)
    """
    for pattern in (_YEAR_FIRST, _DAY_FIRST, _DAY_FIRST_CLOSE, _MONTH_NAMED):
        for parts in pattern.findall(name):
            text = "-".join(parts) if pattern is _YEAR_FIRST else " ".join(parts)
            found = _as_date(text, False)
            if found:
                return found
    return None


def authority(sheets: Sequence[Sheet]) -> str | None:
    """The authority's code: beside or below a label that speaks of one, else its name anywhere."""
    for rows in (sheet.rows[:_LOOKED_AT] for sheet in sheets):
        for place, column in _labels(rows, _AUTHORITY_LABEL):
            for cell in _beside_or_below(rows, place, column):
                text = as_text(cell)
                if code_set("local_authority").label(text):
                    return text
                if _plain(text) in _names():
                    return _names()[_plain(text)]
    named = {
        _names()[_plain(cell)]
        for sheet in sheets
        for row in sheet.rows[:_LOOKED_AT]
        for cell in row
        if isinstance(cell, str) and _plain(cell) in _names()
    }
    return named.pop() if len(named) == 1 else None


def _labels(rows: Sequence[Sequence[Any]], pattern: re.Pattern[str]) -> Iterator[tuple[int, int]]:
    for place, row in enumerate(rows):
        for column, cell in enumerate(row):
            if isinstance(cell, str) and len(cell) <= _LONGEST_LABEL and pattern.search(cell):
                yield place, column


def _beside_or_below(rows: Sequence[Sequence[Any]], place: int, column: int) -> Iterator[Any]:
    """The filled cells to the right of a label, then the first one below it."""
    for cell in rows[place][column + 1 :]:
        if not is_blank(cell):
            yield cell
    for row in rows[place + 1 : place + 3]:
        if column < len(row) and not is_blank(row[column]):
            yield row[column]
            return


def _as_date(cell: Any, date_1904: bool) -> date | None:
    try:
        return parse_date(cell, date_1904)
    except Unreadable:
        return None


@cache
def _names() -> dict[str, str]:
    # An authority that took over the name of an earlier one comes last.
    entries = sorted(code_set("local_authority").codes, key=lambda entry: entry.last_year is None)
    return {_plain(entry.label): entry.code for entry in entries}


def _plain(text: str) -> str:
    words = re.sub(r"[^a-z ]+", " ", text.lower().replace("'", "").replace("\u2019", "").replace("&", "and"))
    words = " ".join(words.split())
    name = " ".join(_AUTHORITY_WORDS.sub("", words).split())
    return words if name in ("", "london") else name.removeprefix("county ")
