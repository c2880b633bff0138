"""The slow, plain shift of a scenario: the child's care written anew, and costed anew, day by day.

A stay that moves on is a chain of care with another row in it. What a child then costs less what the child
cost is the difference, times the fraction that moves. Prices are taken a million times, so that rounding of
the plain costing does not count.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta
from fractions import Fraction
from typing import Any

import plain_costs
from plain_costs_care import Episode, Row, care_of
from plain_costs_given import PriceSpan, Run
from plain_costs_lines import Line
from plain_costs_match import NAMES

MILLION = 1_000_000
Cells = dict[tuple[str, str], Fraction]


@dataclass
class PlainShift:
    """From a placement name to codes of PLACE and PROVIDER (None: kept)."""

    source: str
    place: str
    provider: str | None
    share: Fraction
    after_weeks: int
    start: date
    ages: tuple[int, int] | None = None
    rate: Fraction = Fraction(0)
    back_weeks: int = 0


def dear(run: Run) -> Run:
    """The run with every price a million times as high."""
    entries = []
    for entry in run.catalogue.entries:
        more: dict[str, Any] = {
            name: getattr(entry, name) * MILLION
            for name in ("amount", "london", "out_of_london")
            if getattr(entry, name) is not None
        }
        more["components"] = tuple((name, amount * MILLION) for name, amount in entry.components)
        if entry.home is not None:
            more["home"] = replace(entry.home, cost=entry.home.cost * MILLION)
        entries.append(replace(entry, **more))
    prices = [replace(price, money=price.money * MILLION) for price in run.prices]
    return replace(run, catalogue=replace(run.catalogue, entries=tuple(entries)), prices=prices)


def net(run: Run) -> Cells:
    """What the children cost the authority, by month and finance line, in pence."""
    return _cells(plain_costs.cost(dear(run)).lines)


def dearer(run: Run, entry_id: str, start: date, factor: Fraction) -> Run:
    """The run with an entry in two: as it was up to the day before, and one that costs more from then on."""
    entries = []
    for entry in run.catalogue.entries:
        if entry.id != entry_id:
            entries.append(entry)
            continue
        until = min(entry.effective_to or date.max, start - timedelta(days=1))
        entries.append(replace(entry, effective_to=until))
        more: dict[str, Any] = {
            name: getattr(entry, name) * factor
            for name in ("amount", "london", "out_of_london")
            if getattr(entry, name) is not None
        }
        more["components"] = tuple((name, amount * factor) for name, amount in entry.components)
        if entry.home is not None:
            more["home"] = replace(entry.home, cost=entry.home.cost * factor)
        since = max(entry.effective_from or date.min, start)
        entries.append(replace(entry, id=f"{entry_id} later", effective_from=since, **more))
    return replace(run, catalogue=replace(run.catalogue, entries=tuple(entries)))


def shifted(run: Run, shift: PlainShift) -> tuple[Cells, Fraction, int]:
    """The difference by month and finance line; how many children move; how many stays are meant."""
    found: Cells = {}
    moved, meant = Fraction(0), 0
    run = dear(run)
    for who in sorted({(row["la_code"], row["child_id"]) for row in run.tables["care_chain"]}):
        one = _alone(run, who)
        for stay in _stays(one):
            day = max(stay[0].stay_start + timedelta(weeks=shift.after_weeks), shift.start)
            if not _is_meant(one, stay, day, shift):
                continue
            meant += 1
            moved += shift.share
            end = stay[-1].end
            back = day + timedelta(weeks=shift.back_weeks) if shift.rate else None
            if back is not None and end is not None and back >= end:
                back = None
            before = _of_the_stay(one, (day,))
            parts = [(shift.share * (1 - shift.rate if back else 1), None)]
            if back:
                parts.append((shift.share * shift.rate, back))
            for fraction, again in parts:
                after = _of_the_stay(_rewritten(one, stay, day, again, shift), (day, again))
                for cells, sign in ((after, 1), (before, -1)):
                    for key, amount in cells.items():
                        found[key] = found.get(key, Fraction(0)) + sign * fraction * amount
    return {key: amount for key, amount in found.items() if amount}, moved, meant


def _alone(run: Run, who: tuple[str, str]) -> Run:
    tables = {
        name: [row for row in rows if (row["la_code"], row["child_id"]) == who]
        for name, rows in run.tables.items()
    }
    # Other children's prices stay: whether any were given decides what needs a price.
    return replace(run, tables=tables)


def _stays(run: Run) -> Iterator[list[Episode]]:
    """The stays of simple rows: no temporary placements, and no return from one."""
    episodes = [e for e in care_of(run.tables["care_chain"], run.end).episodes if e.end != e.start]
    for number in sorted({episode.stay for episode in episodes}):
        yield [episode for episode in episodes if episode.stay == number]


def simple(run: Run) -> bool:
    """Whether no child of the run was in a temporary placement."""
    return not any(row["temporary"] for row in run.tables["care_chain"])


def _is_meant(run: Run, stay: list[Episode], day: date, shift: PlainShift) -> bool:
    if day > run.end or (stay[-1].end is not None and day >= stay[-1].end):
        return False
    at = _at(stay, day)
    codes, providers, _ = NAMES[shift.source]
    if at.own.place not in codes.split() or (providers and at.own.provider not in providers.split()):
        return False
    if shift.ages:
        births = [row["birth_date"] for row in run.tables.get("child", []) if row["birth_date"]]
        if not births or not shift.ages[0] <= _age(births[0], day) <= shift.ages[1]:
            return False
    return True


def _at(stay: list[Episode], day: date) -> Episode:
    return next(e for e in stay if e.start <= day and (e.end is None or day < e.end))


def _age(born: date, day: date) -> int:
    # Born on 29 February: a year older on 1 March.
    return day.year - born.year - ((day.month, day.day) < (born.month, born.day))


def _rewritten(run: Run, stay: list[Episode], day: date, back: date | None, shift: PlainShift) -> Run:
    rows: list[Row] = [row for row in run.tables["care_chain"] if all(row is not e.row for e in stay)]
    at, last = _at(stay, day), stay[-1]
    for episode in stay:
        if episode.start < day:
            cut = episode.end is None or episode.end > day
            rows.append(
                episode.row | ({"end": day, "open": "false", "reason_episode_ceased": "X1"} if cut else {})
            )
    location = at.own.location or next(
        (p.in_out for p in run.prices if p.start <= day < p.end and _same(p, at.row)), None
    )
    there = at.row | {
        "start": day, "end": back or last.end, "open": "false" if back else last.row["open"],
        "reason_new_episode": "P", "starts_placement": True, "starts_period": False, "placement_no": 7001,
        "placement_id": "elsewhere", "placement_type": shift.place,
        "placement_provider": shift.provider or at.own.provider, "placement_urn": None,
        "placement_location": location, "same_carer": False, "resumes": False, "temporary": False,
        "reason_episode_ceased": "X1" if back else last.row["reason_episode_ceased"],
    }  # fmt: skip
    rows.append(there)
    if back:
        first = True
        for episode in stay:
            if episode.end is None or episode.end > back:
                start = max(episode.start, back)
                again = episode.row | {"start": start, "placement_no": 8000 + episode.row["placement_no"]}
                again["placement_id"] = "back again"
                if first:
                    again |= {"reason_new_episode": "P", "starts_placement": True, "starts_period": False}
                rows.append(again)
                first = False
    until = back or last.end or date(2100, 1, 1)
    prices = [part for price in run.prices for part in _outside(price, at.row, day, until)]
    order = sorted(rows, key=lambda row: (row["start"], row["end"] != row["start"]))
    return replace(run, tables=run.tables | {"care_chain": order}, prices=prices)


def _same(price: PriceSpan, row: Row) -> bool:
    return (price.la_code, price.child_id) == (row["la_code"], row["child_id"])


def _outside(price: PriceSpan, row: Row, day: date, until: date) -> list[PriceSpan]:
    """What is left of a price where the nights of the new place have none."""
    if not _same(price, row) or price.end <= day or price.start >= until:
        return [price]
    parts = [replace(price, end=day)] if price.start < day else []
    return parts + ([replace(price, start=until)] if price.end > until else [])


def _of_the_stay(run: Run, days: tuple[date | None, ...]) -> Cells:
    """What a move changes: nights, what is added on first days, and process 5 on the days of the moves."""
    return _cells(
        [
            line
            for line in plain_costs.cost(run).lines
            if not line.process.startswith("cin.")
            and (line.nights is not None or line.process == "lac.3" or _moves(line, days))
        ]
    )


def _moves(line: Line, days: tuple[date | None, ...]) -> bool:
    return line.process == "lac.5" and line.date_from in days


def _cells(lines: list[Line]) -> Cells:
    found: Cells = {}
    for line in lines:
        if line.agency == "local_authority" or line.pence < 0:
            key = line.month, line.s251_line or ""
            found[key] = found.get(key, Fraction(0)) + Fraction(line.pence, MILLION)
    return found


__all__ = ["PlainShift", "dearer", "net", "shifted", "simple"]
