"""Whether tests of attributes can hold together, and whether some follow from others.

Every value an attribute can have is tried; of free text, the values named and one more.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from childjourneys.archetypes.attributes import LISTS, codes_of, kind_of
from childjourneys.archetypes.definition import ATTRIBUTES, Condition, Event, Value

Tests = tuple[Condition, ...]
# Some list with values: what is in it is not known.
_SOME_LIST: Final = "\0list"
_NEW_REFERRAL = Condition("while_open", "is", (False,))
_OLDEST = 130


def ways(event: Event) -> list[tuple[str, Tests]]:
    """Each type that can answer, with all it must pass; types that can't pass are left out.

    A referral is a new one unless a test names `while_open`.
    """
    found: list[tuple[str, Tests]] = []
    for term in event.terms:
        for name in term.types:
            tests = term.where + event.where
            if name == "referral" and not any(test.attribute == "while_open" for test in tests):
                tests = (*tests, _NEW_REFERRAL)
            if can_hold(name, tests):
                found.append((name, tests))
    return found


def can_hold(event_type: str, tests: Iterable[Condition]) -> bool:
    """Whether some event of the type passes all tests."""
    return all(
        any(all(_passes(test, value) for test in group) for value in _values(event_type, group))
        for group in _by_attribute(tests)
    )


def follows(event_type: str, given: Tests, tested: Iterable[Condition]) -> bool:
    """Whether every event of the type that passes the given tests passes the others too."""
    for test in tested:
        about = [other for other in given if other.attribute == test.attribute]
        if test in about:
            continue
        for value in _values(event_type, [*about, test]):
            sure = test.test == "not missing" if value == _SOME_LIST else _passes(test, value)
            if not sure and all(_passes(other, value) for other in about):
                return False
    return True


def _by_attribute(tests: Iterable[Condition]) -> list[list[Condition]]:
    groups: dict[str, list[Condition]] = {}
    for test in tests:
        groups.setdefault(test.attribute, []).append(test)
    return list(groups.values())


def _values(event_type: str, group: list[Condition]) -> list[Value | None]:
    attribute = group[0].attribute
    if event_type not in ATTRIBUTES[attribute]:
        return [None]
    if attribute in LISTS:
        return [None, _SOME_LIST]
    kind = kind_of(attribute)
    if kind == "flag":
        return [None, True, False]
    named = [value for test in group for value in test.values]
    if kind == "number":
        numbers = [value for value in named if isinstance(value, int)]
        return [None, *range(_OLDEST), *(n for n in numbers if n >= _OLDEST)]
    if kind == "code":
        return [None, *codes_of(attribute)]
    return [None, "\0other", *named, *(f"{value}\0" for value in named)]


def _passes(test: Condition, value: Value | None) -> bool:
    kind, values = test.test, test.values
    if kind == "missing":
        return value is None
    if value is None:
        return kind in ("not", "not in") or values == ("any",)
    if kind == "not missing" or value == _SOME_LIST or values == ("any",):
        return True
    if kind in ("is", "in"):
        return value in values
    if kind in ("not", "not in"):
        return value not in values
    low, high = values
    if isinstance(value, str):
        return str(low) <= value <= str(high)
    return float(low) <= value <= float(high)
