"""Clauses of a definition from YAML, and their windows."""

from __future__ import annotations

from typing import Any, get_args

from childjourneys.archetypes.checking_names import Path
from childjourneys.archetypes.definition import AnyOf, Bound, Clause, Direction, Node, ParentTest, Who, Window
from childjourneys.archetypes.errors import listed
from childjourneys.archetypes.nodes import Mapping, Scalar
from childjourneys.archetypes.nodes import Node as Yaml
from childjourneys.archetypes.phrases import parse_bound
from childjourneys.archetypes.reading_events import EventReader
from childjourneys.archetypes.reading_keys import (
    AFTER,
    BACK_KEYS,
    BY_RECORD,
    COUNTS,
    EVER,
    FORWARD_KEYS,
    NODE_KEYS,
    VERBS,
)


class ClauseReader(EventReader):
    """Lists of clauses, and each of them."""

    def nodes(self, node: Yaml, path: Path) -> tuple[Node, ...]:
        key = str(path[-1])
        self.lines.setdefault(path, node.line)
        items = self.sequence(node, key).items
        return tuple(self.node(item, (*path, place)) for place, item in enumerate(items))

    def node(self, node: Yaml, path: Path) -> Node:
        given = self.mapping(node, path, NODE_KEYS, "key of a clause", "a clause")
        entries = given.entries
        if "any of" in entries:
            self.alone(given, "any of")
            return AnyOf(self.nodes(entries["any of"], (*path, "any of")))
        verbs = [key for key in entries if key in VERBS]
        if not verbs and "where" in entries:
            self.alone(given, "where")
            return ParentTest(self.tests(entries["where"], (*path, "where")))
        if len(verbs) != 1:
            raise self.error(
                given.lines[verbs[1]] if verbs else given.line, f"a clause has one of {listed(VERBS)}."
            )
        return self.clause(given, verbs[0], path)

    def alone(self, given: Mapping, key: str) -> None:
        for other in given.entries:
            if other != key:
                raise self.error(
                    given.lines[other],
                    f"`{other}` can't stand beside `{key}`; make it a clause of its own.",
                    other,
                )

    def clause(self, given: Mapping, verb: str, path: Path) -> Clause:
        entries = given.entries
        direction, negated = VERBS[verb]
        fields: dict[str, Any] = {}
        if "count" in entries:
            how = self.choice(self.word(given, "count"), COUNTS, "count", given)
            fields["by_record"] = how == BY_RECORD
            if "where" in entries:
                raise self.error(
                    given.lines["where"], "spells have no attributes to test; see `exclude`.", "where"
                )
            self.lines[*path, "event"] = given.lines[verb]
            fields["spells"] = self.text(entries[verb], verb)
        else:
            fields["event"] = self.event(given, verb, path)
        if "exclude" in entries:
            fields["exclude"] = self.names(entries["exclude"], (*path, "exclude"), "exclude")
        for key, field in (("at least", "at_least"), ("at most", "at_most")):
            if key in entries:
                fields[field] = self.whole(given, key)
        for key, field in (("same", "same"), ("call it", "name")):
            if key in entries:
                fields[field] = self.word(given, key)
        if "who" in entries:
            fields["who"] = self.choice(self.word(given, "who"), get_args(Who), "who", given)
        if "then" in entries:
            fields["then"] = self.nodes(entries["then"], (*path, "then"))
            if not fields["then"]:
                raise self.error(given.lines["then"], "`then` needs a clause.", "then")
        if "within" not in entries:
            raise self.error(
                given.line, f"`{verb}` needs a window, such as `within: {{to: 6 months}}`.", "within"
            )
        window = self.window(entries["within"], direction, (*path, "within"))
        return Clause(direction, window, negated=negated, **fields)

    def window(self, node: Yaml, direction: Direction, path: Path) -> Window:
        near = "before" if direction == "preceded" else "after"
        if isinstance(node, Scalar):
            return Window(far=self.far(node, direction, since=False))
        known = BACK_KEYS if direction == "preceded" else FORWARD_KEYS
        given = self.mapping(node, path, known, f"key of a window that looks {_way(direction)}", "`within`")
        entries = given.entries
        if "to" not in entries:
            raise self.error(given.line, "`within` needs `to`: how far it reaches.", "to")
        if near in entries and "from" in entries:
            raise self.error(given.lines["from"], f"`{near}` and `from` can't stand together.", "from")
        fields: dict[str, Any] = {"far": self.far(entries["to"], direction, since="from" in entries)}
        if near in entries:
            fields["near"] = self.bound(entries[near], near)
        if "from" in entries:
            fields["since"] = self.word(given, "from")
        if "same_day" in entries:
            self.choice(self.word(given, "same_day"), ("any",), "same_day", given)
            fields["same_day_any"] = True
        if "count_from" in entries:
            fields["count_from"] = self.choice(
                self.word(given, "count_from"), ("day0", "day1"), "count_from", given
            )
        return Window(**fields)

    def far(self, node: Yaml, direction: Direction, since: bool) -> Bound | None:
        text = self.text(node, "to")
        if text.strip() == EVER:
            if direction == "followed":
                raise self.error(node.line, "`to: ever` is for looking back only.", "to")
            return None
        if since and text.endswith(AFTER):
            return self.phrase(node, "to", lambda said: parse_bound(said.removesuffix(AFTER)))
        return self.bound(node, "to")


def _way(direction: Direction) -> str:
    return "back" if direction == "preceded" else "forward"
