"""The grammar as a JSON Schema (draft 2020-12), for editors and other programs.

It says which keys and words stand where, made from the same lists that reading uses. What depends on more
than one place (windows without days, links that two events can't share) only `check` finds.
"""

from __future__ import annotations

import json
from functools import cache
from importlib import resources
from typing import Any

from childjourneys.archetypes import reading_keys
from childjourneys.archetypes.attributes import ANY, codes_of, kind_of
from childjourneys.archetypes.checking_names import (
    EVENT_NAMES,
    EXCLUDABLE,
    KIND_NAMES,
    LINKS,
    NAME,
    OLDEST,
)
from childjourneys.archetypes.definition import ATTRIBUTES, START_OF, UNITS
from childjourneys.archetypes.dimensions import DIMENSIONS
from childjourneys.archetypes.phrases import MISSING, MONTHS, NOT_MISSING
from childjourneys.domain.vocabulary import SPELL_KINDS

FILE = "definition.schema.json"
_TEXT = {"type": "string"}
_UNITS = "|".join(f"{unit[:-1]}s?" for unit in UNITS)
_LENGTH = rf"[0-9]+ ({_UNITS})"


@cache
def load() -> Any:
    """The schema that ships, as plain data."""
    text = resources.files("childjourneys.archetypes").joinpath(FILE).read_text(encoding="utf-8")
    return json.loads(text)


def schema_text() -> str:
    """The schema as the shipped file has it; `make docs` writes it there."""
    return json.dumps(make_schema(), indent=2, ensure_ascii=False) + "\n"


def make_schema() -> dict[str, Any]:
    """The schema from the lists that reading uses."""
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "Definition of an archetype",
        "description": "One document of a YAML file.",
        **_object(
            {
                "archetype": _name(),
                "version": {"type": "integer", "minimum": 1},
                **dict.fromkeys(reading_keys.TEXTS, _TEXT),
                "caveats": {"oneOf": [_TEXT, {"type": "array", "items": _TEXT}]},
                "needs": _some(_enum(KIND_NAMES)),
                "uses": _some(_enum(KIND_NAMES)),
                "follow": _enum(("child", "family")),
                "until_age": {"type": "integer", "minimum": 18, "maximum": OLDEST},
                "clock": _enum(("anchor", "referral")),
                "start": _ref("start"),
                "then": _ref("clauses"),
                "variants": {"type": "array", "items": _ref("variant")},
                "sensitivity": {
                    "type": "object",
                    "propertyNames": _name(),
                    "additionalProperties": _some(_ref("far"), 1),
                },
                "report by": _some(_enum(DIMENSIONS)),
                "list for audit": _enum(("match", "all")),
            },
            ("archetype", "start", "then"),
        ),
        "$defs": {
            "start": _start(),
            "state": {
                **_object({key: _state_keys()[key] for key in reading_keys.STATE_KEYS}),
                "oneOf": [{"required": ["while in"]}, {"required": ["not while in"]}],
            },
            "clauses": {"type": "array", "items": _ref("node"), "minItems": 1},
            "node": {"oneOf": [_ref("clause"), _ref("spells"), _ref("test"), _ref("any")]},
            "any": _object({"any of": _ref("clauses")}, ("any of",)),
            "test": _object({"where": _ref("where")}, ("where",)),
            "clause": _clause(),
            "spells": _spells(),
            "event": {
                "oneOf": [_enum(EVENT_NAMES), _object({"any of": _some(_ref("term"), 1)}, ("any of",))]
            },
            "term": {
                "oneOf": [
                    _enum(EVENT_NAMES),
                    _object({"event": _enum(EVENT_NAMES), "where": _ref("where")}, ("event",)),
                ]
            },
            "forward": {"oneOf": [_ref("far"), _forward(), _from_start()]},
            "back": {"oneOf": [_ref("far"), {"const": reading_keys.EVER}, _back()]},
            "near": _pattern(f"^{_LENGTH}$"),
            "far": _pattern(f"^(under )?{_LENGTH}$"),
            "variant": _variant(),
            **{_set(name): _enum(_codes(name)) for name in ATTRIBUTES if kind_of(name) == "code"},
            "where": {
                "type": "object",
                "minProperties": 1,
                "additionalProperties": False,
                "properties": {name: _tests(name) for name in ATTRIBUTES},
            },
        },
    }


def _start() -> dict[str, Any]:
    keys = {
        "event": _ref("event"),
        "calendar": _pattern(rf"^[0-9]{{1,2}} ({'|'.join(MONTHS)})$"),
        "which": _enum(("first", "last", "every")),
        "where": _ref("where"),
        **_state_keys(),
        "states": {"type": "array", "items": _ref("state")},
        "lookback": _ref("near"),
        "strict_first": {"type": "boolean"},
    }
    return {
        **_object({key: keys[key] for key in reading_keys.START_KEYS}),
        "oneOf": [
            {"required": ["event"]},
            {
                "required": ["calendar"],
                "properties": {"where": False, "which": {"const": "every"}},
                "anyOf": [{"required": ["while in"]}, {"required": ["states"]}],
            },
        ],
        "dependentSchemas": {"at": {"anyOf": [{"required": ["while in"]}, {"required": ["not while in"]}]}},
    }


def _state_keys() -> dict[str, Any]:
    return {
        "while in": _some(_enum(SPELL_KINDS), 1),
        "not while in": _some(_enum(SPELL_KINDS), 1),
        "at": _enum(("anchor", "day after", "day before")),
    }


