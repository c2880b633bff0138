"""Files of actual prices: every row is used or its place and the reason are told."""

# ruff: noqa: E501
from __future__ import annotations

from datetime import date
from fractions import Fraction
from pathlib import Path

import polars as pl
import pytest
import xlsxwriter
from hypothesis import given, settings
from hypothesis import strategies as st

from childjourneys.costs.price_layout import OWN, PRESETS, layouts_of, load_layout
from childjourneys.costs.price_rows import PRICE_ROWS, PriceRows, decimal_text, money_of, read_prices
from childjourneys.costs.prices import check_identifiers, issues_of
from childjourneys.issues import UsageError
from childjourneys.sources.values import Unreadable

HEADING = "child_id,placement_start,placement_end,weekly_price,period_total,period_from,period_to\n"


def read(
    tmp_path: Path, text: str, layout: str = "", name: str = "p.csv", la: tuple[str, ...] = ("301",)
) -> PriceRows:
    (tmp_path / name).write_text(text, encoding="utf-8")
    return read_prices(tmp_path / name, la, layout)


def said(prices: PriceRows) -> list[tuple[str, int, str]]:
    return prices.findings.select("severity", "row", "column").rows()


def test_a_week_and_a_period(tmp_path: Path) -> None:
    prices = read(
        tmp_path,
        "Child ID;Placement Start;placement-end;Weekly price;period_total;period_from;period_to;additional_package;"
        "contribution_health;URN;contract;in_out_area\n"
        '0012;1/4/2024;2024-05-06;"£1,250.50";;;;100;0;SC1;Spot;OUT\n'
        "7;2024-04-01;;;3650.125;2024-04-01;31/03/2025;;12.5;;;\n",
    )
    assert prices.frame.select("la_code", "child_id", "start", "end", "basis", "price", "period_from", "period_to",
                               "additional_package", "contribution_health", "urn", "contract", "in_out_area",
                               "row").rows() == [
        ("301", "0012", date(2024, 4, 1), date(2024, 5, 6), "week", "1250.5", None, None, "100", None, "SC1", "spot",
         "out", 2),
        ("301", "7", date(2024, 4, 1), None, "period", "3650.125", date(2024, 4, 1), date(2025, 3, 31), None, "12.5",
         None, None, None, 3),
    ]  # fmt: skip
    assert prices.findings.is_empty() and dict(prices.frame.schema) == {
        name: kind() if isinstance(kind, type) else kind for name, kind in PRICE_ROWS.items()
    }


ROWS = [
    (",2024-04-01,,5,,,", "child_id"), ("TBC,2024-04-01,,5,,,", "child_id"), ("1,,,5,,,", "placement_start"),
    ("1,04/13/2024,,5,,,", "placement_start"), ("1,2024-04-01,soon,5,,,", "placement_end"),
    ("1,2024-04-01,2024-04-01,5,,,", "placement_end"), ("1,2024-04-02,2024-04-01,5,,,", "placement_end"),
    ("1,2024-04-01,,,,,", "weekly_price"), ("1,2024-04-01,,-5,,,", "weekly_price"),
    ("1,2024-04-01,,(5),,,", "weekly_price"), ("1,2024-04-01,,0,,,", "weekly_price"),
    ("1,2024-04-01,,five,,,", "weekly_price"), ("1,2024-04-01,,1.250.000,,,", "weekly_price"),
    ("1,2024-04-01,,7000001,,,", "weekly_price"), ("1,2024-04-01,,5,5,2024-04-01,2024-04-02", "period_total"),
    ("1,2024-04-01,,,5,,2024-04-02", "period_from"), ("1,2024-04-01,,,5,2024-04-03,2024-04-02", "period_to"),
    ("1,2024-04-01,,,-5,2024-04-01,2024-04-02", "period_total"),
]  # fmt: skip


