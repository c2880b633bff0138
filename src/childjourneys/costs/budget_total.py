"""How a year stands against its budget in all, and the sentence that says so."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class YearTotal:
    """All lines of an authority and year; pence.

    Attributes:
        lines: how many there are, sums of others left out.
        why: per reason the lines that have no outturn for it; empty: all have one.
        said: what else has to be known, and of which lines.
        outturn, low, high: of all lines; None where one of them has none.
        budget: of all lines that have one; None: nobody knows it, see `no_budget`.
        no_budget: why.
        unbudgeted: the part of the outturn on lines that no budget is given for.
        both: lines with outturn and budget, and what these add up to.
        unpriced: nights without a price: they are in no amount.
        later: expected nights ahead without one.
    """

    la_code: str
    year: str
    lines: int
    why: Mapping[str, Sequence[str]]
    said: Mapping[str, Sequence[str]]
    outturn: int | None
    low: int | None
    high: int | None
    budget: int | None
    no_budget: str
    unbudgeted: int
    both: int
    both_outturn: int
    both_budget: int
    unpriced: int
    later: int


def total_of(
    la_code: str,
    year: str,
    rows: Sequence[Mapping[str, Any]],
    notes: tuple[Mapping[str, Sequence[str]], Mapping[str, Sequence[str]]],
    part: bool,
    later: int,
) -> YearTotal:
    """All lines together.

    Args:
        rows: of `budget.SCHEMA`.
        notes: by line the reasons why it has no outturn; and what else is said, of which lines.
        part: rows of the file that may be of this year could not be used.
        later: expected nights ahead without a price.
    """
    why, said = notes
    told = [row for row in rows if row["outturn"] is not None]
    blank = [row for row in rows if row["line"] in why]
    both = [row for row in told if row["variance"] is not None]
    no_budget = ""
    if part:
        no_budget = "rows of the budget could not be used"
    elif any(row["budget"] is not None and row["variance"] is None for row in told):
        no_budget = "lines of the budget are in prices of another year"
    reasons: dict[str, list[str]] = {}
    for line, some in why.items():
        for one in some:
            reasons.setdefault(one, []).append(line)
    outturn, low, high = (
        None if blank else sum(row[name] for row in told)
        for name in ("outturn", "outturn_low", "outturn_high")
    )
    return YearTotal(
        la_code,
        year,
        len(told) + len(blank),
        reasons,
        said,
        outturn,
        low,
        high,
        None if no_budget else sum(row["budget"] or 0 for row in (*told, *blank)),
        no_budget,
        sum(row["outturn"] for row in told if row["budget"] is None),
        len(both),
        sum(row["outturn"] for row in both),
        sum(row["budget"] for row in both),
        sum(row["unpriced_nights"] or 0 for row in rows),
        later,
    )


def sentence(total: YearTotal) -> str:
    """How the year stands in all, or why that can't be told."""
    unpriced = f" {total.unpriced:,} nights have no price and are in no amount." if total.unpriced else ""
    unpriced += f" {total.later:,} nights ahead have no price and are in no amount." if total.later else ""
    if total.outturn is None:
        reason, lines = max(total.why.items(), key=lambda one: len(one[1]))
        blank = len({line for some in total.why.values() for line in some})
        have = "has" if blank == 1 else "have"
        where = listed_lines(lines)
        said = (
            f"no outturn in all: {blank} of {total.lines} lines {have} none."
            f" {where[0].upper()}{where[1:]}: {reason}"
        )
        if total.both:
            told = _against(total.both_outturn, total.both_budget)
            said += f" Lines with outturn and budget ({total.both}): {told}."
        return said + unpriced
    assert total.low is not None and total.high is not None
    wide = "" if total.low == total.high else f" ({pounds(total.low)} to {pounds(total.high)})"
    if total.budget is None:
        return f"outturn {pounds(total.outturn)}{wide}; no variance in all: {total.no_budget}.{unpriced}"
    said = f"{_against(total.outturn, total.budget, wide)}."
    if total.unbudgeted:
        said += f" {pounds(total.unbudgeted)} of the outturn is on lines without a budget."
    return said + unpriced


def _against(outturn: int, budget: int, wide: str = "") -> str:
    more = outturn - budget
    share = f" ({100 * abs(more) / abs(budget):.1f}%)" if budget else ""
    over = f"{pounds(abs(more))}{share} {'over' if more > 0 else 'under'}" if more else "as budgeted"
    return f"outturn {pounds(outturn)}{wide} against a budget of {pounds(budget)}: {over}"


def listed_lines(names: Sequence[str]) -> str:
    """`line 3.1.1`, `lines 3.1.1, 3.1.2`; of many only some are named.

    >>> listed_lines(["1"]), listed_lines(["1", ""]), listed_lines(list("abcdef"))
    ('line 1', 'lines 1, blank', 'lines a, b, c, d, 2 more')
    """
    if list(names) == [""]:
        return "what has no line"
    told = [name or "blank" for name in names[:4]]
    if len(names) > 4:
        told.append(f"{len(names) - 4} more")
    return f"{'lines' if len(names) > 1 else 'line'} {', '.join(told)}"


def pounds(pence: int) -> str:
    return f"{'-' if pence < 0 else ''}£{abs(pence) // 100:,}.{abs(pence) % 100:02}"
