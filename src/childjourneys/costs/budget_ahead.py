"""What lies ahead in a financial year, by line of the finance return: nights of the forecast, priced.

A night ahead costs what a night in the same state cost in the part of the ledger that is in money of the
year: what keeps placements over the nights that have a price, all else (social work of care, credits) over
all nights. Each line gets what lay on it then.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta

import polars as pl

from childjourneys.costs.budget_ledger import KEEP, LEFT_OUT, REST, LineMoney
from childjourneys.costs.forecast.forecast import Forecast
from childjourneys.costs.forecast.stays import Stays
from childjourneys.domain.dates import add_months

State = tuple[str, str]
_DAY = timedelta(days=1)
_EPOCH = date(1970, 1, 1)


@dataclass(frozen=True)
class NightPrices:
    """What a night costs in money of a year.

    Attributes:
        by_state: pence by state and line of the ledger, which is blank for money without a line.
        lacking: lines in use that have no money of the year.
    """

    by_state: Mapping[State, Mapping[str, float]]
    lacking: frozenset[str]


@dataclass(frozen=True)
class Ahead:
    """What the forecast adds to a year.

    Attributes:
        lines: pence (expected, low, high) by line of the ledger; low and high price the ends of the ranges.
        lacking: lines of the ledger that can't be priced in money of the year.
        without: expected nights of states that have no price: they are in no amount.
        why: why there is nothing, although days of the year remain; blank otherwise.
    """

    lines: Mapping[str, tuple[float, float, float]] = field(default_factory=dict)
    lacking: frozenset[str] = frozenset()
    without: Mapping[State, float] = field(default_factory=dict)
    why: str = ""


def ahead(
    year: str,
    days: tuple[date, date],
    forecast: Forecast | None,
    until: date | None,
    prices: NightPrices,
) -> Ahead:
    """The days of a year that the ledger has not reached.

    Args:
        days: first and last of them.
        forecast: of the authority, with its months.
        until: the day on which its first month begins.
        prices: as `night_prices`, of the same year.
    """
    first, last = days
    if forecast is None or forecast.refused or forecast.months.is_empty() or until is None:
        said = forecast.refused if forecast else "No return carries placements."
        return Ahead(why=f"There is no forecast of the days from {first}. {said}".strip())
    months = forecast.months.unique(["month", "placement", "provider"], maintain_order=True)
    names = months["month"].unique().sort().to_list()
    begins = [add_months(until, at) for at in range(len(names) + 1)]
    if f"{until:%Y-%m}" != names[0] or begins[0] > first or begins[-1] <= last:
        return Ahead(
            why=f"The forecast begins with {names[0]} and ends with {names[-1]}: it does not hold every day"
            f" from {first} to {last}."
        )
    if not prices.by_state:
        nothing = "No night of care has a price in the ledger, by which nights ahead could be priced."
        return Ahead(why=other_prices(year) if prices.lacking else nothing)
    share = {
        name: _shared(begin, end, first, last)
        for name, begin, end in zip(names, begins, begins[1:], strict=False)
    }
    return _priced(months, share, prices)


def night_prices(
    spent: LineMoney,
    la_code: str,
    year: str,
    period: tuple[date, date],
    slept: Callable[[date, date], Mapping[State, float]],
) -> NightPrices:
    """What a night cost, by state and line, since care was first priced in money of the year.

    For each line months are left out in which it has money of other years.

    Args:
        period: first and last day of the ledger.
        slept: nights by state from a day to a day, both included.
    """
    mine = pl.col("la_code") == la_code
    care = spent.money.filter(
        mine & pl.col("what").is_in([KEEP, LEFT_OUT, REST]) & (pl.col("pence") != 0)
    ).with_columns(line=pl.col("s251_line").fill_null(""), own=pl.col("price_year") == year)
    own = care.filter("own")
    # Lines in use: those of the year, and before it has begun those of the last twelve months.
    start, last = date(int(year[:4]), 4, 1), period[1]
    since = start if start <= last else add_months(last.replace(day=1), -11)
    used = set(care.filter(pl.col("month") >= f"{since:%Y-%m}")["line"])
    if own.is_empty():
        return NightPrices({}, frozenset(used))
    # A month whose nights all lack a price has no money, and nights all the same.
    begin = str(own["month"].min())
    months = {month: slept(*days) for month, days in _months(begin, *period)}
    priced = spent.priced.filter(mine)
    found: dict[State, dict[str, float]] = {}
    told = set()
    for line in sorted(set(own["line"])):
        here = care.filter(pl.col("line") == line)
        others = set(here.filter(~pl.col("own"))["month"])
        kept = [month for month in months if month not in others]
        some = here.filter(pl.col("month").is_in(kept))
        if some.is_empty():
            continue
        told.add(line)
        _add_line(found, line, some, priced.filter(pl.col("month").is_in(kept)), [months[m] for m in kept])
    return NightPrices(found, frozenset(used - told))


def _add_line(
    found: dict[State, dict[str, float]],
    line: str,
    money: pl.DataFrame,
    priced: pl.DataFrame,
    nights: Sequence[Mapping[State, float]],
) -> None:
    """Fills in what a night cost on one line, in states that have a price."""
    state = ["placement", "provider"]
    with_price = {
        (place, who): number
        for place, who, number in priced.group_by(state).agg(pl.col("nights").sum()).iter_rows()
        if number > 0
    }
    summed = money.filter(pl.col("what") != LEFT_OUT).group_by(*state, "what").agg(pl.col("pence").sum())
    for place, who, what, pence in summed.sort(*state, "what").iter_rows():
        key = place, who
        over = with_price.get(key, 0) if what == KEEP else sum(month.get(key, 0.0) for month in nights)
        if key in with_price and over > 0:
            by_line = found.setdefault(key, {})
            by_line[line] = by_line.get(line, 0.0) + pence / over


def _months(first: str, begin: date, last: date) -> list[tuple[str, tuple[date, date]]]:
    """Months from the first on, with the days of each that lie between `begin` and `last`."""
    day = date.fromisoformat(f"{first}-01")
    found = []
    while day <= last:
        after = add_months(day, 1)
        found.append((f"{day:%Y-%m}", (max(day, begin), min(after - _DAY, last))))
        day = after
    return found


def other_prices(year: str) -> str:
    """Why money can't be compared with a budget, or nights be priced."""
    return (
        f"The ledger's money is not in prices of {year}, and money of other price years is not compared:"
        f" --price-year {year} brings catalogues there."
    )


