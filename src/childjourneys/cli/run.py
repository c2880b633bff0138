"""`childjourneys run`: from a folder of returns to journeys, findings and a report."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from childjourneys.cli.progress import Steps
from childjourneys.cli.values import parse_authority, parse_day, parse_memory, parse_names
from childjourneys.issues import UsageError

if TYPE_CHECKING:
    from childjourneys.pipeline import RunResult


def run(
    paths: Annotated[list[Path], typer.Argument(metavar="PATH", help="Files or folders of returns.")],
    out: Annotated[Path, typer.Option(metavar="DIR", help="Folder for the results.")],
    la: Annotated[str | None, typer.Option(metavar="CODE", help="Authority of files that name none.")] = None,
    as_at: Annotated[
        str | None, typer.Option(metavar="DATE", help="Extract date of every Annex A, such as 2025-03-31.")
    ] = None,
    mappings: Annotated[
        Path | None, typer.Option(metavar="FILE", help="A matching report that you edited.")
    ] = None,
    archetypes: Annotated[
        list[Path] | None,
        typer.Option(
            metavar="PATH", help="A file or folder of definitions to add to the library; same id replaces."
        ),
    ] = None,
    adjust: Annotated[
        list[str] | None,
        typer.Option(
            metavar="ID[,ID...]",
            help="Archetypes whose groups are also compared given age, sex, need and deprivation.",
        ),
    ] = None,
    disclosure: Annotated[
        str,
        typer.Option(
            metavar="PRESET", help="Which numbers of shareable/ are hidden: dfe, opensafely or strict10."
        ),
    ] = "dfe",
    pseudonymise: Annotated[
        Path | None,
        typer.Option(metavar="KEYFILE", help="Hide identifiers with this key; it is made if not there."),
    ] = None,
    engine: Annotated[str, typer.Option(metavar="local", help="Where to compute.")] = "local",
    memory: Annotated[str, typer.Option(metavar="2GB", help="Memory that merging stays inside.")] = "2GB",
    strict: Annotated[
        bool, typer.Option("--strict", help="Leave with exit code 1 if any row, sheet or file was set aside.")
    ] = False,
) -> None:
    """Read returns and write journeys, findings and a report to DIR/in-team."""
    if engine != "local":
        raise UsageError("--engine knows only: local.")
    from childjourneys import pipeline
    from childjourneys.archetypes.library import load
    from childjourneys.sources.mappings import load_mappings

    new_key = pseudonymise is not None and not pseudonymise.exists()
    settings = pipeline.Settings(
        la=parse_authority(la),
        as_at=parse_day(as_at, "--as-at"),
        mappings=load_mappings(mappings) if mappings else None,
        key=pipeline.load_key(pseudonymise, out) if pseudonymise else None,
        memory=parse_memory(memory),
        archetypes=load(archetypes or []),
        adjust=parse_names(adjust),
        disclosure=disclosure,
    )
    if new_key:
        typer.echo(f"A new key was written to {pseudonymise}. Keep it safe: only it links later runs.")
    with Steps() as steps:
        result = pipeline.run(paths, out, settings, progress=steps.say)
    tell(result)
    if strict and _errors(result):
        raise typer.Exit(1)


def tell(result: RunResult) -> None:
    """Print what was read, what was found, and where the results are."""
    read = result.returns.filter(result.returns["status"] == "read")
    rows = result.attrition.filter(result.attrition["step"] == "read")
    counts = {name: f"{rows[name].sum():,}" for name in ("rows_in", "rows_out", "duplicate", "set_aside")}
    typer.echo(
        f"{_many(read.height, 'file')} read: {counts['rows_in']} rows, {counts['rows_out']} loaded, "
        f"{counts['duplicate']} duplicate, {counts['set_aside']} set aside."
    )
    found = {
        severity: int(result.issues.filter(result.issues["severity"] == severity)["count"].sum())
        for severity in ("error", "warning", "note")
    }
    findings = ", ".join(_many(number, severity) for severity, number in found.items())
    typer.echo(
        f"{_many(result.children, 'child', 'children')} with a journey, {_many(result.events, 'event')}. "
        f"Findings: {findings}."
    )
    typer.echo(f"The report: {result.out / 'in-team' / 'report.html'}")
    typer.echo(f"What may leave the team, small numbers hidden: {result.out / 'shareable'}")


def _many(number: int, one: str, more: str = "") -> str:
    return f"{number:,} {one if number == 1 else more or one + 's'}"


def _errors(result: RunResult) -> int:
    return result.issues.filter(result.issues["severity"] == "error").height
