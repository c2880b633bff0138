"""What a scenario leaves as a file: `scenario_ID.csv`."""

from __future__ import annotations

from childjourneys.tables.costs import POUNDS
from childjourneys.tables.schema import TEXT, Column, Table

SCENARIO = Table(
    "scenario",
    "one row per change of the scenario, month and line of the finance return",
    (
        Column("change", TEXT, "number and type of the change, such as `1 shift`", "key", "never"),
        Column("month", TEXT, "such as 2025-04", "key", "never"),
        Column("s251_line", TEXT, "line of the finance return", "key", "nobody has said which line"),
        Column("base", POUNDS, "pounds: net cost after the changes before this one", "value", "never"),
        Column("scenario", POUNDS, "pounds: net cost after this change", "value", "never"),
        Column("difference", POUNDS, "scenario less base; a saving is below 0", "value", "never"),
    ),
    keeps_raw=False,
)
