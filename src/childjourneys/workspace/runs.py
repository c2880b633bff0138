"""A run's own folder, and the pointer that says which run is in force.

A run writes a new folder `workspace/runs/<number>` and then replaces the small file `workspace/current`.
A run that is killed leaves the earlier one whole; its folder is cleared away by the next run. Nothing is
renamed over a folder, which Windows refuses while a file in it is open.
"""

from __future__ import annotations

import json
import os
import shutil
from pathlib import Path
from typing import Any

from childjourneys.issues import ChildJourneysError, UsageError

SCHEMA_VERSION = 1
POINTER = "current"
# What a run leaves for people, each a folder of the run and of `out`.
FOLDERS = ("in-team", "shareable")
# The files of later commands, by their names: costs, the finance return, what-if. No other file is touched.
LATER = (
    "cost_ledger.csv", "cost_children.csv", "cost_issues.csv", "cost_forecast.csv", "cost_tables.xlsx",
    "costs.html", "cost_cohorts.csv", "cost_budget.csv", "section251.csv", "scenario_*.csv",
    "scenario_*.xlsx", "scenario_*.html",
)  # fmt: skip


def new_run(out: Path) -> Path:
    """A new, empty run folder below `out`; folders of runs that were killed are cleared away.

    Raises:
        UsageError: `out` can't be written to.
    """
    runs = out / "workspace" / "runs"
    try:
        runs.mkdir(parents=True, exist_ok=True)
        in_force = current_run(out)
        for folder in runs.iterdir():
            if folder != in_force:
                shutil.rmtree(folder, ignore_errors=True)
        numbers = [int(folder.name) for folder in runs.iterdir() if folder.name.isdigit()]
        run = runs / f"{max(numbers, default=0) + 1:06d}"
        run.mkdir()
    except OSError as error:
        raise UsageError(f"The folder {out} can't be written to: {error.strerror}.") from error
    return run


def clear_away(out: Path, run: Path) -> None:
    """Remove the folder of a run that failed, unless it is in force, and folders that hold nothing else."""
    if run == current_run(out):
        return
    shutil.rmtree(run, ignore_errors=True)
    for folder in list(run.parents)[:3]:
        try:
            folder.rmdir()
        except OSError:
            return


def current_run(out: Path) -> Path | None:
    """The folder of the run in force, or None when there is none."""
    pointer = out / "workspace" / POINTER
    if not pointer.is_file():
        return None
    run = out / "workspace" / "runs" / pointer.read_text(encoding="utf-8").strip()
    return run if run.is_dir() else None


def open_run(out: Path) -> Path:
    """The folder of the run in force.

    Raises:
        UsageError: `out` holds none.
    """
    run = current_run(out)
    if run is None:
        raise UsageError(f"{out} holds no finished run; make one with: childjourneys run PATH --out {out}")
    publish(run, out)
    return run


def clear_later(out: Path) -> None:
    """Remove what commands after a run left for people: it rests on a run or costing that has gone.

    Raises:
        ChildJourneysError: a file is held open by another program.
    """
    for name in FOLDERS:
        for pattern in LATER:
            for file in sorted((out / name).glob(pattern)):
                _check_replaceable(file)
                file.unlink()


def put_in_force(out: Path, run: Path) -> None:
    """Point at a finished run, publish its files and clear the earlier ones away.

    Raises:
        ChildJourneysError: a file of the earlier run is held open; nothing was changed then.
    """
    for name in FOLDERS:
        for file in sorted((run / name).glob("*")):
            _check_replaceable(out / name / file.name)
    clear_later(out)
    pointer = out / "workspace" / POINTER
    fresh = pointer.with_name(POINTER + ".new")
    fresh.write_text(run.name + "\n", encoding="utf-8")
    os.replace(fresh, pointer)
    publish(run, out)
    for folder in run.parent.iterdir():
        if folder != run:
            shutil.rmtree(folder, ignore_errors=True)


def publish(run: Path, out: Path) -> None:
    """Move the files of a run in force to where people look for them; goes on where a killed run stopped."""
    for name in FOLDERS:
        waiting = sorted((run / name).glob("*"))
        if waiting:
            (out / name).mkdir(parents=True, exist_ok=True)
        for file in waiting:
            try:
                os.replace(file, out / name / file.name)
            except PermissionError as error:
                raise _held_open(out / name / file.name) from error


def write_manifest(run: Path, content: dict[str, Any]) -> None:
    """What the run was made from and with; no clock, so that equal inputs give equal files."""
    text = json.dumps({"schema_version": SCHEMA_VERSION, **content}, indent=1, sort_keys=True)
    (run / "manifest.json").write_text(text + "\n", encoding="utf-8", newline="\n")


def read_manifest(run: Path) -> dict[str, Any]:
    return dict(json.loads((run / "manifest.json").read_text(encoding="utf-8")))


def _check_replaceable(path: Path) -> None:
    if not path.exists():
        return
    try:
        with path.open("r+b"):
            pass
    except PermissionError as error:
        raise _held_open(path) from error


def _held_open(path: Path) -> ChildJourneysError:
    return ChildJourneysError(
        f"{path} can't be replaced: it is open in another program, perhaps Excel. Close it and run again."
    )
