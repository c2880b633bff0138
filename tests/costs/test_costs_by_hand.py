"""Nights, spans, quantities and pennies, worked by hand: each number can be checked with a calculator.

Every case is told by the kernel and by the plain reading of the design. Prices and children are invented.
"""

from __future__ import annotations

from decimal import Decimal as D
from fractions import Fraction

import pytest
from costed import Case

BOTH = pytest.mark.parametrize("how", ["plain", "kernel"])
NIGHT = "entries:\n  - {id: night, kind: placement, unit: night, amount: 100, price_year: 2024/25}\n"
WEEK = "entries:\n  - {id: week, kind: placement, unit: week, amount: 700, price_year: 2024/25}\n"
MONTH = "entries:\n  - {id: month, kind: placement, unit: month, amount: 3100, price_year: 2024/25}\n"


def _one(**given: str) -> str:
    """A catalogue of one placement entry `p`."""
    held = {"id": "p", "kind": "placement", "price_year": "2024/25"} | given
    return "entries:\n  - {" + ", ".join(f"{key}: {value}" for key, value in held.items()) + "}\n"


@BOTH
def test_the_day_of_leaving_is_not_charged(how: str) -> None:
    # 1 to 11 January is 10 nights; the night of the 11th is the next placement's, 2 nights.
    case = Case(NIGHT).episode("S", "2025-01-01", "2025-01-11").episode("P", "2025-01-11", "2025-01-13")
    told = case.cost(how)
    assert told.lines() == [
        ("night", "2025-01-01", "2025-01-10", D("1000.00")),
        ("night", "2025-01-11", "2025-01-12", D("200.00")),
    ]
    assert told.column("placement_no", "night") == [1, 2]
    assert told.child("nights") == 12


@BOTH
def test_an_open_placement_runs_to_the_last_day_of_the_period(how: str) -> None:
    # 25 to 31 January, the last day's night included: 7 nights.
    told = Case(WEEK, end="2025-01-31").episode("S", "2025-01-25", None).cost(how)
    assert told.lines() == [("week", "2025-01-25", "2025-01-31", D("700.00"))]


@BOTH
def test_a_placement_is_clipped_to_the_period_at_both_ends(how: str) -> None:
    # All of January: 31 nights / 7 x 700 = 3,100.
    told = Case(WEEK, end="2025-01-31").episode("S", "2024-06-01", "2025-06-01").cost(how)
    assert told.lines() == [("week", "2025-01-01", "2025-01-31", D("3100.00"))]
    assert told.quantities("week") == [D("4.428571")]


@BOTH
def test_a_period_of_one_day_is_one_night(how: str) -> None:
    told = Case(NIGHT, start="2025-02-10", end="2025-02-10").episode("S", "2024-06-01", None).cost(how)
    assert told.lines() == [("night", "2025-02-10", "2025-02-10", D("100.00"))]


@BOTH
def test_a_placement_of_one_day_has_no_night(how: str) -> None:
    case = Case(NIGHT).episode("S", "2025-01-01", "2025-01-05").episode("P", "2025-01-05", "2025-01-05")
    told = case.episode("P", "2025-01-05", "2025-01-06").cost(how)
    # 4 nights, none, 1 night; the placement without a night keeps its number.
    assert told.lines() == [
        ("night", "2025-01-01", "2025-01-04", D("400.00")),
        ("night", "2025-01-05", "2025-01-05", D("100.00")),
    ]
    assert told.column("placement_no", "night") == [1, 3]


@BOTH
def test_six_weeks_cost_six_times_the_week_and_the_months_add_up(how: str) -> None:
    # 1 January to 12 February is 42 nights: 6 x 333.33 = 1,999.98. January has 31 of 42 nights: 147,617.57
    # pence, February 11: 52,380.43. Rounded down 147,617 + 52,380; the penny left goes to .57.
    told = Case(_one(unit="week", amount="333.33")).episode("S", "2025-01-01", "2025-02-12").cost(how)
    assert told.lines() == [
        ("p", "2025-01-01", "2025-01-31", D("1476.18")),
        ("p", "2025-02-01", "2025-02-11", D("523.80")),
    ]
    # 6 weeks x 31/42 and x 11/42.
    assert told.quantities("p") == [D("4.428571"), D("1.571429")]


