"""Shares of outcomes and referral partners: who is in a denominator, and when a month is judged."""

from __future__ import annotations

from datetime import date, timedelta
from itertools import pairwise
from math import comb
from random import Random

import polars as pl
import pytest
from pathway_cases import LONG, START, after, child, coverage, decide, journey, until

from childjourneys.domain.proportions import prediction_limits
from childjourneys.pathways.enquiries import STEP1, STEP2
from childjourneys.pathways.referrals import OUTCOMES
from childjourneys.pathways.summaries import SHARES, summarise_pathways

FRONT = ("referral", "assessment_start", "s47")


def summed(rows: list[dict[str, object]], covered: pl.DataFrame) -> dict[str, pl.DataFrame]:
    names = {(str(row.get("la_code", "301")), str(row.get("child_id", "A"))) for row in rows}
    children = pl.concat([child(la_code=la, child_id=name, sex="F") for la, name in sorted(names)])
    found = decide(journey(rows), covered, children)
    return summarise_pathways(found["referral_outcomes"], found["s47_pathways"], found["contacts"], covered)


def referred(name: str, days: int, assessed: int | None = None, enquired: int | None = None,
             **known: object) -> list[dict[str, object]]:  # fmt: skip
    """A referral of one child, and what followed so many days after it."""
    rows: list[dict[str, object]] = [
        {"event": "referral", "date": after(days), "child_id": name, "attributes": known}
    ]
    for event, later in (("assessment_start", assessed), ("s47", enquired)):
        if later is not None:
            rows.append({"event": event, "date": after(days + later), "child_id": name, "record": event})
    return rows


# Covered from 2023 until 9 February 2024, 30 days after START: of those of later days the window has not run.
WORKED = [
    *referred("A", 0, 5),
    *referred("B", 0, 5, 6),
    *referred("C", -1),
    *referred("D", -2, None, 0),
    *referred("E", 20, 0, 0),
    *referred("F", 20, 0),
    *referred("G", -600, 3),
    *referred("H", -600, 3, 3),
    *referred("I", 0, while_open=True),
]


def test_shares_are_of_those_whose_window_was_seen() -> None:
    found = summed(WORKED, until(30))["referral_outcomes"].filter(dimension="all")
    assert found["outcome", "count", "n", "matches", "rate"].rows() == [
        ("S17", 1, 4, 1, 0.25),
        ("S47", 1, 4, 1, 0.25),
        ("S17 and S47", 3, 4, 1, 0.25),
        ("NFA", 1, 4, 1, 0.25),
        ("too recent", 1, None, None, None),
        ("not covered", 1, None, None, None),
    ]
    assert found["low"][0] == pytest.approx(0.0456, abs=1e-4)
    assert found["high"][0] == pytest.approx(0.6994, abs=1e-4)


def test_a_referral_while_a_case_was_open_is_in_a_row_of_its_own() -> None:
    found = summed(WORKED, until(30))["referral_outcomes"]
    case = found.filter(pl.col("dimension") == "case", pl.col("outcome") == "NFA")
    assert case["group", "count", "n"].rows() == [("no case open", 1, 4), ("case open", 1, 1)]
    assert found.filter(pl.col("dimension") != "case").filter(dimension="sex")["count"].sum() == 8


def test_of_an_enquiry_both_steps() -> None:
    rows = [
        *referred("A", 0, None, 0),
        {"event": "icpc", "date": after(10), "child_id": "A", "record": "s47"},
        {"event": "cpp_start", "date": after(11), "child_id": "A"},
        *referred("B", 0, None, 0),
        {"event": "icpc", "date": after(10), "child_id": "B", "record": "s47"},
        *referred("C", 0, None, 0),
        *referred("D", 100, None, 0),
        *referred("E", 100, None, 0),
        {"event": "icpc", "date": after(101), "child_id": "E", "record": "s47"},
    ]
    found = summed(rows, until(110))["s47_pathways"].filter(dimension="all")
    assert found["step", "outcome", "count", "n", "matches"].rows() == [
        (1, "ICPC", 3, 3, 2),
        (1, "CPP start", 0, 3, 0),
        (1, "no ICPC nor CPP", 1, 3, 1),
        (1, "too recent", 1, None, None),
        (1, "not covered", 0, None, None),
        (2, "CPP start", 1, 2, 1),
        (2, "no CPP", 1, 2, 1),
        (2, "too recent", 1, None, None),
        (2, "not covered", 0, None, None),
    ]


def test_months_are_marked_when_a_window_of_theirs_is_not_seen() -> None:
    rows = [*referred("A", -40), *referred("B", 0), *referred("C", 25)]
    covered = coverage(dict.fromkeys(FRONT, ((date(2023, 12, 1), date(2024, 3, 1)),)))
    found = summed(rows, covered)["referral_outcomes"]
    months = found.filter(dimension="month", outcome="NFA")["group", "complete"].rows()
    assert months == [("2023-12", True), ("2024-01", True), ("2024-02", False)]
    assert (
        found.filter(pl.col("dimension") != "month")["complete"].null_count()
        == found.filter(pl.col("dimension") != "month").height
    )


