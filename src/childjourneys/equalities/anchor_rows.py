"""The anchors of a few measures one by one, with what their groups may be adjusted for."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import polars as pl

from childjourneys.archetypes.evaluate import Decided
from childjourneys.equalities.dimensions import NOT_KNOWN
from childjourneys.equalities.groups import groups_of, in_rate
from childjourneys.equalities.kernel import GroupSums

DECILE = "deprivation_decile"
# Who the child is; of when and where an anchor was, nothing here would say what to adjust for.
CONTRASTS = ("ethnic_group", "ethnic_group_5", "sex", "disability", "age_group", "deprivation")
ROWS = {
    "measure": pl.String,
    "la_code": pl.String,
    "cluster": pl.String,
    "match": pl.Boolean,
    **dict.fromkeys((*CONTRASTS, "primary_need", DECILE), pl.String),
}


@dataclass(frozen=True)
class AnchorRows:
    """Gives the anchors that are in the rate, for some definitions only. Picklable.

    Attributes:
        groups: knows what groups rest on.
        ids: of the definitions; with none nothing is gathered.
    """

    groups: GroupSums
    ids: frozenset[str]

    def __call__(self, la_code: str, decided: Mapping[str, Decided], children: pl.DataFrame) -> pl.DataFrame:
        """One row per anchor of one authority and bucket: see `ROWS`."""
        frames = [pl.DataFrame(schema=ROWS)]
        if la_code in self.groups.days:
            frames += [
                self._rows(measure, la_code, one, children)
                for measure, one in decided.items()
                if one.case.definition.id in self.ids
            ]
        return pl.concat(frames)

    def _rows(self, measure: str, la_code: str, decided: Decided, children: pl.DataFrame) -> pl.DataFrame:
        here, anchors = decided.case.authority, in_rate(decided)
        grouped = groups_of(anchors, here, self.groups.about(la_code, children))
        ids = here.child_ids.gather(anchors.points.child).alias("child_id").to_frame()
        joined = ids.join(_details(la_code, children), on="child_id", how="left", maintain_order="left")
        found = {name: _of(grouped, name, joined.height) for name in (*CONTRASTS, "primary_need")}
        return joined.select(
            pl.lit(measure).alias("measure"),
            pl.lit(la_code).alias("la_code"),
            pl.coalesce("family", pl.lit("child ") + pl.col("child_id")).alias("cluster"),
            pl.Series("match", anchors.match, dtype=pl.Boolean),
            *(texts.alias(name) for name, texts in found.items()),
            pl.col(DECILE).fill_null(NOT_KNOWN),
        ).select(*ROWS)


def anchor_rows(*parts: Mapping[str, pl.DataFrame]) -> pl.DataFrame:
    """The partial `rows` of several runs of the kernel put together."""
    return pl.concat([pl.DataFrame(schema=ROWS), *(part["rows"] for part in parts if "rows" in part)])


def _details(la_code: str, children: pl.DataFrame) -> pl.DataFrame:
    """Family and decile of each child, where there is such a column."""
    mine = children.filter(pl.col("la_code") == la_code)
    names = {"family": "family_id", DECILE: DECILE}
    blank = pl.lit(None, dtype=pl.String)
    columns = {
        name: pl.col(column).cast(pl.String) if column in children.columns else blank
        for name, column in names.items()
    }
    return mine.select("child_id", **columns).with_columns(family=pl.lit("family ") + pl.col("family"))


def _of(grouped: pl.DataFrame, dimension: str, anchors: int) -> pl.Series:
    """The group of each anchor in a dimension without overlaps; all `not known` where there is none."""
    mine = grouped.filter(pl.col("dimension") == dimension).sort("anchor")
    if not mine.height:
        return pl.repeat(NOT_KNOWN, anchors, dtype=pl.String, eager=True)
    return mine["group"].cast(pl.String)
