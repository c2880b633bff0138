"""When the processes of looked-after children happen: rule R4, but for LAC 3.

Everything on record is listed, also what happened before the period: it tells which occurrence was the
first. Only days inside the period are charged.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import polars as pl

from childjourneys.costs.days import FAR, Flags, Ints, add_months, birthdays, numbers
from childjourneys.costs.facts import NO_BIRTH
from childjourneys.costs.findings import DATA, findings, no_findings
from childjourneys.costs.intervals import Intervals, keys
from childjourneys.costs.looks import Looks, Scene, truth
from childjourneys.costs.model import Settings
from childjourneys.domain.calendar import WorkingDays

_FIRST_REVIEW = 20  # working days
_SECOND_REVIEW, _BETWEEN_REVIEWS = 3, 6  # months
_LEAVING_NIGHTS = 91
_MANY_STAYS = 3
_CEASED_NOT = "X1"


@dataclass(frozen=True)
class Occurrences:
    """Occurrences of one process, by child and day.

    Attributes:
        process: such as `lac.5`; `stay` where a stay begins.
        looks: the facts of each.
        period: period of care; -1 where it is in none.
        units: for `once_per`: the unit that each lies in.
        estimated: worked out by a rule, for want of a list.
    """

    process: str
    looks: Looks
    period: Ints
    units: dict[str, Ints]
    estimated: Flags


@dataclass(frozen=True)
class Window:
    """The period of a run as days: `[first, end)`."""

    first: int
    end: int

    def holds(self, days: Ints) -> Flags:
        return (days >= self.first) & (days < self.end)


def care_occurrences(
    scene: Scene,
    window: Window,
    settings: Settings,
    tables: Mapping[str, pl.DataFrame],
    reviewed: frozenset[str],
    calendar: WorkingDays,
) -> tuple[list[Occurrences], pl.DataFrame]:
    """Occurrences of LAC 1, 2 and 4 to 8, with what is to be said of the data.

    Args:
        tables: `lac_review` and `leaving_care`, where there are any.
        reviewed: authorities with a list of reviews.
        calendar: of working days, for reviews that are worked out.
    """
    finder = _Finder(scene, window)
    course = scene.course
    frame = course.frame
    care = ~frame["short_break"].to_numpy()
    starts, ends = course.column("start"), course.column("end")
    rne_s = (frame["starts"] == "period").fill_null(False).to_numpy()
    entered = np.flatnonzero(rne_s & ~frame["turned"].to_numpy())
    ceased = frame["reason_episode_ceased"]
    left = np.flatnonzero(
        care
        & (ceased.is_not_null() & (ceased != _CEASED_NOT)).fill_null(False).to_numpy()
        & ~frame["turns"].to_numpy()
        & (ends < FAR)
    )
    moved = np.flatnonzero((frame["starts"] == "move").fill_null(False).to_numpy())
    found = [
        finder.of("lac.1", entered, starts[entered], on_the_day=True),
        finder.of("lac.4", left, ends[left], night=ends[left] - 1),
        finder.of("lac.5", moved, starts[moved], difficult=True),
    ]
    if settings.legal == "once":
        ordered = np.flatnonzero(
            care & frame["legal_status"].is_in(list(settings.court_orders)).fill_null(False).to_numpy()
        )
        period = finder.units(ordered)["period_of_care"]
        _, first = np.unique(period, return_index=True)
        once = np.sort(ordered[first])
        found.append(finder.of("lac.7", once, starts[once], on_the_day=True))
    reviews, said = _reviews(finder, settings, tables.get("lac_review"), reviewed, calendar)
    for process in ("lac.2", "lac.6"):
        found.append(finder.on(process, *reviews))
    child, day = _leaving(scene, window, settings, tables.get("leaving_care"))
    found.append(finder.on("lac.8", child, day, np.zeros(len(day), dtype=bool)))
    return found, pl.concat([said, *_without_a_reason(scene, window)])


def _without_a_reason(scene: Scene, window: Window) -> list[pl.DataFrame]:
    """Starts of care and of placements of which no RNE says what they are, as Annex A list 8 has none."""
    care = scene.course.frame.filter(~pl.col("short_break"))
    heads = care.with_columns(
        _entry=pl.struct("child_no", "period_no").is_first_distinct(),
        _begun=pl.col("placement").is_first_distinct(),
    ).filter("_begun", pl.col("reason_new_episode").is_null())
    heads = heads.filter(pl.Series(window.holds(heads["start"].to_numpy()), dtype=pl.Boolean))
    return [
        findings(heads.filter("_entry"), DATA, "start", 1, process="lac.1",
                 what="Care begins here without a reason for the new episode (RNE), as in Annex A list 8: "
                      "its nights are charged, the decision to look after (process 1) is not."),
        findings(heads.filter(~pl.col("_entry")), DATA, "start", 1, process="lac.5",
                 what="A placement begins here without a reason for the new episode (RNE), as in Annex A "
                      "list 8: its nights are charged, finding it (process 5) is not."),
    ]  # fmt: skip


def stay_starts(scene: Scene, window: Window) -> Occurrences:
    """The first day of each stay that has a night, short breaks among them."""
    finder = _Finder(scene, window)
    frame = scene.course.frame
    heads = frame.with_row_index("row").filter(pl.col("end") > pl.col("start")).unique(
        "stay", keep="first", maintain_order=True
    )  # fmt: skip
    rows = heads["row"].cast(pl.Int64).to_numpy()
    found = finder.of("stay", rows, heads["start"].to_numpy())
    found.looks.extra["priced"] = np.zeros(len(rows), dtype=np.int64)
    found.looks.extra["short_break"] = heads["short_break"].cast(pl.Int64).to_numpy()
    return found


def on_days(scene: Scene, window: Window, process: str, child: Ints, day: Ints) -> Occurrences:
    """Occurrences of a process on days of children, with the placement of each."""
    finder = _Finder(scene, window)
    return finder.on(process, child, day, np.zeros(len(day), dtype=bool), difficult=process == "lac.5")


class _Finder:
    """Puts days of children to the placement that they are to be looked at with."""

    def __init__(self, scene: Scene, window: Window) -> None:
        self.scene, self.window = scene, window
        self.course = scene.course
        care = ~self.course.frame["short_break"].to_numpy()
        nights, rows = self.course.nights()
        some = care[rows]
        self.nights, self.rows = nights.take(some), rows[some]
        periods = self.course.periods()
        periods = periods.sort("child_no", "start")
        self.periods = Intervals(*(periods[name].to_numpy() for name in ("child_no", "start", "end")))
        self.numbers = periods["period_no"].to_numpy()
        fresh = (periods["starts_with"] == "S").fill_null(False).to_numpy() & window.holds(
            periods["start"].to_numpy()
        )
        self.fresh = _period_keys(periods["child_no"].to_numpy(), periods["period_no"].to_numpy())[fresh]

    def of(
        self,
        process: str,
        row: Ints,
        day: Ints,
        *,
        night: Ints | None = None,
        on_the_day: bool = False,
        difficult: bool = False,
    ) -> Occurrences:
        """Occurrences of episodes, with the facts of these; or of the night that begins on the day.

        The period of care is always that of the episode: two may begin on one day.
        """
        child = self.course.column("child_no")[row]
        night, own = day if night is None else night, row
        if on_the_day:
            at, begins = self._at(child, day)
            row, night = np.where(at >= 0, at, row), np.where(at >= 0, begins, night)
        estimated = np.zeros(len(day), dtype=bool)
        return self._occurrences(process, child, day, row, night, estimated, difficult, own)

    def on(
        self, process: str, child: Ints, day: Ints, estimated: Flags, difficult: bool = False
    ) -> Occurrences:
        """Occurrences on days: with the night that begins on it, else the night before."""
        row, night = self._at(child, day)
        return self._occurrences(process, child, day, row, night, estimated, difficult)

    def period_on(self, child: Ints, day: Ints) -> Ints:
        """The period of care that a day lies in, both its ends included; the later of two; -1 in none."""
        held = self.periods
        at = np.searchsorted(keys(held.child, held.start), keys(child, day), side="right") - 1
        safe = np.maximum(at, 0)
        inside = (
            (at >= 0) & (np.append(held.child, -1)[safe] == child) & (day <= np.append(held.end, -1)[safe])
        )
        return np.where(inside, np.append(self.numbers, -1)[safe], -1)

    def units(self, row: Ints) -> dict[str, Ints]:
        child = np.append(self.course.column("child_no"), 0)[row]
        period = np.append(self.course.column("period_no"), -1)[row]
        stay = np.append(self.course.column("stay"), 0)[row]
        return {"period_of_care": _period_keys(child, period), "placement": stay, "child": child}

    def _at(self, child: Ints, day: Ints) -> tuple[Ints, Ints]:
        """The episode of the night that begins on each day, else of the night before; and which night."""
        rows = np.append(self.rows, -1)
        here, before = self.nights.at(child, day), self.nights.at(child, day - 1)
        return rows[np.where(here >= 0, here, before)], np.where(here >= 0, day, day - 1)

    def _occurrences(
        self, process: str, child: Ints, day: Ints, row: Ints, night: Ints, estimated: Flags,
        difficult: bool = False, own: Ints | None = None,
    ) -> Occurrences:  # fmt: skip
        order = np.lexsort((day, child))
        own = (row if own is None else own)[order]
        child, day, row, night = child[order], day[order], row[order], night[order]
        estimated = estimated[order]
        nowhere = row < 0
        period = np.append(self.course.column("period_no"), -1)[own]
        # In a period of care, and yet in no placement: on a day of a gap, or of a care of no night.
        period[nowhere] = self.period_on(child[nowhere], day[nowhere])
        units = self.units(row) | {"child": child}
        units["placement"] = np.where(nowhere, -1 - child, units["placement"])
        units["period_of_care"] = np.where(period < 0, -1 - child, _period_keys(child, period))
        extra = {
            "first": self._first(units["period_of_care"], period < 0),
            "previously_known": truth(self.scene.first_referral[child] < day),
            "cp_plan": truth(self.scene.plans.at(child, day) >= 0),
        }
        if difficult:
            extra["difficult_to_place"] = truth(_difficult(self.scene, child, day, row))
        price = np.where(nowhere, -1, self.scene.prices.nights.at(child, night))
        return Occurrences(process, Looks(child, day, row, price, extra), period, units, estimated)

    def _first(self, period: Ints, none: Flags) -> Ints:
        """Whether each is the first of its period of care, and that began inside the run's period."""
        first = np.zeros(len(period), dtype=bool)
        first[np.unique(period, return_index=True)[1]] = True
        return np.where(none, 0, truth(first & np.isin(period, self.fresh)))