def test_groups_add_up_and_stand_in_order() -> None:
    random = Random(7)
    rows: list[dict[str, object]] = []
    choices: dict[str, tuple[str | None, ...]] = {
        "referral_source": ("1A", "5D", "6", None),
        "primary_need": ("N1", "N4", None),
        "team": ("b", "a", None),
    }
    for number in range(120):
        known = {name: random.choice(values) for name, values in choices.items()}
        known = {name: value for name, value in known.items() if value}
        assessed = random.choice((None, 3, 31))
        mine = referred(f"c{number:03}", random.randint(-500, 300), assessed, **known)
        rows += [{**row, "la_code": ("301", "302")[number % 2]} for row in mine]
    covered = pl.concat([until(310), until(310).with_columns(la_code=pl.lit("302"))])
    found = summed(rows, covered)
    shares = found["referral_outcomes"]
    totals = shares.group_by("la_code", "dimension").agg(pl.col("count").sum(), pl.col("matches").sum())
    same = totals.group_by("la_code").agg(pl.col("count", "matches").n_unique())
    assert same["count", "matches"].rows() == [(1, 1), (1, 1)]
    within = (
        shares.filter(pl.col("n").is_not_null())
        .group_by("la_code", "dimension", "group")
        .agg(pl.col("matches").sum() == pl.col("n").first())
    )
    assert within["matches"].all()
    assert shares["outcome"].to_list() == list(OUTCOMES) * (shares.height // len(OUTCOMES))
    teams = shares.filter(la_code="301", dimension="team", outcome="NFA")["group"].to_list()
    sources = shares.filter(la_code="301", dimension="referral_source", outcome="NFA")["group"].to_list()
    assert (teams, sources) == (["a", "b", "not known"], ["1A", "5D", "6", "not known"])
    again = summed(list(reversed(rows)), covered)
    assert all(found[name].equals(again[name]) for name in found)


def test_nothing_gives_empty_frames() -> None:
    found = summed([{"event": "cp_review", "date": START}], coverage({"cp_review": [LONG]}))
    assert [frame.height for frame in found.values()] == [0, 0, 0]
    assert found["s47_pathways"].schema == pl.Schema(SHARES)
    assert set(STEP1) & set(STEP2) == {"CPP start", "too recent", "not covered"}


def month_starts(first: date, months: int) -> list[date]:
    return [
        date(first.year + (first.month - 1 + n) // 12, (first.month - 1 + n) % 12 + 1, 1)
        for n in range(months)
    ]


def partner_rows(refused: list[int], size: int, source: str = "6") -> list[dict[str, object]]:
    """Referrals of one source from January 2023: `size` a month, of which some were refused."""
    rows: list[dict[str, object]] = []
    for at, (month, none) in enumerate(
        zip(month_starts(date(2023, 1, 1), len(refused)), refused, strict=True)
    ):
        for number in range(size):
            days = (month - START).days
            rows += referred(
                f"{source}-{at}-{number}", days, None if number < none else 1, referral_source=source
            )
    return rows


def test_a_month_is_judged_by_the_sources_own_twelve_months_before() -> None:
    rows = partner_rows([2] * 12 + [8, 2, 0], 10)
    found = summed(rows, coverage())["referral_partners"].head(15)
    assert found["months_before"].to_list() == list(range(15))
    assert found["outside"].to_list() == [None] * 12 + ["99.8", "none", "none"]
    judged = found.row(12, named=True)
    assert (judged["month"], judged["referrals"], judged["assessments"]) == ("2024-01", 10, 2)
    assert (judged["n"], judged["matches"], judged["rate"], judged["mean"]) == (10, 8, 0.8, 0.2)
    # At 20% the chance of 5 or more of 10 is 3.3%, of 6 or more 0.6%; of 7 or more 0.09%, and more than 0.1%
    # as 24 of 120 may come from a somewhat higher rate.
    assert (judged["low95"], judged["high95"], judged["high998"]) == (0.0, 0.5, 0.7)
    assert found.row(13, named=True)["mean"] == pytest.approx(32 / 130)
    assert found["low95"].head(12).null_count() == 12


def test_incomplete_months_are_marked_and_neither_judged_nor_history() -> None:
    ranges = ((date(2023, 1, 1), date(2023, 6, 29)), (date(2023, 7, 1), date(2024, 5, 20)))
    covered = coverage(dict.fromkeys(FRONT, ranges))
    found = summed(partner_rows([2] * 17, 10), covered)["referral_partners"]
    rows = found["month", "complete", "months_before", "outside"].rows()
    assert [month for month, complete, _, _ in rows if not complete] == [
        "2023-05", "2023-06", "2024-04", "2024-05",
    ]  # fmt: skip
    assert rows[13] == ("2024-02", True, 11, None)
    assert rows[14] == ("2024-03", True, 12, "none")
    assert rows[15] == ("2024-04", False, 13, None)
    assert found.row(16, named=True)["n"] == 0
    assert found.row(16, named=True)["rate"] is None


def test_contacts_that_no_return_shows_are_blank_not_none() -> None:
    ranges = {
        kind: [(date(2024, 1, 1), date(2024, 3, 31))] for kind in ("referral", "assessment_start", "s47")
    }
    covered = coverage(ranges | {"contact": [(date(2024, 2, 10), date(2024, 4, 30))]})
    rows = [
        *referred("A", 0, referral_source="6"),
        {"event": "contact", "date": date(2024, 2, 9), "attributes": {"contact_source": "6"}},
        {"event": "contact", "date": date(2024, 2, 10), "attributes": {"contact_source": "6"}},
        {"event": "contact", "date": date(2024, 3, 10), "attributes": {}},
    ]
    found = summed(rows, covered)["referral_partners"]
    assert found["source", "month", "contacts", "contacts_complete", "referrals", "n"].rows() == [
        ("6", "2024-01", None, None, 1, 1),
        ("6", "2024-02", 1, False, 0, 0),
        ("6", "2024-03", 0, True, 0, 0),
        ("6", "2024-04", 0, True, None, None),
        ("not known", "2024-01", None, None, 0, 0),
        ("not known", "2024-02", 0, False, 0, 0),
        ("not known", "2024-03", 1, True, 0, 0),
        ("not known", "2024-04", 0, True, None, None),
    ]


def test_referrals_from_before_coverage_are_in_no_month_of_a_partner() -> None:
    rows = [*referred("A", -600, referral_source="6"), *referred("B", 0, referral_source="6")]
    found = summed(rows, until(400))["referral_partners"]
    assert found["referrals"].sum() == 1
    assert found["month"].min() == "2023-01"


def test_sources_and_authorities_have_histories_of_their_own() -> None:
    rows = partner_rows([2] * 14, 10) + partner_rows([9] * 14, 10, "1A")
    rows += [{**row, "la_code": "302"} for row in partner_rows([5] * 14, 10)]
    covered = pl.concat([coverage(), coverage(la_code="302")])
    found = summed(rows, covered)["referral_partners"].filter(month="2024-02")
    assert found["la_code", "source", "mean", "outside"].rows() == [
        ("301", "1A", 0.9, "none"), ("301", "6", 0.2, "none"), ("302", "6", 0.5, "none"),
    ]  # fmt: skip


@pytest.mark.parametrize(("matches", "n", "size"), [(0, 40, 12), (7, 100, 25), (40, 40, 5), (300, 1000, 60)])
def test_prediction_limits_against_the_sum_over_every_rate(matches: int, n: int, size: int) -> None:
    """The chance of each number refused, averaged over all rates by how well they fit the history."""
    steps = 20_000
    rates = [(at + 0.5) / steps for at in range(steps)]
    weights = [r ** (matches - 0.5) * (1 - r) ** (n - matches - 0.5) for r in rates]
    chance = [
        comb(size, k) * sum(w * r**k * (1 - r) ** (size - k) for w, r in zip(weights, rates, strict=True))
        for k in range(size + 1)
    ]
    total = sum(chance)
    found = prediction_limits(matches, n, size)
    for (low, high), beyond in zip(found, (0.025, 0.001), strict=True):
        first, last = round(low * size), round(high * size)
        assert sum(chance[:first]) / total <= beyond + 1e-4 < sum(chance[: first + 1]) / total + 2e-4
        assert sum(chance[last + 1 :]) / total <= beyond + 1e-4 < sum(chance[last:]) / total + 2e-4


def test_limits_are_seldom_crossed_when_nothing_changes() -> None:
    """2,000 months of 20 after a history of 240, at a rate of 6%: 5% and 0.2% at most, less chance."""
    random = Random(3)
    crossed = {"95": 0, "99.8": 0}
    for _ in range(2000):
        history = sum(random.random() < 0.06 for _ in range(240))
        rate = sum(random.random() < 0.06 for _ in range(20)) / 20
        for name, (low, high) in zip(crossed, prediction_limits(history, 240, 20), strict=True):
            crossed[name] += not low <= rate <= high
    assert crossed["95"] <= 100
    assert crossed["99.8"] <= 10


def test_wider_shares_have_wider_limits() -> None:
    for matches, n, size in ((0, 30, 4), (5, 60, 30), (59, 60, 200)):
        limits = prediction_limits(matches, n, size, shares=(0.5, 0.8, 0.95, 0.998))
        assert all(a[0] >= b[0] and a[1] <= b[1] for a, b in pairwise(limits))


def test_the_days_of_a_month_are_its_own() -> None:
    """A referral of 31 January and one of 1 February stand in two months."""
    last = (date(2024, 1, 31) - START).days
    found = summed([*referred("A", last), *referred("B", last + 1)], coverage())["referral_outcomes"]
    months = found.filter(pl.col("dimension") == "month", pl.col("count") > 0)
    assert months["group"].to_list() == ["2024-01", "2024-02"]
    assert after(last + 1) - timedelta(days=1) == after(last)
