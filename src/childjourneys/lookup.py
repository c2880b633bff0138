"""One child out of a finished run."""

from __future__ import annotations

from pathlib import Path

import polars as pl

from childjourneys.domain.codes import authority_name
from childjourneys.domain.identifiers import clean_identifier
from childjourneys.issues import UsageError
from childjourneys.reports.journey_text import ChildJourney
from childjourneys.workspace.runs import open_run
from childjourneys.workspace.store import TableStore


def child_journey(out: Path, identifier: str, la_code: str | None = None) -> ChildJourney:
    """Everything known of one child.

    Args:
        out: folder with the results of a run.
        identifier: as in the results, or as written in a return (` 123.0`); leading zeros may be missing.
        la_code: authority, needed only where two have the identifier.

    Raises:
        UsageError: there is no run, no such child, or more than one.
    """
    journeys = journeys_of_run(out)
    la, child = find_child(journeys, identifier, la_code)
    mine = (pl.col("la_code") == la) & (pl.col("child_id") == child)
    events = journeys.table("events").filter(mine).sort("date", "place_in_day")
    spells = journeys.table("spells").filter(mine)
    line = journeys.table("lines").filter(mine)
    return ChildJourney(
        la_code=la,
        child_id=child,
        events=events,
        spells=spells,
        coverage=journeys.table("coverage").filter(pl.col("la_code") == la),
        line=line["journey"].item() if line.height else "",
        journey_reduced=line["journey_reduced"].item() if line.height else "",
    )


def journeys_of_run(out: Path) -> TableStore:
    """The journeys of the run in force.

    Raises:
        UsageError: there is none.
    """
    run = open_run(out)
    return TableStore(run / "journeys", len(list((run / "journeys" / "events").iterdir())))


def find_child(journeys: TableStore, identifier: str, la_code: str | None = None) -> tuple[str, str]:
    """Authority and identifier of one child, however its identifier was written.

    Raises:
        UsageError: there is no such child, or more than one.
    """
    children = journeys.table("children").select("la_code", "child_id")
    if la_code:
        children = children.filter(pl.col("la_code") == la_code)
    found = _matching(children, identifier)
    if found.is_empty():
        raise UsageError(
            "No child of this run has that identifier. If the run hid identifiers, use the pseudonym."
        )
    if found.height > 1:
        where = ", ".join(f"{authority_name(la)} ({la})" for la in sorted(set(found["la_code"])))
        raise UsageError(
            f"More than one child has that identifier: {where}. Say which with --la or its zeros."
        )
    la, child = found.row(0)
    return str(la), str(child)


def _matching(children: pl.DataFrame, identifier: str) -> pl.DataFrame:
    """As in the results; else as cleaned; else without regard to leading zeros."""
    cleaned = clean_identifier(identifier)
    child = pl.col("child_id")
    for same in (
        child == identifier.strip(),
        child == cleaned,
        child.str.strip_chars_start("0") == cleaned.lstrip("0"),
    ):
        found = children.filter(same)
        if found.height:
            return found
    return children.clear()
