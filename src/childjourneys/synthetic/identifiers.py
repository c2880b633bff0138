"""Invented identifiers that pass the checks made of real ones."""

from __future__ import annotations

_CHECK_LETTERS = "ABCDEFGHJKLMNPQRTUVWXYZ"


def unique_pupil_number(la_code: str, year: int, serial: int) -> str:
    """A unique pupil number: check letter, authority, year of issue, serial number.

    The letter is the remainder of the digits' sum, weighted 2 to 13, by 23 (DfE, UPN guide).

    >>> unique_pupil_number("301", 2015, 42)
    'E301150000042'
    """
    body = f"{la_code}{year % 100:02d}{serial % 10_000_000:07d}"
    return check_letter(body) + body


def home_postcode(family: int) -> str:
    """The invented postcode of a family's home; no placement's ends in H.

    >>> home_postcode(1234)
    'ZZ71 4BH'
    """
    return f"ZZ{family % 97 + 1} {family // 97 % 9 + 1}{'ABDEFGHJ'[family // 873 % 8]}H"


def check_letter(body: str) -> str:
    total = sum(int(digit) * weight for weight, digit in enumerate(body, start=2))
    return _CHECK_LETTERS[total % 23]
