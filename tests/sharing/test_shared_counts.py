"""Indicators, activity and pathways as they are shared: small counts are hidden, and can't be worked out."""

from __future__ import annotations

import json
from datetime import date
from typing import Any

import openpyxl
import polars as pl
from shared_example import Example

from childjourneys.disclosure import PRESETS
from childjourneys.sharing.counts import flat
from childjourneys.sharing.indicators import shared_indicators
from childjourneys.tables import DERIVED

NUMBERS = {"numerator": pl.Int64, "denominator": pl.Int64, "value": pl.Float64}


def indicators(*rows: tuple[str, int | None, int | None, str]) -> pl.DataFrame:
    """Rows of one authority and year: indicator, numerator, denominator, unit; values follow."""
    lines = [
        {
            "indicator": name, "la_code": "301", "from": date(2023, 4, 1), "to": date(2024, 3, 31),
            "numerator": above, "denominator": below, "unit": unit, "excluded": "{}", "available": True,
            "value": None if above is None else above / below if below else float(above),
            "method": "Wilson" if unit == "proportion" else "Byar",
        }
        for name, above, below, unit in rows
    ]  # fmt: skip
    table = DERIVED["indicators"]
    names = table.names()
    return pl.DataFrame([{name: line.get(name) for name in names} for line in lines], schema=table.schema)


def told(frame: pl.DataFrame) -> dict[str, dict[str, Any]]:
    return {row["indicator"]: row for row in shared_indicators(frame, PRESETS["dfe"]).iter_rows(named=True)}


def test_small_numerators_and_small_complements_are_hidden() -> None:
    found = told(
        indicators(("nfa_pct", 3, 200, "proportion"), ("visits", 198, 200, "proportion"),
                   ("cpp_2y_ended", 40, 200, "proportion"), ("cpp_rate", 4, None, "count"))
    )  # fmt: skip
    assert (found["nfa_pct"]["numerator"], found["nfa_pct"]["value"]) == ("c", "c")
    assert found["visits"]["numerator"] == "c", "2 of them are not visited: that can be worked out"
    assert found["cpp_2y_ended"]["value"] == "0.200"
    assert found["cpp_rate"]["numerator"] == found["cpp_rate"]["value"] == "c"


def test_parts_of_a_population_are_protected_together() -> None:
    """One small source: a second one is hidden too, else the first is what the others leave."""
    sources = {"police": 100, "schools": 60, "housing": 2, "other": 38}
    rows = [(f"referral_source_share:{name}", n, 200, "proportion") for name, n in sources.items()]
    found = told(indicators(*rows, ("referral_count", 200, None, "count")))
    hidden = [name for name, row in found.items() if row["numerator"] == "c"]
    assert "referral_source_share:housing" in hidden and len(hidden) == 2
    assert found["referral_count"]["numerator"] == "200"


def test_populations_that_differ_by_few_do_not_tell_them() -> None:
    """111 conferences, 106 of them after an enquiry: 5 transfers in."""
    found = told(
        indicators(("icpc_15wd", 87, 111, "proportion"),
                   ("icpc_15wd:without_transfer_in", 87, 106, "proportion"),
                   ("icpc_to_cpp:transfer_in", 0, 5, "proportion"))
    )  # fmt: skip
    assert found["icpc_to_cpp:transfer_in"]["denominator"] == "c"
    others = {found[name]["denominator"] for name in ("icpc_15wd", "icpc_15wd:without_transfer_in")}
    assert "c" in others


def test_indicators_of_a_run_are_exact_or_hidden(example: Example) -> None:
    exact = {
        (row["indicator"], str(row["from"])[:7]): row
        for row in example.table("indicators").iter_rows(named=True)
    }
    hidden = 0
    for row in example.pack["authorities"][0]["indicators"]:
        true = exact[row["indicator"], row["from"] or "None"]
        assert row["to"] is None or len(row["to"]) == len("2024-03")
        for name in ("numerator", "denominator"):
            assert row[name] in ("c", true[name])
            if true[name] is not None and 1 <= true[name] <= 5:
                assert row[name] == "c"
        if row["value"] == "c":
            assert "c" in (row["numerator"], row["denominator"])
            hidden += 1
        for reason, n in row["excluded"].items():
            assert n in ("c", json.loads(true["excluded"])[reason])
    assert hidden > 5


def test_events_and_outcomes_of_referrals_are_exact_or_hidden(example: Example) -> None:
    book = openpyxl.load_workbook(example.workbook, read_only=True)
    contents = list(book["Contents"].iter_rows(min_row=2, values_only=True))
    events = example.table("events")
    months = events.with_columns(month=pl.col("date").cast(pl.String).str.slice(0, 7))
    seen = 0
    for sheet, _title, measure, _la, dimension, *_ in contents:
        if not str(measure).startswith("events: ") or dimension != "month":
            continue
        mine = months.filter(event=str(measure).removeprefix("events: "))
        for month, shown in book[sheet].iter_rows(min_row=3, max_col=2, values_only=True):
            rows = mine.filter(month=month)
            assert shown == "c" or shown <= rows.height
            if 1 <= rows["child_id"].n_unique() <= 5:
                assert shown in ("c", 0), f"{measure} {month}"
            seen += 1
    assert seen > 300


def test_a_flat_table_hides_two_and_says_its_total() -> None:
    found = flat(PRESETS["dfe"], {"a": 40, "b": 3, "c": 12, "d": 0}, ("group", "n"))
    assert found.rows() == [("a", "40"), ("b", "c"), ("c", "c"), ("d", "0"), ("Total", "55")]
