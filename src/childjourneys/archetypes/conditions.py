"""Which events fit a definition's words: the type and the tests of its attributes."""

from __future__ import annotations

import json
from collections.abc import Sequence

import numpy as np
import polars as pl

from childjourneys.archetypes.authority import TYPE, Authority
from childjourneys.archetypes.days import Flags, Ints
from childjourneys.archetypes.definition import Condition, Event, Value
from childjourneys.domain.vocabulary import EVENTS

_NEW_REFERRAL = Condition("while_open", "is", (False,))
_NUMBERS = ("child_age", "number_of_previous_cpp", "contact_age")


class Fitting:
    """Events of one authority that fit, each asked for once."""

    def __init__(self, authority: Authority) -> None:
        self._authority = authority

    def rows(self, event_type: str, event: Event) -> Ints:
        """The events of a type that fit any term of an event."""
        rows = self._authority.rows(event_type)
        return rows[self._fits(event_type, rows, event)]

    def early(self, types: Sequence[str], event: Event | None) -> Ints:
        """Events of the types dated before birth that fit."""
        found = []
        for event_type in types:
            of_type = self._authority.kind == TYPE[event_type]
            rows = np.flatnonzero(of_type & self._authority.before_birth)
            found.append(rows if event is None else rows[self._fits(event_type, rows, event)])
        return np.concatenate(found) if found else np.zeros(0, dtype=np.int64)

    def test(self, rows: Ints, conditions: Sequence[Condition]) -> Flags:
        """Whether the tests hold of some events; a row of -1 has only blanks."""
        passed = np.ones(rows.size, dtype=np.bool_)
        kinds = np.where(rows >= 0, self._authority.kind[np.maximum(rows, 0)], -1) if rows.size else rows
        for number in np.unique(kinds):
            mine = kinds == number
            for condition in conditions:
                if number < 0:
                    passed[mine] &= condition.test in ("missing", "not", "not in")
                else:
                    passed[mine] &= self._passes(EVENTS[number].name, rows[mine], condition)
        return passed

    def _fits(self, event_type: str, rows: Ints, event: Event) -> Flags:
        fits = np.zeros(rows.size, dtype=np.bool_)
        for term in event.terms:
            if event_type not in term.types:
                continue
            conditions = [*term.where, *event.where]
            if event_type == "referral" and all(c.attribute != "while_open" for c in conditions):
                conditions.append(_NEW_REFERRAL)
            passed = np.ones(rows.size, dtype=np.bool_)
            for condition in conditions:
                passed &= self._passes(event_type, rows, condition)
            fits |= passed
        return fits

    def _passes(self, event_type: str, rows: Ints, condition: Condition) -> Flags:
        if condition.attribute == "while_open" and condition.values == ("any",):
            return np.ones(rows.size, dtype=np.bool_)
        whole = self._authority.rows(event_type)
        if rows is whole:
            values = self._authority.attribute(event_type, condition.attribute)
        else:
            values = self._authority.attribute_at(rows, condition.attribute)
        return _holds(values, condition)


def _holds(values: pl.Series, condition: Condition) -> Flags:
    """Whether a test holds of attributes as text; a list holds what any of its members does."""
    distinct = values.unique()
    passing = [value for value in distinct.to_list() if _passes_one(value, condition)]
    some = [value for value in passing if value is not None]
    found = values.is_in(some).fill_null(None in passing)
    return np.asarray(found.to_numpy(), dtype=np.bool_)


def _passes_one(text: str | None, condition: Condition) -> bool:
    test = condition.test
    if text is None or text == "":
        return test in ("not", "not in", "missing")
    if test in ("missing", "not missing"):
        return test == "not missing"
    members: list[str] = [text]
    if text.startswith("["):
        members = [str(member) for member in json.loads(text)]
    if test == "between":
        low, high = condition.values
        return any(_number(low) <= _number(member) <= _number(high) for member in members)
    wanted = {_text(value) for value in condition.values}
    contains = bool(wanted & set(members))
    return contains if test in ("is", "in") else not contains


def _text(value: Value) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value)


def _number(value: Value) -> float:
    return float(value)
