"""Where two returns say different things of one fact, and where a later blank would take an end back."""

from __future__ import annotations

import polars as pl

from childjourneys.issues import Issue
from childjourneys.merging.facts import Merged, MergeRule


def contradictions(merged: Merged, rule: MergeRule) -> list[Issue]:
    """A warning at each Annex A row whose value lost to another one of the census."""
    compared = [
        name
        for name in rule.table.names("value", "end")
        if name not in rule.key and name in merged.facts.columns
    ]
    if any(merged.facts[name].null_count() == merged.facts.height for name in ("last_cin", "last_annex")):
        return []
    both = merged.facts.filter(pl.col("last_cin").is_not_null(), pl.col("last_annex").is_not_null())
    if both.is_empty():
        return []
    reports = merged.reports.join(both.select_seq("fact"), on="fact", how="semi")
    census = reports.filter(pl.col("source") == "cin_census").sort(
        "fact", "fact_rank", "file", "sheet", "row"
    )
    annex = reports.filter(pl.col("source") == "annex_a")
    issues = []
    for name in compared:
        winners = census.filter(pl.col(name).is_not_null()).unique("fact", keep="first", maintain_order=True)
        won = winners.select_seq("fact", *(pl.col(n).alias(f"_{n}") for n in (name, "file", "sheet", "row")))
        differing = annex.join(won, on="fact").filter(pl.col(name) != pl.col(f"_{name}"))
        issues += [
            Issue(
                "warning",
                "contradicts-census",
                file=row["file"],
                sheet=row["sheet"],
                row=row["row"],
                column=name,
                what="The CIN census gives another value for this fact "
                f"({row['_file']}, {row['_sheet']}, row {row['_row']}); the census's was used.",
                expected="The same value in both returns.",
                to_do="Find out which is right and correct the case system.",
            )
            for row in differing.iter_rows(named=True)
        ]
    return issues


def ends_taken_back(merged: Merged, end: str, what: str, where: pl.Expr | None = None) -> list[Issue]:
    """A warning at each report that has no end although an earlier return ended the fact before it.

    `where`: which reports can have an end at all.
    """
    if merged.rows["as_at"].n_unique() < 2:
        return []
    reports = merged.reports if where is None else merged.reports.filter(where)
    known = reports.filter(pl.col(end).is_not_null()).group_by("fact").agg(_known=pl.col("as_at").min())
    taken_back = reports.join(known, on="fact").filter(
        pl.col(end).is_null(), pl.col("as_at") > pl.col("_known")
    )
    return [
        Issue(
            "warning",
            "end-taken-back",
            file=row["file"],
            sheet=row["sheet"],
            row=row["row"],
            column=end,
            what=f"An earlier return gives an end for this {what} and this one gives none; the end was kept.",
            expected="The same end in every later return.",
            to_do="If it was reopened, return the new start; else correct this return.",
        )
        for row in taken_back.sort("file", "sheet", "row").iter_rows(named=True)
    ]
