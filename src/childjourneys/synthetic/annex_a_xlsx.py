"""An Annex A workbook in the official layout: a front sheet, then one sheet per list."""

from __future__ import annotations

from datetime import date, datetime
from pathlib import Path
from typing import Any

import polars as pl
import xlsxwriter

from childjourneys.domain.codes import authority_name, load_yaml

_CREATED = datetime(2020, 1, 1)  # noqa: DTZ001 - a fixed time, so that the same plan gives the same bytes
_EXCEL_EPOCH = 25569


def write_annex_a(path: Path, la: str, as_at: date, lists: dict[int, pl.DataFrame]) -> None:
    """Write the lists with official sheet names, titles and headings; dates are true dates."""
    with xlsxwriter.Workbook(path) as workbook:
        workbook.set_properties({"title": "Child-level data", "created": _CREATED})
        dates = workbook.add_format({"num_format": "dd/mm/yyyy"})
        bold = workbook.add_format({"bold": True})
        front = workbook.add_worksheet("Front_Sheet")
        front.write_string(0, 0, "Child-level data (Annex A)", bold)
        front.write_string(2, 0, "Local authority")
        front.write_string(2, 1, authority_name(la))
        front.write_string(3, 0, "Extract date")
        front.write_number(3, 1, _serial(as_at), dates)
        front.set_column(0, 1, 28)
        for spec in list_specs():
            rows = sheet_rows(spec, lists[spec["list"]])
            sheet = workbook.add_worksheet(f"List_{spec['list']}")
            sheet.write_string(0, 0, f"List {spec['list']}: {spec['title']}", bold)
            for column, heading in enumerate(rows.columns):
                sheet.write_string(1, column, heading, bold)
            sheet.set_column(0, len(rows.columns) - 1, 16)
            _write(sheet, rows, dates)


def list_specs() -> list[dict[str, Any]]:
    """The lists of `annex_a.yaml`."""
    specs: list[dict[str, Any]] = load_yaml("childjourneys.sources.specs", "annex_a.yaml")["lists"]
    return specs


def sheet_rows(spec: dict[str, Any], rows: pl.DataFrame) -> pl.DataFrame:
    """The columns of a list in template order under their official headings."""
    return rows.select(pl.col(column["canonical"]).alias(column["heading"]) for column in spec["columns"])


def _write(sheet: Any, rows: pl.DataFrame, dates: Any) -> None:
    for column, series in enumerate(rows.iter_columns()):
        if series.dtype == pl.Date:
            for row, days in enumerate(series.cast(pl.Int32).to_list(), start=2):
                if days is not None:
                    sheet.write_number(row, column, days + _EXCEL_EPOCH, dates)
        elif series.dtype == pl.String:
            for row, text in enumerate(series.to_list(), start=2):
                if text is not None:
                    sheet.write_string(row, column, text)
        else:
            for row, number in enumerate(series.to_list(), start=2):
                if number is not None:
                    sheet.write_number(row, column, number)


def _serial(day: date) -> int:
    return (day - date(1970, 1, 1)).days + _EXCEL_EPOCH