@pytest.mark.parametrize(("row", "column"), ROWS)
def test_a_row_that_cannot_be_used_is_set_aside(tmp_path: Path, row: str, column: str) -> None:
    prices = read(tmp_path, HEADING + "2,2024-04-01,,5,,,\n" + row + "\n")
    assert prices.frame["child_id"].to_list() == ["2"]
    assert said(prices) == [("error", 3, column)]
    (account,) = prices.accounts
    assert (account.rows_in, account.loaded, account.duplicate, account.set_aside) == (2, 1, 0, 1)
    assert prices.findings["what"][0].startswith(f"p.csv, row 3, column {column}: ")
    assert [(one.severity, one.code, one.row, one.column) for one in issues_of(prices.findings)] == [
        ("error", "cost-data", 3, column)
    ]


def test_values_of_the_child_stand_in_no_message(tmp_path: Path) -> None:
    prices = read(tmp_path, HEADING + "".join(f"{row}\n" for row, _ in ROWS))
    assert prices.findings.height == len(ROWS)
    for what in prices.findings["what"]:
        assert not any(value in what for value in ("2024", "five", "soon", "TBC", "-5", "7000001"))


def test_doubtful_values_cost_the_row_nothing(tmp_path: Path) -> None:
    prices = read(
        tmp_path,
        "child_id,placement_start,weekly_price,contribution_health,additional_package,contract,in_out_area\n"
        "1,2024-04-01,70001,-3,x,loan,near\n",
    )
    assert prices.frame.select("price", "contribution_health", "additional_package", "contract").rows() == [
        ("70001", None, None, None)
    ]
    assert {(severity, column) for severity, _, column in said(prices)} == {
        ("warning", one)
        for one in ("weekly_price", "contribution_health", "additional_package", "contract", "in_out_area")
    }


def test_a_row_may_hold_other_money_only(tmp_path: Path) -> None:
    heading = "child_id,placement_start,weekly_price,period_from,period_to,contribution_health\n"
    prices = read(tmp_path, heading + "1,2024-04-01,,,,8\n1,2024-05-01,,2024-05-01,2024-05-31,9\n")
    assert prices.frame.select("basis", "price", "contribution_health").rows() == [
        ("week", None, "8"),
        ("period", None, "9"),
    ]
    assert said(prices) == [("note", 2, "weekly_price"), ("note", 3, "weekly_price")]


def test_equal_rows_count_as_duplicates_and_blank_ones_not_at_all(tmp_path: Path) -> None:
    prices = read(tmp_path, "\n" + HEADING + "1,2024-04-01,,5,,,\n\n,,,,,,\n1,2024-04-01,,5.00,,,\n")
    (account,) = prices.accounts
    assert (account.rows_in, account.loaded, account.duplicate) == (2, 1, 1)
    assert said(prices) == [("note", 6, "")]


def test_authorities(tmp_path: Path) -> None:
    text = "la_code,child_id,placement_start,weekly_price\n301,1,2024-04-01,5\n,2,2024-04-01,5\n302,3,2024-04-01,5\n"
    alone = read(tmp_path, text)
    assert alone.frame["child_id"].to_list() == ["1", "2"] and said(alone) == [("error", 4, "la_code")]
    two = read(tmp_path, text, la=("301", "302"))
    assert two.frame.select("la_code", "child_id").rows() == [("301", "1"), ("302", "3")]
    assert said(two) == [("error", 3, "la_code")]


def test_a_workbook_with_sheets(tmp_path: Path) -> None:
    path = tmp_path / "p.xlsx"
    with xlsxwriter.Workbook(path) as book:
        book.add_worksheet("about").write_row(0, 0, ["Prices of our placements"])
        sheet = book.add_worksheet("2024")
        sheet.write_row(0, 0, ["Prices"])
        sheet.write_row(2, 0, ["Child ID", "Placement start", "Weekly price"])
        sheet.write_row(3, 0, [12, 45383, 1250.5])
        sheet.write_row(4, 0, [13, 45383, -1])
    prices = read_prices(path, ["301"])
    assert prices.frame.select("child_id", "start", "price", "sheet", "row").rows() == [
        ("12", date(2024, 4, 1), "1250.5", "2024", 4)
    ]
    assert prices.findings["what"].to_list() == [
        "p.xlsx, sheet 2024, row 5, column weekly_price: the price is negative; the row was set aside."
    ]


