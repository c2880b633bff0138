"""Nights: how many of them lines of a placement price, and at which level of price.

Several lines may price one night (a price and its social work, say): a night counts once. To be quick on
millions of lines, what nights belong to is numbered, and number and day are one whole number.
"""

from __future__ import annotations

from collections.abc import Sequence

import polars as pl

PLACEMENT = ("la_code", "child_id", "period_of_care", "placement_no")
CODES = ("placement_type", "provider", "in_out_area", "need_group")
# Of two prices of one night the more particular one says how it was priced.
LEVELS = ("child", "contract", "authority", "default")
_OTHER = "not said"
# More than the number of any day; days are counted from 1970.
_DAYS = 1 << 22
_MOST = 1 << 62


def placement_lines(ledger: pl.DataFrame) -> pl.DataFrame:
    """Lines that keep a placement going, night by night."""
    return ledger.filter((pl.col("process").cast(pl.String) == "lac.3") & pl.col("nights").is_not_null())


def numbers(frame: pl.DataFrame, columns: Sequence[str]) -> pl.Series:
    """A whole number per row, the same where all columns are the same; blanks are the same as each other."""
    found = pl.Series("number", [0], dtype=pl.Int64).new_from_index(0, len(frame))
    size = 1
    for name in columns:
        column = frame[name]
        if column.dtype == pl.Categorical:
            column = column.to_physical()
        elif not (column.dtype.is_integer() or column.dtype == pl.Boolean):
            column = column.cast(pl.Categorical).to_physical()
        codes = (column.cast(pl.Int64) + 1).fill_null(0)
        least, most = codes.min(), codes.max()
        assert least is None or isinstance(least, int)
        assert most is None or isinstance(most, int)
        wide = (most or 0) - (least or 0) + 1
        if size * wide * _DAYS >= _MOST:
            found, size = found.rank("dense").cast(pl.Int64) - 1, found.n_unique()
        found, size = found * wide + (codes - (least or 0)), size * wide
    return found.alias("number")


def counted_nights(lines: pl.DataFrame, by: Sequence[str]) -> pl.Series:
    """Per line the nights that no earlier line of the same `by` has, in the order of the lines as given.

    Args:
        lines: `placement_lines`.
    """
    first, last = (lines[name].to_physical().cast(pl.Int64) for name in ("date_from", "date_to"))
    base = numbers(lines, by) * _DAYS
    frame = pl.DataFrame({"from": base + first, "to": base + last}).with_row_index("row")
    # The ledger is in order already, mostly.
    ordered = frame if frame["from"].is_sorted() else frame.sort("from", "to", "row")
    # How far the lines before reach: those of another number end before this one's days begin.
    begins = pl.max_horizontal("from", (pl.col("to").cum_max().shift(1) + 1).fill_null(0))
    nights = ordered.select("row", nights=(pl.col("to") - begins + 1).clip(lower_bound=0))
    return nights.sort("row")["nights"]


def nights_by_year(lines: pl.DataFrame) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Nights of each placement by price year and codes, and by month; each night once for a price year.

    Args:
        lines: `placement_lines`.

    Returns:
        PLACEMENT, CODES, price_year, nights; and la_code, month, price_year, nights.
    """
    found = lines.with_columns(counted_nights(lines, [*PLACEMENT, "price_year"]))
    kept = found.filter(pl.col("nights") > 0)
    codes = numbers(kept, [*PLACEMENT, "price_year", *CODES])
    named = [*PLACEMENT, *CODES, "price_year"]
    by_code = kept.with_columns(codes).group_by("number").agg(*(pl.col(n).first() for n in named), _SUM)
    by_month = kept.group_by("la_code", "month", "price_year").agg(_SUM)
    return plain(by_code.select(*named, "nights")), plain(by_month)


_SUM = pl.col("nights").sum()


def nights_of_lines(lines: pl.DataFrame, by: str) -> pl.DataFrame:
    """Nights by a further column, such as the line of the finance return, month and price year.

    Each night counts once for a value of the column; lines without one are left out.
    """
    named = lines.filter(pl.col(by).is_not_null())
    found = named.with_columns(counted_nights(named, ["la_code", "child_id", by, "price_year"]))
    return plain(found.group_by("la_code", "month", by, "price_year").agg(_SUM))


def nights_by_level(lines: pl.DataFrame) -> pl.DataFrame:
    """Nights of each child by the level of price: child, contract, authority, default; a night counts once.

    Args:
        lines: `placement_lines`.

    Returns:
        la_code, child_id, level, nights.
    """
    child = ["la_code", "child_id"]
    names = (*LEVELS, _OTHER)
    rank = lines["price_basis"].cast(pl.String).replace_strict(
        {name: at for at, name in enumerate(LEVELS)}, default=len(LEVELS), return_dtype=pl.Int8
    )  # fmt: skip
    ranked = lines.select(*child, "date_from", "date_to").with_columns(rank=rank)
    found = [
        pl.DataFrame(
            schema={"la_code": pl.String, "child_id": pl.String, "upto": pl.Int8, "nights": pl.Int64}
        )
    ]
    for upto in ranked["rank"].unique().sort().to_list():
        # Nights priced at this level or a more particular one; what the last had less is this level's.
        some = ranked.filter(pl.col("rank") <= upto)
        some = some.with_columns(counted_nights(some, child), upto=pl.lit(upto, dtype=pl.Int8))
        found.append(plain(some.group_by(*child, "upto").agg(_SUM)))
    reach = pl.concat(found).sort(*child, "upto")
    told = pl.col("upto").replace_strict(dict(enumerate(names)), return_dtype=pl.String)
    less = pl.col("nights").shift(1).over(child).fill_null(0)
    return (
        reach.with_columns(nights=pl.col("nights") - less, level=told)
        .filter(pl.col("nights") > 0)
        .select(*child, "level", "nights")
    )


def plain(frame: pl.DataFrame) -> pl.DataFrame:
    """Texts as such."""
    texts = (name for name, kind in frame.schema.items() if not kind.is_integer())
    return frame.with_columns(pl.col(name).cast(pl.String) for name in texts)
