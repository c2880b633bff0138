"""Tables of Markdown, for the pages of the reference."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

# Types that the specifications of returns state, in words.
STATED_TYPES = {
    "text": "text", "date": "date", "datetime": "date and time", "int": "whole number", "number": "number",
    "code": "code", "bool": "yes or no", "bool3": "yes, no or unknown", "postcode": "postcode",
}  # fmt: skip


def rows(heading: Sequence[str], body: Iterable[Sequence[object]]) -> Iterable[str]:
    """The lines of a table; a bar in a cell is escaped, None is an empty cell."""
    yield line(heading)
    yield "|" + "---|" * len(heading)
    yield from (line(row) for row in body)


def line(cells: Sequence[object]) -> str:
    """One line of a table."""
    return "| " + " | ".join(str(c if c is not None else "").replace("|", "\\|") for c in cells) + " |"


def years(first: int | None, last: int | None) -> str:
    """Collection years from a first to a last, each of which may be open."""
    if first is None and last is None:
        return ""
    if first is None:
        return f"to {last}"
    return f"from {first}" if last is None else f"{first} to {last}"


def sentence(text: str) -> str:
    """A text that begins with a capital letter and ends in a full stop."""
    return text[0].upper() + text[1:] + "."


def codes_listed(words: Iterable[str]) -> str:
    """Words of the program, parted by commas."""
    return ", ".join(f"`{word}`" for word in words)
