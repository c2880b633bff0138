"""Big inputs for the benchmark: a small invented authority, its children given new identifiers."""

from __future__ import annotations

import pickle
import re
import shutil
import sys
from datetime import date
from importlib import resources
from pathlib import Path

import polars as pl
import xlsxwriter
from python_calamine import CalamineWorkbook

sys.path.insert(0, str(Path(__file__).parents[1] / "helpers"))
from care_chains import many_placements
from kept_runs import keep_run

from childjourneys import api, outputs, pipeline
from childjourneys.cost_outputs import cost_and_write
from childjourneys.engine.buckets import split_all
from childjourneys.reports.report import render_page
from childjourneys.synthetic import DEMO_EFFECTS, Plan, simulate, write_example
from childjourneys.workspace.runs import FOLDERS
from childjourneys.workspace.store import TableStore

SEED = 7
BUCKETS = 4
# More than the small authority has.
RECORDS_EACH = 1 << 16


def small_authority(folder: Path) -> Path:
    """Returns of 400 children."""
    write_example(simulate(Plan(children=400, seed=SEED)), folder, messy=False)
    return folder / "returns"


def census(returns: Path, target: Path, megabytes: int) -> None:
    """One census of the size asked for."""
    text = (returns / "cin_census_2024.xml").read_text(encoding="utf-8")
    start, end = text.index("    <Child>"), text.rindex("</Child>") + len("</Child>\n")
    body, identifier = text[start:end], re.compile(r"<LAchildID>(\d+)</LAchildID>")
    copies = -(-megabytes * 1_000_000 // len(body))
    with target.open("w", encoding="utf-8", newline="\n") as out:
        out.write(text[:start])
        for copy in range(copies):
            out.write(identifier.sub(lambda m, c=copy: f"<LAchildID>{c + 1}{m[1]}</LAchildID>", body))
        out.write(text[end:])


def annex_a(returns: Path, target: Path, rows: int) -> int:
    """One Annex A with at least the rows asked for; gives how many."""
    source = CalamineWorkbook.from_path(str(next(returns.glob("annex_a_*.xlsx"))))
    sheets = {name: source.get_sheet_by_name(name).to_python() for name in source.sheet_names}
    data = sum(len(cells) - 2 for name, cells in sheets.items() if name.startswith("List"))
    copies, written = -(-rows // data), 0
    with xlsxwriter.Workbook(str(target), {"constant_memory": True}) as book:
        day = book.add_format({"num_format": "dd/mm/yyyy"})
        for name, cells in sheets.items():
            sheet = book.add_worksheet(name)
            is_list = name.startswith("List")
            head, body = (cells[:2], cells[2:]) if is_list else (cells, [])
            number = 0
            for line in head + [
                [f"{copy + 1}{line[0]}", *line[1:]] for copy in range(copies) for line in body
            ]:
                for column, value in enumerate(line):
                    if hasattr(value, "year"):
                        sheet.write_datetime(number, column, value, day)
                    elif value != "":
                        sheet.write(number, column, value)
                number += 1
            written += number - 2 if is_list else 0
    return written


def journeys(returns: Path, events: Path, spells: Path, count: int) -> None:
    """Events and spells of many children, events in no order."""
    found = api.journeys(api.read(returns))
    copies = -(-count // found.events.height)
    for frame, target in ((found.events, events), (found.spells, spells)):
        many = pl.concat(
            frame.with_columns(child_id=pl.lit(f"{copy + 1}") + pl.col("child_id")) for copy in range(copies)
        )
        many.sample(fraction=1.0, shuffle=True, seed=SEED).write_parquet(target)


def whole_journeys(returns: Path, folder: Path, count: int) -> None:
    """Everything about many children, in the order in which a run keeps it."""
    found = api.journeys(api.read(returns))
    copies = -(-count // found.events.height)
    folder.mkdir()
    for name in ("events", "spells", "children", "marks"):
        frame = getattr(found, name)
        parts = []
        for copy in range(copies):
            new = {"child_id": pl.lit(f"{copy + 1:04d}-") + pl.col("child_id")}
            if "family_id" in frame.columns:
                new["family_id"] = pl.lit(f"{copy + 1:04d}-") + pl.col("family_id")
            if "record" in frame.columns:
                new["record"] = pl.col("record") + copy * RECORDS_EACH
            parts.append(frame.with_columns(**new))
        whole = pl.concat(parts)
        whole.write_parquet(folder / f"{name}.parquet")
        if name == "events":
            mixed = whole.sample(fraction=1.0, shuffle=True, seed=SEED)
            mixed.write_parquet(folder / "unsorted.parquet")
    found.coverage.write_parquet(folder / "coverage.parquet")


def stored_journeys(folder: Path) -> None:
    """The same in buckets, as a run keeps it."""
    store = TableStore(folder / "store", BUCKETS)
    names = {"events": "events", "spells": "spells", "children": "children", "mark": "marks"}
    tables = {name: pl.read_parquet(folder / f"{file}.parquet") for name, file in names.items()}
    for name, frame in tables.items():
        for number in range(BUCKETS):
            store.put(name, number, frame.clear())
    for name, number, part in split_all(tables, BUCKETS, "child_id"):
        shutil.rmtree(store.folder / name / f"bucket={number:04d}")
        store.put(name, number, part)
    store.put_whole("coverage", pl.read_parquet(folder / "coverage.parquet"))


def material(folder: Path, children: int) -> None:
    """What the run of a demo hands to disclosure control, kept in a file."""
    kept: list[bytes] = []
    real = outputs.write_shareable

    def keep(_: Path, *given: object) -> None:
        kept.append(pickle.dumps(given))

    outputs.write_shareable = keep  # type: ignore[assignment]
    try:
        write_example(simulate(Plan(children=children, effects=DEMO_EFFECTS)), folder, messy=False)
        pipeline.run([folder / "returns"], folder, pipeline.Settings())
    finally:
        outputs.write_shareable = real
    (folder / "material").write_bytes(kept[0])


def placements(out: Path, children: int, years: int) -> None:
    """A run of children with years of placements, costed once, and a scenario beside it."""
    last = date(2025, 3, 31)
    keep_run(out, many_placements(children, years, SEED), date(2025 - years, 4, 1), last, buckets=BUCKETS)
    for name in FOLDERS:
        (out / name).mkdir(exist_ok=True)
        (out / name / "report.html").write_text(
            render_page("", (), subtitle="", tiles=(), notice=("", ""), closing=""), encoding="utf-8"
        )
    examples = resources.files("childjourneys.costs").joinpath("examples")
    scenario = examples.joinpath("invented_scenario_homes_to_fostering.yaml").read_text(encoding="utf-8")
    (out / "scenario.yaml").write_text(scenario, encoding="utf-8")
    cost_and_write(out, ["invented_local"], workbook=False)
