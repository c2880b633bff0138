"""What makes a window of a definition, and a length of time, legal."""

from __future__ import annotations

from childjourneys.archetypes.checking_names import NameChecker, Path, is_whole
from childjourneys.archetypes.definition import START_OF, UNITS, Archetype, Bound, Clause, Window
from childjourneys.archetypes.errors import unknown
from childjourneys.archetypes.phrases import bound_text
from childjourneys.archetypes.possible import Tests

_LONGEST_DAYS = 36_525
Ways = list[tuple[str, Tests]]


class Parent:
    """What a clause stands under: the ways in which its event can be met, none for a calendar date."""

    def __init__(self, found: Ways, definition: Archetype, outer: bool) -> None:
        self.ways = found
        self.definition = definition
        self.outer = outer


class WindowChecker(NameChecker):
    """Windows have days, and begin where the event that they count from allows."""

    def window(self, path: Path, clause: Clause, parent: Parent) -> None:
        window, back = clause.window, clause.direction == "preceded"
        near = "before" if back else "after"
        self.bound((*path, near), window.near)
        if window.near.under:
            raise self.error((*path, near), "`under` goes with `to` only.", near)
        if window.far is None and not back:
            raise self.error((*path, "to"), "`to: ever` is for looking back only.", "to")
        if window.far is not None:
            self.bound((*path, "to"), window.far)
        if window.since is not None:
            self.since((*path, "from"), clause, parent)
        else:
            self.near_before_far((*path, "to"), window, clause.direction)
        includes_day = window.near.amount == 0 or window.since is not None
        if window.same_day_any and not includes_day:
            raise self.error(
                (*path, "same_day"),
                f"`same_day: any` needs `{near}: 0 days`, so that the day counts.",
                "same_day",
            )
        units = {window.near.unit, window.far.unit if window.far else "days"}
        if window.count_from == "day1" and "working days" not in units:
            raise self.error((*path, "count_from"), "`count_from` is for working days only.", "count_from")
        self.one_of((*path, "count_from"), window.count_from, ("day0", "day1"), "value of `count_from`")

    def since(self, path: Path, clause: Clause, parent: Parent) -> None:
        since = str(clause.window.since)
        if clause.direction == "preceded":
            raise self.error(path, "`from` is for looking forward only.", "from")
        if since not in START_OF:
            raise self.error(path, unknown(since, "start of a spell that `from` can name", START_OF), since)
        if not parent.outer:
            raise self.error(
                path, "`from` can't stand in a nested clause: it is about the anchor's spell.", "from"
            )
        if any(name != START_OF[since] for name, _ in parent.ways) or not parent.ways:
            raise self.error(
                path,
                f"`from: {since}` needs a start event `{START_OF[since]}`, the end of that spell.",
                "from",
            )
        if clause.window.near != Window().near:
            raise self.error(path, "`after` and `from` can't stand together.", "from")

    def bound(self, path: Path, bound: Bound) -> None:
        if bound.unit not in UNITS:
            raise self.error(path, unknown(bound.unit, "unit of time", UNITS), bound.unit)
        if not is_whole(bound.amount) or bound.amount < 0:
            raise self.error(path, "a length of time is a whole number, 0 or more.")
        if bound.under and not bound.amount:
            raise self.error(path, f"nothing is `{bound_text(bound)}`.", "under")
        if shortest(bound) > _LONGEST_DAYS:
            raise self.error(path, f"`{bound_text(bound)}` is more than 100 years.")

    def near_before_far(self, path: Path, window: Window, direction: str) -> None:
        if window.far is None or window.since is not None:
            return
        if shortest(window.near) > longest(window.far):
            near = "before" if direction == "preceded" else "after"
            raise self.error(
                path,
                f"`to: {bound_text(window.far)}` is over before `{near}: {bound_text(window.near)}`, "
                "so no day is in the window.",
                "to",
            )


def shortest(bound: Bound) -> int:
    """The fewest days that a distance can be."""
    n = bound.amount
    if bound.unit == "working days":
        return n + 2 * ((n - 1) // 5) if n else 0
    if bound.unit == "months":
        return 28 if n == 1 else max(0, 304 * n // 10 - 3)
    return n * {"days": 1, "weeks": 7, "years": 365}[bound.unit]


def longest(bound: Bound) -> int:
    """The most days that a distance can be, less one for `under`; of working days, with room for holidays."""
    n = bound.amount
    days = {
        "days": n, "weeks": 7 * n, "months": 31 * n, "years": 366 * n, "working days": 12 + n * 9 // 5,
    }[bound.unit]  # fmt: skip
    return days - (1 if bound.under else 0)
