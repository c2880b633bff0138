"""From settled rows to reported tables: typed columns, the child as stated, and marks."""

from __future__ import annotations

import numpy as np
import polars as pl

from childjourneys.domain.codes import code_set
from childjourneys.sources.annex_a.cells import (
    Flags,
    match_values,
    read_integers,
    text_series,
)
from childjourneys.sources.annex_a.messages import issue
from childjourneys.sources.annex_a.rows import Rows, undated_marks
from childjourneys.sources.coding import NOT_MATCHED
from childjourneys.sources.mappings import value_coder
from childjourneys.sources.marks import Mark, mark_frame
from childjourneys.sources.values import is_blank
from childjourneys.tables import REPORTED

_TRUTH = {"1": True, "0": False, "U": None}
# The child's own columns, as the reported table `child` names them.
_CHILD = {"gender": "sex", "ethnicity": "ethnicity", "has_disability": "has_disability"}


def tables_of(rows: Rows) -> dict[str, pl.DataFrame]:
    """Reported tables of the rows that are loaded, and marks of those that could not be dated."""
    if "child_id" not in rows.sheet.columns:
        return {}
    identifiers = rows.cells("child_id").series(rows.identifiers, pl.String)
    marks: list[Mark] = [(*mark, None) for mark in undated_marks(rows)]
    tables: dict[str, pl.DataFrame] = {}
    if rows.alive.any():
        place = {
            "child_id": identifiers,
            "sheet": pl.repeat(rows.sheet.name, len(rows.alive), dtype=pl.String, eager=True),
            "row": pl.Series(rows.sheet.numbers, dtype=pl.Int64),
        }
        tables |= _own_tables(rows, place, marks)
        tables["child"] = _children(rows, place)
    if marks:
        tables["mark"] = mark_frame(rows.sheet.name, rows.sheet.numbers, identifiers, marks)
    return tables


def _own_tables(rows: Rows, place: dict[str, pl.Series], marks: list[Mark]) -> dict[str, pl.DataFrame]:
    table = REPORTED[rows.plan.table]
    columns = dict(place)
    for name, reported in rows.plan.keeps.items():
        if name not in rows.sheet.columns:
            continue
        kind = rows.sheet.spec.column(name).type
        if kind == "date":
            made = _date_column(rows, name, marks)
        elif kind == "int":
            made = _integer_column(rows, name)
        elif kind in ("code", "bool", "bool3"):
            made = _coded_column(rows, name, table.schema[reported] == pl.Boolean)
        else:
            made = (rows.cells(name).series(rows.cells(name).values.texts, pl.String), None)
        columns[reported] = made[0]
        if made[1] is not None and f"{reported}_raw" in table.schema:
            columns[f"{reported}_raw"] = made[1]
    frame = pl.DataFrame(columns)
    alone = rows.conference_only & rows.alive
    tables = {table.name: table.conform(_alive(frame, rows.alive & ~alone))}
    if alone.any():
        conference = REPORTED["icpc"]
        kept = [name for name in frame.columns if name in conference.schema and name != "icpc_date_raw"]
        tables["icpc"] = conference.conform(frame.select(kept).filter(pl.Series(alone)))
    return tables


def _date_column(rows: Rows, name: str, marks: list[Mark]) -> tuple[pl.Series, pl.Series | None]:
    dates = rows.dates(name)
    if name == rows.plan.start:
        return dates.series(), None
    before = np.zeros_like(rows.alive)
    if name == rows.plan.end and rows.plan.start is not None:
        start = rows.dates(rows.plan.start)
        before = dates.usable & start.usable & (dates.days < start.days)
    unreadable, future, before = dates.unreadable & rows.alive, dates.future & rows.alive, before & rows.alive
    heading = rows.sheet.heading(name)
    rows.report("date-unreadable", unreadable, heading)
    rows.report("date-after-extract", future, heading)
    rows.report("end-before-start", before, heading)
    if name == rows.plan.end and rows.plan.start is not None:
        events = "|".join(rows.plan.end_events)
        days = rows.dates(rows.plan.start).days
        marks += [(int(at), events, "undated", int(days[at])) for at in np.flatnonzero(unreadable)]
        marks += [(int(at), events, "end_before_start", int(days[at])) for at in np.flatnonzero(before)]
    elif rows.plan.start is None and name in rows.plan.other_events:
        # List 10: each date is an event of its own.
        event = rows.plan.other_events[name]
        marks += [(int(at), event, "undated", None) for at in np.flatnonzero(unreadable)]
    return dates.series(dates.usable & ~before), text_series(dates.cells, unreadable | future | before)


