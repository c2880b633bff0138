"""Why an anchor has its outcome: one or two sentences, with the rows they rest on."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from childjourneys.archetypes.authority import CODES
from childjourneys.archetypes.case import Case, Points, Trace, points_of
from childjourneys.archetypes.clauses import groups_of, places_in_day
from childjourneys.archetypes.days import NEVER, Ints
from childjourneys.archetypes.definition import AnyOf, Clause, ParentTest
from childjourneys.archetypes.evaluate import OUTCOMES, Decided
from childjourneys.archetypes.overlaps import spells_in, which_in
from childjourneys.archetypes.windows import Span
from childjourneys.archetypes.wording import FAULTS, KINDS, VERBS, narrowed, noun, place, said
from childjourneys.domain.vocabulary import EVENTS

_MOST_NAMED = 3
_HOW = {"covering": "covering dates", "nearness": "the nearest referral before"}


@dataclass(frozen=True)
class Explanation:
    """Why one anchor has its outcome.

    Attributes:
        text: sentences for a person who knows the case.
        rows: the events they rest on, the anchor first, as rows of the authority's events.
    """

    text: str
    rows: tuple[int, ...]


def explain(decided: Decided, number: int) -> Explanation:
    """Explain one anchor, by its place among the anchors of the authority."""
    return _Writer(decided, number, _Looked(decided.case)).write()


def explain_all(decided: Decided, numbers: Ints) -> list[str]:
    """The sentences of some anchors."""
    looked = _Looked(decided.case)
    return [_Writer(decided, int(number), looked).write().text for number in numbers]


class _Looked:
    """What is looked up once for all anchors of an authority."""

    def __init__(self, case: Case) -> None:
        self._case = case
        # Arrays are kept beside what is known of them, so that none is taken for another.
        self._by_link: dict[tuple[int, int], tuple[Ints, Ints, Ints]] = {}
        self._points: dict[int, tuple[Ints, Points]] = {}

    def rows(self, clause: Clause, rows: Ints, one: Points) -> Ints:
        """Those of some events that share the clause's link with a point, in their order."""
        key = (id(clause), id(rows))
        if key not in self._by_link:
            of_event, _ = groups_of(self._case, clause, rows, one)
            order = np.argsort(of_event, kind="stable")
            self._by_link[key] = (rows, order, of_event[order])
        _, order, links = self._by_link[key]
        link = int(groups_of(self._case, clause, rows[:0], one)[1][0])
        if link < 0:
            return rows[:0]
        first, last = np.searchsorted(links, [link, link + 1])
        return rows[order[first:last]]

    def about(self, events: Ints) -> Points:
        """Some events as points."""
        if id(events) not in self._points:
            self._points[id(events)] = (events, points_of(self._case, events))
        return self._points[id(events)][1]


