"""The ledger added up for a budget: money by month, line of the finance return and state of care.

A state is a kind of placement with a kind of provider, as the forecast has them.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import polars as pl

from childjourneys.costs.forecast.stays import state_names
from childjourneys.costs.summaries.nights import PLACEMENT, counted_nights, placement_lines
from childjourneys.costs.summaries.parts import part
from childjourneys.costs.summaries.without_price import parted, told_apart

# What the money of a line of the ledger is, as far as a forecast is concerned.
KEEP = "keep"  # keeps a placement, on nights that have a price
LEFT_OUT = "left_out"  # the same on nights without one
REST = "rest"  # all else of children in placements, with credits
IN_NEED = "in_need"  # children in need
ELSEWHERE = "elsewhere"  # of care without a placement: short breaks, and what follows care
_STATE = ("placement", "provider")
_NEEDED = (
    *PLACEMENT, "process", "agency", "price_year", "placement_type", "provider", "s251_line", "month",
    "date_from", "date_to", "nights", "pence",
)  # fmt: skip
_WITHOUT = ("la_code", "month", "placement_type", "provider", "in_out_area")


@dataclass(frozen=True)
class LineMoney:
    """What the ledger holds by line.

    Attributes:
        money: la_code, month, s251_line, price_year, what (see above), placement, provider, pence; net,
            without what other agencies bear.
        priced: la_code, month, placement, provider, nights that have a price, each once.
        without: la_code, month, placement_type, provider, in_out_area, nights without a price.
    """

    money: pl.DataFrame
    priced: pl.DataFrame
    without: pl.DataFrame


def line_money(parts: Iterable[tuple[pl.DataFrame, pl.DataFrame]]) -> LineMoney:
    """Add up parts of which each has all of its children.

    Args:
        parts: of each the ledger (`tables.costs.LEDGER`) and nights without a price (`COST_UNPRICED`).
    """
    found = [_of_some(ledger, without) for ledger, without in parts]
    money, priced, without = (pl.concat(frames) for frames in zip(*found, strict=True))
    return LineMoney(
        _summed(money, "pence", [name for name in money.columns if name != "pence"]),
        _summed(priced, "nights", [name for name in priced.columns if name != "nights"]),
        _summed(without, "nights", list(_WITHOUT)),
    )


def _of_some(ledger: pl.DataFrame, without: pl.DataFrame) -> tuple[pl.DataFrame, pl.DataFrame, pl.DataFrame]:
    others, touched = told_apart(ledger.select(_NEEDED), without)
    lines = others.with_columns(unpriced=pl.lit(False))
    nights = placement_lines(others)
    if touched.height:
        halves, pieces = parted(touched, without)
        lines = pl.concat([lines, halves.select(lines.columns)])
        nights = pl.concat([nights, pieces.select(nights.columns)])
    keys = ["la_code", "month", "s251_line", "price_year", "what", *_STATE]
    money = _with_states(lines.with_columns(what=_what(), part=part()).filter(part() != "other_agencies"))
    nights = nights.filter(pl.col("placement_no").is_not_null())
    counted = _with_states(nights.with_columns(nights=counted_nights(nights, [*PLACEMENT, "month"])))
    return (
        _summed(money, "pence", keys),
        _summed(counted, "nights", ["la_code", "month", *_STATE]),
        _summed(without, "nights", list(_WITHOUT)),
    )


def _what() -> pl.Expr:
    keeps = (pl.col("process") == "lac.3") & (part() == "gross")
    return (
        pl.when(pl.col("process").str.starts_with("cin."))
        .then(pl.lit(IN_NEED))
        .when(pl.col("placement_no").is_null())
        .then(pl.lit(ELSEWHERE))
        .when(keeps & pl.col("unpriced"))
        .then(pl.lit(LEFT_OUT))
        .when(keeps)
        .then(pl.lit(KEEP))
        .otherwise(pl.lit(REST))
    )


def _with_states(lines: pl.DataFrame) -> pl.DataFrame:
    return lines.rename({"provider": "placement_provider"}).with_columns(state_names())


def _summed(frame: pl.DataFrame, of: str, keys: list[str]) -> pl.DataFrame:
    return frame.group_by(keys).agg(pl.col(of).sum().cast(pl.Int64))
