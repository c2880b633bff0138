"""The family link: a CSV with the columns la_code, child_id, family_id."""

from __future__ import annotations

import csv
import hashlib
from dataclasses import dataclass
from pathlib import Path

import polars as pl

from childjourneys.domain.identifiers import clean_identifier, is_placeholder
from childjourneys.issues import Issue, IssueLog, Refused
from childjourneys.sources.contract import SheetAccount

SHEET = "families"
COLUMNS = ("la_code", "child_id", "family_id")
FAMILY_SCHEMA = {
    "la_code": pl.String,
    "child_id": pl.String,
    "family_id": pl.String,
    "sheet": pl.String,
    "row": pl.Int64,
}


@dataclass(frozen=True)
class FamilyLink:
    """One recognised family link file."""

    file: str
    path: Path
    sha256: str

    def read(self, log: IssueLog, accounts: list[SheetAccount]) -> pl.DataFrame:
        """la_code, child_id (cleaned), family_id and place of every usable row."""
        account = SheetAccount(self.file, SHEET)
        rows: dict[tuple[str, str, str], int] = {}
        with self.path.open(encoding="utf-8-sig", newline="") as handle:
            for number, record in enumerate(csv.DictReader(handle, skipinitialspace=True), start=2):
                named = {(key or "").strip().lower(): value or "" for key, value in record.items() if key}
                account.rows_in += 1
                la_code = clean_identifier(named["la_code"])
                child, family = clean_identifier(named["child_id"]), clean_identifier(named["family_id"])
                if not la_code or is_placeholder(child) or is_placeholder(family):
                    account.leave_out("identifier is a placeholder")
                    log.add(_placeholder(self.file, number))
                    continue
                if (la_code, child, family) in rows:
                    account.duplicate += 1
                    continue
                account.loaded += 1
                rows[la_code, child, family] = number
        accounts.append(account)
        found = [(*identifiers, SHEET, number) for identifiers, number in rows.items()]
        return pl.DataFrame(found, schema=FAMILY_SCHEMA, orient="row")


def open_families(path: Path, name: str) -> FamilyLink | None:
    """The family link in a file; None when it is something else."""
    try:
        with path.open(encoding="utf-8-sig", newline="") as handle:
            heading = next(csv.reader(handle), [])
            if not set(COLUMNS) <= {cell.strip().lower() for cell in heading}:
                return None
            for _ in handle:
                pass
    except UnicodeDecodeError:
        return None
    except csv.Error as error:
        raise Refused(
            "csv-unreadable",
            "This CSV file can't be read.",
            "A comma-separated text file.",
            "Open it in a spreadsheet and save it again as CSV UTF-8.",
        ) from error
    return FamilyLink(name, path, hashlib.sha256(path.read_bytes()).hexdigest())


def _placeholder(file: str, row: int) -> Issue:
    return Issue(
        "error",
        "placeholder-identifier",
        file=file,
        sheet=SHEET,
        row=row,
        what="The authority, the child or the family is blank or a placeholder; the row was set aside.",
        expected="la_code, child_id and family_id in every row.",
        to_do="Fill them in or leave the row out.",
    )
