"""From added-up counts to the rows of indicators.csv."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import polars as pl

from childjourneys.domain.dates import collection_year
from childjourneys.domain.proportions import proportion
from childjourneys.indicators.catalogue import Indicator, Row
from childjourneys.indicators.incidence import Ends, cumulative_incidence
from childjourneys.indicators.intervals import mean, poisson, quantile
from childjourneys.indicators.periods import Period
from childjourneys.indicators.population import Populations
from childjourneys.tables.derived import INDICATOR_TABLE

PER = 10_000
_NONE = "nothing to tell of"
_WILSON = "Wilson"

_QUANTILES = {"p25": 0.25, "median": 0.5, "p75": 0.75}
_Key = tuple[str, str, Any, Any]


@dataclass
class _Counted:
    """The counts of one row, authority and period."""

    parts: dict[str, int] = field(default_factory=lambda: defaultdict(int))
    excluded: dict[str, int] = field(default_factory=lambda: defaultdict(int))
    days: dict[str, dict[int, int]] = field(default_factory=lambda: defaultdict(dict))


def indicator_table(
    indicators: Mapping[str, Indicator],
    periods: Iterable[Period],
    partials: pl.DataFrame,
    population: pl.DataFrame | None,
) -> pl.DataFrame:
    """The rows of indicators.csv, in the order of the list, by authority and period.

    Args:
        indicators: the list.
        periods: every indicator, authority and period, also those that can't be told.
        partials: what the kernel gave, of all buckets.
        population: la_code, year (of the mid-year estimate), age_from, age_to (both included), population.
    """
    counted = _added_up(partials)
    people = Populations(population)
    by_indicator: dict[str, list[Period]] = defaultdict(list)
    for one in periods:
        by_indicator[one.indicator].append(one)
    rows = [
        _line(
            row, period, counted.get((row.id, period.la_code, period.first, period.last), _Counted()), people
        )
        for what in indicators.values()
        for row in what.rows
        for period in by_indicator[what.id]
    ]
    return _with_shares(pl.DataFrame(rows, schema=INDICATOR_TABLE.schema))


def _with_shares(table: pl.DataFrame) -> pl.DataFrame:
    """Value and interval of the rows that are simple proportions."""
    share = proportion(pl.col("numerator"), pl.col("denominator"))
    names = {"value": "rate", "low": "low", "high": "high"}
    mine = pl.when(pl.col("method") == _WILSON)
    return table.with_columns(
        mine.then(share[of]).otherwise(pl.col(to)).alias(to) for to, of in names.items()
    )


def _added_up(partials: pl.DataFrame) -> dict[_Key, _Counted]:
    found: dict[_Key, _Counted] = defaultdict(_Counted)
    key = ["row", "la_code", "from", "to", "part", "key", "day"]
    summed = partials.group_by(key).agg(pl.col("n").sum()).sort(key)
    for row, la_code, first, last, part, reason, day, n in summed.iter_rows():
        one = found[row, la_code, first, last]
        if part == "excluded":
            one.excluded[reason] += n
        elif part in ("numerator", "denominator"):
            one.parts[part] += n
        else:
            one.days[part][day] = n
    return found


def _line(row: Row, period: Period, counted: _Counted, people: Populations) -> dict[str, Any]:
    line = dict.fromkeys(INDICATOR_TABLE.schema) | {
        "indicator": row.id,
        "la_code": period.la_code,
        "from": period.first,
        "to": period.last,
        "unit": row.unit,
        "excluded": json.dumps(counted.excluded, sort_keys=True),
        "available": not period.reason,
        "reason": period.reason or None,
    }
    line |= _national(row, period)
    return line if period.reason else line | _value(row, period, counted, people)


def _national(row: Row, period: Period) -> dict[str, Any]:
    """The published figure beside it; none for the count or rate of a period that is no year."""
    if period.last is None or not (period.is_year or row.snapshot or row.unit in ("proportion", "days")):
        return {}
    found = row.national.near(collection_year(period.last))
    return {"national_value": found[0], "national_year": found[1]} if found else {}


def _value(row: Row, period: Period, counted: _Counted, people: Populations) -> dict[str, Any]:
    if row.unit == "count":
        return _count(counted)
    if row.unit == "per 10,000":
        return _rate(period, counted, people)
    if row.days:
        return _incidence(row, period, counted)
    if row.unit == "days":
        return _length(row, counted)
    return _proportion(counted)


def _count(counted: _Counted) -> dict[str, Any]:
    n = counted.parts["numerator"]
    low, high, method = poisson(n)
    return {"numerator": n, "value": float(n), "low": low, "high": high, "method": method}


def _rate(period: Period, counted: _Counted, people: Populations) -> dict[str, Any]:
    n = counted.parts["numerator"]
    assert period.last is not None
    living, reason = people.children(period.la_code, period.last.year - 1)
    if not living:
        return {"numerator": n, "available": False, "reason": reason}
    low, high, method = poisson(n)
    value, low, high = (PER * x / living for x in (n, low, high))
    return {"numerator": n, "denominator": living, "value": value, "low": low, "high": high, "method": method}


def _proportion(counted: _Counted) -> dict[str, Any]:
    n, of = counted.parts["numerator"], counted.parts["denominator"]
    if not of:
        return {"numerator": n, "denominator": of, "reason": _nothing(counted)}
    return {"numerator": n, "denominator": of, "method": _WILSON}


def _length(row: Row, counted: _Counted) -> dict[str, Any]:
    days = sorted(counted.days["length"].items())
    of = counted.parts["denominator"]
    if not days:
        return {"denominator": of, "reason": _nothing(counted)}
    share = _QUANTILES.get(row.id.rpartition(":")[2])
    found: Sequence[float | None] = mean(days) if share is None else quantile(days, share)
    value, low, high = (None if x is None else float(x) for x in found)
    method = "mean, normal interval" if share is None else "order statistics"
    return {"denominator": of, "value": value, "low": low, "high": high, "method": method}


def _incidence(row: Row, period: Period, counted: _Counted) -> dict[str, Any]:
    of = counted.parts["denominator"]
    events = sum(n for day, n in counted.days["event"].items() if day <= row.days)
    assert period.first is not None and period.seen_last is not None
    followed = (period.seen_last - period.first).days
    if followed < row.days:
        reason = (
            f"It needs {row.days} days after a closure; the first of the period is followed for {followed}."
        )
        return {"available": False, "reason": reason}
    if not of:
        return {"numerator": events, "denominator": of, "reason": _nothing(counted)}
    names = ("event", "competing", "censored")
    all_days = sorted({day for name in names for day in counted.days[name]})
    ends = {day: Ends(*(counted.days[name].get(day, 0) for name in names)) for day in all_days}
    value, low, high = cumulative_incidence(ends, row.days)
    shown = {"numerator": events, "denominator": of, "value": value, "low": low, "high": high}
    return shown | {"method": "Aalen-Johansen"}


def _nothing(counted: _Counted) -> str:
    left = sum(counted.excluded.values())
    return "Nothing to count in the period." if not left else "All cases of the period are left out."
