"""Which columns make two reports the same fact, table by table."""

from __future__ import annotations

import polars as pl

from childjourneys.merging.facts import MergeRule
from childjourneys.tables import REPORTED
from childjourneys.tables.schema import DATE, INT, TEXT, Column, Table

# Reviews and placements that Annex A gives as "the latest": one row per report.
LAC_REVIEW = Table(
    "lac_review",
    "one row per looked-after review (Annex A list 8: the latest)",
    (
        Column("child_id", TEXT, "child", "key", "never"),
        Column("review_date", DATE, "review held", "key", "never"),
        Column("participation", TEXT, "PN0 to PN7 of SSDA903", blank="Annex A"),
        Column("sheet", TEXT, "sheet", "place", "never"),
        Column("row", INT, "row", "place", "never"),
    ),
)
PLACEMENT = Table(
    "placement",
    "one row per placement (Annex A list 8: the latest)",
    (
        Column("child_id", TEXT, "child", "key", "never"),
        Column("start_date", DATE, "placement started", "key", "never"),
        Column("end_date", DATE, "placement ended, with the period of care", "end", "still there"),
        Column("placement_type", TEXT, "SSDA903 code"),
        Column("placement_provider", TEXT, "PR0 to PR5"),
        Column("legal_status", TEXT, "SSDA903 code", "status"),
        Column("sheet", TEXT, "sheet", "place", "never"),
        Column("row", INT, "row", "place", "never"),
    ),
)

_UNUSED = {"end_unused": pl.Boolean}

NEED = MergeRule(
    REPORTED["need_episode"],
    ("referral_date",),
    dates=("closure_date", "referral_event_date", "list6_start_date", "episode_start_date"),
    extra={
        "referral_event_date": pl.Date,
        "list6_start_date": pl.Date,
        "episode_start_date": pl.Date,
        "referral_team": pl.String,
    },
    flags=("end_unused", "dated_plans", "list6_closed"),
)
CONTACT = MergeRule(REPORTED["contact"], ("contact_date", "contact_source"))
EARLY_HELP = MergeRule(
    REPORTED["early_help_assessment"], ("start_date",), dates=("end_date",), flags=("end_unused",)
)
ASSESSMENT = MergeRule(
    REPORTED["assessment"],
    ("start_date", "referral_date"),
    dates=("authorised_date",),
    flags=("end_unused", "in_census"),
)
S47 = MergeRule(REPORTED["s47_enquiry"], ("start_date",), dates=("icpc_date",))
ICPC = MergeRule(REPORTED["icpc"], ("icpc_date",))
CIN_PLAN = MergeRule(REPORTED["cin_plan"], ("start_date",), dates=("end_date",), flags=("end_unused",))
CP_PLAN = MergeRule(REPORTED["cp_plan"], ("start_date",), dates=("end_date",), flags=("end_unused",))
CP_REVIEW = MergeRule(REPORTED["cp_review"], ("review_date",))
PERIOD_OF_CARE = MergeRule(
    REPORTED["period_of_care"], ("start_date",), dates=("end_date",), flags=("end_unused",)
)
LAC_REVIEWS = MergeRule(LAC_REVIEW, ("review_date",))
PLACEMENTS = MergeRule(PLACEMENT, ("start_date",), extra={"care_start_date": pl.Date}, flags=("end_unused",))
ADOPTION = MergeRule(
    REPORTED["adoption"],
    ("decision_date",),
    dates=("decision_date", "reversed_date", "placed_date", "order_date"),
)
CARE_LEAVER = MergeRule(REPORTED["care_leaver"], ())
