"""Every other kind of change, worked by hand with a calculator. Prices and children are invented."""

from __future__ import annotations

from decimal import Decimal as D
from fractions import Fraction

import pytest
from costed import Case
from planned import planned

from childjourneys.issues import UsageError

CATALOGUE = """entries:
  - {id: home, kind: placement, unit: night, amount: 1000, price_year: 2024/25, index: gdp_deflator,
     when: {placement: [K2]}}
  - {id: own, kind: placement, unit: night, amount: 100, price_year: 2024/25, index: none,
     when: {placement: [U6]}}
  - {id: agency, kind: placement, unit: night, amount: 150, price_year: 2024/25, index: none,
     when: {placement: [U6], provider: [PR4]}}
  - {id: social_work, kind: process, process: lac.3, unit: week, amount: 70, price_year: 2024/25, index: none}
  - {id: entry, kind: process, process: lac.1, unit: event, amount: 800, price_year: 2024/25, index: none}
  - {id: leaving, kind: process, process: lac.4, unit: event, amount: 300, price_year: 2024/25, index: none}
  - {id: hour, kind: worker_rate, unit: hour, amount: 40, price_year: 2024/25, index: none}
  - {id: review, kind: process, process: lac.6, unit: event, price_year: 2024/25, index: none,
     recipe: [{role: social_worker, hours: 5, rate_id: hour}, {role: manager, hours: 1, rate_id: hour}]}
"""


def _case(**more: str) -> Case:
    return Case(CATALOGUE, **more)


def _changes(*changes: str, start: str = "2025-01-01", more: str = "") -> str:
    listed = "".join(f"    - {change}\n" for change in changes)
    return f"  start: {start}\n{more}  changes:\n{listed}"


def test_a_price_rises_from_its_day_on() -> None:
    case = _case().episode("S", "2025-01-01", None, "K2", "PR4")
    text = _changes("{type: price, match: {entry: home}, change_pct: 10, from: 2025-07-01}")
    # 184 nights x 100.
    told = planned(text, case)
    assert told.difference() == 18400
    assert told.by_month()["2025-07"] == D("3100.00")
    assert "2025-06" not in told.by_month()


def test_a_new_amount_is_that_of_the_placement_and_of_nothing_beside_it() -> None:
    case = _case().episode("S", "2025-01-01", None, "K2", "PR4")
    text = _changes("{type: price, match: {placement: residential}, new_amount: 1100, from: 2025-07-01}")
    assert planned(text, case).difference() == 18400
    # A per cent without an entry or process is of all unit costs of those nights: social work is 10 a night.
    text = _changes("{type: price, match: {placement: residential}, change_pct: 10, from: 2025-07-01}")
    assert planned(text, case).difference() == 184 * 101


def test_a_price_by_age_begins_on_the_birthday() -> None:
    case = _case().born("2009-09-11").episode("S", "2025-01-01", None, "K2", "PR4")
    text = _changes("{type: price, match: {entry: home, age: [16, 17]}, change_pct: 10, from: 2025-01-01}")
    # 16 on 11 September 2025: 112 nights to the end of the year.
    assert planned(text, case).difference() == 11200


def test_a_price_of_the_child_s_own_may_be_named() -> None:
    case = _case().episode("S", "2025-01-01", None, "K2", "PR4").price("2025-01-01", "2026-01-01", "14000")
    text = _changes("{type: price, match: {entry: child_price}, change_pct: -50, from: 2025-12-30}")
    # Two nights at 2,000.
    assert planned(text, case).difference() == -2000


def test_more_children_enter() -> None:
    old = _case().episode("S", "2024-06-01", None, "K2", "PR4")
    new = _case().episode("S", "2025-12-22", None, "K2", "PR4")
    text = _changes("{type: volume, match: {placement: residential}, entrants_pct: 20}")
    # Ten nights x (1,000 + 10) and process 1 (800), a fifth more; the one who was there already: no change.
    assert planned(text, old, new).difference() == D(10 * 1010 + 800) / 5
    # Who enters another placement is not meant.
    foster = _case().episode("S", "2025-12-22", None, "U6")
    assert planned(text, new, foster).difference() == D(10 * 1010 + 800) / 5


