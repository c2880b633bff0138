"""Exact sums of many amounts: whole numbers grouped by what they are over, fractions only at the end."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from fractions import Fraction

import numpy as np
import polars as pl

from childjourneys.costs.days import Ints
from childjourneys.costs.grouping import grouped
from childjourneys.costs.whatif.prices import Prices, Source
from childjourneys.costs.whatif.weights import Weights

SCHEMA: dict[str, pl.DataType | type[pl.DataType]] = {
    "step": pl.Int64,
    "month": pl.Int64,
    "line": pl.String,
    "rate": pl.String,
    "below": pl.Int64,
    "above": pl.Int128,
}
_ROOM = 2**61
_KEYS = ["step", "month", "line", "rate", "below"]


@dataclass(frozen=True)
class Amounts:
    """Amounts in pence, exact: top / bottom times a rate. One row per month of a span, or per event.

    Attributes:
        unit: number of the unit (or event) that each is of.
        month: counted from January 1970.
        line: place in `lines`.
        rate: place in `rates`, which are pence for one, below 0 for credits.
        sources: what each of the rates is made of; nothing where amounts were weighted.
    """

    unit: Ints
    month: Ints
    line: Ints
    top: Ints
    bottom: Ints
    rate: Ints
    rates: tuple[Fraction, ...]
    lines: tuple[str, ...]
    sources: tuple[Source, ...] = ()

    def __len__(self) -> int:
        return len(self.unit)

    def take(self, rows: np.ndarray, unit: Ints | None = None) -> Amounts:
        """Some of the rows; with `unit` they are renumbered by it."""
        own = self.unit[rows] if unit is None else unit[self.unit[rows]]
        return Amounts(own, self.month[rows], self.line[rows], self.top[rows], self.bottom[rows],
                       self.rate[rows], self.rates, self.lines, self.sources)  # fmt: skip

    def under(self, prices: Prices) -> Amounts:
        """The same quantities at other prices: changes of the same shape that change them by more or less."""
        return replace(self, rates=prices.rates(self.sources))

    def weighted(self, weight: Weights) -> Amounts:
        """Each amount times the weight of its unit; those of weight 0 are left out."""
        zero = np.array([not one for one in weight.values], dtype=bool)
        keep = np.flatnonzero(~zero[weight.code][self.unit]) if len(self) else self.unit
        size = max(len(self.rates), 1)
        key = weight.code[self.unit[keep]] * size + self.rate[keep]
        heads, back = grouped(key)
        rates = tuple(weight.values[one // size] * self.rates[one % size] for one in key[heads].tolist())
        part = self.take(keep)
        return Amounts(part.unit, part.month, part.line, part.top, part.bottom, back, rates,
                       self.lines)  # fmt: skip

    def by_unit(self, size: int) -> np.ndarray:
        """About what each unit comes to, in pence: for what is shown rounded, never for what is added up."""
        rates = np.array([float(one) for one in self.rates], dtype=float)
        amount = self.top / self.bottom * rates[self.rate] if len(self) else np.zeros(0)
        return np.bincount(self.unit, weights=amount, minlength=size)

    def about(self) -> float:
        """About what all come to, in pence."""
        return float(self.by_unit(1).sum())


def together(parts: Sequence[Amounts]) -> Amounts:
    """Several lists as one; units keep their numbers."""
    names = list(dict.fromkeys(line for part in parts for line in part.lines))
    place = {name: at for at, name in enumerate(names)}
    rates: list[Fraction] = []
    sources: list[Source] = []
    columns: dict[str, list[Ints]] = {name: [] for name in ("unit", "month", "line", "top", "bottom", "rate")}
    for part in parts:
        code = np.array([place[name] for name in part.lines], dtype=np.int64)
        columns["line"].append(code[part.line] if len(part) else part.line)
        columns["rate"].append(part.rate + len(rates))
        for name in ("unit", "month", "top", "bottom"):
            columns[name].append(getattr(part, name))
        rates += part.rates
        sources += part.sources
    nothing = np.zeros(0, dtype=np.int64)
    whole = {name: np.concatenate([nothing, *many]) for name, many in columns.items()}
    return Amounts(**whole, rates=tuple(rates), lines=tuple(names), sources=tuple(sources))


def summed(amounts: Amounts, step: int, sign: int = 1) -> pl.DataFrame:
    """The sum by month and finance line, as numerators of equal denominators (SCHEMA)."""
    if not len(amounts):
        return pl.DataFrame(schema=SCHEMA)
    top, bottom = amounts.top, amounts.bottom
    most, below = int(np.abs(top).max()), int(bottom.max())
    easy = np.array(
        [
            abs(one.numerator) * most * len(amounts) < _ROOM and one.denominator * below < _ROOM
            for one in amounts.rates
        ],
        dtype=bool,
    )
    held = [one if fits else Fraction(1) for one, fits in zip(amounts.rates, easy, strict=True)]
    top = top * np.array([one.numerator for one in held], dtype=np.int64)[amounts.rate]
    bottom = bottom * np.array([one.denominator for one in held], dtype=np.int64)[amounts.rate]
    shared = np.gcd(top, bottom)
    texts = [None if fits else str(one) for one, fits in zip(amounts.rates, easy, strict=True)]
    frame = pl.DataFrame(
        {
            "month": amounts.month,
            "line": amounts.line,
            "rate": np.where(easy, -1, np.arange(len(easy)))[amounts.rate],
            "below": bottom // shared,
            "above": top // shared * sign,
        }
    )
    grouped = frame.group_by("month", "line", "rate", "below").agg(pl.col("above").cast(pl.Int128).sum())
    names = pl.Series(amounts.lines, dtype=pl.String)
    rates = pl.Series([*texts, None], dtype=pl.String)
    return grouped.select(
        pl.lit(step, dtype=pl.Int64).alias("step"),
        "month",
        names.gather(grouped["line"]).alias("line"),
        rates.gather(grouped["rate"].replace(-1, len(texts))).alias("rate"),
        "below",
        "above",
    ).sort(_KEYS)


Cells = dict[tuple[int, str], Fraction]


def cells(parts: pl.DataFrame) -> dict[int, Cells]:
    """By step: exact pence by month and line."""
    found: dict[int, Cells] = {}
    groups: dict[tuple[int, int, str], dict[str | None, dict[int, int]]] = {}
    for step, month, line, rate, below, above in parts.select(*SCHEMA).iter_rows():
        of = groups.setdefault((step, month, line), {}).setdefault(rate, {})
        of[below] = of.get(below, 0) + above
    for (step, month, line), by_rate in groups.items():
        amount = Fraction(0)
        for rate, by_below in by_rate.items():
            common = math.lcm(*by_below)
            total = Fraction(sum(above * (common // below) for below, above in by_below.items()), common)
            amount += total * Fraction(rate) if rate is not None else total
        found.setdefault(step, {})[(month, line)] = amount
    return found
