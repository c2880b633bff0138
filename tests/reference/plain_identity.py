"""Which child a reported row is about: spellings that differ in leading zeros, read from the design."""

from __future__ import annotations

from typing import Any

Row = dict[str, Any]
Place = tuple[str, str, int]


def place(row: Row) -> Place:
    return (row["file"], row["sheet"], row["row"])


def census(row: Row) -> bool:
    return bool(row["source"] == "cin_census")


def status_order(row: Row) -> tuple[Any, ...]:
    """Who wins for how things stand on the day: the later return; of one day, the census."""
    return (-row["as_at"].toordinal(), not census(row), *place(row))


def name_children(rows: list[Row], findings: set[tuple[str, Place]]) -> None:
    """Give every row its `child`. One authority's spellings that differ in zeros only are one child.

    It is shown with the most zeros. Where both spellings have birth dates and these differ, they are two.
    """
    spellings: dict[tuple[str, str], list[str]] = {}
    for row in rows:
        known = spellings.setdefault((row["la"], row["child_id"].lstrip("0")), [])
        if row["child_id"] not in known:
            known.append(row["child_id"])
    shown: dict[tuple[str, str], str] = {}
    for (la, _), found in spellings.items():
        people: list[dict[str, Any]] = []
        for spelling in sorted(found, key=len, reverse=True):
            mine = [row for row in rows if row["la"] == la and row["child_id"] == spelling]
            born = _born(mine)
            same = [p for p in people if born is None or p["born"] is None or p["born"] == born]
            if people:
                code = "leading-zeros-linked" if same else "leading-zeros-two-children"
                findings.add((code, min(place(row) for row in mine)))
            if not same:
                people.append({"name": spelling, "born": born})
                same = people[-1:]
            elif born is not None:
                same[0]["born"] = born
            shown[la, spelling] = same[0]["name"]
    for row in rows:
        row["child"] = shown[row["la"], row["child_id"]]


def _born(rows: list[Row]) -> Any:
    """The birth date that the latest return gives this spelling."""
    stated = [row for row in rows if row["table"] == "child" and row["birth_date"]]
    return min(stated, key=status_order)["birth_date"] if stated else None
