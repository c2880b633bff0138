"""The command line: one file per command; each reads arguments, calls the pipeline and prints."""

from __future__ import annotations

import sys

import typer

from childjourneys.issues import ChildJourneysError, NothingUsable

DONE, NOTHING_USABLE, WRONG_USE = 0, 1, 2


def build_app() -> typer.Typer:
    """The application with all its commands."""
    from childjourneys.cli import archetypes, cohort, compare, costs, demo, journey, run, synth, what_if

    app = typer.Typer(
        add_completion=False,
        no_args_is_help=True,
        pretty_exceptions_enable=False,
        context_settings={"help_option_names": ["-h", "--help"]},
        help="Turns the returns of English children's social care into child journeys. "
        "Nothing leaves this machine.",
    )
    app.command("demo")(demo.demo)
    app.command("synth")(synth.synth)
    app.command("run")(run.run)
    app.command("journey")(journey.journey)
    app.add_typer(archetypes.app, name="archetypes")
    app.command("compare")(compare.compare)
    app.command("costs")(costs.costs)
    app.command("cohort")(cohort.cohort)
    app.command("what-if")(what_if.what_if)
    app.callback()(_options)
    return app


def run_command() -> None:
    """Run the command that was typed and leave with its exit code: 0 done, 1 nothing usable, 2 wrong use."""
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(encoding="utf-8", errors="replace")
    try:
        build_app()()
    except NothingUsable as error:
        _fail(error, NOTHING_USABLE)
    except ChildJourneysError as error:
        _fail(error, WRONG_USE)
    except OSError as error:
        _fail(f"{error.filename or 'A file'} can't be used: {error.strerror}.", WRONG_USE)


def _version(wanted: bool) -> None:
    if wanted:
        from childjourneys import __version__

        typer.echo(f"childjourneys {__version__}")
        raise typer.Exit


def _options(
    version: bool = typer.Option(
        False, "--version", callback=_version, is_eager=True, help="Print the version and stop."
    ),
) -> None:
    """Options before the command."""


def _fail(error: ChildJourneysError | str, code: int) -> None:
    typer.echo(f"childjourneys: {error}", err=True)
    sys.exit(code)
