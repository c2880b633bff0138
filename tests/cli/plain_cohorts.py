"""Cohorts worked out slowly, line by line and night by night, from the files that a costing leaves."""

from __future__ import annotations

import csv
import statistics
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from typing import Any

import polars as pl

DAY = timedelta(days=1)
BANDS = ((0, 4), (5, 9), (10, 15), (16, 17), (18, 25))
HOMES = {"External residential": (("K2", "R1"), ("PR4", "PR5")), "Secure": (("K1",), None)}
Pairs = Mapping[str, Sequence[str]]
Child = tuple[str, str]


@dataclass(frozen=True)
class Facts:
    """Of a run that was costed: lines of cost_ledger.csv, runs of unpriced nights, facts of the children."""

    lines: list[dict[str, str]]
    unpriced: list[dict[str, Any]]
    people: dict[Child, dict[str, str | None]]


def facts_of(out: Path, first: date, last: date) -> Facts:
    with (out / "in-team" / "cost_ledger.csv").open(encoding="utf-8", newline="") as file:
        lines = list(csv.DictReader(file))
    run = out / "workspace" / "runs" / (out / "workspace" / "current").read_text(encoding="utf-8").strip()
    unpriced = _kept(run / "costs" / "cost_unpriced")
    needs = {(row["la_code"], row["child_id"]): row["need_group"] for row in (*lines, *unpriced)}
    began: dict[Child, list[date]] = defaultdict(list)
    for line in lines:
        began[line["la_code"], line["child_id"]].append(date.fromisoformat(line["date_from"]))
    legal: dict[Child, tuple[date, str | None]] = {}
    for episode in _kept(run / "tables" / "care_chain"):
        who, day = (episode["la_code"], episode["child_id"]), max(episode["start"], first)
        slept = day <= last and (episode["end"] is None or episode["end"] > day)
        if slept and (who not in legal or day < legal[who][0]):
            legal[who] = day, episode["legal_status"]
    people: dict[Child, dict[str, str | None]] = {}
    for child in _kept(run / "journeys" / "children"):
        who = child["la_code"], child["child_id"]
        if who in needs:
            days = began[who] + ([legal[who][0]] if who in legal else [])
            people[who] = {
                "la": who[0], "need_group": needs[who], "sex": child["sex"], "ethnicity": child["ethnicity"],
                "age_at_start": _band(child["birth_date"], min(days)),
                "legal_at_start": legal[who][1] if who in legal else None,
            }  # fmt: skip
    return Facts(lines, unpriced, people)


def _kept(folder: Path) -> list[dict[str, Any]]:
    return [row for path in sorted(folder.rglob("*.parquet")) for row in pl.read_parquet(path).to_dicts()]


def _band(born: date | None, day: date) -> str | None:
    if born is None:
        return None
    age = max(0, day.year - born.year - ((day.month, day.day) < (born.month, born.day)))
    return next((f"{low}-{high}" for low, high in BANDS if low <= age <= high), None)


def plain(facts: Facts, pairs: Pairs) -> dict[tuple[str, str | None], dict[str, Any]]:
    """The rows of a cohort by authority and price year, amounts in pounds."""
    lines = [line for line in facts.lines if _child(facts, line, pairs) and _line(line, pairs)]
    runs = [run for run in facts.unpriced if _child(facts, run, pairs) and _unpriced(run, pairs)]
    lacking: dict[str, set[tuple[str, date]]] = defaultdict(set)
    for run in runs:
        lacking[run["la_code"]] |= {(run["child_id"], day) for day in _days(run["date_from"], run["date_to"])}
    found: dict[tuple[str, str | None], dict[str, Any]] = {}
    for la, year in sorted({(line["la_code"], line["price_year"]) for line in lines}):
        mine = [line for line in lines if (line["la_code"], line["price_year"]) == (la, year)]
        everything = [one for one in facts.lines if (one["la_code"], one["price_year"]) == (la, year)]
        of_la = [line for line in lines if line["la_code"] == la]
        found[la, year] = _row(mine, of_la, lacking[la], _sum(everything, "gross"))
    for la in sorted(set(lacking) - {la for la, _ in found}):
        found[la, None] = _beside(lacking[la]) | {"children": 0}
    return found


