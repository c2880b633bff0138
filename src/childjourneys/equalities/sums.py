"""Sums of groups that can be added up over buckets, and still tell how far children are alike.

A cluster is a child, or a family where children are linked. Those that lie in one bucket are squared there.
A family that lies in several has a row of its own in every one, and its squares are worked out when all are
added up.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import polars as pl

from childjourneys.archetypes.authority import Authority
from childjourneys.archetypes.days import Flags, Ints
from childjourneys.archetypes.evaluate import Decided
from childjourneys.equalities.about import About
from childjourneys.equalities.coding import Coded, Coding
from childjourneys.equalities.counting import COUNTS, RESTS, SQUARES, Anchors, sums_of
from childjourneys.equalities.groups import in_rate

KEY = ("measure", "la_code", "dimension", "group")
# Narrow, because families have many rows: in one bucket no sum comes near 2^31.
SUMS = {
    **dict.fromkeys((*KEY, "family"), pl.Categorical()),
    **dict.fromkeys((*COUNTS, *SQUARES, *RESTS), pl.Int32()),
}


@dataclass(frozen=True)
class Clusters:
    """Which children of an authority's bucket are one cluster.

    Attributes:
        unit: the cluster of each child; families with children in other buckets come first.
        families: their names, and a blank one at the end.
        several: whether any child has a family.
    """

    la_code: str
    unit: Ints
    families: pl.Series
    several: bool = True


def context_sums(
    decided_by_measure: Mapping[str, Decided], about: About, *, without_apart: bool = False
) -> pl.DataFrame:
    """The sums of one authority and bucket: see `SUMS`.

    Rows without a `group` hold every anchor whose group is known. `family` is blank where clusters are done
    with, else these are one family's anchors so far. Give those of all buckets, put together, to
    `context_table`.

    Args:
        decided_by_measure: by the name of the measure, all about the authority of `about`.
        without_apart: leave children out whose family has children in other buckets.
    """
    frames = [pl.DataFrame(schema=SUMS)]
    coding, clusters = None, None
    for measure, decided in decided_by_measure.items():
        here, anchors = decided.case.authority, in_rate(decided)
        if coding is None or clusters is None or not coding.is_of(here):
            coding, clusters = Coding(here, about), clusters_of(here, about)
        points, match = anchors.points, anchors.match
        if without_apart:
            kept = np.flatnonzero(clusters.unit[points.child] >= clusters.families.len() - 1)
            points, match = points.take(kept), match[kept]
        frames.append(sums_of_groups(measure, points.child, match, coding.groups(points), clusters))
    return pl.concat(frames)


def sums_of_groups(
    measure: str, child: Ints, match: Flags, dimensions: Sequence[Coded], clusters: Clusters
) -> pl.DataFrame:
    """`context_sums` of anything that is counted: archetypes, and indicators with a denominator.

    Args:
        child, match: of each anchor.
        dimensions: the groups of the anchors.
    """
    if not child.size:
        return pl.DataFrame(schema=SUMS)
    unit = clusters.unit[child]
    anchors = Anchors(child, match, unit, clusters.families.len() - 1, clusters.several)
    found = [(place, sums) for place, one in enumerate(dimensions) for sums in sums_of(anchors, one)]
    names = [[*one.names, None] for one in dimensions]
    first = np.cumsum([0, *map(len, names)])
    place = np.repeat([place for place, _ in found], [sums.group.size for _, sums in found])
    group = np.concatenate([first[place] + sums.group for place, sums in found])
    family = np.concatenate([sums.family for _, sums in found])
    columns = {
        "dimension": _categories(one.dimension for one in dimensions).gather(place),
        "group": _categories(name for listed in names for name in listed).gather(group),
        "family": clusters.families.gather(np.where(family < 0, clusters.families.len() - 1, family)),
        **{
            name: np.concatenate([sums.values[name] for _, sums in found])
            for name in (*COUNTS, *SQUARES, *RESTS)
        },
    }
    named = pl.DataFrame(columns).with_columns(measure=pl.lit(measure), la_code=pl.lit(clusters.la_code))
    return named.select(pl.col(name).cast(kind) for name, kind in SUMS.items())


def clusters_of(here: Authority, about: About) -> Clusters:
    """The clusters of an authority's children. A family's name is the same in every bucket."""
    names = _families_of(here, about)
    known = names.drop_nulls().unique(maintain_order=True)
    apart = known if about.apart is None else known.filter(known.is_in(list(about.apart)))
    if about.apart is not None:
        known = pl.concat([apart, known.filter(~known.is_in(list(about.apart)))])
    number = names.to_frame("name").join(
        known.to_frame("name").with_row_index("unit"), on="name", how="left", maintain_order="left"
    )["unit"]
    alone = known.len() + np.arange(names.len())
    unit = np.where(number.is_null(), alone, number.fill_null(0))
    names_apart = _categories([*apart.to_list(), None])
    return Clusters(here.la_code, unit.astype(np.int64), names_apart, bool(known.len()))


def _categories(names: Iterable[str | None]) -> pl.Series:
    return pl.Series(list(names), dtype=pl.String).cast(pl.Categorical)


def added_up(sums: pl.DataFrame) -> pl.DataFrame:
    """The sums of all buckets as one row per group, families squared: `SUMS` without `family`."""
    columns = (*KEY, *COUNTS, *SQUARES, *RESTS)
    numbers = [pl.col(name).cast(pl.Int64) for name in columns[len(KEY) :]]
    done = [sums.filter(pl.col("family").is_null()).select(*KEY, *numbers)]
    families = sums.select(*KEY, "family", *COUNTS).filter(pl.col("family").is_not_null())
    # There may be millions of rows: one dimension at a time takes a fraction of the memory.
    for dimension in families["dimension"].unique():
        own = families.filter(pl.col("dimension") == dimension)
        added = own.group_by(*KEY, "family").agg(pl.col(name).cast(pl.Int64).sum() for name in COUNTS)
        done.append(_squared(added).select(columns))
    every = pl.concat(done).group_by(KEY).agg(pl.col(name).sum() for name in columns[len(KEY) :])
    return every.with_columns(pl.col(KEY).cast(pl.String)).sort(KEY)


def _squared(families: pl.DataFrame) -> pl.DataFrame:
    """Families that are complete, summed by group of each dimension."""
    m, n, all_m, all_n = (pl.col(name) for name in ("matches", "n", "all_m", "all_n"))
    on = [*KEY[:-1], "family"]
    whole = families.filter(pl.col("group").is_null()).select(*on, all_m="matches", all_n="n")
    return (
        families.join(whole, on=on, how="left")
        .with_columns(pl.col("all_m", "all_n").fill_null(0))
        .group_by(KEY)
        .agg(
            *(pl.col(name).sum() for name in COUNTS),
            mm=(m * m).sum(),
            mn=(m * n).sum(),
            nn=(n * n).sum(),
            rest_mm=((all_m - m) * (all_m - m) - all_m * all_m).sum(),
            rest_mn=((all_m - m) * (all_n - n) - all_m * all_n).sum(),
            rest_nn=((all_n - n) * (all_n - n) - all_n * all_n).sum(),
        )
    )


def _families_of(here: Authority, about: About) -> pl.Series:
    """The family of each child by its own name; blank where there is none."""
    if not (here.family >= 0).any():
        return pl.Series([None], dtype=pl.String).new_from_index(0, len(here.child_ids))
    known = about.children.filter(pl.col("la_code") == about.days.la_code).select("child_id", "family_id")
    ids = here.child_ids.alias("child_id").to_frame()
    return ids.join(known, on="child_id", how="left", maintain_order="left")["family_id"].cast(pl.String)
