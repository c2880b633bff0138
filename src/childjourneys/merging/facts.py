"""Reports of one fact from several places become one row, keeping where its parts were found."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import polars as pl

from childjourneys.tables.schema import Table

PLACE = ("source", "file", "sheet", "row")
CHILD = ("la_code", "child_id")


@dataclass(frozen=True)
class MergeRule:
    """How one table is merged.

    Attributes:
        table: its declaration; roles of columns decide who wins.
        key: columns that, with the child, make two reports the same fact. Nulls are equal.
        dates: further dates that give events of their own, so their own places are kept as
            `<date>_source`, `_file`, `_sheet`, `_row`, `_also_in`.
        extra: columns beside the table's, taken like values.
        flags: boolean columns that are true when any report has them true.
    """

    table: Table
    key: tuple[str, ...]
    dates: tuple[str, ...] = ()
    extra: Mapping[str, pl.DataType | type[pl.DataType]] = field(default_factory=dict)
    flags: tuple[str, ...] = ()


@dataclass(frozen=True)
class Merged:
    """Facts, one row each; and the reports behind those that have several, with the fact's number.

    `facts` has the table's columns, `fact` (its number), `also_in`, `last_cin` and `last_annex` (the latest
    date of a census, of an Annex A that reports it). `reports` has every report with its `fact`.
    """

    facts: pl.DataFrame
    reports: pl.DataFrame


def merge(rows: pl.DataFrame, rule: MergeRule) -> Merged:
    """Merge reports that agree on child and key.

    Reports with one key in one sheet are different facts (both are loaded, both give events); the n-th of
    one sheet, ordered by content, goes with the n-th of another.

    Args:
        rows: the table's columns with la_code, child_id, source, file, as_at, fact_rank, status_rank, and
            the rule's extra and flag columns.
    """
    group = [*CHILD, *rule.key]
    rows = _with_occurrence(rows, [*group], rule)
    group = [*group, "occurrence"]
    repeated = (
        rows.select(pl.struct(group).is_duplicated()).to_series()
        if rows.height
        else pl.Series([], dtype=pl.Boolean)
    )
    single = _single(rows.filter(~repeated), rule)
    several = rows.filter(repeated).sort(
        *group, "fact_rank", "file", "sheet", "row", nulls_last=True, maintain_order=True
    )
    facts = pl.concat([single, _several(several, group, rule)]) if several.height else single
    facts = facts.sort(*group, nulls_last=True, maintain_order=True).with_row_index("fact")
    reports = rows.join(facts.select(*group, "fact"), on=group, how="left", nulls_equal=True)
    return Merged(facts.drop("occurrence"), reports.drop("occurrence"))


def place_text() -> pl.Expr:
    """A place as `file|sheet|row`."""
    return pl.concat_str("file", "sheet", pl.col("row").cast(pl.String), separator="|")


def _with_occurrence(rows: pl.DataFrame, group: list[str], rule: MergeRule) -> pl.DataFrame:
    unit = ["file", "sheet", *group]
    if rows.is_empty() or not rows.select(pl.struct(unit).is_duplicated().any()).item():
        return rows.with_columns(occurrence=pl.lit(0, dtype=pl.UInt32))
    content = [c for c in rule.table.names("value", "end", "status") if c in rows.columns]
    ordered = rows.sort(*unit, *content, "row", nulls_last=True, maintain_order=True)
    return ordered.with_columns(occurrence=(pl.int_range(pl.len()).over(unit)).cast(pl.UInt32))


def _facts_columns(rule: MergeRule) -> list[str]:
    stated = [name for name in rule.table.names() if name not in ("child_id", *rule.key, "sheet", "row")]
    return [name for name in stated if name not in ("parent_row",)]


def _single(rows: pl.DataFrame, rule: MergeRule) -> pl.DataFrame:
    is_cin = pl.col("source") == "cin_census"
    columns: list[pl.Expr] = [pl.col(name) for name in (*CHILD, *rule.key, "occurrence")]
    columns += [pl.col(name) for name in _facts_columns(rule)]
    columns += [pl.col(name) for name in (*rule.extra, *rule.flags, *PLACE)]
    columns.append(pl.lit(None, dtype=pl.String).alias("also_in"))
    for name in rule.dates:
        seen = pl.col(name).is_not_null()
        columns += [pl.when(seen).then(pl.col(part)).alias(f"{name}_{part}") for part in PLACE]
        columns.append(pl.lit(None, dtype=pl.String).alias(f"{name}_also_in"))
    columns += _nesting_single(rows)
    columns += [
        pl.when(is_cin).then(pl.col("as_at")).alias("last_cin"),
        pl.when(~is_cin).then(pl.col("as_at")).alias("last_annex"),
    ]
    return rows.select(columns)


def _several(rows: pl.DataFrame, group: list[str], rule: MergeRule) -> pl.DataFrame:
    rows = rows.with_columns(place=place_text())
    is_cin = pl.col("source") == "cin_census"
    status = set(rule.table.names("status"))
    status |= {f"{name}_raw" for name in status}
    columns: list[pl.Expr] = []
    for name in _facts_columns(rule):
        values = pl.col(name).sort_by("status_rank") if name in status else pl.col(name)
        columns.append(values.drop_nulls().first().alias(name))
    columns += [pl.col(name).drop_nulls().first() for name in rule.extra]
    columns += [pl.col(name).any() for name in rule.flags]
    columns += [pl.col(name).first() for name in PLACE]
    columns.append(_others(pl.col("place"), "also_in"))
    for name in rule.dates:
        values = pl.col(name).sort_by("status_rank") if name in status else pl.col(name)
        chosen = pl.col(name) == values.drop_nulls().first()
        columns += [pl.col(part).filter(chosen).first().alias(f"{name}_{part}") for part in PLACE]
        columns.append(_others(pl.col("place").filter(chosen), f"{name}_also_in"))
    columns += _nesting_several(rows)
    columns += [
        pl.col("as_at").filter(is_cin).max().alias("last_cin"),
        pl.col("as_at").filter(~is_cin).max().alias("last_annex"),
    ]
    merged = rows.group_by(group, maintain_order=True).agg(columns)
    merged = merged.with_columns(
        pl.when(pl.col(name) != "").then(pl.col(name)).alias(name)
        for name in merged.columns
        if name.endswith("also_in")
    )
    raw = [name for name in rule.table.names("raw") if name in merged.columns]
    return merged.with_columns(
        pl.when(pl.col(name.removesuffix("_raw")).is_null()).then(pl.col(name)).alias(name) for name in raw
    )


def _others(places: pl.Expr, name: str) -> pl.Expr:
    return places.slice(1).unique(maintain_order=True).str.join("; ").alias(name)


def _nesting_single(rows: pl.DataFrame) -> list[pl.Expr]:
    if "parent_row" not in rows.columns:
        return []
    nested = pl.col("parent_row").is_not_null()
    return [pl.when(nested).then(pl.col("file")).alias("parent_file"), pl.col("parent_row")]


def _nesting_several(rows: pl.DataFrame) -> list[pl.Expr]:
    if "parent_row" not in rows.columns:
        return []
    nested = pl.col("parent_row").is_not_null()
    return [
        pl.col("file").filter(nested).first().alias("parent_file"),
        pl.col("parent_row").drop_nulls().first(),
    ]
