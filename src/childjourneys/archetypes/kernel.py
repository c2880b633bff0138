"""The archetype kernel: journeys of some children to their anchors, and the cases to read."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

import numpy as np
import polars as pl

from childjourneys.archetypes.evaluate import ANCHORS, OUTCOMES, Decided, evaluate
from childjourneys.archetypes.explain import explain_all
from childjourneys.archetypes.journeys import Journeys, journeys_of
from childjourneys.archetypes.measures import Measure
from childjourneys.archetypes.people import PEOPLE, people
from childjourneys.archetypes.sensitivity import RERUNS, Declared, rerun_counts
from childjourneys.archetypes.timing import DAY_COUNTS, TIMES, day_counts, times, waits
from childjourneys.domain.calendar import WorkingDays

Tables = dict[str, pl.DataFrame]
Groups = Callable[[str, Mapping[str, Decided], pl.DataFrame], pl.DataFrame]
ANCHOR_TABLE = {"measure": pl.String, **ANCHORS}
AUDIT_TABLE = {
    "archetype": pl.String,
    "la_code": pl.String,
    "child_id": pl.String,
    "anchor_date": pl.Date,
    "outcome": pl.String,
    "explanation": pl.String,
    "file": pl.String,
    "sheet": pl.String,
    "row": pl.Int64,
}
AVAILABLE_TABLE = {"measure": pl.String, "la_code": pl.String, "available": pl.Boolean}
_LISTED = ("match", "match_early")


@dataclass(frozen=True)
class ArchetypeKernel:
    """Works out measures over the children it is given. Picklable; needs only what it is given.

    Attributes:
        coverage: what the returns can tell about; the same for every bucket.
        groups: adds up the groups of headline measures, from authority, anchors by measure and children.
        sensitivity: by id of the definition, what headline measures are run again with.
        rows: gives anchors one by one, of the measures that it is asked for, as the partial `rows`.
    """

    measures: tuple[Measure, ...]
    coverage: pl.DataFrame
    calendar: WorkingDays
    groups: Groups | None = None
    sensitivity: Mapping[str, Declared] = field(default_factory=dict)
    rows: Groups | None = None

    def __call__(self, tables: Mapping[str, pl.DataFrame]) -> Tables:
        """`anchors` (see `ANCHOR_TABLE`), their `counts`, `audit`, `available`,
        `days` and `times` (see `timing`), `people`, `sensitivity`.

        Args:
            tables: events, spells, children and mark of some children; of whole families where a measure
                follows families.
        """
        journeys = self._journeys(tables)
        anchors = [pl.DataFrame(schema=ANCHOR_TABLE)]
        audit = [pl.DataFrame(schema=AUDIT_TABLE)]
        available = []
        days = [pl.DataFrame(schema={"measure": pl.String, **DAY_COUNTS})]
        soon = [pl.DataFrame(schema={"measure": pl.String, **TIMES})]
        behind = [pl.DataFrame(schema={"measure": pl.String, **PEOPLE})]
        again = [pl.DataFrame(schema={"measure": pl.String, **RERUNS})]
        shown: dict[str, dict[str, Decided]] = {}
        for measure in self.measures:
            result = evaluate(
                measure.definition, journeys, calendar=self.calendar,
                authorities=measure.authorities, without=measure.without,
            )  # fmt: skip
            available += [(measure.name, code, known) for code, known in result.available.items()]
            if not result.anchors.height:
                continue
            anchors.append(result.anchors.select(pl.lit(measure.name).alias("measure"), *ANCHORS))
            named = pl.lit(measure.name).alias("measure")
            for code, decided in result.decided.items():
                days.append(day_counts(decided).select(named, *DAY_COUNTS))
                waited = waits(decided)
                behind.append(people(decided, waited).select(named, *PEOPLE))
                if waited is not None:
                    soon.append(times(decided, waited).select(named, *TIMES))
                if code in measure.headline:
                    shown.setdefault(code, {})[measure.name] = decided
                    declared = self.sensitivity.get(measure.definition.id, ())
                    if declared:
                        again.append(rerun_counts(decided, declared).select(named, *RERUNS))
                    mine = result.anchors.filter(pl.col("la_code") == code)
                    audit.append(_to_read(measure, decided, mine))
        every = pl.concat(anchors)
        return {
            "anchors": every,
            "counts": every.group_by("measure", "la_code", "outcome", "cause").agg(n=pl.len().cast(pl.Int64)),
            "audit": pl.concat(audit),
            "days": pl.concat(days),
            "times": pl.concat(soon),
            "people": pl.concat(behind),
            "sensitivity": pl.concat(again),
            **self._groups(shown, tables["children"]),
            "available": pl.DataFrame(available, schema=AVAILABLE_TABLE, orient="row"),
        }

    def group_sums(self, tables: Mapping[str, pl.DataFrame]) -> Tables:
        """The partial `groups` alone, of some more children."""
        journeys = self._journeys(tables)
        shown: dict[str, dict[str, Decided]] = {}
        for measure in self.measures:
            result = evaluate(
                measure.definition, journeys, calendar=self.calendar,
                authorities=tuple(sorted(measure.headline)), without=measure.without,
            )  # fmt: skip
            for code, decided in result.decided.items():
                shown.setdefault(code, {})[measure.name] = decided
        return self._groups(shown, tables["children"])

    def _journeys(self, tables: Mapping[str, pl.DataFrame]) -> Journeys:
        return journeys_of(
            events=tables["events"], spells=tables["spells"], children=tables["children"],
            coverage=self.coverage, marks=tables["mark"],
        )  # fmt: skip

    def _groups(self, shown: Mapping[str, Mapping[str, Decided]], children: pl.DataFrame) -> Tables:
        asked = {"groups": self.groups, "rows": self.rows}
        return {
            name: pl.concat(of(code, decided, children) for code, decided in shown.items())
            for name, of in asked.items()
            if of is not None and shown
        }


def _to_read(measure: Measure, decided: Decided, anchors: pl.DataFrame) -> pl.DataFrame:
    """The cases of one authority to read, each with why."""
    listed = np.isin(decided.outcome, [OUTCOMES.index(name) for name in _LISTED])
    if measure.definition.list_for_audit == "all":
        listed[:] = True
    places = np.flatnonzero(listed)
    return anchors[places].select(
        archetype=pl.lit(measure.name),
        la_code="la_code",
        child_id="child_id",
        anchor_date="anchor_date",
        outcome="outcome",
        explanation=pl.Series(explain_all(decided, places), dtype=pl.String),
        file="file",
        sheet="sheet",
        row="row",
    )
