"""The main indicators told slowly, one child and one day at a time, from the words of the list."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Callable, Iterator
from datetime import date, timedelta
from typing import Any

import polars as pl

from childjourneys.domain.calendar import england
from childjourneys.domain.dates import add_months
from childjourneys.indicators.periods import Period

Record = dict[str, Any]
Answer = tuple[int, int | None]


class Plain:
    """What is told of one authority: canonical tables with `events`, `spells` and `children`, as records."""

    def __init__(self, tables: dict[str, pl.DataFrame]) -> None:
        self.tables = tables
        self.children = {row["child_id"]: row for row in self.rows("children")}
        self.events = [{**row, "attributes": json.loads(row["attributes"])} for row in self.rows("events")]
        self.new_referrals = self._new_referrals()
        self.plans = self._once("cp_plan", "start_date", "end_date")
        self.assessments = self._assessments()

    def rows(self, table: str) -> Iterator[Record]:
        yield from self.tables[table].iter_rows(named=True)

    def all(self, event: str) -> list[Record]:
        return [one for one in self.events if one["event"] == event]

    def days(self, event: str) -> set[tuple[str, date]]:
        """Child and day, each once."""
        return {(one["child_id"], one["date"]) for one in self.all(event)}

    def _new_referrals(self) -> dict[tuple[str, date], Record]:
        found: dict[tuple[str, date], Record] = {}
        for one in sorted(
            self.all("referral"), key=lambda e: (e["episode_id"] is None, e["episode_id"] or "")
        ):
            said = one["attributes"]
            if said.get("while_open"):
                continue
            key = one["child_id"], one["date"]
            # Of several on one day the one that went further counts.
            rank = {False: 0, True: 1, None: 2}
            if key not in found or rank[said.get("nfa")] < rank[found[key]["attributes"].get("nfa")]:
                found[key] = one
        return found

    def _once(self, table: str, start: str, end: str) -> list[Record]:
        """Records of a table, one for each child and start: a usable end first, then the earliest end."""
        found: dict[tuple[str, date], Record] = {}
        rows = [row for row in self.rows(table) if row["child_id"] in self.children]
        rows.sort(key=lambda row: (bool(row["end_unused"]), row[end] or date.max))
        for row in rows:
            found.setdefault((row["child_id"], row[start]), row)
        return list(found.values())

    def _assessments(self) -> list[tuple[str, date, date]]:
        starts = {one["record"]: one["date"] for one in self.all("assessment_start")}
        ends = [(e["child_id"], starts[e["record"]], e["date"]) for e in self.all("assessment_authorised")]
        return sorted(set(ends))

    def spells(self, kind: str) -> Iterator[Record]:
        yield from (row for row in self.rows("spells") if row["kind"] == kind)

    def open_on(self, kind: str, day: date) -> set[tuple[str, date]]:
        return {
            (one["child_id"], one["start"])
            for one in self.spells(kind)
            if one["start"] <= day and (one["end"] is None or one["end"] > day)
        }


def _among(days: Any, of: Period) -> list[tuple[str, date]]:
    assert of.first is not None and of.last is not None
    return [(child, day) for child, day in days if of.first <= day <= of.last]


def _re_referral(plain: Plain, of: Period) -> Answer:
    mine = _among(plain.new_referrals, of)
    again = [
        (child, day)
        for child, day in mine
        if any(c == child and add_months(day, -12) <= d < day for c, d in plain.new_referrals)
    ]
    return len(again), len(mine)


def _re_referred_children(plain: Plain, of: Period) -> Answer:
    mine = _among(plain.new_referrals, of)
    again = {
        child
        for child, day in mine
        if any(c == child and add_months(day, -12) <= d < day for c, d in plain.new_referrals)
    }
    return len(again), len({child for child, _ in mine})


def _nfa(plain: Plain, of: Period) -> Answer:
    said = [plain.new_referrals[key]["attributes"].get("nfa") for key in _among(plain.new_referrals, of)]
    known = [value for value in said if value is not None]
    return sum(known), len(known)


def _in_45(plain: Plain, of: Period) -> Answer:
    assert of.first is not None and of.last is not None
    mine = [england().count(start, end) for _, start, end in plain.assessments if of.first <= end <= of.last]
    return sum(days <= 45 for days in mine), len(mine)


def _conferences(plain: Plain, of: Period) -> Answer:
    starts = {one["record"]: one["date"] for one in plain.all("s47")}
    held: dict[tuple[str, date], list[int]] = defaultdict(list)
    for one in plain.all("icpc"):
        enquiry = starts.get(one["record"])
        days = [] if enquiry is None else [england().count(enquiry, one["date"])]
        held[one["child_id"], one["date"]] += [d for d in days if enquiry and enquiry <= one["date"]]
    mine = _among(held, of)
    return sum(bool(held[key]) and min(held[key]) <= 15 for key in mine), len(mine)


def _to_conference(plain: Plain, of: Period) -> Answer:
    assert of.seen_last is not None
    last = of.seen_last + timedelta(days=1)
    mine = [(c, d) for c, d in _among(plain.days("s47"), of) if england().count(d, last) > 15]
    held = plain.days("icpc")
    led = [(c, d) for c, d in mine if any(x == c and y >= d and england().count(d, y) <= 15 for x, y in held)]
    return len(led), len(mine)


def _repeat_ever(plain: Plain, of: Period) -> Answer:
    assert of.first is not None and of.last is not None
    mine = [row["number_of_previous_cpp"] for row in plain.plans if of.first <= row["start_date"] <= of.last]
    known = [number for number in mine if number is not None]
    return sum(number >= 1 for number in known), len(known)


def _open_2_years(plain: Plain, of: Period) -> Answer:
    assert of.last is not None
    mine = plain.open_on("cp_plan", of.last)
    return sum((of.last - start).days > 729 for _, start in mine), len(mine)


def _ended_2_years(plain: Plain, of: Period) -> Answer:
    assert of.first is not None and of.last is not None
    mine = [
        (row["end_date"] - row["start_date"]).days
        for row in plain.plans
        if row["open"] == "false" and row["end_date"] and of.first <= row["end_date"] <= of.last
    ]
    return sum(days > 729 for days in mine), len(mine)


def _any_point(plain: Plain, of: Period) -> Answer:
    assert of.first is not None and of.last is not None
    reasons = {(row["child_id"], row["episode_id"]): row["closure_reason"]
               for row in plain.rows("need_episode")}  # fmt: skip
    found = set()
    for one in plain.spells("need_episode"):
        last = one["end"] and (one["end"] - timedelta(days=1) if one["open"] == "unknown" else one["end"])
        if one["start"] > of.last or (last and last < of.first):
            continue
        if (
            one["end"]
            and one["end"] <= of.last
            and reasons.get((one["child_id"], one["episode_id"])) in ("RC8", "RC9")
        ):
            continue
        found.add(one["child_id"])
    return len(found), None


def _returns(plain: Plain, of: Period) -> int:
    """Closures followed by a new referral within a year, in the order in which things end."""
    assert of.seen_last is not None
    exits: dict[str, date] = {}
    for child, row in plain.children.items():
        last = max((e["date"] for e in plain.events if e["child_id"] == child), default=date.min)
        ends = [row["death_date"]] if row["death_date"] else []
        if row["birth_date"]:
            born = row["birth_date"]
            ends.append(date(born.year + 18, 3, 1) if (born.month, born.day) == (2, 29)
                        else born.replace(year=born.year + 18))  # fmt: skip
        for one in plain.events:
            reason = one["attributes"].get("closure_reason")
            if one["child_id"] == child and (
                one["event"] == "adopted"
                or reason in ("RC1", "RC2")
                or (reason == "RC5" and last <= one["date"])
            ):
                ends.append(one["date"])
        exits[child] = min(ends, default=date.max)
    back = 0
    for child, day in _among(plain.days("case_closed"), of):
        if exits[child] > day:
            later = min((d for c, d in plain.new_referrals if c == child and d > day), default=date.max)
            back += later <= min(exits[child], of.seen_last, day + timedelta(days=365))
    return back


def _numbers(event: str) -> Callable[[Plain, Period], Answer]:
    return lambda plain, of: (len(_among(plain.days(event), of)), None)


def _people(event: str) -> Callable[[Plain, Period], Answer]:
    return lambda plain, of: (len({child for child, _ in _among(plain.days(event), of)}), None)


ANSWERS: dict[str, Callable[[Plain, Period], Answer]] = {
    "referral_count": lambda plain, of: (len(_among(plain.new_referrals, of)), None),
    "re_referral_12m": _re_referral,
    "re_referral_12m_children": _re_referred_children,
    "nfa_pct": _nfa,
    "assessment_45wd": _in_45,
    "s47_rate": _numbers("s47"),
    "icpc_15wd": _conferences,
    "s47_to_icpc": _to_conference,
    "cpp_rate": lambda plain, of: (len(plain.open_on("cp_plan", of.last or date.min)), None),
    "cpp_start_rate": _numbers("cpp_start"),
    "cpp_repeat_ever": _repeat_ever,
    "cpp_2y_open": _open_2_years,
    "cpp_2y_ended": _ended_2_years,
    "cin_rate": lambda plain, of: (len(plain.open_on("need_episode", of.last or date.min)), None),
    "cin_any_point": _any_point,
    "cla_start_rate": _people("lac_start"),
    "cla_cease_rate": _people("lac_end"),
    "time_to_re_referral:12m": lambda plain, of: (_returns(plain, of), None),
}
