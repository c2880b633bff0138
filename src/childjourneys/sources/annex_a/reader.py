"""Open an Annex A, and read it once the extract date is settled."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path, PurePosixPath

import polars as pl

from childjourneys.issues import Refused
from childjourneys.sources.annex_a.cells import latest_date
from childjourneys.sources.annex_a.front import authority, date_in_name, extract_date, front_sheets
from childjourneys.sources.annex_a.headings import find_list, list_number
from childjourneys.sources.annex_a.messages import issue
from childjourneys.sources.annex_a.rows import settle_rows
from childjourneys.sources.annex_a.sheets import ListSheet, list_sheet
from childjourneys.sources.annex_a.spec import CHILD_COLUMNS
from childjourneys.sources.annex_a.tables import tables_of, without_restatements
from childjourneys.sources.contract import ReadContext, ReturnInfo, SheetAccount
from childjourneys.sources.mappings import Mappings
from childjourneys.sources.workbooks import Sheet, Workbook, open_workbook
from childjourneys.tables import REPORTED

# The template's own sheets that are no lists.
_OFFICIAL = ("front_sheet", "faq_and_changes", "guidance", "codes_used")
_KEPT_OF_OTHERS = 300
_DATED_LISTS = (1, 2, 3, 4, 5)


@dataclass(frozen=True)
class Content:
    """What is in an Annex A: its lists as columns, its other sheets by name."""

    sheets: tuple[ListSheet, ...]
    not_lists: tuple[str, ...]
    date_1904: bool
    has_links: bool
    has_macros: bool


class AnnexAFile:
    """An opened Annex A. It keeps its content until it is told to forget it."""

    def __init__(self, info: ReturnInfo, path: Path, mappings: Mappings | None, content: Content) -> None:
        self.info = info
        self._path = path
        self._mappings = mappings
        self._kept: Content | None = content

    @property
    def content(self) -> Content:
        """What is in it.

        Raises:
            Refused: it was forgotten, and the file has changed since it was opened.
        """
        return self._kept or self._again()

    def forget(self) -> None:
        """Let go of the content; reading opens the file again."""
        self._kept = None

    def read(self, context: ReadContext) -> Iterator[dict[str, pl.DataFrame]]:
        """Reported tables of all lists, in one batch. Issues, accounts and matches go into the context.

        Raises:
            Refused: it was forgotten, and the file has changed since it was opened.
        """
        content = self.content
        file = self.info.file
        if content.has_links:
            context.log.add(issue("links-to-other-workbooks", file))
        if content.has_macros:
            context.log.add(issue("macros-not-run", file))
        for name in content.not_lists:
            context.log.add(issue("sheet-not-a-list", file, name))
        found: dict[str, list[pl.DataFrame]] = {}
        for sheet in content.sheets:
            for name, frame in self._read_sheet(sheet, content.date_1904, context).items():
                found.setdefault(name, []).append(frame)
        tables = {name: pl.concat(found[name]) for name in REPORTED if name in found}
        if "child" in tables:
            tables["child"] = without_restatements(tables["child"])
        yield tables

    def _again(self) -> Content:
        opened = open_annex_a(self._path, self.info.file, self._mappings)
        if opened is None or opened.info != self.info or opened._kept is None:
            raise Refused(
                "file-changed",
                "The file changed while it was read.",
                "A file that stays as it is.",
                "Run again when nothing writes to it.",
            )
        return opened._kept

    def _read_sheet(self, sheet: ListSheet, date_1904: bool, context: ReadContext) -> dict[str, pl.DataFrame]:
        file = self.info.file
        account = SheetAccount(file, sheet.name, rows_in=len(sheet.numbers))
        context.accounts.append(account)
        _report_headings(sheet, file, context)
        if sheet.spec.plan is None:
            account.set_aside = account.rows_in
            account.reasons["list 11 is about adults"] = account.rows_in
            context.log.add(issue("adopters-not-kept", file, sheet.name, count=max(1, account.rows_in)))
            return {}
        return tables_of(settle_rows(sheet, sheet.spec.plan, file, context, date_1904, account))


def open_annex_a(path: Path, name: str, mappings: Mappings | None = None) -> AnnexAFile | None:
    """Open a file as an Annex A; None when it has no list.

    Args:
        path: the file.
        name: what it is called in issues and tables: its path below the folder given.
        mappings: the analyst's decisions; those on headings apply now.

    Raises:
        Refused: it can't be read at all.
    """
    workbook = open_workbook(path)
    if workbook is None:
        return None
    lists: list[ListSheet] = []
    others: list[Sheet] = []
    for sheet in workbook.sheets():
        taken = _as_list(sheet, workbook, name, mappings)
        if taken is not None:
            lists.append(taken)
        else:
            others.append(Sheet(sheet.name, sheet.first_row, sheet.rows[:_KEPT_OF_OTHERS]))
    if not lists:
        return None
    fronts = front_sheets(others)
    as_at, how = extract_date(fronts, workbook.date_1904), "front sheet"
    if as_at is None:
        as_at, how = date_in_name(PurePosixPath(name).stem), "file name"
    info = ReturnInfo(
        file=name,
        kind="annex_a",
        sha256=hashlib.sha256(workbook.data).hexdigest(),
        la_code=authority(fronts),
        as_at=as_at,
        as_at_how=how if as_at else "",
        latest_date=_latest(lists, workbook.date_1904),
        lists=tuple(sorted({sheet.spec.number for sheet in lists})),
    )
    content = Content(
        sheets=tuple(lists),
        not_lists=tuple(
            s.name for s in others if s.rows and s.name.lower().replace(" ", "_") not in _OFFICIAL
        ),
        date_1904=workbook.date_1904,
        has_links=workbook.has_links,
        has_macros=workbook.has_macros,
    )
    return AnnexAFile(info, path, mappings, content)


def _as_list(sheet: Sheet, workbook: Workbook, name: str, mappings: Mappings | None) -> ListSheet | None:
    if sheet.name.lower().replace(" ", "_") in _OFFICIAL:
        return None
    stem = PurePosixPath(name).stem
    named = list_number(stem, need_word=True) if workbook.is_text else list_number(sheet.name)
    decided: dict[str, str] = {}
    if mappings:
        decided = {
            heading: taken
            for (file, where, heading), taken in mappings.headings.items()
            if file == name and (where == sheet.name.strip() or workbook.is_text)
        }
    found = find_list(sheet.rows, named, decided)
    if found is None:
        return None
    # A CSV has no sheet name; it goes by the official one of its list.
    return list_sheet(sheet, f"List_{found.spec.number}" if workbook.is_text else sheet.name, found, decided)


def _latest(lists: list[ListSheet], date_1904: bool) -> date | None:
    days = [
        latest_date(sheet.columns[column], date_1904)
        for sheet in lists
        if sheet.spec.number in _DATED_LISTS and sheet.spec.plan
        for column in sheet.spec.plan.key_dates[:1]
        if column in sheet.columns
    ]
    return max((day for day in days if day), default=None)


def _report_headings(sheet: ListSheet, file: str, context: ReadContext) -> None:
    """What each heading was taken for, and what is missing."""
    row = sheet.heading_row
    number = sheet.spec.number
    if sheet.name_said is not None:
        context.log.add(
            issue("sheet-name-disagrees", file, sheet.name, named=str(sheet.name_said), number=str(number))
        )
    contested = sheet.match.contested
    for heading in sheet.match.headings:
        context.matching.headings[file, sheet.name, heading.text] = (heading.taken_as, heading.how)
        about = heading.taken_as or heading.candidate_for
        official = sheet.spec.column(about).heading if about else ""
        code = {
            "misspelling": "heading-misspelt",
            "two candidates": "heading-contested" if about in contested else "heading-two-candidates",
            "superseded": "heading-superseded",
            "not taken": "heading-not-taken",
        }.get(heading.how)
        if code and number != 11:
            context.log.add(issue(code, file, sheet.name, row, heading.text, official=official))
    if sheet.spec.plan is None:
        return
    wanted = {*sheet.spec.plan.keeps, *CHILD_COLUMNS}
    for column in sheet.spec.columns:
        known = column.name in sheet.match.places or column.name in contested
        if column.name in wanted and column.never_blank and not known:
            context.log.add(
                issue("column-missing", file, sheet.name, row, column.heading, official=column.heading)
            )
