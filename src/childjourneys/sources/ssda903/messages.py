"""What SSDA903 can be told about: severity and words of each issue, in one place."""

from __future__ import annotations

from collections.abc import Mapping

from childjourneys.sources.messages import CORRECT, SEE_MATCHING, Messages

_A_DATE = "A date such as 25/07/2024."
_IN_TIME = "A date on or before {as_at}."

_MESSAGES: Mapping[str, tuple[str, str, str, str]] = {
    # The return and its files.
    "year-not-found": (
        "error",
        "Nothing says which collection year this return is of: it has no dates, and no name speaks of "
        "a year. All its files were set aside; this is the first of them.",
        "Dates in DEC, REVIEW or MIS_END, or a year such as 2024 or 2023-24 in a folder's or file's name.",
        "Name the folder after the collection year and run again.",
    ),
    "year-name-disagrees": (
        "warning",
        "The name of the {what} speaks of another collection year; by its dates the return is of {year}.",
        "A name that speaks of {year}.",
        "Check that the files belong together, and rename.",
    ),
    "year-not-covered": (
        "note",
        "The return is of a collection year whose layout is not held; it was read like the nearest one.",
        "A collection year from {first} to {last}.",
        "Check the codes in the matching report.",
    ),
    "module-doubtful": (
        "warning",
        "By the columns that it must have, this is the module {module}, as which it was read; but most of "
        "its columns are those of {other}.",
        "All columns of {other}, if it is that module: {missing} is not there.",
        "Add the missing columns to the export if it is {other}.",
    ),
    "heading-not-taken": (
        "note",
        "The module has no such column; its values were not read.",
        "Columns of the module.",
        "Nothing, unless a column is misspelt.",
    ),
    "column-missing": (
        "warning",
        "The module has no such column here, so what it would say is not known.",
        "A column {official}.",
        "Add the column to the export.",
    ),
    "layout-not-confirmed": (
        "note",
        "SSDA903 in XML is read by the elements that are known; its full layout is not confirmed.",
        "The CSV files of the modules, whose layout is known.",
        "Compare the counts of rows with the return's own, or give the CSV files.",
    ),
    "element-unknown": (
        "note",
        "No such element is known in SSDA903; it was not read.",
        "Elements of the return.",
        "Nothing, if it is meant for another system; else give the CSV files.",
    ),
    # Rows set aside.
    "placeholder-identifier": (
        "error",
        "The identifier is blank or a placeholder, so the row names no child and was set aside.",
        "The child's own identifier.",
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
        "A date such as 25/07/2024; never month/day/year or a two-digit year.",
        CORRECT,
    ),
    "key-date-future": (
        "error",
        "The date the row is about is after the reference date, so the row was set aside.",
        _IN_TIME,
        "Correct it in the case system and export again, or check the year of the return.",
    ),
    "row-is-a-note": (
        "note",
        "The row has one filled cell, so it is a note and no record; it was set aside.",
        "Records only, below the headings.",
        "Nothing, if it is a note.",
    ),
    "heading-repeated": (
        "note",
        "The row repeats the headings; it was set aside.",
        "Records only, below the headings.",
        "Nothing.",
    ),
    "duplicate-rows": (
        "note",
        "Rows repeat an earlier row of the file; the first of each was kept.",
        "Each record once.",
        "Nothing, unless they were meant to differ.",
    ),
    # Values.
    "same-key": (
        "warning",
        "An earlier row of the file is about the same {about} but differs; both were loaded.",
        "Each record once.",
        "Check which of the two is right.{first}",
    ),
    "date-unreadable": (
        "warning",
        "The date can't be read and was not used.",
        "A date such as 25/07/2024; never month/day/year or a two-digit year.",
        CORRECT,
    ),
    "date-after-extract": (
        "warning",
        "The date is after the reference date, so it was taken as planned and not as having happened.",
        _IN_TIME,
        "Check the date in the case system.",
    ),
    "end-before-start": (
        "warning",
        "The end is before the start, so the end was not used.",
        "An end on or after the start.",
        CORRECT,
    ),
    "reason-without-end": (
        "warning",
        "A reason for ceasing stands there without an end date (DEC), so it was not used.",
        "Both DEC and REC, or neither.",
        CORRECT,
    ),
    "number-unreadable": (
        "warning",
        "The number can't be read and was not used.",
        "A number.",
        CORRECT,
    ),
    "not-matched": (
        "warning",
        "Values fit no code of the set and were not used; this is the first of them.",
        "A value of the code set {codes}.",
        SEE_MATCHING,
    ),
    "letter-mismatch": (
        "warning",
        "The letter or number in front of the words is another value's; the words decided.",
        "A code of the return.",
        "Check the values in the export.",
    ),
    "code-of-another-year": (
        "warning",
        "Codes that the return has in other collection years only stand here; they were read. This is the "
        "first of them.",
        "A code of the year {year}.",
        "Check that the return is of the year {year}; else nothing.",
    ),
}  # fmt: skip
issue = Messages(_MESSAGES).issue
