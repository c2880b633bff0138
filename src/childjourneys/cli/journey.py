"""`childjourneys journey`: everything that happened to one child, in order, with its sources."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from childjourneys.cli.values import parse_authority


def journey(
    out: Annotated[Path, typer.Argument(metavar="OUT", help="Folder with the results of a run.")],
    child_id: Annotated[str, typer.Argument(metavar="CHILD_ID", help="The child's identifier.")],
    svg: Annotated[Path | None, typer.Option(metavar="FILE", help="Write the timeline here.")] = None,
    la: Annotated[
        str | None, typer.Option(metavar="CODE", help="Authority, where two have the identifier.")
    ] = None,
) -> None:
    """Print one child's journey: the line, every event with its place, the spells; and draw its timeline."""
    from childjourneys.lookup import child_journey
    from childjourneys.reports.files import write_text
    from childjourneys.reports.timeline import journey_text, timeline_svg

    found = child_journey(out, child_id, parse_authority(la))
    typer.echo(str(journey_text(found)))
    if svg:
        write_text(svg, timeline_svg(found))
        typer.echo(f"The timeline: {svg}")
