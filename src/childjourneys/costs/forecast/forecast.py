"""The forecast of one authority: months ahead by state, beside how far it was off a year ago."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, timedelta
from itertools import pairwise

import numpy as np
import polars as pl

from childjourneys.costs.forecast.populations import SCHEMA as TYPED_SCHEMA
from childjourneys.costs.forecast.projection import Projection, project
from childjourneys.costs.forecast.rates import rate_table, rates_of
from childjourneys.costs.forecast.stays import Stays, state_names
from childjourneys.costs.forecast.variation import Variation, variation_of
from childjourneys.domain.dates import add_months

YEARS_NEEDED = 3
YEARS_USED = 5
HELD_BACK_MONTHS = 12
_EPOCH = date(1970, 1, 1)

_STATE = {"placement": pl.String, "provider": pl.String}
MONTHS_SCHEMA = {
    "la_code": pl.String, "month": pl.String, **_STATE, "children": pl.Float64, "nights": pl.Float64,
    "nights_low": pl.Float64, "nights_high": pl.Float64,
}  # fmt: skip
TEST_SCHEMA = {
    "la_code": pl.String, **_STATE, "forecast": pl.Float64, "low": pl.Float64, "high": pl.Float64,
    "actual": pl.Float64, "error": pl.Float64, "error_per_cent": pl.Float64, "inside": pl.Boolean,
}  # fmt: skip


@dataclass(frozen=True)
class Forecast:
    """What is told of one authority.

    Attributes:
        la_code: authority.
        refused: why there is none; blank where there is one.
        months: la_code, month, placement, provider, children (expected, at its end), nights, nights_low,
            nights_high (95% of draws).
        test: the same method asked a year earlier: nights of that year by state, and in all (placement
            `all`), beside what they were; `inside`: within the range.
        rates: counts of moves over nights, see `rates.rate_table`.
        notes: what was left out.
        typed: populations that were typed in, with the columns of `months` and no range; told apart from the
            forecast, and also where there is none.
    """

    la_code: str
    refused: str = ""
    months: pl.DataFrame = field(default_factory=lambda: pl.DataFrame(schema=MONTHS_SCHEMA))
    test: pl.DataFrame = field(default_factory=lambda: pl.DataFrame(schema=TEST_SCHEMA))
    rates: pl.DataFrame = field(default_factory=pl.DataFrame)
    notes: tuple[str, ...] = ()
    typed: pl.DataFrame = field(default_factory=lambda: pl.DataFrame(schema=TYPED_SCHEMA))


def forecast(
    la_code: str,
    stays: Stays,
    coverage: pl.DataFrame,
    *,
    months: int = 24,
    seed: int = 1,
) -> Forecast:
    """Nights by kind of placement and provider for the months after the end of coverage.

    Args:
        la_code: authority.
        stays: those of the authority.
        coverage: `coverage`; the last unbroken range of `placement` counts, its last five years at most.
        months: how many ahead.
    """
    ranges = coverage.filter((pl.col("la_code") == la_code) & (pl.col("kind") == "placement")).sort("to")
    if ranges.is_empty():
        return Forecast(la_code, "No return carries placements: a forecast needs SSDA903 returns.")
    first, last = ranges["from"][-1], ranges["to"][-1]
    until = last + timedelta(days=1)
    if add_months(first, 12 * YEARS_NEEDED) > until:
        return Forecast(
            la_code,
            f"Placements are on record without a gap from {first} to {last}: a forecast needs "
            f"{YEARS_NEEDED} years or more, two to learn from and one to be tested on.",
        )
    if not stays.states:
        return Forecast(la_code, "No child with a birth date was in a placement in these years.")
    origin = max(first, add_months(until, -12 * YEARS_USED))
    ahead = [add_months(until, step) for step in range(months + 1)]
    rates = rates_of(stays, _day(origin), _day(until))
    known = stays.before(_day(until))
    projected = project(known, rates, _variation(stays, origin, until), _day(until), _lengths(ahead), seed)
    notes = [f"Rates are those of {origin} to {last}."]
    if stays.no_birth_date:
        notes.append(f"{stays.no_birth_date} children without a birth date are left out.")
    if stays.unsure:
        notes.append(f"{stays.unsure} stays ended on a day not known; the day on record was taken.")
    return Forecast(
        la_code,
        months=_months(la_code, stays, projected, ahead),
        test=_tested(la_code, stays, first, until, seed),
        rates=rate_table(stays, rates).select(pl.lit(la_code).alias("la_code"), pl.all()),
        notes=tuple(notes),
    )


def nights_by_state(stays: Stays, first: date, last: date) -> pl.DataFrame:
    """placement, provider, nights of one authority from `first` to `last`, both included."""
    nights = stays.nights(_day(first), _day(last) + 1)
    rows = [(*state, number) for state, number in zip(stays.states, nights.tolist(), strict=True)]
    return pl.DataFrame(rows, schema={**_STATE, "nights": pl.Float64}, orient="row")


def with_costs(months: pl.DataFrame, ledger: pl.DataFrame, nights: pl.DataFrame) -> pl.DataFrame:
    """The months with what they would cost at the average night of the ledger, in pence, per price year.

    An average night is what keeps a placement (process lac.3) over the nights that have such a price, and all
    else over all nights: a night without a price is never taken as one that costs nothing.

    Args:
        months: of a `Forecast`, or typed in.
        ledger: lines of the same authority (tables.costs.LEDGER), with `priced_nights`, those of each line
            that no earlier line has; those of care with money of the authority.
        nights: as `nights_by_state`, by price_year: the nights that money of it is spread over.

    Returns:
        `months` with price_year, night_pence (average, null where no night was seen or priced), pence,
        pence_low, pence_high.
    """
    of_care = ledger.filter(
        pl.col("placement_no").is_not_null()
        & (pl.col("agency") == "local_authority")
        & ~pl.col("process").is_in(["grant", "contribution"])
    ).rename({"provider": "placement_provider"})
    keeps = pl.col("process") == "lac.3"
    state = ["placement", "provider"]
    spent = (
        of_care.with_columns(state_names())
        .group_by(*state, "price_year")
        .agg(
            keep=pl.col("pence").filter(keeps).sum(),
            rest=pl.col("pence").filter(~keeps).sum(),
            priced=pl.col("priced_nights").sum(),
        )
        .join(nights, on=[*state, "price_year"])
        .filter((pl.col("nights") > 0) & (pl.col("priced").sum().over(state) > 0))
        .select(
            *state,
            "price_year",
            night_pence=pl.when(pl.col("priced") > 0).then(pl.col("keep") / pl.col("priced")).otherwise(0)
            + pl.col("rest") / pl.col("nights"),
        )
    )
    return months.join(spent, on=["placement", "provider"], how="left", maintain_order="left").with_columns(
        (pl.col("night_pence") * pl.col(name)).alias(name.replace("nights", "pence"))
        for name in ("nights", "nights_low", "nights_high")
    )


def _months(la_code: str, stays: Stays, projected: Projection, ahead: list[date]) -> pl.DataFrame:
    rows = [
        (
            la_code,
            begin.isoformat()[:7],
            *state,
            projected.children[month, place],
            projected.nights[month, place],
            # Of a state that hardly anybody comes to, the expected nights may lie above nearly all draws.
            min(projected.low[month, place], projected.nights[month, place]),
            max(projected.high[month, place], projected.nights[month, place]),
        )
        for month, begin in enumerate(ahead[:-1])
        for place, state in enumerate(stays.states)
    ]
    return pl.DataFrame(rows, schema=MONTHS_SCHEMA, orient="row")


def _tested(la_code: str, stays: Stays, first: date, until: date, seed: int) -> pl.DataFrame:
    """The year before `until`, forecast from what was on record before it."""
    origin = add_months(until, -HELD_BACK_MONTHS)
    begin = max(first, add_months(origin, -12 * YEARS_USED))
    known = stays.before(_day(origin))
    ahead = [add_months(origin, step) for step in range(HELD_BACK_MONTHS + 1)]
    rates = rates_of(known, _day(begin), _day(origin))
    projected = project(known, rates, _variation(known, begin, origin), _day(origin), _lengths(ahead), seed)
    actual = stays.nights(_day(origin), _day(until))
    expected = projected.nights.sum(axis=0)
    rows = [
        _row(la_code, *state, float(e), float(low), float(high), float(a))
        for state, e, low, high, a in zip(
            stays.states, expected, projected.year_low, projected.year_high, actual, strict=True
        )
    ]
    rows.append(
        _row(la_code, "all", "all", float(expected.sum()), projected.total_low, projected.total_high,
             float(actual.sum()))
    )  # fmt: skip
    return pl.DataFrame(rows, schema=TEST_SCHEMA, orient="row")


def _variation(stays: Stays, first: date, until: date) -> Variation:
    """Spreads between the years that end at `until`, as many whole ones as lie after `first`."""
    cuts = [until]
    while add_months(until, -12 * len(cuts)) >= first:
        cuts.insert(0, add_months(until, -12 * len(cuts)))
    return variation_of([rates_of(stays, _day(begin), _day(end)) for begin, end in pairwise(cuts)])


def _row(
    la_code: str, placement: str, provider: str, expected: float, low: float, high: float, actual: float
) -> tuple[object, ...]:
    error = expected - actual
    share = 100 * error / actual if actual else None
    return la_code, placement, provider, expected, low, high, actual, error, share, low <= actual <= high


def _lengths(days: list[date]) -> list[int]:
    return [(after - before).days for before, after in pairwise(days)]


def _day(day: date) -> int:
    return int(np.int64((day - _EPOCH).days))
