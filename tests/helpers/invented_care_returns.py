"""SSDA903 returns of some years, invented, about care that goes wrong in every way a return can tell it."""

from __future__ import annotations

import random
from datetime import date, timedelta
from typing import Any

from story import Return, Story

YEARS = (2021, 2022, 2023, 2024)
PLACES = ("U6", "U6", "U3", "K2", "H5", "P2", "K3", "T4", "T2", "A5", "A3", "P1", None)


def invented(by: random.Random, children: int) -> Story:
    """Returns of some years about children whose care goes wrong in every way that a return can tell it."""
    story = Story()
    years = sorted(by.sample(YEARS, by.choice((2, 3, 4, 4))))
    modules = ("Episodes", "Header")
    returns = [story.ssda903(y, modules=modules if by.random() < 0.9 else ("Header",)) for y in years]
    for number in range(children):
        _tell(by, returns, f"C{number}", _chain(by))
    return story


def _chain(by: random.Random) -> list[dict[str, Any]]:
    """What really happened to one child, with the faults that stay in every return."""
    day = date(2020, 1, 1) + timedelta(days=by.randrange(0, 900))
    chain: list[dict[str, Any]] = []
    status = by.choice(("C2", "V2", "C2", "C1", "V2", "V4"))
    place, post, urn, provider = by.choice(PLACES), "AB1 2CD", None, "PR1"
    new: str | None = by.choice(("S", "S", "S", "S", "L", "P", None))
    for _ in range(by.randrange(1, 8)):
        length = by.choice((0, 1, 2, 7, 30, 90, 250, 400))
        ceased = by.choice(("X1",) * 6 + ("E4A", "E8", "E11", None))
        end = day + timedelta(days=length)
        chain.append({
            "episode_start_date": day, "reason_new_episode": new, "legal_status": status,
            "category_of_need": "N1", "placement_type": place, "placement_provider": provider,
            "placement_postcode": post, "placement_urn": urn, "episode_end_date": end,
            "reason_episode_ceased": ceased, "reason_place_change": by.choice((None, "CARPL", "OTHER")),
        })  # fmt: skip
        day = end + timedelta(days=by.choice((0,) * 9 + (1, 3, 30, -2)))
        new = by.choice(("P", "P", "L", "L", "T", "U", "B", "S", None)) if ceased == "X1" else by.choice(
            ("S", "S", "S", "P", None))  # fmt: skip
        if new in ("P", "B", "T", "U") or by.random() < 0.2:
            place = by.choice((*PLACES, "T4", chain[-2]["placement_type"] if len(chain) > 1 else "U6"))
            post = by.choice(("AB1 2CD", "AB1 2CD", "EF3 4GH", None))
            urn = by.choice((None, None, "SC1", "SC2"))
            provider = by.choice(("PR1", "PR4", None))
        if new in ("L", "B", "U") or by.random() < 0.1:
            status = by.choice(("C1", "C2", "V2", "V2", "C1", "C2", "V3", "V4"))
        if str(chain[-1]["placement_type"]).startswith("T") and by.random() < 0.7 and len(chain) > 1:
            place, post, urn = (
                chain[-2][n] for n in ("placement_type", "placement_postcode", "placement_urn")
            )
    if by.random() < 0.4:
        chain[-1] |= {"episode_end_date": None, "reason_episode_ceased": None, "reason_place_change": None}
    return chain


def _tell(by: random.Random, returns: list[Return], child: str, chain: list[dict[str, Any]]) -> None:
    """The rows of one child in each return whose year they touch, with the faults of that return alone."""
    for made in returns:
        first = date(made.as_at.year - 1, 4, 1)
        for true in chain:
            end = true["episode_end_date"]
            if "Episodes" not in made.modules or true["episode_start_date"] > made.as_at:
                continue
            if (end is not None and end < first) or by.random() < 0.06:
                continue
            row = dict(true)
            if end is not None and end > made.as_at:
                row |= {"episode_end_date": None, "reason_episode_ceased": None, "reason_place_change": None}
            _spoil(by, row, made)
            marked = row.pop("marked", False)
            at = made.add("care_episode", child, "Episodes", **row)
            if marked:
                after = made.next_row
                made.add("mark", child, "Episodes", at, event="placement_end|lac_end", code="undated",
                         start=row["episode_start_date"])  # fmt: skip
                made.next_row = after


def _spoil(by: random.Random, row: dict[str, Any], made: Return) -> None:
    """At times a date, a code or an end is told otherwise."""
    chance = by.random()
    if chance < 0.03:
        moved = row["episode_start_date"] + timedelta(days=by.choice((-3, 1, 10)))
        row["episode_start_date"] = min(moved, made.as_at)
    elif chance < 0.06:
        row["placement_type"] = by.choice(PLACES)
    elif chance < 0.08:
        row["reason_new_episode"] = by.choice(("S", "L", None))
    elif chance < 0.11:
        row |= {"episode_end_date": None, "marked": True}
    elif chance < 0.14:
        row |= {"episode_end_date": None, "reason_episode_ceased": None, "reason_place_change": None}
    elif chance < 0.16 and row["episode_end_date"]:
        row["episode_end_date"] = min(row["episode_end_date"] + timedelta(days=5), made.as_at)
    elif chance < 0.22 and not row["episode_end_date"]:
        row |= {"episode_end_date": made.as_at, "reason_episode_ceased": by.choice(("X1", "E8"))}
    elif chance < 0.25:
        row["placement_urn"] = by.choice((None, "SC1", "SC2"))
    elif chance < 0.28 and row["episode_end_date"]:
        row["reason_episode_ceased"] = by.choice(("X1", "E8", None))
    if row["episode_end_date"] and row["episode_end_date"] < row["episode_start_date"]:
        row["episode_end_date"] = row["episode_start_date"]
