"""Children in need: nights of ongoing support, and the occurrences of the other processes (rule R4).

What happened is taken from the journeys: their events and spells, linked to need episodes.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import polars as pl

from childjourneys.costs.days import FAR, LONG_AGO, Ints, numbers
from childjourneys.costs.facts import CHILD, Children
from childjourneys.costs.intervals import Intervals, union
from childjourneys.costs.looks import Looks, Scene, truth
from childjourneys.costs.nights import Course
from childjourneys.costs.occurrences import Occurrences, Window
from childjourneys.costs.pricing import Stretches

# Event of a journey, and the process that it is an occurrence of.
EVENTS = {
    "referral": "cin.contact_referral",
    "assessment_authorised": "cin.assessment",
    "case_closed": "cin.close_case",
    "s47": "cin.s47",
    "icpc": "cin.cp_conference",
    "cp_review": "cin.review",
}
_BEGIN = ("assessment_authorised", "cin_start", "cpp_start")
_NO, _YES = 1, 2


@dataclass(frozen=True)
class InNeed:
    """What journeys tell of children in need.

    Attributes:
        events: child_no, day, event, episode_id, nfa (null: not said).
        episodes: child_no, episode_id, referral (day), start, end (days of support; FAR: goes on).
        plans: days on a child protection plan.
        first_referral: of each child; FAR where none is on record.
    """

    events: pl.DataFrame
    episodes: pl.DataFrame
    plans: Intervals
    first_referral: Ints


def in_need_of(tables: Mapping[str, pl.DataFrame], children: Children) -> InNeed:
    """Out of `events` and `spells` of the journeys; nothing where they are not given."""
    events = _events(tables.get("events"), children)
    spells = tables.get("spells")
    plans = _spells(spells, "cp_plan", children)
    first = np.full(len(children), FAR, dtype=np.int64)
    referrals = events.filter(pl.col("event") == "referral")
    np.minimum.at(first, referrals["child_no"].to_numpy(), referrals["day"].to_numpy())
    return InNeed(events, _episodes(events, spells, children), union(*plans), first)


def looked_after(tables: Mapping[str, pl.DataFrame], course: Course, children: Children) -> Intervals:
    """Days of periods of care, also those of returns that give no placements."""
    periods = course.periods()
    child, start, end = _spells(tables.get("spells"), "looked_after", children)
    return union(
        np.concatenate([periods["child_no"].to_numpy(), child]),
        np.concatenate([periods["start"].to_numpy(), start]),
        np.concatenate([periods["end"].to_numpy(), end]),
    )


def support(need: InNeed, care: Intervals, window: Window) -> tuple[Intervals, Ints]:
    """Nights of ongoing support in the period, none twice; and the row of the need episode of each."""
    rows = need.episodes
    child, start, end = (rows[name].to_numpy() for name in ("child_no", "start", "end"))
    parts: list[tuple[int, int, int, int]] = []
    taken: list[tuple[int, int]] = []
    of = -1
    # Overlapping need episodes are rare and few: the earlier referral has the night.
    for row in range(len(child)):
        if child[row] != of:
            of, taken = int(child[row]), []
        for first, last in _free(int(start[row]), int(end[row]), taken):
            parts.append((of, first, last, row))
            taken.append((first, last))
    parts.sort()
    table = np.array(parts, dtype=np.int64).reshape(len(parts), 4)
    nights = Intervals(table[:, 0], table[:, 1], table[:, 2])
    inside, kept = nights.clipped(window.first, window.end)
    free, of_part = inside.without(care)
    return free, table[:, 3][kept][of_part]


def support_looks(nights: Intervals, episode: Ints, need: InNeed, scene: Scene) -> Stretches:
    """Those nights with their facts; they are to be cut where a plan begins or ends before this."""
    referral = need.episodes["referral"].to_numpy()[episode]
    nowhere = np.full(len(nights), -1, dtype=np.int64)
    extra = {
        "previously_known": truth(scene.first_referral[nights.child] < referral),
        "cp_plan": truth(need.plans.at(nights.child, nights.start) >= 0),
    }
    return Stretches(Looks(nights.child, nights.start, nowhere, nowhere, extra), nights, episode)


def need_occurrences(need: InNeed, scene: Scene) -> list[Occurrences]:
    """Occurrences of the other processes, by child and day."""
    events = need.events.sort("child_no", "day", "event", "episode_id", nulls_last=True)
    referrals = need.events.filter(pl.col("event") == "referral")
    of_episode = referrals.group_by("child_no", "episode_id").agg(own=pl.col("day").min())
    latest = referrals.select("child_no", "day", latest="day").unique().sort("child_no", "day")
    # What belongs to no referral on record belongs to the latest one.
    events = (
        events.join(of_episode, on=["child_no", "episode_id"], how="left", maintain_order="left")
        .join_asof(latest, on="day", by="child_no", check_sortedness=False)
        .with_columns(own=pl.coalesce("own", "latest", "day"))
    )
    found = []
    for event, process in EVENTS.items():
        rows = events.filter(pl.col("event") == event)
        if event == "case_closed":
            rows = rows.filter(~pl.col("nfa").fill_null(False))
        child, day = rows["child_no"].to_numpy(), rows["day"].to_numpy()
        nowhere = np.full(len(day), -1, dtype=np.int64)
        nfa = rows["nfa"]
        extra = {
            "previously_known": truth(scene.first_referral[child] < rows["own"].to_numpy()),
            "cp_plan": truth(need.plans.at(child, day) >= 0),
            "cp_conference_review": np.full(len(day), _YES if event == "cp_review" else _NO, dtype=np.int64),
            "outcome": nfa.cast(pl.Int64).fill_null(-1).to_numpy() + 1,
        }
        units = {"period_of_care": -1 - child, "placement": -1 - child, "child": child}
        looks = Looks(child, day, nowhere, nowhere, extra)
        found.append(Occurrences(process, looks, nowhere, units, np.zeros(len(day), dtype=bool)))
    return found


def _events(events: pl.DataFrame | None, children: Children) -> pl.DataFrame:
    kinds = {*EVENTS, *_BEGIN}
    if events is None:
        schema = {"child_no": pl.Int64, "day": pl.Int64, "event": pl.String, "episode_id": pl.String}
        return pl.DataFrame(schema={**schema, "nfa": pl.Boolean})
    listed = pl.col("attributes").str.contains('"basis": "need_episode"', literal=True)
    wanted = events.filter(pl.col("event").is_in(list(kinds)) & ~listed.fill_null(False))
    rows = children.number(wanted)
    text = pl.col("attributes")
    said = (
        pl.when(text.str.contains('"nfa": true', literal=True))
        .then(pl.lit(True))
        .when(text.str.contains('"nfa": false', literal=True))
        .then(pl.lit(False))
    )
    rows = rows.with_columns(
        pl.Series("day", numbers(rows["date"], FAR)),
        nfa=pl.when(pl.col("event") == "referral").then(said),
    )
    # Whether the referral led nowhere holds for all that belongs to it.
    of_episode = (
        rows.filter(pl.col("event") == "referral", pl.col("episode_id").is_not_null())
        .group_by("child_no", "episode_id")
        .agg(_nfa=pl.col("nfa").max())
    )
    rows = rows.join(of_episode, on=["child_no", "episode_id"], how="left", maintain_order="left")
    return rows.select("child_no", "day", "event", "episode_id", nfa=pl.coalesce("nfa", "_nfa"))


def _episodes(events: pl.DataFrame, spells: pl.DataFrame | None, children: Children) -> pl.DataFrame:
    """Need episodes with support, in order of child and referral."""
    schema = {"child_no": pl.Int64, "episode_id": pl.String, "referral": pl.Int64, "start": pl.Int64,
              "end": pl.Int64}  # fmt: skip
    if spells is None:
        return pl.DataFrame(schema=schema)
    rows = children.number(
        spells.filter((pl.col("kind") == "need_episode") & pl.col("episode_id").is_not_null())
    )
    rows = rows.with_columns(
        pl.Series("referral", numbers(rows["start"], LONG_AGO)), pl.Series("end", numbers(rows["end"], FAR))
    ).select("child_no", "episode_id", "referral", "end")
    keys = ["child_no", "episode_id"]
    rows = rows.group_by(keys).agg(pl.col("referral").min(), pl.col("end").max())
    begin = events.filter(pl.col("event").is_in(_BEGIN)).group_by(keys).agg(start=pl.col("day").min())
    led_nowhere = events.filter(pl.col("nfa").fill_null(False)).select(keys).unique()
    return (
        rows.join(begin, on=keys, how="inner")
        .join(led_nowhere, on=keys, how="anti")
        .filter(pl.col("end") > pl.col("start"))
        .sort("child_no", "referral", "episode_id")
        .select(*schema)
    )


def _spells(spells: pl.DataFrame | None, kind: str, children: Children) -> tuple[Ints, Ints, Ints]:
    if spells is None:
        nothing = np.zeros(0, dtype=np.int64)
        return nothing, nothing, nothing
    rows = children.number(spells.filter(pl.col("kind") == kind).select(*CHILD, "start", "end"))
    return rows["child_no"].to_numpy(), numbers(rows["start"], FAR), numbers(rows["end"], FAR)


def _free(first: int, last: int, taken: list[tuple[int, int]]) -> list[tuple[int, int]]:
    """What is left of `[first, last)`."""
    left = [(first, last)]
    for begun, over in taken:
        left = [
            part
            for one, other in left
            for part in ((one, min(other, begun)), (max(one, over), other))
            if part[0] < part[1]
        ]
    return left
