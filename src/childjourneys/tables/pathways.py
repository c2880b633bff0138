"""What referrals and section 47 enquiries led to."""

from __future__ import annotations

from childjourneys.tables.schema import (
    BOOL,
    CHILD_OF_LA,
    DATE,
    INT,
    LA_CODE,
    TEXT,
    Column,
    Table,
    derived_table,
)

REFERRAL_OUTCOME_TABLE = derived_table(
    "referral_outcomes",
    "one row per referral, whichever return it came from",
    (
        LA_CODE,
        CHILD_OF_LA,
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

S47_PATHWAY_TABLE = derived_table(
    "s47_pathways",
    "one row per section 47 enquiry",
    (
        LA_CODE,
        CHILD_OF_LA,
        Column("s47_start", DATE, "day the enquiry started", "key", "never"),
        Column("icpc_date", DATE, "day of the enquiry's own conference", "value", "none seen"),
        Column("cpp_start", DATE, "day the first child protection plan that counts started", "value",
               "none counts"),
        Column("step1", TEXT, "ICPC, CPP start, no ICPC nor CPP, too recent, not covered", "value", "never"),
        Column("step2", TEXT, "CPP start, no CPP, too recent, not covered", "value", "no conference"),
    ),
)  # fmt: skip

PATHWAY_TABLES: tuple[Table, ...] = (REFERRAL_OUTCOME_TABLE, S47_PATHWAY_TABLE)
