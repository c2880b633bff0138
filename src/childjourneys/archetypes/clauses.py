"""What is known of a clause: yes, no, or neither, for many anchors at once."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from childjourneys.archetypes.authority import CODE
from childjourneys.archetypes.case import (
    Answer,
    Case,
    Points,
    Trace,
    asked_of,
    fitting_rows,
    own_start,
    point_links,
    points_of,
)
from childjourneys.archetypes.days import LAST_RANK, Flags, Ints
from childjourneys.archetypes.definition import AnyOf, Clause, Node, ParentTest
from childjourneys.archetypes.faults import touched
from childjourneys.archetypes.keys import between, covered, first_code, key, on_day
from childjourneys.archetypes.overlaps import spells_in
from childjourneys.archetypes.windows import Span, span_from


def answer_node(case: Case, node: Node, points: Points, *, nested: bool = False) -> tuple[Answer, Trace]:
    """The answer of a clause, a test or a group of clauses, about each point."""
    if isinstance(node, ParentTest):
        yes = case.fitting.test(points.event, node.where)
        return Answer(yes, ~yes, np.zeros(len(points), dtype=np.int64)), Trace(node)
    if isinstance(node, AnyOf):
        parts = [answer_node(case, part, points, nested=nested) for part in node.clauses]
        answers = [answer for answer, _ in parts]
        together = Answer(
            np.logical_or.reduce([answer.yes for answer in answers]),
            np.logical_and.reduce([answer.no for answer in answers]),
            first_code([answer.code for answer in answers]),
        )
        return together, Trace(node, nested=tuple(trace for _, trace in parts))
    return _answer_clause(case, node, points, nested=nested)


def _answer_clause(case: Case, clause: Clause, points: Points, *, nested: bool) -> tuple[Answer, Trace]:
    whole, code = _own_span(case, clause, points, nested=nested)
    # Events after the exit answer nothing.
    span = Span(whole.first, np.minimum(whole.last, case.exit[points.child]), whole.bad)
    defined = code == 0
    inner = np.zeros_like(code)
    if clause.event is None:
        count = most = spells_in(case, clause, points, span)
        trace = Trace(clause, span)
    else:
        candidates = fitting_rows(case, clause.event)
        found, possible, unlinked, traces = _nested(case, clause, candidates)
        count = _count(case, found, clause, points, span)
        most = count if possible is found else _count(case, possible, clause, points, span)
        if unlinked.size:
            met = _count(case, unlinked, clause, points, span) > 0
            inner = np.where(met, CODE["no_link"], 0)
        trace = Trace(clause, span, found, candidates, traces)
    mark = touched(case, clause, points, nested=nested)
    known = _seen(case, clause, points, whole) & (mark == 0) & (code == 0)
    yes = count >= clause.least
    no = known & (most < clause.least)
    if clause.at_most is not None:
        yes &= known & (most <= clause.at_most)
        no |= count > clause.at_most
    answer = Answer(yes & defined, no & defined, first_code([code, inner, mark]))
    return (replace(answer, yes=answer.no, no=answer.yes) if clause.negated else answer), trace


def _nested(case: Case, clause: Clause, candidates: Ints) -> tuple[Ints, Ints, Ints, tuple[Trace, ...]]:
    """Of some events: those that fulfil what is nested, that may, and that lack a link it needs."""
    if not clause.then:
        return candidates, candidates, candidates[:0], ()
    about = points_of(case, candidates)
    inner = [answer_node(case, node, about, nested=True) for node in clause.then]
    answers = [answer for answer, _ in inner]
    found = candidates[np.logical_and.reduce([answer.yes for answer in answers])]
    possible = candidates[~np.logical_or.reduce([answer.no for answer in answers])]
    unlinked = np.logical_or.reduce([answer.code == CODE["no_link"] for answer in answers])
    return found, possible, candidates[unlinked], tuple(trace for _, trace in inner)


def _own_span(case: Case, clause: Clause, points: Points, *, nested: bool) -> tuple[Span, Ints]:
    """The days of a clause's window; a code where they are not known."""
    known_from = case.authority.known_from[points.child]
    window = span_from(
        points.day, points.day, clause.window, clause.direction, known_from, case.calendar,
        of_year=case.definition.start.calendar is not None and not nested,
    )  # fmt: skip
    code = np.where(points.based, np.where(window.bad, CODE["calendar"], 0), CODE["no_link"])
    first = window.first
    if clause.window.since:
        began, known = own_start(case, clause.window.since, points)
        first = np.where(known, began, first)
        code = np.where(known, code, CODE["no_link"])
    if clause.same:
        code = np.where(point_links(case, points, clause.same) >= 0, code, CODE["no_link"])
    return Span(first, window.last, window.bad), code


