"""Journeys of some children, as the evaluation takes them."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date

import polars as pl

from childjourneys.archetypes.authority import Authority
from childjourneys.archetypes.loading import authority_of


@dataclass(frozen=True)
class Journeys:
    """Journeys of some children, by authority.

    Made by `journeys_of`; `Authority` objects are made when asked for, since they depend on `as_at`.
    """

    events: pl.DataFrame
    spells: pl.DataFrame
    children: pl.DataFrame
    coverage: pl.DataFrame
    marks: pl.DataFrame
    _made: dict[tuple[str, date | None], Authority] = field(default_factory=dict)

    @property
    def la_codes(self) -> list[str]:
        """Authorities that a return covers, in order."""
        return sorted(self.coverage["la_code"].unique().to_list())

    def authority(self, la_code: str, as_at: date | None = None) -> Authority:
        """One authority as seen on a day, its last covered day by default."""
        if (la_code, as_at) not in self._made:
            self._made[la_code, as_at] = authority_of(
                la_code,
                as_at,
                events=self.events,
                spells=self.spells,
                children=self.children,
                coverage=self.coverage,
                marks=self.marks,
            )
        return self._made[la_code, as_at]


def journeys_of(
    *,
    events: pl.DataFrame,
    spells: pl.DataFrame,
    children: pl.DataFrame,
    coverage: pl.DataFrame,
    marks: pl.DataFrame,
) -> Journeys:
    """Journeys of some children, from the tables of a run.

    Args:
        events: with `record` and `place_in_day`, in any order.
        spells: as reported, with `record`.
        children: one row per child.
        coverage: what the returns can tell about.
        marks: records without a usable date.
    """
    return Journeys(events, spells, children, dated_coverage(coverage), marks)


def dated_coverage(coverage: pl.DataFrame) -> pl.DataFrame:
    """Coverage of what is dated: list 9 of Annex A says who is a care leaver, and gives no event."""
    undated = (pl.col("kind") == "care_leaver") & (pl.col("rule") == "open_in")
    return coverage.filter(~undated)
