"""Which periods an indicator is told for: covered years, six months of Annex A alone, and reasons."""

from __future__ import annotations

import pickle
from datetime import date

import pytest
from story import Story
from told_indicators import Rows, case, kernel_of, tell

from childjourneys.indicators.catalogue import catalogue
from childjourneys.indicators.results import INDICATOR_TABLE


def _periods(found: Rows, indicator: str, la: str = "301") -> list[tuple[date | None, date | None]]:
    rows = found.table.filter(indicator=indicator, la_code=la)
    return rows.select("from", "to").rows()


def test_every_row_of_the_list_is_there_for_every_authority() -> None:
    story = Story()
    case(story.census(2023), "A", "2022-05-01")
    story.annex("2024-12-31", la="302")
    found = tell(story)
    expected = [row.id for what in catalogue().values() for row in what.rows]
    for la in ("301", "302"):
        mine = found.table.filter(la_code=la)["indicator"].unique(maintain_order=True).to_list()
        assert mine == expected
    assert found.table.columns == list(INDICATOR_TABLE.schema)
    assert found.table.schema == INDICATOR_TABLE.schema


def test_years_wholly_covered_and_gaps_between_them() -> None:
    story = Story()
    for year in (2020, 2021, 2023):
        story.census(year)
    found = tell(story)
    years = [(date(y - 1, 4, 1), date(y, 3, 31)) for y in (2020, 2021, 2023)]
    assert _periods(found, "referral_count") == years
    # Only 2021 has the year before; 2023 follows a gap.
    told = found.table.filter(indicator="re_referral_12m", available=True)
    assert told["to"].to_list() == [date(2021, 3, 31)]


def test_annex_a_alone_gives_its_six_months() -> None:
    story = Story()
    annex = story.annex("2024-12-31")
    annex.add("referral", "A", "List_3", referral_date="2024-06-30")
    annex.add("referral", "B", "List_3", referral_date="2024-12-31")
    annex.add("referral", "C", "List_3", referral_date="2024-06-29")
    found = tell(story)
    assert _periods(found, "referral_count") == [(date(2024, 6, 30), date(2024, 12, 31))]
    assert found.of("referral_count") == (2, None)
    assert found.one("referral_count")["national_value"] is None
    assert found.one("nfa_pct")["national_value"] == pytest.approx(0.065)


def test_annex_a_beside_a_census_adds_no_part_of_a_year() -> None:
    story = Story()
    story.census(2024)
    story.annex("2024-06-30")
    assert _periods(tell(story), "referral_count") == [(date(2023, 4, 1), date(2024, 3, 31))]


def test_a_list_that_is_absent_says_nothing() -> None:
    story = Story()
    story.annex("2024-12-31", lists=(3,))
    found = tell(story)
    assert found.of("referral_count") == (0, None)
    row = found.one("s47_rate")
    assert (row["available"], row["from"], row["to"], row["numerator"]) == (False, None, None, None)
    assert row["reason"] == (
        "No return carries s47 (section 47 enquiry starts); the CIN census, or Annex A list 5 would."
    )


def test_a_year_without_cases_has_no_value_and_says_so() -> None:
    story = Story()
    story.census(2023)
    row = tell(story).one("nfa_pct", 2023)
    assert (row["available"], row["numerator"], row["denominator"]) == (True, 0, 0)
    assert (row["value"], row["low"], row["high"]) == (None, None, None)
    assert row["reason"] == "Nothing to count in the period."


def test_authorities_are_never_mixed() -> None:
    story = Story()
    for la, referrals in (("301", 1), ("302", 2)):
        census = story.census(2023, f"cin_{la}.xml", la)
        for number in range(referrals):
            case(
                census,
                "A",
                f"2022-0{5 + number}-01",
                closure_date=f"2022-0{5 + number}-02",
                closure_reason="RC7",
            )
    found = tell(story)
    assert [found.of("referral_count", 2023, la) for la in ("301", "302")] == [(1, None), (2, None)]
    assert [found.of("cin_any_point", 2023, la) for la in ("301", "302")] == [(1, None), (1, None)]


def test_the_kernel_can_be_sent_elsewhere() -> None:
    story = Story()
    story.census(2023)
    kernel = kernel_of(story.tell_coverage())
    sent = pickle.loads(pickle.dumps(kernel))
    assert sent.periods.equals(kernel.periods)
    assert sent.settings == kernel.settings
