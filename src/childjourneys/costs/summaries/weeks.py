"""What a week of one placement costs, and what a week of one child with one provider costs."""

from __future__ import annotations

import polars as pl

from childjourneys.costs.summaries.cube import Cube
from childjourneys.costs.summaries.kinds import NOT_KNOWN
from childjourneys.costs.summaries.nights import CODES, PLACEMENT
from childjourneys.costs.summaries.parts import of_placements, placement_costs, week

_KEYS = (*PLACEMENT, *CODES, "price_year")


def providers_of(chain: pl.DataFrame, spans: pl.DataFrame | None = None) -> pl.DataFrame:
    """The provider of each placement: as its prices name it, else Ofsted's number; the last that is known.

    Args:
        chain: as `tables.care_chain.CARE_CHAIN`.
        spans: as `costs.prices.PRICE_SPANS`, where prices of single children were given.

    Returns:
        PLACEMENT, provider_id; with prices also contract.
    """
    columns = (*PLACEMENT, "day", "provider_id", "contract", "of_price")
    named = {"period_no": "period_of_care", "start": "day", "date_from": "day"}
    of_return = chain.with_columns(
        provider_id="placement_urn", contract=pl.lit(None, dtype=pl.String), of_price=pl.lit(0)
    )
    found = [of_return.rename(named, strict=False).select(columns)]
    if spans is not None:
        of_prices = spans.with_columns(provider_id=pl.coalesce("provider_id", "urn"), of_price=pl.lit(1))
        found.append(of_prices.rename(named, strict=False).select(columns))
    rows = pl.concat(found).filter(pl.col("placement_no").is_not_null())
    known = (
        rows.sort("la_code", "child_id", "of_price", "day")
        .group_by(PLACEMENT)
        .agg(pl.col("provider_id", "contract").drop_nulls().last())
        .filter(pl.col("provider_id").is_not_null() | pl.col("contract").is_not_null())
    )
    return known.drop("contract") if spans is None else known


def placement_weeks(cube: Cube, providers: pl.DataFrame | None = None) -> pl.DataFrame:
    """One row per placement, its codes and price year: placement_cost, nights, week, left_out, provider_id.

    Args:
        providers: PLACEMENT and provider_id (and `contract`, where prices say it).
    """
    spent = cube.lines.lazy().filter(of_placements()).group_by(_KEYS).agg(*placement_costs()).collect()
    slept = cube.nights.group_by(_KEYS).agg(pl.col("nights").sum())
    # A night whose lines began under different codes counts where the first of them began: what is left
    # without nights has a cost and no week.
    found = spent.join(slept, on=_KEYS, how="full", nulls_equal=True, coalesce=True).with_columns(
        pl.col("placement_cost", "left_out", "nights").fill_null(0)
    )
    return _with_providers(found.with_columns(week=week("placement_cost", "nights")), providers)


def unpriced_placements(cube: Cube, providers: pl.DataFrame | None = None) -> pl.DataFrame:
    """One row per placement and its codes with nights without a price: nights, provider_id, contract."""
    return _with_providers(cube.unpriced, providers)


def _with_providers(found: pl.DataFrame, providers: pl.DataFrame | None) -> pl.DataFrame:
    if providers is None:
        return found.with_columns(provider_id=pl.lit(NOT_KNOWN), contract=pl.lit(None, dtype=pl.String))
    given = providers if "contract" in providers.columns else providers.with_columns(
        contract=pl.lit(None, dtype=pl.String)
    )  # fmt: skip
    given = given.select(*PLACEMENT, "provider_id", "contract").unique(PLACEMENT, keep="last")
    return found.join(given, on=PLACEMENT, how="left", nulls_equal=True).with_columns(
        pl.col("provider_id").fill_null(NOT_KNOWN)
    )


def rounded(value: pl.Expr) -> pl.Expr:
    """To a whole number, half-up."""
    return (value + 0.5).floor().cast(pl.Int64)


def quartiles(value: str = "week") -> list[pl.Expr]:
    """lower_quartile, median and upper_quartile, between two values by straight line."""
    return [
        rounded(pl.col(value).quantile(at, interpolation="linear")).alias(name)
        for name, at in (("lower_quartile", 0.25), ("median", 0.5), ("upper_quartile", 0.75))
    ]