def test_volume_after_a_shift_counts_what_was_moved() -> None:
    shift = "{type: shift, from: {placement: K2}, to: {placement: foster_la}, share: 0.5, after_weeks: 1}"
    volume = "{type: volume, match: {}, entrants_pct: 20}"
    case = _case().episode("S", "2025-12-18", None, "K2", "PR4")
    told = planned(_changes(shift, volume), case)
    # 14 nights, half of it moves for the last 7: 7 x 900 / 2 less.
    assert told.difference(1) == -3150
    assert told.difference(2) == (14 * 1010 + 800 - Fraction(3150)) / 5


def test_stays_that_end_last_eight_weeks_less() -> None:
    case = _case().episode("S", "2025-01-01", "2025-10-01", "K2", "PR4", rec="E4")
    text = _changes("{type: duration, match: {placement: K2}, weeks: -8}")
    told = planned(text, case)
    # 56 nights at 1,010; process 4 stays where it was.
    assert told.difference() == -56 * 1010
    # Not before the start of the scenario: 30 September back to 15 September, 16 nights.
    late = _changes("{type: duration, match: {placement: K2}, weeks: -8}", start="2025-09-15")
    assert planned(late, case).difference() == -16 * 1010
    # One that does not end in the period is not meant.
    assert planned(text, case, _case().episode("S", "2025-01-01", None, "K2", "PR4")).difference() == -56560


def test_longer_stays_end_where_the_next_begins() -> None:
    case = _case().episode("S", "2025-01-01", "2025-10-01", "K2", "PR4", rec="E4")
    text = _changes("{type: duration, match: {placement: K2}, weeks: 2}")
    assert planned(text, case).difference() == 14 * 1010
    case = case.episode("S", "2025-10-06", None, "U6")
    assert planned(text, case).difference() == 5 * 1010


def test_of_those_who_moved_the_new_stay_becomes_shorter() -> None:
    case = _case().episode("S", "2025-01-01", "2025-10-01", "K2", "PR4", rec="E4")
    shift = "{type: shift, from: {placement: K2}, to: {placement: foster_la}, share: 0.5, after_weeks: 13}"
    shorter = "{{type: duration, match: {{placement: {0}}}, weeks: {1}}}"
    # Half is in a foster home for the last 182 nights: 28 nights at 110, of half a child.
    assert planned(_changes(shift, shorter.format("foster", -4)), case).difference(2) == -14 * 110
    # It can't be shorter than nothing: 30 weeks are 210 nights.
    assert planned(_changes(shift, shorter.format("foster", -30)), case).difference(2) == -91 * 110
    # The other half is in the home still.
    assert planned(_changes(shift, shorter.format("K2", -4)), case).difference(2) == -14 * 1010


def test_reviews_so_often_a_year_take_the_place_of_those_on_record() -> None:
    case = _case().episode("S", "2025-01-01", None, "K2", "PR4").row("lac_review", review_date="2025-02-01")
    text = _changes("{type: process, process: lac.6, per_year: 3}")
    # 3 x 365 / 365 reviews of 6 hours x 40 = 720, less the one on record: 240.
    told = planned(text, case)
    assert told.difference() == 480
    # February: 28/365 x 720 less 240 = 55.2329 - 240; March: 31/365 x 720 = 61.1507.
    assert (told.by_month()["2025-02"], told.by_month()["2025-03"]) == (D("-184.77"), D("61.15"))
    # From 1 July on: 3 x 184/365; the review of February stays.
    later = planned(_changes("{type: process, process: lac.6, per_year: 3}", start="2025-07-01"), case)
    assert later.difference() == Fraction(3 * 184 * 240, 365)


IN_NEED = """entries:
  - {id: support, kind: process, process: cin.ongoing_support, unit: night, amount: 4, price_year: 2024/25,
     index: none}
  - {id: enquiry, kind: process, process: cin.s47, unit: event, amount: 511, price_year: 2024/25,
     index: none}
  - {id: young, kind: process, process: cin.s47, unit: event, amount: 730, price_year: 2024/25, index: none,
     when: {age_under: 6}}
  - {id: review, kind: process, process: cin.review, unit: event, amount: 219, price_year: 2024/25,
     index: none}
  - {id: conference, kind: process, process: cin.review, unit: event, amount: 365, price_year: 2024/25,
     index: none, when: {cp_conference_review: true}}
"""


