"""Journeys to referral outcomes and S47 pathways: every bucket of children, then the summaries."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import polars as pl

from childjourneys.engine.local import run_kernel
from childjourneys.pathways.kernel import PathwayKernel
from childjourneys.pathways.summaries import summarise_pathways
from childjourneys.pathways.windows import Windows
from childjourneys.tables import DERIVED
from childjourneys.workspace.store import TableStore

_NEEDED = ("events", "children")
_DATES = {"referral_outcomes": "referral_date", "s47_pathways": "s47_start"}


@dataclass(frozen=True)
class Pathways:
    """What happened at the front door, and what followed enquiries.

    Attributes:
        referral_outcomes, s47_pathways: the files of that name, by authority, child and date.
        summaries: see `summarise_pathways`.
    """

    referral_outcomes: pl.DataFrame
    s47_pathways: pl.DataFrame
    summaries: Mapping[str, pl.DataFrame]


def measure_pathways(journeys: TableStore, windows: Windows | None = None) -> Pathways:
    """Decide every referral and enquiry of a run, and keep them with their groups in the store.

    They are kept as `referral_outcomes` and `s47_pathways`, with the columns of `REFERRALS` and `PATHWAYS`.
    """
    windows = windows or Windows()
    coverage = journeys.table("coverage")
    found = run_kernel(
        PathwayKernel(coverage, windows),
        lambda number: {name: journeys.bucket(name, number) for name in _NEEDED},
        journeys.buckets,
        journeys,
        (*_DATES, "contacts"),
    )
    # Rows of one child and day are in one bucket and keep their order in the journey.
    whole = {
        name: found[name].sort("la_code", "child_id", date, maintain_order=True)
        for name, date in _DATES.items()
    }
    for name, frame in whole.items():
        journeys.put_whole(name, frame)
    return Pathways(
        **{name: frame.select(DERIVED[name].names()) for name, frame in whole.items()},
        summaries=summarise_pathways(
            whole["referral_outcomes"], whole["s47_pathways"], found["contacts"], coverage, windows
        ),
    )
