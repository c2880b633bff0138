"""`childjourneys compare`: several authorities side by side, from packs of aggregates."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from childjourneys.cli.values import parse_spread

if TYPE_CHECKING:
    from childjourneys.comparing import ComparisonResult


def compare(
    packs: Annotated[list[Path], typer.Argument(metavar="PACK", help="Packs, or folders of packs.")],
    out: Annotated[Path, typer.Option(metavar="DIR", help="Folder for the results.")],
    spread: Annotated[
        list[str] | None,
        typer.Option(
            metavar="[MEASURE=]P10,P90",
            help="Between fewer than 12 authorities: the rates that 10% and 90% of authorities lie below, "
            "such as 0.10,0.30; of one measure where it is named.",
        ),
    ] = None,
) -> None:
    """Compare authorities from their packs: rates that count alike, in funnels, never ranked."""
    from childjourneys.comparing import compare_packs

    tell(compare_packs(packs, out, parse_spread(spread or [])))


def tell(result: ComparisonResult) -> None:
    """Print what was compared, what stands out, and where the results are."""
    for file in result.left_alone:
        typer.echo(f"{file} is no pack and was left alone.", err=True)
    shown = [one for one in result.measures if one.comparable]
    typer.echo(
        f"{len(result.authorities)} authorities from {result.packs} pack{'' if result.packs == 1 else 's'}: "
        f"{len(shown)} of {len(result.measures)} measures compared."
    )
    beyond = sorted(
        {
            (one.measure, unit.name)
            for one in shown
            for side in one.sides
            if side.funnel
            for unit in side.funnel.funnel.units
            if unit.outside == "99.8"
        }
    )
    for measure, code in beyond:
        typer.echo(f"Beyond the 99.8% limits: {code}, {measure}")
    typer.echo(f"The comparison: {result.out / 'comparison.html'}")
