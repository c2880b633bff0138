"""From settled rows to reported tables: typed columns, what they say of the child, and marks."""

from __future__ import annotations

import numpy as np
import polars as pl

from childjourneys.sources.annex_a.cells import Flags, text_series
from childjourneys.sources.coding import NOT_MATCHED
from childjourneys.sources.marks import Mark, mark_frame
from childjourneys.sources.ssda903.layout import (
    ACCOMMODATION,
    BORN,
    CHILD,
    REASON_CEASED,
    UPN,
    Field,
    code_labels,
    coder_of,
    of_another_year,
)
from childjourneys.sources.ssda903.marks import end_marks, undated_marks
from childjourneys.sources.ssda903.readings import Reading
from childjourneys.sources.ssda903.rows import Rows
from childjourneys.tables import REPORTED

Columns = dict[str, pl.Series]
_MOTHER = ("is_mother", "mothers_child_birth_date", "uasc_status")


def tables_of(rows: Rows) -> dict[str, pl.DataFrame]:
    """Reported tables of the rows that are loaded, and marks of what could not be dated."""
    identifiers = rows.reading(CHILD).series()
    marks = undated_marks(rows)
    found: Columns = {
        "child_id": identifiers,
        "sheet": pl.repeat(rows.sheet.name, len(rows.alive), dtype=pl.String, eager=True),
        "row": pl.Series(rows.sheet.numbers, dtype=pl.Int64),
    }
    for name in rows.sheet.columns:
        if name != CHILD:
            found |= _columns(rows, rows.module.fields[name], marks)
    frame = pl.DataFrame(found)
    if not rows.alive.all():
        frame = frame.filter(pl.Series(rows.alive))
    tables = _of_frame(rows, frame) if frame.height else {}
    if marks:
        tables["mark"] = mark_frame(rows.sheet.name, rows.sheet.numbers, identifiers, marks)
    return tables


def _of_frame(rows: Rows, frame: pl.DataFrame) -> dict[str, pl.DataFrame]:
    tables: dict[str, pl.DataFrame] = {}
    own = REPORTED[rows.module.table]
    if rows.module.name == "Episodes":
        frame = _one_day_first(frame)
    tables[own.name] = own.conform(frame.select(name for name in frame.columns if name in own.schema))
    if rows.module.name == "Header":
        stated = frame.filter(_any_given(frame, _MOTHER))
        if stated.height:
            kept = [name for name in frame.columns if name in REPORTED["mother"].schema]
            tables["mother"] = REPORTED["mother"].conform(stated.select(kept))
    elif BORN in rows.sheet.columns:
        tables["stated_birth"] = _stated_births(frame)
    return tables


def _one_day_first(frame: pl.DataFrame) -> pl.DataFrame:
    """Episodes as they stand, but of one child and start the ones that end that day before the others."""
    key = ["child_id", "episode_start_date"]
    if (
        "episode_end_date" not in frame.columns
        or not frame.select(pl.struct(key).is_duplicated().any()).item()
    ):
        return frame
    return (
        frame.with_row_index("_place")
        .with_columns(
            _at=pl.col("_place").min().over(key),
            _goes_on=(pl.col("episode_end_date") != pl.col("episode_start_date")).fill_null(True),
        )
        .sort("_at", "_goes_on", maintain_order=True)
        .drop("_place", "_at", "_goes_on")
    )


def _stated_births(frame: pl.DataFrame) -> pl.DataFrame:
    """What rows say of the child's birth, without those that repeat what an earlier one said."""
    table = REPORTED["stated_birth"]
    births = table.conform(frame.select(name for name in frame.columns if name in table.schema))
    said = ["birth_date", "birth_date_raw", "sex", "sex_raw"]
    return births.filter(
        pl.any_horizontal(pl.col(said).is_not_null()) & pl.struct("child_id", *said).is_first_distinct()
    )


def _any_given(frame: pl.DataFrame, names: tuple[str, ...]) -> pl.Expr:
    there = [name for name in frame.columns if name.removesuffix("_raw") in names]
    return pl.any_horizontal(pl.col(there).is_not_null()) if there else pl.lit(False)


