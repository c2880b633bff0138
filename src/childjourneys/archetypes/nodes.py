"""YAML text as plain nodes that know their line; only what a definition needs, nothing that surprises."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import yaml

from childjourneys.archetypes.errors import DefinitionError

# Readers of YAML 1.1 turn these words into true and false, others don't.
_SWITCHES = ("yes", "no", "on", "off")
_DEEPEST = 60
_Loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


@dataclass(frozen=True)
class Scalar:
    """A single value as written. `plain`: without quotes; `block`: after | or >."""

    text: str
    line: int
    plain: bool = True
    block: bool = False

    @property
    def empty(self) -> bool:
        return self.plain and self.text in ("", "~", "null", "Null", "NULL")


@dataclass(frozen=True)
class Sequence:
    items: tuple[Node, ...]
    line: int


@dataclass(frozen=True)
class Mapping:
    """`lines` has the line of each key."""

    entries: dict[str, Node]
    line: int
    lines: dict[str, int] = field(default_factory=dict)


Node = Scalar | Sequence | Mapping


def read_nodes(text: str, name: str) -> list[Node]:
    """The documents of a YAML text that are not empty.

    Args:
        text: the YAML.
        name: file name for messages.

    Raises:
        DefinitionError: it is no YAML, or uses anchors, aliases, tags, doubled keys or bare yes, no, on, off.
    """
    try:
        return list(_Composer(text, name).documents())
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        line = mark.line + 1 if mark else None
        raise DefinitionError(f"this is not YAML: {error.problem or error.context}.", name, line) from error
    except (yaml.YAMLError, UnicodeError) as error:
        raise DefinitionError("it holds characters that YAML does not allow.", name) from error


class _Composer:
    def __init__(self, text: str, name: str) -> None:
        self.events: Iterator[Any] = iter(yaml.parse(text.removeprefix("\ufeff"), Loader=_Loader))
        self.name = name

    def documents(self) -> Iterator[Node]:
        for event in self.events:
            if isinstance(event, yaml.DocumentStartEvent):
                node = self.node(next(self.events), 0)
                if not (isinstance(node, Scalar) and node.empty):
                    yield node

    def node(self, event: Any, depth: int) -> Node:
        line = event.start_mark.line + 1
        if isinstance(event, yaml.AliasEvent):
            raise self.error("aliases (`*`) are not taken; write the words out.", line, event.anchor)
        if event.anchor:
            raise self.error("anchors (`&`) are not taken; write the words out.", line, event.anchor)
        if event.tag:
            raise self.error("tags (`!`) are not taken; leave it out.", line, event.tag)
        if depth > _DEEPEST:
            raise self.error("this is nested too deeply.", line)
        if isinstance(event, yaml.ScalarEvent):
            return self.scalar(event, line)
        if isinstance(event, yaml.SequenceStartEvent):
            items: list[Node] = []
            while not isinstance(event := next(self.events), yaml.SequenceEndEvent):
                items.append(self.node(event, depth + 1))
            return Sequence(tuple(items), line)
        return self.mapping(line, depth)

    def scalar(self, event: Any, line: int) -> Scalar:
        plain = not event.style
        if plain and event.value.lower() in _SWITCHES:
            raise self.error(
                f"`{event.value}` without quotes is true or false to some readers of YAML; "
                f'write "{event.value}" in quotes if that text is meant, else true or false.',
                line, event.value,
            )  # fmt: skip
        return Scalar(event.value, line, plain, event.style in ("|", ">"))

    def mapping(self, line: int, depth: int) -> Mapping:
        entries: dict[str, Node] = {}
        lines: dict[str, int] = {}
        while not isinstance(event := next(self.events), yaml.MappingEndEvent):
            key = self.node(event, depth + 1)
            if not isinstance(key, Scalar):
                raise self.error("a key is one word or phrase, no list.", key.line)
            if key.text in entries:
                raise self.error(
                    f"`{key.text}` stands twice; it is on line {lines[key.text]} already.", key.line, key.text
                )
            entries[key.text] = self.node(next(self.events), depth + 1)
            lines[key.text] = key.line
        return Mapping(entries, line, lines)

    def error(self, problem: str, line: int, key: str | None = "") -> DefinitionError:
        return DefinitionError(problem, self.name, line, key or "")
