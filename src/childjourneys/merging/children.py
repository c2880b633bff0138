"""One row per child: how each return describes it, the later return winning."""

from __future__ import annotations

import numpy as np
import polars as pl

from childjourneys.issues import Issue
from childjourneys.merging.children_903 import SOURCE, by_path, with_stated_births
from childjourneys.merging.facts import CHILD
from childjourneys.merging.groups import Groups
from childjourneys.tables import REPORTED

_NUMBER = "_child"


def merge_children(rows: dict[str, pl.DataFrame]) -> pl.DataFrame:
    """One row per child of any table, with the latest value that is not blank of each detail.

    A birth date that was only expected gives way to a real one. `upn` holds numbers only; why there is
    none is in `upn_unknown`. `birth_dates` and `upns` count the different ones reported.
    """
    stated = rows.get("child")
    everyone = (
        pl.concat([frame.select_seq(CHILD) for frame in rows.values()] or [_nobody()]).unique().sort(CHILD)
    )
    kinds = REPORTED["child"].schema | {"birth_key": pl.String, "birth_precision": pl.String}
    details = [name for name in REPORTED["child"].names("status") if name != "unborn"]
    details.append("birth_precision")
    if stated is None or stated.is_empty():
        schema = {name: kinds[name] for name in details} | {"birth_dates": pl.UInt32, "upns": pl.UInt32}
        merged = pl.DataFrame(schema={_NUMBER: pl.UInt32, **schema})
    else:
        merged = _stated(stated.join(everyone.with_row_index(_NUMBER), on=CHILD, how="left"), details)
    born = pl.col("birth_date").is_not_null()
    children = (
        everyone.with_row_index(_NUMBER)
        .join(merged, on=_NUMBER, how="left", maintain_order="left")
        .select_seq(
            pl.exclude(_NUMBER, "expected_birth_date", "upn_unknown"),
            expected_birth_date=pl.when(~born).then(pl.col("expected_birth_date")),
            upn_unknown=pl.when(pl.col("upn").is_null()).then(pl.col("upn_unknown")),
        )
        .select_seq(everyone.columns + [name for name in merged.columns if name != _NUMBER])
    )
    return with_stated_births(children, rows)


def _stated(stated: pl.DataFrame, details: list[str]) -> pl.DataFrame:
    """One row per child, by number: the details of its best row that has them."""
    files = {name: stated[name].cast(pl.Enum(stated[name].unique().sort())) for name in ("file", "sheet")}
    if (stated["source"] == SOURCE).any():
        # Of two returns of one year the one later in the order of paths counts.
        files["file"] = stated.select(by_path(stated)).to_series()
    order = stated.select_seq(_NUMBER, "status_rank", "row", **files)
    places = order.select_seq(pl.arg_sort_by(_NUMBER, "status_rank", "file", "sheet", "row")).to_series()
    ordered = stated.select_seq(_NUMBER, "status_rank", *details)[places]
    groups = Groups(ordered, [_NUMBER], "status_rank")
    heads = ordered[_NUMBER][groups.heads]
    chosen = groups.firsts(dict.fromkeys(details, False))
    columns = groups.pick({name: (name, chosen[name]) for name in details})
    for name, counted in (("birth_key", "birth_dates"), ("upn", "upns")):
        different = stated.select_seq(_NUMBER, name).drop_nulls().unique()[_NUMBER]
        columns[counted] = pl.Series(np.bincount(different, minlength=heads[-1] + 1), dtype=pl.UInt32)[heads]
    return pl.DataFrame({_NUMBER: heads} | columns)


def with_families(children: pl.DataFrame, families: pl.DataFrame | None, issues: list[Issue]) -> pl.DataFrame:
    """The children with `family_id`. A child under two families gets the first in order, with a warning."""
    if families is None:
        return children.with_columns_seq(family_id=pl.lit(None, dtype=pl.String))
    ordered = families.sort(*CHILD, "family_id", "file", "row")
    first = ordered.unique(CHILD, keep="first", maintain_order=True)
    second = ordered.join(first.select_seq(*CHILD, _first="family_id"), on=CHILD).filter(
        pl.col("family_id") != pl.col("_first")
    )
    issues += [
        Issue(
            "warning",
            "two-families",
            file=row["file"],
            sheet=row["sheet"],
            row=row["row"],
            column="family_id",
            what="This child is linked to another family as well; the first in order was taken.",
            expected="One family for each child.",
            to_do="Correct the family link.",
        )
        for row in second.iter_rows(named=True)
    ]
    return children.join(first.select_seq(*CHILD, "family_id"), on=CHILD, how="left", maintain_order="left")


def with_deciles(children: pl.DataFrame, deciles: pl.DataFrame | None, issues: list[Issue]) -> pl.DataFrame:
    """The children with `deprivation_decile`. A child under two gets the first in order, with a warning."""
    if deciles is None:
        return children.with_columns_seq(deprivation_decile=pl.lit(None, dtype=pl.Int64))
    ordered = deciles.sort(*CHILD, "file", "row")
    first = ordered.unique(CHILD, keep="first", maintain_order=True)
    known = children.select(CHILD)
    second = (
        ordered.join(first.select_seq(*CHILD, _first="decile"), on=CHILD)
        .filter(pl.col("decile") != pl.col("_first"))
        .join(known, on=CHILD, how="semi", maintain_order="left")
    )
    issues += [
        Issue(
            "warning",
            "two-deciles",
            file=row["file"],
            sheet=row["sheet"],
            row=row["row"],
            column="decile",
            what="This child has another decile as well; the first in order was taken.",
            expected="One decile for each child.",
            to_do="Keep the row of the child's present home.",
        )
        for row in second.iter_rows(named=True)
    ]
    found = first.select_seq(*CHILD, deprivation_decile="decile")
    return children.join(found, on=CHILD, how="left", maintain_order="left")


def _nobody() -> pl.DataFrame:
    return pl.DataFrame(schema={"la_code": pl.String, "child_id": pl.String})