def _difficult(scene: Scene, child: Ints, day: Ints, row: Ints) -> Flags:
    """EBD, and disability or three or more stays in the 12 months before, the new one not counted."""
    care = scene.course.frame.filter(~pl.col("short_break"))
    stays = care.group_by("child_no", "stay", maintain_order=True).agg(
        pl.col("start").min(), pl.col("end").max()
    )
    stays = stays.filter(pl.col("end") > pl.col("start"))
    who, number = stays["child_no"].to_numpy(), stays["stay"].to_numpy()
    begun, over = stays["start"].to_numpy(), stays["end"].to_numpy()
    back = add_months(day, -12)
    count = np.searchsorted(keys(who, begun), keys(child, day)) - np.searchsorted(
        keys(who, over), keys(child, back), side="right"
    )
    own = scene.course.column("stay")[row]
    at = np.searchsorted(number, own) if len(number) else np.zeros(len(own), dtype=np.int64)
    known = (at < len(number)) & (np.append(number, -1)[np.minimum(at, len(number))] == own)
    earlier = known & (np.append(begun, FAR)[np.minimum(at, len(number))] < day)
    children = scene.children
    return children.flags("ebd")[child] & (children.flags("cwd")[child] | (count - earlier >= _MANY_STAYS))


def _period_keys(child: Ints, period: Ints) -> Ints:
    return child * 10_000 + period + 1


