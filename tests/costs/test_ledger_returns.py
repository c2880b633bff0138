"""Returns written by hand, merged and made into journeys as a run does, then costed."""

from __future__ import annotations

from datetime import date

import polars as pl
from story import Story, Told

from childjourneys.costs.kernel import LedgerKernel
from childjourneys.costs.loading import load_catalogue
from childjourneys.domain.calendar import england

LA = "330"


def _costed(told: Told, first: date, last: date) -> dict[str, pl.DataFrame]:
    kernel = LedgerKernel(load_catalogue(), first, last, england(), frozenset({LA}))
    journeys = {"events": told.events, "spells": told.spells, "children": told.children}
    return kernel({**told.tables, **journeys})


def _lines(costed: dict[str, pl.DataFrame], process: str) -> list[tuple[str, str, int]]:
    rows = costed["cost_ledger"].filter(pl.col("process").str.starts_with(process))
    return [
        (entry, str(day), pence) for entry, day, pence in rows.select("entry_id", "date_from", "pence").rows()
    ]


def test_a_census_case_from_referral_to_closure() -> None:
    story = Story()
    census = story.census(2024, la=LA)
    census.add("child", "A", birth_date="2012-05-05", sex="F", disability="NONE")
    census.add("need_episode", "A", referral_date="2023-05-01", nfa=False, closure_date="2023-09-15",
               closure_reason="RC1")  # fmt: skip
    parent = 3
    linked = {"referral_date": "2023-05-01", "parent_row": parent}
    census.add("assessment", "A", start_date="2023-05-02", authorised_date="2023-05-15", **linked)
    census.add("s47_enquiry", "A", start_date="2023-05-10", icpc_date="2023-05-25", **linked)
    census.add("cp_plan", "A", start_date="2023-05-25", end_date="2023-08-15", **linked)
    census.add("need_episode", "A", referral_date="2023-11-01", nfa=True)
    costed = _costed(story.tell(), date(2023, 4, 1), date(2024, 3, 31))
    assert _lines(costed, "cin.contact") == [
        ("cin1_std", "2023-05-01", 18_600), ("cin1_nfa", "2023-11-01", 20_700),
    ]  # fmt: skip
    assert _lines(costed, "cin.assessment") == [("cin2_std", "2023-05-15", 27_100)]
    assert _lines(costed, "cin.s47") == [("cin7_std", "2023-05-10", 51_100)]
    assert _lines(costed, "cin.close_case") == [("cin4", "2023-09-15", 19_500)]
    # 15 to 25 May: 10 of 31 days at 107 a month; 25 May to 15 August: 2 months and 21 of 31 days at 263;
    # 15 August to 15 September: a month at 107.
    ongoing = costed["cost_ledger"].filter(pl.col("process") == "cin.ongoing_support")
    total = ongoing.group_by("entry_id").agg(pl.col("pence").sum(), pl.col("nights").sum()).sort("entry_id")
    assert total.rows() == [("cin3_cpp", 70_416, 82), ("cin3_std", 3_452 + 10_700, 41)]
    assert costed["cost_children"]["nights"].item() == 0


def test_care_of_two_returns_with_support_before_it() -> None:
    story = Story()
    census = story.census(2024, la=LA)
    census.add("child", "A", birth_date="2012-05-05", sex="F", disability="NONE")
    census.add("need_episode", "A", referral_date="2023-05-01", nfa=False)
    census.add("assessment", "A", start_date="2023-05-01", authorised_date="2023-06-01",
               referral_date="2023-05-01", parent_row=3)  # fmt: skip
    for year, end in ((2024, None), (2025, "2024-06-01")):
        care = story.ssda903(year, la=LA)
        care.add("child", "A", sheet="Header", birth_date="2012-05-05", sex="F")
        care.add("care_episode", "A", sheet="Episodes", episode_start_date="2023-08-01",
                 reason_new_episode="S",
                 legal_status="C2", category_of_need="N1", placement_type="U6", placement_provider="PR1",
                 episode_end_date=end, reason_episode_ceased="E4A" if end else None)  # fmt: skip
        care.add("review", "A", sheet="Reviews", review_date="2023-08-20")
    costed = _costed(story.tell(), date(2023, 4, 1), date(2024, 7, 31))
    # Ten whole months; support is paid for before and after them, not during care.
    assert sum(pence for *_, pence in _lines(costed, "lac.3")) == 10 * 184_600
    assert [line[:2] for line in _lines(costed, "lac.")][:1] == [("p1_foster_0910", "2023-08-01")]
    assert _lines(costed, "lac.4") == [("p4_foster_0910", "2024-06-01", 28_800)]
    assert _lines(costed, "lac.6") == [("p6_foster_0910", "2023-08-20", 44_600)]
    assert _lines(costed, "lac.7") == [("p7_foster_0910", "2023-08-01", 302_600)]
    support = costed["cost_ledger"].filter(pl.col("process") == "cin.ongoing_support")
    assert support.filter(pl.col("date_from").is_between(date(2023, 8, 1), date(2024, 5, 31))).is_empty()
    assert support.filter(pl.col("date_from") < date(2023, 8, 1))["pence"].sum() == 2 * 10_700
    # A row for the prices of each year, with the same nights.
    assert costed["cost_children"].select("price_year", "nights").rows() == [
        ("2008/09", 305),
        ("2009/10", 305),
    ]
