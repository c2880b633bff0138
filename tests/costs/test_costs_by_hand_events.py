"""Processes of looked-after children, temporary placements and short breaks, worked by hand.

Every case is told by the kernel and by the plain reading of the design. Prices and children are invented.
"""

from __future__ import annotations

from decimal import Decimal as D

import pytest
from costed import Case

BOTH = pytest.mark.parametrize("how", ["plain", "kernel"])
NIGHT = "  - {id: night, kind: placement, unit: night, amount: 100, price_year: 2024/25}\n"


def _processes(*numbers: int, more: str = "") -> str:
    """Entries p1, p2 ... of 100 x the number for an event, and 100 a night."""
    events = "".join(
        f"  - {{id: p{n}, kind: process, process: lac.{n}, unit: event, amount: {n}00,"
        " price_year: 2024/25}\n"
        for n in numbers
    )
    return "entries:\n" + NIGHT + events + more


@BOTH
def test_start_moves_and_end_of_a_period(how: str) -> None:
    # One start, a P and a B found a placement, an L none; one end with E4A. 100 + 2 x 500 + 400.
    case = Case(_processes(1, 4, 5)).episode("S", "2025-01-01", "2025-02-01")
    case = case.episode("P", "2025-02-01", "2025-03-01", place="K2")
    case = case.episode("L", "2025-03-01", "2025-03-10", place="K2")
    told = case.episode("B", "2025-03-10", "2025-04-01", rec="E4A").cost(how)
    assert told.days("p1") == ["2025-01-01"]
    assert told.days("p5") == ["2025-02-01", "2025-03-10"]
    assert told.days("p4") == ["2025-04-01"]
    assert told.column("placement_type", "p5") == ["K2", "U6"]
    assert told.total("p1", "p4", "p5") == D("1500.00")


@BOTH
def test_events_on_the_first_and_last_day_of_the_period_count(how: str) -> None:
    case = Case(_processes(1, 4), start="2025-01-01", end="2025-01-31")
    told = case.episode("S", "2025-01-01", "2025-01-31", rec="E3").cost(how)
    assert (told.days("p1"), told.days("p4")) == (["2025-01-01"], ["2025-01-31"])
    # The night of the 31st is not charged, though the day is in the period: 30 nights.
    assert told.total("night") == D("3000.00")


@BOTH
def test_the_day_after_the_period_does_not_count(how: str) -> None:
    case = Case(_processes(1, 4), start="2025-01-02", end="2025-01-30")
    told = case.episode("S", "2025-01-01", "2025-01-31", rec="E3").cost(how)
    assert (told.days("p1"), told.days("p4")) == ([], [])


@BOTH
def test_the_same_carer_is_a_new_placement_and_no_process_5(how: str) -> None:
    # The stay goes on over RNE U: its third week begins on 15 January, not on 29 January.
    late = (
        "  - {id: late, kind: allowance, unit: night, amount: 1, price_year: 2024/25,"
        " when: {weeks_in_placement: [2, null]}}\n"
    )
    case = Case(_processes(5, more=late)).episode("S", "2025-01-01", "2025-01-15")
    told = case.episode("U", "2025-01-15", "2025-01-20", place="U4").cost(how)
    assert told.days("p5") == []
    assert told.column("placement_no", "night") == [1, 2]
    assert told.lines("late") == [("late", "2025-01-15", "2025-01-19", D("5.00"))]


@BOTH
def test_an_l_with_another_place_is_taken_as_p(how: str) -> None:
    case = (
        Case(_processes(5)).episode("S", "2025-01-01", "2025-01-15").episode("P", "2025-01-15", "2025-01-20")
    )
    case.tables["care_chain"][-1] |= {"reason_new_episode": "L", "placement_type": "K2"}
    assert case.cost(how).days("p5") == ["2025-01-15"]


TEMPORARY = _processes(5, more=(
    "  - {id: camp, kind: fee, unit: night, amount: 7, price_year: 2024/25, when: {placement: [T1]}}\n"
    "  - {id: own, kind: placement, unit: night, amount: 900, price_year: 2024/25,"
    " when: {placement: [T1, T4]}}\n"
))  # fmt: skip


@BOTH
def test_a_temporary_placement_belongs_to_the_one_before(how: str) -> None:
    # 10 nights of one placement and one span; neither the way out nor the way back is a process 5.
    case = Case(TEMPORARY).episode("S", "2025-01-01", "2025-01-05")
    case = case.episode("P", "2025-01-05", "2025-01-08", place="T4").episode("P", "2025-01-08", "2025-01-11")
    told = case.cost(how)
    assert told.lines() == [("night", "2025-01-01", "2025-01-10", D("1000.00"))]


