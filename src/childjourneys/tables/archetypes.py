"""What archetypes find: outcomes, months, days since the anchor, groups, comparisons, cases to read."""

from __future__ import annotations

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

_RATE = (
    Column("rate", NUMBER, "match / (match + no_match), a proportion", "value", "nothing was observed"),
    Column("low", NUMBER, "lower end of its Wilson 95% interval", "value", "nothing was observed"),
    Column("high", NUMBER, "upper end of its Wilson 95% interval", "value", "nothing was observed"),
)
_OUTCOMES = {
    "match": "the pattern is there, and all its windows are observed in full",
    "no_match": "the pattern is not there, and all its windows are observed in full",
    "match_early": "the pattern is there already, though not all is observed; not in the rate",
    "too_recent": "not there so far, and a window runs past the data",
    "not_seen_before": "not there so far, and what came before is not covered",
    "left": "not there so far, and the child left before the window ended",
    "unusable": "not there so far, and a fault in the data touches it",
}

ARCHETYPE_TABLE = derived_table(
    "archetypes",
    "one row per measure (an archetype, or archetype:variant) and authority",
    (
        Column("archetype", TEXT, "id, or id:variant", "key", "never"),
        Column("version", INT, "version of the definition", "value", "never"),
        LA_CODE,
        Column("anchors", INT, "the sum of the seven outcomes", "value", "not available"),
        *(Column(name, INT, meaning, "value", "not available") for name, meaning in _OUTCOMES.items()),
        *_RATE,
    ),
)

_MEASURE = Column("measure", TEXT, "archetype's id, or id:variant", "key", "never")

TREND_TABLE = derived_table(
    "trend",
    "one row per measure, authority and month with a day in the anchors' coverage",
    (
        _MEASURE,
        LA_CODE,
        Column("month", TEXT, "YYYY-MM, month of the anchor", "key", "never"),
        Column("n", INT, "anchors followed in full; in a month not complete those of its followed days"),
        Column("matches", INT, "of these, matches"),
        *_RATE,
        Column("complete", BOOL, "every day is covered, and an anchor on it would be followed in full",
               "value", "never"),
    ),
)  # fmt: skip

INCIDENCE_TABLE = derived_table(
    "incidence",
    "one row per measure, authority and day since the anchor, of 30, 90, 180 and 365 inside the full window",
    (
        _MEASURE,
        LA_CODE,
        Column("day", INT, "days since the anchor", "key", "never"),
        Column("at_risk", INT, "anchors still followed just before the day's events"),
        Column("incidence", NUMBER, "Aalen-Johansen share with the pattern by the end of the day"),
        Column("low", NUMBER, "lower end of its 95% interval", "value", "nothing has happened yet"),
        Column("high", NUMBER, "upper end of its 95% interval", "value", "nothing has happened yet"),
        Column("competing", NUMBER, "share that left, or can no longer have the pattern, by then"),
    ),
)

CONTEXT_TABLE = derived_table(
    "context",
    "one row per measure, authority, dimension and group with at least one anchor followed in full",
    (
        Column("measure", TEXT, "archetype's id, or id:variant; or an indicator's id", "key", "never"),
        LA_CODE,
        Column("dimension", TEXT, "what anchors are grouped by", "key", "never"),
        Column("group", TEXT, "group of the dimension; `not known` is last", "key", "never"),
        Column("n", INT, "anchors followed in full", "value", "never"),
        Column("matches", INT, "of these, matches", "value", "never"),
        Column("rate", NUMBER, "matches / n", "value", "never"),
        Column("low", NUMBER, "lower end of its 95% interval, children's anchors counted as alike",
               "value", "never"),
        Column("high", NUMBER, "upper end of it", "value", "never"),
        Column("reference_group", TEXT, "group it is compared with; `all others`: all that are known but it",
               "value", "it is the reference"),
        Column("ratio", NUMBER, "rate over the reference's", "value", "the reference has no match"),
        Column("ratio_low", NUMBER, "lower end of its 95% interval", "value", "no ratio"),
        Column("ratio_high", NUMBER, "upper end of it", "value", "no ratio"),
        Column("difference", NUMBER, "rate less the reference's", "value", "no reference"),
        Column("difference_low", NUMBER, "lower end of its 95% interval", "value", "no reference"),
        Column("difference_high", NUMBER, "upper end of it", "value", "no reference"),
        Column("p", NUMBER, "two-sided, of this one comparison", "value", "not tested"),
        Column("q", NUMBER, "false discovery rate over all tests of the measure and authority", "value",
               "not tested"),
        Column("verdict", TEXT, "higher, lower, no difference shown, cannot tell", "value",
               "it is the reference"),
        Column("n_needed", INT, "anchors it takes to find a ratio of 1.25", "value",
               "no number is enough, for the reference is too small or its rate 0 or above 0.75"),
        Column("children", INT, "children in n", "value", "never"),
    ),
)  # fmt: skip

