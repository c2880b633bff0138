"""A generated authority from its returns to pathways: they agree with what the returns say themselves."""

from __future__ import annotations

from pathlib import Path

import polars as pl
import pytest

from childjourneys.account import Account
from childjourneys.pathing import Pathways, measure_pathways
from childjourneys.pipeline import Settings, build_journeys, ingest
from childjourneys.reports.csv_files import write_csv
from childjourneys.synthetic import Plan, simulate, write_example
from childjourneys.tables import DERIVED
from childjourneys.workspace.store import TableStore

SMALL_MEMORY = 16 * 200_000  # several buckets


@pytest.fixture(scope="module")
def returns(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("example")
    write_example(simulate(Plan(children=400, seed=11)), folder)
    return folder / "returns"


def journeys_of(returns: Path, folder: Path, memory: int | None = None) -> TableStore:
    settings = Settings() if memory is None else Settings(memory=memory)
    store, account = ingest([returns], folder, settings)
    journeys = TableStore(folder / "journeys", store.buckets)
    build_journeys(store, journeys, account)
    assert isinstance(account, Account)
    return journeys


@pytest.fixture(scope="module")
def journeys(returns: Path, tmp_path_factory: pytest.TempPathFactory) -> TableStore:
    return journeys_of(returns, tmp_path_factory.mktemp("run"))


@pytest.fixture(scope="module")
def found(journeys: TableStore) -> Pathways:
    return measure_pathways(journeys)


def test_one_row_per_referral_and_per_enquiry(journeys: TableStore, found: Pathways) -> None:
    events = journeys.table("events")
    for event, frame, day in (
        ("referral", found.referral_outcomes, "referral_date"),
        ("s47", found.s47_pathways, "s47_start"),
    ):
        rows = events.filter(pl.col("event") == event)["la_code", "child_id", "date"].sort(pl.all())
        assert frame["la_code", "child_id", day].rows() == rows.rows()
        assert rows.height > 100


def test_the_columns_are_those_declared(found: Pathways, journeys: TableStore) -> None:
    for name in ("referral_outcomes", "s47_pathways"):
        frame: pl.DataFrame = getattr(found, name)
        assert frame.schema == pl.Schema(DERIVED[name].schema)
        assert journeys.table(name).select(frame.columns).equals(frame)


def test_no_further_action_is_where_the_return_says_so(found: Pathways) -> None:
    """In these returns every referral that is not refused is assessed within days."""
    decided = found.referral_outcomes.filter(~pl.col("outcome").is_in(["too recent", "not covered"]))
    refused = decided["nfa_flag"] == (decided["outcome"] == "NFA")
    assert refused.all()
    shares = found.summaries["referral_outcomes"].filter(dimension="all")
    assert (
        shares["count"].sum()
        + found.summaries["referral_outcomes"].filter(dimension="case", group="case open")["count"].sum()
        == found.referral_outcomes.height
    )
    assert 0.02 < shares.filter(outcome="NFA")["rate"].item() < 0.12


def test_conferences_and_plans(found: Pathways) -> None:
    rows = found.s47_pathways
    assert ((rows["step1"] == "ICPC") == rows["icpc_date"].is_not_null()).all()
    assert (rows["step2"].is_not_null() == rows["icpc_date"].is_not_null()).all()
    steps = found.summaries["s47_pathways"].filter(dimension="all")
    conferences = steps.filter(step=1, outcome="ICPC")["rate"].item()
    plans = steps.filter(step=2, outcome="CPP start")["rate"].item()
    assert 0.2 < conferences < 0.5
    assert 0.7 < plans <= 1


def test_buckets_change_nothing(returns: Path, found: Pathways, tmp_path: Path) -> None:
    split = journeys_of(returns, tmp_path, SMALL_MEMORY)
    assert split.buckets > 2
    again = measure_pathways(split)
    assert again.referral_outcomes.equals(found.referral_outcomes)
    assert again.s47_pathways.equals(found.s47_pathways)
    for name, frame in found.summaries.items():
        assert frame.equals(again.summaries[name]), name


def test_the_files_are_written_as_they_are_declared(found: Pathways, tmp_path: Path) -> None:
    write_csv(tmp_path / "a.csv", found.referral_outcomes, DERIVED["referral_outcomes"].names())
    head = (tmp_path / "a.csv").read_text(encoding="utf-8").splitlines()[0]
    assert head == (
        "la_code,child_id,referral_date,outcome,nfa_flag,days_to_assessment,days_to_s47,age_at_referral"
    )
    write_csv(tmp_path / "b.csv", found.s47_pathways, DERIVED["s47_pathways"].names())
    head = (tmp_path / "b.csv").read_text(encoding="utf-8").splitlines()[0]
    assert head == "la_code,child_id,s47_start,icpc_date,cpp_start,step1,step2"