def _clause() -> dict[str, Any]:
    return _looking(
        _ref("event"),
        {
            "where": _ref("where"),
            "call it": _name(),
            "at least": {"type": "integer", "minimum": 1},
            "at most": {"type": "integer", "minimum": 0},
            "same": _enum(LINKS),
            "who": _enum(("self", "other child", "any child")),
            "then": _ref("clauses"),
        },
        ("within",),
    )


def _spells() -> dict[str, Any]:
    return _looking(
        _enum(SPELL_KINDS),
        {
            "call it": _name(),
            "at least": {"type": "integer", "minimum": 1},
            "at most": {"type": "integer", "minimum": 0},
            "count": {"enum": list(reading_keys.COUNTS)},
            "exclude": _some(_enum(EXCLUDABLE)),
            "who": _enum(("self", "other child", "any child")),
        },
        ("within", "count"),
    )


def _looking(found: dict[str, Any], keys: dict[str, Any], needed: tuple[str, ...]) -> dict[str, Any]:
    """A clause: exactly one verb, and a window that looks its way."""
    ways = {
        verb: "back" if parts[0] == "preceded" else "forward" for verb, parts in reading_keys.VERBS.items()
    }
    return {
        **_object({**dict.fromkeys(ways, found), **keys, "within": {}}, needed),
        "oneOf": [{"required": [verb], "properties": {"within": _ref(way)}} for verb, way in ways.items()],
    }


_WINDOW = {"same_day": {"const": "any"}, "count_from": {"enum": ["day0", "day1"]}}


def _forward() -> dict[str, Any]:
    return _object({"after": _ref("near"), "to": _ref("far"), **_WINDOW}, ("to",))


def _from_start() -> dict[str, Any]:
    far = _pattern(f"^(under )?{_LENGTH}( after)?$")
    return _object({"from": _enum(START_OF), "to": far, **_WINDOW}, ("from", "to"))


def _back() -> dict[str, Any]:
    far = {"oneOf": [_ref("far"), {"const": reading_keys.EVER}]}
    return _object({"before": _ref("near"), "to": far, **_WINDOW}, ("to",))


def _variant() -> dict[str, Any]:
    keys = {
        "variant": _name(),
        "instead without": _some(_enum(KIND_NAMES)),
        "start": _ref("start"),
        "then": _ref("clauses"),
        "clock": _enum(("anchor", "referral")),
        "needs": _some(_enum(KIND_NAMES)),
    }
    return {
        **_object(keys),
        "anyOf": [
            {"required": ["clock"], "properties": dict.fromkeys(("start", "then", "needs"), False)},
            *({"required": ["variant", key]} for key in ("start", "then", "clock", "needs")),
        ],
    }


def _tests(attribute: str) -> dict[str, Any]:
    """What may stand after an attribute."""
    value = _value(attribute)
    several = {"type": "array", "items": value, "minItems": 1, "uniqueItems": True}
    spelt = [
        _object({"is": value}, ("is",)),
        _object({"not": value}, ("not",)),
        _object({"in": several}, ("in",)),
        _object({"not in": several}, ("not in",)),
    ]
    return {"anyOf": [{"enum": [MISSING, NOT_MISSING]}, *_said(attribute), several, *spelt]}


def _value(attribute: str) -> dict[str, Any]:
    kind = kind_of(attribute)
    if kind == "flag":
        return {"type": "boolean"}
    if kind == "number":
        return {"type": "integer", "minimum": 0}
    if kind == "code":
        return _ref(_set(attribute))
    return {"type": ["string", "number"]}


def _said(attribute: str) -> list[dict[str, Any]]:
    """A value by itself, and what can be said of one in a text."""
    kind = kind_of(attribute)
    if kind == "flag":
        known = ["not true", "not false", *([ANY] if attribute == "while_open" else [])]
        return [{"type": "boolean"}, {"enum": known}]
    if kind == "number":
        return [{"type": "integer", "minimum": 0}, _pattern("^([0-9]+ to [0-9]+|not [0-9]+)$")]
    if kind == "code":
        return [_ref(_set(attribute)), _pattern(f"^not ({'|'.join(codes_of(attribute))})$")]
    return [{"type": "number"}, _TEXT]


def _codes(attribute: str) -> list[Any]:
    """Codes as text; those that are digits alone may stand without quotes."""
    codes = codes_of(attribute)
    return [*codes, *(int(code) for code in codes if code.isdecimal())]


def _set(attribute: str) -> str:
    return f"codes_of_{attribute}"


def _object(properties: dict[str, Any], required: tuple[str, ...] = ()) -> dict[str, Any]:
    made: dict[str, Any] = {"type": "object", "properties": properties, "additionalProperties": False}
    return {**made, "required": list(required)} if required else made


def _some(item: dict[str, Any], least: int = 0) -> dict[str, Any]:
    """A list, or one item without its list."""
    return {"oneOf": [item, {"type": "array", "items": item, "minItems": least, "uniqueItems": True}]}


def _enum(words: Any) -> dict[str, Any]:
    return {"enum": list(words)}


def _pattern(pattern: str) -> dict[str, Any]:
    return {"type": "string", "pattern": pattern}


def _name() -> dict[str, Any]:
    return _pattern(f"^{NAME.pattern}$")


def _ref(name: str) -> dict[str, Any]:
    return {"$ref": f"#/$defs/{name}"}
