"""Progress of long work: a moving line on a terminal, plain lines otherwise."""

from __future__ import annotations

import sys
from types import TracebackType
from typing import Any

import typer


class Steps:
    """Says what is being done. On a terminal the line moves and is cleared at the end."""

    def __init__(self) -> None:
        self._status: Any = None

    def __enter__(self) -> Steps:
        if sys.stderr.isatty():
            from rich.console import Console

            self._status = Console(stderr=True).status("")
            self._status.start()
        return self

    def say(self, what: str) -> None:
        if self._status:
            from rich.markup import escape

            self._status.update(escape(what))
        else:
            typer.echo(what, err=True)

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._status:
            self._status.stop()