@BOTH
def test_from_a_temporary_placement_to_elsewhere_is_one_change(how: str) -> None:
    # T1 has a fee of its own: charged besides, 3 nights x 7.
    case = Case(TEMPORARY).episode("S", "2025-01-01", "2025-01-05")
    case = case.episode("P", "2025-01-05", "2025-01-08", place="T1")
    told = case.episode("P", "2025-01-08", "2025-01-11", place="K2").cost(how)
    assert told.lines() == [
        ("night", "2025-01-01", "2025-01-07", D("700.00")),
        ("camp", "2025-01-05", "2025-01-07", D("21.00")),
        ("night", "2025-01-08", "2025-01-10", D("300.00")),
        ("p5", "2025-01-08", "2025-01-08", D("500.00")),
    ]


@BOTH
def test_first_in_a_period_a_temporary_placement_is_one_by_itself(how: str) -> None:
    # Its fee is its own, once a night and over the legal change; to go elsewhere is a process 5.
    case = Case(TEMPORARY).episode("S", "2025-01-01", "2025-01-05", place="T1")
    case = case.episode("L", "2025-01-05", "2025-01-08", place="T1")
    told = case.episode("P", "2025-01-08", "2025-01-11").cost(how)
    assert told.lines() == [
        ("camp", "2025-01-01", "2025-01-07", D("49.00")),
        ("own", "2025-01-01", "2025-01-07", D("6300.00")),
        ("night", "2025-01-08", "2025-01-10", D("300.00")),
        ("p5", "2025-01-08", "2025-01-08", D("500.00")),
    ]
    assert told.column("placement_no", "night") == [2]


@BOTH
def test_temporary_nights_can_be_priced_by_their_own_code(how: str) -> None:
    case = Case("settings: {temporary: own}\n" + TEMPORARY).episode("S", "2025-01-01", "2025-01-05")
    case = case.episode("P", "2025-01-05", "2025-01-08", place="T4").episode("P", "2025-01-08", "2025-01-11")
    told = case.cost(how)
    assert told.lines() == [
        ("night", "2025-01-01", "2025-01-04", D("400.00")),
        ("own", "2025-01-05", "2025-01-07", D("2700.00")),
        ("night", "2025-01-08", "2025-01-10", D("300.00")),
    ]


@BOTH
@pytest.mark.parametrize(("moves", "extra"), [(2, False), (3, True)])
def test_difficult_to_place_is_three_stays_in_the_twelve_months_before(
    how: str, moves: int, extra: bool
) -> None:
    # Published: 506 for a residential unit, 628 more if difficult. Stays of ten nights before 1 June 2025,
    # and one that ended on 1 June 2024: its last night, 31 May 2024, is a day too early.
    catalogue = (
        "entries:\n" + NIGHT +
        "  - {id: move, kind: process, process: lac.5, unit: event, amount: 506, price_year: 2024/25,"
        " when: {placement: [residential_unit]}}\n"
        "  - {id: other, kind: process, process: lac.5, unit: event, amount: 1, price_year: 2024/25}\n"
        "  - {id: hard, kind: process, process: lac.5, unit: event, amount: 628, additional: true,"
        " price_year: 2024/25, when: {placement: [residential_unit], difficult_to_place: true}}\n"
    )  # fmt: skip
    case = Case(catalogue).row("oc2", sdq_score=17, convicted=False, as_at="2025-03-31")
    case = case.episode("S", "2024-05-01", "2024-06-01", rec="E4A")
    case = case.episode("S", "2025-05-01", "2025-05-10")
    for number in range(1, moves):
        case = case.episode("P", f"2025-05-{number}0", f"2025-05-{number + 1}0")
    case.tables["care_chain"][-1]["end"] = case.tables["care_chain"][-1]["end"].replace(month=6, day=1)
    told = case.episode("P", "2025-06-01", "2025-06-10", place="R1").cost(how)
    assert told.days("move") == ["2025-06-01"]
    assert told.days("hard") == (["2025-06-01"] if extra else [])


