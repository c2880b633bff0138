"""`childjourneys costs`: what the children of a run cost, line by line."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from childjourneys.cli.progress import Steps
from childjourneys.cli.values import parse_day
from childjourneys.issues import UsageError

if TYPE_CHECKING:
    from childjourneys.cost_outputs import Told


def costs(
    out: Annotated[Path, typer.Argument(metavar="OUT", help="Folder with the results of a run.")],
    catalogue: Annotated[
        list[str] | None,
        typer.Option(
            metavar="FILE",
            help="Unit costs: `default` or another shipped name, or a file of yours; given again, the later "
            "is the higher layer.",
        ),
    ] = None,
    more: Annotated[list[str] | None, typer.Argument(metavar="[FILE...]", hidden=True)] = None,
    first: Annotated[
        str | None, typer.Option("--from", metavar="DATE", help="First day of the period, included.")
    ] = None,
    last: Annotated[
        str | None, typer.Option("--to", metavar="DATE", help="Last day of the period, included.")
    ] = None,
    prices: Annotated[
        list[Path] | None,
        typer.Option(metavar="FILE", help="Prices that were paid, child by child (placement_costs.csv)."),
    ] = None,
    prices_layout: Annotated[
        list[str] | None,
        typer.Option(
            metavar="NAME",
            help="Layout of files without our headings: london, north_west, or a heading map; or one for "
            "each file, in their order.",
        ),
    ] = None,
    price_year: Annotated[
        str, typer.Option(metavar="YYYY/YY", help="Bring all amounts to the prices of this financial year.")
    ] = "",
    indices: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Price indices to bring them there by.")
    ] = None,
    section251: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="Lines of the finance return to put beside the ledger."),
    ] = None,
    cohorts: Annotated[
        list[str] | None,
        typer.Option(
            "--cohort",
            metavar='"PAIRS"',
            help='Children or lines to add up by themselves too: "need=ebd; placement_type=K2,R1", a name'
            " and a colon before it or not; may be given again.",
        ),
    ] = None,
    populations: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE",
            help="Numbers of children by month or year, placement and provider, to cost beside the forecast.",
        ),
    ] = None,
    budget: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="Budget by line of the finance return, beside spend and forecast."),
    ] = None,
    strict: Annotated[
        bool, typer.Option("--strict", help="Leave with exit code 1 if anything could not be priced.")
    ] = False,
) -> None:
    """Cost every child's care and support, and write ledger and tables to OUT/in-team."""
    from childjourneys.cost_outputs import cost_and_write

    # `--catalogue default mine.yaml`: what follows the first file stands among the arguments.
    out, others = _told_apart(out, [Path(name) for name in more or []])
    if others and not catalogue:
        raise UsageError(f"{others[0]} is not known here; name files of unit costs after --catalogue.")
    if prices_layout and not prices:
        raise UsageError("--prices-layout says how a file of --prices is laid out; name that file too.")
    with Steps() as steps:
        told = cost_and_write(
            out,
            [*(catalogue or ["default"]), *(str(path) for path in others)],
            parse_day(first, "--from"),
            parse_day(last, "--to"),
            prices or (),
            prices_layout or (),
            price_year,
            indices,
            section251,
            steps.say,
            cohorts=cohorts or (),
            budget=budget,
            populations=populations,
        )
    tell(out, told, price_year)
    if strict and told.errors:
        raise typer.Exit(1)


def _told_apart(out: Path, more: list[Path]) -> tuple[Path, list[Path]]:
    """The folder of results, and the files of a catalogue, whichever was written first."""
    if out.is_dir() or not more or not more[-1].is_dir():
        return out, more
    return more[-1], [out, *more[:-1]]


def _never_added(price_year: str | None) -> str:
    said = "Money of different price years is never added; "
    if not price_year:
        return said + "--price-year brings it to one."
    return said + "prices that were paid are money of their own year, which --price-year leaves as it is."


def tell(out: Path, told: Told, price_year: str | None = None) -> None:
    """Print what it came to, and where the results are."""
    from childjourneys.budgeting import budget_sentences
    from childjourneys.reports.cost_cohorts import sentences_of
    from childjourneys.reports.cost_forecast import typed_sentences

    for year, gross, contributions, grant, net in told.totals.iter_rows():
        typer.echo(
            f"Prices of {year}: gross {as_pounds(gross)}, contributions {as_pounds(contributions)}, "
            f"grants {as_pounds(grant)}, net {as_pounds(net)}."
        )
    if told.totals.height > 1:
        typer.echo(_never_added(price_year))
    typer.echo(f"Nights in placements: {told.nights:,}, without a price {told.unpriced:,}.")
    for note in told.notes:
        typer.echo(note)
    if told.prices:
        typer.echo(told.prices)
    for chosen in told.cohorts:
        for sentence in sentences_of(chosen):
            typer.echo(sentence)
    for one in told.forecasts:
        if one.refused:
            typer.echo(f"No forecast for {one.la_code}: {one.refused}")
        for sentence in typed_sentences(one):
            typer.echo(sentence)
    if told.budget is not None:
        for sentence in budget_sentences(told.budget):
            typer.echo(sentence)
    typer.echo(f"The tables: {out / 'in-team' / 'cost_tables.xlsx'}")
    typer.echo(f"The page: {out / 'in-team' / 'costs.html'}")


def as_pounds(pence: int) -> str:
    return f"{'-' if pence < 0 else ''}£{abs(pence) // 100:,}.{abs(pence) % 100:02}"
