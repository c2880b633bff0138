"""The journey kernel: canonical tables of some children to their events, spells and lines."""

from __future__ import annotations

from dataclasses import dataclass

import polars as pl

from childjourneys.domain.calendar import WorkingDays
from childjourneys.issues import Issue
from childjourneys.journeys.episodes import link
from childjourneys.journeys.events import build_events
from childjourneys.journeys.lines import build_lines
from childjourneys.journeys.prepare import prepare
from childjourneys.journeys.spells import build_spells
from childjourneys.merging.facts import CHILD
from childjourneys.quality.journey_checks import before_birth
from childjourneys.tables import DERIVED
from childjourneys.tables.derived import issue_frame

Tables = dict[str, pl.DataFrame]
MANY_EVENTS = 500
MANY_REFERRALS = 50


@dataclass(frozen=True)
class JourneyKernel:
    """Turns one bucket's canonical tables into journeys.

    A child with more than 500 events and two or more birth dates, two or more UPNs or over 50 referrals is
    no child but an identifier used for many: it is quarantined and listed. Over 500 events without that is
    a warning.
    """

    calendar: WorkingDays

    def __call__(self, tables: Tables) -> Tables:
        prepared = prepare(tables)
        events = build_events(prepared)
        spells = build_spells(prepared)
        events_in = events.height
        crowd, issues = _crowds(events, tables["child"])
        if crowd.height:
            prepared = {
                name: table.join(crowd, on=CHILD, how="anti", maintain_order="left")
                for name, table in prepared.items()
                if "la_code" in table.columns
            }
            events = events.join(crowd, on=CHILD, how="anti", maintain_order="left")
            spells = spells.join(crowd, on=CHILD, how="anti", maintain_order="left")
        episodes = _episodes(prepared["need_episode"])
        events = link(events, episodes, self.calendar)
        spells = _link_spells(spells, episodes, self.calendar)
        issues += before_birth(
            events.select(*CHILD, "date", "event", "source", "file", "sheet", "row"),
            prepared["child"].select(*CHILD, "birth_date", "expected_birth_date"),
        )
        return {
            "events": events,
            "spells": spells,
            "lines": build_lines(events),
            "children": DERIVED["children"].conform(prepared["child"].drop("birth_dates", "upns")),
            "mark": prepared["mark"],
            "issues": issue_frame(issues),
            "counts": pl.DataFrame({"table": ["events"], "reports": [events_in], "facts": [events.height]}),
        }


def _crowds(events: pl.DataFrame, children: pl.DataFrame) -> tuple[pl.DataFrame, list[Issue]]:
    per_child = (
        events.group_by(CHILD)
        .agg(
            events=pl.len(),
            referrals=(pl.col("event") == "referral").sum(),
            **{
                name: pl.col(name).sort_by("file", "sheet", "row").first()
                for name in ("file", "sheet", "row")
            },
        )
        .filter(pl.col("events") > MANY_EVENTS)
        .join(children.select(*CHILD, "birth_dates", "upns"), on=CHILD, how="left")
        .sort(CHILD)
    )
    many_people = (
        (pl.col("birth_dates") >= 2) | (pl.col("upns") >= 2) | (pl.col("referrals") > MANY_REFERRALS)
    ).fill_null(False)
    per_child = per_child.with_columns(crowd=many_people)
    issues = [_many_events(row) for row in per_child.iter_rows(named=True)]
    return per_child.filter("crowd").select(CHILD), issues


def _episodes(need: pl.DataFrame) -> pl.DataFrame:
    """Episodes that events can link to; one whose closure is not known covers nothing."""
    open_case = pl.col("episode_start_date").is_not_null() & ~pl.col("nfa").fill_null(False)
    covers_to = (
        pl.when(pl.col("closure_date").is_not_null())
        .then(pl.col("closure_date"))
        .when(open_case & ~pl.col("end_unused").fill_null(False))
        .then(pl.date(9999, 12, 31))
    )
    return need.select(*CHILD, "episode_id", "referral_date", covers_to=covers_to)


def _link_spells(spells: pl.DataFrame, episodes: pl.DataFrame, calendar: WorkingDays) -> pl.DataFrame:
    linked = link(spells.rename({"start": "date"}), episodes, calendar)
    return linked.rename({"date": "start"}).drop("link")


def _many_events(row: dict[str, object]) -> Issue:
    crowd = bool(row["crowd"])
    return Issue(
        "error" if crowd else "warning",
        "placeholder-by-volume" if crowd else "many-events",
        file=str(row["file"]),
        sheet=str(row["sheet"]),
        row=int(str(row["row"])),
        what="This identifier has more than 500 events and several birth dates, several UPNs or over 50 "
        "referrals: it stands for many people and was quarantined."
        if crowd
        else "This identifier has more than 500 events; it was kept as one child.",
        expected="One identifier for one child.",
        to_do="Find the records under this identifier in the case system and give each child its own.",
    )
