"""Two ugly Annex A extracts: one in odd forms that all mean the same, one with faults at known places."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path
from shutil import copyfile

import polars as pl

from childjourneys.domain.codes import authority_name, code_set
from childjourneys.synthetic.annex_a_lists import annex_a_lists
from childjourneys.synthetic.chance import Chance
from childjourneys.synthetic.messy_sheets import Cell, Grid, grids, write_grids
from childjourneys.synthetic.planted import Planted
from childjourneys.synthetic.truth import World

_SHEETS = {
    1: "List 1 Contacts", 2: "list2", 3: "3", 4: "List 4 (v2)", 5: "List 5 Section 47 enquiries and",
    6: "LIST_6", 7: "List7", 8: "List 8", 9: "Care leavers list 9", 10: "List 10 Adoption", 11: "list_11",
}  # fmt: skip
_MONTHS = (
    "January", "February", "March", "April", "May", "June",
    "July", "August", "September", "October", "November", "December",
)  # fmt: skip


def plant_annex_a(world: World, returns: Path) -> list[Planted]:
    """Write the messy workbooks, one list as a CSV and one file twice; returns what was planted."""
    chance = Chance(world.plan.seed, "messy annex a")
    first, second = world.plan.extract_dates
    planted = _odd_forms(world, returns, first, chance)
    return planted + _faults(world, returns, second, chance)


def _odd_forms(world: World, returns: Path, as_at: date, chance: Chance) -> list[Planted]:
    """No title rows, odd names, headings, orders, dates and wordings, in a workbook that counts from 1904."""
    file = f"annex_a_{as_at}.xlsx"
    planted = [Planted(file, "", None, "", "workbook-1904", "none", about="serials count from 1904")]
    sheets = grids(annex_a_lists(world, as_at))
    near = _near_referral(world, sheets[3], as_at)
    for number, grid in sheets.items():
        grid.sheet, grid.title = _SHEETS[number], None
        for name in grid.dates():
            grid.change(name, _DATE_FORMS[number])
        _odd_words(grid)
        planted.append(
            Planted(file, grid.sheet, None, "", f"dates-form-{number}", "none", about="dates in another form")
        )
    planted += _odd_identifiers(file, sheets)
    planted += _odd_headings(file, sheets, chance)
    planted += _odd_blanks(file, sheets[4])
    if near is not None:
        place, heading = sheets[3].at(near), sheets[3].heading("referral_date")
        planted.append(
            Planted(file, sheets[3].sheet, place, heading, "near-date", "warning", "", "two days late")
        )
    pivot = Grid("Sheet1", 0, None, ["", ""], ["Row Labels", "Count"], [["Police", 12], ["Schools", 9]])
    planted.append(Planted(file, "Sheet1", None, "", "sheet-not-a-list", "note", about="a pivot table"))
    front: list[list[Cell]] = [
        [authority_name(world.plan.la)],
        ["Snapshot as at", f"{_ordinal(as_at.day)} {_MONTHS[as_at.month - 1]} {as_at.year}"],
    ]
    write_grids(returns / file, front, [pivot, *sheets.values()], date_1904=True)
    (returns / "copies").mkdir(exist_ok=True)
    copyfile(returns / file, returns / "copies" / file)
    planted.append(Planted(f"copies/{file}", "", None, "", "same-file-twice", "note", about="a copy"))
    return planted


def _near_referral(world: World, grid: Grid, as_at: date) -> int | None:
    """Move a referral without further action two days on; it is in no other list and in the census."""
    used = [grid.get(row, "child_id") for row in range(len(grid.rows))]
    for row in range(len(grid.rows)):
        day, child = grid.get(row, "referral_date"), grid.get(row, "child_id")
        alone = used.count(child) == 1 and grid.get(row, "referral_nfa") == "a) Yes"
        if alone and isinstance(day, date) and as_at - timedelta(120) < day < as_at - timedelta(20):
            referrals = world.episodes.filter(pl.col("child_id") == child)["referral_date"].to_list()
            if all(other == day or abs((other - day).days) > 10 for other in referrals):
                grid.put(row, "referral_date", day + timedelta(2))
                return row
    return None


def _serial_text(day: date) -> str:
    return str((day - date(1904, 1, 1)).days)


_DATE_FORMS: dict[int, Callable[[date], Cell]] = {
    1: lambda day: f"{day:%d/%m/%Y}",
    2: lambda day: f"{day:%Y-%m-%d}T00:00:00",
    3: lambda day: day,
    4: lambda day: f"{day.day} {_MONTHS[day.month - 1]} {day.year}",
    5: lambda day: f"{_ordinal(day.day)} {_MONTHS[day.month - 1][:3]} {day.year}",
    6: lambda day: f"{day:%d-%m-%Y}",
    7: lambda day: f"{day:%d.%m.%Y}",
    8: _serial_text,
    9: lambda day: f"{day:%d/%m/%Y} 10:15",
    10: lambda day: (day - date(1904, 1, 1)).days + 0.4375,
    11: lambda day: f"{day.day} {_MONTHS[day.month - 1][:3]} {day.year}",
}


def _ordinal(day: int) -> str:
    ending = "th" if 10 < day < 14 else {1: "st", 2: "nd", 3: "rd"}.get(day % 10, "th")
    return f"{day}{ending}"


def _odd_words(grid: Grid) -> None:
    """Plain labels, bare codes, other cases, Y and N."""
    ethnicity = code_set("ethnicity").labels()
    source = code_set("referral_source").labels()
    plain = {"a) Male": "Male", "b) Female": "female", "c) Not stated/recorded": "Not stated/recorded"}
    answers = {"a) Yes": "Y", "b) No": "N"}
    if grid.number in (1, 6):
        grid.change("gender", lambda text: plain.get(text, text))
        grid.change("ethnicity", lambda text: ethnicity[text[-4:]])
    if grid.number in (3, 7):
        grid.change("ethnicity", lambda text: text[-4:].lower())
    if grid.number == 1:
        grid.change("contact_source", lambda text: source[_source_code(text)])
    if grid.number == 3:
        grid.change("referral_source", _source_code)
        grid.change("referral_nfa", lambda text: answers[text])
    if grid.number == 8:
        grid.change("uasc_12_months", lambda text: answers[text])
    if grid.number == 6:
        grid.change("primary_need", lambda text: text[:2])


def _source_code(text: str) -> str:
    return text.partition(") ")[2].partition(":")[0] or text


def _odd_identifiers(file: str, sheets: dict[int, Grid]) -> list[Planted]:
    """As numbers, with a trailing .0, with a leading zero."""
    sheets[1].change("child_id", float)
    sheets[3].change("child_id", lambda text: f"{text}.0")
    sheets[6].change("child_id", lambda text: f" {text} ")
    planted = [
        Planted(file, sheets[1].sheet, None, sheets[1].heading("child_id"), "identifier-number", "none"),
        Planted(
            file, sheets[3].sheet, None, sheets[3].heading("child_id"), "identifier-trailing-zero", "none"
        ),
    ]
    if sheets[4].rows:
        sheets[4].put(0, "child_id", f"0{sheets[4].get(0, 'child_id')}")
        planted.append(
            Planted("", "", None, "", "leading-zeros-linked", "warning",
                    about=f"{file}, {sheets[4].sheet}, row {sheets[4].at(0)} has a leading zero")
        )  # fmt: skip
    return planted


def _odd_headings(file: str, sheets: dict[int, Grid], chance: Chance) -> list[Planted]:
    """Line breaks, curly quotes, trailing blanks, stray brackets, variants, a misspelling, other orders."""
    planted = []
    for grid in sheets.values():
        grid.headings = [_odd_heading(text, place) for place, text in enumerate(grid.headings)]
        order = sorted(range(len(grid.names)), key=lambda place: chance.u() if grid.number != 11 else place)
        grid.order(order)
    five, six, eight = sheets[5], sheets[6], sheets[8]
    five.headings[five.names.index("s47_start_date")] = "Section 47 Enquiry Start Date"
    eight.headings[eight.names.index("care_start_date")] = "Date Startd to be Looked After"
    planted.append(
        Planted(file, eight.sheet, None, eight.heading("care_start_date"), "heading-misspelt", "note")
    )
    six.drop("primary_need")
    planted.append(Planted(file, six.sheet, None, "Primary Need Code", "column-missing", "warning"))
    six.insert(2, "Local reference no", "x")
    planted.append(Planted(file, six.sheet, None, "Local reference no", "heading-not-taken", "note"))
    return planted


def _odd_heading(text: str, place: int) -> str:
    text = text.replace("'", "\u2019")
    forms = (text, f"{text}  ", text.replace(" ", "\n", 1), f"{text})", text.upper())
    return forms[place % len(forms)]


def _odd_blanks(file: str, grid: Grid) -> list[Planted]:
    blanks = ("-", "#N/A", "nan", "N/A", "\u2013")
    for row in range(len(grid.rows)):
        if row % 3 == 0:
            grid.put(row, "allocated_team", blanks[row // 3 % len(blanks)])
    return [Planted(file, grid.sheet, None, "Allocated Team", "blank-forms", "none")]


class _Planter:
    """Faults in the sheets of one workbook, each with its place."""

    def __init__(self, file: str, as_at: date, census_end: date, chance: Chance) -> None:
        self.file, self.as_at, self.census_end, self.chance = file, as_at, census_end, chance
        self.planted: list[Planted] = []

    def say(
        self, grid: Grid, row: int | None, column: str, fault: str, severity: str, about: str = ""
    ) -> None:
        heading = grid.heading(column) if column else ""
        place = None if row is None else grid.at(row)
        self.planted.append(Planted(self.file, grid.sheet, place, heading, fault, severity, "", about))

    def put(self, grid: Grid, row: int, column: str, value: Cell, fault: str, severity: str) -> None:
        grid.put(row, column, value)
        self.say(grid, row, column, fault, severity)

    def contacts(self, grid: Grid) -> None:
        """Placeholders, words that fit no code, a wrong letter, a row twice, a note below."""
        rows = _some(grid, 12, self.chance)
        if len(rows) < 12:
            return
        for value, row in zip((None, "UNKNOWN", "000"), rows[:3], strict=True):
            self.put(grid, row, "child_id", value, "placeholder-identifier", "error")
        for row in rows[3:5]:
            grid.put(row, "contact_source", "Walk in")
        self.say(grid, rows[3], "contact_source", "not-matched", "warning", "two values")
        self.put(grid, rows[5], "contact_source", "a) 6: Police", "letter-mismatch", "warning")
        grid.put(rows[6], "contact_source", "Police")
        grid.rows.append(list(grid.rows[rows[7]]))
        self.say(grid, None, "", "duplicate-rows", "note", f"row {grid.at(len(grid.rows) - 1)}")
        grid.notes = ["Source: front door log. Checked by the data team."]
        self.say(grid, len(grid.rows), "", "row-is-a-note", "note")

    def referrals(self, grid: Grid) -> None:
        """The date a row is about: blank, unreadable, after the extract."""
        late = self.as_at + timedelta(9)
        values: tuple[Cell, ...] = (None, "07/25/2024", late)
        faults = ("key-date-blank", "key-date-unreadable", "key-date-future")
        for value, fault, row in zip(values, faults, _some(grid, 3, self.chance), strict=False):
            self.put(grid, row, "referral_date", value, fault, "error")

    def assessments(self, grid: Grid) -> None:
        """An end that can't be read, lies before the start or after the extract; one record in two forms."""
        end = "assessment_end_date"
        done = _where(grid, lambda row: _after(grid.get(row, end), self.census_end))
        still = _where(grid, lambda row: grid.get(row, end) is None)
        if len(done) >= 3:
            self.put(grid, done[0], end, "to be agreed", "date-unreadable", "warning")
            early = _days_from(grid.get(done[1], "assessment_start_date"), -20)
            self.put(grid, done[1], end, early, "end-before-start", "warning")
            grid.rows.append(list(grid.rows[done[2]]))
            grid.put(len(grid.rows) - 1, end, _days_from(grid.get(done[2], end), -1))
            self.say(grid, len(grid.rows) - 1, "", "same-key", "warning")
        if still:
            self.put(grid, still[0], end, self.as_at + timedelta(12), "date-after-extract", "warning")

    def enquiries(self, grid: Grid) -> None:
        """A conference that is planned."""
        for row in range(len(grid.rows)):
            if grid.get(row, "icpc_date") is None and grid.get(row, "icpc_not_required") == "b) No":
                self.put(grid, row, "icpc_date", self.as_at + timedelta(8), "date-after-extract", "warning")
                return

    def needs(self, grid: Grid) -> None:
        """A case closed before it began."""
        closed = _where(grid, lambda row: _after(grid.get(row, "cin_closure_date"), self.census_end))
        if closed:
            early = _days_from(grid.get(closed[0], "cin_start_date"), -30)
            self.put(grid, closed[0], "cin_closure_date", early, "end-before-start", "warning")