def _seen(case: Case, clause: Clause, points: Points, span: Span) -> Flags:
    """Whether the clause's own window is covered and ends before the child's exit."""
    seen = (span.last < case.exit[points.child]) | span.empty
    for kind in asked_of(case, clause):
        seen &= covered(case.authority.coverage[kind], span.first, span.last)
    return seen


def _count(case: Case, rows: Ints, clause: Clause, points: Points, span: Span) -> Ints:
    """How many of some events lie in the window of each point."""
    if not rows.size or not len(points):
        return np.zeros(len(points), dtype=np.int64)
    of_event, of_point = groups_of(case, clause, rows, points)
    rows, of_event = rows[of_event >= 0], of_event[of_event >= 0]
    counts = _within(case, rows, of_event, of_point, clause, points, span)
    if clause.who == "other child":
        own = case.authority.child[rows]
        counts -= _within(case, rows, own, points.child, clause, points, span)
    elif case.definition.clock == "referral":
        counts -= _itself(case, rows, clause, points, span)
    return counts


def _itself(case: Case, rows: Ints, clause: Clause, points: Points, span: Span) -> Ints:
    """1 where the anchor, whose windows count from its referral, was counted as an answer to itself."""
    here = case.authority
    if not here.day.size:
        return np.zeros(len(points), dtype=np.int64)
    event = np.maximum(points.event, 0)
    day, rank = here.day[event], here.rank[event]
    lowest, highest = places_in_day(clause, points)
    on_base = (lowest <= rank) & (rank <= highest) & (here.kind[event] != points.type)
    counted = (span.first <= day) & (day <= span.last) & ((day != points.day) | on_base)
    return (counted & (points.event >= 0) & np.isin(points.event, rows)).astype(np.int64)


def groups_of(case: Case, clause: Clause, rows: Ints, points: Points) -> tuple[Ints, Ints]:
    """The number that an event and a point must share; -1 shares nothing."""
    here = case.authority
    if clause.same:
        return here.links(rows, clause.same), point_links(case, points, clause.same)
    if clause.who != "self":
        # A child without a family is a family of its own.
        own = here.family.size + np.arange(here.family.size)
        family = np.where(here.family >= 0, here.family, own)
        return family[here.child[rows]], family[points.child]
    return here.child[rows], points.child


def _within(
    case: Case, rows: Ints, of_event: Ints, of_point: Ints, clause: Clause, points: Points, span: Span
) -> Ints:
    """Events on the days of the window; on the base day itself, those that the order of a day lets in."""
    here = case.authority
    keys = np.sort(key(of_event, here.day[rows], here.rank[rows]))
    base = points.day
    counts = between(keys, of_point, span.first, np.minimum(span.last, base - 1))
    counts += between(keys, of_point, np.maximum(span.first, base + 1), span.last)
    on_base = (span.first <= base) & (base <= span.last)
    if not on_base.any():
        return counts
    lowest, highest = places_in_day(clause, points)
    counts += np.where(on_base, on_day(keys, of_point, base, lowest, highest), 0)
    for kind in np.unique(points.type[on_base]):
        same = here.kind[rows] == kind
        if same.any():
            own = np.sort(key(of_event[same], here.day[rows][same], here.rank[rows][same]))
            mine = on_base & (points.type == kind)
            counts[mine] -= on_day(own, of_point[mine], base[mine], lowest[mine], highest[mine])
    return counts


def places_in_day(clause: Clause, points: Points) -> tuple[Ints, Ints]:
    """Lowest and highest place in the base day that answers."""
    lowest = np.zeros(len(points), dtype=np.int64)
    highest = np.full(len(points), LAST_RANK, dtype=np.int64)
    if clause.window.same_day_any or clause.window.since:
        return lowest, highest
    if clause.direction == "followed":
        return points.rank + 1, highest
    return lowest, points.rank - 1
