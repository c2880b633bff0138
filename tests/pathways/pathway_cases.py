"""What the tests of pathways share: outcomes of stories, and a few events with their coverage."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from typing import Any

import polars as pl
from story import Story

from childjourneys.pathways.kernel import PathwayKernel
from childjourneys.pathways.windows import AS_DESIGNED, Windows
from childjourneys.tables import DERIVED

START = date(2024, 1, 10)
ALL_KINDS = ("contact", "referral", "assessment_start", "s47", "icpc", "cpp_start")
LONG = (date(2023, 1, 1), date(2025, 12, 31))
Ranges = Mapping[str, Sequence[tuple[date, date]]]


def after(days: int) -> date:
    return START + timedelta(days=days)


def told(story: Story) -> dict[str, pl.DataFrame]:
    """The kernel on a story."""
    known = story.tell()
    return PathwayKernel(known.coverage)({"events": known.events, "children": known.tables["child"]})


def outcomes(story: Story) -> list[tuple[str, str]]:
    """The day and outcome of every referral."""
    return [
        (str(day), name) for day, name in told(story)["referral_outcomes"]["referral_date", "outcome"].rows()
    ]


def steps(story: Story) -> list[tuple[str, str, str | None]]:
    """The day, step1 and step2 of every enquiry."""
    rows = told(story)["s47_pathways"]["s47_start", "step1", "step2"].rows()
    return [(str(day), first, second) for day, first, second in rows]


def events(*rows: tuple[str, int] | tuple[str, int, str]) -> pl.DataFrame:
    """Events of one child in one need episode: type, days after `START`, record (`r1`)."""
    return journey([{"event": row[0], "date": after(row[1]), "record": (*row, "r1")[2]} for row in rows])


def journey(rows: Sequence[Mapping[str, Any]]) -> pl.DataFrame:
    """Events; by default of child A in authority 301 and one need episode, with no attributes."""
    usual = {"la_code": "301", "child_id": "A", "episode_id": "e1", "record": None, "attributes": {}}
    full = [{**usual, **row} for row in rows]
    return pl.DataFrame(
        [
            {**row, "attributes": json.dumps(row["attributes"]), "place_in_day": n}
            for n, row in enumerate(full)
        ],
        schema=DERIVED["events"].schema | {"record": pl.String, "place_in_day": pl.Int64},
    ).sort("la_code", "child_id", "date", "place_in_day")


def child(**known: Any) -> pl.DataFrame:
    row = {"la_code": "301", "child_id": "A", **known}
    return DERIVED["children"].conform(
        pl.DataFrame([row], schema={name: DERIVED["children"].schema[name] for name in row})
    )


def coverage(ranges: Ranges | None = None, la_code: str = "301") -> pl.DataFrame:
    """Coverage by kind; of all kinds the years 2023 to 2025 by default."""
    rows = [
        {"la_code": la_code, "kind": kind, "from": first, "to": last, "rule": "started_in", "source": "x"}
        for kind, spans in (ranges or {key: [LONG] for key in ALL_KINDS}).items()
        for first, last in spans
    ]
    return pl.DataFrame(rows, schema=DERIVED["coverage"].schema)


def until(days: int, kinds: Sequence[str] = ALL_KINDS) -> pl.DataFrame:
    """Coverage of some kinds from 2023 to so many days after `START`."""
    return coverage({key: [(LONG[0], after(days))] for key in kinds})


def decide(
    rows: pl.DataFrame,
    covered: pl.DataFrame | None = None,
    children: pl.DataFrame | None = None,
    windows: Windows = AS_DESIGNED,
) -> dict[str, pl.DataFrame]:
    kernel = PathwayKernel(coverage() if covered is None else covered, windows)
    return kernel({"events": rows, "children": child() if children is None else children})


def outcome(
    rows: pl.DataFrame, covered: pl.DataFrame | None = None, windows: Windows = AS_DESIGNED
) -> tuple[str, int | None, int | None]:
    """Outcome, days to the assessment and to the enquiry of the only referral."""
    found = decide(rows, covered, windows=windows)["referral_outcomes"]
    return found["outcome", "days_to_assessment", "days_to_s47"].row(0)  # type: ignore[return-value]


def pathway(
    rows: pl.DataFrame, covered: pl.DataFrame | None = None, windows: Windows = AS_DESIGNED
) -> tuple[str, str | None]:
    """Both steps of the first enquiry."""
    found = decide(rows, covered, windows=windows)["s47_pathways"]
    return found["step1", "step2"].row(0)  # type: ignore[return-value]
