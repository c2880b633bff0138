"""A finished run on disk out of canonical frames, without any return: enough of one to be costed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path

import polars as pl

from childjourneys.engine.buckets import split_all
from childjourneys.tables import DERIVED
from childjourneys.workspace.runs import new_run, put_in_force, write_manifest
from childjourneys.workspace.store import TableStore

CARE = ("looked_after", "placement", "lac_review")


def keep_run(
    out: Path,
    tables: Mapping[str, pl.DataFrame],
    first: date,
    last: date,
    buckets: int = 1,
    kinds: Sequence[str] = CARE,
    journeys: Mapping[str, pl.DataFrame] | None = None,
) -> Path:
    """Keep tables (and, where they are given, journeys) as the run in force of `out`.

    `child` is taken for the children of the journeys too. Each kind is covered from `first` to `last`.
    """
    run = new_run(out)
    known = ("la_code", "child_id", "birth_date", "disability", "has_disability")
    told = {
        "events": DERIVED["events"].empty(),
        "spells": DERIVED["spells"].empty(),
        "children": DERIVED["children"].conform(tables["child"].select(known)),
        **(journeys or {}),
    }
    for name, frames in (("tables", tables), ("journeys", told)):
        store = TableStore(run / name, buckets)
        for table, frame in frames.items():
            for number in range(buckets):
                store.put(table, number, frame.clear())
        for table, number, part in split_all(frames, buckets, "child_id"):
            (store.folder / table / f"bucket={number:04d}" / "all.parquet").unlink()
            store.put(table, number, part)
    codes = tables["child"]["la_code"].unique().sort().to_list()
    coverage = [(code, kind, first, last, "open_in", "ssda903") for code in codes for kind in kinds]
    TableStore(run / "journeys", buckets).put_whole(
        "coverage", pl.DataFrame(coverage, schema=DERIVED["coverage"].schema, orient="row")
    )
    write_manifest(run, {"settings": {}})
    put_in_force(out, run)
    return run
