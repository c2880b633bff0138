"""Why a child matched an archetype, or did not: from the tables of a finished run."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import numpy as np
import polars as pl

from childjourneys.archetypes.definition import Archetype
from childjourneys.archetypes.errors import unknown
from childjourneys.archetypes.evaluate import OUTCOMES, evaluate
from childjourneys.archetypes.explain import explain
from childjourneys.archetypes.journeys import Journeys, dated_coverage, journeys_of
from childjourneys.archetypes.measures import Coverage, Measure, coverage_of, plan_measures
from childjourneys.archetypes.reading import read_definitions
from childjourneys.issues import UsageError
from childjourneys.lookup import find_child, journeys_of_run
from childjourneys.measuring import DEFINITIONS, NEEDED, gathered
from childjourneys.workspace.runs import open_run
from childjourneys.workspace.store import TableStore


@dataclass(frozen=True)
class Explained:
    """One anchor of a child. `rows`: the places it rests on, as file, sheet and row."""

    measure: str
    anchor_date: date
    outcome: str
    text: str
    rows: tuple[tuple[str, str, int], ...]


def explain_child(
    out: Path, archetype: str, identifier: str, la_code: str | None = None
) -> tuple[Measure, list[Explained]]:
    """Every anchor of one child under the measure that is the headline in its authority.

    Args:
        out: folder with the results of a run.
        archetype: an id, or `id:variant`.
        identifier, la_code: as for `childjourneys journey`.

    Raises:
        UsageError: there is no run, child or archetype; or it can't be worked out from these returns.
    """
    journeys = journeys_of_run(out)
    la, child = find_child(journeys, identifier, la_code)
    coverage = dated_coverage(journeys.table("coverage"))
    ranges = coverage_of(coverage)
    measure = _measure(definitions_of(out), archetype, la, ranges)
    children = journeys.table("children").filter(pl.col("la_code") == la)
    family = children.filter(pl.col("child_id") == child)["family_id"].item()
    if measure.definition.follow == "family" and family is not None:
        wanted = children.filter(pl.col("family_id") == family)["child_id"].to_list()
    else:
        wanted = [child]
    found = evaluate(
        measure.definition, _of_children(journeys, la, wanted, coverage), authorities=[la],
        without=measure.without,
    )  # fmt: skip
    if not found.available[la]:
        raise UsageError(f"{archetype} can't be worked out from the returns of this authority.")
    decided = found.decided[la]
    ids = decided.case.authority.child_ids
    explained = []
    for number in np.flatnonzero((ids == child).to_numpy()[decided.points.child]).tolist():
        why = explain(decided, number)
        places = decided.case.authority.source[list(why.rows)].select("file", "sheet", "row").rows()
        day = found.anchors["anchor_date"][number]
        outcome = OUTCOMES[int(decided.outcome[number])]
        explained.append(Explained(measure.name, day, outcome, why.text, tuple(places)))
    return measure, explained


def definitions_of(out: Path) -> list[Archetype]:
    """The definitions that a run used."""
    path = open_run(out) / DEFINITIONS
    if not path.is_file():
        raise UsageError("This run is older than archetypes; run it again.")
    return read_definitions(path.read_text(encoding="utf-8"), DEFINITIONS)


def _measure(definitions: list[Archetype], name: str, la: str, ranges: Mapping[str, Coverage]) -> Measure:
    known = {definition.id: definition for definition in definitions}
    wanted = name.split(":")[0]
    if wanted not in known:
        raise UsageError(unknown(wanted, "archetype", known))
    measures = plan_measures([known[wanted]], ranges)
    for one in measures:
        if la in one.authorities and (one.name == name if ":" in name else la in one.headline):
            return one
    names = ", ".join(one.name for one in measures if la in one.authorities)
    raise UsageError(f"There is no {name} in this authority; there are: {names}.")


def _of_children(journeys: TableStore, la: str, wanted: list[str], coverage: pl.DataFrame) -> Journeys:
    mine = (pl.col("la_code") == la) & pl.col("child_id").is_in(wanted)
    frames = gathered(journeys, NEEDED, lambda _, rows: rows.filter(mine))
    return journeys_of(
        events=frames["events"], spells=frames["spells"], children=frames["children"],
        coverage=coverage, marks=frames["mark"],
    )  # fmt: skip
