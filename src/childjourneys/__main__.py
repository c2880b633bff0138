"""`python -m childjourneys` and the `childjourneys` command."""

from __future__ import annotations


def main() -> None:
    from childjourneys.cli import run_command

    run_command()


if __name__ == "__main__":
    main()
