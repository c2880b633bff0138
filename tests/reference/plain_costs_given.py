"""What a plain costing is given: tables, a catalogue, a period, and prices of single children."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from fractions import Fraction

from plain_costs_care import Row
from plain_costs_money import Indices

from childjourneys.costs.model import Catalogue


@dataclass
class PriceSpan:
    """Money for some touching nights of one child in one placement, half-open, as a file of prices gives it.

    Attributes:
        entry_id: child_price, child_package, contribution_health or contribution_education.
        unit: week, or period: then `money` is for `all_nights` nights.
    """

    la_code: str
    child_id: str
    start: date
    end: date
    entry_id: str
    unit: str
    money: Fraction
    all_nights: int
    row: int
    provider_id: str | None = None
    contract: str | None = None
    in_out: str | None = None


@dataclass
class Run:
    """All that a costing is given. `london` by authority; `modules` of the SSDA903 by authority."""

    tables: dict[str, list[Row]]
    catalogue: Catalogue
    start: date
    end: date
    london: Mapping[str, bool | None]
    modules: dict[str, set[str]] = field(default_factory=dict)
    prices: list[PriceSpan] = field(default_factory=list)
    price_year: str | None = None
    indices: Indices = field(default_factory=dict)
