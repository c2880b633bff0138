"""Optional tables beside the returns, recognised by their columns: every row is used or accounted for."""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import polars as pl

from childjourneys.domain.codes import code_set
from childjourneys.issues import Issue, IssueLog
from childjourneys.sources.context_messages import issue
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
                account.leave_out(fault.reason)
                self.log.add(_of_row(given, number, heading.get(fault.column, fault.column), fault))
                continue
            if row[0] not in self.authorities:
                elsewhere += 1
                account.leave_out("authority of no return")
            elif row in self._rows.setdefault(given.kind, set()):
                account.duplicate += 1
                account.reasons["as an earlier row"] += 1
                self.log.add(issue("context-duplicate", given.file, given.kind, number))
            elif given.table is POPULATION and self._overlaps(row):
                account.leave_out("age bands overlap")
                self.log.add(issue("context-overlap", given.file, given.kind, number, heading["age_from"]))
            else:
                if given.table is POPULATION and _straddles(row):
                    self.log.add(issue("context-band", given.file, given.kind, number, heading["age_to"]))
                self._rows[given.kind].add(row)
                account.loaded += 1
                found.append((*row, given.kind, number))
        if elsewhere:
            self.log.add(issue("context-other-authority", given.file, given.kind, count=elsewhere))
        if given.table is DEPRIVATION_AREAS and found:
            self.log.add(issue("area-not-carried", given.file, given.kind))
        if given.table is PERSON_LINK and found:
            self.log.add(issue("person-links-kept", given.file, given.kind))
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
        log.add(issue("csv-unreadable", given.file))
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


def _straddles(row: Row) -> bool:
    return int(str(row[2])) <= OLDEST_CHILD < int(str(row[3]))


def _of_row(given: ContextInput, row: int, column: str, fault: Unusable) -> Issue:
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
