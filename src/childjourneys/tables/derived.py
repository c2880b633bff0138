"""What journeys are made of: events, spells, coverage, lines, and the account of rows."""

from __future__ import annotations

from collections.abc import Iterable
from operator import attrgetter

import polars as pl

from childjourneys.issues import Issue
from childjourneys.tables.schema import BOOL, DATE, INT, NUMBER, TEXT, Column, Table

_LA = Column("la_code", TEXT, "three-digit authority code, or unknown", "key", "never")
_CHILD = Column("child_id", TEXT, "identifier of the child in that authority", "key", "never")
_FOUND = (
    Column("source", TEXT, "annex_a, cin_census or ssda903", "place", "never"),
    Column("file", TEXT, "path below the folder given", "place", "never"),
    Column("sheet", TEXT, "sheet, or XML record element", "place", "never"),
    Column("row", INT, "row of the sheet, or line of the XML file", "place", "never"),
    Column(
        "also_in", TEXT, "other places with the same fact, file|sheet|row joined by '; '", "place", "none"
    ),
)


def _table(name: str, grain: str, columns: tuple[Column, ...]) -> Table:
    return Table(name, grain, columns, keeps_raw=False)


EVENT_TABLE = _table(
    "events",
    "one row per event of a child, in the order of its journey",
    (
        _LA,
        _CHILD,
        Column("date", DATE, "day of the event", "key", "never"),
        Column("event", TEXT, "type of the vocabulary", "key", "never"),
        Column("episode_id", TEXT, "need episode it belongs to", "value", "no link"),
        *_FOUND,
        Column("attributes", TEXT, "what is known of the event, as JSON", "value", "never"),
    ),
)

SPELL_TABLE = _table(
    "spells",
    "one row per spell as reported, half-open: on the end day the child is out",
    (
        _LA,
        _CHILD,
        Column("kind", TEXT, "spell kind of the vocabulary", "key", "never"),
        Column("start", DATE, "first day in", "key", "never"),
        Column("end", DATE, "first day out", "value", "open is true"),
        Column("open", TEXT, "true: still open; false: ended; unknown: ended on a day not known", "value",
               "never"),
        Column("episode_id", TEXT, "need episode it belongs to", "value", "no link"),
        *_FOUND,
    ),
)  # fmt: skip

LINE_TABLE = _table(
    "lines",
    "one row per child with at least one event shown in lines",
    (
        _LA,
        _CHILD,
        Column("journey", TEXT, "long line, such as [2025-03-01/contact] -> [2025-05-05/referral]"),
        Column("journey_reduced", TEXT, "codes, such as C -> R"),
        Column("first_date", DATE, "first event in the line"),
        Column("last_date", DATE, "last event in the line"),
        Column("n_events", INT, "events in the line"),
    ),
)

COVERAGE_TABLE = _table(
    "coverage",
    "one row per authority, event type or spell kind, and unbroken range that returns can tell about",
    (
        _LA,
        Column("kind", TEXT, "event type or spell kind", "key", "never"),
        Column("from", DATE, "first covered day, included", "key", "never"),
        Column("to", DATE, "last covered day, included", "value", "never"),
        Column("rule", TEXT, "started_in, open_in, ended_in or full_history", "value", "never"),
        Column("source", TEXT, "returns it comes from, joined by '; '", "value", "never"),
    ),
)

