"""Sums of groups that can be added up over buckets, and still tell how far children are alike.

A cluster is a child, or a family where children are linked. Clusters of one child lie in one bucket, so their
squares are summed there. A family may lie in several: it has a row of its own in every one, and its squares
are worked out when all are added up.
"""

from __future__ import annotations

from collections.abc import Mapping

import polars as pl

from childjourneys.archetypes.days import Ints
from childjourneys.archetypes.evaluate import Decided
from childjourneys.equalities.about import About
from childjourneys.equalities.dimensions import DIMENSIONS, NOT_KNOWN
from childjourneys.equalities.groups import groups_of, in_rate

KEY = ("measure", "la_code", "dimension", "group")
# n anchors of which m match; mm, mn and nn are the sums over clusters of m * m, m * n and n * n. `rest_` is
# what taking this group's anchors out of their clusters changes in those sums of all known anchors.
# `matching` and `others` are the children with an anchor that matches, and with one that does not.
COUNTS = ("n", "matches", "children", "matching", "others")
SQUARES = ("mm", "mn", "nn")
RESTS = ("rest_mm", "rest_mn", "rest_nn")
# Narrow, because families have many rows: in one bucket no sum comes near 2^31.
SUMS = {
    **dict.fromkeys((*KEY, "family"), pl.Categorical()),
    **dict.fromkeys((*COUNTS, *SQUARES, *RESTS), pl.Int32()),
}
_OVERLAPPING = [name for name, dimension in DIMENSIONS.items() if dimension.overlapping]


def context_sums(decided_by_measure: Mapping[str, Decided], about: About) -> pl.DataFrame:
    """The sums of one authority and bucket: see `SUMS`.

    Rows without a `group` hold every anchor whose group is known. `family` is blank where clusters are done
    with, else these are one family's anchors so far. Give those of all buckets, put together, to
    `context_table`.

    Args:
        decided_by_measure: by the name of the measure, all about the authority of `about`.
    """
    frames = [_sums_of(measure, decided, about) for measure, decided in decided_by_measure.items()]
    return pl.concat(frames) if frames else pl.DataFrame(schema=SUMS)


def _sums_of(measure: str, decided: Decided, about: About) -> pl.DataFrame:
    here, anchors = decided.case.authority, in_rate(decided)
    children = anchors.points.child
    rows = pl.DataFrame(
        {
            "child": children,
            "family": families_of(about, here.child_ids, here.family).gather(children),
            "match": anchors.match,
        }
    )
    return sums_of_groups(measure, here.la_code, rows, groups_of(anchors, here, about))


def sums_of_groups(measure: str, la_code: str, anchors: pl.DataFrame, groups: pl.DataFrame) -> pl.DataFrame:
    """`context_sums` of anything that is counted: archetypes, and indicators with a denominator.

    Args:
        anchors: `child` (a number), `family` (text; null: none) and `match`, one row per anchor.
        groups: `anchor` (a row of anchors), `dimension` and `group`: one row for each group it stands in.
    """
    details = anchors.select("child", pl.col("family").cast(pl.Categorical()), pl.col("match").cast(pl.Int32))
    grouped = groups.with_columns(details[name].gather(groups["anchor"]) for name in details.columns)
    known = grouped.filter(pl.col("group") != NOT_KNOWN)
    overlaps = pl.col("dimension").is_in(_OVERLAPPING)
    known = pl.concat([known.filter(~overlaps), known.filter(overlaps).unique(["anchor", "dimension"])])
    nothing = pl.lit(None, dtype=pl.Categorical()).alias("group")
    clusters = pl.concat([_clusters(grouped), _clusters(known.with_columns(nothing))])
    alone = pl.col("family").is_null()
    families = (
        clusters.filter(~alone)
        .group_by("dimension", "group", "family")
        .agg(pl.col(name).sum() for name in COUNTS)
        .with_columns(pl.lit(0, dtype=pl.Int32).alias(name) for name in (*SQUARES, *RESTS))
    )
    together = pl.concat([_squared(clusters.filter(alone), "child", ()), families], how="diagonal")
    named = together.with_columns(measure=pl.lit(measure), la_code=pl.lit(la_code))
    return named.select(pl.col(name).cast(kind) for name, kind in SUMS.items())


def added_up(sums: pl.DataFrame) -> pl.DataFrame:
    """The sums of all buckets as one row per group, families squared: `SUMS` without `family`."""
    wide = sums.with_columns(pl.col(*COUNTS, *SQUARES, *RESTS).cast(pl.Int64))
    families = (
        wide.filter(pl.col("family").is_not_null())
        .group_by(*KEY, "family")
        .agg(pl.col(name).sum() for name in COUNTS)
    )
    columns = (*KEY, *COUNTS, *SQUARES, *RESTS)
    done = [
        wide.filter(pl.col("family").is_null()).select(columns),
        _squared(families, "family", KEY[:2]).select(columns),
    ]
    added = pl.concat(done).group_by(KEY).agg(pl.col(name).sum() for name in columns[len(KEY) :])
    return added.with_columns(pl.col(KEY).cast(pl.String)).sort(KEY)


def _clusters(grouped: pl.DataFrame) -> pl.DataFrame:
    """Children of each group with their anchors and matches."""
    return grouped.group_by("dimension", "group", "family", "child").agg(
        n=pl.len().cast(pl.Int32),
        matches=pl.col("match").sum().cast(pl.Int32),
        children=pl.lit(1, dtype=pl.Int32),
        matching=(pl.col("match") > 0).any().cast(pl.Int32),
        others=(pl.col("match") == 0).any().cast(pl.Int32),
    )


def _squared(clusters: pl.DataFrame, cluster: str, within: tuple[str, ...]) -> pl.DataFrame:
    """Clusters that are complete, summed by group of each dimension."""
    m, n, all_m, all_n = (pl.col(name) for name in ("matches", "n", "all_m", "all_n"))
    on = [*within, "dimension", cluster]
    whole = clusters.filter(pl.col("group").is_null()).select(*on, all_m="matches", all_n="n")
    return (
        clusters.join(whole, on=on, how="left")
        .with_columns(pl.col("all_m", "all_n").fill_null(0))
        .group_by(*within, "dimension", "group")
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


def families_of(about: About, child_ids: pl.Series, families: Ints) -> pl.Series:
    """The family of each child by its own name, which is the same in every bucket."""
    if not (families >= 0).any():
        return pl.Series([None], dtype=pl.String).new_from_index(0, len(child_ids))
    known = about.children.filter(pl.col("la_code") == about.days.la_code).select("child_id", "family_id")
    ids = child_ids.alias("child_id").to_frame()
    return ids.join(known, on="child_id", how="left", maintain_order="left")["family_id"]
