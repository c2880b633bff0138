"""What the archetype kernel is handed to add up groups while it has the anchors at hand."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import polars as pl

from childjourneys.archetypes.evaluate import Decided
from childjourneys.equalities.about import About, AuthorityDays
from childjourneys.equalities.sums import SUMS, context_sums


@dataclass(frozen=True)
class GroupSums:
    """Adds up the groups of one authority's anchors. Picklable.

    Attributes:
        days: what is known of each authority's days.
        deciles: the authorities of which some child has a decile of deprivation.
        apart: by authority, families with children in several buckets; None: any may have.
        without_apart: leave these families out: they are counted where they are whole.
    """

    days: Mapping[str, AuthorityDays]
    deciles: frozenset[str] = frozenset()
    apart: Mapping[str, frozenset[str]] | None = None
    without_apart: bool = False

    def __call__(self, la_code: str, decided: Mapping[str, Decided], children: pl.DataFrame) -> pl.DataFrame:
        """The sums of some measures in one authority and bucket: see `SUMS`."""
        if la_code not in self.days:
            return pl.DataFrame(schema=SUMS)
        return context_sums(decided, self.about(la_code, children), without_apart=self.without_apart)

    def about(self, la_code: str, children: pl.DataFrame) -> About:
        """What the groups of an authority's anchors rest on; it is one of `days`."""
        apart = None if self.apart is None else self.apart.get(la_code, frozenset())
        return About(self.days[la_code], children, la_code in self.deciles, apart)
