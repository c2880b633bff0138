"""From sums of groups to context.csv: rates, ratios and differences, what is sure and what can't be told."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import polars as pl

from childjourneys.equalities.dimensions import ALL_OTHERS, DIMENSIONS, NOT_KNOWN, Dimension
from childjourneys.equalities.intervals import (
    Floats,
    design_effect,
    newcombe,
    ratio_interval,
    wilson,
)
from childjourneys.equalities.significance import benjamini_hochberg, n_needed, p_value, verdict
from childjourneys.equalities.sums import RESTS, SQUARES, added_up
from childjourneys.tables import DERIVED

LEAST = 10
_BLOCK = ("measure", "la_code")
_OF_REFERENCE = ("n", "matches", *SQUARES)


def context_table(sums: pl.DataFrame, measures: Sequence[str] = ()) -> pl.DataFrame:
    """The table context.csv, from `context_sums` of all buckets put together.

    Args:
        measures: their order; those that are not there come after, in the order of the alphabet.
    """
    rows = _in_order(_compared(added_up(sums)), measures)
    counts = {
        name: rows[name].cast(pl.Float64).fill_null(0).to_numpy() for name in ("n", "matches", *SQUARES)
    }
    others = {name: rows[f"ref_{name}"].cast(pl.Float64).fill_null(0).to_numpy() for name in _OF_REFERENCE}
    is_compared = (others["n"] > 0) & rows["reference_group"].is_not_null().to_numpy()
    found = _worked_out(counts, others, is_compared)
    known = (rows["group"] != NOT_KNOWN).to_numpy()
    tested = is_compared & known & (counts["n"] >= LEAST) & (others["n"] >= LEAST)
    columns = {name: _blank(values) for name, values in found.items()}
    table = rows.with_columns(**columns, **_tests(counts, others, tested), tested=pl.Series(tested))
    table = table.with_columns(_q(table), _needed(counts, others, is_compared))
    return DERIVED["context"].conform(table.with_columns(_verdicts(table)).select(DERIVED["context"].names()))


def _compared(added: pl.DataFrame) -> pl.DataFrame:
    """Every group with its reference's name and sums; both blank for the reference itself."""
    whole = added.filter(pl.col("group").is_null())
    groups = added.filter(pl.col("group").is_not_null())
    frames = []
    for (name,), mine in groups.partition_by("dimension", as_dict=True).items():
        dimension = DIMENSIONS[str(name)]
        if dimension.reference is None:
            frames.append(_beside_all_others(mine, whole))
        else:
            frames.append(_beside_one(mine, dimension))
    empty = groups.clear().with_columns(
        pl.lit(None, dtype=pl.String).alias("reference_group"),
        *(pl.lit(None, dtype=pl.Int64).alias(f"ref_{one}") for one in _OF_REFERENCE),
    )
    return pl.concat([empty, *frames], how="diagonal")


def _beside_all_others(groups: pl.DataFrame, whole: pl.DataFrame) -> pl.DataFrame:
    """All known anchors of the dimension but those of the group."""
    of_all = whole.select(*_BLOCK, "dimension", *(pl.col(one).alias(f"all_{one}") for one in _OF_REFERENCE))
    joined = groups.join(of_all, on=[*_BLOCK, "dimension"], how="left").with_columns(
        pl.col(f"all_{one}").fill_null(0) for one in _OF_REFERENCE
    )
    inside = pl.when(pl.col("group") != NOT_KNOWN)
    return joined.with_columns(
        pl.lit(ALL_OTHERS).alias("reference_group"),
        *(
            (pl.col(f"all_{one}") - inside.then(pl.col(one)).otherwise(0)).alias(f"ref_{one}")
            for one in ("n", "matches")
        ),
        *(
            (pl.col(f"all_{one}") + inside.then(pl.col(rest)).otherwise(0)).alias(f"ref_{one}")
            for one, rest in zip(SQUARES, RESTS, strict=True)
        ),
    ).drop(f"all_{one}" for one in _OF_REFERENCE)


def _beside_one(groups: pl.DataFrame, dimension: Dimension) -> pl.DataFrame:
    """One group for each block: the fixed one, or the largest where that has fewer than 10 anchors."""
    place = {group: number for number, group in enumerate(dimension.groups)}
    fixed = (pl.col("group") == dimension.reference) & (pl.col("n") >= LEAST)
    chosen = (
        groups.filter(pl.col("group") != NOT_KNOWN)
        .with_columns(_fixed=fixed, _place=pl.col("group").replace_strict(place, default=len(place)))
        .sort("_fixed", "n", "_place", "group", descending=[True, True, False, False])
        .unique(_BLOCK, keep="first", maintain_order=True)
        .select(
            *_BLOCK,
            pl.col("group").alias("reference_group"),
            *(pl.col(one).alias(f"ref_{one}") for one in _OF_REFERENCE),
        )
    )
    joined = groups.join(chosen, on=_BLOCK, how="left")
    names = ("reference_group", *(f"ref_{one}" for one in _OF_REFERENCE))
    is_reference = (pl.col("group") == pl.col("reference_group")).fill_null(False)
    return joined.with_columns(pl.when(~is_reference).then(pl.col(name)).alias(name) for name in names)


