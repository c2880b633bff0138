"""How arguments are read: dates, authorities, amounts of memory, spans of years."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date

from childjourneys.issues import UsageError

_MEMORY = re.compile(r"(\d+(?:\.\d+)?)\s*([KMGT]?)I?B?", re.IGNORECASE)
_POWER = {"": 0, "K": 1, "M": 2, "G": 3, "T": 4}


def parse_day(text: str | None, option: str) -> date | None:
    """A date as 2025-03-31 or 31/03/2025.

    Raises:
        UsageError: it is written in another way.
    """
    if text is None:
        return None
    from childjourneys.sources.values import Unreadable, parse_date

    try:
        day = parse_date(text)
    except Unreadable:
        day = None
    if day is None:
        raise UsageError(f"{option} needs a date such as 2025-03-31.")
    return day


def parse_names(texts: Sequence[str] | None) -> tuple[str, ...]:
    """Names given one by one or with commas between them, each once.

    >>> parse_names(["a,b", "b", " c "])
    ('a', 'b', 'c')
    """
    names = (name.strip() for text in texts or () for name in text.split(","))
    return tuple(dict.fromkeys(name for name in names if name))


def parse_authority(text: str | None) -> str | None:
    """A three-digit authority code.

    Raises:
        UsageError: no authority has it.
    """
    if text is None:
        return None
    from childjourneys.domain.codes import code_set

    if code_set("local_authority").label(text.strip()) is None:
        raise UsageError(
            f"--la needs the three-digit code of an English authority, such as 301; not {text!r}."
        )
    return text.strip()


def parse_memory(text: str) -> int:
    """An amount such as 2GB or 500MB, in bytes.

    Raises:
        UsageError: it is no amount, or under 64 MB.
    """
    found = _MEMORY.fullmatch(text.strip())
    amount = int(float(found.group(1)) * 1024 ** _POWER[found.group(2).upper()]) if found else 0
    if amount < 64 * 1024**2:
        raise UsageError("--memory needs an amount such as 2GB, of 64MB or more.")
    return amount


def parse_years(text: str) -> tuple[int, int]:
    """A span of collection years such as 2021-2025, or one year.

    Raises:
        UsageError: it is no such span, or lies outside 2017 to 2026.
    """
    found = re.fullmatch(r"(\d{4})(?:-(\d{4}))?", text.strip())
    if found:
        first, last = int(found.group(1)), int(found.group(2) or found.group(1))
        if 2017 <= first <= last <= 2026:
            return first, last
    raise UsageError("--years needs collection years from 2017 to 2026, such as 2021-2025.")


def parse_spread(texts: Sequence[str]) -> dict[str, float]:
    """Spreads between authorities such as 0.10,0.30 or re_referral_12m_back=0.15,0.25, as variances.

    Returns:
        Variance on the scale of the angle by measure; by a blank for every other.

    Raises:
        UsageError: one is written in another way, or its ends are not in order between 0 and 1.
    """
    from childjourneys.comparison.funnel import variance_between

    found: dict[str, float] = {}
    for text in texts:
        measure, _, ends = text.rpartition("=")
        try:
            low, high = (float(end) for end in ends.split(","))
        except ValueError:
            low, high = 1.0, 0.0
        if not 0 <= low < high <= 1:
            raise UsageError("--spread needs two rates from 0 to 1, the lower first, such as 0.10,0.30.")
        if measure.strip() in found:
            raise UsageError("--spread is given twice for the same measure.")
        found[measure.strip()] = variance_between(low, high)
    return found
