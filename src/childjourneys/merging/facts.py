"""Reports of one fact from several places become one row, keeping where its parts were found."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property

import polars as pl

from childjourneys.merging.groups import Groups
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
    """Facts, one row each, and the reports behind them.

    `facts` has the table's columns, `fact` (its number), `also_in`, `last_cin` and `last_annex` (the latest
    date of a census, of an Annex A that reports it).
    """

    facts: pl.DataFrame
    rows: pl.DataFrame
    group: tuple[str, ...]

    @cached_property
    def reports(self) -> pl.DataFrame:
        """Every report with the number of its `fact`."""
        return self.rows.join(
            self.facts.select_seq(*self.group, "fact"), on=list(self.group), how="left", nulls_equal=True
        )


def merge(rows: pl.DataFrame, rule: MergeRule) -> Merged:
    """Merge reports that agree on child and key.

    Reports with one key in one sheet are different facts (both are loaded, both give events); the n-th of
    one sheet, ordered by content, goes with the n-th of another.

    Args:
        rows: the table's columns with la_code, child_id, source, file, as_at, fact_rank, status_rank, and
            the rule's extra and flag columns.
    """
    key = [*CHILD, *rule.key]
    group = [*key, "occurrence"]
    by_key = pl.struct(key).is_duplicated()
    repeated = rows.select_seq(by_key).to_series() if rows.height else None
    if repeated is None or not repeated.any():
        alone = (
            rows.lazy()
            .with_columns_seq(occurrence=pl.lit(0, dtype=pl.UInt32))
            .select_seq(_single(rows, rule))
        )
        return Merged(alone.with_row_index("fact").collect(), rows, tuple(key))
    rows = _with_occurrence(rows, key, repeated, rule)
    in_groups = rows.select_seq(pl.struct(group).is_duplicated()).to_series()
    several = rows.filter(in_groups)
    single = rows.filter(~in_groups).select_seq(_single(rows, rule))
    several = several.sort(*group, "fact_rank", "file", "sheet", "row", nulls_last=True, maintain_order=True)
    if several.height:
        single = pl.concat([single, _several(several, group, rule).select_seq(single.columns)])
    facts = single.sort(*group, nulls_last=True, maintain_order=True).with_row_index("fact")
    return Merged(facts, rows, tuple(group))


def place_text() -> pl.Expr:
    """A place as `file|sheet|row`."""
    return pl.concat_str("file", "sheet", pl.col("row").cast(pl.String), separator="|")


def _with_occurrence(
    rows: pl.DataFrame, key: list[str], repeated: pl.Series, rule: MergeRule
) -> pl.DataFrame:
    """Numbers rows of one sheet with one key by content; all others are the first of theirs."""
    unit = ["file", "sheet", *key]
    again = rows.filter(repeated).select_seq(pl.struct(unit).is_duplicated().any()).item()
    if not again:
        return rows.with_columns_seq(occurrence=pl.lit(0, dtype=pl.UInt32))
    content = [c for c in rule.table.names("value", "end", "status") if c in rows.columns]
    content += [c for c in ("referral_date",) if c in rows.columns and c not in key]
    ordered = rows.sort(*unit, *content, "row", nulls_last=True, maintain_order=True)
    return ordered.with_columns_seq(occurrence=(pl.int_range(pl.len()).over(unit)).cast(pl.UInt32))


def _facts_columns(rule: MergeRule) -> list[str]:
    stated = [name for name in rule.table.names() if name not in ("child_id", *rule.key, "sheet", "row")]
    return [name for name in stated if name not in ("parent_row",)]


def _single(rows: pl.DataFrame, rule: MergeRule) -> list[pl.Expr]:
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
    return columns


def _several(rows: pl.DataFrame, group: list[str], rule: MergeRule) -> pl.DataFrame:
    """One row per group of reports, with the columns of `_single`."""
    groups = Groups(rows.with_columns_seq(place=place_text()), group, "status_rank")
    is_cin = (rows["source"] == "cin_census").to_numpy()
    head = pl.Series(groups.heads, dtype=pl.UInt32)
    status = set(rule.table.names("status"))
    stated = (*_facts_columns(rule), *rule.extra)
    wanted = {name: name.removesuffix("_raw") in status for name in stated}
    nested = "parent_row" in rows.columns
    chosen = groups.firsts(wanted | ({"parent_row": False} if nested else {}))
    picks = {name: (name, head) for name in group}
    picks |= {name: (name, chosen[name]) for name in stated}
    picks |= {name: (name, head) for name in PLACE}
    for name in rule.dates:
        picks |= {f"{name}_{part}": (part, chosen.get(name, head)) for part in PLACE}
    if nested:
        picks |= {
            "parent_file": ("file", chosen["parent_row"]),
            "parent_row": ("parent_row", chosen["parent_row"]),
        }
    columns = groups.pick(picks)
    for name in rule.table.names("raw"):
        if columns[name].null_count() < groups.count:
            usable = columns[name.removesuffix("_raw")].is_not_null()
            columns[name] = columns[name].set(usable, None)
    columns |= {name: groups.any(name) for name in rule.flags}
    columns["also_in"] = groups.others(head)
    for name in rule.dates:
        columns[f"{name}_also_in"] = groups.others(chosen.get(name, head), like=name)
    columns |= {"last_cin": groups.latest("as_at", is_cin), "last_annex": groups.latest("as_at", ~is_cin)}
    return pl.DataFrame(columns)


def _nesting_single(rows: pl.DataFrame) -> list[pl.Expr]:
    if "parent_row" not in rows.columns:
        return []
    nested = pl.col("parent_row").is_not_null()
    return [pl.when(nested).then(pl.col("file")).alias("parent_file"), pl.col("parent_row")]
