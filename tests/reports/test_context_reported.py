"""The report's part on groups: the first pattern whole, and what differs in any."""

from __future__ import annotations

from typing import Any

import polars as pl

from childjourneys.reports.context_section import context_section
from childjourneys.tables import DERIVED

NAMES = {"301": "Barking and Dagenham"}
FIRST, OTHER = "missed_risk_at_assessment", "re_referral_12m_back"


def frame(*rows: dict[str, Any]) -> pl.DataFrame:
    whole = [{"la_code": "301", "measure": FIRST, "dimension": "sex", "n": 100, "matches": 10, "rate": 0.1,
              "low": 0.05, "high": 0.17, "children": 90, **row} for row in rows]  # fmt: skip
    schema = DERIVED["context"].schema
    kinds = {name: kind for name, kind in schema.items() if any(name in row for row in whole)}
    return DERIVED["context"].conform(pl.DataFrame(whole, schema_overrides=kinds))


LOWER = {"group": "F", "reference_group": "M", "ratio": 0.5, "ratio_low": 0.3, "ratio_high": 0.8,
         "verdict": "lower"}  # fmt: skip


def test_what_differs_in_any_pattern_is_listed_first() -> None:
    section = context_section(frame({"group": "M"}, {**LOWER, "measure": OTHER}), {}, NAMES)
    assert section is not None
    table = section.tables[0]
    assert table.caption == "1 group differs from the reference by more than chance"
    assert [cell.text for cell in table.rows[0]] == [
        "Referral within 12 months of an earlier one", "sex: F", "100", "10", "10.0", "5.0 to 17.0", "M",
        "0.50", "0.30 to 0.80", "lower",
    ]  # fmt: skip


def test_the_first_pattern_has_a_table_for_each_dimension() -> None:
    rows = frame({"group": "M"}, LOWER, {"dimension": "ethnic_group", "group": "WBRI", "verdict": None})
    section = context_section(rows, {}, NAMES)
    assert section is not None
    parts = section.blocks[0].parts
    assert [part.tables[0].caption for part in parts] == ["By sex", "By ethnic group"]
    assert parts[1].tables[0].rows[0][0].text == "WBRI White British"
    assert parts[0].tables[0].rows[0][8].text == "reference"


def test_a_sentence_on_entry_dates_stands_beside_tables_of_days_only() -> None:
    rows = frame({"group": "M"}, {"dimension": "weekday", "group": "Monday", "verdict": "cannot tell"})
    section = context_section(rows, {"301": ["Entered on Mondays."]}, NAMES)
    assert section is not None
    assert [list(part.points) for part in section.blocks[0].parts] == [[], ["Entered on Mondays."]]


def test_nothing_gives_no_part() -> None:
    assert context_section(frame({"group": "M"}).clear(), {}, NAMES) is None
