"""When a pattern was complete, and which days of anchors could be followed in full."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np
import polars as pl

from childjourneys.archetypes.authority import Authority
from childjourneys.archetypes.case import Case, Points, Trace, asked_of, points_of
from childjourneys.archetypes.clauses import answer_node, groups_of, places_in_day
from childjourneys.archetypes.days import LAST_RANK, NEVER, SHIFT, Flags, Ints
from childjourneys.archetypes.definition import AnyOf, Clause, Node, Window
from childjourneys.archetypes.evaluate import OUTCOMES, Decided
from childjourneys.archetypes.keys import Ranges, covered, key
from childjourneys.archetypes.windows import Span, span_from

DAY_COUNTS = {"la_code": pl.String, "anchor_date": pl.Date, "n": pl.Int64, "matches": pl.Int64}
TIMES = {
    "la_code": pl.String,
    "day": pl.Int64,
    "events": pl.Int64,
    "competing": pl.Int64,
    "censored": pl.Int64,
    "horizon": pl.Int64,
}


def has_incidence(nodes: tuple[Node, ...]) -> bool:
    """Whether there is an event to wait for: a forward clause that asks for something."""
    for node in nodes:
        parts = node.clauses if isinstance(node, AnyOf) else (node,)
        if any(isinstance(p, Clause) and p.direction == "followed" and not p.negated for p in parts):
            return True
    return False


def day_counts(decided: Decided) -> pl.DataFrame:
    """Per day of the anchor, how many were followed in full and how many of these matched."""
    matched = decided.outcome == OUTCOMES.index("match")
    followed = matched | (decided.outcome == OUTCOMES.index("no_match"))
    days, at = np.unique(decided.points.day[followed], return_inverse=True)
    return pl.DataFrame(
        {
            "la_code": pl.repeat(decided.case.authority.la_code, days.size, dtype=pl.String, eager=True),
            "anchor_date": pl.Series(days - SHIFT, dtype=pl.Int32).cast(pl.Date),
            "n": pl.Series(np.bincount(at, minlength=days.size), dtype=pl.Int64),
            "matches": pl.Series(np.bincount(at, weights=matched[followed], minlength=days.size)).cast(
                pl.Int64
            ),
        },
        schema=DAY_COUNTS,
    )


def followed_days(case: Case) -> tuple[Ints, Flags]:
    """Every day of the anchors' coverage, and whether an anchor on it would be observed, by dates alone.

    Births and exits are ignored; a window `from:` the own start counts from the anchor.
    """
    start, here = case.definition.start, case.authority
    names = (
        start.event.types if start.event else tuple(k for s in start.states if not s.negated for k in s.kinds)
    )
    days = np.unique(np.concatenate([_days_of(here.coverage[k]) for k in names if here.carries(k)]))
    whole = np.ones(days.size, dtype=np.bool_)
    for name in filter(here.carries, names):
        whole &= covered(here.coverage[name], days, days)
    for state in start.states:
        day = days + {"anchor": 0, "day after": 1, "day before": -1}[state.at]
        for kind in filter(here.carries, state.kinds):
            whole &= covered(here.coverage[kind], day, day)
    if start.event and start.which == "first" and start.strict_first:
        window = Window(replace(start.lookback, amount=0), start.lookback)
        back = span_from(days, days, window, "preceded", np.zeros_like(days), case.calendar)
        for name in filter(here.carries, names):
            whole &= covered(here.coverage[name], back.first, days)
    for node in case.definition.then:
        for clause, first, last, bad in _full(case, node, days, days):
            whole &= ~bad
            for kind in asked_of(case, clause):
                whole &= covered(here.coverage[kind], first, last)
    return days, whole


def _days_of(ranges: Ranges) -> Ints:
    return np.concatenate([np.arange(a, b + 1) for a, b in zip(*ranges, strict=True)])


def _full(
    case: Case, node: Node, earliest: Ints, latest: Ints, *, nested: bool = False
) -> Iterator[tuple[Clause, Ints, Ints, Flags]]:
    """Every clause with its full window, were a child's time without end."""
    if isinstance(node, AnyOf):
        for part in node.clauses:
            yield from _full(case, part, earliest, latest, nested=nested)
    if not isinstance(node, Clause):
        return
    span = span_from(
        earliest, latest, node.window, node.direction, np.zeros_like(earliest), case.calendar,
        of_year=case.definition.start.calendar is not None and not nested,
    )  # fmt: skip
    first = earliest if node.window.since else span.first
    yield node, first, span.last, span.bad
    for part in node.then:
        yield from _full(case, part, first, span.last, nested=True)


# Incidence


@dataclass(frozen=True)
class Waits:
    """How long each anchor waited, and for what: 0 the event, 1 what rules it out, 2 the end of the data.

    Attributes:
        day: days since the anchor.
        horizon: the shortest full window.
    """

    child: Ints
    day: Ints
    kind: Ints
    horizon: int


