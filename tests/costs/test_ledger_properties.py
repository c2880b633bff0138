"""What holds of every ledger, whoever the children are: invented care of some hundred children."""

from __future__ import annotations

import pickle
from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from fractions import Fraction
from functools import cache

import numpy as np
import polars as pl
import pytest
from care_chains import many_placements

from childjourneys.costs.indices import load_indices
from childjourneys.costs.kernel import LedgerKernel
from childjourneys.costs.loading import load_catalogue
from childjourneys.costs.model import Catalogue, CatalogueFile, Entry, Settings
from childjourneys.domain.calendar import england
from childjourneys.tables.costs import (
    COST_CHILDREN,
    COST_LEDGER,
    LEDGER_ORDER,
    children_as_written,
    ledger_as_written,
)

LA = "330"
FIRST, LAST = date(2016, 4, 1), date(2025, 3, 31)
# What another agency spends on every child, by the week.
HEALTH = Entry(
    "health", "other_agency", "invented", "week", (("", "gdp_deflator"),), amount=Fraction("123.45"),
    agency="health", price_year="2012/13",
)  # fmt: skip


@cache
def _tables() -> Mapping[str, pl.DataFrame]:
    made = many_placements(150, 10, 7)
    # Unaccompanied for as long as they are children, so that grants fall into the period.
    made["uasc"] = made["uasc"].with_columns(uasc_ceased_date=pl.lit(None, dtype=pl.Date))
    return {name: frame.with_columns(la_code=pl.lit(LA)) for name, frame in made.items()}


@cache
def _kernel() -> LedgerKernel:
    shipped = load_catalogue()
    catalogue = replace(shipped, entries=(*shipped.entries, HEALTH))
    return LedgerKernel(
        catalogue, FIRST, LAST, england(), frozenset({LA}), "2017/18", load_indices()
    )  # fmt: skip


@cache
def _told() -> Mapping[str, pl.DataFrame]:
    return _kernel()(dict(_tables()))


def _without_order(frame: pl.DataFrame) -> list[tuple[object, ...]]:
    return sorted(frame.rows(), key=str)


def test_there_is_something_to_check() -> None:
    ledger = _told()["cost_ledger"]
    assert ledger.height > 10_000
    assert set(ledger["process"]) >= {
        "grant",
        "other_agency",
        *(f"lac.{n}" for n in (1, 2, 3, 4, 5, 6, 7, 8)),
    }


def test_the_ledger_is_in_the_order_of_its_file() -> None:
    ledger = _told()["cost_ledger"]
    assert ledger.equals(ledger.sort(LEDGER_ORDER, maintain_order=True))


@pytest.mark.parametrize("seed", [1, 2])
def test_reordering_the_rows_changes_nothing(seed: int) -> None:
    shuffled = {name: frame.sample(fraction=1, shuffle=True, seed=seed) for name, frame in _tables().items()}
    told = _kernel()(shuffled)
    for name, frame in _told().items():
        assert _without_order(told[name]) == _without_order(frame), name


def test_buckets_change_nothing() -> None:
    who = pl.col("child_id").str.slice(-1).is_in(["1", "4", "7"])
    parts = [
        _kernel()({name: frame.filter(which) for name, frame in _tables().items()}) for which in (who, ~who)
    ]
    for name in ("cost_ledger", "cost_children", "cost_issues", "cost_needs"):
        assert _without_order(pl.concat([part[name] for part in parts])) == _without_order(_told()[name])


def test_the_sums_of_the_ledger_are_the_childrens() -> None:
    ledger, children = _told()["cost_ledger"], _told()["cost_children"]
    ledger = ledger.filter(pl.col("agency") == "local_authority")
    total = (
        ledger.group_by("child_id", "price_year").agg(pl.col("pence").sum()).sort("child_id", "price_year")
    )
    given = children.filter(pl.col("price_year").is_not_null()).sort("child_id", "price_year")
    assert given["net_pence"].to_list() == total["pence"].to_list()
    assert given["net_pence"].equals(
        given.select(pl.sum_horizontal("gross_pence", "contributions_pence", "grant_pence")).to_series(),
        check_names=False,
    )
    assert (given["grant_pence"] <= 0).all()
    assert (given["grant_pence"] < 0).any()


def test_nights_of_placements_are_nights_in_care_less_days_that_an_issue_names() -> None:
    chain = _tables()["care_chain"].with_columns(pl.col("end").fill_null(date(2030, 1, 1)))
    inside = chain.with_columns(
        pl.max_horizontal("start", pl.lit(FIRST)), pl.min_horizontal("end", pl.lit(date(2025, 4, 1)))
    )
    nights = (pl.col("end") - pl.col("start")).dt.total_days().clip(lower_bound=0)
    in_care = (
        inside.filter(pl.col("kind") == "care")
        .group_by("child_id", "period_no")
        .agg(
            (pl.col("end").max() - pl.col("start").min()).dt.total_days().clip(lower_bound=0).alias("nights")
        )
    )
    breaks = inside.filter(pl.col("legal_status") == "V3").select(nights.sum()).item()
    named = _told()["cost_issues"].filter(pl.col("what").str.contains("No placement is on record"))
    found = _told()["cost_children"].unique(["la_code", "child_id"])["nights"].sum()
    assert found == in_care["nights"].sum() + breaks - named["count"].sum()


