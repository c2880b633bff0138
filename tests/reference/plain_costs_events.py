"""What happened to a child that costs money: the plain reading of R4, one function per process."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from plain_costs_care import DAY, Care, Codes, Episode, Row
from plain_costs_money import months_after

from childjourneys.costs.model import Settings
from childjourneys.domain.calendar import england


@dataclass
class Event:
    """One occurrence, on record whether or not its day is in the period.

    Attributes:
        at: the episode whose facts it has; None where the child was nowhere, and for children in need.
        ended: its facts are those of the placement that ended that day.
    """

    process: str
    day: date
    period: int | None = None
    at: Episode | None = None
    estimated: bool = False
    difficult: bool | None = None
    first: bool | None = None
    known: bool | None = None
    nfa: bool | None = None
    cp_review: bool | None = None

    def codes(self, temporary: str) -> Codes | None:
        return self.at.codes(temporary) if self.at else None


@dataclass
class Child:
    """The rows of one child, by table, and what the run knows of it."""

    la_code: str
    child_id: str
    tables: dict[str, list[Row]]
    care: Care
    needs: tuple[str, ...]
    birth: date | None

    def rows(self, table: str) -> list[Row]:
        return self.tables.get(table, [])

    def age(self, day: date) -> int | None:
        """Completed years; none before birth."""
        if self.birth is None or day < self.birth:
            return None
        return day.year - self.birth.year - ((day.month, day.day) < (self.birth.month, self.birth.day))

    def uasc(self, day: date) -> bool | None:
        if "uasc" not in self.needs:
            return False
        told = sorted(self.rows("uasc"), key=lambda row: row["as_at"])
        ceased = told[-1]["uasc_ceased_date"] if told else None
        if ceased is not None and day >= ceased:
            return False
        age = self.age(day)
        if age is None:
            return None if self.birth is None else True
        return age < 18

    def cp_plan(self, day: date) -> bool:
        return any(
            row["start_date"] <= day and (row["end_date"] is None or day < row["end_date"])
            for row in self.rows("cp_plan")
        )


def needs_of(tables: dict[str, list[Row]], settings: Settings) -> tuple[str, ...]:
    """The combination of needs, from everything that was loaded."""

    def rows(name: str) -> list[Row]:
        return tables.get(name, [])

    codes = {code for row in rows("child") for code in (row["disability"] or "").split("|") if code}
    scores = [row["sdq_score"] for row in rows("oc2") if row["sdq_score"] is not None]
    factors = {factor for row in rows("assessment") for factor in (row["factors"] or "").split("|")}
    found: dict[str, bool] = {
        "cwd": bool(codes - {"NONE"})
        or any(row["category_of_need"] == "N2" for row in rows("care_chain"))
        or any(row["primary_need"] == "N2" for row in rows("need_episode")),
        "uasc": bool(rows("uasc")),
        "offending": any(row["convicted"] is True for row in rows("oc2")),
        "ebd": any(score >= settings.sdq_cutoff for score in scores) if scores else "4A" in factors,
    }
    for row in rows("needs"):
        found.update({name: row[name] for name in found if row[name] is not None})
    return tuple(name for name in ("cwd", "ebd", "offending", "uasc") if found[name])


def events_of(child: Child, settings: Settings, start: date, end: date, reviews: bool) -> list[Event]:
    """Every occurrence on record, in order of day. `reviews`: the authority's reviews were loaded."""
    found = [*_starts(child), *_ends(child), *_moves(child), *_reviews(child, settings, end, reviews)]
    found += [Event("lac.2", e.day, e.period, e.at, e.estimated) for e in found if e.process == "lac.6"]
    found += [*_legal(child, settings), *_leaving(child, settings, end), *_in_need(child)]
    found.sort(key=lambda event: event.day)
    _mark_first(child, found, start, end)
    return found


def _starts(child: Child) -> list[Event]:
    """Not where the chain turns from a short break."""
    turned = {row["end"] for row in child.rows("care_chain") if row["kind"] == "short_break"}
    return [
        Event("lac.1", episode.start, episode.period, child.care.night(episode.start) or episode)
        for episode in child.care.episodes
        if episode.row["reason_new_episode"] == "S" and episode.start not in turned
    ]


def _ends(child: Child) -> list[Event]:
    """Not where the chain turns to a short break."""
    turned = {row["start"] for row in child.rows("care_chain") if row["kind"] == "short_break"}
    return [
        Event("lac.4", episode.end, episode.period, episode)
        for episode in child.care.episodes
        if episode.end is not None
        and episode.row["open"] == "false"
        and episode.row["reason_episode_ceased"] not in (None, "X1")
        and episode.end not in turned
    ]


def _moves(child: Child) -> list[Event]:
    found = []
    for episode in child.care.episodes:
        if not episode.moved:
            continue
        stays = child.care.stays_between(months_after(episode.start, -12), episode.start) - {episode.stay}
        difficult = "ebd" in child.needs and ("cwd" in child.needs or len(stays) >= 3)
        found.append(Event("lac.5", episode.start, episode.period, episode, difficult=difficult))
    return found


