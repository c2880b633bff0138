"""Invented SSDA903 returns written from short lines, a run of them on the command line, and what it left.

A line is `CHILD WHERE cells…`; WHERE is the collection year and the module's letter (`2024E`), with a
suffix for a second file of the module (`2024Eb`). A cell `-` is blank, an ISO date is written
day/month/year, and `NAME=value` sets a column by name.
"""

from __future__ import annotations

import csv
import json
import os
import re
import subprocess
import sys
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

NO_NETWORK = str(Path(__file__).parents[1] / "helpers" / "no_network")
LETTERS = {
    "H": "Header", "E": "Episodes", "R": "Reviews", "U": "UASC", "O": "OC2", "L": "OC3", "A": "AD1",
    "D": "PlacedAdoption", "P": "PrevPerm", "M": "Missing", "W": "SWEpisodes",
}  # fmt: skip
COLUMNS = {
    "Header": "CHILD SEX DOB ETHNIC UPN MOTHER MC_DOB",
    "Episodes": "CHILD DECOM RNE LS PLACE PLACE_PROVIDER DEC REC REASON_PLACE_CHANGE PL_POST URN CIN"
    " HOME_POST",
    "Reviews": "CHILD REVIEW REVIEW_CODE DOB",
    "UASC": "CHILD DUC SEX DOB",
    "OC2": "CHILD SDQ_SCORE SDQ_REASON CONVICTED HEALTH_CHECK IMMUNISATIONS TEETH_CHECK HEALTH_ASSESSMENT"
    " SUBSTANCE_MISUSE INTERVENTION_RECEIVED INTERVENTION_OFFERED DOB",
    "OC3": "CHILD DOB IN_TOUCH ACTIV ACCOM",
    "AD1": "CHILD DATE_INT DATE_MATCH FOSTER_CARE NB_ADOPTR SEX_ADOPTR LS_ADOPTR DOB",
    "PlacedAdoption": "CHILD DATE_PLACED DATE_PLACED_CEASED REASON_PLACED_CEASED DOB",
    "PrevPerm": "CHILD PREV_PERM LA_PERM DATE_PERM DOB",
    "Missing": "CHILD MISSING MIS_START MIS_END DOB",
    "SWEpisodes": "CHILD SW_ID SW_DECOM SW_DEC SW_REASON DOB",
}  # fmt: skip
BORN = "2010-05-03"
USUAL = {
    "SEX": "2", "DOB": BORN, "ETHNIC": "WBRI", "UPN": "UN1", "MOTHER": "0", "RNE": "S", "LS": "C2",
    "CIN": "N1",
    "PLACE": "U6", "PLACE_PROVIDER": "PR1", "HOME_POST": "AB1 2CD", "PL_POST": "EF3 4GH", "URN": "SC123456",
    "REVIEW_CODE": "PN1", "IN_TOUCH": "YES", "ACTIV": "F1", "ACCOM": "D1", "PREV_PERM": "P1", "MISSING": "M",
    "FOSTER_CARE": "0", "NB_ADOPTR": "2", "SEX_ADOPTR": "MF", "LS_ADOPTR": "L11", "SW_ID": "SW1",
    "SW_REASON": "MANAGE",
}  # fmt: skip


def written(cell: str) -> str:
    if cell == "-":
        return ""
    day = re.fullmatch(r"(\d{4})-(\d\d)-(\d\d)", cell)
    return f"{day[3]}/{day[2]}/{day[1]}" if day else cell


def parsed(line: str) -> tuple[str, str, dict[str, str]]:
    """Child, year with module and suffix, and the cells by column."""
    child, where, *cells = line.split()
    names = COLUMNS[LETTERS[where[4]]].split()
    row = {name: USUAL.get(name, "") for name in names} | {"CHILD": child}
    for place, cell in enumerate(cells):
        name, found, value = cell.partition("=")
        row[name if found else names[place + 1]] = written(value if found else cell).replace("_", " ")
    return child, where, row


@dataclass
class Told:
    """One child of a story: rows, and what the run must say of them."""

    child: str
    about: str
    rows: list[str] = field(default_factory=list)
    events: list[str] = field(default_factory=list)
    spells: list[str] = field(default_factory=list)
    said: list[str] = field(default_factory=list)


def stories(name: str) -> list[Told]:
    """The children of `care_stories/NAME.txt`."""
    found: list[Told] = []
    path = Path(__file__).parent / "care_stories" / f"{name}.txt"
    for line in path.read_text(encoding="utf-8").splitlines():
        parts = line[2:].split("; ")
        if line.startswith("#"):
            continue
        if line.startswith("  "):
            found[-1].rows.append(f"{found[-1].child} {line.strip()}")
        elif line.startswith("> "):
            days = [part.split(" ", 1) for part in parts]
            found[-1].events += [f"{day} {event}" for day, events in days for event in events.split(", ")]
        elif line.startswith("~ "):
            found[-1].spells += parts
        elif line.startswith("! "):
            found[-1].said += parts
        else:
            child, about = line.split(": ", 1)
            found.append(Told(child, about))
    return found


