"""Rows of prices on the nights of placements, against a plain count of single nights."""

# ruff: noqa: E501
from __future__ import annotations

from datetime import date, timedelta
from fractions import Fraction
from itertools import pairwise

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from childjourneys.costs.price_rows import PRICE_ROWS
from childjourneys.costs.prices import PRICE_SPANS, match_prices
from childjourneys.tables.costs import COST_ISSUES

DAY = date(2024, 4, 1)
Row = dict[str, object]


def day(number: int | None) -> date | None:
    return None if number is None else DAY + timedelta(days=number)


def week(start: int, end: int | None, price: str = "700", **more: object) -> Row:
    return {"start": day(start), "end": day(end), "basis": "week", "price": price, **more}


def total(start: int, end: int | None, first: int, last: int, price: str = "700", **more: object) -> Row:
    period = {"period_from": day(first), "period_to": day(last)}
    return {"start": day(start), "end": day(end), "basis": "period", "price": price, **period, **more}


def rows_of(*rows: Row) -> pl.DataFrame:
    common = {"la_code": "301", "child_id": "1", "file": "p.csv", "sheet": ""}
    full = [
        {**dict.fromkeys(PRICE_ROWS), **common, "price_row": place, "row": place + 1, **row}
        for place, row in enumerate(rows, 1)
    ]
    return pl.DataFrame(full, schema=PRICE_ROWS)


def placements(*spans: tuple[int, int | None], urn: str | None = None) -> pl.DataFrame:
    return pl.DataFrame(
        [("301", "1", 1, place, day(start), day(end), urn, "PR4") for place, (start, end) in enumerate(spans, 1)],
        schema={
            "la_code": pl.String, "child_id": pl.String, "period_no": pl.Int64, "placement_no": pl.Int64,
            "start": pl.Date, "end": pl.Date, "urn": pl.String, "provider": pl.String,
        },
        orient="row",
    )  # fmt: skip


def spans(rows: pl.DataFrame, places: pl.DataFrame) -> list[tuple[object, ...]]:
    """Placement, first day, day after the last, row, and all nights of the row; days as numbers."""
    found = match_prices(rows, places).spans
    assert list(found.columns) == list(PRICE_SPANS)
    return [
        (place, (first - DAY).days, None if last is None else (last - DAY).days, row, nights)
        for place, first, last, row, nights in found.select(
            "placement_no", "date_from", "date_to", "price_row", "row_nights"
        ).rows()
    ]


def test_a_row_prices_the_placement_it_shares_most_nights_with() -> None:
    places = placements((0, 10), (10, 30))
    assert spans(rows_of(week(5, 20)), places) == [(2, 10, 20, 1, 10)]
    assert spans(rows_of(week(0, 14)), places) == [(1, 0, 10, 1, 10)]
    assert spans(rows_of(week(4, 16)), places) == [(1, 4, 10, 1, 6)], "a tie: the earlier"
    assert spans(rows_of(week(40, 50)), places) == []


def test_without_an_end_it_is_the_placement_of_that_night_else_the_next() -> None:
    places = placements((0, 10), (12, None))
    assert spans(rows_of(week(3, None)), places) == [(1, 3, 10, 1, 7)]
    assert spans(rows_of(week(10, None)), places) == [(2, 12, None, 1, None)]
    assert spans(rows_of(week(20, None)), places) == [(2, 20, None, 1, None)]
    assert spans(rows_of(week(-9, None)), places) == [(1, 0, 10, 1, 10)]


def test_a_total_lies_on_its_shared_nights_inside_the_period() -> None:
    places = placements((0, 10), (10, None))
    assert spans(rows_of(total(0, 10, 3, 5)), places) == [(1, 3, 6, 1, 3)], "both days are included"
    assert spans(rows_of(total(10, None, 0, 29)), places) == [(2, 10, 30, 1, 20)]
    assert spans(rows_of(total(0, 10, 10, 29)), places) == []


