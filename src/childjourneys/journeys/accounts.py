"""The numbers of a run's own account: what became of the rows, and what was found in the data."""

from __future__ import annotations

import polars as pl

from childjourneys.issues import SEVERITIES


def summarise_account(
    returns: pl.DataFrame, attrition: pl.DataFrame, issues: pl.DataFrame
) -> dict[str, pl.DataFrame]:
    """The account by name.

    - `reading`: one row per file and sheet: rows_in, rows_out, duplicate, set_aside, reason, and whether
      they add up (rows_in = rows_out + duplicate + set_aside).
    - `reading_total`: one row: the sums, how many sheets there are, and how many do not add up.
    - `later_steps`: one row per step after reading.
    - `findings`: one row per severity, code and what to do: places, files, and the first place in words.
    - `finding_totals`: one row per severity: places and codes.
    - `files`: one row: files recognised, read, and left out as duplicate, replaced or set aside.
    """
    reading = attrition.filter(pl.col("step") == "read").with_columns(
        pl.col("rows_in", "rows_out", "duplicate", "set_aside").fill_null(0)
    )
    parts = pl.sum_horizontal("rows_out", "duplicate", "set_aside")
    reading = reading.with_columns((pl.col("rows_in") == parts).alias("adds_up")).sort(
        "file", _list_number(), maintain_order=True
    )
    return {
        "reading": reading.drop("step"),
        "reading_total": reading.select(
            pl.col("rows_in", "rows_out", "duplicate", "set_aside").sum().cast(pl.Int64),
            pl.len().cast(pl.Int64).alias("sheets"),
            (~pl.col("adds_up")).sum().cast(pl.Int64).alias("wrong"),
        ),
        "later_steps": attrition.filter(pl.col("step") != "read"),
        "findings": _findings(issues),
        "finding_totals": _finding_totals(issues),
        "files": returns.select(
            pl.len().cast(pl.Int64).alias("files"),
            (pl.col("status") == "read").sum().cast(pl.Int64).alias("read"),
            (pl.col("status") != "read").sum().cast(pl.Int64).alias("left_out"),
        ),
    }


def _list_number() -> pl.Expr:
    """List 2 comes before List 10; sheets without a number stay in their order, first."""
    return pl.col("sheet").str.extract(r"(?i)^\W*(?:list)?[\s_]*(\d+)").cast(pl.Int64).fill_null(0)


def _findings(issues: pl.DataFrame) -> pl.DataFrame:
    order = {severity: at for at, severity in enumerate(SEVERITIES)}
    return (
        issues.with_columns(_place().alias("first_place"))
        .group_by("severity", "code", maintain_order=True)
        .agg(
            pl.col("count").sum().alias("places"),
            pl.col("file").n_unique().cast(pl.Int64).alias("files"),
            pl.col("what").first(),
            pl.col("what").n_unique().cast(pl.Int64).alias("wordings"),
            pl.col("to_do").first(),
            pl.col("first_place").first(),
        )
        .sort(
            pl.col("severity").replace_strict(order, return_dtype=pl.Int64, default=len(order)),
            -pl.col("places"),
            "code",
        )
    )


def _place() -> pl.Expr:
    """File, sheet, row and column in words, as far as they are known."""

    def part(before: str, column: pl.Expr, after: str = "") -> pl.Expr:
        text = column.cast(pl.String)
        return (
            pl.when(text.fill_null("") != "")
            .then(pl.concat_str(pl.lit(before), text, pl.lit(after)))
            .otherwise(pl.lit(""))
        )

    return pl.concat_str(
        pl.col("file").fill_null(""),
        part(', sheet "', pl.col("sheet"), '"'),
        part(", row ", pl.col("row")),
        part(', column "', pl.col("column"), '"'),
    )


def _finding_totals(issues: pl.DataFrame) -> pl.DataFrame:
    found = issues.group_by("severity").agg(
        pl.col("count").sum().alias("places"), pl.col("code").n_unique().cast(pl.Int64).alias("codes")
    )
    return (
        pl.DataFrame({"severity": SEVERITIES})
        .join(found, on="severity", how="left", maintain_order="left")
        .with_columns(pl.col("places", "codes").fill_null(0).cast(pl.Int64))
    )
