"""Nights by line of the finance return: those that have a price, and those that lack one or a part of it.

An outturn pays for every night. What is modelled of a night without a price is half of what it costs or
nothing, so neither such nights nor their money are in a modelled average.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

import polars as pl

from childjourneys.costs.finance_lines import finance_line
from childjourneys.costs.summaries.kinds import financial_years
from childjourneys.costs.summaries.nights import nights_of_lines, placement_lines, plain
from childjourneys.costs.summaries.parts import part
from childjourneys.costs.summaries.without_price import parted, told_apart

# The groups of the usual map that a foster home may be: one line each, or several that share a number.
_FOSTERING = ("fostering", "fostering_other", "fostering_fees")
LINE_NIGHTS: dict[str, Any] = {
    "what": pl.String, "month": pl.String, "line": pl.String, "price_year": pl.String, "amount": pl.Int64,
}  # fmt: skip


def line_nights(ledger: pl.DataFrame, unpriced: pl.DataFrame, said: Mapping[str, str]) -> pl.DataFrame:
    """One bucket of children: `LINE_NIGHTS`, by `what`.

    `nights`: with a price, by price year; `slept`: the same, each once; `left_out`: pence of nights without a
    price; `without`: these nights, by the line that their placement would be on, blank where nobody has said.

    Args:
        ledger, unpriced: as `tables.costs.LEDGER` and `COST_UNPRICED`.
        said: the authority's own map of lines.
    """
    others, touched = told_apart(ledger, unpriced)
    kept = placement_lines(others)
    left = touched.clear()
    if touched.height:
        money, pieces = parted(touched, unpriced)
        kept = pl.concat([kept.select(pieces.columns), pieces])
        left = money.filter("unpriced")
    gross = left.with_columns(part=part()).filter(
        (pl.col("part") == "gross") & pl.col("s251_line").is_not_null()
    )
    once = nights_of_lines(kept.with_columns(price_year=pl.lit("")), "s251_line")
    frames = [
        _told("nights", nights_of_lines(kept, "s251_line"), "nights"),
        _told("slept", once, "nights"),
        _told("left_out", plain(gross.group_by("month", "s251_line", "price_year").agg(_PENCE)), "pence"),
        _without(unpriced, said),
    ]
    return pl.concat(frames).group_by(*list(LINE_NIGHTS)[:-1]).agg(pl.col("amount").sum())


_PENCE = pl.col("pence").sum()


def _told(what: str, frame: pl.DataFrame, amount: str) -> pl.DataFrame:
    shown = frame.with_columns(what=pl.lit(what), line="s251_line", amount=amount)
    return shown.select(pl.col(name).cast(kind) for name, kind in LINE_NIGHTS.items())


def _without(unpriced: pl.DataFrame, said: Mapping[str, str]) -> pl.DataFrame:
    keys = ["month", "placement_type", "provider", "in_out_area"]
    rows = []
    for month, place, provider, area, nights in (
        unpriced.group_by(keys).agg(pl.col("nights").sum()).sort(keys).iter_rows()
    ):
        year = int(month[:4]) - (month[5:] < "04")
        line = finance_line(None, "lac.3", "placement", (place, provider, area), year, said)
        rows.append(("without", month, line, "", nights))
    return pl.DataFrame(rows, schema=LINE_NIGHTS, orient="row")


@dataclass
class LineNights:
    """One line of the return in one year.

    Attributes:
        slept: nights with a price; without: nights that lack one.
        nights, left_out: nights with a price, and pence of nights without, by price year.
    """

    slept: int = 0
    without: int = 0
    nights: dict[str, int] = field(default_factory=dict)
    left_out: dict[str, int] = field(default_factory=dict)


def without_price(found: pl.DataFrame) -> dict[str, int]:
    """By year the nights without a price, on a line or not.

    Args:
        found: `LINE_NIGHTS` of all buckets.
    """
    lacking = found.filter(what="without").with_columns(year=financial_years(pl.col("month")))
    return dict(lacking.group_by("year").agg(pl.col("amount").sum()).iter_rows())


def by_line(found: pl.DataFrame, line_of: Callable[[str, str], str]) -> dict[tuple[str, str], LineNights]:
    """By year and line of the return.

    Args:
        found: `LINE_NIGHTS` of all buckets.
        line_of: the line of the return that a name of the ledger means in a year.
    """
    told: dict[tuple[str, str], LineNights] = {}
    keys = ["what", "year", "line", "price_year"]
    on_a_line = found.filter(pl.col("line").is_not_null())
    summed = on_a_line.with_columns(year=financial_years(pl.col("month"))).group_by(keys).agg(
        pl.col("amount").sum()
    )  # fmt: skip
    for what, year, name, money_of, amount in summed.sort(keys).iter_rows():
        # A night without a price in a foster home is on every line that foster homes are on.
        names = _FOSTERING if what == "without" and name == "fostering" else (name,)
        for line in sorted({line_of(year, one) for one in names}):
            mine = told.setdefault((year, line), LineNights())
            if what == "slept":
                mine.slept += amount
            elif what == "without":
                mine.without += amount
            else:
                by_year = mine.nights if what == "nights" else mine.left_out
                by_year[money_of] = by_year.get(money_of, 0) + amount
    return told
