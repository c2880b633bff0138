"""The reference page about tables, and the columns of any table as a page shows them."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from reference_rows import rows, sentence

from childjourneys.tables import REPORTED
from childjourneys.tables.care_chain import CARE_TABLES
from childjourneys.tables.costs import POUNDS, SIX_DECIMALS
from childjourneys.tables.schema import BOOL, DATE, INT, NUMBER, TEXT, Table

_TYPES: dict[Any, str] = {
    DATE: "date",
    INT: "whole number",
    NUMBER: "number",
    BOOL: "true or false",
    TEXT: "text",
    POUNDS: "pounds, two decimals",
    SIX_DECIMALS: "number, six decimals",
}


def tables() -> Iterable[str]:
    """The tables that returns are read into, and those put together from them."""
    yield "# Tables\n"
    yield (
        "What the returns are read into, before they are merged. Every row keeps its place. Merged tables "
        "hold each fact once and add `la_code`, `source`, `file` and `also_in`; `referral` becomes part of "
        "`need_episode`, and the latest placement and review of `period_of_care` become `placement` and "
        "`lac_review`.\n"
    )
    yield (
        "A column that ends in `_raw` holds the text as found where it could not be used. They are not "
        "listed. What a column is for: **key** (what makes two rows the same fact), **value** (a later "
        "return may correct it), **end** (a later blank never reopens it), **status** (how things stood on "
        "the day of the return: the later return wins), **place** (where it was found).\n"
    )
    for table in REPORTED.values():
        yield f"## {table.name}\n"
        yield f"{sentence(table.grain)}\n"
        yield from rows(
            ("Column", "Type", "For", "Meaning", "A blank means", "Codes"),
            [
                (
                    f"`{c.name}`", _TYPES[c.type], c.role, c.meaning, c.blank,
                    f"[{c.codes}](code_sets.md#{c.codes})" if c.codes else "",
                )
                for c in table.stated
            ],
        )  # fmt: skip
        yield ""
    yield (
        "Put together from the episodes of all returns, by [these rules](../care.md), is the table that "
        "journeys, indicators and costs of care rest on:\n"
    )
    for table in CARE_TABLES.values():
        yield f"## {table.name}\n"
        yield f"{sentence(table.grain)}\n"
        yield from columns(table)
        yield ""


def columns(table: Table) -> Iterable[str]:
    """The columns of a table, with their types and what a blank means."""
    yield from rows(
        ("Column", "Type", "Meaning", "A blank means"),
        [(f"`{c.name}`", _TYPES[c.type], c.meaning, c.blank) for c in table.columns],
    )
