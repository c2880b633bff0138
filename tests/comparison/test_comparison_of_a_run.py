"""comparison.csv of two authorities read together, worked out again from the other tables of the run."""

from __future__ import annotations

import polars as pl
import pytest
from measured_worlds import write_returns
from plain_funnel import Row, plain_funnel

from childjourneys import pipeline
from childjourneys.archetypes.library import library
from childjourneys.comparison.of_a_run import comparison_table, indicator_funnels
from childjourneys.indicating import indicate
from childjourneys.measuring import measure
from childjourneys.synthetic import Plan, simulate
from childjourneys.workspace.store import TableStore

NUMBERS = ("n", "matches", "rate", "shrunk_rate", "low95", "high95", "low998", "high998", "dispersion")
IDS = ("missed_risk_at_assessment", "re_referral_12m_back", "assessment_late", "repeat_cpp", "sibling_signal")
Tables = dict[str, pl.DataFrame]


@pytest.fixture(scope="module")
def found(tmp_path_factory: pytest.TempPathFactory) -> Tables:
    folder = tmp_path_factory.mktemp("two")
    for la, seed in (("301", 1), ("302", 2)):
        write_returns(simulate(Plan(children=150, la=la, seed=seed)), folder / "returns", annex_a=la == "301")
    store, account = pipeline.ingest([folder / "returns"], folder / "read", pipeline.Settings())
    journeys = TableStore(folder / "journeys", store.buckets)
    pipeline.build_journeys(store, journeys, account)
    measured = measure(journeys, [library()[one] for one in IDS])
    indicated = indicate(store, journeys, groups=measured.by_group)
    context = pl.concat([measured.context, indicated.context])
    taken = {one.name for one in measured.measures}
    funnels = (*measured.funnels, *indicator_funnels(indicated.table, context, taken))
    return {
        "comparison": comparison_table(funnels), "archetypes": measured.table, "context": context,
        "indicators": indicated.table,
    }  # fmt: skip


def keyed(name: str, units: list[tuple[str, int, int]]) -> dict[tuple[str, str], Row]:
    if len(units) < 2:
        return {}
    return {(name, str(row["unit"])): row for row in plain_funnel(units)}


def check(rows: pl.DataFrame, wanted: dict[tuple[str, str], Row]) -> None:
    for row in rows.iter_rows(named=True):
        plain = wanted[row["measure"], row["unit"]]
        assert row["outside"] == plain["outside"]
        for name in NUMBERS:
            value = plain[name]
            assert row[name] == (None if value is None else pytest.approx(value, abs=1e-6)), (row, name)


def test_authorities_follow_from_archetypes_and_indicators(found: Tables) -> None:
    wanted: dict[tuple[str, str], Row] = {}
    shown = found["archetypes"].filter(pl.col("match") + pl.col("no_match") > 0)
    for (name,), rows in shown.group_by("archetype"):
        counts = rows.select("la_code", pl.col("match") + pl.col("no_match"), matches="match")
        wanted |= keyed(str(name), counts.rows())
    last = found["indicators"].filter(pl.col("to") == pl.col("to").max().over("indicator"), available=True)
    for (name,), rows in last.filter(unit="proportion", method="Wilson").group_by("indicator"):
        wanted |= keyed(str(name), rows.select("la_code", "denominator", "numerator").rows())
    mine = found["comparison"].filter(~pl.col("unit").str.contains("/"))
    check(mine, wanted)
    names = set(mine["measure"])
    assert {"re_referral_12m_back", "assessment_late", "assessment_45wd", "nfa_pct"} <= names
    assert set(mine["unit"]) == {"301", "302"}


def test_teams_follow_from_context(found: Tables) -> None:
    wanted: dict[tuple[str, str], Row] = {}
    teams = found["context"].filter(pl.col("group") != "not known", dimension="team")
    for (name, code), rows in teams.group_by("measure", "la_code"):
        units = [(f"{code}/{team}", n, m) for team, n, m in rows.select("group", "n", "matches").iter_rows()]
        wanted |= keyed(str(name), units)
    mine = found["comparison"].filter(pl.col("unit").str.contains("/"))
    check(mine, wanted)
    assert {(row["measure"], row["unit"]) for row in mine.iter_rows(named=True)} == set(wanted)
    assert len(wanted) > 20


def test_measures_are_in_their_order_and_units_in_that_of_their_names(found: Tables) -> None:
    rows = found["comparison"]
    assert rows.select("measure", "unit").is_duplicated().sum() == 0
    order = rows["measure"].unique(maintain_order=True).to_list()
    listed = [*found["archetypes"]["archetype"], *found["indicators"]["indicator"]]
    assert order == [name for name in dict.fromkeys(listed) if name in order]
    for (_,), some in rows.group_by("measure"):
        assert some["unit"].to_list() == sorted(some["unit"])
