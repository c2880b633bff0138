"""What journeys are made of: events, spells, coverage, lines; the account of rows; indicators.

`DERIVED` names these tables and all others that are worked out from journeys.
"""

from __future__ import annotations

from collections.abc import Iterable
from operator import attrgetter

import polars as pl

from childjourneys.issues import Issue
from childjourneys.tables.archetypes import ARCHETYPE_TABLES
from childjourneys.tables.pathways import PATHWAY_TABLES
from childjourneys.tables.schema import (
    BOOL,
    CHILD_OF_LA,
    DATE,
    INT,
    LA_CODE,
    NUMBER,
    TEXT,
    Column,
    Table,
    derived_table,
)

_FOUND = (
    Column("source", TEXT, "annex_a, cin_census or ssda903", "place", "never"),
    Column("file", TEXT, "path below the folder given", "place", "never"),
    Column("sheet", TEXT, "sheet, or XML record element", "place", "never"),
    Column("row", INT, "row of the sheet, or line of the XML file", "place", "never"),
    Column(
        "also_in", TEXT, "other places with the same fact, file|sheet|row joined by '; '", "place", "none"
    ),
)

EVENT_TABLE = derived_table(
    "events",
    "one row per event of a child, in the order of its journey",
    (
        LA_CODE,
        CHILD_OF_LA,
        Column("date", DATE, "day of the event", "key", "never"),
        Column("event", TEXT, "type of the vocabulary", "key", "never"),
        Column("episode_id", TEXT, "need episode it belongs to", "value", "no link"),
        *_FOUND,
        Column("attributes", TEXT, "what is known of the event, as JSON", "value", "never"),
    ),
)

SPELL_TABLE = derived_table(
    "spells",
    "one row per spell as reported, half-open: on the end day the child is out",
    (
        LA_CODE,
        CHILD_OF_LA,
        Column("kind", TEXT, "spell kind of the vocabulary", "key", "never"),
        Column("start", DATE, "first day in", "key", "never"),
        Column("end", DATE, "first day out", "value", "open is true"),
        Column("open", TEXT, "true: still open; false: ended; unknown: ended on a day not known", "value",
               "never"),
        Column("episode_id", TEXT, "need episode it belongs to", "value", "no link"),
        *_FOUND,
    ),
)  # fmt: skip

LINE_TABLE = derived_table(
    "lines",
    "one row per child with at least one event shown in lines",
    (
        LA_CODE,
        CHILD_OF_LA,
        Column("journey", TEXT, "long line, such as [2025-03-01/contact] -> [2025-05-05/referral]"),
        Column("journey_reduced", TEXT, "codes, such as C -> R"),
        Column("first_date", DATE, "first event in the line"),
        Column("last_date", DATE, "last event in the line"),
        Column("n_events", INT, "events in the line"),
    ),
)

COVERAGE_TABLE = derived_table(
    "coverage",
    "one row per authority, event type or spell kind, and unbroken range that returns can tell about",
    (
        LA_CODE,
        Column("kind", TEXT, "event type or spell kind", "key", "never"),
        Column("from", DATE, "first covered day, included", "key", "never"),
        Column("to", DATE, "last covered day, included", "value", "never"),
        Column("rule", TEXT, "started_in, open_in, ended_in or full_history", "value", "never"),
        Column("source", TEXT, "returns it comes from, joined by '; '", "value", "never"),
    ),
)

CHILDREN_TABLE = derived_table(
    "children",
    "one row per child",
    (
        LA_CODE,
        CHILD_OF_LA,
        Column("birth_date", DATE, "date of birth", "value", "unborn, or not reported"),
        Column("expected_birth_date", DATE, "expected date of birth", "value", "born, or not reported"),
        Column("birth_precision", TEXT, "day, or month (pseudonymised: the date is mid-month)"),
        Column("death_date", DATE, "date of death", "value", "none reported"),
        Column("sex", TEXT, "M, F or U"),
        Column("ethnicity", TEXT, "census code"),
        Column("disability", TEXT, "census codes joined by |"),
        Column("has_disability", BOOL, "any disability", "value", "unknown"),
        Column("upn", TEXT, "unique pupil number"),
        Column("former_upn", TEXT, "former unique pupil number"),
        Column("upn_unknown", TEXT, "UN1 to UN7, why there is no UPN"),
        Column("family_id", TEXT, "from a family link file", "value", "no link"),
        Column(
            "deprivation_decile",
            INT,
            "from a table of deprivation, 1 (most deprived) to 10",
            "value",
            "not known",
        ),
    ),
)

