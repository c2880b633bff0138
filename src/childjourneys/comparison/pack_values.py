"""Single values of a pack, none trusted before it is looked at, and the JSON that they stand in.

Each function gives the value back as what it must be, or raises `Refused` with what is wrong.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from math import isfinite
from typing import Any, TypeVar

from childjourneys.comparison.pack import ANCHORS, HIDDEN, Count, Months, Number
from childjourneys.domain.vocabulary import EVENT, SPELL_KINDS

T = TypeVar("T")
_MOST_ITEMS = 20_000
_LONGEST_TEXT = 500
_LONGEST_DEFINITION = 100_000
_LARGEST_COUNT = 10**9
_DIGITS = 15
_MONTH = re.compile(r"\d{4}-(0[1-9]|1[0-2])", re.ASCII)
_HASH = re.compile(r"[0-9a-f]{64}")
_KINDS = {*EVENT, *SPELL_KINDS}


class Refused(Exception):
    """What is wrong, as the end of a sentence."""


def json_of(text: str) -> object:
    """What a text of JSON holds.

    Raises:
        Refused: a key stands twice in one object, or a number is none that a pack has.
        ValueError, RecursionError: as `json.loads`.
    """
    return json.loads(
        text, object_pairs_hook=_object, parse_constant=_constant, parse_int=_whole, parse_float=_float
    )


def outcomes(value: object) -> dict[str, Count]:
    found = counts(value)
    if set(found) != set(ANCHORS):
        raise Refused(f"it must hold {', '.join(ANCHORS)}.")
    return {name: found[name] for name in ANCHORS}


def counts(value: object) -> dict[str, Count]:
    if not isinstance(value, dict) or len(value) > _MOST_ITEMS:
        raise Refused("it must be an object of counts.")
    return {text(key): count(inner) for key, inner in value.items()}


def coverage(value: object) -> dict[str, tuple[Months, ...]]:
    if not isinstance(value, dict) or not value:
        raise Refused("it must be an object of ranges of months.")
    return {_kind(key): tuple(_range(one) for one in a_list(ranges)) for key, ranges in value.items()}


def _range(value: object) -> Months:
    months = [month(one) for one in a_list(value)]
    if len(months) != 2 or months[0] > months[1]:
        raise Refused("a range must be two months, the earlier first.")
    return months[0], months[1]


def carried(value: object) -> tuple[str, ...]:
    kinds = tuple(_kind(one) for one in a_list(value))
    if list(kinds) != sorted(set(kinds)):
        raise Refused("it must be in the order of the alphabet, each once.")
    return kinds


def _kind(value: object) -> str:
    found = text(value)
    if found not in _KINDS:
        raise Refused("it names a type of event or kind of spell that this version does not know.")
    return found


def a_list(value: object) -> list[Any]:
    if not isinstance(value, list) or len(value) > _MOST_ITEMS:
        raise Refused(f"it must be a list of at most {_MOST_ITEMS:,}.")
    return value


def text(value: object) -> str:
    if not isinstance(value, str) or not value or len(value) > _LONGEST_TEXT or not value.isprintable():
        raise Refused(f"it must be one line of text, not blank, of at most {_LONGEST_TEXT} characters.")
    return value


def definition_text(value: object) -> str:
    if not isinstance(value, str) or len(value) > _LONGEST_DEFINITION:
        raise Refused(f"it must be text of at most {_LONGEST_DEFINITION:,} characters.")
    return value


def sha256(value: object) -> str:
    if not isinstance(value, str) or not _HASH.fullmatch(value):
        raise Refused("it must be a SHA-256 in hexadecimal.")
    return value


def month(value: object) -> str:
    if not isinstance(value, str) or not _MONTH.fullmatch(value):
        raise Refused("it must be a month such as 2025-03.")
    return value


def whole_number(value: object) -> int:
    if not isinstance(value, int) or isinstance(value, bool) or not 0 <= value <= _LARGEST_COUNT:
        raise Refused(f"it must be a whole number from 0 to {_LARGEST_COUNT:,}.")
    return value


def count(value: object) -> Count:
    if value is None:
        return None
    if value == HIDDEN:
        return HIDDEN
    try:
        return whole_number(value)
    except Refused:
        raise Refused(f"it must be a whole number from 0 to {_LARGEST_COUNT:,}, null or c.") from None


def number(value: object) -> Number:
    if value is None:
        return None
    if value == HIDDEN:
        return HIDDEN
    if isinstance(value, bool) or not isinstance(value, (int, float)) or abs(value) > _LARGEST_COUNT:
        raise Refused("it must be a number, null or c.")
    return float(value)


def true_or_false(value: object) -> bool:
    if not isinstance(value, bool):
        raise Refused("it must be true or false.")
    return value


def or_none(how: Callable[[object], T]) -> Callable[[object], T | None]:
    return lambda value: None if value is None else how(value)


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        raise Refused("a key stands twice in one object.")
    return found


def _constant(name: str) -> float:
    raise Refused("it holds NaN or Infinity.")


def _whole(digits: str) -> int:
    if len(digits) > _DIGITS:
        raise Refused("it holds a number that is too large.")
    return int(digits)


def _float(digits: str) -> float:
    found = float(digits)
    if len(digits) > 40 or not isfinite(found):
        raise Refused("it holds a number that is too large.")
    return found