def test_the_later_start_then_the_later_row_holds_a_night() -> None:
    places = placements((0, 40))
    assert spans(rows_of(week(0, 40), week(10, 20)), places) == [
        (1, 0, 10, 1, 40), (1, 10, 20, 2, 10), (1, 20, 40, 1, 40),
    ]  # fmt: skip
    assert spans(rows_of(week(10, 20), week(0, 40)), places) == [
        (1, 0, 10, 2, 40), (1, 10, 20, 1, 10), (1, 20, 40, 2, 40),
    ]  # fmt: skip
    assert spans(rows_of(week(0, 40, "1"), week(0, 40, "2")), places) == [(1, 0, 40, 2, 40)]
    # Totals of months that follow each other are no two prices of a night.
    months = rows_of(total(0, 40, 0, 19), total(0, 40, 20, 39))
    assert spans(months, places) == [(1, 0, 20, 1, 20), (1, 20, 40, 2, 20)]
    assert match_prices(months, places).findings.is_empty()


def test_what_is_left_over_is_told_with_its_money() -> None:
    found = match_prices(
        rows_of(
            week(-7, 17),
            week(50, 57),
            total(0, 10, 20, 29, "99.5"),
            week(5, 6, "70"),
            total(0, 20, 0, 19, "200"),
        ),
        placements((0, 10)),
    )
    assert found.unmatched.select("price_row", "date_from", "nights", "amount", "reason").rows() == [
        (1, day(-7), 7, "700", "beside the placement"),
        (1, day(0), 10, "1000", "another row"),
        (5, day(5), 1, "20", "another row"),
        (1, day(10), 7, "700", "beside the placement"),
        (3, day(20), 0, "99.5", "no placement"),
        (2, day(50), 7, "700", "no placement"),
    ]
    told = found.findings.select("severity", "code", "row", "count").rows()
    assert ("warning", "cost-unmatched-price", 2, 7) in told and ("warning", "cost-data", 2, 10) in told
    assert ("warning", "cost-data", 6, 1) in told and ("warning", "cost-unmatched-price", 4, 1) in told
    assert ("note", "cost-unmatched-price", 6, 10) in told, "nights a total leaves empty: its money is used"
    assert found.cost_issues.columns == list(COST_ISSUES.schema)
    assert "p.csv, row 3: the row matches no placement" in " ".join(found.cost_issues["what"])


def test_a_row_of_another_urn_is_used_and_told() -> None:
    found = match_prices(
        rows_of(week(0, 7, urn="sc1"), week(7, 9, urn="SC2")), placements((0, 10), urn="SC1")
    )
    assert found.spans["urn"].to_list() == ["sc1", "SC2"]
    assert found.findings.select("severity", "code", "row", "column", "count").rows() == [
        ("warning", "cost-data", 3, "urn", 2)
    ]


def test_other_children_and_authorities_are_left_alone() -> None:
    rows = rows_of(week(0, 7, child_id="2"), week(0, 7, la_code="302"))
    found = match_prices(rows, placements((0, 10)))
    assert found.spans.is_empty() and found.unmatched["reason"].to_list() == ["no placement"] * 2


def test_leading_zeros_may_be_missing_unless_two_children_fit() -> None:
    places = placements((0, 10)).with_columns(child_id=pl.lit("0012"))
    found = match_prices(rows_of(week(0, 7, child_id="12")), places)
    assert found.spans["child_id"].to_list() == ["0012"]
    assert found.findings.select("severity", "count").rows() == [("note", 1)]
    two = pl.concat([places, places.with_columns(child_id=pl.lit("012"))])
    assert match_prices(rows_of(week(0, 7, child_id="12")), two).spans.is_empty()
    assert match_prices(rows_of(week(0, 7, child_id="012")), two).spans["child_id"].to_list() == ["012"]


