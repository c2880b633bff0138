"""What is left over of rows of prices: nights and money that no placement took, and what is said of them."""

from __future__ import annotations

from fractions import Fraction

import polars as pl

from childjourneys.costs.price_rows import DATA, FINDINGS, PRICE_ROWS, decimal_text

# A day after every placement: 31 December 9999 as days since 1970.
FAR = 2_932_896
_UNMATCHED_CODE = "cost-unmatched-price"
# Why a whole row prices nothing.
_NONE, _SEVERAL, _NOBODY = "no placement", "several children", "no child"
# Money that no placement took: pounds as text; blank where nobody can say for how long.
UNMATCHED: dict[str, pl.DataType | type[pl.DataType]] = {
    "la_code": pl.String, "child_id": pl.String, "price_row": pl.Int64, "date_from": pl.Date,
    "nights": pl.Int64, "amount": pl.String, "reason": pl.String,
}  # fmt: skip


def left_columns() -> pl.DataFrame:
    """The columns of what is left over of a row."""
    names = ("la_code", "child_id", "price_row", "basis", "price", "file", "sheet", "row")
    return pl.DataFrame(
        schema={
            **{name: PRICE_ROWS[name] for name in names},
            "day": pl.Int64,
            "nights": pl.Int64,
            "reason": pl.String,
            "share_of": pl.Int64,
        }
    )


def left_over(rows: pl.DataFrame, paired: pl.DataFrame, everybody: bool) -> pl.DataFrame:
    """Rows without a placement, rows of a total whose period misses it, and nights of rows beside it.

    Args:
        everybody: all children of the run were looked through, not only those with a placement.
    """
    start = pl.max_horizontal("first", "window_from")
    stop = pl.min_horizontal("last", "window_to")
    whole = pl.when(stop < FAR).then(pl.max_horizontal(stop - start, pl.lit(0)))
    matched = paired.filter(pl.col("to") > pl.col("from"))
    none = rows.join(matched.select("price_row"), on="price_row", how="anti").with_columns(
        day=start,
        nights=whole,
        reason=pl.when("several")
        .then(pl.lit(_SEVERAL))
        .when(pl.col("way").is_null() & everybody)
        .then(pl.lit(_NOBODY))
        .otherwise(pl.lit(_NONE)),
        share_of=whole,
    )
    # A row's nights before its placement and after it. What a total is of lies on the nights that are shared.
    after = pl.when(pl.col("end").is_not_null()).then(stop - pl.col("to"))
    beside = matched.with_columns(before=pl.col("from") - start, after=after)
    parts = [
        beside.filter(pl.col(name) > 0).with_columns(
            day=day, nights=pl.col(name), reason=pl.lit("beside the placement"), share_of=pl.lit(None)
        )
        for name, day in (("before", start), ("after", pl.col("to")))
    ]
    columns = left_columns().schema
    return pl.concat([part.select(pl.col(name).cast(kind) for name, kind in columns.items())
                      for part in (none, *parts)])  # fmt: skip


def findings_of(left: pl.DataFrame) -> pl.DataFrame:
    """What is left over, as warnings; nights that a total leaves empty are a note, its money is used."""
    lost = pl.col("reason") == "another row"
    several = pl.col("reason") == _SEVERAL
    whole = pl.col("reason").is_in([_NONE, _SEVERAL, _NOBODY])
    total = pl.col("basis") == "period"
    said = (
        pl.when(lost)
        .then(pl.lit("another row holds these nights too; the later start, then the later row, was used."))
        .when(several)
        .then(
            pl.lit(
                "the identifier is that of several children of the run, so the row was not used and its "
                "money is not in the ledger. Write 903- before an identifier of SSDA903, or give a link file."
            )
        )
        .when(pl.col("reason") == _NOBODY)
        .then(pl.lit("no child of this run has the identifier; the row's money is not in the ledger."))
        .when(whole)
        .then(pl.lit("the row matches no placement of the child; its money is not in the ledger."))
        .when(total)
        .then(pl.lit("these nights match no placement of the child; the total lies on those that do."))
        .otherwise(pl.lit("these nights match no placement of the child; their money is not in the ledger."))
    )
    return _finding(
        left,
        severity=pl.when(~lost & ~whole & total).then(pl.lit("note")).otherwise(pl.lit("warning")),
        code=pl.when(lost).then(pl.lit(DATA)).otherwise(pl.lit(_UNMATCHED_CODE)),
        day=pl.col("day"),
        count=pl.max_horizontal(pl.col("nights").fill_null(1), 1),
        said=said,
        column="",
    )


def other_urn(paired: pl.DataFrame) -> pl.DataFrame:
    """Rows whose URN is not that of the placement they price."""
    differs = paired.filter(
        (pl.col("to") > pl.col("from"))
        & (pl.col("urn").str.to_uppercase() != pl.col("placement_urn").str.to_uppercase())
    )
    return _finding(
        differs,
        severity=pl.lit("warning"),
        code=pl.lit(DATA),
        day=pl.col("from"),
        count=pl.col("row_nights").fill_null(1),
        said=pl.lit("the placement has another URN; the price was used, check the provider."),
        column="urn",
    )


def _finding(
    rows: pl.DataFrame,
    severity: pl.Expr,
    code: pl.Expr,
    day: pl.Expr,
    count: pl.Expr,
    said: pl.Expr,
    column: str,
) -> pl.DataFrame:
    place = pl.concat_str(
        pl.col("file"),
        pl.when(pl.col("sheet") != "").then(pl.lit(", sheet ") + pl.col("sheet")).otherwise(pl.lit("")),
        pl.lit(", row "),
        pl.col("row").cast(pl.String),
        pl.lit(f", column {column}: " if column else ": "),
    )
    return rows.select(
        severity=severity,
        code=code,
        la_code="la_code",
        child_id="child_id",
        process=pl.lit("lac.3"),
        kind=pl.lit("placement"),
        date=as_date(day),
        count=count,
        what=place + said,
        entry_ids=pl.lit("child_price"),
        file="file",
        sheet="sheet",
        row="row",
        column=pl.lit(column),
    ).select(pl.col(name).cast(kind) for name, kind in FINDINGS.items())


def as_unmatched(left: pl.DataFrame) -> pl.DataFrame:
    """Money that is in no placement. A total is unmatched as a whole, or by the nights another row took."""
    rows = left.filter((pl.col("basis") == "week") | (pl.col("reason") != "beside the placement"))
    money = [
        _money(*row) for row in rows.select("basis", "price", "nights", "share_of", "reason").iter_rows()
    ]
    return (
        rows.with_columns(date_from=as_date(pl.col("day")), amount=pl.Series(money, dtype=pl.String))
        .select(*UNMATCHED)
        .sort("la_code", "child_id", "date_from", "price_row", nulls_last=True)
    )


def _money(basis: str, price: str | None, nights: int | None, of: int | None, reason: str) -> str | None:
    if price is None:
        return None
    amount = Fraction(price)
    if basis == "period":
        if reason in (_NONE, _SEVERAL, _NOBODY):
            return decimal_text(amount)
        assert nights is not None and of
        return _to_pence(amount * nights / of)
    return None if nights is None else _to_pence(amount * nights / 7)


def _to_pence(amount: Fraction) -> str:
    """Pounds to the penny, half up."""
    return decimal_text(Fraction((amount * 200 + 1) // 2, 100))


def as_date(day: pl.Expr) -> pl.Expr:
    return pl.when(day.abs() < FAR).then(day).cast(pl.Int32).cast(pl.Date)