@BOTH
def test_a_tie_of_remainders_goes_to_the_earlier_month(how: str) -> None:
    # 18 January to 15 February: 14 nights in each month. 28/364 of 130.13 = 10.01, halves of 500.5 pence.
    case = Case(_one(unit="year", amount="130.13", year_basis="52_weeks"))
    told = case.episode("S", "2025-01-18", "2025-02-15").cost(how)
    assert [line[3] for line in told.lines()] == [D("5.01"), D("5.00")]


@BOTH
def test_a_negative_amount_is_shared_by_its_absolute_value(how: str) -> None:
    # The same money as a grant: -10.01, and the earlier month again has the odd penny.
    grant = _one(kind="grant", unit="year", amount="130.13", year_basis="52_weeks")
    told = Case(grant + NIGHT.split("\n", 1)[1]).episode("S", "2025-01-18", "2025-02-15").cost(how)
    assert [line[3] for line in told.lines("p")] == [D("-5.01"), D("-5.00")]
    assert told.column("process", "p") == ["grant", "grant"]
    # 28 nights x 100 = 2,800 less 10.01.
    assert (told.money("gross"), told.money("grant"), told.money("net")) == (
        D("2800.00"), D("-10.01"), D("2789.99"),
    )  # fmt: skip


@BOTH
@pytest.mark.parametrize(
    ("start", "end", "quantity"),
    [
        ("2025-03-15", "2025-09-15", Fraction(6)),
        # 31 January + 1 month is 28 February, the month's last day.
        ("2025-01-31", "2025-02-28", Fraction(1)),
        # In a leap year it is 29 February: one of 29 nights is missing.
        ("2024-01-31", "2024-02-28", Fraction(28, 29)),
        ("2024-01-31", "2024-02-29", Fraction(1)),
        # One month to 28 February, then 15 nights of the 31 from there to 31 March.
        ("2025-01-31", "2025-03-15", 1 + Fraction(15, 31)),
        # 31 January + 2 months is 31 March, not 28 March.
        ("2025-01-31", "2025-03-31", Fraction(2)),
        ("2025-01-10", "2025-01-11", Fraction(1, 31)),
        ("2025-02-10", "2025-02-11", Fraction(1, 28)),
    ],
)
def test_whole_months_and_the_days_left(how: str, start: str, end: str, quantity: Fraction) -> None:
    told = Case(MONTH, start="2024-01-01").episode("S", start, end).cost(how)
    pence = quantity * 310_000
    assert told.total() == (D(int(pence + Fraction(1, 2))) / 100)
    assert abs(sum(told.quantities("month"), D(0)) - D(quantity.numerator) / quantity.denominator) < D("1e-5")


@BOTH
def test_a_month_is_counted_from_the_first_night_inside_the_period(how: str) -> None:
    # In care since 10 December; the period begins on 1 January: one month, not 22/31 and 9/31.
    told = Case(MONTH, end="2025-01-31").episode("S", "2024-12-10", "2025-03-01").cost(how)
    assert told.lines() == [("month", "2025-01-01", "2025-01-31", D("3100.00"))]


@BOTH
@pytest.mark.parametrize(
    ("basis", "pounds"),
    [
        # 1 April 2023 to 31 March 2024 has 366 nights, and so has its financial year.
        ("actual", "10000.00"),
        # 366 / 365 x 10,000 = 10,027.397
        ("365", "10027.40"),
        # 366 / 364 x 10,000 = 10,054.945
        ("52_weeks", "10054.95"),
    ],
)
def test_a_leap_year_by_each_basis(how: str, basis: str, pounds: str) -> None:
    catalogue = _one(unit="year", amount="10000", year_basis=basis)
    told = Case(catalogue, start="2023-04-01", end="2024-03-31").episode("S", "2022-01-01", None).cost(how)
    assert told.total() == D(pounds)
    assert len(told.lines()) == 12


@BOTH
def test_actual_years_weigh_nights_by_the_financial_year_they_are_in(how: str) -> None:
    # 2 nights of 2023/24 (366 days), 3 of 2024/25 (365): 2/366 + 3/365 = 0.01368366 of 36,500 = 499.45.
    case = Case(_one(unit="year", amount="36500"), start="2024-01-01").episode(
        "S", "2024-03-30", "2024-04-04"
    )
    assert case.cost(how).total() == D("499.45")


