"""Ugly SSDA903 returns: odd files that say the same, and faults at known rows and between two years."""

from __future__ import annotations

import csv
import io
import zipfile
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

from childjourneys.synthetic.messy_sheets import Cell, Grid
from childjourneys.synthetic.planted import Planted
from childjourneys.synthetic.ssda903_episodes import care_episodes
from childjourneys.synthetic.ssda903_modules import collection_years, folder_name, modules_of
from childjourneys.synthetic.truth import World

_SHORT_BREAKS = ("V3", "V4")
_ZIPPED = (1980, 1, 1, 0, 0, 0)
Sheets = dict[str, Grid]


def plant_ssda903(world: World, returns: Path) -> list[Planted]:
    """Write the messy returns; returns what was planted.

    The last two years keep the plain form of files and hold the faults; the years before them hold odd forms.
    """
    episodes = care_episodes(world)
    years = list(collection_years(world))
    sheets: dict[int, Sheets] = {}
    for year in years:
        modules = modules_of(world, year, episodes)
        sheets[year] = {
            name: Grid(
                name, 0, None, list(frame.columns), list(frame.columns), [list(row) for row in frame.rows()]
            )
            for name, frame in modules.items()
        }
    older, newer = years[-2:] if len(years) > 1 else (years[0], years[0])
    planter = _Planter(sheets[older], sheets[newer], older, newer)
    if older != newer:
        planter.between_years()
    planter.in_one_year()
    planted = planter.planted
    for place, year in enumerate(years):
        if year in (older, newer):
            _write(
                returns / folder_name(year),
                {f"{name}.csv": _csv(grid) for name, grid in sheets[year].items()},
            )
        else:
            planted += _FORMS[place % len(_FORMS)](returns, year, sheets[year])
    return planted


