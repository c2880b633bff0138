"""What it means that a later return no longer has a case that was open, read from the design."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta

from plain_facts import Fact
from plain_identity import Place, Row, census, place

from childjourneys.merging.precedence import LoadedReturn


def close_absent(
    facts: list[Fact],
    start: str,
    returns: tuple[LoadedReturn, ...],
    annex_list: int | None,
    findings: set[tuple[str, Place]],
    can_be_open: Callable[[Fact], bool],
) -> None:
    """Set `open`, and the end of what is gone on a day not known.

    Gone from the next census: ended the day after it was last seen, with a warning. Gone from the next
    Annex A that has the list: the same, unless a newer row stands there, at whose start it had ended.
    """
    ends: dict[int, date] = {}
    for number, fact in enumerate(facts):
        fact.open = "true" if fact.end is None else "false"
        if fact.end is not None or fact.end_unused or not can_be_open(fact):
            continue
        stands = [row for row in fact.reports if row["table"] != "referral"]
        la = fact.child[0]
        next_census = _next(la, [r for r in stands if census(r)], returns, "cin_census", None)
        next_annex = _next(la, [r for r in stands if not census(r)], returns, "annex_a", annex_list)
        last = max(stands, key=lambda row: (row["as_at"], census(row)))
        gone_census = next_census is not None and last["as_at"] < next_census.as_at
        gone_annex = next_annex is not None and last["as_at"] < next_annex.as_at
        if not gone_census and not gone_annex:
            continue
        newer = [
            other[start]
            for other in facts
            if next_annex and other.child == fact.child and other[start] > fact[start]
            and any(r["return"] == next_annex.number and r["table"] != "referral" for r in other.reports)
        ]  # fmt: skip
        fact.open = "unknown"
        if newer and not gone_census:
            ends[number] = min(newer)
        else:
            ends[number] = last["as_at"] + timedelta(days=1)
            findings.add(("gone-without-end", place(last)))
    for number, end in ends.items():
        facts[number].end = end


def _next(
    la: str, seen: list[Row], returns: tuple[LoadedReturn, ...], source: str, annex_list: int | None
) -> LoadedReturn | None:
    """The return after the last one of this kind that has the fact; none if it never stood in one."""
    if not seen:
        return None
    last = max(row["as_at"] for row in seen)
    later = [
        r
        for r in returns
        if r.la_code == la and r.source == source and r.as_at > last
        and (source == "cin_census" or annex_list in r.lists)
    ]  # fmt: skip
    return min(later, key=lambda r: r.as_at) if later else None
