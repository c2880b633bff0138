"""How one cell or element is read: blank, text, date, whole number, yes or no.

No message here ever holds the value: it may be about a child.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import date, datetime, timedelta
from string import ascii_letters, digits

SPREADSHEET_ERRORS = frozenset(
    {"#n/a", "#ref!", "#value!", "#name?", "#div/0!", "#null!", "#num!", "#getting_data", "#spill!", "#calc!"}
)
_BLANK_WORDS = frozenset({"", "nan", "null", "n/a"}) | SPREADSHEET_ERRORS
# Hyphen, Unicode hyphens and dashes, minus sign, small and full-width hyphen.
_DASHES = frozenset("-\u2010\u2011\u2012\u2013\u2014\u2015\u2212\ufe58\ufe63\uff0d")

_BLANK_STARTS = _DASHES | frozenset("nN#")
_SURELY_FILLED = frozenset(ascii_letters + digits) - _BLANK_STARTS

_MONTH_NAMES = (
    "january", "february", "march", "april", "may", "june",
    "july", "august", "september", "october", "november", "december",
)  # fmt: skip
_MONTHS = {name: number for number, name in enumerate(_MONTH_NAMES, 1)}
_MONTHS |= {name[:3]: number for name, number in _MONTHS.items()} | {"sept": 9}

_ZONE = r"(?:Z|UTC|GMT|[+-][0-9]{2}:?[0-9]{2})"
_TIME = (
    r"(?:[T\s,]\s*[0-9]{1,2}:[0-9]{2}(?::[0-9]{2}(?:[.,][0-9]+)?)?"
    rf"\s*(?:[ap]m)?\s*{_ZONE}?)?"
)
_PARTED = r"(?:\s*[/\-.]\s*|\s+)"
_ISO = re.compile(rf"([0-9]{{4}})-([0-9]{{2}})-([0-9]{{2}}){_TIME}", re.IGNORECASE)
_DAY_FIRST = re.compile(
    rf"([0-9]{{1,2}})(?:st|nd|rd|th)?{_PARTED}([0-9]{{1,2}}|[a-z]{{3,9}}){_PARTED}([0-9]{{4}}){_TIME}",
    re.IGNORECASE,
)
_SERIAL_TEXT = re.compile(r"[0-9]{5}(?:\.[0-9]+)?")
_INTEGER = re.compile(r"[+-]?[0-9]+(?:\.0*)?")
# An option's own letter or number in front of its word: `a) Yes`, `1 - Yes`.
_OPTION = re.compile(r"^[a-z0-9]{1,2}\s*[):\-]\s*(?=\S)")
_FIRST_READABLE_YEAR = 1000
_LARGEST_COUNT = 10**9


class Unreadable(ValueError):
    """A value that is there but can't be read as what its column holds. The text names no value."""


def is_blank(value: object) -> bool:
    """Whether a cell says nothing: empty, a lone dash, `nan`, `null`, `n/a`, or a spreadsheet error.

    >>> is_blank(" \u00a0"), is_blank("\u2013"), is_blank("#N/A"), is_blank(0), is_blank("TBC")
    (True, True, True, False, False)
    """
    if isinstance(value, str):
        text = value.strip()
        # Most cells are told by their first letter; this is asked of every cell of a return.
        if text and text[0] not in _BLANK_STARTS:
            return False
        return text in _DASHES or text.lower() in _BLANK_WORDS
    return value is None or value != value


def blanks_of(values: Iterable[object]) -> list[bool]:
    """`is_blank` of each value, without a call for the many whose first letter tells that they are not."""
    return [
        False if type(value) is str and value[:1] in _SURELY_FILLED else is_blank(value) for value in values
    ]


def as_text(value: object) -> str:
    """A cell as text without outer space; whole numbers without the `.0` that spreadsheets add.

    >>> as_text(1111.0), as_text(" 0012 "), as_text(date(2024, 7, 25)), as_text(None)
    ('1111', '0012', '2024-07-25', '')
    """
    if isinstance(value, str):
        return value.strip()
    if value is None:
        return ""
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() else repr(value)
    if isinstance(value, datetime):
        whole_day = (value.hour, value.minute, value.second, value.microsecond) == (0, 0, 0, 0)
        return value.date().isoformat() if whole_day else value.isoformat(sep=" ")
    if isinstance(value, date):
        return value.isoformat()
    return str(value)