def _columns(rows: Rows, field: Field, marks: list[Mark]) -> Columns:
    if field.kind == "date":
        return _date_columns(rows, field, marks)
    reading = rows.reading(field.name)
    if reading.matches:
        return _coded_columns(rows, field, reading)
    rows.report("number-unreadable", reading.faulty() & rows.alive, field.name)
    return {field.column: reading.series()}


def _date_columns(rows: Rows, field: Field, marks: list[Mark]) -> Columns:
    dates = rows.dates(field.name)
    if field.name == rows.module.key_date:
        return {field.column: dates.series()}
    before = np.zeros_like(rows.alive)
    if field.name == rows.module.end and rows.module.key_date:
        before = dates.usable & (dates.days < rows.dates(rows.module.key_date).days) & rows.alive
    unreadable, future = dates.unreadable & rows.alive, dates.future & rows.alive
    rows.report("date-unreadable", unreadable, field.name)
    rows.report("date-after-extract", future, field.name)
    rows.report("end-before-start", before, field.name)
    if field.name == rows.module.end:
        marks += end_marks(rows, unreadable, before)
    return {
        field.column: dates.series(dates.usable & ~before),
        f"{field.column}_raw": text_series(dates.cells, unreadable | future | before),
    }


def _coded_columns(rows: Rows, field: Field, reading: Reading) -> Columns:
    """Codes (or yes and no), and as found what fits none; counted in the matching report."""
    _report_codes(rows, field, reading)
    unmatched = reading.faulty() & rows.alive
    if field.name == ACCOMMODATION:
        return _accommodation(field, reading, unmatched)
    if field.name == UPN:
        told = reading.cells.spread([match is not None for match in reading.matches])
        return {
            "upn": reading.series(~told),
            "upn_unknown": reading.series(told),
            "upn_unknown_raw": text_series(reading.cells, unmatched),
        }
    if field.name == REASON_CEASED:
        # A reason for ceasing says nothing as long as the episode goes on.
        idle = rows.sheet.cells("DEC").blank() & ~reading.cells.blank() & rows.alive
        rows.report("reason-without-end", idle, field.name)
        return {
            field.column: reading.series(~idle),
            f"{field.column}_raw": text_series(reading.cells, unmatched | idle),
        }
    return {
        field.column: reading.series(),
        f"{field.column}_raw": text_series(reading.cells, unmatched),
    }


def _accommodation(field: Field, reading: Reading, unmatched: Flags) -> Columns:
    """The letter says where, the digit whether it is suitable."""
    letters = [code[0] if code else None for code in reading.values]
    digits = [code[1:] or None if code else None for code in reading.values]
    return {
        field.column: reading.cells.series(letters, pl.String),
        f"{field.column}_raw": text_series(reading.cells, unmatched),
        "suitability": reading.cells.series(digits, pl.String),
    }


def _report_codes(rows: Rows, field: Field, reading: Reading) -> None:
    name, module = field.name, rows.module.name
    coder = coder_of(module, name)
    labels = code_labels(module, name)
    counts = np.bincount(reading.cells.codes[rows.alive], minlength=len(reading.cells.values))
    year = rows.context.as_at.year
    other_year: list[bool] = []
    for text, match, count in zip(reading.cells.values.texts, reading.matches, counts.tolist(), strict=True):
        code = match.code if match else None
        other_year.append(bool(text and code and of_another_year(module, name, text, code, year)))
        if text is None or match is None or not count:
            continue
        entry = rows.context.matching.values.setdefault(
            (module, name, text), [code or "", labels.get(code or "", ""), match.how, 0]
        )
        entry[3] = int(entry[3]) + count
    news = [match is not None and match.how == NOT_MATCHED for match in reading.matches]
    rows.report_once(
        "not-matched", reading.cells.spread(news) & rows.alive, name, codes=coder.name if coder else ""
    )
    differs = reading.cells.spread([match is not None and match.letter_differs for match in reading.matches])
    rows.report("letter-mismatch", differs & rows.alive, name)
    rows.report_once(
        "code-of-another-year", reading.cells.spread(other_year) & rows.alive, name, year=str(year)
    )
