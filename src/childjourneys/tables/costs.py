"""Costs: the ledger, a row per child and price year, and what could not be priced.

`COST_LEDGER` and `COST_CHILDREN` are the files, column by column. While money is worked with it is whole
pence: `LEDGER` and `LEDGER_CHILDREN` are the same rows inside, with these columns instead.

| in the file | inside |
|---|---|
| amount | pence, Int64 |
| quantity | millionths, Int64: the quantity at 6 decimals, times a million |
| gross, contributions, grant, net | gross_pence, contributions_pence, grant_pence, net_pence, Int64 |

`ledger_as_written` and `children_as_written` give the rows of the files.
Source: the design of costs, sections 5.3 and 6, and the list of what a run leaves.
"""

from __future__ import annotations

import polars as pl

from childjourneys.tables.schema import CHILD_OF_LA, DATE, INT, LA_CODE, TEXT, Column, Table

POUNDS = pl.Decimal(20, 2)
SIX_DECIMALS = pl.Decimal(20, 6)

_NEED_GROUP = Column(
    "need_group", TEXT, "cwd, ebd, offending, uasc joined by _, or none; one for the child over the run",
    "value", "never",
)  # fmt: skip

_FIRST = (
    LA_CODE,
    CHILD_OF_LA,
    Column("period_of_care", INT, "period of care of the child, from 1 by start", "value", "none (CIN)"),
    Column("placement_no", INT, "placement within the period, from 1 by start", "value", "none (CIN)"),
    Column("process", TEXT, "lac.1 to lac.8, cin.*; grant, contribution, other_agency for those kinds",
           "key", "never"),
    Column("entry_id", TEXT, "entry that priced it, or child_price, child_package, contribution_*", "key",
           "never"),
    Column("date_from", DATE, "first night in the month; the day of an event", "key", "never"),
    Column("date_to", DATE, "last night in the month; the day of an event", "value", "never"),
    Column("nights", INT, "nights in the month", "value", "an event"),
)  # fmt: skip
_MIDDLE = (
    Column("unit", TEXT, "unit of the quantity: event, night, week, month, year, or period", "value",
           "never"),
    Column("unit_cost", TEXT, "pounds for one unit, in the entry's own price year, as a decimal", "value",
           "never"),
    Column("uplift_factor", SIX_DECIMALS, "from the entry's price year to that of the amount", "value",
           "never"),
)  # fmt: skip
_LAST = (
    Column("agency", TEXT, "who bears it: local_authority, health, education, youth_justice, courts",
           "value", "never"),
    _NEED_GROUP,
    Column("placement_type", TEXT, "PLACE of the line's first night", "value", "none (CIN)"),
    Column("provider", TEXT, "PR1 to PR5 of the line's first night", "value", "none (CIN)"),
    Column("in_out_area", TEXT, "in or out", "value", "not known"),
    Column("s251_line", TEXT, "line of the finance return", "value", "the authority has not said"),
    Column("month", TEXT, "calendar month, such as 2024-04", "value", "never"),
    Column("price_year", TEXT, "of the amount, such as 2024/25", "value", "never"),
    Column("price_basis", TEXT, "child, contract, authority or default", "value", "never"),
    Column("rule", TEXT, "the rule that made it, such as R3; with ' estimated' where a fallback fired",
           "value", "never"),
)  # fmt: skip


def _table(name: str, grain: str, columns: tuple[Column, ...]) -> Table:
    return Table(name, grain, columns, keeps_raw=False)


_LINE = "one row per entry, span and calendar month; one per event"

COST_LEDGER = _table(
    "cost_ledger",
    _LINE,
    (
        *_FIRST,
        Column("quantity", SIX_DECIMALS, "in the entry's unit", "value", "never"),
        *_MIDDLE,
        Column("amount", POUNDS, "pounds; credits are negative", "value", "never"),
        *_LAST,
    ),
)

