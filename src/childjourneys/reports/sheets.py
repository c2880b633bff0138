"""Tables as sheets of a workbook: nothing becomes a formula, nothing is lost without a word."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime
from itertools import islice
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import xlsxwriter
from xlsxwriter.exceptions import FileCreateError

EXCEL_ROWS = 1_048_576  # heading included
EXCEL_TEXT = 32_767  # counted as Excel does, in UTF-16 units
_CREATED = datetime(2000, 1, 1, tzinfo=UTC)  # fixed: the same data give the same file
_DAY_ZERO = date(1899, 12, 30).toordinal()
_FORMULA_START = ("=", "+", "-", "@", "\t", "\r")
_NOT_XML = str.maketrans({"\ufffe": "\ufffd", "\uffff": "\ufffd"})


@dataclass(frozen=True)
class SheetColumn:
    """One column of a sheet; `width` in characters; `wrap` breaks long texts into lines."""

    name: str
    width: int
    wrap: bool = False


@dataclass(frozen=True)
class FillIn:
    """A column left blank for people to write in; `choices` are offered, and nothing else is taken."""

    name: str
    width: int
    choices: tuple[str, ...] = ()
    day: bool = False


@contextmanager
def open_book(path: Path, row_limit: int, whole_text_in: str) -> Iterator[Book]:
    """A workbook that is written when the block ends; `whole_text_in` is named where a text is cut."""
    # Rows wait in temporary files. They hold children's data, so they stay beside the output and go with it.
    with TemporaryDirectory(dir=path.parent, prefix="~", ignore_cleanup_errors=True) as folder:
        workbook = xlsxwriter.Workbook(
            str(path),
            {
                "constant_memory": True,
                "tmpdir": folder,
                "strings_to_formulas": False,
                "strings_to_urls": False,
                "strings_to_numbers": False,
            },
        )
        workbook.use_zip64()
        workbook.set_properties({"created": _CREATED})
        try:
            yield Book(workbook, row_limit, whole_text_in)
            workbook.close()
        except FileCreateError as error:
            if isinstance(error.args[0], OSError):
                raise error.args[0] from error
            raise
        finally:
            if not workbook.fileclosed:
                for sheet in workbook.worksheets():
                    sheet._opt_close()  # XlsxWriter closes them only when all went well


class Book:
    """Adds sheets to a workbook. `texts_cut` counts the texts that a cell could not hold."""

    def __init__(self, workbook: Any, row_limit: int, whole_text_in: str) -> None:
        self.texts_cut = 0
        self._workbook = workbook
        self._row_limit = row_limit
        self._mark = f" ... [cut here: the whole text is in {whole_text_in}]"
        self._heading = workbook.add_format(
            {"bold": True, "bg_color": "#1d70b8", "font_color": "#ffffff", "valign": "top", "border": 1}
        )
        self._plain = workbook.add_format({"valign": "top"})
        self._date = workbook.add_format({"valign": "top", "num_format": "yyyy-mm-dd", "align": "left"})
        self._literal = workbook.add_format({"valign": "top", "quote_prefix": True})
        self._edit = workbook.add_format({"valign": "top", "bg_color": "#fff2b3", "quote_prefix": True})
        self._wrap = workbook.add_format({"valign": "top", "text_wrap": True})
        self._wrapped_literal = workbook.add_format(
            {"valign": "top", "text_wrap": True, "quote_prefix": True}
        )
        blank = {
            "valign": "top",
            "text_wrap": True,
            "bg_color": "#fff2b3",
            "border": 1,
            "border_color": "#b1b4b6",
        }
        self._fill_in = workbook.add_format(blank)
        self._fill_in_day = workbook.add_format(blank | {"num_format": "yyyy-mm-dd", "align": "left"})
        self._fill_in_heading = workbook.add_format(
            {"bold": True, "bg_color": "#ffdd00", "font_color": "#0b0c0c", "valign": "top", "border": 1}
        )
        self._bold = workbook.add_format({"valign": "top", "bold": True})

    def add_table(
        self,
        name: str,
        columns: Sequence[SheetColumn],
        rows: Iterable[Sequence[object]],
        height: int,
        edit: str | None = None,
        fills: Sequence[str] = (),
        fill_in: Sequence[FillIn] = (),
    ) -> int:
        """A table with a frozen heading and a filter, on as many sheets as its `height` needs.

        `edit` names a column to shade; `fills` colours the first cell of each row; `fill_in` are blank
        columns after the others. Returns how many sheets.
        """
        room = self._row_limit - 1
        sheets = max(1, -(-height // room))
        remaining = iter(rows)
        shaded = [column.name for column in columns].index(edit) if edit else None
        wrapped = frozenset(at for at, column in enumerate(columns) if column.wrap)
        for number in range(1, sheets + 1):
            sheet = self._workbook.add_worksheet(name if number == 1 else f"{name} ({number})")
            for at, column in enumerate(columns):
                sheet.set_column(at, at, column.width)
            sheet.freeze_panes(1, 0)
            here = min(room, height - room * (number - 1))
            sheet.autofilter(0, 0, max(here, 1), len(columns) + len(fill_in) - 1)
            for at, column in enumerate(columns):
                sheet.write_string(0, at, column.name, self._heading)
            blanks = self._head_fill_in(sheet, fill_in, len(columns), here)
            for at, row in enumerate(islice(remaining, room), start=1):
                self._write_row(sheet, at, row, shaded, fills[at - 1] if fills else None, wrapped)
                for place, style in blanks:
                    sheet.write_blank(at, place, None, style)
        return sheets

    def add_titled(
        self, name: str, title: str, headings: Sequence[str], rows: Iterable[Sequence[object]]
    ) -> None:
        """A sheet with a title in its first row, headings in its second, then rows."""
        sheet = self._workbook.add_worksheet(name)
        sheet.set_column(0, 0, 40)
        sheet.set_column(1, max(1, len(headings) - 1), 14)
        sheet.freeze_panes(2, 1)
        sheet.write_string(0, 0, title, self._bold)
        for at, heading in enumerate(headings):
            sheet.write_string(1, at, heading, self._heading)
        for at, row in enumerate(rows, start=2):
            self._write_row(sheet, at, row, None, None, frozenset())

    def add_notes(self, name: str, notes: Iterable[tuple[str, str]]) -> None:
        """A sheet of words: a bold term and what it means."""
        sheet = self._workbook.add_worksheet(name)
        sheet.set_column(0, 0, 24)
        sheet.set_column(1, 1, 100)
        for at, (term, text) in enumerate(notes):
            sheet.write_string(at, 0, term, self._bold)
            sheet.write_string(at, 1, text, self._wrap)

    def _head_fill_in(
        self, sheet: Any, fill_in: Sequence[FillIn], first: int, rows: int
    ) -> list[tuple[int, Any]]:
        """Headings of the blank columns; gives the place and the style of each."""
        for place, column in enumerate(fill_in, start=first):
            sheet.set_column(place, place, column.width)
            sheet.write_string(0, place, column.name, self._fill_in_heading)
            if column.choices and rows:
                sheet.data_validation(
                    1, place, rows, place, {"validate": "list", "source": list(column.choices)}
                )
        return [
            (place, self._fill_in_day if column.day else self._fill_in)
            for place, column in enumerate(fill_in, start=first)
        ]

    def _write_row(
        self,
        sheet: Any,
        at: int,
        row: Sequence[object],
        shaded: int | None,
        fill: str | None,
        wrapped: frozenset[int],
    ) -> None:
        for place, value in enumerate(row):
            if isinstance(value, str):
                if not value and place != shaded:
                    continue
                style = self._plain
                if place == shaded:
                    style = self._edit
                elif value.startswith(_FORMULA_START):
                    style = self._wrapped_literal if place in wrapped else self._literal
                elif place in wrapped:
                    style = self._wrap
                elif fill and place == 0:
                    style = self._workbook.add_format({"bold": True, "font_color": fill})
                sheet.write_string(at, place, self._fit(value), style)
            elif isinstance(value, date):
                sheet.write_number(at, place, value.toordinal() - _DAY_ZERO, self._date)
            elif isinstance(value, (int, float)):
                sheet.write_number(at, place, value, self._plain)

    def _fit(self, text: str) -> str:
        """The text as a cell can hold it."""
        if len(text) > EXCEL_TEXT // 2 and len(text.encode("utf-16-le")) // 2 > EXCEL_TEXT:
            self.texts_cut += 1
            kept = text.encode("utf-16-le")[: (EXCEL_TEXT - len(self._mark)) * 2]
            text = kept.decode("utf-16-le", errors="ignore") + self._mark
        if text.startswith("<r>") and text.endswith("</r>"):
            text += " "  # XlsxWriter would take it for its own markup
        return text.translate(_NOT_XML) if "\ufffe" in text or "\uffff" in text else text
