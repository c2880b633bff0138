"""S47 pathways: what followed a section 47 enquiry.

The rule, in words. Step 1: the enquiry's own conference was held (`ICPC`), whenever that was; without one, a
child protection plan of the child started 0 to 60 days after the enquiry (`CPP start`); or neither happened.
Step 2, after a conference: a plan started 0 to 45 days after the conference or 0 to 60 days after the
enquiry, or none did. What was seen is decided. Nothing is decided from not seeing it before the last of these
days is over: until then it is `too recent`, and where days before the end of coverage are missing it is
`not covered`.
"""

from __future__ import annotations

import numpy as np
import polars as pl

from childjourneys.pathways import groups
from childjourneys.pathways.windows import NOT_COVERED, SEEN, TOO_RECENT, Ints, Seen, Windows, days_of

ICPC, CPP, NEITHER, NO_CPP = "ICPC", "CPP start", "no ICPC nor CPP", "no CPP"
STEP1 = (ICPC, CPP, NEITHER, "too recent", "not covered")
STEP2 = (CPP, NO_CPP, "too recent", "not covered")
ASKED = ("icpc", "cpp_start")
PATHWAYS = {
    "la_code": pl.String,
    "child_id": pl.String,
    "s47_start": pl.Date,
    "icpc_date": pl.Date,
    "cpp_start": pl.Date,
    "step1": pl.String,
    "step2": pl.String,
    "followed1": pl.Boolean,
    "followed2": pl.Boolean,
    **dict.fromkeys((*groups.OF_CHILD, *groups.OF_REFERRAL), pl.String),
}
_RECORD = (*groups.CHILD, "record")
_EPISODE = (*groups.CHILD, "episode_id")


def s47_pathways(events: pl.DataFrame, children: pl.DataFrame, seen: Seen, windows: Windows) -> pl.DataFrame:
    """One row per enquiry in the order of the events.

    The conference is one of the enquiry's own record, never one given for the need episode. It counts also
    when it is dated before the enquiry: that it was held is known, its date is a fault to correct. A plan is
    any of the child's in that authority, and may answer two enquiries.

    Returns:
        `PATHWAYS`: the columns of s47_pathways.csv; `followed1` and `followed2`: all the days of the step
        were seen; and the groups to count by. Source and need are the opening referral's, the team
        the enquiry's own, else that referral's.
    """
    own = events.filter(pl.col("event") == "icpc").group_by(_RECORD).agg(icpc_date=pl.col("date").min())
    enquiries = (
        events.filter(pl.col("event") == "s47")
        .with_row_index("_row")
        .join(own, on=_RECORD, how="left", maintain_order="left")
    )
    plans = _first_plan(enquiries, events.filter(pl.col("event") == "cpp_start"), windows)
    enquiries = enquiries.join(plans, on="_row", how="left", maintain_order="left")
    held = enquiries["icpc_date"].is_not_null().to_numpy()
    planned = enquiries["cpp_start"].is_not_null().to_numpy()
    first, second = _seen(enquiries, held, seen, windows)
    undecided = [first == NOT_COVERED, first == TOO_RECENT]
    step1 = np.select([held, planned, *undecided], [ICPC, CPP, "not covered", "too recent"], default=NEITHER)
    undecided = [second == NOT_COVERED, second == TOO_RECENT]
    step2 = np.select([planned, *undecided], [CPP, "not covered", "too recent"], default=NO_CPP)
    after = pl.when(pl.Series(held, dtype=pl.Boolean))
    return (
        groups.with_child(_with_referral(enquiries, events), children)
        .with_columns(
            s47_start="date",
            step1=pl.Series(step1, dtype=pl.String),
            step2=after.then(pl.Series(step2, dtype=pl.String)),
            followed1=pl.Series(first == SEEN, dtype=pl.Boolean),
            followed2=after.then(pl.Series(second == SEEN, dtype=pl.Boolean)),
        )
        .select(pl.col(name).cast(kind) for name, kind in PATHWAYS.items())
    )


def _first_plan(enquiries: pl.DataFrame, plans: pl.DataFrame, windows: Windows) -> pl.DataFrame:
    """Per row of an enquiry with a plan that counts, the start of the first such plan."""
    started = pl.col("cpp_start")
    after_enquiry = (started - pl.col("date")).dt.total_days().is_between(0, windows.enquiry_to_plan)
    after_conference = (started - pl.col("icpc_date")).dt.total_days()
    return (
        enquiries.select("_row", *groups.CHILD, "date", "icpc_date")
        .join(plans.select(*groups.CHILD, cpp_start="date"), on=groups.CHILD)
        .filter(after_enquiry | after_conference.is_between(0, windows.conference_to_plan).fill_null(False))
        .group_by("_row")
        .agg(started.min())
    )


def _seen(enquiries: pl.DataFrame, held: np.ndarray, seen: Seen, windows: Windows) -> tuple[Ints, Ints]:
    """For each step whether all its days were seen; of several windows the worst counts."""
    la_code, start = enquiries["la_code"], days_of(enquiries["date"])
    until = start + windows.enquiry_to_plan
    first = seen.window(ASKED, la_code, start, until)
    conference = np.where(held, days_of(enquiries["icpc_date"]), start)
    second = np.maximum(
        seen.window(("cpp_start",), la_code, start, until),
        seen.window(("cpp_start",), la_code, conference, conference + windows.conference_to_plan),
    )
    return first, second


def _with_referral(enquiries: pl.DataFrame, events: pl.DataFrame) -> pl.DataFrame:
    """With referral_source, team and primary_need."""
    opening = (
        events.filter(pl.col("event") == "referral", pl.col("episode_id").is_not_null())
        .unique(_EPISODE, keep="first", maintain_order=True)
        .select(*_EPISODE, **groups.of_referral())
    )
    return (
        enquiries.join(opening, on=_EPISODE, how="left", maintain_order="left")
        .with_columns(team=pl.coalesce(groups.attribute("team"), "team"))
        .with_columns(groups.named(name) for name in groups.OF_REFERRAL)
    )
