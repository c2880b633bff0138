"""Which nights the money of a price year is spread over."""

from __future__ import annotations

from datetime import date

import polars as pl
import pytest
from test_forecast import world

from childjourneys.costs.forecast.stays import stays_of
from childjourneys.forecasting import _nights_of_money

PERIOD = (date(2023, 10, 1), date(2025, 3, 31))


@pytest.mark.parametrize(
    ("year", "months", "begin", "end"),
    [
        ("2023/24", ["2023-11", "2024-03"], date(2023, 10, 1), date(2024, 3, 31)),
        ("2024/25", ["2024-04"], date(2024, 4, 1), date(2025, 3, 31)),
        # A catalogue of one price year prices nights of others too.
        ("2024/25", ["2024-03", "2024-04"], *PERIOD),
        ("2009/10", ["2024-04"], *PERIOD),
    ],
)
def test_money_of_the_year_itself_is_spread_over_the_nights_of_that_year(
    year: str, months: list[str], begin: date, end: date
) -> None:
    stays = stays_of(*world(3))
    spent = pl.DataFrame({"month": months, "price_year": year, "pence": 5})
    found = _nights_of_money(spent, stays, PERIOD)
    epoch = date(1970, 1, 1)
    expected = stays.nights((begin - epoch).days, (end - epoch).days + 1)
    assert set(found["price_year"]) == {year}
    assert found["nights"].to_list() == expected.tolist()
    assert sum(expected) > 0


def test_money_that_came_to_nothing_needs_no_nights() -> None:
    spent = pl.DataFrame({"month": ["2024-04"], "price_year": ["2024/25"], "pence": [0]})
    assert _nights_of_money(spent, stays_of(*world(3)), PERIOD).is_empty()