def waits(decided: Decided) -> Waits | None:
    """The waits of one authority; None where there is nothing to wait for, or nobody who waits.

    The event is the day of the last event needed; competing are the child's exit and the day on which a
    clause that must not be answered is. Anchors with a fault in the data, with a look back that is not
    answered yes, or whose past is not covered, are left out.
    """
    case, base = decided.case, decided.base
    definition = case.definition
    if not has_incidence(definition.then):
        return None
    forward = [_is_forward(node) for node in definition.then]
    kept = (decided.fault == 0) & (decided.reason != OUTCOMES.index("not_seen_before"))
    for node, trace, is_forward in zip(definition.then, decided.traces, forward, strict=True):
        if not is_forward:
            kept &= _completed(case, node, trace, base) < NEVER
    kept &= base.based
    if not kept.any():
        return None
    event = np.zeros(len(base), dtype=np.int64)
    ruled_out = np.full(len(base), NEVER, dtype=np.int64)
    for node, trace, is_forward in zip(definition.then, decided.traces, forward, strict=True):
        if not is_forward:
            continue
        if isinstance(node, Clause) and node.negated:
            ruled_out = np.minimum(ruled_out, _completed(case, replace(node, negated=False), trace, base))
        else:
            event = np.maximum(event, _completed(case, node, trace, base))
    anchor = decided.points.day
    competing = np.minimum(ruled_out, case.exit[decided.points.child])
    last_seen = _last_seen(decided)
    horizon = int((decided.full_last - anchor)[kept].min())
    ends = np.minimum(np.minimum(event, competing), last_seen + 1)
    kind = np.select([event == ends, competing == ends], [0, 1], default=2)
    day = np.clip(ends - anchor, 0, None)[kept]
    kind = kind[kept]
    # One who is not seen after a day leaves at the end of that day.
    day = np.where(kind == 2, day - 1, day)
    return Waits(decided.points.child[kept], day, kind, horizon)


def times(decided: Decided, waited: Waits | None = None) -> pl.DataFrame:
    """Per day since the anchor: events, competing ends and anchors no longer seen; see `TIMES`.

    Args:
        waited: the waits, where they are worked out already.
    """
    waited = waited or waits(decided)
    if waited is None:
        return pl.DataFrame(schema=TIMES)
    days, at = np.unique(waited.day, return_inverse=True)
    counts = [np.bincount(at[waited.kind == one], minlength=days.size) for one in range(3)]
    la_code = decided.case.authority.la_code
    return pl.DataFrame(
        {
            "la_code": pl.repeat(la_code, days.size, dtype=pl.String, eager=True),
            "day": days,
            **dict(zip(("events", "competing", "censored"), counts, strict=True)),
            "horizon": np.full(days.size, waited.horizon),
        }
    ).cast(TIMES)  # type: ignore[arg-type]


def _is_forward(node: Node) -> bool:
    if isinstance(node, Clause):
        return node.direction == "followed"
    return isinstance(node, AnyOf) and all(_is_forward(part) for part in node.clauses)


def _last_seen(decided: Decided) -> Ints:
    """The last day up to which all that is waited for is covered without a gap."""
    case, anchor = decided.case, decided.points.day
    last = np.full(anchor.size, NEVER, dtype=np.int64)
    for node in case.definition.then:
        if not _is_forward(node):
            continue
        for clause, first, _, _ in _full(case, node, anchor, anchor):
            for kind in asked_of(case, clause):
                starts, ends = case.authority.coverage[kind]
                at = np.searchsorted(starts, first, side="right") - 1
                inside = (at >= 0) & (first <= ends[np.maximum(at, 0)])
                end = np.where(inside, ends[np.maximum(at, 0)], first - 1)
                # What begins to be looked for after all data is not missed before.
                end = np.where(first > ends[-1], ends[-1], end)
                last = np.minimum(last, end)
    return last


def _completed(case: Case, node: Node, trace: Trace, points: Points) -> Ints:
    """The day on which a node becomes true for each point; `NEVER` where it does not (or is a `not`)."""
    if isinstance(node, AnyOf):
        parts = [_completed(case, n, t, points) for n, t in zip(node.clauses, trace.nested, strict=True)]
        return np.minimum.reduce(parts)
    if not isinstance(node, Clause):
        yes = case.fitting.test(points.event, node.where)
        return np.where(yes, points.day, NEVER)
    if trace.found is None or trace.candidates is None or node.negated:
        # A count of spells, or something that must not be: it holds from the start, or it does not.
        return np.where(answer_node(case, node, points)[0].yes, points.day, NEVER)
    found = trace.found
    done = case.authority.day[found]
    if node.then:
        at = np.searchsorted(trace.candidates, found)
        about = points_of(case, found)
        for inner, inner_trace in zip(node.then, trace.nested, strict=True):
            part = _completed(case, inner, _taken(inner_trace, at), about)
            done = np.maximum(done, np.where(part < NEVER, part, done))
    return _first_done(case, node, trace, points, found, done)


