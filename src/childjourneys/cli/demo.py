"""`childjourneys demo`: example returns, everything run on them."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from childjourneys.cli.costs import as_pounds
from childjourneys.cli.costs import tell as tell_costs
from childjourneys.cli.progress import Steps
from childjourneys.cli.run import tell


def demo(
    children: Annotated[
        int, typer.Option(min=1, metavar="N", help="Children referred over the years.")
    ] = 5000,
    seed: Annotated[int, typer.Option(metavar="N", help="Equal seeds give equal files.")] = 1,
    out: Annotated[Path, typer.Option(metavar="DIR", help="Folder for returns and results.")] = Path("demo"),
) -> None:
    """Make invented returns of one authority, with effects planted in them, and run everything on them."""
    from childjourneys import pipeline
    from childjourneys.example_costs import AUTHORITY, RESEARCH, cost_example
    from childjourneys.synthetic import DEMO_EFFECTS, Plan, simulate, write_example

    plan = Plan(children=children, seed=seed, la=AUTHORITY, effects=DEMO_EFFECTS)
    with Steps() as steps:
        steps.say(f"Making example returns of {children:,} children")
        write_example(simulate(plan), out, messy=False)
        result = pipeline.run([out / "returns"], out, pipeline.Settings(), progress=steps.say)
        research, local, scenarios = cost_example(out, steps.say)
    typer.echo(f"Invented returns of {children:,} children: {out / 'returns'}")
    tell(result)
    typer.echo(f"Costs at research figures of 2008 to 2013, in the prices of their years: {out / RESEARCH}")
    for year, gross in research.totals.select("price_year", "gross_pence").iter_rows():
        if gross:
            typer.echo(f"  prices of {year}: {as_pounds(gross)} gross")
    typer.echo("Costs at an invented local catalogue:")
    tell_costs(out, local)
    for sentence in scenarios:
        typer.echo(sentence)
    typer.echo(
        f"What was planted: {out / 'truth' / 'planted_effects.csv'}; look for it in the report, "
        "where groups are compared."
    )
    typer.echo(f"One child: childjourneys journey {out} CHILD_ID")