def _in_need() -> Case:
    """Support from the assessment on 1 February to the closure on 1 October, less 10 nights in care: 232."""
    case = Case(IN_NEED).need("2025-01-10", "2025-10-01")
    case = case.nested("assessment", "2025-01-10", authorised_date="2025-02-01")
    return case.episode("S", "2025-03-01", "2025-03-11", rec="E4A")


def test_enquiries_so_often_a_year_go_by_the_nights_of_support() -> None:
    case = _in_need().nested("s47_enquiry", "2025-01-10", start_date="2025-01-15", icpc_date=None)
    case = case.nested("s47_enquiry", "2025-01-10", start_date="2025-08-15", icpc_date=None)
    text = "{type: process, process: cin.s47, per_year: 2}"
    told = planned(_changes(text), case)
    # Two on record: 1,022. 2 x 232 / 365 x 511 = 649.60; support itself stays.
    assert told.difference() == Fraction(2 * 232 * 511, 365) - 1022
    # March less the 10 nights in care: 2 x 21 / 365 x 511 = 58.80.
    assert told.by_month()["2025-03"] == D("58.80")
    # In January nothing but the enquiry goes: nobody is supported yet.
    assert told.by_month()["2025-01"] == D("-511.00")
    # From 1 July on: 92 nights; the enquiry of January stays.
    later = planned(_changes(text, start="2025-07-01"), case)
    assert later.difference() == Fraction(2 * 92 * 511, 365) - 511
    # None a year.
    assert planned(_changes("{type: process, process: cin.s47, per_year: 0}"), case).difference() == -1022
    # Age counts by night: 6 on 1 June, so 110 nights at 730, of (28 + 21 + 30 + 31), and 122 at 511.
    young = planned(_changes(text), case.born("2019-06-01"))
    assert young.difference() == Fraction(2 * (110 * 730 + 122 * 511), 365) - 730 - 511


def test_reviews_so_often_a_year_are_conferences_while_there_is_a_protection_plan() -> None:
    case = _in_need().nested("cp_plan", "2025-01-10", start_date="2025-04-01", end_date="2025-07-01")
    case = case.nested("cp_review", "2025-01-10", review_date="2025-06-15", cpp_start_date="2025-04-01")
    told = planned(_changes("{type: process, process: cin.review, per_year: 4}"), case)
    # 91 nights on the plan: 4 x 91 / 365 x 365 = 364; the other 141: 4 x 141 / 365 x 219 = 338.40. One of
    # 365 was on record.
    assert told.difference() == Fraction(4 * 91) + Fraction(4 * 141 * 219, 365) - 365
    assert told.found.faults.is_empty()
    # Twice in the place of four times, after that: half of it.
    four = "{type: process, process: cin.review, per_year: 4}"
    both = planned(_changes(four, four.replace("4", "2")), case)
    assert both.difference(2) == -(Fraction(2 * 91) + Fraction(2 * 141 * 219, 365))


def test_a_process_of_a_child_who_is_never_supported_only_goes_away() -> None:
    case = Case(IN_NEED).need("2025-01-10", "2025-10-01")
    case = case.nested("s47_enquiry", "2025-01-10", start_date="2025-01-15", icpc_date=None)
    assert planned(_changes("{type: process, process: cin.s47, per_year: 2}"), case).difference() == -511


def test_hours_of_a_role_change_what_a_recipe_comes_to() -> None:
    case = _case().episode("S", "2025-01-01", None, "K2", "PR4").row("lac_review", review_date="2025-02-01")
    text = _changes("{type: process, process: lac.6, hours: {social_worker: 8}}")
    # 8 + 1 hours in the place of 5 + 1: 3 x 40.
    assert planned(text, case).difference() == 120


def test_a_mix_of_providers_prices_each_night_in_parts() -> None:
    case = _case().episode("S", "2025-01-01", None, "U6", "PR1")
    text = _changes("{type: provider_mix, placement: foster, mix: {PR1: 0.6, PR4: 0.4}}", start="2025-12-02")
    # 30 nights: 0.6 x 100 + 0.4 x 150 = 120 in the place of 100. No one moves: no process 5.
    told = planned(text, case)
    assert told.difference() == 600
    assert list(told.by_month()) == ["2025-12"]


