"""`childjourneys what-if`: a scenario beside the costing of a run."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from childjourneys.cli.progress import Steps


def what_if(
    out: Annotated[Path, typer.Argument(metavar="OUT", help="Folder with a run that was costed.")],
    scenario: Annotated[Path, typer.Argument(metavar="SCENARIO.yaml", help="What would be different.")],
) -> None:
    """Work out what the same children would have cost under a scenario, and write it to OUT/in-team."""
    from childjourneys.planning import what_if, write_what_if
    from childjourneys.reports.scenario_words import headline, without_price_words

    with Steps() as steps:
        steps.say("Working the scenario out")
        found = what_if(out, scenario)
        steps.say("Writing the tables and the page")
        page = write_what_if(out, found)
    for sentence in (*headline(found), *without_price_words(found)):
        typer.echo(sentence)
    typer.echo(f"The rows: {page.with_suffix('.csv')}")
    typer.echo(f"The tables: {page.with_suffix('.xlsx')}")
    typer.echo(f"The page: {page}")
