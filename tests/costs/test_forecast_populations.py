"""Numbers that somebody typed in: read strictly, and costed with plain arithmetic beside the forecast."""

from __future__ import annotations

import random
from dataclasses import replace
from pathlib import Path

import polars as pl
import pytest

from childjourneys.costs.forecast.forecast import MONTHS_SCHEMA, Forecast, with_costs
from childjourneys.costs.forecast.populations import SCHEMA, read_populations
from childjourneys.issues import UsageError
from childjourneys.reports.cost_forecast import (
    TYPED_IN,
    forecast_as_written,
    forecast_tables,
    typed_sentences,
)

ONE, TWO = ["301"], ["301", "302"]
GOOD = """\
la_code,year,month,placement,provider,children
301,,2026-04,foster,own,10
301,2024/25,,Residential, Private ,2.5
301,,2028-02,secure,other public,0
"""


def read(folder: Path, text: str | bytes, authorities: list[str] = ONE) -> pl.DataFrame:
    path = folder / "typed.csv"
    path.write_bytes(text.encode() if isinstance(text, str) else text)
    return read_populations(path, authorities)


def test_nights_are_children_times_the_days_of_the_month(tmp_path: Path) -> None:
    found = read(tmp_path, GOOD)
    assert found.schema == SCHEMA
    by_month = {(row[1], row[2], row[3]): (row[4], row[5]) for row in found.iter_rows()}
    assert len(by_month) == found.height == 14
    assert by_month["2026-04", "foster", "own"] == (10, 300)
    # A leap year: the financial year 2024/25 has none, February 2028 has 29 days.
    assert by_month["2025-02", "residential", "private"] == (2.5, 70)
    assert by_month["2028-02", "secure", "other public"] == (0, 0)
    year = [nights for (_, placement, _), (_, nights) in by_month.items() if placement == "residential"]
    assert len(year) == 12
    assert sum(year) == 2.5 * 365
    assert {month for month, placement, _ in by_month if placement == "residential"} == {
        *(f"2024-{number:02}" for number in range(4, 13)), "2025-01", "2025-02", "2025-03",
    }  # fmt: skip


def test_one_authority_need_not_be_named_and_order_does_not_matter(tmp_path: Path) -> None:
    lines = GOOD.replace("301,", ",").splitlines()
    assert read(tmp_path, "\n".join([lines[0], *reversed(lines[1:])])).equals(read(tmp_path, GOOD))
    without = "placement,provider,children,month\nfoster,own,10,2026-04\n"
    assert read(tmp_path, "\ufeff" + without)["la_code"].to_list() == ["301"]


HEADS = "la_code,month,year,placement,provider,children\n"
FAULTS = [
    ("", "is empty"),
    (HEADS, "holds no population"),
    ("month,placement,provider\n", "row 1: there is no column children"),
    ("placement,provider,children\n", "row 1: there is no column month or year"),
    ("1000312,2026-04,foster,own\n", "row 1: there are no headings"),
    (HEADS.replace("year", "quarter"), "row 1: column 3 (quarter) is not known"),
    (HEADS.replace("year", "month"), "row 1: the column month stands twice"),
    (HEADS + "301,2026-04,,fostering,own,1", "row 2: placement (fostering) is not known; known are kinship"),
    (HEADS + "301,2026-04,,foster,PR1,1", "row 2: provider (PR1) is not known"),
    (HEADS + "301,2026-04,,foster,,1", "row 2: provider is blank"),
    (HEADS + "301,2026-04,,foster,own,-1", "row 2: children is below 0"),
    (HEADS + "301,2026-04,,foster,own,", "row 2: children (blank) is not a number"),
    (HEADS + "301,2026-04,,foster,own,1e3", "row 2: children (1e3) is not a number"),
    (HEADS + "301,2026-04,,foster,own,nan", "row 2: children (nan) is not a number"),
    (HEADS + "301,2026-04,,foster,own,100001", "row 2: children is above 100,000"),
    (HEADS + '301,2026-04,,foster,own,"1,200"', "row 2: children (1,200) is not a number"),
    (HEADS + "301,2026-13,,foster,own,1", "row 2: month (2026-13) is not a month"),
    (HEADS + "301,1026-04,,foster,own,1", "row 2: month (1026-04) is not a month"),
    (HEADS + "301,Apr-26,,foster,own,1", "row 2: month (Apr-26) is not a month"),
    (HEADS + "301,,2026/28,foster,own,1", "row 2: year (2026/28) is not a financial year"),
    (HEADS + "301,2026-04,2026/27,foster,own,1", "row 2: a row needs either a month"),
    (HEADS + "301,,,foster,own,1", "row 2: a row needs either a month"),
    (HEADS + "302,2026-04,,foster,own,1", "row 2: la_code (302) is none of the results; they have 301"),
    (HEADS + "301,2026-04,,foster,own,1,9", "row 2: there are more cells than columns"),
    (HEADS + "301,2026-04,,foster,own,1\n\n,2026-04,,Foster,OWN,2", "row 4: 2026-04 stands twice"),
    (HEADS + "301,2027-01,,foster,own,1\n301,,2026/27,foster,own,2", "row 3: 2027-01 stands twice"),
    (HEADS.encode() + b"301,2026-04,,foster,own,\0\n", "is no CSV file"),
]


@pytest.mark.parametrize(("text", "said"), FAULTS)
def test_a_fault_is_one_sentence_with_its_row(tmp_path: Path, text: str | bytes, said: str) -> None:
    with pytest.raises(UsageError) as told:
        read(tmp_path, text)
    assert str(told.value).startswith("typed.csv")
    assert said in str(told.value)