ADJUSTED_TABLE = derived_table(
    "adjusted",
    "one row per measure, authority, dimension, group beside a reference, and set of details adjusted for",
    (
        _MEASURE,
        LA_CODE,
        Column("dimension", TEXT, "what anchors are grouped by: who the child is", "key", "never"),
        Column("group", TEXT, "group of the dimension, of those that are known", "key", "never"),
        Column("reference_group", TEXT, "group it is compared with, as in context.csv", "value", "never"),
        Column("n", INT, "anchors followed in full", "value", "never"),
        Column("matches", INT, "of these, matches", "value", "never"),
        Column("raw_ratio", NUMBER, "rate over the reference's, as in context.csv", "value",
               "the reference has no match"),
        Column("raw_low", NUMBER, "lower end of its 95% interval", "value", "no ratio"),
        Column("raw_high", NUMBER, "upper end of it", "value", "no ratio"),
        Column("adjusted_ratio", NUMBER, "rate over what the reference would have with the details of the"
               " group's own anchors", "value", "cannot tell: see note"),
        Column("adjusted_low", NUMBER, "lower end of its 95% interval", "value", "cannot tell"),
        Column("adjusted_high", NUMBER, "upper end of it", "value", "cannot tell"),
        Column("adjusted_difference", NUMBER, "rate less what the reference would have", "value",
               "cannot tell"),
        Column("difference_low", NUMBER, "lower end of its 95% interval", "value", "cannot tell"),
        Column("difference_high", NUMBER, "upper end of it", "value", "cannot tell"),
        Column("adjusted_for", TEXT, "details, parted by spaces: of age_group, sex, primary_need,"
               " deprivation_decile those that are known", "key", "none is known"),
        Column("method", TEXT, "how it was found", "value", "never"),
        Column("note", TEXT, "`cannot tell:` and why, or what the model does without", "value",
               "nothing to note"),
    ),
)  # fmt: skip

COMPARISON_TABLE = derived_table(
    "comparison",
    "one row per measure and unit: an authority beside others, or a team beside those of its authority",
    (
        _MEASURE,
        Column("unit", TEXT, "authority, or authority/team", "key", "never"),
        Column("n", INT, "anchors followed in full", "value", "never"),
        Column("matches", INT, "of these, matches", "value", "never"),
        Column("rate", NUMBER, "matches / n", "value", "never"),
        Column("shrunk_rate", NUMBER, "the rate drawn towards that of all units, the more so the smaller the"
               " unit", "value", "fewer than 12 units"),
        Column("low95", NUMBER, "lower 95% limit of the funnel for a unit of this size", "value", "never"),
        Column("high95", NUMBER, "upper 95% limit", "value", "never"),
        Column("low998", NUMBER, "lower 99.8% limit", "value", "never"),
        Column("high998", NUMBER, "upper 99.8% limit", "value", "never"),
        Column("dispersion", NUMBER, "mean of the winsorised z squared: about 0.7 where chance is all",
               "value", "fewer than 12 units"),
        Column("outside", TEXT, "widest limit that the rate is beyond: none, 95, 99.8", "value", "never"),
    ),
)  # fmt: skip

AUDIT_TABLE = derived_table(
    "audit_list",
    "one row per case to read: matches, also early ones; every anchor where the definition asks for all",
    (
        Column("archetype", TEXT, "id, or id:variant", "key", "never"),
        LA_CODE,
        CHILD_OF_LA,
        Column("anchor_date", DATE, "day of the anchor", "key", "never"),
        Column("outcome", TEXT, "one of the seven", "value", "never"),
        Column("explanation", TEXT, "why, with places in the returns", "value", "never"),
        Column("file", TEXT, "file of the anchor", "place", "a date of the calendar"),
        Column("sheet", TEXT, "its sheet, or XML record element", "place", "a date of the calendar"),
        Column("row", INT, "its row, or line of the XML file", "place", "a date of the calendar"),
    ),
)  # fmt: skip

ARCHETYPE_TABLES: tuple[Table, ...] = (
    ARCHETYPE_TABLE, AUDIT_TABLE, CONTEXT_TABLE, TREND_TABLE, INCIDENCE_TABLE, ADJUSTED_TABLE,
    COMPARISON_TABLE,
)  # fmt: skip
