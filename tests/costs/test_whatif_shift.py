"""Shifts worked by hand: each number can be checked with a calculator. Prices and children are invented."""

from __future__ import annotations

from decimal import Decimal as D
from fractions import Fraction

import pytest
from costed import Case
from planned import planned

# A night in a home costs 1,000, in an own foster home 100, in one of an agency 150.
CATALOGUE = """entries:
  - {id: home, kind: placement, unit: night, amount: 1000, price_year: 2024/25, when: {placement: [K2]}}
  - {id: foster, kind: placement, unit: night, amount: 100, price_year: 2024/25, when: {placement: [U6]}}
  - {id: agency, kind: placement, unit: night, amount: 150, price_year: 2024/25,
     when: {placement: [U6], provider: [PR4]}}
  - {id: arrival, kind: placement, unit: event, amount: 30, additional: true, price_year: 2024/25,
     when: {placement: [U6]}}
  - {id: p5, kind: process, process: lac.5, unit: event, amount: 50, price_year: 2024/25}
  - {id: p5_home, kind: process, process: lac.5, unit: event, amount: 90, price_year: 2024/25,
     when: {placement: [K2]}}
  - {id: support, kind: worker_rate, unit: week, amount: 70, price_year: 2024/25}
  - {id: welcome, kind: worker_rate, unit: event, amount: 500, price_year: 2024/25}
"""
SHIFT = """  start: 2025-01-01
  changes:
    - type: shift
      from: {placement: residential}
      to: {placement: foster_la}
      share: 0.2
      after_weeks: 26
"""


def _home(**more: str) -> Case:
    """All of 2025 in one home."""
    return Case(CATALOGUE, **more).born("2012-05-10").episode("S", "2025-01-01", None, "K2", "PR4")


def test_a_fifth_moves_after_half_a_year() -> None:
    # 26 weeks are 182 nights: 1 January + 182 = 2 July. From there 183 nights to 31 December.
    # A child who moves saves 183 x 900 = 164,700, and costs process 5 (50) and an arrival (30): 164,620.
    # A fifth of it: 32,924.
    told = planned(SHIFT, _home())
    assert told.base == 365 * 1000
    assert told.difference() == D("-32924")
    assert told.found.moved == [Fraction(1, 5)]
    # July: 30 nights x 900 = 27,000 less 80 = 26,920, a fifth 5,384. August 31 x 900 / 5 = 5,580.
    assert told.by_month() == {
        "2025-07": D("-5384.00"), "2025-08": D("-5580.00"), "2025-09": D("-5400.00"),
        "2025-10": D("-5580.00"), "2025-11": D("-5400.00"), "2025-12": D("-5580.00"),
    }  # fmt: skip


def test_half_a_year_in_months_is_the_same_day_six_months_on() -> None:
    # 1 July: 184 nights x 900 - 80 = 165,520, a fifth 33,104.
    assert planned(SHIFT.replace("after_weeks: 26", "after_months: 6"), _home()).difference() == D("-33104")


def test_some_break_down_and_go_back_at_the_old_price() -> None:
    # Three quarters of those who move stay: 164,620 each. A quarter goes back after 13 weeks (91 nights),
    # on 1 October: it saves 91 x 900 = 81,900 less 80 less another process 5 (a home: 90) = 81,730.
    # 0.2 x (0.75 x 164,620 + 0.25 x 81,730) = 0.2 x 143,897.50 = 28,779.50.
    text = SHIFT + "      breakdown_rate: 0.25\n      breakdown_after_weeks: 13\n      back_to: from\n"
    told = planned(text, _home())
    assert told.difference() == D("-28779.50")
    # October: back for a quarter of a fifth: 31 x 900 x 0.15 = 4,185 saved, and 0.05 x 90 = 4.50 spent.
    assert told.by_month()["2025-10"] == D("-4180.50")


def test_a_breakdown_after_the_stay_has_ended_is_none() -> None:
    case = Case(CATALOGUE).episode("S", "2025-01-01", "2025-07-12", "K2", "PR4", rec="E4")
    text = SHIFT + "      breakdown_rate: 0.25\n      breakdown_after_weeks: 13\n"
    # 10 nights x 900 - 80 = 8,920, a fifth 1,784: no one is there any more to go back.
    assert planned(text, case).difference() == D("-1784")


