"""Issues, accounts and counts of one census file, gathered over its batches."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from childjourneys.issues import Issue
from childjourneys.sources.cin_census.codes import CodedElement
from childjourneys.sources.cin_census.fate import BLANK_ID, KEY_FINDINGS, PLACEHOLDER_ID, Batch
from childjourneys.sources.cin_census.layout import (
    CHARACTERISTICS,
    CHILD,
    CP_PLAN,
    EPISODE,
    KINDS,
    REVIEW,
    SKIPPED,
    Field,
)
from childjourneys.sources.cin_census.sheet import DUPLICATE, ID, LOADED, SET_ASIDE, Sheet
from childjourneys.sources.cin_census.tokens import Ints, Mask
from childjourneys.sources.contract import ReadContext, SheetAccount

_FIX = "Correct it in the case system and export the return again."
_DATE_FORM = "A date, as YYYY-MM-DD."
_NAMES_LISTED = 200


class Findings:
    """Gathers what is to be said about one file."""

    def __init__(self, file: str, context: ReadContext) -> None:
        self.file = file
        self.context = context
        # Of the elements for sex the one that the return's year has.
        of_year = [f for f in CHILD.fields if f.column == "sex" and (f.first_year or 0) <= context.as_at.year]
        self._sex = max(of_year, key=lambda f: f.first_year or 0).element
        self._accounts = {kind.name: SheetAccount(file, kind.name) for kind in KINDS}
        self._unmatched: dict[tuple[str, str, str], tuple[int, int]] = {}
        self._left_out: dict[str, tuple[int, int]] = {}
        self._skipped = 0

    def of_text(self, left_out: Mapping[str, tuple[int, int]], skipped: int) -> None:
        """Elements that were not read: by name how many, and the line of the first."""
        for name, (count, line) in left_out.items():
            if name in self._left_out or len(self._left_out) < _NAMES_LISTED:
                before, first = self._left_out.get(name, (0, line))
                self._left_out[name] = (before + count, min(first, line))
        self._skipped += skipped

    def of_batch(
        self,
        batch: Batch,
        elements: Mapping[str, Mapping[str, CodedElement]],
        with_characteristics: Ints,
        undated_reviews: Ints,
    ) -> None:
        """Everything about the records of a batch."""
        for kind in KINDS:
            sheet = batch.sheets[kind.name]
            if len(sheet):
                self._account(sheet)
                self._set_aside(batch, sheet)
                self._dates(batch, sheet)
                self._same_key(batch, sheet)
                self._missing(sheet, with_characteristics)
                self._codes(sheet, elements[kind.name])
        children, plans = batch.sheets[CHILD.name], batch.sheets[CP_PLAN.name]
        known = np.isin(batch.id_number, batch.id_number[batch.sheets[EPISODE.name].child])
        self._required(children, EPISODE.name, children.loaded & ~known)
        undated = np.zeros(len(plans), bool)
        undated[undated_reviews] = True
        self._required(plans, REVIEW.name, plans.loaded & undated)

    def finish(self, elements: Mapping[str, Mapping[str, CodedElement]]) -> None:
        """What is said once for the file."""
        add = self.context.log.add
        for (sheet, element, code), (count, row) in self._unmatched.items():
            what, expected, to_do = _ABOUT_CODES[code]
            add(Issue("warning", code, self.file, what, expected, to_do, sheet, row, element, count))
        for name, (_, line) in self._left_out.items():
            add(
                Issue(
                    "note", "element-unknown", self.file,
                    "The census has no such element there; it was not read.",
                    "Elements of the census, each inside its own group.",
                    "Nothing, if it is meant for another system; else check the export.",
                    row=line, column=name,
                )
            )  # fmt: skip
        if self._skipped:
            add(
                Issue(
                    "note", "group-not-kept", self.file,
                    "Pre-proceedings and family group decision making are not kept: "
                    "their structure is not yet confirmed.",
                    "", "Nothing.", sheet=EPISODE.name, column=SKIPPED, count=self._skipped,
                )
            )  # fmt: skip
        for coded in (entry for kind in elements.values() for entry in kind.values()):
            coded.report(self.context.matching)
        self.context.accounts += [account for account in self._accounts.values() if account.rows_in]

    def _account(self, sheet: Sheet) -> None:
        account = self._accounts[sheet.kind.name]
        account.rows_in += len(sheet)
        account.loaded += int((sheet.status == LOADED).sum())
        account.duplicate += int((sheet.status == DUPLICATE).sum())
        account.set_aside += int((sheet.status == SET_ASIDE).sum())
        for reason, rows in sheet.reasons:
            if rows.any():
                account.reasons[reason] += int(rows.sum())

    def _set_aside(self, batch: Batch, sheet: Sheet) -> None:
        if sheet.kind is CHILD:
            for reason, rows in sheet.reasons:
                self._say(sheet, "error", reason, ID, rows, *_ABOUT_IDS[reason])
        for finding in KEY_FINDINGS if sheet.kind.key else ():
            rows = batch.key_findings[sheet.kind.name][finding]
            code = sheet.kind.rules.get(finding, finding)
            self._say(sheet, "error", code, sheet.kind.key, rows, *self._about_key(finding))

    def _about_key(self, finding: str) -> tuple[str, str, str]:
        if finding == "key-date-blank":
            return "The record has no date; it was set aside.", _DATE_FORM, _FIX
        if finding == "key-date-unreadable":
            return "The record's date can't be read; it was set aside.", _DATE_FORM, _FIX
        return ("The record's date is after the reference date; it was set aside.", self._in_time(), _FIX)

    def _in_time(self) -> str:
        return f"A date on or before {self.context.as_at.day} {self.context.as_at:%B %Y}."

    def _dates(self, batch: Batch, sheet: Sheet) -> None:
        kind = sheet.kind
        for element, dates in sheet.dates.items():
            if element == kind.key:
                continue
            self._say(
                sheet, "warning", "date-unreadable", element, sheet.loaded & dates.unreadable,
                "The date can't be read; it was not used.", _DATE_FORM, _FIX,
            )  # fmt: skip
        for element, rows in batch.before_start.get(kind.name, {}).items():
            self._say(
                sheet, "warning", kind.rules["end-before-start"], element, sheet.loaded & rows,
                f"The date is before the record's start ({kind.key}); it was not used.",
                "A date on or after the start.", _FIX,
            )  # fmt: skip
        for element, rows in batch.after_extract.get(kind.name, {}).items():
            self._say(
                sheet, "warning", kind.after_year.get(element, "date-after-extract"), element,
                sheet.loaded & rows,
                "The date is after the reference date; it was taken as not yet happened.",
                self._in_time(), "Nothing, if it is planned; else correct it.",
            )  # fmt: skip

    def _same_key(self, batch: Batch, sheet: Sheet) -> None:
        rows = sheet.loaded & batch.same_key[sheet.kind.name]
        if sheet.kind is CHILD:
            self._say(
                sheet, "warning", "8510", ID, rows,
                "An earlier record has the same identifier and other details; both were loaded.",
                "One record for each child.", "Join the records in the case system.",
            )  # fmt: skip
        else:
            self._say(
                sheet, "warning", "same-key", sheet.kind.key, rows,
                "An earlier record has the same date and other details; both were loaded.",
                "One record for each date.", "Check which of them is right and remove the other.",
            )  # fmt: skip

    def _missing(self, sheet: Sheet, with_characteristics: Ints) -> None:
        kind = sheet.kind
        there = sheet.loaded
        if kind is CHILD:
            grouped = np.zeros(len(sheet), bool)
            grouped[with_characteristics] = True
            self._required(sheet, CHARACTERISTICS, there & ~grouped)
        for entry in kind.fields:
            if entry.required and entry.element not in (kind.key, ID):
                missing = there & sheet.missing(entry)
                if entry.column == "sex":
                    self._sex_missing(sheet, entry, missing)
                elif entry.column == "ethnicity":
                    self._required(sheet, entry.element, missing & grouped)
                else:
                    self._required(sheet, entry.element, missing)
            rows = sheet.unreadable_numbers.get(entry.element)
            if rows is not None:
                self._say(
                    sheet, "warning", "number-unreadable", entry.element, there & rows,
                    "The number can't be read; it was not used.", "A whole number.", _FIX,
                )  # fmt: skip
        for element, places in sheet.repeated.items():
            several = np.zeros(len(sheet), bool)
            several[places] = True
            self._say(
                sheet, "warning", "element-repeated", element, there & several,
                "The element stands more than once in the record; the first that says something was used.",
                "One such element in a record.", _FIX,
            )  # fmt: skip

    def _sex_missing(self, sheet: Sheet, entry: Field, missing: Mask) -> None:
        if entry.element == self._sex:
            others = [f for f in sheet.kind.fields if f.column == "sex" and f.element != entry.element]
            for other in others:
                missing = missing & sheet.missing(other)
            self._required(sheet, entry.element, missing)

    def _required(self, sheet: Sheet, element: str, rows: Mask) -> None:
        self._say(
            sheet, "warning", sheet.kind.rules.get(element, "element-missing"), element, rows,
            "The element is missing or empty.", "The census requires it.", _FIX,
        )  # fmt: skip

    def _codes(self, sheet: Sheet, elements: Mapping[str, CodedElement]) -> None:
        rows = np.flatnonzero(sheet.loaded)
        for element, coded in elements.items():
            if element in sheet.wordings:
                places, wordings = rows, sheet.wordings[element][rows]
                there = wordings >= 0
                places, wordings = places[there], wordings[there]
            else:
                within, wordings = coded.in_lists(sheet.lists[element][rows])
                places = rows[within]
            if not len(wordings):
                continue
            coded.count(wordings)
            self._count(sheet, element, "not-matched", places[~coded.matched(wordings)])
            self._count(sheet, element, "letter-mismatch", places[coded.letter_differs(wordings)])

    def _count(self, sheet: Sheet, element: str, code: str, places: Ints) -> None:
        if len(places):
            key = (sheet.kind.name, element, code)
            first = int(sheet.line[places].min())
            count, row = self._unmatched.get(key, (0, first))
            self._unmatched[key] = (count + len(places), min(row, first))

    def _say(
        self,
        sheet: Sheet,
        severity: str,
        code: str,
        element: str,
        rows: Mask,
        what: str,
        expected: str,
        to_do: str,
    ) -> None:
        if rows.any():
            issue = Issue(severity, code, self.file, what, expected, to_do, sheet.kind.name, None, element)
            self.context.log.add_rows(issue, sheet.line[rows].tolist())


_ABOUT_IDS = {
    BLANK_ID: (
        "The child has no identifier; the child and everything inside was set aside.",
        "The authority's own identifier of the child.",
        _FIX,
    ),
    PLACEHOLDER_ID: (
        "The identifier stands for nobody in particular; the child and everything inside was set aside.",
        "The authority's own identifier of the child.",
        _FIX,
    ),
}
_ABOUT_CODES = {
    "not-matched": (
        "Some values are no code of the census; they were kept as found and not used.",
        "A code of the census.",
        "Say in the matching report what they mean and pass it back with --mappings, or correct them.",
    ),
    "letter-mismatch": (
        "The letter in front of some values belongs to another value; the words were used.",
        "A code of the census.",
        "Check the values in the matching report.",
    ),
}
