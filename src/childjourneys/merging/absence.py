"""What a later return's silence says: a case once open and then gone ended on a day not known."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

import polars as pl

from childjourneys.issues import Issue
from childjourneys.merging.facts import CHILD
from childjourneys.merging.precedence import LoadedReturn


def close_absent(
    facts: pl.DataFrame,
    reports: pl.DataFrame,
    *,
    start: str,
    end: str,
    returns: Sequence[LoadedReturn],
    annex_list: int | None,
    open_cases: pl.Expr,
    what: str,
) -> tuple[pl.DataFrame, list[Issue]]:
    """Say of each fact whether it is open: `true`, `false`, or `unknown` when a later return lost it.

    Open in the census of one year and absent from the next one loaded: ends the day after it was last seen,
    `unknown`. Open in one Annex A and absent from the next that has the list: the same; when a newer row of
    the child stands there instead, it ended no later than the newer start.

    Args:
        facts: merged facts with `fact`, and the start and end columns.
        reports: the rows that state them, with `fact`; a fact without one (a referral of list 3 alone) has
            nothing that could be open.
        start, end: names of those columns.
        returns: all returns loaded.
        annex_list: the Annex A list that carries these facts; None when there is none.
        open_cases: facts that can be open at all (not those with no further action).
        what: the fact in words, for the warning.

    Returns:
        The facts with `open` and with the end filled where it is `unknown`; and a warning at the last row
        of each that is gone without being replaced.
    """
    columns = facts.columns
    census = _dates(returns, "cin_census", None)
    annex = _dates(returns, "annex_a", annex_list)
    if len(census) + len(annex) < 2:
        state = pl.when(pl.col(end).is_null()).then(pl.lit("true")).otherwise(pl.lit("false"))
        return facts.with_columns_seq(open=state), []
    facts = facts.join(_last_seen(reports), on="fact", how="left", maintain_order="left")
    facts = facts.with_columns_seq(
        _next_after(facts, "_last_cin", census).alias("_next_cin"),
        _next_after(facts, "_last_annex", annex).alias("_next_annex"),
    )
    still = pl.col(end).is_null() & open_cases
    facts = facts.with_columns_seq(
        _gone_cin=(still & (pl.col("_seen") < pl.col("_next_cin"))).fill_null(False),
        _gone_annex=(still & (pl.col("_seen") < pl.col("_next_annex"))).fill_null(False),
        _newer=_newer_start(facts, reports, start),
    )
    gone = pl.col("_gone_cin") | pl.col("_gone_annex")
    replaced = pl.col("_gone_annex") & ~pl.col("_gone_cin") & pl.col("_newer").is_not_null()
    issues = [_warning(row, end, what) for row in facts.filter(gone & ~replaced).iter_rows(named=True)]
    unknown_end = pl.when(replaced).then("_newer").otherwise(pl.col("_seen") + pl.duration(days=1))
    facts = facts.with_columns_seq(
        open=pl.when(gone)
        .then(pl.lit("unknown"))
        .when(pl.col(end).is_null())
        .then(pl.lit("true"))
        .otherwise(pl.lit("false")),
        **{end: pl.when(gone).then(unknown_end).otherwise(pl.col(end))},
    )
    return facts.select_seq(*columns, "open"), issues


def _last_seen(reports: pl.DataFrame) -> pl.DataFrame:
    """Per fact: when a census and when an Annex A last gave it, the later of the two, and its row there."""
    is_cin = pl.col("source") == "cin_census"
    ordered = reports.sort(
        "fact", "as_at", is_cin, "file", "sheet", "row", descending=[False, True, True, False, False, False]
    )
    return ordered.group_by("fact", maintain_order=True).agg(
        _last_cin=pl.col("as_at").filter(is_cin).max(),
        _last_annex=pl.col("as_at").filter(~is_cin).max(),
        _seen=pl.col("as_at").first(),
        **{f"_{name}": pl.col(name).first() for name in ("file", "sheet", "row")},
    )


def _newer_start(facts: pl.DataFrame, reports: pl.DataFrame, start: str) -> pl.Series:
    """The next later start among the child's rows of the Annex A after the last one that has the fact."""
    rows = (
        reports.filter(pl.col("source") == "annex_a")
        .select_seq(*CHILD, _next_annex="as_at", _start=pl.col(start), _newer=pl.col(start))
        .unique()
        .sort("_start")
    )
    asked = facts.select_seq(*CHILD, "_next_annex", _start=pl.col(start)).with_row_index("_i").sort("_start")
    found = asked.join_asof(
        rows,
        on="_start",
        by=[*CHILD, "_next_annex"],
        strategy="forward",
        allow_exact_matches=False,
        check_sortedness=False,  # both are sorted; the check can't look inside groups
    )
    return found.sort("_i")["_newer"]


def _dates(returns: Sequence[LoadedReturn], source: str, annex_list: int | None) -> list[tuple[str, date]]:
    return sorted(
        {
            (r.la_code, r.as_at)
            for r in returns
            if r.source == source and (source == "cin_census" or annex_list in r.lists)
        }
    )


def _next_after(facts: pl.DataFrame, last: str, dates: list[tuple[str, date]]) -> pl.Series:
    """The date of the next return of the authority after the one in column `last`; null when none."""
    if not dates or facts.is_empty():
        return pl.Series("next", [None] * facts.height, dtype=pl.Date)
    pairs = facts.select_seq("la_code", last).unique().drop_nulls()
    found = [
        (la, day, min((at for code, at in dates if code == la and at > day), default=None))
        for la, day in pairs.iter_rows()
    ]
    lookup = pl.DataFrame(found, schema={"la_code": pl.String, last: pl.Date, "next": pl.Date}, orient="row")
    return facts.select_seq("la_code", last).join(
        lookup, on=["la_code", last], how="left", maintain_order="left"
    )["next"]


def _warning(row: dict[str, object], end: str, what: str) -> Issue:
    return Issue(
        "warning",
        "gone-without-end",
        file=str(row["_file"]),
        sheet=str(row["_sheet"]),
        row=int(str(row["_row"])),
        column=end,
        what=f"This {what} was open here and is not in the next return; when it ended is not known.",
        expected="An end date in this or the next return, or the record again while it is open.",
        to_do="Look the case up: it was closed late, deleted, merged or given another identifier.",
    )
