"""Packs to JSON and back; whatever is not as a pack must be is refused in one sentence with its place."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from invented_packs import MISSED, RE_REFERRAL, authority, content, pack, part, write

from childjourneys.archetypes.definition import Archetype
from childjourneys.archetypes.library import library
from childjourneys.archetypes.writing import definition_hash
from childjourneys.comparison.pack_reading import NoPack, pack_of, read_pack
from childjourneys.issues import UsageError

Spoil = Callable[[dict[str, Any]], object]
MEASURES = [
    one for shipped in library().values() for one in (shipped, *map(shipped.as_variant, shipped.variants))
]


def test_a_pack_is_read_back_as_it_was(tmp_path: Path) -> None:
    one = pack(authority("301", part(), part("c", "c", MISSED)), authority("302", part(None, None)))
    (file,) = write(tmp_path, one=one)
    assert read_pack(file) == one
    assert read_pack(file).to_json() == one.to_json()


def test_fields_are_those_of_the_contract() -> None:
    found = content(pack(authority("301")))
    assert list(found) == [
        "format", "format_version", "made_with", "preset", "calendar", "tie_rule", "authorities",
    ]  # fmt: skip
    assert (found["format"], found["format_version"]) == ("childjourneys-pack", 1)
    (one,) = found["authorities"]
    assert list(one) == ["la_code", "as_at", "coverage", "carried", "measures", "indicators"]
    assert one["as_at"] == "2025-03"
    assert one["coverage"]["referral"] == [["2020-04", "2025-03"]]
    assert one["carried"] == sorted(one["coverage"])
    (measure,) = one["measures"]
    assert list(measure) == [
        "measure", "version", "definition", "hash", "needs_months", "months", "outcomes", "n", "matches",
        "rate", "low", "high", "caveats", "strata", "trend", "bins",
    ]  # fmt: skip
    assert list(measure["outcomes"]) == [
        "anchors", "match", "no_match", "match_early", "too_recent", "not_seen_before", "left", "unusable",
    ]  # fmt: skip
    assert list(measure["strata"][0]) == ["dimension", "group", "n", "matches", "rate"]
    assert list(measure["trend"][0]) == ["month", "n", "matches", "rate", "complete"]
    assert list(measure["bins"][0]) == ["from_day", "to_day", "at_risk", "events", "competing", "censored"]
    assert measure["hash"] == definition_hash(RE_REFERRAL)


@pytest.mark.parametrize("definition", MEASURES, ids=[one.measure for one in MEASURES])
def test_every_shipped_measure_can_stand_in_a_pack(definition: Archetype) -> None:
    one = pack(authority("301", part(definition=definition)))
    assert pack_of(one.to_json(), "it") == one


def first(found: dict[str, Any]) -> Any:
    return found["authorities"][0]["measures"][0]


SPOILT: dict[str, tuple[Spoil, str]] = {
    "another version": (lambda p: p.update(format_version=2), "format_version 1"),
    "true for a version": (lambda p: p.update(format_version=True), "format_version 1"),
    "a key too many": (lambda p: p.update(child_id="7"), "the pack has a key that packs don't have"),
    "a key too few": (lambda p: p.pop("calendar"), "lacks the key calendar"),
    "no authority": (lambda p: p.update(authorities=[]), "holds no authority"),
    "authorities as a text": (lambda p: p.update(authorities="301"), "it must be a list"),
    "an authority twice": (lambda p: p["authorities"].append(p["authorities"][0]), "an authority twice"),
    "a day for a month": (
        lambda p: p["authorities"][0].update(as_at="2025-03-31"),
        "as_at: it must be a month",
    ),
    "a month of thirteen": (lambda p: p["authorities"][0].update(as_at="2025-13"), "it must be a month"),
    "carried without coverage": (lambda p: p["authorities"][0]["carried"].pop(), "must name the same"),
    "a kind of its own": (lambda p: p["authorities"][0]["carried"].append("zz"), "does not know"),
    "a range backwards": (
        lambda p: p["authorities"][0]["coverage"].update(referral=[["2025-03", "2020-04"]]),
        "the earlier first",
    ),
    "a measure twice": (
        lambda p: p["authorities"][0]["measures"].append(first(p)),
        "authorities 1 holds a measure twice",
    ),
    "a negative count": (lambda p: first(p).update(n=-1), "authorities 1, measures 1, n: it must be a whole"),
    "a count as text": (lambda p: first(p).update(n="400"), "n: it must be a whole number"),
    "a count that is not whole": (lambda p: first(p).update(n=1.5), "n: it must be a whole number"),
    "true for a count": (lambda p: first(p).update(n=True), "n: it must be a whole number"),
    "a huge count": (lambda p: first(p).update(n=10**12), "n: it must be a whole number"),
    "more matches than anchors": (lambda p: first(p).update(matches=401), "matches can't be more than n"),
    "a rate beside a hidden count": (lambda p: first(p).update(matches="c"), "stands beside a hidden count"),
    "a text for a rate": (lambda p: first(p).update(rate="0.2"), "rate: it must be a number"),
    "another hash": (lambda p: first(p).update(hash="0" * 64), "not that of the definition beside it"),
    "no hash": (lambda p: first(p).update(hash="x"), "hash: it must be a SHA-256"),
    "no definition": (lambda p: first(p).update(definition="- 1"), "none that this version can read"),
    "an alias in a definition": (
        lambda p: first(p).update(definition="a: &a [x]\nb: *a"),
        "none that this version can read",
    ),
    "another's definition": (lambda p: first(p).update(measure="repeat_cpp"), "not that of the measure"),
    "an outcome too few": (lambda p: first(p)["outcomes"].pop("left"), "outcomes: it must hold anchors"),
    "a caveat as text": (lambda p: first(p)["caveats"].update(undated="many"), "caveats: it must be a whole"),
    "a line break in a group": (lambda p: first(p)["strata"][0].update(group="a\nb"), "it must be one line"),
    "a word written backwards": (
        lambda p: first(p)["strata"][0].update(group="a\u202eb"),
        "one line of text",
    ),
    "a long text": (lambda p: p.update(made_with="x" * 501), "made_with: it must be one line of text"),
    "a stratum as a list": (lambda p: first(p).update(strata=[[1]]), "strata 1 must be an object"),
    "a bin with a date": (lambda p: first(p)["bins"][0].update(from_day="2024-01-01"), "bins 1, from_day"),
    "a long list": (lambda p: first(p).update(trend=[None] * 20_001), "a list of at most 20,000"),
    "an indicator too wide": (
        lambda p: p["authorities"][0]["indicators"][0].update(x=1),
        "indicators 1 has a",
    ),
    "an indicator with a day": (
        lambda p: p["authorities"][0]["indicators"][0].update(to="2025-03-31"),
        "indicators 1, to: it must be",
    ),
}


@pytest.mark.parametrize(("spoil", "said"), SPOILT.values(), ids=SPOILT)
def test_a_spoilt_pack_is_refused_with_the_place(spoil: Spoil, said: str) -> None:
    found = content(pack(authority("301")))
    spoil(found)
    with pytest.raises(UsageError) as refused:
        pack_of(json.dumps(found), "a.json")
    assert str(refused.value).startswith("a.json")
    assert said in str(refused.value)
    assert "\n" not in str(refused.value)
    assert not isinstance(refused.value, NoPack)


TEXTS = {
    "cut short": (lambda text: text[: len(text) // 2], "not JSON"),
    "not a number": (lambda text: text.replace('"n": 400', '"n": NaN', 1), "NaN or Infinity"),
    "infinite": (lambda text: text.replace('"rate": 0.2', '"rate": 1e999', 1), "too large"),
    "endless digits": (lambda text: text.replace('"n": 400', f'"n": 4{"0" * 9000}', 1), "too large"),
    "a key twice": (lambda text: text.replace('"n": 400', '"n": 400, "n": 2', 1), "stands twice"),
    "very deep": (lambda text: text.replace('"n": 400', '"n": ' + "[" * 200_000, 1), "too deeply"),
    "very deep objects": (
        lambda text: text.replace('"n": 400', '"n": ' + '{"a":' * 200_000, 1),
        "too deeply",
    ),
}


@pytest.mark.parametrize(("spoil", "said"), TEXTS.values(), ids=TEXTS)
def test_hostile_json_is_refused(spoil: Callable[[str], str], said: str) -> None:
    text = pack(authority("301")).to_json()
    assert spoil(text) != text
    with pytest.raises(UsageError, match=said) as refused:
        pack_of(spoil(text), "a.json")
    assert len(str(refused.value)) < 200


@pytest.mark.parametrize("text", ["", "{}", "[1]", "GIF89a", '{"format": "another"}', "null", "[" * 100_000])
def test_a_file_of_another_kind_is_no_pack(text: str) -> None:
    with pytest.raises(NoPack, match="is no pack"):
        pack_of(text, "a.json")


def test_what_is_no_text_is_no_pack(tmp_path: Path) -> None:
    (tmp_path / "a.json").write_bytes(b"\xff\xfe\x00\x81")
    with pytest.raises(NoPack, match="no UTF-8"):
        read_pack(tmp_path / "a.json")
