"""Reading a hand-written file: its text, or one sentence why not."""

from __future__ import annotations

from pathlib import Path

from childjourneys.issues import UsageError

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
