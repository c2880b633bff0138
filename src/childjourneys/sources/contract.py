"""What every reader of a return gives the pipeline."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from typing import TYPE_CHECKING, Protocol

import polars as pl

from childjourneys.issues import IssueLog

if TYPE_CHECKING:
    from childjourneys.sources.mappings import Mappings


@dataclass(frozen=True)
class ReturnInfo:
    """What a file says about itself, found before its rows are read.

    Attributes:
        file: path below the folder given, with forward slashes.
        kind: `annex_a`, `cin_census` or `ssda903`.
        sha256: hash of the file's bytes, hexadecimal.
        la_code: three-digit authority code in the file; None when it has none.
        as_at: last day the return can tell about (extract or reference date); None when it does not say.
        as_at_how: where `as_at` was found: `front sheet`, `file name`, `reference date`, `year`; blank.
        latest_date: Annex A: the latest usable date in lists 1 to 5, for when nothing else says.
        lists: Annex A: list numbers present, sorted. Census: empty.
        serial_no, produced_at: census header.
        modules: SSDA903: modules that the file holds, by their names in the guide.
        whole: SSDA903: the folder, zip or XML whose modules are one return; never shown.
        dated: SSDA903: collection years of its DEC, REVIEW and MIS_END dates, with how many fall in each.
    """

    file: str
    kind: str
    sha256: str
    la_code: str | None = None
    as_at: date | None = None
    as_at_how: str = ""
    latest_date: date | None = None
    lists: tuple[int, ...] = ()
    serial_no: int | None = None
    produced_at: str = ""
    modules: tuple[str, ...] = ()
    whole: str = ""
    dated: tuple[tuple[int, int], ...] = ()

    @property
    def year(self) -> int | None:
        """Collection year of a census."""
        return self.as_at.year if self.kind == "cin_census" and self.as_at else None


@dataclass
class SheetAccount:
    """What became of the rows of one sheet: rows_in = loaded + duplicate + set_aside."""

    file: str
    sheet: str
    rows_in: int = 0
    loaded: int = 0
    duplicate: int = 0
    set_aside: int = 0
    reasons: Counter[str] = field(default_factory=Counter)

    def leave_out(self, reason: str, count: int = 1) -> None:
        """Count rows that are set aside, and why."""
        if count:
            self.set_aside += count
            self.reasons[reason] += count


@dataclass
class Matching:
    """How headings and values were taken: the rows of the matching report.

    `headings`: (file, sheet, heading) to (taken_as, how).
    `values`: (list, column, raw) to [taken_as, label, how, count]; `list` is `1` to `11`, `CIN`, or a
    module of SSDA903.
    """

    headings: dict[tuple[str, str, str], tuple[str, str]] = field(default_factory=dict)
    values: dict[tuple[str, str, str], list[str | int]] = field(default_factory=dict)


@dataclass
class ReadContext:
    """What a reader needs and what it fills.

    Attributes:
        as_at: the extract or reference date settled for this return. Never None while rows are read.
        log: where issues go.
        matching: how headings and values were taken.
        accounts: sheet accounts, appended by the reader (one per file and sheet).
        mappings: the analyst's own decisions, if given.
    """

    as_at: date
    log: IssueLog
    matching: Matching
    accounts: list[SheetAccount]
    mappings: Mappings | None = None


class SourceFile(Protocol):
    """One recognised file. Opening it raises `Refused` if it can't be read at all."""

    @property
    def info(self) -> ReturnInfo: ...

    def read(self, context: ReadContext) -> Iterator[dict[str, pl.DataFrame]]:
        """Reported tables (`childjourneys.tables.REPORTED`), in batches of bounded size.

        Every frame conforms to its table. A child's records are all in one batch.
        """
        ...

    def forget(self) -> None:
        """Let go of the content that opening it kept, if any; reading it afterwards opens it again."""
        ...