def _row(
    lines: list[dict[str, str]], of_la: list[dict[str, str]], lacking: set[tuple[str, date]], whole: Decimal
) -> dict[str, Any]:
    children = {line["child_id"] for line in lines}
    priced, anywhere, paid = set(), set(), set()
    for line in of_la:
        nights = {(line["child_id"], day) for day in _nights(line)} - lacking
        anywhere |= nights
        paid |= nights if line["price_basis"] == "child" else set()
    spent: dict[str, Decimal] = defaultdict(Decimal)
    slept: dict[str, int] = defaultdict(int)
    left_out = Decimal(0)
    for line in lines:
        nights = {(line["child_id"], day) for day in _nights(line)}
        priced |= nights - lacking
        if line["process"] == "lac.3" and _part(line) == "gross":
            out = _half_up(Fraction(line["amount"]) * len(nights & lacking), len(nights)) if nights else 0
            left_out += out
            spent[line["child_id"]] += Decimal(line["amount"]) - out
    for child, _ in priced:
        slept[child] += 1
    weeks = [
        _half_up(Fraction(spent[child]) * 7, nights) for child, nights in slept.items() if child in spent
    ]
    sure = children - {child for child, _ in lacking}
    of_sure = _sum([line for line in lines if line["child_id"] in sure], "gross")
    gross, kept = _sum(lines, "gross"), sum(spent.values(), Decimal(0))
    nights_in_all = len(anywhere | lacking)
    return _beside(lacking) | {
        "children": len(children),
        "all_nights": nights_in_all,
        "priced_nights": len(priced),
        "gross": gross,
        "contributions": _sum(lines, "contributions"),
        "grant": _sum(lines, "grant"),
        "net": gross + _sum(lines, "contributions") + _sum(lines, "grant"),
        "other_agencies": _sum(lines, "other_agencies"),
        "share_of_gross": float(gross / whole) if whole else None,
        "placement_cost": kept,
        "left_out": left_out,
        "average_week": _half_up(Fraction(kept) * 7, len(priced)) if priced else None,
        "median_week": _half_up(Fraction(statistics.median(weeks)), 1) if weeks else None,
        "fully_priced_children": len(sure),
        "mean_per_child": _half_up(Fraction(of_sure), len(sure)) if of_sure else None,
        "paid_share": len(paid) / nights_in_all if nights_in_all else None,
    }


def _beside(lacking: set[tuple[str, date]]) -> dict[str, int]:
    return {"unpriced_nights": len(lacking), "unpriced_children": len({child for child, _ in lacking})}


def _nights(line: Mapping[str, str]) -> Iterator[date]:
    """Nights that a line keeps a placement for."""
    if line["process"] == "lac.3" and line["nights"]:
        yield from _days(date.fromisoformat(line["date_from"]), date.fromisoformat(line["date_to"]))


def _days(first: date, last: date) -> Iterator[date]:
    while first <= last:
        yield first
        first += DAY


def _part(line: Mapping[str, str]) -> str:
    if line["process"] in ("contribution", "grant"):
        return {"contribution": "contributions", "grant": "grant"}[line["process"]]
    others = line["agency"] != "local_authority" or line["process"] == "other_agency"
    return "other_agencies" if others else "gross"


def _sum(lines: Sequence[Mapping[str, str]], part: str) -> Decimal:
    return sum((Decimal(line["amount"]) for line in lines if _part(line) == part), Decimal(0))


def _half_up(amount: Fraction, by: int) -> Decimal:
    return Decimal((amount * 200 / by + 1).__floor__() // 2) / 100


def _child(facts: Facts, row: Mapping[str, Any], pairs: Pairs) -> bool:
    person = facts.people.get((row["la_code"], row["child_id"]), {})
    for column, values in pairs.items():
        if column == "need":
            if not set(str(person.get("need_group")).split("_")) & set(values):
                return False
        elif column in ("la", "need_group", "sex", "ethnicity", "age_at_start", "legal_at_start") and (
            (person.get(column) or "") not in values
        ):
            return False
    return True


def _line(row: Mapping[str, Any], pairs: Pairs) -> bool:
    for column, values in pairs.items():
        if column == "kind_of_care":
            if not any(_is_home(row, HOMES[value]) for value in values):
                return False
        elif column == "month_from":
            if row["month"] < values[0]:
                return False
        elif column == "month_to":
            if row["month"] > values[0]:
                return False
        elif column in row and column != "need_group" and (row[column] or "") not in values:
            return False
    return True


def _is_home(row: Mapping[str, Any], meant: tuple[tuple[str, ...], tuple[str, ...] | None]) -> bool:
    places, providers = meant
    return row["placement_type"] in places and (providers is None or row["provider"] in providers)


def _unpriced(run: Mapping[str, Any], pairs: Pairs) -> bool:
    """Of the process that keeps placements, borne by the authority; without level, price year and line."""
    mine = {"process": "lac.3", "agency": "local_authority"}
    if any(value not in pairs.get(column, (value,)) for column, value in mine.items()):
        return False
    return _line(run, pairs)
