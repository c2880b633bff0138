"""The report's parts on referrals, enquiries and partners say what the summaries say."""

from __future__ import annotations

import polars as pl

from childjourneys.reports.pathway_section import pathway_sections
from childjourneys.reports.section import Section

SHARES = {
    "la_code": pl.String, "dimension": pl.String, "group": pl.String, "step": pl.Int64,
    "outcome": pl.String, "count": pl.Int64, "n": pl.Int64, "matches": pl.Int64, "rate": pl.Float64,
    "low": pl.Float64, "high": pl.Float64, "complete": pl.Boolean,
}  # fmt: skip
PARTNERS = {
    "la_code": pl.String, "source": pl.String, "month": pl.String, "contacts": pl.Int64,
    "referrals": pl.Int64, "assessments": pl.Int64, "n": pl.Int64, "matches": pl.Int64,
    "rate": pl.Float64, "complete": pl.Boolean, "low95": pl.Float64, "high95": pl.Float64,
    "low998": pl.Float64, "high998": pl.Float64, "outside": pl.String,
}  # fmt: skip
NAMES = {"301": "Barking and Dagenham"}


def shares(*rows: tuple[object, ...]) -> pl.DataFrame:
    return pl.DataFrame(rows, schema=SHARES, orient="row")


def sections(
    outcomes: pl.DataFrame | None = None, partners: pl.DataFrame | None = None
) -> dict[str, Section]:
    summaries = {
        "referral_outcomes": shares() if outcomes is None else outcomes,
        "s47_pathways": shares(),
        "referral_partners": pl.DataFrame(schema=PARTNERS) if partners is None else partners,
    }
    return {section.key: section for section in pathway_sections(summaries, NAMES)}


def texts(section: Section, table: int = 0) -> list[list[str]]:
    return [[cell.text for cell in row] for row in section.tables[table].rows]


def test_shares_have_their_numbers_and_what_is_undecided_has_none() -> None:
    found = sections(
        shares(
            ("301", "all", "all", 1, "NFA", 30, 200, 30, 0.15, 0.1071, 0.206, None),
            ("301", "all", "all", 1, "too recent", 7, None, None, None, None, None, None),
        )
    )["referral-outcomes"]
    assert found.text[0].startswith("37 referrals.")
    assert texts(found) == [
        ["NFA", "30", "200", "30", "15.0", "10.7 to 20.6"],
        ["too recent", "7", "", "", "", ""],
    ]


def test_groups_with_a_code_have_their_label() -> None:
    all_ = ("301", "all", "all", 1, "NFA", 1, 1, 1, 1.0, 0.2, 1.0, None)
    one = ("301", "ethnic_group", "WBRI", 1, "NFA", 1, 1, 1, 1.0, 0.2, 1.0, None)
    found = sections(shares(all_, one))["referral-outcomes"]
    assert found.tables[1].headings[0] == "Ethnic group"
    assert texts(found, 1)[0][0] == "WBRI White British"


def test_nothing_covered_is_said() -> None:
    assert sections()["referral-outcomes"].text == ["No referral is inside coverage."]
    assert "referral-partners" not in sections()


def test_partners_show_the_latest_year_and_mark_months_that_are_not_complete() -> None:
    months = [f"2024-{month:02d}" for month in range(1, 13)] + ["2025-01"]
    beyond = {"2024-12": "95"}
    rows = [
        ("301", "6", month, 9, 4, 3, 4, 1, 0.25, month != "2025-01", 0.0, 0.5, 0.0, 0.75, beyond.get(month))
        for month in months
    ]
    found = sections(partners=pl.DataFrame(rows, schema=PARTNERS, orient="row"))["referral-partners"]
    table = texts(found)
    assert table[0][1] == "2024-02" and len(table) == 12
    assert table[-1][1] == "2025-01 (not complete)"
    assert table[-2][2:] == ["9", "4", "3", "1", "4", "25.0", "0.0 to 50.0", "0.0 to 75.0", "95"]
    assert table[0][0].startswith("6 ")


def test_several_authorities_are_named() -> None:
    frame = shares(("301", "all", "all", 1, "NFA", 1, 1, 1, 1.0, 0.2, 1.0, None))
    summaries = {
        "referral_outcomes": frame,
        "s47_pathways": shares(),
        "referral_partners": pl.DataFrame(schema=PARTNERS),
    }
    section = pathway_sections(summaries, {**NAMES, "302": "Barnet"})[0]
    assert texts(section)[0][0] == "Barking and Dagenham"
