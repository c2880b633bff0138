"""A finished run is costed bucket by bucket: its period, its prices, what is missing, what is kept."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import polars as pl
import pytest
from care_chains import many_placements
from kept_runs import keep_run

from childjourneys import costing
from childjourneys.costing import cost
from childjourneys.issues import UsageError
from childjourneys.tables.costs import COST_ISSUES, LEDGER, LEDGER_CHILDREN
from childjourneys.workspace.runs import open_run

FIRST, LAST = date(2023, 4, 1), date(2025, 3, 31)
WEEKLY = """
entries:
  - {id: week, kind: placement, unit: week, amount: 700, price_year: 2023/24, index: gdp_deflator}
"""


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("costed") / "out"
    tables = many_placements(40, 2, 5)
    named = {"la_code": pl.lit("330"), "child_id": pl.col("child_id").str.to_uppercase()}
    keep_run(out, {name: table.with_columns(**named) for name, table in tables.items()}, FIRST, LAST, 2)
    return out


@pytest.fixture
def weekly(tmp_path: Path) -> str:
    path = tmp_path / "weekly.yaml"
    path.write_text(WEEKLY, encoding="utf-8")
    return str(path)


def test_the_period_is_what_the_returns_cover(run: Path) -> None:
    told = cost(run)
    assert (told.first, told.last) == (FIRST, LAST)
    ledger = told.ledger()
    assert ledger.schema == LEDGER.schema
    assert ledger.height == told.store.rows("cost_ledger") > 1000
    assert ledger["date_from"].min() >= FIRST
    assert ledger["date_to"].max() <= LAST
    assert told.children.schema == LEDGER_CHILDREN.schema
    assert told.issues.schema == COST_ISSUES.schema
    assert told.children["child_id"].n_unique() == 40
    assert told.needs.height == 40
    assert told.levels.filter(pl.col("price_basis") != "none")["nights"].sum() == sum(
        told.children.unique("child_id").select(pl.col("nights") - pl.col("unpriced_nights")).to_series()
    )


def test_pieces_of_buckets_change_nothing(run: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    whole = cost(run).ledger()
    monkeypatch.setattr(costing, "_EPISODES_AT_ONCE", 20)
    told = cost(run)
    assert told.store.buckets > 4
    assert told.ledger().equals(whole)


def test_a_shorter_period_is_taken_as_asked(run: Path, weekly: str) -> None:
    told = cost(run, [weekly], first=date(2024, 1, 1), last=date(2024, 1, 7))
    # At most one week each, and each of those in care all week exactly the week's price.
    nights = told.children.filter(pl.col("nights") == 7)
    assert nights.height > 5
    assert set(nights["gross_pence"]) == {70_000}


def test_processes_without_a_price_are_said_once(run: Path, weekly: str) -> None:
    told = cost(run, [weekly])
    assert "lac.6" in told.not_costed
    assert "lac.3" not in told.not_costed
    about = told.issues.filter(pl.col("child_id").is_null(), pl.col("process") == "lac.6")
    assert about["severity"].to_list() == ["note"]


def test_a_period_beyond_what_is_known_is_a_warning(run: Path, weekly: str) -> None:
    told = cost(run, [weekly], last=date(2025, 6, 30))
    about = told.issues.filter(pl.col("child_id").is_null(), pl.col("severity") == "warning")
    assert about.select("code", "date", "count").rows() == [("cost-data", date(2025, 6, 30), 91)]
    assert (
        cost(run, [weekly])
        .issues.filter(pl.col("severity") == "warning", pl.col("child_id").is_null())
        .is_empty()
    )


def test_prices_can_only_be_brought_to_years_with_an_index(run: Path, weekly: str, tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=r"2024/25.*gdp_deflator.*--indices FILE"):
        cost(run, [weekly], price_year="2024/25")
    assert not (open_run(run) / "costs").exists()
    indices = tmp_path / "indices.yaml"
    indices.write_text("indices: {gdp_deflator: {values: {2024/25: 10}}}\n", encoding="utf-8")
    then = cost(run, [weekly]).children["gross_pence"].sum()
    now = cost(run, [weekly], price_year="2024/25", indices=indices).children
    assert set(now["price_year"].drop_nulls()) == {"2024/25"}
    assert now["gross_pence"].sum() == pytest.approx(then * 1.1, abs=2 * 40 * 20)


def test_what_can_not_be_asked(run: Path, tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="no finished run"):
        cost(tmp_path / "nowhere")
    with pytest.raises(UsageError, match="financial year"):
        cost(run, price_year="2024")
    with pytest.raises(UsageError, match="ends on 2024-01-01 before it begins"):
        cost(run, first=date(2024, 2, 1), last=date(2024, 1, 1))


def test_prices_of_single_children_go_before_the_catalogue(run: Path, weekly: str, tmp_path: Path) -> None:
    child = cost(run, [weekly]).ledger().filter(pl.col("placement_no") == 1).row(0, named=True)
    paths = []
    for number, money in enumerate((140, 7)):
        paths.append(tmp_path / f"placement_costs_{number}.csv")
        paths[-1].write_text(
            "la_code,child_id,placement_start,placement_end,weekly_price,contribution_health\n"
            f"330,{child['child_id']},{child['date_from']},,{money},{money / 10}\n",
            encoding="utf-8",
        )
    told = cost(run, [weekly], prices=paths)
    lines = told.ledger().filter(pl.col("price_basis") == "child")
    # Two rows for the same nights: the later row has them, with a warning.
    assert set(lines["unit_cost"]) == {"7.00", "0.70"}
    assert set(lines["process"]) == {"lac.3", "contribution"}
    assert (told.issues["code"] == "cost-data").any()
    assert told.levels.filter(pl.col("price_basis") == "child")["nights"].item() > 0
    credits = told.children["contributions_pence"].sum()
    assert credits == lines.filter(pl.col("process") == "contribution")["pence"].sum() < 0
