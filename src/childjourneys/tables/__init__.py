"""The tables that the parts of the product hand to each other."""

from childjourneys.tables.care import ADOPTION, CARE_LEAVER, PERIOD_OF_CARE
from childjourneys.tables.child import CHILD, MARK
from childjourneys.tables.derived import DERIVED
from childjourneys.tables.need import (
    ASSESSMENT,
    CONTACT,
    EARLY_HELP_ASSESSMENT,
    NEED_EPISODE,
    REFERRAL,
)
from childjourneys.tables.protection import CIN_PLAN, CP_PLAN, CP_REVIEW, ICPC, S47_ENQUIRY
from childjourneys.tables.schema import Column, Table
from childjourneys.tables.ssda903 import MOTHER, SSDA903, STATED_BIRTH

# What readers produce. A reader yields a frame per table, conformed to it.
REPORTED: dict[str, Table] = {
    table.name: table
    for table in (
        CHILD, CONTACT, EARLY_HELP_ASSESSMENT, REFERRAL, NEED_EPISODE, ASSESSMENT, S47_ENQUIRY, ICPC,
        CIN_PLAN, CP_PLAN, CP_REVIEW, PERIOD_OF_CARE, CARE_LEAVER, ADOPTION, MARK, STATED_BIRTH, MOTHER,
        *SSDA903.values(),
    )
}  # fmt: skip

__all__ = ["DERIVED", "REPORTED", "Column", "Table"]