def _reviews(
    finder: _Finder,
    settings: Settings,
    reviews: pl.DataFrame | None,
    reviewed: frozenset[str],
    calendar: WorkingDays,
) -> tuple[tuple[Ints, Ints, Flags], pl.DataFrame]:
    """Children, days and whether estimated, of all reviews that count; findings for the others."""
    children, periods, window = finder.scene.children, finder.periods, finder.window
    listed = children.frame["la_code"].is_in(list(reviewed)).to_numpy()
    estimating = ~listed & settings.review_estimates
    child, day = np.zeros(0, dtype=np.int64), np.zeros(0, dtype=np.int64)
    said = no_findings()
    if reviews is not None and reviews.height:
        rows = children.number(reviews)
        child, day = rows["child_no"].to_numpy(), numbers(rows["review_date"], FAR)
        some = (day < FAR) & listed[child]
        child, day = child[some], day[some]
        inside = finder.period_on(child, day) >= 0
        outside = pl.DataFrame({"child_no": child[~inside], "day": day[~inside]})
        said = findings(
            outside.filter(pl.Series(window.holds(day[~inside]), dtype=pl.Boolean)), DATA, "day", 1,
            process="lac.6", what="A review lies on no day of a period of care: it was not charged.",
        )  # fmt: skip
        child, day = child[inside], day[inside]
    guessed_child, guessed_day = _estimated(periods.take(estimating[periods.child]), window, calendar)
    both = np.concatenate([child, guessed_child]), np.concatenate([day, guessed_day])
    estimated = np.arange(len(both[0])) >= len(child)
    return (*both, estimated), said