@BOTH
def test_once_per_period_of_care_looks_at_what_came_before_the_period(how: str) -> None:
    # Reviewed on 1 December already: neither review of 2025 is the first of its period of care. In the
    # second period of care only the first of two is charged.
    once = (
        "  - {id: once, kind: process, process: lac.6, unit: event, amount: 9, price_year: 2024/25,"
        " once_per: period_of_care}\n"
    )
    case = Case("entries:\n" + NIGHT + once).episode("S", "2024-11-01", "2025-03-01", rec="E4A")
    case = case.episode("S", "2025-06-01", None)
    for day in ("2024-12-01", "2025-01-15", "2025-02-15", "2025-07-01", "2025-09-01"):
        case = case.row("lac_review", review_date=day)
    told = case.cost(how)
    assert told.days("once") == ["2025-07-01"]
    assert told.issues() == []


@BOTH
def test_once_per_goes_by_what_is_on_record_and_not_by_what_an_entry_can_price(how: str) -> None:
    # The entry is of effect from February; the first review of the period of care was in January.
    once = (
        "  - {id: once, kind: process, process: lac.6, unit: event, amount: 9, effective_from: 2025-02-01,"
        " once_per: period_of_care}\n"
    )
    case = Case("entries:\n" + NIGHT + once).episode("S", "2025-01-01", None)
    for day in ("2025-01-15", "2025-02-15"):
        case = case.row("lac_review", review_date=day)
    assert case.cost(how).days("once") == []


@BOTH
def test_the_first_review_of_a_period_that_began_inside(how: str) -> None:
    first = (
        "  - {id: first, kind: process, process: lac.6, unit: event, amount: 13, additional: true,"
        " price_year: 2024/25, when: {first: true}}\n"
    )
    case = Case(_processes(6, more=first)).episode("S", "2024-12-20", "2025-03-01", rec="E4A")
    case = case.episode("S", "2025-06-01", None)
    for day in ("2025-01-15", "2025-07-01", "2025-09-01"):
        case = case.row("lac_review", review_date=day)
    told = case.cost(how)
    assert len(told.days("p6")) == 3
    assert told.days("first") == ["2025-07-01"]


@BOTH
def test_an_addition_falls_on_the_first_day_of_each_stay(how: str) -> None:
    # Not on the stay that began before the period, nor when a temporary placement or legal status changes.
    start = (
        "  - {id: start, kind: process, process: lac.3, unit: event, amount: 327, additional: true,"
        " price_year: 2024/25}\n"
        "  - {id: visits, kind: process, process: lac.3, unit: week, amount: 70, price_year: 2024/25}\n"
    )
    case = Case("entries:\n" + NIGHT + start).episode("S", "2024-12-20", "2025-01-10")
    case = case.episode("P", "2025-01-10", "2025-01-20", place="K2").episode(
        "L", "2025-01-20", "2025-01-25", "K2"
    )
    case = case.episode("P", "2025-01-25", "2025-01-26", place="T0").episode(
        "P", "2025-01-26", "2025-02-01", "K2"
    )
    assert case.cost(how).days("start") == ["2025-01-10"]


@BOTH
def test_legal_once_is_the_first_order_of_the_period_of_care(how: str) -> None:
    # V2 is no court order; C1 on 10 January is, C2 on 1 February is the second one.
    case = Case(_processes(7)).episode("S", "2025-01-01", "2025-01-10", status="V2")
    case = case.episode("L", "2025-01-10", "2025-02-01", status="C1")
    told = case.episode("L", "2025-02-01", None, status="C2").cost(how)
    assert told.days("p7") == ["2025-01-10"]


@BOTH
def test_legal_weekly_is_every_night_of_care(how: str) -> None:
    # 31 nights of V2: 31/7 x 5.40 = 23.914; the entry for the event is ignored.
    weekly = "  - {id: w, kind: process, process: lac.7, unit: week, amount: 5.40, price_year: 2024/25}\n"
    case = Case("settings: {legal: weekly}\n" + _processes(7, more=weekly), end="2025-01-31")
    told = case.episode("S", "2024-06-01", None, status="V2").cost(how)
    assert told.lines("w", "p7") == [("w", "2025-01-01", "2025-01-31", D("23.91"))]


@BOTH
@pytest.mark.parametrize(("start", "day"), [("2024-12-02", "2025-03-03"), ("2024-01-01", "2025-02-10")])
def test_leaving_care_after_91_nights_since_14(how: str, start: str, day: str) -> None:
    # 16 on 10 February 2025. From 2 December the 91st night is that of 2 March (30 + 31 + 28 + 2), so the
    # first day with 91 nights behind it is 3 March. In care since 2024: the birthday.
    told = Case(_processes(8)).born("2009-02-10").episode("S", start, None).cost(how)
    assert told.days("p8") == [day]


