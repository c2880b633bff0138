"""The short texts inside a definition: `6 months`, `under 15 months`, `31 March`, `0 to 17`, `not true`."""

from __future__ import annotations

import re
from calendar import month_name
from typing import get_args

from childjourneys.archetypes.attributes import ANY, kind_of
from childjourneys.archetypes.definition import UNITS, Bound, Condition, TestKind, Unit, Value
from childjourneys.archetypes.errors import unknown

MONTHS = tuple(month_name)[1:]
MISSING, NOT_MISSING = "missing", "not missing"
_BOUND = re.compile(r"(under )?(\d{1,6}) ([a-z]+(?: [a-z]+)?)")
_WHOLE = re.compile(r"-?\d{1,9}")
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")
_SINGULAR: dict[str, Unit] = {unit[:-1]: unit for unit in UNITS}


def parse_bound(text: str) -> Bound:
    """A distance such as `1 day`, `15 working days` or `under 15 months`.

    Raises:
        ValueError: it is no distance; the text says why.
    """
    words = " ".join(text.split())
    found = _BOUND.fullmatch(words)
    if not found:
        raise ValueError(
            f"`{text}` is no length of time; write a whole number and days, weeks, months, years or "
            "working days, such as `6 months`."
        )
    under, amount, unit = found.groups()
    if unit not in UNITS and unit not in _SINGULAR:
        raise ValueError(unknown(unit, "unit of time", UNITS))
    return Bound(int(amount), _SINGULAR.get(unit) or _unit(unit), under is not None)


def bound_text(bound: Bound) -> str:
    """
    >>> bound_text(Bound(15, "months", under=True)), bound_text(Bound(1)), bound_text(Bound(0))
    ('under 15 months', '1 day', '0 days')
    """
    unit = bound.unit[:-1] if bound.amount == 1 else bound.unit
    return f"{'under ' if bound.under else ''}{bound.amount} {unit}"


def parse_calendar(text: str) -> tuple[int, int]:
    """A day of every year such as `31 March`, as day and month.

    Raises:
        ValueError: it is no such day.
    """
    words = text.split()
    if len(words) == 2 and words[0].isdecimal() and words[0].isascii() and len(words[0]) < 3:
        names = {name.lower(): number for number, name in enumerate(MONTHS, 1)}
        if words[1].lower() not in names:
            raise ValueError(unknown(words[1], "month", MONTHS))
        found = int(words[0]), names[words[1].lower()]
        if is_day_of_year(*found):
            return found
    raise ValueError(f"`{text}` is no day of the year; write a day and a month, such as `31 March`.")


def is_day_of_year(day: int, month: int) -> bool:
    """Whether some year has that day."""
    return 1 <= month <= 12 and 1 <= day <= (29 if month == 2 else 30 if month in (4, 6, 9, 11) else 31)


def calendar_text(calendar: tuple[int, int]) -> str:
    return f"{calendar[0]} {MONTHS[calendar[1] - 1]}"


def parse_value(attribute: str, text: str) -> Value:
    """A value as the attribute has it: `true` for a flag, a whole number, else the text itself.

    Raises:
        ValueError: the attribute can't have it.
    """
    kind = kind_of(attribute)
    if kind == "flag":
        if text.lower() in ("true", "false"):
            return text.lower() == "true"
        if text == ANY and attribute == "while_open":
            return ANY
        more = f", or {ANY}" if attribute == "while_open" else ""
        raise ValueError(f"`{attribute}` is true or false{more}; not `{text}`.")
    if kind == "number":
        if _WHOLE.fullmatch(text):
            return int(text)
        raise ValueError(f"`{attribute}` is a whole number; not `{text}`.")
    return text


def parse_test(attribute: str, text: str) -> Condition:
    """What may stand as text after an attribute: a value, `a to b`, `not a`, `missing`, `not missing`.

    Raises:
        ValueError: the attribute can't have such a value.
    """
    words = text.strip()
    if words == MISSING:
        return Condition(attribute, "missing")
    if words == NOT_MISSING:
        return Condition(attribute, "not missing")
    if words.startswith("not ") and words[4:].strip():
        return Condition(attribute, "not", (parse_value(attribute, words[4:].strip()),))
    ends = words.split(" to ")
    if len(ends) == 2 and (
        kind_of(attribute) == "number" or (kind_of(attribute) == "date" and all(map(_DAY.fullmatch, ends)))
    ):
        return Condition(attribute, "between", tuple(parse_value(attribute, end.strip()) for end in ends))
    return Condition(attribute, "is", (parse_value(attribute, text),))


def test_data(condition: Condition) -> object:
    """What stands after the attribute in a definition, so that it reads as the same test."""
    kind, values = condition.test, condition.values
    if kind in ("missing", "not missing"):
        return str(kind)
    if kind == "in":
        return list(values)
    if kind == "not in":
        return {"not in": list(values)}
    if kind == "between":
        return f"{values[0]} to {values[1]}"
    said = f"not {_said(values[0])}" if kind == "not" else values[0]
    if isinstance(said, str) and not _reads_as(said, condition):
        return {str(kind): values[0]}
    return said


def _said(value: Value) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def _reads_as(text: str, condition: Condition) -> bool:
    try:
        return parse_test(condition.attribute, text) == condition
    except ValueError:
        return False


def _unit(text: str) -> Unit:
    return next(unit for unit in UNITS if unit == text)


TESTS: tuple[str, ...] = get_args(TestKind)
