"""Definitions as plain data and as YAML, in one fixed form."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from hashlib import sha256
from typing import Any

import yaml

from childjourneys.archetypes.definition import (
    AnyOf,
    Archetype,
    Bound,
    Clause,
    Condition,
    Event,
    Node,
    ParentTest,
    Start,
    State,
    Term,
    Variant,
    Window,
)
from childjourneys.archetypes.phrases import bound_text, calendar_text, test_data
from childjourneys.archetypes.reading_keys import AFTER, BY_RECORD, EVER, OVERLAPPING, TEXTS, VERBS

WIDTH = 100
_HASHED_WITHOUT: dict[str, Any] = {
    "title": "", "why": "", "not_a_judgement": "", "definition": "", "source": "", "caveats": (),
    "report_by": (), "list_for_audit": "match", "sensitivity": (),
}  # fmt: skip
_VERB = {parts: verb for verb, parts in VERBS.items()}
# Sentences, which are folded when they are long.
_PROSE = {*TEXTS, "caveats"}
# What is written over several lines even where it would fit in one.
_BLOCK = {"start", "then", "variants", "caveats", "states", "sensitivity"}
_NOT_PLAIN = set("\n\r\t\"'`#&*!|>%@{}[],?:-=~<")
_RESOLVER = yaml.resolver.Resolver()


def definition_hash(definition: Archetype) -> str:
    """What tells two definitions apart: SHA-256, in hexadecimal.

    Of the definition as JSON (`as_data`; keys sorted, no spaces, UTF-8), without what only describes or
    reports it: title, why, not_a_judgement, definition (in words), source, caveats, report by, list for
    audit, sensitivity. Id, version, needs, uses and variants count.
    """
    data = as_data(replace(definition, **_HASHED_WITHOUT))
    text = json.dumps(data, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


def as_data(definition: Archetype) -> dict[str, Any]:
    """The definition as it stands in YAML: lists, texts, numbers; keys in their fixed order, no defaults."""
    data: dict[str, Any] = {"archetype": definition.id, "version": definition.version}
    for key in ("title", "why", "definition", "source", "not_a_judgement"):
        if text := getattr(definition, key):
            data[key] = text
    for key in ("caveats", "needs", "uses"):
        if texts := getattr(definition, key):
            data[key] = list(texts)
    if definition.follow != "child":
        data["follow"] = definition.follow
    if definition.until_age != 18:
        data["until_age"] = definition.until_age
    if definition.clock != "anchor":
        data["clock"] = definition.clock
    data["start"] = _start(definition.start)
    data["then"] = [_node(node) for node in definition.then]
    if definition.variants:
        data["variants"] = [_variant(variant) for variant in definition.variants]
    if definition.sensitivity:
        data["sensitivity"] = {
            name: [bound_text(bound) for bound in bounds] for name, bounds in definition.sensitivity
        }
    if definition.report_by:
        data["report by"] = list(definition.report_by)
    if definition.list_for_audit != "match":
        data["list for audit"] = definition.list_for_audit
    return data


def to_yaml(definition: Archetype) -> str:
    """The definition as a YAML document, in the form of the shipped files.

    Reading it back gives an equal definition.
    """
    return "\n".join(_mapping(as_data(definition), 0)) + "\n"


def _start(start: Start) -> dict[str, Any]:
    data: dict[str, Any] = {}
    if start.event:
        data["event"] = _event(start.event)
    if start.calendar:
        data["calendar"] = calendar_text(start.calendar)
    if start.event or start.which != "every":
        data["which"] = start.which
    if start.event and start.event.where:
        data["where"] = _tests(start.event.where)
    data |= _states(start.states)
    if start.lookback != Start().lookback:
        data["lookback"] = bound_text(start.lookback)
    if start.strict_first:
        data["strict_first"] = True
    return data


def _states(states: tuple[State, ...]) -> dict[str, Any]:
    """The short form where it says the same: one state of each sort, `while in` first, on one day."""
    sorts = [state.negated for state in states]
    if sorts in ([], [False], [True], [False, True]) and len({state.at for state in states}) < 2:
        data: dict[str, Any] = {}
        for state in states:
            data["not while in" if state.negated else "while in"] = list(state.kinds)
        if states and states[0].at != "anchor":
            data["at"] = states[0].at
        return data
    return {"states": [_states((state,)) for state in states]}


def _variant(variant: Variant) -> dict[str, Any]:
    data: dict[str, Any] = {"variant": variant.name}
    if variant.instead_without:
        data["instead without"] = list(variant.instead_without)
    if variant.needs is not None:
        data["needs"] = list(variant.needs)
    if variant.clock is not None:
        data["clock"] = variant.clock
    if variant.start is not None:
        data["start"] = _start(variant.start)
    if variant.then is not None:
        data["then"] = [_node(node) for node in variant.then]
    return data


def _node(node: Node) -> dict[str, Any]:
    if isinstance(node, AnyOf):
        return {"any of": [_node(inner) for inner in node.clauses]}
    if isinstance(node, ParentTest):
        return {"where": _tests(node.where)}
    return _clause(node)


def _clause(clause: Clause) -> dict[str, Any]:
    verb = _VERB[clause.direction, clause.negated]
    data: dict[str, Any] = {verb: _event(clause.event) if clause.event else clause.spells}
    if clause.event and clause.event.where:
        data["where"] = _tests(clause.event.where)
    if clause.name is not None:
        data["call it"] = clause.name
    if clause.at_least is not None:
        data["at least"] = clause.at_least
    if clause.at_most is not None:
        data["at most"] = clause.at_most
    if clause.spells:
        data["count"] = BY_RECORD if clause.by_record else OVERLAPPING
    if clause.exclude:
        data["exclude"] = list(clause.exclude)
    if clause.same is not None:
        data["same"] = clause.same
    if clause.who != "self":
        data["who"] = clause.who
    data["within"] = _window(clause)
    if clause.then:
        data["then"] = [_node(node) for node in clause.then]
    return data


def _window(clause: Clause) -> dict[str, Any]:
    window: Window = clause.window
    data: dict[str, Any] = {}
    if window.since is None:
        data["before" if clause.direction == "preceded" else "after"] = bound_text(window.near)
    else:
        data["from"] = window.since
    data["to"] = _far(window.far) + (AFTER if window.since is not None else "")
    if window.same_day_any:
        data["same_day"] = "any"
    if window.count_from != "day0":
        data["count_from"] = window.count_from
    return data


def _far(far: Bound | None) -> str:
    return EVER if far is None else bound_text(far)


def _event(event: Event) -> str | dict[str, Any]:
    if len(event.terms) == 1 and not event.terms[0].where:
        return event.terms[0].event
    return {"any of": [_term(term) for term in event.terms]}


def _term(term: Term) -> str | dict[str, Any]:
    return {"event": term.event, "where": _tests(term.where)} if term.where else term.event


def _tests(tests: tuple[Condition, ...]) -> dict[str, Any]:
    return {test.attribute: test_data(test) for test in tests}


# YAML. Written by hand, so that a file does not change with the version of a library.


def _mapping(data: dict[str, Any], indent: int) -> Iterator[str]:
    for key, value in data.items():
        yield from _entry(" " * indent + key + ":", key, value, indent)


def _entry(head: str, key: str, value: Any, indent: int) -> Iterator[str]:
    if (
        key in _PROSE
        and isinstance(value, str)
        and _folds(value)
        and len(head) + 1 + len(_scalar(value, False)) > WIDTH
    ):
        yield head + " >"
        yield from _lines(value.split(" "), indent + 2)
    elif not isinstance(value, dict | list) or not _in_block(key, value, len(head) + 1):
        yield f"{head} {_flow(value) if isinstance(value, dict | list) else _scalar(value, False)}"
    elif isinstance(value, dict):
        yield head
        yield from _mapping(value, indent + 2)
    elif key in _BLOCK or any(isinstance(item, dict | list) for item in value):
        yield head
        for item in value:
            yield from _item(key, item, indent + 2)
    else:
        yield head
        words = [_scalar(item, True) + "," for item in value]
        yield from _lines(["[" + words[0], *words[1:-1], words[-1][:-1] + "]"], indent + 2)


def _item(key: str, item: Any, indent: int) -> Iterator[str]:
    """An item of a list: its first line begins with a dash."""
    dash = " " * indent + "-"
    if isinstance(item, dict) and (key in _BLOCK or key == "any of" or len(_flow(item)) + indent + 2 > WIDTH):
        first, *rest = _mapping(item, indent + 2)
        yield dash + " " + first[indent + 2 :]
        yield from rest
    else:
        yield from _entry(dash, key if key in _PROSE else "", item, indent)


def _in_block(key: str, value: dict[str, Any] | list[Any], used: int) -> bool:
    if not value:
        return False
    clauses = key == "any of" and any(isinstance(item, dict) and "event" not in item for item in value)
    return key in _BLOCK or clauses or used + len(_flow(value)) > WIDTH


def _flow(value: Any) -> str:
    if isinstance(value, dict):
        return "{" + ", ".join(f"{key}: {_flow(inner)}" for key, inner in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(_flow(inner) for inner in value) + "]"
    return _scalar(value, True)


def _scalar(value: str | int | float | bool, flow: bool) -> str:
    if not isinstance(value, str):
        return str(value).lower()
    return value if _is_plain(value, flow) else '"' + "".join(map(_escaped, value)) + '"'


def _is_plain(text: str, flow: bool) -> bool:
    """Whether a text needs no quotes: nothing in it means something to YAML, of any version."""
    if not text or text != text.strip() or not text.isprintable() or text[0] in _NOT_PLAIN or text[0] == ".":
        return False
    if ": " in text or " #" in text or text[-1] == ":" or (flow and set(text) & set("{}[],:?")):
        return False
    if text.lower() in ("yes", "no", "on", "off", "y", "n", "true", "false", "null"):
        return False
    words = " " in text
    kind = _RESOLVER.resolve(yaml.ScalarNode, text, (True, False))
    return kind == "tag:yaml.org,2002:str" and (words or not text[0].isdigit())


def _escaped(character: str) -> str:
    if character in '"\\':
        return "\\" + character
    if character.isprintable():
        return character
    named = {"\n": "\\n", "\t": "\\t", "\r": "\\r"}.get(character)
    number = ord(character)
    return named or (f"\\x{number:02x}" if number < 256 else f"\\u{number:04x}" if number < 65536
                     else f"\\U{number:08x}")  # fmt: skip


def _folds(text: str) -> bool:
    """Whether a text can stand after `>` and come back as it was: words with single spaces."""
    words = text.split(" ")
    return all(word and word.isprintable() and not any(map(str.isspace, word)) for word in words)


def _lines(words: list[str], indent: int) -> Iterator[str]:
    """Words in lines of the usual width."""
    line = ""
    for word in words:
        if line and indent + len(line) + 1 + len(word) > WIDTH:
            yield " " * indent + line
            line = word
        else:
            line = f"{line} {word}" if line else word
    yield " " * indent + line
