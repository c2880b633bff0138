"""Optional tables beside the returns, recognised by their columns: every row is used or accounted for."""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import polars as pl

from childjourneys.domain.codes import code_set
from childjourneys.issues import Issue, IssueLog
from childjourneys.sources.context_rows import (
    CONTEXT_TABLES,
    DEPRIVATION_AREAS,
    OLDEST_CHILD,
    PERSON_LINK,
    POPULATION,
    Cells,
    ContextTable,
    Unusable,
    Value,
)
from childjourneys.sources.contract import SheetAccount
from childjourneys.sources.delimited import read_delimited

_HEAD = 1 << 16
_WHOLE = (0, OLDEST_CHILD)
Row = tuple[Value, ...]


@dataclass(frozen=True)
class ContextInput:
    """One recognised file."""

    file: str
    path: Path
    sha256: str
    table: ContextTable

    @property
    def kind(self) -> str:
        return self.table.kind


def open_context(path: Path, name: str) -> ContextInput | None:
    """The optional table in a file of delimited text; None when it is something else."""
    with path.open("rb") as handle:
        head = handle.read(_HEAD)
    rows = read_delimited(head, partial=len(head) == _HEAD)
    columns = _columns(_heading(rows or [])[1])
    table = next((one for one in CONTEXT_TABLES if one.fits(set(columns))), None)
    if table is None:
        return None
    return ContextInput(name, path, hashlib.sha256(path.read_bytes()).hexdigest(), table)


@dataclass
class ContextReader:
    """Reads one file after the other; what an earlier file said is remembered.

    Attributes:
        authorities: those that a return of this run is of.
        log, accounts: where findings and the account of rows go.
    """

    authorities: Collection[str]
    log: IssueLog
    accounts: list[SheetAccount]
    _rows: dict[str, set[Row]] = field(default_factory=dict)
    _bands: dict[tuple[Value, Value, bool], list[tuple[int, int]]] = field(default_factory=dict)

    def read(self, given: ContextInput) -> pl.DataFrame:
        """The usable rows of a file, with `sheet` and `row`."""
        account = SheetAccount(given.file, given.kind)
        self.accounts.append(account)
        heading, records = _records(given, self.log)
        found: list[tuple[Value, ...]] = []
        elsewhere = 0
        for number, cells in records:
            account.rows_in += 1
            try:
                row = self._checked(given.table, cells)
            except Unusable as fault:
                _set_aside(account, fault.reason)
                self.log.add(_issue(given, number, heading.get(fault.column, fault.column), fault))
                continue
            if row[0] not in self.authorities:
                elsewhere += 1
                _set_aside(account, "authority of no return")
            elif row in self._rows.setdefault(given.kind, set()):
                account.duplicate += 1
                account.reasons["as an earlier row"] += 1
                self.log.add(_twice(given, number))
            elif given.table is POPULATION and self._overlaps(row):
                _set_aside(account, "age bands overlap")
                self.log.add(_overlap(given, number, heading["age_from"]))
            else:
                if given.table is POPULATION and _straddles(row):
                    self.log.add(_over_17(given, number, heading["age_to"]))
                self._rows[given.kind].add(row)
                account.loaded += 1
                found.append((*row, given.kind, number))
        if elsewhere:
            self.log.add(_elsewhere(given, elsewhere))
        if given.table is DEPRIVATION_AREAS and found:
            self.log.add(_no_areas(given))
        if given.table is PERSON_LINK and found:
            self.log.add(_not_used(given))
        places: dict[str, type[pl.DataType]] = {"sheet": pl.String, "row": pl.Int64}
        return pl.DataFrame(found, schema=given.table.schema | places, orient="row")

    def _checked(self, table: ContextTable, cells: Cells) -> Row:
        row = table.read(cells)
        if row[0] not in self.authorities and row[0] not in code_set("local_authority").labels():
            raise Unusable(
                "la_code", "This is no authority of England; the row was set aside.",
                "A three-digit authority code, such as 301.", code="context-authority",
                reason="unknown authority",
            )  # fmt: skip
        return row

    def _overlaps(self, row: Row) -> bool:
        """Whether an earlier row holds some of these ages of the same year; 0 to 17 stands beside bands."""
        la_code, year, *ages = row
        first, last = int(str(ages[0])), int(str(ages[1]))
        if last > OLDEST_CHILD:
            return False
        bands = self._bands.setdefault((la_code, year, (first, last) == _WHOLE), [])
        if any(first <= other_last and other_first <= last for other_first, other_last in bands):
            return True
        bands.append((first, last))
        return False


def read_context(
    given: Sequence[ContextInput], authorities: Collection[str], log: IssueLog, accounts: list[SheetAccount]
) -> list[tuple[ContextInput, pl.DataFrame]]:
    """Every file with its usable rows, in the order given.

    Args:
        authorities: those that a return of this run is of; rows of others are set aside.
    """
    reader = ContextReader(authorities, log, accounts)
    return [(one, reader.read(one)) for one in given]


