"""Lengths of time and windows of definitions in Python."""

from __future__ import annotations

from dataclasses import dataclass, replace

from childjourneys.archetypes.definition import Bound, Window


def days(amount: int) -> Bound:
    return Bound(amount, "days")


def weeks(amount: int) -> Bound:
    return Bound(amount, "weeks")


def months(amount: int) -> Bound:
    """Calendar months: 31 August and 6 months is 28 February."""
    return Bound(amount, "months")


def years(amount: int) -> Bound:
    return Bound(amount, "years")


def working_days(amount: int) -> Bound:
    """Monday to Friday without bank holidays, the day itself not counted."""
    return Bound(amount, "working days")


def under(bound: Bound) -> Bound:
    """The same distance without its last day."""
    return replace(bound, under=True)


@dataclass(frozen=True)
class Ever:
    """As far back as 280 days before birth: `window=ever` or `before(days(0)).to(ever)`."""


ever = Ever()


@dataclass(frozen=True)
class After:
    """The near end of a window; `to` gives the whole."""

    near: Bound

    def to(self, far: Bound | Ever, *, same_day_any: bool = False, count_from_day1: bool = False) -> Window:
        return Window(
            self.near,
            None if isinstance(far, Ever) else far,
            same_day_any=same_day_any,
            count_from="day1" if count_from_day1 else "day0",
        )


@dataclass(frozen=True)
class Since:
    """The start of the anchor's own spell; `until` says how long after the anchor."""

    start: str

    def until(self, far: Bound, *, same_day_any: bool = False, count_from_day1: bool = False) -> Window:
        return Window(
            far=far,
            since=self.start,
            same_day_any=same_day_any,
            count_from="day1" if count_from_day1 else "day0",
        )


def after(near: Bound) -> After:
    """A window that looks forward and begins there: `after(days(1)).to(months(6))`."""
    return After(near)


def before(near: Bound) -> After:
    """A window that looks back and begins there: `before(days(1)).to(months(12))`."""
    return After(near)


def to(far: Bound | Ever) -> Window:
    """A window from the day itself: events of that day count as far as their rank allows."""
    return After(days(0)).to(far)


def since(start: str) -> Since:
    """A window from the start of the anchor's own spell: `since("assessment_start").until(days(30))`."""
    return Since(start)