class _Writer:
    def __init__(self, decided: Decided, number: int, looked: _Looked) -> None:
        self._looked = looked
        self._decided = decided
        self._case: Case = decided.case
        self._number = number
        self._rows: list[int] = []
        self._links: list[str] = []

    def write(self) -> Explanation:
        decided, number = self._decided, self._number
        outcome = OUTCOMES[int(decided.outcome[number])]
        parts = [self._anchor()]
        for trace in decided.traces:
            parts.append(self._node(trace, number, decided.base))
        text = " ".join(_sentence(part) for part in parts if part)
        if outcome == "match_early":
            text += f" True already, but not in the rate: {self._reason()}."
        elif outcome not in ("match", "no_match"):
            text += f" Not decided: {self._reason()}."
        if self._links:
            count = len(self._links)
            how = ", ".join(_HOW[link] for link in dict.fromkeys(self._links))
            text += f" {count} clause{'s rest' if count > 1 else ' rests'} on a linked episode ({how})."
        return Explanation(text, tuple(self._rows))

    def _anchor(self) -> str:
        points = self._decided.points
        row = int(points.event[self._number])
        if row < 0:
            return f"On {said(int(points.day[self._number]))}"
        self._rows.append(row)
        return self._event(row)

    def _event(self, row: int, more: str = "") -> str:
        here = self._case.authority
        source = here.source.row(row, named=True)
        where = place(source.get("source"), source["file"], source["sheet"], source["row"])
        inside = "; ".join(part for part in (more, where) if part)
        verb = VERBS[EVENTS[int(here.kind[row])].name]
        return f"{verb} {said(int(here.day[row]))}" + (f" ({inside})" if inside else "")

    def _reason(self) -> str:
        decided, number = self._decided, self._number
        reason = OUTCOMES[int(decided.reason[number])]
        if reason == "unusable":
            return FAULTS[CODES[int(decided.fault[number])]]
        last = said(int(decided.full_last[number]))
        exit_day = decided.case.exit[decided.points.child[number]]
        if reason == "left" and exit_day < NEVER:
            return f"the child is not followed from {said(int(exit_day))}, and the window ends {last}"
        gap = int(decided.gap[number])
        kind = decided.gap_kinds[gap] if gap >= 0 else ""
        if reason == "not_seen_before":
            return f"it looks back on days when {self._seen(kind)}" if kind else "what came first is not seen"
        return f"the window ends {last}, and {self._seen(kind)}"

    def _seen(self, kind: str) -> str:
        starts, ends = self._case.authority.coverage[kind]
        ranges = [f"{said(int(a))} to {said(int(b))}" for a, b in zip(starts, ends, strict=True)]
        what = KINDS.get(kind, kind.replace("_", " "))
        return f"the returns show {what} only from {' and '.join(ranges)}"

    # Clauses

    def _node(self, trace: Trace, number: int, base: Points) -> str:
        node = trace.node
        if isinstance(node, ParentTest):
            return ""
        if isinstance(node, AnyOf):
            parts = [self._node(part, number, base) for part in trace.nested]
            return "; or ".join(part for part in parts if part)
        return self._clause(node, trace, number, base)

    def _clause(self, clause: Clause, trace: Trace, number: int, base: Points) -> str:
        if trace.span is None:
            return ""
        first, last = int(trace.span.first[number]), int(trace.span.last[number])
        last = min(last, int(self._case.exit[base.child[number]]))
        if trace.found is None:
            one = Span(np.array([first]), np.array([last]), np.zeros(1, dtype=np.bool_))
            count = int(spells_in(self._case, clause, base.take(np.array([number])), one)[0])
            text = f"{count or 'no'} {noun(clause, count != 1)} from {said(first)} to {said(last)}"
            point = (int(base.child[number]), int(base.day[number]))
            found, ended = which_in(self._case, clause, *point, first, last)
            return text + (f": {self._spells(clause, found, ended)}" if count else "")
        found = self._within(clause, trace.found, number, base, first, last)
        if not found.size:
            return self._none(clause, trace, number, base, first, last)
        return self._some(clause, trace, number, base, found, last)

    def _spells(self, clause: Clause, found: Ints, ended: Ints) -> str:
        """The first of some spells, with their days and places."""
        here = self._case.authority
        spells = here.spells[clause.spells or ""]
        told = []
        for at, end in zip(found[:_MOST_NAMED].tolist(), ended.tolist(), strict=False):
            start = int(spells.start[at])
            days = f"from {said(start)}"
            if end < NEVER:
                days = f"{said(start)} to {said(end)}" if start < end else f"on {said(start)}"
            where = place(**here.spell_source.row(int(spells.place[at]), named=True))
            told.append(days + (f" ({where})" if where else ""))
        return "; ".join(told) + ("; …" if found.size > _MOST_NAMED else "")

    def _some(self, clause: Clause, trace: Trace, number: int, base: Points, found: Ints, last: int) -> str:
        here = self._case.authority
        nearest = found if clause.direction == "followed" else found[::-1]
        many = max(clause.least, clause.at_most or 0) > 1
        told = []
        for row in nearest[: _MOST_NAMED if many else 1].tolist():
            days = abs(int(here.day[row]) - int(base.day[number]))
            when = "later" if clause.direction == "followed" else "before"
            more = f"{days} day{'' if days == 1 else 's'} {when}"
            if clause.direction == "followed" and not clause.window.since and not clause.negated:
                more += f"; limit {said(last)}"
            if here.child[row] != base.child[number]:
                more = f"another child of the family; {more}"
            told.append(self._event(row, more))
            self._note(clause, row)
        text = "; ".join(told)
        if many:
            text = f"{found.size} {noun(clause, found.size > 1)}: {text}" + (
                "; …" if found.size > _MOST_NAMED else ""
            )
        first = int(nearest[0])
        if clause.then and trace.candidates is not None:
            at = int(np.searchsorted(trace.candidates, first))
            about = self._looked.about(trace.candidates)
            inner = [self._node(part, at, about) for part in trace.nested]
            text = ". ".join([text, *(_sentence(part).rstrip(".") for part in inner if part)])
        return text

    def _none(self, clause: Clause, trace: Trace, number: int, base: Points, first: int, last: int) -> str:
        here = self._case.authority
        what = noun(clause) + (" that fits" if narrowed(clause) else "")
        if clause.direction == "preceded":
            return f"no {what} from {said(first)} to {said(last)}"
        text = f"no {what} {'on' if first == last == base.day[number] else 'by'} {said(last)}"
        rows = trace.found if trace.found is not None else np.zeros(0, dtype=np.int64)
        later = self._within(clause, rows, number, base, last + 1, int(here.as_at))
        if later.size and not clause.negated:
            row = int(later[0])
            past = int(here.day[row]) - last
            self._rows.append(row)
            text = (
                f"next {what} {said(int(here.day[row]))}, {past} day{'' if past == 1 else 's'} "
                f"past the limit ({said(last)})"
            )
        elif clause.then and trace.candidates is not None and not clause.negated:
            some = self._within(clause, trace.candidates, number, base, first, last)
            if some.size:
                at = int(np.searchsorted(trace.candidates, some[0]))
                about = self._looked.about(trace.candidates)
                inner = [self._node(part, at, about) for part in trace.nested]
                self._rows.append(int(some[0]))
                text = ". ".join([self._event(int(some[0])), *(_sentence(i).rstrip(".") for i in inner if i)])
        return text

    def _within(self, clause: Clause, rows: Ints, number: int, base: Points, first: int, last: int) -> Ints:
        """The events that share the link, in the window, in order."""
        here, one = self._case.authority, base.take(np.array([number]))
        if not rows.size:
            return rows
        rows = self._looked.rows(clause, rows, one)
        if clause.who == "other child":
            rows = rows[here.child[rows] != one.child[0]]
        day = here.day[rows]
        lowest, highest = places_in_day(clause, one)
        on_base = (here.rank[rows] >= lowest[0]) & (here.rank[rows] <= highest[0])
        on_base &= here.kind[rows] != one.type[0]
        keep = (first <= day) & (day <= last) & ((day != one.day[0]) | on_base) & (rows != one.event[0])
        rows = rows[keep]
        return rows[np.lexsort((here.rank[rows], here.day[rows]))]

    def _note(self, clause: Clause, row: int) -> None:
        self._rows.append(row)
        source = self._case.authority.source
        if clause.same == "need_episode" and "link" in source.columns:
            link = source["link"][row]
            if link in _HOW:
                self._links.append(link)


def _sentence(text: str) -> str:
    return text[:1].upper() + text[1:] + ("" if text.endswith(".") else ".")