class _Planter:
    """Faults in two years, each of a child of its own."""

    def __init__(self, older: Sheets, newer: Sheets, older_year: int, newer_year: int) -> None:
        self.older, self.newer = older, newer
        self.folder, self.start = folder_name(older_year), date(older_year - 1, 4, 1)
        self.end, self.newer_end = date(older_year, 3, 31), date(newer_year, 3, 31)
        self.later = set() if older is newer else _children(newer["Episodes"])
        self.used: set[Cell] = set()
        self.planted: list[Planted] = []

    def say(
        self, module: str, row: int | None, column: str, fault: str, severity: str, also: str = "",
        about: str = "",
    ) -> None:  # fmt: skip
        number = None if row is None else self.older[module].at(row)
        file = f"{self.folder}/{module}.csv"
        self.planted.append(Planted(file, module, number, column, fault, severity, also, about))

    def between_years(self) -> None:
        """What shows only beside the next return."""
        self._gone()
        self._end_taken_back()
        self._wrong_birth_date()

    def _gone(self) -> None:
        """An open episode that the next return has not; its care ended before the time of any Annex A."""
        rows, later = self.older["Episodes"], self.newer["Episodes"]
        soon = self.end + timedelta(80)
        for child, mine in _by_child(rows).items():
            last = mine[-1]
            then = [row for row, one in enumerate(later.rows) if one[0] == child]
            if not self._runs_on(last) or not then or len(mine) > 2:
                continue
            end = later.get(then[-1], "DEC")
            if isinstance(end, date) and end < soon and later.get(then[-1], "REC") != "X1":
                for grid in self.newer.values():
                    grid.rows = [one for one in grid.rows if one[0] != child]
                self.later.discard(child)
                self.used.add(child)
                self.say(
                    "Episodes", last, "DEC", "gone-without-end", "warning", about="not in the next return"
                )
                return

    def _end_taken_back(self) -> None:
        """An end that the next return, where the same episode is open, takes back."""
        rows, later = self.older["Episodes"], self.newer["Episodes"]
        place = later.names.index("DEC")
        for child, mine in _by_child(rows).items():
            last = mine[-1]
            begun = rows.get(last, "DECOM")
            if child in self.used or not self._runs_on(last) or not isinstance(begun, date):
                continue
            same = [one for one in later.rows if one[:2] == [child, begun]]
            if same and same[0][place] is None and begun < self.end - timedelta(60):
                rows.put(last, "DEC", self.end - timedelta(11))
                rows.put(last, "REC", "E4A")
                self.used.add(child)
                self.say("Episodes", last, "DEC", "end-reopened", "warning", about="an end taken back")
                return

    def _runs_on(self, row: int) -> bool:
        rows = self.older["Episodes"]
        return rows.get(row, "DEC") is None and rows.get(row, "LS") not in _SHORT_BREAKS

    def _wrong_birth_date(self) -> None:
        header, later = self.older["Header"], _children(self.newer["Header"])
        for row, one in enumerate(header.rows):
            if one[0] in later and one[0] not in self.used:
                born = header.get(row, "DOB")
                if isinstance(born, date):
                    header.put(row, "DOB", born - timedelta(31))
                    self.used.add(one[0])
                    self.say("Header", row, "DOB", "child-differs", "warning", about="a wrong birth date")
                    return

    def in_one_year(self) -> None:
        """Faults in rows that no other return has, of children whose care ended in the older year."""
        rows = self.older["Episodes"]
        ended = self._ended()
        short = iter([mine for mine in ended if len(mine) == 1 and rows.get(mine[0], "RNE") == "S"])
        long = iter([mine[-2:] for mine in ended if len(mine) > 1 and rows.get(mine[-1], "RNE") != "S"])
        if mine := self._next(long):
            rows.put(mine[1], "RNE", "S")
            self.say("Episodes", mine[1], "RNE", "care-chain-disagrees", "warning", about="X1, then S")
        if mine := self._next(long):
            for column in ("DEC", "REC"):
                rows.put(mine[0], column, None)
            self.say("Episodes", mine[0], "DEC", "episode-end-blank", "warning", about="another follows")
        if mine := self._next(short):
            rows.put(mine[0], "DEC", None)
            self.say("Episodes", mine[0], "REC", "reason-without-end", "warning", "gone-without-end")
        if mine := self._next(short):
            born = self._born(rows.get(mine[0], "CHILD"))
            rows.put(mine[0], "DECOM", born - timedelta(300))
            self.say("Episodes", mine[0], "DECOM", "placement-before-birth", "warning")
        for column, code in (("LS", "C9"), ("PLACE", "Q7"), ("REASON_PLACE_CHANGE", "MOVED")):
            if mine := self._next(long if column == "REASON_PLACE_CHANGE" else short):
                rows.put(mine[0], column, code)
                self.say("Episodes", mine[0], column, "not-matched", "warning")
        self._sex_of_another_year()
        self._partial_dates()
        self._rows_twice()
        self._leading_zero()
        self.older["Missing"].insert(5, "Return interview", "offered")
        self.say("Missing", None, "Return interview", "heading-not-taken", "note", about="an extra column")

    def _ended(self) -> list[list[int]]:
        """The rows of each child whose care ended in the year, the last of them begun in it."""
        rows = self.older["Episodes"]
        found = []
        for child, mine in _by_child(rows).items():
            begun, last = rows.get(mine[-1], "DECOM"), mine[-1]
            ended = rows.get(last, "DEC") is not None and rows.get(last, "REC") not in ("X1", "E11", "E12")
            fresh = isinstance(begun, date) and begun >= self.start
            known = child in self.later or child in self.used
            if ended and fresh and not known and rows.get(last, "LS") not in _SHORT_BREAKS:
                found.append(mine)
        return found

    def _next(self, candidates: Iterator[list[int]]) -> list[int] | None:
        mine = next(candidates, None)
        if mine is not None:
            self.used.add(self.older["Episodes"].get(mine[0], "CHILD"))
        return mine

    def _born(self, child: Cell) -> date:
        header = self.older["Header"]
        row = next(row for row, one in enumerate(header.rows) if one[0] == child)
        born = header.get(row, "DOB")
        assert isinstance(born, date)
        return born

    def _sex_of_another_year(self) -> None:
        header = self.older["Header"]
        other = {"1": "M", "2": "F", "M": "1", "F": "2"}
        for row, one in enumerate(header.rows):
            sex = header.get(row, "SEX")
            if one[0] not in self.used and isinstance(sex, str) and sex in other:
                header.put(row, "SEX", other[sex])
                self.used.add(one[0])
                self.say("Header", row, "SEX", "code-of-another-year", "warning")
                return

    def _partial_dates(self) -> None:
        """Dates of which the day, or the day and month, are not known, as the return allows."""
        sheet = self.older["PrevPerm"]
        dated = [row for row in range(len(sheet.rows)) if sheet.get(row, "DATE_PERM")]
        for place, row in enumerate(dated):
            day = str(sheet.get(row, "DATE_PERM"))
            sheet.put(row, "DATE_PERM", (f"zz{day[2:]}", f"zz/zz{day[5:]}", "zz/zz/zzzz")[place % 3])
        if dated:
            self.say("PrevPerm", dated[0], "DATE_PERM", "partial-dates", "none")

    def _rows_twice(self) -> None:
        sheet = self.older["Reviews"]
        if len(sheet.rows) > 4:
            sheet.rows += [list(sheet.rows[1]), list(sheet.rows[3])]
            self.say("Reviews", None, "", "duplicate-rows", "note", about="two rows again at the end")

    def _leading_zero(self) -> None:
        sheet = self.older["UASC"]
        if sheet.rows:
            sheet.put(0, "CHILD", f"0{sheet.get(0, 'CHILD')}")
            about = f"{self.folder}/UASC.csv, row {sheet.at(0)} keeps a zero that the others dropped"
            self.planted.append(Planted("", "", None, "", "leading-zeros-linked", "warning", about=about))


