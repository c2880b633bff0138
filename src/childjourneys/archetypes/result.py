"""What a definition written in Python came to."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from importlib import import_module
from os import PathLike
from pathlib import Path
from typing import Protocol

import numpy as np
import polars as pl

from childjourneys.archetypes.dimensions import DIMENSIONS
from childjourneys.archetypes.errors import unknown
from childjourneys.archetypes.evaluate import OUTCOMES, Evaluation
from childjourneys.archetypes.explain import explain, explain_all
from childjourneys.archetypes.wording import KINDS
from childjourneys.domain.proportions import proportion
from childjourneys.issues import UsageError

_LISTED = ("match", "match_early")


class JourneyTables(Protocol):
    """Journeys as `childjourneys.api.journeys` gives them."""

    @property
    def events(self) -> pl.DataFrame: ...
    @property
    def spells(self) -> pl.DataFrame: ...
    @property
    def children(self) -> pl.DataFrame: ...
    @property
    def coverage(self) -> pl.DataFrame: ...
    @property
    def marks(self) -> pl.DataFrame: ...


@dataclass(frozen=True)
class Result:
    """One definition over some journeys.

    Attributes:
        evaluation: every anchor with its outcome.
        journeys: what it was worked out over; groups need it.
    """

    evaluation: Evaluation
    journeys: JourneyTables | None = None

    @property
    def anchors(self) -> pl.DataFrame:
        """One row per anchor: la_code, child_id, anchor_date, event, place, outcome, cause, first_seen."""
        return self.evaluation.anchors

    def rate(self, by: Sequence[str] = ()) -> pl.DataFrame:
        """Per authority the anchors by outcome, and the rate of those followed in full with its interval.

        An authority whose returns can't answer has a row with empty counts.

        Args:
            by: dimensions of a report, such as `age_group`: a row per group, or per crossing of several. An
                anchor counts in each of its groups where these overlap; what is blank is `not known`. Rows
                are per authority whether or not `la` is among them.

        Raises:
            UsageError: there is no such dimension.
        """
        if isinstance(by, str):
            by = [by]
        for name in by:
            if name not in DIMENSIONS:
                raise UsageError(unknown(name, "dimension of the report", DIMENSIONS))
        dimensions = [name for name in dict.fromkeys(by) if name != "la"]
        anchors = self._grouped(dimensions) if dimensions else self.anchors
        counts = anchors.group_by("la_code", *dimensions, maintain_order=True).agg(
            pl.len().alias("anchors"), *((pl.col("outcome") == name).sum().alias(name) for name in OUTCOMES)
        )
        asked = pl.DataFrame(
            sorted(self.evaluation.available.items()),
            schema={"la_code": pl.String, "available": pl.Boolean},
            orient="row",
        )
        known = pl.when("available")
        names = ("anchors", *OUTCOMES)
        return (
            asked.join(counts, on="la_code", how="left", maintain_order="left_right")
            .select("la_code", *dimensions, "available", *names)
            .with_columns(known.then(pl.col(name).fill_null(0).cast(pl.Int64)).alias(name) for name in names)
            .with_columns(**proportion(pl.col("match"), pl.col("match") + pl.col("no_match")))
        )

    def _grouped(self, dimensions: Sequence[str]) -> pl.DataFrame:
        """la_code, outcome and the groups of every anchor, in the order of groups."""
        from childjourneys.equalities.anchors import anchor_groups

        if self.journeys is None:
            raise UsageError("Groups need the journeys; run the definition over them.")
        return anchor_groups(self.evaluation, self.journeys, dimensions)

    def audit_list(self) -> pl.DataFrame:
        """The cases to read, each with why: matches, and those there already that are not in the rate."""
        frames = []
        for code, decided in self.evaluation.decided.items():
            listed = np.isin(decided.outcome, [OUTCOMES.index(name) for name in _LISTED])
            if self.evaluation.definition.list_for_audit == "all":
                listed[:] = True
            places = np.flatnonzero(listed)
            mine = self.anchors.filter(pl.col("la_code") == code)[places]
            text = pl.Series("explanation", explain_all(decided, places), dtype=pl.String)
            frames.append(mine.with_columns(text))
        if not frames:
            return self.anchors.clear().with_columns(explanation=pl.lit(None, dtype=pl.String))
        return pl.concat(frames)

    def explain(self, child_id: str, la_code: str | None = None) -> list[str]:
        """Why each anchor of a child has its outcome."""
        said = []
        for code, decided in self.evaluation.decided.items():
            if la_code in (None, code):
                ids = (decided.case.authority.child_ids == child_id).to_numpy()
                found = np.flatnonzero(ids[decided.points.child])
                said += [explain(decided, int(number)).text for number in found]
        return said

    def caveats(self) -> dict[str, list[str]]:
        """Per authority what the numbers do without, and the definition's own caveats."""
        told = {}
        for code, left_out in self.evaluation.left_out.items():
            names = ", ".join(dict.fromkeys(KINDS.get(kind, kind.replace("_", " ")) for kind in left_out))
            computed = [f"Counted without {names}: no return here shows them."] if names else []
            told[code] = computed + list(self.evaluation.definition.caveats)
        return told

    def pack(self, path: str | PathLike[str]) -> None:
        """Write an aggregate pack of this one measure, which `childjourneys compare` takes.

        Its numbers pass disclosure control, with the preset dfe. A pack has outcomes, months and how soon; no
        groups.

        Raises:
            UsageError: it was not worked out over journeys.
            ChildJourneysError: the file can't be written.
        """
        if self.journeys is None:
            raise UsageError("A pack needs the journeys; run the definition over them.")
        # What writes files lies above this, so it is reached only when it is asked for.
        above = import_module("childjourneys.packing")
        above.write_pack_of_one(self.evaluation, self.journeys.coverage, Path(path))