def test_a_heading_map_reads_another_layout(tmp_path: Path) -> None:
    (tmp_path / "map.yaml").write_text(
        "columns: {child_id: Case No, weekly_price: [Cost pw, Cost per week]}\nfixed: {placement_start: 2024-03-31}\n",
        encoding="utf-8",
    )
    prices = read(
        tmp_path, "Case No,Cost per week,placement_start\n1,500,2020-01-01\n", str(tmp_path / "map.yaml")
    )
    assert prices.frame.select("child_id", "start", "price").rows() == [("1", date(2024, 3, 31), "500")]


@pytest.mark.parametrize("name", PRESETS)
def test_presets_say_that_they_are_not_confirmed(name: str) -> None:
    layout = load_layout(name)
    assert layout.name == name and not layout.confirmed and "not seen" in layout.note
    assert {"child_id", "contribution_health", "contribution_education", "contribution_social_care"} <= set(
        layout.columns
    )


def test_presets_read_their_fields(tmp_path: Path) -> None:
    heading = "Child ID,Placement start date,Placement end date,{},URN,Contribution from health\n"
    row = "1,2024-04-01,,5,SC1,2\n"
    snapshot = read(tmp_path, heading.format("Total weekly cost") + row, "north_west")
    assert snapshot.frame.select("basis", "price", "contribution_health").rows() == [("week", "5", "2")]
    total = heading.format("Total committed cost in FY to date") + row
    with pytest.raises(UsageError, match=r"period_from.*not confirmed.*--prices-layout FILE"):
        read(tmp_path, total, "london")
    shipped = Path(str(Path(__file__).parents[2] / "src/childjourneys/costs/heading_maps/london.yaml"))
    (tmp_path / "ours.yaml").write_text(
        shipped.read_text(encoding="utf-8") + "fixed: {period_from: 2024-04-01, period_to: 2024-09-30}\n",
        encoding="utf-8",
    )
    read_total = read(tmp_path, total, str(tmp_path / "ours.yaml"))
    assert read_total.frame.select("basis", "price", "period_to").rows() == [
        ("period", "5", date(2024, 9, 30))
    ]


LONDON = "Child ID,Placement start date,Total weekly cost\n1,2024-04-01,5\n"
PLAIN = "child_id,placement_start,weekly_price\n2,2024-04-01,6\n"


def names(*layouts: str, files: int = 1) -> list[list[str]]:
    return [[layout.name for layout in some] for some in layouts_of(files, layouts)]


def test_layouts_stand_in_the_order_of_the_files_or_one_is_for_all_that_need_it() -> None:
    assert names() == [[OWN]] and names(files=3) == [[OWN]] * 3
    assert names("london") == [["london", OWN]]
    assert names("london", files=2) == [[OWN, "london"]] * 2
    assert names("london", OWN, "north_west", files=3) == [["london", OWN], [OWN], ["north_west", OWN]]
    with pytest.raises(UsageError, match="3 files of prices and 2 layouts"):
        names("london", OWN, files=3)


def test_a_file_with_our_headings_is_read_by_them_whatever_layout_is_named(tmp_path: Path) -> None:
    (tmp_path / "plain.csv").write_text(PLAIN, encoding="utf-8")
    (tmp_path / "other.csv").write_text(LONDON, encoding="utf-8")
    (tmp_path / "neither.csv").write_text("a,b\n1,2\n", encoding="utf-8")
    for named in (["north_west"], [OWN, "north_west"], ["london", "north_west"]):
        first, second = layouts_of(2, named)
        plain = read_prices(tmp_path / "plain.csv", ["301"], first)
        other = read_prices(tmp_path / "other.csv", ["301"], second)
        assert (plain.layouts[0].name, other.layouts[0].name) == (OWN, "north_west")
        assert plain.frame["price"].to_list() == ["6"] and other.frame["price"].to_list() == ["5"]
        with pytest.raises(UsageError, match="in the layout north_west"):
            read_prices(tmp_path / "neither.csv", ["301"], second)


