"""Tables from ledgers: every amount is a sum of ledger lines, and averages are over priced nights."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from fractions import Fraction

import polars as pl
import pytest
from invented_ledgers import (
    FIRST,
    LA,
    chain_of,
    children_of,
    entry,
    event,
    invented_ledger,
    invented_run,
    ledger_of,
    line,
    unpriced_of,
    without_price,
)

from childjourneys.costs.model import Home
from childjourneys.costs.summaries.children import itemised, running_cost
from childjourneys.costs.summaries.cube import Cube, add_up, together
from childjourneys.costs.summaries.everything import CHILD_LEVEL, cost_tables
from childjourneys.costs.summaries.filters import Filter, people
from childjourneys.costs.summaries.given import need_sentences
from childjourneys.costs.summaries.groups import area_table, average_week_table, need_table, placement_table
from childjourneys.costs.summaries.homes import homes_table
from childjourneys.costs.summaries.kinds import financial_years, quarters
from childjourneys.costs.summaries.nights import nights_by_level, nights_by_year, placement_lines
from childjourneys.costs.summaries.providers import contract_table, provider_table
from childjourneys.costs.summaries.quality import levels_of_nights, research_share, unpriced
from childjourneys.costs.summaries.table import CostTable
from childjourneys.costs.summaries.weeks import placement_weeks, providers_of, unpriced_placements
from childjourneys.costs.summaries.without_price import whose_of
from childjourneys.issues import UsageError

MONEY = ("gross", "contributions", "grant", "other_agencies")


def cube_of(
    *lines: dict[str, object],
    unpriced: dict[str, tuple[int, int]] | None = None,
    without: Sequence[dict[str, object]] = (),
) -> Cube:
    ledger = ledger_of(lines)
    return add_up(ledger, children_of(ledger, unpriced), unpriced_of(without))


def providers_table(cube: Cube, providers: pl.DataFrame) -> CostTable:
    weeks, without = placement_weeks(cube, providers), unpriced_placements(cube, providers)
    return provider_table(weeks, without, whose_of(cube))


def row(table: CostTable, **which: object) -> dict[str, object]:
    return table.frame.filter(**which).row(0, named=True)


@pytest.mark.parametrize("seed", [1, 2])
def test_every_table_adds_up_to_the_ledger_to_the_penny(seed: int) -> None:
    ledger = invented_ledger(120, seed, ("2023/24", "2024/25"))
    cube = add_up(ledger, children_of(ledger))
    whole = ledger.group_by("price_year").agg(pl.col("pence").sum()).sort("price_year")
    compared = 0
    for table in cost_tables(cube, invented_run()):
        if not set(MONEY) <= set(table.frame.columns):
            continue
        compared += 1
        summed = table.frame.group_by("price_year").agg(pence=sum(pl.col(name).sum() for name in MONEY))
        assert summed.sort("price_year").equals(whole), table.key
        net = table.frame.select(pl.sum_horizontal("gross", "contributions", "grant") == pl.col("net"))
        assert net.to_series().all(), table.key
    assert compared >= 10


def test_tables_of_the_gross_of_placements_agree_with_each_other() -> None:
    ledger = invented_ledger(80, 3)
    cube = add_up(ledger, children_of(ledger))
    kept = ledger.filter((pl.col("process") == "lac.3") & (pl.col("agency") == "local_authority"))
    of_tables = [
        table.frame["placement_cost"].sum()
        for table in cost_tables(cube, invented_run())
        if "placement_cost" in table.frame.columns and table.key not in CHILD_LEVEL
    ]
    assert len(of_tables) >= 5 and set(of_tables) == {kept["pence"].sum()}
    assert cube.nights["nights"].sum() == kept["nights"].sum()


def test_reordering_and_bucketing_change_nothing() -> None:
    ledger = invented_ledger(60, 4)
    children = children_of(ledger)
    whole = add_up(ledger, children)
    halves = [pl.col("child_id") < "c00030", pl.col("child_id") >= "c00030"]
    parts = together([add_up(ledger.filter(half), children.filter(half)) for half in halves])
    mixed = add_up(ledger.sample(fraction=1, shuffle=True, seed=5), children)
    order = ["la_code", "price_year", "month"]
    assert parts.tops.select(whole.tops.columns).sort(order).equals(whole.tops.sort(order))
    run = invented_run()
    for table, other, again in zip(*(cost_tables(one, run) for one in (whole, parts, mixed)), strict=True):
        assert table.frame.equals(other.frame), table.key
        assert table.frame.equals(again.frame), table.key


def test_a_night_that_two_lines_price_counts_once() -> None:
    night = {"date_from": date(2024, 4, 1), "date_to": date(2024, 4, 10), "nights": 10}
    later = {"date_from": date(2024, 4, 6), "date_to": date(2024, 4, 15), "nights": 10}
    lines = [line(**night), line(**night, entry_id="allowance"), line(**later, entry_id="fee")]
    kept = placement_lines(ledger_of(lines))
    assert nights_by_year(kept)[0]["nights"].sum() == 15
    assert placement_table(cube_of(*lines)).frame["average_week"].to_list() == [980_00]


def test_nights_in_money_of_two_years_count_in_each_and_are_not_added() -> None:
    lines = [line(), line(price_year="2009/10", pence=70_00, entry_id="social_work")]
    frame = placement_table(cube_of(*lines)).frame
    assert frame.select("price_year", "nights", "gross").rows() == [
        ("2009/10", 7, 70_00), ("2024/25", 7, 700_00),
    ]  # fmt: skip


def test_a_night_is_told_by_its_most_particular_price() -> None:
    week = {"nights": 7}
    lines = [
        line(price_basis="default", entry_id="work"),
        line(price_basis="child", entry_id="child_price", date_to=date(2024, 4, 3), nights=3),
        line(price_basis="contract", child_id="b", **week),
    ]
    kept = placement_lines(ledger_of(lines))
    assert sorted(nights_by_level(kept).rows()) == [
        (LA, "a", "child", 3), (LA, "a", "default", 4), (LA, "b", "contract", 7),
    ]  # fmt: skip


def test_levels_and_nights_without_a_price_make_up_all_nights() -> None:
    lines = [line(price_basis="default"), line(child_id="b", price_basis="child")]
    # Of a's 10 nights 3 have no line at all; of b's 7 two have a line and still lack something; c has none.
    without = [
        without_price(date(2024, 4, 8), 3),
        without_price(date(2024, 4, 3), 2, child_id="b"),
        without_price(date(2024, 5, 1), 5, child_id="c"),
    ]
    cube = cube_of(*lines, unpriced={"a": (10, 3), "b": (7, 2), "c": (5, 5)}, without=without)
    assert levels_of_nights(cube).select("level", "nights").rows() == [
        ("child", 5), ("default", 7), ("no price", 10),
    ]  # fmt: skip
    assert unpriced(cube).row(0) == (LA, 22, 10, 3)


def test_nights_that_lack_a_part_of_their_price_and_their_money_are_in_no_average() -> None:
    day = date(2024, 4, 1)
    ten = {"date_to": date(2024, 4, 10), "nights": 10}
    lines = [
        # Of ten nights at 100 the 3rd, 4th and 8th have no placement price: their social work is left.
        line(**ten, pence=100_01, entry_id="work"),
        line(entry_id="price", date_to=date(2024, 4, 2), nights=2, pence=200_00),
        line(entry_id="price", date_from=date(2024, 4, 5), date_to=date(2024, 4, 7), nights=3, pence=300_00),
        line(entry_id="price", date_from=date(2024, 4, 9), date_to=date(2024, 4, 10), nights=2, pence=200_00),
        event("lac.3", 50_00, entry_id="start"),
        event("lac.3", 30_00, entry_id="start", date_from=date(2024, 4, 3)),
        event("lac.1", 700_00),
        # Nobody knows what b's placement costs; its social work is priced.
        line(child_id="b", placement_type="K1", provider="PR2", entry_id="work", pence=70_00),
    ]
    without = [
        without_price(date(2024, 4, 3), 2),
        without_price(date(2024, 4, 8), 1),
        without_price(day, 7, child_id="b", placement_type="K1", provider="PR2"),
        without_price(day, 4, child_id="c", placement_type="H5", provider="PR4"),
    ]
    told = {"a": (10, 3), "b": (7, 7), "c": (4, 4)}
    cube = cube_of(*lines, unpriced=told, without=without)
    # 7 nights: 70.01 of 100.01 (half-up), 700.00 and the 50.00 of a night with a price: 820.01.
    shown = ("placement_type", "children", "nights", "gross", "placement_cost", "average_week", "left_out",
             "unpriced_nights", "unpriced_children")  # fmt: skip
    assert placement_table(cube).frame.select(shown).rows() == [
        ("H5 Semi-independent living, outside children home regulations", 0, 0, 0, 0, None, 0, 4, 1),
        ("K1 Secure children's home", 1, 0, 70_00, 0, None, 70_00, 7, 1),
        ("U6 Foster: other carer, not long term or FFA",
         1, 7, 1580_01, 820_01, 820_01, 60_00, 3, 1),
    ]  # fmt: skip
    tables = {table.key: table for table in cost_tables(cube, invented_run())}
    for key in ("Average week", "Placement type", "Provider type", "In and out of area", "Need group",
                "Provider", "Month", "Quarter", "Financial year"):  # fmt: skip
        table = tables[key]
        assert table.frame["nights"].sum() == 7, key
        assert table.frame["unpriced_nights"].sum() == 14, key
        assert table.totals is not None
        assert table.totals["unpriced_nights"].to_list() == [14], key
        assert table.totals["unpriced_children"].to_list() == [3], key
        if "average_week" in table.frame.columns:
            assert table.totals["average_week"].to_list() == [820_01], key
            assert table.frame["left_out"].sum() == 130_00, key
    provider = tables["Provider"].frame.filter(kind_of_placement="Secure")
    assert provider.select("average_week", "median", "unpriced_nights").rows() == [(None, None, 7)]
    whole = row(tables["Totals"])
    assert (whole["priced_nights"], whole["unpriced_nights"], whole["all_nights"]) == (7, 14, 21)
    assert levels_of_nights(cube).select("level", "nights").rows() == [("authority", 7), ("no price", 14)]
    assert cube.lines["n_lines"].sum() == len(lines) and cube.lines["pence"].sum() == 1650_01
    assert row(tables["Process"], process="lac.3")["lines"] == 7


def test_nights_without_a_price_stand_beside_the_money_that_keeps_placements() -> None:
    z = without_price(FIRST, 9, child_id="z")
    lines = [line(), line(price_year="2020/21", process="grant", entry_id="uasc", pence=-50_00)]
    kept = placement_table(cube_of(*lines, without=[z | {"placement_type": "K1"}])).frame
    told = kept.select("price_year", pl.col("placement_type").str.slice(0, 2), "unpriced_nights")
    assert told.rows() == [("2020/21", "U6", 0), ("2024/25", "K1", 9), ("2024/25", "U6", 0)]
    # Where nothing keeps a placement, they stand beside whatever there is.
    only = placement_table(cube_of(event("cin.s47", 100), without=[z])).frame
    assert only.select("price_year", "nights", "unpriced_nights").rows() == [
        ("2024/25", 0, 9), ("2024/25", 0, 0),
    ]  # fmt: skip


def test_children_without_a_price_stand_beside_every_total() -> None:
    cube = cube_of(line(), unpriced={"c": (5, 5)})
    tables = cost_tables(cube, invented_run())
    words = "Not in the amounts: 5 of 12 nights in placements, of 1 child, have no price."
    assert all(words in table.notes for table in tables)
    listed = next(table for table in tables if table.key == "Without a price")
    assert listed.frame["child_id"].to_list() == ["c"]


def test_need_groups_are_indexed_to_no_needs_and_the_published_index_stands_beside() -> None:
    lines = [
        line(pence=100_00), line(child_id="b", pence=300_00),
        line(child_id="c", need_group="ebd", pence=304_00), line(child_id="d", need_group="ebd_offending"),
    ]  # fmt: skip
    table = need_table(cube_of(*lines))
    assert row(table, need_group="none")["index"] == 100
    ebd = row(table, need_group="ebd")
    assert (ebd["index"], ebd["published_index"], ebd["per_child"]) == (152, 152, 304_00)
    assert row(table, need_group="ebd_offending")["published_index"] == 291


def test_average_weeks_are_told_as_commissioners_ask() -> None:
    lines = [
        line(pence=700_00), line(child_id="b", provider="PR4", pence=900_00),
        line(child_id="c", placement_type="K2", provider="PR5", in_out_area="out", pence=5_000_00),
        line(child_id="d", placement_type="K2", provider="PR1", pence=4_000_00),
        line(child_id="e", placement_type="U6", provider=None, pence=1_00),
    ]  # fmt: skip
    found = average_week_table(cube_of(*lines)).frame.select("kind_of_care", "area", "average_week").rows()
    assert set(found) == {
        ("In-house fostering", "in", 700_00), ("Agency fostering", "in", 900_00),
        ("External residential", "out", 5_000_00), ("In-house residential", "in", 4_000_00),
        ("Fostering by a provider not known", "in", 1_00),
    }  # fmt: skip


def test_what_is_no_placement_has_a_row_of_its_own() -> None:
    table = area_table(cube_of(line(in_out_area=None), event("cin.s47", 511_00)))
    assert dict(table.frame.select("area", "gross").iter_rows()) == {
        "not known": 700_00, "no placement": 511_00,
    }  # fmt: skip


def test_a_provider_stands_beside_others_with_the_same_needs() -> None:
    """P has 7 nights of none at 700 and 7 of ebd at 1,400; others have none at 600 and ebd at 2,000."""
    lines, chain = [], []
    for child, need, pence, provider in (
        ("a", "none", 700_00, "P"), ("b", "ebd", 1_400_00, "P"),
        ("c", "none", 600_00, "Q"), ("d", "ebd", 2_000_00, "R"), ("e", "cwd", 9_000_00, "P"),
    ):  # fmt: skip
        lines.append(line(child_id=child, need_group=need, pence=pence))
        chain.append({"child_id": child, "start": FIRST, "placement_urn": provider})
    table = providers_table(cube_of(*lines), providers_of(chain_of(*chain)))
    mine = row(table, provider_id="P")
    assert (mine["children"], mine["nights"], mine["average_week"]) == (3, 21, 3_700_00)
    assert (mine["lower_quartile"], mine["median"], mine["upper_quartile"]) == (1_050_00, 1_400_00, 5_200_00)
    assert (mine["compared_nights"], mine["compared_week"], mine["similar_needs_week"]) == (
        14, 1_050_00, 1_300_00,
    )  # fmt: skip
    assert mine["difference"] == -250_00
    assert mine["need_mix"] == "cwd 33%, ebd 33%, none 33%"


def test_the_share_that_rests_on_research_is_by_the_price_and_not_by_its_uplift() -> None:
    run = invented_run(entry("old", "2009/10"), entry("new", "2024/25"))
    cube = cube_of(line(entry_id="old", pence=300_00), line(child_id="b", entry_id="new", pence=100_00))
    assert research_share(cube, run.research_ids()).row(0) == (LA, "2024/25", 400_00, 300_00, 0.75)
    made_up = invented_run(entry("old", "2009/10"), invented=True)
    assert made_up.research_ids() == []


def test_each_amount_is_a_times_b() -> None:
    month = line(date_from=date(2024, 5, 1), date_to=date(2024, 5, 7))
    items = itemised(ledger_of([line(), month, event("lac.6", 446_00)]))
    assert items.filter(process="lac.6")["nights"].to_list() == [None], "an event has no nights"
    first = items.filter(process="lac.3").row(0, named=True)
    assert (first["millionths"], first["unit_cost"], first["pence"]) == (2_000_000, "700", 1_400_00)
    assert (first["nights"], first["date_from"], first["date_to"]) == (14, FIRST, date(2024, 5, 7))
    assert items["pence"].sum() == 1_846_00


def test_a_home_of_the_authority_shows_its_three_nights_apart() -> None:
    home = Home(Fraction(365_000), 4, date(2024, 4, 1), date(2025, 3, 31), 730)
    run = invented_run(entry("ours", amount=None, home=home), entry("unused", home=home))
    table = homes_table(cube_of(line(entry_id="ours")), run.catalogue)
    assert table is not None
    assert table.frame.select("entry_id", "night", "full_night", "voids").rows() == [
        ("ours", 500_00, 250_00, 182_500_00),
    ]  # fmt: skip
    assert homes_table(cube_of(line()), run.catalogue) is None


def test_prices_name_a_provider_before_its_number_does_and_say_how_it_was_bought() -> None:
    chain = chain_of(
        {"start": FIRST, "placement_urn": "SC1"}, {"child_id": "b", "start": FIRST, "placement_urn": "SC2"}
    )
    span = {"la_code": LA, "child_id": "a", "period_no": 1, "placement_no": 1, "date_from": FIRST,
            "provider_id": "Home Ltd", "urn": "SC1", "contract": "spot"}  # fmt: skip
    found = providers_of(chain, pl.DataFrame([span])).sort("child_id")
    assert found.select("child_id", "provider_id", "contract").rows() == [
        ("a", "Home Ltd", "spot"),
        ("b", "SC2", None),
    ]
    cube = cube_of(line(), line(child_id="b", pence=900_00))
    weeks = placement_weeks(cube, found)
    bought = contract_table(weeks, unpriced_placements(cube, found), whose_of(cube))
    assert bought is not None
    assert bought.frame.select("contract", "average_week").rows() == [("not known", 900_00), ("spot", 700_00)]
    cube = cube_of(line())
    assert contract_table(placement_weeks(cube), unpriced_placements(cube), whose_of(cube)) is None


def test_the_rule_of_each_need_is_told() -> None:
    needs = pl.DataFrame(
        {
            "la_code": [LA],
            "child_id": ["a"],
            "cwd": [True],
            "cwd_rule": ["need code N2"],
            "ebd_rule": ["nothing on record"],
        }
    )
    assert need_sentences(needs) == {(LA, "a"): "cwd: need code N2; ebd: nothing on record"}


def test_running_cost_ends_at_the_whole_of_each_price_year() -> None:
    ledger = invented_ledger(20, 6, ("2023/24", "2024/25"))
    last = running_cost(ledger).group_by("child_id", "price_year").agg(pl.col("running_net").last())
    whole = children_of(ledger).select("child_id", "price_year", running_net="net_pence")
    assert last.sort("child_id", "price_year").equals(whole.sort("child_id", "price_year"))


def test_quarters_and_years_are_those_of_finance() -> None:
    months = pl.DataFrame({"m": ["2024-03", "2024-04", "2024-12", "2025-01", "1999-12"]})
    assert months.select(financial_years(pl.col("m"))).to_series().to_list() == [
        "2023/24", "2024/25", "2024/25", "2024/25", "1999/00",
    ]  # fmt: skip
    assert months.select(quarters(pl.col("m"))).to_series().to_list()[:4] == [
        "2023/24 Q4", "2024/25 Q1", "2024/25 Q3", "2024/25 Q4",
    ]  # fmt: skip


def told(*lines: dict[str, object]) -> tuple[pl.DataFrame, pl.DataFrame]:
    ledger = ledger_of(lines)
    facts = pl.DataFrame(
        {"la_code": [LA] * 2, "child_id": ["a", "b"], "birth_date": [date(2014, 4, 2), date(2008, 4, 1)],
         "sex": ["F", "M"], "ethnicity": ["WBRI", None]}
    )  # fmt: skip
    chain = chain_of(
        {"start": date(2020, 1, 1), "legal_status": "C1"},
        {"child_id": "b", "start": FIRST, "legal_status": "V2"},
    )
    return ledger, people(facts, children_of(ledger), ledger, chain, FIRST)


@pytest.mark.parametrize(
    ("pairs", "kept"),
    [
        (["age_at_start=5-9"], ["a"]),
        (["age_at_start=16-17"], ["b"]),
        (["need=ebd"], ["b"]),
        (["need_group=cwd_ebd,none"], ["a", "b"]),
        (["legal_at_start=C1"], ["a"]),
        (["sex=M", "placement_type=K2"], ["b"]),
        (["sex=F", "placement_type=K2"], []),
        (["ethnicity="], ["b"]),
        (["kind_of_care=In-house fostering"], ["a"]),
        (["month_from=2024-05"], []),
        (["la=301", "provider=PR4"], ["b"]),
    ],
)
def test_a_cohort_is_what_all_pairs_say(pairs: list[str], kept: list[str]) -> None:
    ledger, facts = told(
        line(), line(child_id="b", need_group="cwd_ebd", placement_type="K2", provider="PR4")
    )
    found = Filter.of(pairs).cohort(ledger, facts)
    assert sorted(set(found["child_id"])) == kept


def test_a_pair_that_means_nothing_is_refused() -> None:
    for text in ("colour=red", "placement_type"):
        with pytest.raises(UsageError, match="write column=value"):
            Filter.of([text])


def test_filters_for_every_value_of_a_column_make_up_the_whole() -> None:
    ledger = invented_ledger(40, 7)
    nobody = pl.DataFrame(schema={"la_code": pl.String, "child_id": pl.String})
    parts = [
        Filter.of([f"in_out_area={value}"]).cohort(ledger, nobody)["pence"].sum()
        for value in ("in", "out", "")
    ]
    assert all(parts) and sum(parts) == ledger["pence"].sum()
