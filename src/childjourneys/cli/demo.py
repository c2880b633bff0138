"""`childjourneys demo`: example returns, everything run on them."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

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
    from childjourneys.synthetic import DEMO_EFFECTS, Plan, simulate, write_example

    plan = Plan(children=children, seed=seed, effects=DEMO_EFFECTS)
    with Steps() as steps:
        steps.say(f"Making example returns of {children:,} children")
        write_example(simulate(plan), out, messy=False)
        result = pipeline.run([out / "returns"], out, pipeline.Settings(), progress=steps.say)
    typer.echo(f"Invented returns of {children:,} children: {out / 'returns'}")
    tell(result)
    typer.echo(
        f"What was planted: {out / 'truth' / 'planted_effects.csv'}; look for it in the report, "
        "where groups are compared."
    )
    typer.echo(f"One child: childjourneys journey {out} CHILD_ID")