CHILDREN_TABLE = _table(
    "children",
    "one row per child",
    (
        _LA,
        _CHILD,
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

RETURN_TABLE = _table(
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

ATTRITION_TABLE = _table(
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

ISSUE_TABLE = _table(
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

ARCHETYPE_TABLE = _table(
    "archetypes",
    "one row per measure (an archetype, or archetype:variant) and authority",
    (
        Column("archetype", TEXT, "id, or id:variant", "key", "never"),
        Column("version", INT, "version of the definition", "value", "never"),
        _LA,
        Column("anchors", INT, "the sum of the seven outcomes", "value", "not available"),
        *(Column(name, INT, meaning, "value", "not available") for name, meaning in _OUTCOMES.items()),
        *_RATE,
    ),
)

_MEASURE = Column("measure", TEXT, "archetype's id, or id:variant", "key", "never")

TREND_TABLE = _table(
    "trend",
    "one row per measure, authority and month with a day in the anchors' coverage",
    (
        _MEASURE,
        _LA,
        Column("month", TEXT, "YYYY-MM, month of the anchor", "key", "never"),
        Column("n", INT, "anchors followed in full; in a month not complete those of its followed days"),
        Column("matches", INT, "of these, matches"),
        *_RATE,
        Column("complete", BOOL, "every day is covered, and an anchor on it would be followed in full",
               "value", "never"),
    ),
)  # fmt: skip

INCIDENCE_TABLE = _table(
    "incidence",
    "one row per measure, authority and day since the anchor, of 30, 90, 180 and 365 inside the full window",
    (
        _MEASURE,
        _LA,
        Column("day", INT, "days since the anchor", "key", "never"),
        Column("at_risk", INT, "anchors still followed just before the day's events"),
        Column("incidence", NUMBER, "Aalen-Johansen share with the pattern by the end of the day"),
        Column("low", NUMBER, "lower end of its 95% interval", "value", "nothing has happened yet"),
        Column("high", NUMBER, "upper end of its 95% interval", "value", "nothing has happened yet"),
        Column("competing", NUMBER, "share that left, or can no longer have the pattern, by then"),
    ),
)

CONTEXT_TABLE = _table(
    "context",
    "one row per measure, authority, dimension and group with at least one anchor followed in full",
    (
        Column("measure", TEXT, "archetype's id, or id:variant; or an indicator's id", "key", "never"),
        _LA,
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

ADJUSTED_TABLE = _table(
    "adjusted",
    "one row per measure, authority, dimension, group beside a reference, and set of details adjusted for",
    (
        _MEASURE,
        _LA,
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

COMPARISON_TABLE = _table(
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

AUDIT_TABLE = _table(
    "audit_list",
    "one row per case to read: matches, also early ones; every anchor where the definition asks for all",
    (
        Column("archetype", TEXT, "id, or id:variant", "key", "never"),
        _LA,
        _CHILD,
        Column("anchor_date", DATE, "day of the anchor", "key", "never"),
        Column("outcome", TEXT, "one of the seven", "value", "never"),
        Column("explanation", TEXT, "why, with places in the returns", "value", "never"),
        Column("file", TEXT, "file of the anchor", "place", "a date of the calendar"),
        Column("sheet", TEXT, "its sheet, or XML record element", "place", "a date of the calendar"),
        Column("row", INT, "its row, or line of the XML file", "place", "a date of the calendar"),
    ),
)  # fmt: skip

REFERRAL_OUTCOME_TABLE = _table(
    "referral_outcomes",
    "one row per referral, whichever return it came from",
    (
        _LA,
        _CHILD,
        Column("referral_date", DATE, "day of the referral", "key", "never"),
        Column("outcome", TEXT, "S17, S47, S17 and S47, NFA, too recent, not covered", "value", "never"),
        Column("nfa_flag", BOOL, "no further action, as the return says", "value", "the return does not say"),
        Column("days_to_assessment", INT, "days to the first assessment that counts", "value", "none counts"),
        Column(
            "days_to_s47", INT, "days to the first section 47 enquiry that counts", "value", "none counts"
        ),
        Column("age_at_referral", INT, "completed years", "value", "unborn, or date of birth not reported"),
    ),
)

S47_PATHWAY_TABLE = _table(
    "s47_pathways",
    "one row per section 47 enquiry",
    (
        _LA,
        _CHILD,
        Column("s47_start", DATE, "day the enquiry started", "key", "never"),
        Column("icpc_date", DATE, "day of the enquiry's own conference", "value", "none seen"),
        Column("cpp_start", DATE, "day the first child protection plan that counts started", "value",
               "none counts"),
        Column("step1", TEXT, "ICPC, CPP start, no ICPC nor CPP, too recent, not covered", "value", "never"),
        Column("step2", TEXT, "CPP start, no CPP, too recent, not covered", "value", "no conference"),
    ),
)  # fmt: skip

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
        ATTRITION_TABLE, ISSUE_TABLE, ARCHETYPE_TABLE, AUDIT_TABLE, CONTEXT_TABLE, TREND_TABLE,
        INCIDENCE_TABLE, ADJUSTED_TABLE, COMPARISON_TABLE, INDICATOR_TABLE,
        REFERRAL_OUTCOME_TABLE, S47_PATHWAY_TABLE,
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
