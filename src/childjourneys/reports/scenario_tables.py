"""Tables of a scenario: by change, month and finance line; what it rests on, how it could differ."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from fractions import Fraction

import polars as pl

from childjourneys.costs.amounts import decimal_text, half_up
from childjourneys.costs.placement_names import PLACEMENT_NAMES
from childjourneys.costs.scenario.definition import Destination, NewService, Shift
from childjourneys.costs.summaries.table import CostColumn, CostTable
from childjourneys.costs.whatif.numbers import numbers_of
from childjourneys.costs.whatif.outcome import WhatIf
from childjourneys.costs.whatif.places import place_of
from childjourneys.costs.whatif.results import Row
from childjourneys.tables.costs import POUNDS
from childjourneys.tables.scenario import SCENARIO

_MONEY = (
    CostColumn("base", "money", "net cost before the change", adds=True),
    CostColumn("scenario", "money", "net cost after it", adds=True),
    CostColumn("difference", "money", "scenario less base; a saving is below 0", adds=True),
)
# Rules of the arithmetic that are choices of this program: said on the page of assumptions.
METHOD = (
    "Costs are net: what the authority bears less grants and contributions, without other agencies' costs.",
    "Changes apply in order: the base of one is what the changes before it came to.",
    "A stay that was moved once is not moved again, neither its new nights nor those after a breakdown.",
    "Moved nights have no price of the child's own: they cost what the catalogue says of the new placement.",
    "A move costs one process 5 and what the catalogue charges when a stay starts; other processes stay.",
    "Results are expected values: a share of 0.2 moves a fifth of every stay that is meant.",
    "Each total is rounded once and shared to months and lines, so it may differ from the ledger by pennies.",
)


def scenario_as_written(rows: Iterable[Row]) -> pl.DataFrame:
    """The rows of `scenario_ID.csv`, in order of change, month and line."""
    written = [
        (row.change, row.month, row.line or None, row.base, row.scenario, row.difference) for row in rows
    ]
    amounts = ("base", "scenario", "difference")
    kinds = {name: pl.Int64 if name in amounts else pl.String for name in SCENARIO.names()}
    frame = pl.DataFrame(written, schema=kinds, orient="row")
    return SCENARIO.conform(frame.with_columns(pl.col(amounts).cast(POUNDS) / 100))


def by_change(found: WhatIf) -> CostTable:
    """A row a change, with what it costs to bring about."""
    rows = []
    for at, name in enumerate(found.names):
        own = [row for row in found.rows if row.change == name]
        spent = sum(pence for of, _, pence in found.implementation if of == name)
        base, after = sum(row.base for row in own), sum(row.scenario for row in own)
        children = found.moved[at]
        moved = half_up(1000 * children.numerator, children.denominator) / 1000 if children else None
        rows.append(
            (name, base, after, after - base, spent, after - base + spent, moved, found.concerned[at])
        )
    columns = (
        CostColumn("change", "text", "number and type of the change"),
        CostColumn("base", "money", "net cost before the change"),
        CostColumn("scenario", "money", "net cost after it"),
        CostColumn("difference", "money", "scenario less base; a saving is below 0", adds=True),
        CostColumn("implementation", "money", "what it costs to bring about", adds=True),
        CostColumn("net", "money", "difference and implementation together", adds=True),
        CostColumn("children", "decimal", "expected number who move or take part"),
        CostColumn("concerned", "count", "stays, periods of care or lines that the change means"),
    )
    return _table("Changes", "Base and scenario by change", rows, columns)


def by_month(found: WhatIf) -> CostTable:
    """A row a month: difference, implementation, net, and net so far."""
    rows, so_far = [], 0
    for month, net in found.net:
        spent = sum(pence for _, of, pence in found.implementation if of == month)
        so_far += net
        rows.append((month, net - spent, spent, net, so_far))
    columns = (
        CostColumn("month", "text", "calendar month"),
        CostColumn("difference", "money", "all changes together; a saving is below 0", adds=True),
        CostColumn("implementation", "money", "what it costs to bring about", adds=True),
        CostColumn("net", "money", "difference and implementation together", adds=True),
        CostColumn("net_so_far", "money", "net of this month and those before"),
    )
    return _table("Months", "What the whole scenario changes, by month", rows, columns)


def by_line(found: WhatIf) -> CostTable:
    """A row a line of the finance return: before the first change, and after the last."""
    first, last = found.names[0], found.names[-1]
    lines = sorted({row.line for row in found.rows})
    rows = []
    for line in lines:
        base = sum(row.base for row in found.rows if row.line == line and row.change == first)
        after = sum(row.scenario for row in found.rows if row.line == line and row.change == last)
        rows.append((line or "no line said", base, after, after - base))
    columns = (
        CostColumn("s251_line", "text", "line of the finance return, as the catalogue has it"),
        *_MONEY,
    )
    return _table("Lines", "Before and after, by line of the finance return", rows, columns)


def every_row(found: WhatIf) -> CostTable:
    """As scenario_ID.csv."""
    rows = [
        (row.change, row.month, row.line, row.base, row.scenario, row.difference) for row in found.rows
    ]  # fmt: skip
    columns = (
        CostColumn("change", "text", "number and type of the change"),
        CostColumn("month", "text", "calendar month"),
        CostColumn("s251_line", "text", "line of the finance return; blank: nobody has said which"),
        *(CostColumn(one.name, one.kind, one.meaning) for one in _MONEY),
    )
    return _table("All rows", "Base and scenario by change, month and line", rows, columns)


def tornado_table(found: WhatIf) -> CostTable:
    """A row a number: what the net would be with it lower and higher, the widest first."""
    rows = [
        (one.number.name, plain_number(one.low), plain_number(one.number.value), plain_number(one.high),
         one.net_low, found.difference + found.spent, one.net_high, abs(one.net_high - one.net_low),
         one.number.source)
        for one in found.tornado
    ]  # fmt: skip
    columns = (
        CostColumn("assumption", "text", "the number"),
        CostColumn("low", "text", "its low value: as given, else 0.8 times"),
        CostColumn("value", "text", "its value in the scenario"),
        CostColumn("high", "text", "its high value: as given, else 1.2 times"),
        CostColumn("net_low", "money", "net of the scenario at the low value"),
        CostColumn("net", "money", "net of the scenario"),
        CostColumn("net_high", "money", "net of the scenario at the high value"),
        CostColumn("range", "money", "how far the two are apart"),
        CostColumn("source", "text", "where the number is from, or the word assumption"),
    )
    return _table("Sensitivity", "What if one number were otherwise", rows, columns)


def assumptions(found: WhatIf) -> CostTable:
    """Everything that the result rests on, each with a source or the word assumption."""
    scenario = found.scenario
    rows: list[tuple[str, str, str]] = [
        (one.name, plain_number(one.value), one.source) for one in numbers_of(scenario)
    ]
    for change, name in zip(scenario.changes, found.names, strict=True):
        to = change.to if isinstance(change, Shift) else None
        if isinstance(change, NewService):
            to = change.effect.to
        if to is not None:
            rows.append((f"change {name}: nights that are moved are priced as", _codes(to), "assumption"))
    rows += [("method", sentence, "the design of what-if") for sentence in METHOD]
    rows.append(("start", scenario.start.isoformat(), f"scenario file {scenario.file}"))
    rows.append(("scenario file", scenario.file, f"SHA-256 {scenario.sha256}"))
    rows.append(("catalogue", f"version {found.catalogue.version}", "the costing this rests on"))
    for file in found.catalogue.files:
        made_up = " (INVENTED PRICES)" if file.invented else ""
        rows.append((f"catalogue file{made_up}", file.name, f"SHA-256 {file.sha256}"))
    columns = (
        CostColumn("what", "text", "what the result rests on"),
        CostColumn("value", "text", "as it was used"),
        CostColumn("source", "text", "where it is from, or the word assumption"),
    )
    return _table("Assumptions", "What the result rests on", rows, columns)


def without_price(found: WhatIf) -> CostTable:
    """Slots for which the scenario's nights or moves have no price."""
    rows = [
        (found.names[row["step"] - 1], row["process"] or "", row["kind"], row["what"], row["entry_ids"] or "",
         row["count"])
        for row in found.faults.iter_rows(named=True)
    ]  # fmt: skip
    columns = (
        CostColumn("change", "text", "number and type of the change"),
        CostColumn("process", "text", "what has no price"),
        CostColumn("kind", "text", "process, placement and so on"),
        CostColumn("what", "text", "why"),
        CostColumn("entry_ids", "text", "prices concerned"),
        CostColumn("count", "count", "nights or events of stays that are meant, before shares"),
    )
    return _table("Without a price", "What the scenario brings about and no price fits", rows, columns)


def plain_number(value: Fraction) -> str:
    """A number as people write it: 0.25, 13, 0.333333.

    >>> plain_number(Fraction(1, 4)), plain_number(Fraction(13)), plain_number(Fraction(-6))
    ('0.25', '13', '-6')
    """
    return decimal_text(value, 6, 0).rstrip(".")


def _codes(to: Destination) -> str:
    found = place_of(to)
    said = [
        f"{what} {code}"
        for what, code in (
            ("placement", found.place), ("provider", found.provider), ("provider number", found.provider_id),
            ("area", found.area),
        )
        if code
    ]  # fmt: skip
    name = f"{to.placement}: " if to.placement in PLACEMENT_NAMES else ""
    return f"{name}{', '.join(said)}; what is not named stays as it was"


def _table(
    key: str, title: str, rows: Sequence[Sequence[object]], columns: tuple[CostColumn, ...]
) -> CostTable:
    kinds = {"money": pl.Int64, "count": pl.Int64, "decimal": pl.Float64}
    schema = {column.name: kinds.get(column.kind, pl.String) for column in columns}
    return CostTable(key, title, pl.DataFrame(rows, schema=schema, orient="row"), columns)
