"""Files about costs that are not the ledger: the finance return beside it, and nights that lie ahead."""

from __future__ import annotations

from childjourneys.tables.schema import NUMBER, TEXT, Column, Table

_MONEY = "pounds"

SECTION251 = Table(
    "section251",
    "one row per year and line of the finance return, and what the ledger has elsewhere",
    (
        Column("year", TEXT, "financial year, such as 2024/25", "key", "never"),
        Column("line", TEXT, "line of the return, as it writes it", "key", "no line is known"),
        Column("modelled", TEXT, "gross lines of the ledger", "value", "a total line, or not in one money"),
        Column("not_child_level", TEXT, "what no child causes: recruitment, management, empty beds"),
        Column("timing", TEXT, "paid in another year than the nights"),
        Column("unmatched", TEXT, "payments that match no placement"),
        Column("contributions", TEXT, "of health and education, as a positive number"),
        Column(
            "outturn", TEXT, "net current expenditure of the return", "value", "the return lacks the line"
        ),
        Column("gap", TEXT, "outturn less all that is known; never forced to 0", "value", "no outturn"),
        Column("coverage", NUMBER, "(modelled - contributions) / outturn", "value", "no outturn"),
    ),
    keeps_raw=False,
)

COST_FORECAST = Table(
    "cost_forecast",
    "one row per authority, month ahead, kind of placement, kind of provider and price year",
    (
        Column("la_code", TEXT, "three-digit authority code", "key", "never"),
        Column("month", TEXT, "such as 2025-04", "key", "never"),
        Column("placement", TEXT, "kind of placement", "key", "never"),
        Column("provider", TEXT, "kind of provider", "key", "never"),
        Column("children", NUMBER, "expected at the end of the month, to two decimals", "value", "never"),
        Column("nights", NUMBER, "expected nights, to one decimal", "value", "never"),
        Column("nights_low", NUMBER, "at most 2.5% of draws lie below", "value", "never"),
        Column("nights_high", NUMBER, "at most 2.5% of draws lie above", "value", "never"),
        Column("price_year", TEXT, "of the money", "key", "such nights have no price"),
        Column("night", NUMBER, "pounds: the average night of the ledger", "value", "no price"),
        Column("cost", NUMBER, "pounds: expected nights at that price", "value", "no price"),
        Column("cost_low", NUMBER, "pounds, at nights_low", "value", "no price"),
        Column("cost_high", NUMBER, "pounds, at nights_high", "value", "no price"),
    ),
    keeps_raw=False,
)