def test_several_authorities_have_to_be_told_apart(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=r"row 2: la_code is blank, .* several .* 301, 302"):
        read(tmp_path, HEADS + ",2026-04,,foster,own,1", TWO)
    with pytest.raises(UsageError, match="no such file"):
        read_populations(tmp_path / "none.csv", ONE)


def test_broken_files_are_read_or_refused_in_one_sentence(tmp_path: Path) -> None:
    """2,000 files out of a good one by cutting, doubling and changing bytes."""
    read_ones = refused = 0
    for seed in range(2_000):
        chance = random.Random(seed)
        text = bytearray(GOOD, "utf-8")
        for _ in range(chance.randint(1, 4)):
            at = chance.randrange(len(text))
            match chance.randrange(6):
                case 0:
                    text[at : at + chance.randint(1, 20)] = b""
                case 1:
                    odd = (b"\x00", b'"', b"\r", b",", b"\n", b"\xc3", "٣".encode(), b"9")
                    text[at:at] = chance.choice(odd)
                case 2:
                    text[at] = chance.randrange(256)
                case 3:
                    text += text[at : at + 40]
                case _:
                    digits = [place for place, letter in enumerate(text) if 48 <= letter < 58]
                    if digits:
                        text[chance.choice(digits)] = chance.randrange(48, 58)
        try:
            found = read(tmp_path, bytes(text))
        except UsageError as told:
            refused += 1
            assert "\n" not in str(told)
            assert len(str(told)) < 400
        else:
            read_ones += 1
            assert found.schema == SCHEMA
            assert found["children"].is_between(0, 100_000).all()
            assert found.select("la_code", "month", "placement", "provider").is_unique().all()
    assert read_ones > 30
    assert refused > 500


@pytest.fixture
def costed(tmp_path: Path) -> Forecast:
    """A forecast of April 2026, foster homes only; typed in: foster, secure. A night costs 60.25."""
    ledger = pl.DataFrame(
        {
            "placement_no": [1, 1], "agency": ["local_authority"] * 2, "process": ["lac.3", "lac.6"],
            "placement_type": ["U6"] * 2, "provider": ["PR1"] * 2, "price_year": ["2024/25"] * 2,
            "pence": [2_400_000, 10_000], "priced_nights": [400, 0],
        }
    )  # fmt: skip
    nights = pl.DataFrame(
        {"placement": ["foster"], "provider": ["own"], "nights": [400.0], "price_year": ["2024/25"]}
    )
    months = pl.DataFrame(
        [("301", "2026-04", "foster", "own", 12.0, 360.0, 300.0, 420.0)], schema=MONTHS_SCHEMA, orient="row"
    )
    typed = read(tmp_path, HEADS + ",2026-04,,foster,own,10\n,2026-05,,foster,own,10\n,2026-04,,secure,own,2")
    return Forecast(
        "301", months=with_costs(months, ledger, nights), typed=with_costs(typed, ledger, nights),
        rates=pl.DataFrame(schema={"la_code": pl.String}),
    )  # fmt: skip


def test_what_was_typed_in_follows_the_forecast_in_the_file(costed: Forecast) -> None:
    rows = forecast_as_written([costed]).to_dicts()
    assert [row["basis"] for row in rows] == ["forecast", "typed in", "typed in", "typed in"]
    assert list(rows[0])[-1] == "basis"
    first, april, secure, may = rows
    assert (first["nights"], first["night"], first["cost"]) == (360, 60.25, 360 * 60.25)
    assert (april["month"], april["children"], april["nights"]) == ("2026-04", 10, 300)
    assert (april["night"], april["cost"]) == (60.25, 18_075)
    assert (may["nights"], may["cost"]) == (310, 18_677.5)
    assert [april[name] for name in ("nights_low", "nights_high", "cost_low", "cost_high")] == [None] * 4
    # A night that the ledger has no price for has no cost.
    assert (secure["nights"], secure["night"], secure["cost"], secure["price_year"]) == (60, None, None, None)


def test_the_table_has_the_forecast_of_the_same_months_beside_it(costed: Forecast) -> None:
    table = next(one for one in forecast_tables([costed]) if one.key == TYPED_IN)
    april, secure, may = table.frame.to_dicts()
    assert (april["forecast_nights"], april["nights_difference"]) == (360, -60)
    assert (april["cost"], april["forecast_cost"]) == (1_807_500, 2_169_000)
    assert april["cost_difference"] == -361_500
    assert may["forecast_nights"] is None and may["cost_difference"] is None
    assert secure["forecast_nights"] is None
    assert [column.name for column in table.columns] == table.frame.columns
    assert any("670 nights, without a price 60" in note for note in table.notes)
    assert any("no cost: secure, own" in note for note in table.notes)


def test_the_forecast_stands_as_it_is_and_where_it_is_refused_numbers_are_costed(costed: Forecast) -> None:
    plain = replace(costed, typed=costed.typed.clear())
    assert typed_sentences(plain) == []
    with_typed, without = forecast_tables([costed]), forecast_tables([plain])
    assert with_typed[0].frame.equals(without[0].frame)
    assert TYPED_IN not in [one.key for one in without]
    refused = Forecast("301", "Too short.", typed=costed.typed)
    assert set(forecast_as_written([refused])["basis"]) == {"typed in"}
    tables = forecast_tables([refused])
    assert [one.key for one in tables] == ["Forecast", TYPED_IN]
    assert tables[0].notes[0] == "301: Too short."
    assert tables[1].frame["cost"].drop_nulls().to_list() == [1_807_500, 1_867_750]
    assert tables[1].frame["forecast_nights"].null_count() == 3
