"""What opening a file as SSDA903 gives."""

from __future__ import annotations

from dataclasses import dataclass

from childjourneys.issues import Refused
from childjourneys.sources.contract import SourceFile


@dataclass(frozen=True)
class Opened:
    """What a file holds: a module, or with a zip several; parts that are none; parts that can't be read."""

    files: tuple[SourceFile, ...]
    size: int
    left_alone: tuple[str, ...] = ()
    refused: tuple[tuple[str, Refused], ...] = ()