def _reviews(child: Child, settings: Settings, end: date, loaded: bool) -> list[Event]:
    care = child.care
    if loaded:
        found = []
        for day in sorted({row["review_date"] for row in child.rows("lac_review")}):
            held = [
                number
                for number, (first, until) in care.periods().items()
                if first <= day and (until is None or day <= until)
            ]
            if held:
                found.append(Event("lac.6", day, max(held), care.night(day)))
        return found
    if not settings.review_estimates:
        return []
    found = []
    for number, (first, until) in care.periods().items():
        day = initial = england().add(first, 20)
        months = 3
        while day <= end and (until is None or day < until):
            found.append(Event("lac.6", day, number, care.night(day), estimated=True))
            day = months_after(initial, months)
            months += 6
    return found


def _legal(child: Child, settings: Settings) -> list[Event]:
    found = []
    for number in child.care.periods():
        ordered = [
            episode
            for episode in child.care.in_period(number)
            if episode.row["legal_status"] in settings.court_orders
        ]
        if ordered:
            day = ordered[0].start
            found.append(Event("lac.7", day, number, child.care.night(day) or ordered[0]))
    return found


def _leaving(child: Child, settings: Settings, end: date) -> list[Event]:
    if any(need in settings.p8_exclude for need in child.needs):
        return []
    joined = [row["joined"] for row in child.rows("leaving_care") if row["joined"] is not None]
    day = min(joined) if joined else _first_day_at_16(child)
    if day is None:
        return []
    at = child.care.night(day)
    return [Event("lac.8", day, at.period if at else None, at)]


def _first_day_at_16(child: Child) -> date | None:
    """The first day looked after, 16 or over, with 91 nights looked after since the 14th birthday."""
    counted = 0
    for day in sorted(child.care.nights):
        age = child.age(day)
        if age is None or age < 14:
            continue
        if age >= 16 and counted >= 91:
            return day
        counted += 1
    return None


def _in_need(child: Child) -> list[Event]:
    episodes = child.rows("need_episode")
    nfa = {row["episode_id"]: row["nfa"] is True for row in episodes}
    referred = {row["episode_id"]: row["referral_date"] for row in episodes}

    def event(process: str, day: date, episode_id: str | None, **more: Any) -> Event:
        own = referred.get(episode_id, day)
        known = any(row["referral_date"] < own for row in episodes)
        return Event(process, day, known=known, nfa=nfa.get(episode_id), **more)

    found = []
    for row in episodes:
        found.append(event("cin.contact_referral", row["referral_date"], row["episode_id"]))
        if row["closure_date"] is not None and row["nfa"] is not True:
            found.append(event("cin.close_case", row["closure_date"], row["episode_id"]))
    for row in child.rows("assessment"):
        if row["authorised_date"] is not None:
            found.append(event("cin.assessment", row["authorised_date"], row["episode_id"]))
    conferences: dict[date, Any] = {}
    for row in child.rows("s47_enquiry"):
        found.append(event("cin.s47", row["start_date"], row["episode_id"]))
        if row["icpc_date"] is not None:
            conferences.setdefault(row["icpc_date"], row["episode_id"])
    for row in child.rows("icpc"):
        conferences.setdefault(row["icpc_date"], row["episode_id"])
    found += [event("cin.cp_conference", day, episode) for day, episode in sorted(conferences.items())]
    for row in child.rows("cp_review"):
        found.append(event("cin.review", row["review_date"], row["episode_id"], cp_review=True))
    return found


def support_nights(child: Child, last: date) -> dict[date, Row]:
    """The nights of ongoing support, each with the need episode it is charged under."""
    nights: dict[date, Row] = {}
    cared = list(child.care.periods().values())
    for row in sorted(child.rows("need_episode"), key=lambda row: row["referral_date"]):
        begun = [
            other[column]
            for table, column in (
                ("assessment", "authorised_date"),
                ("cin_plan", "start_date"),
                ("cp_plan", "start_date"),
            )
            for other in child.rows(table)
            if other["episode_id"] == row["episode_id"] and other[column] is not None
        ]
        if row["nfa"] is True or not begun:
            continue
        day = min(begun)
        while day <= last and (row["closure_date"] is None or day < row["closure_date"]):
            if not any(first <= day and (until is None or day < until) for first, until in cared):
                nights.setdefault(day, row)
            day += DAY
    return nights


def once_only(child: Child, events: list[Event]) -> dict[tuple[int, str], bool]:
    """Whether an event (by its number) is the first of its process on record, in each unit."""
    seen: set[tuple[Any, ...]] = set()
    found = {}
    for number, event in enumerate(events):
        stay = event.at.stay if event.at else None
        for unit, held in (("child", 0), ("period_of_care", event.period), ("placement", stay)):
            key = (event.process, unit, held)
            found[number, unit] = key not in seen
            seen.add(key)
    return found


def _mark_first(child: Child, events: list[Event], start: date, end: date) -> None:
    begun = {
        episode.period
        for episode in child.care.episodes
        if episode.row["starts_period"]
        and episode.row["reason_new_episode"] == "S"
        and start <= episode.start <= end
    }
    seen: set[tuple[str, int | None]] = set()
    for event in events:
        if event.process.startswith("lac."):
            key = (event.process, event.period)
            event.first = event.period in begun and key not in seen
            seen.add(key)


def first_days(care: Care) -> list[Episode]:
    """One episode per stay, that of its first night; short breaks are stays of their own."""
    found: dict[int, Episode] = {}
    for nights in (care.nights, care.break_nights):
        for day in sorted(nights):
            found.setdefault(nights[day].stay, nights[day])
    return list(found.values())


def weeks_of(day: date, episode: Episode) -> int:
    return (day - episode.stay_start) // timedelta(days=7)
