"""Indicators of children looked after told slowly, one child and one day at a time, from their words."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date, timedelta
from typing import Any

from told_care import Care

from childjourneys.domain.dates import add_months

Record = dict[str, Any]
DAY = timedelta(days=1)
Answer = tuple[int, int]


class Year:
    """What the rows say of the year to 31 March."""

    def __init__(self, care: Care, year: int) -> None:
        self.rows = care.rows
        self.first, self.last = date(year - 1, 4, 1), date(year, 3, 31)

    def of(self, table: str, child: str) -> list[Record]:
        return [row for row in self.rows[table] if row["child_id"] == child]

    def looked_after(self) -> dict[str, Record]:
        """Children looked after at the end of the year, with their period of care."""
        found = {}
        for row in self.rows["period_of_care"]:
            if row["start_date"] <= self.last and (row["end_date"] is None or row["end_date"] > self.last):
                found[row["child_id"]] = row
        return found

    def for_months(self, months: int) -> dict[str, Record]:
        first = self.since(months)
        return {child: row for child, row in self.looked_after().items() if row["start_date"] <= first}

    def since(self, months: int) -> date:
        return add_months(self.last, -months) + DAY

    def age(self, child: str) -> int:
        born = self.of("children", child)[0]["birth_date"]
        return self.last.year - born.year - ((self.last.month, self.last.day) < (born.month, born.day))

    def days(self, row: Record, first: date) -> Iterator[date]:
        """The days of a spell from the first to the end of the year; a single day is its own."""
        start, end = row["start_date"], row["end_date"]
        until = start + DAY if end == start else (end or date.max)
        day = max(start, first)
        while day < until and day <= self.last:
            yield day
            day += DAY

    def placements(self, child: str, months: int, way: str, care: Record) -> int:
        counted = set()
        for row in self.of("placement", child):
            if not any(True for _ in self.days(row, self.since(months))):
                continue
            if row["temporary"] and way != "with_temporary":
                continue
            if row["start_date"] == row["end_date"] and way != "with_one_day":
                continue
            if way == "this_care_only" and row["end_date"] and row["end_date"] <= care["start_date"]:
                continue
            counted.add(row["record"] if way == "each_counts" else row["placement_id"])
        return len(counted)


def many(months: int, way: str) -> Callable[[Year], Answer]:
    def answer(year: Year) -> Answer:
        asked = year.looked_after() if months == 12 else year.for_months(months)
        return sum(year.placements(child, months, way, care) >= 3 for child, care in asked.items()), len(
            asked
        )

    return answer


def long_term(one: str) -> Callable[[Year], Answer]:
    def answer(year: Year) -> Answer:
        stable, asked = 0, 0
        for child, care in year.for_months(30).items():
            rows = [row for row in year.of("placement", child) if row["start_date"] <= year.last]
            if year.age(child) > 15 or not any(year.last in set(year.days(row, year.last)) for row in rows):
                continue
            mine = sorted(
                (
                    row
                    for row in rows
                    if not row["temporary"]
                    and row["start_date"] != row["end_date"]
                    and (row["end_date"] is None or row["end_date"] > care["start_date"])
                ),
                key=lambda row: (row["start_date"], row["record"]),
            )
            stays: dict[Any, list[Record]] = {}
            for row in mine:
                stays.setdefault(row[one], []).append(row)
            order = sorted(stays.values(), key=lambda parts: parts[-1]["start_date"])
            old = [parts[0]["start_date"] <= year.since(24) for parts in order]
            yes = bool(order) and (
                old[-1] or (order[-1][-1]["placement_type"] in ("A3", "A6") and len(old) > 1 and old[-2])
            )
            unsure = bool(order) and not order[-1][0]["start_known"]
            if order and one == "placement_id":  # on with a carer whom no return shows
                unsure = unsure or order[-1][0]["same_carer"]
            if unsure and not yes:
                continue
            stable, asked = stable + yes, asked + 1
        return stable, asked

    return answer


def workers(year: Year) -> Answer:
    asked = year.looked_after()
    known = {
        child: {
            row["social_worker_id"]
            for row in year.of("social_worker_episode", child)
            if any(True for _ in year.days(row, year.first))
        }
        for child in asked
    }
    return sum(len(names) >= 3 for names in known.values()), len(asked)


def missing(*kinds: str) -> Callable[[Year], Answer]:
    def answer(year: Year) -> Answer:
        asked = {
            row["child_id"]
            for row in year.rows["period_of_care"]
            if any(True for _ in year.days(row, year.first))
        }
        found = {
            row["child_id"]
            for row in year.rows["missing"]
            if row["missing_type"] in kinds and any(True for _ in year.days(row, year.first))
        }
        return len(asked & found), len(asked)

    return answer


def told_in_oc2(column: str, ages: range, value: Callable[[Any], bool]) -> Callable[[Year], Answer]:
    def answer(year: Year) -> Answer:
        yes = asked = 0
        for child in year.for_months(12):
            rows = [row for row in year.of("oc2", child) if row["as_at"] == year.last]
            if rows and year.age(child) in ages and rows[0].get(column) is not None:
                asked += 1
                yes += value(rows[0][column])
        return yes, asked

    return answer


def leavers(year: Year, ask: Callable[[Record], bool | None]) -> Answer:
    answers = []
    for row in year.rows["leaver_contact"]:
        inside = year.first <= row["contact_date"] <= year.last and 19 <= row["contact_age"] <= 21
        if inside and row["in_touch"] not in ("DIED", "RHOM"):
            answers.append(ask(row))
    return answers.count(True), len(answers) - answers.count(None)


def suitable(row: Record) -> bool | None:
    if row["accommodation"] in ("G", "H", "R"):
        return None
    if row["in_touch"] not in ("NO", "REFU", "NREQ") and (
        row["accommodation"] is None or (row["suitability"] is None and row["accommodation"] != "0")
    ):
        return None
    return row["suitability"] == "1"


def busy(row: Record) -> bool | None:
    if row["activity"] is None:
        return False if row["in_touch"] in ("NO", "REFU", "NREQ") else None
    return row["activity"][0] in "FP"


def true(value: Any) -> bool:
    return value is True


ANSWERS: dict[str, Callable[[Year], Answer]] = {
    "cla_placements_3plus": many(12, ""),
    "cla_placements_3plus_2y": many(24, ""),
    "cla_placements_3plus:this_care_only": many(12, "this_care_only"),
    **{
        f"{name}:{way}": many(months, way)
        for name, months in (("cla_placements_3plus", 12), ("cla_placements_3plus_2y", 24))
        for way in ("with_temporary", "with_one_day", "each_counts")
    },
    "cla_long_term_stability": long_term("placement_id"),
    "cla_long_term_stability:each_counts": long_term("record"),
    "cla_social_workers_3plus": workers,
    "cla_missing": missing("M"),
    "cla_missing:with_absences": missing("M", "A"),
    "cla_conviction": told_in_oc2("convicted", range(10, 18), true),
    "cla_health:health_assessment": told_in_oc2("health_assessment", range(99), true),
    "cla_health:development_check": told_in_oc2("health_check_up_to_date", range(5), true),
    "cla_health:sdq_borderline": told_in_oc2("sdq_score", range(5, 17), lambda score: 14 <= score <= 16),
    "cl_accommodation": lambda year: leavers(year, suitable),
    "cl_eet": lambda year: leavers(year, busy),
}
