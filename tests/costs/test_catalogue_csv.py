"""A catalogue as CSV gives the entries that the same catalogue gives as YAML."""

# ruff: noqa: E501
from __future__ import annotations

import csv
import io
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from childjourneys.costs.csv_entries import nodes_of_csv
from childjourneys.costs.loading import entries_of, load_catalogue
from childjourneys.costs.model import Entry
from childjourneys.costs.reading import ENTRY_KEYS, read_catalogue
from childjourneys.issues import UsageError

YAML = """entries:
  - {id: sw, kind: worker_rate, name: Social worker, unit: hour, amount: 40.5, price_year: 2024/25}
  - {id: lead, kind: worker_rate, unit: hour, price_year: 2024/25, rate: {salary: 60000, weeks: 40, hours: 30}}
  - id: home
    kind: placement
    unit: week
    amount: 5000
    components: {staff: 3900.5, other: 1099.5}
    index: {staff: local_pay, other: gdp_deflator}
    when: {placement: [K2, R1], provider: [PR4, PR5], age_from: 8, weeks_in_placement: [13, null]}
    price_year: 2024/25
    s251_line: {2024-25: 3.1.1}
    contract: spot
    source: {publication: Contract 12, year: 2024, status: published}
    note: "a; b"
  - {id: six, kind: process, process: lac.6, unit: event, price_year: 2024/25, additional: false,
     recipe: [{role: social worker, hours: 8, rate_id: sw}, {role: lead, hours: 2.5, rate_id: lead}]}
  - {id: own, kind: placement, unit: night, price_year: 2024/25,
     home: {cost: 876000, beds: 4, from: 2024-04-01, to: 2025-03-31, occupied_nights: 1000}}
  - {id: all, kind: process, process: lac.3, unit: week, london: 9, out_of_london: 8, covers: [fee, placement],
     effective_from: 2024-04-01}
"""
CSV = """id;kind;name;unit;amount;components;index;when.placement;when;price_year;s251_line;contract;source.publication;source;note;process;additional;recipe;home;rate;london;out_of_london;covers;effective_from
sw;worker_rate;Social worker;hour;40.5;;;;;2024/25;;;;;;;;;;;;;;
lead;worker_rate;;hour;;;;;;2024/25;;;;;;;;;;"salary=60000; weeks=40; hours=30";;;;
home;placement;;week;5000;"staff=3900.5; other=1099.5";"staff=local_pay; other=gdp_deflator";K2|R1;"provider=PR4|PR5; age_from=8; weeks_in_placement=13|";2024/25;2024-25=3.1.1;spot;Contract 12;"year=2024; status=published";"a; b";;;;;;;;;
six;process;;event;;;;;;2024/25;;;;;;lac.6;false;"role=social worker, hours=8, rate_id=sw; role=lead, hours=2.5, rate_id=lead";;;;;;

own;placement;;night;;;;;;2024/25;;;;;;;;;"cost=876000; beds=4; from=2024-04-01; to=2025-03-31; occupied_nights=1000";;;;;
all;process;;week;;;;;;;;;;;;lac.3;;;;;9;8;fee|placement;2024-04-01
"""


def alike(entry: Entry) -> Entry:
    given = tuple(sorted(entry.when.given))
    return replace(entry, file="", line=0, when=replace(entry.when, given=given))


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_csv_and_yaml_say_the_same(tmp_path: Path, encoding: str) -> None:
    (tmp_path / "a.yaml").write_text(YAML, encoding="utf-8")
    (tmp_path / "a.csv").write_text(CSV, encoding=encoding)
    yaml, table = (load_catalogue([str(tmp_path / f"a.{kind}")]) for kind in ("yaml", "csv"))
    assert [alike(one) for one in table.entries] == [alike(one) for one in yaml.entries]
    assert [one.line for one in table.entries] == [2, 3, 4, 5, 7, 8], "rows as a spreadsheet shows them"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("1000312,2026-04,9\n", "a.csv, line 1: no heading of this row is a key of a catalogue"),
        ("id,kind,unit,amuont\n", "a.csv, line 1: `amuont` is no column of a catalogue; the nearest is `amount`"),
        ("id,kind,unit,amount.x\n", "`amount.x` is no column"),
        ("id,id\n", "the column `id` stands twice"),
        ("id,kind,unit,amount,price_year\na,fee,week,ten,2024/25\n", "line 2: entry `a`: `amount` is a plain number"),
        ("id,kind,unit,when\na,fee,week,residential\n", "`when` is written as key=value"),
        ("id,kind,unit,when\na,fee,week,ebd=true;ebd=true\n", "`ebd` stands twice in `when`"),
        ("id,kind\na,fee,3\n", "more cells than there are headings"),
        ("id,kind,\na,fee,3\n", "a column without a heading"),
        ("", "it holds no table"),
        ("\n\n", "it holds no table"),
    ],
)  # fmt: skip
def test_a_faulty_table(tmp_path: Path, text: str, said: str) -> None:
    (tmp_path / "a.csv").write_text(text, encoding="utf-8")
    with pytest.raises(UsageError) as error:
        load_catalogue([str(tmp_path / "a.csv")])
    assert said in str(error.value)


CELL = st.one_of(
    st.sampled_from(["", "1", "week", "fee", "a=b", "K2|K1", "a=1;b=2", "2024/25", "true", "=", ";", "|"]),
    st.text(max_size=8),
)


@given(
    st.lists(
        st.sampled_from([*ENTRY_KEYS, "when.placement", "source.year", "home.cost"]), max_size=6, unique=True
    ),
    st.lists(st.lists(CELL, max_size=7), max_size=4),
)
@settings(max_examples=200, derandomize=True, deadline=None)
def test_no_table_gives_anything_but_entries_or_a_refusal(heading: list[str], rows: list[list[str]]) -> None:
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerows([["id", "kind", "unit", *(one for one in heading if one not in ("id", "kind", "unit"))]])
    writer.writerows(rows)
    try:
        read = entries_of(Path("a.csv"), text.getvalue().encode("utf-8", "replace"))
        assert isinstance(read.entries, tuple)
    except UsageError as error:
        assert str(error).startswith("a.csv")


@given(st.binary(max_size=300))
@settings(max_examples=150, derandomize=True, deadline=None)
def test_bytes_are_a_table_or_refused(data: bytes) -> None:
    try:
        assert isinstance(nodes_of_csv(data, "a.csv", ENTRY_KEYS), list)
    except UsageError as error:
        assert str(error).startswith("a.csv")


@given(st.data())
@settings(max_examples=200, derandomize=True, deadline=None)
def test_a_catalogue_with_a_piece_cut_or_changed(data: st.DataObject) -> None:
    """Broken YAML is refused in one sentence; what is not broken is read."""
    at = data.draw(st.integers(0, len(YAML)))
    cut = data.draw(st.integers(0, 30))
    put = data.draw(
        st.sampled_from(["", "{", "]", ": ", "- ", "\t", "'", "\x00", "&a", "*a", "!x", "1e9", "é"])
    )
    try:
        assert read_catalogue(YAML[:at] + put + YAML[at + cut :], "a.yaml", ()).entries is not None
    except UsageError as error:
        assert str(error).startswith("a.yaml") and "\n" not in str(error)