LEDGER = _table(
    "cost_ledger",
    _LINE,
    (
        *_FIRST,
        Column("millionths", INT, "the quantity, in millionths of the unit", "value", "never"),
        *_MIDDLE,
        Column("pence", INT, "the amount in pence; credits are negative", "value", "never"),
        *_LAST,
    ),
)
LEDGER_ORDER = ("la_code", "child_id", "date_from", "process", "entry_id")

_WHO_AND_YEAR = (
    LA_CODE,
    CHILD_OF_LA,
    _NEED_GROUP,
    Column("price_year", TEXT, "of the money in this row", "key", "nothing was priced"),
    Column("nights", INT, "nights of placements in the period, the same on each row of the child", "value",
           "never"),
)  # fmt: skip
_UNPRICED = Column(
    "unpriced_nights", INT, "nights without a price, the same on each row of the child", "value", "never"
)
_MONEY = {
    "gross": "lines of the local authority above 0",
    "contributions": "what other agencies gave, 0 or less",
    "grant": "grants received, 0 or less",
    "net": "gross, contributions and grant together",
}
_PER_CHILD = "one row per child with a line or a night, and price year"

COST_CHILDREN = _table(
    "cost_children",
    _PER_CHILD,
    (
        *_WHO_AND_YEAR,
        *(Column(name, POUNDS, f"pounds: {meaning}", "value", "never") for name, meaning in _MONEY.items()),
        _UNPRICED,
    ),
)

LEDGER_CHILDREN = _table(
    "cost_children",
    _PER_CHILD,
    (
        *_WHO_AND_YEAR,
        *(
            Column(f"{name}_pence", INT, f"pence: {meaning}", "value", "never")
            for name, meaning in _MONEY.items()
        ),
        _UNPRICED,
    ),
)

_NIGHTS_OF = {column.name: column for column in (*_FIRST, *_LAST)}
COST_UNPRICED = _table(
    "cost_unpriced",
    "one row per run of nights without a price that have the same codes, and month",
    (
        *(
            _NIGHTS_OF[name]
            for name in (
                "la_code", "child_id", "period_of_care", "placement_no", "placement_type", "provider",
                "in_out_area", "need_group", "month",
            )
        ),
        Column("date_from", DATE, "first night", "value", "never"),
        Column("date_to", DATE, "last night", "value", "never"),
        Column("nights", INT, "nights", "value", "never"),
    ),
)  # fmt: skip

COST_ISSUES = _table(
    "cost_issues",
    "one row per child, process, kind and reason",
    (
        Column("severity", TEXT, "error, warning or note", "value", "never"),
        Column("code", TEXT, "cost-no-match, cost-ambiguous, cost-unmatched-price or cost-data", "key",
               "never"),
        Column("la_code", TEXT, "three-digit authority code, or unknown", "key", "the whole run"),
        Column("child_id", TEXT, "identifier of the child in that authority", "key", "not about one child"),
        Column("process", TEXT, "the process concerned", "key", "none"),
        Column("kind", TEXT, "the kind of entry concerned", "key", "none"),
        Column("date", DATE, "the first night or day", "value", "none"),
        Column("count", INT, "nights or events", "value", "never"),
        Column("what", TEXT, "what is wrong, in a sentence", "key", "never"),
        Column("entry_ids", TEXT, "entries concerned, joined by '; '", "value", "none"),
    ),
)  # fmt: skip


def ledger_as_written(ledger: pl.DataFrame) -> pl.DataFrame:
    """Rows of `LEDGER` with the columns of the file `cost_ledger.csv`."""
    return ledger.with_columns(
        quantity=pl.col("millionths").cast(SIX_DECIMALS) / 1_000_000, amount=_pounds("pence")
    ).select(pl.col(name).cast(kind) for name, kind in COST_LEDGER.schema.items())


def children_as_written(children: pl.DataFrame) -> pl.DataFrame:
    """Rows of `LEDGER_CHILDREN` with the columns of the file `cost_children.csv`."""
    return children.with_columns(**{name: _pounds(f"{name}_pence") for name in _MONEY}).select(
        pl.col(name).cast(kind) for name, kind in COST_CHILDREN.schema.items()
    )


def _pounds(pence: str) -> pl.Expr:
    return pl.col(pence).cast(POUNDS) / 100
