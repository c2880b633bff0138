"""Invented SSDA903 files for tests, and reading them with one call."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

import polars as pl

from childjourneys.issues import Issue, IssueLog
from childjourneys.sources.contract import Matching, ReadContext, SheetAccount
from childjourneys.sources.mappings import Mappings
from childjourneys.sources.ssda903.layout import modules
from childjourneys.sources.ssda903.opened import Opened
from childjourneys.sources.ssda903.reader import open_ssda903
from childjourneys.tables import REPORTED

AS_AT = date(2024, 3, 31)
GOOD: dict[str, dict[str, str]] = {
    "Header": {"CHILD": "101", "SEX": "2", "DOB": "03/05/2010", "ETHNIC": "WBRI", "UPN": "A301000000018",
               "MOTHER": "0", "MC_DOB": ""},
    "Episodes": {"CHILD": "101", "DECOM": "01/05/2023", "RNE": "S", "LS": "C2", "CIN": "N1", "PLACE": "U6",
                 "PLACE_PROVIDER": "PR1", "DEC": "01/09/2023", "REC": "X1", "REASON_PLACE_CHANGE": "CARPL",
                 "HOME_POST": "AB1 2CD", "PL_POST": "EF3 4GH", "URN": "SC123456"},
    "Reviews": {"CHILD": "101", "DOB": "03/05/2010", "REVIEW": "01/06/2023", "REVIEW_CODE": "PN1"},
    "UASC": {"CHILD": "101", "SEX": "2", "DOB": "03/05/2010", "DUC": ""},
    "OC2": {"CHILD": "101", "DOB": "03/05/2010", "SDQ_SCORE": "12", "SDQ_REASON": "", "CONVICTED": "0",
            "HEALTH_CHECK": "", "IMMUNISATIONS": "1", "TEETH_CHECK": "1", "HEALTH_ASSESSMENT": "1",
            "SUBSTANCE_MISUSE": "0", "INTERVENTION_RECEIVED": "", "INTERVENTION_OFFERED": ""},
    "OC3": {"CHILD": "101", "DOB": "03/05/2005", "IN_TOUCH": "YES", "ACTIV": "F1", "ACCOM": "D1"},
    "AD1": {"CHILD": "101", "DOB": "03/05/2020", "DATE_INT": "01/06/2023", "DATE_MATCH": "01/08/2023",
            "FOSTER_CARE": "0", "NB_ADOPTR": "2", "SEX_ADOPTR": "MF", "LS_ADOPTR": "L11"},
    "PlacedAdoption": {"CHILD": "101", "DOB": "03/05/2020", "DATE_PLACED": "01/06/2023",
                       "DATE_PLACED_CEASED": "", "REASON_PLACED_CEASED": ""},
    "PrevPerm": {"CHILD": "101", "DOB": "03/05/2010", "PREV_PERM": "P1", "LA_PERM": "302",
                 "DATE_PERM": "zz/05/2019"},
    "Missing": {"CHILD": "101", "DOB": "03/05/2010", "MISSING": "M", "MIS_START": "01/07/2023",
                "MIS_END": "03/07/2023"},
    "SWEpisodes": {"CHILD": "101", "DOB": "03/05/2010", "SW_ID": "SW123", "SW_DECOM": "01/05/2023",
                   "SW_DEC": "", "SW_REASON": "MANAGE"},
    "DoLo": {"CHILD": "101", "DOB": "03/05/2010", "DOLO_START": "01/07/2023", "DOLO_END": ""},
}  # fmt: skip


def rows_of(module: str, *changes: Mapping[str, str]) -> list[dict[str, str]]:
    """Good rows of a module with some cells changed; one unchanged row without any."""
    return [GOOD[module] | dict(change) for change in (changes or ({},))]


def csv_text(rows: Sequence[Mapping[str, str]], separator: str = ",") -> str:
    """Headings of the first row, then all rows. Cells hold no separators."""
    lines = [separator.join(rows[0])] + [separator.join(row.values()) for row in rows]
    return "\n".join(lines) + "\n"


@dataclass
class Read:
    """What reading gave: tables, issues, accounts and matches of all files opened."""

    opened: Opened
    tables: dict[str, pl.DataFrame]
    log: IssueLog
    accounts: list[SheetAccount]
    matching: Matching = field(default_factory=Matching)

    def table(self, name: str) -> pl.DataFrame:
        return self.tables.get(name, REPORTED[name].empty())

    def issues(self, *severities: str) -> list[Issue]:
        return [one for one in self.log.issues() if one.severity in (severities or (one.severity,))]

    def codes(self) -> list[tuple[str, str, int | None, str]]:
        """Severity, code, row and column of each issue."""
        return [(one.severity, one.code, one.row, one.column) for one in self.log.issues()]


def read_path(path: Path, mappings: Mappings | None = None, as_at: date = AS_AT) -> Read:
    """Open one file and read all that is in it."""
    opened = open_ssda903(path, path.name)
    assert opened is not None
    read = Read(opened, {}, IssueLog(), [])
    for file in opened.files:
        context = ReadContext(as_at, read.log, read.matching, read.accounts, mappings)
        for batch in file.read(context):
            for name, frame in batch.items():
                assert frame.schema == REPORTED[name].schema
                before = read.tables.get(name)
                read.tables[name] = frame if before is None else pl.concat([before, frame])
    return read


def read_rows(
    folder: Path,
    module: str,
    rows: Sequence[Mapping[str, str]],
    mappings: Mappings | None = None,
    as_at: date = AS_AT,
) -> Read:
    """Write rows as a CSV and read it."""
    path = folder / f"{module}.csv"
    path.write_text(csv_text(rows), encoding="utf-8")
    return read_path(path, mappings, as_at)


def write_return(
    folder: Path, year: int, modules_: Sequence[str] = ("Header", "Episodes", "Reviews")
) -> Path:
    """A small return with dates in a collection year, in a folder that does not name it."""
    folder.mkdir(parents=True, exist_ok=True)
    changes = {
        "Episodes": {"DECOM": f"01/05/{year - 1}", "DEC": f"01/09/{year - 1}"},
        "Reviews": {"REVIEW": f"01/06/{year - 1}"},
    }
    for module in modules_:
        text = csv_text(rows_of(module, changes.get(module, {})))
        (folder / f"{module}.csv").write_text(text, encoding="utf-8")
    return folder


assert set(GOOD) == set(modules())
