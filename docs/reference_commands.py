"""The reference page about commands: each with its arguments and options, as the program declares them."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import typer
from reference_rows import rows

from childjourneys.cli import build_app


def commands() -> Iterable[str]:
    """Every command, those of a group under it."""
    app: Any = typer.main.get_command(build_app())
    yield "# Commands\n"
    yield (
        "On Windows without the command on the path, write `py -m childjourneys` for `childjourneys`. "
        "`childjourneys COMMAND --help` (or `-h`) says the same as this page.\n"
    )
    yield from rows(
        ("Exit code", "Meaning"),
        [
            ("0", "done; findings in the data do not change this"),
            ("1", "nothing usable was found; with `--strict` also: a row, sheet or file was set aside"),
            ("2", "the command line was wrong, or an output file is held open by another program"),
        ],
    )
    yield "\nOptions before the command: `--version` prints the version, `--help` the commands.\n"
    for name, command in app.commands.items():
        if not hasattr(command, "commands"):
            yield from _command(name, command, "##")
            continue
        yield f"## {name}\n"
        yield f"{command.help}\n"
        for inner, part in command.commands.items():
            yield from _command(f"{name} {inner}", part, "###")


def _command(name: str, command: Any, level: str) -> Iterable[str]:
    words = [p.metavar if p.required else f"[{p.metavar}]" for p in command.params if _is_argument(p)]
    words += [f"{p.opts[0]} {p.metavar}" for p in command.params if not _is_argument(p) and p.required]
    optional = any(not p.required and p.name != "help" for p in command.params if not _is_argument(p))
    yield f"{level} {name}\n"
    yield f"`childjourneys {' '.join([name, *words, *(['[OPTIONS]'] if optional else [])])}`\n"
    yield f"{command.help}\n"
    shown = [(_spelling(p), p.help, _default(p)) for p in command.params if p.name != "help"]
    if shown:
        yield from rows(("Argument or option", "Meaning", "Default"), shown)
        yield ""


def _is_argument(parameter: Any) -> bool:
    return bool(parameter.param_type_name == "argument")


def _spelling(parameter: Any) -> str:
    if _is_argument(parameter):
        return f"`{parameter.metavar}`"
    return f"`{' '.join([parameter.opts[0], *([] if parameter.is_flag else [parameter.metavar])])}`"


def _default(parameter: Any) -> str:
    if parameter.required:
        return "required"
    return "" if parameter.default in (None, False) else f"`{parameter.default}`"
