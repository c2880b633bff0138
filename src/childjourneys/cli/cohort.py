"""`childjourneys cohort`: what some children, or some lines, cost, from the ledger of the last costing."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer


def cohort(
    out: Annotated[Path, typer.Argument(metavar="OUT", help="Folder with a run that was costed.")],
    chosen: Annotated[
        list[str],
        typer.Argument(
            metavar='"PAIRS"...',
            help='Pairs that all hold, such as "need=ebd; placement_type=K2,R1"; a name and a colon may '
            "stand before them. Each further text is a further cohort.",
        ),
    ],
    save: Annotated[
        Path | None, typer.Option(metavar="FILE.csv", help="Write the table to a file as well.")
    ] = None,
    groups: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE.csv",
            help="Write it divided by need group, placement type, provider, process and month.",
        ),
    ] = None,
) -> None:
    """Print what a cohort cost, without costing again: a column for the money of each price year."""
    from childjourneys.cohort_costs import cost_cohorts, save_cohorts
    from childjourneys.reports.cost_cohorts import printed

    found = cost_cohorts(out, chosen)
    save_cohorts(out, found, save, groups)
    for at, one in enumerate(found):
        if at:
            typer.echo("")
        for line in printed(one.summary, one.first, one.last, one.invented):
            typer.echo(line)
        for sentence in one.told:
            typer.echo(sentence)
    if len(found) > 1:
        typer.echo("")
        typer.echo("Cohorts may overlap: they are not to be added.")
    for path in (save, groups):
        if path is not None:
            typer.echo(f"Written, for the team only: {path}")
