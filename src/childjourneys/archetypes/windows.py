"""The days of a window, for many base days at once."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from childjourneys.archetypes.days import LAST_DAY, Flags, Ints, add_months, to_dates
from childjourneys.archetypes.definition import Bound, Direction, Window
from childjourneys.domain.calendar import WorkingDays


@dataclass(frozen=True)
class Span:
    """First and last days, both included; `bad` where the calendar of holidays can't say."""

    first: Ints
    last: Ints
    bad: Flags

    @property
    def empty(self) -> Flags:
        return self.first > self.last


def span_from(
    earliest: Ints,
    latest: Ints,
    window: Window,
    direction: Direction,
    known_from: Ints,
    calendar: WorkingDays,
    *,
    of_year: bool = False,
) -> Span:
    """The days that a window allows when its base lies anywhere between two days.

    Args:
        earliest, latest: the base; the same twice for one day.
        window: without `since`; that start is given by the caller.
        direction: forward from the base (`followed`) or back from it.
        known_from: 280 days before birth, where every look back ends; 0 where no birth is known.
        calendar: for working days.
        of_year: the base is a date of every year, so that 12 months back to the day itself are the year
            that ends on it: 1 April to 31 March.

    A base that lies in no order (`earliest` after `latest`) gives an empty span.
    """
    forward = direction == "followed"
    one = 1 if window.count_from == "day1" else 0
    base_near, base_far = (earliest, latest) if forward else (latest, earliest)
    near, bad_near = _moved(base_near, window.near, forward, calendar, one, is_far=False)
    if window.far is None:
        far, bad_far = known_from, np.zeros(latest.size, dtype=np.bool_)
    else:
        far, bad_far = _moved(base_far, window.far, forward, calendar, one, is_far=True)
    if window.far is not None and window.far.under:
        far = far - 1 if forward else far + 1
    if of_year and not forward and window.near.amount == 0 and _is_months(window.far):
        far = far + 1
    # From a base that reaches back for ever every distance does, whatever the calendar says of it.
    near, bad_near = np.where(base_near <= 0, 0, near), bad_near & (base_near > 0)
    if window.far is not None:
        far, bad_far = np.where(base_far <= 0, 0, far), bad_far & (base_far > 0)
    first, last = (near, far) if forward else (np.maximum(far, known_from), near)
    first = np.clip(first, 0, LAST_DAY)
    last = np.clip(last, -1, LAST_DAY)
    nothing = earliest > latest
    bad = (bad_near | bad_far) & ~nothing
    return Span(np.where(nothing, 1, first), np.where(nothing, 0, last), bad)


def _is_months(far: Bound | None) -> bool:
    return far is not None and far.unit in ("months", "years")


def _moved(
    base: Ints, bound: Bound, forward: bool, calendar: WorkingDays, one: int, *, is_far: bool
) -> tuple[Ints, Flags]:
    """The day at a bound, and where the calendar does not reach."""
    good = np.zeros(base.size, dtype=np.bool_)
    sign = 1 if forward else -1
    if bound.unit == "days":
        return base + sign * bound.amount, good
    if bound.unit == "weeks":
        return base + sign * 7 * bound.amount, good
    if bound.unit == "months":
        return add_months(base, sign * bound.amount), good
    if bound.unit == "years":
        return add_months(base, sign * 12 * bound.amount), good
    return _working_days(base, max(bound.amount - one, 0), forward, calendar, is_far=is_far)


def _working_days(
    base: Ints, amount: int, forward: bool, calendar: WorkingDays, *, is_far: bool
) -> tuple[Ints, Flags]:
    """Working days are counted in `(earlier, later]`; the far end is the last day with the count."""
    dates = to_dates(base)
    if amount == 0 and not is_far:
        return base.copy(), ~calendar.inside(dates)
    if forward:
        found = calendar.offset_many(dates, amount + 1 if is_far else amount)
        moved = found - 1 if is_far else found
    else:
        found = calendar.offset_many(dates, -amount if is_far else 1 - amount)
        moved = found if is_far else found - 1
    bad = ~(calendar.inside(dates) & calendar.inside(moved))
    return moved + (base - dates), bad
