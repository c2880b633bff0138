"""YAML, plain data, hash and schema: one definition, the same everywhere."""

from __future__ import annotations

import copy
import json
from dataclasses import replace
from hashlib import sha256
from random import Random

import jsonschema
import pytest
import yaml
from language_examples import MISSED, SHORT, SIX, random_definition

from childjourneys.archetypes import nodes, schema
from childjourneys.archetypes.definition import Archetype
from childjourneys.archetypes.reading import read_definitions
from childjourneys.archetypes.writing import as_data, definition_hash, to_yaml

EXAMPLES = read_definitions(MISSED + "---\n" + SIX.replace("sibling", "other"), "examples")


@pytest.fixture(scope="module")
def validator() -> jsonschema.Draft202012Validator:
    jsonschema.Draft202012Validator.check_schema(schema.load())
    return jsonschema.Draft202012Validator(schema.load())


@pytest.mark.parametrize("definition", EXAMPLES, ids=lambda d: d.id)
def test_examples_come_back(definition: Archetype, validator: jsonschema.Draft202012Validator) -> None:
    written = to_yaml(definition)
    assert read_definitions(written, "again") == [definition]
    assert to_yaml(read_definitions(written, "again")[0]) == written
    validator.validate(yaml.safe_load(written))


def test_examples_as_they_stand_fit_the_schema(validator: jsonschema.Draft202012Validator) -> None:
    for document in [*yaml.safe_load_all(MISSED), *yaml.safe_load_all(SIX), *yaml.safe_load_all(SHORT)]:
        validator.validate(document)


def test_random_definitions_come_back_and_fit_the_schema(
    validator: jsonschema.Draft202012Validator, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Also where YAML is read without the faster C library."""
    for seed in range(400):
        if seed == 300:
            monkeypatch.setattr(nodes, "_Loader", yaml.SafeLoader)
        definition = random_definition(seed)
        written = to_yaml(definition)
        assert read_definitions(written, "again") == [definition], written
        assert to_yaml(read_definitions(written, "again")[0]) == written
        data = json.loads(json.dumps(as_data(definition)))
        validator.validate(data)
        loaded = yaml.safe_load(written)
        assert list(loaded) == list(data)
        assert loaded["start"] == data["start"] and loaded["then"] == data["then"]


def test_several_documents_come_back_in_one_file() -> None:
    written = "---\n".join(to_yaml(definition) for definition in EXAMPLES)
    assert read_definitions(written, "again") == EXAMPLES


def test_the_hash_is_that_of_the_json_without_what_only_describes() -> None:
    (definition,) = read_definitions(SHORT, "short")
    text = (
        '{"archetype":"a","start":{"event":"referral","which":"every"},'
        '"then":[{"followed by":"s47","within":{"after":"1 day","to":"6 months"}}],"version":1}'
    )
    assert definition_hash(definition) == sha256(text.encode()).hexdigest()
    described = replace(
        definition, title="t", why="w", not_a_judgement="n", definition="d", source="s", caveats=("c",),
        report_by=("la",), list_for_audit="all",
    )  # fmt: skip
    assert definition_hash(described) == definition_hash(definition)
    for other in (
        replace(definition, version=2), replace(definition, id="b"), replace(definition, needs=("s47",)),
        replace(definition, until_age=25), replace(definition, variants=EXAMPLES[2].variants),
    ):  # fmt: skip
        assert definition_hash(other) != definition_hash(definition)


def test_the_hash_does_not_depend_on_how_it_was_written() -> None:
    other = (
        "start:\n  which: every\n  event: {any of: [referral]}\nversion: 1\narchetype: a\nfollow: child\n"
        "then:\n- within: {to: 6 months}\n  followed by: s47\n  at least: 1\n"
    )
    assert definition_hash(read_definitions(other.replace("  at least: 1\n", ""), "x")[0]) == definition_hash(
        read_definitions(SHORT, "short")[0]
    )


def test_the_schema_is_as_it_is_made_now() -> None:
    assert schema.schema_text() == json.dumps(schema.load(), indent=2, ensure_ascii=False) + "\n", "make docs"


def _broken(data: dict, random: Random) -> None:  # type: ignore[type-arg]
    """Spoil one place: a key that nobody knows, or a value of another sort."""
    node: object = data
    while True:
        inner = list(node.values()) if isinstance(node, dict) else list(node)  # type: ignore[call-overload]
        deeper = [value for value in inner if isinstance(value, dict | list) and value]
        if not deeper or random.random() < 0.3:
            break
        node = random.choice(deeper)
    if isinstance(node, dict):
        key = random.choice(list(node))
        if random.random() < 0.5:
            node[key + " x"] = node.pop(key)
        else:
            node[key] = {"nothing": "known"}
    else:
        node.append({"nothing": "known"})  # type: ignore[attr-defined]


def test_what_is_spoilt_fits_neither_the_schema_nor_the_reader(
    validator: jsonschema.Draft202012Validator,
) -> None:
    random = Random(4)
    spoilt = 0
    for _ in range(400):
        data = copy.deepcopy(as_data(random.choice(EXAMPLES)))
        _broken(data, random)
        with pytest.raises(ValueError, match="x"):
            try:
                read_definitions(yaml.safe_dump(data), "spoilt")
            except Exception as error:
                raise ValueError("x") from error
        spoilt += not validator.is_valid(data)
    assert spoilt == 400
