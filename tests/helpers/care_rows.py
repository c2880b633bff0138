"""Short ways to write SSDA903 rows into a story, and to read care off what was told."""

from __future__ import annotations

import json
from typing import Any

from story import Return, Told


def episode(
    made: Return, child: str, start: str, new: str | None, end: str | None = None,
    ceased: str | None = None, place: str | None = "U6", **more: Any,
) -> int:  # fmt: skip
    """An episode of care: DECOM, RNE, DEC, REC, PLACE; the row that it stands in."""
    values = {"legal_status": "C2", "placement_provider": "PR1", "placement_postcode": "AB1 2CD"} | more
    return made.add(
        "care_episode", child, "Episodes", episode_start_date=start, reason_new_episode=new,
        episode_end_date=end, reason_episode_ceased=ceased, placement_type=place, **values,
    )  # fmt: skip


def bad_end(made: Return, child: str, start: str, row: int, code: str = "undated", *,
            event: str = "placement_end|lac_end") -> None:  # fmt: skip
    """The mark that a reader leaves for an end that can't be used."""
    kept, made.next_row = made.next_row, row
    made.add("mark", child, "Episodes", row, event=event, code=code, start=start)
    made.next_row = kept


def attributes(event: dict[str, Any]) -> dict[str, Any]:
    """What is known of an event, but for the age."""
    known = dict(json.loads(str(event["attributes"])))
    known.pop("child_age", None)
    return known


def stays(told: Told, child: str = "A") -> list[str]:
    """The `placement_id` of each placement, in order, as letters by first appearance."""
    ids = [row["placement_id"] for row in told.tables["placement"].iter_rows(named=True)
           if row["child_id"] == child]  # fmt: skip
    seen: dict[str, str] = {}
    return [seen.setdefault(one, chr(ord("a") + len(seen))) for one in ids]


def placements(told: Told, child: str = "A", *names: str) -> list[dict[str, Any]]:
    """The rows of the table `placement` of a child, those columns only if named."""
    rows = [row for row in told.tables["placement"].iter_rows(named=True) if row["child_id"] == child]
    return [{name: row[name] for name in names} for row in rows] if names else rows


def places_of(told: Told, code: str) -> list[tuple[str, int, str]]:
    """File, row and column of each finding of a code."""
    found = told.issues.filter(told.issues["code"] == code).select("file", "row", "column")
    return sorted(found.rows())