def test_a_new_service_that_avoids_entries() -> None:
    case = _case().episode("S", "2025-12-22", None, "K2", "PR4")
    text = _changes(
        "{type: new_service, cost: {fixed: 500, per_child: 100}, eligible: {placement: residential},"
        " effect: {type: avoid_entry, rate: 0.3}}"
    )
    told = planned(text, case)
    assert told.difference() == -D("0.3") * (10 * 1010 + 800)
    assert told.found.moved == [Fraction("0.3")]
    assert sum(told.found.paid.values()) == 30


def test_a_new_service_that_shortens_or_moves() -> None:
    ends = _case().episode("S", "2025-01-01", "2025-10-01", "K2", "PR4", rec="E4")
    service = "{{type: new_service, cost: {{per_child: 100}}, eligible: {{placement: K2}}, effect: {{{0}}}}}"
    short = planned(_changes(service.format("type: duration, rate: 0.5, weeks: -8")), ends)
    assert short.difference() == -28 * 1010
    assert sum(short.found.paid.values()) == 50
    move = "type: shift, rate: 0.5, to: {placement: foster_la}, after_weeks: 13"
    # 1 January + 91 nights = 2 April; to 1 October 182 nights x 900. Process 5 is not priced.
    assert planned(_changes(service.format(move)), ends).difference() == -91 * 900


def test_prices_of_an_index_rise_year_by_year() -> None:
    case = _case().episode("S", "2025-01-01", None, "K2", "PR4")
    text = _changes("{type: inflation, index: gdp_deflator, pct_by_year: {2024/25: 2, 2025/26: 5}}",
                    start="2025-03-01")  # fmt: skip
    # March at 1.02; 275 nights from April at 1.02 x 1.05 = 1.071. What has no such index stays.
    assert planned(text, case).difference() == 31 * 20 + 275 * 71


def test_contributions_do_not_rise_with_prices() -> None:
    case = _case().episode("S", "2025-12-22", None, "K2", "PR4")
    case = case.price("2025-12-22", "2026-01-01", "14000")
    case = case.price("2025-12-22", "2026-01-01", "700", entry_id="contribution_health")
    text = _changes("{type: price, match: {placement: K2, process: lac.3}, change_pct: 10, from: 2025-01-01}")
    told = planned(text, case)
    # Ten nights: 2,000 and social work 10, less 100 of health, and process 1.
    assert told.base == 10 * (2000 + 10 - 100) + 800
    assert told.difference() == 10 * 201


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ("{type: price, match: {entry: no_such}, change_pct: 1, from: 2025-01-01}", "no entry `no_such`"),
        ("{type: inflation, index: local_pay, pct_by_year: {2025/26: 1}}", "has the index `local_pay`"),
        ("{type: process, process: lac.8, per_year: 1}", "prices the process lac.8"),
        ("{type: process, process: lac.3, per_year: 1}", "priced by time"),
        ("{type: process, process: lac.6, hours: {nurse: 1}}", "a recipe with nurse"),
        ("{type: shift, from: {}, to: {placement: K1}, share: 1, after_weeks: 1, "
         "enhanced_support: none_such}",
         "no entry `none_such`"),
        ("{type: shift, from: {}, to: {placement: K1}, share: 1, after_weeks: 1, enhanced_support: hour}",
         "`hour` is by hour"),
    ],
)  # fmt: skip
def test_what_the_catalogue_does_not_have_is_refused_with_the_change_and_line(change: str, said: str) -> None:
    case = _case().episode("S", "2025-01-01", None, "K2", "PR4")
    with pytest.raises(UsageError) as error:
        planned(_changes("{type: volume, match: {}, entrants_pct: 0}", change), case)
    assert said in str(error.value)
    assert "change 2" in str(error.value)
    assert "line 6" in str(error.value)


def test_moved_nights_without_a_price_are_told_with_their_count() -> None:
    case = _case().episode("S", "2025-01-01", None, "K2", "PR4")
    text = _changes(
        "{type: shift, from: {placement: K2}, to: {placement: kinship}, share: 0.5, after_weeks: 26}"
    )
    faults = planned(text, case).found.faults
    assert faults.select("step", "process", "kind", "count").rows() == [(1, "lac.3", "placement", 183)]
    assert "child_no" not in faults.columns
