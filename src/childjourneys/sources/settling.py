"""Whose return each file is, for which day, and whether it is used: duplicates and resubmissions are not."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import PurePosixPath

from childjourneys.domain.dates import collection_year, year_end
from childjourneys.issues import Issue, IssueLog
from childjourneys.sources.contract import ReturnInfo, SourceFile
from childjourneys.sources.ssda903.years import settle_years


@dataclass(frozen=True)
class SettledFile:
    """One file with all that is decided before its rows are read.

    Attributes:
        source: the opened file.
        la_code: its authority, or `unknown`.
        as_at: its reference or extract date.
        as_at_how: where that date was found.
        status: `read`; `duplicate` (equal to an earlier file); `replaced` (a later submission is here).
        because: for those not read, the file that stands for it.
    """

    source: SourceFile
    la_code: str
    as_at: date
    as_at_how: str
    status: str = "read"
    because: str = ""

    @property
    def info(self) -> ReturnInfo:
        return self.source.info


def settle(
    sources: Sequence[SourceFile], *, la: str | None, as_at: date | None, log: IssueLog
) -> list[SettledFile]:
    """Decide authority, date and status of every file, in the order of their names.

    A file whose day can't be known is an error in the log and left out.
    """
    authority = _authorities(sources, la, log)
    years = settle_years([source.info for source in sources], log)
    dated: list[SettledFile] = []
    for source in sources:
        day, how = years.get(source.info.whole) or _day(source.info, sources, as_at)
        if day is None and source.info.kind == "ssda903":
            continue
        if day is None:
            log.add(_no_day(source.info.file))
            continue
        if how == "latest date":
            log.add(_latest_date(source.info.file))
        elif how == "latest event":
            log.add(_no_header(source.info.file))
        dated.append(SettledFile(source, authority(source.info), day, how))
    return _resubmissions(_same_bytes(dated, log), log)


def _authorities(sources: Sequence[SourceFile], la: str | None, log: IssueLog) -> Callable[[ReturnInfo], str]:
    stated = {source.info.la_code for source in sources if source.info.la_code}
    only = next(iter(stated)) if len(stated) == 1 else None
    said: set[str] = set()

    def of(info: ReturnInfo) -> str:
        if info.la_code:
            return info.la_code
        if la:
            return la
        # Of a return in several files it is said once.
        if not info.whole or info.whole not in said:
            log.add(_only_authority(info.file) if only else _unknown_authority(info.file))
            said.add(info.whole)
        return only or "unknown"

    return of


def _day(info: ReturnInfo, sources: Sequence[SourceFile], as_at: date | None) -> tuple[date | None, str]:
    if info.kind == "cin_census":
        if info.as_at:
            return info.as_at, info.as_at_how
        return (
            (year_end(collection_year(info.latest_date)), "latest event") if info.latest_date else (None, "")
        )
    if as_at:
        return as_at, "--as-at"
    if info.as_at:
        return info.as_at, info.as_at_how
    siblings = [other.info for other in sources if _one_return(info, other.info)]
    stated = sorted({other.as_at for other in siblings if other.as_at})
    if stated:
        return stated[-1], "another list of the same folder"
    latest = [other.latest_date for other in siblings if other.latest_date]
    return (max(latest), "latest date") if latest else (None, "")


def _one_return(info: ReturnInfo, other: ReturnInfo) -> bool:
    """Files of one list each in one folder are one Annex A; a workbook of several lists stands alone."""
    if info.file == other.file:
        return True
    folder = PurePosixPath(info.file).parent == PurePosixPath(other.file).parent
    return folder and other.kind == "annex_a" and len(info.lists) == 1 and len(other.lists) == 1


def _same_bytes(files: Sequence[SettledFile], log: IssueLog) -> list[SettledFile]:
    first: dict[tuple[object, ...], str] = {}
    settled = []
    for file in files:
        # A module of SSDA903 names no year: with the same rows, or none, it may stand in two returns.
        year = file.as_at if file.info.kind == "ssda903" else None
        earlier = first.setdefault((file.info.sha256, year), file.info.file)
        if earlier != file.info.file:
            log.add(_duplicate(file.info.file, earlier))
            file = SettledFile(file.source, file.la_code, file.as_at, file.as_at_how, "duplicate", earlier)
        settled.append(file)
    return settled


def _resubmissions(files: Sequence[SettledFile], log: IssueLog) -> list[SettledFile]:
    best: dict[tuple[str, int], SettledFile] = {}
    for file in files:
        if file.info.kind == "cin_census" and file.status == "read":
            key = (file.la_code, file.as_at.year)
            if key not in best or _submission(file) >= _submission(best[key]):
                best[key] = file
    settled = []
    for file in files:
        winner = best.get((file.la_code, file.as_at.year))
        if (
            winner is not None
            and file.info.kind == "cin_census"
            and file.status == "read"
            and file is not winner
        ):
            log.add(_replaced(file.info.file, winner.info.file))
            file = SettledFile(
                file.source, file.la_code, file.as_at, file.as_at_how, "replaced", winner.info.file
            )
        settled.append(file)
    return settled


def _submission(file: SettledFile) -> tuple[int, str, str]:
    serial = file.info.serial_no if file.info.serial_no is not None else -1
    return serial, file.info.produced_at, file.info.file


def _no_day(file: str) -> Issue:
    return Issue(
        "error",
        "no-extract-date",
        file=file,
        what="Nothing says for which day this return was made; it was set aside.",
        expected="An extract date on the front sheet or in the file's name, or dates in lists 1 to 5.",
        to_do="Give the day with --as-at.",
    )


def _latest_date(file: str) -> Issue:
    return Issue(
        "note",
        "extract-date-guessed",
        file=file,
        what="Nothing states the extract date; the latest date in lists 1 to 5 was taken.",
        expected="An extract date on the front sheet or in the file's name.",
        to_do="Give the day with --as-at if it is another.",
    )


def _no_header(file: str) -> Issue:
    return Issue(
        "note",
        "reference-date-guessed",
        file=file,
        what="The file has no reference date; 31 March of the year with its latest event was taken.",
        expected="A Header with ReferenceDate.",
        to_do="Check that the year is right in the report.",
    )


def _only_authority(file: str) -> Issue:
    return Issue(
        "note",
        "authority-taken-from-others",
        file=file,
        what="The file does not say whose it is; the only authority of this run was taken.",
        expected="An authority in the file, or --la.",
        to_do="Give --la if it is another.",
    )


def _unknown_authority(file: str) -> Issue:
    return Issue(
        "warning",
        "authority-unknown",
        file=file,
        what="Neither the file nor the command says whose return this is.",
        expected="An authority in the file, or --la.",
        to_do="Run again with --la and the three-digit code.",
    )


def _duplicate(file: str, earlier: str) -> Issue:
    return Issue(
        "note",
        "same-file-twice",
        file=file,
        what=f"This file is the same as {earlier}; its rows count as duplicates.",
        expected="Each file once.",
        to_do="Nothing.",
    )


def _replaced(file: str, winner: str) -> Issue:
    return Issue(
        "note",
        "replaced-submission",
        file=file,
        what=f"{winner} is a later submission of the same authority and year; this file was not used.",
        expected="The last submission of each year.",
        to_do="Nothing, if the other is the one sent last.",
    )
