"""What a run found and did with it: every row of every file, every finding, every step."""

from __future__ import annotations

from dataclasses import dataclass, field

import polars as pl

from childjourneys.issues import IssueLog
from childjourneys.merging.precedence import LoadedReturn
from childjourneys.sources.context_inputs import ContextInput
from childjourneys.sources.contract import Matching, ReturnInfo, SheetAccount
from childjourneys.sources.families import FamilyLink
from childjourneys.sources.settling import SettledFile
from childjourneys.tables import DERIVED
from childjourneys.tables.derived import issue_frame


@dataclass
class Account:
    """What a run found and did with it; grows from step to step.

    `tables` holds the optional tables that are not about single children, by kind; `undated` the files of
    which nothing says for which year or day they are: their rows are counted, and none is used.
    """

    log: IssueLog = field(default_factory=IssueLog)
    matching: Matching = field(default_factory=Matching)
    sheets: list[SheetAccount] = field(default_factory=list)
    steps: list[dict[str, object]] = field(default_factory=list)
    files: list[SettledFile] = field(default_factory=list)
    undated: list[ReturnInfo] = field(default_factory=list)
    families: list[FamilyLink] = field(default_factory=list)
    context: list[ContextInput] = field(default_factory=list)
    tables: dict[str, pl.DataFrame] = field(default_factory=dict)
    returns: tuple[LoadedReturn, ...] = ()


def attrition_frame(account: Account) -> pl.DataFrame:
    """What became of the rows: one line per file and sheet, then one per later step."""
    rows: list[dict[str, object]] = [
        {
            "step": "read",
            "file": sheet.file,
            "sheet": sheet.sheet,
            "rows_in": sheet.rows_in,
            "rows_out": sheet.loaded,
            "duplicate": sheet.duplicate,
            "set_aside": sheet.set_aside,
            "reason": "; ".join(f"{why}: {n}" for why, n in sorted(sheet.reasons.items())) or None,
        }
        for sheet in sorted(account.sheets, key=lambda s: (s.file, s.sheet))
    ]
    return pl.DataFrame(rows + account.steps, schema=DERIVED["attrition"].schema)


def returns_frame(account: Account) -> pl.DataFrame:
    """One row per file that is a return, a family link or an optional table."""
    rows_in: dict[str, int] = {}
    loaded: dict[str, int] = {}
    for sheet in account.sheets:
        rows_in[sheet.file] = rows_in.get(sheet.file, 0) + sheet.rows_in
        loaded[sheet.file] = loaded.get(sheet.file, 0) + sheet.loaded
    rows: list[dict[str, object]] = [
        {
            "file": file.info.file,
            "kind": file.info.kind,
            "la_code": file.la_code,
            "as_at": file.as_at,
            "as_at_how": file.as_at_how,
            "year": file.as_at.year if file.info.kind != "annex_a" else None,
            "lists": " ".join(str(number) for number in file.info.lists) or None,
            "status": file.status,
            "sha256": file.info.sha256,
        }
        for file in account.files
    ]
    rows += [
        {
            "file": info.file,
            "kind": info.kind,
            "la_code": info.la_code,
            "lists": " ".join(str(number) for number in info.lists) or None,
            "status": "set aside",
            "sha256": info.sha256,
        }
        for info in account.undated
    ]
    rows += [
        {"file": link.file, "kind": "family_link", "status": "read", "sha256": link.sha256}
        for link in account.families
    ]
    rows += [
        {"file": one.file, "kind": one.kind, "status": "read", "sha256": one.sha256}
        for one in account.context
    ]
    for row in rows:
        row["rows_in"] = rows_in.get(str(row["file"]), 0)
        row["rows_loaded"] = loaded.get(str(row["file"]), 0)
    frame = pl.DataFrame(rows, schema=DERIVED["returns"].schema)
    return frame.sort("file")


def issues_frame(account: Account) -> pl.DataFrame:
    """All findings in a fixed order."""
    return issue_frame(account.log.issues())


def step_row(
    step: str, rows_in: int, rows_out: int, duplicate: int, reason: str, *, as_duplicate: bool = False
) -> dict[str, object]:
    left = rows_in - rows_out
    return {
        "step": step,
        "rows_in": rows_in,
        "rows_out": rows_out,
        "duplicate": duplicate,
        "set_aside": 0 if as_duplicate else left,
        "reason": f"{reason}: {left}" if left else None,
    }