@dataclass
class Returns:
    """Returns of some years in one folder; a Header row is added for each child that has none."""

    folder: Path
    files: dict[str, list[dict[str, str]]] = field(default_factory=lambda: defaultdict(list))
    places: dict[tuple[str, str], list[int]] = field(default_factory=lambda: defaultdict(list))

    def add(self, *lines: str) -> None:
        for line in lines:
            child, where, row = parsed(line)
            self.files[where].append(row)
            self.places[child, where].append(len(self.files[where]) + 1)

    def add_headers(self) -> None:
        """A Header row for each child of a year that has none."""
        known = {(child, where[:4]) for child, where in self.places if where[4] == "H"}
        wanted = dict.fromkeys((child, where[:4]) for child, where in self.places if where[4] in "EMDRUPAO")
        for child, year in wanted:
            if (child, year) not in known:
                self.add(f"{child} {year}H")

    def write(self, empty: Sequence[str] = ()) -> Path:
        """One CSV per module; `empty` modules have headings only."""
        for where in (*self.files, *empty):
            name = LETTERS[where[4]]
            path = self.folder / where[:4] / f"{name}{where[5:]}.csv"
            path.parent.mkdir(parents=True, exist_ok=True)
            with path.open("w", newline="", encoding="utf-8") as file:
                writer = csv.DictWriter(file, COLUMNS[name].split())
                writer.writeheader()
                writer.writerows(self.files.get(where, []))
        return self.folder

    def at(self, child: str, where: str, number: int = 1) -> tuple[str, int]:
        """File and row of a child's row in a module: the first, or the `number`th."""
        name = LETTERS[where[4]]
        return f"{where[:4]}/{name}{where[5:]}.csv", self.places[child, where][number - 1]


def command(*words: str | Path, code: int = 0) -> str:
    """`python -m childjourneys …`, with connections refused: what it printed."""
    done = subprocess.run(
        [sys.executable, "-m", "childjourneys", *map(str, words)],
        capture_output=True, text=True, encoding="utf-8", check=False,
        env={**os.environ, "COLUMNS": "200", "PYTHONPATH": NO_NETWORK},
    )  # fmt: skip
    assert done.returncode == code, done.stdout + done.stderr
    assert "Traceback" not in done.stdout + done.stderr
    return done.stdout + done.stderr


@dataclass
class Left:
    """What a run left in `in-team`."""

    out: Path
    read: dict[str, list[dict[str, str]]] = field(default_factory=dict)

    def table(self, name: str) -> list[dict[str, str]]:
        if name not in self.read:
            with (self.out / "in-team" / f"{name}.csv").open(encoding="utf-8", newline="") as file:
                self.read[name] = list(csv.DictReader(file))
        return self.read[name]

    def of(self, name: str, child: str) -> list[dict[str, str]]:
        return [row for row in self.table(name) if row["child_id"] == child]

    def events(self, child: str) -> list[str]:
        """`2023-05-01 lac_start`, in the order of the file."""
        return [f"{row['date']} {row['event']}" for row in self.of("events", child)]

    def attributes(self, child: str, event: str, day: str = "") -> list[dict[str, object]]:
        """Attributes of the child's events of this type, without the age."""
        rows = [row for row in self.of("events", child) if row["event"] == event and day in row["date"]]
        found = [json.loads(row["attributes"] or "{}") for row in rows]
        return [{name: value for name, value in one.items() if name != "child_age"} for one in found]

    def spells(self, child: str) -> list[str]:
        """`looked_after 2023-05-01 2023-09-01 false`, sorted."""
        rows = self.of("spells", child)
        return sorted(f"{row['kind']} {row['start']} {row['end'] or '-'} {row['open']}" for row in rows)

    def issues(self, file: str, row: int) -> list[tuple[str, str]]:
        """Severity and code of what is said at this place, sorted."""
        return sorted(
            (one["severity"], one["code"])
            for one in self.table("issues")
            if (one["file"], one["row"]) == (file, str(row))
        )

    def said(self, returns: Returns, child: str) -> list[str]:
        """`2024E1 warning care-gap` for all that is said at the child's rows, but for rules of the DfE."""
        issues = defaultdict(list)
        for one in self.table("issues"):
            issues[one["file"], one["row"]].append(f"{one['severity']} {one['code']}")
        places = [(where, number) for (of, where), rows in returns.places.items() if of == child
                  for number in range(1, len(rows) + 1)]  # fmt: skip
        found = []
        for where, number in places:
            file, row = returns.at(child, where, number)
            found += [f"{where}{number} {one}" for one in issues[file, str(row)]]
        return [one for one in found if not re.search(r" (\d+Q?|EPI)$", one)]

    def accounted(self) -> None:
        """Each row that went in was loaded, a duplicate, or set aside."""
        for row in self.table("attrition"):
            if row["step"] == "read":
                parts = ("rows_out", "duplicate", "set_aside")
                assert int(row["rows_in"]) == sum(int(row[name] or 0) for name in parts), row


def run(out: Path, *paths: Path | str, code: int = 0) -> Left:
    """The returns of authority 301, run."""
    command("run", *paths, "--out", out, "--la", "301", code=code)
    return Left(out)
