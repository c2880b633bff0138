"""Keyed pseudonyms: the same identifier gives the same pseudonym for whoever holds the key, nobody else."""

from __future__ import annotations

from datetime import date
from hashlib import blake2b

KEY_BYTES = 32
PSEUDONYM_BYTES = 12


def pseudonym(identifier: str, key: bytes, kind: str) -> str:
    """The pseudonym of a cleaned identifier: 24 hexadecimal digits of a keyed BLAKE2b.

    Args:
        identifier: cleaned, so that the same child written in three ways has one pseudonym.
        key: 32 random bytes.
        kind: `child`, `upn`, `family` ...; each kind has its own separate function.

    Source: RFC 7693 (keyed BLAKE2b with personalisation). A plain or salted hash would not do: local
    identifiers are short enough to try them all.
    """
    digest = blake2b(
        identifier.encode(), digest_size=PSEUDONYM_BYTES, key=key, person=kind.encode().ljust(16, b"\0")[:16]
    )
    return digest.hexdigest()


def month_only(day: date) -> date:
    """A date of birth reduced to its month, shown as the middle of it.

    >>> month_only(date(2012, 2, 29))
    datetime.date(2012, 2, 15)
    """
    return day.replace(day=15)


def postcode_area(postcode: str) -> str:
    """The letters a postcode begins with: `SW1A 1AA` is in area SW."""
    text = postcode.strip().upper()
    length = next((index for index, letter in enumerate(text) if not letter.isalpha()), len(text))
    return text[:length][:2]
