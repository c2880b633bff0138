"""Care as it was, built from the episodes of all returns: what journeys, indicators and costs read.

Source: the design's section on SSDA903 (chains, placements, short breaks).
"""

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
)

_FOUND = (
    Column("source", TEXT, "annex_a, cin_census or ssda903", "place", "never"),
    Column("file", TEXT, "path below the folder given", "place", "never"),
    Column("sheet", TEXT, "sheet, or module of the return", "place", "never"),
    Column("row", INT, "row of the sheet", "place", "never"),
    Column(
        "also_in", TEXT, "other places with the same fact, file|sheet|row joined by '; '", "place", "none"
    ),
)

CARE_CHAIN = Table(
    "care_chain",
    "one row per episode of care that is used, in order: half-open, [start, end)",
    (
        LA_CODE,
        CHILD_OF_LA,
        Column("kind", TEXT, "care; short_break for legal status V3 and V4", "value", "never"),
        Column("start", DATE, "DECOM", "key", "never"),
        Column("end", DATE, "DEC as used; where it could not be, the next DECOM", "value", "open"),
        Column("open", TEXT, "true, false, unknown", "value", "never"),
        Column("end_replaced", BOOL, "it was reported to go on after the next one began", "value",
               "not from SSDA903"),
        Column("period_no", INT, "period of care of the child, from 1 by start", "value", "a short break"),
        Column("placement_no", INT, "placement within the period, from 1 by start", "value", "a short break"),
        Column("placement_id", TEXT, "the stay: one for placements on with the same carer, or resumed",
               "value", "a short break"),
        Column("reason_new_episode", TEXT, "RNE", "value"),
        Column("starts_period", BOOL, "the first known episode of its period", "value", "never"),
        Column("starts_placement", BOOL, "the first episode of its placement", "value", "never"),
        Column("temporary", BOOL, "PLACE T0 to T4", "value", "never"),
        Column("same_carer", BOOL, "the placement began with RNE T or U", "value", "never"),
        Column("resumes", BOOL, "the placement is a return after temporary ones", "value", "never"),
        Column("legal_status", TEXT, "LS", "value"),
        Column("category_of_need", TEXT, "CIN", "value"),
        Column("placement_type", TEXT, "PLACE", "value"),
        Column("placement_provider", TEXT, "PLACE_PROVIDER", "value"),
        Column("reason_episode_ceased", TEXT, "REC as used", "value"),
        Column("reason_place_change", TEXT, "why the placement ended", "value"),
        Column("home_postcode", TEXT, "postcode before care", "value"),
        Column("placement_postcode", TEXT, "postcode of the placement", "value"),
        Column("placement_urn", TEXT, "Ofsted's number of the provider", "value"),
        Column("placement_la", TEXT, "authority of the placement", "value"),
        Column("placement_location", TEXT, "IN or OUT", "value"),
        Column("placement_distance_miles", NUMBER, "miles from home", "value"),
        *_FOUND,
    ),
    keeps_raw=False,
)  # fmt: skip

CARE_TABLES: dict[str, Table] = {CARE_CHAIN.name: CARE_CHAIN}
