"""Children who go home and come back: some long periods of care are two, with a time at home between."""

from __future__ import annotations

from collections import defaultdict

from childjourneys.synthetic.chance import Chance, Choice
from childjourneys.synthetic.days import age_on
from childjourneys.synthetic.population import Person
from childjourneys.synthetic.records import Records, Row, Value

# Of long periods; with it about one in seven children who go home is looked after again within a year.
SHARE = 0.09
_LONG_ENOUGH, _LEAST = 260, 60
_FINAL = ("E11", "E12", "E2", "E3", "E41")
_HOME = Choice({"E4A": 70.0, "E4B": 30.0})
_YOUNGEST_REMANDED = 10
# Columns of legal statuses and placements.
CARE, START, END, STATUS, WHY, FIRST = 2, 3, 4, 5, 7, 11


def return_to_care(records: Records, people: list[Person], chance: Chance) -> None:
    """Cut periods in two; the case stays open in between."""
    statuses, placements = by_care(records, "legal_statuses"), by_care(records, "placements")
    decided = {row[2] for row in records.rows.get("adoptions", [])}
    for row in list(records.rows.get("care_periods", [])):
        care, start, end = whole(row[0]), whole(row[3]), whole(row[4])
        if row[7] or row[5] in _FINAL or care in decided or end - start < _LONG_ENOUGH:
            continue
        if not chance.yes(SHARE):
            continue
        home = start + chance.whole(_LEAST, min(700, end - start - 2 * _LEAST - 30))
        again = min(home + chance.whole(15, 250), end - _LEAST)
        second = records.add("care_periods", row[1], row[2], again, end, row[5], row[6], row[7])
        row[4], row[5] = home, _HOME.draw(chance)
        for rows in (statuses, placements):
            rows[care], rows[second] = _cut(rows[care], second, home, again)
        placements[care][-1][WHY] = None
        for place, placement in enumerate(placements[second]):
            placement[FIRST] = place == 0
    _without_small_children_remanded(records, people, statuses)
    put_back(records, "legal_statuses", statuses)
    put_back(records, "placements", placements)


def _cut(rows: list[Row], second: int, home: int, again: int) -> tuple[list[Row], list[Row]]:
    """What lies before the return home, and what lies after the new start; one row may give both."""
    before: list[Row] = []
    after: list[Row] = []
    for row in rows:
        if whole(row[START]) < home:
            before.append([*row[:END], min(whole(row[END]), home), *row[END + 1 :]])
        if whole(row[END]) > again:
            after.append([*row[:CARE], second, max(whole(row[START]), again), *row[END:]])
    return before, after


def _without_small_children_remanded(
    records: Records, people: list[Person], statuses: dict[int, list[Row]]
) -> None:
    for row in records.rows.get("care_periods", []):
        if age_on(people[whole(row[2])].born, whole(row[3])) < _YOUNGEST_REMANDED:
            for status in statuses[whole(row[0])]:
                status[STATUS] = "V2" if status[STATUS] == "J1" else status[STATUS]


def by_care(records: Records, table: str) -> dict[int, list[Row]]:
    """The rows of a table by period of care, each period's in order."""
    found: dict[int, list[Row]] = defaultdict(list)
    for row in records.rows.get(table, []):
        found[whole(row[CARE])].append(row)
    for rows in found.values():
        rows.sort(key=lambda row: whole(row[START]))
    return found


def put_back(records: Records, table: str, rows: dict[int, list[Row]]) -> None:
    """The rows of all periods as the table, numbered anew."""
    flat = [row for _, mine in sorted(rows.items()) for row in mine]
    records.rows[table] = [[place, *row[1:]] for place, row in enumerate(flat)]


def whole(value: Value) -> int:
    """A number out of a row, where there always is one."""
    assert isinstance(value, int)
    return value
