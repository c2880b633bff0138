"""Section 47 enquiries, conferences, plans and reviews."""

from childjourneys.tables.need import TEAM
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

S47_ENQUIRY = Table(
    "s47_enquiry",
    "one row per section 47 enquiry (census, Annex A list 5)",
    (
        CHILD_ID,
        REFERRAL_LINK,
        Column("start_date", DATE, "strategy discussion that started the enquiry", "key", "never"),
        Column("icpc_target_date", DATE, "target date of the conference (census only)"),
        Column("icpc_date", DATE, "initial child protection conference held", "value", "none held yet"),
        Column("icpc_not_required", BOOL, "a conference was not required", codes="yes_no"),
        Column("icpc_led_to_cpp", BOOL, "the conference led to a plan (list 5)", codes="yes_no"),
        TEAM,
        PARENT,
        *PLACE,
    ),
)

ICPC = Table(
    "icpc",
    "one row per conference without its own enquiry: CINdetails (transfer in), list 5 with no enquiry date",
    (
        CHILD_ID,
        REFERRAL_LINK,
        Column("icpc_date", DATE, "initial child protection conference held", "key", "never"),
        Column("icpc_led_to_cpp", BOOL, "the conference led to a plan (list 5)", codes="yes_no"),
        TEAM,
        PARENT,
        *PLACE,
    ),
)

CIN_PLAN = Table(
    "cin_plan",
    "one row per child in need plan (census from 2022)",
    (
        CHILD_ID,
        REFERRAL_LINK,
        Column("start_date", DATE, "plan started", "key", "never"),
        Column("end_date", DATE, "plan ended", "end", "still open"),
        PARENT,
        *PLACE,
    ),
)

CP_PLAN = Table(
    "cp_plan",
    "one row per child protection plan (census, Annex A list 7)",
    (
        CHILD_ID,
        REFERRAL_LINK,
        Column("start_date", DATE, "plan started", "key", "never"),
        Column("end_date", DATE, "plan ended", "end", "still open"),
        Column("initial_category_of_abuse", TEXT, "NEG, PHY, SAB, EMO or MUL", codes="category_of_abuse"),
        Column(
            "latest_category_of_abuse",
            TEXT,
            "as the return's day found it",
            "status",
            codes="category_of_abuse",
        ),
        Column("number_of_previous_cpp", INT, "earlier plans in this authority, as at the start"),
        Column("latest_review_date", DATE, "latest review conference (list 7)", "status"),
        Column("last_statutory_visit_date", DATE, "last statutory visit (list 7)", "status"),
        TEAM,
        PARENT,
        *PLACE,
    ),
)

CP_REVIEW = Table(
    "cp_review",
    "one row per review of a child protection plan (census)",
    (
        CHILD_ID,
        REFERRAL_LINK,
        Column("cpp_start_date", DATE, "start of the plan reviewed", "value", "its plan was set aside"),
        Column("review_date", DATE, "review held", "key", "never"),
        PARENT,
        *PLACE,
    ),
)
