"""`childjourneys synth`: made-up returns with a known truth."""

from __future__ import annotations

from enum import Enum
from pathlib import Path
from typing import Annotated

import typer

from childjourneys.cli.values import parse_authority, parse_years


class Effects(Enum):
    """Which effects to plant."""

    none = "none"
    demo = "demo"


def synth(
    out: Annotated[Path, typer.Option(metavar="DIR", help="Folder for the example returns.")],
    children: Annotated[
        int, typer.Option(min=1, metavar="N", help="Children referred over the years.")
    ] = 5000,
    years: Annotated[str, typer.Option(metavar="2021-2025", help="Collection years.")] = "2021-2025",
    la: Annotated[str, typer.Option(metavar="CODE", help="Authority to write them for.")] = "301",
    seed: Annotated[int, typer.Option(metavar="N", help="Equal seeds give equal files.")] = 1,
    messy: Annotated[bool, typer.Option("--messy", help="Plant the faults that real files have.")] = False,
    effects: Annotated[
        Effects,
        typer.Option(
            metavar="WHICH", help="demo: groups, weekends and a team differ, as in `childjourneys demo`."
        ),
    ] = Effects.none,
) -> None:
    """Write invented returns to DIR/returns and the truth behind them to DIR/truth."""
    from childjourneys.synthetic import DEMO_EFFECTS, Plan, simulate, write_example

    plan = Plan(
        children=children,
        years=parse_years(years),
        la=parse_authority(la) or "301",
        seed=seed,
        effects=DEMO_EFFECTS if effects is Effects.demo else (),
    )
    write_example(simulate(plan), out, messy=messy)
    typer.echo(f"Example returns of {children:,} children: {out / 'returns'}")
    typer.echo(f"The truth behind them: {out / 'truth'}")
