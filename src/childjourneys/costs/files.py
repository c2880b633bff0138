"""Reading a file that people wrote: its text or rows, or one sentence why not."""

from __future__ import annotations

from pathlib import Path

from childjourneys.issues import UsageError
from childjourneys.sources.delimited import read_delimited

_LARGEST = 5_000_000


def read_text(path: Path, what: str) -> str:
    """The text of a UTF-8 file.

    Raises:
        UsageError: it can't be read, is far too large, or is no UTF-8; one sentence.
    """
    try:
        if path.is_file() and path.stat().st_size > _LARGEST:
            raise UsageError(f"{path} is too large for a file of {what}.")
        return path.read_text(encoding="utf-8-sig")
    except (OSError, ValueError) as error:
        if isinstance(error, UnicodeDecodeError):
            raise UsageError(f"{path} is no UTF-8 text; save it as UTF-8 and try again.") from error
        reason = error.strerror if isinstance(error, OSError) else "its name can't be used"
        raise UsageError(f"{path} can't be read: {reason}.") from error


def read_rows(path: Path) -> list[list[str]]:
    """The records of a CSV file, blank lines as empty ones: record n is the row n that a spreadsheet shows.

    Raises:
        UsageError: it can't be read, is far too large, or is no text; one sentence.
    """
    if not path.is_file():
        raise UsageError(f"{path.name} can't be read: there is no such file.")
    try:
        if path.stat().st_size > _LARGEST:
            raise UsageError(f"{path.name} is too large for a file of a row per line or month.")
        rows = read_delimited(path.read_bytes())
    except OSError as error:
        raise UsageError(f"{path.name} can't be read: {error.strerror}.") from error
    if rows is None:
        raise UsageError(f"{path.name} is no CSV file; save the sheet as CSV and try again.")
    return rows