def _in_order(rows: pl.DataFrame, measures: Sequence[str]) -> pl.DataFrame:
    """By measure, authority, dimension and group; the groups in the order of their dimension."""
    of_group = {
        (name, group): number
        for name, dimension in DIMENSIONS.items()
        for number, group in enumerate((*dimension.groups, NOT_KNOWN) if dimension.groups else ())
    }
    pairs = pl.DataFrame(
        [(name, group, number) for (name, group), number in of_group.items()],
        schema={"dimension": pl.String, "group": pl.String, "_group": pl.Int64},
        orient="row",
    )
    of_measure = {name: number for number, name in enumerate(measures)}
    of_dimension = {name: number for number, name in enumerate(DIMENSIONS)}
    return (
        rows.join(pairs, on=["dimension", "group"], how="left")
        .with_columns(
            _measure=pl.col("measure").replace_strict(
                of_measure, default=len(of_measure), return_dtype=pl.Int64
            ),
            _dimension=pl.col("dimension").replace_strict(of_dimension, return_dtype=pl.Int64),
            _last=pl.col("group") == NOT_KNOWN,
        )
        .sort("_measure", "measure", "la_code", "_dimension", "_last", "_group", "group", nulls_last=True)
    )


def _worked_out(counts: dict[str, Floats], others: dict[str, Floats], compared: Floats) -> dict[str, Floats]:
    """Rates, ratios and differences with their intervals, on effective counts."""
    a, n1, c, n2 = _effective(counts, others)
    low, high = wilson(a, n1)
    found = {"rate": counts["matches"] / counts["n"], "low": low, "high": high}
    names = ("ratio", "ratio_low", "ratio_high", "difference", "difference_low", "difference_high")
    found |= {name: np.full(a.size, np.nan) for name in names}
    rows = np.flatnonzero(compared)
    if not rows.size:
        return found
    a, n1, c, n2 = a[rows], n1[rows], c[rows], n2[rows]
    mine, theirs = found["rate"][rows], others["matches"][rows] / others["n"][rows]
    found["ratio"][rows] = np.divide(mine, theirs, out=np.full(rows.size, np.nan), where=theirs > 0)
    found["ratio_low"][rows], found["ratio_high"][rows] = ratio_interval(a, n1, c, n2)
    found["difference"][rows] = mine - theirs
    found["difference_low"][rows], found["difference_high"][rows] = newcombe(a, n1, c, n2)
    return found


def _effective(counts: dict[str, Floats], others: dict[str, Floats]) -> tuple[Floats, Floats, Floats, Floats]:
    """Matches and anchors of each group and of its reference, divided by their design effects."""
    mine, theirs = _effect(counts), _effect(others)
    return counts["matches"] / mine, counts["n"] / mine, others["matches"] / theirs, others["n"] / theirs


def _effect(sums: dict[str, Floats]) -> Floats:
    return design_effect(*(sums[name] for name in _OF_REFERENCE))


def _tests(counts: dict[str, Floats], others: dict[str, Floats], tested: Floats) -> dict[str, pl.Series]:
    a, n1, c, n2 = _effective(counts, others)
    p = np.full(a.size, np.nan)
    for row in np.flatnonzero(tested):
        p[row] = p_value(*(float(values[row]) for values in (a, n1, c, n2)))
    return {"p": _blank(p)}


def _q(table: pl.DataFrame) -> pl.Series:
    """Over all tested rows of a measure and authority, all dimensions together."""
    p, q = table["p"].to_numpy(), np.full(table.height, np.nan)
    blocks = table.select(pl.struct(_BLOCK).rank("dense")).to_series().to_numpy()
    tested = np.flatnonzero(table["tested"].to_numpy())
    for block in np.unique(blocks[tested]):
        rows = tested[blocks[tested] == block]
        q[rows] = benjamini_hochberg(p[rows])
    return _blank(q).alias("q")


def _needed(counts: dict[str, Floats], others: dict[str, Floats], compared: Floats) -> pl.Series:
    mine, theirs = _effect(counts), _effect(others)
    found = [
        n_needed(
            float(mine[row]), float(others["matches"][row] / others["n"][row]), float(others["n"][row]),
            float(theirs[row]),
        )
        if compared[row]
        else None
        for row in range(mine.size)
    ]  # fmt: skip
    return pl.Series("n_needed", found, dtype=pl.Int64)


def _verdicts(table: pl.DataFrame) -> pl.Series:
    """Blank for the reference itself."""
    said = [
        None if reference is None else verdict(tested, q, difference, n, needed)
        for reference, tested, q, difference, n, needed in table.select(
            "reference_group", "tested", "q", "difference", "n", "n_needed"
        ).iter_rows()
    ]
    return pl.Series("verdict", said, dtype=pl.String)


def _blank(values: Floats) -> pl.Series:
    return pl.Series(values, dtype=pl.Float64).fill_nan(None)