def _faults(world: World, returns: Path, as_at: date, chance: Chance) -> list[Planted]:
    """Faults at known cells, in the official layout; list 2 stands in a CSV of its own."""
    file = f"annex_a_{as_at}.xlsx"
    sheets = grids(annex_a_lists(world, as_at))
    planter = _Planter(file, as_at, world.plan.last_census_day, chance)
    planter.contacts(sheets[1])
    planter.referrals(sheets[3])
    planter.assessments(sheets[4])
    planter.enquiries(sheets[5])
    planter.needs(sheets[6])
    _own_file(returns, as_at, sheets.pop(2), planter.planted)
    front: list[list[Cell]] = [["Local authority", authority_name(world.plan.la)], ["Extract date", as_at]]
    write_grids(returns / file, front, list(sheets.values()))
    return planter.planted


def _own_file(returns: Path, as_at: date, grid: Grid, planted: list[Planted]) -> None:
    """A list as a CSV of its own, as `returns/annex_a_list_2_<date>.csv`."""
    file = f"annex_a_list_2_{as_at}.csv"
    frame = pl.DataFrame(grid.rows, schema=grid.headings, orient="row", infer_schema_length=None)
    frame.write_csv(returns / file, date_format="%d/%m/%Y")
    planted.append(
        Planted(
            file, "", None, "", "authority-taken-from-others", "note", about="a list without a front sheet"
        )
    )


def _some(grid: Grid, count: int, chance: Chance) -> list[int]:
    """Different rows, spread over the sheet."""
    step = max(1, len(grid.rows) // (count + 1))
    return [place * step + chance.whole(0, step - 1) for place in range(min(count, len(grid.rows)))]


def _where(grid: Grid, test: Callable[[int], bool]) -> list[int]:
    """Rows that pass, of children with one row in the sheet."""
    children = [grid.get(row, "child_id") for row in range(len(grid.rows))]
    return [row for row, child in enumerate(children) if test(row) and children.count(child) == 1]


def _after(value: Cell, day: date) -> bool:
    return isinstance(value, date) and value > day


def _days_from(value: Cell, days: int) -> Cell:
    return value + timedelta(days) if isinstance(value, date) else None
