"""What is doubtful in the data is said once per child, with its first day and how many nights it concerns."""

from __future__ import annotations

from datetime import date
from typing import Any

import polars as pl
from both_costings import frames_of
from costed import Case

from childjourneys.costs.kernel import LedgerKernel
from childjourneys.domain.calendar import england
from childjourneys.tables.costs import ledger_as_written

NIGHT = """
entries:
  - {id: night, kind: placement, unit: night, amount: 100, price_year: 2024/25}
  - {id: away, kind: fee, unit: night, amount: 30, price_year: 2024/25, when: {placement: [T3]}}
"""


def _told(case: Case, **columns: Any) -> dict[str, pl.DataFrame]:
    run = case.run()
    kernel = LedgerKernel(run.catalogue, run.start, run.end, england(), frozenset({"330"}))
    tables = frames_of(run)
    tables["care_chain"] = tables["care_chain"].with_columns(**columns)
    return kernel(tables)


def _said(told: dict[str, pl.DataFrame], about: str) -> list[tuple[str, str, date, int]]:
    found = told["cost_issues"].filter(pl.col("what").str.contains(about))
    return found.select("severity", "code", "date", "count").rows()


def test_the_later_of_two_placements_ends_the_earlier() -> None:
    # To 20 January, and from the 11th: 10 nights, then 9 to the second's end on the 20th; no more after it.
    case = Case(NIGHT).episode("S", "2025-01-01", "2025-02-20").episode("P", "2025-01-11", "2025-01-20")
    told = _told(case)
    assert told["cost_ledger"].filter(pl.col("process") == "lac.3")["nights"].to_list() == [10, 9]
    assert _said(told, "overlap") == [("warning", "cost-data", date(2025, 1, 1), 1)]


def test_an_overlap_that_was_taken_out_before_is_said_where_the_chain_tells_of_it() -> None:
    case = Case(NIGHT).episode("S", "2025-01-01", "2025-01-11").episode("P", "2025-01-11", "2025-01-20")
    told = _told(case, end_replaced=pl.col("start") == date(2025, 1, 1))
    assert _said(told, "overlap") == [("warning", "cost-data", date(2025, 1, 1), 1)]
    assert _said(_told(case), "overlap") == []


def test_days_in_care_without_a_placement_are_named() -> None:
    case = Case(NIGHT).episode("S", "2025-01-01", "2025-01-11").episode("P", "2025-01-15", "2025-01-20")
    told = _told(case)
    assert _said(told, "No placement is on record") == [("warning", "cost-data", date(2025, 1, 11), 4)]
    assert told["cost_children"]["nights"].item() == 15


def test_agreements_for_short_breaks_are_listed_and_not_charged() -> None:
    case = (
        Case(NIGHT)
        .short_break("2025-02-01", "2025-02-09", status="V4")
        .short_break("2025-03-01", "2025-03-03")
    )
    told = _told(case)
    assert _said(told, "V4") == [("note", "cost-data", date(2025, 2, 1), 1)]
    assert told["cost_children"]["nights"].item() == 2
    assert told["cost_ledger"]["pence"].sum() == 20_000
    assert told["cost_ledger"]["period_of_care"].null_count() == 1


def test_a_placement_before_birth_is_said() -> None:
    told = _told(Case(NIGHT).born("2025-01-05").episode("S", "2025-01-01", "2025-01-11"))
    assert _said(told, "before the child was born") == [("warning", "cost-data", date(2025, 1, 1), 4)]
    assert told["cost_children"]["nights"].item() == 10


def test_a_review_outside_care_is_said() -> None:
    case = Case(NIGHT).episode("S", "2025-01-01", "2025-01-11", rec="E4A")
    case.row("lac_review", review_date="2025-01-11").row("lac_review", review_date="2025-01-12")
    assert _said(_told(case), "no day of a period of care") == [
        ("warning", "cost-data", date(2025, 1, 12), 1)
    ]


def test_a_temporary_carer_is_paid_besides_where_a_fee_names_the_code() -> None:
    case = Case(NIGHT).episode("S", "2025-01-01", "2025-01-11")
    case.episode("P", "2025-01-11", "2025-01-14", "T3", "PR4").episode("P", "2025-01-14", "2025-01-20")
    ledger = _told(case)["cost_ledger"].filter(pl.col("process") == "lac.3")
    assert ledger.select("entry_id", "nights", "pence", "placement_type", "provider", "rule").rows() == [
        ("night", 19, 190_000, "U6", "PR1", "R3"),
        ("away", 3, 9_000, "T3", "PR4", "R6"),
    ]
    assert ledger["placement_no"].to_list() == [1, 1]


def test_faults_of_one_kind_are_one_line_with_their_nights() -> None:
    both = NIGHT + "  - {id: other, kind: placement, unit: night, amount: 90, price_year: 2024/25}\n"
    case = Case(both).episode("S", "2025-01-01", "2025-01-11").episode("P", "2025-02-01", "2025-02-06")
    told = _told(case)["cost_issues"].filter(pl.col("severity") == "error")
    assert told.select("code", "process", "kind", "date", "count", "entry_ids").rows() == [
        ("cost-ambiguous", "lac.3", "placement", date(2025, 1, 1), 15, "night; other")
    ]


def test_a_file_of_the_ledger_can_be_checked_with_a_calculator() -> None:
    month = NIGHT.replace("unit: night, amount: 100", "unit: week, amount: 333.33")
    told = _told(Case(month).episode("S", "2025-01-01", "2025-02-12"))
    written = ledger_as_written(told["cost_ledger"].filter(pl.col("process") == "lac.3"))
    # 42 nights are six weeks: 6 x 333.33 = 1,999.98, of which January has 31 nights of 42.
    assert written.select(
        "date_from", "date_to", "nights", "quantity", "unit_cost", "amount"
    ).write_csv() == (
        "date_from,date_to,nights,quantity,unit_cost,amount\n"
        "2025-01-01,2025-01-31,31,4.428571,333.33,1476.18\n"
        "2025-02-01,2025-02-11,11,1.571429,333.33,523.80\n"
    )


def test_two_periods_of_care_that_begin_on_one_day_have_a_line_each() -> None:
    catalogue = """
entries:
  - {id: entry, kind: process, process: lac.1, unit: event, amount: 10, price_year: 2024/25}
  - {id: order, kind: process, process: lac.7, unit: event, amount: 20, price_year: 2024/25}
"""
    case = Case(catalogue).episode("S", "2025-01-10", "2025-01-10").episode("S", "2025-01-10", "2025-03-01")
    lines = _told(case)["cost_ledger"].select("process", "period_of_care", "placement_no").rows()
    assert sorted(lines) == [("lac.1", 1, 1), ("lac.1", 2, 1), ("lac.7", 1, 1), ("lac.7", 2, 1)]


def test_care_that_begins_without_a_reason_is_charged_by_night_and_said() -> None:
    case = Case(NIGHT).episode("S", "2025-01-01", "2025-01-11").episode("P", "2025-01-11", "2025-01-20")
    none = pl.lit(None, dtype=pl.String)
    told = _told(case, reason_new_episode=none)
    assert told["cost_ledger"]["nights"].to_list() == [10, 9]
    assert _said(told, "process 1") == [("warning", "cost-data", date(2025, 1, 1), 1)]
    assert _said(told, "process 5") == [("warning", "cost-data", date(2025, 1, 11), 1)]
    assert _said(_told(case), "RNE") == []
    early = Case(NIGHT, start="2025-01-12").episode("S", "2025-01-01", "2025-01-20")
    assert _said(_told(early, reason_new_episode=none), "RNE") == [], "it began before the period"
