"""Which collection year an SSDA903 return is of: no file of it says so."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import date
from pathlib import PurePath

from childjourneys.domain.dates import year_end
from childjourneys.issues import IssueLog
from childjourneys.sources.contract import ReturnInfo
from childjourneys.sources.ssda903.layout import years_covered
from childjourneys.sources.ssda903.messages import issue

BY_DATES, BY_NAMES = "dates of the return", "folder or file name"
# A year needs one in so many of the dates.
_SHARE = 10
_NAMED = re.compile(r"(?<![0-9])(20[0-9]{2})(?:[-_ ]?(20)?([0-9]{2}))?(?![0-9])")
_SUFFIXES = (".csv", ".txt", ".tsv", ".xml", ".zip")


def years_in(name: str) -> tuple[int, ...]:
    """The collection years that a name speaks of, in order: `2024`, `2023-24`, `2023_24`, `202324`.

    >>> years_in("SSDA903 2023-24 final"), years_in("903_202324"), years_in("extract 20240419")
    ((2024,), (2024,), ())
    """
    found: dict[int, None] = {}
    for match in _NAMED.finditer(name):
        first, after = int(match[1]), match[3]
        if after is None:
            found[first] = None
        elif int(after) == (first + 1) % 100:
            found[first + 1] = None
        elif match[0][4:5] in "-_ ":
            # `2024-03`: a month, or another number beside the year.
            found[first] = None
    return tuple(found)


def year_of_dates(dated: Iterable[tuple[int, int]]) -> int | None:
    """The latest year that holds at least a tenth of the dates; None where there are no dates."""
    counts: Counter[int] = Counter()
    for year, count in dated:
        counts[year] += count
    total = sum(counts.values())
    return max((year for year, count in counts.items() if _SHARE * count >= total > 0), default=None)


def settle_years(files: Sequence[ReturnInfo], log: IssueLog) -> dict[str, tuple[date | None, str]]:
    """The reference date of every SSDA903 return by what its files have as `whole`, and how it was found.

    A return of which nothing tells the year is an error in the log, and has no date.
    """
    settled: dict[str, tuple[date | None, str]] = {}
    wholes: dict[str, list[ReturnInfo]] = {}
    for info in files:
        if info.kind == "ssda903":
            wholes.setdefault(info.whole, []).append(info)
    for whole, parts in wholes.items():
        year, how = year_of_dates(pair for info in parts for pair in info.dated), BY_DATES
        if year is None:
            year, how = _year_of_names(whole, parts), BY_NAMES
        if year is None:
            log.add(issue("year-not-found", parts[0].file, count=len(parts)))
            settled[whole] = (None, "")
            continue
        settled[whole] = (year_end(year), how)
        _check_names(whole, parts, year, log)
        first, last = years_covered()
        if not first <= year <= last:
            log.add(issue("year-not-covered", parts[0].file, first=str(first), last=str(last)))
    return settled


def _year_of_names(whole: str, parts: Sequence[ReturnInfo]) -> int | None:
    """The year that most of the names speak of; of several the latest; else that of the folder around."""
    counts = Counter(_whole_years(whole))
    for info in parts:
        counts.update(_file_years(info))
    if not counts:
        counts.update(years_in(PurePath(whole).parent.name))
    return max(counts, key=lambda year: (counts[year], year), default=None)


def _check_names(whole: str, parts: Sequence[ReturnInfo], year: int, log: IssueLog) -> None:
    """A warning at each file whose name speaks of other years only, and at the first for the folder's."""
    others = _whole_years(whole)
    told = bool(others) and year not in others
    if told:
        log.add(issue("year-name-disagrees", parts[0].file, year=str(year), what="folder, zip or file"))
    for info in parts:
        named = _file_years(info)
        # In XML the file is the return, whose name was looked at.
        if named and year not in named and PurePath(whole).name != PurePath(info.file).name:
            log.add(issue("year-name-disagrees", info.file, year=str(year), what="file"))


def _whole_years(whole: str) -> tuple[int, ...]:
    return years_in(_stem(PurePath(whole).name))


def _file_years(info: ReturnInfo) -> tuple[int, ...]:
    return years_in(_stem(PurePath(info.file).name))


def _stem(name: str) -> str:
    return name[: -len(PurePath(name).suffix)] if name.lower().endswith(_SUFFIXES) else name
