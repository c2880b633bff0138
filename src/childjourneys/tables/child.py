"""The child as returned, and marks of facts that could not be dated."""

from childjourneys.tables.schema import BOOL, CHILD_ID, DATE, PLACE, TEXT, Column, Table

CHILD = Table(
    "child",
    "one row per record that states the child's own details; merged: one row per child",
    (
        CHILD_ID,
        Column("birth_date", DATE, "date of birth", "status"),
        Column("expected_birth_date", DATE, "expected date of birth of an unborn child", "status",
               "born, or not reported"),
        Column("unborn", BOOL, "the return says the child is not yet born (age -1, expected date)", "status"),
        Column("death_date", DATE, "date of death", "status", "none reported"),
        Column("sex", TEXT, "M, F or U (unknown, unborn, neither)", "status", codes="sex"),
        Column("ethnicity", TEXT, "census code, such as WBRI", "status", codes="ethnicity"),
        Column("disability", TEXT, "census codes joined by |, such as AUT|LD, or NONE; blank in Annex A",
               "status", codes="disability"),
        Column("has_disability", BOOL, "any disability", "status", "unknown", codes="yes_no_unknown"),
        Column("upn", TEXT, "unique pupil number", "status"),
        Column("former_upn", TEXT, "former unique pupil number", "status"),
        Column("upn_unknown", TEXT, "UN1 to UN7, why there is no UPN", "status", codes="upn_unknown"),
        *PLACE,
    ),
)  # fmt: skip

MARK = Table(
    "mark",
    "one row per fact that was reported without a usable date",
    (
        CHILD_ID,
        Column("event", TEXT, "types the fact would have given, joined by |", "value", "never"),
        Column("code", TEXT, "undated, future, end_before_start", "value", "never"),
        Column("start", DATE, "the start it belongs to, where an end is what can't be used", "value",
               "the start itself is not known"),
        *PLACE,
    ),
)  # fmt: skip
