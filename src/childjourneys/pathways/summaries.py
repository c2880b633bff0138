"""How often each outcome came, by authority, month, group, source, team and need.

Every frame shows what is undecided and keeps it out of denominators. A share is of those whose whole window
was seen. What was decided before its window had run (such as `S17 and S47` of last week) is counted but is in
no share: the others of its week are not decided yet, and shares would come out too high.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import polars as pl

from childjourneys.domain.proportions import proportion
from childjourneys.pathways import enquiries, groups, referrals
from childjourneys.pathways.kernel import month_of
from childjourneys.pathways.partners import referral_partners
from childjourneys.pathways.windows import AS_DESIGNED, SEEN, Seen, Windows, days_of

UNDECIDED = ("too recent", "not covered")
BY = ("all", "month", *groups.OF_CHILD, *groups.OF_REFERRAL)
SHARES = {
    "la_code": pl.String,
    "dimension": pl.String,
    "group": pl.String,
    "step": pl.Int64,
    "outcome": pl.String,
    "count": pl.Int64,
    "n": pl.Int64,
    "matches": pl.Int64,
    "rate": pl.Float64,
    "low": pl.Float64,
    "high": pl.Float64,
    "complete": pl.Boolean,
    "children": pl.Int64,
    "matching": pl.Int64,
}


@dataclass(frozen=True)
class _Step:
    """One question that rows answer: the columns with the answer and with whether all its days were seen.

    `reach`: days after the start of a row on which its answer is known at the latest, for whole months.
    """

    number: int
    outcome: str
    followed: str
    outcomes: tuple[str, ...]
    asked: tuple[str, ...]
    reach: int


def summarise_pathways(
    outcomes: pl.DataFrame,
    pathways: pl.DataFrame,
    contacts: pl.DataFrame,
    coverage: pl.DataFrame,
    windows: Windows = AS_DESIGNED,
) -> dict[str, pl.DataFrame]:
    """The summaries by name; all sorted as listed, groups and outcomes in the order of tables.

    - `referral_outcomes`: one row per authority, dimension, group and outcome (`step` is 1). Dimensions:
      `all`, `month` (of referral, 2024-01), `age_group`, `sex`, `ethnic_group`, `referral_source`, `team`,
      `primary_need`, and `case`. A referral while another case is open stands in `case` only: it is no
      new one, and where a return does not nest records, what followed belongs to the open case.
    - `s47_pathways`: the same of enquiries and of both steps, without `case`.
    - `referral_partners`: one row per authority, source and month, see `referral_partners`.

    Columns of the first two: `count` (all with the outcome), `n` (those of the group whose whole window was
    seen), `matches` (of these, those with the outcome), `rate` with its 95% interval `low` to `high`
    (Wilson), and `complete` for months: every day of the month is covered, and so is the window of a referral
    or enquiry on any of them. For `too recent` and `not covered` all but `count` is blank. `count` of a
    group's outcomes adds up to its rows; `count` less `matches` were decided early. `children` and `matching`
    are the distinct children in `n` and in `matches`. A figure of shares
    takes the rows of one dimension with `rate`; a figure of counts all of its rows.

    Args:
        outcomes, pathways, contacts: from the kernel, of all children.
    """
    seen = Seen(coverage)
    new = outcomes.filter(pl.col("case") == groups.NO_CASE)
    answer = _Step(1, "outcome", "followed", referrals.OUTCOMES, referrals.ASKED, windows.referral)
    first = _Step(1, "step1", "followed1", enquiries.STEP1, enquiries.ASKED, windows.enquiry_to_plan)
    second = _Step(
        2, "step2", "followed2", enquiries.STEP2, ("cpp_start",),
        windows.enquiry_to_plan + windows.conference_to_plan,
    )  # fmt: skip
    by_referral = [
        *_shares(new, "referral", "referral_date", BY, answer, seen),
        *_shares(outcomes, "referral", "referral_date", ("case",), answer, seen),
    ]
    by_enquiry = [
        frame
        for step in (first, second)
        for frame in _shares(
            pathways.filter(pl.col(step.outcome).is_not_null()), "s47", "s47_start", BY, step, seen
        )
    ]
    return {
        "referral_outcomes": _in_order(by_referral),
        "s47_pathways": _in_order(by_enquiry),
        "referral_partners": referral_partners(new, contacts, seen, windows),
    }


def _shares(
    rows: pl.DataFrame, kind: str, date: str, dimensions: Sequence[str], step: _Step, seen: Seen
) -> list[pl.DataFrame]:
    """One frame per dimension, with `_dimension`, `_group` and `_outcome`: places in the order of tables."""
    asked = rows.select(
        "la_code",
        "child_id",
        *(name for name in dimensions if name in rows.columns),
        all=pl.lit("all"),
        month=month_of(date),
        outcome=pl.col(step.outcome),
        followed=pl.col(step.followed),
    )
    return [_by(asked, name, place, kind, step, seen) for place, name in enumerate(dimensions)]


def _by(asked: pl.DataFrame, name: str, place: int, kind: str, step: _Step, seen: Seen) -> pl.DataFrame:
    followed = pl.col("followed")
    counts = asked.group_by("la_code", "outcome", group=name).agg(
        count=pl.len().cast(pl.Int64),
        matches=followed.sum().cast(pl.Int64),
        matching=pl.col("child_id").filter(followed).n_unique().cast(pl.Int64),
    )
    order = {outcome: number for number, outcome in enumerate(step.outcomes)}
    all_outcomes = pl.DataFrame({"outcome": step.outcomes}, schema={"outcome": pl.String})
    grid = (
        asked.group_by("la_code", group=name)
        .agg(
            n=followed.sum().cast(pl.Int64),
            children=pl.col("child_id").filter(followed).n_unique().cast(pl.Int64),
        )
        .join(all_outcomes, how="cross")
        .join(counts, on=["la_code", "group", "outcome"], how="left")
        .with_columns(pl.col("count", "matches", "matching").fill_null(0))
    )
    decided = pl.when(~pl.col("outcome").is_in(UNDECIDED))
    numbers = ("n", "matches", "children", "matching")
    grid = grid.with_columns(decided.then(pl.col(name)) for name in numbers).with_columns(
        **proportion(pl.col("matches"), pl.col("n")),
        dimension=pl.lit(name),
        step=pl.lit(step.number, pl.Int64),
        _dimension=pl.lit(place + (len(BY) if name == "case" else 0)),
        _group=_place(name),
        _outcome=pl.col("outcome").replace_strict(order, return_dtype=pl.Int64),
        complete=pl.lit(None, pl.Boolean),
    )
    return grid.with_columns(complete=_complete(grid, kind, step, seen)) if name == "month" else grid


def _complete(months: pl.DataFrame, kind: str, step: _Step, seen: Seen) -> pl.Series:
    first = months["group"].str.to_date("%Y-%m", strict=True)
    la_code, start, end = months["la_code"], days_of(first), days_of(first.dt.month_end())
    whole = seen.window((kind,), la_code, start, end) == SEEN
    whole &= seen.window(step.asked, la_code, start, end + step.reach) == SEEN
    return pl.Series(np.asarray(whole), dtype=pl.Boolean)


def _place(name: str) -> pl.Expr:
    """Where a group stands in the order of its dimension; `not known` is last."""
    order = {group: number for number, group in enumerate(groups.GROUPS.get(name, ()))}
    order |= {groups.NOT_KNOWN: 10_000}
    return pl.col("group").replace_strict(order, default=len(order), return_dtype=pl.Int64)


def _in_order(frames: Sequence[pl.DataFrame]) -> pl.DataFrame:
    return (
        pl.concat([frame.select(*SHARES, "_dimension", "_group", "_outcome") for frame in frames])
        .sort("la_code", "_dimension", "_group", "group", "step", "_outcome")
        .select(*SHARES)
    )
