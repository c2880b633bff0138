"""What becomes of each record: loaded, a duplicate, or set aside; and which ends are not used."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
import polars as pl

from childjourneys.domain.identifiers import is_placeholder
from childjourneys.sources.cin_census.cells import NO_DAY
from childjourneys.sources.cin_census.codes import CodedElement
from childjourneys.sources.cin_census.layout import CHILD, CP_PLAN, EPISODE, KINDS, REVIEW, Kind
from childjourneys.sources.cin_census.sheet import DUPLICATE, LOADED, SET_ASIDE, Sheet
from childjourneys.sources.cin_census.tokens import Ints, Mask

BLANK_ID, PLACEHOLDER_ID = "8500", "placeholder-identifier"
KEY_FINDINGS = ("key-date-blank", "key-date-unreadable", "key-date-future")
# Dates that are facts, and so can't lie after the return's day. Targets and reviews to come may.
_FACTS = ("CINclosureDate", "DateOfInitialCPC", "AssessmentAuthorisationDate", "CINPlanEndDate", "CPPendDate",
          "PersonDeathDate")  # fmt: skip
_DAYS = 1 << 23


@dataclass
class Batch:
    """The sheets of a batch, with what was found in deciding about their records.

    Attributes:
        ids: cleaned identifier of each child; null for none.
        id_number: the same number for children of one identifier.
        key_findings: by kind, which records have which of `KEY_FINDINGS`.
        before_start, after_extract: by kind and element, dates that are not used.
        same_key, same_id: later records of one key that differ.
    """

    sheets: dict[str, Sheet]
    ids: pl.Series
    id_number: Ints
    key_findings: dict[str, dict[str, Mask]] = field(default_factory=dict)
    before_start: dict[str, dict[str, Mask]] = field(default_factory=dict)
    after_extract: dict[str, dict[str, Mask]] = field(default_factory=dict)
    same_key: dict[str, Mask] = field(default_factory=dict)


def decide(batch: Batch, as_at: int, elements: Mapping[str, Mapping[str, CodedElement]]) -> None:
    """Settle the status of every record of a batch. `as_at` counts days from 1970."""
    _placeholders(batch)
    for kind in KINDS:
        sheet = batch.sheets[kind.name]
        if kind.key:
            _key_dates(batch, sheet, as_at)
        _unused(batch, sheet, as_at)
    for kind in KINDS:
        _duplicates(batch, kind, elements[kind.name])


def _placeholders(batch: Batch) -> None:
    blank = batch.ids.is_null().to_numpy()
    no_name = np.zeros(len(batch.ids), bool)
    odd = (~batch.ids.fill_null("").str.contains("[1-9]")).arg_true()
    for place in odd.to_list():
        value = batch.ids[place]
        no_name[place] = value is not None and is_placeholder(value)
    for sheet in batch.sheets.values():
        for reason, children in ((BLANK_ID, blank), (PLACEHOLDER_ID, no_name)):
            if children.any():
                sheet.set_aside(children[sheet.child], reason)


def _key_dates(batch: Batch, sheet: Sheet, as_at: int) -> None:
    key = sheet.dates[sheet.kind.key]
    there = sheet.loaded
    found = dict(
        zip(KEY_FINDINGS, (there & key.blank, there & key.unreadable, there & (key.day > as_at)), strict=True)
    )
    batch.key_findings[sheet.kind.name] = found
    for finding, rows in found.items():
        if rows.any():
            sheet.set_aside(rows, sheet.kind.rules.get(finding, finding))


def _unused(batch: Batch, sheet: Sheet, as_at: int) -> None:
    """Take out ends before their start and facts after the return's day. Set-aside records stay as found."""
    kind = sheet.kind
    there = sheet.loaded
    if kind.end:
        end = sheet.dates[kind.end]
        before = there & (end.day != NO_DAY) & (end.day < sheet.key_day)
        end.leave_out(before)
        batch.before_start.setdefault(kind.name, {})[kind.end] = before
    for element in _FACTS:
        if element in sheet.dates and element != kind.key:
            after = there & (sheet.dates[element].day > as_at)
            sheet.dates[element].leave_out(after)
            batch.after_extract.setdefault(kind.name, {})[element] = after


def _duplicates(batch: Batch, kind: Kind, elements: Mapping[str, CodedElement]) -> None:
    sheet = batch.sheets[kind.name]
    if kind is CHILD:
        keys = batch.id_number * _DAYS
    else:
        around = batch.sheets[kind.parent]
        sheet.parent = around.same_as[sheet.parent]
        keys = sheet.parent * _DAYS + np.where(sheet.key_day == NO_DAY, -1, sheet.key_day) + _DAYS // 2
    named = np.ones(len(sheet), bool)
    for reason, rows in sheet.reasons:
        if reason in (BLANK_ID, PLACEHOLDER_ID):
            named &= ~rows
    first: dict[tuple[object, ...], int] = {}
    for row in np.flatnonzero(_shared(keys) & named).tolist():
        signature = (int(keys[row]), *sheet.signature(row, elements))
        sheet.same_as[row] = first.setdefault(signature, row)
    repeats = sheet.same_as != np.arange(len(sheet))
    sheet.status[repeats & (sheet.status != SET_ASIDE)] = DUPLICATE
    if kind is EPISODE:
        # Of one key are all episodes of one identifier, whichever record of the child they stand in.
        keys = batch.id_number[sheet.child] * _DAYS + sheet.key_day + _DAYS // 2
    batch.same_key[kind.name] = _later_of_one(keys, sheet.status == LOADED)


def _shared(keys: Ints) -> Mask:
    """Which keys occur more than once."""
    shared = np.zeros(len(keys), bool)
    if (keys[1:] > keys[:-1]).all():
        return shared
    order = np.argsort(keys, kind="stable")
    twice = np.flatnonzero(keys[order[1:]] == keys[order[:-1]])
    shared[order[twice]] = True
    shared[order[twice + 1]] = True
    return shared


def _later_of_one(keys: Ints, among: Mask) -> Mask:
    """Which of the records are not the first of their key."""
    later = np.zeros(len(keys), bool)
    places = np.flatnonzero(among)
    if (keys[places[1:]] > keys[places[:-1]]).all():
        return later
    order = places[np.argsort(keys[places], kind="stable")]
    later[order[1:][keys[order[1:]] == keys[order[:-1]]]] = True
    return later


def episode_of(batch: Batch, sheet: Sheet) -> Ints:
    """Number of the `CINdetails` record each record is in (the first of equal ones)."""
    if sheet.kind is REVIEW:
        return batch.sheets[CP_PLAN.name].parent[sheet.parent]
    return sheet.parent
