"""The workbooks of a run: journeys, cases to read, issues, and the matching report that can be edited."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

import polars as pl

from childjourneys.domain.vocabulary import EVENTS
from childjourneys.reports.files import replacing
from childjourneys.reports.palette import event_colour
from childjourneys.reports.sheets import EXCEL_ROWS, FillIn, SheetColumn, open_book
from childjourneys.sources.contract import Matching

_JOURNEYS = (
    SheetColumn("la_code", 10),
    SheetColumn("child_id", 18),
    SheetColumn("journey", 90),
    SheetColumn("journey_reduced", 50),
    SheetColumn("first_date", 13),
    SheetColumn("last_date", 13),
    SheetColumn("n_events", 11),
)
_LEGEND = (
    SheetColumn("code", 10),
    SheetColumn("name", 30),
    SheetColumn("label", 42),
    SheetColumn("shown in lines", 16),
)
_AUDIT = (
    SheetColumn("archetype", 30),
    SheetColumn("la_code", 10),
    SheetColumn("child_id", 18),
    SheetColumn("anchor_date", 13),
    SheetColumn("outcome", 16),
    SheetColumn("explanation", 90, wrap=True),
    SheetColumn("file", 34),
    SheetColumn("sheet", 20),
    SheetColumn("row", 9),
)
_AUDIT_ANSWERS = (
    FillIn("read_by", 18),
    FillIn("read_on", 13, day=True),
    FillIn("decision_sound", 16, choices=("yes", "no", "unsure")),
    FillIn("what_we_learned", 50),
    FillIn("action", 40),
)
_ISSUES = (
    SheetColumn("severity", 11),
    SheetColumn("code", 22),
    SheetColumn("file", 34),
    SheetColumn("sheet", 20),
    SheetColumn("row", 9),
    SheetColumn("column", 26),
    SheetColumn("what", 60),
    SheetColumn("expected", 44),
    SheetColumn("to_do", 60),
    SheetColumn("count", 9),
)
_HEADINGS = (
    SheetColumn("file", 34),
    SheetColumn("sheet", 24),
    SheetColumn("heading", 48),
    SheetColumn("taken_as", 30),
    SheetColumn("how", 24),
)
_VALUES = (
    SheetColumn("list", 8),
    SheetColumn("column", 34),
    SheetColumn("raw", 44),
    SheetColumn("taken_as", 18),
    SheetColumn("label", 44),
    SheetColumn("how", 18),
    SheetColumn("count", 9),
)


def write_journeys_workbook(path: Path, lines: pl.DataFrame, row_limit: int = EXCEL_ROWS) -> None:
    """Sheets `Child journeys` (and `Child journeys (2)` ... beyond the rows of a sheet), `Legend`, `Read me`.

    A text too long for a cell is cut with a mark that says where the whole of it is.

    Raises:
        CannotWrite: the file is open in another program, or the folder may not be written to.
    """
    with replacing(path) as temporary, open_book(temporary, row_limit, "journeys.csv") as book:
        sheets = book.add_table("Child journeys", _JOURNEYS, _rows(lines, _JOURNEYS), lines.height)
        legend = [
            (event.code, event.name, event.label, "yes" if event.in_lines else "no") for event in EVENTS
        ]
        book.add_table(
            "Legend", _LEGEND, legend, len(legend), fills=[event_colour(event.name) for event in EVENTS]
        )
        book.add_notes("Read me", _read_me(sheets, book.texts_cut))


def write_audit_workbook(path: Path, audit: pl.DataFrame, row_limit: int = EXCEL_ROWS) -> None:
    """Sheet `Audit list` (and `Audit list (2)` ... beyond the rows of a sheet) and `Read me`.

    After the columns of audit_list.csv come shaded ones in which a reader of cases writes what was found.

    Raises:
        CannotWrite: the file is open in another program, or the folder may not be written to.
    """
    with replacing(path) as temporary, open_book(temporary, row_limit, "audit_list.csv") as book:
        sheets = book.add_table(
            "Audit list", _AUDIT, _rows(audit, _AUDIT), audit.height, fill_in=_AUDIT_ANSWERS
        )
        book.add_notes("Read me", _read_me_audit(sheets, book.texts_cut))


def write_issues_workbook(path: Path, issues: pl.DataFrame, row_limit: int = EXCEL_ROWS) -> None:
    """Sheet `Issues` (and `Issues (2)` ... beyond the rows of a sheet) and `Read me`.

    Raises:
        CannotWrite: the file is open in another program, or the folder may not be written to.
    """
    with replacing(path) as temporary, open_book(temporary, row_limit, "issues.csv") as book:
        book.add_table("Issues", _ISSUES, _rows(issues, _ISSUES), issues.height)
        book.add_notes("Read me", _read_me_issues(book.texts_cut))


def write_matching_workbook(path: Path, matching: Matching, row_limit: int = EXCEL_ROWS) -> None:
    """Sheets `Headings` and `Values`, sorted. Edit `taken_as` and give the file back with `--mappings`.

    Raises:
        CannotWrite: the file is open in another program, or the folder may not be written to.
    """
    headings = [(*place, *taken) for place, taken in sorted(matching.headings.items())]
    values = [(*key, *found) for key, found in sorted(matching.values.items(), key=_list_order)]
    with replacing(path) as temporary, open_book(temporary, row_limit, "the return itself") as book:
        book.add_table("Headings", _HEADINGS, headings, len(headings), edit="taken_as")
        book.add_table("Values", _VALUES, values, len(values), edit="taken_as")
        book.add_notes("Read me", _READ_ME_MATCHING)


def _rows(frame: pl.DataFrame, columns: Sequence[SheetColumn]) -> Iterator[Sequence[object]]:
    return iter(frame.select(column.name for column in columns).iter_rows())


def _list_order(item: tuple[tuple[str, str, str], object]) -> tuple[int, str, str, str]:
    """Lists by number, then the census."""
    list_name, column, raw = item[0]
    return (int(list_name) if list_name.isdecimal() else 99, list_name, column, raw)


def _read_me(sheets: int, texts_cut: int) -> Iterable[tuple[str, str]]:
    yield "Child journeys", "One row per child: everything that happened to the child, in order."
    yield "", "Children's personal data. Not to leave the team."
    yield "journey", "Each event with its day: [2025-03-01/contact] -> [2025-05-05/referral]."
    yield "journey_reduced", "The same as codes: C -> R. The sheet Legend says what each code means; a code"
    yield "", "that ends in | is the end of what the code without it starts."
    yield "first_date, last_date", "Days of the first and the last event of the line."
    yield "n_events", "How many events the line has. Events marked no in the Legend are in events.csv only."
    yield "Missing events", "A return tells about some kinds of event and some months only. The report says"
    yield "", "which: no event outside them means that nothing is known, not that nothing happened."
    if sheets > 1:
        yield (
            "More sheets",
            f"There are more children than a sheet can hold: they go on over {sheets} sheets.",
        )
    if texts_cut:
        yield (
            "Texts cut",
            f"{texts_cut} texts are longer than a cell can hold. They are cut here, and say so at"
            " their end; journeys.csv has them whole.",
        )


def _read_me_audit(sheets: int, texts_cut: int) -> Iterable[tuple[str, str]]:
    yield "Audit list", "One row per case to read: an anchor (the event or day that an archetype starts"
    yield "", "from) at which a child's journey shows the pattern. A child can have several rows. An"
    yield "", "archetype that asks for every anchor lists all of them, with the outcome of each."
    yield "", "Children's personal data. Not to leave the team."
    yield "A match", "is not a judgement. It says that recorded dates fit a pattern: not that anyone was"
    yield "", "wrong, nor that a child was at risk. Read the case before you conclude anything."
    yield "match", "The pattern is there, and the returns cover all the time that it asks about."
    yield "match_early", "The pattern is there already, but the returns do not cover all the time that it"
    yield "", "asks about, or a record that matters has a fault. A case to read like any other; only"
    yield "", "no rate counts it, because others of its time can't be told yet."
    yield "Other outcomes", "no_match: followed in full, without the pattern. too_recent: not there so far,"
    yield "", "and the time is not over. not_seen_before: the returns begin too late to tell. left: the"
    yield "", "child came of age, died, was adopted or moved away first. unusable: a fault in the data."
    yield "explanation", "What happened and when, with the places in the returns."
    yield "file, sheet, row", "Where the anchor stands. Blank where the anchor is a day of the calendar."
    yield "To fill in", "The shaded columns are yours. Nothing reads them back: keep your copy under another"
    yield "", "name, as the next run writes this file anew."
    yield "read_by, read_on", "Who read the case, and on which day."
    yield "decision_sound", "Was the decision at the anchor sound on what was known that day?"
    yield "", "yes, no or unsure."
    yield "what_we_learned", "What the case tells about practice, about recording, or about the pattern."
    yield "action", "What happens now, and who does it."
    if sheets > 1:
        yield "More sheets", f"There are more cases than a sheet can hold: they go on over {sheets} sheets."
    if texts_cut:
        yield "Texts cut", f"{texts_cut}. They say so at their end; audit_list.csv has them whole."


def _read_me_issues(texts_cut: int) -> Iterable[tuple[str, str]]:
    yield "Issues", "One row per finding and place, as in issues.csv."
    yield "error", "A row, a sheet or a file was set aside."
    yield "warning", "The row was loaded; a value was not used or is doubtful."
    yield "note", "A choice was made; nothing was lost."
    yield (
        "row",
        "The row that the spreadsheet shows, or the line of the XML file. Blank: a whole sheet or file.",
    )
    yield "count", "1, or how many more places this line stands for."
    if texts_cut:
        yield "Texts cut", f"{texts_cut} texts are cut, and say so at their end; issues.csv has them whole."


_READ_ME_MATCHING = (
    ("Headings", "What each heading of each sheet was taken as, and how that was found."),
    ("Values", "What each coded value was taken as: the census code, its label, how, and how often."),
    (
        "To correct one",
        "Write the right column or code in taken_as (the shaded column) and save the workbook.",
    ),
    ("Then", "Run again with --mappings and the name of the saved workbook."),
    (
        "not matched",
        "The value could not be used. It is kept as found and counts in no table by that column.",
    ),
)
