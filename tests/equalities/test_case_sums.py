"""Cases of indicators in context: the same groups and clusters as an archetype's anchors have."""

from __future__ import annotations

from datetime import date

import polars as pl
from context_story import AUTHORISED, ENQUIRED, LA, Written, day
from polars.testing import assert_frame_equal
from test_group_sums import invented

from childjourneys.archetypes.authority import Authority
from childjourneys.archetypes.journeys import journeys_of
from childjourneys.equalities.cases import case_sums
from childjourneys.equalities.groups import in_rate
from childjourneys.equalities.sums import SUMS, added_up
from childjourneys.indicators.in_context import CASES, GROUPED, latest_years
from childjourneys.indicators.kernel import COUNTERS
from childjourneys.indicators.periods import Period


def authority(written: Written) -> Authority:
    return journeys_of(**written.frames()).authority(LA)


def cases_of(written: Written, definition: str, event: str) -> pl.DataFrame:
    """The anchors in the rate of an archetype, as if an indicator had counted them."""
    decided = written.decided(definition)[LA]
    anchors = in_rate(decided)
    here = decided.case.authority
    return pl.DataFrame(
        {
            "child_id": here.child_ids.gather(anchors.points.child),
            "event": [event] * len(anchors.points),
            "date": here.source["date"].gather(anchors.points.event),
            "match": anchors.match,
        }
    )


def test_sums_are_those_of_an_archetype_with_these_anchors() -> None:
    """One referral or assessment a day and child, so that each case is one event."""
    written = invented(seed=3, children=60)
    names = {"enquired": (ENQUIRED, "referral"), "authorised": (AUTHORISED, "assessment_authorised")}
    cases = {
        name: cases_of(written, text, event).unique(["child_id", "date"], maintain_order=True)
        for name, (text, event) in names.items()
    }
    for name, (text, event) in names.items():
        assert cases[name].height == cases_of(written, text, event).height > 20, "the story has one a day"
    found = case_sums(cases, authority(written), written.about())
    wanted = written.sums(*(text for text, _ in names.values()))
    assert found.schema == SUMS
    assert_frame_equal(added_up(found), added_up(wanted))


def test_a_case_without_its_event_is_in_no_group_of_a_referral() -> None:
    written = Written()
    written.child("A", sex="F")
    written.referral("A", "2022-03-01", "1", primary_need="N1")
    written.referral("A", "2022-09-01", "2", primary_need="N2")
    rows = [
        {"child_id": "A", "event": "referral", "date": day(on), "match": match}
        for on, match in (("2022-03-01", True), ("2022-09-01", False), ("2022-10-01", True))
    ]
    rows.append({"child_id": "NOBODY", "event": "referral", "date": day("2022-03-01"), "match": True})
    cases = pl.DataFrame(rows, schema_overrides={"date": pl.Date})
    found = added_up(case_sums({"m": cases}, authority(written), written.about()))

    def counts(dimension: str) -> dict[str | None, tuple[int, int]]:
        mine = found.filter(pl.col("dimension") == dimension)
        return {group: (n, m) for group, n, m in mine.select("group", "n", "matches").iter_rows()}

    assert counts("primary_need") == {"N1": (1, 1), "N2": (1, 0), "not known": (1, 1), None: (2, 1)}
    assert counts("sex") == {"F": (3, 2), None: (3, 2)}


def test_nothing_gives_nothing() -> None:
    written = Written()
    written.referral("A", "2022-03-01", "1")
    empty = pl.DataFrame(schema=CASES).drop("la_code")
    assert case_sums({"m": empty}, authority(written), written.about()).is_empty()


def test_the_latest_whole_year_of_each_indicator_and_authority() -> None:
    def year(la: str, first: int, indicator: str = "nfa_pct", reason: str = "") -> Period:
        return Period(indicator, la, date(first, 4, 1), date(first + 1, 3, 31), None, None, reason)

    half = Period("nfa_pct", "302", date(2024, 1, 1), date(2024, 6, 30))
    found = latest_years([
        year("301", 2022), year("301", 2023), year("301", 2021), year("301", 2024, reason="not told"), half,
        year("301", 2022, "cpp_repeat_ever"), year("301", 2023, "referral_count"), Period("nfa_pct", "303"),
    ])  # fmt: skip
    assert [(one.indicator, one.la_code, one.first.year) for one in found if one.first] == [
        ("nfa_pct", "301", 2023), ("cpp_repeat_ever", "301", 2022),
    ]  # fmt: skip
    assert len(found) == 2


def test_every_grouped_indicator_is_counted_too() -> None:
    assert set(GROUPED) <= set(COUNTERS)