@BOTH
def test_effective_dates_cut_a_span(how: str) -> None:
    # 25 March to 8 April 2025: 7 nights at 70 a week, 7 at 77, both days of effect included.
    case = Case(
        "entries:\n"
        "  - {id: old, kind: placement, unit: week, amount: 70, effective_from: 2024-04-01,"
        " effective_to: 2025-03-31}\n"
        "  - {id: new, kind: placement, unit: week, amount: 77, effective_from: 2025-04-01}\n"
    )
    told = case.episode("S", "2025-03-25", "2025-04-08").cost(how)
    assert told.lines() == [
        ("old", "2025-03-25", "2025-03-31", D("70.00")),
        ("new", "2025-04-01", "2025-04-07", D("77.00")),
    ]
    assert told.column("price_year", "old") + told.column("price_year", "new") == ["2024/25", "2025/26"]


@BOTH
def test_the_first_of_april_cuts_a_span_only_where_the_price_year_is_the_nights_own(how: str) -> None:
    # 17 March to 14 April 2025: 15 nights, then 13.
    own = Case(_one(unit="month", amount="310", price_year="''", effective_from="2020-01-01"))
    stated = Case(_one(unit="month", amount="310"))
    told = [case.episode("S", "2025-03-17", "2025-04-14").cost(how).lines() for case in (own, stated)]
    # Months, of the night's own year: 15/31 x 310 = 150.00; from 1 April 13/30 x 310 = 134.33.
    assert [line[3] for line in told[0]] == [D("150.00"), D("134.33")]
    # Stated: 28/31 x 310 = 280.00 over 28 nights: 150.00 and 130.00.
    assert [line[3] for line in told[1]] == [D("150.00"), D("130.00")]


@BOTH
def test_a_change_of_legal_status_does_not_cut_a_span(how: str) -> None:
    case = Case(MONTH).episode("S", "2025-01-01", "2025-01-10", status="V2")
    told = case.episode("L", "2025-01-10", "2025-02-01").cost(how)
    assert told.lines() == [("month", "2025-01-01", "2025-01-31", D("3100.00"))]


@BOTH
def test_another_placement_cuts_a_span(how: str) -> None:
    # 15 nights of 1 January to 1 February, 16 of 16 January to 16 February: 15/31 and 16/31 of 3,100.
    case = Case(MONTH).episode("S", "2025-01-01", "2025-01-16").episode("P", "2025-01-16", "2025-02-01")
    assert [line[3] for line in case.cost(how).lines()] == [D("1500.00"), D("1600.00")]


@BOTH
def test_a_birthday_cuts_the_allowance_and_not_the_price_that_stays(how: str) -> None:
    # 5 on 15 January. 14 nights at 70 a week = 140; 17 nights at 105 = 255; the price is one month.
    catalogue = MONTH + (
        "  - {id: young, kind: allowance, unit: week, amount: 70, price_year: 2024/25,"
        " when: {age_under: 5}}\n"
        "  - {id: older, kind: allowance, unit: week, amount: 105, price_year: 2024/25,"
        " when: {age_from: 5}}\n"
    )
    told = Case(catalogue).born("2020-01-15").episode("S", "2025-01-01", "2025-02-01").cost(how)
    assert told.lines() == [
        ("month", "2025-01-01", "2025-01-31", D("3100.00")),
        ("young", "2025-01-01", "2025-01-14", D("140.00")),
        ("older", "2025-01-15", "2025-01-31", D("255.00")),
    ]


@BOTH
def test_a_child_born_on_29_february_is_a_year_older_on_1_march(how: str) -> None:
    # 5 on 1 March 2025: 28 nights of February at 10, 3 of March at 15.
    catalogue = NIGHT + (
        "  - {id: young, kind: allowance, unit: night, amount: 10, price_year: 2024/25,"
        " when: {age_under: 5}}\n"
        "  - {id: older, kind: allowance, unit: night, amount: 15, price_year: 2024/25,"
        " when: {age_from: 5}}\n"
    )
    told = Case(catalogue).born("2020-02-29").episode("S", "2025-02-01", "2025-03-04").cost(how)
    assert (told.total("young"), told.total("older")) == (D("280.00"), D("45.00"))


