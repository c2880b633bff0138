"""Referral outcomes and S47 pathways, read from the rules: child by child, day by day, slow and plain."""

from __future__ import annotations

import json
from datetime import date, timedelta
from typing import Any

import polars as pl

from childjourneys.domain.dates import age_in_years

Rows = list[dict[str, Any]]


class Plain:
    """Some journeys. `days` gives the lengths of the windows: referral, conference, enquiry."""

    def __init__(
        self,
        events: pl.DataFrame,
        children: pl.DataFrame,
        coverage: pl.DataFrame,
        days: tuple[int, int, int] = (30, 45, 60),
    ) -> None:
        order = ["la_code", "child_id", "date", "place_in_day"]
        self.events: Rows = events.sort(order).to_dicts()
        self.children = {(row["la_code"], row["child_id"]): row for row in children.to_dicts()}
        self.days = days
        self.covered: dict[tuple[str, str], list[tuple[date, date]]] = {}
        for row in coverage.to_dicts():
            self.covered.setdefault((row["la_code"], row["kind"]), []).append((row["from"], row["to"]))

    def shown(self, la: str, kind: str, day: date) -> bool:
        return any(first <= day <= last for first, last in self.covered.get((la, kind), ()))

    def look(self, la: str, kinds: tuple[str, ...], windows: list[tuple[date, int]]) -> str:
        """`whole`, `too recent` or `not covered`: windows are a first day and a number of days after it."""
        if any((la, kind) not in self.covered for kind in kinds):
            return "not covered"
        end = max(last for kind in kinds for _, last in self.covered[la, kind])
        days = {first + timedelta(days=n) for first, length in windows for n in range(length + 1)}
        missing = {day for day in days if not all(self.shown(la, kind, day) for kind in kinds)}
        if any(day <= end for day in missing):
            return "not covered"
        return "too recent" if missing else "whole"

    def of(self, about: dict[str, Any], event: str) -> Rows:
        who = (about["la_code"], about["child_id"])
        return [e for e in self.events if e["event"] == event and (e["la_code"], e["child_id"]) == who]

    def referrals(self) -> list[tuple[Any, ...]]:
        found = []
        for referral in [e for e in self.events if e["event"] == "referral"]:
            day = referral["date"]
            after = {}
            for event in ("assessment_start", "s47"):
                days = [
                    (e["date"] - day).days
                    for e in self.of(referral, event)
                    if e["episode_id"] is not None and e["episode_id"] == referral["episode_id"]
                ]
                after[event] = min((n for n in days if 0 <= n <= self.days[0]), default=None)
            assessed, enquired = after["assessment_start"] is not None, after["s47"] is not None
            whole = self.look(referral["la_code"], ("assessment_start", "s47"), [(day, self.days[0])])
            if assessed and enquired:
                outcome = "S17 and S47"
            elif whole != "whole":
                outcome = whole
            else:
                outcome = "S17" if assessed else "S47" if enquired else "NFA"
            who = (referral["la_code"], referral["child_id"])
            born = self.children[who]["birth_date"]
            found.append(
                (*who, day, outcome, json.loads(referral["attributes"]).get("nfa"),
                 after["assessment_start"], after["s47"],
                 age_in_years(born, day) if born and day >= born else None, whole == "whole")
            )  # fmt: skip
        return found

    def enquiries(self) -> list[tuple[Any, ...]]:
        found = []
        _, from_conference, from_enquiry = self.days
        for enquiry in [e for e in self.events if e["event"] == "s47"]:
            la, day = enquiry["la_code"], enquiry["date"]
            held = [
                e["date"]
                for e in self.of(enquiry, "icpc")
                if e["record"] is not None and e["record"] == enquiry["record"]
            ]
            conference = min(held, default=None)
            windows = [(day, from_enquiry)] + ([(conference, from_conference)] if conference else [])
            days = {first + timedelta(days=n) for first, length in windows for n in range(length + 1)}
            plan = min((e["date"] for e in self.of(enquiry, "cpp_start") if e["date"] in days), default=None)
            first = self.look(la, ("icpc", "cpp_start"), [(day, from_enquiry)])
            step1 = "ICPC" if conference else "CPP start" if plan else first
            second = self.look(la, ("cpp_start",), windows)
            step2 = ("CPP start" if plan else second) if conference else None
            found.append(
                (la, enquiry["child_id"], day, conference, plan,
                 "no ICPC nor CPP" if step1 == "whole" else step1,
                 "no CPP" if step2 == "whole" else step2,
                 first == "whole", second == "whole" if conference else None)
            )  # fmt: skip
        return found