def test_a_ramp_is_a_step_that_counts_on_the_day_of_the_move() -> None:
    ramp = "  ramp:\n    - {date: 2025-06-01, share: 0.5}\n    - {date: 2025-08-01, share: 1}\n"
    # On 2 July half: 16,462.
    assert planned(ramp + SHIFT, _home()).difference() == D("-16462")
    late = "  ramp:\n    - {date: 2025-07-03, share: 1}\n"
    assert planned(late + SHIFT, _home()).difference() == 0


def test_a_stay_moves_at_the_start_of_the_scenario_if_it_is_long_enough_by_then() -> None:
    # The home since 1 January 2024: 26 weeks were over long before 1 March 2025. 306 nights from there.
    case = Case(CATALOGUE).episode("S", "2024-01-01", None, "K2", "PR4")
    told = planned(SHIFT.replace("start: 2025-01-01", "start: 2025-03-01"), case)
    assert told.difference() == D(-(306 * 900 - 80)) / 5


def test_a_stay_that_is_over_by_then_does_not_move() -> None:
    case = Case(CATALOGUE).episode("S", "2025-01-01", "2025-07-02", "K2", "PR4", rec="E4")
    told = planned(SHIFT, case)
    assert (told.difference(), told.found.concerned) == (0, [0])


@pytest.mark.parametrize(
    ("born", "moves"),
    # On 2 July 2025 the child is 15 (born on 2 July 2010), 16 the day before that birthday was; 7, 8.
    [("2010-07-02", 1), ("2009-07-03", 1), ("2009-07-02", 0), ("2017-07-02", 1), ("2017-07-03", 0)],
)
def test_age_is_that_of_the_day_of_the_move_both_ends_included(born: str, moves: int) -> None:
    case = Case(CATALOGUE).born(born).episode("S", "2025-01-01", None, "K2", "PR4")
    text = SHIFT.replace("from: {placement: residential}", "from: {placement: residential, age: [8, 15]}")
    assert planned(text, case).found.concerned == [moves]


def test_what_the_destination_does_not_give_stays_as_it_was() -> None:
    # Only the placement is given: the provider stays PR4, so the agency's price. 183 x 850 - 80.
    text = SHIFT.replace("to: {placement: foster_la}", "to: {placement: U6}")
    assert planned(text, _home()).difference() == D(-(183 * 850 - 80)) / 5


def test_moved_nights_have_no_price_of_the_child_s_own() -> None:
    # 14,000 a week, 2,000 a night, was paid for the whole year.
    case = _home().price("2025-01-01", "2026-01-01", "14000")
    told = planned(SHIFT, case)
    assert told.base == 365 * 2000
    assert told.difference() == D(-(183 * 1900 - 80)) / 5


def test_after_a_breakdown_the_old_price_is_the_child_s_own() -> None:
    case = _home().price("2025-01-01", "2026-01-01", "14000")
    text = SHIFT + "      breakdown_rate: 1\n      breakdown_after_weeks: 13\n"
    assert planned(text, case).difference() == D(-(91 * 1900 - 80 - 90)) / 5


def test_enhanced_support_is_paid_for_moved_nights_or_once() -> None:
    # 70 a week are 10 a night: 183 x 890 - 80.
    weekly = planned(SHIFT + "      enhanced_support: support\n", _home())
    assert weekly.difference() == D(-(183 * 890 - 80)) / 5
    once = planned(SHIFT + "      enhanced_support: welcome\n", _home())
    assert once.difference() == D(-(183 * 900 - 80 - 500)) / 5
    # With a breakdown it ends with the nights there.
    text = (
        SHIFT + "      enhanced_support: support\n      breakdown_rate: 1\n      breakdown_after_weeks: 13\n"
    )
    assert planned(text, _home()).difference() == D(-(91 * 890 - 80 - 90)) / 5


