"""Children looked after as the SSDA903 return gives them: one table per module.

What Header and the other modules say of the child itself goes to `child` and `stated_birth`.
Source: the DfE's guide to the return, as restated in the specification.
"""

from childjourneys.tables.schema import BOOL, CHILD_ID, DATE, INT, NUMBER, PLACE, TEXT, Column, Table

STATED_BIRTH = Table(
    "stated_birth",
    "one row per record of a module other than Header that repeats the child's birth date",
    (
        CHILD_ID,
        Column("birth_date", DATE, "date of birth", "status"),
        Column("sex", TEXT, "M, F or U; only the module UASC states it", "status", codes="sex"),
        *PLACE,
    ),
)

MOTHER = Table(
    "mother",
    "one row per Header record that says whether the child is herself a mother",
    (
        CHILD_ID,
        Column("is_mother", TEXT, "1 mother, 0 not", "status", codes="mother"),
        Column("mothers_child_birth_date", DATE, "birth date of her first child", "status", "no child"),
        Column("uasc_status", TEXT, "1 unaccompanied in the year, 0 not; XML only", "status",
               codes="uasc_status"),
        *PLACE,
    ),
)  # fmt: skip

CARE_EPISODE = Table(
    "care_episode",
    "one row per episode of care: a new one at every change of placement, carer or legal status",
    (
        CHILD_ID,
        Column("episode_start_date", DATE, "DECOM, the episode began", "key", "never"),
        Column("reason_new_episode", TEXT, "RNE: S, P, T, L, U or B", codes="reason_new_episode"),
        Column("legal_status", TEXT, "LS, such as C2", codes="legal_status"),
        Column("category_of_need", TEXT, "CIN, N1 to N8", codes="need"),
        Column("placement_type", TEXT, "PLACE, such as U6", codes="placement_type"),
        Column("placement_provider", TEXT, "PLACE_PROVIDER, PR0 to PR5", codes="placement_provider"),
        Column("episode_end_date", DATE, "DEC, the episode ended", "end", "open on 31 March"),
        Column("reason_episode_ceased", TEXT, "REC, such as X1 or E4A", codes="reason_episode_ceased"),
        Column("reason_place_change", TEXT, "why the placement ended, on the episode that ended",
               codes="reason_place_change"),
        Column("home_postcode", TEXT, "postcode where the child lived before care"),
        Column("placement_postcode", TEXT, "postcode of the placement"),
        Column("placement_urn", TEXT, "Ofsted's number of the provider"),
        Column("placement_la", TEXT, "authority of the placement, where a return carries it"),
        Column("placement_location", TEXT, "IN or OUT of the authority, where a return carries it",
               codes="placement_location"),
        Column("placement_distance_miles", NUMBER, "miles from home, where a return carries it",
               blank="not reported, or 999.9"),
        *PLACE,
    ),
)  # fmt: skip

REVIEW = Table(
    "review",
    "one row per statutory review",
    (
        CHILD_ID,
        Column("review_date", DATE, "REVIEW, the day of the review", "key", "never"),
        Column("review_participation", TEXT, "REVIEW_CODE, PN0 to PN7", codes="review_participation"),
        *PLACE,
    ),
)

UASC = Table(
    "uasc",
    "one row per child who was unaccompanied and seeking asylum at any time in the year",
    (
        CHILD_ID,
        Column(
            "uasc_ceased_date", DATE, "DUC, no longer unaccompanied and seeking asylum", "end", "still is"
        ),
        *PLACE,
    ),
)

OC2 = Table(
    "oc2",
    "one row per child looked after continuously for 12 months at 31 March",
    (
        CHILD_ID,
        Column("sdq_score", INT, "strengths and difficulties score, 0 to 40", "status"),
        Column("sdq_reason", TEXT, "why there is no score", "status", codes="sdq_reason"),
        Column("convicted", BOOL, "convicted or cautioned in the year; asked from age 10", "status",
               codes="yes_no"),
        Column("health_check_up_to_date", BOOL, "development assessment; asked under 5", "status",
               codes="yes_no"),
        Column("immunisations_up_to_date", BOOL, "immunisations up to date", "status", codes="yes_no"),
        Column("dental_check", BOOL, "teeth checked in the year", "status", codes="yes_no"),
        Column("health_assessment", BOOL, "annual health assessment done", "status", codes="yes_no"),
        Column("substance_misuse", BOOL, "identified as misusing a substance", "status", codes="yes_no"),
        Column("intervention_received", BOOL, "received help for it", "status", codes="yes_no"),
        Column("intervention_offered", BOOL, "was offered help for it", "status", codes="yes_no"),
        *PLACE,
    ),
)  # fmt: skip