def _taken(trace: Trace, rows: Ints) -> Trace:
    """A trace about some of its points."""
    span = trace.span
    if span is not None:
        span = type(span)(span.first[rows], span.last[rows], span.bad[rows])
    return (
        replace(trace, span=span, nested=tuple(_taken(t, rows) for t in trace.nested))
        if isinstance(trace.node, AnyOf)
        else replace(trace, span=span)
    )


def _first_done(case: Case, clause: Clause, trace: Trace, points: Points, found: Ints, done: Ints) -> Ints:
    """The day on which enough of the events found in each window are complete."""
    nobody = np.full(len(points), NEVER, dtype=np.int64)
    here, span = case.authority, trace.span
    of_event, of_point = groups_of(case, clause, found, points)
    linked = np.flatnonzero(of_event >= 0)
    if not linked.size or span is None:
        return nobody
    order = linked[np.argsort(key(of_event[linked], here.day[found[linked]], here.rank[found[linked]]))]
    keys = key(of_event[order], here.day[found[order]], here.rank[found[order]])
    rows, done, group = found[order], done[order], np.maximum(of_point, 0)
    lowest, highest = places_in_day(clause, points)
    first, last = np.maximum(span.first, 0), np.minimum(span.last, case.exit[points.child])
    from_rank = np.where(first == points.day, np.clip(lowest, 0, LAST_RANK), 0)
    to_rank = np.where(last == points.day, np.clip(highest, -1, LAST_RANK), LAST_RANK)
    low = np.searchsorted(keys, key(group, first, from_rank))
    high = np.searchsorted(keys, key(group, np.maximum(last, 0), np.maximum(to_rank, 0)), side="right")
    high = np.where((last >= first) & (to_rank >= 0) & (of_point >= 0), np.maximum(high, low), low)
    answer = nobody.copy()
    enough = high - low >= clause.least
    # Where an event of the window may not answer, the few that may are looked at one by one.
    odd = enough & (_has_own(here, rows, low, high, points, span) | (clause.who == "other child"))
    if clause.least == 1:
        answer = np.where(enough, _least_between(done, low, high), NEVER)
    else:
        # Of several that are needed, the last in order completes it.
        kth = np.clip(low + clause.least - 1, 0, rows.size - 1)
        answer = np.where(enough, done[kth], NEVER)
    for number in np.flatnonzero(odd).tolist():
        inside = np.arange(low[number], high[number])
        own = (here.day[rows[inside]] == points.day[number]) & (
            here.kind[rows[inside]] == points.type[number]
        )
        inside = inside[~own & (rows[inside] != points.event[number])]
        if clause.who == "other child":
            inside = inside[here.child[rows[inside]] != points.child[number]]
        if inside.size < clause.least:
            answer[number] = NEVER
        elif clause.least == 1:
            answer[number] = done[inside].min()
        else:
            answer[number] = done[inside[clause.least - 1]]
    return answer


def _has_own(here: Authority, rows: Ints, low: Ints, high: Ints, points: Points, span: Span) -> Flags:
    """Whether the range of a point may hold its own event, or one of its own type on its own day."""
    place = np.full(here.day.size, -1, dtype=np.int64)
    place[rows] = np.arange(rows.size)
    at = np.where(points.event >= 0, place[np.maximum(points.event, 0)], -1) if here.day.size else low - 1
    itself = (at >= low) & (at < high)
    of_type = np.isin(points.type, np.unique(here.kind[rows]))
    on_base = (span.first <= points.day) & (points.day <= span.last)
    return itself | (of_type & on_base)


def _least_between(values: Ints, low: Ints, high: Ints) -> Ints:
    """The least of `values[low:high]`, for many ranges at once; `NEVER` for an empty one."""
    if not values.size:
        return np.full(low.size, NEVER, dtype=np.int64)
    levels = [values]
    while 2 ** len(levels) <= values.size:
        half = 2 ** (len(levels) - 1)
        levels.append(np.minimum(levels[-1][:-half], levels[-1][half:]))
    length = np.maximum(high - low, 0)
    answer = np.full(low.size, NEVER, dtype=np.int64)
    depth = np.where(length > 0, np.log2(np.maximum(length, 1)).astype(np.int64), 0)
    for level, least in enumerate(levels):
        mine = np.flatnonzero((length > 0) & (depth == level))
        if mine.size:
            answer[mine] = np.minimum(least[low[mine]], least[high[mine] - 2**level])
    return answer
