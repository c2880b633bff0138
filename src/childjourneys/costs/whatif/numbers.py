"""The numbers that a scenario rests on, and the scenario with one of them changed."""

from __future__ import annotations

from dataclasses import fields, is_dataclass, replace
from fractions import Fraction
from typing import Any

from childjourneys.costs.scenario.definition import NewService, Number, ProviderMix, Scenario, Shift

NOT_GIVEN = "not given"
_DAYS = ("after_weeks", "after_months", "weeks", "breakdown_after_weeks")
_LOW, _HIGH = Fraction(8, 10), Fraction(12, 10)
# Numbers that can't be more than 1, or less than so much, whatever is tried.
_SHARES = ("share", "rate", "breakdown_rate", "ramp")
_LEAST = {"change_pct": -100, "entrants_pct": -100}


def numbers_of(scenario: Scenario) -> tuple[Number, ...]:
    """Every number, in the order of the file; what was not given is not among them."""
    found: list[Number] = []
    _collect((scenario.ramp, scenario.changes), found)
    return tuple(number for number in found if number.source != NOT_GIVEN)


def tried(number: Number) -> tuple[Fraction, Fraction]:
    """The low and the high value that are tried: as given, else 0.8 and 1.2 times, if that can be."""
    ends = sorted((number.value * _LOW, number.value * _HIGH))
    low = ends[0] if number.low is None else number.low
    high = ends[1] if number.high is None else number.high
    kind = number.name.rsplit(", ", 1)[-1].split(" ")[0]
    if kind in _SHARES:
        low, high = max(low, Fraction(0)), min(high, Fraction(1))
    least = _LEAST.get(kind)
    return (max(low, Fraction(least)), high) if least is not None else (low, high)


def goes_straight(scenario: Scenario, number: Number) -> bool:
    """Whether the net goes by the number in a straight line, the others as they are.

    Shares, per cents and prices do, each alone. Days don't; nor does a ramp that several changes go by, or
    anything where places are limited.
    """
    if any(isinstance(change, Shift) and change.capacity for change in scenario.changes):
        return False
    if number.name.startswith("ramp"):
        return sum(isinstance(change, Shift | NewService) for change in scenario.changes) <= 1
    return number.name.rsplit(", ", 1)[-1] not in _DAYS


def with_number(scenario: Scenario, name: str, value: Fraction) -> Scenario:
    """The scenario with another value of one number. The other shares of a mix give way in proportion."""
    changes = tuple(_mixed(change, name, value) for change in scenario.changes)
    ramp = tuple((day, _changed(share, name, value)) for day, share in scenario.ramp)
    return replace(scenario, changes=changes, ramp=ramp)


def _mixed(change: Any, name: str, value: Fraction) -> Any:
    if not isinstance(change, ProviderMix) or all(share.name != name for _, share in change.mix):
        return _changed(change, name, value)
    old = next(share.value for _, share in change.mix if share.name == name)
    rest = 1 - old
    mix = []
    for code, share in change.mix:
        if share.name == name:
            now = value
        elif rest:
            now = share.value * (1 - value) / rest
        else:
            now = (1 - value) / (len(change.mix) - 1) if len(change.mix) > 1 else share.value
        mix.append((code, replace(share, value=now)))
    return replace(change, mix=tuple(mix))


def _changed(part: Any, name: str, value: Fraction) -> Any:
    if isinstance(part, Number):
        return replace(part, value=value) if part.name == name else part
    if isinstance(part, tuple):
        return tuple(_changed(one, name, value) for one in part)
    if is_dataclass(part) and not isinstance(part, type):
        return replace(
            part, **{one.name: _changed(getattr(part, one.name), name, value) for one in fields(part)}
        )
    return part


def _collect(part: Any, found: list[Number]) -> None:
    if isinstance(part, Number):
        found.append(part)
    elif isinstance(part, tuple):
        for one in part:
            _collect(one, found)
    elif is_dataclass(part) and not isinstance(part, type):
        for field in fields(part):
            _collect(getattr(part, field.name), found)