@BOTH
def test_a_gap_of_a_day_ends_the_placement_though_the_episode_goes_on(how: str) -> None:
    # No night on 10 January; two spans of months: 9/31 + 22/31 of the months from 1 and 11 January.
    case = Case(MONTH).episode("S", "2025-01-01", "2025-01-10").episode("L", "2025-01-11", "2025-02-02")
    told = case.cost(how)
    assert [(line[1], line[2]) for line in told.lines()] == [
        ("2025-01-01", "2025-01-09"),
        ("2025-01-11", "2025-01-31"),
        ("2025-02-01", "2025-02-01"),
    ]
    # 9/31 x 3,100 = 900; 22/31 x 3,100 = 2,200, of which 21/22 in January.
    assert [line[3] for line in told.lines()] == [D("900.00"), D("2100.00"), D("100.00")]
    assert told.column("placement_no", "month") == [1, 2, 2]


@BOTH
def test_a_sum_at_half_a_penny_is_rounded_up(how: str) -> None:
    # 1 night of a week at 0.35 is 0.05; with 10 per cent 0.055: 0.06. Its half-penny is not lost to floats.
    changes = {"pay": {"2025/26": Fraction(10)}}
    catalogue = _one(unit="week", amount="0.35", index="local_pay")
    case = Case(catalogue, price_year="2025/26", changes={"local_pay": changes["pay"]})
    told = case.episode("S", "2025-01-01", "2025-01-02").cost(how)
    assert told.lines() == [("p", "2025-01-01", "2025-01-01", D("0.06"))]


@BOTH
def test_uplift_is_compound_and_by_component(how: str) -> None:
    # 100 of 2022/23: care 60 with 10 and 5 per cent: 60 x 1.155 = 69.30; rent 40 at no index stays 40.
    # 109.30 a night; the mean factor is 1.093.
    catalogue = _one(
        unit="night", amount="100", price_year="2022/23", components="{care: 60, rent: 40}",
        index="{care: local_pay, rent: none}",
    )  # fmt: skip
    changes = {"local_pay": {"2023/24": Fraction(10), "2024/25": Fraction(5)}}
    case = Case(catalogue, price_year="2024/25", changes=changes).episode("S", "2025-01-01", "2025-01-03")
    told = case.cost(how)
    assert told.lines() == [("p", "2025-01-01", "2025-01-02", D("218.60"))]
    assert told.column("factor", "p") == [1_093_000]
    assert told.column("price_year", "p") == ["2024/25"]


@BOTH
def test_to_an_earlier_year_the_factor_is_one_over_the_product(how: str) -> None:
    # 121 of 2024/25, with 10 per cent in 2023/24 and in 2024/25: 121 / 1.21 = 100 of 2022/23.
    changes = {"local_pay": {"2023/24": Fraction(10), "2024/25": Fraction(10)}}
    catalogue = _one(unit="night", amount="121", index="local_pay")
    case = Case(catalogue, price_year="2022/23", changes=changes).episode("S", "2025-01-01", "2025-01-02")
    told = case.cost(how)
    assert told.total() == D("100.00")
    assert told.column("factor", "p") == [826_446]


@BOTH
def test_a_home_of_the_authority_costs_what_its_occupied_nights_cost(how: str) -> None:
    # 1,000,000 / 2,400 nights slept in = 416.666...; 3 nights = 1,250.00, not 3 x 416.67.
    home = "{cost: 1000000, beds: 8, from: 2024-04-01, to: 2025-03-31, occupied_nights: 2400}"
    told = Case(_one(unit="night", home=home)).episode("S", "2025-01-01", "2025-01-04", place="K2").cost(how)
    assert told.total() == D("1250.00")


@BOTH
def test_the_published_sums_come_out(how: str) -> None:
    # Six months of foster care at 1,846 and of a residential unit at 14,662 (2009/10), out of London.
    case = Case("settings: {legal: once}\n", start="2010-01-01", end="2010-12-31")
    case.catalogue = (
        "entries:\n"
        "  - {id: foster, kind: process, process: lac.3, unit: month, amount: 1846, price_year: 2009/10,"
        " la_type: out_of_london, covers: [placement, allowance, fee], when: {placement: [foster_la]}}\n"
        "  - {id: unit, kind: process, process: lac.3, unit: month, amount: 14662, price_year: 2009/10,"
        " la_type: out_of_london, covers: [placement, allowance, fee],"
        " when: {placement: [residential_unit]}}\n"
    )
    case = case.episode("S", "2010-01-15", "2010-07-15")
    told = case.episode("P", "2010-07-15", "2010-08-15", place="K2", provider="PR4").cost(how)
    assert told.total("foster") == D("11076.00")
    assert told.total("unit") == D("14662.00")
    assert told.issues() == []
    assert told.child("unpriced_nights") == 0
