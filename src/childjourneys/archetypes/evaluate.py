"""Which anchors a definition has, and what became of each.

Whether an anchor is in the rate is decided before its answer is looked at: its full windows must lie inside
coverage, before the child's exit, and no record without a usable date may touch them. The answer itself is
two binary searches per clause, whatever the number of events of a child.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import date

import numpy as np
import polars as pl

from childjourneys.archetypes.anchors import bases, find_anchors
from childjourneys.archetypes.authority import CODE, CODES, Authority
from childjourneys.archetypes.case import Case, Points, Trace, asked_of, own_start
from childjourneys.archetypes.clauses import answer_node
from childjourneys.archetypes.conditions import Fitting
from childjourneys.archetypes.days import SHIFT, Flags, Ints
from childjourneys.archetypes.definition import (
    PLAN_START,
    PLAN_STARTS,
    AnyOf,
    Archetype,
    Clause,
    Node,
    kinds_of,
)
from childjourneys.archetypes.faults import touched
from childjourneys.archetypes.journeys import Journeys
from childjourneys.archetypes.keys import Ranges, covered, first_code
from childjourneys.archetypes.states import answer_state
from childjourneys.archetypes.windows import Span, span_from
from childjourneys.domain.calendar import WorkingDays, england

OUTCOMES = ("match", "no_match", "match_early", "too_recent", "not_seen_before", "left", "unusable")
_NUMBER = {name: number for number, name in enumerate(OUTCOMES)}
ANCHORS = {
    "la_code": pl.String,
    "child_id": pl.String,
    "anchor_date": pl.Date,
    "event": pl.String,
    "source": pl.String,
    "file": pl.String,
    "sheet": pl.String,
    "row": pl.Int64,
    "outcome": pl.String,
    "cause": pl.String,
    "first_seen": pl.Boolean,
}


@dataclass(frozen=True)
class Decided:
    """One definition over one authority: the anchors and how each clause was answered.

    Attributes:
        outcome: place in `OUTCOMES`.
        cause: place in `CODES`, of unusable anchors only.
        base: what the windows of outer clauses count from.
        reason: place in `OUTCOMES` of why an anchor is not observed in full; -1 where it is.
        fault: place in `CODES`, of any anchor that a fault in the data touches.
        full_last: the last day of all full windows; the anchor's own where there is none.
        gap: a kind that is not covered in one of its windows, as a place in `gap_kinds`; -1 where none is.
    """

    case: Case
    points: Points
    outcome: Ints
    cause: Ints
    first_seen: Flags
    traces: tuple[Trace, ...]
    base: Points
    reason: Ints
    fault: Ints
    full_last: Ints
    gap: Ints
    gap_kinds: tuple[str, ...]


@dataclass(frozen=True)
class Evaluation:
    """What became of every anchor of one definition.

    Attributes:
        definition: as it was given.
        anchors: one row per anchor, in order of authority, child and day: see `ANCHORS`.
        available: per authority whether its returns can answer.
        left_out: per authority the event types and spell kinds asked about that no return of it carries.
        decided: per authority that can answer, what the anchors rest on.
    """

    definition: Archetype
    anchors: pl.DataFrame
    available: dict[str, bool]
    left_out: dict[str, tuple[str, ...]]
    decided: dict[str, Decided] = field(default_factory=dict, compare=False)


def evaluate(
    definition: Archetype,
    journeys: Journeys,
    period: tuple[date, date] | None = None,
    as_at: date | None = None,
    calendar: WorkingDays | None = None,
    *,
    authorities: Sequence[str] | None = None,
    without: Collection[str] = (),
) -> Evaluation:
    """Find the anchors of a definition and decide each.

    Args:
        definition: one definition; variants are definitions of their own (`Archetype.as_variant`).
        journeys: of some children.
        period: first and last day of anchors, both included; all that is covered by default.
        as_at: the last day that is seen; each authority's last covered day by default.
        calendar: working days; England's by default.
        authorities: those asked about; all that a return covers by default.
        without: event types and spell kinds to leave out as if no return carried them.
    """
    available: dict[str, bool] = {}
    left_out: dict[str, tuple[str, ...]] = {}
    decided: dict[str, Decided] = {}
    for la_code in journeys.la_codes if authorities is None else authorities:
        authority = journeys.authority(la_code, as_at).without(without)
        available[la_code] = is_available(definition, authority)
        left_out[la_code] = tuple(k for k in kinds_of(definition) if not authority.carries(k))
        if available[la_code]:
            decided[la_code] = decide(case_of(definition, authority, period, calendar or england()))
    frames = [_frame(one) for one in decided.values()]
    anchors = pl.concat(frames) if frames else pl.DataFrame(schema=ANCHORS)
    return Evaluation(definition, anchors, available, left_out, decided)


def case_of(
    definition: Archetype,
    authority: Authority,
    period: tuple[date, date] | None,
    calendar: WorkingDays,
) -> Case:
    """One definition over one authority, ready to be decided."""
    exits = authority.exit_at(definition.until_age)
    return Case(definition, authority, period, calendar, Fitting(authority), exits)


def is_available(definition: Archetype, authority: Authority) -> bool:
    """Whether every need, the anchor, each clause and each state is carried by some return."""
    start = definition.start
    asked: list[tuple[str, ...]] = [PLAN_STARTS if n == PLAN_START else (n,) for n in definition.needs]
    asked += [state.kinds for state in start.states]
    if start.event:
        asked.append(start.event.types)
    else:
        asked.append(tuple(k for state in start.states if not state.negated for k in state.kinds))
    for clause in definition.clauses():
        asked.append(clause.event.types if clause.event else (clause.spells or "",))
    if not all(any(map(authority.carries, names)) for names in asked):
        return False
    return definition.follow != "family" or bool((authority.family >= 0).any())


def decide(case: Case) -> Decided:
    """Every anchor of one authority with its outcome."""
    definition = case.definition
    anchors = find_anchors(case)
    states = [answer_state(case, state, anchors.points) for state in definition.start.states]
    kept = np.logical_and.reduce([~answer.no for answer, _ in states] or [anchors.marked >= 0])
    anchors = anchors.take(kept)
    points = anchors.points
    gaps = Gaps(points, case.exit)
    holds = np.ones(len(points), dtype=np.bool_)
    faults = [anchors.marked]
    for (answer, days), state in zip(states, definition.start.states, strict=True):
        holds &= answer.yes[kept]
        faults.append(np.where(answer.yes[kept], 0, answer.code[kept]))
        for kind in filter(case.authority.carries, state.kinds):
            gaps.look(days[kept], days[kept], kind, case.authority.coverage[kind])
    base = bases(case, points)
    traces = []
    for node in definition.then:
        answer, trace = answer_node(case, node, base)
        holds &= answer.yes
        faults.append(answer.code)
        traces.append(trace)
        _look_at_full_windows(case, node, base.day, base.day, points, gaps, faults)
    code = first_code(faults)
    unseen = anchors.first_seen & definition.start.strict_first
    reason = np.select(
        [code > 0, gaps.before | unseen, gaps.left, gaps.open],
        [_NUMBER["unusable"], _NUMBER["not_seen_before"], _NUMBER["left"], _NUMBER["too_recent"]],
        default=-1,
    )
    outcome = np.select(
        [(reason < 0) & holds, reason < 0, holds & ~unseen],
        [_NUMBER["match"], _NUMBER["no_match"], _NUMBER["match_early"]],
        default=reason,
    )
    cause = np.where(outcome == _NUMBER["unusable"], code, 0)
    return Decided(
        case, points, outcome, cause, anchors.first_seen, tuple(traces), base, reason, code, gaps.last,
        gaps.kind, tuple(gaps.kinds),
    )  # fmt: skip


class Gaps:
    """Which anchors have a window that is not wholly seen, and on which side of the anchor."""

    def __init__(self, points: Points, exits: Ints) -> None:
        self._anchor = points.day
        self._exit = exits[points.child]
        self.open, self.before, self.left = (np.zeros(len(points), dtype=np.bool_) for _ in range(3))
        self.last = points.day.copy()
        self.kind = np.full(len(points), -1, dtype=np.int64)
        self.kinds: list[str] = []

    def look(self, first: Ints, last: Ints, kind: str, ranges: Ranges) -> None:
        """Note one full window of one type."""
        some = first <= last
        self.last = np.where(some, np.maximum(self.last, last), self.last)
        gone = some & (last >= self._exit)
        gap = some & ~covered(ranges, first, last)
        self.kind = np.where(gap & (self.kind < 0), len(self.kinds), self.kind)
        self.kinds.append(kind)
        self.open |= gone | gap
        self.before |= (
            some & (first <= self._anchor) & ~covered(ranges, first, np.minimum(last, self._anchor))
        )
        self.left |= gone & (self._exit <= ranges[1][-1])


def _look_at_full_windows(
    case: Case, node: Node, earliest: Ints, latest: Ints, points: Points, gaps: Gaps, faults: list[Ints],
    *, nested: bool = False,
) -> None:  # fmt: skip
    """Look whether all that a node may ask about is seen and whole, whatever the answer."""
    if isinstance(node, AnyOf):
        for part in node.clauses:
            _look_at_full_windows(case, part, earliest, latest, points, gaps, faults, nested=nested)
    if not isinstance(node, Clause):
        return
    known_from = case.authority.known_from[points.child]
    span = span_from(
        earliest, latest, node.window, node.direction, known_from, case.calendar,
        of_year=case.definition.start.calendar is not None and not nested,
    )  # fmt: skip
    first = span.first
    if node.window.since:
        began, known = own_start(case, node.window.since, points)
        first = np.where(known, began, first)
    faults.append(np.where(span.bad, CODE["calendar"], 0))
    if nested:
        faults.append(touched(case, node, points, nested=True))
    full = Span(first, span.last, span.bad)
    for kind in asked_of(case, node):
        gaps.look(full.first, full.last, kind, case.authority.coverage[kind])
    for part in node.then:
        _look_at_full_windows(case, part, full.first, full.last, points, gaps, faults, nested=True)


def _frame(decided: Decided) -> pl.DataFrame:
    here, points = decided.case.authority, decided.points
    rows = pl.Series(points.event, dtype=pl.Int64)
    if (points.event < 0).any():
        rows = rows.set(rows < 0, None)
    columns: dict[str, pl.Series] = {}
    for name in ("event", "source", "file", "sheet", "row"):
        if name in here.source.columns:
            columns[name] = here.source[name].gather(rows)
        else:
            columns[name] = pl.Series([None], dtype=pl.String).new_from_index(0, len(points))
    return pl.DataFrame(
        {
            "la_code": pl.repeat(here.la_code, len(points), dtype=pl.String, eager=True),
            "child_id": here.child_ids.gather(points.child),
            "anchor_date": pl.Series(points.day - SHIFT, dtype=pl.Int32).cast(pl.Date),
            **columns,
            "event": columns["event"].fill_null(""),
            "row": columns["row"].cast(pl.Int64),
            "outcome": pl.Series(OUTCOMES).gather(decided.outcome),
            "cause": pl.Series(CODES).gather(decided.cause),
            "first_seen": pl.Series(decided.first_seen, dtype=pl.Boolean),
        }
    ).select(*ANCHORS)
