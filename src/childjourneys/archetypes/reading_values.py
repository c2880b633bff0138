"""Small parts of the YAML of a definition: texts, numbers, lists, keys, lengths of time."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any, TypeVar

from childjourneys.archetypes.checking_names import Path
from childjourneys.archetypes.definition import Bound
from childjourneys.archetypes.errors import DefinitionError, unknown
from childjourneys.archetypes.nodes import Mapping, Scalar, Sequence
from childjourneys.archetypes.nodes import Node as Yaml
from childjourneys.archetypes.phrases import parse_bound

T = TypeVar("T")


class ValueReader:
    """Values of one definition, each as what it must be.

    Args:
        file: name for messages.

    Attributes:
        lines: line of each part by its path, for what `check` has to say.
    """

    def __init__(self, file: str) -> None:
        self.file = file
        self.lines: dict[Path, int] = {}

    def error(self, line: int, problem: str, key: str = "") -> DefinitionError:
        return DefinitionError(problem, self.file, line, key)

    def bound(self, node: Yaml, key: str) -> Bound:
        return self.phrase(node, key, parse_bound)

    def phrase(self, node: Yaml, key: str, parse: Callable[[str], T]) -> T:
        text = self.text(node, key)
        try:
            return parse(text)
        except ValueError as error:
            raise self.error(node.line, f"{key}: {error}", key) from None

    def text(self, node: Yaml, key: str) -> str:
        """A text as written; line ends after a block are no part of it."""
        if not isinstance(node, Scalar):
            raise self.error(node.line, f"`{key}` is one text, no list and no keys.", key)
        if node.empty:
            raise self.error(node.line, f"`{key}` has no value.", key)
        return node.text.rstrip("\n") if node.block else node.text

    def unquoted(self, node: Scalar, key: str) -> None:
        if not node.plain:
            raise self.error(node.line, f"write {node.text} without quotes.", key)

    def word(self, given: Mapping, key: str) -> str:
        return self.text(given.entries[key], key)

    def whole(self, given: Mapping, key: str) -> int:
        node = given.entries[key]
        text = self.text(node, key)
        if not (text.isascii() and text.isdecimal() and len(text) < 10):
            raise self.error(node.line, f"`{key}` is a whole number; not `{text}`.", key)
        if isinstance(node, Scalar):
            self.unquoted(node, key)
        return int(text)

    def true_or_false(self, node: Yaml, key: str) -> bool:
        text = self.text(node, key)
        if text not in ("true", "false"):
            raise self.error(node.line, f"`{key}` is true or false; not `{text}`.", key)
        if isinstance(node, Scalar):
            self.unquoted(node, key)
        return text == "true"

    def choice(self, word: str, known: tuple[Any, ...], key: str, given: Mapping) -> Any:
        if word not in known:
            raise self.error(given.entries[key].line, unknown(word, f"value of `{key}`", known), word)
        return word

    def names(self, node: Yaml, path: Path, key: str) -> tuple[str, ...]:
        """A list of words; one word stands for a list of one."""
        found: list[str] = []
        for item in self.items(node):
            self.lines[*path, len(found)] = item.line
            found.append(self.text(item, key))
        return tuple(found)

    def items(self, node: Yaml) -> Iterator[Yaml]:
        yield from node.items if isinstance(node, Sequence) else (node,)

    def sequence(self, node: Yaml, key: str) -> Sequence:
        if isinstance(node, Sequence):
            return node
        raise self.error(node.line, f"`{key}` is a list; begin each of its items with a dash.", key)

    def mapping(self, node: Yaml, path: Path, known: Any, kind: str, what: str) -> Mapping:
        """The keys under a node; each must be known (None: all are)."""
        if not isinstance(node, Mapping):
            raise self.error(node.line, f"{what} is written as keys with their values.")
        for key in node.entries:
            if known is not None and key not in known:
                raise self.error(node.lines[key], unknown(key, kind, known), key)
            self.lines[*path, key] = node.lines[key]
        self.lines.setdefault(path, node.line)
        return node
