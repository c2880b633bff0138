"""What Annex A can be told about: severity and words of each issue, in one place."""

from __future__ import annotations

from collections.abc import Mapping

from childjourneys.sources.messages import CORRECT, SEE_MATCHING, Messages

_A_DATE = "a date such as 25/07/2024, 25 July 2024 or 2024-07-25, or a true spreadsheet date"

_MESSAGES: Mapping[str, tuple[str, str, str, str]] = {
    # Rows set aside.
    "placeholder-identifier": (
        "error",
        "The identifier is blank or a placeholder, so the row names no child and was set aside.",
        "the child's own identifier",
        CORRECT,
    ),
    "key-date-blank": (
        "error",
        "The date the row is about is blank, so the row was set aside.",
        _A_DATE,
        CORRECT,
    ),
    "key-date-unreadable": (
        "error",
        "The date the row is about can't be read, so the row was set aside.",
        f"{_A_DATE}; never month/day/year or a two-digit year",
        CORRECT,
    ),
    "key-date-future": (
        "error",
        "The date the row is about is after the extract date, so the row was set aside.",
        "a date on or before {as_at}",
        "Correct it in the case system and export again, or give the extract date with --as-at.",
    ),
    "row-is-a-note": (
        "note",
        "The row has one filled cell, so it is a note and no record; it was set aside.",
        "records only, below the headings",
        "Nothing, if it is a note.",
    ),
    "heading-repeated": (
        "note",
        "The row repeats the headings; it was set aside.",
        "records only, below the headings",
        "Nothing.",
    ),
    "adopters-not-kept": (
        "note",
        "List 11 is about adults; its rows were counted, set aside and not kept.",
        "",
        "Nothing; leave the list out of the extract if you like.",
    ),
    "duplicate-rows": (
        "note",
        "Rows repeat an earlier row of the sheet; the first of each was kept.",
        "each record once",
        "Nothing, unless they were meant to differ.",
    ),
    # Values.
    "date-unreadable": (
        "warning",
        "The date can't be read and was not used.",
        f"{_A_DATE}; never month/day/year or a two-digit year",
        CORRECT,
    ),
    "end-before-start": (
        "warning",
        "The end is before the start, so the end was not used.",
        "an end on or after the start",
        CORRECT,
    ),
    "date-after-extract": (
        "warning",
        "The date is after the extract date, so it was taken as planned and not as having happened.",
        "a date on or before {as_at}",
        "Check the date in the case system.",
    ),
    "number-unreadable": (
        "warning",
        "The number can't be read and was not used.",
        "a whole number",
        CORRECT,
    ),
    "not-matched": (
        "warning",
        "Values fit no code of the set and were not used; this is the first of them.",
        "a value of the code set {codes}",
        SEE_MATCHING,
    ),
    "letter-mismatch": (
        "warning",
        "The letter or number in front of the words is another value's; the words decided.",
        "the letter and words of one value, as the return's guidance lists them",
        "Check the list of values in the export.",
    ),
    "same-key": (
        "warning",
        "An earlier row of the sheet is about the same child, date and fact but differs; both were loaded.",
        "each record once",
        "Check which of the two is right.",
    ),
    # Headings and sheets.
    "heading-misspelt": (
        "note",
        'The heading was taken for "{official}", from which it differs by a letter or two.',
        "{official}",
        SEE_MATCHING,
    ),
    "heading-two-candidates": (
        "note",
        'The heading could also be "{official}"; the one that has exactly this wording was used.',
        "one heading for each column",
        SEE_MATCHING,
    ),
    "heading-contested": (
        "warning",
        'Several headings could be "{official}", so none of them was used.',
        'one heading "{official}"',
        "Rename the right one, or decide in matching_report.xlsx and pass the file to --mappings.",
    ),
    "heading-not-taken": (
        "note",
        "The heading belongs to no column of this list; its values were not read.",
        "",
        SEE_MATCHING,
    ),
    "heading-superseded": (
        "note",
        "The heading is of an older edition and meant something else; its values were not read.",
        "",
        SEE_MATCHING,
    ),
    "column-missing": (
        "warning",
        "The list has no such column, so its values are not known.",
        'a heading "{official}"',
        "Add the column to the export, or decide in matching_report.xlsx and pass the file to --mappings.",
    ),
    "sheet-name-disagrees": (
        "warning",
        "The name speaks of list {named}, but the headings are those of list {number}, as which it was read.",
        "headings of the list that the sheet is named after",
        "Rename the sheet, or check its headings.",
    ),
    "sheet-not-a-list": (
        "note",
        "The sheet has the headings of no list and was not read.",
        "",
        "Nothing, if it is no list; else check its headings.",
    ),
    "list-without-key-column": (
        "error",
        'The sheet has no heading "{official}", so all its rows were set aside.',
        'a heading "{official}"',
        "Add the column to the export, or decide in matching_report.xlsx and pass the file to --mappings.",
    ),
    "links-to-other-workbooks": (
        "note",
        "The workbook refers to other workbooks; the values last stored in it were read.",
        "",
        "Nothing, if it was saved when those were up to date.",
    ),
    "macros-not-run": ("note", "The workbook holds macros; none was run.", "", "Nothing."),
}
issue = Messages(_MESSAGES).issue
