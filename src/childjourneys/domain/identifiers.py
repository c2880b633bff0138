"""How an identifier is cleaned, and which words stand in for one."""

from __future__ import annotations

import re

_TRAILING_ZERO = re.compile(r"^(\d+)\.0+$")
_ONLY_ZEROS = re.compile(r"^0+$")
PLACEHOLDERS = frozenset({"UNKNOWN", "NONE", "TBC", "NOT RECORDED"})


def clean_identifier(text: str) -> str:
    """Trim, upper-case and drop the `.0` that spreadsheets add to whole numbers.

    Leading zeros stay: `00123` and `123` are told apart here and brought together later, with a warning.

    >>> clean_identifier(" 1111.0 "), clean_identifier("ab12"), clean_identifier("00123")
    ('1111', 'AB12', '00123')
    """
    cleaned = " ".join(text.split()).upper()
    number = _TRAILING_ZERO.match(cleaned)
    return number.group(1) if number else cleaned


def is_placeholder(cleaned: str) -> bool:
    """Whether a cleaned identifier names nobody. Blank text is one.

    >>> is_placeholder("000"), is_placeholder("TBC"), is_placeholder("A1")
    (True, True, False)
    """
    return cleaned == "" or cleaned in PLACEHOLDERS or bool(_ONLY_ZEROS.match(cleaned))