RETURN_TABLE = derived_table(
    "returns",
    "one row per file that was read or recognised",
    (
        Column("file", TEXT, "path below the folder given", "key", "never"),
        Column(
            "kind",
            TEXT,
            "annex_a, cin_census, ssda903, family_link, population, school_holidays, deprivation,"
            " deprivation_areas, person_link",
            "value",
            "never",
        ),
        Column("la_code", TEXT, "authority", "value", "not an authority's return"),
        Column("as_at", DATE, "extract or reference date"),
        Column("as_at_how", TEXT, "where that date was found"),
        Column("year", INT, "collection year", "value", "an Annex A, or no return"),
        Column("lists", TEXT, "Annex A lists present, joined by spaces"),
        Column("status", TEXT, "read, duplicate, replaced or set aside", "value", "never"),
        Column("sha256", TEXT, "hash of the file", "value", "never"),
        Column("rows_in", INT, "rows found"),
        Column("rows_loaded", INT, "rows loaded"),
    ),
)

ATTRITION_TABLE = derived_table(
    "attrition",
    "one row per step; for step read one per file and sheet",
    (
        Column("step", TEXT, "read, or a later step", "key", "never"),
        Column("file", TEXT, "path below the folder given", "key", "a later step"),
        Column("sheet", TEXT, "sheet, or XML record element", "key", "a later step"),
        Column("rows_in", INT, "rows that came in"),
        Column("rows_out", INT, "rows that went on"),
        Column("duplicate", INT, "rows equal to an earlier one"),
        Column("set_aside", INT, "rows set aside"),
        Column("reason", TEXT, "why, with counts", "value", "nothing was left out"),
    ),
)

ISSUE_TABLE = derived_table(
    "issues",
    "one row per finding and place",
    (
        Column("severity", TEXT, "error, warning or note", "value", "never"),
        Column("code", TEXT, "ours, or the code of the DfE rule", "value", "never"),
        Column("file", TEXT, "path below the folder given"),
        Column("sheet", TEXT, "sheet, or XML record element", "value", "a whole file"),
        Column("row", INT, "row, or line in XML", "value", "a whole sheet or file"),
        Column("column", TEXT, "heading as written, or XML element", "value", "a whole row"),
        Column("what", TEXT, "what was found", "value", "never"),
        Column("expected", TEXT, "what was expected"),
        Column("to_do", TEXT, "what to do next"),
        Column("count", INT, "places this line stands for", "value", "never"),
    ),
)

INDICATOR_TABLE = Table(
    "indicators",
    "one row per indicator (or part of one, indicator:part), authority and period",
    (
        Column("indicator", TEXT, "id, or id:part", "key", "never"),
        Column("la_code", TEXT, "three-digit authority code, or unknown", "key", "never"),
        Column("from", DATE, "first day of the period", "key", "no period can be told of"),
        Column("to", DATE, "last day of the period, included", "key", "no period can be told of"),
        Column("numerator", INT, "what was counted", "value", "not available, or the row has none"),
        Column("denominator", INT, "of how many; in rates the population", "value", "not available, or none"),
        Column(
            "value", NUMBER, "in the unit of the row, not rounded", "value", "not available, or undefined"
        ),
        Column("unit", TEXT, "proportion, per 10,000, count or days", "value", "never"),
        Column("low", NUMBER, "lower end of the 95% interval", "value", "nothing to tell of"),
        Column("high", NUMBER, "upper end of the 95% interval", "value", "nothing to tell of"),
        Column("method", TEXT, "how value and interval were found", "value", "nothing to tell of"),
        Column("excluded", TEXT, "cases left out by reason, as JSON", "value", "never"),
        Column("available", BOOL, "whether the returns can tell it", "value", "never"),
        Column("reason", TEXT, "why not, or why there is no value", "value", "there is a value"),
        Column(
            "national_value", NUMBER, "England, as published, in the unit of the row", "value", "none held"
        ),
        Column("national_year", INT, "collection year of that figure", "value", "none held"),
    ),
    keeps_raw=False,
)

DERIVED: dict[str, Table] = {
    table.name: table
    for table in (
        EVENT_TABLE, SPELL_TABLE, LINE_TABLE, COVERAGE_TABLE, CHILDREN_TABLE, RETURN_TABLE,
        ATTRITION_TABLE, ISSUE_TABLE, *ARCHETYPE_TABLES, INDICATOR_TABLE, *PATHWAY_TABLES,
    )
}  # fmt: skip


def issue_frame(issues: Iterable[Issue]) -> pl.DataFrame:
    """Issues as a table, in the order given; blank text is null."""
    names = ("severity", "code", "file", "what", "expected", "to_do", "sheet", "row", "column", "count")
    kinds = ISSUE_TABLE.schema
    frame = pl.DataFrame(
        list(map(attrgetter(*names), issues)), schema={name: kinds[name] for name in names}, orient="row"
    )
    blank = [pl.when(pl.col(n) != "").then(pl.col(n)).alias(n) for n in names if kinds[n] == TEXT]
    return ISSUE_TABLE.conform(frame.with_columns(blank))


def issues_of(frame: pl.DataFrame) -> list[Issue]:
    """The rows of an issue table as issues."""
    texts = ("file", "sheet", "column", "expected", "to_do")
    return [
        Issue(**{**row, **{name: row[name] or "" for name in texts}}) for row in frame.iter_rows(named=True)
    ]