def _estimated(periods: Intervals, window: Window, calendar: WorkingDays) -> tuple[Ints, Ints]:
    """20 working days after a period begins, then 3, 9, 15 ... months after that, while looked after."""
    child, over = periods.child, np.minimum(periods.end, window.end)
    first = calendar.offset_many(periods.start, _FIRST_REVIEW)
    found_child, found_day = [child[first < over]], [first[first < over]]
    months = _SECOND_REVIEW
    while True:
        day = add_months(first, months)
        some = day < over
        if not some.any():
            return np.concatenate(found_child), np.concatenate(found_day)
        found_child.append(child[some])
        found_day.append(day[some])
        months += _BETWEEN_REVIEWS


def _leaving(
    scene: Scene, window: Window, settings: Settings, joined: pl.DataFrame | None
) -> tuple[Ints, Ints]:
    """When each child joined the leaving-care service, or first could have."""
    children = scene.children
    excluded = np.zeros(len(children), dtype=bool)
    for need in settings.p8_exclude:
        excluded |= children.flags(need)
    child, day = np.zeros(0, dtype=np.int64), np.zeros(0, dtype=np.int64)
    if joined is not None and joined.height:
        rows = children.number(joined).drop_nulls("joined").sort("child_no", "joined")
        rows = rows.unique("child_no", keep="first", maintain_order=True)
        child, day = rows["child_no"].to_numpy(), numbers(rows["joined"], FAR)
    entitled = np.ones(len(children), dtype=bool)
    entitled[child] = False
    found, found_day = _first_entitled(scene, window, entitled & (children.born != NO_BIRTH))
    child, day = np.concatenate([child, found]), np.concatenate([day, found_day])
    return child[~excluded[child]], day[~excluded[child]]


def _first_entitled(scene: Scene, window: Window, who: Flags) -> tuple[Ints, Ints]:
    """The first day looked after, aged 16 or over, with 91 nights looked after since the 14th birthday."""
    nights, _ = scene.course.care().nights()
    nights = nights.take(who[nights.child]) if len(nights) else nights
    born = scene.children.born[nights.child]
    begins = np.maximum(nights.start, birthdays(born, 14))
    ends = np.minimum(nights.end, window.end)
    some = begins < ends
    child, begins, ends = nights.child[some], begins[some], ends[some]
    if not len(child):
        return child, begins
    total = np.cumsum(ends - begins)
    heads = np.flatnonzero(np.concatenate([[True], child[1:] != child[:-1]]))
    before = np.repeat(np.concatenate([[0], total[heads[1:] - 1]]), np.diff(np.append(heads, len(child))))
    so_far = total - before
    enough = np.flatnonzero(so_far >= _LEAVING_NIGHTS)
    enough = (
        enough[np.concatenate([[True], child[enough][1:] != child[enough][:-1]])] if len(enough) else enough
    )
    due = np.maximum(
        ends[enough] - (so_far[enough] - _LEAVING_NIGHTS), birthdays(scene.children.born[child[enough]], 16)
    )
    parts = Intervals(child, begins, ends)
    inside = parts.at(child[enough], due) >= 0
    following = np.searchsorted(keys(child, begins), keys(child[enough], due), side="right")
    safe = np.minimum(following, len(child) - 1)
    returns = (following < len(child)) & (child[safe] == child[enough])
    day = np.where(inside, due, np.where(returns, begins[safe], FAR))
    return child[enough][day < FAR], day[day < FAR]
