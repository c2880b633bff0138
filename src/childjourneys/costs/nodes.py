"""Values of a hand-written file: each reader says what it expected, with the line and the entry."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from datetime import date
from fractions import Fraction

from childjourneys.archetypes.errors import DefinitionError, unknown
from childjourneys.archetypes.nodes import Mapping, Node, Scalar
from childjourneys.archetypes.nodes import Sequence as Items

_NUMBER = re.compile(r"[+-]?[0-9]{1,15}(\.[0-9]{1,12})?")
# What a file says may be long, and what is said of it is one sentence.
_LONGEST = 400
_ISO = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_YEAR = re.compile(r"([0-9]{4})/([0-9]{2})")


class CatalogueError(DefinitionError):
    """A file of unit costs, indices or headings is refused: one sentence with file, line and entry."""

    def __init__(self, problem: str, file: str = "", line: int | None = None, key: str = "") -> None:
        said = " ".join(problem.split())
        super().__init__(said if len(said) <= _LONGEST else f"{said[:_LONGEST]} ...", file, line, key)


class Reader:
    """Reads the values of one part of a file. `about` names the part, such as the entry."""

    def __init__(self, file: str, about: str = "") -> None:
        self.file = file
        self.about = about

    def error(self, line: int | None, problem: str, key: str = "") -> CatalogueError:
        return CatalogueError(f"{self.about}: {problem}" if self.about else problem, self.file, line, key)

    def mapping(self, node: Node, known: Sequence[str] | None, kind: str, what: str) -> Mapping:
        """Keys with their values; those without a value are left out. Each key must be known (None: all)."""
        if not isinstance(node, Mapping):
            raise self.error(node.line, f"{what} is written as keys with their values.")
        for key in node.entries:
            if known is not None and key not in known:
                raise self.error(node.lines[key], unknown(key, kind, known), key)
        filled = {
            key: value
            for key, value in node.entries.items()
            if not (isinstance(value, Scalar) and (value.empty or not value.text.strip()))
        }
        return Mapping(filled, node.line, node.lines)

    def text(self, node: Node, key: str) -> str:
        if not isinstance(node, Scalar):
            raise self.error(node.line, f"`{key}` is one text, no list and no keys.", key)
        return node.text.strip()

    def texts(self, node: Node, key: str) -> tuple[str, ...]:
        """A list; one word stands for a list of one."""
        return tuple(self.text(item, key) for item in self.items(node))

    def items(self, node: Node) -> Iterator[Node]:
        yield from node.items if isinstance(node, Items) else (node,)

    def choice(self, node: Node, key: str, known: Sequence[str]) -> str:
        word = self.text(node, key)
        if word not in known:
            raise self.error(node.line, unknown(word, f"value of `{key}`", known), word)
        return word

    def choices(self, node: Node, key: str, known: Sequence[str]) -> tuple[str, ...]:
        found = tuple(self.choice(item, key, known) for item in self.items(node))
        if not found:
            raise self.error(node.line, f"the list of `{key}` is empty.", key)
        return found

    def truth(self, node: Node, key: str) -> bool:
        word = self.text(node, key).lower()
        if word not in ("true", "false"):
            raise self.error(node.line, f"`{key}` is true or false.", key)
        return word == "true"

    def number(self, node: Node, key: str) -> Fraction:
        """A plain decimal number, exact."""
        word = self.text(node, key)
        if not _NUMBER.fullmatch(word):
            raise self.error(
                node.line, f"`{key}` is a plain number such as 1250 or 1250.50, without signs or commas.", key
            )
        return Fraction(word)

    def money(self, node: Node, key: str) -> Fraction:
        """Pounds, 0 or more."""
        amount = self.number(node, key)
        if amount < 0:
            raise self.error(
                node.line, f"`{key}` is negative; a credit is an entry of kind `grant`, positive.", key
            )
        return amount

    def whole(self, node: Node, key: str, least: int = 0) -> int:
        amount = self.number(node, key)
        if amount.denominator != 1 or amount < least:
            raise self.error(node.line, f"`{key}` is a whole number from {least} up.", key)
        return int(amount)

    def day(self, node: Node, key: str) -> date:
        word = self.text(node, key)
        try:
            if not _ISO.fullmatch(word):
                raise ValueError
            return date.fromisoformat(word)
        except ValueError:
            raise self.error(node.line, f"`{key}` is a date such as 2025-04-01.", key) from None

    def year(self, node: Node, key: str) -> str:
        """A financial year."""
        word = self.text(node, key)
        if not is_financial_year(word):
            raise self.error(node.line, f"`{key}` is a financial year such as 2024/25.", key)
        return word


def is_financial_year(text: str) -> bool:
    """
    >>> is_financial_year("2009/10"), is_financial_year("1999/00"), is_financial_year("2009/11")
    (True, True, False)
    """
    found = _YEAR.fullmatch(text)
    return bool(found and text.isascii() and (int(found[1]) + 1) % 100 == int(found[2]))


def financial_year(day: date) -> str:
    """The financial year of a day.

    >>> financial_year(date(2024, 3, 31)), financial_year(date(2024, 4, 1))
    ('2023/24', '2024/25')
    """
    return year_name(day.year - ((day.month, day.day) < (4, 1)))


def year_name(first: int) -> str:
    """A financial year by the calendar year it begins in.

    >>> year_name(1999)
    '1999/00'
    """
    return f"{first:04d}/{(first + 1) % 100:02d}"


def first_of(year: str) -> int:
    """The calendar year a financial year begins in."""
    return int(year[:4])
