"""Files about costs that are not the ledger: the finance return beside it, and nights that lie ahead."""

from __future__ import annotations

from childjourneys.tables.costs import POUNDS
from childjourneys.tables.schema import DATE, INT, NUMBER, TEXT, Column, Table

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
        Column("contributions", TEXT, "grants, and what other agencies gave, as a positive number"),
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
    "one row per authority, month, kind of placement, kind of provider, price year and basis",
    (
        Column("la_code", TEXT, "three-digit authority code", "key", "never"),
        Column("month", TEXT, "such as 2025-04", "key", "never"),
        Column("placement", TEXT, "kind of placement", "key", "never"),
        Column("provider", TEXT, "kind of provider", "key", "never"),
        Column("children", NUMBER, "expected at the end of the month, to two decimals; typed in: on average "
               "in the month", "value", "never"),
        Column("nights", NUMBER, "expected nights, to one decimal; typed in: children x days of the month",
               "value", "never"),
        Column("nights_low", NUMBER, "at most 2.5% of draws lie below", "value", "typed in"),
        Column("nights_high", NUMBER, "at most 2.5% of draws lie above", "value", "typed in"),
        Column("price_year", TEXT, "of the money", "key", "such nights have no price"),
        Column("night", NUMBER, "pounds: the average night of the ledger", "value", "no price"),
        Column("cost", NUMBER, "pounds: expected nights at that price", "value", "no price"),
        Column("cost_low", NUMBER, "pounds, at nights_low", "value", "no price, or typed in"),
        Column("cost_high", NUMBER, "pounds, at nights_high", "value", "no price, or typed in"),
        Column("basis", TEXT, "forecast or typed in (`--populations`); not to be added together", "key",
               "never"),
    ),
    keeps_raw=False,
)  # fmt: skip

_NO_MONEY = "nothing of it has a price"
_WHOSE = (
    Column("la_code", TEXT, "three-digit authority code", "key", "nobody is in the cohort"),
    Column("price_year", TEXT, "of the money in this row, such as 2024/25", "key", _NO_MONEY),
)
_COHORT_MONEY = tuple(
    Column(name, POUNDS, f"pounds: {meaning}", "value", _NO_MONEY)
    for name, meaning in (
        ("gross", "what the authority bears before credits"),
        ("contributions", "what health and education gave, 0 or less"),
        ("grant", "grants received, 0 or less"),
        ("net", "gross, contributions and grant together"),
        ("other_agencies", "what other agencies bear, in no other column"),
    )
)
_COHORT_WEEK = (
    Column("placement_cost", POUNDS, "pounds: the part of gross that keeps placements, of priced nights",
           "value", _NO_MONEY),
    Column("left_out", POUNDS, "pounds: the same of nights without a price; in gross and in no average",
           "value", _NO_MONEY),
    Column("average_week", POUNDS, "pounds: placement_cost / nights with a price x 7", "value",
           "no night with a price"),
)  # fmt: skip
_UNPRICED = (
    Column("unpriced_nights", INT, "nights without a price, the same beside the money of each price year",
           "value", "never"),
    Column("unpriced_children", INT, "children with such nights", "value", "never"),
)  # fmt: skip
_OF = Column("cohort", TEXT, "its name, or the filter where it was given none", "key", "never")

