"""Packs from JSON. They come from other authorities: nothing in one is trusted before it is looked at."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, fields
from functools import lru_cache
from math import isfinite
from pathlib import Path
from typing import Any, TypeVar

from childjourneys.archetypes.definition import Archetype
from childjourneys.archetypes.reading import read_definitions
from childjourneys.archetypes.writing import definition_hash
from childjourneys.comparison.pack import (
    ANCHORS,
    FORMAT,
    FORMAT_VERSION,
    HIDDEN,
    AuthorityPart,
    Bin,
    Count,
    IndicatorRow,
    MeasurePart,
    Months,
    Number,
    Pack,
    Stratum,
    TrendMonth,
)
from childjourneys.domain.vocabulary import EVENT, SPELL_KINDS
from childjourneys.issues import UsageError
from childjourneys.tables import DERIVED

T = TypeVar("T")
LARGEST_FILE = 200_000_000
_MOST_ITEMS = 20_000
_LONGEST_TEXT = 500
_LONGEST_DEFINITION = 100_000
_LARGEST_COUNT = 10**9
_DIGITS = 15
_MONTH = re.compile(r"\d{4}-(0[1-9]|1[0-2])", re.ASCII)
_HASH = re.compile(r"[0-9a-f]{64}")
_INDICATOR = DERIVED["indicators"].names()
_KINDS = {*EVENT, *SPELL_KINDS}
_PACK = ("format", "format_version", *(field.name for field in fields(Pack)))


class NoPack(UsageError):
    """A file is no pack of this program; its text is one sentence with the file."""


def read_pack(path: Path) -> Pack:
    """The pack of a file.

    Raises:
        NoPack: it is a file of another kind.
        UsageError: it can't be read, or is not as a pack must be; one sentence with the place.
    """
    try:
        if path.is_file() and path.stat().st_size > LARGEST_FILE:
            raise UsageError(f"{path} is too large for a pack: it has more than {LARGEST_FILE:,} bytes.")
        text = path.read_bytes().decode("utf-8-sig")
    except OSError as error:
        raise UsageError(f"{path} can't be read: {error.strerror}.") from error
    except UnicodeDecodeError as error:
        raise NoPack(f"{path} is no pack: it is no UTF-8 text.") from error
    return pack_of(text, str(path))


def pack_of(text: str, name: str) -> Pack:
    """The pack of a text.

    Args:
        name: file name, for messages.

    Raises:
        NoPack, UsageError: as `read_pack`.
    """
    if f'"{FORMAT}"' not in text:
        raise NoPack(f"{name} is no pack: a pack names the format {FORMAT}.")
    try:
        content = json.loads(
            text, object_pairs_hook=_object, parse_constant=_constant, parse_int=_whole, parse_float=_float
        )
    except _Refused as error:
        raise UsageError(f"{name} can't be used: {error}") from None
    except RecursionError:
        raise UsageError(f"{name} can't be used: it is nested too deeply.") from None
    except ValueError:
        raise UsageError(f"{name} can't be used: it is not JSON, or not the whole of it.") from None
    if not isinstance(content, dict) or content.get("format") != FORMAT:
        raise NoPack(f"{name} is no pack: a pack names the format {FORMAT}.")
    version = content.get("format_version")
    if version != FORMAT_VERSION or isinstance(version, bool):
        raise UsageError(
            f"{name} is a pack of another version: this program reads format_version {FORMAT_VERSION}."
            " Make it anew with the same version of childjourneys."
        )
    try:
        return _pack(_Place(name, "the pack", content))
    except _Refused as error:
        raise UsageError(f"{name}: {error}") from None


@lru_cache(maxsize=1000)
def definition_of(text: str) -> tuple[Archetype, str]:
    """The definition that stands in a pack, and its hash; packs of many authorities hold few different ones.

    Raises:
        UsageError: it is no definition, or more than one.
    """
    definitions = read_definitions(text, "definition")
    if len(definitions) != 1:
        raise UsageError("There is more than one definition.")
    return definitions[0], definition_hash(definitions[0])


class _Refused(Exception):
    """What is wrong, as the end of a sentence."""


@dataclass(frozen=True)
class _Place:
    """A mapping of a pack, and where it stands."""

    file: str
    where: str
    content: Mapping[str, Any]

    def take(self, key: str, how: Callable[[object], T]) -> T:
        """A value read by `how`, which says what it must be when it is not."""
        try:
            return how(self.content[key])
        except _Refused as error:
            raise _Refused(f"{self.where}, {key}: {error}") from None

    def parts(self, key: str, names: Iterable[str], how: Callable[[_Place], T]) -> tuple[T, ...]:
        """A list of mappings with these keys, each read by `how`."""
        items = self.take(key, _list)
        names = tuple(names)
        return tuple(
            how(_place(self.file, f"{self.where}, {key} {number}", item, names))
            for number, item in enumerate(items, start=1)
        )


def _place(file: str, where: str, content: object, names: Iterable[str]) -> _Place:
    """A mapping that has these keys and no other."""
    if not isinstance(content, dict):
        raise _Refused(f"{where} must be an object.")
    names = tuple(names)
    for key in names:
        if key not in content:
            raise _Refused(f"{where} lacks the key {key}.")
    if len(content) > len(names):
        raise _Refused(f"{where} has a key that packs don't have; known are {', '.join(names)}.")
    return _Place(file, where, content)


def _names(kind: type) -> tuple[str, ...]:
    return tuple(field.name for field in fields(kind))


def _pack(found: _Place) -> Pack:
    top = _place(found.file, "the pack", found.content, _PACK)
    authorities = top.parts("authorities", _names(AuthorityPart), _authority)
    if not authorities:
        raise _Refused("the pack holds no authority.")
    codes = [part.la_code for part in authorities]
    if len(set(codes)) < len(codes):
        raise _Refused("the pack holds an authority twice.")
    made_with, preset, calendar, tie_rule = (
        top.take(name, _text) for name in ("made_with", "preset", "calendar", "tie_rule")
    )
    return Pack(made_with, preset, calendar, tie_rule, authorities)


def _authority(found: _Place) -> AuthorityPart:
    part = AuthorityPart(
        la_code=found.take("la_code", _text),
        as_at=found.take("as_at", _month),
        coverage=found.take("coverage", _coverage),
        carried=found.take("carried", _carried),
        measures=found.parts("measures", _names(MeasurePart), _measure),
        indicators=found.parts("indicators", _INDICATOR, _indicator),
    )
    names = [one.measure for one in part.measures]
    if len(set(names)) < len(names):
        raise _Refused(f"{found.where} holds a measure twice.")
    if set(part.coverage) != set(part.carried):
        raise _Refused(f"{found.where}: coverage and carried must name the same types and kinds.")
    return part


def _measure(found: _Place) -> MeasurePart:
    part = MeasurePart(
        measure=found.take("measure", _text),
        version=found.take("version", _int),
        definition=found.take("definition", _definition_text),
        hash=found.take("hash", _hash),
        needs_months=found.take("needs_months", _int),
        months=found.take("months", _int),
        outcomes=found.take("outcomes", _outcomes),
        n=found.take("n", _count),
        matches=found.take("matches", _count),
        **{name: found.take(name, _number) for name in ("rate", "low", "high")},
        caveats=found.take("caveats", _counts),
        strata=found.parts("strata", _names(Stratum), _stratum),
        trend=found.parts("trend", _names(TrendMonth), _trend_month),
        bins=found.parts("bins", _names(Bin), _bin),
    )
    _check_rate(found, part.n, part.matches, part.rate, part.low, part.high)
    _check_definition(found, part)
    return part


def _check_definition(found: _Place, part: MeasurePart) -> None:
    """The definition is one, is that of the measure, and has the hash that the pack says it has."""
    try:
        definition, its_hash = definition_of(part.definition)
    except UsageError:
        raise _Refused(f"{found.where}, definition: it is none that this version can read.") from None
    if definition.id != part.measure.partition(":")[0]:
        raise _Refused(f"{found.where}, definition: it is not that of the measure.")
    if its_hash != part.hash:
        raise _Refused(f"{found.where}, hash: it is not that of the definition beside it.")


def _check_rate(found: _Place, n: Count, matches: Count, *derived: Number) -> None:
    """A part is not larger than the whole, and nothing is worked out from a hidden number."""
    if isinstance(n, int) and isinstance(matches, int) and matches > n:
        raise _Refused(f"{found.where}: matches can't be more than n.")
    if HIDDEN in (n, matches) and any(isinstance(number, float) for number in derived):
        raise _Refused(f"{found.where}: a rate stands beside a hidden count.")


def _stratum(found: _Place) -> Stratum:
    dimension, group = found.take("dimension", _text), found.take("group", _text)
    part = Stratum(dimension, group, *_three(found))
    _check_rate(found, part.n, part.matches, part.rate)
    return part


def _trend_month(found: _Place) -> TrendMonth:
    part = TrendMonth(found.take("month", _month), *_three(found), found.take("complete", _bool))
    _check_rate(found, part.n, part.matches, part.rate)
    return part


def _three(found: _Place) -> tuple[Count, Count, Number]:
    return found.take("n", _count), found.take("matches", _count), found.take("rate", _number)


def _bin(found: _Place) -> Bin:
    days = (found.take(name, _int) for name in ("from_day", "to_day"))
    return Bin(*days, *(found.take(name, _count) for name in _names(Bin)[2:]))


def _indicator(found: _Place) -> IndicatorRow:
    how: dict[str, Callable[[object], Any]] = {
        "indicator": _text, "la_code": _text, "from": _or_none(_month), "to": _or_none(_month),
        "numerator": _count, "denominator": _count, "value": _number, "unit": _text, "low": _number,
        "high": _number, "method": _or_none(_text), "excluded": _counts, "available": _bool,
        "reason": _or_none(_text), "national_value": _or_none(_number), "national_year": _or_none(_int),
    }  # fmt: skip
    return {name: found.take(name, how[name]) for name in _INDICATOR}


def _outcomes(value: object) -> dict[str, Count]:
    found = _counts(value)
    if set(found) != set(ANCHORS):
        raise _Refused(f"it must hold {', '.join(ANCHORS)}.")
    return {name: found[name] for name in ANCHORS}


def _counts(value: object) -> dict[str, Count]:
    if not isinstance(value, dict) or len(value) > _MOST_ITEMS:
        raise _Refused("it must be an object of counts.")
    return {_text(key): _count(inner) for key, inner in value.items()}


def _coverage(value: object) -> dict[str, tuple[Months, ...]]:
    if not isinstance(value, dict) or not value:
        raise _Refused("it must be an object of ranges of months.")
    return {_kind(key): tuple(_range(one) for one in _list(ranges)) for key, ranges in value.items()}


def _range(value: object) -> Months:
    months = [_month(one) for one in _list(value)]
    if len(months) != 2 or months[0] > months[1]:
        raise _Refused("a range must be two months, the earlier first.")
    return months[0], months[1]


def _carried(value: object) -> tuple[str, ...]:
    kinds = tuple(_kind(one) for one in _list(value))
    if list(kinds) != sorted(set(kinds)):
        raise _Refused("it must be in the order of the alphabet, each once.")
    return kinds


def _kind(value: object) -> str:
    found = _text(value)
    if found not in _KINDS:
        raise _Refused("it names a type of event or kind of spell that this version does not know.")
    return found


def _list(value: object) -> list[Any]:
    if not isinstance(value, list) or len(value) > _MOST_ITEMS:
        raise _Refused(f"it must be a list of at most {_MOST_ITEMS:,}.")
    return value


def _text(value: object) -> str:
    if not isinstance(value, str) or not value or len(value) > _LONGEST_TEXT or not value.isprintable():
        raise _Refused(f"it must be one line of text, not blank, of at most {_LONGEST_TEXT} characters.")
    return value


def _definition_text(value: object) -> str:
    if not isinstance(value, str) or len(value) > _LONGEST_DEFINITION:
        raise _Refused(f"it must be text of at most {_LONGEST_DEFINITION:,} characters.")
    return value


def _hash(value: object) -> str:
    if not isinstance(value, str) or not _HASH.fullmatch(value):
        raise _Refused("it must be a SHA-256 in hexadecimal.")
    return value


def _month(value: object) -> str:
    if not isinstance(value, str) or not _MONTH.fullmatch(value):
        raise _Refused("it must be a month such as 2025-03.")
    return value


def _int(value: object) -> int:
    if not isinstance(value, int) or isinstance(value, bool) or not 0 <= value <= _LARGEST_COUNT:
        raise _Refused(f"it must be a whole number from 0 to {_LARGEST_COUNT:,}.")
    return value


def _count(value: object) -> Count:
    if value is None:
        return None
    if value == HIDDEN:
        return HIDDEN
    try:
        return _int(value)
    except _Refused:
        raise _Refused(f"it must be a whole number from 0 to {_LARGEST_COUNT:,}, null or c.") from None


def _number(value: object) -> Number:
    if value is None:
        return None
    if value == HIDDEN:
        return HIDDEN
    if isinstance(value, bool) or not isinstance(value, (int, float)) or abs(value) > _LARGEST_COUNT:
        raise _Refused("it must be a number, null or c.")
    return float(value)


def _bool(value: object) -> bool:
    if not isinstance(value, bool):
        raise _Refused("it must be true or false.")
    return value


def _or_none(how: Callable[[object], T]) -> Callable[[object], T | None]:
    return lambda value: None if value is None else how(value)


# While JSON is read.


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        raise _Refused("a key stands twice in one object.")
    return found


def _constant(name: str) -> float:
    raise _Refused("it holds NaN or Infinity.")


def _whole(digits: str) -> int:
    if len(digits) > _DIGITS:
        raise _Refused("it holds a number that is too large.")
    return int(digits)


def _float(digits: str) -> float:
    found = float(digits)
    if len(digits) > 40 or not isfinite(found):
        raise _Refused("it holds a number that is too large.")
    return found
