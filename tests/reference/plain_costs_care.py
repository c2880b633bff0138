"""A child's care as costs see it, night by night: the plain reading of R1, R2 and R6.

Written from the design's words, not from the fast code. Dates are half-open everywhere.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

Row = dict[str, Any]
DAY = timedelta(days=1)


@dataclass
class Codes:
    """What an episode says of where the child lives."""

    place: str | None
    provider: str | None
    urn: str | None
    location: str | None

    @classmethod
    def of(cls, row: Row) -> Codes:
        where = row.get("placement_location")
        return cls(
            row.get("placement_type"),
            row.get("placement_provider"),
            row.get("placement_urn"),
            where.lower() if where else None,
        )


@dataclass
class Episode:
    """One row of the chain with what costs make of it.

    Attributes:
        period: number of the period of care; None for a short break.
        placement: number within the period as costs count it; None for a short break.
        stay: a number that no other stay of the child has.
        own: its own codes.
        main: the codes of the placement it belongs to: other than its own only for temporary episodes.
        moved: finding the placement is a process 5.
        belongs: temporary, and part of the placement before it.
        goes_back: a return that resumes the placement a temporary episode left.
    """

    row: Row
    start: date
    end: date | None
    period: int | None
    placement: int | None
    stay: int
    stay_start: date
    own: Codes
    main: Codes
    belongs: bool = False
    goes_back: bool = False
    moved: bool = False

    @property
    def short_break(self) -> bool:
        return bool(self.row["kind"] == "short_break")

    def codes(self, temporary: str) -> Codes:
        return self.main if temporary == "main" else self.own


@dataclass
class Care:
    """All episodes in order, and the episode of each night up to the end of the run."""

    episodes: list[Episode] = field(default_factory=list)
    breaks: list[Episode] = field(default_factory=list)
    nights: dict[date, Episode] = field(default_factory=dict)
    break_nights: dict[date, Episode] = field(default_factory=dict)

    def night(self, day: date) -> Episode | None:
        """The episode of the night that begins on the day, else of the night before."""
        return self.nights.get(day) or self.nights.get(day - DAY)

    def periods(self) -> dict[int, tuple[date, date | None]]:
        """First day and end of each period of care; an end of None is not known yet."""
        found: dict[int, tuple[date, date | None]] = {}
        for episode in self.episodes:
            assert episode.period is not None
            first = found.get(episode.period, (episode.start, None))[0]
            found[episode.period] = (first, episode.end)
        return found

    def in_period(self, period: int | None) -> list[Episode]:
        return [e for e in self.episodes if e.period == period]

    def stays_between(self, first: date, until: date) -> set[int]:
        """Stays with a night in [first, until)."""
        return {episode.stay for day, episode in self.nights.items() if first <= day < until}


def care_of(rows: list[Row], last: date) -> Care:
    """The child's care up to the night of `last`."""
    care = Care()
    order = sorted(range(len(rows)), key=lambda i: (rows[i]["start"], rows[i]["end"] != rows[i]["start"], i))
    before: Episode | None = None
    for index in order:
        row = rows[index]
        if row["kind"] == "care":
            before = _next(row, before)
            care.episodes.append(before)
        elif row["legal_status"] == "V3":
            codes = Codes.of(row)
            care.breaks.append(
                Episode(row, row["start"], row["end"], None, None, -1 - index, row["start"], codes, codes)
            )
    for held, episodes in ((care.nights, care.episodes), (care.break_nights, care.breaks)):
        for episode in episodes:
            day = episode.start
            while day <= last and (episode.end is None or day < episode.end):
                held[day] = episode
                day += DAY
    return care


def _next(row: Row, before: Episode | None) -> Episode:
    own = Codes.of(row)
    period = row["period_no"]
    if before is None or before.period != period:
        stay = 1 if before is None else before.stay + 1
        first = Episode(row, row["start"], row["end"], period, 1, stay, row["start"], own, own)
        first.moved = row["reason_new_episode"] in ("P", "B")
        return first
    assert before.placement is not None
    gap = before.end is not None and before.end < row["start"]
    rne = row["reason_new_episode"]
    moved = rne in ("P", "B") or (rne == "L" and row["starts_placement"] and _another_place(before.own, own))
    again = Episode(
        row, row["start"], row["end"], period, before.placement, before.stay, before.stay_start, own, own
    )
    again.moved = moved
    if gap:
        again.placement, again.stay, again.stay_start = before.placement + 1, before.stay + 1, row["start"]
    elif row["temporary"]:
        again.belongs, again.main, again.moved = True, before.main, False
    elif row["resumes"] and before.belongs and not is_temporary(before.main):
        again.goes_back, again.moved = True, False
    elif row["starts_placement"]:
        again.placement = before.placement + 1
        if row["placement_id"] != before.row["placement_id"]:
            again.stay, again.stay_start = before.stay + 1, row["start"]
    return again


def is_temporary(codes: Codes) -> bool:
    return codes.place in ("T0", "T1", "T2", "T3", "T4")


def _another_place(before: Codes, now: Codes) -> bool:
    if before.place is None or now.place is None or before.place == now.place:
        return False
    return not (before.place in ("H5", "P2") and now.place == "K3")
