"""Amounts of a child put together again: exact quantities, as few stretches as agree with the ledger."""

from __future__ import annotations

from datetime import date, timedelta
from fractions import Fraction

import polars as pl
import pytest
from invented_ledgers import entry, event, invented_run, ledger_of, line

from childjourneys.costs.amounts import half_up
from childjourneys.costs.indices import Indices
from childjourneys.costs.matching import Matcher
from childjourneys.costs.model import Entry
from childjourneys.costs.summaries.worked import Worked, worked_out
from childjourneys.costs.terms import Terms


def terms(*entries: Entry) -> Terms:
    return Terms(Matcher(invented_run(*entries).catalogue), "", Indices({}))


def months(start: date, end: date, pence: list[int], **values: object) -> list[dict[str, object]]:
    """Lines of one stretch, a month each."""
    lines = []
    for amount in pence:
        after = min((start.replace(day=1) + timedelta(days=32)).replace(day=1), end)
        nights = (after - start).days
        lines.append(line(date_from=start, date_to=after - timedelta(days=1), nights=nights,
                          millionths=half_up(nights * 1_000_000, 7), pence=amount, month=f"{start:%Y-%m}",
                          **values))  # fmt: skip
        start = after
    return lines


def one(found: list[Worked]) -> Worked:
    assert len(found) == 1
    return found[0]


def test_months_of_a_stretch_are_one_amount_again() -> None:
    # 61 nights at 421 a week: 61 / 7 x 421 = 3,668.714 -> 3,668.71
    lines = months(date(2024, 4, 1), date(2024, 6, 1), [180_429, 186_442], unit_cost="421.00", entry_id="e")
    found = one(worked_out(ledger_of(lines), terms(entry("e", amount=Fraction(421)))))
    assert (found.first, found.last, found.nights) == (date(2024, 4, 1), date(2024, 5, 31), 61)
    assert found.parts == ((61, 7),) and found.pence == 366_871 and found.agrees and found.told


def test_prices_that_follow_one_another_are_cut_where_each_was_rounded() -> None:
    # Two rows of prices at the same money: 30 / 7 x 100 = 428.571 -> 428.57 and 31 / 7 x 100 = 442.857 ->
    # 442.86; as one stretch they would be 871.43, which they are; three months at 100.01 tell them apart.
    lines = months(date(2024, 4, 1), date(2024, 7, 1), [428_61, 442_90, 428_61], unit_cost="100.01",
                   entry_id="child_price", price_basis="child")  # fmt: skip
    found = worked_out(ledger_of(lines), terms())
    assert sum(item.pence for item in found) == 1_300_12 and all(item.agrees for item in found)
    together = Fraction(91, 7) * Fraction("100.01")
    assert half_up(together.numerator * 100, together.denominator) == 1_300_13
    assert 1 < len(found) <= 3


@pytest.mark.parametrize(
    ("unit", "basis", "parts"),
    [
        ("night", "actual", ((390, 1),)),
        ("week", "actual", ((390, 7),)),
        ("month", "actual", ((12, 1), (24, 31))),
        ("year", "actual", ((31, 365), (359, 366))),
        ("year", "365", ((390, 365),)),
        ("year", "52_weeks", ((390, 364),)),
    ],
)
def test_quantities_are_sums_of_fractions(unit: str, basis: str, parts: tuple[tuple[int, int], ...]) -> None:
    # From 1 March 2023 to 24 March 2024: 31 nights of the financial year 2022/23, 359 of 2023/24.
    quantity = sum((Fraction(top, bottom) for top, bottom in parts), Fraction(0))
    pence = half_up((quantity * 70_000).numerator, (quantity * 70_000).denominator)
    start = date(2023, 3, 1)
    mine = line(date_from=start, date_to=start + timedelta(days=389), nights=390, unit=unit, pence=pence,
                entry_id="e", millionths=0)  # fmt: skip
    found = one(worked_out(ledger_of([mine]), terms(entry("e", unit=unit, year_basis=basis))))
    assert found.parts == parts and found.agrees


def test_the_nights_of_a_price_for_a_period_are_found_out() -> None:
    # 12,345.67 for 92 nights, of which 30 and 31 are charged here: 61 / 92 x 12,345.67 = 8,185.716
    lines = [
        line(entry_id="child_price", unit="period", unit_cost="12345.67", nights=nights, date_from=first,
             date_to=first + timedelta(days=nights - 1), pence=pence,
             millionths=half_up(nights * 1_000_000, 92))
        for first, nights, pence in ((date(2024, 4, 1), 30, 402_576), (date(2024, 5, 1), 31, 415_996))
    ]  # fmt: skip
    found = one(worked_out(ledger_of(lines), terms()))
    assert found.parts == ((61, 92),) and found.agrees and found.told


def test_events_stay_apart_and_credits_have_their_sign() -> None:
    lines = [event("lac.6", 446_00), event("lac.6", 446_00), line(process="grant", pence=-700_00)]
    found = worked_out(ledger_of(lines), terms())
    assert sorted(item.pence for item in found) == [-700_00, 446_00, 446_00]
    assert all(item.agrees for item in found)


def test_an_empty_ledger_has_no_amount() -> None:
    assert worked_out(ledger_of([]), terms()) == []
    assert isinstance(ledger_of([]), pl.DataFrame)
