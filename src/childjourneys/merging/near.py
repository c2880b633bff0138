"""Facts a few days apart, each in one of two returns only: perhaps one fact with a corrected date."""

from __future__ import annotations

import polars as pl

from childjourneys.issues import Issue
from childjourneys.merging.facts import CHILD

NEAR_DAYS = 3


def near_misses(facts: pl.DataFrame, date: str, what: str) -> list[Issue]:
    """A warning at the Annex A or later row of facts 1 to 3 days apart; nothing is merged.

    Args:
        facts: merged facts with `n_returns` (how many returns report it) and `return_no`, source, file,
            sheet, row, as_at of the winning place.
        date: the key date.
        what: the fact in words.
    """
    if facts.height < 2:
        return []
    found = ("return_no", "source", "as_at", "file", "sheet", "row")
    one = facts.filter(pl.col("n_returns") == 1, pl.col(date).is_not_null()).select(*CHILD, date, *found)
    one = one.sort(*CHILD, date, "file", "sheet", "row")
    # One of each day and return is partner enough, so a child with very many rows stays cheap.
    others = one.unique([*CHILD, date, "return_no"], keep="first", maintain_order=True)
    apart = [days for n in range(1, NEAR_DAYS + 1) for days in (n, -n)]
    pairs = pl.concat(
        one.join(
            others.select(
                *CHILD,
                pl.col(date) + pl.duration(days=days),
                **{f"_{name}": pl.col(name) for name in found},
            ),
            on=[*CHILD, date],
            maintain_order="left",
        )
        for days in apart
    )
    pairs = (
        pairs.filter(pl.col("return_no") != pl.col("_return_no"))
        .filter(
            ((pl.col("source") == "annex_a") & (pl.col("_source") != "annex_a"))
            | ((pl.col("source") == pl.col("_source")) & (pl.col("as_at") > pl.col("_as_at")))
        )
        .unique([*CHILD, "file", "sheet", "row", date], keep="first", maintain_order=True)
    )
    issues = []
    for pair in pairs.iter_rows(named=True):
        issues.append(
            Issue(
                "warning",
                "near-date",
                file=pair["file"],
                sheet=pair["sheet"],
                row=pair["row"],
                column=date,
                what=f"Another return has a {what} of this child {NEAR_DAYS} days or fewer away "
                f"({pair['_file']}, {pair['_sheet']}, row {pair['_row']}); they were kept as two.",
                expected="The same date for the same fact in every return.",
                to_do="If they are one, correct the date in the case system and export again.",
            )
        )
    return issues