def test_what_a_row_carries_goes_along() -> None:
    row = week(0, 7, "812.34", additional_package="5.5", contribution_health="1", provider_id="X", contract="spot",
               in_out_area="out")  # fmt: skip
    (found,) = match_prices(rows_of(row), placements((0, 10))).spans.to_dicts()
    assert (found["price"], found["additional_package"], found["contribution_health"]) == (
        "812.34",
        "5.5",
        "1",
    )
    assert (found["provider_id"], found["contract"], found["in_out_area"], found["row"]) == (
        "X",
        "spot",
        "out",
        2,
    )


def test_a_row_without_a_price_gives_way_to_one_with() -> None:
    alone = match_prices(rows_of(week(0, 7, None, contribution_health="9")), placements((0, 10)))  # type: ignore[arg-type]
    assert alone.spans.select("price", "contribution_health", "row_nights").rows() == [(None, "9", 7)]
    both = rows_of(week(0, 10), week(2, 20, None, contribution_health="9"))  # type: ignore[arg-type]
    assert spans(both, placements((0, 12))) == [(1, 0, 10, 1, 10), (1, 10, 12, 2, 10)]
    assert match_prices(both, placements((0, 12))).unmatched["amount"].to_list() == [None, None]


def test_nothing_matches_nothing() -> None:
    found = match_prices(rows_of(), placements())
    assert found.spans.is_empty() and found.findings.is_empty() and found.unmatched.is_empty()


# Days within 80 of the first, so that rows and placements meet.
STARTS = st.integers(-5, 60)


@st.composite
def worlds(draw: st.DrawFn) -> tuple[list[Row], list[tuple[int, int | None]]]:
    edges = sorted(draw(st.lists(st.integers(0, 60), min_size=2, max_size=6, unique=True)))
    places: list[tuple[int, int | None]] = [(a, b) for a, b in pairwise(edges) if draw(st.booleans())]
    if draw(st.booleans()):
        places.append((edges[-1], None))
    rows = []
    for _ in range(draw(st.integers(0, 5))):
        start = draw(STARTS)
        end = draw(st.one_of(st.none(), st.integers(start + 1, start + 40)))
        price = draw(st.sampled_from(["700", "1234.56", "33.333"]))
        if draw(st.booleans()):
            rows.append(week(start, end, price))
        else:
            first = draw(STARTS)
            rows.append(total(start, end, first, first + draw(st.integers(0, 30)), price))
    return rows, places


def plainly(
    rows: list[Row], places: list[tuple[int, int | None]]
) -> dict[tuple[int, int], tuple[int, int | None]]:
    """Night by night, from the words of the rule: (placement, night) to (row, nights of the row)."""
    far = 200
    won: dict[tuple[int, int], tuple[tuple[int, int], int, int | None]] = {}
    for number, row in enumerate(rows, 1):
        start = (row["start"] - DAY).days  # type: ignore[operator]
        end = None if row["end"] is None else (row["end"] - DAY).days  # type: ignore[operator]
        mine: int | None = None
        if end is None:
            on = [p for p, (a, b) in enumerate(places) if a <= start < (far if b is None else b)]
            later = [p for p, (a, _) in enumerate(places) if a > start]
            mine = (on or sorted(later, key=lambda p: places[p][0]) or [None])[0]  # type: ignore[list-item]
        else:
            shared = {
                p: len(set(range(start, end)) & set(range(a, far if b is None else b)))
                for p, (a, b) in enumerate(places)
            }
            best = max(shared.values(), default=0)
            if best:
                mine = min(p for p in shared if shared[p] == best)
        if mine is None:
            continue
        a, b = places[mine]
        nights = set(range(a, far if b is None else b)) & set(range(start, far if end is None else end))
        if row["basis"] == "period":
            first, last = ((row[name] - DAY).days for name in ("period_from", "period_to"))  # type: ignore[operator]
            nights &= set(range(first, last + 1))
        counted = None if b is None and end is None and row["basis"] == "week" else len(nights)
        for night in nights:
            rank = (start, number)
            held = won.get((mine + 1, night))
            if held is None or rank > held[0]:
                won[mine + 1, night] = (rank, number, counted)
    return {key: (row, counted) for key, (_, row, counted) in won.items()}


