"""The attributes that `where` can test: what values each can have."""

from __future__ import annotations

from functools import cache
from typing import Literal

from childjourneys.archetypes.definition import ATTRIBUTES
from childjourneys.domain.codes import code_set

Kind = Literal["flag", "number", "code", "date", "text"]

# `while_open: any` takes the place of the default, that a referral is a new one.
ANY = "any"
FLAGS = (
    "nfa", "while_open", "assessed_needs_support", "icpc_not_required", "uasc", "temporary", "same_carer",
    "resumes",
)  # fmt: skip
NUMBERS = ("number_of_previous_cpp", "contact_age", "child_age")
DATES = ("best_interest_date", "match_date")
# An event has any number of these; a test for one asks whether it is among them.
LISTS = ("factors",)
_CODE_SETS = {
    "referral_source": "referral_source",
    "contact_source": "referral_source",
    "primary_need": "need",
    "category_of_need": "need",
    "factors": "assessment_factors",
    "category_of_abuse": "category_of_abuse",
    "closure_reason": "reason_for_closure",
    "legal_status": "legal_status",
    "previous_permanence": "previous_permanence",
    "reason_ceased": "reason_episode_ceased",
    "placement_type": "placement_type",
    "placement_provider": "placement_provider",
    "reason_place_change": "reason_place_change",
    "foster_carer": "foster_carer_adopter",
    "missing_type": "missing_type",
    "participation": "review_participation",
    "reversed_reason": "reason_placed_ceased",
    "in_touch": "in_touch",
    "activity": "activity",
    "accommodation": "accommodation",
    "suitability": "accommodation_suitability",
}


def kind_of(attribute: str) -> Kind:
    """What sort of values an attribute has; free text for `team`."""
    if attribute in FLAGS:
        return "flag"
    if attribute in NUMBERS:
        return "number"
    if attribute in DATES:
        return "date"
    return "code" if attribute in _CODE_SETS or attribute == "basis" else "text"


@cache
def codes_of(attribute: str) -> tuple[str, ...]:
    """The codes of a coded attribute; none for others."""
    if attribute == "basis":
        return ("need_episode",)
    name = _CODE_SETS.get(attribute)
    return tuple(code_set(name).labels()) if name else ()


def carried_by(attribute: str, types: tuple[str, ...]) -> bool:
    """Whether any of some event types has the attribute."""
    return bool(set(ATTRIBUTES[attribute]) & set(types))
