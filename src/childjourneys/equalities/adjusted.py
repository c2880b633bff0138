"""Groups beside a reference with the same ages, sexes, needs and deprivation: adjusted.csv.

Only for measures that someone names. To adjust is a choice of what should be equal: equal rates given
recorded need. Need is recorded by the same services, so adjusting for it can hide unequal treatment. Each
group therefore has two rows: adjusted for age and sex only, and for need and deprivation too.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

import polars as pl

from childjourneys.equalities.anchor_rows import CONTRASTS, DECILE
from childjourneys.equalities.context import LEAST
from childjourneys.equalities.dimensions import NOT_KNOWN
from childjourneys.equalities.logistic import (
    LEAST_OF_LEVEL,
    CannotTell,
    Contrast,
    Fitted,
    fit,
    levels_of,
)
from childjourneys.tables import DERIVED

FIRST = ("age_group", "sex")
FURTHER = ("primary_need", DECILE)
METHOD = (
    "logistic regression, averaged over the group's own anchors (marginal standardisation); delta method,"
    " clusters: {clusters}"
)
CANNOT_TELL = "cannot tell: "
POOLED = "small levels put together"
# A dimension is not adjusted for what it is itself.
_SAME = {"deprivation": DECILE}


@dataclass(frozen=True)
class _Block:
    """One measure, authority and dimension: its anchors with a known group, and the rows of context.csv."""

    rows: pl.DataFrame
    context: Sequence[Mapping[str, object]]
    dimension: str

    @cached_property
    def groups(self) -> dict[str, str]:
        """Why each group can't be in a model; blank where it can."""
        counted = self.rows.group_by(self.dimension).agg(
            n=pl.len(), matches=pl.col("match").sum(), clusters=pl.col("cluster").n_unique()
        )
        return {str(group): _too_few(*counts) for group, *counts in counted.iter_rows()}

    def details(self, names: Sequence[str]) -> tuple[str, ...]:
        """Those of which anything is known, without the dimension itself."""
        own = {self.dimension, _SAME.get(self.dimension)}
        return tuple(name for name in names if name not in own and bool((self.rows[name] != NOT_KNOWN).any()))


def adjusted_table(anchors: pl.DataFrame, context: pl.DataFrame) -> pl.DataFrame:
    """The table adjusted.csv.

    Args:
        anchors: as `anchor_rows.ROWS`, of all buckets put together.
        context: as context.csv, whose groups, references and raw ratios stand here again.
    """
    lines: list[dict[str, object]] = []
    for measure, la_code in anchors.select("measure", "la_code").unique(maintain_order=True).iter_rows():
        same = (pl.col("measure") == measure) & (pl.col("la_code") == la_code)
        mine, beside = anchors.filter(same), context.filter(same)
        for dimension in CONTRASTS:
            block = _Block(
                mine.filter(pl.col(dimension) != NOT_KNOWN),
                list(beside.filter(pl.col("dimension") == dimension).iter_rows(named=True)),
                dimension,
            )
            lines += _lines(block)
    order = {measure: number for number, measure in enumerate(context["measure"].unique(maintain_order=True))}
    schema = DERIVED["adjusted"].schema
    frame = pl.DataFrame(lines, schema=schema, orient="row")
    place = pl.col("measure").replace_strict(order, default=len(order), return_dtype=pl.Int64)
    return DERIVED["adjusted"].conform(frame.sort(place, "la_code", maintain_order=True))


def _lines(block: _Block) -> list[dict[str, object]]:
    compared = [row for row in block.context if row["reference_group"] and row["group"] != NOT_KNOWN]
    if not compared:
        return []
    reference = str(compared[0]["reference_group"])
    first = block.details(FIRST)
    whole = (*first, *block.details(FURTHER))
    found = [(names, _fitted(block, names, reference)) for names in dict.fromkeys((first, whole))]
    return [_line(block, row, names, answer) for row in compared for names, answer in found]


def _fitted(block: _Block, names: tuple[str, ...], reference: str) -> Fitted | str:
    """The model of one set of details, or why there is none."""
    kept = [group for group, why in block.groups.items() if not why]
    if reference not in kept:
        return f"the reference: {block.groups.get(reference, 'no anchors')}"
    if len(kept) < 2:
        return "no group is large enough"
    if not names:
        return "nothing is known to adjust for"
    rows = block.rows.filter(pl.col(block.dimension).is_in(kept))
    try:
        return fit(
            rows["match"].to_numpy(),
            levels_of(rows[block.dimension].to_list()),
            {name: levels_of(rows[name].to_list()) for name in names},
            levels_of(rows["cluster"].to_list()),
            reference,
        )
    except CannotTell as trouble:
        return str(trouble)


def _too_few(n: int, matches: int, clusters: int) -> str:
    if n < LEAST:
        return f"fewer than {LEAST} anchors"
    if clusters < LEAST:
        return f"fewer than {LEAST} children or families"
    if min(matches, n - matches) < LEAST_OF_LEVEL:
        return f"fewer than {LEAST_OF_LEVEL} that match, or that do not"
    return ""


def _line(
    block: _Block, row: Mapping[str, object], names: tuple[str, ...], answer: Fitted | str
) -> dict[str, object]:
    group = str(row["group"])
    why = block.groups.get(group, "no anchors") or (answer if isinstance(answer, str) else "")
    contrast = None if why or isinstance(answer, str) else answer.contrasts[group]
    families = bool(block.rows["cluster"].str.starts_with("family ").any())
    return {
        **{name: row[name] for name in ("measure", "la_code", "dimension", "group", "reference_group")},
        "n": row["n"],
        "matches": row["matches"],
        "raw_ratio": row["ratio"],
        "raw_low": row["ratio_low"],
        "raw_high": row["ratio_high"],
        **_numbers(contrast),
        "adjusted_for": " ".join(names),
        "method": METHOD.format(clusters="families, else children" if families else "children"),
        "note": CANNOT_TELL + why if why else _note(names, answer),
    }


def _numbers(contrast: Contrast | None) -> dict[str, float | None]:
    return {
        "adjusted_ratio": contrast.ratio if contrast else None,
        "adjusted_low": contrast.ratio_low if contrast else None,
        "adjusted_high": contrast.ratio_high if contrast else None,
        "adjusted_difference": contrast.difference if contrast else None,
        "difference_low": contrast.difference_low if contrast else None,
        "difference_high": contrast.difference_high if contrast else None,
    }


def _note(names: Sequence[str], answer: Fitted | str) -> str | None:
    """What the model does without."""
    if isinstance(answer, str):
        return None
    told = []
    if answer.pooled:
        told.append(f"{POOLED}: {', '.join(answer.pooled)}")
    left_out = [name for name in names if name not in answer.used]
    if left_out:
        told.append(f"too few matches for: {', '.join(left_out)}")
    return "; ".join(told) or None
