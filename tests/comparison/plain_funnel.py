"""The funnel as the method says it, one step after the other, with nothing shared with the product."""

from __future__ import annotations

import math
from collections.abc import Sequence

Row = dict[str, float | str | None]
K95, K998 = 1.959964, 3.090232


def plain_funnel(units: Sequence[tuple[str, int, int]]) -> list[Row]:
    """Rows of comparison.csv for units given as name, n, matches."""
    ordered = sorted(units)
    count = len(ordered)
    theta = sum(m for _, _, m in ordered) / sum(n for _, n, _ in ordered)
    y0 = math.asin(math.sqrt(theta))
    y = [math.asin(math.sqrt(m / n)) for _, n, m in ordered]
    s = [1 / (2 * math.sqrt(n)) for _, n, _ in ordered]
    tau2, phi = 0.0, None
    if count >= 12:
        z = [(one - y0) / spread for one, spread in zip(y, s, strict=True)]
        low, high = percentile(z, 0.1), percentile(z, 0.9)
        kept = [min(max(one, low), high) for one in z]
        phi = sum(one * one for one in kept) / count
        w = [1 / spread**2 for spread in s]
        tau2 = max(0.0, (count * phi - (count - 1)) / (sum(w) - sum(x * x for x in w) / sum(w)))
    rows: list[Row] = []
    for (name, n, m), own, spread in zip(ordered, y, s, strict=True):
        row: Row = {"unit": name, "n": n, "matches": m, "rate": m / n, "dispersion": phi}
        row["shrunk_rate"] = None
        if count >= 12:
            row["shrunk_rate"] = math.sin(y0 + tau2 / (tau2 + spread**2) * (own - y0)) ** 2
        outside = "none"
        for label, k in (("95", K95), ("998", K998)):
            half = k * math.sqrt(spread**2 + tau2)
            bottom = math.sin(max(0.0, y0 - half)) ** 2
            top = math.sin(min(math.pi / 2, y0 + half)) ** 2
            row[f"low{label}"], row[f"high{label}"] = bottom, top
            if not bottom <= m / n <= top:
                outside = {"95": "95", "998": "99.8"}[label]
        row["outside"] = outside
        rows.append(row)
    return rows


def percentile(values: Sequence[float], share: float) -> float:
    """Linear interpolation between order statistics, the first at 0 and the last at 1."""
    ordered = sorted(values)
    place = share * (len(ordered) - 1)
    below = math.floor(place)
    above = min(below + 1, len(ordered) - 1)
    return ordered[below] + (place - below) * (ordered[above] - ordered[below])
