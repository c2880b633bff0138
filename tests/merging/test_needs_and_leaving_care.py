"""Needs and leaving-care dates that an analyst brings: recognised, one row per child, kept by a run."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import polars as pl
import pytest

from childjourneys import api
from childjourneys.issues import Issue, IssueLog
from childjourneys.merging.brought import one_per_child
from childjourneys.sources.context_inputs import open_context, read_context
from childjourneys.sources.contract import SheetAccount
from childjourneys.synthetic import Plan, simulate, write_example

NEEDS = "la_code,child_id,cwd,ebd,offending,uasc\n"
JOINED = "la_code,child_id,joined\n"


def read(tmp_path: Path, text: str) -> tuple[list[tuple[object, ...]], list[Issue], SheetAccount]:
    path = tmp_path / "a.csv"
    path.write_text(text, encoding="utf-8")
    found = open_context(path, "a.csv")
    assert found is not None
    log, accounts = IssueLog(), list[SheetAccount]()
    ((_, frame),) = read_context([found], {"301"}, log, accounts)
    return frame.drop("sheet", "row").rows(), log.issues(), accounts[0]


def test_needs_are_true_false_or_blank(tmp_path: Path) -> None:
    rows, issues, account = read(
        tmp_path, NEEDS + "301,1,true,no,,1\n301,2,,,,\n301,3,maybe,,,\n301,,true,,,\n302,4,true,,,\n"
    )
    assert rows == [("301", "1", True, False, None, True)]
    assert [(one.code, one.row) for one in issues] == [
        ("context-blank", 3), ("context-value", 4), ("placeholder-identifier", 5),
        ("context-other-authority", None),
    ]  # fmt: skip
    assert (account.rows_in, account.loaded, account.set_aside) == (5, 1, 4)


def test_leaving_care_has_a_day(tmp_path: Path) -> None:
    rows, issues, account = read(
        tmp_path, JOINED + "301,1,17/02/2025\n301,2,\n301,3,soon\n301,1,17/02/2025\n"
    )
    assert rows == [("301", "1", date(2025, 2, 17))]
    assert [(one.code, one.row) for one in issues] == [
        ("context-value", 3), ("context-value", 4), ("context-duplicate", 5),
    ]  # fmt: skip
    assert (account.rows_in, account.loaded, account.duplicate, account.set_aside) == (4, 1, 1, 2)


def staged(name: str, rows: list[tuple[object, ...]]) -> pl.DataFrame:
    columns = ["cwd", "ebd", "offending", "uasc"] if name == "needs" else ["joined"]
    return pl.DataFrame(
        [
            ("301", child, *values, name, "a.csv", name, place)
            for place, (child, *values) in enumerate(rows, 2)
        ],
        schema=["la_code", "child_id", *columns, "source", "file", "sheet", "row"],
        orient="row",
    )


def test_rows_of_one_child_are_one_and_differences_are_told() -> None:
    issues: list[Issue] = []
    rows = staged("needs", [("1", True, None, None, False), ("1", None, True, None, False),
                            ("1", False, None, None, None), ("2", False, False, False, False)])  # fmt: skip
    table = one_per_child("needs", rows, issues)
    assert table.select("child_id", "cwd", "ebd", "offending", "uasc", "row").rows() == [
        ("1", True, True, None, False, 2), ("2", False, False, False, False, 5),
    ]  # fmt: skip
    assert [(one.code, one.row) for one in issues] == [("two-needs", 4)]


def test_of_two_leaving_dates_the_earliest_is_taken() -> None:
    issues: list[Issue] = []
    rows = staged("leaving_care", [("1", date(2025, 2, 1)), ("1", date(2024, 2, 1)), ("2", date(2025, 1, 1))])
    table = one_per_child("leaving_care", rows, issues)
    assert table.select("child_id", "joined").rows() == [("1", date(2024, 2, 1)), ("2", date(2025, 1, 1))]
    assert [(one.code, one.row) for one in issues] == [("two-leaving-dates", 2)]


@pytest.mark.parametrize("hidden", [False, True])
def test_a_run_keeps_them_as_tables(tmp_path: Path, hidden: bool) -> None:
    folder = tmp_path / "in"
    write_example(simulate(Plan(children=40, years=(2024, 2024), seed=6)), folder)
    children = pl.read_csv(folder / "returns" / "deprivation.csv", infer_schema=False)["child_id"].to_list()
    (folder / "returns" / "n.csv").write_text(
        NEEDS + f"301,{children[0]},true,false,,\n301,nobody,true,,,\n", encoding="utf-8"
    )
    (folder / "returns" / "l.csv").write_text(JOINED + f"301,{children[1]},2024-02-01\n", encoding="utf-8")
    returns = api.read(folder / "returns", pseudonymise=tmp_path / "key" if hidden else None)
    needs, joined = returns.tables["needs"], returns.tables["leaving_care"]
    kept = returns.attrition.filter(pl.col("step").is_in(["needs", "leaving care"]))
    assert sorted(kept.select("rows_in", "rows_out").rows()) == [(1, 1), (2, 1)]
    assert needs.select("cwd", "ebd", "offending", "uasc", "file").rows() == [
        (True, False, None, None, "n.csv")
    ]
    assert joined["joined"].to_list() == [date(2024, 2, 1)]
    assert (needs["child_id"].to_list() == [children[0]]) is not hidden
    assert set(needs["child_id"]) <= set(returns.tables["child"]["child_id"])
