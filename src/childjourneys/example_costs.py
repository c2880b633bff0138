"""Costs of the demonstration: research defaults, and an invented catalogue with its scenarios."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from importlib import resources
from pathlib import Path

from childjourneys.cost_outputs import Told, cost_and_write
from childjourneys.workspace.runs import FOLDERS

# Outside London: inside, research gave no prices for looked-after children.
AUTHORITY = "821"
RESEARCH, OWN, SCENARIOS = "research_defaults", "own_prices", ("invented_foster_homes", "invented_prices")
CATALOGUE = "invented_local"


def cost_example(out: Path, say: Callable[[str], None]) -> tuple[Told, Told]:
    """Cost the run in `out` twice: with the shipped research defaults, whose files are put into
    `research_defaults`; and with an invented catalogue, which stays in force.

    The files that a finance officer would edit are put into `own_prices`.
    """
    research = cost_and_write(out, say=say)
    for name in FOLDERS:
        target = out / RESEARCH / name
        target.mkdir(parents=True, exist_ok=True)
        for file in sorted((out / name).glob("cost*")):
            shutil.copyfile(file, target / file.name)
    folder = out / OWN
    folder.mkdir(exist_ok=True)
    examples = resources.files("childjourneys.costs").joinpath("examples")
    for name in (CATALOGUE, *SCENARIOS):
        if (text := examples.joinpath(f"{name}.yaml")).is_file():
            (folder / f"{name}.yaml").write_text(text.read_text(encoding="utf-8"), "utf-8", newline="\n")
    return research, cost_and_write(out, [str(folder / f"{CATALOGUE}.yaml")], say=say)


def example_scenarios(out: Path) -> list[Path]:
    """The scenarios that stand beside the invented catalogue."""
    return [out / OWN / f"{name}.yaml" for name in SCENARIOS if (out / OWN / f"{name}.yaml").is_file()]