COST_COHORTS = Table(
    "cost_cohorts",
    "one row per cohort that was asked for, authority and price year; rows are not to be added",
    (
        _OF,
        Column("chosen", TEXT, "the filter: all of its pairs hold", "value", "never"),
        *_WHOSE,
        Column("children", INT, "children with a line of the cohort in that money, each once", "value",
               "never"),
        Column("all_nights", INT, "nights in placements, priced or not, each once", "value", "never"),
        Column("priced_nights", INT, "nights with a price in money of that year, each once", "value",
               "never"),
        *_UNPRICED,
        *_COHORT_MONEY,
        Column("share_of_gross", NUMBER, "gross / gross of all children of the authority in that money",
               "value", "there is none"),
        *_COHORT_WEEK,
        Column("median_week", POUNDS, "pounds: the middle one of the children's average weeks", "value",
               "no night with a price"),
        Column("fully_priced_children", INT, "of children, those of whose nights none lacks a price",
               "value", _NO_MONEY),
        Column("mean_per_child", POUNDS, "pounds: gross of fully_priced_children / their number", "value",
               "there is no such child, or no gross"),
        Column("paid_share", NUMBER, "of all_nights, those priced by what was paid for the child", "value",
               "no night"),
        Column("date_from", DATE, "first day of the period", "value", "never"),
        Column("date_to", DATE, "last day of the period", "value", "never"),
        Column("invented", TEXT, "catalogues whose prices are made up, joined by '; '", "value", "none"),
    ),
    keeps_raw=False,
)  # fmt: skip

COST_COHORT_GROUPS = Table(
    "cost_cohort_groups",
    "one row per cohort, what it is divided by, group, authority and price year",
    (
        _OF,
        Column("by", TEXT, "Need group, Placement type, Provider type, Provider, Process or Month", "key",
               "never"),
        Column("group", TEXT, "the group", "key", "never"),
        *_WHOSE,
        Column("children", INT, "children with a line of the group in that money, each once", "value",
               "never"),
        Column("nights", INT, "nights with a price in money of that year, each once", "value", "never"),
        *_COHORT_MONEY,
        Column("share_of_gross", NUMBER, "gross / gross of the cohort in that money", "value",
               "there is none"),
        *_COHORT_WEEK,
        *_UNPRICED,
        Column("invented", TEXT, "catalogues whose prices are made up, joined by '; '", "value", "none"),
    ),
    keeps_raw=False,
)  # fmt: skip

BUDGET = Table(
    "cost_budget",
    "one row per authority, financial year and line of the budget, and what the ledger has on other lines",
    (
        Column("la_code", TEXT, "three-digit authority code", "key", "never"),
        Column("year", TEXT, "financial year, such as 2024/25", "key", "never"),
        Column("line", TEXT, "line of the budget; else the ledger's own", "key", "no line is known"),
        Column("label", TEXT, "what the budget calls it", "value", "not given"),
        Column("actual_to", TEXT, "last month of the ledger in that year", "value", "none of it is there"),
        Column("actual", POUNDS, "pounds: net, months of the year that the ledger has", "value", "see note"),
        Column(
            "ahead", POUNDS, "pounds: net, what the forecast adds to the end of the year", "value", "see note"
        ),
        Column("ahead_low", POUNDS, "pounds, at the low ends of the ranges", "value", "see note"),
        Column("ahead_high", POUNDS, "pounds, at the high ends of the ranges", "value", "see note"),
        Column("other", POUNDS, "pounds: what no child causes, as the file says", "value", "not known"),
        Column("outturn", POUNDS, "pounds: actual + ahead + other", "value", "can't be told, see note"),
        Column("outturn_low", POUNDS, "pounds, with ahead_low", "value", "can't be told, see note"),
        Column("outturn_high", POUNDS, "pounds, with ahead_high", "value", "can't be told, see note"),
        Column("budget", POUNDS, "pounds: net, as the file says", "value", "the file lacks the line"),
        Column("variance", POUNDS, "pounds: outturn - budget", "value", "one of the two is blank"),
        Column(
            "variance_per_cent",
            NUMBER,
            "of the budget, whatever its sign",
            "value",
            "no variance, or a budget of 0",
        ),
        Column(
            "last_forecast", POUNDS, "pounds: the earlier outturn, as the file says", "value", "not given"
        ),
        Column("movement", POUNDS, "pounds: outturn - last_forecast", "value", "one of the two is blank"),
        Column(
            "unpriced_nights",
            INT,
            "nights of the year so far without a price: in no amount",
            "value",
            "a sum of other lines",
        ),
        Column("note", TEXT, "why an amount is blank, and what is in none", "value", "nothing to say"),
    ),
    keeps_raw=False,
)