def test_headings_that_are_not_confirmed_are_told_with_the_rows(tmp_path: Path) -> None:
    told = read(tmp_path, LONDON, "north_west").findings
    assert told.select("severity", "code", "count").rows() == [("note", "cost-data", 1)]
    assert "north_west are not confirmed" in told["what"][0]
    assert read(tmp_path, PLAIN).findings.is_empty()


@pytest.mark.parametrize(
    ("text", "said_of_it"),
    [
        ("columns: {child: x}\n", "`child` is no column of prices; the nearest is `child_id`"),
        ("colums: {}\n", "the nearest is `columns`"),
        ("fixed: {}\n", "needs `columns`"),
        (
            "columns: {child_id: x}\nfixed: {weekly_price: 3}\n",
            "`weekly_price` is no column that can be fixed",
        ),
        ("columns: {child_id: x}\nfixed: {placement_start: 1/4/24}\n", "a date such as"),
        ("columns: {placement_start: x}\nfixed: {placement_start: 2024-04-01}\n", "in `columns` too"),
        ("[", "not YAML"),
    ],
)
def test_a_faulty_heading_map(tmp_path: Path, text: str, said_of_it: str) -> None:
    (tmp_path / "map.yaml").write_text(text, encoding="utf-8")
    with pytest.raises(UsageError) as error:
        load_layout(str(tmp_path / "map.yaml"))
    assert said_of_it in str(error.value) and str(error.value).startswith("map.yaml")


@pytest.mark.parametrize(
    ("name", "content", "said_of_it"),
    [
        ("a.csv", b"child_id,price\n1,2\n", "no column for `placement_start` and `weekly_price`"),
        ("a.csv", b"x\n", "no column for"),
        ("a.csv", b"", "can't be read: the file is empty"),
        ("a.pdf", b"%PDF-1.4", "is no table"),
        ("a.xlsx", b"PK\x03\x04broken", "can't be read"),
    ],
)
def test_a_file_that_is_no_file_of_prices(tmp_path: Path, name: str, content: bytes, said_of_it: str) -> None:
    (tmp_path / name).write_bytes(content)
    with pytest.raises(UsageError) as error:
        read_prices(tmp_path / name, ["301"])
    assert said_of_it in str(error.value) and "\n" not in str(error.value)


def test_a_layout_or_file_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="the nearest is `london`"):
        load_layout("lodnon")
    with pytest.raises(UsageError, match="can't be read"):
        load_layout("none.yaml")
    with pytest.raises(UsageError, match="can't be read"):
        read_prices(tmp_path / "none.csv", ["301"])


def test_hidden_identifiers_cannot_be_matched() -> None:
    check_identifiers({"settings": {"pseudonymised": False}})
    with pytest.raises(UsageError, match="--pseudonymise"):
        check_identifiers({"settings": {"pseudonymised": True}})


@given(st.integers(-(10**9), 10**9), st.integers(0, 4))
@settings(max_examples=100, derandomize=True, deadline=None)
def test_amounts_are_exact(whole: int, digits: int) -> None:
    amount = Fraction(whole, 10**digits)
    assert money_of(decimal_text(amount)) == amount


@given(st.text(max_size=12))
@settings(max_examples=200, derandomize=True, deadline=None)
def test_any_text_is_an_amount_or_unreadable(text: str) -> None:
    try:
        amount = money_of(text)
    except Unreadable:
        return
    assert amount is None or decimal_text(amount)


@given(st.binary(max_size=200), st.sampled_from([b"", HEADING.encode(), b"\xff\xfe"]))
@settings(max_examples=150, derandomize=True, deadline=None)
def test_any_bytes_are_rows_or_a_refusal(
    tmp_path_factory: pytest.TempPathFactory, data: bytes, head: bytes
) -> None:
    path = tmp_path_factory.mktemp("fuzz") / "a.csv"
    path.write_bytes(head + data)
    try:
        prices = read_prices(path, ["301"])
    except UsageError as error:
        assert str(error)
        return
    for account in prices.accounts:
        assert account.rows_in == account.loaded + account.duplicate + account.set_aside
    assert prices.frame.height == sum(account.loaded for account in prices.accounts)
    assert isinstance(prices.frame, pl.DataFrame)
