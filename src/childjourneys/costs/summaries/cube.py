"""The ledger added up once, small enough to make every table from.

Buckets of children can be added up by themselves and put together: no child is in two.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields

import polars as pl

from childjourneys.costs.summaries.kinds import financial_years, quarters
from childjourneys.costs.summaries.nights import (
    CODES,
    PLACEMENT,
    nights_by_level,
    nights_by_year,
    numbers,
    placement_lines,
    plain,
)
from childjourneys.costs.summaries.parts import part
from childjourneys.costs.summaries.without_price import nobody, parted, told_apart
from childjourneys.tables.costs import LEDGER

_WHO = ("la_code", "child_id")
_LINE = (
    *PLACEMENT, *CODES, "process", "agency", "price_year",
)  # fmt: skip
# What of the ledger is added up; the texts among it are compared over and over.
_ENTRY = (*_WHO, "process", "entry_id", "agency", "price_basis", "price_year")
_MONTH = ("la_code", "month", "process", "agency", "s251_line", "placement_type", "price_year")
NEEDED = tuple(dict.fromkeys((*_LINE, *_ENTRY, *_MONTH, "date_from", "date_to", "nights", "pence")))
_TEXTS = tuple(name for name in NEEDED if LEDGER.schema[name] == pl.String)
_WHOLE = ("period_of_care", "placement_no", "unpriced")
# Columns that buckets share: rows with the same values in them are added up.
_SHARED = {
    "months": ("pence", "n_lines"),
    "seen": ("children",),
    "month_nights": ("nights",),
    "unpriced_seen": ("nights", "children"),
}


@dataclass(frozen=True)
class Cube:
    """The ledger, added up.

    Attributes:
        lines: the columns of a placement and its codes, process, agency, price_year, `part`, `unpriced` (of
            nights without a price), pence, n_lines.
        entries: la_code, child_id, process, entry_id, agency, price_basis, price_year, `part`, pence,
            n_lines.
        months: la_code, month, process, agency, s251_line, placement_type, price_year, `part`, pence,
            n_lines.
        seen: la_code, price_year, span (month, quarter or year), when, children: who has a line in it.
        tops: la_code, price_year, month, children, gross, first, second: children with gross cost in the
            month, and the two highest (pence).
        nights: a placement with its codes, price_year, nights that are priced.
        month_nights: la_code, month, price_year, nights that are priced.
        levels: la_code, child_id, level, nights; of nights that are priced.
        unpriced: a placement with its codes, nights without a price.
        unpriced_seen: la_code, span (month, quarter or year), when, nights, children: without a price.
        children: as `tables.costs.LEDGER_CHILDREN`.
    """

    lines: pl.DataFrame
    entries: pl.DataFrame
    months: pl.DataFrame
    seen: pl.DataFrame
    tops: pl.DataFrame
    nights: pl.DataFrame
    month_nights: pl.DataFrame
    levels: pl.DataFrame
    unpriced: pl.DataFrame
    unpriced_seen: pl.DataFrame
    children: pl.DataFrame


def add_up(ledger: pl.DataFrame, children: pl.DataFrame, unpriced: pl.DataFrame | None = None) -> Cube:
    """One bucket of children, or all of them.

    Args:
        ledger, children: as `tables.costs.LEDGER` and `LEDGER_CHILDREN`.
        unpriced: as `tables.costs.COST_UNPRICED`; None: every night has a price.
    """
    ledger, without = (
        frame.with_columns(pl.col(name).cast(pl.Categorical) for name in frame.columns if name in _TEXTS)
        for frame in (ledger.select(NEEDED), nobody() if unpriced is None else unpriced)
    )
    others, touched = told_apart(ledger, without)
    counted = pl.len().cast(pl.Int64).alias("n_lines")
    lines = _summed(others, _LINE, counted).with_columns(unpriced=pl.lit(False))
    kept = placement_lines(others)
    if len(touched):
        money, pieces = parted(touched, without)
        of_these = _summed(money, (*_LINE, "unpriced"), pl.col("n_lines").sum())
        lines = pl.concat([lines, of_these.select(lines.columns)])
        kept = pl.concat([kept, pieces])
    by_code, by_month = nights_by_year(kept)
    by_child = _by_child(ledger)
    return Cube(
        lines=lines,
        entries=_summed(ledger, _ENTRY, counted),
        months=_summed(ledger, _MONTH, counted),
        seen=_seen(by_child),
        tops=_tops(by_child),
        nights=by_code,
        month_nights=by_month,
        levels=nights_by_level(kept),
        unpriced=plain(without.group_by(*PLACEMENT, *CODES).agg(pl.col("nights").sum())),
        unpriced_seen=_seen_without(without.with_columns(_text("month"), _text("la_code"))),
        children=children,
    )


def together(cubes: Sequence[Cube]) -> Cube:
    """Buckets put together."""
    joined = {field.name: pl.concat([getattr(cube, field.name) for cube in cubes]) for field in fields(Cube)}
    for name, added in _SHARED.items():
        frame = joined[name]
        keys = [column for column in frame.columns if column not in added]
        joined[name] = frame.group_by(keys).agg(pl.col(*added).sum())
    highest = pl.concat_list("first", "second").list.explode().top_k(2)
    joined["tops"] = (
        joined["tops"]
        .group_by("la_code", "price_year", "month")
        .agg(pl.col("children", "gross").sum(), highest.alias("two"))
        .with_columns(first=pl.col("two").list.max(), second=pl.col("two").list.min())
        .drop("two")
    )
    return Cube(**joined)


def _by_child(ledger: pl.DataFrame) -> pl.DataFrame:
    """la_code, child_id, month, price_year, gross."""
    keys = (*_WHO, "month", "price_year")
    gross = pl.when(part() == "gross").then(pl.col("pence")).otherwise(0).alias("gross")
    return plain(grouped(ledger.select(*keys, gross), keys, pl.col("gross").sum()))


def _seen(by_child: pl.DataFrame) -> pl.DataFrame:
    months = by_child.select(pl.col("month").unique().sort())
    spans = {"quarter": quarters(pl.col("month")), "year": financial_years(pl.col("month")),
             "all": pl.lit("", dtype=pl.String)}  # fmt: skip
    found = [_people(by_child.with_columns(when="month"), "month")]
    for span, when in spans.items():
        names = dict(months.select("month", when=when).iter_rows())
        told = pl.col("month").replace_strict(names, return_dtype=pl.String)
        rows = by_child.with_columns(when=told)
        once = rows.with_columns(numbers(rows, [*_WHO, "price_year", "when"])).unique("number")
        found.append(_people(once, span))
    return pl.concat(found)


def _people(rows: pl.DataFrame, span: str) -> pl.DataFrame:
    """Rows of a child each, counted."""
    counted = rows.group_by("la_code", "price_year", "when").agg(children=pl.len().cast(pl.Int64))
    return counted.select("la_code", "price_year", pl.lit(span).alias("span"), "when", "children")


def _seen_without(unpriced: pl.DataFrame) -> pl.DataFrame:
    """Nights without a price, and whose, by month, quarter and year."""
    month = pl.col("month")
    spans = {"month": month, "quarter": quarters(month), "year": financial_years(month)}
    return pl.concat(
        unpriced.group_by("la_code", pl.lit(span).alias("span"), when.alias("when")).agg(
            pl.col("nights").sum(), children=pl.col("child_id").n_unique().cast(pl.Int64)
        )
        for span, when in spans.items()
    )


def _tops(by_child: pl.DataFrame) -> pl.DataFrame:
    gross = pl.col("gross")
    return (
        by_child.filter(gross != 0)
        .group_by("la_code", "price_year", "month")
        .agg(
            children=pl.len().cast(pl.Int64),
            first=gross.max(),
            second=gross.top_k(2).min(),
            gross=gross.sum(),
        )
        .with_columns(second=pl.when(pl.col("children") > 1).then("second").otherwise(0))
        .select("la_code", "price_year", "month", "children", "gross", "first", "second")
    )


def _text(name: str) -> pl.Expr:
    return pl.col(name).cast(pl.String)


def _summed(ledger: pl.DataFrame, keys: Sequence[str], *more: pl.Expr) -> pl.DataFrame:
    added = [name for one in more for name in one.meta.root_names()]
    summed = grouped(ledger.select(*keys, "pence", *added), keys, pl.col("pence").sum(), *more)
    texts = (name for name in keys if name not in _WHOLE)
    return summed.with_columns(_text(name) for name in texts).with_columns(part=part())


def grouped(lines: pl.DataFrame, keys: Sequence[str], *sums: pl.Expr) -> pl.DataFrame:
    """Sums of lines that are the same in all keys: found by one number, and one row to say which they are."""
    found = (
        lines.with_columns(numbers(lines, keys))
        .with_row_index("row")
        .group_by("number")
        .agg(pl.col("row").first(), *sums)
    )
    return lines.select(keys)[found["row"]].hstack(found.drop("number", "row"))