def _by_child(grid: Grid) -> dict[Cell, list[int]]:
    """The rows of each child, in order."""
    found: dict[Cell, list[int]] = {}
    for row, one in enumerate(grid.rows):
        found.setdefault(one[0], []).append(row)
    return found


def _children(grid: Grid) -> set[Cell]:
    return {one[0] for one in grid.rows}


def _cp1252(returns: Path, year: int, sheets: Sheets) -> list[Planted]:
    """Header in the encoding of older spreadsheets, with a column that shows it."""
    folder = folder_name(year)
    sheets["Header"].insert(7, "Team", "S\u00fcd \u2013 \u201cLong term\u201d")
    data = {f"{name}.csv": _csv(grid) for name, grid in sheets.items()}
    data["Header.csv"] = _csv(sheets["Header"], "cp1252")
    _write(returns / folder, data)
    return [
        Planted(f"{folder}/Header.csv", "Header", None, "", "csv-cp1252", "none"),
        Planted(f"{folder}/Header.csv", "Header", 1, "Team", "heading-not-taken", "note"),
    ]


def _zipped(returns: Path, year: int, sheets: Sheets) -> list[Planted]:
    """The whole return in one zip, with a byte-order mark in each file."""
    name = f"{folder_name(year)}.zip"
    with zipfile.ZipFile(returns / name, "w") as archive:
        for module, grid in sheets.items():
            part = zipfile.ZipInfo(f"{folder_name(year)}/{module}.csv", _ZIPPED)
            archive.writestr(part, _csv(grid, "utf-8-sig"))
    return [Planted(name, "", None, "", "return-in-a-zip", "none")]


def _renamed(returns: Path, year: int, sheets: Sheets) -> list[Planted]:
    """Files that the headings alone tell, in a folder named after the financial year; Episodes in two."""
    folder = f"looked after {year - 1}-{year % 100:02d}"
    data = {f"cla extract {place}.csv": _csv(sheets[name], iso=name == "Missing")
            for place, name in enumerate(sorted(sheets), start=1) if name != "Episodes"}  # fmt: skip
    episodes = sheets["Episodes"]
    half = len(episodes.rows) // 2
    first, second = (
        Grid("Episodes", 0, None, list(episodes.names), list(episodes.headings), rows)
        for rows in (episodes.rows[:half], episodes.rows[half:])
    )
    planted = [
        Planted(folder, "", None, "", name, "none") for name in ("files-renamed", "module-in-two-files")
    ]
    row = _alone(first)
    if row is not None:
        twice = list(first.rows[row])
        first.put(row, "PL_POST", "ZZ99 9ZZ")
        second.rows.append(twice)
        planted.append(Planted(f"{folder}/eps part 1.csv", "Episodes", first.at(row), "PL_POST",
                               "two-files-differ", "warning"))  # fmt: skip
    data |= {"eps part 1.csv": _csv(first), "eps part 2.csv": _csv(second)}
    _write(returns / folder, data)
    return planted


def _alone(grid: Grid) -> int | None:
    """A row that is its child's only one, of care that began and ended within it."""
    for mine in _by_child(grid).values():
        row = mine[0]
        ended = grid.get(row, "DEC") is not None and grid.get(row, "REC") != "X1"
        if len(mine) == 1 and ended and grid.get(row, "RNE") == "S" and grid.get(row, "PL_POST"):
            return row
    return None


_FORMS = (_cp1252, _zipped, _renamed)


def _csv(grid: Grid, encoding: str = "utf-8", iso: bool = False) -> bytes:
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(grid.headings)
    for row in grid.rows:
        writer.writerow([_shown(cell, iso) for cell in row])
    return text.getvalue().encode(encoding)


def _shown(cell: Cell, iso: bool) -> Cell:
    if isinstance(cell, date):
        return cell.isoformat() if iso else f"{cell:%d/%m/%Y}"
    return cell


def _write(folder: Path, files: dict[str, bytes]) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    for name, data in files.items():
        (folder / name).write_bytes(data)
