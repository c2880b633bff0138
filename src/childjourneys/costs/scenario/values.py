"""Values of a scenario file: numbers with their bounds, days, words of a list."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date
from fractions import Fraction

from childjourneys.archetypes.errors import DefinitionError, listed, unknown
from childjourneys.archetypes.nodes import Mapping, Node, Scalar
from childjourneys.archetypes.nodes import Sequence as Items
from childjourneys.costs.scenario.definition import ASSUMPTION, Number

NUMBER = ("value", "low", "high", "source")
FIRST_DAY, LAST_DAY = date(1990, 1, 1), date(2099, 12, 31)
_YEAR = re.compile(r"(\d{4})/(\d{2})")
_NUMBER = re.compile(r"[+-]?\d+(\.\d+)?")


class Values:
    """Reads single values of one file; what can't be is said with the line."""

    def __init__(self, file: str) -> None:
        self.file = file

    def error(self, line: int, problem: str, key: str = "") -> DefinitionError:
        return DefinitionError(problem, self.file, line, key)

    def number(
        self, given: Mapping, key: str, name: str, low: Fraction | int, high: Fraction | int
    ) -> Number:
        node = given.entries[key]
        if not isinstance(node, Mapping):
            return Number(name, self.exact(node, key, low, high))
        parts = self.mapping(node, NUMBER, f"key of `{key}`", f"`{key}`")
        self.need(parts, "value", f"`{key}`")
        value = self.exact(parts.entries["value"], key, low, high)
        ends = {
            end: self.exact(parts.entries[end], key, low, high)
            for end in ("low", "high")
            if end in parts.entries
        }
        if not ends.get("low", value) <= value <= ends.get("high", value):
            raise self.error(node.line, f"`{key}` is not between its `low` and its `high`.", key)
        source = self.text(parts, "source") if "source" in parts.entries else ASSUMPTION
        return Number(name, value, ends.get("low"), ends.get("high"), source)

    def optional(self, given: Mapping, key: str, place: str, low: int, high: int) -> Number | None:
        return self.number(given, key, f"{place}, {key}", low, high) if key in given.entries else None

    def exact(self, node: Node, key: str, low: Fraction | int, high: Fraction | int) -> Fraction:
        if not isinstance(node, Scalar) or not node.plain or not _NUMBER.fullmatch(node.text):
            raise self.error(node.line, f"`{key}` is a number.", key)
        value = Fraction(node.text)
        if not low <= value <= high:
            raise self.error(node.line, f"`{key}` must lie between {low} and {high}.", key)
        return value

    def whole(self, given: Mapping, key: str) -> Fraction:
        value = self.exact(given.entries[key], key, 0, 2**31)
        if value.denominator != 1:
            raise self.error(given.lines[key], f"`{key}` is a whole number.", key)
        return value

    def switch(self, given: Mapping, key: str) -> bool:
        text = self.text(given, key)
        if text not in ("true", "false"):
            raise self.error(given.lines[key], f"`{key}` is true or false.", key)
        return text == "true"

    def day(self, given: Mapping, key: str) -> date:
        return self.as_day(given.entries[key], key)

    def as_day(self, node: Node, key: str) -> date:
        try:
            day = date.fromisoformat(self.scalar(node, key))
        except ValueError:
            raise self.error(node.line, f"`{key}` is a date such as 2025-04-01.", key) from None
        if not FIRST_DAY <= day <= LAST_DAY:
            raise self.error(node.line, f"`{key}` lies outside 1990 to 2099.", key)
        return day

    def year_of(self, given: Mapping, key: str) -> str:
        return self.financial_year(self.text(given, key), given.lines[key])

    def financial_year(self, text: str, line: int) -> str:
        found = _YEAR.fullmatch(text)
        if not found or (int(found[1]) + 1) % 100 != int(found[2]):
            raise self.error(line, "a financial year is written such as 2024/25.", text)
        return text

    def one_of(self, node: Node, known: Sequence[str], what: str, key: str) -> str:
        text = self.scalar(node, key)
        if text not in known:
            raise self.error(node.line, unknown(text, what, known), key)
        return text

    # Nodes.

    def need(self, given: Mapping, key: str, what: str) -> None:
        if key not in given.entries:
            raise self.error(given.line, f"{what} needs `{key}`.", key)

    def text(self, given: Mapping, key: str) -> str:
        return self.scalar(given.entries[key], key)

    def scalar(self, node: Node, key: str) -> str:
        if not isinstance(node, Scalar) or node.empty or not node.text.strip():
            raise self.error(node.line, f"`{key}` takes one value.", key)
        return node.text.strip()

    def list_or_one(self, node: Node, key: str) -> tuple[Node, ...]:
        return self.items(node, key) if isinstance(node, Items) else (node,)

    def items(self, node: Node, key: str) -> tuple[Node, ...]:
        if not isinstance(node, Items):
            raise self.error(node.line, f"`{key}` is a list.", key)
        return node.items

    def mapping(self, node: Node, known: Sequence[str] | None, what: str, whole: str) -> Mapping:
        if not isinstance(node, Mapping):
            some = f": {listed(known)}" if known else ""
            raise self.error(node.line, f"{whole} holds keys and values{some}.")
        for key in node.entries:
            if known is not None and key not in known:
                raise self.error(node.lines[key], unknown(key, what, known), key)
        return node
