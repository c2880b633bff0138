"""`childjourneys archetypes`: the library, one definition in full, and a check of files."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from childjourneys.issues import UsageError

app = typer.Typer(no_args_is_help=True, help="Show and check the patterns of journeys that a run counts.")
_HASH_SHOWN = 12
_WIDTH = 100
_Added = Annotated[
    list[Path] | None,
    typer.Option(
        "--archetypes", metavar="PATH", help="A file or folder of definitions to add; same id replaces."
    ),
]


@app.command("list")
def list_(archetypes: _Added = None) -> None:
    """List every archetype: id, months of returns it needs, what the returns must carry, title."""
    from childjourneys.archetypes.library import load
    from childjourneys.archetypes.months import months_needed

    rows = [("ID", "MONTHS", "NEEDS", "TITLE")]
    for definition in load(archetypes or []).values():
        needs = ", ".join(definition.needs)
        rows.append((definition.id, str(months_needed(definition)), needs, definition.title))
    widths = [max(len(row[column]) for row in rows) for column in range(3)]
    for name, months, needs, title in rows:
        line = f"{name:{widths[0]}}  {months:>{widths[1]}}  {needs:{widths[2]}}  {title}"
        typer.echo(line.rstrip())


@app.command("show")
def show(
    name: Annotated[str, typer.Argument(metavar="ID", help="Id of an archetype, as `list` gives it.")],
    archetypes: _Added = None,
    save: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Write the definition here, to change it.")
    ] = None,
) -> None:
    """Print one archetype: what it means in words, then its definition in full."""
    from textwrap import fill

    from childjourneys.archetypes.errors import unknown
    from childjourneys.archetypes.library import load
    from childjourneys.archetypes.months import months_needed
    from childjourneys.archetypes.writing import definition_hash, to_yaml
    from childjourneys.reports.files import write_text

    known = load(archetypes or [])
    if name not in known:
        raise UsageError(unknown(name, "archetype", known))
    found = known[name]
    months = months_needed(found)
    said = [found.title, found.definition or found.why, found.not_a_judgement]
    said.append(f"Needs {months} month{'' if months == 1 else 's'} of returns around one anchor.")
    said.append(f"Definition {definition_hash(found)[:_HASH_SHOWN]}:")
    for paragraph in filter(None, said):
        typer.echo(fill(paragraph, _WIDTH) + "\n")
    typer.echo(to_yaml(found), nl=False)
    if save:
        write_text(save, to_yaml(found))
        typer.echo(f"\nThe definition: {save}")


@app.command("check")
def check(
    files: Annotated[
        list[Path], typer.Argument(metavar="FILE", help="Files or folders with definitions in YAML.")
    ],
) -> None:
    """Check definitions: a line for each with the start of its hash, or what is wrong and on which line."""
    from childjourneys.archetypes.library import files_of, read_file
    from childjourneys.archetypes.writing import definition_hash

    for path in files_of(files):
        for definition in read_file(path):
            short = definition_hash(definition)[:_HASH_SHOWN]
            typer.echo(f"{path}: {definition.id} version {definition.version} {short}")


@app.command("explain")
def explain(
    out: Annotated[Path, typer.Argument(metavar="OUT", help="Folder with the results of a run.")],
    name: Annotated[str, typer.Argument(metavar="ID", help="Id of an archetype, or ID:VARIANT.")],
    child_id: Annotated[str, typer.Argument(metavar="CHILD_ID", help="The child's identifier.")],
    la: Annotated[
        str | None, typer.Option(metavar="CODE", help="Authority, where two have the identifier.")
    ] = None,
) -> None:
    """Say why one child matched, nearly matched, or can't be decided, with the rows it rests on."""
    from textwrap import fill

    from childjourneys.cli.values import parse_authority
    from childjourneys.explaining import explain_child

    measure, anchors = explain_child(out, name, child_id, parse_authority(la))
    title = measure.definition.title or measure.definition.id
    typer.echo(f"{title} ({measure.name}). {measure.definition.not_a_judgement}".strip() + "\n")
    if not anchors:
        typer.echo("Nothing in this child's journey starts it, inside what the returns cover.")
    for anchor in anchors:
        typer.echo(f"{anchor.anchor_date} {anchor.outcome.replace('_', ' ')}")
        typer.echo(fill(anchor.text, _WIDTH, initial_indent="  ", subsequent_indent="  "))
        for file, sheet, row in dict.fromkeys(anchor.rows):
            typer.echo(f"    {file}, {sheet}, row {row}")
