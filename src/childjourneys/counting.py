"""Files that are not used: how many rows they have, so that every row is accounted for."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import date

from childjourneys.account import Account
from childjourneys.issues import IssueLog, Refused, UsageError
from childjourneys.sources.contract import Matching, ReadContext, SheetAccount, SourceFile
from childjourneys.sources.pause import collection_paused
from childjourneys.sources.settling import SettledFile

# Counting rows needs no day, only one after every date.
_ANY_DAY = date(2999, 3, 31)
_NO_YEAR, _NO_DAY = "no collection year", "no extract date"


def count_unused(file: SettledFile, account: Account) -> None:
    """A file that is not used: its rows are counted, nothing of it is kept."""
    for sheet in _sheets_of(file.source, file.as_at):
        counted = SheetAccount(sheet.file, sheet.sheet, rows_in=sheet.rows_in)
        if file.status == "duplicate":
            counted.duplicate = sheet.rows_in
            counted.reasons[f"same file as {file.because}"] = sheet.rows_in
        else:
            counted.set_aside = sheet.rows_in
            counted.reasons["replaced"] = sheet.rows_in
        account.sheets.append(counted)


def count_undated(sources: Sequence[SourceFile], account: Account) -> None:
    """Files of which nothing says for which year or day they are: their rows are counted as set aside."""
    settled = {file.info.file for file in account.files}
    for source in sources:
        info = source.info
        if info.file in settled:
            continue
        account.undated.append(info)
        try:
            sheets = _sheets_of(source, _ANY_DAY)
        except Refused as refusal:
            raise UsageError(f"{info.file}: {refusal.what} {refusal.to_do}") from refusal
        source.forget()
        for sheet in sheets:
            reasons = Counter({_NO_DAY if info.kind == "annex_a" else _NO_YEAR: sheet.rows_in})
            account.sheets.append(
                SheetAccount(
                    sheet.file, sheet.sheet, sheet.rows_in, set_aside=sheet.rows_in, reasons=+reasons
                )
            )


def _sheets_of(source: SourceFile, as_at: date) -> list[SheetAccount]:
    """The sheets of a file with how many rows they have; nothing of it is kept."""
    sheets: list[SheetAccount] = []
    with collection_paused():
        for _ in source.read(ReadContext(as_at, IssueLog(), Matching(), sheets)):
            pass
    return sheets
