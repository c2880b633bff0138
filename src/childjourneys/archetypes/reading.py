"""Definitions from YAML: every key is known, every word stands where it may."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any, Literal, TypeVar, get_args

from childjourneys.archetypes.checking import Path, check
from childjourneys.archetypes.definition import (
    ATTRIBUTES,
    AnyOf,
    Archetype,
    At,
    Bound,
    Clause,
    Condition,
    Direction,
    Event,
    Node,
    ParentTest,
    Start,
    State,
    Term,
    Value,
    Variant,
    Which,
    Who,
    Window,
)
from childjourneys.archetypes.errors import DefinitionError, listed, unknown
from childjourneys.archetypes.nodes import Mapping, Scalar, Sequence, read_nodes
from childjourneys.archetypes.nodes import Node as Yaml
from childjourneys.archetypes.phrases import parse_bound, parse_calendar, parse_test, parse_value

T = TypeVar("T")
TEXTS = ("title", "why", "definition", "source", "not_a_judgement")
TOP_KEYS = (
    "archetype", "version", "title", "why", "definition", "source", "not_a_judgement", "caveats", "needs",
    "uses", "follow", "until_age", "clock", "start", "then", "variants", "sensitivity", "report by",
    "list for audit",
)  # fmt: skip
START_KEYS = (
    "event", "calendar", "which", "where", "while in", "not while in", "at", "states", "lookback",
    "strict_first",
)  # fmt: skip
STATE_KEYS = ("while in", "not while in", "at")
VERBS: dict[str, tuple[Direction, bool]] = {
    "followed by": ("followed", False),
    "not followed by": ("followed", True),
    "preceded by": ("preceded", False),
    "not preceded by": ("preceded", True),
}
CLAUSE_KEYS = (
    *VERBS, "where", "call it", "at least", "at most", "count", "exclude", "same", "who", "within", "then",
)  # fmt: skip
NODE_KEYS = (*CLAUSE_KEYS, "any of")
FORWARD_KEYS = ("after", "from", "to", "same_day", "count_from")
BACK_KEYS = ("before", "to", "same_day", "count_from")
VARIANT_KEYS = ("variant", "instead without", "start", "then", "clock", "needs")
OVERLAPPING, BY_RECORD = COUNTS = ("overlapping", "overlapping records")
EVER = "ever"
AFTER = " after"


def read_definitions(text: str, name: str) -> list[Archetype]:
    """The definitions of a YAML text, one a document, in its order.

    Args:
        text: the YAML.
        name: file name, for messages.

    Raises:
        DefinitionError: one sentence with file, line, key and, where there is one, the nearest spelling.
    """
    found: list[Archetype] = []
    for node in read_nodes(text, name):
        reader = _Reader(name)
        definition = reader.definition(node)
        check(definition, name, reader.lines)
        if any(other.id == definition.id for other in found):
            raise DefinitionError(
                f"archetype `{definition.id}` stands twice.", name, reader.lines["archetype",], definition.id
            )
        found.append(definition)
    if not found:
        raise DefinitionError("it holds no definition; one begins with `archetype:`.", name)
    return found


class _Reader:
    """One definition. `lines` has the line of each part by its path, for what `check` has to say."""

    def __init__(self, file: str) -> None:
        self.file = file
        self.lines: dict[Path, int] = {}

    def error(self, line: int, problem: str, key: str = "") -> DefinitionError:
        return DefinitionError(problem, self.file, line, key)

    # The whole.

    def definition(self, node: Yaml) -> Archetype:
        top = self.mapping(node, (), TOP_KEYS, "key of a definition", "a definition")
        for key in ("archetype", "start", "then"):
            if key not in top.entries:
                raise self.error(top.line, f"a definition needs `{key}`.", key)
        given: dict[str, Any] = {
            "id": self.word(top, "archetype"),
            "start": self.start(top.entries["start"], ("start",)),
            "then": self.nodes(top.entries["then"], ("then",)),
        }
        for key in TEXTS:
            if key in top.entries:
                given[key] = self.text(top.entries[key], key)
        for key in ("version", "until_age"):
            if key in top.entries:
                given[key] = self.whole(top, key)
        for key in ("needs", "uses"):
            if key in top.entries:
                given[key] = self.names(top.entries[key], (key,), key)
        for key, field in (("follow", "follow"), ("clock", "clock"), ("list for audit", "list_for_audit")):
            if key in top.entries:
                given[field] = self.word(top, key)
        if "caveats" in top.entries:
            given["caveats"] = tuple(
                self.text(item, "caveats") for item in self.items(top.entries["caveats"])
            )
        if "report by" in top.entries:
            given["report_by"] = self.names(top.entries["report by"], ("report by",), "report by")
        if "sensitivity" in top.entries:
            given["sensitivity"] = self.sensitivity(top.entries["sensitivity"])
        if "variants" in top.entries:
            entries = self.sequence(top.entries["variants"], "variants").items
            given["variants"] = tuple(
                self.variant(entry, ("variants", place)) for place, entry in enumerate(entries)
            )
        return Archetype(**given)

    def sensitivity(self, node: Yaml) -> tuple[tuple[str, tuple[Bound, ...]], ...]:
        entries = self.mapping(node, ("sensitivity",), None, "", "`sensitivity`").entries
        return tuple(
            (name, tuple(self.bound(item, "sensitivity") for item in self.items(windows)))
            for name, windows in entries.items()
        )

    def variant(self, node: Yaml, path: Path) -> Variant:
        given = self.mapping(node, path, VARIANT_KEYS, "key of a variant", "a variant")
        entries = given.entries
        clock = self.word(given, "clock") if "clock" in entries else None
        if "variant" in entries:
            name = self.word(given, "variant")
        elif clock and not entries.keys() & {"start", "then", "needs"}:
            name = f"clock_{clock}"
        else:
            raise self.error(given.line, "a variant needs a name: `variant: name`.", "variant")
        without: tuple[str, ...] = ()
        if "instead without" in entries:
            without = self.names(entries["instead without"], (*path, "instead without"), "instead without")
        return Variant(
            name,
            start=self.start(entries["start"], (*path, "start")) if "start" in entries else None,
            then=self.nodes(entries["then"], (*path, "then")) if "then" in entries else None,
            clock=self.choice(clock, ("anchor", "referral"), "clock", given) if clock else None,
            needs=self.names(entries["needs"], (*path, "needs"), "needs") if "needs" in entries else None,
            instead_without=without,
        )

    # The start.

    def start(self, node: Yaml, path: Path) -> Start:
        given = self.mapping(node, path, START_KEYS, "key of `start`", "`start`")
        entries = given.entries
        if ("event" in entries) == ("calendar" in entries):
            raise self.error(given.line, "`start` needs an `event`, or a `calendar` date.", "start")
        if "calendar" in entries and "where" in entries:
            raise self.error(given.lines["where"], "a calendar date has no attributes to test.", "where")
        fields: dict[str, Any] = {}
        if "event" in entries:
            fields["event"] = self.event(given, "event", path)
        else:
            fields["calendar"] = self.phrase(entries["calendar"], "calendar", parse_calendar)
        if "which" in entries:
            fields["which"] = self.choice(self.word(given, "which"), get_args(Which), "which", given)
        if "lookback" in entries:
            fields["lookback"] = self.bound(entries["lookback"], "lookback")
        if "strict_first" in entries:
            fields["strict_first"] = self.true_or_false(entries["strict_first"], "strict_first")
        return Start(states=self.states(given, path), **fields)

    def states(self, given: Mapping, path: Path) -> tuple[State, ...]:
        """States beside `start`, those of the short form first."""
        found = list(self.state(given, path, 0))
        if "at" in given.entries and not found:
            raise self.error(given.lines["at"], "`at` goes with `while in` or `not while in`.", "at")
        if "states" in given.entries:
            for item in self.sequence(given.entries["states"], "states").items:
                one = self.mapping(
                    item, (*path, "state", len(found)), STATE_KEYS, "key of a state", "a state"
                )
                states = self.state(one, path, len(found))
                if len(states) != 1:
                    raise self.error(item.line, "a state has `while in` or `not while in`, one of them.")
                found += states
        return tuple(found)

    def state(self, given: Mapping, path: Path, place: int) -> list[State]:
        at: At = "anchor"
        if "at" in given.entries:
            at = self.choice(self.word(given, "at"), get_args(At), "at", given)
        found: list[State] = []
        for key, negated in (("while in", False), ("not while in", True)):
            if key in given.entries:
                here = (*path, "state", place + len(found))
                self.lines[here] = given.lines[key]
                found.append(State(self.names(given.entries[key], here, key), negated, at))
        return found

    # Events and tests.

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

    def unquoted(self, node: Scalar, key: str) -> None:
        if not node.plain:
            raise self.error(node.line, f"write {node.text} without quotes.", key)

    # Clauses.

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

    # Small things.

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


def _way(direction: Direction) -> str:
    return "back" if direction == "preceded" else "forward"
