"""Events of a definition from YAML, and tests of their attributes."""

from __future__ import annotations

from typing import Literal

from childjourneys.archetypes.checking_names import Path
from childjourneys.archetypes.definition import ATTRIBUTES, Condition, Event, Term, Value
from childjourneys.archetypes.errors import listed
from childjourneys.archetypes.nodes import Mapping, Scalar, Sequence
from childjourneys.archetypes.nodes import Node as Yaml
from childjourneys.archetypes.phrases import parse_test, parse_value
from childjourneys.archetypes.reading_values import ValueReader


class EventReader(ValueReader):
    """Events and tests, in their short and their long forms."""

    def event(self, given: Mapping, key: str, path: Path) -> Event:
        """The event under a key, and the `where` beside it."""
        node = given.entries[key]
        here = (*path, "event")
        self.lines[here] = given.lines[key]
        where: tuple[Condition, ...] = ()
        if "where" in given.entries:
            where = self.tests(given.entries["where"], (*path, "where"))
        if isinstance(node, Mapping):
            inside = self.mapping(node, here, ("any of", "event", "where"), f"key of `{key}`", f"`{key}`")
            if "any of" not in inside.entries or len(inside.entries) > 1:
                raise self.error(
                    inside.line,
                    f"under `{key}` stands a type of event, or `any of`; `where` stands beside it.",
                    key,
                )
            items = self.items(inside.entries["any of"])
            return Event(tuple(self.term(item, (*here, n)) for n, item in enumerate(items)), where)
        if isinstance(node, Sequence):
            raise self.error(node.line, f"several types under `{key}` are written `{{any of: [...]}}`.", key)
        return Event((Term(self.type(node, key)),), where)

    def term(self, node: Yaml, path: Path) -> Term:
        self.lines[path] = node.line
        if not isinstance(node, Mapping):
            return Term(self.type(node, "any of"))
        given = self.mapping(node, path, ("event", "where"), "key beside `event`", "an event")
        if "event" not in given.entries:
            raise self.error(node.line, "an event in `any of` needs `event`.", "event")
        where = given.entries.get("where")
        return Term(
            self.type(given.entries["event"], "event"), self.tests(where, (*path, "where")) if where else ()
        )

    def type(self, node: Yaml, key: str) -> str:
        return self.text(node, key)

    def tests(self, node: Yaml, path: Path) -> tuple[Condition, ...]:
        entries = self.mapping(node, path, ATTRIBUTES, "attribute of an event", "`where`").entries
        if not entries:
            raise self.error(node.line, "`where` needs an attribute.", "where")
        return tuple(self.test(attribute, value) for attribute, value in entries.items())

    def test(self, attribute: str, node: Yaml) -> Condition:
        if isinstance(node, Sequence):
            return Condition(attribute, "in", self.values(attribute, node))
        if isinstance(node, Mapping):
            return self.spelt_out(attribute, node)
        found = self.phrase(node, attribute, lambda text: parse_test(attribute, text))
        if found.test == "is" and isinstance(node, Scalar) and not isinstance(found.values[0], str):
            self.unquoted(node, attribute)
        return found

    def spelt_out(self, attribute: str, node: Mapping) -> Condition:
        known = ("not in", "in", "is", "not")
        given = self.mapping(node, (), known, f"test of `{attribute}`", f"`{attribute}`")
        if len(given.entries) != 1:
            raise self.error(
                node.line, f"`{attribute}` takes one test; known are {listed(known)}.", attribute
            )
        (kind, value), *_ = given.entries.items()
        if kind == "in":
            return Condition(attribute, "in", self.values(attribute, self.sequence(value, kind)))
        if kind == "not in":
            return Condition(attribute, "not in", self.values(attribute, self.sequence(value, kind)))
        test: Literal["is", "not"] = "is" if kind == "is" else "not"
        return Condition(attribute, test, (self.value(attribute, value),))

    def values(self, attribute: str, node: Sequence) -> tuple[Value, ...]:
        if not node.items:
            raise self.error(node.line, f"the list of `{attribute}` is empty.", attribute)
        return tuple(self.value(attribute, item) for item in node.items)

    def value(self, attribute: str, node: Yaml) -> Value:
        found = self.phrase(node, attribute, lambda text: parse_value(attribute, text))
        if isinstance(node, Scalar) and not isinstance(found, str):
            self.unquoted(node, attribute)
        return found