LEAVER_CONTACT = Table(
    "leaver_contact",
    "one row per care leaver of the module OC3",
    (
        CHILD_ID,
        Column("in_touch", TEXT, "YES, NO, DIED, REFU, NREQ or RHOM", "status", codes="in_touch"),
        Column("activity", TEXT, "ACTIV, such as F1; 0 where not in touch", "status", codes="activity"),
        Column("accommodation", TEXT, "letter of ACCOM; 0 where not in touch", "status",
               codes="accommodation"),
        Column("suitability", TEXT, "digit of ACCOM: 1 suitable, 2 unsuitable", "status",
               codes="accommodation_suitability"),
        *PLACE,
    ),
)  # fmt: skip

ADOPTED = Table(
    "adopted_child",
    "one row per child adopted in the year (module AD1)",
    (
        CHILD_ID,
        Column("adoption_best_interest_date", DATE, "DATE_INT, decided that adoption is best"),
        Column("adoption_match_date", DATE, "DATE_MATCH, matched with adopters"),
        Column("adopted_by_foster_carer", TEXT, "FOSTER_CARE: 1 adopted by a former foster carer",
               codes="foster_carer_adopter"),
        Column("number_of_adopters", TEXT, "NB_ADOPTR", codes="number_of_adopters"),
        Column("adopter_sex", TEXT, "SEX_ADOPTR", codes="adopter_sex"),
        Column("adopter_legal_status", TEXT, "LS_ADOPTR", codes="adopter_legal_status"),
        *PLACE,
    ),
)  # fmt: skip

PLACED_DECISION = Table(
    "placed_decision",
    "one row per decision that a child should be placed for adoption (module PlacedAdoption)",
    (
        CHILD_ID,
        Column("should_be_placed_date", DATE, "DATE_PLACED, the decision, not the move", "key", "never"),
        Column("should_be_placed_reversed_date", DATE, "the decision was reversed", "end", "it stands"),
        Column("should_be_placed_reversed_reason", TEXT, "RD1 to RD4", codes="reason_placed_ceased"),
        *PLACE,
    ),
)

PREVIOUS_PERMANENCE = Table(
    "previous_permanence",
    "one row per child whose care began on or after 1 April 2016",
    (
        CHILD_ID,
        Column("previous_permanence", TEXT, "PREV_PERM: P1 to P4, or Z1 for none", "status",
               codes="previous_permanence"),
        Column("previous_permanence_la", TEXT, "LA_PERM, authority of that order", "status"),
        Column("previous_permanence_date", TEXT,
               "DATE_PERM as far as known: 2019-05-03, 2019-05 or 2019", "status", "not known at all"),
        *PLACE,
    ),
)  # fmt: skip

MISSING = Table(
    "missing",
    "one row per incident of being missing or away",
    (
        CHILD_ID,
        Column("missing_type", TEXT, "M missing, A away from placement without authorisation", "key",
               codes="missing_type"),
        Column("missing_start_date", DATE, "MIS_START", "key", "never"),
        Column("missing_end_date", DATE, "MIS_END", "end", "still missing on 31 March"),
        *PLACE,
    ),
)  # fmt: skip

SOCIAL_WORKER_EPISODE = Table(
    "social_worker_episode",
    "one row per named social worker of a child",
    (
        CHILD_ID,
        Column("social_worker_id", TEXT, "SW_ID, registration number", "value"),
        Column("sw_start_date", DATE, "SW_DECOM", "key", "never"),
        Column("sw_end_date", DATE, "SW_DEC", "end", "still the child's worker"),
        Column("sw_reason", TEXT, "why the worker changed", codes="sw_reason"),
        *PLACE,
    ),
)

DEPRIVATION_OF_LIBERTY = Table(
    "deprivation_of_liberty",
    "one row per deprivation of liberty order",
    (
        CHILD_ID,
        Column("dolo_start_date", DATE, "DOLO_START", "key", "never"),
        Column("dolo_end_date", DATE, "DOLO_END", "end", "in force"),
        *PLACE,
    ),
)

# By module name of the return; `child` takes Header.
SSDA903: dict[str, Table] = {
    "Episodes": CARE_EPISODE, "Reviews": REVIEW, "UASC": UASC, "OC2": OC2, "OC3": LEAVER_CONTACT,
    "AD1": ADOPTED, "PlacedAdoption": PLACED_DECISION, "PrevPerm": PREVIOUS_PERMANENCE,
    "Missing": MISSING, "SWEpisodes": SOCIAL_WORKER_EPISODE, "DoLo": DEPRIVATION_OF_LIBERTY,
}  # fmt: skip
