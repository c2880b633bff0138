"""Every row is accounted for, every event can be looked up, and counts add up."""

from __future__ import annotations

import json
from pathlib import Path

import polars as pl
import pytest
from openpyxl import load_workbook
from told import Told

from childjourneys.domain.vocabulary import EVENT, SPELL_KINDS
from childjourneys.journeys.stages import stages
from childjourneys.journeys.summaries import summarise


@pytest.fixture(params=["clean", "messy"])
def case(request: pytest.FixtureRequest, told: Told, told_messy: Told, returns: Path, messy: Path) -> object:
    return (told, returns) if request.param == "clean" else (told_messy, messy)


def test_the_account_adds_up(case: tuple[Told, Path]) -> None:
    told, _ = case
    read = told.attrition.filter(pl.col("step") == "read")
    off = told.attrition.filter(
        pl.col("rows_in") != pl.col("rows_out") + pl.col("duplicate") + pl.col("set_aside")
    )
    assert off.is_empty(), off
    assert read.select(pl.struct("file", "sheet").is_unique().all()).item()
    left_out = read.filter(pl.col("rows_in") > pl.col("rows_out"))
    assert left_out["reason"].null_count() == 0, "what was left out has a reason"
    by_file = read.group_by("file").agg(pl.col("rows_in", "rows_out").sum())
    joined = told.files.join(by_file, on="file", how="left").fill_null(0)
    assert joined["rows_in"].equals(joined["rows_in_right"], check_names=False)
    assert joined["rows_loaded"].equals(joined["rows_out"], check_names=False)
    [merge] = told.attrition.filter(pl.col("step") == "merge").to_dicts()
    assert 0 < merge["rows_out"] < merge["rows_in"]


def test_every_event_and_spell_was_found_in_a_sheet_that_was_read(case: tuple[Told, Path]) -> None:
    told, _ = case
    sheets = set(told.attrition.filter(pl.col("rows_out") > 0).select("file", "sheet").rows())
    for frame in (told.events, told.spells):
        assert set(frame.select("file", "sheet").rows()) <= sheets
        assert frame["row"].null_count() == 0
        for text in frame["also_in"].drop_nulls():
            for place in text.split("; "):
                file, sheet, row = place.split("|")
                assert (file, sheet) in sheets and int(row) > 0
    assert set(told.events["event"]) <= set(EVENT)
    assert set(told.spells["kind"]) <= set(SPELL_KINDS)


def test_every_event_is_about_the_child_and_the_record_at_its_place(told: Told, returns: Path) -> None:
    texts = {path.name: path.read_text(encoding="utf-8").split("\n") for path in returns.glob("*.xml")}
    books = {path.name: load_workbook(path, read_only=False) for path in returns.glob("*.xlsx")}
    modules = {
        path.relative_to(returns).as_posix(): path.read_text(encoding="utf-8").split("\n")
        for path in returns.glob("ssda903_*/*.csv")
    }
    for child, day, event, file, sheet, row in told.events.select(
        "child_id", "date", "event", "file", "sheet", "row"
    ).iter_rows():
        if file in texts:
            assert f"<{sheet}>" in texts[file][row - 1] or sheet in texts[file][row - 1]
            start = max(n for n in range(row) if "<Child>" in texts[file][n])
            assert f"<LAchildID>{child}<" in "".join(texts[file][start : start + 3])
            record = "\n".join(texts[file][row - 1 : row + 60])
            assert day.isoformat() in record
        elif file in modules:
            cells = modules[file][row - 1].split(",")
            assert file.endswith(f"/{sheet}.csv")
            assert cells[0] == child
            # A contact with a care leaver is told of a birthday.
            assert f"{day:%d/%m/%Y}" in cells or (event == "care_leaver" and f"{day:%d/%m}" in cells[1])
        else:
            cells = [cell.value for cell in books[file][sheet][row]]
            assert str(cells[0]) == child
            assert day in [cell.date() for cell in cells if hasattr(cell, "date")]


def test_lines_are_made_of_the_events_in_order(case: tuple[Told, Path]) -> None:
    told, _ = case
    shown = {name for name, event in EVENT.items() if event.in_lines}
    lines = {row["child_id"]: row for row in told.lines.iter_rows(named=True)}
    events = told.events.sort("child_id", "date", "place_in_day")
    for (child,), mine in events.partition_by("child_id", as_dict=True).items():
        steps = [f"[{d}/{e}]" for d, e in mine.select("date", "event").iter_rows() if e in shown]
        assert (lines[child]["journey"] if steps else "") == " -> ".join(steps)
        assert (lines[child]["n_events"] if steps else 0) == len(steps)
    assert all(isinstance(json.loads(text), dict) for text in told.events["attributes"])


def test_counts_by_group_add_up(case: tuple[Told, Path]) -> None:
    told, _ = case
    found = summarise(told.events, told.spells, told.lines, told.children, told.coverage)
    counts = found["counts"]
    whole, parts = counts.filter(pl.col("la_code").is_null()), counts.filter(pl.col("la_code").is_not_null())
    for name, kind in counts.schema.items():
        if kind.is_numeric():
            assert whole[name].sum() == parts[name].sum(), name
    assert whole["events"].item() == told.events.height
    assert whole["spells"].item() == told.spells.height
    for row in stages(told.events, told.coverage).iter_rows(named=True):
        told_apart = ("reached", "not_reached", "reached_early", "too_recent", "not_covered")
        assert sum(row[name] for name in told_apart) == row["n"]
    assert found["common_journeys"]["n"].sum() == told.lines.height
    assert found["ages"]["n"].sum() == found["age_totals"]["n"].sum()


def test_every_child_of_an_event_is_known(case: tuple[Told, Path]) -> None:
    told, _ = case
    children = set(told.children["child_id"])
    assert told.children["child_id"].is_unique().all()
    assert (
        set(told.events["child_id"]) | set(told.spells["child_id"]) | set(told.lines["child_id"]) <= children
    )