@BOTH
def test_leaving_care_on_the_day_that_was_recorded_and_not_for_needs_left_out(how: str) -> None:
    case = Case(_processes(8)).born("2009-02-10").episode("S", "2024-01-01", None)
    case = case.row("leaving_care", joined="2025-05-05")
    assert case.cost(how).days("p8") == ["2025-05-05"]
    case.catalogue = "settings: {p8_exclude: [cwd]}\n" + case.catalogue
    assert case.cost(how).days("p8") == ["2025-05-05"]
    case.row("needs", cwd=True, ebd=None, offending=None, uasc=None)
    assert case.cost(how).days("p8") == []


@BOTH
def test_reviews_are_estimated_where_no_list_of_reviews_was_loaded(how: str) -> None:
    # In care on Monday 1 July 2024; 20 working days on is Monday 29 July (no bank holiday between), then 3,
    # 9 and 15 months after it. Care ends on 29 October 2025: not on that day. Each is a plan update too.
    case = Case(_processes(2, 6), start="2024-07-01", reviews_loaded=False)
    told = case.episode("S", "2024-07-01", "2025-10-29", rec="E4A").cost(how)
    assert told.days("p6") == told.days("p2") == ["2024-07-29", "2024-10-29", "2025-04-29"]
    assert told.column("rule", "p6") == ["R4 estimated"] * 3


@BOTH
def test_reviews_on_both_ends_of_a_period_of_care_count(how: str) -> None:
    # 10 March: one period ends and the next starts: the next, whose placement is K2. 2 May: out of care.
    case = Case(_processes(6)).episode("S", "2025-01-01", "2025-03-10", rec="E4A")
    case = case.episode("S", "2025-03-10", "2025-05-01", place="K2", rec="E4A")
    for day in ("2025-01-01", "2025-03-10", "2025-05-01", "2025-05-02"):
        case = case.row("lac_review", review_date=day)
    told = case.cost(how)
    assert told.days("p6") == ["2025-01-01", "2025-03-10", "2025-05-01"]
    assert told.column("period_of_care", "p6") == [1, 2, 2]
    assert told.column("placement_type", "p6") == ["U6", "K2", "K2"]


@BOTH
def test_a_review_in_a_gap_is_of_its_period_of_care_and_of_no_placement(how: str) -> None:
    # Looked after without a break on record, and no placement from 1 to 20 February.
    case = Case(_processes(6)).episode("S", "2025-01-01", "2025-02-01")
    case = case.episode("P", "2025-02-20", None).row("lac_review", review_date="2025-02-10")
    told = case.cost(how)
    assert told.days("p6") == ["2025-02-10"]
    assert told.column("period_of_care", "p6") == [1]
    assert told.column("placement_no", "p6") == told.column("placement_type", "p6") == [None]


@BOTH
def test_a_review_on_the_only_day_of_a_period_of_care_is_of_that_period(how: str) -> None:
    case = Case(_processes(6)).episode("S", "2025-01-15", "2025-01-15", rec="E4A")
    told = case.row("lac_review", review_date="2025-01-15").cost(how)
    assert told.column("period_of_care", "p6") == [1]


@BOTH
def test_without_the_module_reviews_are_only_estimated(how: str) -> None:
    # 20 working days after Wednesday 1 January 2025, a bank holiday: 29 January. The review of 3 February
    # that another return names stands for no further one.
    case = Case(_processes(6), end="2025-03-31", reviews_loaded=False).episode("S", "2025-01-01", None)
    told = case.row("lac_review", review_date="2025-02-03").cost(how)
    assert told.days("p6") == ["2025-01-29"]


@BOTH
def test_an_end_into_a_short_break_is_no_process_4(how: str) -> None:
    case = Case(_processes(1, 4)).episode("S", "2025-01-01", "2025-01-11", rec="E4A")
    told = case.short_break("2025-01-11", "2025-01-13").cost(how)
    assert (told.days("p1"), told.days("p4")) == (["2025-01-01"], [])
    assert told.total("night") == D("1200.00")


@BOTH
def test_short_breaks_have_nights_and_no_other_process(how: str) -> None:
    # Two nights of V3; V4 is an agreement and no night.
    case = Case(_processes(1, 4, 7)).short_break("2025-01-03", "2025-01-05")
    told = case.short_break("2025-02-03", "2025-02-05", status="V4").cost(how)
    assert told.lines() == [("night", "2025-01-03", "2025-01-04", D("200.00"))]
    assert told.child("nights") == 2
    assert told.column("period_of_care", "night") == [None]
