"""Contacts, early help, referrals, need episodes and assessments."""

from childjourneys.tables.schema import (
    BOOL,
    CHILD_ID,
    DATE,
    INT,
    PARENT,
    PLACE,
    REFERRAL_LINK,
    TEXT,
    Column,
    Table,
)

TEAM = Column("team", TEXT, "allocated team", "status")

CONTACT = Table(
    "contact",
    "one row per child and contact (Annex A list 1)",
    (
        CHILD_ID,
        Column("contact_date", DATE, "date of contact", "key", "never"),
        Column(
            "contact_source",
            TEXT,
            "census code of the referral source set, such as 2A",
            "key",
            codes="referral_source",
        ),
        *PLACE,
    ),
)

EARLY_HELP_ASSESSMENT = Table(
    "early_help_assessment",
    "one row per early help assessment (Annex A list 2)",
    (
        CHILD_ID,
        Column("start_date", DATE, "assessment started", "key", "never"),
        Column("end_date", DATE, "assessment completed", "end", "still open"),
        Column("organisation", TEXT, "organisation completing the assessment, as written"),
        *PLACE,
    ),
)

REFERRAL = Table(
    "referral",
    "one row per referral of Annex A list 3 (referrals of the census are in need_episode)",
    (
        CHILD_ID,
        Column("referral_date", DATE, "referral received", "key", "never"),
        Column("referral_source", TEXT, "census code, such as 6", codes="referral_source"),
        Column("nfa", BOOL, "no further action was taken", codes="yes_no"),
        Column("number_of_referrals_12_months", INT, "as written by the authority", "status"),
        TEAM,
        *PLACE,
    ),
)

NEED_EPISODE = Table(
    "need_episode",
    "one row per episode of need: CINdetails of the census, or a row of Annex A list 6",
    (
        CHILD_ID,
        Column("referral_date", DATE, "referral that opened the episode (list 6: CIN Start Date)", "key",
               "never"),
        Column("referral_source", TEXT, "census code (census only)", codes="referral_source"),
        Column("primary_need", TEXT, "N0 to N9", codes="need"),
        Column("nfa", BOOL, "the referral led to no further action (census only)", codes="yes_no"),
        Column("closure_date", DATE, "episode closed", "end", "open on the return's day"),
        Column("closure_reason", TEXT, "RC1 to RC9", codes="reason_for_closure"),
        Column("transfer_in_icpc_date", DATE, "conference given for the episode, not for an enquiry"),
        Column("last_seen_date", DATE, "child last seen (list 6)", "status"),
        Column("case_status", TEXT, "a to e of the Ofsted set (list 6)", "status", codes="aa_case_status"),
        TEAM,
        *PLACE,
    ),
)  # fmt: skip

ASSESSMENT = Table(
    "assessment",
    "one row per statutory assessment (census, Annex A list 4)",
    (
        CHILD_ID,
        REFERRAL_LINK,
        Column("start_date", DATE, "assessment started", "key", "never"),
        Column("authorised_date", DATE, "assessment authorised", "end", "still open"),
        Column("internal_review_date", DATE, "internal review point (census only)"),
        Column("child_seen", TEXT, "1, 0 or U (list 4)", codes="yes_no_unknown"),
        Column(
            "assessed_needs_support",
            BOOL,
            "assessed as requiring support (list 4's own answer)",
            codes="yes_no",
        ),
        Column(
            "factors",
            TEXT,
            "factor codes joined by |, in the order written; repeated codes kept",
            codes="assessment_factors",
        ),
        TEAM,
        PARENT,
        *PLACE,
    ),
)