def parse_date(value: object, date_1904: bool = False) -> date | None:
    """A date, or None when the cell is blank.

    Read are ISO dates, day month year (month as a number or an English name) and spreadsheet serials of
    five digits, as a number or as text. A time of day is dropped. Two-digit years and month/day/year are
    never guessed.

    Args:
        value: the cell as the reader gave it.
        date_1904: whether serials count from 1 January 1904 instead of 1900.

    Raises:
        Unreadable: it is there, but none of these forms.

    >>> parse_date("3rd July 2024"), parse_date("25/07/2024 10:15"), parse_date("45498")
    (datetime.date(2024, 7, 3), datetime.date(2024, 7, 25), datetime.date(2024, 7, 25))
    """
    if isinstance(value, str):
        return _date_of_text(value, date_1904)
    if isinstance(value, datetime):
        return value.date()
    if isinstance(value, date):
        return value
    if is_blank(value):
        return None
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        return _date_of_serial(float(value), date_1904)
    raise Unreadable("not a date")


def parse_integer(value: object) -> int | None:
    """A whole number, or None when the cell is blank. `1.0` is one.

    Raises:
        Unreadable: it is there, but no whole number, or one beyond any count.
    """
    if is_blank(value):
        return None
    if isinstance(value, bool):
        raise Unreadable("not a whole number")
    if isinstance(value, (int, float)):
        if abs(value) > _LARGEST_COUNT or int(value) != value:
            raise Unreadable("not a whole number")
        return int(value)
    if isinstance(value, str):
        text = value.strip().replace("\u2212", "-")
        if len(text) <= 40 and _INTEGER.fullmatch(text):
            number = int(text.partition(".")[0])
            if abs(number) <= _LARGEST_COUNT:
                return number
    raise Unreadable("not a whole number")


def parse_boolean(value: object) -> bool | None:
    """Yes or no, or None when the cell is blank: `1 0 true false yes no Y N T F`, `a) Yes`, `1 - Yes`.

    Raises:
        Unreadable: it is there, but neither.

    >>> parse_boolean("a) Yes"), parse_boolean("b) No"), parse_boolean(0.0), parse_boolean("-")
    (True, False, False, None)
    """
    if isinstance(value, bool):
        return value
    if is_blank(value):
        return None
    word = as_text(value).lower()
    if word == "1.0" or word == "0.0":
        word = word[0]
    answer = _ANSWERS.get(word)
    if answer is None:
        answer = _ANSWERS.get(_OPTION.sub("", word, count=1))
    if answer is None:
        raise Unreadable("neither yes nor no")
    return answer


_ANSWERS = dict.fromkeys(("1", "true", "yes", "y", "t"), True) | dict.fromkeys(
    ("0", "false", "no", "n", "f"), False
)


def _date_of_text(value: str, date_1904: bool) -> date | None:
    if is_blank(value):
        return None
    text = value.strip()
    found = _ISO.fullmatch(text)
    if found:
        return _calendar_day(int(found[1]), int(found[2]), int(found[3]))
    found = _DAY_FIRST.fullmatch(text)
    if found:
        month = _MONTHS.get(found[2].lower(), 0) if found[2].isalpha() else int(found[2])
        return _calendar_day(int(found[3]), month, int(found[1]))
    if _SERIAL_TEXT.fullmatch(text):
        return _date_of_serial(float(text), date_1904)
    raise Unreadable("not a date")


def _calendar_day(year: int, month: int, day: int) -> date:
    # Year 0024 is a two-digit year that a system padded.
    if year < _FIRST_READABLE_YEAR:
        raise Unreadable("not a date")
    try:
        return date(year, month, day)
    except ValueError:
        raise Unreadable("not a date of the calendar") from None


def _date_of_serial(serial: float, date_1904: bool) -> date:
    # Five digits (1927 to 2173 in the 1900 system): a shorter or longer number is a year, an age or
    # 20240725, and taking it for a serial would invent a date.
    if not 10_000 <= serial < 100_000:
        raise Unreadable("not a date")
    origin = date(1904, 1, 1) if date_1904 else date(1899, 12, 30)
    return origin + timedelta(days=int(serial))
