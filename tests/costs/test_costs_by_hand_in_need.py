"""Processes and support of children in need, worked by hand.

Every case is told by the kernel and by the plain reading of the design. Prices and children are invented.
"""

from __future__ import annotations

from decimal import Decimal as D

import pytest
from costed import Case

BOTH = pytest.mark.parametrize("how", ["plain", "kernel"])
ONGOING = (
    "entries:\n"
    "  - {id: cin, kind: process, process: cin.ongoing_support, unit: night, amount: 4,"
    " price_year: 2024/25}\n"
    "  - {id: cpp, kind: process, process: cin.ongoing_support, unit: night, amount: 9, price_year: 2024/25,"
    " when: {cp_plan: true}}\n"
    "  - {id: under6, kind: process, process: cin.ongoing_support, unit: night, amount: 5,"
    " price_year: 2024/25, when: {age_under: 6}}\n"
)


@BOTH
def test_support_from_the_first_step_to_the_closure_less_nights_in_care(how: str) -> None:
    # Assessed on 11 January, closed on 1 February: 21 nights; looked after 20 to 25 January: 5 less = 16.
    case = Case(ONGOING).need("2025-01-01", "2025-02-01")
    case = case.nested("assessment", "2025-01-01", authorised_date="2025-01-11")
    case = case.nested("cin_plan", "2025-01-01", start_date="2025-01-12", end_date=None)
    told = case.episode("S", "2025-01-20", "2025-01-25", rec="E4A").cost(how)
    assert told.lines() == [
        ("cin", "2025-01-11", "2025-01-19", D("36.00")),
        ("cin", "2025-01-25", "2025-01-31", D("28.00")),
    ]
    assert told.column("nights", "cin") == [9, 7]


@BOTH
def test_support_goes_on_in_a_short_break_and_is_not_given_without_further_action(how: str) -> None:
    case = Case(ONGOING).need("2025-01-01", "2025-01-21").need("2025-03-01", "2025-03-21", nfa=True)
    for referral, day in (("2025-01-01", "2025-01-11"), ("2025-03-01", "2025-03-02")):
        case = case.nested("assessment", referral, authorised_date=day)
    told = case.short_break("2025-01-12", "2025-01-14").cost(how)
    assert told.lines() == [("cin", "2025-01-11", "2025-01-20", D("40.00"))]


@BOTH
def test_overlapping_need_episodes_charge_a_night_once(how: str) -> None:
    # 1 to 31 January under the first (its plan), then 10 nights of the second.
    case = Case(ONGOING).need("2025-01-01", "2025-02-01").need("2025-01-15", "2025-02-11")
    for referral in ("2025-01-01", "2025-01-15"):
        case = case.nested("cin_plan", referral, start_date=referral, end_date=None)
    told = case.cost(how)
    assert [(line[1], line[2], line[3]) for line in told.lines()] == [
        ("2025-01-01", "2025-01-31", D("124.00")),
        ("2025-02-01", "2025-02-10", D("40.00")),
    ]


@BOTH
def test_support_changes_with_a_plan_and_with_age(how: str) -> None:
    # 6 on 9 January. 4 nights under 6 at 5; on 5 to 8 January both special rates hold and neither goes first:
    # an error, no price; 4 nights of the protection plan at 9; then 8 at 4.
    case = Case(ONGOING).born("2019-01-09").need("2025-01-01", "2025-01-21")
    case = case.nested("cin_plan", "2025-01-01", start_date="2025-01-01", end_date="2025-01-05")
    told = case.nested("cp_plan", "2025-01-01", start_date="2025-01-05", end_date="2025-01-13").cost(how)
    assert told.lines() == [
        ("under6", "2025-01-01", "2025-01-04", D("20.00")),
        ("cpp", "2025-01-09", "2025-01-12", D("36.00")),
        ("cin", "2025-01-13", "2025-01-20", D("32.00")),
    ]
    assert told.issues() == [
        ("cin.ongoing_support", "process", "cost-ambiguous", "2025-01-05", 4, "cpp under6"),
    ]


@BOTH
def test_a_referral_without_further_action_takes_that_rate_instead(how: str) -> None:
    # Published pair of 2008/09, out of London 186 and 207; in London 224 and 249.
    catalogue = (
        "entries:\n"
        "  - {id: std, kind: process, process: cin.contact_referral, unit: event, out_of_london: 186,"
        " london: 224, price_year: 2008/09}\n"
        "  - {id: nfa, kind: process, process: cin.contact_referral, unit: event, out_of_london: 207,"
        " london: 249, price_year: 2008/09, when: {outcome: no_further_action}}\n"
        "  - {id: close, kind: process, process: cin.close_case, unit: event, out_of_london: 195,"
        " london: 239, price_year: 2008/09}\n"
    )
    totals = {"330": D("588.00"), "302": D("712.00")}
    for la_code, total in totals.items():
        case = Case(catalogue, la_code=la_code).need("2025-01-01", "2025-01-05", nfa=True)
        told = case.need("2025-03-01", "2025-06-01").cost(how)
        assert (told.days("nfa"), told.days("std")) == (["2025-01-01"], ["2025-03-01"])
        # The referral without further action is not closed as a case: 207 + 186 + 195, and 249 + 224 + 239.
        assert told.days("close") == ["2025-06-01"]
        assert told.total() == total


@BOTH
def test_enquiries_conferences_and_reviews_of_plans(how: str) -> None:
    # A conference given with its enquiry and again by itself is one; a review of a protection plan takes the
    # conference's rate. In care on 1 April: the enquiry is charged all the same.
    catalogue = "entries:\n" + "".join(
        f"  - {{id: {name}, kind: process, process: cin.{process}, unit: event, amount: {amount},"
        f" price_year: 2008/09{when}}}\n"
        for name, process, amount, when in (
            ("s47", "s47", 511, ""), ("conf", "cp_conference", 300, ""), ("review", "review", 222, ""),
            ("cpr", "review", 378, ", when: {cp_conference_review: true}"),
            ("known", "assessment", 334, ", when: {previously_known: true}"),
            ("new", "assessment", 271, ""),
        )
    )  # fmt: skip
    case = Case(catalogue).need("2024-01-01", "2024-02-01").need("2025-03-01")
    case = case.nested("assessment", "2025-03-01", authorised_date="2025-03-20")
    case = case.nested("s47_enquiry", "2025-03-01", start_date="2025-04-01", icpc_date="2025-04-15")
    case = case.nested("icpc", "2025-03-01", icpc_date="2025-04-15")
    case = case.nested("cp_review", "2025-03-01", review_date="2025-07-01", cpp_start_date="2025-04-15")
    told = case.episode("S", "2025-03-30", "2025-04-05", rec="E4A").cost(how)
    assert told.lines() == [
        ("known", "2025-03-20", "2025-03-20", D("334.00")),
        ("s47", "2025-04-01", "2025-04-01", D("511.00")),
        ("conf", "2025-04-15", "2025-04-15", D("300.00")),
        ("cpr", "2025-07-01", "2025-07-01", D("378.00")),
    ]