def test_no_night_is_moved_twice() -> None:
    # 0.6 move, then 0.7 of the 0.4 that are left: 0.88 in all.
    second = SHIFT[SHIFT.index("    - type") :].replace("0.2", "0.7").replace("foster_la", "foster_agency")
    told = planned(SHIFT.replace("0.2", "0.6") + second, _home())
    assert told.found.moved == [Fraction("0.6"), Fraction("0.28")]
    assert told.difference(1) == -Fraction("0.6") * (183 * 900 - 80)
    assert told.difference(2) == -Fraction("0.28") * (183 * 850 - 80)


def test_a_change_rests_on_those_before_it() -> None:
    price = """    - type: price
      match: {entry: foster}
      change_pct: 10
      from: 2025-01-01
"""
    # After the shift a fifth of 183 nights is in foster homes: 183 x 10 / 5 = 366 more. Before it: none.
    after = planned(SHIFT + price, _home())
    assert (after.difference(2), after.difference(1)) == (366, D("-32924"))
    head, shift = SHIFT[: SHIFT.index("    - type")], SHIFT[SHIFT.index("    - type") :]
    before = planned(head + price + shift, _home(), Case(CATALOGUE).episode("S", "2025-01-01", None, "U6"))
    # The one child who is in a foster home all year: 365 x 10. The moved fifth then costs 110 a night.
    assert (before.difference(1), before.difference(2)) == (3650, D(-(183 * 890 - 80)) / 5)


def test_places_that_run_out_cut_later_moves() -> None:
    # Both are meant; one moves on 2 July, one on 2 August. There is room for 0.3 of a child: 0.2 and 0.1.
    later = Case(CATALOGUE).episode("S", "2025-02-01", None, "K2", "PR4")
    told = planned(SHIFT + "      capacity: 0.3\n", _home(), later)
    assert told.found.moved == [Fraction("0.3")]
    assert told.found.cut == {1: Fraction("0.1")}
    # 2 August to 31 December: 152 nights.
    assert told.difference() == -Fraction(1, 5) * (183 * 900 - 80) - Fraction(1, 10) * (152 * 900 - 80)
    # A place that is free again is taken: the first child leaves on 1 August.
    first = Case(CATALOGUE).episode("S", "2025-01-01", "2025-08-01", "K2", "PR4", rec="E4")
    again = planned(SHIFT + "      capacity: 0.3\n", first, later)
    assert (again.found.moved, again.found.cut) == ([Fraction("0.4")], {1: 0})


def test_what_it_costs_to_bring_about_falls_in_its_month() -> None:
    told = planned(SHIFT + "      cost: {fixed: 1000, per_child: 300}\n", _home())
    # A fifth of a child moves in July (month 666 from January 1970): 60.
    assert told.found.paid == {(1, (2025 - 1970) * 12 + 6): 60}


def test_a_move_on_the_first_day_leaves_no_night_before_it() -> None:
    case = Case(CATALOGUE).episode("S", "2025-03-01", None, "U6", "PR4")
    text = SHIFT.replace("residential", "foster_agency").replace("after_weeks: 26", "after_weeks: 0")
    # 306 nights at 50 less; process 5; the arrival happens once all the same.
    assert planned(text, case).difference() == D(-(306 * 50 - 50)) / 5


def test_places_that_are_difficult_to_find() -> None:
    entry = """  - {id: hard, kind: process, process: lac.5, unit: event, amount: 400, additional: true,
     price_year: 2024/25, when: {difficult_to_place: true}}
"""
    needs = {"cwd": False, "ebd": True, "offending": False, "uasc": False}
    case = (
        Case(CATALOGUE + entry)
        .row("needs", **needs)
        .episode("S", "2024-09-01", "2024-12-01", "U6")
        .episode("P", "2024-12-01", "2025-01-01", "U6")
        .episode("P", "2025-01-01", None, "K2", "PR4")
    )
    # Three stays in the 12 months before 2 July 2025: 400 more.
    assert planned(SHIFT, case).difference() == D(-(183 * 900 - 80 - 400)) / 5
    # From 2 December only the one it leaves, and that of December 2024, share a night with them.
    late = SHIFT.replace("start: 2025-01-01", "start: 2025-12-02")
    assert planned(late, case).difference() == D(-(30 * 900 - 80)) / 5
