"""Checks over the events of all returns together."""

from __future__ import annotations

import polars as pl

from childjourneys.domain.vocabulary import EVENT
from childjourneys.issues import Issue
from childjourneys.quality.rule import CORRECT, verdict

LONGEST_BEFORE_BIRTH_DAYS = 280
_REFERRAL_BEFORE_BIRTH = "8606"


def before_birth(events: pl.DataFrame, children: pl.DataFrame) -> list[Issue]:
    """Events more than 280 days before the birth of their child, or before the expected birth of one unborn.

    The event stays in the journey and is unusable to definitions; the finding is a warning. For a
    referral of the census it is the DfE's rule 8606, else `before-birth`.

    Args:
        events: one row per event, with la_code, child_id, date, event, source, file, sheet, row.
        children: one row per child, with la_code, child_id, birth_date, expected_birth_date.
    """
    born = children.select(
        "la_code", "child_id", pl.coalesce("birth_date", "expected_birth_date").alias("born")
    ).drop_nulls("born")
    early = (
        events.select("la_code", "child_id", "date", "event", "source", "file", "sheet", "row")
        .join(born, on=["la_code", "child_id"], how="inner", validate="m:1")
        .filter((pl.col("born") - pl.col("date")).dt.total_days() > LONGEST_BEFORE_BIRTH_DAYS)
        .sort("file", "sheet", "row", "event")
    )
    return [
        _issue(event, source, file, sheet, row)
        for event, source, file, sheet, row in early.select(
            "event", "source", "file", "sheet", "row"
        ).iter_rows()
    ]


def _issue(event: str, source: str, file: str, sheet: str, row: int | None) -> Issue:
    is_rule = event == "referral" and source == "cin_census"
    what = f"{EVENT[event].label} more than {LONGEST_BEFORE_BIRTH_DAYS} days before the child's birth."
    return Issue(
        severity="warning",
        code=_REFERRAL_BEFORE_BIRTH if is_rule else "before-birth",
        file=file,
        what=verdict(_REFERRAL_BEFORE_BIRTH, what) if is_rule else what,
        expected=f"A date at most {LONGEST_BEFORE_BIRTH_DAYS} days before birth or expected birth.",
        to_do=CORRECT,
        sheet=sheet,
        row=row,
        column="CINreferralDate" if is_rule else "",
    )
