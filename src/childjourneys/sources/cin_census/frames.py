"""Loaded records as reported tables, and marks of what has no usable date."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import polars as pl

from childjourneys.sources.cin_census.cells import NO_DAY
from childjourneys.sources.cin_census.codes import CodedElement
from childjourneys.sources.cin_census.fate import KEY_FINDINGS, Batch, episode_of
from childjourneys.sources.cin_census.layout import CHILD, CP_PLAN, EPISODE, KINDS, REVIEW, Field
from childjourneys.sources.cin_census.sheet import NO_NUMBER, SET_ASIDE, Sheet, day_series
from childjourneys.sources.cin_census.tokens import Ints, Mask
from childjourneys.tables import REPORTED

Elements = Mapping[str, Mapping[str, CodedElement]]
_CONFERENCE = "DateOfInitialCPC"
_NO_DISABILITY = "NONE"


def frames_of(batch: Batch, elements: Elements) -> dict[str, pl.DataFrame]:
    """A frame for each reported table that has rows."""
    frames: dict[str, pl.DataFrame] = {}
    for kind in KINDS:
        sheet = batch.sheets[kind.name]
        rows = np.flatnonzero(sheet.loaded)
        if len(rows):
            columns = _columns(batch, sheet, rows, elements[kind.name])
            frames[kind.table] = REPORTED[kind.table].conform(pl.DataFrame(columns))
    episodes = batch.sheets[EPISODE.name]
    conferences = np.flatnonzero(episodes.loaded & (episodes.dates[_CONFERENCE].day != NO_DAY))
    if len(conferences):
        frames["icpc"] = REPORTED["icpc"].conform(_conferences(batch, episodes, conferences))
    marks = [mark for kind in KINDS if kind.key for mark in _marks(batch, batch.sheets[kind.name])]
    if marks:
        frames["mark"] = REPORTED["mark"].conform(pl.concat(marks, how="vertical"))
    return frames


def _columns(
    batch: Batch, sheet: Sheet, rows: Ints, elements: Mapping[str, CodedElement]
) -> dict[str, pl.Series]:
    kind = sheet.kind
    columns = _place(batch, sheet, rows)
    declared = REPORTED[kind.table].schema
    for entry in kind.fields:
        if entry.column == "sex":
            continue
        for name, series in _values(sheet, entry, rows, elements).items():
            if name in declared:
                columns[name] = series
    if kind is CHILD:
        columns |= _sex(sheet, rows, elements)
        columns["has_disability"] = _has_disability(sheet, rows, elements)
        columns["unborn"] = _unborn(sheet, rows)
    elif kind is not EPISODE:
        columns |= _episode(batch, sheet, rows)
    if kind is REVIEW:
        plans = batch.sheets[CP_PLAN.name]
        plan = sheet.parent[rows]
        usable = plans.status[plan] != SET_ASIDE
        columns["cpp_start_date"] = day_series(np.where(usable, plans.key_day[plan], NO_DAY))
    return columns


def _place(batch: Batch, sheet: Sheet, rows: Ints) -> dict[str, pl.Series]:
    return {
        "child_id": batch.ids.gather(sheet.child[rows]),
        "sheet": pl.Series([sheet.kind.name]).new_from_index(0, len(rows)),
        "row": pl.Series(sheet.line[rows]),
    }


def _values(
    sheet: Sheet, entry: Field, rows: Ints, elements: Mapping[str, CodedElement]
) -> dict[str, pl.Series]:
    """A field's column, and the one with its text where it could not be used."""
    element, column = entry.element, entry.column
    if element in sheet.dates:
        dates = sheet.dates[element]
        values = {column: day_series(dates.day[rows])}
        if dates.raw:
            texts = [dates.raw.get(row) for row in rows.tolist()]
            values[f"{column}_raw"] = pl.Series(texts, dtype=pl.String)
        return values
    if element in sheet.wordings:
        wordings = sheet.wordings[element][rows]
        values = {column: elements[element].values(wordings)}
        if not elements[element].matched(wordings[wordings >= 0]).all():
            values[f"{column}_raw"] = elements[element].raw(wordings)
        return values
    if element in sheet.lists:
        codes, raw = elements[element].joined(sheet.lists[element][rows])
        return {column: codes, f"{column}_raw": raw}
    if element in sheet.numbers:
        numbers = sheet.numbers[element][rows]
        return {column: _where(numbers != NO_NUMBER, numbers)}
    if element in sheet.texts:
        return {column: sheet.texts[element].gather(rows)}
    return {}


