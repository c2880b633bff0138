"""Records without a usable date: which anchors they leave undecided.

A mark says that a child has a record of a type whose date is not known. It can't answer a clause, and a
clause that it might answer can't be known not to be.
"""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np

from childjourneys.archetypes.authority import CODE, CODES, END_EVENT, START_EVENT
from childjourneys.archetypes.case import Case, Points, asked_types, point_links
from childjourneys.archetypes.days import DAY_BITS, NEVER, Flags, Ints
from childjourneys.archetypes.definition import RECORDS, Clause, Event
from childjourneys.archetypes.keys import first_code


def touched(case: Case, clause: Clause, points: Points, *, nested: bool) -> Ints:
    """The code of a mark that may stand for an event the clause asks about; 0 where there is none.

    What `same:` asks of a mark is tested as far as it is known; about an event that is not yet found
    (`nested`) nothing is.
    """
    types = asked_types(case, clause)
    ordinary, early = _marked(case, types), _early(case, types, clause.event)
    if clause.who != "self":
        return _in_family(case, clause, ordinary, early, points)
    by_record = bool(clause.same) and clause.same != "need_episode" and not nested
    if by_record:
        code = _by_start(case, clause.same or "", ordinary, points)
    else:
        code = _per_child(case, case.authority.marks.child[ordinary], case.authority.marks.code[ordinary])
        code = code[points.child]
    if early.size:
        hit = _early_hits(case, clause, early, points, nested=nested)
        code = first_code([code, np.where(hit, CODE["before_birth"], 0)])
    return code


def marks_per_child(case: Case, event: Event) -> Ints:
    """Per child the code of a mark that may be an event of these types; 0 where there is none."""
    here = case.authority
    types = set(filter(here.carries, event.types))
    ordinary, early = _marked(case, types), _early(case, types, event)
    child = np.concatenate([here.marks.child[ordinary], here.child[early]])
    return _per_child(case, child, np.concatenate([here.marks.code[ordinary], _births(early)]))


def state_faults(case: Case, kind: str, points: Points, day: Ints) -> Ints:
    """Why it can't be known whether a child is in a kind on a day, where no spell says so; 0 if it can."""
    here = case.authority
    spells, marks = here.spells.get(kind), here.marks
    starts = _marked(case, {START_EVENT[kind]})
    faults = [_per_child(case, marks.child[starts], marks.code[starts])[points.child]]
    if spells is not None and spells.unknown.any():
        first = _first_day(case, spells.child[spells.unknown], spells.end[spells.unknown])
        faults.append(np.where(first[points.child] <= day, CODE["unknown_end"], 0))
    ends = _marked(case, {END_EVENT[kind]}) if kind in END_EVENT else np.zeros_like(starts)
    for value in np.unique(marks.code[ends]):
        mine = ends & (marks.code == value)
        first = _first_day(case, marks.child[mine], marks.start[mine])
        faults.append(np.where(first[points.child] <= day, value, 0))
    early = _early(case, {START_EVENT[kind], END_EVENT.get(kind, START_EVENT[kind])}, None)
    faults.append(np.where(np.isin(points.child, here.child[early]), CODE["before_birth"], 0))
    return first_code(faults)


def _marked(case: Case, types: Iterable[str]) -> Flags:
    wanted = frozenset(types)
    return np.array([bool(wanted & found) for found in case.authority.marks.types], dtype=np.bool_)


def _early(case: Case, types: Iterable[str], event: Event | None) -> Ints:
    """Events dated before birth, which only say that something is wrong."""
    if not case.authority.before_birth.any():
        return np.zeros(0, dtype=np.int64)
    return case.fitting.early(sorted(types), event)


def _births(rows: Ints) -> Ints:
    return np.full(rows.size, CODE["before_birth"], dtype=np.int64)


def _per_child(case: Case, child: Ints, code: Ints) -> Ints:
    """The first code in order per child; 0 where there is none."""
    first = np.full(case.authority.known_from.size, len(CODES), dtype=np.int64)
    np.minimum.at(first, child, code)
    return np.where(first == len(CODES), 0, first)


def _first_day(case: Case, child: Ints, day: Ints) -> Ints:
    first = np.full(case.authority.known_from.size, NEVER, dtype=np.int64)
    np.minimum.at(first, child, day)
    return first


def _by_start(case: Case, same: str, ordinary: Flags, points: Points) -> Ints:
    """Marks that know the start of their record belong to the record (or stay) that starts on that day."""
    here, marks = case.authority, case.authority.marks
    rows = here.rows(RECORDS[same][0])
    began = here.child[rows] << DAY_BITS | here.day[rows]
    of_event, of_point = here.links(rows, same), point_links(case, points, same)
    codes = [np.zeros(len(points), dtype=np.int64)]
    for value in np.unique(marks.code[ordinary]):
        mine = ordinary & (marks.code == value) & (marks.start >= 0)
        hit = of_event[np.isin(began, marks.child[mine] << DAY_BITS | marks.start[mine])]
        codes.append(np.where((of_point >= 0) & np.isin(of_point, hit), value, 0))
    return first_code(codes)


def _early_hits(case: Case, clause: Clause, early: Ints, points: Points, *, nested: bool) -> Flags:
    here = case.authority
    of_child = np.isin(points.child, here.child[early])
    if nested or not clause.same:
        return of_child
    if clause.same != "need_episode":
        link = point_links(case, points, clause.same)
        return (link >= 0) & np.isin(link, here.links(early, clause.same))
    unlinked = np.isin(points.child, here.child[early[here.episode[early] < 0]])
    same = (points.episode >= 0) & np.isin(points.episode, here.episode[early])
    return unlinked | same | (of_child & (points.episode < 0))


def _in_family(case: Case, clause: Clause, ordinary: Flags, early: Ints, points: Points) -> Ints:
    here = case.authority
    child = np.concatenate([here.marks.child[ordinary], here.child[early]])
    code = np.concatenate([here.marks.code[ordinary], _births(early)])
    of_point = here.family[points.child]
    codes = [np.zeros(len(points), dtype=np.int64)]
    for value in np.unique(code):
        mine = child[code == value]
        own = np.bincount(mine, minlength=here.family.size)[points.child]
        family = here.family[mine]
        in_family = np.bincount(family[family >= 0], minlength=here.family.size + 1)[of_point]
        others = np.where(of_point >= 0, in_family - own, 0)
        codes.append(np.where(others + (own if clause.who == "any child" else 0) > 0, value, 0))
    return first_code(codes)
