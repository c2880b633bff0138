"""Numbers, dates and plurals as the report writes them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

MONTHS = (
    "January", "February", "March", "April", "May", "June",
    "July", "August", "September", "October", "November", "December",
)  # fmt: skip
KINDS_OF_RETURN = {
    "annex_a": "Annex A",
    "cin_census": "CIN census",
    "ssda903": "SSDA903",
    "family_link": "Family links",
    "population": "Population",
    "school_holidays": "School holidays",
    "deprivation": "Deprivation of children",
    "deprivation_areas": "Deprivation of areas",
    "person_link": "Person links",
}
RULES = {
    "started_in": "what started in it",
    "open_in": "what was open in it",
    "ended_in": "what ended in it",
    "full_history": "full history",
}


def number(value: int | float | None, decimals: int = 0) -> str:
    """1204 is 1,204; blank when there is none."""
    return "" if value is None else f"{value:,.{decimals}f}"


def count(value: int, one: str, many: str | None = None) -> str:
    """1 file, 2 files."""
    return f"{value:,} {one if value == 1 else many or one + 's'}"


def day(value: date | None) -> str:
    """31 March 2025."""
    return "" if value is None else f"{value.day} {MONTHS[value.month - 1]} {value.year}"


def short_day(value: date) -> str:
    """31 Mar 2025."""
    return f"{value.day} {MONTHS[value.month - 1][:3]} {value.year}"


def days_in_words(first: date, last: date) -> str:
    """1 Apr 2024 to 31 Mar 2025, or one day."""
    return short_day(first) if first == last else f"{short_day(first)} to {short_day(last)}"


def month(value: date) -> str:
    """Mar 2025."""
    return f"{MONTHS[value.month - 1][:3]} {value.year}"


def listed(words: Sequence[str]) -> str:
    """a, b and c."""
    if len(words) < 2:
        return "".join(words)
    return f"{', '.join(words[:-1])} and {words[-1]}"
