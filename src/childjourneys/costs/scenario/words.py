"""The words that a scenario may use."""

from __future__ import annotations

from functools import cache
from itertools import combinations

from childjourneys.domain.codes import code_set

NEEDS = ("cwd", "ebd", "offending", "uasc")
NEED_GROUPS = (
    "none",
    *("_".join(some) for size in range(1, len(NEEDS) + 1) for some in combinations(NEEDS, size)),
)
PROVIDERS = ("PR0", "PR1", "PR2", "PR3", "PR4", "PR5")
PROCESSES = (
    *(f"lac.{number}" for number in range(1, 9)),
    "cin.contact_referral", "cin.assessment", "cin.ongoing_support", "cin.close_case", "cin.s47",
    "cin.cp_conference", "cin.review", "cin.public_law_outline",
)  # fmt: skip
# Names of placements as catalogues use them.
PLACEMENT_NAMES = (
    "kinship", "foster", "foster_la", "foster_agency", "foster_agency_in_area", "foster_agency_out_of_area",
    "foster_other_public", "placed_for_adoption", "secure", "residential", "residential_unit",
    "residential_la", "residential_private_voluntary", "residential_independent", "residential_school",
    "independence", "placed_with_parents",
)  # fmt: skip


@cache
def placement_words() -> tuple[str, ...]:
    """Names of placements and codes of the return."""
    return (*PLACEMENT_NAMES, *code_set("placement_type").labels())
