"""Which part of the money a ledger line is: gross, a contribution, a grant, or another agency's."""

from __future__ import annotations

import polars as pl

MONEY = ("gross", "contributions", "grant", "net", "other_agencies")
ADDED = ("gross", "contributions", "grant", "other_agencies")
_CREDITS = {"contribution": "contributions", "grant": "grant"}


def part() -> pl.Expr:
    """Contributions and grants by their process, other agencies by who bears the line; the rest is gross."""
    process = pl.col("process").cast(pl.String)
    agency = pl.col("agency").cast(pl.String)
    return (
        pl.when(process.is_in(list(_CREDITS)))
        .then(process.replace(_CREDITS))
        .when((agency != "local_authority") | (process == "other_agency"))
        .then(pl.lit("other_agencies"))
        .otherwise(pl.lit("gross"))
    )


def money(of: str = "pence") -> list[pl.Expr]:
    """Sums of a frame that has `part`, for the inside of `agg`: the five amounts of every table."""
    parts = [pl.col(of).filter(pl.col("part") == name).sum().alias(name) for name in ADDED]
    net = pl.col(of).filter(pl.col("part") != "other_agencies").sum().alias("net")
    return [*parts[:3], net, parts[3]]


def of_placements() -> pl.Expr:
    """Lines of what keeps placements, as far as the authority bears them."""
    return (pl.col("process") == "lac.3") & (pl.col("part") == "gross")


def placement_costs() -> list[pl.Expr]:
    """For the inside of `agg`, of such lines: placement_cost of nights with a price; left_out of the others.

    What lacks a part of its price is in no average.
    """
    pence, unpriced = pl.col("pence"), pl.col("unpriced")
    return [
        pence.filter(~unpriced).sum().alias("placement_cost"),
        pence.filter(unpriced).sum().alias("left_out"),
    ]


def week(pence: str, nights: str) -> pl.Expr:
    """Pence a week, half-up; null where there are no nights.

    >>> pl.DataFrame({"p": [7000, 1], "n": [7, 0]}).select(week("p", "n")).to_series().to_list()
    [7000, None]
    """
    rounded = (pl.col(pence) * 14 + pl.col(nights)).floordiv(2 * pl.col(nights))
    return pl.when(pl.col(nights) > 0).then(rounded)