def slept_by(stays: Stays) -> Callable[[date, date], dict[State, float]]:
    """Nights by state of the stays of an authority."""

    def slept(first: date, last: date) -> dict[State, float]:
        nights = stays.nights((first - _EPOCH).days, (last - _EPOCH).days + 1)
        return dict(zip(stays.states, nights.tolist(), strict=True))

    return slept


def _priced(months: pl.DataFrame, share: Mapping[str, float], prices: NightPrices) -> Ahead:
    lines: dict[str, list[float]] = {}
    without: dict[State, float] = {}
    for row in months.iter_rows(named=True):
        part = share[row["month"]]
        state = row["placement"], row["provider"]
        by_line = prices.by_state.get(state)
        if by_line is None:
            without[state] = without.get(state, 0.0) + part * row["nights"]
            continue
        for line, pence in by_line.items():
            sums = lines.setdefault(line, [0.0, 0.0, 0.0])
            low, high = sorted((pence * row["nights_low"], pence * row["nights_high"]))
            for at, value in enumerate((pence * row["nights"], low, high)):
                sums[at] += part * value
    return Ahead({line: (one[0], one[1], one[2]) for line, one in lines.items()}, prices.lacking, without)


def _shared(begin: date, end: date, first: date, last: date) -> float:
    """Which part of the days from `begin` until before `end` lies between `first` and `last`."""
    days = (min(end, last + _DAY) - max(begin, first)).days
    return max(days, 0) / (end - begin).days
