"""What every part of the evaluation shares: one definition over one authority, and the rows it is about."""

from __future__ import annotations

from dataclasses import dataclass, fields
from datetime import date

import numpy as np

from childjourneys.archetypes.authority import END_EVENT, START_EVENT, STAYS, Authority
from childjourneys.archetypes.conditions import Fitting
from childjourneys.archetypes.days import Flags, Ints
from childjourneys.archetypes.definition import Archetype, Clause, Event, Node
from childjourneys.archetypes.windows import Span
from childjourneys.domain.calendar import WorkingDays


@dataclass(frozen=True)
class Case:
    """One definition over one authority.

    Attributes:
        period: first and last day of anchors, both included; None for all that is covered.
        exit: per child the first day on which it is no longer followed.
    """

    definition: Archetype
    authority: Authority
    period: tuple[date, date] | None
    calendar: WorkingDays
    fitting: Fitting
    exit: Ints


@dataclass(frozen=True)
class Points:
    """Rows that clauses are about: anchors, or events found for an outer clause.

    Attributes:
        rank: place in the day, doubled; after all others for a date of the calendar.
        type: of the event that the windows count from; -1 for a date of the calendar.
        event: the row of the event; -1 for a date of the calendar.
        based: whether the day that windows count from is known.
    """

    child: Ints
    day: Ints
    rank: Ints
    type: Ints
    episode: Ints
    record: Ints
    event: Ints
    based: Flags

    def __len__(self) -> int:
        return int(self.child.size)

    def take(self, rows: Ints | Flags) -> Points:
        return Points(*(getattr(self, part.name)[rows] for part in fields(self)))


@dataclass(frozen=True)
class Answer:
    """Per point, what is known of a clause: yes, no, or neither; `code` is a fault met on the way."""

    yes: Flags
    no: Flags
    code: Ints


@dataclass(frozen=True)
class Trace:
    """How one node was answered, for explanations.

    Attributes:
        node: the clause, test or group.
        span: of a clause, the days looked at, per point.
        found: of a clause, the rows of events that fulfil it but for window and link, in order.
        candidates: the rows that fit type and tests; what is nested is about these.
        nested: traces of what is nested, or of the parts of a group.
    """

    node: Node
    span: Span | None = None
    found: Ints | None = None
    candidates: Ints | None = None
    nested: tuple[Trace, ...] = ()


def points_of(case: Case, rows: Ints) -> Points:
    """Some events as points."""
    here = case.authority
    kind = here.kind[rows].astype(np.int64)
    return Points(
        here.child[rows],
        here.day[rows],
        here.rank[rows],
        kind,
        here.episode[rows],
        here.record[rows],
        rows,
        np.ones(rows.size, dtype=np.bool_),
    )


def fitting_rows(case: Case, event: Event) -> Ints:
    """The events that fit, of types that are carried, in order."""
    rows = [case.fitting.rows(name, event) for name in event.types if case.authority.carries(name)]
    if len(rows) == 1:
        return rows[0]
    return np.sort(np.concatenate(rows)) if rows else np.zeros(0, dtype=np.int64)


def point_links(case: Case, points: Points, same: str) -> Ints:
    """The number of the record, stay or need episode that points belong to; -1 for none."""
    if same == "need_episode":
        return points.episode
    if same != STAYS:
        return points.record
    some = points.event >= 0
    found = np.full(len(points), -1, dtype=np.int64)
    found[some] = case.authority.links(points.event[some], same)
    return found


def own_start(case: Case, event: str, points: Points) -> tuple[Ints, Flags]:
    """The day on which the point's own record starts, and where that is known."""
    here = case.authority
    rows = here.rows(event)
    rows = rows[here.record[rows] >= 0]
    rows = rows[np.argsort(here.record[rows], kind="stable")]
    at = np.searchsorted(here.record[rows], points.record)
    known = (points.record >= 0) & (at < rows.size)
    known[known] &= here.record[rows[at[known]]] == points.record[known]
    day = np.zeros(len(points), dtype=np.int64)
    day[known] = here.day[rows[at[known]]]
    return day, known


def asked_of(case: Case, clause: Clause) -> list[str]:
    """Event types (or the spell kind) of a clause that some return carries."""
    names = clause.event.types if clause.event else (clause.spells or "",)
    return [name for name in names if case.authority.carries(name)]


def asked_types(case: Case, clause: Clause) -> set[str]:
    """Event types that an undated record of could answer the clause."""
    if clause.event:
        return set(asked_of(case, clause))
    kind = clause.spells or ""
    return {START_EVENT[kind], END_EVENT.get(kind, START_EVENT[kind])}