def nights_of(found: list[tuple[object, ...]]) -> dict[tuple[int, int], tuple[int, int | None]]:
    nights: dict[tuple[int, int], tuple[int, int | None]] = {}
    for place, first, last, row, counted in found:
        for night in range(first, 200 if last is None else last):  # type: ignore[arg-type,call-overload]
            assert (place, night) not in nights, "a night has one price"
            nights[place, night] = (row, counted)  # type: ignore[index,assignment]
    return nights


@given(worlds())
@settings(max_examples=120, derandomize=True, deadline=None)
def test_matching_is_that_of_single_nights(world: tuple[list[Row], list[tuple[int, int | None]]]) -> None:
    rows, places = world
    assert nights_of(spans(rows_of(*rows), placements(*places))) == plainly(rows, places)


@given(worlds(), st.randoms(use_true_random=False))
@settings(max_examples=60, derandomize=True, deadline=None)
def test_order_of_rows_in_the_frame_changes_nothing(
    world: tuple[list[Row], list[tuple[int, int | None]]], chance: object
) -> None:
    rows, places = world
    given_rows, given_places = rows_of(*rows), placements(*places)
    once = match_prices(given_rows, given_places)
    again = match_prices(given_rows.reverse(), given_places.reverse())
    assert again.spans.equals(once.spans) and again.unmatched.equals(once.unmatched)
    assert again.findings.equals(once.findings)


@given(worlds())
@settings(max_examples=120, derandomize=True, deadline=None)
def test_money_is_in_spans_or_left_over(world: tuple[list[Row], list[tuple[int, int | None]]]) -> None:
    """Of every row with an end the nights, and of every total the money, are all accounted for."""
    rows, places = world
    found = match_prices(rows_of(*rows), placements(*places))
    for number, row in enumerate(rows, 1):
        mine = found.spans.filter(pl.col("price_row") == number)
        left = found.unmatched.filter(pl.col("price_row") == number)
        kept = sum((last - first).days for first, last in mine.select("date_from", "date_to").rows() if last)
        if row["basis"] == "period":
            nights = mine["row_nights"][0] if mine.height else 0
            money = Fraction(str(row["price"])) * Fraction(kept, nights or 1)
            money += sum((Fraction(amount) for amount in left["amount"]), Fraction(0))
            assert abs(money - Fraction(str(row["price"]))) <= Fraction(left.height, 200)
        elif row["end"] is not None:
            assert kept + left["nights"].sum() == (row["end"] - row["start"]).days  # type: ignore[operator]


@given(worlds(), st.integers(1, 59))
@settings(max_examples=60, derandomize=True, deadline=None)
def test_a_row_cut_in_two_prices_the_same_nights(
    world: tuple[list[Row], list[tuple[int, int | None]]], cut: int
) -> None:
    """Weeks of one placement: cutting a row in two changes no night's price."""
    _, places = world
    if not places:
        return
    first, last = places[0][0], places[0][1] or 80
    at = min(max(cut, first + 1), last - 1)
    if not first < at < last:
        return
    whole = nights_of(spans(rows_of(week(first, last)), placements(*places)))
    parts = nights_of(spans(rows_of(week(first, at), week(at, last)), placements(*places)))
    assert whole.keys() == parts.keys()


@pytest.mark.parametrize("count", [2000])
def test_many_rows(count: int) -> None:
    rows = rows_of(*(week(7 * n, 7 * n + 7, str(n + 1)) for n in range(count)))
    found = match_prices(rows, placements((0, None)))
    assert found.spans.height == count and found.findings.is_empty()
    assert found.spans["price"].cast(pl.Int64).sum() == count * (count + 1) // 2
