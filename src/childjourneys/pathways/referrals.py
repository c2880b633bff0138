"""Referral outcomes: what happened at the front door.

The rule, in words: an assessment or a section 47 enquiry answers a referral when it starts 0 to 30 days after
it in the same need episode. Both were seen: `S17 and S47`, whatever more there is to come. Otherwise the
window must be seen to its end, for assessments and for enquiries: then `S17`, `S47` or, with neither, `NFA`.
Where only days after the end of coverage are missing it is `too recent`, where others are `not covered`.
"""

from __future__ import annotations

import numpy as np
import polars as pl

from childjourneys.pathways import groups
from childjourneys.pathways.windows import NOT_COVERED, SEEN, TOO_RECENT, Seen, Windows, days_of

S17, S47, BOTH, NFA = "S17", "S47", "S17 and S47", "NFA"
OUTCOMES = (S17, S47, BOTH, NFA, "too recent", "not covered")
ASKED = ("assessment_start", "s47")
REFERRALS = {
    "la_code": pl.String,
    "child_id": pl.String,
    "referral_date": pl.Date,
    "outcome": pl.String,
    "nfa_flag": pl.Boolean,
    "days_to_assessment": pl.Int64,
    "days_to_s47": pl.Int64,
    "age_at_referral": pl.Int64,
    "followed": pl.Boolean,
    "case": pl.String,
    **dict.fromkeys((*groups.OF_CHILD, *groups.OF_REFERRAL), pl.String),
}
_EPISODE = (*groups.CHILD, "episode_id")


def referral_outcomes(
    events: pl.DataFrame, children: pl.DataFrame, seen: Seen, windows: Windows
) -> pl.DataFrame:
    """One row per referral in the order of the events, whichever return it came from.

    A need episode has one referral, so that an assessment or an enquiry answers one at most. A referral
    received while another case was open has a row as well (`case`): where the return does not nest
    what followed in it, what followed belongs to the case that was open.

    Returns:
        `REFERRALS`: the columns of referral_outcomes.csv; `followed`: the whole window was seen; and the
        groups to count by. `S17 and S47` without `followed` is one decided early.
    """
    referrals = events.filter(pl.col("event") == "referral").with_row_index("_row")
    for name, event in (("days_to_assessment", "assessment_start"), ("days_to_s47", "s47")):
        referrals = referrals.join(
            _first(referrals, events.filter(pl.col("event") == event), windows.referral, name),
            on="_row",
            how="left",
            maintain_order="left",
        )
    received = days_of(referrals["date"])
    window = seen.window(ASKED, referrals["la_code"], received, received + windows.referral)
    outcome = _outcome(
        referrals["days_to_assessment"].is_not_null().to_numpy(),
        referrals["days_to_s47"].is_not_null().to_numpy(),
        window,
    )
    return (
        groups.with_child(referrals, children)
        .with_columns(
            referral_date="date",
            outcome=pl.Series(outcome, dtype=pl.String),
            nfa_flag=groups.flag("nfa"),
            age_at_referral="age",
            followed=pl.Series(window == SEEN, dtype=pl.Boolean),
            case=pl.when(groups.flag("while_open"))
            .then(pl.lit(groups.CASE))
            .otherwise(pl.lit(groups.NO_CASE)),
            **groups.of_referral(),
        )
        .with_columns(groups.named(name) for name in groups.OF_REFERRAL)
        .select(pl.col(name).cast(kind) for name, kind in REFERRALS.items())
    )


def _first(referrals: pl.DataFrame, answers: pl.DataFrame, last: int, name: str) -> pl.DataFrame:
    """Per row of a referral that was answered, the days until then."""
    days = (pl.col("_answered") - pl.col("date")).dt.total_days()
    return (
        referrals.select("_row", *_EPISODE, "date")
        .join(answers.select(*_EPISODE, _answered="date"), on=_EPISODE)
        .with_columns(days.alias(name))
        .filter(pl.col(name).is_between(0, last))
        .group_by("_row")
        .agg(pl.col(name).min())
    )


def _outcome(assessed: np.ndarray, enquired: np.ndarray, window: np.ndarray) -> np.ndarray:
    return np.select(
        [assessed & enquired, window == NOT_COVERED, window == TOO_RECENT, enquired, assessed],
        [BOTH, "not covered", "too recent", S47, S17],
        default=NFA,
    )
