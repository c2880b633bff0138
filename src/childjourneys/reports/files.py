"""Writing a file whole or not at all."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from childjourneys.issues import ChildJourneysError


class CannotWrite(ChildJourneysError):
    """An output file can't be replaced, mostly because it is open in Excel. Its text names the file."""


@contextmanager
def replacing(path: Path) -> Iterator[Path]:
    """A temporary name beside `path` to write to; it takes the place of `path` when all went well.

    Whatever goes wrong, the file that was there stays as it was and the temporary one is removed.

    Raises:
        CannotWrite: the file is open in another program or is a folder, or its folder is not there or may
            not be written to.
    """
    temporary = path.with_name(f"~{os.getpid()}-{path.name}")
    try:
        yield temporary
        os.replace(temporary, path)
    except (FileNotFoundError, IsADirectoryError, NotADirectoryError, PermissionError) as error:
        if path.is_dir():
            raise CannotWrite(f"{path} could not be written: it is a folder; name a file.") from error
        if not path.parent.is_dir():
            raise CannotWrite(f"{path} could not be written: there is no folder {path.parent}.") from error
        if not isinstance(error, PermissionError):
            raise
        raise CannotWrite(
            f"{path} could not be written: close it if it is open in Excel or another program, check that"
            " you may write to its folder, and run again."
        ) from error
    finally:
        temporary.unlink(missing_ok=True)


def write_text(path: Path, text: str) -> None:
    """UTF-8 text with line ends as given, on every system.

    Raises:
        CannotWrite: see `replacing`.
    """
    with replacing(path) as temporary:
        temporary.write_bytes(text.encode("utf-8"))
