"""Where the story is written down: rows of plain values, days as numbers, one list per table."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from childjourneys.synthetic.chance import Chance
from childjourneys.synthetic.days import WorkingDays
from childjourneys.synthetic.rates import Choices

Value = int | str | bool | None
Row = list[Value]


@dataclass
class Case:
    """One need episode while it is being told. `latest` is the last day anything happened in it.

    `stretch`: what planted effects make of the draw of the first assessment's length; None once it is used.
    """

    episode: int
    child: int
    day: int
    need: str
    assessment: int = -1
    assessed: int = 0
    latest: int = 0
    stretch: Callable[[float], float] | None = None

    def touch(self, day: int) -> None:
        self.latest = max(self.latest, day)


@dataclass
class Records:
    """Rows by table, in the column order of `world.TABLES`, and what the tellers need."""

    choices: Choices
    days: WorkingDays
    care: Chance
    rows: dict[str, list[Row]] = field(default_factory=dict)

    def add(self, table: str, *values: Value) -> int:
        """Write a row down; its number is its first column and is returned."""
        rows = self.rows.setdefault(table, [])
        rows.append([len(rows), *values])
        return len(rows) - 1

    def row(self, table: str, number: int) -> Row:
        return self.rows[table][number]
