"""Journeys written by hand, evaluated by a small archetype, and grouped."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

import polars as pl

from childjourneys.archetypes.evaluate import Decided, evaluate
from childjourneys.archetypes.journeys import journeys_of
from childjourneys.archetypes.reading import read_definitions
from childjourneys.domain.calendar import england
from childjourneys.equalities.about import About, authority_days
from childjourneys.equalities.context import context_table
from childjourneys.equalities.groups import dimension_groups
from childjourneys.equalities.sums import context_sums
from childjourneys.equalities.workload import referral_days

LA = "301"
# Referrals followed by an enquiry within 30 days.
ENQUIRED = """\
archetype: enquired
start: {event: referral, which: every, where: {while_open: any}}
then: [{followed by: s47, within: {after: 0 days, to: 30 days}}]
"""
AUTHORISED = """\
archetype: authorised
start: {event: assessment_authorised, which: every}
then: [{followed by: s47, within: {after: 0 days, to: 30 days}}]
"""
CLOSED = """\
archetype: closed
start: {event: case_closed, which: every}
then: [{followed by: s47, within: {after: 0 days, to: 30 days}}]
"""
FULL = (date(2015, 1, 1), date(2025, 12, 31))
KINDS = ("referral", "s47", "assessment_authorised", "case_closed")
EVENTS = {
    "la_code": pl.String, "child_id": pl.String, "date": pl.Date, "event": pl.String,
    "episode_id": pl.String, "record": pl.String, "attributes": pl.String, "place_in_day": pl.Int64,
    "source": pl.String, "file": pl.String, "sheet": pl.String, "row": pl.Int64,
}  # fmt: skip
SPELLS = {
    "la_code": pl.String, "child_id": pl.String, "kind": pl.String, "start": pl.Date, "end": pl.Date,
    "open": pl.String, "episode_id": pl.String, "record": pl.String,
}  # fmt: skip
CHILDREN = {
    "la_code": pl.String, "child_id": pl.String, "birth_date": pl.Date, "expected_birth_date": pl.Date,
    "death_date": pl.Date, "sex": pl.String, "ethnicity": pl.String, "disability": pl.String,
    "has_disability": pl.Boolean, "family_id": pl.String,
}  # fmt: skip
MARKS = {"la_code": pl.String, "child_id": pl.String, "event": pl.String, "code": pl.String, "start": pl.Date}


def day(text: str) -> date:
    return date.fromisoformat(text)


@dataclass
class Written:
    """Children and their events, being written."""

    events: list[dict[str, Any]] = field(default_factory=list)
    children: dict[tuple[str, str], dict[str, Any]] = field(default_factory=dict)
    coverage: dict[str, list[tuple[date, date]]] = field(
        default_factory=lambda: {kind: [FULL] for kind in KINDS}
    )
    school_holidays: pl.DataFrame | None = None

    def child(self, name: str, birth: str | None = "2010-06-15", la: str = LA, **about: Any) -> str:
        born = day(birth) if birth else None
        self.children[la, name] = {"la_code": la, "child_id": name, "birth_date": born, **about}
        return name

    def event(
        self, child: str, name: str, on: str, episode: str | None = None, la: str = LA, **attributes: Any
    ) -> None:
        if (la, child) not in self.children:
            self.child(child, la=la)
        self.events.append({
            "la_code": la, "child_id": child, "date": day(on), "event": name, "episode_id": episode,
            "attributes": json.dumps(attributes), "file": "a.xlsx", "row": len(self.events),
        })  # fmt: skip

    def referral(self, child: str, on: str, episode: str | None = None, **attributes: Any) -> None:
        self.event(child, "referral", on, episode, **{"while_open": False, **attributes})

    def frames(self) -> dict[str, pl.DataFrame]:
        events = pl.DataFrame(self.events, schema=EVENTS)
        rank = {"referral": 0, "s47": 1, "assessment_authorised": 2, "case_closed": 3}
        events = events.sort(
            "la_code", "child_id", "date", pl.col("event").replace_strict(rank, return_dtype=pl.Int64), "row"
        ).with_columns(place_in_day=pl.int_range(pl.len()).over("la_code", "child_id", "date"))
        codes = sorted({la for la, _ in self.children})
        ranges = [
            {"la_code": la, "kind": kind, "from": first, "to": last, "rule": "started_in"}
            for la in codes
            for kind, spans in self.coverage.items()
            for first, last in spans
        ]
        return {
            "events": events,
            "spells": pl.DataFrame(schema=SPELLS),
            "children": pl.DataFrame(list(self.children.values()), schema=CHILDREN),
            "coverage": pl.DataFrame(ranges, schema_overrides={"from": pl.Date, "to": pl.Date}),
            "marks": pl.DataFrame(schema=MARKS),
        }

    def decided(self, definition: str = ENQUIRED) -> dict[str, Decided]:
        return decide(self.frames(), definition)

    def about(self, la: str = LA) -> About:
        frames = self.frames()
        days = authority_days(
            frames["coverage"], referral_days(frames["events"], frames["children"]), england(),
            self.school_holidays,
        )  # fmt: skip
        return About(days[la], frames["children"])

    def groups(self, dimension: str, definition: str = ENQUIRED) -> list[str]:
        """The groups of each anchor in the rate in turn, in the order of children and days."""
        found = dimension_groups(self.decided(definition)[LA], self.about())
        mine = found.filter(pl.col("dimension") == dimension)
        per_anchor = mine.group_by("anchor", maintain_order=True).agg("group").sort("anchor")
        return ["|".join(groups) for groups in per_anchor["group"].to_list()]

    def sums(self, *definitions: str) -> pl.DataFrame:
        named = {text.split()[1]: self.decided(text)[LA] for text in definitions or (ENQUIRED,)}
        return context_sums(named, self.about())

    def table(self, *definitions: str) -> pl.DataFrame:
        return context_table(self.sums(*definitions))


def decide(frames: Mapping[str, pl.DataFrame], definition: str = ENQUIRED) -> dict[str, Decided]:
    """What became of the anchors, by authority."""
    return evaluate(read_definitions(definition, "test")[0], journeys_of(**frames)).decided


def row(table: pl.DataFrame, dimension: str, group: str) -> dict[str, Any]:
    return table.filter(pl.col("dimension") == dimension, pl.col("group") == group).row(0, named=True)


def sums_frame(groups: Mapping[str, tuple[int, int]], dimension: str = "sex", **about: str) -> pl.DataFrame:
    """Sums of groups of so many anchors and matches, every anchor of a child of its own."""
    labels = {"measure": "m", "la_code": LA, "dimension": dimension, **about}
    n, matches = (sum(counts[place] for counts in groups.values()) for place in (0, 1))
    rows = []
    for group, (mine, match) in {**groups, None: (n, matches)}.items():
        rows.append({
            **labels, "group": group, "family": None, "n": mine, "matches": match, "children": mine,
            "matching": match, "others": mine - match,
            "mm": match, "mn": match, "nn": mine, "rest_mm": -match, "rest_mn": -match, "rest_nn": -mine,
        })  # fmt: skip
    kinds = dict.fromkeys(("measure", "la_code", "dimension", "group", "family"), pl.String)
    return pl.DataFrame(rows, schema_overrides=kinds)
