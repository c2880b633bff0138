"""Archetypes of a run: the files it leaves, definitions of one's own, and why one child matched."""

from __future__ import annotations

import csv
import shutil
from pathlib import Path

import pytest
from python_calamine import CalamineWorkbook
from typer.testing import CliRunner

from childjourneys.cli import build_app
from childjourneys.issues import UsageError
from childjourneys.synthetic import Plan, simulate, write_example

OWN = """\
archetype: back_soon
title: Back within a month
needs: [referral]
start: {event: referral}
then: [{followed by: referral, within: 1 month}]
list for audit: all
"""


@pytest.fixture(scope="module")
def ran(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("ran")
    written = write_example(simulate(Plan(children=300, seed=4)), folder / "given", messy=True)
    # Without SSDA903 there is something that no return carries.
    for path in [*written.returns.glob("ssda903_*"), *written.returns.glob("looked after*")]:
        shutil.rmtree(path) if path.is_dir() else path.unlink()
    (folder / "own.yaml").write_text(OWN, encoding="utf-8")
    done = call(
        "run", folder / "given" / "returns", "--out", folder / "out", "--archetypes", folder / "own.yaml"
    )
    assert done.exit_code == 0, done.output
    return folder / "out"


def call(*words: object):
    return CliRunner().invoke(build_app(), [str(word) for word in words])


def rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_every_measure_has_a_row_and_its_outcomes_add_up(ran: Path) -> None:
    found = rows(ran / "in-team" / "archetypes.csv")
    assert {"missed_risk_at_assessment", "back_soon", "placements_3_12m"} <= {
        row["archetype"] for row in found
    }
    outcomes = ("match", "no_match", "match_early", "too_recent", "not_seen_before", "left", "unusable")
    for row in found:
        if row["anchors"]:
            assert int(row["anchors"]) == sum(int(row[name]) for name in outcomes)
        n = int(row["match"] or 0) + int(row["no_match"] or 0)
        assert (row["rate"] == "") == (n == 0)


def test_what_no_return_carries_is_blank_and_not_nothing(ran: Path) -> None:
    found = {row["archetype"]: row for row in rows(ran / "in-team" / "archetypes.csv")}
    assert found["placements_3_12m"]["anchors"] == found["placements_3_12m"]["match"] == ""


def test_the_audit_list_is_in_order_and_the_workbook_holds_the_same(ran: Path) -> None:
    found = rows(ran / "in-team" / "audit_list.csv")
    keys = [(r["archetype"], r["la_code"], r["child_id"], r["anchor_date"]) for r in found]
    assert keys == sorted(keys)
    others = {r["outcome"] for r in found if not r["archetype"].startswith("back_soon")}
    assert others <= {"match", "match_early"}
    assert {r["outcome"] for r in found if r["archetype"] == "back_soon"} > {"match", "no_match"}
    book = CalamineWorkbook.from_path(str(ran / "in-team" / "audit_list.xlsx"))
    sheet = book.get_sheet_by_name("Audit list").to_python()
    assert len(sheet) == len(found) + 1


def test_months_and_waiting_times_are_of_measures_of_the_run(ran: Path) -> None:
    known = {row["archetype"] for row in rows(ran / "in-team" / "archetypes.csv")}
    for name in ("trend.csv", "incidence.csv"):
        found = rows(ran / "in-team" / name)
        assert found and {row["measure"] for row in found} <= known


def test_explain_says_why_with_the_rows_it_rests_on(ran: Path) -> None:
    case = next(
        r for r in rows(ran / "in-team" / "audit_list.csv") if r["archetype"] == "re_referral_12m_back"
    )
    done = call("archetypes", "explain", ran, "re_referral_12m_back", case["child_id"])
    assert done.exit_code == 0
    assert f"{case['anchor_date']} {case['outcome'].replace('_', ' ')}" in done.output
    assert " ".join(case["explanation"].split())[:60] in " ".join(done.output.split())
    assert f"{case['file']}, {case['sheet']}, row {case['row']}" in done.output


def test_explain_knows_the_definitions_of_the_run(ran: Path) -> None:
    case = next(r for r in rows(ran / "in-team" / "audit_list.csv") if r["archetype"] == "back_soon")
    assert call("archetypes", "explain", ran, "back_soon", case["child_id"]).exit_code == 0


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("no_such_pattern", "X"), "No child of this run"),
        (("re_referal_12m_back", "CHILD"), "re_referral_12m_back"),
        (("placements_3_12m", "CHILD"), "can't be worked out"),
    ],
)
def test_a_mistake_is_one_sentence(ran: Path, words: tuple[str, str], said: str) -> None:
    child = rows(ran / "in-team" / "journeys.csv")[0]["child_id"]
    done = call("archetypes", "explain", ran, words[0], child if words[1] == "CHILD" else "no such child")
    assert isinstance(done.exception, UsageError)
    assert said in str(done.exception)


def test_a_definition_that_is_refused_stops_the_run_before_it_starts(tmp_path: Path, ran: Path) -> None:
    (tmp_path / "bad.yaml").write_text(OWN.replace("followed by", "folowed by"), encoding="utf-8")
    out = tmp_path / "out"
    done = call("run", ran, "--out", out, "--archetypes", tmp_path / "bad.yaml")
    assert isinstance(done.exception, UsageError)
    assert "line 5" in str(done.exception) and "the nearest is `followed by`" in str(done.exception)
    assert not out.exists()
