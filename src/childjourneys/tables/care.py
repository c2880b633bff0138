"""Care as Annex A lists 8 to 10 give it."""

from childjourneys.tables.need import TEAM
from childjourneys.tables.schema import BOOL, CHILD_ID, DATE, INT, PLACE, TEXT, Column, Table

PERIOD_OF_CARE = Table(
    "period_of_care",
    "one row per child's latest period of care (Annex A list 8), with its latest placement",
    (
        CHILD_ID,
        Column("start_date", DATE, "started to be looked after", "key", "never"),
        Column("end_date", DATE, "ceased to be looked after", "end", "still looked after"),
        Column("reason_ceased", TEXT, "SSDA903 code, such as E4A", codes="reason_episode_ceased"),
        Column("category_of_need", TEXT, "N1 to N8", codes="need"),
        Column(
            "uasc", BOOL, "unaccompanied asylum-seeking within the last 12 months", "status", codes="yes_no"
        ),
        Column("legal_status", TEXT, "SSDA903 code, such as C2", "status", codes="legal_status"),
        Column("legal_status_start_date", DATE, "current legal status since", "status"),
        Column("latest_review_date", DATE, "latest statutory review", "status"),
        Column("permanence_plan", TEXT, "a to g of the Ofsted set", "status", codes="aa_permanence_plan"),
        Column("placement_start_date", DATE, "latest placement started", "status"),
        Column("placement_type", TEXT, "SSDA903 code, such as U6", "status", codes="placement_type"),
        Column("placement_provider", TEXT, "PR0 to PR5", "status", codes="placement_provider"),
        Column("placement_postcode", TEXT, "postcode of the placement", "status"),
        Column("placement_urn", TEXT, "Ofsted URN of the placement", "status"),
        Column(
            "placement_location", TEXT, "IN or OUT of the authority", "status", codes="placement_location"
        ),
        Column("placement_la", TEXT, "authority of the placement, as written", "status"),
        Column("number_of_placements_12_months", INT, "as written", "status"),
        Column("number_of_missing_episodes_12_months", INT, "as written", "status"),
        TEAM,
        *PLACE,
    ),
)

CARE_LEAVER = Table(
    "care_leaver",
    "one row per young person of Annex A list 9; it has no date, so it gives no event",
    (
        CHILD_ID,
        Column("eligibility", TEXT, "a to d of the Ofsted set", "status", codes="aa_eligibility"),
        Column("in_touch", TEXT, "YES, NO, DIED, REFU, NREQ or RHOM", "status", codes="in_touch"),
        Column("accommodation_type", TEXT, "letter of the SSDA903 set", "status", codes="accommodation"),
        Column(
            "accommodation_suitability",
            TEXT,
            "1 suitable, 2 unsuitable",
            "status",
            codes="accommodation_suitability",
        ),
        Column("activity", TEXT, "SSDA903 code, such as F1", "status", codes="activity"),
        Column("latest_contact_date", DATE, "latest date of contact", "status"),
        Column("pathway_plan_review_date", DATE, "latest pathway plan review", "status"),
        Column("uasc", BOOL, "unaccompanied asylum-seeking, or formerly", "status", codes="yes_no"),
        TEAM,
        *PLACE,
    ),
)

ADOPTION = Table(
    "adoption",
    "one row per child of Annex A list 10",
    (
        CHILD_ID,
        Column("decision_date", DATE, "decision that the child should be placed for adoption", "key"),
        Column("care_start_date", DATE, "entered care, as list 10 says"),
        Column("placement_order_date", DATE, "placement order"),
        Column("match_date", DATE, "matched with adopters"),
        Column("placed_date", DATE, "placed for adoption"),
        Column("order_date", DATE, "adoption order"),
        Column("reversed_date", DATE, "decision that the child should no longer be placed"),
        Column("reversed_reason", TEXT, "RD1 to RD4", codes="reason_placed_ceased"),
        Column("ffa_placement_date", DATE, "fostering for adoption or concurrent placement began"),
        *PLACE,
    ),
)