def together(read: Sequence[tuple[ContextInput, pl.DataFrame]], kind: str) -> pl.DataFrame | None:
    """The rows of all files of one kind without their places; None where there is no such file."""
    frames = [frame.drop("sheet", "row") for one, frame in read if one.kind == kind]
    return pl.concat(frames) if frames else None


def _heading(rows: list[list[str]]) -> tuple[int, list[str]]:
    """The first row that is not blank, and its place; nothing where all are."""
    for place, cells in enumerate(rows):
        if any(cell.strip() for cell in cells):
            return place, cells
    return len(rows), []


def _columns(heading: list[str]) -> dict[str, int]:
    """The place of each column by its name in our spelling; of two of one name the first."""
    found: dict[str, int] = {}
    for place, cell in enumerate(heading):
        found.setdefault("_".join(cell.strip().lower().split()), place)
    return found


def _records(given: ContextInput, log: IssueLog) -> tuple[dict[str, str], Iterator[tuple[int, Cells]]]:
    """The headings as written, and the rows that are not blank with the numbers a spreadsheet shows."""
    try:
        rows = read_delimited(given.path.read_bytes())
    except OSError:
        rows = None
    if rows is None:
        log.add(_unreadable(given))
        rows = []
    start, heading = _heading(rows)
    places = {name: at for name, at in _columns(heading).items() if name in given.table.columns}
    written = {name: heading[at].strip() for name, at in places.items()}
    if len(places) < len(given.table.columns):
        return written, iter(())

    def cells() -> Iterator[tuple[int, Cells]]:
        for number, row in enumerate(rows[start + 1 :], start=start + 2):
            if any(cell.strip() for cell in row):
                yield number, {name: row[at] if at < len(row) else "" for name, at in places.items()}

    return written, cells()


def _set_aside(account: SheetAccount, reason: str) -> None:
    account.set_aside += 1
    account.reasons[reason] += 1


def _straddles(row: Row) -> bool:
    return int(str(row[2])) <= OLDEST_CHILD < int(str(row[3]))


def _issue(given: ContextInput, row: int, column: str, fault: Unusable) -> Issue:
    return Issue(
        fault.severity,
        fault.code,
        file=given.file,
        sheet=given.kind,
        row=row,
        column=column,
        what=fault.what,
        expected=fault.expected,
        to_do="Correct the table and run again." if fault.severity == "error" else "Nothing, or fill it in.",
    )


def _overlap(given: ContextInput, row: int, column: str) -> Issue:
    return Issue(
        "error",
        "context-overlap",
        file=given.file,
        sheet=given.kind,
        row=row,
        column=column,
        what="An earlier row of this authority and year holds some of these ages; this one was set aside.",
        expected="Each age once in a year.",
        to_do="Keep one set of age bands.",
    )


def _twice(given: ContextInput, row: int) -> Issue:
    return Issue(
        "note",
        "context-duplicate",
        file=given.file,
        sheet=given.kind,
        row=row,
        what="An earlier row says the same; this one counts as a duplicate.",
        expected="Each row once.",
        to_do="Nothing.",
    )


def _over_17(given: ContextInput, row: int, column: str) -> Issue:
    return Issue(
        "note",
        "context-band",
        file=given.file,
        sheet=given.kind,
        row=row,
        column=column,
        what="The ages of this row reach over 17, so rates can't use it.",
        expected="Single years or bands that end at 17 or below.",
        to_do="Nothing, if other rows hold the ages 0 to 17.",
    )


def _elsewhere(given: ContextInput, count: int) -> Issue:
    return Issue(
        "note",
        "context-other-authority",
        file=given.file,
        sheet=given.kind,
        what="These rows are of authorities of which no return is here; they were not used.",
        expected="Rows of the authorities of the returns.",
        to_do="Nothing, unless an authority's code is wrong, here or with --la.",
        count=count,
    )


def _no_areas(given: ContextInput) -> Issue:
    return Issue(
        "note",
        "area-not-carried",
        file=given.file,
        sheet=given.kind,
        what="No return carries the area where a child lives, so these deciles reach no child.",
        expected="A table by child: la_code, child_id, decile.",
        to_do="Look the areas up in the case system and give the decile of each child.",
    )


def _not_used(given: ContextInput) -> Issue:
    return Issue(
        "note",
        "person-links-kept",
        file=given.file,
        sheet=given.kind,
        what="The person links join children of SSDA903 with those of the authority's other returns; nothing "
        "else uses them yet.",
        expected="Nothing else.",
        to_do="Nothing.",
    )


def _unreadable(given: ContextInput) -> Issue:
    return Issue(
        "error",
        "csv-unreadable",
        file=given.file,
        what="This CSV file can't be read to its end; none of it was used.",
        expected="Text in columns, such as CSV UTF-8.",
        to_do="Open it in a spreadsheet and save it again as CSV UTF-8.",
    )
