"""`childjourneys journey`: everything that happened to one child, in order, with sources and costs."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from childjourneys.cli.values import parse_authority
from childjourneys.issues import UsageError


def journey(
    out: Annotated[Path, typer.Argument(metavar="OUT", help="Folder with the results of a run.")],
    child_id: Annotated[str, typer.Argument(metavar="CHILD_ID", help="The child's identifier.")],
    svg: Annotated[Path | None, typer.Option(metavar="FILE", help="Write the timeline here.")] = None,
    costs: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE",
            help="Write the page of the child's costs here (HTML): each amount as quantity times unit cost. "
            "The run has to be costed first.",
        ),
    ] = None,
    la: Annotated[
        str | None, typer.Option(metavar="CODE", help="Authority, where two have the identifier.")
    ] = None,
) -> None:
    """Print one child's journey: the line, every event with its place, the spells, and what was spent where
    the run has been costed; draw its timeline, and write the page of its costs."""
    from childjourneys.child_costing import child_costs
    from childjourneys.lookup import child_journey
    from childjourneys.reports.files import write_text
    from childjourneys.reports.timeline import journey_text, timeline_svg

    code = parse_authority(la)
    found = child_journey(out, child_id, code)
    spent = child_costs(out, child_id, code) if costs else None
    typer.echo(str(journey_text(found)))
    if spent is not None:
        typer.echo(f"\n{spent.text()}")
    else:
        _tell_costs(out, child_id, code)
    if svg:
        write_text(svg, timeline_svg(found))
        typer.echo(f"The timeline: {svg}")
    if costs and spent is not None:
        write_text(costs, spent.html())
        typer.echo(f"The costs: {costs}")


def _tell_costs(out: Path, child_id: str, la_code: str | None) -> None:
    """What was spent, where the run has been costed; a costing that no longer fits keeps no journey back."""
    from childjourneys.child_costing import child_costs, was_costed

    if not was_costed(out):
        return
    try:
        told = child_costs(out, child_id, la_code).text()
    except UsageError as error:
        told = f"Costs are left out. {error}"
    typer.echo(f"\n{told}\nEach amount as quantity times unit cost: add --costs FILE.html")
