"""What is to be said of one child's costs: a frame of findings, and the rows of `cost_issues` out of it.

Several findings of one child, process, kind and sentence become one, with the first day and how many nights
or events it stands for.
"""

from __future__ import annotations

import polars as pl

from childjourneys.costs.facts import CHILD, Children
from childjourneys.tables.costs import COST_ISSUES

NO_MATCH = "cost-no-match"
AMBIGUOUS = "cost-ambiguous"
UNMATCHED = "cost-unmatched-price"
DATA = "cost-data"

SCHEMA: dict[str, pl.DataType | type[pl.DataType]] = {
    "child_no": pl.Int64,
    "severity": pl.String,
    "code": pl.String,
    "process": pl.String,
    "kind": pl.String,
    "day": pl.Int64,
    "count": pl.Int64,
    "what": pl.String,
    "entry_ids": pl.String,
}
_ORDER = ("la_code", "child_id", "date", "code", "process", "kind", "what")


def no_findings() -> pl.DataFrame:
    return pl.DataFrame(schema=SCHEMA)


def findings(
    rows: pl.DataFrame,
    code: str,
    day: str,
    count: int | str,
    *,
    what: str,
    severity: str = "warning",
    process: str = "",
    kind: str = "",
    entry_ids: str = "",
    first: pl.Expr | None = None,
) -> pl.DataFrame:
    """A finding per row, which has `child_no`, a column with its day, and maybe one with its count."""
    if rows.is_empty():
        return no_findings()
    counted = pl.col(count) if isinstance(count, str) else pl.lit(count)
    given = {
        "severity": severity, "code": code, "process": process, "kind": kind, "what": what,
        "entry_ids": entry_ids,
    }  # fmt: skip
    return rows.select(
        "child_no",
        **{name: pl.lit(text or None, dtype=pl.String) for name, text in given.items()},
        day=(pl.col(day) if first is None else first).cast(pl.Int64),
        count=counted.cast(pl.Int64),
    ).select(*SCHEMA)


def as_issues(found: pl.DataFrame, children: Children) -> pl.DataFrame:
    """Rows of `cost_issues`, in order; one per child, code, process, kind and sentence."""
    if found.is_empty():
        return COST_ISSUES.empty()
    keys = [name for name in SCHEMA if name not in ("day", "count", "entry_ids")]
    grouped = found.group_by(keys).agg(
        pl.col("day").min(),
        pl.col("count").sum(),
        entry_ids=pl.col("entry_ids")
        .drop_nulls()
        .str.split("; ")
        .list.explode()
        .unique()
        .sort()
        .str.join("; "),
    )
    named = children.frame.select(*CHILD)
    who = named.with_row_index("child_no").with_columns(pl.col("child_no").cast(pl.Int64))
    return COST_ISSUES.conform(
        grouped.join(who, on="child_no", how="left")
        .with_columns(
            date=pl.col("day").cast(pl.Int32).cast(pl.Date),
            entry_ids=pl.when(pl.col("entry_ids") != "").then("entry_ids"),
        )
        .drop("child_no", "day")
    ).sort(*_ORDER, nulls_last=True)