def _sex(sheet: Sheet, rows: Ints, elements: Mapping[str, CodedElement]) -> dict[str, pl.Series]:
    """From `Sex` where it is given, else from `GenderCurrent`."""
    new, old = sheet.wordings["Sex"][rows], sheet.wordings["GenderCurrent"][rows]
    given = pl.Series(new >= 0)
    return {
        "sex": elements["Sex"].values(new).zip_with(given, elements["GenderCurrent"].values(old)),
        "sex_raw": elements["Sex"].raw(new).zip_with(given, elements["GenderCurrent"].raw(old)),
    }


def _has_disability(sheet: Sheet, rows: Ints, elements: Mapping[str, CodedElement]) -> pl.Series:
    coded = elements["Disability"]
    numbers, which = np.unique(sheet.lists["Disability"][rows], return_inverse=True)
    answers: list[bool | None] = []
    for number in numbers.tolist():
        codes = {coded.matches[wording].code for wording in coded.lists[number]} - {None}
        answers.append(bool(codes - {_NO_DISABILITY}) if codes else None)
    return pl.Series(answers, dtype=pl.Boolean).gather(which)


def _unborn(sheet: Sheet, rows: Ints) -> pl.Series:
    """Not yet born: an expected date of birth and no other. Null where neither is given."""
    born = ~sheet.dates["PersonBirthDate"].blank[rows]
    expected = ~sheet.dates["ExpectedPersonBirthDate"].blank[rows]
    answers = np.where(born, 0, np.where(expected, 1, 2))
    return pl.Series([False, True, None], dtype=pl.Boolean).gather(answers)


def _episode(batch: Batch, sheet: Sheet, rows: Ints) -> dict[str, pl.Series]:
    episodes = batch.sheets[EPISODE.name]
    episode = episode_of(batch, sheet)[rows]
    usable = episodes.status[episode] != SET_ASIDE
    return {
        "referral_date": day_series(np.where(usable, episodes.key_day[episode], NO_DAY)),
        "parent_row": _where(usable, episodes.line[episode]),
    }


def _where(there: Mask, numbers: Ints) -> pl.Series:
    """Numbers, null where they are not there."""
    nothing = pl.Series([None], dtype=pl.Int64).new_from_index(0, len(numbers))
    return pl.Series(numbers).zip_with(pl.Series(there), nothing)


def _conferences(batch: Batch, episodes: Sheet, rows: Ints) -> pl.DataFrame:
    """Conferences that were given for the episode, not for an enquiry."""
    return pl.DataFrame(
        _place(batch, episodes, rows)
        | {
            "icpc_date": day_series(episodes.dates[_CONFERENCE].day[rows]),
            "referral_date": day_series(episodes.key_day[rows]),
            "parent_row": pl.Series(episodes.line[rows]),
        }
    )


def _marks(batch: Batch, sheet: Sheet) -> list[pl.DataFrame]:
    kind = sheet.kind
    marks: list[pl.DataFrame] = []
    extra = {kind.end: kind.ends} if kind.end else {}
    extra |= kind.other_events
    for finding in KEY_FINDINGS:
        aside = batch.key_findings[kind.name][finding]
        if aside.any():
            code = "future" if finding == "key-date-future" else "undated"
            marks += _set_aside_marks(batch, sheet, aside, code, extra)
    for element, event in extra.items():
        start = sheet.key_day if element == kind.end else None
        unreadable = sheet.loaded & sheet.dates[element].unreadable
        marks += _mark(batch, sheet, unreadable, event, "undated", start)
        before = batch.before_start.get(kind.name, {}).get(element)
        if before is not None:
            marks += _mark(batch, sheet, sheet.loaded & before, event, "end_before_start", start)
    return marks


def _set_aside_marks(
    batch: Batch, sheet: Sheet, rows: Mask, code: str, extra: Mapping[str, str]
) -> list[pl.DataFrame]:
    """One for each record, naming every event type that it would have given."""
    marks: list[pl.DataFrame] = []
    given = [(event, ~sheet.dates[element].blank) for element, event in extra.items()]
    for choice in range(1 << len(given)):
        chosen = rows.copy()
        events = [sheet.kind.starts]
        for place, (event, there) in enumerate(given):
            chosen &= there if choice >> place & 1 else ~there
            events += [event] if choice >> place & 1 else []
        marks += _mark(batch, sheet, chosen, "|".join(events), code, None)
    return marks


def _mark(
    batch: Batch, sheet: Sheet, rows: Mask, event: str, code: str, start: Ints | None
) -> list[pl.DataFrame]:
    places = np.flatnonzero(rows)
    if not len(places):
        return []
    days = np.full(len(places), NO_DAY, np.int64) if start is None else start[places]
    words = {
        name: pl.Series([text]).new_from_index(0, len(places))
        for name, text in (("event", event), ("code", code))
    }
    return [pl.DataFrame(_place(batch, sheet, places) | words | {"start": day_series(days)})]