def _integer_column(rows: Rows, name: str) -> tuple[pl.Series, None]:
    numbers, unreadable = read_integers(rows.cells(name))
    rows.report("number-unreadable", unreadable & rows.alive, rows.sheet.heading(name))
    return numbers, None


def _coded_column(rows: Rows, name: str, truth: bool) -> tuple[pl.Series, pl.Series]:
    """Codes (or yes and no), and as found what fits none; counted in the matching report."""
    cells = rows.cells(name)
    coder = value_coder(rows.list_name, name)
    if coder is None:
        raise ValueError(f"list {rows.list_name} column {name} has no code set")
    matches = match_values(cells, coder, rows.list_name, name, rows.context.mappings)
    labels = code_set(coder.name).labels()
    counts = np.bincount(cells.codes[rows.alive], minlength=len(cells.values))
    for text, match, count in zip(cells.values.texts, matches, counts.tolist(), strict=True):
        if text is None or match is None or not count:
            continue
        taken = match.code or ""
        entry = rows.context.matching.values.setdefault(
            (rows.list_name, name, text), [taken, labels.get(taken, ""), match.how, 0]
        )
        entry[3] = int(entry[3]) + count
    unmatched = cells.spread([match is not None and match.code is None for match in matches]) & rows.alive
    # What the analyst left blank on purpose is no news.
    news = cells.spread([match is not None and match.how == NOT_MATCHED for match in matches]) & rows.alive
    if news.any():
        first = int(rows.sheet.numbers[news][0])
        rows.context.log.add(
            issue(
                "not-matched", rows.file, rows.sheet.name, first, rows.sheet.heading(name),
                count=int(news.sum()), codes=coder.name,
            )
        )  # fmt: skip
    differs = cells.spread([match is not None and match.letter_differs for match in matches])
    rows.report("letter-mismatch", differs & rows.alive, rows.sheet.heading(name))
    raw = text_series(cells, unmatched)
    codes = [match.code if match else None for match in matches]
    if truth:
        return cells.series([_TRUTH.get(code) if code else None for code in codes], pl.Boolean), raw
    return cells.series(codes, pl.String), raw


def _children(rows: Rows, place: dict[str, pl.Series]) -> pl.DataFrame:
    """The child as each row states it."""
    table = REPORTED["child"]
    columns = dict(place)
    for name, reported in _CHILD.items():
        if name in rows.sheet.columns:
            truth = table.schema[reported] == pl.Boolean
            columns[reported], columns[f"{reported}_raw"] = _coded_column(rows, name, truth)
    columns |= _birth(rows)
    return table.conform(_alive(pl.DataFrame(columns), rows.alive))


def without_restatements(children: pl.DataFrame) -> pl.DataFrame:
    """Without rows that say of a child what an earlier one said."""
    stated = [s.name for s in children if s.name not in ("sheet", "row") and s.null_count() < len(s)]
    return children.filter(pl.struct(stated).is_first_distinct())


def _alive(frame: pl.DataFrame, alive: Flags) -> pl.DataFrame:
    return frame if alive.all() else frame.filter(pl.Series(alive))


def _birth(rows: Rows) -> dict[str, pl.Series]:
    """Date of birth; of an unborn child (age -1) the column holds the expected date, or nothing."""
    age = rows.cells("age_years")
    born = rows.dates("birth_date")
    unborn = age.flags(_is_minus_one)
    # A birth after the extract date with no age given can only be an expected one.
    unborn |= born.future & age.blank()
    heading = rows.sheet.heading("birth_date")
    unreadable = born.unreadable & rows.alive
    future = born.future & ~unborn & rows.alive
    rows.report("date-unreadable", unreadable, heading)
    rows.report("date-after-extract", future, heading)
    expected = unborn & ~born.blank & ~born.unreadable
    unborn_series = pl.Series(unborn, dtype=pl.Boolean) if "age_years" in rows.sheet.columns else None
    columns = {
        "birth_date": born.series(born.usable & ~unborn),
        "birth_date_raw": text_series(born.cells, (unreadable & ~unborn) | future),
        "expected_birth_date": born.series(expected),
        "expected_birth_date_raw": text_series(born.cells, unreadable & unborn),
    }
    if unborn_series is not None or unborn.any():
        columns["unborn"] = pl.Series(unborn, dtype=pl.Boolean)
    return columns


def _is_minus_one(value: object) -> bool:
    if is_blank(value):
        return False
    try:
        return float(str(value).strip().replace("\u2212", "-")) == -1.0
    except ValueError:
        return False
