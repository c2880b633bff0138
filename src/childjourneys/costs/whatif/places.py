"""Where a scenario moves children on to: one code of placement and provider stands for each name.

A name such as `foster` means several codes; a night that is moved there needs one, to be priced by. Which
one it is stands on the page of assumptions.
"""

from __future__ import annotations

from dataclasses import dataclass

from childjourneys.costs.placement_names import PLACEMENT_NAMES
from childjourneys.costs.scenario.definition import Destination

# The code of PLACE that stands for a name, and that of PLACE_PROVIDER where the name means several or one.
_PLACES = {
    "kinship": "U3",
    "foster": "U6",
    "foster_la": "U6",
    "foster_agency": "U6",
    "foster_agency_in_area": "U6",
    "foster_agency_out_of_area": "U6",
    "foster_other_public": "U6",
    "placed_for_adoption": "A3",
    "secure": "K1",
    "residential": "K2",
    "residential_unit": "K2",
    "residential_la": "K2",
    "residential_private_voluntary": "K2",
    "residential_independent": "K2",
    "residential_school": "S1",
    "independence": "P2",
    "placed_with_parents": "P1",
}
_PROVIDERS = {("PR1",): "PR1", ("PR2", "PR3"): "PR2", ("PR4", "PR5"): "PR4"}


@dataclass(frozen=True)
class Place:
    """Codes that moved nights are priced by; None: as it was before the move."""

    place: str | None
    provider: str | None
    provider_id: str | None
    area: str | None


def place_of(to: Destination) -> Place:
    """The codes of a destination; what it says of provider and area goes before what its name means.

    >>> place_of(Destination("foster_la")).place, place_of(Destination("foster_la")).provider
    ('U6', 'PR1')
    """
    place, provider, area = to.placement, to.provider, None
    meant = PLACEMENT_NAMES.get(to.placement or "")
    if meant is not None:
        place = _PLACES[meant.name]
        provider = provider or _PROVIDERS.get(meant.providers)
        area = meant.area or None
    if to.out_of_area is not None:
        area = "out" if to.out_of_area else "in"
    return Place(place, provider, to.provider_id, area)
