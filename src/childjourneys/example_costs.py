"""Costs of the demonstration: research defaults, and an invented catalogue with its scenarios."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from importlib import resources
from pathlib import Path

from childjourneys.cost_outputs import Told, cost_and_write
from childjourneys.issues import UsageError
from childjourneys.planning import what_if, write_what_if
from childjourneys.workspace.runs import FOLDERS

# Outside London: inside, research gave no prices for looked-after children.
AUTHORITY = "821"
RESEARCH, OWN = "research_defaults", "own_prices"
SCENARIOS = ("invented_scenario_homes_to_fostering", "invented_scenario_mix_and_prices")
CATALOGUE = "invented_local"


def cost_example(out: Path, say: Callable[[str], None]) -> tuple[Told, Told, list[str]]:
    """Cost the run in `out` twice: with the shipped research defaults, whose files are put into
    `research_defaults`; and with an invented catalogue, which stays in force and bears two scenarios.

    The files that a finance officer would edit are put into `own_prices`.

    Returns:
        What came of each costing; and for each scenario where its page is, or, among few children, that
        nobody is concerned.
    """
    say("Costing with research figures")
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
        text = examples.joinpath(f"{name}.yaml").read_text(encoding="utf-8")
        (folder / f"{name}.yaml").write_text(text, encoding="utf-8", newline="\n")
    say("Costing with invented local prices")
    local = cost_and_write(out, [str(folder / f"{CATALOGUE}.yaml")], say=say)
    scenarios = []
    for name in SCENARIOS:
        say("Working a scenario out")
        try:
            page = write_what_if(out, what_if(out, folder / f"{name}.yaml"))
            scenarios.append(f"A scenario: {page}")
        except UsageError as nobody:
            scenarios.append(f"A scenario is left out: {nobody}")
    return research, local, scenarios