def test_every_priced_night_is_in_the_ledger_once_and_no_other() -> None:
    ledger = _told()["cost_ledger"].filter(pl.col("process") == "lac.3")
    children = _told()["cost_children"].unique(["la_code", "child_id"])
    assert ledger["nights"].sum() == (children["nights"] - children["unpriced_nights"]).sum()
    assert ((ledger["date_to"] - ledger["date_from"]).dt.total_days() + 1 == ledger["nights"]).all()
    assert (ledger["month"] == ledger["date_from"].dt.to_string("%Y-%m")).all()
    assert (ledger["month"] == ledger["date_to"].dt.to_string("%Y-%m")).all()


def test_a_period_split_in_two_costs_the_same_within_a_penny_a_line() -> None:
    cut = date(2020, 4, 1)
    kernel = _kernel()
    halves = [
        replace(kernel, last=date(2020, 3, 31))(dict(_tables()))["cost_ledger"],
        replace(kernel, first=cut)(dict(_tables()))["cost_ledger"],
    ]
    whole, parts = _told()["cost_ledger"], pl.concat(halves)
    nights = pl.col("nights").sum()
    assert whole.select(nights).item() == parts.select(nights).item()
    events = pl.col("nights").is_null()
    assert whole.filter(events)["pence"].sum() == parts.filter(events)["pence"].sum()
    # A month's days (28 to 31) are the one thing that a cut can move: so look at nights and weeks.
    for process in ("grant", "other_agency"):
        lines = [frame.filter(pl.col("process") == process) for frame in (whole, parts)]
        nights_of = [frame["nights"].sum() for frame in lines]
        assert nights_of[0] == nights_of[1] > 0
        # Exact quantities add up; each is shown rounded to a millionth.
        shown = [frame["millionths"].sum() for frame in lines]
        assert abs(shown[0] - shown[1]) <= lines[1].height
        per_child = [frame.group_by("child_id").agg(pl.col("pence").sum(), pl.len()) for frame in lines]
        both = per_child[0].join(per_child[1], on="child_id", suffix="_parts", validate="1:1")
        assert both.height == per_child[0].height == per_child[1].height
        assert ((both["pence"] - both["pence_parts"]).abs() <= both["len_parts"]).all()


@pytest.mark.parametrize("weeks", [1, 2, 13, 52, 151])
def test_n_weeks_cost_n_times_the_week_and_the_months_add_up(weeks: int) -> None:
    kernel, _ = _weekly()
    start = date(2020, 1, 9)
    chain = _tables()["care_chain"].filter(pl.col("kind") == "care").head(1).with_columns(
        start=pl.lit(start), end=pl.lit(start) + pl.duration(days=7 * weeks), starts_period=pl.lit(True),
        temporary=pl.lit(False), placement_type=pl.lit("U6"), placement_provider=pl.lit("PR1"),
    )  # fmt: skip
    ledger = kernel({"care_chain": chain})["cost_ledger"].filter(pl.col("process") == "lac.3")
    assert ledger["pence"].sum() == weeks * 33_333
    assert abs(ledger["millionths"].sum() - weeks * 1_000_000) <= ledger.height
    exact = weeks * 33_333 * ledger["nights"].to_numpy() / (7 * weeks)
    assert (np.abs(ledger["pence"].to_numpy() - exact) < 1).all()


def _weekly() -> tuple[LedgerKernel, str]:
    entry = Entry(
        "week", "placement", "invented", "week", (("", "none"),), "lac.3", Fraction("333.33"),
        price_year="2020/21",
    )  # fmt: skip
    file = CatalogueFile("invented.yaml", "", 0, 1, invented=True)
    catalogue = Catalogue((entry,), Settings(), (file,), "0")
    return replace(_kernel(), catalogue=catalogue, price_year=""), entry.id


def test_the_files_have_the_columns_of_the_design() -> None:
    written = ledger_as_written(_told()["cost_ledger"].head(50))
    assert tuple(written.columns) == COST_LEDGER.names()
    text = written.write_csv().splitlines()
    amounts = [line.split(",")[COST_LEDGER.names().index("amount")] for line in text[1:]]
    assert all(len(amount.split(".")[1]) == 2 for amount in amounts)
    quantities = [line.split(",")[COST_LEDGER.names().index("quantity")] for line in text[1:]]
    assert all(len(quantity.split(".")[1]) == 6 for quantity in quantities)
    assert tuple(children_as_written(_told()["cost_children"]).columns) == COST_CHILDREN.names()
    assert written["amount"].sum() * 100 == _told()["cost_ledger"].head(50)["pence"].sum()


def test_the_kernel_can_be_taken_to_another_process() -> None:
    again = pickle.loads(pickle.dumps(_kernel()))
    some = {name: frame.head(200) for name, frame in _tables().items()}
    assert again(dict(some))["cost_ledger"].equals(_kernel()(dict(some))["cost_ledger"])


def test_no_children_have_no_costs() -> None:
    told = _kernel()({name: frame.clear() for name, frame in _tables().items()})
    assert all(told[name].is_empty() for name in ("cost_ledger", "cost_children", "cost_issues"))
    assert _kernel()({})["cost_ledger"].is_empty()
